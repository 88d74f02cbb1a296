// What the directory's words change, print and refuse, on real stores. Calls
// directory_commands.cpp.
// SPDX-License-Identifier: MIT
#include "server/directory_commands.hpp"

#include <fstream>
#include <regex>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/pem.h>

#include "server/config.hpp"
#include "server/data_directory.hpp"
#include "server/identity/certificate.hpp"
#include "server/identity/key_ring.hpp"
#include "server/identity/openssl_testing.hpp"
#include "server/identity/secret_hasher.hpp"
#include "server/identity/totp.hpp"
#include "store/testing.hpp"
#include <partner_center/json.hpp>
#include <partner_center/models/audit_record.hpp>

namespace partner_center {
namespace {

using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::Not;
using namespace partner_center::testing;

constexpr std::string_view tenant = "11111111-2222-4333-8444-555555555555";
constexpr std::string_view client = "21111111-2222-4333-8444-555555555555";

/// Signed by its own key, good for so many seconds from now.
[[nodiscard]] std::string certificate_pem(EVP_PKEY* made_key, long seconds) {
    const test_key key = own(made_key);
    const std::unique_ptr<X509, void (*)(X509*)> made{X509_new(), X509_free};
    X509_gmtime_adj(X509_getm_notBefore(made.get()), -7200);
    X509_gmtime_adj(X509_getm_notAfter(made.get()), seconds);
    X509_set_pubkey(made.get(), key.get());
    X509_sign(made.get(), key.get(), EVP_sha256());
    BIO* const out = BIO_new(BIO_s_mem());
    PEM_write_bio_X509(out, made.get());
    return private_pem(key) + text_of(out);
}

class DirectoryCommands : public ::testing::Test {
protected:
    [[nodiscard]] std::string run(directory_request request) const {
        request.data = data();
        request.database = data() / "partnerd.db";
        return run_directory_command(request, [&](std::string_view) { return typed_; });
    }
    [[nodiscard]] std::string run(
        const std::string& noun, const std::string& verb, directory_request request
    ) const {
        request.noun = noun;
        request.verb = verb;
        return run(std::move(request));
    }

    /// "1: …" what the directory refuses, "2: …" misuse; and that nothing changed.
    [[nodiscard]] std::string refusal(
        const std::string& noun, const std::string& verb, directory_request request
    ) const {
        const std::string before = everything();
        std::string said = "it was accepted";
        try {
            static_cast<void>(run(noun, verb, std::move(request)));
        } catch (const usage_error& error) {
            said = std::string{"2: "} + error.what();
        } catch (const directory_error& error) {
            said = std::string{"1: "} + error.what();
        }
        EXPECT_EQ(everything(), before) << said;
        return said;
    }
    [[nodiscard]] std::string everything() const {
        if (!std::filesystem::exists(data())) return "";
        return run("partner", "list", {}) + run("application", "list", {}) +
               run("user", "list", {});
    }

    void add_partner() const {
        static_cast<void>(
            run("partner",
                "add",
                {.id = std::string{tenant}, .name = "Lumen", .domain = "lumen.example"})
        );
    }
    void add_application() const {
        static_cast<void>(
            run("application",
                "add",
                {.partner = "lumen.example", .id = std::string{client}, .name = "App"})
        );
    }
    void add_ann() const {
        static_cast<void>(
            run("user", "add", {.partner = "lumen.example", .name = "ann@lumen.example"})
        );
    }

