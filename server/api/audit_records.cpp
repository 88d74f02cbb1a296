// The partner's audit: a page of it, and one record. Ends up calling store/audit_records.cpp.
// SPDX-License-Identifier: MIT
#include "store/audit_records.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <utility>

#include <fmt/chrono.h>

#include "server/api/audit_query.hpp"
#include "server/api/audit_text.hpp"
#include "server/api/customer_list_text.hpp"
#include "server/api/handlers.hpp"
#include "server/api/rules.hpp"
#include "server/percent.hpp"

namespace partner_center {
namespace {

constexpr std::size_t page_size_max = 500;

[[nodiscard]] fault refused(std::string description) {
    return {.kind = fault_kind::invalid_body, .description = std::move(description)};
}

/// Which records a request asks for.
struct wanted {
    audit_selection selection{};
    std::size_t size{};
    std::optional<audit_position> after{};   ///< absent: from the newest
    std::optional<audit_position> before{};  ///< the page that ends just before
    std::string self{};                      ///< the query of the link to oneself, encoded anew
};

void add_to_query(std::string& query, std::string_view name, std::string_view value) {
    query += query.empty() ? '?' : '&';
    query.append(name).append("=").append(value);
}

/// A token says by itself which list it is of; what the query says of that does not count then.
[[nodiscard]] result<wanted> read_token(call& call, const list_audit_records& operation) {
    auto page = read_audit_page_token(
        call.keys.ring()->sealing, call.caller.partner_id, *operation.continuation_token
    );
    if (!page) return refused("MS-ContinuationToken is not a token of this list.");
    wanted out{.selection = std::move(page->selection), .size = page->size};
    if (operation.seek_operation == seek_operation::previous) {
        out.before = page->first;
    } else if (operation.seek_operation != seek_operation::first) {
        out.after = page->last;
    }
    add_to_query(out.self, "size", std::to_string(out.size));
    return out;
}

/// The list from its beginning. The dates of the link to oneself are days, as they are understood.
[[nodiscard]] result<wanted> read_query(call& call, const list_audit_records& operation) {
    const auto today = std::chrono::floor<std::chrono::days>(call.now);
    const auto window = read_audit_window(operation.start_date, operation.end_date, today);
    if (!window) return window.error();
    wanted out{
        .selection = {
            .partner_id = call.caller.partner_id,
            .from = ticks_of(window->first),
            .until = ticks_of(window->last + std::chrono::days{1})}};
    if (operation.filter) {
        if (const auto problem = read_audit_filter(out.selection, *operation.filter)) {
            return *problem;
        }
    }
    const auto asked = static_cast<std::uint64_t>(operation.size.value_or(0));
    out.size = asked == 0 ? page_size_max : std::min<std::uint64_t>(asked, page_size_max);

    const auto add_day = [&](std::string_view name, std::chrono::sys_days day) {
        add_to_query(out.self, name, fmt::format("{:%Y-%m-%d}", day));
    };
    if (operation.start_date) add_day("startDate", window->first);
    if (operation.end_date) add_day("endDate", window->last);
    add_to_query(out.self, "size", std::to_string(out.size));
    if (operation.filter) add_to_query(out.self, "filter", percent_encoded(*operation.filter));
    return out;
}

[[nodiscard]] result<wanted> read_wanted(call& call, const list_audit_records& operation) {
    const auto& seek = operation.seek_operation;
    if (operation.size.value_or(0) < 0) return refused("size must not be negative.");
    if (seek == seek_operation::last || seek == seek_operation::page_index) {
        return refused("seekOperation must be Next, Previous or First.");
    }
    if (!operation.continuation_token && seek && seek != seek_operation::first) {
        return refused("seekOperation needs a token, in MS-ContinuationToken.");
    }
    auto out =
        operation.continuation_token ? read_token(call, operation) : read_query(call, operation);
    if (out && seek) add_to_query(out->self, "seekOperation", word_of(*seek));
    return out;
}

/// Who is given a record that shows a customer's billing profile has read that. The values are JSON
/// inside of JSON: an unescaped member is the record's own.
void note_read_of(const call& call, std::string_view document) {
    constexpr std::string_view member = R"("customerId":")";
    if (document.find(billing_profile::object_type) == std::string_view::npos) return;
    const auto at = document.find(member);
    if (at == std::string_view::npos) return;
    const auto customer_id = parse_guid(document.substr(at + member.size(), guid_text_length));
    if (customer_id) note_read(call, *customer_id);
}

/// The moment that ends an id.
[[nodiscard]] std::optional<std::int64_t> ticks_in(std::string_view id) {
    const std::string_view text = id.substr(id.rfind('_') + 1);
    std::int64_t ticks{};
    const char* const end = text.data() + text.size();
    const auto [read, failed] = std::from_chars(text.data(), end, ticks);
    if (failed != std::errc{} || read != end) return {};
    return ticks;
}

}  // namespace

awaitable<result<document<audit_record_collection>>> handle(
    call& call, list_audit_records operation
) {
    const auto asked = read_wanted(call, operation);
    if (!asked) co_return asked.error();
    audit_records& records = call.store.audit();
    audit_page page{.selection = asked->selection, .size = asked->size};
    audit_position after = asked->after.value_or(audit_records::beginning(page.selection));
    if (asked->before) {
        after = co_await records.page_before(page.selection, *asked->before, page.size);
    }
    std::string text = std::move(call.memory);
    text.clear();
    std::size_t count = 0;
    const record_taker take = [&](const listed_record& each) {
        if (count++ == 0) {
            page.first = each.at;
        } else {
            text += ',';
        }
        page.last = each.at;
        text += each.document;
        note_read_of(call, each.document);
    };
    const bool more = co_await records.page(page.selection, after, page.size, take);

    std::optional<std::string> token;
    link self{.uri = std::string{version_of(call.options.links)} + "/auditrecords" + asked->self};
    resource_links links{.self = std::move(self)};
    if (more) {
        token = audit_page_token(call.keys.ring()->sealing, page);
        links.next = next_page_link("/auditrecords", page.size, *token);
    }
    text.insert(0, collection_beginning(count));
    text += collection_end(token, links);
    co_return document<audit_record_collection>{std::move(text)};
}

awaitable<result<document<audit_record>>> handle(call& call, get_audit_record operation) {
    document<audit_record> found;
    if (const auto ticks = ticks_in(operation.id)) {
        std::string beginning = R"({"id":)";
        append_json_string(beginning, operation.id);
        const record_taker take = [&](const listed_record& each) {
            const auto own = each.document.substr(0, beginning.size());
            if (equals_ignoring_case(own, beginning)) found.text = each.document;
        };
        co_await call.store.audit().at_moment(call.caller.partner_id, *ticks, take);
    }
    if (found.text.empty()) co_return fault{.kind = fault_kind::unknown_audit_record};
    note_read_of(call, found.text);
    co_return found;
}

}  // namespace partner_center
