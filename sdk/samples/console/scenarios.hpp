// The scenarios of the console test app: a class for each thing that the API can do, as in
// Microsoft's feature samples, and the list of them.
// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "sdk/samples/console.hpp"
#include "sdk/samples/settings.hpp"
#include <partner_center/client.hpp>
#include <partner_center/diff.hpp>
#include <partner_center/operations.hpp>

namespace partner_center::samples {

/// A scenario and what decides where and for whom it can be run.
struct feature {
    std::string_view name{};       ///< its class's, chosen by it on the command line
    std::string_view operation{};  ///< the one of the contract that it shows
    bool wants_person{};           ///< an application alone is refused
    bool is_here{};                ///< the partner's cloud has it, and the partner may
    std::unique_ptr<const scenario> what{};
};

/// All of them; what changes something comes before the audit, which tells of it.
[[nodiscard]] std::vector<feature> all_features(const settings& given);

void add_customer_features(std::vector<feature>& to, const settings& given);
void add_customer_profile_features(std::vector<feature>& to, const settings& given);
void add_helper_features(std::vector<feature>& to, const settings& given);
void add_partner_profile_features(std::vector<feature>& to, const settings& given);
void add_audit_features(std::vector<feature>& to, const settings& given);

/// A scenario that shows an operation of the contract.
template <class Operation>
class showing : public scenario {
public:
    using operation = Operation;

    explicit showing(const settings& given) : given_{given} {}

    [[nodiscard]] std::string_view title() const override { return Operation::summary; }

protected:
    [[nodiscard]] const settings& given() const { return given_; }
    [[nodiscard]] customer_operations the_customer(const client& client) const {
        return client.customers().by_id(given_.customer_id);
    }

private:
    const settings& given_;
};

/// Adds a scenario; the contract tells who may run it and where.
template <class Scenario>
void add(std::vector<feature>& to, const settings& given) {
    using operation = typename Scenario::operation;
    const auto is_this = [&](const cloud* each) { return each->name == given.cloud; };
    to.push_back({
        .name = name_of<Scenario>(),
        .operation = name_of<operation>(),
        .wants_person = operation::allowed == callers::user_only,
        .is_here = std::ranges::none_of(absent_from<operation>(), is_this),
        .what = std::make_unique<const Scenario>(given),
    });
}

/// Reads what `at` names, changes it, shows what is different then, and puts back what was there.
template <class At, class Change>
[[nodiscard]] outcome<void> change_and_restore(const At& at, console& out, const Change& change) {
    const auto read = at.get();
    if (!read) return read.error();
    auto wanted = *read;
    change(wanted);
    const auto stored = at.update(wanted);
    if (!stored) return stored.error();
    for (const field_difference& each :
         field_diff(versions{.base = *read, .theirs = *read, .mine = *stored})) {
        out.line(each.path, each.mine);
    }
    auto before = *read;
    before.attributes = stored->attributes;
    const auto restored = at.update(before);
    if (!restored) return restored.error();
    return {};
}

/// What a scenario fails with when the service answered, but not as it should have.
[[nodiscard]] inline error unexpected(std::string what) {
    return error{.description = std::move(what)};
}

}  // namespace partner_center::samples
