// partnerctl domains, addresses, countries and audit: what is looked up and changes nothing. Calls
// the SDK.
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <charconv>
#include <chrono>

#include <boost/describe/class.hpp>
#include <fmt/format.h>

#include "cli/model_text.hpp"
#include "cli/terminal.hpp"
#include "cli/words.hpp"

namespace partner_center::cli {

/// What `domains check` finds.
struct checked_domain {
    std::string domain{};
    bool is_taken{};
};
BOOST_DESCRIBE_STRUCT(checked_domain, (), (domain, is_taken))

namespace {

void add_domains(CLI::App& app, session& here) {
    CLI::App& noun = add_noun(app, "domains", "the domains of all customers and partners");
    CLI::App& verb = *noun.add_subcommand("check", "tell whether a domain is taken");
    const auto domain = add_argument(verb, "DOMAIN", "like contoso.onmicrosoft.com");
    verb.callback([&here, domain] {
        const client& api = here.api(permission::read_customers);
        const bool is_taken = api.domains().by_domain(*domain).exists().value();
        here.out().show(checked_domain{*domain, is_taken});
    });
}

/// An option for each member: --address-line1 and so on.
std::shared_ptr<address> add_address(CLI::App& verb) {
    const auto given = std::make_shared<address>();
    partner_center::detail::for_each_member<address>([&](auto member) {
        std::string name{member.name};
        std::ranges::replace(name, '_', '-');
        verb.add_option_function<std::string>(
                "--" + name,
                [given, place = member.pointer](const std::string& text) { (*given).*place = text; }
        )->type_name(name == "country" ? "COUNTRY" : "TEXT");
    });
    return given;
}

void add_addresses(CLI::App& app, session& here) {
    CLI::App& noun = add_noun(app, "addresses", "postal addresses");
    CLI::App& verb = *noun.add_subcommand("validate", "tell whether the service takes an address");
    const auto body = add_text(verb, "--body", "BODY", "@file, @- or the address as JSON or YAML");
    const auto parts = add_address(verb);
    verb.callback([&here, body, parts] {
        const address asked = body->empty() ? *parts : read_model<address>(*body);
        const client& api = here.api(permission::read_customers);
        const auto verdict = api.validations().is_address_valid(asked).value();
        here.out().show(verdict);
        if (verdict.status.starts_with("Verified")) return;
        throw failure{
            exit_status::invalid_input,
            "the address is not valid: " +
                verdict.validation_message.value_or("no reason is given")};
    });
}

void add_countries(CLI::App& app, session& here) {
    CLI::App& noun = add_noun(app, "countries", "what countries demand");
    CLI::App& verb = *noun.add_subcommand("show", "show what a country demands of addresses");
    const auto code = add_argument(verb, "COUNTRY", "two letters, like DE");
    verb.callback([&here, code] {
        const client& api = here.api(permission::read_customers);
        here.out().show(api.country_validation_rules().by_country(*code).get().value());
    });
}

/// "2026-11-23". Throws `failure` when it is no day.
[[nodiscard]] std::chrono::sys_days read_day(std::string_view text) {
    using namespace std::chrono;
    const auto number = [&](std::size_t from, std::size_t size) {
        int value = -1;
        if (text.size() >= from + size) {
            std::from_chars(text.data() + from, text.data() + from + size, value);
        }
        return value;
    };
    const year_month_day day{
        year{number(0, 4)},
        month{static_cast<unsigned>(number(5, 2))},
        std::chrono::day{static_cast<unsigned>(number(8, 2))}};
    const bool is_day = text.size() == 10 && text[4] == '-' && text[7] == '-' && day.ok();
    if (is_day) return day;
    throw failure{exit_status::usage, fmt::format("'{}' is no day like 2026-11-23", text)};
}

struct audit_words {
    std::string from{};
    std::string to{};
    std::string customer{};
    std::string company{};
    std::string resource_type{};
    std::int64_t size{100};
    bool all{};
};

[[nodiscard]] audit_record_query query_of(const audit_words& words) {
    audit_record_query which{.size = words.size};
    if (words.all) which.size.reset();
    if (!words.from.empty()) which.start = read_day(words.from);
    if (!words.to.empty()) which.end = read_day(words.to);
    if (!words.company.empty()) which.company_name = words.company;
    if (!words.resource_type.empty()) which.resource_type = words.resource_type;
    if (words.customer.empty()) return which;
    which.customer_id = parse_guid(words.customer);
    if (which.customer_id) return which;
    throw failure{
        exit_status::invalid_input, fmt::format("'{}' is no customer id", words.customer)};
}

void list_audit(session& here, const audit_words& words) {
    const auto records = here.api(permission::read_partner).audit_records();
    output& out = here.out();
    out.begin_list(
        {"operationDate",
         "operationType",
         "operationStatus",
         "customerName",
         "userPrincipalName",
         "id"}
    );
    progress shown{"records", {}};
    std::size_t count = 0;
    auto page = records.query(query_of(words)).value();
    const auto has_next = [&] { return page.links && page.links->next; };
    for (;; page = records.next(page).value()) {
        for (const audit_record& each : page.items) out.add(each);
        shown.advance_to(count += page.items.size());
        if (!words.all || !has_next()) break;
    }
    out.end_list();
    if (has_next()) say("partnerctl: there are more; --all lists them all");
}

void add_audit(CLI::App& app, session& here) {
    CLI::App& noun = add_noun(app, "audit", "who changed what");
    CLI::App& list = *noun.add_subcommand("list", "list what was changed, the newest first");
    const auto words = std::make_shared<audit_words>();
    list.add_option("--from", words->from, "first day, like 2026-11-01 (default: 30 days ago)")
        ->type_name("DAY");
    list.add_option("--to", words->to, "last day, included (default: today)")->type_name("DAY");
    list.add_option("--customer", words->customer, "only what is about this customer")
        ->type_name("CUSTOMER-ID");
    list.add_option("--company", words->company, "only companies whose names have this in them")
        ->type_name("TEXT");
    list.add_option("--resource-type", words->resource_type, "only this, like customer")
        ->type_name("TEXT");
    auto* const all = list.add_flag("--all", words->all, "all of them, however many there are");
    list.add_option("--size", words->size, "how many (default: 100)")
        ->type_name("COUNT")
        ->check(CLI::Range(1, 500))
        ->excludes(all);
    list.callback([&here, words] { list_audit(here, *words); });

    CLI::App& get = *noun.add_subcommand("get", "show one record");
    const auto id = add_argument(get, "RECORD-ID", "the record's id");
    get.callback([&here, id] {
        const client& api = here.api(permission::read_partner);
        here.out().show(api.audit_records().by_id(*id).get().value());
    });
}

}  // namespace

void add_lookups(CLI::App& app, session& here) {
    add_domains(app, here);
    add_addresses(app, here);
    add_countries(app, here);
    add_audit(app, here);
}

}  // namespace partner_center::cli
