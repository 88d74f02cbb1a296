// What Microsoft's .NET and Java libraries, its PowerShell module and the node package put on the
// wire (tests/golden/clients), sent byte for byte to a real partnerd; and what each of them chokes
// on. A request whose operation does not exist yet has to be refused as such.
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>
#include <ctime>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "server/api/routes.hpp"
#include "server/demo.hpp"
#include "tests/support/partnerd.hpp"
#include "tests/wire/connection.hpp"
#include <partner_center/json.hpp>
#include <partner_center/operations.hpp>

namespace partner_center {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
constexpr const char* golden_customer = "6f1c9a52-3d0e-4b7c-9c11-5a2e8d40b7f3";

void replace(std::string& text, std::string_view what, const std::string& by) {
    for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size())) {
        text.replace(at, what.size(), by);
    }
}

/// A request's bytes.
struct recorded {
    std::string name{};  ///< client_task
    std::string bytes{};
    std::optional<verb> method{};

    [[nodiscard]] std::string client() const { return name.substr(0, name.find('_')); }
    [[nodiscard]] std::string task() const { return name.substr(name.find('_') + 1); }
    [[nodiscard]] std::string field(std::string_view line_start) const {
        const auto at = bytes.find("\r\n" + std::string{line_start} + ": ");
        if (at == std::string::npos) return {};
        const auto from = at + line_start.size() + 4;
        return bytes.substr(from, bytes.find("\r\n", from) - from);
    }
};

[[nodiscard]] std::vector<recorded> recordings() {
    std::vector<recorded> out;
    for (const auto& each :
         std::filesystem::directory_iterator{PARTNERD_SOURCE "/tests/golden/clients"}) {
        recorded& one = out.emplace_back();
        one.name = each.path().stem();
        one.bytes = testing::read_file(each.path());
        one.method = parse_verb(one.bytes.substr(0, one.bytes.find(' ')));
    }
    std::ranges::sort(out, {}, &recorded::name);
    return out;
}

/// Whose token a task needs.
enum class who { application, person, sandbox };

/// What a task comes to, once its operation exists.
struct task_row {
    std::string_view path{};  ///< in its plain form, whatever the clients make of it
    unsigned status{};
    who caller{};
    std::string_view in_body{};  ///< a part of it; empty: there is none
};

/// Whether the list `operations` has it.
[[nodiscard]] bool is_served(const recorded& request, const task_row& row) {
    split_path path;
    EXPECT_TRUE(split(row.path, path));
    return find_route(routes_of<operations>, request.method, path).operation.has_value();
}

