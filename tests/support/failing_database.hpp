// A database that fails from one of its calls on, as if its disk had, until that is lifted.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "store/database.hpp"

namespace partner_center::testing {

class failing_database final : public database {
public:
    explicit failing_database(std::unique_ptr<database> inner) : inner_{std::move(inner)} {}

    awaitable<rows> read(std::string_view sql, std::span<const value> values) override {
        count();
        return inner_->read(sql, values);
    }
    awaitable<bool> read_text(std::string_view sql, std::span<const value> values, std::string& out)
        override {
        count();
        return inner_->read_text(sql, values, out);
    }
    awaitable<void> read_each(
        std::string_view sql, std::span<const value> values, const row_taker& take
    ) override {
        count();
        return inner_->read_each(sql, values, take);
    }
    std::unique_ptr<snapshot> begin_snapshot(const guid& partner_id) override {
        count();
        return inner_->begin_snapshot(partner_id);
    }
    awaitable<written> write(std::vector<statement> transaction) override {
        count();
        return inner_->write(std::move(transaction));
    }

    /// The n-th call from now on fails, and each after it.
    void fail_from(std::size_t n) {
        calls_ = 0;
        first_ = n;
    }
    void lift() { first_ = 0; }
    /// Whether a call has failed since fail_from().
    [[nodiscard]] bool has_failed() const { return first_ > 0 && calls_ >= first_; }

private:
    void count() {
        ++calls_;
        if (has_failed()) throw store_error{"the disk has failed, as a test wanted"};
    }

    std::unique_ptr<database> inner_;
    std::size_t calls_{};
    std::size_t first_{};
};

}  // namespace partner_center::testing