    void types(std::string text) { typed_ = std::move(text); }
    [[nodiscard]] std::filesystem::path data() const { return directory_ / "data"; }
    [[nodiscard]] std::string file(const std::string& name, const std::string& text) const {
        std::ofstream{directory_ / name} << text;
        return directory_ / name;
    }
    /// What a sign-in would compare with.
    [[nodiscard]] bool is_secret(const std::string& secret) const {
        sqlite_file file{{.file = data() / "partnerd.db"}};
        store records{file.connect()};
        const auto found = block_on(records.tenants().find_application(*parse_guid(client)));
        return is_hash_of(secret, found->secret_hash);
    }
    [[nodiscard]] user_record ann() const {
        sqlite_file file{{.file = data() / "partnerd.db"}};
        store records{file.connect()};
        return *block_on(records.tenants().find_user("ann@lumen.example"));
    }
    /// Her second factor's secret.
    [[nodiscard]] std::string secret_of_ann() const {
        const auto key = load_or_create_sealing_key(second_factor_key_file(keys_in(data())));
        const user_record known = ann();
        return open_totp_secret(key, known.id, known.totp_secret);
    }
    /// Whether a refresh token that is good before is not any more.
    [[nodiscard]] bool ends_sign_ins(
        const std::string& noun, const std::string& verb, const directory_request& request
    ) {
        sqlite_file file{{.file = data() / "partnerd.db"}};
        store records{file.connect()};
        grants sign_ins = records.tenants().grants();
        const std::string hash = "token " + std::to_string(++sign_ins_);
        code_record code{.hash = hash, .expires_at = 1'000};
        code.grant = {
            .id = id_of(sign_ins_), .application_id = *parse_guid(client), .user_id = ann().id};
        block_on(sign_ins.add_code(code, 0));
        EXPECT_TRUE(block_on(sign_ins.redeem_code(code, new_refresh_token{hash, 1'000}, 1'000, 0)));
        EXPECT_FALSE(block_on(sign_ins.find_refresh_token(hash))->grant.revoked);
        static_cast<void>(run(noun, verb, request));
        return block_on(sign_ins.find_refresh_token(hash))->grant.revoked;
    }
    [[nodiscard]] static bool is_hash_of(const std::string& secret, const std::string& hash) {
        secret_hasher hasher{1};
        return block_on(hasher.verify({secret, hash}));
    }
    [[nodiscard]] static std::string member(const std::string& json, const std::string& name) {
        std::smatch found;
        const std::regex form{"\"" + name + "\":\"([^\"]*)\""};
        return std::regex_search(json, found, form) ? found[1].str() : "";
    }

    /// The first text of a list.
    [[nodiscard]] static std::string member_of_list(
        const std::string& json, const std::string& name
    ) {
        std::smatch found;
        const std::regex form{"\"" + name + "\":\\[\"([^\"]*)\""};
        return std::regex_search(json, found, form) ? found[1].str() : "";
    }

private:
    temporary_directory directory_{};
    std::string typed_{};
    unsigned sign_ins_{};
};

TEST_F(DirectoryCommands, ListNothingInANewDataDirectory) {
    EXPECT_EQ(run("partner", "list", {}), "[]\n");
    EXPECT_EQ(run("application", "list", {}), "[]\n");
    EXPECT_EQ(run("user", "list", {}), "[]\n");
    EXPECT_TRUE(std::filesystem::exists(data() / "partnerd.db"));
}

TEST_F(DirectoryCommands, AddAPartnerAndListIt) {
    const std::string entry =
        R"({"tenantId":"11111111-2222-4333-8444-555555555555","name":"Lumen \"Q\"",)"
        R"("domain":"lumen.example","cloud":"china","sandbox":true,"disabled":false})";
    EXPECT_EQ(
        run("partner",
            "add",
            {.id = std::string{tenant},
             .name = "Lumen \"Q\"",
             .domain = "Lumen.Example",
             .cloud = "china",
             .sandbox = true}),
        entry + "\n"
    );
    EXPECT_EQ(run("partner", "list", {}), "[\n" + entry + "\n]\n");

    const std::string second = run("partner", "add", {.name = "Other", .domain = "other.example"});
    EXPECT_TRUE(parse_guid(member(second, "tenantId")));
    EXPECT_THAT(second, HasSubstr(R"("cloud":"global","sandbox":false)"));
    EXPECT_EQ(run("partner", "list", {}), "[\n" + entry + ",\n" + second + "]\n");
}

TEST_F(DirectoryCommands, RefuseAPartnerThatCannotBe) {
    const auto misuse = [&](directory_request request) {
        return refusal("partner", "add", std::move(request));
    };
    EXPECT_THAT(misuse({.name = "", .domain = "a.example"}), HasSubstr("2: --name: ''"));
    EXPECT_THAT(misuse({.name = "a\nb", .domain = "a.example"}), HasSubstr("2: --name: "));
    EXPECT_THAT(misuse({.name = "\xff", .domain = "a.example"}), HasSubstr("2: --name: "));
    for (const char* domain :
         {"",
          "lumen",
          "-a.example",
          "a-.example",
          "a..example",
          "a b.example",
          "ü.example",
          ".example",
          "example.",
          "a_b.example"}) {
        EXPECT_THAT(misuse({.name = "A", .domain = domain}), HasSubstr("2: --domain: "));
    }
    EXPECT_THAT(
        misuse({.name = "A", .domain = "a.example", .cloud = "mars"}),
        HasSubstr("2: --cloud: 'mars' is not global, china or us_government")
    );
    for (const char* id : {"7", "00000000-0000-0000-0000-000000000000"}) {
        EXPECT_THAT(
            misuse({.id = id, .name = "A", .domain = "a.example"}), HasSubstr("2: --id: '")
        );
    }
    EXPECT_FALSE(std::filesystem::exists(data())) << "made for a request that was refused";

    add_partner();
    EXPECT_THAT(
        misuse({.name = "A", .domain = "LUMEN.example"}), HasSubstr("1: there is a partner")
    );
    EXPECT_THAT(
        misuse({.id = std::string{tenant}, .name = "A", .domain = "a.example"}),
        HasSubstr("1: there is a partner")
    );
}

TEST_F(DirectoryCommands, DisableAndEnableEachByAnyOfItsNames) {
    add_partner();
    add_application();
    add_ann();
    const std::string id{client};
    for (const auto& [verb, shown] :
         {std::pair{"disable", R"("disabled":true)"}, std::pair{"enable", R"("disabled":false)"}}) {
        EXPECT_THAT(run("partner", verb, {.partner = std::string{tenant}}), HasSubstr(shown));
        EXPECT_THAT(run("partner", verb, {.partner = "LUMEN.example"}), HasSubstr(shown));
        EXPECT_THAT(run("application", verb, {.id = id}), HasSubstr(shown));
        EXPECT_THAT(
            run("application", verb, {.partner = "lumen.example", .id = id}), HasSubstr(shown)
        );
        EXPECT_THAT(run("user", verb, {.name = "ANN@lumen.example"}), HasSubstr(shown));
    }
    EXPECT_EQ(
        refusal("partner", "disable", {.partner = "x.example"}),
        "1: there is no partner 'x.example'"
    );
    EXPECT_EQ(
        refusal("user", "disable", {.name = "bob@lumen.example"}),
        "1: there is no user 'bob@lumen.example'"
    );
    EXPECT_THAT(
        refusal("application", "disable", {.id = std::string{tenant}}),
        HasSubstr("1: there is no application")
    );
    EXPECT_THAT(refusal("application", "disable", {.id = "App"}), HasSubstr("2: --id: 'App'"));
}

TEST_F(DirectoryCommands, TouchNothingOfAnotherPartnerThanTheNamed) {
    add_partner();
    add_application();
    add_ann();
    static_cast<void>(run("partner", "add", {.name = "Other", .domain = "other.example"}));
    const std::string pem = file("c.pem", certificate_pem(EVP_RSA_gen(2048), 3600));
    const std::string thumbprint = member_of_list(
        run("application", "add-certificate", {.id = std::string{client}, .certificates = {pem}}),
        "certificates"
    );
    const std::string other_pem = file("d.pem", certificate_pem(EVP_RSA_gen(2048), 3600));
    directory_request of_application{
        .partner = "other.example",
        .id = std::string{client},
        .thumbprint = thumbprint,
        .redirect_uris = {"https://app.example/"},
        .certificates = {other_pem}};
    for (const char* verb :
         {"disable",
          "enable",
          "reset-secret",
          "add-certificate",
          "remove-certificate",
          "set-redirect-uris"}) {
        EXPECT_THAT(
            refusal("application", verb, of_application), HasSubstr("1: there is no application")
        ) << verb;
    }
    directory_request of_user{
        .partner = "other.example", .name = "ann@lumen.example", .roles = {"AdminAgents"}};
    for (const char* verb : {"disable", "enable", "set-roles", "reset-password", "reset-totp"}) {
        EXPECT_THAT(refusal("user", verb, of_user), HasSubstr("1: there is no user")) << verb;
    }
    EXPECT_EQ(run("application", "list", {.partner = "other.example"}), "[]\n");
    EXPECT_EQ(run("user", "list", {.partner = "other.example"}), "[]\n");
    EXPECT_THAT(run("user", "list", {.partner = "lumen.example"}), HasSubstr("ann@lumen.example"));
}

TEST_F(DirectoryCommands, EndTheSignInsOfWhomTheyTakeSomethingFrom) {
    add_partner();
    add_application();
    add_ann();
    const std::string pem = file("c.pem", certificate_pem(EVP_RSA_gen(2048), 3600));
    const directory_request of_application{
        .id = std::string{client},
        .redirect_uris = {"https://app.example/"},
        .certificates = {pem}};
    const directory_request of_user{.name = "ann@lumen.example", .roles = {"AdminAgents"}};
    for (const char* verb : {"disable", "reset-secret"}) {
        EXPECT_TRUE(ends_sign_ins("application", verb, of_application)) << verb;
    }
    for (const char* verb : {"disable", "set-roles", "reset-password", "reset-totp"}) {
        EXPECT_TRUE(ends_sign_ins("user", verb, of_user)) << verb;
    }
    for (const char* verb : {"enable", "add-certificate", "set-redirect-uris"}) {
        EXPECT_FALSE(ends_sign_ins("application", verb, of_application)) << verb;
    }
    EXPECT_FALSE(ends_sign_ins("user", "enable", of_user));
}

TEST_F(DirectoryCommands, MakeASecretAndShowItOnce) {
    add_partner();
    const std::string added =
        run("application",
            "add",
            {.partner = "lumen.example",
             .id = std::string{client},
             .name = "App",
             .redirect_uris = {"https://app.example/cb", "http://localhost:5000/", "msal7://auth"}}
        );
    EXPECT_THAT(
        added,
        HasSubstr(
            R"("isPublic":false,"hasSecret":true,)"
            R"("redirectUris":["https://app.example/cb","http://localhost:5000/","msal7://auth"])"
        )
    );
    EXPECT_TRUE(is_secret(member(added, "clientSecret")));
    EXPECT_THAT(run("application", "list", {}), Not(HasSubstr("clientSecret")));

    const std::string reset = run("application", "reset-secret", {.id = std::string{client}});
    EXPECT_TRUE(is_secret(member(reset, "clientSecret")));
    EXPECT_FALSE(is_secret(member(added, "clientSecret")));
}

TEST_F(DirectoryCommands, TakeASecretFromStdinAndDoNotShowIt) {
    add_partner();
    types("twelve chars");
    const std::string added =
        run("application",
            "add",
            {.partner = "lumen.example",
             .id = std::string{client},
             .name = "App",
             .secret_from_stdin = true});
    EXPECT_THAT(added, Not(HasSubstr("twelve chars")));
    EXPECT_TRUE(is_secret("twelve chars"));

    const directory_request reset{.id = std::string{client}, .secret_from_stdin = true};
    for (const char* bad :
         {"", "eleven char", "üüüüüüüüüüü", "tab\tin the secret", "not utf-8 \xff\xff\xff"}) {
        types(bad);
        EXPECT_THAT(refusal("application", "reset-secret", reset), HasSubstr("1: a secret "))
            << bad;
    }
    types(std::string(257, 'x'));
    EXPECT_THAT(refusal("application", "reset-secret", reset), HasSubstr("256 bytes at most"));
    EXPECT_TRUE(is_secret("twelve chars"));
}

TEST_F(DirectoryCommands, GivePublicClientsNoCredentials) {
    add_partner();
    const std::string added = run(
        "application",
        "add",
        {.partner = "lumen.example", .id = std::string{client}, .name = "App", .is_public = true}
    );
    EXPECT_THAT(added, HasSubstr(R"("isPublic":true,"hasSecret":false)"));
    EXPECT_THAT(added, Not(HasSubstr("clientSecret")));
    const std::string no_credentials = "1: a public client has no credentials";
    const std::string id{client};
    const std::string pem = file("c.pem", certificate_pem(EVP_RSA_gen(2048), 3600));
    EXPECT_EQ(refusal("application", "reset-secret", {.id = id}), no_credentials);
    EXPECT_EQ(
        refusal("application", "add-certificate", {.id = id, .certificates = {pem}}), no_credentials
    );
    EXPECT_THAT(
        refusal(
            "application",
            "add",
            {.partner = "lumen.example", .name = "B", .is_public = true, .secret_from_stdin = true}
        ),
        HasSubstr("2: --public: ")
    );
}

TEST_F(DirectoryCommands, RefuseRedirectUrisThatAreNotSafe) {
    add_partner();
    add_application();
    for (const char* uri :
         {"",
          "/callback",
          "app.example/cb",
          "http://app.example/cb",
          "http://127.0.0.1.example/",
          "https://app.example/cb#x",
          "https:///cb",
          "https:",
          "https://*.app.example/cb",
          "https://user@app.example/",
          "javascript:alert(1)",
          "data:text/html,x",
          "file:///etc/x",
          "https://app.example/a b",
          "https://app.example/ü",
          "JavaScript:alert(1)"}) {
        EXPECT_THAT(
            refusal(
                "application",
                "set-redirect-uris",
                {.id = std::string{client}, .redirect_uris = {"https://a.example/", uri}}
            ),
            HasSubstr("2: --redirect-uri: '")
        ) << uri;
    }
    for (const char* uri :
         {"https://app.example/cb?x=1",
          "http://127.0.0.1/cb",
          "http://[::1]:7000/",
          "http://LOCALHOST:1/",
          "com.example.app:/cb",
          "ms-appx-web://microsoft.aad.brokerplugin/x"}) {
        EXPECT_THAT(
            run("application",
                "set-redirect-uris",
                {.id = std::string{client}, .redirect_uris = {uri}}),
            HasSubstr("\"redirectUris\":[\"" + std::string{uri} + "\"]")
        );
    }
    EXPECT_THAT(
        run("application", "set-redirect-uris", {.id = std::string{client}}),
        HasSubstr("\"redirectUris\":[]")
    );
}

TEST_F(DirectoryCommands, KeepTheCertificateWithoutItsKey) {
    add_partner();
    const std::string pem = certificate_pem(EVP_RSA_gen(2048), 3600);
    const std::string path = file("c.pem", pem);
    const auto read = read_certificate(pem, std::chrono::sys_seconds{});
    ASSERT_TRUE(read);
    EXPECT_THAT(read->pem, Not(HasSubstr("PRIVATE")));
    EXPECT_THAT(pem, HasSubstr(read->pem));

    const std::string added =
        run("application",
            "add",
            {.partner = "lumen.example",
             .id = std::string{client},
             .name = "App",
             .certificates = {path}});
    EXPECT_THAT(added, HasSubstr("\"hasSecret\":false"));
    EXPECT_THAT(added, HasSubstr("\"certificates\":[\"" + read->thumbprint + "\"]"));
    EXPECT_THAT(added, Not(HasSubstr("clientSecret")));

    const std::string id{client};
    EXPECT_EQ(
        refusal("application", "add-certificate", {.id = id, .certificates = {path}}),
        "1: the application has this certificate already"
    );
    EXPECT_THAT(
        run("application", "remove-certificate", {.id = id, .thumbprint = read->thumbprint}),
        HasSubstr("\"certificates\":[]")
    );
    EXPECT_THAT(
        refusal("application", "remove-certificate", {.id = id, .thumbprint = read->thumbprint}),
        HasSubstr("1: the application has no certificate")
    );
    EXPECT_THAT(
        run("application", "add-certificate", {.id = id, .certificates = {path}}),
        HasSubstr(read->thumbprint)
    );
}

TEST_F(DirectoryCommands, RefuseCertificatesThatCannotBeUsed) {
    add_partner();
    add_application();
    for (const auto& [pem, words] : {
             std::pair{std::string{"word"}, "holds no certificate in PEM"},
             std::pair{certificate_pem(EVP_RSA_gen(2048), -3600), "has expired"},
             std::pair{certificate_pem(EVP_RSA_gen(1024), 3600), "wants an RSA key"},
             std::pair{certificate_pem(EVP_EC_gen("P-256"), 3600), "wants an RSA key"},
         }) {
        const std::string path = file("bad.pem", pem);
        EXPECT_THAT(
            refusal(
                "application",
                "add-certificate",
                {.id = std::string{client}, .certificates = {path}}
            ),
            HasSubstr("1: " + path + ": " + words)
        );
    }
}

TEST_F(DirectoryCommands, AddAPersonWithAPasswordAndASecondFactor) {
    add_partner();
    const std::string added =
        run("user",
            "add",
            {.partner = "lumen.example",
             .name = "ann@lumen.example",
             .roles = {"adminAGENTS", "SalesAgents", "AdminAgents"},
             .totp = true});
    EXPECT_THAT(added, HasSubstr(R"("roles":["AdminAgents","SalesAgents"],"secondFactor":true)"));
    EXPECT_TRUE(is_hash_of(member(added, "password"), ann().password_hash));
    EXPECT_EQ(member(added, "totpSecret"), secret_of_ann());
    EXPECT_THAT(secret_of_ann(), MatchesRegex("[A-Z2-7]{32}"));
    EXPECT_THAT(ann().totp_secret, Not(HasSubstr(secret_of_ann()))) << "sealed";
    EXPECT_EQ(
        member(added, "totpUri"),
        "otpauth://totp/partnerd:ann%40lumen.example?secret=" + secret_of_ann() +
            "&issuer=partnerd&algorithm=SHA1&digits=6&period=30"
    );
    const std::string listed = run("user", "list", {});
    EXPECT_THAT(listed, Not(HasSubstr("totpSecret")));
    EXPECT_THAT(listed, Not(HasSubstr("password")));
    EXPECT_THAT(
        refusal("user", "add", {.partner = "lumen.example", .name = "Ann@lumen.example"}),
        HasSubstr("1: there is a user")
    );
}

TEST_F(DirectoryCommands, ChangeWhatAPersonHas) {
    add_partner();
    add_ann();
    const std::string name = "ann@lumen.example";
    types("correct horse battery");
    EXPECT_THAT(
        run("user", "reset-password", {.name = name, .secret_from_stdin = true}),
        Not(HasSubstr("correct"))
    );
    EXPECT_TRUE(is_hash_of("correct horse battery", ann().password_hash));
    const std::string made = run("user", "reset-password", {.name = name});
    EXPECT_TRUE(is_hash_of(member(made, "password"), ann().password_hash));
    types("short");
    EXPECT_EQ(
        refusal("user", "reset-password", {.name = name, .secret_from_stdin = true}),
        "1: a password has 12 characters at least"
    );

    const std::string totp = run("user", "reset-totp", {.name = name});
    EXPECT_EQ(member(totp, "totpSecret"), secret_of_ann());
    EXPECT_THAT(
        run("user", "reset-totp", {.name = name, .off = true}), HasSubstr(R"("secondFactor":false)")
    );
    EXPECT_EQ(ann().totp_secret, "");

    EXPECT_THAT(
        run("user", "set-roles", {.name = name, .roles = {"HelpdeskAgents"}}),
        HasSubstr(R"("roles":["HelpdeskAgents"])")
    );
    EXPECT_THAT(run("user", "set-roles", {.name = name}), HasSubstr(R"("roles":[])"));
}

TEST_F(DirectoryCommands, RefuseUnknownRolesAndNames) {
    add_partner();
    add_ann();
    EXPECT_EQ(
        refusal(
            "user", "set-roles", {.name = "ann@lumen.example", .roles = {"AdminAgents", "Boss"}}
        ),
        "2: --role: 'Boss' is not one of AdminAgents, GlobalAdmins, SalesAgents, BillingAdmins, "
        "HelpdeskAgents"
    );
    for (const char* name :
         {"", "bob", "@lumen.example", "bob@", "b ob@lumen.example", "bob@x", "a@b@c.example"}) {
        EXPECT_THAT(
            refusal("user", "add", {.partner = "lumen.example", .name = name}),
            HasSubstr("2: --name: '")
        );
    }
    EXPECT_EQ(
        refusal("user", "add", {.partner = "x.example", .name = "bob@lumen.example"}),
        "1: there is no partner 'x.example'"
    );
}

TEST_F(DirectoryCommands, ChangeDelegatedAccessOfThePartnersOwnCustomer) {
    add_partner();
    {
        sqlite_file file{{.file = data() / "partnerd.db"}};
        store records{file.connect()};
        ASSERT_TRUE(block_on(records.add_customers(*parse_guid(tenant), {sample_customer(1)})));
    }
    const std::string customer = to_string(id_of(1));
    for (const auto& [word, shown] : {std::pair{"off", "false"}, std::pair{"on", "true"}}) {
        EXPECT_EQ(
            run("customer",
                "set-delegated-access",
                {.partner = "lumen.example", .id = customer, .access = word}),
            R"({"tenantId":")" + std::string{tenant} + R"(","customerId":")" + customer +
                R"(","delegatedAccess":)" + shown + "}\n"
        );
    }
    EXPECT_THAT(
        refusal(
            "customer",
            "set-delegated-access",
            {.partner = "lumen.example", .id = customer, .access = "maybe"}
        ),
        HasSubstr("is not on or off")
    );
    EXPECT_THAT(
        refusal(
            "customer",
            "set-delegated-access",
            {.partner = "lumen.example", .id = std::string{tenant}, .access = "on"}
        ),
        HasSubstr("1: the partner has no customer")
    );
}

