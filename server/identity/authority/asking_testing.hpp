// Tests of the authority's grants ask it as clients do, over a real store, at a time of their
// choice. Calls authority.cpp.
// SPDX-License-Identifier: MIT
#pragma once

#include <cctype>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "server/identity/authority/authority.hpp"
#include "server/identity/testing.hpp"
#include "tests/support/counting_database.hpp"
#include <partner_center/json.hpp>

namespace partner_center {

/// What a client reads of any answer of a token endpoint.
struct read_answer {
    static constexpr auto wire_case = letter_case::snake;
    std::string error{};
    std::string error_description{};
    std::vector<int> error_codes{};
    std::string access_token{};
    std::string scope{};
};
BOOST_DESCRIBE_STRUCT(read_answer, (), (error, error_description, error_codes, access_token, scope))

namespace testing {

[[nodiscard]] inline std::string form_escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        constexpr std::string_view digits = "0123456789ABCDEF";
        if (std::isalnum(byte) != 0) {
            out += c;
        } else {
            out.append({'%', digits[byte / 16U], digits[byte % 16U]});
        }
    }
    return out;
}

/// An answer, and what the log is told.
struct heard {
    http::answer answer{};
    authority_outcome outcome{};

    [[nodiscard]] read_answer read() const {
        const auto found = from_json<read_answer>(answer.body, json_reading::strict);
        return found ? *found : read_answer{.error = "not an answer: " + answer.body};
    }
    [[nodiscard]] int number() const {
        const auto codes = read().error_codes;
        return codes.empty() ? 0 : codes.front();
    }
};

class AskingTest : public ::testing::Test {
protected:
    [[nodiscard]] heard post(const std::string& target, const std::string& body, system_time now) {
        partner_center::authority authority{
            world.keys, world.policy, tenants, known_proofs, hasher};
        const std::vector<http::field_view> fields{
            {"Content-Type", "application/x-www-form-urlencoded"}};
        const http::request_view request{
            .method = "POST", .target = target, .fields = fields, .body = body};
        heard got;
        const auto route = authority::find(request.target);
        const exchange_ids ids{id_of(7001), id_of(7002)};
        got.outcome = run(authority.respond(route.value(), request, got.answer, ids, now));
        return got;
    }

    [[nodiscard]] result<principal> verify(std::string_view token, system_time now) {
        token_verifier verifier{world.keys, world.policy, world.tenants};
        return testing::verify(verifier, token, now);
    }

    known_world world{};
    counting_database database{world.fresh.file.connect()};
    directory tenants{database};
    proofs known_proofs{database};
    secret_hasher hasher{1};
    const std::string tenant{'/' + to_string(id_of(1))};
    const std::string api_scope{
        "&scope=" + form_escaped("https://api.partnercenter.microsoft.com/.default")};
    const std::string api_resource{
        "&resource=" + form_escaped("https://api.partnercenter.microsoft.com")};
};

}  // namespace testing
}  // namespace partner_center
