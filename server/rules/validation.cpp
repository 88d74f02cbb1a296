// The checks of profiles and addresses, in the contract's order: what is there, how long it is,
// what it looks like. Calls countries.cpp.
// SPDX-License-Identifier: MIT
#include "server/rules/validation.hpp"

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "server/rules/checking.hpp"
#include "server/rules/countries.hpp"
#include <partner_center/json.hpp>
#include <partner_center/names.hpp>

namespace partner_center {
namespace {

using detail::checked_object;
using detail::has_text;
using detail::length_of;
using text = detail::optional_text;

constexpr std::size_t email_length_max = 254;
constexpr std::size_t email_local_part_length_max = 64;
constexpr std::size_t domain_prefix_length_max = 27;
constexpr std::size_t associated_partner_id_length_max = 50;

void to_upper(std::string& ascii) {
    std::ranges::transform(ascii, ascii.begin(), detail::to_upper);
}

void to_lower(std::string& ascii) {
    std::ranges::transform(ascii, ascii.begin(), detail::to_lower);
}

[[nodiscard]] std::string one_of_these(const std::vector<std::string>& words) {
    return fmt::format("one of {}", fmt::join(words, ", "));
}

[[nodiscard]] std::string matching(const pattern& pattern) {
    return fmt::format("a text that matches {}", pattern.expression());
}

[[nodiscard]] const country* country_of(const std::optional<address>& address) {
    return address && address->country ? find_country(*address->country) : nullptr;
}

// Presence (section 7.1).

void require_place(const checked_object& at, const address& address, const country* where) {
    if (where != nullptr && where->rules.is_state_required) at.require("state", address.state);
    if (where != nullptr && where->rules.is_postal_code_required) {
        at.require("postalCode", address.postal_code);
    }
}

void require_members(const checked_object& at, const address& address) {
    at.require("country", address.country);
    at.require("addressLine1", address.address_line1);
    at.require("city", address.city);
}

void require_members(const checked_object& at, const billing_profile& profile) {
    at.require("email", profile.email);
    at.require("culture", profile.culture);
    at.require("language", profile.language);
    at.require("companyName", profile.company_name);
    at.require("defaultAddress", profile.default_address.has_value());
    if (!profile.default_address) return;
    const checked_object inside = at.member("defaultAddress");
    require_members(inside, *profile.default_address);
    inside.require("firstName", profile.default_address->first_name);
    inside.require("lastName", profile.default_address->last_name);
    require_place(inside, *profile.default_address, country_of(profile.default_address));
}

// Lengths (section 7.2).

void bound_members(const checked_object& at, const address& address, const country* where) {
    at.bound("city", address.city, 100);
    const bool is_listed = where != nullptr && where->states_bind;
    if (!is_listed) at.bound("state", address.state, 2);
    at.bound("addressLine1", address.address_line1, 200);
    at.bound("addressLine2", address.address_line2, 200);
    at.bound("addressLine3", address.address_line3, 200);
    at.bound("firstName", address.first_name, 50);
    at.bound("lastName", address.last_name, 50);
    at.bound("middleName", address.middle_name, 50);
}

void bound_members(const checked_object& at, const billing_profile& profile) {
    at.bound("firstName", profile.first_name, 50);
    at.bound("lastName", profile.last_name, 50);
    at.bound("companyName", profile.company_name, 200);
    if (!profile.default_address) return;
    const country* const where = country_of(profile.default_address);
    bound_members(at.member("defaultAddress"), *profile.default_address, where);
}

// Formats (section 7.3). A value in order is put into the spelling that is stored.

void check_country(const checked_object& at, address& address, const country* where) {
    if (!has_text(address.country)) return;
    if (where == nullptr) {
        at.refuse("country", std::string{country_form});
    } else {
        address.country = where->rules.iso2_code;
    }
}

[[nodiscard]] bool is_culture(std::string_view word) {
    return std::ranges::any_of(countries(), [&](const country& each) {
        return std::ranges::any_of(each.rules.supported_cultures_list, [&](const auto& known) {
            return equals_ignoring_case(word, known);
        });
    });
}

/// zh-CHS is a language of mainland China's list; zh is taken for it, as en-US, a culture, is for
/// en.
[[nodiscard]] bool is_language(std::string_view language, std::string_view known) {
    if (equals_ignoring_case(language, known)) return true;
    const std::string_view prefix = language.substr(0, language.find('-'));
    if (!equals_ignoring_case(prefix, known.substr(0, known.find('-')))) return false;
    return prefix.size() == language.size() || is_culture(language);
}

/// Where the '@' outside of quotes is, if there is exactly one.
[[nodiscard]] std::optional<std::size_t> only_at_sign(std::string_view email) {
    std::optional<std::size_t> found;
    bool quoted = false;
    for (std::size_t at = 0; at < email.size(); ++at) {
        if (quoted && email[at] == '\\') {
            ++at;
        } else if (email[at] == '"') {
            quoted = !quoted;
        } else if (email[at] == '@' && !quoted) {
            if (found) return {};
            found = at;
        }
    }
    return quoted ? std::nullopt : found;
}

[[nodiscard]] bool is_email(std::string_view email) {
    const auto sign = only_at_sign(email);
    if (!sign || !detail::is_visible(email) || length_of(email) > email_length_max) return false;
    const std::size_t local_length = length_of(email.substr(0, *sign));
    const std::string_view domain = email.substr(*sign + 1);
    const auto dot = domain.find('.', 1);  // something has to be before and behind it
    return local_length >= 1 && local_length <= email_local_part_length_max &&
           dot != std::string_view::npos && dot + 1 < domain.size();
}

void check_pattern(
    const checked_object& at,
    std::string_view name,
    const text& value,
    const std::optional<pattern>& form,
    fault_kind kind
) {
    if (!form || !has_text(value) || form->matches(*value)) return;
    at.refuse(name, kind, matching(*form));
}

void check_place(
    const checked_object& at, address& address, const country& where, fault_kind bad_place
) {
    check_pattern(
        at, "phoneNumber", address.phone_number, where.phone_number, fault_kind::invalid_value
    );
    if (has_text(address.state)) {
        to_upper(*address.state);
        const auto& known = where.rules.supported_states_list;
        const bool is_known = std::ranges::find(known, *address.state) != known.end();
        if (where.states_bind && !is_known) at.refuse("state", bad_place, one_of_these(known));
    }
    check_pattern(at, "postalCode", address.postal_code, where.postal_code, bad_place);
}

[[nodiscard]] fault_kind kind_of_bad_place(address_check checking) {
    return checking == address_check::on ? fault_kind::address_rejected : fault_kind::invalid_value;
}

void check_forms(const checked_object& at, billing_profile& profile, address_check checking) {
    const country* const where = country_of(profile.default_address);
    const checked_object inside = at.member("defaultAddress");
    if (profile.default_address) check_country(inside, *profile.default_address, where);
    if (where != nullptr) {
        detail::check_culture(at, profile.culture, *where);
        detail::check_language(at, profile.language, *where);
    }
    detail::check_email(at, "email", profile.email);
    if (where != nullptr) {
        check_place(inside, *profile.default_address, *where, kind_of_bad_place(checking));
    }
}

void check_domain(
    const checked_object& at, const text& domain, std::span<const std::string> suffixes
) {
    if (!has_text(domain)) return;
    const auto is_letter_or_digit = [](char c) {
        const char lower = detail::to_lower(c);
        return (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9');
    };
    const auto fits = [&](std::string_view suffix) {
        const std::string_view whole = *domain;
        if (whole.size() <= suffix.size()) return false;
        const std::string_view prefix = whole.substr(0, whole.size() - suffix.size());
        return prefix.size() <= domain_prefix_length_max &&
               std::ranges::all_of(prefix, is_letter_or_digit) &&
               equals_ignoring_case(whole.substr(prefix.size()), suffix);
    };
    if (std::ranges::any_of(suffixes, fits)) return;
    at.refuse(
        "domain",
        fmt::format(
            "1 to {} letters or digits before {}",
            domain_prefix_length_max,
            fmt::join(suffixes, " or ")
        )
    );
}

/// An MPN id, of whatever form.
void check_associated_partner(const checked_object& at, const text& id) {
    if (!id) return;
    const std::size_t length = length_of(*id);
    if (length >= 1 && length <= associated_partner_id_length_max) return;
    at.refuse(
        "associatedPartnerId",
        fmt::format("1 to {} characters long", associated_partner_id_length_max)
    );
}

// Registration numbers and phone numbers (section 7.4).

void check_registration(const checked_object& at, const text& number, const country& where) {
    constexpr std::string_view name = "organizationRegistrationNumber";
    if (!where.registration_number) {
        if (!has_text(number)) return;
        at.refuse(name, fault_kind::registration_unwanted, "absent in this country");
    } else if (!has_text(number)) {
        at.refuse(name, fault_kind::registration_missing, "present");
    } else {
        constexpr auto bad_form = fault_kind::registration_malformed;
        check_pattern(at, name, number, where.registration_number, bad_form);
    }
}

void check_phone(const checked_object& at, const billing_profile& profile) {
    const country* const where = country_of(profile.default_address);
    if (where == nullptr || !where->registration_number) return;
    if (has_text(profile.default_address->phone_number)) return;
    at.member("defaultAddress").refuse("phoneNumber", fault_kind::phone_number_missing, "present");
}

// What becomes of problems.

[[nodiscard]] std::string sentence_of(const problem& problem) {
    return fmt::format("{} must be {}", problem.path, problem.expected);
}

/// The document within the description of a rejected address.
struct rejected_address {
    static constexpr auto wire_case = letter_case::snake;

    std::string code{"60071"};
    std::string reason{};
    std::string object_type{"AddressValidation"};
    std::string resource_status{"Active"};
};
BOOST_DESCRIBE_STRUCT(rejected_address, (), (code, reason, object_type, resource_status))

/// "'City', 'PostalCode'": the last names of the paths, as .NET calls them.
[[nodiscard]] std::string quoted_names(std::span<const problem> problems, std::string_view quote) {
    std::vector<std::string> names;
    for (const problem& each : problems) {
        std::string name = each.path.substr(each.path.rfind('.') + 1);
        name.front() = detail::to_upper(name.front());
        names.push_back(fmt::format("{0}{1}{0}", quote, name));
    }
    return fmt::format("Invalid address fields: {}", fmt::join(names, ", "));
}

}  // namespace

void detail::check_culture(const checked_object& at, text& culture, const country& where) {
    if (!has_text(culture)) return;
    const auto& known = where.rules.supported_cultures_list;
    const auto found = std::ranges::find_if(known, [&](const std::string& each) {
        return equals_ignoring_case(each, *culture);
    });
    if (found == known.end()) return at.refuse("culture", one_of_these(known));
    culture = *found;
}

void detail::check_language(const checked_object& at, text& language, const country& where) {
    if (!has_text(language)) return;
    const auto& known = where.rules.supported_languages_list;
    const bool is_known = std::ranges::any_of(known, [&](const std::string& each) {
        return is_language(*language, each);
    });
    if (!is_known) return at.refuse("language", one_of_these(known));
    partner_center::to_lower(*language);
}

/// Neither a blank nor a control character: those of ASCII and, in UTF-8 as C2 80 to C2 A0, those
/// of Latin-1.
bool detail::is_visible(std::string_view utf8) {
    for (std::size_t at = 0; at < utf8.size(); ++at) {
        const auto byte = static_cast<unsigned char>(utf8[at]);
        if (byte <= 0x20U || byte == 0x7FU) return false;
        const bool has_next = at + 1 < utf8.size();
        if (byte == 0xC2U && has_next && static_cast<unsigned char>(utf8[at + 1]) <= 0xA0U) {
            return false;
        }
    }
    return true;
}

void detail::check_email(const checked_object& at, std::string_view name, const text& email) {
    if (has_text(email) && !is_email(*email)) at.refuse(name, "an e-mail address");
}

fault detail::fault_of(std::span<const problem> problems) {
    const problem& first = problems.front();
    fault out{.kind = first.kind, .description = sentence_of(first)};
    if (first.kind == fault_kind::address_rejected) {
        std::vector<problem> of_address;
        std::ranges::copy_if(problems, std::back_inserter(of_address), [](const problem& each) {
            return each.kind == fault_kind::address_rejected;
        });
        out = address_rejected(of_address);
    }
    for (const problem& each : problems) out.data.push_back(sentence_of(each));
    return out;
}

result<billing_profile> checked_for_update(
    billing_profile profile, const text& own_id, address_check checking
) {
    std::vector<problem> problems;
    const checked_object at{problems, ""};
    require_members(at, profile);
    bound_members(at, profile);
    check_forms(at, profile, checking);
    at.keep("id", profile.id, own_id, "profile's");
    check_phone(at, profile);
    if (!problems.empty()) return detail::fault_of(problems);
    return profile;
}

result<billing_profile> checked_for_update(billing_profile profile) {
    const text own_id = profile.id;
    return checked_for_update(std::move(profile), own_id, address_check::off);
}

result<customer> checked_for_create(
    customer created, std::span<const std::string> domain_suffixes, address_check checking
) {
    std::vector<problem> problems;
    const checked_object top{problems, ""};
    const checked_object billing = top.member("billingProfile");
    const checked_object company = top.member("companyProfile");
    auto& profile = created.billing_profile;
    const auto& organization = created.company_profile;
    top.require("billingProfile", profile.has_value());
    top.require("companyProfile", organization.has_value());
    if (profile) require_members(billing, *profile);
    if (organization) company.require("domain", organization->domain);
    if (profile) bound_members(billing, *profile);
    if (profile) check_forms(billing, *profile, checking);
    check_associated_partner(top, created.associated_partner_id);
    if (organization) check_domain(company, organization->domain, domain_suffixes);
    const country* const where = profile ? country_of(profile->default_address) : nullptr;
    if (where != nullptr && organization) {
        check_registration(company, organization->organization_registration_number, *where);
    }
    if (profile) check_phone(billing, *profile);
    if (!problems.empty()) return detail::fault_of(problems);
    return created;
}

result<customer> checked_for_create(
    customer created, std::span<const std::string> domain_suffixes
) {
    return checked_for_create(std::move(created), domain_suffixes, address_check::off);
}

address_verdict verdict_on(address given) {
    std::vector<problem> problems;
    const checked_object at{problems, ""};
    const country* const where = given.country ? find_country(*given.country) : nullptr;
    require_members(at, given);
    require_place(at, given, where);
    bound_members(at, given, where);
    check_country(at, given, where);
    if (where != nullptr) check_place(at, given, *where, fault_kind::invalid_value);
    return {std::move(given), std::move(problems)};
}

std::string message_of(std::span<const problem> problems) {
    return quoted_names(problems, "'");
}

fault address_rejected(std::span<const problem> problems) {
    // The real service escapes its reasons for HTML.
    const rejected_address document{
        .reason = "AddressInvalid - Details: " + quoted_names(problems, "&#39;")};
    return {.kind = fault_kind::address_rejected, .description = to_json(document)};
}

}  // namespace partner_center
