// What a GET of a billing profile allocates once all is warm, over a real socket, with log and
// metrics, served or refused: nothing of ours, and nothing of SQLite's unless somebody has
// committed. Calls http/server.cpp and, for each request, api/dispatch.cpp.
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <new>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <dlfcn.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include "server/api/dispatch.hpp"
#include "server/http/server.hpp"
#include "store/block_on.hpp"
#include "store/sqlite.hpp"
#include "tests/support/temporary_directory.hpp"
#include "tests/wire/connection.hpp"

namespace {

/// Only the reactor's thread is counted: the log's thread writes to its file meanwhile, and the
/// client is ours.
thread_local bool is_counted = false;

struct allocation_counts {
    std::atomic<std::size_t> ours{};
    std::atomic<std::size_t> of_sqlite{};
};
allocation_counts counts;

void count_ours() {
    if (is_counted) counts.ours.fetch_add(1, std::memory_order_relaxed);
}

}  // namespace

[[gnu::noinline]] void* operator new(std::size_t bytes) {
    count_ours();
    if (void* const memory = std::malloc(bytes)) return memory;
    throw std::bad_alloc{};
}
[[gnu::noinline]] void operator delete(void* memory) noexcept {
    std::free(memory);
}
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept {
    std::free(memory);
}

/// Where aligned_alloc() below, and libraries, get their memory.
extern "C" int posix_memalign(void** memory, std::size_t alignment, std::size_t bytes) noexcept {
    using allocator = int (*)(void**, std::size_t, std::size_t);
    static const auto next = reinterpret_cast<allocator>(::dlsym(RTLD_NEXT, "posix_memalign"));
    count_ours();
    return next(memory, alignment, bytes);
}

/// Where Asio gets the memory of coroutines and operations, and aligned operator new gets its.
extern "C" void* aligned_alloc(std::size_t alignment, std::size_t bytes) noexcept {
    void* memory = nullptr;
    return ::posix_memalign(&memory, alignment, bytes) == 0 ? memory : nullptr;
}

namespace partner_center {
namespace {

constexpr std::size_t customer_count = 200;
constexpr guid partner_id{{1}};
constexpr guid application_id{{2}};
const token_policy policy{.entra_issuer = true};
/// SQLite's own allocator, counted.
sqlite3_mem_methods sqlite_memory;

void* allocate_for_sqlite(int bytes) {
    if (is_counted) counts.of_sqlite.fetch_add(1, std::memory_order_relaxed);
    return sqlite_memory.xMalloc(bytes);
}

/// Before SQLite is used for the first time.
const bool sqlite_is_counted = [] {
    sqlite3_config(SQLITE_CONFIG_GETMALLOC, &sqlite_memory);
    sqlite3_mem_methods counted = sqlite_memory;
    counted.xMalloc = allocate_for_sqlite;
    return sqlite3_config(SQLITE_CONFIG_MALLOC, &counted) == SQLITE_OK;
}();

[[nodiscard]] guid customer_id(std::size_t number) {
    guid id{{3}};
    id.bytes[15] = static_cast<unsigned char>(number);
    return id;
}

/// One reactor with all that partnerd has.
class Allocations : public ::testing::Test {
protected:
    Allocations() {
        block_on(data_.tenants().add_partner(
            {.id = partner_id, .name = "ours", .domain = "ours.example"}
        ));
        block_on(data_.tenants().add_application({.id = application_id, .partner_id = partner_id}));
        std::vector<new_customer> customers;
        for (std::size_t number = 0; number < customer_count; ++number) {
            const std::string profile = fmt::format(R"({{"id":"{}"}})", number);
            customers.push_back(
                {.id = customer_id(number),
                 .domain = fmt::format("customer{}.example", number),
                 .billing = {profile}}
            );
        }
        block_on(data_.add_customers(partner_id, std::move(customers)));
        server_.start();
        client_.emplace(wire::address{.port = server_.port()});
        const partner_record partner = *block_on(data_.tenants().find_partner(partner_id));
        const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
        const app_token claims{application_id, std::string{clouds::global.audience}, now};
        token_ = make_app_token(keys_.ring()->signing, policy, partner, claims);
    }
    ~Allocations() override {
        server_.stop(std::chrono::seconds{1});
        std::size_t audited = 0;
        reads_.take_all([&](const profile_read&) { ++audited; });
        EXPECT_EQ(audited + reads_.dropped(), profiles_);
    }

    /// Before the first request.
    void limit(request_limits limits) {
        own_options_.emplace(partner_id, switches{.throttle = limits});
    }

    void get_profile(std::size_t number) {
        const wire::answer answer = ask_for_profile(number);
        ASSERT_EQ(answer.status, 200U);
        ++profiles_;
        ASSERT_NE(answer.body.find(fmt::format(R"("id":"{}")", number)), std::string::npos);
    }

    [[nodiscard]] wire::answer ask_for_profile(std::size_t number) {
        ++requests_;
        client_->send(
            fmt::format(
                "GET /v1/customers/{}/profiles/billing HTTP/1.1\r\nHost: a\r\n"
                "Authorization: Bearer {}\r\n\r\n",
                to_string(customer_id(number)),
                token_
            ),
            wire::cut::whole
        );
        return client_->receive(true).value();
    }

