// partnerd as a program: how it starts, what it refuses to start with, how it ends, what it logs.
// SPDX-License-Identifier: MIT
#include <fstream>
#include <set>
#include <sstream>
#include <sys/stat.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store/block_on.hpp"
#include "store/sqlite.hpp"
#include "store/store.hpp"
#include "tests/support/partnerd.hpp"
#include "tests/support/temporary_directory.hpp"
#include <partner_center/client.hpp>
#include <partner_center/curl_transport.hpp>
#include <partner_center/json.hpp>

namespace partner_center {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::program;
using testing::read_file;
using testing::ready_message;
using ::testing::StartsWith;

/// Starts programs in a directory of the test's own.
class Partnerd : public ::testing::Test {
protected:
    [[nodiscard]] const std::filesystem::path& directory() const { return directory_.path(); }
    [[nodiscard]] std::filesystem::path data() const { return directory() / "data"; }
    [[nodiscard]] std::filesystem::path ready_file() const { return directory() / "ready.json"; }

    [[nodiscard]] std::unique_ptr<program> start(std::vector<std::string> words) const {
        words.insert(words.begin(), PARTNERD_PROGRAM);
        return std::make_unique<program>(words, directory());
    }

    /// `serve` on free ports with this test's data, and more words.
    [[nodiscard]] std::unique_ptr<program> serve(const std::vector<std::string>& more) const {
        std::vector<std::string> words{
            "serve",
            "--listen",
            "127.0.0.1:0",
            "--admin",
            "127.0.0.1:0",
            "--data",
            data(),
            "--ready-file",
            ready_file(),
            "--threads",
            "2",
        };
        words.insert(words.end(), more.begin(), more.end());
        std::filesystem::remove(ready_file());
        return start(words);
    }

    [[nodiscard]] ready_message ready() const {
        return from_json<ready_message>(read_file(ready_file()), json_reading::strict).value();
    }

    /// Starts `serve`, waits for its end, and expects a message and a status.
    void expect_refusal(const std::vector<std::string>& more, const std::string& message) const {
        const auto server = serve(more);
        EXPECT_EQ(server->wait(), 1);
        EXPECT_THAT(server->errors(), StartsWith("partnerd: "));
        EXPECT_THAT(server->errors(), HasSubstr(message));
        EXPECT_EQ(server->output(), "");
        EXPECT_FALSE(std::filesystem::exists(ready_file()));
    }

    [[nodiscard]] static http::response get(const std::string& url, const std::string& target) {
        return get(url, target, {});
    }

    /// Trusting the authority of that PEM file alone.
    [[nodiscard]] static http::response get(
        const std::string& url, const std::string& target, const std::filesystem::path& authority
    ) {
        return make_curl_transport({.ca_file = authority})
            ->exchange({.base_url = url, .request = {.method = "GET", .target = target}})
            .value();
    }

    /// Waits until the log says it.
    static void wait_for_event(program& server, const std::string& event) {
        const std::string wanted = R"("event":")" + event + '"';
        while (server.errors().find(wanted) == std::string::npos) ::poll(nullptr, 0, 2);
    }

    /// Certificates as somebody else would make them: chain, key and who vouches for them, from a
    /// server of its own.
    [[nodiscard]] std::filesystem::path make_certificates(const std::string& name) const {
        const std::filesystem::path scratch = directory() / name;
        std::filesystem::create_directory(scratch);
        std::vector<std::string> words{PARTNERD_PROGRAM, "serve", "--tls-dev"};
        words.insert(words.end(), {"--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0"});
        words.insert(words.end(), {"--data", scratch, "--ready-file", scratch / "ready.json"});
        program maker{words, scratch};
        EXPECT_TRUE(maker.wait_for(scratch / "ready.json")) << maker.errors();
        return scratch / "tls";
    }

private:
    testing::temporary_directory directory_{};
};

