// The SDK's credentials against a real partnerd in each of its clouds: applications by secret and
// by certificate, people by browser and by device code, whom these tests play over plain HTTP.
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <openssl/x509.h>

#include "server/demo.hpp"
#include "server/identity/openssl_testing.hpp"
#include "server/identity/totp.hpp"
#include "tests/support/partnerd.hpp"
#include <partner_center/certificate_credential.hpp>
#include <partner_center/client.hpp>
#include <partner_center/curl_transport.hpp>
#include <partner_center/user_credentials.hpp>

namespace partner_center {
namespace {

using namespace testing;

[[nodiscard]] std::string escaped(std::string_view text) {
    std::string out;
    for (const char each : text) {
        constexpr std::string_view digits = "0123456789ABCDEF";
        const auto byte = static_cast<unsigned char>(each);
        out += {'%', digits[byte / 16], digits[byte % 16]};
    }
    return out;
}

[[nodiscard]] std::string between(
    const std::string& text, std::string_view start, std::string_view end
) {
    const auto begin = text.find(start);
    if (begin == std::string::npos) return {};
    const auto from = begin + start.size();
    return text.substr(from, text.find(end, from) - from);
}

/// A person with a browser: it keeps cookies, follows redirects and fills in what partnerd asks.
class person {
public:
    explicit person(demo_user who) : who_{std::move(who)} {}

    /// Opens an address and answers what is asked, until a page asks for nothing more: its text.
    std::string sign_in(const std::string& url) {
        page at = go("GET", url, "");
        for (unsigned forms = 0; at.text.find("<form") != std::string::npos; ++forms) {
            if (forms > 5 || at.text.find("aria-invalid=\"true\"") != std::string::npos) break;
            at = fill_in(at);
        }
        return at.text;
    }

private:
    struct page {
        std::string home{};  ///< "http://127.0.0.1:1"
        std::string text{};
    };

    page fill_in(const page& at) {
        const auto asks = [&](const std::string& name) {
            return at.text.find("name=\"" + name + '"') != std::string::npos;
        };
        std::string form =
            "request=" + escaped(between(at.text, R"(name="request" value=")", "\""));
        if (asks("user_code")) {
            form += "&user_code=" +
                    escaped(between(between(at.text, "\"user_code\" name", ">"), "value=\"", "\""));
        }
        if (asks("password")) {
            form += "&user=" + escaped(who_.user_principal_name) +
                    "&password=" + escaped(who_.password);
        }
        if (asks("digits")) form += "&digits=" + digits();
        if (asks("decision")) form += "&decision=allow";
        return go(
            "POST", at.home + between(at.text, R"(<form method="post" action=")", "\""), form
        );
    }

    /// Digits are good once: the second time within half a minute they are the next ones.
    [[nodiscard]] std::string digits() const {
        static std::map<std::string, std::int64_t> last_steps;
        const auto now = std::chrono::system_clock::now().time_since_epoch();
        std::int64_t& step = last_steps[who_.user_principal_name];
        step = std::max<std::int64_t>(now / std::chrono::seconds{30}, step + 1);
        return one_time_password(from_base32(who_.totp_secret).value(), step);
    }

    page go(const std::string& method, const std::string& url, const std::string& form) {
        // A redirect URI without a path has its query right after the port.
        const auto end_of_home = url.find_first_of("/?", url.find("//") + 2);
        const std::string home = url.substr(0, end_of_home);
        std::string target = url.substr(end_of_home);
        if (target.starts_with('?')) target.insert(0, 1, '/');
        outgoing_request request{
            .base_url = home, .request{.method = method, .target = target, .body = form}};
        std::string cookies;
        for (const auto& [name, value] : cookies_) cookies += name + '=' + value + "; ";
        request.request.fields.push_back({"Cookie", cookies});
        if (method == "POST") {
            request.request.fields.push_back({"Content-Type", "application/x-www-form-urlencoded"});
        }
        const http::response answer = network_->exchange(request).value();
        for (const http::field& each : answer.fields) {
            if (!equals_ignoring_case(each.name, "Set-Cookie")) continue;
            const std::string name = each.value.substr(0, each.value.find('='));
            cookies_[name] = between(each.value, "=", ";");
        }
        const auto location = answer.find("Location");
        if (!location) return {home, answer.body};
        return go(
            "GET",
            location->starts_with('/') ? home + std::string{*location} : std::string{*location},
            ""
        );
    }

    demo_user who_;
    std::map<std::string, std::string> cookies_{};
    std::shared_ptr<const transport> network_ = make_curl_transport({});
};

/// One partnerd for all of these tests.
[[nodiscard]] const testing::partnerd& server() {
    static const testing::partnerd only{std::vector<std::string>{}};
    return only;
}

class credentials_test : public ::testing::TestWithParam<const cloud*> {
protected:
    credentials_test() {
        for (const demo_partner& each : world_.partners) {
            if (each.cloud == GetParam()->name && !each.sandbox) {
                partner_ = each;
                break;
            }
        }
        where_.api_base = where_.authority = world_.url;
    }

    [[nodiscard]] client client_of(std::shared_ptr<const credential> who) const {
        return client{where_, std::move(who)};
    }
    /// What any caller may read.
    void expect_to_read(const std::shared_ptr<const credential>& who) const {
        const auto customer = client_of(who).customers().by_id(partner_.customers.front());
        const auto profile = customer.profiles().billing().get();
        EXPECT_TRUE(profile) << profile.error().description;
    }
    /// What only people may read.
    void expect_to_read_as_a_person(const std::shared_ptr<const credential>& who) const {
        const auto customer = client_of(who).customers().by_id(partner_.customers.front());
        const auto profile = customer.profiles().company().get();
        EXPECT_TRUE(profile) << profile.error().description;
    }

