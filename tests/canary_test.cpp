// The canary hunt: a store full of canaries, requests that hold canaries wherever one can be put,
// every fault that can be provoked, and then no canary in the log, the metrics, an error answer or
// the command line. Against the real program.
//
// What an answer may hold: callers' own data (200 of a profile, 200 of a token request); ids, which
// are GUIDs and no canaries here (a partner's and a customer's in the text of no_relationship, the
// ids of the exchange in the caller's spelling).
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <netinet/in.h>
#include <regex>
#include <set>
#include <sys/socket.h>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "server/identity/forgery_testing.hpp"
#include "server/identity/jws.hpp"
#include "server/identity/key_ring.hpp"
#include "server/identity/secret_hasher.hpp"
#include "server/identity/signing_key.hpp"
#include "server/identity/token.hpp"
#include "server/identity/totp.hpp"
#include "store/block_on.hpp"
#include "store/sqlite.hpp"
#include "store/store.hpp"
#include "tests/support/canaries.hpp"
#include "tests/support/exposition.hpp"
#include "tests/support/partnerd.hpp"
#include "tests/support/temporary_directory.hpp"
#include <partner_center/json.hpp>

namespace partner_center {
namespace {

using ::testing::AnyOf;
using testing::canaries;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using testing::program;
using testing::read_file;
using testing::ready_message;

[[nodiscard]] guid id(std::string_view text) {
    return parse_guid(text).value();
}
const guid partner_id = id("b0d7e3a4-52c8-4f19-8e6d-1fa3c95b2e71");
const guid other_partner_id = id("0e6d7a4c-9b1f-4a53-8f27-6c1d2b3a4e5f");
const guid disabled_partner_id = id("77b1a2c3-9b1f-4a53-8f27-6c1d2b3a4e5f");
constexpr std::string_view redirect_uri = "https://app.example/back";
const guid application_id = id("2c4e9b70-15d3-4a8b-8e8f-c60a1b7d9922");
const guid user_id = id("5f4e9b70-15d3-4a8b-8e8f-c60a1b7d9922");
const guid careful_user_id = id("714e9b70-15d3-4a8b-8e8f-c60a1b7d9922");
const guid disabled_application_id = id("3d4e9b70-15d3-4a8b-8e8f-c60a1b7d9922");
const guid customer_id = id("6f1c9a52-3d0e-4b7c-9c11-5a2e8d40b7f3");
const guid foreign_customer_id = id("a3327be0-0b44-4d8a-9d52-7711c60fe2b9");

template <class T>
concept described = boost::describe::has_describe_members<T>::value;

/// Puts a canary into each text of a model, however deep.
void fill(std::string_view place, std::string& text, canaries& all) {
    text = all.make(place);
}
template <described Model>
void fill(std::string_view place, Model& model, canaries& all);
template <class T>
void fill(std::string_view place, std::optional<T>& value, canaries& all) {
    fill(place, value.emplace(), all);
}
template <class T>
void fill(std::string_view place, std::vector<T>& values, canaries& all) {
    fill(place, values.emplace_back(), all);
}
template <described Model>
void fill(std::string_view, Model& model, canaries& all) {
    detail::for_each_member<Model>([&](auto member) {
        fill(member.name, model.*member.pointer, all);
    });
}

/// A well-formed request.
struct asked {
    std::string method{"GET"};
    std::string target{};
    std::vector<std::string> fields{};
    std::string body{};
};

[[nodiscard]] std::string to_bytes(const asked& request) {
    std::string out = request.method + " " + request.target + " HTTP/1.1\r\nHost: localhost\r\n";
    for (const std::string& line : request.fields) out += line + "\r\n";
    if (!request.body.empty()) out += fmt::format("Content-Length: {}\r\n", request.body.size());
    return out + "Connection: close\r\n\r\n" + request.body;
}

/// A connection to a port of this machine.
class connection {
public:
    explicit connection(const std::string& url) {
        sockaddr_in to{};
        to.sin_family = AF_INET;
        to.sin_port = htons(static_cast<std::uint16_t>(std::stoi(url.substr(url.rfind(':') + 1))));
        to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        const int failed = ::connect(socket_, reinterpret_cast<const sockaddr*>(&to), sizeof to);
        if (failed != 0) throw std::runtime_error{"cannot connect to " + url};
    }
    ~connection() { ::close(socket_); }
    connection(const connection&) = delete;
    connection& operator=(const connection&) = delete;

    /// Gives up when the server closes early, as it does when it refuses.
    void send(std::string_view bytes) const {
        while (!bytes.empty()) {
            const auto sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (sent <= 0) return;
            bytes.remove_prefix(static_cast<std::size_t>(sent));
        }
    }
    /// Everything until the server closes.
    [[nodiscard]] std::string receive_all() const {
        std::string out;
        std::array<char, 4096> piece{};
        for (;;) {
            const auto got = ::recv(socket_, piece.data(), piece.size(), 0);
            if (got <= 0) return out;
            out.append(piece.data(), static_cast<std::size_t>(got));
        }
    }

private:
    int socket_{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
};

[[nodiscard]] std::string answer_to(const std::string& url, const std::string& bytes) {
    const connection peer{url};
    peer.send(bytes);
    return peer.receive_all();
}

[[nodiscard]] std::string token_form(const std::string& secret) {
    return "grant_type=client_credentials&client_id=" + to_string(application_id) +
           "&client_secret=" + secret + "&resource=https%3A%2F%2Fgraph.windows.net";
}

constexpr std::string_view form_type = "Content-Type: application/x-www-form-urlencoded";
constexpr std::string_view json_type = "Content-Type: application/json";

/// partnerd on a store of its own, everything in it a canary.
class hunted {
public:
    explicit hunted(const std::string& log_format) {
        std::filesystem::create_directory(data());
        std::filesystem::permissions(data(), std::filesystem::perms::owner_all);
        seed();
        start(log_format);
    }

    [[nodiscard]] program& server() { return *server_; }
    [[nodiscard]] canaries& all() { return all_; }
    [[nodiscard]] const std::string& secret() const { return secret_; }
    [[nodiscard]] const std::string& user_name() const { return user_name_; }
    /// Of the user with a second factor: name, secret and the six digits of now.
    [[nodiscard]] const std::string& careful_name() const { return careful_name_; }
    [[nodiscard]] const std::string& totp_secret() const { return totp_secret_; }
    [[nodiscard]] std::string digits() const {
        return one_time_password(
            from_base32(totp_secret_).value(), now().time_since_epoch().count() / 30
        );
    }
    [[nodiscard]] std::filesystem::path data() const { return directory_ / "data"; }
    [[nodiscard]] std::filesystem::path database() const { return data() / "partnerd.db"; }

