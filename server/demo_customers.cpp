// The customers of the sample world, and any number more for `partnerd seed`: reads data/demo and
// combines its building blocks, always alike. Calls nothing of ours but the codec.
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include <fmt/format.h>

#include "server/demo.hpp"
#include "server/demo_data.hpp"

namespace partner_center {
namespace demo_files {

// The form of data/demo, in a namespace of its own because its names are those of models, too.

/// A piece of a company's name, and of its domain: the ASCII letters of the text when there is no
/// slug.
struct word {
    std::string text{};
    std::optional<std::string> slug{};
};
BOOST_DESCRIBE_STRUCT(word, (), (text, slug))

/// The building blocks of a country. In a text to vary, each '#' becomes a digit.
struct country {
    std::string code{};
    std::vector<std::string> cultures{};
    bool phone_required{};  ///< contract, section 7.4
    std::vector<std::string> mailboxes{};
    std::vector<word> names{};
    std::vector<word> trades{};
    std::vector<std::string> forms{};  ///< "{0} {1} GmbH": a name and a trade
    std::vector<address> places{};     ///< the members that go together
    std::vector<std::string> streets{};
    std::vector<std::string> units{};
    std::vector<std::string> first{};
    std::vector<std::string> last{};
    std::vector<std::string> phones{};
};
BOOST_DESCRIBE_STRUCT(
    country,
    (),
    (code,
     cultures,
     phone_required,
     mailboxes,
     names,
     trades,
     forms,
     places,
     streets,
     units,
     first,
     last,
     phones)
)

struct countries {
    std::vector<country> countries{};
};
BOOST_DESCRIBE_STRUCT(countries, (), (countries))

/// A customer written by hand or combined; ids and etag that are absent follow from the domain.
struct customer {
    std::optional<guid> id{};
    std::optional<guid> commerce_id{};
    std::string domain_prefix{};
    bool delegated_access{true};
    billing_profile profile{};
};
BOOST_DESCRIBE_STRUCT(customer, (), (id, commerce_id, domain_prefix, delegated_access, profile))

/// The combinations number `first` to `first + count - 1` of a country.
struct share {
    std::string country{};
    std::size_t first{};
    std::size_t count{};
};
BOOST_DESCRIBE_STRUCT(share, (), (country, first, count))

struct validation_code {
    std::string id{};
    std::string organization_name{};
    std::int64_t creates_max{};
    std::int64_t creates_left{};
};
BOOST_DESCRIBE_STRUCT(validation_code, (), (id, organization_name, creates_max, creates_left))

struct partner {
    guid tenant_id{};
    std::vector<customer> special{};
    std::vector<share> generated{};
    std::vector<validation_code> validation_codes{};
};
BOOST_DESCRIBE_STRUCT(partner, (), (tenant_id, special, generated, validation_codes))

struct partners {
    std::vector<partner> partners{};
};
BOOST_DESCRIBE_STRUCT(partners, (), (partners))

}  // namespace demo_files

namespace {

[[nodiscard]] std::uint64_t number_of(const guid& id) {
    std::uint64_t number = 0;
    for (const std::uint8_t byte : std::span{id.bytes}.first(8)) number = number << 8U | byte;
    return number;
}

/// Numbers that look random and are the same on every machine (splitmix64).
class dice {
public:
    explicit dice(std::uint64_t seed) : state_{seed} {}

    [[nodiscard]] std::uint64_t throw_all() {
        state_ += 0x9E3779B97F4A7C15U;
        std::uint64_t mixed = state_;
        mixed = (mixed ^ (mixed >> 30U)) * 0xBF58476D1CE4E5B9U;
        mixed = (mixed ^ (mixed >> 27U)) * 0x94D049BB133111EBU;
        return mixed ^ (mixed >> 31U);
    }
    [[nodiscard]] std::size_t below(std::size_t sides) { return throw_all() % sides; }
    [[nodiscard]] bool once_in(std::size_t sides) { return below(sides) == 0; }