TEST_F(Partnerd, SaysWhenAndWhereItIsReady) {
    const auto server = serve({"--demo"});
    ASSERT_TRUE(server->wait_for(ready_file())) << server->errors();

    EXPECT_THAT(ready().url, StartsWith("http://127.0.0.1:"));
    EXPECT_NE(ready().url, ready().admin_url);
    EXPECT_EQ(get(ready().url, "/healthz").status, 200U);
    EXPECT_EQ(get(ready().admin_url, "/healthz").status, 200U);
    EXPECT_EQ(get(ready().admin_url, "/readyz").status, 200U);
    EXPECT_EQ(get(ready().admin_url, "/metrics").status, 200U);
    EXPECT_EQ(get(ready().url, "/readyz").status, 404U);
    EXPECT_EQ(get(ready().url, "/metrics").status, 404U);
    EXPECT_EQ(get(ready().admin_url, "/v1/customers").status, 404U);
    EXPECT_THAT(read_file(data() / "demo.json"), HasSubstr("\"url\":\"" + ready().url + '"'));
}

TEST_F(Partnerd, EndsWellOnBothSignals) {
    for (const int number : {SIGTERM, SIGINT}) {
        const auto server = serve({});
        ASSERT_TRUE(server->wait_for(ready_file())) << server->errors();

        server->signal(number);

        EXPECT_EQ(server->wait(), 0);
        EXPECT_THAT(server->errors(), HasSubstr(R"("event":"stopped")"));
        EXPECT_EQ(server->output(), "");
    }
}

