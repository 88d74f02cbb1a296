// Reads days and filters in the dialects of Microsoft's clients, and tokens. Calls the codec,
// name_order.cpp and identity/stamp.cpp.
// SPDX-License-Identifier: MIT
#include "server/api/audit_query.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include "server/api/list_filter.hpp"
#include "server/identity/stamp.hpp"
#include "store/name_order.hpp"

namespace partner_center {
namespace {

using std::chrono::days;
using std::chrono::sys_days;

/// Takes numbers and what stands between them off the front of a text. Nothing is good any more
/// after the first that is not there.
class scanner {
public:
    explicit scanner(std::string_view text) : rest_{text} {}

    [[nodiscard]] int number(std::size_t digits_min, std::size_t digits_max) {
        const std::size_t digits = std::min(rest_.find_first_not_of("0123456789"), rest_.size());
        good_ = good_ && digits >= digits_min && digits <= digits_max;
        int out{};
        if (good_) std::from_chars(rest_.data(), rest_.data() + digits, out);
        rest_.remove_prefix(digits);
        return out;
    }
    void expect(std::string_view text) { good_ = take(text) && good_; }
    [[nodiscard]] bool take(std::string_view text) {
        const bool is_there = equals_ignoring_case(rest_.substr(0, text.size()), text);
        if (is_there) rest_.remove_prefix(text.size());
        return is_there;
    }
    [[nodiscard]] std::size_t left() const { return rest_.size(); }
    [[nodiscard]] bool ended_well() const { return good_ && rest_.empty(); }

private:
    std::string_view rest_;
    bool good_{true};
};

[[nodiscard]] std::optional<sys_days> day_of(int year, int month, int day) {
    const std::chrono::year_month_day date{
        std::chrono::year{year},
        std::chrono::month{static_cast<unsigned>(month)},
        std::chrono::day{static_cast<unsigned>(day)}};
    if (!date.ok()) return {};
    return sys_days{date};
}

/// yyyy-MM-dd, or with the day of the year in its last place.
[[nodiscard]] std::optional<sys_days> read_with_dashes(std::string_view text) {
    scanner scan{text};
    const int year = scan.number(4, 4);
    scan.expect("-");
    const int month = scan.number(1, 2);
    scan.expect("-");
    const std::size_t digits = scan.left();
    const int day = scan.number(1, 3);
    if (!scan.ended_well()) return {};
    if (digits < 3 && day <= 31) return day_of(year, month, day);
    const auto new_year = day_of(year, 1, 1);
    const bool is_leap = std::chrono::year{year}.is_leap();
    if (!new_year || day < 1 || day > (is_leap ? 366 : 365)) return {};
    return *new_year + days{day - 1};
}

/// The month first, then a time with or without AM and PM.
[[nodiscard]] std::optional<sys_days> read_with_slashes(std::string_view text) {
    scanner scan{text};
    const int month = scan.number(1, 2);
    scan.expect("/");
    const int day = scan.number(1, 2);
    scan.expect("/");
    const int year = scan.number(4, 4);
    scan.expect(" ");
    const int hour = scan.number(1, 2);
    scan.expect(":");
    const int minute = scan.number(2, 2);
    scan.expect(":");
    const int second = scan.number(2, 2);
    const bool has_half = scan.take(" AM") || scan.take(" PM");
    const bool is_hour = has_half ? hour >= 1 && hour <= 12 : hour <= 23;
    if (!scan.ended_well() || !is_hour || minute > 59 || second > 59) return {};
    return day_of(year, month, day);
}

/// The day of a parameter, if it is there.
[[nodiscard]] result<std::optional<sys_days>> read_parameter(
    std::string_view name, const std::optional<std::string>& text, sys_days earliest
) {
    if (!text) return std::optional<sys_days>{};
    const auto day = read_audit_date(*text);
    if (!day) return invalid(std::string{name} + " must be a date like 2026-11-22.");
    if (*day < earliest) {
        return invalid(std::string{name} + " must not be more than 90 days ago.");
    }
    return day;
}

/// So that a token of another form is not read as one of this.
constexpr std::string_view form = "\x01";

constexpr std::size_t position_bytes = 8 + 8;
constexpr std::size_t fixed_bytes =
    form.size() + 2 + 2 * 8 + 1 + 16 + 2 * 2 + 2 * position_bytes + stamp_bytes;
static_assert(fixed_bytes + audit_name_bytes_max + audit_type_bytes_max <= token_payload_bytes_max);

[[nodiscard]] std::string purpose_for(const guid& partner_id) {
    return "audit records of " + to_string(partner_id);
}

void append_ticks(std::string& out, std::int64_t number) {
    append_number(out, static_cast<std::uint64_t>(number), 8);
}

void append_position(std::string& out, const audit_position& position) {
    append_ticks(out, position.ticks);
    append_ticks(out, position.number);
}

[[nodiscard]] std::int64_t read_ticks(token_reader& read) {
    return static_cast<std::int64_t>(read.number(8));
}

[[nodiscard]] audit_position read_position(token_reader& read) {
    const std::int64_t ticks = read_ticks(read);
    return {.ticks = ticks, .number = read_ticks(read)};
}

}  // namespace

std::optional<sys_days> read_audit_date(std::string_view text) {
    const bool has_dashes = text.find('-') != std::string_view::npos;
    return has_dashes ? read_with_dashes(text) : read_with_slashes(text);
}

result<audit_window> read_audit_window(
    const std::optional<std::string>& start, const std::optional<std::string>& end, sys_days today
) {
    const sys_days earliest = today - audit_days_max;
    const auto first = read_parameter("startDate", start, earliest);
    if (!first) return first.error();
    const auto last = read_parameter("endDate", end, earliest);
    if (!last) return last.error();
    audit_window out{.last = last->value_or(today)};
    out.first = first->value_or(std::max(out.last - audit_days_default, earliest));
    // One who names a day to come means all since then: nothing yet.
    if (!*last) out.last = std::max(out.last, out.first);
    if (out.last < out.first) return invalid("endDate must not be before startDate.");
    return out;
}

std::optional<fault> read_audit_filter(audit_selection& selection, std::string_view filter) {
    const auto asked = read_filter_document(filter);
    if (!asked) return asked.error();
    const bool by_name = is_word(asked->field, "company_name");
    const bool by_customer = is_word(asked->field, "customer_id");
    if (!by_name && !by_customer && !is_word(asked->field, "resource_type")) {
        return invalid("filter: Field must be CompanyName, CustomerId or ResourceType.");
    }
    if (!is_word(asked->operator_, by_name ? "substring" : "equals")) {
        return invalid(
            by_name ? "filter: Operator must be substring." : "filter: Operator must be equals."
        );
    }
    if (!asked->value) return invalid("filter: Value is missing.");
    if (by_customer) {
        selection.customer_id = parse_guid(*asked->value);
        if (!selection.customer_id) return invalid("filter: Value must be a GUID.");
        return {};
    }
    std::string sought = folded(*asked->value);
    if (!by_name) sought = without_underscores(sought);
    if (sought.size() > (by_name ? audit_name_bytes_max : audit_type_bytes_max)) {
        return invalid("filter: Value is too long.");
    }
    (by_name ? selection.company_name : selection.resource_type) = std::move(sought);
    return {};
}

std::string audit_page_token(const sealing_key& key, const audit_page& page) {
    const audit_selection& of = page.selection;
    std::string bytes{form};
    append_number(bytes, page.size, 2);
    append_ticks(bytes, of.from);
    append_ticks(bytes, of.until);
    append_number(bytes, of.customer_id.has_value(), 1);
    append_id(bytes, of.customer_id.value_or(guid{}));
    append_text(bytes, of.company_name);
    append_text(bytes, of.resource_type);
    append_position(bytes, page.first);
    append_position(bytes, page.last);
    return stamp(key, purpose_for(of.partner_id), bytes);
}

std::optional<audit_page> read_audit_page_token(
    const sealing_key& key, const guid& partner_id, std::string_view token
) {
    const auto bytes = read_stamped(key, purpose_for(partner_id), token);
    if (!bytes || !bytes->starts_with(form)) return {};
    token_reader read{std::string_view{*bytes}.substr(form.size())};
    audit_page page{.selection = {.partner_id = partner_id}};
    page.size = read.number(2);
    page.selection.from = read_ticks(read);
    page.selection.until = read_ticks(read);
    const bool has_customer = read.number(1) != 0;
    const guid customer_id = read.id();
    if (has_customer) page.selection.customer_id = customer_id;
    page.selection.company_name = read.text();
    page.selection.resource_type = read.text();
    page.first = read_position(read);
    page.last = read_position(read);
    return page;
}

}  // namespace partner_center