const std::map<std::string, task_row, std::less<>> tasks{
    {"list", {"/v1/customers", 200, who::application, R"({"totalCount":2)"}},
    {"page", {"/v1/customers", 200, who::application, R"("next":{"uri":"/customers?)"}},
    {"search", {"/v1/customers", 200, who::application, "Tidewater Cooperative"}},
    {"next_link", {"/v1/customers", 200, who::application, R"({"totalCount":3,)"}},
    {"next_link_versioned", {"/v1/customers", 200, who::application, R"({"totalCount":3,)"}},
    {"next_seek", {"/v1/customers", 200, who::application, R"({"totalCount":3,)"}},
    {"next_query", {"/v1/customers", 200, who::application, R"({"totalCount":3,)"}},
    {"get_customer", {"/v1/customers/x", 200, who::application, R"("billingProfile":{)"}},
    {"get_billing_profile",
     {"/v1/customers/x/profiles/billing", 200, who::application, R"("etag":")"}},
    {"update_billing_profile",
     {"/v1/customers/x/profiles/billing",
      200,
      who::application,
      R"("addressLine1":"411 Pier Road")"}},
    {"stale_billing_profile",
     {"/v1/customers/x/profiles/billing", 400, who::application, R"("code":2055)"}},
    {"get_company_profile",
     {"/v1/customers/x/profiles/company",
      200,
      who::person,
      R"("objectType":"CustomerCompanyProfile")"}},
    {"create_customer", {"/v1/customers", 201, who::application, R"("userCredentials":{)"}},
    {"delete_customer", {"/v1/customers/x", 204, who::sandbox, {}}},
    {"remove_relationship",
     {"/v1/customers/x", 200, who::person, R"("relationshipToPartner":"none")"}},
    {"validate_address",
     {"/v1/validations/address", 200, who::application, R"("status":"VerifiedShippable")"}},
    {"domain_taken", {"/v1/domains/x", 200, who::application, {}}},
    {"domain_free", {"/v1/domains/x", 404, who::application, {}}},
    {"country_rules",
     {"/v1/countryvalidationrules/x", 200, who::application, R"({"iso2Code":"US",)"}},
    {"audit_records", {"/v1/auditrecords", 200, who::person, R"("objectType":"Collection")"}},
    {"legal_profile", {"/v1/profiles/legalbusiness", 200, who::person, R"("profileType":)"}},
};

/// Days as the clients write them.
[[nodiscard]] std::string today(const char* form) {
    const std::time_t now = std::time(nullptr);
    std::tm parts{};
    ::gmtime_r(&now, &parts);
    std::array<char, 32> text{};
    return {text.data(), std::strftime(text.data(), text.size(), form, &parts)};
}

/// A partnerd with the demo data, and what requests need to know of it.
class server {
public:
    explicit server(const std::vector<std::string>& words)
        : program_{words}, world_{read_demo_world(program_.data())} {
        const std::string& person = world_.partners[0].users[0].user_principal_name;
        tokens_[who::application] = program_.token();
        tokens_[who::person] = token_with({"--user", person});
        tokens_[who::sandbox] = token_with({"--partner", to_string(world_.partners[2].tenant_id)});
    }

    [[nodiscard]] wire::connection connect() const {
        return wire::connection{wire::address{.port = program_.port()}};
    }
    [[nodiscard]] const std::string& token(who caller) const { return tokens_.at(caller); }

    /// The body of a GET, which is answered with 200.
    [[nodiscard]] std::string get(const std::string& target, const std::string& more) const {
        wire::connection line = connect();
        line.send(
            fmt::format(
                "GET {} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {}\r\n{}\r\n",
                target,
                token(who::application),
                more
            ),
            wire::cut::whole
        );
        const auto answer = line.receive(true).value();
        EXPECT_EQ(answer.status, 200U) << target << ' ' << answer.body;
        return without_mark(answer.body);
    }

    [[nodiscard]] static std::string without_mark(std::string body) {
        if (body.starts_with(byte_order_mark)) body.erase(0, byte_order_mark.size());
        return body;
    }

    /// The recording with this server's own values in it.
    [[nodiscard]] recorded filled_in(recorded request) {
        ++filled_;
        const task_row& row = tasks.at(request.task());
        std::string customer = golden_customer;
        // What may be done to a customer once is done to a new one each time.
        if (request.task() == "remove_relationship") customer = customer_of(0);
        if (request.task() == "delete_customer") customer = customer_of(2);
        std::string& text = request.bytes;
        replace(text, "PAGE_TOKEN", page_token());
        replace(text, "Bearer TOKEN", "Bearer " + token(row.caller));
        replace(text, "CUSTOMER", customer);
        replace(text, "TAKEN_DOMAIN", world_.partners[0].domain);
        replace(text, "DOMAIN", fmt::format("tidewater{}.onmicrosoft.com", filled_));
        replace(text, "REQUEST_ID", fmt::format("0d6a4b8e-1f2c-4c57-93aa-{:012}", filled_));
        replace(text, R"("ETAG")", '"' + etag() + '"');
        replace(text, "DOTNET_DAY", today("%m/%d/%Y"));
        replace(text, "JAVA_DAY", today("%Y-%m-%j"));
        const auto body = text.find("\r\n\r\n") + 4;
        replace(text, ": LENGTH", fmt::format(": {}", text.size() - body));
        return request;
    }

private:
    [[nodiscard]] std::string token_with(const std::vector<std::string>& more) const {
        const testing::temporary_directory scratch;
        std::vector<std::string> words{PARTNERD_PROGRAM, "token", "--data", program_.data()};
        words.insert(words.end(), more.begin(), more.end());
        testing::program asked{words, scratch.path()};
        if (asked.wait() != 0) throw std::runtime_error{asked.errors()};
        std::string text = asked.output();
        text.pop_back();  // the line's end
        return text;
    }
    [[nodiscard]] std::string customer_of(std::size_t partner) {
        std::string id;
        do {
            id = to_string(world_.partners.at(partner).customers.at(used_[partner]++));
        } while (id == golden_customer);
        return id;
    }
    [[nodiscard]] std::string etag() const {
        const auto body =
            get(fmt::format("/v1/customers/{}/profiles/billing", golden_customer), {});
        return from_json<billing_profile>(body, json_reading::response)
            .value()
            .attributes.etag.value();
    }
    [[nodiscard]] std::string page_token() const {
        return from_json<customer_collection>(
                   get("/v1/customers?size=3", {}), json_reading::response
        )
            .value()
            .continuation_token.value();
    }

    testing::partnerd program_;
    demo_world world_;
    std::map<who, std::string> tokens_{};
    std::map<std::size_t, std::size_t> used_{};  ///< customers, by partner
    std::size_t filled_{};
};

/// What every client expects of every answer, whatever it is.
void expect_to_be_understood(const recorded& request, const wire::answer& answer) {
    for (const char* name : {"MS-RequestId", "MS-CorrelationId"}) {
        const std::string sent = request.field(name);
        const std::string given = answer.find(name).value_or("");
        EXPECT_TRUE(parse_guid(given)) << "node sends none, and gets new ones";
        if (!sent.empty()) {
            EXPECT_EQ(given, sent);
        }
    }
    EXPECT_TRUE(answer.find("Date"));
    for (const char* name : {"ETag", "Location", "Content-Encoding", "Transfer-Encoding"}) {
        EXPECT_FALSE(answer.find(name)) << name;
    }
    EXPECT_NE(answer.find("Connection").value_or(""), "close");
    if (answer.body.empty()) {
        EXPECT_FALSE(answer.find("Content-Type"));
    } else {
        EXPECT_EQ(answer.find("Content-Type"), "application/json; charset=utf-8");
    }
    // Java's parser takes an empty 200 for a body and fails; only these may have none.
    const bool may_be_empty = request.method == verb::head || answer.status == 204;
    EXPECT_EQ(answer.body.empty(), may_be_empty);
    if (answer.status >= 400 && !answer.body.empty()) {
        EXPECT_THAT(
            answer.body,
            ::testing::ContainsRegex(R"(^\{"code":[0-9]+,"description":".+","data":\[)")
        ) << "a number, and a list: .NET cannot read an object there";
    }
    // .NET cannot read either where an enumerator belongs; audit records quote such members.
    if (request.task() != "audit_records") {
        EXPECT_THAT(answer.body, Not(HasSubstr(":null")));
    }
    EXPECT_THAT(answer.body, Not(HasSubstr(R"("relationshipToPartner":"")")));
}

/// All of a client's requests, one after the other on one connection, as they are or with a
/// byte-order mark before what succeeds.
void replay(server& api, const std::string& client, bool has_mark) {
    wire::connection line = api.connect();
    for (const recorded& each : recordings()) {
        if (each.client() != client) continue;
        SCOPED_TRACE(each.name);
        const recorded request = api.filled_in(each);
        const task_row& row = tasks.at(request.task());

        line.send(request.bytes, wire::cut::whole);
        wire::answer answer = line.receive(request.method != verb::head).value();

        const bool is_marked = answer.body.starts_with(byte_order_mark);
        EXPECT_EQ(is_marked, has_mark && answer.status < 300 && !answer.body.empty());
        answer.body = server::without_mark(answer.body);
        expect_to_be_understood(request, answer);
        if (!is_served(request, row)) {
            EXPECT_TRUE(answer.status == 404 || answer.status == 405) << answer.status;
            EXPECT_THAT(answer.body, StartsWith(R"({"code":1000,)"));
            continue;
        }
        EXPECT_EQ(answer.status, row.status) << answer.body;
        EXPECT_THAT(answer.body, HasSubstr(row.in_body));
    }
}

class Clients : public ::testing::TestWithParam<const char*> {
protected:
    static void SetUpTestSuite() {
        plain_ = std::make_unique<server>(std::vector<std::string>{});
        marked_ = std::make_unique<server>(std::vector<std::string>{"--switch", "bom=on"});
    }
    static void TearDownTestSuite() {
        plain_.reset();
        marked_.reset();
    }

    inline static std::unique_ptr<server> plain_{};
    inline static std::unique_ptr<server> marked_{};
};

TEST_P(Clients, AreUnderstoodAndUnderstand) {
    replay(*plain_, GetParam(), false);
}

TEST_P(Clients, SkipAByteOrderMark) {
    replay(*marked_, GetParam(), true);
}

/// How a client makes an address of a link.
[[nodiscard]] std::string followed(const std::string& client, const std::string& uri) {
    if (client == "java" || client == "powershell") return "/v1/" + uri;
    return uri.starts_with("/v1") ? uri : "/v1" + uri;
}

TEST_P(Clients, FollowLinksToTheEnd) {
    std::set<std::string> seen;
    std::size_t pages = 1;
    auto page = from_json<customer_collection>(
                    plain_->get("/v1/customers?size=100", {}), json_reading::response
    )
                    .value();
    const std::int64_t count =
        from_json<customer_collection>(plain_->get("/v1/customers", {}), json_reading::response)
            .value()
            .total_count;
    while (true) {
        for (const auto& each : page.items) EXPECT_TRUE(seen.insert(each.id.value()).second);
        if (!page.links->next) break;  // how all of them know the end
        const link& next = *page.links->next;
        ASSERT_EQ(next.headers.size(), 1U);
        const std::string header = next.headers[0].key + ": " + next.headers[0].value + "\r\n";
        const std::string body = plain_->get(followed(GetParam(), next.uri), header);
        page = from_json<customer_collection>(body, json_reading::response).value();
        ++pages;
    }
    EXPECT_EQ(seen.size(), static_cast<std::size_t>(count));
    EXPECT_EQ(pages, (seen.size() + 99) / 100);
}

INSTANTIATE_TEST_SUITE_P(
    Recorded,
    Clients,
    ::testing::Values("dotnet", "java", "node", "powershell"),
    [](const auto& each) { return std::string{each.param}; }
);

TEST(Recordings, AreAllOfKnownTasks) {
    const auto all = recordings();
    EXPECT_EQ(all.size(), 51U);
    for (const recorded& each : all) EXPECT_TRUE(tasks.contains(each.task())) << each.name;
}

TEST(ThrottledClients, ShareOneLimitOverAllReactorsAndConnections) {
    constexpr std::size_t limit = 20;
    const server api{{"--threads", "3", "--switch", fmt::format("throttle={}", limit)}};
    const recorded request = [] {
        for (const recorded& each : recordings()) {
            if (each.name == "java_get_billing_profile") return each;
        }
        return recorded{};
    }();
    std::string bytes = request.bytes;
    replace(bytes, "Bearer TOKEN", "Bearer " + api.token(who::application));
    replace(bytes, "CUSTOMER", golden_customer);
    std::vector<wire::connection> lines;
    for (int number = 0; number < 10; ++number) lines.push_back(api.connect());

    std::map<unsigned, std::size_t> statuses;
    for (int round = 0; round < 3; ++round) {
        for (wire::connection& each : lines) each.send(bytes, wire::cut::whole);
        for (wire::connection& each : lines) {
            const wire::answer answer = each.receive(true).value();
            ++statuses[answer.status];
            if (answer.status != 429) continue;
            // .NET throws while it handles one without this header.
            const std::string wait = answer.find("Retry-After").value_or("");
            EXPECT_EQ(answer.find("Content-Type"), "application/json");
            EXPECT_EQ(
                answer.body,
                fmt::format(
                    R"({{ "statusCode": 429, "message": "Rate limit is exceeded. Try again in {} seconds." }})",
                    wait
                )
            );
        }
    }

    EXPECT_EQ(statuses[200], limit);
    EXPECT_EQ(statuses[429], 10U);
}

}  // namespace
}  // namespace partner_center
