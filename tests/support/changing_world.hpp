// The API without a socket, for tests of what changes customers: the world of the contract's golden
// customer, its audit, and many requests at once. Calls small_world.hpp.
// SPDX-License-Identifier: MIT
#pragma once

#include <fstream>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

#include "tests/support/small_world.hpp"
#include <partner_center/json.hpp>
#include <partner_center/models/audit_record.hpp>

namespace partner_center::testing {

[[nodiscard]] inline std::string golden(const std::string& name) {
    std::ifstream file{std::string{PARTNERD_SOURCE} + "/tests/golden/" + name + ".json"};
    return {std::istreambuf_iterator<char>{file}, {}};
}

/// Of a fault; 0 for anything else.
[[nodiscard]] inline int code_of(const http::response& answer) {
    const auto at = answer.body.find(R"("code":)");
    return at == std::string::npos ? 0 : std::stoi(answer.body.substr(at + 7));
}

[[nodiscard]] inline customer customer_in(const http::response& answer) {
    return from_json<customer>(answer.body, json_reading::response).value();
}

class changing_world : public small_world {
public:
    const user_record admin{
        .id = id("5f4e9b70-15d3-4a8b-8e8f-c60a1b7d9922"),
        .partner_id = partner_id,
        .user_principal_name = "ops@lumen-partner.example"};

    changing_world() : small_world{golden("get_billing_profile/minimal")} {
        block_on(data().tenants().add_user(admin));
    }

    [[nodiscard]] std::string admin_token() { return user_token(admin, "AdminAgents"); }

    void make_sandbox() { write("UPDATE partners SET sandbox = 1", {}); }
    void move_to(const cloud& where) {
        write("UPDATE partners SET cloud = $1", {std::string{where.name}});
    }
    void write(std::string_view sql, std::vector<value> values) {
        std::vector<statement> transaction;
        transaction.push_back({.sql = sql, .values = std::move(values)});
        static_cast<void>(block_on(connect()->write(std::move(transaction))));
    }
    /// The one number that a statement gives.
    [[nodiscard]] std::int64_t number(std::string_view sql) {
        rows found = block_on(connect()->read(sql, {}));
        return found.take<std::int64_t>(0, 0);
    }
    /// The texts in the one column that a statement gives.
    [[nodiscard]] std::vector<std::string> texts(std::string_view sql) {
        rows found = block_on(connect()->read(sql, {}));
        std::vector<std::string> out;
        for (std::size_t row = 0; row < found.size(); ++row) {
            out.push_back(found.take<std::string>(row, 0));
        }
        return out;
    }

    /// An empty token is the application's.
    [[nodiscard]] http::request request(
        std::string method, std::string target, std::string body, const std::string& token
    ) {
        return {
            .method = std::move(method),
            .target = std::move(target),
            .fields = {{"Authorization", "Bearer " + (token.empty() ? this->token() : token)}},
            .body = std::move(body)};
    }
    [[nodiscard]] http::response get_at(const std::string& target) {
        return send(request("GET", target, {}, {}));
    }
    /// 404 when it is free.
    [[nodiscard]] unsigned domain_status(const std::string& domain) {
        return send(request("HEAD", "/v1/domains/" + domain, {}, {})).status;
    }

    /// What the audit has, oldest first.
    [[nodiscard]] std::vector<audit_record> audit() {
        std::vector<audit_record> out;
        for (const auto& each : texts("SELECT document FROM audit_records ORDER BY number")) {
            out.push_back(from_json<audit_record>(each, json_reading::response).value());
        }
        return out;
    }

    /// All of them on one thread, none waiting for another.
    [[nodiscard]] std::vector<http::response> send_at_once(
        const std::vector<http::request>& asked
    ) {
        struct exchange {
            std::vector<http::field_view> views{};
            http::request_view view{};
            http::answer answer{};
        };
        std::vector<exchange> all(asked.size());
        boost::asio::io_context reactor{1};
        for (std::size_t at = 0; at < all.size(); ++at) {
            const http::request& request = asked[at];
            for (const http::field& each : request.fields) {
                all[at].views.push_back({each.name, each.value});
            }
            all[at].view = {request.method, request.target, all[at].views, request.body};
            boost::asio::co_spawn(
                reactor, dispatch().respond(all[at].view, all[at].answer), boost::asio::detached
            );
        }
        reactor.run();
        std::vector<http::response> out;
        for (exchange& each : all) {
            out.push_back({.status = each.answer.status, .body = std::move(each.answer.body)});
        }
        return out;
    }
};

}  // namespace partner_center::testing
