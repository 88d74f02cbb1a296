// The small world with a person of its partner, who asks for the partner's own profiles.
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "tests/support/small_world.hpp"
#include <partner_center/models/audit_record.hpp>

namespace partner_center::testing {

using fields = std::vector<http::field>;

/// One thread.
class partner_world : public small_world {
public:
    partner_world() : partner_world{"{}"} {}
    explicit partner_world(const std::string& document) : small_world{document} {
        static_cast<void>(block_on(data().tenants().add_user(person_)));
    }

    /// With a token of the person, who has this role.
    [[nodiscard]] http::response ask_as(
        std::string_view role, std::string method, std::string target, std::string body, fields more
    ) {
        more.push_back({"Authorization", "Bearer " + user_token(person_, role)});
        return send(
            {.method = std::move(method),
             .target = std::move(target),
             .fields = std::move(more),
             .body = std::move(body)}
        );
    }
    [[nodiscard]] http::response get(std::string target) {
        return ask_as("AdminAgents", "GET", std::move(target), {}, {});
    }
    [[nodiscard]] http::response put(std::string target, std::string body, fields more) {
        return ask_as("AdminAgents", "PUT", std::move(target), std::move(body), std::move(more));
    }
    [[nodiscard]] http::response as_application(std::string method, std::string target) {
        return send(
            {.method = std::move(method),
             .target = std::move(target),
             .fields = {{"Authorization", "Bearer " + token()}},
             .body = "{}"}
        );
    }

    /// The base64 text of {id, version}.
    [[nodiscard]] std::string etag(int version) const {
        std::string out = to_base64url(
            R"({"id":")" + to_string(partner_id) + R"(","version":)" + std::to_string(version) + "}"
        );
        while (out.size() % 4 != 0) out += '=';
        return out;
    }

    /// What the audit has, oldest first.
    [[nodiscard]] std::vector<audit_record> audit() {
        const auto other = connect();
        rows found =
            block_on(other->read("SELECT document FROM audit_records ORDER BY number", {}));
        std::vector<audit_record> out;
        for (std::size_t row = 0; row < found.size(); ++row) {
            const auto text = found.take<std::string>(row, 0);
            out.push_back(from_json<audit_record>(text, json_reading::response).value());
        }
        return out;
    }

private:
    const user_record person_{
        .id = id("5f4e9b70-15d3-4a8b-8e8f-c60a1b7d9922"),
        .partner_id = partner_id,
        .user_principal_name = "ops@lumen.example"};
};

[[nodiscard]] inline int code_of(const http::response& answer) {
    const auto at = answer.body.find(R"("code":)");
    return at == std::string::npos ? 0 : std::stoi(answer.body.substr(at + 7));
}

}  // namespace partner_center::testing