TEST_F(DirectoryCommands, WriteDownWhatBecomesOfDelegatedAccess) {
    add_partner();
    sqlite_file file{{.file = data() / "partnerd.db"}};
    store records{file.connect()};
    ASSERT_TRUE(block_on(records.add_customers(*parse_guid(tenant), {sample_customer(1)})));
    const std::string customer = to_string(id_of(1));
    const auto set = [&](const char* word) {
        static_cast<void>(
            run("customer",
                "set-delegated-access",
                {.partner = "lumen.example", .id = customer, .access = word})
        );
    };

    for (const char* word : {"off", "off", "on"}) set(word);  // what is so already is no change

    const auto own = file.connect();
    rows found = block_on(own->read("SELECT document FROM audit_records ORDER BY number", {}));
    ASSERT_EQ(found.size(), 2U);
    for (const auto& [at, type] :
         {std::pair{0U, "dap_admin_relationship_terminated"},
          std::pair{1U, "dap_admin_relationship_approved"}}) {
        const auto record =
            from_json<audit_record>(found.take<std::string>(at, 0), json_reading::response).value();
        EXPECT_EQ(record.operation_type, type);
        EXPECT_EQ(record.resource_type, "partner_customer_dap");
        EXPECT_EQ(record.customer_id, customer);
        EXPECT_EQ(record.customer_name, sample_customer(1).company_name);
        EXPECT_EQ(record.partner_id, tenant);
        EXPECT_EQ(record.operation_status, operation_status::succeeded);
    }

    ASSERT_FALSE(block_on(records.commit(store::end_relationship(*parse_guid(tenant), id_of(1)))));
    EXPECT_THAT(
        refusal(
            "customer",
            "set-delegated-access",
            {.partner = "lumen.example", .id = customer, .access = "off"}
        ),
        HasSubstr("1: the partner has no customer")
    );
}

}  // namespace
}  // namespace partner_center
