// Kills partnerd at random moments while 64 writers create customers and change their profiles over
// HTTP, and looks at what it leaves. More kills: PARTNERD_KILLS=1000. Calls the wire room and the
// store.
// SPDX-License-Identifier: MIT
#include <atomic>
#include <cstdlib>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "store/sqlite.hpp"
#include "tests/faults/witness.hpp"
#include "tests/support/partnerd.hpp"
#include "tests/support/program.hpp"
#include "tests/support/raw_request.hpp"
#include "tests/support/temporary_directory.hpp"
#include "tests/wire/connection.hpp"

namespace partner_center {
namespace {

using namespace testing;

constexpr int writers = 64;
/// So many changes, then another customer.
constexpr int changes_of_each = 5;

[[nodiscard]] int kills() {
    const char* const text = std::getenv("PARTNERD_KILLS");
    return text == nullptr ? 20 : std::atoi(text);
}

/// A customer whose creation was acknowledged, and how often it moved: to street 1, 2, 3 …
struct moving_customer {
    std::string id{};
    int acknowledged{};
    int sent{};
};

/// A request and what it was answered.
struct exchange {
    raw_request request{};
    std::string answer{};
};

/// What writers have been told, of all runs of the program.
struct knowledge {
    std::vector<moving_customer> customers{};
    std::optional<exchange> last_creation{};
};

/// One partnerd, on data that outlives it.
class killed_partnerd {
public:
    explicit killed_partnerd(const std::filesystem::path& scratch) {
        std::filesystem::remove(scratch / "ready.json");
        const std::vector<std::string> words{
            PARTNERD_PROGRAM,
            "serve",
            "--demo",
            "--threads=2",
            "--listen=127.0.0.1:0",
            "--admin=127.0.0.1:0",
            "--data=" + (scratch / "data").string(),
            "--ready-file=" + (scratch / "ready.json").string()};
        server_ = std::make_unique<program>(words, scratch);
        if (!server_->wait_for(scratch / "ready.json")) throw std::runtime_error{server_->errors()};
        const std::string text = read_file(scratch / "ready.json");
        const auto ready = from_json<ready_message>(text, json_reading::strict).value();
        const std::string port = ready.url.substr(ready.url.rfind(':') + 1);
        at_.port = static_cast<std::uint16_t>(std::stoul(port));
    }

    [[nodiscard]] const wire::address& at() const { return at_; }

    /// Waits until so much was acknowledged, then kills.
    void kill_after(const std::atomic<int>& acknowledged, int enough) {
        while (acknowledged < enough) {
            if (server_->has_ended()) {
                ADD_FAILURE() << "ended by itself: " << server_->errors();
                return;
            }
        }
        server_->signal(SIGKILL);
        EXPECT_EQ(server_->wait(), -SIGKILL);
    }

private:
    std::unique_ptr<program> server_{};
    wire::address at_{};
};

/// Writes to one partnerd until it is killed.
class writer {
public:
    writer(int number, const std::string& token, std::atomic<std::uint64_t>& request_ids)
        : number_{number}, token_{token}, request_ids_{request_ids} {}

    void write_until_killed(const wire::address& to, std::atomic<int>& acknowledged) try {
        wire::connection peer{to};
        while (create(peer)) {
            ++acknowledged;
            for (int street = 1; street <= changes_of_each; ++street) {
                if (!move_to(peer, street)) return;
                ++acknowledged;
            }
        }
    } catch (const std::runtime_error&) {
        // A reset, or an answer that was cut off: the program is gone.
    }

    /// Hands over what it knows, and knows nothing any more.
    void tell(knowledge& all) {
        for (moving_customer& each : known_.customers) all.customers.push_back(std::move(each));
        if (known_.last_creation) all.last_creation = std::move(known_.last_creation);
        known_ = {};
    }

private:
    /// False when there is no answer.
    [[nodiscard]] bool create(wire::connection& peer) {
        const std::uint64_t id = ++request_ids_;
        const std::string domain = fmt::format("made{}by{}.onmicrosoft.com", id, number_);
        const raw_request request = creation_of(domain, id);
        const auto answer = exchange_with(peer, request, 201);
        if (!answer) return false;
        known_.customers.push_back({.id = id_in(*answer)});
        known_.last_creation = exchange{request, *answer};
        return true;
    }
    [[nodiscard]] bool move_to(wire::connection& peer, int street) {
        moving_customer& customer = known_.customers.back();
        customer.sent = street;
        const std::string name = fmt::format("{} Pier Road", street);
        const raw_request request = move_to_street(customer.id, name, ++request_ids_);
        if (!exchange_with(peer, request, 200)) return false;
        customer.acknowledged = street;
        return true;
    }
    [[nodiscard]] std::optional<std::string> exchange_with(
        wire::connection& peer, const raw_request& request, unsigned expected
    ) const {
        peer.send(to_bytes(request, token_), wire::cut::whole);
        const auto answer = peer.receive(true);
        if (!answer) return {};
        EXPECT_EQ(answer->status, expected) << answer->body;
        return answer->body;
    }