    /// Reads an answer of the API and hunts in it; gives it back.
    std::string ask_in_bytes(const std::string& bytes) {
        std::string answer = answer_to(ready_.url, bytes);
        hunt_answer(answer, bytes);
        return answer;
    }
    std::string ask(const asked& request) { return ask_in_bytes(to_bytes(request)); }
    /// The same where nothing is anybody's own data: of a document for all, of the admin listener.
    std::string ask_for_document(const asked& request) {
        return hunted_through(answer_to(ready_.url, to_bytes(request)), request.target);
    }
    std::string ask_admin(const asked& request) {
        return hunted_through(answer_to(ready_.admin_url, to_bytes(request)), request.target);
    }

    /// A request that never gets whole; its answer is hunted by finish_late().
    void begin_late(const std::string& bytes) {
        late_.push_back(std::make_unique<connection>(ready_.url));
        late_.back()->send(bytes);
    }
    void finish_late() {
        for (const auto& each : late_) {
            const std::string answer = each->receive_all();
            EXPECT_THAT(answer, HasSubstr(" 408 "));
            hunt_answer(answer, "late");
        }
        late_.clear();
    }

    /// A token for the API; whole, it is a canary as well.
    [[nodiscard]] std::string token(const guid& partner, app_token claims) {
        const signing_key key =
            signing_key::load_or_create(data() / "authority" / "signing-key.pem");
        const token_policy policy{.public_url = ready_.url};
        const partner_record record{.id = partner};
        if (claims.audience.empty()) claims.audience = clouds::global.audience;
        std::string text = make_app_token(key, policy, record, claims);
        all_.keep(text);
        all_.keep(text.substr(text.rfind('.') + 1));
        return text;
    }
    /// A token of our user with one claim in place of the good one.
    [[nodiscard]] std::string user_token(const std::string& claim, const std::string& json) {
        using testing::in_quotes;
        const signing_key key =
            signing_key::load_or_create(data() / "authority" / "signing-key.pem");
        const std::string time = std::to_string(now().time_since_epoch().count());
        const std::string issuer = ready_.url + '/' + to_string(partner_id) + '/';
        const testing::members claims{
            {"aud", in_quotes(clouds::global.audience)},
            {"iss", in_quotes(issuer)},
            {"iat", time},
            {"nbf", time},
            {"exp", std::to_string((now() + std::chrono::hours{1}).time_since_epoch().count())},
            {"appid", in_quotes(application_id)},
            {"tid", in_quotes(partner_id)},
            {"oid", in_quotes(user_id)},
            {"upn", in_quotes(all_.make("token_upn"))},
            {"name", in_quotes(all_.make("token_name"))},
            {"scp", in_quotes("user_impersonation")},
            {"amr", R"(["pwd","mfa"])"},
            {"roles", R"(["AdminAgents"])"},
        };
        std::string text = make_jws(key, claims.with(claim, json).json());
        all_.keep(text);
        return text;
    }
    [[nodiscard]] std::string good_token() {
        return token(partner_id, {.application_id = application_id, .issued_at = now()});
    }
    [[nodiscard]] static system_time now() {
        return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    }

    /// What the world sees of the program besides its answers.
    void hunt_outside() {
        const std::string command_line = read_file(fmt::format("/proc/{}/cmdline", ready_.pid));
        EXPECT_THAT(command_line, HasSubstr("serve"));
        EXPECT_THAT(all_.found_in(command_line), IsEmpty());
        ask_admin({.target = "/readyz"});
        ask_admin({.target = "/healthz"});
        ask_admin({.target = "/metrics"});
    }
    void hunt_log() {
        const std::string lines = server_->errors();
        EXPECT_THAT(lines, HasSubstr("serving"));
        EXPECT_THAT(all_.found_in(lines), IsEmpty());
        EXPECT_THAT(all_.found_in(server_->output()), IsEmpty());
    }

private:
    void seed() {
        sqlite_file file{{.file = database()}};
        store records{file.connect()};
        directory& tenants = records.tenants();
        const std::string hash = hash_secret(secret_);
        all_.keep(hash);
        const auto lower = [&](std::string_view place) {
            std::string text = all_.make(place) + ".example";
            std::ranges::transform(text, text.begin(), detail::to_lower);
            return text;
        };
        for (const guid& each : {partner_id, other_partner_id, disabled_partner_id}) {
            ASSERT_TRUE(block_on(tenants.add_partner(
                {.id = each,
                 .name = all_.make("partner_name"),
                 .domain = lower("partner_domain"),
                 .disabled = each == disabled_partner_id}
            )));
        }
        for (const auto& [application, owner] :
             {std::pair{application_id, partner_id},
              std::pair{disabled_application_id, partner_id},
              std::pair{id("4e4e9b70-15d3-4a8b-8e8f-c60a1b7d9922"), disabled_partner_id}}) {
            ASSERT_TRUE(block_on(tenants.add_application(
                {.id = application,
                 .partner_id = owner,
                 .name = all_.make("application_name"),
                 .secret_hash = hash,
                 .redirect_uris = {std::string{redirect_uri}}}
            )));
        }
        ASSERT_TRUE(block_on(tenants.disable_application(disabled_application_id)));
        ASSERT_TRUE(block_on(tenants.add_user(
            {.id = user_id,
             .partner_id = partner_id,
             .user_principal_name = all_.make("user") + "@" + lower("user_domain"),
             .password_hash = all_.make("password_hash"),
             .totp_secret = all_.make("totp_secret"),
             .roles = {all_.make("role")}}
        )));
        ASSERT_TRUE(block_on(tenants.add_user(
            {.id = id("604e9b70-15d3-4a8b-8e8f-c60a1b7d9922"),
             .partner_id = partner_id,
             .user_principal_name = user_name_,
             .password_hash = hash}
        )));
        const auto key = load_or_create_sealing_key(second_factor_key_file(data() / "authority"));
        all_.keep(totp_secret_);
        ASSERT_TRUE(block_on(tenants.add_user(
            {.id = careful_user_id,
             .partner_id = partner_id,
             .user_principal_name = careful_name_,
             .password_hash = hash,
             .totp_secret = seal_totp_secret(key, careful_user_id, totp_secret_)}
        )));
        for (const auto& [customer, owner] :
             {std::pair{customer_id, partner_id},
              std::pair{foreign_customer_id, other_partner_id}}) {
            billing_profile profile;
            fill("profile", profile, all_);
            constexpr std::int64_t etag = 8'412'076'935'517'204'611;
            all_.keep(std::to_string(etag));
            profile.attributes.etag = std::to_string(etag);
            ASSERT_TRUE(block_on(records.add_customers(
                owner,
                {{.id = customer,
                  .commerce_id = owner,
                  .company_name = all_.make("customer_name"),
                  .domain = lower("customer_domain"),
                  .etag = etag,
                  .billing = {to_json(profile)}}}
            )));
        }
    }