TEST_F(Partnerd, KeepsItsSecretsToItself) {
    const auto server = serve({});
    ASSERT_TRUE(server->wait_for(ready_file()));

    for (const char* name : {"partnerd.db", "authority/signing-key.pem"}) {
        struct stat status {};
        ASSERT_EQ(::stat((data() / name).c_str(), &status), 0) << name;
        EXPECT_EQ(status.st_mode & 0777U, 0600U) << name;
    }
    struct stat status {};
    ASSERT_EQ(::stat(data().c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777U, 0700U);
}

TEST_F(Partnerd, KeepsItsDemoWorldOverARestart) {
    auto first = serve({"--demo"});
    ASSERT_TRUE(first->wait_for(ready_file())) << first->errors();
    const std::string before = read_file(data() / "demo.json");
    first->signal(SIGTERM);
    ASSERT_EQ(first->wait(), 0);

    const auto second = serve({"--demo"});
    ASSERT_TRUE(second->wait_for(ready_file())) << second->errors();
    const std::string after = read_file(data() / "demo.json");

    const auto partners = [](const std::string& text) {
        return text.substr(text.find("\"partners\""));
    };
    EXPECT_EQ(partners(before), partners(after));
}

TEST_F(Partnerd, PrintsATokenOfTheDemoDataThatWorks) {
    const auto server = serve({"--demo"});
    ASSERT_TRUE(server->wait_for(ready_file())) << server->errors();
    const std::filesystem::path scratch = directory() / "token";
    std::filesystem::create_directory(scratch);
    program token{{PARTNERD_PROGRAM, "token", "--data", data()}, scratch};
    ASSERT_EQ(token.wait(), 0) << token.errors();
    std::string text = token.output();
    ASSERT_THAT(text, EndsWith("\n"));
    text.pop_back();

    const auto credential = std::make_shared<static_credential>(
        text, std::chrono::system_clock::now() + std::chrono::hours{1}
    );
    const client client{clouds::global, credential, {.base_url = ready().url}};
    EXPECT_TRUE(
        client.customers().by_id("6f1c9a52-3d0e-4b7c-9c11-5a2e8d40b7f3").profiles().billing().get()
    );
}

TEST_F(Partnerd, PrintsAsManyDifferentTokensAsAreAskedFor) {
    const auto server = serve({"--demo"});
    ASSERT_TRUE(server->wait_for(ready_file())) << server->errors();
    const std::filesystem::path scratch = directory() / "token";
    std::filesystem::create_directory(scratch);
    program many{{PARTNERD_PROGRAM, "token", "--data", data(), "--count", "5"}, scratch};
    ASSERT_EQ(many.wait(), 0) << many.errors();

    std::istringstream lines{many.output()};
    std::set<std::string> tokens;
    const auto connection = make_curl_transport({});
    for (std::string token; std::getline(lines, token);) {
        const outgoing_request request{
            .base_url = ready().url,
            .request = {
                .method = "GET",
                .target = "/v1/customers/6f1c9a52-3d0e-4b7c-9c11-5a2e8d40b7f3/profiles/billing",
                .fields = {{"Authorization", "Bearer " + token}}}};
        EXPECT_EQ(connection->exchange(request).value().status, 200U);
        tokens.insert(token);
    }
    EXPECT_EQ(tokens.size(), 5U);
}

TEST_F(Partnerd, RefusesADisabledApplicationOnEveryReactorSoon) {
    const auto server = serve({"--demo"});
    ASSERT_TRUE(server->wait_for(ready_file())) << server->errors();
    const std::filesystem::path scratch = directory() / "token";
    std::filesystem::create_directory(scratch);
    program token{{PARTNERD_PROGRAM, "token", "--data", data()}, scratch};
    ASSERT_EQ(token.wait(), 0) << token.errors();
    const std::string text = token.output();
    const outgoing_request request{
        .base_url = ready().url,
        .request = {
            .method = "GET",
            .target = "/v1/customers/6f1c9a52-3d0e-4b7c-9c11-5a2e8d40b7f3/profiles/billing",
            .fields = {{"Authorization", "Bearer " + text.substr(0, text.size() - 1)}}}};
    // The kernel deals connections out to the two reactors by a hash of their ports: all 16 reach
    // the same one in one run of 32,768, which then shows less and passes all the same.
    std::vector<std::shared_ptr<const transport>> connections(16);
    for (auto& each : connections) {
        each = make_curl_transport({});
        ASSERT_EQ(each->exchange(request).value().status, 200U);
    }

    // By another process than the server's.
    sqlite_file file{{.file = data() / "partnerd.db"}};
    store records{file.connect()};
    const guid application_id = *parse_guid("2c4e9b70-15d3-4a8b-8e8f-c60a1b7d9922");
    ASSERT_TRUE(block_on(records.tenants().disable_application(application_id)));

    // That it takes a second at most is shown with a given clock, in LostStanding of
    // token_test.cpp; here that it reaches every reactor, on however busy a machine.
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{30};
    for (const auto& each : connections) {
        unsigned status = 200;
        while (status == 200 && std::chrono::steady_clock::now() < deadline) {
            status = each->exchange(request).value().status;
        }
        EXPECT_EQ(status, 401U);
    }
}

TEST_F(Partnerd, SeedsCustomersWhileItServes) {
    const auto seed = [&](const std::string& customers) {
        const std::filesystem::path scratch = directory() / ("seed-" + customers);
        std::filesystem::create_directory(scratch);
        std::vector<std::string> words{PARTNERD_PROGRAM, "seed", "--customers", customers};
        words.insert(words.end(), {"--data", data(), "--ids", scratch / "ids"});
        program seeding{words, scratch};
        EXPECT_EQ(seeding.wait(), 0) << seeding.errors();
        EXPECT_EQ(seeding.errors(), "");
        return seeding.output();
    };
    EXPECT_THAT(seed("2100"), HasSubstr(R"("customers":2100,"added":2100,)"));
    const auto server = serve({"--demo"});
    ASSERT_TRUE(server->wait_for(ready_file())) << server->errors();

    EXPECT_THAT(seed("5000"), HasSubstr(R"("customers":5000,"added":2900,)"));

    const std::filesystem::path scratch = directory() / "token";
    std::filesystem::create_directory(scratch);
    program token{{PARTNERD_PROGRAM, "token", "--data", data()}, scratch};
    ASSERT_EQ(token.wait(), 0) << token.errors();
    const std::string text = token.output();
    const auto credential = std::make_shared<static_credential>(
        text.substr(0, text.size() - 1), std::chrono::system_clock::now() + std::chrono::hours{1}
    );
    const client client{clouds::global, credential, {.base_url = ready().url}};
    std::istringstream ids{read_file(directory() / "seed-5000/ids")};
    std::size_t count = 0;
    for (std::string id; ids >> id; ++count) {
        if (count % 500 != 499) continue;
        EXPECT_TRUE(client.customers().by_id(id).profiles().billing().get()) << id;
    }
    EXPECT_EQ(count, 5'000U);
}

TEST_F(Partnerd, SeedsNothingThatItIsAskedForWrongly) {
    const auto refused = [&](std::vector<std::string> words) {
        words.insert(words.begin(), {"seed", "--data", data()});
        const auto seeding = start(words);
        const int status = seeding->wait();
        EXPECT_EQ(seeding->output(), "");
        return std::to_string(status) + ' ' + seeding->errors();
    };

    EXPECT_THAT(refused({}), StartsWith("2 partnerd: --customers is required"));
    EXPECT_THAT(refused({"--customers", "0"}), StartsWith("2 partnerd: --customers: '0' is not"));
    EXPECT_FALSE(std::filesystem::exists(data()));
    EXPECT_EQ(
        refused({"--customers", "1", "--partner", "nobody.example"}),
        "2 partnerd: --partner: the demo data has no 'nobody.example'\n"
    );
    EXPECT_THAT(
        refused({"--customers", "1", "--ids", "/proc/none/ids"}), StartsWith("1 partnerd: cannot ")
    );
}

TEST_F(Partnerd, RefusesATokenWithoutDemoData) {
    const auto token = start({"token", "--data", data()});
    EXPECT_EQ(token->wait(), 1);
    EXPECT_THAT(token->errors(), HasSubstr("demo.json"));
}

TEST_F(Partnerd, SpeaksHttpsWithACertificateOfItsOwn) {
    const auto first = serve({"--demo", "--tls-dev"});
    ASSERT_TRUE(first->wait_for(ready_file())) << first->errors();
    const std::filesystem::path authority = data() / "tls/ca.pem";
    const std::string before = read_file(authority);

    EXPECT_THAT(ready().url, StartsWith("https://127.0.0.1:"));
    EXPECT_THAT(ready().admin_url, StartsWith("http://127.0.0.1:"));
    EXPECT_THAT(read_file(data() / "demo.json"), HasSubstr("\"url\":\"" + ready().url + '"'));
    EXPECT_EQ(get(ready().url, "/healthz", authority).status, 200U);
    EXPECT_EQ(get(ready().admin_url, "/healthz").status, 200U);
    for (const char* name : {"ca-key.pem", "key.pem"}) {
        struct stat status {};
        ASSERT_EQ(::stat((data() / "tls" / name).c_str(), &status), 0) << name;
        EXPECT_EQ(status.st_mode & 0777U, 0600U) << name;
    }
    first->signal(SIGTERM);
    ASSERT_EQ(first->wait(), 0);

    const auto second = serve({"--demo", "--tls-dev"});
    ASSERT_TRUE(second->wait_for(ready_file())) << second->errors();
    EXPECT_EQ(read_file(authority), before);
}

TEST_F(Partnerd, ReadsItsCertificateAgainOnSighup) {
    const std::filesystem::path old = make_certificates("old");
    const std::filesystem::path renewed = make_certificates("renewed");
    const std::filesystem::path cert = directory() / "cert.pem";
    const std::filesystem::path key = directory() / "key.pem";
    constexpr auto over = std::filesystem::copy_options::overwrite_existing;
    std::filesystem::copy_file(old / "cert.pem", cert);
    std::filesystem::copy_file(old / "key.pem", key);
    const auto server = serve({"--tls-cert", cert, "--tls-key", key});
    ASSERT_TRUE(server->wait_for(ready_file())) << server->errors();
    EXPECT_EQ(get(ready().url, "/healthz", old / "ca.pem").status, 200U);
    // Keeps its connection; another one with the renewed certificate it would not trust.
    const auto kept = make_curl_transport({.ca_file = old / "ca.pem"});
    const outgoing_request health{
        .base_url = ready().url, .request = {.method = "GET", .target = "/healthz"}};
    EXPECT_EQ(kept->exchange(health).value().status, 200U);

    std::filesystem::copy_file(renewed / "cert.pem", cert, over);  // not its key yet
    server->signal(SIGHUP);
    wait_for_event(*server, "tls_reload_failed");
    EXPECT_THAT(server->errors(), HasSubstr(key.string() + " is not the key of the certificate"));
    EXPECT_EQ(get(ready().url, "/healthz", old / "ca.pem").status, 200U);

    std::filesystem::copy_file(renewed / "key.pem", key, over);
    server->signal(SIGHUP);
    wait_for_event(*server, "tls_reloaded");
    EXPECT_EQ(get(ready().url, "/healthz", renewed / "ca.pem").status, 200U);
    EXPECT_FALSE(make_curl_transport({.ca_file = old / "ca.pem"})->exchange(health));
    EXPECT_EQ(kept->exchange(health).value().status, 200U);

    server->signal(SIGTERM);
    EXPECT_EQ(server->wait(), 0);
}

TEST_F(Partnerd, OutlivesSighupWithoutTls) {
    const auto server = serve({});
    ASSERT_TRUE(server->wait_for(ready_file())) << server->errors();
    server->signal(SIGHUP);
    wait_for_event(*server, "reload_ignored");
    EXPECT_EQ(get(ready().url, "/healthz").status, 200U);
    server->signal(SIGTERM);
    EXPECT_EQ(server->wait(), 0);
}

TEST_F(Partnerd, RefusesATlsKeyThatEveryUserMayRead) {
    const std::filesystem::path made = make_certificates("made");
    std::filesystem::permissions(made / "key.pem", std::filesystem::perms{0644});
    expect_refusal(
        {"--tls-cert", made / "cert.pem", "--tls-key", made / "key.pem"},
        "run: chmod o= " + (made / "key.pem").string()
    );
    expect_refusal(
        {"--tls-cert", made / "none.pem", "--tls-key", made / "key.pem"},
        "cannot read " + (made / "none.pem").string() + ": No such file or directory"
    );
}

TEST_F(Partnerd, LowersItsConnectionsToTheLimitOfOpenFiles) {
    const std::filesystem::path scratch = directory() / "limited";
    std::filesystem::create_directory(scratch);
    std::vector<std::string> words{"/bin/sh", "-c", "ulimit -n 500; exec \"$@\"", "sh"};
    words.insert(words.end(), {PARTNERD_PROGRAM, "serve", "--listen", "127.0.0.1:0"});
    words.insert(words.end(), {"--admin", "127.0.0.1:0", "--threads", "2", "--data", data()});
    words.insert(words.end(), {"--ready-file", ready_file()});

    program server{words, scratch};

    ASSERT_TRUE(server.wait_for(ready_file())) << server.errors();
    wait_for_event(server, "connections_lowered");
    EXPECT_THAT(server.errors(), HasSubstr(R"("wanted":"32768","allowed":"242"})"));
}

TEST_F(Partnerd, TellsWhoComesThatItIsFull) {
    const auto server = serve({"--max-connections", "1"});
    ASSERT_TRUE(server->wait_for(ready_file())) << server->errors();
    const auto guest = make_curl_transport({});
    const auto ask = [&](const transport& from) {
        return from.exchange(
            {.base_url = ready().url, .request = {.method = "GET", .target = "/healthz"}}
        );
    };
    EXPECT_EQ(ask(*guest).value().status, 200U);  // and keeps its connection

    const http::response answer = get(ready().url, "/healthz");

    EXPECT_EQ(answer.status, 503U);
    EXPECT_EQ(answer.find("Retry-After"), "1");
    EXPECT_TRUE(answer.find("MS-CorrelationId"));
    EXPECT_THAT(answer.body, HasSubstr("there are too many connections"));
    EXPECT_EQ(ask(*guest).value().status, 200U);
}

TEST_F(Partnerd, RefusesAPortInUse) {
    const auto first = serve({});
    ASSERT_TRUE(first->wait_for(ready_file()));
    const std::string taken = ready().url.substr(std::string_view{"http://"}.size());
    const std::filesystem::path scratch = directory() / "second";
    std::filesystem::create_directory(scratch);

    program second{
        {PARTNERD_PROGRAM,
         "serve",
         "--listen",
         taken,
         "--admin",
         "127.0.0.1:0",
         "--data",
         scratch / "data"},
        scratch};

    EXPECT_EQ(second.wait(), 1);
    EXPECT_EQ(
        second.errors(), "partnerd: cannot listen on " + taken + ": address already in use\n"
    );
}

TEST_F(Partnerd, RefusesAnAdminPortInUse) {
    const auto first = serve({});
    ASSERT_TRUE(first->wait_for(ready_file()));
    const std::string taken = ready().admin_url.substr(std::string_view{"http://"}.size());
    const std::filesystem::path scratch = directory() / "second";
    std::filesystem::create_directory(scratch);
    std::vector<std::string> words{PARTNERD_PROGRAM, "serve", "--listen", "127.0.0.1:0"};
    words.insert(words.end(), {"--admin", taken, "--data", scratch / "data"});

    program second{words, scratch};

    EXPECT_EQ(second.wait(), 1);
    EXPECT_THAT(second.errors(), HasSubstr("cannot listen on " + taken));
}

TEST_F(Partnerd, RefusesADataDirectoryThatItMayNotWrite) {
    std::filesystem::create_directory(data());
    std::filesystem::permissions(data(), std::filesystem::perms{0555});
    std::filesystem::permissions(directory(), std::filesystem::perms{0755});
    std::vector<std::string> words{PARTNERD_PROGRAM, "serve", "--listen", "127.0.0.1:0"};
    words.insert(words.end(), {"--admin", "127.0.0.1:0", "--data", data()});
    // Permissions do not stop root.
    const std::vector<std::string> as_nobody{"/usr/bin/setpriv", "--reuid=65534", "--clear-groups"};
    if (::geteuid() == 0) words.insert(words.begin(), as_nobody.begin(), as_nobody.end());

    program server{words, directory()};

    EXPECT_EQ(server.wait(), 1);
    EXPECT_THAT(server.errors(), HasSubstr("Permission denied"));
}

TEST_F(Partnerd, RefusesADatabaseThatOthersCanRead) {
    {
        const auto server = serve({});
        ASSERT_TRUE(server->wait_for(ready_file()));
    }
    std::filesystem::permissions(data() / "partnerd.db", std::filesystem::perms{0644});
    expect_refusal({}, "chmod 600");
}

TEST_F(Partnerd, RefusesADataDirectoryThatCannotBe) {
    std::ofstream{data()} << "a file";
    expect_refusal({}, "cannot use the data directory " + data().string());
}

TEST_F(Partnerd, RefusesAFileThatIsNoDatabase) {
    std::filesystem::create_directory(data());
    std::ofstream{data() / "partnerd.db"} << std::string(8192, 'x');
    std::filesystem::permissions(data() / "partnerd.db", std::filesystem::perms{0600});
    expect_refusal({}, (data() / "partnerd.db").string());
}

TEST_F(Partnerd, RefusesANewerSchema) {
    std::filesystem::create_directory(data());
    {
        sqlite_file file{{.file = data() / "partnerd.db"}};
        std::vector<statement> newer{
            {.sql = "insert into schema_version (version, name, applied_at) "
                    "values (999, 'from the future', '2026-01-01T00:00:00Z')"}};
        static_cast<void>(block_on(file.connect()->write(std::move(newer))));
    }
    expect_refusal({}, "999");
}

TEST_F(Partnerd, RefusesAKeyThatOthersCanRead) {
    {
        const auto server = serve({});
        ASSERT_TRUE(server->wait_for(ready_file()));
    }
    std::filesystem::permissions(
        data() / "authority/signing-key.pem",
        std::filesystem::perms::group_read,
        std::filesystem::perm_options::add
    );
    expect_refusal({}, "chmod 600");
}

TEST_F(Partnerd, RefusesDemoDataInAStoreOfOthers) {
    auto real = serve({});
    ASSERT_TRUE(real->wait_for(ready_file()));
    real->signal(SIGTERM);
    ASSERT_EQ(real->wait(), 0);
    {
        sqlite_file file{{.file = data() / "partnerd.db"}};
        store records{file.connect()};
        ASSERT_TRUE(block_on(records.tenants().add_partner(
            {.id = *parse_guid("11111111-2222-4333-8444-555555555555"),
             .name = "Real",
             .domain = "r.example"}
        )));
    }
    expect_refusal({"--demo"}, "--demo");
}

TEST_F(Partnerd, RefusesAStoreOfDemoDataWithoutDemo) {
    auto demo = serve({"--demo"});
    ASSERT_TRUE(demo->wait_for(ready_file())) << demo->errors();
    demo->signal(SIGTERM);
    ASSERT_EQ(demo->wait(), 0);

    expect_refusal({}, "start with --demo, or take an empty directory");
    std::filesystem::remove(data() / "demo.json");
    expect_refusal({}, "the store holds the sample partner lumenpartner.onmicrosoft.com");
}

TEST_F(Partnerd, RefusesAnOutsideIssuerThatItCallsItself) {
    const std::filesystem::path file = directory() / "issuers.toml";
    std::ofstream{file} << "public-url = \"https://partner.example\"\n[[issuers]]\n"
                           "issuer = \"https://partner.example/"
                           "2f0f7f1e-4b2b-4c6e-9a34-6a0a3a9f7c11/\"\n"
                           "jwks-url = \"http://127.0.0.1:9/keys\"\naudiences = \"x\"\n";

    expect_refusal(
        {"--config", file}, "partnerd: the embedded token authority and the outside issuer"
    );
}

TEST_F(Partnerd, RefusesOutsideIssuersWithoutLibcurl) {
    const std::filesystem::path file = directory() / "issuers.toml";
    std::ofstream{file} << "[[issuers]]\nissuer = \"https://issuer.example\"\n"
                           "jwks-url = \"http://127.0.0.1:9/keys\"\naudiences = \"x\"\n";
    std::ofstream{directory() / "libcurl.so.4"} << "no library";
    const std::string own = "LD_LIBRARY_PATH=" + directory().string();
    program without{
        {"/usr/bin/env",
         own,
         PARTNERD_PROGRAM,
         "serve",
         "--data",
         data(),
         "--listen",
         "127.0.0.1:0",
         "--admin",
         "127.0.0.1:0",
         "--config",
         file},
        directory()};

    EXPECT_EQ(without.wait(), 1);
    EXPECT_THAT(without.errors(), HasSubstr("install libcurl.so.4"));
}

TEST_F(Partnerd, TrustsOutsideIssuersAloneWhereItsAuthorityIsOff) {
    expect_refusal({"--embedded-authority", "off"}, "partnerd: nobody's tokens are believed");
}

TEST_F(Partnerd, LoadsLibcurlOnlyToFetchAnOutsideIssuersKeys) {
    const auto libraries = [&] {
        return read_file("/proc/" + std::to_string(ready().pid) + "/maps");
    };
    {
        const auto alone = serve({});
        ASSERT_TRUE(alone->wait_for(ready_file())) << alone->errors();
        EXPECT_THAT(libraries(), Not(HasSubstr("/libcurl")));
    }
    const std::filesystem::path file = directory() / "issuers.toml";
    std::ofstream{file} << "[[issuers]]\nissuer = \"https://issuer.example\"\n"
                           "jwks-url = \"http://127.0.0.1:9/keys\"\naudiences = \"x\"\n";
    const auto server = serve({"--config", file});
    ASSERT_TRUE(server->wait_for(ready_file())) << server->errors();
    wait_for_event(*server, "issuer_refresh_failed");

    EXPECT_THAT(libraries(), HasSubstr("/libcurl"));
    EXPECT_THAT(server->errors(), HasSubstr("nothing answers there"));
}

TEST_F(Partnerd, TakesWhomTheDirectoryCommandsAddAndRefusesWhomTheyDisableWhileItServes) {
    const auto server = serve({});
    ASSERT_TRUE(server->wait_for(ready_file())) << server->errors();
    std::size_t count = 0;
    const auto told = [&](std::vector<std::string> words) {
        const std::filesystem::path scratch = directory() / ("words-" + std::to_string(++count));
        std::filesystem::create_directory(scratch);
        words.insert(words.begin(), PARTNERD_PROGRAM);
        words.insert(words.end(), {"--data", data()});
        program command{words, scratch};
        EXPECT_EQ(command.wait(), 0) << command.errors();
        EXPECT_EQ(command.errors(), "");
        return command.output();
    };
    const std::string id = "21111111-2222-4333-8444-555555555555";
    const auto tokens = [&](const std::string& secret) {
        const outgoing_request request{
            .base_url = ready().url,
            .request = {
                .method = "POST",
                .target = "/lumen.example/oauth2/token",
                .fields = {{"Content-Type", "application/x-www-form-urlencoded"}},
                .body = "grant_type=client_credentials&client_id=" + id + "&client_secret=" +
                        secret + "&resource=https%3A%2F%2Fapi.partnercenter.microsoft.com"}};
        return make_curl_transport({})->exchange(request).value().status;
    };
    const auto secret_in = [](const std::string& json) {
        constexpr std::string_view member = "\"clientSecret\":\"";
        const auto at = json.find(member) + member.size();
        return json.substr(at, json.find('"', at) - at);
    };

    static_cast<void>(told({"partner", "add", "--name", "Lumen", "--domain", "lumen.example"}));
    const std::string first = secret_in(
        told({"application", "add", "--partner", "lumen.example", "--name", "App", "--id", id})
    );
    EXPECT_EQ(tokens(first), 200U);
    const std::string second = secret_in(told({"application", "reset-secret", "--id", id}));
    EXPECT_EQ(tokens(first), 401U);
    EXPECT_EQ(tokens(second), 200U);
    EXPECT_THAT(told({"application", "disable", "--id", id}), HasSubstr("\"disabled\":true"));
    EXPECT_NE(tokens(second), 200U);
    EXPECT_THAT(told({"application", "enable", "--id", id}), HasSubstr("\"disabled\":false"));
    EXPECT_EQ(tokens(second), 200U);
    for (const std::string& secret : {first, second}) {
        EXPECT_EQ(server->errors().find(secret), std::string::npos);
    }
}

TEST_F(Partnerd, ReadsAPasswordFromStdinAndTellsRefusalFromMisuse) {
    const auto asked = [&](const std::string& words) {
        const auto shell = std::make_unique<program>(
            std::vector<std::string>{
                "/bin/sh",
                "-c",
                std::string{PARTNERD_PROGRAM} + " " + words + " --data '" + data().string() + "'"},
            directory()
        );
        const int status = shell->wait();
        EXPECT_EQ(shell->output().empty(), status != 0);
        return std::to_string(status) + ' ' + shell->errors();
    };
    EXPECT_EQ(asked("partner add --name Lumen --domain lumen.example"), "0 ");
    const std::string add =
        "user add --partner lumen.example --password-stdin --name ann@lumen.example";
    const std::filesystem::path typed = directory() / "typed";
    std::ofstream{typed} << "short\n";
    EXPECT_EQ(
        asked(add + " <'" + typed.string() + "'"),
        "1 partnerd: a password has 12 characters at least\n"
    );
    EXPECT_EQ(asked(add + " </dev/null"), "1 partnerd: stdin ended before a secret came\n");
    EXPECT_THAT(asked(add + " --role Boss </dev/null"), StartsWith("2 partnerd: --role: 'Boss'"));
    std::ofstream{typed} << "correct horse battery\n";
    EXPECT_EQ(asked(add + " <'" + typed.string() + "'"), "0 ");
    EXPECT_THAT(
        asked(add + " <'" + typed.string() + "'"), StartsWith("1 partnerd: there is a user")
    );
}

TEST_F(Partnerd, RefusesMisuse) {
    const std::vector<std::pair<std::vector<std::string>, std::string>> table{
        {{"serve", "--no-such-flag"}, "--no-such-flag"},
        {{"serve", "--listen", "8080"}, "--listen: '8080' is not HOST:PORT"},
        {{"serve", "--listen", "127.0.0.1:99999"}, "--listen: '127.0.0.1:99999' is not HOST:PORT"},
        {{"serve", "--listen", "0.0.0.0:8080"}, "--behind-proxy"},
        {{"serve", "--demo", "--behind-proxy", "--listen", "0.0.0.0:8080"}, "loopback"},
        {{"serve", "--admin", "0.0.0.0:9090"}, "--admin: this listener is plain HTTP"},
        {{"serve", "--tls-cert", "cert.pem"}, "--tls-cert and --tls-key go together"},
        {{"serve", "--tls-dev", "--listen", "0.0.0.0:8443"}, "--tls-dev"},
        {{"serve", "--max-connections", "0"}, "--max-connections: '0' is not a number from 1"},
        {{"serve", "--threads", "many"}, "--threads: 'many' is not a number"},
        {{"serve", "--switch", "colour=red"}, "--switch: 'colour=red' is not a switch"},
        {{"serve", "--switch", "links=blue"}, "links=seed or unversioned"},
        {{"serve", "--config", "/nonexistent.toml"}, "/nonexistent.toml"},
        {{"serve", "--log-level", "loud"}, "--log-level: 'loud' is not debug"},
        {{"token", "--count", "0"}, "--count: '0' is not a number from 1 to 100000"},
        {{}, "say what to do: serve, token, keys, seed, audit or version"},
        {{"dance"}, "dance"},
    };
    for (const auto& [words, message] : table) {
        const auto misused = start(words);
        EXPECT_EQ(misused->wait(), 2) << message;
        EXPECT_THAT(misused->errors(), HasSubstr(message));
        EXPECT_EQ(misused->output(), "");
    }
}

TEST_F(Partnerd, AnswersOnStdout) {
    for (const auto& [words, text] : std::vector<std::pair<std::vector<std::string>, std::string>>{
             {{"version"}, "partnerd "},
             {{"--help"}, "serve"},
             {{"serve", "--help"}, "--listen"},
             {{"serve", "--print-config", "--listen", "127.0.0.1:7"}, "listen = '127.0.0.1:7'"},
         }) {
        const auto asked = start(words);
        EXPECT_EQ(asked->wait(), 0) << asked->errors();
        EXPECT_THAT(asked->output(), HasSubstr(text));
        EXPECT_EQ(asked->errors(), "");
    }
}

}  // namespace
}  // namespace partner_center
