// A database that counts the statements it is asked, for tests of how much work something is.
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

class counting_database final : public database {
public:
    explicit counting_database(std::unique_ptr<database> inner) : inner_{std::move(inner)} {}

    awaitable<rows> read(std::string_view sql, std::span<const value> values) override {
        ++reads_;
        return inner_->read(sql, values);
    }
    awaitable<bool> read_text(std::string_view sql, std::span<const value> values, std::string& out)
        override {
        ++reads_;
        return inner_->read_text(sql, values, out);
    }
    awaitable<void> read_each(
        std::string_view sql, std::span<const value> values, const row_taker& take
    ) override {
        ++reads_;
        return inner_->read_each(sql, values, take);
    }
    std::unique_ptr<snapshot> begin_snapshot(const guid& partner_id) override {
        return inner_->begin_snapshot(partner_id);
    }
    awaitable<written> write(std::vector<statement> transaction) override {
        return inner_->write(std::move(transaction));
    }

    [[nodiscard]] std::size_t reads() const { return reads_; }

private:
    std::unique_ptr<database> inner_;
    std::size_t reads_{};
};

}  // namespace partner_center::testing