    [[nodiscard]] application confidential() const {
        const demo_application& first = partner_.applications.front();
        return {to_string(partner_.tenant_id), to_string(first.client_id), *first.client_secret};
    }
    [[nodiscard]] application public_one() const {
        return {
            to_string(partner_.tenant_id), to_string(partner_.applications.back().client_id), ""};
    }
    [[nodiscard]] const demo_user& user() const { return partner_.users.front(); }

    demo_world world_ = read_demo_world(server().data());
    cloud where_ = *GetParam();
    demo_partner partner_{};
    temporary_directory scratch_{};
};

using Credentials = credentials_test;
INSTANTIATE_TEST_SUITE_P(
    Clouds,
    Credentials,
    ::testing::ValuesIn(clouds::all),
    [](const auto& tested) { return std::string{tested.param->name}; }
);

TEST_P(Credentials, OfAnApplicationAreItsSecretAtBothEndpoints) {
    for (const token_endpoint endpoint : {token_endpoint::v2, token_endpoint::v1}) {
        const auto who = std::make_shared<const application_credential>(
            where_, confidential(), application_credential_options{.endpoint = endpoint}
        );
        expect_to_read(who);
        const auto refused =
            client_of(who).customers().by_id(partner_.customers.front()).profiles().company().get();
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().category, error_category::forbidden);
    }
}

TEST_P(Credentials, ThatAreWrongAreTheAuthoritysRefusal) {
    application who = confidential();
    who.client_secret += 'x';

    const auto refused = application_credential{where_, who}.bearer_token();

    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().category, error_category::unauthorized);
    EXPECT_EQ(refused.error().code, "invalid_client");
    EXPECT_EQ(refused.error().description.find(who.client_secret), std::string::npos);
}

TEST_P(Credentials, OfAnApplicationMayBeACertificate) {
    const test_key key = own(EVP_RSA_gen(2048));
    const std::unique_ptr<X509, void (*)(X509*)> made{X509_new(), X509_free};
    X509_gmtime_adj(X509_getm_notBefore(made.get()), -60);
    X509_gmtime_adj(X509_getm_notAfter(made.get()), 3600);
    X509_set_pubkey(made.get(), key.get());
    X509_sign(made.get(), key.get(), EVP_sha256());
    BIO* const memory = BIO_new(BIO_s_mem());
    PEM_write_bio_X509(memory, made.get());
    const std::string certificate = text_of(memory);
    std::ofstream{scratch_ / "certificate.pem"} << certificate;
    const application application = confidential();
    program registration{
        {PARTNERD_PROGRAM,
         "application",
         "add-certificate",
         "--id",
         application.client_id,
         "--certificate",
         scratch_ / "certificate.pem",
         "--data",
         server().data()},
        scratch_.path()};
    ASSERT_EQ(registration.wait(), 0) << registration.errors();

    expect_to_read(make_certificate_credential(
        where_,
        {.tenant = application.tenant,
         .client_id = application.client_id,
         .pem = private_pem(key) + certificate},
        {}
    ));
}

TEST_P(Credentials, OfAPersonComeFromABrowserAndAreRenewedWithoutOne) {
    unsigned times_opened = 0;
    std::string last_page;
    authorization_code_options options{
        .authority = {.cache = {.file = scratch_ / "tokens"}},
        .open =
            [&](const std::string& url) {
                ++times_opened;
                last_page = person{user()}.sign_in(url);
            },
        .timeout = std::chrono::minutes{1},
    };
    expect_to_read_as_a_person(make_authorization_code_credential(where_, public_one(), options));
    EXPECT_EQ(times_opened, 1U);
    EXPECT_NE(last_page.find("You have signed in."), std::string::npos) << last_page;

    // Another run of the program, and then one much later.
    expect_to_read_as_a_person(make_authorization_code_credential(where_, public_one(), options));
    options.authority.clock = [] {
        return std::chrono::system_clock::now() + std::chrono::hours{2};
    };
    const auto later = make_authorization_code_credential(where_, public_one(), options);
    const std::string before = read_file(scratch_ / "tokens");
    expect_to_read_as_a_person(later);
    EXPECT_NE(read_file(scratch_ / "tokens"), before);
    EXPECT_EQ(times_opened, 1U);
}

TEST_P(Credentials, OfAPersonComeFromAnotherDevice) {
    device_code_options options{.authority = {.cache = {.file = scratch_ / "tokens"}}};
    device_code_prompt shown;
    options.show = [&](const device_code_prompt& prompt) { shown = prompt; };
    std::string last_page;
    options.timer = [&](auto, const auto&, const auto& then) {
        last_page = person{user()}.sign_in(shown.verification_uri_complete);
        then(true);
    };
    expect_to_read_as_a_person(make_device_code_credential(where_, public_one(), options));
    EXPECT_NE(shown.message.find(shown.user_code), std::string::npos);
    EXPECT_NE(last_page.find("Signed in"), std::string::npos) << last_page;

    // Somebody keeps the refresh token: a service that goes on in the person's name.
    const std::string token = between(read_file(scratch_ / "tokens"), R"("refreshToken":")", "\"");
    std::vector<std::string> renewed;
    const auto service = make_refresh_token_credential(
        where_,
        public_one(),
        token,
        {.on_renewed = [&](const std::string& next) { renewed.push_back(next); }}
    );
    expect_to_read_as_a_person(service);
    for (const std::string& each : renewed) EXPECT_NE(each, token);
    const auto refused =
        make_refresh_token_credential(where_, public_one(), token + 'x', {})->bearer_token();
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, "invalid_grant");
}

}  // namespace
}  // namespace partner_center
