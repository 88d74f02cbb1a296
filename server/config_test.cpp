// Where settings come from and which source is stronger.
// SPDX-License-Identifier: MIT
#include "server/config.hpp"

#include <fstream>
#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "server/config_checks.hpp"
#include "server/config_knobs.hpp"
#include "server/http/limits.hpp"
#include "tests/support/temporary_directory.hpp"

namespace partner_center {
namespace {

using ::testing::HasSubstr;
using variables = std::map<std::string, std::string>;

[[nodiscard]] command read(std::vector<const char*> words, const variables& set) {
    words.insert(words.begin(), "serve");
    return read_command_line(words, [&](const std::string& name) -> std::optional<std::string> {
        const auto found = set.find(name);
        return found == set.end() ? std::nullopt : std::optional{found->second};
    });
}

[[nodiscard]] std::string misuse(std::vector<const char*> words, const variables& set) {
    try {
        static_cast<void>(read(std::move(words), set));
    } catch (const usage_error& error) {
        return error.what();
    }
    return "it was accepted";
}

/// A value for each knob that differs from its default, and how --print-config shows it.
const std::map<std::string_view, const char*> samples{
    {"listen", "127.0.0.1:7001"},
    {"admin", "[::1]:7002"},
    {"data", "/tmp/elsewhere"},
    {"store", "sqlite:/tmp/other.db"},
    {"demo", "true"},
    {"threads", "3"},
    {"ready-file", "/tmp/ready"},
    {"public-url", "https://partner.example"},
    {"behind-proxy", "true"},
    {"tls-cert", "/tmp/cert.pem"},
    {"tls-key", "/tmp/key.pem"},
    {"tls-dev", "true"},
    {"tls-client-ca", "/tmp/authority.pem"},
    {"max-connections", "7"},
    {"access-audit", "false"},
    {"access-audit-retention-days", "7"},
    {"audit-retention-days", "365"},
    {"accepted-audiences", "https://api.example,second"},
    {"embedded-authority", "false"},
    {"countries", "/tmp/countries.json"},
    {"domain-suffixes",
     "china=.partner.onmschina.cn,global=.own.example,sandbox=.ccsctp.net,"
     "us_government=.onmicrosoft.us"},
    {"log-level", "error"},
    {"log-format", "text"},
};

/// What some knobs are refused without.
const std::map<std::string_view, const char*> companions{
    {"tls-cert", "--tls-key=/tmp/other-key.pem"},
    {"tls-client-ca", "--tls-dev"},
    {"tls-key", "--tls-cert=/tmp/other-cert.pem"},
};

[[nodiscard]] std::string printed(std::string_view name) {
    return std::string{name} + " = ";
}

/// The value that --print-config shows for a knob.
[[nodiscard]] std::string outcome(
    std::string_view name, std::vector<const char*> words, const variables& set
) {
    words.push_back("--print-config");
    const std::string text = "\n" + read(std::move(words), set).answer;
    const auto at = text.find("\n" + printed(name)) + 1 + printed(name).size();
    const std::string shown = text.substr(at, text.find('\n', at) - at);
    return shown.substr(1, shown.size() - 2);
}

[[nodiscard]] std::string variable_name(std::string_view knob) {
    std::string out = "PARTNERD_";
    for (const char c : knob) out += c == '-' ? '_' : static_cast<char>(std::toupper(c));
    return out;
}

class ConfigFile : public ::testing::Test {
protected:
    [[nodiscard]] std::string file(const std::string& text) const {
        const auto path = directory_.path() / "partnerd.toml";
        std::ofstream{path} << text;
        return path.string();
    }

private:
    testing::temporary_directory directory_{};
};

TEST_F(ConfigFile, HasAKeyAFlagAndAVariableForEveryKnob) {
    for (const knob& each : knobs()) {
        const std::string_view name = each.name;
        ASSERT_TRUE(samples.contains(name)) << name;
        const std::string wanted = samples.at(name);
        const std::string flag = "--" + std::string{name} + "=" + wanted;
        const std::string path = file(std::string{name} + " = \"" + wanted + "\"\n");
        std::vector<const char*> words;
        if (companions.contains(name)) words.push_back(companions.at(name));

        EXPECT_EQ(outcome(name, words, {{variable_name(name), wanted}}), wanted);
        words.push_back(flag.c_str());
        EXPECT_EQ(outcome(name, words, {}), wanted);
        words.back() = "--config";
        words.push_back(path.c_str());
        EXPECT_EQ(outcome(name, words, {}), wanted);
        EXPECT_NE(outcome(name, {}, {}), wanted) << "the sample is the default";
    }
}

TEST_F(ConfigFile, KeepsTheAuditAsLongAsTheApiPromises) {
    EXPECT_EQ(read({"--audit-retention-days", "90"}, {}).settings.audit_kept.count(), 90);
    EXPECT_THROW(read({"--audit-retention-days", "89"}, {}), usage_error);
    EXPECT_THROW(read({"--access-audit-retention-days", "0"}, {}), usage_error);
    EXPECT_EQ(read({"audit", "reads", "--customer", "x"}, {}).audit.customer, "x");
}

TEST_F(ConfigFile, IsWeakerThanTheEnvironmentAndThatThanAFlag) {
    const std::string path = file("threads = 3\ndemo = true\n[switch]\nlinks = \"unversioned\"\n");
    const variables set{{"PARTNERD_THREADS", "4"}, {"PARTNERD_CONFIG", path}};

    EXPECT_EQ(read({"--config", path.c_str()}, {}).settings.threads, 3U);
    EXPECT_EQ(read({}, set).settings.threads, 4U);
    EXPECT_EQ(read({"--threads", "5"}, set).settings.threads, 5U);
    EXPECT_TRUE(read({}, set).settings.demo);
    EXPECT_FALSE(read({"--demo=false"}, set).settings.demo);
    EXPECT_EQ(read({}, set).settings.options.links, links_form::unversioned);
    EXPECT_EQ(read({"--switch", "links=seed"}, set).settings.options.links, links_form::seed);
}

TEST_F(ConfigFile, IsRefusedWithItsPlace) {
    const std::string unknown = file("lisen = \"127.0.0.1:1\"\n");
    EXPECT_EQ(misuse({"--config", unknown.c_str()}, {}), unknown + ": lisen: there is no such key");
    const std::string broken = file("threads = 1\nlisten = \n");
    EXPECT_THAT(misuse({"--config", broken.c_str()}, {}), HasSubstr(broken + ":2: "));
    const std::string bad = file("threads = \"many\"\n");
    EXPECT_THAT(misuse({"--config", bad.c_str()}, {}), HasSubstr(bad + ": threads: 'many' is not"));
    for (const char* const value : {"['x']", "1.5", "2026-11-22", "{a = 1}"}) {
        const std::string odd = file("store = " + std::string{value} + "\n");
        EXPECT_THAT(
            misuse({"--config", odd.c_str()}, {}), HasSubstr(odd + ": store must be a string")
        );
    }
}

TEST(Config, NamesTheVariableThatIsWrong) {
    EXPECT_THAT(
        misuse({}, {{"PARTNERD_LISTEN", "here"}}), HasSubstr("PARTNERD_LISTEN: 'here' is not")
    );
    EXPECT_THAT(misuse({}, {{"PARTNERD_SWITCH", "bom=maybe"}}), HasSubstr("bom=on or off"));
}

TEST(Config, TakesSeveralSwitches) {
    const switches options =
        read(
            {"--switch",
             "bom=on",
             "--switch",
             "company-profile-user-only=off",
             "--switch",
             "fault-code=string"},
            {{"PARTNERD_SWITCH",
              "hide-unknown-tenants=on,accept-legacy-audience=on,require-mfa=off,"
              "address-validation=legacy,address-check=on"}}
        ).settings.options;

    EXPECT_TRUE(options.bom);
    EXPECT_EQ(options.fault_code, fault_code_form::string);
    EXPECT_TRUE(options.hide_unknown_tenants);
    EXPECT_TRUE(options.accept_legacy_audience);
    EXPECT_FALSE(options.company_profile_user_only);
    EXPECT_FALSE(options.require_mfa);
    EXPECT_EQ(options.address_validation, address_validation_form::legacy);
    EXPECT_EQ(options.address_check, address_check::on);
    EXPECT_TRUE(read({}, {}).settings.options.require_mfa) << "must be said to be off";
}

TEST(Config, LimitsRequestsBySwitches) {
    const request_limits none = read({}, {}).settings.options.throttle;
    EXPECT_TRUE(none.are_off());
    const request_limits limits =
        read({"--switch", "throttle=500", "--switch", "throttle-per-customer=1000000"}, {})
            .settings.options.throttle;
    EXPECT_EQ(limits.per_partner, 500U);
    EXPECT_EQ(limits.per_customer, 1'000'000U);
    EXPECT_TRUE(read({"--switch", "throttle=5", "--switch", "throttle=off"}, {})
                    .settings.options.throttle.are_off());
    for (const char* wrong :
         {"throttle=0", "throttle=1000001", "throttle=5/s", "throttle=", "throttle=on"}) {
        EXPECT_THAT(
            misuse({"--switch", wrong}, {}), HasSubstr("off or a number from 1 to 1000000")
        );
    }
}

TEST(Config, TakesSuffixesForTheCloudsThatItNames) {
    const domain_suffixes documented = read({}, {}).settings.options.suffixes;
    EXPECT_EQ(documented, documented_domain_suffixes());

    const char* const some = "china=.one.example,china=.TWO.example,sandbox=.test";
    domain_suffixes wanted = documented;
    wanted["china"] = {".one.example", ".two.example"};
    wanted["sandbox"] = {".test"};
    EXPECT_EQ(read({"--domain-suffixes", some}, {}).settings.options.suffixes, wanted);

    for (const char* wrong :
         {"global",
          "global=",
          "global=.",
          "mars=.example",
          "global=example",
          "global=.a..b",

          "global=.a_b"}) {
        EXPECT_THAT(misuse({"--domain-suffixes", wrong}, {}), HasSubstr("is not CLOUD=.SUFFIX"))
            << wrong;
    }
}

TEST(Config, TakesAFileOfCountries) {
    EXPECT_TRUE(read({}, {}).settings.countries.empty());
    EXPECT_EQ(read({"--countries", "own.json"}, {}).settings.countries, "own.json");
}

TEST_F(ConfigFile, GivesPartnersSwitchesOfTheirOwn) {
    const guid partner = parse_guid("b0d7e3a4-52c8-4f19-8e6d-1fa3c95b2e70").value();
    const std::string path = file(
        "[partner.B0D7E3A4-52C8-4F19-8E6D-1FA3C95B2E70.switch]\n"
        "links = \"unversioned\"\nrequire-mfa = \"on\"\nthrottle = 500\n"
        "[switch]\nbom = \"on\"\n"
    );
    const std::vector<const char*> words{
        "--config", path.c_str(), "--switch", "links=seed", "--switch", "require-mfa=off"};

    const config given = read(words, {}).settings;

    EXPECT_EQ(given.options.links, links_form::seed);
    EXPECT_TRUE(given.options.throttle.are_off());
    ASSERT_EQ(given.own_options.size(), 1U);
    const switches& own = given.own_options.at(partner);
    EXPECT_EQ(own.links, links_form::unversioned) << "a partner's own beats the server's";
    EXPECT_TRUE(own.require_mfa);
    EXPECT_EQ(own.throttle.per_partner, 500U);
    EXPECT_TRUE(own.bom) << "the server's where it has none of its own";
    EXPECT_TRUE(read({}, {}).settings.own_options.empty());
}

TEST_F(ConfigFile, PrintsThePartnersSwitches) {
    const std::string path = file(
        "[partner.b0d7e3a4-52c8-4f19-8e6d-1fa3c95b2e70.switch]\n"
        "links = \"unversioned\"\nrequire-etag = \"on\"\nthrottle-per-customer = \"7\"\n"
    );

    const std::string printed = read({"--config", path.c_str(), "--print-config"}, {}).answer;

    const std::string own =
        "\n[partner.\"b0d7e3a4-52c8-4f19-8e6d-1fa3c95b2e70\".switch]\n"
        "links = \"unversioned\"\nthrottle-per-customer = \"7\"\n";
    EXPECT_TRUE(printed.ends_with(own)) << printed;
    const std::string again = file(printed);
    EXPECT_EQ(read({"--config", again.c_str(), "--print-config"}, {}).answer, printed);
}

TEST_F(ConfigFile, RefusesWhatAPartnerCannotHave) {
    const auto refused = [this](const std::string& text) {
        const std::string path = file(text);
        return misuse({"--config", path.c_str()}, {});
    };
    const std::string id = "partner.b0d7e3a4-52c8-4f19-8e6d-1fa3c95b2e70";

    EXPECT_THAT(refused("partner = 1\n"), HasSubstr("partner must be a table of tenant ids"));
    EXPECT_THAT(refused("[partner.lumen.switch]\n"), HasSubstr("named by its tenant id"));
    EXPECT_THAT(refused(id + " = 1\n"), HasSubstr("must be a table"));
    EXPECT_THAT(refused(id + ".links = 'seed'\n"), HasSubstr("links: there is no such key"));
    EXPECT_THAT(refused(id + ".switch = 'seed'\n"), HasSubstr("a table of NAME"));
    EXPECT_THAT(refused(id + ".switch.lynx = 'seed'\n"), HasSubstr("is not a switch"));
    EXPECT_THAT(refused(id + ".switch.bom = 'maybe'\n"), HasSubstr("bom=on or off"));
    EXPECT_THAT(
        refused(id + ".switch.accept-legacy-audience = 'on'\n"), HasSubstr("the whole server's")
    );
}

TEST(Config, KeepsPlainHttpOnLoopback) {
    EXPECT_THAT(misuse({"--listen", "0.0.0.0:80"}, {}), HasSubstr("--behind-proxy"));
    EXPECT_THAT(
        misuse({"--listen", "0.0.0.0:80", "--behind-proxy"}, {}), HasSubstr("--public-url")
    );
    EXPECT_EQ(
        misuse(
            {"--listen", "0.0.0.0:80", "--behind-proxy", "--public-url", "https://p.example"}, {}
        ),
        "it was accepted"
    );
    EXPECT_THAT(
        misuse({"--listen", "10.0.0.1:80", "--behind-proxy", "--demo"}, {}), HasSubstr("--demo")
    );
}

TEST(Config, WantsOneWholeCertificate) {
    const char* const together = "--tls-cert and --tls-key go together";
    EXPECT_THAT(misuse({"--tls-cert", "c.pem"}, {}), HasSubstr(together));
    EXPECT_THAT(misuse({"--tls-key", "k.pem"}, {}), HasSubstr(together));
    EXPECT_EQ(misuse({"--tls-cert", "c.pem", "--tls-key", "k.pem"}, {}), "it was accepted");
    EXPECT_THAT(
        misuse({"--tls-dev", "--tls-cert", "c.pem", "--tls-key", "k.pem"}, {}),
        HasSubstr("leave out --tls-cert")
    );
}

TEST(Config, MayListenAnywhereWithACertificate) {
    const std::vector<const char*> words{
        "--listen", "0.0.0.0:443", "--tls-cert", "c.pem", "--tls-key", "k.pem"};
    EXPECT_THAT(misuse(words, {}), HasSubstr("--public-url"));
    EXPECT_EQ(misuse(words, {{"PARTNERD_PUBLIC_URL", "https://p.example"}}), "it was accepted");
    EXPECT_THAT(misuse({"--listen", "0.0.0.0:443", "--tls-dev"}, {}), HasSubstr("--tls-dev"));
}

TEST(Config, KeepsTheAdminListenerOnLoopback) {
    EXPECT_THAT(misuse({"--admin", "0.0.0.0:9090"}, {}), HasSubstr("--admin"));
    EXPECT_EQ(misuse({"--admin", "0.0.0.0:9090", "--behind-proxy"}, {}), "it was accepted");
}

TEST(Config, BoundsTheConnections) {
    EXPECT_EQ(read({}, {}).settings.connections_max, http::limits::connections_max);
    const std::string most = std::to_string(http::limits::connections_limit);
    const std::string more = std::to_string(http::limits::connections_limit + 1);
    EXPECT_EQ(misuse({"--max-connections", most.c_str()}, {}), "it was accepted");
    for (const char* wrong : {more.c_str(), "0", "-1", "many", "1k", ""}) {
        EXPECT_THAT(misuse({"--max-connections", wrong}, {}), HasSubstr("a number from 1 to"));
    }
}

/// What `partnerd seed` with these words is refused for.
[[nodiscard]] std::string seed_misuse(std::vector<const char*> words) {
    words.insert(words.begin(), "seed");
    try {
        static_cast<void>(read_command_line(words, [](const std::string&) { return std::nullopt; })
        );
    } catch (const usage_error& error) {
        return error.what();
    }
    return "it was accepted";
}

TEST(SeedWords, SayWhatToInventForWhom) {
    const std::vector<const char*> words{
        "seed",
        "--customers",
        "3000",
        "--seed",
        "7",
        "--data",
        "d",
        "--partner",
        "p",
        "--ids",
        "i"};
    const auto none = [](const std::string&) { return std::nullopt; };

    const command given = read_command_line(words, none);
    const command least = read_command_line(std::vector{"seed", "--customers=1"}, none);

    EXPECT_EQ(given.what, command::word::seed);
    EXPECT_EQ(given.seed.customers, 3'000U);
    EXPECT_EQ(given.seed.seed, 7U);
    EXPECT_EQ(given.seed.data, "d");
    EXPECT_EQ(given.seed.partner, "p");
    EXPECT_EQ(given.seed.ids, "i");
    EXPECT_EQ(least.seed.seed, 1U);
    EXPECT_EQ(least.seed.data, "./partnerd-data");
    EXPECT_EQ(least.seed.partner, "");
    EXPECT_EQ(least.seed.ids, "");
}

TEST(SeedWords, BoundTheCustomers) {
    EXPECT_EQ(seed_misuse({"--customers", "10000000"}), "it was accepted");
    for (const char* wrong : {"0", "-1", "10000001", "99999999999999999999", "many", "1e6", ""}) {
        EXPECT_THAT(
            seed_misuse({"--customers", wrong}),
            HasSubstr(
                "--customers: '" + std::string{wrong} + "' is not a number from 1 to 10000000"
            )
        );
    }
    EXPECT_THAT(seed_misuse({}), HasSubstr("--customers is required"));
    EXPECT_THAT(seed_misuse({"--customers=1", "--seed=-1"}), HasSubstr("--seed: '-1' is not"));
}

TEST(TokenWord, PrintsOneTokenUnlessMoreAreAskedForWithinABound) {
    const auto read_token = [](std::vector<const char*> words) {
        words.insert(words.begin(), "token");
        return read_command_line(words, [](const std::string&) { return std::nullopt; });
    };
    EXPECT_EQ(read_token({}).token.count, 1U);
    EXPECT_EQ(read_token({"--count", "1"}).token.count, 1U);
    EXPECT_EQ(read_token({"--count=100000"}).token.count, 100'000U);
    for (const char* wrong : {"0", "100001", "-1", "+1", "1.5", "1x", "many", ""}) {
        EXPECT_THROW(read_token({"--count", wrong}), usage_error) << wrong;
    }
}

TEST(TokenWord, SaysWhichTokenAndForWhom) {
    const auto none = [](const std::string&) { return std::nullopt; };
    const std::vector<const char*> words{
        "token",
        "--kind=expired",
        "--user=ann@lumen.example",
        "--application=a",
        "--audience=b",
        "--lifetime=60",
        "--partner=p",
        "--data=d"};

    const token_request given = read_command_line(words, none).token;
    const command list = read_command_line(std::vector{"token", "--kind=list"}, none);

    EXPECT_EQ(given.kind, "expired");
    EXPECT_EQ(given.user, "ann@lumen.example");
    EXPECT_EQ(given.application, "a");
    EXPECT_EQ(given.audience, "b");
    EXPECT_EQ(given.lifetime, std::chrono::seconds{60});
    EXPECT_EQ(list.what, command::word::answer);
    EXPECT_THAT(list.answer, HasSubstr("\nno-mfa\t401\t900421\tapp+user\t"));
    for (const char* wrong : {"--kind=golden", "--kind=", "--lifetime=0", "--lifetime=1h"}) {
        EXPECT_THROW(
            static_cast<void>(read_command_line(std::vector{"token", wrong}, none)), usage_error
        );
    }
}

TEST(AcceptedAudiences, AreTheApisUnlessOthersAreNamed) {
    using audiences = std::vector<std::string>;
    EXPECT_EQ(
        read({}, {}).settings.accepted_audiences,
        (audiences{
            "https://api.partnercenter.microsoft.com", "fa3d9a0c-3fb0-42cc-9193-47c7ecd2edbd"})
    );
    EXPECT_EQ(
        read({"--accepted-audiences", "https://api.example, second"}, {})
            .settings.accepted_audiences,
        (audiences{"https://api.example", "second"})
    );
}

TEST(AcceptedAudiences, AreNotEmpty) {
    for (const char* wrong : {"", " ", "a,,b", ","}) {
        EXPECT_THAT(
            misuse({"--accepted-audiences", wrong}, {}),
            HasSubstr("set it to https://api.partnercenter.microsoft.com")
        );
    }
    EXPECT_THAT(
        misuse({}, {{"PARTNERD_ACCEPTED_AUDIENCES", ""}}),
        HasSubstr("PARTNERD_ACCEPTED_AUDIENCES: an audience is empty")
    );
}

TEST(ClientAuthority, NeedsTls) {
    EXPECT_THAT(misuse({"--tls-client-ca=ca.pem"}, {}), HasSubstr("--tls-client-ca: "));
}

/// The request of a directory word's command line.
[[nodiscard]] directory_request read_directory(
    std::vector<const char*> words, const variables& set
) {
    const command read = read_command_line(words, [&](const std::string& name) {
        const auto found = set.find(name);
        return found == set.end() ? std::nullopt : std::optional{found->second};
    });
    EXPECT_EQ(read.what, command::word::directory);
    return read.directory;
}

TEST(DirectoryWords, AreReadIntoARequest) {
    const directory_request application = read_directory(
        {"application",
         "add",
         "--partner",
         "p.example",
         "--name",
         "App",
         "--redirect-uri",
         "a:/b",
         "--redirect-uri",
         "c:/d,e",
         "--certificate",
         "f",
         "--secret-stdin"},
        {}
    );
    EXPECT_EQ(application.noun, "application");
    EXPECT_EQ(application.verb, "add");
    EXPECT_EQ(application.partner, "p.example");
    EXPECT_EQ(application.name, "App");
    EXPECT_EQ(application.redirect_uris, (std::vector<std::string>{"a:/b", "c:/d,e"}));
    EXPECT_EQ(application.certificates, std::vector<std::string>{"f"});
    EXPECT_TRUE(application.secret_from_stdin);
    EXPECT_FALSE(application.is_public);

    const directory_request access = read_directory(
        {"customer", "set-delegated-access", "--partner", "p", "--customer", "c", "off"}, {}
    );
    EXPECT_EQ(access.id, "c");
    EXPECT_EQ(access.access, "off");
    const directory_request off =
        read_directory({"user", "reset-totp", "--name", "n", "--off"}, {});
    EXPECT_TRUE(off.off);
}

TEST_F(ConfigFile, SaysWhereTheDirectoryWordsFindTheStore) {
    const std::string path = file("data = \"/tmp/of-the-file\"\nlisten = \"0.0.0.0:1\"\n");
    EXPECT_EQ(read_directory({"user", "list"}, {}).database, "./partnerd-data/partnerd.db");
    EXPECT_EQ(read_directory({"user", "list", "--data", "/d"}, {}).database, "/d/partnerd.db");
    EXPECT_EQ(
        read_directory({"user", "list", "--store", "sqlite:/s.db", "--data", "/d"}, {}).database,
        "/s.db"
    );
    EXPECT_EQ(
        read_directory({"user", "list", "--config", path.c_str()}, {}).database,
        "/tmp/of-the-file/partnerd.db"
    );
    EXPECT_EQ(
        read_directory({"user", "list"}, {{"PARTNERD_CONFIG", path}, {"PARTNERD_DATA", "/e"}}).data,
        "/e"
    );
}

TEST(DirectoryWords, AreRefusedWhenIncompleteAndNeverRepeatASecret) {
    const auto refusal = [](std::vector<const char*> words) -> std::string {
        try {
            static_cast<void>(read_directory(std::move(words), {}));
        } catch (const usage_error& refused) {
            return refused.what();
        }
        return "it was accepted";
    };
    EXPECT_THAT(refusal({"partner"}), HasSubstr("subcommand is required"));
    EXPECT_THAT(refusal({"partner", "add", "--name", "N"}), HasSubstr("--domain is required"));
    EXPECT_THAT(refusal({"user", "disable"}), HasSubstr("--name is required"));
    for (const char* flag : {"--password", "--password=canary"}) {
        const std::string said = refusal({"user", "reset-password", "--name", "n", flag, "canary"});
        EXPECT_THAT(said, HasSubstr("--password; secrets are read from stdin"));
        EXPECT_THAT(said, ::testing::Not(HasSubstr("canary")));
    }
}

TEST(Loopback, IsKnownByItsAddress) {
    for (const char* host : {"127.0.0.1", "127.255.0.9", "[::1]", "::1", "localhost"}) {
        EXPECT_TRUE(is_loopback(host)) << host;
    }
    for (const char* host : {"128.0.0.1", "0.0.0.0", "[::]", "127.0.0.1.example", "10.0.0.1", ""}) {
        EXPECT_FALSE(is_loopback(host)) << host;
    }
}

}  // namespace
}  // namespace partner_center
