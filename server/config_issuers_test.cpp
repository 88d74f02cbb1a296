// The tables [[issuers]]: what they may say, and what is refused with which advice.
// SPDX-License-Identifier: MIT
#include "server/config_issuers.hpp"

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "server/config.hpp"
#include "tests/support/temporary_directory.hpp"

namespace partner_center {
namespace {

using ::testing::HasSubstr;

[[nodiscard]] command read(const std::string& text, std::vector<const char*> words) {
    const testing::temporary_directory folder;
    const std::string path = folder / "partnerd.toml";
    std::ofstream{path} << text;
    words.insert(words.begin(), {"serve", "--config", path.c_str()});
    return read_command_line(words, [](const std::string&) -> std::optional<std::string> {
        return {};
    });
}

[[nodiscard]] std::string misuse(const std::string& text, const std::vector<const char*>& words) {
    try {
        static_cast<void>(read(text, words));
    } catch (const usage_error& error) {
        return error.what();
    }
    return "it was accepted";
}

const std::string entra = R"([[issuers]]
issuer = "https://login.microsoftonline.com/2f0f7f1e-4b2b-4c6e-9a34-6a0a3a9f7c11/v2.0"
audiences = ["api://partnerd"]
)";
const std::string keycloak = R"([[issuers]]
issuer = "https://sso.example/realms/partners"
jwks-url = "https://sso.example/realms/partners/protocol/openid-connect/certs"
audiences = "partnerd"
partner = "2f0f7f1e-4b2b-4c6e-9a34-6a0a3a9f7c11"
application-claims = ["azp"]
user-claim = "sub"
roles-claim = "realm_access.roles"
algorithms = ["ES256"]
ca-file = "/etc/ssl/sso.pem"
mfa = { claim = "acr", value = "gold" }
app-only = { claim = "client_id" }
roles = { admins = "AdminAgents" }
)";
const std::string okta = R"([[issuers]]
issuer = "https://okta.example/oauth2/default"
audiences = ["api://partnerd"]
partners = ["2f0f7f1e-4b2b-4c6e-9a34-6a0a3a9f7c11"]
applications = { 0oa1b2c3 = "2c4e9b70-15d3-4a8b-8e8f-c60a1b7d9922" }
)";

TEST(Issuers, AreReadWithTheirDefaults) {
    const auto issuers = read(entra + keycloak, {}).settings.issuers;
    ASSERT_EQ(issuers.size(), 2U);
    EXPECT_EQ(
        issuers[0].discovery_url,
        "https://login.microsoftonline.com/2f0f7f1e-4b2b-4c6e-9a34-6a0a3a9f7c11/v2.0"
        "/.well-known/openid-configuration"
    );
    EXPECT_EQ(issuers[0].tenant_claim, "tid");
    EXPECT_EQ(issuers[0].algorithms.size(), 2U);
    const trusted_issuer expected{
        .issuer = "https://sso.example/realms/partners",
        .jwks_url = "https://sso.example/realms/partners/protocol/openid-connect/certs",
        .audiences = {"partnerd"},
        .partner = parse_guid("2f0f7f1e-4b2b-4c6e-9a34-6a0a3a9f7c11"),
        .application_claims = {"azp"},
        .user_claims = {"sub"},
        .roles_claim = "realm_access.roles",
        .roles = {{"admins", "AdminAgents"}},
        .algorithms = {signature_algorithm::es256},
        .mfa = {"acr", "gold"},
        .app_only = {"client_id", ""},
        .ca_file = "/etc/ssl/sso.pem",
    };
    EXPECT_EQ(issuers[1], expected);
}

TEST(Issuers, MayHaveTheirOwnNamesOfApplicationsAndAListOfPartners) {
    const trusted_issuer read_okta = read(okta, {}).settings.issuers.at(0);
    const std::vector<guid> partners{*parse_guid("2f0f7f1e-4b2b-4c6e-9a34-6a0a3a9f7c11")};
    EXPECT_EQ(read_okta.partners, partners);
    const std::map<std::string, guid> applications{
        {"0oa1b2c3", *parse_guid("2c4e9b70-15d3-4a8b-8e8f-c60a1b7d9922")}};
    EXPECT_EQ(read_okta.applications, applications);
}

TEST(Issuers, ArePrintedAsTheyCanBeRead) {
    const auto issuers = read(entra + keycloak + okta, {}).settings.issuers;
    std::string printed = print_issuers(issuers);
    // An empty text is the same as none.
    EXPECT_EQ(read(printed, {}).settings.issuers, issuers) << printed;
    EXPECT_THAT(
        read(entra, {"--print-config"}).answer, HasSubstr("issuer = 'https://login.microsoftonline")
    );
    EXPECT_EQ(read("", {"--print-config"}).answer.find("issuers"), std::string::npos);
}

