// The scenarios of the audit: what was changed lately, and one record of it.
// SPDX-License-Identifier: MIT
#include "sdk/samples/console/scenarios.hpp"
#include "sdk/samples/console/show.hpp"

namespace partner_center::samples {
namespace {

class search_audit_records final : public showing<list_audit_records> {
public:
    using showing::showing;

    [[nodiscard]] outcome<void> run(const client& client, console& out) const override {
        const auto first = client.audit_records().query({.size = 5});
        if (!first) return first.error();
        audit_record_collection page = *first;
        for (int number = 1;; ++number) {
            for (const audit_record& each : page.items) {
                out.line(
                    "Page " + std::to_string(number),
                    each.operation_date.value_or("") + ' ' + each.operation_type.value_or("")
                );
            }
            if (number == 2 || !page.links || !page.links->next) return {};
            auto next = client.audit_records().next(page);
            if (!next) return next.error();
            page = *std::move(next);
        }
    }
};

class get_the_newest_audit_record final : public showing<get_audit_record> {
public:
    using showing::showing;

    [[nodiscard]] outcome<void> run(const client& client, console& out) const override {
        const auto newest = client.audit_records().query({.size = 1});
        if (!newest) return newest.error();
        if (newest->items.empty()) return unexpected("nothing has been changed yet");
        const std::string id = newest->items.front().id.value_or("");
        const auto record = client.audit_records().by_id(id).get();
        if (!record) return record.error();
        show(out, *record);
        return {};
    }
};

}  // namespace

void add_audit_features(std::vector<feature>& to, const settings& given) {
    add<search_audit_records>(to, given);
    add<get_the_newest_audit_record>(to, given);
}

}  // namespace partner_center::samples
