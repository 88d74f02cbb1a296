// The bytes of a token: the size, the field, the prefix, and for both positions the id and the rest
// of the name behind the prefix. Calls identity/stamp.cpp.
// SPDX-License-Identifier: MIT
#include "server/api/customer_page_token.hpp"

#include <algorithm>

#include "server/api/customer_filter.hpp"
#include "server/api/token_bytes.hpp"
#include "server/identity/stamp.hpp"
#include "store/name_order.hpp"

namespace partner_center {
namespace {

/// So that a token of another form is not read as one of this.
constexpr std::string_view form = "\x01";

// Two texts of so many bytes each behind a prefix, or what a prefix leaves of them, fit.
constexpr std::size_t fixed_bytes = form.size() + 2 + 1 + 3 * 2 + 2 * 16 + stamp_bytes;
static_assert(
    fixed_bytes + std::max(name_prefix_bytes_max, 2 * name_order_bytes_max) <=
    token_payload_bytes_max
);
static_assert(
    fixed_bytes + domain_prefix_bytes_max + 2 * name_order_bytes_max <= token_payload_bytes_max
);

[[nodiscard]] std::string purpose_for(const guid& partner_id) {
    return "customers of " + to_string(partner_id);
}

/// What all names of the list begin with.
[[nodiscard]] std::string_view common_beginning(const customer_selection& selection) {
    if (selection.field != customer_field::company_name) return {};
    return order_part(selection.prefix);
}

void append_position(
    std::string& out, const customer_position& position, std::string_view beginning
) {
    append_text(out, std::string_view{position.name_order}.substr(beginning.size()));
    append_id(out, position.id);
}

[[nodiscard]] customer_position read_position(token_reader& read, std::string_view beginning) {
    customer_position out{.name_order = std::string{beginning}, .id = {}};
    out.name_order += read.text();
    out.id = read.id();
    return out;
}

}  // namespace

std::string page_token(const sealing_key& key, const customer_page& page) {
    const std::string_view beginning = common_beginning(page.selection);
    std::string bytes{form};
    append_number(bytes, page.size, 2);
    bytes += static_cast<char>(page.selection.field);
    append_text(bytes, page.selection.prefix);
    append_position(bytes, page.first, beginning);
    append_position(bytes, page.last, beginning);
    return stamp(key, purpose_for(page.selection.partner_id), bytes);
}

std::optional<customer_page> read_page_token(
    const sealing_key& key, const guid& partner_id, std::string_view token
) {
    const auto bytes = read_stamped(key, purpose_for(partner_id), token);
    if (!bytes || !bytes->starts_with(form)) return {};
    token_reader read{std::string_view{*bytes}.substr(form.size())};
    customer_page page{.selection = {.partner_id = partner_id}};
    page.size = read.number(2);
    page.selection.field = static_cast<customer_field>(read.take(1).front());
    page.selection.prefix = read.text();
    page.first = read_position(read, common_beginning(page.selection));
    page.last = read_position(read, common_beginning(page.selection));
    return page;
}

}  // namespace partner_center
