// Compares and checks. Calls the SDK.
// SPDX-License-Identifier: MIT
#include "cli/transfer/plan.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "cli/transfer/window.hpp"

namespace partner_center::cli {
namespace {

/// What the service demands in every country. Source: wire contract, section 7.1.
constexpr std::array<std::string_view, 7> required{
    "email",
    "culture",
    "language",
    "companyName",
    "defaultAddress.country",
    "defaultAddress.firstName",
    "defaultAddress.lastName"};

/// The service's code for customers of somebody else.
constexpr std::string_view no_relationship = "20002";

/// Whether an error is about the row, not about the service or the caller.
[[nodiscard]] bool is_about_row(const error& problem) {
    using enum error_category;
    const bool is_others = problem.code == no_relationship;
    return is_others || problem.category == bad_input || problem.category == not_found;
}

[[nodiscard]] bool changes_address(const planned_change& change) {
    return std::ranges::any_of(change.differences, [](const field_difference& each) {
        return each.path.starts_with("defaultAddress.");
    });
}

[[nodiscard]] bool has_word(const std::vector<std::string>& words, std::string_view word) {
    return words.empty() || std::ranges::any_of(words, [&](const std::string& each) {
               return equals_ignoring_case(each, word);
           });
}

class planner {
public:
    planner(const client& api, std::size_t concurrency) : api_{api}, concurrency_{concurrency} {}

    void compare(
        const std::vector<profile_row>& rows, const std::function<void(std::size_t)>& advance
    ) {
        std::size_t done = 0;
        const auto start = [&](const profile_row& row) {
            return api_.customers().by_id(row.customer_id).profiles().billing().get_async();
        };
        const auto finish = [&](const profile_row& row, const outcome<billing_profile>& read) {
            if (read) {
                compare(row, *read);
            } else {
                refuse(row, read.error());
            }
            advance(++done);
        };
        in_window(rows, concurrency_, start, finish);
    }

    void check_members() {
        for (const planned_change& change : plan_.changes) {
            check_presence(change);
            check_words(change);
        }
    }

    void check_addresses() {
        std::vector<const planned_change*> moved;
        for (const planned_change& each : plan_.changes) {
            if (changes_address(each)) moved.push_back(&each);
        }
        const auto start = [&](const planned_change* change) {
            const address to = change->wanted.default_address.value_or(address{});
            return api_.validations().is_address_valid_async(to);
        };
        const auto finish = [&](const planned_change* change,
                                const outcome<address_validation_response>& verdict) {
            if (!verdict) return refuse(change->row, verdict.error());
            if (verdict->validation_message) complain(change->row, *verdict->validation_message);
        };
        in_window(moved, concurrency_, start, finish);
    }

    [[nodiscard]] import_plan take() {
        plan_.is_stale = !plan_.problems.empty() && stale_ == plan_.problems.size();
        std::ranges::stable_sort(plan_.problems, {}, &bad_line::line);
        return std::move(plan_);
    }

private:
    void compare(const profile_row& row, const billing_profile& current) {
        billing_profile wanted = with_row(current, row);
        if (wanted == current) {
            plan_.unchanged.push_back(row.customer_id);
            return;
        }
        if (row.etag && row.etag != current.attributes.etag) {
            ++stale_;
            complain(
                row,
                "somebody changed the profile after the file was made; export it again, or leave "
                "the etag out to replace what is there"
            );
        }
        auto differences = field_diff(versions{.base = current, .theirs = current, .mine = wanted});
        plan_.changes.push_back({row, std::move(wanted), std::move(differences)});
    }

    void check_presence(const planned_change& change) {
        for (const profile_field& each : profile_fields()) {
            const bool is_blank = each.read(change.wanted).value_or("").empty();
            const bool is_required = std::ranges::find(required, each.path) != required.end();
            if (is_blank && is_required) complain(change.row, each.path + " must not be blank");
        }
    }

    /// Culture and language are words of the country's lists.
    void check_words(const planned_change& change) {
        const billing_profile& wanted = change.wanted;
        const std::string country = wanted.default_address.value_or(address{}).country.value_or("");
        if (country.empty()) return;
        auto known = rules_.find(country);
        if (known == rules_.end()) {
            auto read = api_.country_validation_rules().by_country(country).get();
            known = rules_.emplace(country, std::move(read)).first;
        }
        const outcome<country_validation_rules>& rules = known->second;
        if (!rules) return refuse(change.row, rules.error());
        const auto check = [&](std::string_view name,
                               const std::optional<std::string>& word,
                               const std::vector<std::string>& words) {
            if (!word || has_word(words, *word)) return;
            complain(
                change.row,
                fmt::format(
                    "{} is '{}', but in {} it is one of {}",
                    name,
                    *word,
                    country,
                    fmt::join(words, ", ")
                )
            );
        };
        check("culture", wanted.culture, rules->supported_cultures_list);
        check("language", wanted.language, rules->supported_languages_list);
    }

    void refuse(const profile_row& row, const error& problem) {
        if (!is_about_row(problem)) throw partner_error{problem};
        complain(row, problem.description);
    }

    void complain(const profile_row& row, std::string_view what) {
        plan_.problems.push_back({row.line, fmt::format("customer {}: {}", row.customer_id, what)});
    }

    const client& api_;
    std::size_t concurrency_;
    std::map<std::string, outcome<country_validation_rules>> rules_{};
    import_plan plan_{};
    std::size_t stale_{};
};

}  // namespace

import_plan make_plan(
    const client& api,
    const std::vector<profile_row>& rows,
    std::size_t concurrency,
    const std::function<void(std::size_t)>& advance
) {
    planner planner{api, concurrency};
    planner.compare(rows, advance);
    planner.check_members();
    planner.check_addresses();
    return planner.take();
}

}  // namespace partner_center::cli