    const int number_;
    const std::string& token_;
    std::atomic<std::uint64_t>& request_ids_;
    knowledge known_{};
};

/// The last creation that was acknowledged, sent to the program that comes after it.
void expect_same_answer(
    const wire::address& to, const std::optional<exchange>& before, const std::string& token
) {
    if (!before) return;
    wire::connection peer{to};
    peer.send(to_bytes(before->request, token), wire::cut::whole);
    const auto answer = peer.receive(true);
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status, 201U);
    EXPECT_EQ(answer->body, before->answer);
}

/// The one number that a statement gives.
[[nodiscard]] std::int64_t number_in(sqlite_connection& file, std::string_view sql) {
    rows found = file.run(sql, {});
    return found.take<std::int64_t>(0, 0);
}

/// What is acknowledged is there, and at most one more change that was on its way.
void expect_customers(sqlite_connection& file, const std::vector<moving_customer>& known) {
    for (const moving_customer& each : known) {
        rows found = file.run(
            "SELECT CAST(document ->> '$.defaultAddress.addressLine1' AS INTEGER) FROM profiles"
            " WHERE customer_id = $1 AND kind = 'billing'",
            std::array<value, 1>{parse_guid(each.id).value()}
        );
        ASSERT_EQ(found.size(), 1U) << each.id;
        const auto street = found.take<std::int64_t>(0, 0);
        EXPECT_GE(street, each.acknowledged) << each.id;
        EXPECT_LE(street, each.sent) << each.id;
    }
}

/// Nothing is there in part: a customer has both of its profiles, and as many lines in the audit
/// and answers remembered as changes were made to it.
void expect_nothing_half_done(sqlite_connection& file) {
    EXPECT_EQ(
        number_in(
            file,
            "SELECT count(*) FROM customers c WHERE 2 <> (SELECT count(*) FROM profiles"
            " WHERE partner_id = c.partner_id AND customer_id = c.id)"
        ),
        0
    );
    EXPECT_EQ(
        number_in(
            file,
            "SELECT count(*) FROM customers c JOIN profiles p"
            " ON p.partner_id = c.partner_id AND p.customer_id = c.id AND kind = 'billing'"
            " WHERE domain LIKE 'made%by%'"
            " AND 1 + CAST(document ->> '$.defaultAddress.addressLine1' AS INTEGER)"
            " <> (SELECT count(*) FROM audit_records a"
            " WHERE a.partner_id = c.partner_id AND a.customer_id = c.id)"
        ),
        0
    );
    EXPECT_EQ(
        number_in(
            file,
            "SELECT count(*) FROM audit_records WHERE customer_id NOT IN (SELECT id FROM customers)"
        ),
        0
    );
    EXPECT_EQ(
        number_in(file, "SELECT count(*) FROM audit_records"),
        number_in(file, "SELECT count(*) FROM requests")
    );
    EXPECT_TRUE(file.run("PRAGMA foreign_key_check", {}).empty());
    rows integrity = file.run("PRAGMA integrity_check", {});
    EXPECT_EQ(integrity.take<std::string>(0, 0), "ok");
}

[[nodiscard]] std::string token_for(const std::filesystem::path& data) {
    const temporary_directory scratch;
    program asked{{PARTNERD_PROGRAM, "token", "--data", data}, scratch.path()};
    if (asked.wait() != 0) throw std::runtime_error{asked.errors()};
    std::string text = asked.output();
    text.pop_back();
    return text;
}

TEST(Kill, LosesNothingThatWasAcknowledged) {
    const temporary_directory scratch;
    const std::filesystem::path file = scratch / "data" / "partnerd.db";
    std::mt19937 random{20'261'122};
    std::atomic<std::uint64_t> request_ids{};
    knowledge known;
    std::string token;
    for (int kill = 0; kill < kills(); ++kill) {
        SCOPED_TRACE("kill " + std::to_string(kill));
        killed_partnerd server{scratch.path()};
        if (token.empty()) token = token_for(scratch / "data");
        expect_same_answer(server.at(), known.last_creation, token);

        std::atomic<int> acknowledged{};
        std::vector<writer> all;
        for (int each = 0; each < writers; ++each) all.emplace_back(each, token, request_ids);
        {
            std::vector<std::jthread> threads;
            for (writer& each : all) {
                threads.emplace_back([&] { each.write_until_killed(server.at(), acknowledged); });
            }
            server.kill_after(acknowledged, 1 + static_cast<int>(random() % 200));
        }
        for (writer& each : all) each.tell(known);

        const sqlite_file opened{{.file = file}};  // as the next start does
        sqlite_connection left{{.file = file}, sqlite_connection::use::reading};
        expect_customers(left, known.customers);
        expect_nothing_half_done(left);
        ASSERT_FALSE(HasFailure());
    }
    EXPECT_FALSE(known.customers.empty());
}

}  // namespace
}  // namespace partner_center
