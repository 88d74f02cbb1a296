// `partnerd seed`. Calls demo.hpp and the store.
// SPDX-License-Identifier: MIT
#include "server/seed.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <future>
#include <span>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "server/data_directory.hpp"
#include "server/demo.hpp"
#include "server/identity/private_file.hpp"
#include "store/block_on.hpp"
#include "store/sqlite.hpp"
#include "store/store.hpp"

namespace partner_center {
namespace {

/// One transaction: so many that its sync costs next to nothing, so few that all is small in
/// memory. Three are there at most: one in the making, one that waits and one that is written.
constexpr std::size_t customers_per_batch = 2'000;

/// 64 MiB: pages that grow are copied into the file fewer times.
constexpr int log_pages_while_seeding = 16'000;

/// Numbers of customers.
using batch = std::span<const std::uint64_t>;

/// Gives a store what it lacks of an invention.
class seeder {
public:
    seeder(store& store, const invention& what)
        : store_{store}, what_{what}, invent_{make_inventor(what)} {}

    /// How many were added.
    [[nodiscard]] std::uint64_t add(std::uint64_t customers) {
        numbers_ = numbers_by_id(customers);
        next_ = 0;
        boost::asio::io_context reactor{1};
        std::vector<std::future<std::uint64_t>> shares;
        for (int share = 0; share < batches_at_once; ++share) {
            shares.push_back(boost::asio::co_spawn(reactor, add_batches(), boost::asio::use_future)
            );
        }
        reactor.run();
        std::uint64_t added = 0;
        for (auto& share : shares) added += share.get();
        return added;
    }

private:
    /// While one is written, another is made.
    static constexpr int batches_at_once = 2;

    [[nodiscard]] awaitable<std::uint64_t> add_batches() {
        std::uint64_t added = 0;
        while (next_ < numbers_.size()) {
            const batch taken = std::span{numbers_}.subspan(
                next_, std::min(customers_per_batch, numbers_.size() - next_)
            );
            next_ += taken.size();
            const bool all = co_await store_.add_customers(what_.partner_id, invent(taken));
            added += all ? taken.size() : co_await add_missing(taken);
        }
        co_return added;
    }

    /// The store keeps customers in the order of their ids: written in that order, each page of it
    /// is written once.
    [[nodiscard]] std::vector<std::uint64_t> numbers_by_id(std::uint64_t customers) const {
        std::vector<std::pair<guid, std::uint64_t>> by_id;
        by_id.reserve(customers);
        for (std::uint64_t number = 0; number < customers; ++number) {
            by_id.emplace_back(invented_id(what_, number), number);
        }
        std::ranges::sort(by_id, {}, [](const auto& each) { return each.first.bytes; });
        std::vector<std::uint64_t> numbers(by_id.size());
        std::ranges::transform(by_id, numbers.begin(), [](const auto& each) {
            return each.second;
        });
        return numbers;
    }

    /// Of a batch of which something is there already.
    [[nodiscard]] awaitable<std::uint64_t> add_missing(batch taken) {
        std::uint64_t added = 0;
        for (const std::uint64_t number : taken) {
            const guid id = invented_id(what_, number);
            const auto known =
                co_await store_.find_profile<billing_profile>(what_.partner_id, id, std::string{});
            if (known) continue;
            const bool is_new =
                co_await store_.add_customers(what_.partner_id, invent(std::span{&number, 1}));
            if (!is_new) {
                throw store_error{
                    "the store has another customer with the id or the domain of invented "
                    "customer " +
                    std::to_string(number) + ": take another --seed"};
            }
            ++added;
        }
        co_return added;
    }

    [[nodiscard]] std::vector<new_customer> invent(batch taken) const {
        std::vector<new_customer> customers;
        customers.reserve(taken.size());
        for (const std::uint64_t number : taken) customers.push_back(invent_(number));
        return customers;
    }

    store& store_;
    const invention what_;
    const std::function<new_customer(std::uint64_t)> invent_;
    std::vector<std::uint64_t> numbers_{};
    std::size_t next_{};
};

void write_ids(const std::filesystem::path& file, const invention& what, std::uint64_t customers) {
    std::uint64_t next = 0;
    replace_private_file(file, [&] {
        std::string lines;
        const std::uint64_t end = std::min(customers, next + std::uint64_t{customers_per_batch});
        for (; next < end; ++next) {
            append(lines, invented_id(what, next));
            lines += '\n';
        }
        return lines;
    });
}

/// Throws usage_error when there is none.
[[nodiscard]] demo_partner chosen_partner(const demo_world& world, const seed_request& request) {
    const demo_partner* const partner = find_partner(world, request.partner);
    if (partner == nullptr) {
        throw usage_error{fmt::format("--partner: the demo data has no '{}'", request.partner)};
    }
    return *partner;
}

}  // namespace

std::string seed(const seed_request& request) {
    const auto began = std::chrono::steady_clock::now();
    // Before anything is made: the sample partners are the same everywhere.
    static_cast<void>(chosen_partner(make_demo_world(), request));
    make_data_directory(request.data);
    std::uint64_t added = 0;
    guid partner_id;
    {
        sqlite_file file{
            {.file = database_in(request.data), .log_pages_max = log_pages_while_seeding}};
        store data{file.connect()};
        const demo_world world = block_on(open_demo_world(data, request.data));
        const demo_partner partner = chosen_partner(world, request);
        partner_id = partner.tenant_id;
        const invention what = make_invention(partner, request.seed);
        // First, so that a place that cannot be written is told before the work.
        if (!request.ids.empty()) write_ids(request.ids, what, request.customers);
        added = seeder{data, what}.add(request.customers);
    }
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
    return fmt::format(
        R"({{"tenantId":"{}","customers":{},"added":{},"seconds":{:.3f}}})",
        to_string(partner_id),
        request.customers,
        added,
        took.count()
    );
}

}  // namespace partner_center