TEST(Issuers, AreKeptBesideTheFlagsOfTheSameFile) {
    const std::string flags =
        "accepted-audiences = \"x,y\"\ntls-cert = \"c.pem\"\n"
        "tls-key = \"k.pem\"\ntls-client-ca = \"ca.pem\"\n";
    const config given = read(flags + entra + keycloak, {}).settings;
    EXPECT_EQ(given.accepted_audiences, (std::vector<std::string>{"x", "y"}));
    EXPECT_EQ(given.tls_client_ca, "ca.pem");
    EXPECT_EQ(given.issuers.size(), 2U);
    const std::string printed = read(flags + entra + keycloak, {"--print-config"}).answer;
    const config again = read(printed, {}).settings;
    EXPECT_EQ(again.accepted_audiences, given.accepted_audiences) << printed;
    EXPECT_EQ(again.tls_client_ca, given.tls_client_ca) << printed;
    EXPECT_EQ(again.issuers, given.issuers) << printed;
}

TEST(Issuers, MayBeAllThatIsTrusted) {
    EXPECT_TRUE(read(entra, {}).settings.embedded_authority);
    EXPECT_FALSE(read(entra, {"--embedded-authority", "off"}).settings.embedded_authority);
}

TEST(Issuers, AreRefusedWithAdvice) {
    const auto table = [](const std::string& lines) { return "[[issuers]]\n" + lines; };
    const std::string who = "issuer = \"https://a.example\"\n";
    const std::string good = who + "audiences = [\"x\"]\n";
    EXPECT_EQ(misuse(table(good), {}), "it was accepted");
    for (const auto& [text, advice] : {
             std::pair{table("audiences = [\"x\"]\n"), "issuer = "},
             std::pair{table(who), "audiences"},
             std::pair{table(who + "audiences = []\n"), "audiences"},
             std::pair{table(who + "audiences = [\"\"]\n"), "audiences"},
             std::pair{table(who + "audiences = [\"x\", \"/\"]\n"), "audiences"},
             std::pair{table(good + "partners = []\n"), "one at least"},
             std::pair{table(good + "partners = [\"contoso\"]\n"), "tenant ids"},
             std::pair{
                 table(
                     good + "partner = \"2f0f7f1e-4b2b-4c6e-9a34-6a0a3a9f7c11\"\n"
                            "partners = [\"2f0f7f1e-4b2b-4c6e-9a34-6a0a3a9f7c11\"]\n"
                 ),
                 "not both"},
             std::pair{table(good + "applications = { x = \"y\" }\n"), "ids of applications"},
             std::pair{table("issuer = \"http://a.example\"\naudiences = \"x\"\n"), "https://"},
             std::pair{table("issuer = \"https://u@a.example\"\naudiences = \"x\"\n"), "https://"},
             std::pair{table("issuer = \"a.example\"\naudiences = \"x\"\n"), "https://"},
             std::pair{table(good + "jwks-url = \"http://a.example/\"\n"), "jwks-url"},
             std::pair{table(good + "discovery-url = \"ftp://a.example/\"\n"), "discovery-url"},
             std::pair{
                 table(good + "jwks-url = \"https://a/\"\ndiscovery-url = \"https://a/\"\n"),
                 "not both"},
             std::pair{table(good + "algorithms = []\n"), "algorithms"},
             std::pair{table(good + "algorithms = [\"HS256\"]\n"), "RS256 and ES256"},
             std::pair{table(good + "partner = \"contoso\"\n"), "tenant id"},
             std::pair{table(good + "tenant-claim = \"\"\n"), "tenant-claim"},
             std::pair{table(good + "application-claims = []\n"), "application-claims"},
             std::pair{table(good + "user-claim = []\n"), "user-claim"},
             std::pair{table(good + "mfa = { value = \"x\" }\n"), "claim"},
             std::pair{table(good + "mfa = { claim = \"x\", vale = \"x\" }\n"), "no such key"},
             std::pair{table(good + "roles = \"x\"\n"), "table"},
             std::pair{table(good + "audience = \"x\"\n"), "no such key"},
             std::pair{table(good + "ca-file = 7\n"), "must be a string"},
             std::pair{std::string{"issuers = \"https://a.example\"\n"}, "[[issuers]]"},
             std::pair{std::string{"issuers = [\"https://a.example\"]\n"}, "[[issuers]]"},
             std::pair{
                 table("issuer = \"https://login.microsoftonline.com/{tenantid}/v2.0\"\n"
                       "audiences = \"x\"\n"),
                 "discovery-url"},
         }) {
        EXPECT_THAT(misuse(text, {}), HasSubstr(advice)) << text;
    }
}

}  // namespace
}  // namespace partner_center