    template <class T>
    [[nodiscard]] const T& pick(const std::vector<T>& from) {
        return from[below(from.size())];
    }
    [[nodiscard]] std::string vary(std::string text) {
        for (char& each : text) {
            if (each == '#') each = static_cast<char>('1' + below(9));
        }
        return text;
    }

private:
    std::uint64_t state_;
};

[[nodiscard]] std::string slug_of(const demo_files::word& word) {
    if (word.slug) return *word.slug;
    std::string slug;
    for (const char each : word.text) {
        if (each >= 'A' && each <= 'Z') slug += static_cast<char>(each - 'A' + 'a');
        if ((each >= 'a' && each <= 'z') || (each >= '0' && each <= '9')) slug += each;
    }
    return slug;
}

[[nodiscard]] address make_address(
    const demo_files::country& country, dice& dice, const std::string& email_domain
) {
    address made = dice.pick(country.places);
    made.country = country.code;
    made.address_line1 = dice.vary(dice.pick(country.streets));
    if (dice.once_in(3)) made.address_line2 = dice.vary(dice.pick(country.units));
    if (dice.once_in(12)) made.address_line2 = "";
    made.first_name = dice.pick(country.first);
    made.last_name = dice.pick(country.last);
    if (dice.once_in(6)) made.middle_name = dice.pick(country.first);
    if (dice.once_in(6)) made.email_address = "contact@" + email_domain;
    if (dice.once_in(5)) made.phone_number = "";
    if (dice.once_in(2) || country.phone_required) {
        made.phone_number = dice.vary(dice.pick(country.phones));
    }
    return made;
}

/// Mainland China's list of languages has one that is longer than two letters.
[[nodiscard]] std::string language_of(std::string_view culture) {
    if (culture == "zh-CN") return "zh-chs";
    return std::string{culture.substr(0, culture.find('-'))};
}

/// Every name meets every trade before a pair comes again, so companies and domains differ.
[[nodiscard]] demo_files::customer combine(
    const demo_files::country& country, std::size_t number, dice dice
) {
    const std::size_t row = number % country.names.size();
    const demo_files::word& name = country.names[row];
    const demo_files::word& trade =
        country.trades[(number / country.names.size() + row) % country.trades.size()];
    const std::string email_domain = slug_of(name) + "-" + slug_of(trade) + ".example";

    demo_files::customer made{.domain_prefix = slug_of(name) + slug_of(trade)};
    billing_profile& profile = made.profile;
    profile.email = dice.pick(country.mailboxes) + "@" + email_domain;
    profile.culture = dice.once_in(3) ? dice.pick(country.cultures) : country.cultures.front();
    profile.language = language_of(*profile.culture);
    profile.company_name =
        fmt::format(fmt::runtime(dice.pick(country.forms)), name.text, trade.text);
    profile.default_address = make_address(country, dice, email_domain);
    if (dice.once_in(2)) {
        profile.first_name = profile.default_address->first_name;
        profile.last_name = profile.default_address->last_name;
    }
    made.delegated_access = !dice.once_in(8);
    return made;
}

[[nodiscard]] std::int64_t etag_of(const demo_files::customer& customer, const guid& id) {
    if (!customer.profile.attributes.etag) {
        return static_cast<std::int64_t>(number_of(name_based(id, "etag")));
    }
    std::int64_t etag = 0;
    const std::string& text = *customer.profile.attributes.etag;
    std::from_chars(text.data(), text.data() + text.size(), etag);
    return etag;
}

[[nodiscard]] new_customer finish(
    demo_files::customer customer, const guid& partner_id, std::string_view domain_suffix
) {
    const guid id = customer.id.value_or(name_based(partner_id, customer.domain_prefix));
    const std::int64_t etag = etag_of(customer, id);
    if (!customer.profile.id) customer.profile.id = to_string(name_based(id, "billing profile"));
    return {
        .id = id,
        .commerce_id = customer.commerce_id.value_or(name_based(id, "commerce")),
        .company_name = customer.profile.company_name.value(),
        .domain = customer.domain_prefix + std::string{domain_suffix},
        .delegated_access = customer.delegated_access,
        .etag = etag,
        .billing = billing_document(std::move(customer.profile), id, etag),
    };
}

[[nodiscard]] const demo_files::country& find_country(
    const std::vector<demo_files::country>& blocks, const demo_files::share& share
) {
    return *std::find_if(blocks.begin(), blocks.end(), [&](const demo_files::country& each) {
        return each.code == share.country;
    });
}

[[nodiscard]] std::vector<demo_files::customer> all_of(const demo_files::partner& partner) {
    const auto blocks = read_embedded<demo_files::countries>("countries.json").countries;
    std::vector<demo_files::customer> customers = partner.special;
    for (const demo_files::share& share : partner.generated) {
        const demo_files::country& country = find_country(blocks, share);
        for (std::size_t n = share.first; n < share.first + share.count; ++n) {
            const guid seed = name_based(partner.tenant_id, fmt::format("{} {}", share.country, n));
            customers.push_back(combine(country, n, dice{number_of(seed)}));
        }
    }
    return customers;
}

/// The countries in which a partner has customers.
[[nodiscard]] std::vector<demo_files::country> countries_of(const guid& partner_id) {
    const auto blocks = read_embedded<demo_files::countries>("countries.json").countries;
    const auto files = read_embedded<demo_files::partners>("customers.json");
    std::vector<demo_files::country> countries;
    for (const demo_files::partner& partner : files.partners) {
        if (partner.tenant_id != partner_id) continue;
        for (const demo_files::share& share : partner.generated) {
            countries.push_back(find_country(blocks, share));
        }
    }
    return countries;
}

/// Random but for its first 48 bits, when they are given, and for what makes it a UUID.
[[nodiscard]] guid make_id(std::uint64_t beginning, dice& dice) {
    std::uint64_t high = beginning << 16U | (dice.throw_all() >> 48U);
    std::uint64_t low = dice.throw_all();
    guid id;
    for (std::size_t at = 8; at-- > 0; high >>= 8U, low >>= 8U) {
        id.bytes[at] = static_cast<std::uint8_t>(high);
        id.bytes[at + 8] = static_cast<std::uint8_t>(low);
    }
    id.bytes[6] = static_cast<std::uint8_t>((id.bytes[6] & 0x0FU) | 0x40U);
    id.bytes[8] = static_cast<std::uint8_t>((id.bytes[8] & 0x3FU) | 0x80U);
    return id;
}

/// Digits whose texts are in the order of the numbers.
[[nodiscard]] std::string ascending_text(std::uint64_t number, std::size_t length) {
    constexpr std::string_view digits = "0123456789abcdefghijklmnopqrstuv";
    std::string text(length, '0');
    for (std::size_t at = length; at-- > 0; number /= digits.size()) {
        text[at] = digits[number % digits.size()];
    }
    return text;
}

}  // namespace

document<billing_profile> billing_document(
    billing_profile profile, const guid& customer_id, std::int64_t etag
) {
    link self{.uri = "/v1/customers/" + to_string(customer_id) + "/profiles/billing"};
    profile.links = resource_links{.self = std::move(self)};
    profile.attributes.etag = std::to_string(etag);
    profile.attributes.object_type = billing_profile::object_type;
    return {to_json(profile)};
}

std::vector<new_customer> demo_customers(const guid& partner_id) {
    const auto world = read_embedded<demo_world>("partners.json");
    const auto files = read_embedded<demo_files::partners>("customers.json");
    std::vector<new_customer> customers;
    for (const demo_files::partner& partner : files.partners) {
        if (partner.tenant_id != partner_id) continue;
        const auto owner = std::find_if(
            world.partners.begin(),
            world.partners.end(),
            [&](const demo_partner& each) { return each.tenant_id == partner_id; }
        );
        for (demo_files::customer& each : all_of(partner)) {
            const std::string_view suffix = clouds::find(owner->cloud)->domain_suffix;
            customers.push_back(finish(std::move(each), partner_id, suffix));
        }
    }
    return customers;
}

std::vector<government_code> demo_validation_codes(const guid& partner_id) {
    auto files = read_embedded<demo_files::partners>("customers.json");
    std::vector<government_code> codes;
    for (demo_files::partner& partner : files.partners) {
        if (partner.tenant_id != partner_id) continue;
        for (demo_files::validation_code& each : partner.validation_codes) {
            const auto etag = static_cast<std::int64_t>(number_of(name_based(partner_id, each.id)));
            codes.push_back(
                {.id = std::move(each.id),
                 .organization_name = std::move(each.organization_name),
                 .creates_max = each.creates_max,
                 .creates_left = each.creates_left,
                 .etag = etag}
            );
        }
    }
    return codes;
}

guid invented_id(const invention& what, std::uint64_t number) {
    constexpr std::uint64_t numbers_per_customer =
        (std::uint64_t{1} << 48U) / invented_customers_max;
    dice dice{number_of(what.space) + number};
    const std::uint64_t beginning =
        numbers_per_customer * number + dice.below(numbers_per_customer);
    return make_id(beginning, dice);
}

invention make_invention(const demo_partner& partner, std::uint64_t seed) {
    return {
        .partner_id = partner.tenant_id,
        .domain_suffix = clouds::find(partner.cloud)->domain_suffix,
        .space = name_based(partner.tenant_id, fmt::format("invented customers {}", seed))};
}

std::function<new_customer(std::uint64_t)> make_inventor(const invention& what) {
    // 40 bits that no other partner's or seed's domains begin with.
    const std::string domain_start = ascending_text(number_of(what.space), 8);
    return [what, domain_start, countries = countries_of(what.partner_id)](std::uint64_t number) {
        dice dice{number_of(name_based(what.space, std::to_string(number)))};
        const demo_files::country& country = dice.pick(countries);
        const std::size_t words = dice.below(country.names.size() * country.trades.size());
        demo_files::customer made = combine(country, words, dice);
        made.id = invented_id(what, number);
        made.commerce_id = make_id(dice.throw_all(), dice);
        made.domain_prefix =
            domain_start + ascending_text(number, 5) + made.domain_prefix.substr(0, 14);
        made.profile.id = to_string(make_id(dice.throw_all(), dice));
        made.profile.company_name = fmt::format("{} {}", *made.profile.company_name, number + 1);
        made.profile.attributes.etag = std::to_string(static_cast<std::int64_t>(dice.throw_all()));
        return finish(std::move(made), what.partner_id, what.domain_suffix);
    };
}

}  // namespace partner_center
