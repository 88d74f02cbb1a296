// partnerctl against services that fail, on terminals, and interrupted: what it says, how it ends,
// and that nothing is half done.
// SPDX-License-Identifier: MIT
#include <atomic>
#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sdk/src/test_server.hpp"
#include "tests/support/partnerctl.hpp"

namespace partner_center {
namespace {

namespace fs = std::filesystem;

using ::testing::AllOf;
using testing::finished;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using testing::partnerctl_home;
using ::testing::StartsWith;
using tests::json_answer;
using tests::silent_server;
using tests::test_server;

constexpr const char* customer_id = "6f1c9a52-3d0e-4b7c-9c11-5a2e8d40b7f3";

class PartnerctlAgainstFaults : public ::testing::Test {
protected:
    PartnerctlAgainstFaults() { home_.environment["PARTNERCTL_TOKEN"] = "token-of-a-test"; }

    [[nodiscard]] finished run_at(const std::string& url, const std::vector<std::string>& words) {
        home_.environment["PARTNERCTL_URL"] = url;
        return home_.run(words);
    }
    [[nodiscard]] finished get_from(const test_server& server) {
        return run_at(server.url(), {"customers", "billing-profile", "get", customer_id});
    }

    partnerctl_home home_{};
};

[[nodiscard]] std::string fault_answer(const std::string& status, const std::string& fields) {
    const std::string body = R"({"code":1,"description":"no luck"})";
    return "HTTP/1.1 " + status + "\r\nContent-Type: application/json\r\n" + fields +
           "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

TEST_F(PartnerctlAgainstFaults, SaysThatNothingAnswers) {
    const finished done = run_at(tests::closed_url(), {"customers", "list"});

    EXPECT_EQ(done.status, 1);
    EXPECT_THAT(done.errors, HasSubstr("is the service running"));
    EXPECT_THAT(done.output, IsEmpty());
}

TEST_F(PartnerctlAgainstFaults, SaysThatAHostHasNoAddress) {
    const finished done = run_at("https://partnerd.invalid", {"customers", "list"});

    EXPECT_EQ(done.status, 1);
    EXPECT_THAT(done.errors, HasSubstr("check the name, and the network"));
}

TEST_F(PartnerctlAgainstFaults, SendsNoTokenOverPlainHttpToAnotherMachine) {
    const finished done = run_at("http://partner.example", {"customers", "list"});

    EXPECT_EQ(done.status, 1);
    EXPECT_THAT(done.errors, HasSubstr("use https"));
}

TEST_F(PartnerctlAgainstFaults, SaysHowToTrustACertificate) {
    const testing::partnerd server{{"--tls-dev"}};
    const auto world = testing::read_demo_world(server);
    ASSERT_THAT(world.url, StartsWith("https://"));
    home_.environment.erase("PARTNERCTL_TOKEN");
    home_.call_as(world, world.partners.front());

    const finished refused = home_.run({"customers", "get", customer_id});
    EXPECT_EQ(refused.status, 4);
    EXPECT_THAT(refused.errors, HasSubstr("SSL_CERT_FILE"));
    home_.environment["SSL_CERT_FILE"] = server.data() / "tls/ca.pem";
    EXPECT_EQ(home_.run({"customers", "get", customer_id}).status, 0);
}

TEST_F(PartnerctlAgainstFaults, GivesUpInAStormOfRefusals) {
    const test_server server{[](const std::string&) {
        return fault_answer("429 Too Many Requests", "Retry-After: 0\r\n");
    }};

    const finished done = get_from(server);

    EXPECT_EQ(done.status, 6);
    EXPECT_THAT(done.errors, HasSubstr("wait 0 s, then try again"));
    EXPECT_EQ(server.requests(), 4U);
}

TEST_F(PartnerctlAgainstFaults, TellsHowToDoOnceWhatMayBeDone) {
    const test_server server{
        [](const std::string&) { return fault_answer("500 Internal Server Error", ""); }};

    const finished done =
        run_at(server.url(), {"customers", "create", "--body", R"({"billingProfile":{}})"});

    EXPECT_EQ(done.status, 1);
    EXPECT_THAT(done.errors, HasSubstr("it may have been done; to do it once: --request-id "));
    EXPECT_EQ(server.requests(), 1U);
    const finished cut =
        run_at(server.url(), {"customers", "remove-relationship", customer_id, "--yes"});
    EXPECT_THAT(cut.errors, HasSubstr("look before you do it again"));
    EXPECT_THAT(get_from(server).errors, Not(HasSubstr("may have been done")));
}

TEST_F(PartnerctlAgainstFaults, SaysThatAnAnswerIsNoAnswer) {
    const std::vector<std::string> answers{
        "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 15\r\n\r\n<html>no</html>",
        json_answer("200 OK", R"({"id":)"),
        json_answer("200 OK", R"([1,2])"),
    };
    for (const std::string& answer : answers) {
        const test_server server{[&](const std::string&) { return answer; }};
        const finished done = get_from(server);
        EXPECT_EQ(done.status, 1);
        EXPECT_THAT(done.errors, HasSubstr("--trace shows the exchange"));
        EXPECT_THAT(done.output, IsEmpty());
    }
}

TEST_F(PartnerctlAgainstFaults, SaysThatAnAnswerWasCut) {
    const test_server server{[](const std::string&) {
        return "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 900\r\n"
               "Connection: close\r\n\r\n{\"id\":\"1\"";
    }};

    const finished done = get_from(server);

    EXPECT_EQ(done.status, 1);
    EXPECT_THAT(done.errors, HasSubstr("ended before its end"));
    EXPECT_THAT(done.output, IsEmpty());
}

TEST_F(PartnerctlAgainstFaults, TakesALargeAnswer) {
    const std::string name(10U << 20U, 'x');
    const test_server server{[&](const std::string&) {
        return json_answer("200 OK", R"({"id":"1","companyName":")" + name + "\"}");
    }};

    const finished done = get_from(server);

    EXPECT_EQ(done.status, 0) << done.errors;
    EXPECT_GT(done.output.size(), name.size());
}

TEST_F(PartnerctlAgainstFaults, TakesAWordThatItDoesNotKnow) {
    const test_server server{[](const std::string&) {
        return json_answer("200 OK", R"({"id":"1","relationshipToPartner":"sponsor"})");
    }};

    const finished done = run_at(server.url(), {"customers", "get", customer_id, "-o", "tsv"});

    EXPECT_EQ(done.status, 0) << done.errors;
    EXPECT_THAT(done.output, HasSubstr("relationshipToPartner\tunknown\n"));
}

TEST_F(PartnerctlAgainstFaults, ShowsNoControlCharactersOfOthers) {
    const test_server server{[](const std::string&) {
        return json_answer("400 Bad Request", R"({"code":1,"description":"a\u001b[2Jb\u009bc"})");
    }};

    const finished done = get_from(server);

    EXPECT_EQ(done.status, 7);
    EXPECT_EQ(done.errors.find('\x1b'), std::string::npos);
    EXPECT_EQ(done.errors.find("\xc2\x9b"), std::string::npos);
}

TEST_F(PartnerctlAgainstFaults, EndsAtCtrlC) {
    silent_server server;
    home_.environment["PARTNERCTL_URL"] = server.url("http");
    const testing::temporary_directory scratch;
    testing::program started{home_.command({"customers", "list"}), scratch.path()};
    server.wait_for_a_byte();

    started.signal(SIGINT);

    EXPECT_EQ(started.wait(), 130);
    EXPECT_THAT(started.errors(), HasSubstr("cancelled"));
    EXPECT_THAT(started.output(), IsEmpty());
}

TEST_F(PartnerctlAgainstFaults, KeepsWhatWasTypedWhenTheServiceIsGone) {
    std::atomic<bool> is_gone{};
    const test_server server{[&](const std::string& request) {
        if (request.starts_with("PUT")) is_gone = true;
        return is_gone ? "" : json_answer("200 OK", R"({"id":"1","companyName":"Old"})");
    }};
    home_.environment["EDITOR"] = "sed -i s/Old/Typed/";

    const finished done =
        run_at(server.url(), {"customers", "billing-profile", "edit", customer_id});

    EXPECT_EQ(done.status, 1);
    const auto file = done.errors.find("--from ") + 7;
    ASSERT_LT(file, done.errors.size());
    const std::string draft = done.errors.substr(file, done.errors.find('\n', file) - file);
    EXPECT_THAT(testing::read_file(draft), HasSubstr("companyName: Typed"));
}

/// Signed in as a person, by an authority that follows a script. The token says that it is
/// somebody@x.example's.
class PartnerctlForPeople : public PartnerctlAgainstFaults {
protected:
    PartnerctlForPeople() { home_.environment.erase("PARTNERCTL_TOKEN"); }

    [[nodiscard]] static std::string token_answer(int lifetime) {
        return json_answer(
            "200 OK",
            R"({"token_type":"Bearer","expires_in":)" + std::to_string(lifetime) +
                R"(,"access_token":"e30.eyJ1cG4iOiJzb21lYm9keUB4LmV4YW1wbGUiLCJ0aWQiOiJ0In0.x",)"
                R"("refresh_token":"r"})"
        );
    }

    /// What the authority says to a form, by its endpoint and grant.
    [[nodiscard]] std::string reply(const std::string& request) {
        if (request.find("/devicecode") != std::string::npos) {
            return json_answer(
                "200 OK",
                R"({"user_code":"ABCD","device_code":"d","verification_uri":"https://x.example",)"
                R"("expires_in":60,"interval":0,"message":"Enter ABCD at https://x.example"})"
            );
        }
        if (request.find("grant_type=refresh_token") != std::string::npos) {
            return json_answer("400 Bad Request", R"({"error":"invalid_grant"})");
        }
        if (request.find("/token") != std::string::npos) return token_answer(lifetime_);
        return json_answer("200 OK", R"({"id":"1","companyName":"Somebody's"})");
    }

    [[nodiscard]] finished login(const std::vector<std::string>& more) {
        std::vector<std::string> words{"login", "--tenant", "t", "--client-id", "c"};
        words.insert(words.end(), more.begin(), more.end());
        return run_at(server_.url(), words);
    }

    std::atomic<int> lifetime_{3600};
    test_server server_{[this](const std::string& request) { return reply(request); }};
};

TEST_F(PartnerctlForPeople, SignInWithACode) {
    const finished done = login({});

    EXPECT_EQ(done.status, 0) << done.errors;
    EXPECT_THAT(
        done.errors,
        AllOf(
            HasSubstr("Enter ABCD at https://x.example\n"),
            HasSubstr("Signed in to profile default as somebody@x.example\n")
        )
    );
    EXPECT_THAT(done.output, IsEmpty());
    EXPECT_THAT(get_from(server_).output, HasSubstr("Somebody's"));
    const finished who = run_at(server_.url(), {"whoami", "--query", ".user", "-o", "tsv"});
    EXPECT_EQ(who.output, "somebody@x.example\n");
}

TEST_F(PartnerctlForPeople, SignInWithABrowser) {
    const fs::path browser = home_.directory() / "browser";
    std::ofstream{browser} << R"(#!/usr/bin/python3
import sys, urllib.parse as parse, urllib.request
asked = dict(parse.parse_qsl(parse.urlsplit(sys.argv[1]).query))
back = asked["redirect_uri"] + "?" + parse.urlencode({"code": "c", "state": asked["state"]})
urllib.request.urlopen(back).read()
)";
    fs::permissions(browser, fs::perms::owner_all);
    home_.environment["BROWSER"] = browser;

    const finished done = login({"--browser"});

    EXPECT_EQ(done.status, 0) << done.errors;
    EXPECT_THAT(done.errors, HasSubstr("as somebody@x.example"));
    EXPECT_THAT(get_from(server_).output, HasSubstr("Somebody's"));
}

TEST_F(PartnerctlForPeople, AreToldToSignInAgainWhenTheirSignInHasExpired) {
    lifetime_ = 0;
    ASSERT_EQ(login({}).status, 0);

    const finished done = get_from(server_);

    EXPECT_EQ(done.status, 4);
    EXPECT_THAT(done.errors, HasSubstr("sign in again: partnerctl login"));
}

TEST_F(PartnerctlForPeople, AreNotAskedByOtherWordsThanLogin) {
    ASSERT_EQ(login({}).status, 0);
    fs::remove_all(home_.directory() / ".local/state/partnerctl/tokens");
    const unsigned before = server_.requests();

    const finished done = get_from(server_);

    EXPECT_EQ(done.status, 4);
    EXPECT_THAT(done.errors, HasSubstr("nobody is signed in there; sign in: partnerctl login"));
    EXPECT_EQ(server_.requests(), before);
}

TEST_F(PartnerctlForPeople, AreToldWhenASignInCannotBeKept) {
    std::ofstream{home_.directory() / ".local"} << "in the way";

    const finished done = login({});

    EXPECT_EQ(done.status, 1);
    EXPECT_THAT(done.errors, HasSubstr("the sign-in cannot be kept in"));
}

TEST_F(PartnerctlForPeople, AreToldWhoseRoleItTakes) {
    ASSERT_EQ(login({}).status, 0);
    const test_server refusing{[this](const std::string& request) {
        if (request.find("oauth2") != std::string::npos) return reply(request);
        return json_answer(
            "403 Forbidden", R"({"code":900150,"description":"no role of the user allows this"})"
        );
    }};
    home_.environment["PARTNERCTL_TOKEN"] = "token-of-a-test";

    const finished done = run_at(refusing.url(), {"customers", "delete", customer_id, "--yes"});

    EXPECT_EQ(done.status, 4);
    EXPECT_THAT(done.errors, HasSubstr("one of the roles AdminAgents"));
}

/// On a terminal, which util-linux's `script` gives it.
class PartnerctlOnATerminal : public PartnerctlAgainstFaults {
protected:
    PartnerctlOnATerminal() {
        home_.environment["TERM"] = "xterm";
        home_.environment["PARTNERCTL_URL"] = server_.url();
    }

    [[nodiscard]] finished on_terminal(const std::string& words) {
        const testing::temporary_directory scratch;
        std::vector<std::string> command{"/usr/bin/env", "-i"};
        for (const auto& [name, text] : home_.environment) command.push_back(name + "=" + text);
        const std::string line = std::string{PARTNERCTL_PROGRAM} + ' ' + words;
        command.insert(
            command.end(),
            {"/bin/sh",
             "-c",
             "printf '" + home_.input + "' | exec script -qec \"$0\" /dev/null",
             line}
        );
        testing::program started{command, scratch.path()};
        const int status = started.wait();
        return {status, started.output(), started.errors()};
    }

    std::atomic<unsigned> deleted_{};
    test_server server_{[this](const std::string& request) {
        if (request.starts_with("DELETE")) ++deleted_;
        if (request.find("/v1/customers?") == std::string::npos) {
            return json_answer("200 OK", R"({"id":"1","companyProfile":{"companyName":"Nord"}})");
        }
        return json_answer(
            "200 OK",
            R"({"totalCount":1,"items":[{"id":"1","companyProfile":{"companyName":"Nord"}}]})"
        );
    }};
};

TEST_F(PartnerctlOnATerminal, ShowsATableWithStyle) {
    const finished done = on_terminal("customers list");

    EXPECT_EQ(done.status, 0);
    EXPECT_THAT(done.output, HasSubstr("\x1b[1mID  COMPANYNAME  DOMAIN  RELATIONSHIPTOPARTNER"));
    EXPECT_THAT(done.output, HasSubstr("1   Nord"));
}

TEST_F(PartnerctlOnATerminal, ShowsNoStyleToThoseWhoWantNone) {
    home_.environment["NO_COLOR"] = "1";
    EXPECT_THAT(on_terminal("customers list").output, StartsWith("ID  COMPANYNAME"));
    home_.environment.erase("NO_COLOR");
    home_.environment["TERM"] = "dumb";
    EXPECT_THAT(on_terminal("customers list").output, StartsWith("ID  COMPANYNAME"));
}

TEST_F(PartnerctlOnATerminal, AsksBeforeItDeletes) {
    home_.input = "\\n";
    const finished kept = on_terminal("customers delete " + std::string{customer_id});
    EXPECT_THAT(kept.output, HasSubstr("Really delete Nord"));
    EXPECT_EQ(kept.status, 1);
    EXPECT_EQ(deleted_, 0U);

    home_.input = "y\\n";
    EXPECT_EQ(on_terminal("customers delete " + std::string{customer_id}).status, 0);
    EXPECT_EQ(deleted_, 1U);
}

TEST_F(PartnerctlOnATerminal, TakesCtrlCForAnAnswer) {
    home_.input = "\\003";

    const finished done = on_terminal("customers delete " + std::string{customer_id});

    EXPECT_EQ(done.status, 130);
    EXPECT_EQ(deleted_, 0U);
}

}  // namespace
}  // namespace partner_center