    void start(const std::string& log_format) {
        const std::filesystem::path ready_file = directory_ / "ready.json";
        const std::vector<std::string> words{
            PARTNERD_PROGRAM,
            "serve",
            "--listen=127.0.0.1:0",
            "--admin=127.0.0.1:0",
            "--data=" + data().string(),
            "--ready-file=" + ready_file.string(),
            "--threads=2",
            "--log-level=debug",
            "--log-format=" + log_format,
        };
        server_ = std::make_unique<program>(words, directory_.path());
        if (!server_->wait_for(ready_file)) throw std::runtime_error{server_->errors()};
        ready_ = from_json<ready_message>(read_file(ready_file), json_reading::strict).value();
        std::istringstream key{read_file(data() / "authority" / "signing-key.pem")};
        constexpr int public_lines = 8;  // the modulus comes first, and everybody may have it
        int number = 0;
        for (std::string line; std::getline(key, line);) {
            if (++number > public_lines && !line.starts_with("-----")) all_.keep(line);
        }
    }

    void hunt_answer(const std::string& answer, const std::string& question) const {
        EXPECT_THAT(answer, HasSubstr("HTTP/1.1 ")) << question;
        const bool is_success = answer.starts_with("HTTP/1.1 20");
        hunted_through(is_success ? answer.substr(0, answer.find("\r\n\r\n")) : answer, question);
    }
    std::string hunted_through(std::string text, const std::string& question) const {
        EXPECT_THAT(all_.found_in(text), IsEmpty()) << question << '\n' << text;
        return text;
    }

    testing::temporary_directory directory_{};
    canaries all_{};
    const std::string secret_{all_.make("client_secret")};  ///< and the password of our user
    const std::string user_name_{all_.make("user_name")};
    const std::string careful_name_{all_.make("careful_name")};
    const std::string totp_secret_{make_totp_secret()};
    std::unique_ptr<program> server_{};
    ready_message ready_{};
    std::vector<std::unique_ptr<connection>> late_{};
};

[[nodiscard]] std::string billing_path(const std::string& customer) {
    return "/v1/customers/" + customer + "/profiles/billing";
}

void begin_what_will_be_late(hunted& at) {
    const auto word = [&] { return at.all().make("late"); };
    at.begin_late("GET /v1/" + word() + " HTTP/1.1\r\n" + word() + ": " + word());
    at.begin_late(
        "POST /" + word() + "/oauth2/token HTTP/1.1\r\nHost: x\r\nContent-Length: 900\r\n" +
        std::string{form_type} + "\r\n\r\n" + token_form(word())
    );
}

void read_well(hunted& at) {
    const std::string bearer = "Authorization: Bearer " + at.good_token();
    const std::string path = billing_path(to_string(customer_id));
    EXPECT_THAT(at.ask({.target = path, .fields = {bearer}}), HasSubstr("HTTP/1.1 200"));
    EXPECT_THAT(
        at.ask(
            {.target = path + "?" + at.all().make("name") + "=" + at.all().make("value"),
             .fields =
                 {bearer,
                  at.all().make("field_name") + ": " + at.all().make("field"),
                  "User-Agent: " + at.all().make("agent"),
                  "Referer: https://" + at.all().make("referer"),
                  "X-Forwarded-For: " + at.all().make("forwarded"),
                  "X-Locale: " + at.all().make("locale"),
                  "If-Match: " + at.all().make("if_match"),
                  "MS-PartnerCenter-Application: " + at.all().make("application"),
                  "MS-CV: " + at.all().make("vector"),
                  "MS-RequestId: " + at.all().make("request"),
                  "MS-CorrelationId: " + at.all().make("correlation")},
             .body = at.all().make("body_of_get")}
        ),
        HasSubstr("HTTP/1.1 200")
    );
    for (const char* path_of_authority :
         {"/.well-known/openid-configuration",
          "/v2.0/.well-known/openid-configuration",
          "/discovery/keys",
          "/discovery/v2.0/keys"}) {
        const std::string target = path_of_authority;
        at.ask_for_document({.target = "/" + to_string(partner_id) + target});
        at.ask_for_document({.target = "/" + at.all().make("tenant") + target});
    }
    at.ask_for_document(
        {.target =
             "/common/discovery/instance?authorization_endpoint=https://" + at.all().make("host")}
    );
}

[[nodiscard]] std::string between(
    const std::string& text, std::string_view start, std::string_view end
) {
    const auto begin = text.find(start);
    if (begin == std::string::npos) return {};
    const auto first = begin + start.size();
    return text.substr(first, text.find(end, first) - first);
}

/// Each may change our own customer's profile; the last one does.
void change_a_profile(hunted& at) {
    const auto word = [&](const char* place) { return at.all().make(place); };
    const std::string profile =
        R"({"culture":"en-US","language":"en","email":")" + word("email") +
        R"(@x.example","companyName":")" + word("company") +
        R"(","defaultAddress":{"country":"US","state":"OR","postalCode":"97103","city":")" +
        word("city") + R"(","addressLine1":")" + word("street") + R"(","firstName":")" +
        word("first_name") + R"(","lastName":")" + word("last_name") + R"("})";
    const auto put = [&](const std::string& condition, const std::string& rest) {
        return at.ask(
            {.method = "PUT",
             .target = billing_path(to_string(customer_id)),
             .fields =
                 {"Authorization: Bearer " + at.good_token(), std::string{json_type}, condition},
             .body = profile + rest}
        );
    };
    EXPECT_THAT(put("X-No: condition", "}"), HasSubstr("HTTP/1.1 400"));
    EXPECT_THAT(
        put("X-No: condition", R"(,"attributes":{"etag":")" + word("etag") + R"("}})"),
        HasSubstr("HTTP/1.1 400")
    );
    EXPECT_THAT(put("If-Match: \"" + word("if_match") + '"', "}"), HasSubstr("HTTP/1.1 412"));
    EXPECT_THAT(put("If-Match: *", "}"), HasSubstr("HTTP/1.1 200"));
}

/// A body to create a customer with; `country` demands what `number` and `phone` are.
[[nodiscard]] std::string new_customer_body(
    hunted& at, const std::string& country, const std::string& number, const std::string& phone
) {
    const auto word = [&](const char* place) { return at.all().make(place); };
    return R"({"userCredentials":{"userName":")" + word("user_name") +
           R"("},"companyProfile":{"domain":")" + word("dom") +
           R"(.onmicrosoft.com","organizationRegistrationNumber":")" + number +
           R"("},"billingProfile":{"culture":"en-US","language":"en","email":")" + word("email") +
           R"(@x.example","companyName":")" + word("company") +
           R"(","defaultAddress":{"country":")" + country +
           R"(","state":"OR","postalCode":"97103","city":")" + word("city") +
           R"(","addressLine1":")" + word("street") + R"(","firstName":")" + word("first_name") +
           R"(","lastName":")" + word("last_name") + R"(","phoneNumber":")" + phone + R"("}}})";
}