    void get_profiles(std::size_t requests, std::size_t customers) {
        for (std::size_t count = 0; count < requests; ++count) get_profile(count % customers);
    }

    /// So that what was read before may be out of date.
    void commit() {
        const guid id{
            {4, static_cast<unsigned char>(commits_ >> 8U), static_cast<unsigned char>(commits_)}};
        ++commits_;
        block_on(data_.tenants().add_application({.id = id, .partner_id = partner_id}));
    }

    /// Whether the caller is still in good standing is asked once a second, by a read that no
    /// request is counted for. It may take a row, frames of coroutines for which Asio gives up kept
    /// ones that requests then take anew, and what SQLite needs for a transaction and a join.
    template <class Work>
    void expect_to_allocate_for_standings_only(Work work, std::size_t of_sqlite_per_request) {
        const std::size_t ours = counts.ours;
        const std::size_t of_sqlite = counts.of_sqlite;
        const std::size_t requests = requests_;
        const std::size_t reads = file_.counts().reads;

        work();

        const std::size_t asked = requests_ - requests;
        const std::size_t answered_by_store = file_.counts().reads - reads;
        const std::size_t standings = answered_by_store - std::min(asked, answered_by_store);
        const std::size_t by_standings = 12 * (standings + 1);  // and one just before
        EXPECT_LE(counts.ours - ours, by_standings);
        EXPECT_LE(counts.of_sqlite - of_sqlite, of_sqlite_per_request * asked + by_standings);
    }

private:
    /// A reactor's own.
    struct worker {
        explicit worker(Allocations& all)
            : data{all.file_.connect()},
              dispatch{
                  {all.options_,
                   data,
                   tokens,
                   authority,
                   keys,
                   all.lines_.add_reactor(),
                   all.exchanges_,
                   all.lines_,
                   &all.own_options_,
                   &all.throttle_,
                   &all.reads_.add_reactor()}},
              keys{all.keys_},
              tokens{keys, policy, data.tenants()},
              authority{keys, policy, data.tenants(), data.sign_in_proofs(), all.hasher_} {}

        store data;
        dispatcher dispatch;
        reactor_keys keys;
        token_verifier tokens;
        partner_center::authority authority;
    };

    [[nodiscard]] http::application make_application() {
        const auto own = std::make_shared<worker>(*this);
        return {
            .respond =
                [own](const http::request_view& request, http::answer& answer) {
                    is_counted = true;
                    return own->dispatch.respond(request, answer);
                },
            .refuse = [own](
                          const fault& problem, const http::request_view& head, http::answer& answer
                      ) { own->dispatch.refuse(problem, head, answer); },
        };
    }

    const switches options_{};
    partner_switches own_options_{};
    throttle throttle_{std::chrono::milliseconds{}};
    testing::temporary_directory directory_{};
    const int nowhere_{::open("/dev/null", O_WRONLY | O_CLOEXEC)};
    authority_keys keys_{directory_ / "authority"};
    sqlite_file file_{{.file = directory_.path() / "partnerd.db"}};
    store data_{file_.connect()};
    secret_hasher hasher_{1};
    log lines_{{.descriptor = nowhere_}};
    exchange_counts exchanges_{exchange_names().size()};
    access_audit reads_{};
    /// No sweep in between, whose timer takes frames too.
    http::server server_{
        {.times = {.sweep = std::chrono::hours{1}}},
        [this](boost::asio::io_context&) { return make_application(); }};
    std::string token_{};
    std::size_t requests_{};
    std::size_t profiles_{};  // that they were answered with
    std::size_t commits_{};
    std::optional<wire::connection> client_{};
};

TEST_F(Allocations, AreNoneForOneCustomer) {
    get_profiles(1'000, 1);
    expect_to_allocate_for_standings_only([this] { get_profiles(10'000, 1); }, 0);
}

TEST_F(Allocations, AreNoneForManyCustomersInTurn) {
    get_profiles(1'000, customer_count);
    expect_to_allocate_for_standings_only([this] { get_profiles(10'000, customer_count); }, 0);
}

TEST_F(Allocations, AreNoneForRequestsThatAreCounted) {
    limit({.per_partner = 10'000, .per_customer = 10'000});
    get_profiles(5'000, 1);
    expect_to_allocate_for_standings_only([this] { get_profiles(100, 1); }, 0);
}

TEST_F(Allocations, AreNoneForRefusals) {
    limit({.per_partner = 1, .per_customer = 1});
    const auto ask = [this] {
        for (std::size_t count = 0; count < 1'000; ++count) {
            ASSERT_EQ(ask_for_profile(0).status, 429U);
        }
    };
    get_profile(0);
    ask();
    expect_to_allocate_for_standings_only(ask, 0);
}

TEST_F(Allocations, AreNoneOfOursForWhatSomebodyMayHaveChanged) {
    const auto get_anew = [this] {
        for (std::size_t number = 0; number < 500; ++number) {
            commit();
            get_profile(0);
        }
    };
    get_anew();
    expect_to_allocate_for_standings_only(get_anew, 3);
}

}  // namespace
}  // namespace partner_center
