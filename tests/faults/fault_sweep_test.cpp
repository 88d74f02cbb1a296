// Lets every call to the disk fail once, for each kind of failure, and asks what is left: what was
// acknowledged is there, what failed is not, reads go on, and writes do again without a restart.
// Calls the store on fault_vfs.
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <optional>

#include <gtest/gtest.h>

#include "store/testing.hpp"
#include "tests/faults/fault_vfs.hpp"
#include "tests/faults/witness.hpp"

namespace partner_center {
namespace {

using namespace testing;

/// What the callers know to be stored.
struct acknowledged {
    numbers partners{};
    numbers applications{};
    numbers disabled{};
    numbers customers{};
};

[[nodiscard]] new_customer customer(unsigned number) {
    new_customer out = sample_customer(number);
    // Together they fill the log several times, so that it is merged into the file.
    out.billing.text =
        "{\"n\":\"" + std::string(3'000, static_cast<char>('a' + number % 26)) + "\"}";
    return out;
}

/// Keeps the number when the write is done; throws nothing but what is not a store_error.
awaitable<void> attempt(awaitable<bool> write, unsigned number, numbers& done) {
    try {
        EXPECT_TRUE(co_await std::move(write)) << "refused " << number;
        done.insert(number);
    } catch (const store_error&) {
        // Right: answered as failed.
    }
}

/// What is acknowledged is read, or the read fails; it is never missing or different.
awaitable<void> read_back(store& data, const acknowledged& known) {
    for (const unsigned number : numbers{known.customers}) {
        try {
            const auto found =
                co_await data.find_profile<billing_profile>(id_of(1), id_of(number), std::string{});
            EXPECT_TRUE(found) << "customer " << number;
            if (found) {
                EXPECT_EQ(found->text, customer(number).billing.text);
            }
        } catch (const store_error&) {
            // Right: not answered.
        }
    }
}

awaitable<void> add_some(store& data, acknowledged& known, unsigned first) {
    for (unsigned number = first; number < first + 3; ++number) {
        std::vector<new_customer> customers(1, customer(number));
        auto add = data.add_customers(id_of(1), std::move(customers));
        co_await attempt(std::move(add), number, known.customers);
        co_await read_back(data, known);
    }
    application_record application;
    application.id = id_of(first);
    application.partner_id = id_of(1);
    auto add = data.tenants().add_application(application);
    co_await attempt(std::move(add), first, known.applications);
    if (known.applications.contains(first)) {
        auto disable = data.tenants().disable_application(id_of(first));
        co_await attempt(std::move(disable), first, known.disabled);
    }
}

/// Several callers at once, on one reactor.
void use(store& data, acknowledged& known) {
    auto partner = data.tenants().add_partner(sample_partner(1));
    run(attempt(std::move(partner), 1, known.partners));
    boost::asio::io_context reactor{1};
    std::vector<std::future<void>> callers;
    for (const unsigned first : {10U, 20U, 30U}) {
        callers.push_back(
            boost::asio::co_spawn(reactor, add_some(data, known, first), boost::asio::use_future)
        );
    }
    reactor.run();
    for (auto& each : callers) EXPECT_NO_THROW(each.get());
}

void expect_exactly(left_over& left, const acknowledged& known) {
    EXPECT_EQ(left.partners(), known.partners);
    EXPECT_EQ(left.applications(), known.applications);
    EXPECT_EQ(left.disabled(), known.disabled);
    EXPECT_EQ(left.customers(), known.customers);
    EXPECT_EQ(left.profiles(), known.customers);
    EXPECT_EQ(left.integrity(), "ok");
}

struct failure {
    std::string_view name{};
    int code{};
    std::uint32_t operations{};
    bool lets_read{};  ///< reads have no reason to fail
};

using enum disk_operation;

const std::vector<failure> failures{
    {"FullDisk", SQLITE_FULL, mask_of({disk_operation::write, hint}), true},
    {"FailedWrite", SQLITE_IOERR_WRITE, mask_of({disk_operation::write}), true},
    {"FailedSync", SQLITE_IOERR_FSYNC, mask_of({sync}), true},
    {"ReadOnlyDisk", SQLITE_READONLY, mask_of({disk_operation::write, truncate, remove}), true},
    {"FailedOpenOrRemoval", SQLITE_CANTOPEN, mask_of({disk_operation::open, remove}), false},
    {"IndexThatCannotGrow", SQLITE_IOERR_SHMSIZE, mask_of({grow_index, truncate}), false},
    {"FailedRead", SQLITE_IOERR_READ, mask_of({disk_operation::read}), false},
    {"AnyWritingCall", SQLITE_IOERR, every_write, false},
};

struct sweep {
    failure what{};
    bool lasts{};
};

void PrintTo(const sweep& each, std::ostream* out) {
    *out << each.what.name;
}

/// Every call of the sweep, or every third where a sanitizer makes it slow.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr std::uint64_t step = 3;
#else
constexpr std::uint64_t step = 1;
#endif

class FaultSweep : public ::testing::TestWithParam<sweep> {
protected:
    fault_plan plan_{};
    const vfs_shim disk_{"bad", failing_as_planned(plan_), vfs_shim::standing::by_name};

    /// The whole scenario, with the n-th call failing; false when there was no such call.
    [[nodiscard]] bool fails_at(std::uint64_t n) {
        SCOPED_TRACE("call " + std::to_string(n));
        const temporary_directory directory;
        const sqlite_options options{
            .file = directory / "partnerd.db", .vfs = "bad", .log_pages_max = 20};
        acknowledged known;
        plan_.operations = GetParam().what.operations;
        plan_.files = every_file;
        plan_.fail(GetParam().what.code, n, GetParam().lasts ? for_ever : 1);
        auto file = open(options);
        std::unique_ptr<store> data = file ? connect(*file) : nullptr;
        if (data) {
            use(*data, known);
            if (GetParam().what.lets_read) {
                EXPECT_EQ(file->counts().read_failures, 0U);
            }
        }
        const bool hit = plan_.failed != 0;
        plan_.lift();

        if (!file) file = open(options);
        EXPECT_TRUE(file);
        if (!file) return hit;
        if (!data) data = connect(*file);
        EXPECT_TRUE(data);
        if (!data) return hit;
        // What had failed is not there, and is done now.
        left_over now{options.file};
        expect_exactly(now, known);
        use_again(*data, known);
        expect_exactly(now, known);
        data.reset();
        file.reset();
        left_over later{options.file};
        expect_exactly(later, known);
        return hit;
    }

private:
    [[nodiscard]] static std::unique_ptr<sqlite_file> open(const sqlite_options& options) {
        try {
            return std::make_unique<sqlite_file>(options);
        } catch (const store_error&) {
            return {};
        }
    }
    [[nodiscard]] static std::unique_ptr<store> connect(sqlite_file& file) {
        try {
            return std::make_unique<store>(file.connect());
        } catch (const store_error&) {
            return {};
        }
    }

    static void use_again(store& data, acknowledged& known) {
        if (!known.partners.contains(1)) {
            EXPECT_TRUE(run(data.tenants().add_partner(sample_partner(1))));
            known.partners.insert(1);
        }
        for (unsigned number = 40; number < 50; ++number) {
            EXPECT_TRUE(run(data.add_customers(id_of(1), {customer(number)})));
            known.customers.insert(number);
        }
        run(data.check());
        run(read_back(data, known));
    }
};

TEST_P(FaultSweep, KeepsWhatWasAcknowledgedAndNothingElse) {
    std::uint64_t n = 1;
    while (fails_at(n) && !HasFailure()) n += step;
    EXPECT_GT(n, 1U);
    RecordProperty("calls", static_cast<int>(n));
}

[[nodiscard]] std::vector<sweep> sweeps() {
    std::vector<sweep> out;
    for (const failure& each : failures) {
        out.push_back({each, false});
        out.push_back({each, true});
    }
    return out;
}

INSTANTIATE_TEST_SUITE_P(Disk, FaultSweep, ::testing::ValuesIn(sweeps()), [](const auto& each) {
    return std::string{each.param.what.name} + (each.param.lasts ? "UntilMended" : "Once") +
           (step == 1 ? "" : "EveryThird");
});

}  // namespace
}  // namespace partner_center