/// The last one fills the sandbox that the partner becomes.
void create_customers(hunted& at) {
    const auto word = [&](const char* place) { return at.all().make(place); };
    const auto post = [&](const std::string& body, const std::string& more) {
        return at.ask(
            {.method = "POST",
             .target = "/v1/customers",
             .fields = {"Authorization: Bearer " + at.good_token(), std::string{json_type}, more},
             .body = body}
        );
    };
    const std::string no_id = "X-No: id";
    const std::string one_id = "MS-RequestId: 0d6a4b8e-1f2c-4c57-93aa-7e51b9c20d14";
    const std::string good = new_customer_body(at, "US", "", "");
    const std::string created = post(good, one_id);
    EXPECT_THAT(created, HasSubstr("HTTP/1.1 201"));
    const std::string password = between(created, R"("password":")", "\"");
    ASSERT_FALSE(password.empty());
    at.all().keep(password);
    EXPECT_THAT(post(good, one_id), HasSubstr(password));
    EXPECT_THAT(post(good, no_id), HasSubstr("HTTP/1.1 409"));
    EXPECT_THAT(post(new_customer_body(at, "US", "", ""), one_id), HasSubstr("HTTP/1.1 409"));
    post(new_customer_body(at, "US", word("number"), ""), no_id);
    post(new_customer_body(at, "HU", "", "1"), no_id);
    post(new_customer_body(at, "HU", std::string(60, 'x') + word("number"), "1"), no_id);
    post(new_customer_body(at, "HU", word("number"), ""), no_id);
    post(R"({"relationshipToPartner":")" + word("relationship") + R"("})", no_id);
    post(R"({"userCredentials":{"password":")" + word("password") + R"("}})", no_id);
    post(R"({"associatedPartnerId":")" + word("reseller") + R"("})", no_id);

    const auto remove = [&] {
        return at.ask(
            {.method = "DELETE",
             .target = "/v1/customers/" + between(created, R"("id":")", "\""),
             .fields = {"Authorization: Bearer " + at.good_token()}}
        );
    };
    EXPECT_THAT(remove(), HasSubstr("900127"));
    sqlite_file file{{.file = at.database()}};
    store records{file.connect()};
    std::vector<new_customer> many;
    for (std::uint8_t number = 0; number < sandbox_customers_max; ++number) {
        new_customer& each = many.emplace_back();
        each.id.bytes = {0x75, number};
        each.domain = fmt::format("{}.example", number);
        each.billing.text = "{}";
    }
    ASSERT_TRUE(block_on(records.add_customers(partner_id, std::move(many))));
    std::vector<statement> becoming;
    becoming.push_back({.sql = "UPDATE partners SET sandbox = 1"});
    static_cast<void>(block_on(file.connect()->write(std::move(becoming))));
    EXPECT_THAT(post(new_customer_body(at, "US", "", ""), no_id), HasSubstr("800018"));
    EXPECT_THAT(remove(), HasSubstr("HTTP/1.1 204"));
}

void present_bad_tokens(hunted& at) {
    const std::string path = billing_path(to_string(customer_id));
    const auto word = [&](const char* place) { return at.all().make(place); };
    const auto bearer = [&](const std::string& token) {
        return asked{.target = path, .fields = {"Authorization: Bearer " + token}};
    };
    const auto signed_by_us = [&](const guid& partner, app_token claims) {
        at.ask(bearer(at.token(partner, std::move(claims))));
    };
    const std::string good = at.good_token();
    const std::string claims =
        to_base64url(R"({"tid":")" + word("tid") + R"(","upn":")" + word("upn") + R"("})");
    const std::string no_algorithm = to_base64url(R"({"alg":"none"})") + "." + claims + ".";
    const std::string no_key = to_base64url(R"({"alg":"RS256","kid":")" + word("kid") + R"("})");

    at.ask({.target = path});
    at.ask(bearer(word("bearer")));
    at.ask(bearer(word("part") + "." + word("part") + "." + word("part")));
    at.ask(bearer(no_algorithm));
    at.ask(bearer(no_key + "." + claims + "." + word("signature")));
    at.ask(bearer(good.substr(0, good.rfind('.') + 1) + word("signature")));
    at.ask(bearer(good + word("tail")));
    at.ask(bearer(std::string(17'000, 'x') + word("long_token")));
    at.ask({.target = path, .fields = {"Authorization: " + word("scheme") + " " + word("proof")}});
    at.ask({.target = path, .fields = {"Authorization: Basic " + to_base64url("a:" + word("p"))}});
    at.ask(bearer(at.user_token("amr", R"(["pwd",")" + word("amr") + R"("])")));
    at.ask(bearer(at.user_token("scp", '"' + word("scope") + '"')));
    at.ask(bearer(at.user_token("roles", R"([")" + word("role") + R"("])")));
    at.ask({.target = path + "?access_token=" + word("query_token")});
    at.ask({.target = path, .fields = {"Cookie: session=" + word("cookie_token")}});
    at.ask(
        {.target = path,
         .fields = {std::string{form_type}},
         .body = "access_token=" + word("body_token")}
    );

    const app_token fresh{.application_id = application_id, .issued_at = at.now()};
    app_token old = fresh;
    old.issued_at -= std::chrono::hours{24};
    signed_by_us(partner_id, old);
    app_token elsewhere = fresh;
    elsewhere.audience = "https://" + word("audience");
    signed_by_us(partner_id, elsewhere);
    app_token unknown = fresh;
    unknown.application_id = customer_id;
    signed_by_us(partner_id, unknown);
    app_token disabled = fresh;
    disabled.application_id = disabled_application_id;
    signed_by_us(partner_id, disabled);
    app_token of_disabled = fresh;
    of_disabled.application_id = id("4e4e9b70-15d3-4a8b-8e8f-c60a1b7d9922");
    signed_by_us(disabled_partner_id, of_disabled);
    signed_by_us(customer_id, fresh);
}

void ask_wrongly(hunted& at) {
    const std::string bearer = "Authorization: Bearer " + at.good_token();
    const auto word = [&](const char* place) { return at.all().make(place); };
    const std::string own = billing_path(to_string(customer_id));
    const auto get = [&](const std::string& target) {
        at.ask({.target = target, .fields = {bearer}});
    };

    get("/" + word("path"));
    get("/v1/" + word("path") + "/%43%6e%72%79" + word("path"));
    get("/v1/%zz" + word("path"));
    get("/v1" + std::string(13, '/') + "a/b/c/d/e/f/g/h/i/j/k/l/m/" + word("path"));
    get("https://" + word("host") + "/v1/" + word("path") + "?" + word("query"));
    get(billing_path(word("customer")));
    get(billing_path("00000000-0000-0000-0000-000000000000") + "?" + word("query"));
    get(billing_path(to_string(foreign_customer_id)) + "?" + word("query"));
    get(billing_path("11111111-2222-4333-8444-555555555555") + "?" + word("query"));
    get("/v1/customers/" + to_string(customer_id) + "/profiles/company?" + word("query"));
    at.ask({.method = "HEAD", .target = "/v1/domains/" + word("domain"), .fields = {bearer}});
    at.ask({.target = "/v1/auditrecords/" + word("record"), .fields = {bearer}});
    at.ask({.target = "/v1/auditrecords?startDate=" + word("date"), .fields = {bearer}});
    at.ask({.target = "/v1/auditrecords?filter=" + word("filter"), .fields = {bearer}});
    at.ask({.target = own, .fields = {bearer, "Accept: text/" + word("accept")}});
    for (const char* method : {"POST", "PATCH", "DELETE", "OPTIONS", "TRACE", "HEAD"}) {
        at.ask({.method = method, .target = own, .fields = {bearer}, .body = word("body")});
    }
    at.ask({.method = word("method"), .target = own, .fields = {bearer}});

    const std::string member = R"({"firstName":")" + word("first_name") + R"(",)";
    for (const std::string& body :
         {word("not_json"),
          member,
          member + R"("lastName":)" + word("bare_word") + "}",
          member + '"' + word("member") + R"(":{"a":[{}]},"defaultAddress":7})",
          member + R"("email":")" + word("bad_escape") + "\\q\"}",
          member + R"("email":")" + word("bad_utf8") + "\xff\"}",
          member + R"("defaultAddress":{"country":")" + word("country") + R"("}})",
          member + R"("attributes":{"etag":")" + word("stale_etag") + R"("}})",
          std::string(100, '[') + word("deep")}) {
        for (const std::string& type :
             {std::string{json_type},
              "Content-Type: text/" + word("type"),
              std::string{json_type} + "; charset=" + word("charset")}) {
            const std::string etag = "If-Match: \"" + word("if_match") + '"';
            at.ask({.method = "PUT", .target = own, .fields = {bearer, type, etag}, .body = body});
            const std::string validation = "/v1/validations/address?" + word("query");
            at.ask({.method = "POST", .target = validation, .fields = {bearer, type}, .body = body}
            );
        }
    }
    get("/v1/countryvalidationrules/" + word("country"));
    get("/v1/profiles/legalbusiness?vettingVersion=" + word("version"));
    const std::string person =
        "Authorization: Bearer " + at.user_token("roles", R"(["AdminAgents"])");
    at.ask({.target = "/v1/profiles/mpn?mpnId=" + word("mpn_id"), .fields = {person}});
    for (const char* const profile :
         {"billing", "legalbusiness", "supportprofile", "organization"}) {
        const std::string body = R"({"companyName":")" + word("company") + R"(","website":")" +
                                 word("website") + R"(","email":")" + word("email") + R"("})";
        at.ask(
            {.method = "PUT",
             .target = std::string{"/v1/profiles/"} + profile + "?" + word("query"),
             .fields = {person, "If-Match: \"" + word("if_match") + '"'},
             .body = body}
        );
    }
    at.ask(
        {.method = "POST",
         .target = "/v1/validations/address",
         .fields = {bearer, std::string{json_type}},
         .body = R"({"country":"US","city":")" + word("city") + R"(","addressLine1":{"a":")" +
                 word("street") + R"("}})"}
    );
}

