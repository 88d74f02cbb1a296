// A partner, its application and a few customers in a real store, with a dispatcher in front of
// them: the API without a socket. Customers are given by their documents.
// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "server/api/dispatch.hpp"
#include "server/identity/base64url.hpp"
#include "server/identity/jws.hpp"
#include "store/block_on.hpp"
#include "store/sqlite.hpp"
#include "tests/support/exchange.hpp"
#include "tests/support/temporary_directory.hpp"
#include <partner_center/json.hpp>

namespace partner_center::testing {

[[nodiscard]] inline guid id(std::string_view text) {
    return parse_guid(text).value();
}

/// The folder of an authority, now with a key in it: a copy of one that this process made once, for
/// that takes a while.
[[nodiscard]] inline std::filesystem::path with_a_key(const std::filesystem::path& folder) {
    static const temporary_directory made;
    static const authority_keys once{made / "authority"};
    std::filesystem::copy(made / "authority", folder, std::filesystem::copy_options::recursive);
    return folder;
}

/// The world of the contract's golden examples. One thread.
class small_world {
public:
    const guid partner_id{id("b0d7e3a4-52c8-4f19-8e6d-1fa3c95b2e70")};
    const guid other_partner_id{id("0e6d7a4c-9b1f-4a53-8f27-6c1d2b3a4e5f")};
    const guid application_id{id("2c4e9b70-15d3-4a8b-8e8f-c60a1b7d9922")};
    const guid customer_id{id("6f1c9a52-3d0e-4b7c-9c11-5a2e8d40b7f3")};
    const guid foreign_customer_id{id("a3327be0-0b44-4d8a-9d52-7711c60fe2b9")};

    switches options{};
    partner_switches own_options{};
    throttle requests{std::chrono::milliseconds{}};
    token_policy policy{.entra_issuer = true};

    explicit small_world(const std::string& document) {
        add_partner(partner_id, "lumen.example");
        add_partner(other_partner_id, "other.example");
        block_on(data_.tenants().add_application({.id = application_id, .partner_id = partner_id}));
        const auto profile = from_json<billing_profile>(document, json_reading::response);
        const std::string etag = profile ? profile->attributes.etag.value_or("0") : "0";
        const auto add = [&](const guid& partner, const guid& customer, const char* domain) {
            block_on(data_.add_customers(
                partner,
                {{.id = customer,
                  .domain = domain,
                  .etag = std::stoll(etag),
                  .billing = {document}}}
            ));
        };
        add(partner_id, customer_id, "ours.example");
        add(other_partner_id, foreign_customer_id, "theirs.example");
    }

    [[nodiscard]] std::string token() { return token_for(std::string{clouds::global.audience}); }

    [[nodiscard]] std::string token_for(std::string audience) {
        const partner_record partner = *block_on(data_.tenants().find_partner(partner_id));
        const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
        const app_token claims{application_id, std::move(audience), now};
        return make_app_token(key_, policy, partner, claims);
    }

    /// Of an App+User token: with a second factor, the API's scope and one role.
    [[nodiscard]] std::string user_token(const user_record& user, std::string_view role) {
        const std::string token = this->token();
        const auto first = token.find('.') + 1;
        std::string payload = *from_base64url(token.substr(first, token.rfind('.') - first));
        const auto oid = payload.find(R"("oid":)");
        payload.replace(oid + 7, guid_text_length, to_string(user.id));
        payload.pop_back();
        payload += R"(,"upn":")" + user.user_principal_name + R"(","scp":"user_impersonation")";
        payload.append(R"(,"amr":["mfa"],"roles":[")").append(role).append(R"("]})");
        return make_jws(key_, payload);
    }

    /// A GET of a customer's billing profile with a good token.
    [[nodiscard]] http::response get(std::string_view customer) {
        return respond(
            dispatch_,
            {.method = "GET",
             .target = "/v1/customers/" + std::string{customer} + "/profiles/billing",
             .fields = {{"Authorization", "Bearer " + token()}}}
        );
    }

    [[nodiscard]] http::response send(const http::request& request) {
        return respond(dispatch_, request);
    }

    /// Another connection to the same database.
    [[nodiscard]] std::unique_ptr<database> connect() { return file_.connect(); }
    [[nodiscard]] partner_center::store& data() { return data_; }
    [[nodiscard]] reactor_keys& keys() { return keys_; }
    /// As operators do after a theft; another is made.
    void replace_sealing_key() {
        std::filesystem::remove(sealing_key_file(directory_ / "authority"));
        static_cast<void>(keys_.look_again());
    }
    [[nodiscard]] dispatcher& dispatch() { return dispatch_; }
    /// Another one, which counts requests with this.
    [[nodiscard]] dispatcher dispatcher_with(throttle& counting) {
        return dispatcher{parts_with(counting)};
    }
    [[nodiscard]] const exchange_counts& counts() const { return counts_; }
    /// Who read billing profiles since this was last asked.
    [[nodiscard]] std::vector<profile_read> reads() {
        std::vector<profile_read> out;
        reads_.take_all([&](const profile_read& each) { out.push_back(each); });
        return out;
    }

private:
    void add_partner(const guid& partner, const std::string& domain) {
        block_on(data_.tenants().add_partner({.id = partner, .name = domain, .domain = domain}));
    }

    [[nodiscard]] dispatch_parts parts_with(throttle& counting) {
        return {
            options,
            data_,
            tokens_,
            authority_,
            keys_,
            log_.add_reactor(),
            counts_,
            log_,
            &own_options,
            &counting,
            &reads_.add_reactor()};
    }

    temporary_directory directory_{};
    authority_keys all_keys_{with_a_key(directory_ / "authority")};
    const signing_key key_{all_keys_.ring()->signing.copy()};
    reactor_keys keys_{all_keys_};
    sqlite_file file_{{.file = directory_.path() / "partnerd.db"}};
    partner_center::store data_{file_.connect()};
    secret_hasher hasher_{1};
    log log_{{.level = log_level::error}};
    token_verifier tokens_{keys_, policy, data_.tenants()};
    partner_center::authority authority_{
        keys_, policy, data_.tenants(), data_.sign_in_proofs(), hasher_};
    exchange_counts counts_{exchange_names().size()};
    access_audit reads_{};
    dispatcher dispatch_{parts_with(requests)};
};

}  // namespace partner_center::testing
