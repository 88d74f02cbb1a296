// What can go wrong for a caller: every fault of the API, in one table. Calls nothing of ours.
// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <partner_center/export.hpp>
#include <partner_center/guid.hpp>

namespace partner_center {

/// Why a request is refused. One row each in fault.cpp: HTTP status, service code, source, text.
/// Source: wire contract, section 4.2.
enum class fault_kind {
    malformed_request,       ///< the bytes are not one unambiguous HTTP request
    head_too_large,          ///< request line and headers over the limit
    body_too_large,          ///< body over the limit
    request_timeout,         ///< the request was not whole in time
    no_such_route,           ///< no operation has this path
    method_not_allowed,      ///< the path exists, the method does not
    missing_token,           ///< no bearer token was presented
    bad_token,               ///< the token is not one that this server accepts
    expired_token,           ///< the token was good once
    wrong_audience,          ///< the token is meant for another resource
    mfa_required,            ///< an App+User token that was obtained without a second factor
    user_token_required,     ///< the operation needs an App+User token
    insufficient_scope,      ///< an App+User token without the API's delegated permission
    insufficient_role,       ///< no role of the token's user may do this
    partner_disabled,        ///< the partner's account is switched off
    not_acceptable,          ///< the caller accepts none of our content types
    malformed_customer_id,   ///< a customer id that is not a GUID
    zero_customer_id,        ///< the all-zero GUID as a customer id
    malformed_id,            ///< another id in the path that is not a GUID
    unsupported_media_type,  ///< the body is not JSON by its Content-Type
    invalid_body,            ///< the body, or a parameter, cannot be read
    unknown_enum,            ///< a word that the enumeration does not have
    invalid_value,           ///< a property is missing or breaks a rule
    missing_etag,            ///< a change that does not say which version it replaces
    stale_etag,              ///< the version named in the body is not the current one
    stale_if_match,          ///< the version named by If-Match is not the current one
    request_id_reused,       ///< one MS-RequestId for two different bodies
    domain_taken,            ///< somebody has the domain already
    sandbox_full,            ///< an integration sandbox has as many customers as it may
    not_in_sandbox,          ///< what only partners with an integration sandbox may do
    address_rejected,        ///< what was asked to be checked is no address
    registration_unwanted,   ///< the country has no registration numbers
    registration_missing,    ///< the country demands one
    registration_malformed,  ///< not of the country's form
    phone_number_missing,    ///< the country demands one
    no_relationship,         ///< the tenant exists but is not this partner's customer
    unknown_tenant,          ///< no tenant has this id
    unknown_domain,          ///< nobody has this domain: it is free
    unknown_audit_record,    ///< the partner has no audit record with this id
    unknown_mpn_id,          ///< no partner has this MPN id
    internal_error,          ///< our mistake; details are in the log only
    unavailable,             ///< something we depend on is down; try again
};

/// The fixed part of a fault.
struct fault_row {
    fault_kind kind{};               ///< which row it is
    std::string_view name{};         ///< for logs and the error reference: the enumerator
    unsigned status{};               ///< of the answer, HTTP's
    int code{};                      ///< the service's own number
    std::string_view source{};       ///< the part of the service that it names
    std::string_view description{};  ///< the default text
    std::string_view when{};         ///< for the error reference: a phrase
};

/// The row of a kind. Total: every kind has one.
PARTNER_CENTER_EXPORT [[nodiscard]] const fault_row& row_of(fault_kind kind);

/// Every row, in the order of the enumeration.
PARTNER_CENTER_EXPORT [[nodiscard]] std::span<const fault_row> fault_table();

/// A refusal: its kind, a text for people (empty: the kind's default) and further lines.
struct fault {
    fault_kind kind{};                    ///< its row
    std::string description{};            ///< for people; empty: the row's
    std::vector<std::string> data{};      ///< further lines, for people
    std::chrono::seconds retry_after{1};  ///< for `unavailable`: when it may be over
};

/// How `code` is printed: a bare number as the real service does, or a string as its schema says.
enum class fault_code_form { number, string };

/// Appends the wire form {"code","description","data","source"}. The description is cut at 1,024
/// characters, never inside one. Source: wire contract, section 4.1.
PARTNER_CENTER_EXPORT void append_json(
    std::string& out, const fault& problem, fault_code_form form
);

/// The makers, for handlers and the store to return.
PARTNER_CENTER_EXPORT [[nodiscard]] fault no_relationship(
    const guid& partner_id, const guid& customer_id
);
PARTNER_CENTER_EXPORT [[nodiscard]] fault unknown_tenant();
/// An invalid_value whose only problem this is.
PARTNER_CENTER_EXPORT [[nodiscard]] fault invalid(std::string description);

/// What result::value() throws when there is a fault instead.
class PARTNER_CENTER_EXPORT partner_exception : public std::runtime_error {
public:
    /// Made by result::value().
    explicit partner_exception(fault problem);
    /// What went wrong.
    [[nodiscard]] const fault& problem() const noexcept { return problem_; }

private:
    fault problem_;
};

/// Found by boost::system::result (argument-dependent look-up).
[[noreturn]] void throw_exception_from_error(const fault& problem, const auto& /*location*/) {
    throw partner_exception{problem};
}

}  // namespace partner_center