void ask_for_tokens(hunted& at) {
    const auto word = [&](const char* place) { return at.all().make(place); };
    const std::string tenant = "/" + to_string(partner_id);
    const std::string v1 = tenant + "/oauth2/token";
    const auto post = [&](const std::string& target, const std::string& body) {
        return at.ask(
            {.method = "POST",
             .target = target,
             .fields = {std::string{form_type}, "client-request-id: " + word("request_id")},
             .body = body}
        );
    };
    const auto replaced = [&](const std::string& from, const std::string& to) {
        std::string form = token_form(at.secret());
        return form.replace(form.find(from), from.size(), to);
    };

    const std::string answer = post(v1, token_form(at.secret()));
    EXPECT_THAT(answer, HasSubstr("HTTP/1.1 200"));
    const std::regex access_token{R"re("access_token":"([^"]+)")re"};
    std::smatch issued;
    ASSERT_TRUE(std::regex_search(answer, issued, access_token));
    at.all().keep(issued[1]);

    post(v1, token_form(word("wrong_secret")));
    post("/" + to_string(other_partner_id) + "/oauth2/token", token_form(at.secret()));
    post("/" + word("tenant") + "/oauth2/token", token_form(at.secret()));
    post(v1 + "?client_secret=" + word("query_secret"), token_form(at.secret()));
    post(v1 + "?" + word("query") + "=%zz", token_form(at.secret()));
    post(v1, token_form(at.secret()) + "&" + word("parameter") + "=" + word("parameter"));
    post(v1, token_form(at.secret()) + "&client_secret=" + word("second_secret"));
    post(v1, replaced("client_credentials", word("grant")));
    post(v1, replaced("client_credentials", "password&username=" + word("user")));
    post(v1, replaced("https%3A%2F%2Fgraph.windows.net", word("resource")));
    post(v1, replaced(to_string(application_id), word("client")));
    post(v1, replaced(to_string(application_id), to_string(customer_id)));
    post(v1, replaced(to_string(application_id), to_string(disabled_application_id)));
    post(v1, replaced("&client_secret=" + at.secret(), ""));
    post(v1, replaced("resource", word("instead")));
    post(v1, "client_secret=%zz" + word("bad_escape"));
    post(v1, token_form(std::string(20'000, 'x') + word("long")));
    post(tenant + "/oauth2/v2.0/token", replaced("resource=", "scope=" + word("scope")));
    const std::string jwt_bearer =
        "&client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer";
    const std::string secret = "&client_secret=" + at.secret();
    post(v1, replaced(secret, jwt_bearer + "&client_assertion=" + word("assertion")));
    post(v1, replaced(secret, "&client_assertion=" + word("assertion_without_type")));
    post(v1, token_form(at.secret()) + jwt_bearer + "&client_assertion=" + word("and_assertion"));
    post(v1 + "?client_assertion=" + word("query_assertion"), token_form(at.secret()));

    const std::string begun =
        post(tenant + "/oauth2/devicecode", replaced("grant_type=client_credentials&", ""));
    EXPECT_THAT(begun, HasSubstr("HTTP/1.1 200"));
    const std::regex codes{R"re("user_code":"([^"]+)","device_code":"([^"]+)")re"};
    std::smatch made;
    ASSERT_TRUE(std::regex_search(begun, made, codes));
    at.all().keep(made[1]);
    at.all().keep(made[2]);
    const std::string poll = replaced("client_credentials", "device_code") + "&code=";
    EXPECT_THAT(post(v1, poll + made[2].str()), HasSubstr("authorization_pending"));
    EXPECT_THAT(post(v1, poll + made[2].str()), HasSubstr("slow_down"));
    post(v1, poll + word("device_code"));
    post(v1 + "?device_code=" + made[2].str(), token_form(at.secret()));
    post(tenant + "/oauth2/devicecode", "client_id=" + word("device_client"));
    at.ask({.method = "POST", .target = v1, .body = token_form(word("secret"))});
    at.ask(
        {.method = "POST",
         .target = v1,
         .fields = {std::string{json_type}},
         .body = R"({"client_secret":")" + word("json_secret") + R"("})"}
    );
    at.ask({.target = v1 + "?client_secret=" + word("get_secret")});
    for (const std::string& proof :
         {to_string(application_id) + ":" + word("basic_secret"),
          word("basic_client") + ":" + word("basic_secret"),
          word("no_colon")}) {
        at.ask(
            {.method = "POST",
             .target = v1,
             .fields = {std::string{form_type}, "Authorization: Basic " + to_base64url(proof)},
             .body = "grant_type=client_credentials&resource=https%3A%2F%2Fgraph.windows.net"}
        );
    }
}

/// What is secret of a sign-in that succeeds is a canary from the moment that it was answered.
void sign_in(hunted& at) {
    const auto word = [&](const char* place) { return at.all().make(place); };
    const std::string authorize = "/" + to_string(partner_id) + "/oauth2/v2.0/authorize?client_id=";
    const std::string client = to_string(application_id);
    const std::string rest =
        "&response_type=code&scope=openid+offline_access&redirect_uri=" + std::string{redirect_uri};
    const auto post = [&](const std::string& target, const std::string& body, std::string cookie) {
        const std::vector<std::string> fields{
            std::string{form_type}, "Cookie: " + std::move(cookie)};
        return at.ask({.method = "POST", .target = target, .fields = fields, .body = body});
    };
    const std::string hinted = "&state=" + word("state") + "&nonce=" + word("nonce");
    at.ask({.target = authorize + word("client") + rest + hinted});
    at.ask({.target = authorize + client + rest + word("redirect") + hinted});
    at.ask({.target = authorize + client + rest + hinted + "&login_hint=" + word("hint")});
    at.ask({.target = "/" + word("tenant") + "/oauth2/logout?state=" + word("logout_state")});

    const std::string state = "StateOfAGoodSignIn4711";
    const std::string page = at.ask({.target = authorize + client + rest + "&state=" + state});
    const std::string cookie = between(page, "Set-Cookie: ", ";");
    const std::string sealed = between(page, R"(name="request" value=")", "\"");
    ASSERT_FALSE(cookie.empty() || sealed.empty());
    at.all().keep(sealed);
    const std::string target = "/common/oauth2/sign-in";
    const std::string form = "request=" + sealed + "&user=";
    post(target, form + word("wrong_user") + "&password=" + word("wrong_password"), cookie);
    post(target, form + at.user_name() + "&password=" + at.secret(), word("wrong_cookie"));
    const std::string back =
        post(target, form + at.user_name() + "&password=" + at.secret(), cookie);
    const std::string code = between(back, "?code=", "&");
    ASSERT_FALSE(code.empty()) << back;
    for (const std::string& each :
         {state, code, cookie, between(back, "Set-Cookie: partnerd-session=", ";")}) {
        at.all().keep(each);
    }

    const std::string proof = "&client_id=" + client + "&client_secret=" + at.secret();
    const std::string token = "/" + to_string(partner_id) + "/oauth2/v2.0/token";
    const std::string redeem = "grant_type=authorization_code&code=" + code + proof +
                               "&redirect_uri=" + std::string{redirect_uri};
    post(token, redeem + "&code_verifier=" + word("verifier"), cookie);
    const std::string tokens = post(token, redeem, cookie);
    EXPECT_THAT(tokens, HasSubstr("HTTP/1.1 200"));
    for (const std::string name : {"access_token", "refresh_token", "id_token"}) {
        const std::string text = between(tokens, '"' + name + R"(":")", "\"");
        ASSERT_FALSE(text.empty()) << name;
        at.all().keep(text);
    }
    const std::string refresh = between(tokens, R"("refresh_token":")", "\"");
    const std::string renew = "grant_type=refresh_token" + proof + "&refresh_token=";
    EXPECT_THAT(post(token, renew + refresh, cookie), HasSubstr("HTTP/1.1 200"));
    EXPECT_THAT(post(token, redeem, cookie), HasSubstr("HTTP/1.1 400"));
    EXPECT_THAT(post(token, renew + refresh, cookie), HasSubstr("HTTP/1.1 400"));
    post(token, renew + word("refresh_token"), cookie);
}

/// A device's sign-in by somebody with a second factor, form by form, and what comes of it.
void sign_in_on_a_device(hunted& at) {
    const auto word = [&](const char* place) { return at.all().make(place); };
    const std::string tenant = "/" + to_string(partner_id);
    const std::string proof =
        "client_id=" + to_string(application_id) + "&client_secret=" + at.secret();
    std::string cookies;
    const auto send = [&](const std::string& target, const std::string& body) {
        const std::vector<std::string> fields{std::string{form_type}, "Cookie: " + cookies};
        std::string answer =
            at.ask({.method = "POST", .target = target, .fields = fields, .body = body});
        EXPECT_THAT(answer, Not(HasSubstr(at.totp_secret())));
        return answer;
    };
    const std::string begun = send(
        tenant + "/oauth2/v2.0/devicecode",
        proof + "&scope=https://api.partnercenter.microsoft.com/.default+offline_access"
    );
    const std::string user_code = between(begun, R"("user_code":")", "\"");
    const std::string device_code = between(begun, R"("device_code":")", "\"");
    ASSERT_FALSE(user_code.empty() || device_code.empty()) << begun;
    at.all().keep(user_code);
    at.all().keep(device_code);

    const std::string target = tenant + "/oauth2/deviceauth";
    std::string page = at.ask({.target = target});
    cookies = between(page, "Set-Cookie: ", ";");
    const auto fill_in = [&](const std::string& fields) {
        const std::string sealed = between(page, R"(name="request" value=")", "\"");
        ASSERT_FALSE(sealed.empty()) << page;
        at.all().keep(sealed);
        page = send(target, "request=" + sealed + "&" + fields);
    };
    fill_in("user_code=" + word("user_code"));
    fill_in("user_code=" + user_code);
    fill_in("user=" + at.careful_name() + "&password=" + word("wrong_password"));
    fill_in("user=" + at.careful_name() + "&password=" + at.secret());
    fill_in("digits=" + word("wrong_digits"));
    fill_in("digits=" + at.digits());
    EXPECT_THAT(page, HasSubstr("Allow access?")) << page;
    at.all().keep(between(page, "Set-Cookie: partnerd-session=", ";"));
    fill_in("decision=allow");
    EXPECT_THAT(page, HasSubstr("Signed in")) << page;

    const std::string tokens = send(
        tenant + "/oauth2/v2.0/token",
        "grant_type=urn:ietf:params:oauth:grant-type:device_code&" + proof +
            "&device_code=" + device_code
    );
    EXPECT_THAT(tokens, HasSubstr("HTTP/1.1 200"));
    for (const std::string name : {"access_token", "refresh_token"}) {
        const std::string text = between(tokens, '"' + name + R"(":")", "\"");
        ASSERT_FALSE(text.empty()) << tokens;
        at.all().keep(text);
    }
    for (const char* const end : {"", "-wal"}) {
        EXPECT_THAT(read_file(at.database().string() + end), Not(HasSubstr(at.totp_secret())));
    }
}

