// What can be said of any operation: where its fields go, what its path looks like, who may call
// it. The server's routes, the SDK's requests and openapi.json all read operations through this
// file.
// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>
#include <string_view>
#include <type_traits>

#include <boost/describe/members.hpp>
#include <boost/mp11/algorithm.hpp>
#include <boost/pfr/tuple_size.hpp>

#include <partner_center/clouds.hpp>
#include <partner_center/http.hpp>
#include <partner_center/names.hpp>

namespace partner_center {

/// Which kinds of token an operation takes. Source: wire contract, section 1, column "Auth".
enum class callers { application_or_user, user_only };

/// What an operation does, as far as the roles of people tell it apart. Which role may do what is
/// the server's business. Source: wire contract, "Decisions that close gaps", Roles.
enum class permission {
    read_customers,          ///< customers, their profiles, and what helps to fill those in
    write_customers,         ///< create them, change their profiles
    write_billing_profiles,  ///< of customers
    remove_customers,        ///< delete them, end the relationship with them
    read_partner,            ///< the partner's own profiles and audit records
    write_partner,           ///< the partner's own profiles
    read_partner_billing,    ///< the partner's own billing profile
    write_partner_billing,   ///< the partner's own billing profile
};

/// What an operation is called in the audit: one that changes something says
/// `static constexpr audit_names audited{…};`. Source: wire contract, section 8.3.
struct audit_names {
    std::string_view operation_type{};  ///< "add_customer", for example
    std::string_view resource_type{};   ///< empty: the records have none
};

/// Where a field of an operation travels.
enum class field_place { path, query, header, body };

/// The header that a field of this name is bound to, or empty.
[[nodiscard]] constexpr std::string_view header_of_field(std::string_view field) {
    if (field == "if_match") return "If-Match";
    if (field == "continuation_token") return "MS-ContinuationToken";
    if (field == "locale") return "X-Locale";
    return {};
}

namespace detail {

/// The described members of a struct, refusing one that its macro forgot.
template <class T>
struct described_members {
    using type = boost::describe::describe_members<T, boost::describe::mod_any_access>;
    static_assert(
        boost::mp11::mp_size<type>::value == boost::pfr::tuple_size_v<T>,
        "a field is missing from BOOST_DESCRIBE_STRUCT"
    );
};

template <class T>
using members_of = typename described_members<T>::type;

/// Calls f(descriptor) for each described member, in order.
template <class T, class F>
constexpr void for_each_member(F&& f) {
    boost::mp11::mp_for_each<members_of<T>>(f);
}

}  // namespace detail

/// Takes the next segment off the front of a path ("/v1/customers" gives "v1"); the rest keeps its
/// leading slash. An empty path gives an empty segment.
[[nodiscard]] constexpr std::string_view next_segment(std::string_view& path) {
    if (!path.empty() && path.front() == '/') path.remove_prefix(1);
    const std::string_view segment = path.substr(0, path.find('/'));
    path.remove_prefix(segment.size());
    return segment;
}

/// For "{customer_id}" gives "customer_id"; for a literal segment nothing.
[[nodiscard]] constexpr std::string_view parameter_name(std::string_view segment) {
    const bool braces = segment.size() > 2 && segment.front() == '{' && segment.back() == '}';
    return braces ? segment.substr(1, segment.size() - 2) : std::string_view{};
}

/// Where an operation is found: at its path, and at another one with the same parameters when it
/// says `static constexpr std::string_view also_at = "…";`.
template <class Operation>
[[nodiscard]] constexpr auto paths_of() {
    if constexpr (requires { Operation::also_at; }) {
        return std::array<std::string_view, 2>{Operation::path, Operation::also_at};
    } else {
        return std::array<std::string_view, 1>{Operation::path};
    }
}

/// True when the operation's path has {field}.
template <class Operation>
[[nodiscard]] constexpr bool is_in_path(std::string_view field) {
    std::string_view rest = Operation::path;
    while (!rest.empty()) {
        if (parameter_name(next_segment(rest)) == field) return true;
    }
    return false;
}

/// The four binding rules: {braces} in the path, `body`, a known header, else the query.
template <class Operation>
[[nodiscard]] constexpr field_place place_of(std::string_view field) {
    if (is_in_path<Operation>(field)) return field_place::path;
    if (field == "body") return field_place::body;
    if (!header_of_field(field).empty()) return field_place::header;
    return field_place::query;
}

/// True when the operation has a member called `body`.
template <class Operation>
inline constexpr bool has_body = requires(Operation operation) {
    operation.body;
};

/// True when the operation changes something: it is audited, and done once however often the same
/// request comes (wire contract, section 3.3).
template <class Operation>
inline constexpr bool is_change = requires {
    Operation::audited;
};

/// True when requests are counted against a partner's limit, where there is one. Source: wire
/// contract, section 8.2.
template <class Operation>
inline constexpr bool is_limited = Operation::path.starts_with("/v1/customers");

/// The clouds that do not have the operation. Most operations are everywhere; another says
/// `static constexpr std::array absent_from{&clouds::china};`. Source: wire contract, section 9.
template <class Operation>
[[nodiscard]] constexpr std::span<const cloud* const> absent_from() {
    if constexpr (requires { Operation::absent_from; }) {
        return Operation::absent_from;
    } else {
        return {};
    }
}

/// The operation's name: its type's, as logs, tools and openapi.json call it.
template <class Operation>
[[nodiscard]] constexpr std::string_view name_of() {
    return detail::type_name<Operation>();
}

/// The status of success; an operation says `static constexpr unsigned success = 201;` if not 200.
template <class Operation>
[[nodiscard]] constexpr unsigned success_of() {
    if constexpr (requires { Operation::success; }) {
        return Operation::success;
    } else {
        return 200;
    }
}

}  // namespace partner_center