void send_what_is_no_request(hunted& at) {
    const auto word = [&](const char* place) { return at.all().make(place); };
    const auto head = [&](const std::string& line) {
        return "GET /" + word("target") + " HTTP/1.1\r\nHost: x\r\n" + line + "\r\n\r\n";
    };
    std::string many_fields;
    for (int i = 0; i < 120; ++i) many_fields += "a: b\r\n";

    at.ask_in_bytes(word("line") + "\r\n\r\n");
    at.ask_in_bytes("GET /" + word("target") + " HTTP/9.9\r\nHost: x\r\n\r\n");
    at.ask_in_bytes("GET /" + word("target") + " HTTP/1.1\r\n\r\n");
    at.ask_in_bytes("GET " + word("no_slash") + " HTTP/1.1\r\nHost: x\r\n\r\n");
    at.ask_in_bytes(
        "GET /" + word("target") + " " + word("blank") + " HTTP/1.1\r\nHost: x\r\n\r\n"
    );
    at.ask_in_bytes(head(word("name") + " : " + word("blank_before_colon")));
    at.ask_in_bytes(head(word("no_colon")));
    at.ask_in_bytes(head("a: " + word("fold") + "\r\n " + word("folded")));
    at.ask_in_bytes(head("Authorization: " + word("nul") + std::string(1, '\0')));
    at.ask_in_bytes(head("Host: " + word("second_host")));
    at.ask_in_bytes(head("Content-Length: " + word("length")));
    at.ask_in_bytes(head("Transfer-Encoding: " + word("coding")));
    at.ask_in_bytes(head("Transfer-Encoding: chunked") + word("chunk_size") + "\r\n");
    at.ask_in_bytes(head("Transfer-Encoding: chunked\r\nContent-Length: 4") + word("both"));
    at.ask_in_bytes(head("Cookie: " + word("cookie") + std::string(40'000, 'x')));
    at.ask_in_bytes(head(many_fields + word("one_too_many") + ": a"));
    at.ask_in_bytes(head("Content-Length: 2000000\r\nExpect: 100-continue") + word("large_body"));
    at.ask_in_bytes(head("Transfer-Encoding: chunked") + "ffffff\r\n" + word("large_chunk"));
    at.ask_in_bytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + word("http_2"));
    at.ask_in_bytes("\x16\x03\x01\x02" + word("hello"));
}

void ask_the_admin(hunted& at) {
    const auto word = [&](const char* place) { return at.all().make(place); };
    at.ask_admin({.target = "/" + word("admin_path") + "?" + word("admin_query")});
    at.ask_admin({.method = "POST", .target = "/metrics?" + word("query"), .body = word("body")});
    at.ask_admin({.target = "/metrics", .fields = {word("field_name") + ": " + word("field")}});
    at.ask_admin({.target = "/readyz", .fields = {"Authorization: Bearer " + word("token")}});
    at.ask_admin({.target = word("no_slash")});
    at.hunt_outside();
}

/// Breaks the store in one way after the other, under the running program.
void damage_the_store(hunted& at) {
    const std::string bearer = "Authorization: Bearer " + at.good_token();
    const auto get_own = [&] {
        at.hunt_outside();
        return at.ask(
            {.target = billing_path(to_string(customer_id)) + "?" + at.all().make("query"),
             .fields = {bearer}}
        );
    };
    sqlite_file file{{.file = at.database()}};
    const auto connection = file.connect();
    const auto change = [&](std::string_view sql, std::vector<value> values) {
        std::vector<statement> transaction{{.sql = sql, .values = std::move(values)}};
        static_cast<void>(block_on(connection->write(std::move(transaction))));
    };

    change("ALTER TABLE profiles RENAME TO gone", {});
    EXPECT_THAT(get_own(), HasSubstr("HTTP/1.1 503"));
    change("CREATE TABLE profiles (partner_id, customer_id, kind, document)", {});
    change("INSERT INTO profiles SELECT partner_id, customer_id, kind, 4711 FROM gone", {});
    EXPECT_THAT(get_own(), HasSubstr("HTTP/1.1 503"));  // a number is no document
    change("UPDATE profiles SET document = CAST($1 AS BLOB)", {at.all().make("blob")});
    EXPECT_THAT(get_own(), HasSubstr("HTTP/1.1 503"));

    // What the program has not read since the last commit, it reads from the file.
    change("UPDATE partners SET sandbox = 1", {});
    {
        constexpr std::size_t page_bytes = 4096;
        const std::size_t size = std::filesystem::file_size(at.database());
        std::fstream raw{at.database(), std::ios::in | std::ios::out | std::ios::binary};
        const std::string junk = at.all().make("junk");
        raw.seekp(page_bytes);
        for (std::size_t at_byte = page_bytes; at_byte < size; at_byte += junk.size()) raw << junk;
    }
    EXPECT_THAT(get_own(), HasSubstr("HTTP/1.1 503"));
    at.ask(
        {.method = "POST",
         .target = "/" + to_string(partner_id) + "/oauth2/token",
         .fields = {std::string{form_type}},
         .body = token_form(at.secret())}
    );
}

void provoke_everything(hunted& at) {
    begin_what_will_be_late(at);  // and is, after ten seconds
    read_well(at);
    change_a_profile(at);
    create_customers(at);
    present_bad_tokens(at);
    ask_wrongly(at);
    ask_for_tokens(at);
    sign_in(at);
    sign_in_on_a_device(at);
    send_what_is_no_request(at);
    ask_the_admin(at);
    at.finish_late();
    damage_the_store(at);
}

/// The faults that the log names.
[[nodiscard]] std::set<std::string> faults_in(const std::string& lines) {
    static const std::regex fault{R"re("fault":"([^"]+)")re"};
    std::set<std::string> out;
    for (std::sregex_iterator at{lines.begin(), lines.end(), fault}, end; at != end; ++at) {
        out.insert((*at)[1]);
    }
    return out;
}

TEST(Canaries, AreNowhereToBeFound) {
    hunted in_json{"json"};
    hunted in_text{"text"};

    std::jthread meanwhile{[&] { provoke_everything(in_text); }};
    provoke_everything(in_json);
    meanwhile.join();
    const std::string metrics = in_json.ask_admin({.target = "/metrics"});
    in_json.server().signal(SIGTERM);
    in_text.server().signal(SIGHUP);
    in_text.server().signal(SIGTERM);
    EXPECT_EQ(in_json.server().wait(), 0);
    static_cast<void>(in_text.server().wait());

    in_json.hunt_log();
    in_text.hunt_log();

    // Everything was provoked that can be.
    const std::string lines = in_json.server().errors();
    const std::set<std::string> seen = faults_in(lines);
    const std::set<std::string_view> out_of_reach{
        "malformed_id",      // no operation has it yet
        "address_rejected",  // another setting
        "internal_error"};   // a mistake of ours
    for (const fault_row& row : fault_table()) {
        EXPECT_TRUE(seen.contains(std::string{row.name}) || out_of_reach.contains(row.name))
            << row.name;
    }
    for (const char* word :
         {"invalid_request",
          "invalid_client",
          "invalid_resource",
          "invalid_scope",
          "unauthorized_client",
          "unsupported_grant_type"}) {
        EXPECT_THAT(seen, Contains(word));
    }
    EXPECT_THAT(lines, HasSubstr(R"("partnerId":")" + to_string(partner_id)));
    EXPECT_THAT(lines, HasSubstr(R"("applicationId":")" + to_string(application_id)));
    std::istringstream each{lines};
    for (std::string line; std::getline(each, line);) {
        EXPECT_TRUE(line.starts_with(R"({"time":")") && line.ends_with('}')) << line;
    }
    const auto page = testing::read_exposition(metrics.substr(metrics.find("\r\n\r\n") + 4));
    EXPECT_THAT(page.problems, IsEmpty());
    for (const auto& [operation, status] :
         {std::pair{"get_billing_profile", "200"},
          std::pair{"get_billing_profile", "503"},
          std::pair{"no_route", "404"},
          std::pair{"token_v1", "401"},
          std::pair{"unreadable", "431"}}) {
        EXPECT_TRUE(
            page.find("partnerd_requests_total", {{"operation", operation}, {"status", status}})
        ) << operation
          << ' ' << status;
    }
}

/// Secrets that an operator put in the wrong place, and files full of them.
class CanariesAtStart : public ::testing::Test {
protected:
    [[nodiscard]] std::string word(const char* place) { return all_.make(place); }
    [[nodiscard]] std::filesystem::path data() const { return directory_ / "data"; }

    void write(const std::filesystem::path& file, const std::string& text) const {
        std::filesystem::create_directories(file.parent_path());
        std::filesystem::permissions(file.parent_path(), std::filesystem::perms::owner_all);
        std::ofstream{file} << text;
        std::filesystem::permissions(file, std::filesystem::perms{0600});
    }

    /// Starts the program, which must not get far, and hunts in what it says.
    void expect_silence(std::vector<std::string> words) const {
        words.insert(words.begin(), PARTNERD_PROGRAM);
        program server{words, directory_.path()};
        EXPECT_THAT(server.wait(), AnyOf(1, 2));
        EXPECT_THAT(server.errors(), HasSubstr("partnerd: "));
        EXPECT_THAT(all_.found_in(server.errors()), IsEmpty()) << server.errors();
        EXPECT_THAT(all_.found_in(server.output()), IsEmpty()) << server.output();
    }
    [[nodiscard]] std::vector<std::string> serve() const {
        return {
            "serve", "--listen=127.0.0.1:0", "--admin=127.0.0.1:0", "--data=" + data().string()};
    }

    testing::temporary_directory directory_{};
    canaries all_{};
};

TEST_F(CanariesAtStart, AreNotRepeatedFromTheStoresAddress) {
    const std::string address = "postgresql://app:" + word("password") + "@db/partnerd";
    expect_silence({"serve", "--store", address});
    expect_silence({"serve", "--store=" + address, "--print-config"});
    for (const char* flag :
         {"--stor", "--listen", "--threads", "--switch", "--public-url", "--demo"}) {
        expect_silence({"serve", flag, address});
    }
    expect_silence({"serve", address});
    expect_silence({address});
    ::setenv("PARTNERD_STORE", address.c_str(), 1);
    expect_silence({"serve"});
    ::unsetenv("PARTNERD_STORE");
}

TEST_F(CanariesAtStart, AreNotRepeatedFromAConfigurationFile) {
    const std::filesystem::path file = directory_ / "partnerd.toml";
    const std::string address = "postgresql://app:" + word("password") + "@db/partnerd";
    for (const std::string& text :
         {"store = '" + address + "'",
          "store = '" + address,
          "store = " + address,
          "store = [" + address + "]",
          "store = ['" + address + "']",
          "store = '' " + address,
          "store = \"\\q" + address + '"',
          "store = '" + address + "'\nstore = '" + address + "'",
          "[store]\nurl = '" + address + "'",
          "password = '" + address + "'",
          "listen = '" + address + "'",
          "switch = '" + address + "'",
          "[switch]\nlinks = '" + address + "'",
          "= '" + address + "'",
          address}) {
        write(file, text);
        // The switch stops it should it make sense of the file.
        expect_silence({"serve", "--config", file, "--switch=none"});
    }
}

TEST_F(CanariesAtStart, AreNotRepeatedFromFilesThatAreDamaged) {
    std::string junk;
    while (junk.size() < 8192) junk += word("junk");

    write(data() / "partnerd.db", junk);
    expect_silence(serve());
    std::filesystem::remove(data() / "partnerd.db");

    {
        sqlite_file file{{.file = data() / "partnerd.db"}};
        store records{file.connect()};
        ASSERT_TRUE(block_on(records.tenants().add_partner(
            {.id = partner_id, .name = word("partner_name"), .domain = "lumen.example"}
        )));
    }
    std::vector<std::string> demo = serve();
    demo.emplace_back("--demo");
    for (const std::string& text :
         {junk, R"({"partners":[{"name":")" + junk + R"(","tenantId":1}]})"}) {
        write(data() / "demo.json", text);
        expect_silence(demo);
        expect_silence({"token", "--data", data()});
    }

    write(data() / "authority" / "signing-key.pem", junk);
    expect_silence(serve());
    write(
        data() / "authority" / "signing-key.pem",
        "-----BEGIN PRIVATE KEY-----\n" + junk + "\n-----END PRIVATE KEY-----\n"
    );
    expect_silence(serve());
}

/// The hunt would be worth nothing if it missed these.
TEST(Canaries, AreRecognizedInEveryForm) {
    canaries all;
    const std::string canary = all.make("here");
    std::string upper = canary;
    std::ranges::transform(upper, upper.begin(), detail::to_upper);
    std::string percent;
    std::string escaped;
    std::string hex;
    for (const char c : canary) {
        percent += fmt::format("%{:02X}", c);
        escaped += fmt::format("\\u{:04x}", c);
        hex += fmt::format("{:02X}", c);
    }

    for (const std::string& text : {canary, upper, percent, escaped, hex}) {
        EXPECT_FALSE(all.found_in("before" + text + "after").empty()) << text;
    }
    for (const char* before : {"", "a", "ab", "abc"}) {
        const std::string encoded = to_base64url(before + canary + "after");
        EXPECT_FALSE(all.found_in("{" + encoded + "}").empty()) << encoded;
    }
    EXPECT_THAT(all.found_in("before" + canary.substr(1) + "after"), IsEmpty());
}

}  // namespace
}  // namespace partner_center
