// The table of faults and their wire form. Ends up calling json.cpp for the escaping.
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>
#include <cassert>

#include <partner_center/fault.hpp>
#include <partner_center/json.hpp>

namespace partner_center {
namespace {

constexpr std::string_view business = "PartnerFD";
constexpr std::string_view routing = "PartnerApiServiceControllers";
constexpr std::size_t description_characters_max = 1024;

using enum fault_kind;

// A table is read as one: a row each.
// clang-format off
constexpr auto table = std::to_array<fault_row>({
    {malformed_request, "malformed_request", 400, 800002, routing,
     "the request is not well-formed HTTP",
     "the bytes are not one unambiguous HTTP/1.1 request; the connection is closed"},
    {head_too_large, "head_too_large", 431, 800002, routing,
     "the request line and headers are too large",
     "request line and headers are over 32 KiB, or have more than 100 fields; the connection "
     "is closed"},
    {body_too_large, "body_too_large", 413, 800002, business, "the request body is too large",
     "the body is over 1 MiB"},
    {request_timeout, "request_timeout", 408, 800002, routing,
     "the request was not complete in time",
     "the request was not whole in time; the connection is closed"},
    {no_such_route, "no_such_route", 404, 1000, routing, "no such resource",
     "no operation has this path, or none in the partner's cloud"},
    {method_not_allowed, "method_not_allowed", 405, 1000, routing,
     "this method is not allowed here",
     "the path exists, the method does not; `Allow` names those that do"},
    {missing_token, "missing_token", 401, 800001, business, "no bearer token was presented",
     "there is no `Authorization` header, its scheme is not `Bearer`, or its token is empty"},
    {bad_token, "bad_token", 401, 400, business, "Access denied",
     "the token is not one of an issuer that is trusted here, was altered, is not valid yet, "
     "or its application or user is unknown or disabled"},
    {expired_token, "expired_token", 401, 400, business, "Access denied: the token has expired",
     "the token was good once"},
    {wrong_audience, "wrong_audience", 401, 900420, business,
     "the token was issued for another audience",
     "the token was issued for another resource; for the directory resource only while "
     "`accept-legacy-audience` is off"},
    {mfa_required, "mfa_required", 401, 900421, business,
     "the token was obtained without multi-factor authentication",
     "an App+User token that came of a sign-in without a second factor, while `require-mfa` is on"},
    {user_token_required, "user_token_required", 403, 900329, business,
     "this operation needs an app+user token",
     "an app-only token, where the operation takes App+User tokens alone"},
    {insufficient_scope, "insufficient_scope", 403, 900308, business,
     "the token does not have the scope user_impersonation",
     "an App+User token without the delegated permission `user_impersonation`"},
    {insufficient_role, "insufficient_role", 403, 900150, business,
     "no role of the user allows this",
     "no role of the token's user allows the operation"},
    {partner_disabled, "partner_disabled", 403, 2032, business,
     "the partner's account is disabled",
     "the partner's account is switched off"},
    {not_acceptable, "not_acceptable", 406, 2000, routing, "only application/json can be produced",
     "`Accept` admits no JSON"},
    {malformed_customer_id, "malformed_customer_id", 400, 2000, routing,
     "customer-tenant-id is not a GUID",
     "the customer id in the path is not a GUID"},
    {zero_customer_id, "zero_customer_id", 400, 900118, business, "the customer id cannot be used",
     "the customer id in the path is the all-zero GUID"},
    {malformed_id, "malformed_id", 400, 2000, routing, "an id in the path is not a GUID",
     "another id in the path is not a GUID"},
    {unsupported_media_type, "unsupported_media_type", 415, 2000, routing,
     "the request body must be application/json in UTF-8",
     "there is a `Content-Type`, and it is not `application/json` in UTF-8 or US-ASCII"},
    {invalid_body, "invalid_body", 400, 800002, business, "request body is not valid JSON",
     "the body is missing, is not a JSON object, is nested too deeply, or has a member of "
     "another type; or a query parameter cannot be read"},
    {unknown_enum, "unknown_enum", 400, 900126, business, "a word is not one of its values",
     "a word is none of its enumeration's"},
    {invalid_value, "invalid_value", 400, 3000, business, "a value is missing or not valid",
     "a property, or a value in the path, is missing or breaks a rule; `data` lists every problem"},
    {missing_etag, "missing_etag", 400, 800002, business,
     "If-Match must be the etag of the version to replace, in double quotes",
     "a change does not say which version it replaces while `require-etag` is on, or its "
     "`If-Match` cannot be read"},
    {stale_etag, "stale_etag", 400, 2055, business, "the etag sent is out of date",
     "`attributes.etag` in the body is not the current version"},
    {stale_if_match, "stale_if_match", 412, 2055, business, "the etag sent is out of date",
     "`If-Match` does not have the current version"},
    {request_id_reused, "request_id_reused", 409, 800002, business,
     "another request with this MS-RequestId had a different body",
     "a POST has the `MS-RequestId` of another POST with a different body, or of one whose answer "
     "cannot be repeated because the server's sealing key was replaced"},
    {domain_taken, "domain_taken", 409, 800002, business,
     "companyProfile.domain must be a domain that nobody has",
     "a customer is created with a domain that a partner or a customer of any partner has"},
    {sandbox_full, "sandbox_full", 400, 800018, business,
     "an integration sandbox has at most 75 customers",
     "a customer is created in an integration sandbox that has 75"},
    {not_in_sandbox, "not_in_sandbox", 400, 900127, business,
     "customers can be deleted in an integration sandbox only",
     "a customer is deleted by a partner that is no integration sandbox"},
    {address_rejected, "address_rejected", 400, 2007, business, "the address is not valid",
     "an address that its country does not have: under `address-validation=legacy`, or when "
     "storing under `address-check=on`"},
    {registration_unwanted, "registration_unwanted", 400, 600002, business,
     "the country has no organization registration numbers",
     "an organization registration number, where the country has none"},
    {registration_missing, "registration_missing", 400, 600049, business,
     "the country needs an organization registration number",
     "no organization registration number, where the country demands one"},
    {registration_malformed, "registration_malformed", 400, 600050, business,
     "the organization registration number does not have the country's form",
     "an organization registration number that is not of the country's form; the description "
     "ends with the form"},
    {phone_number_missing, "phone_number_missing", 400, 600051, business,
     "the country needs a phone number",
     "no phone number in the billing address, where the country demands one"},
    {no_relationship, "no_relationship", 403, 20002, business,
     "the partner has no commerce relationship with the customer",
     "the tenant exists but is not a customer of this partner; any unknown tenant while "
     "`hide-unknown-tenants` is on"},
    {unknown_tenant, "unknown_tenant", 404, 60003, business, "no tenant has this id",
     "no tenant has this id"},
    {unknown_domain, "unknown_domain", 404, 1000, business, "nobody has this domain",
     "nobody has this domain: it is free, and the answer has no body"},
    {unknown_audit_record, "unknown_audit_record", 404, 1000, business,
     "there is no audit record with this id",
     "the partner has no audit record with this id, or no longer"},
    {unknown_mpn_id, "unknown_mpn_id", 404, 3000, business, "no partner has this MPN id",
     "no partner has this MPN id"},
    {internal_error, "internal_error", 500, 800003, business,
     "unexpected failure; quote the correlation id",
     "a mistake of the server; the log has the details under the correlation id"},
    {unavailable, "unavailable", 503, 800003, business,
     "the service is not available at the moment; try again",
     "something that the server depends on is down or busy; `Retry-After` says when to try again"},
});
// clang-format on

/// Cuts after so many characters, never inside one: UTF-8 continuation bytes are 10xxxxxx.
[[nodiscard]] std::string_view cut(std::string_view text, std::size_t characters_max) {
    std::size_t characters = 0;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const bool starts_character = (static_cast<unsigned char>(text[at]) & 0xC0U) != 0x80U;
        if (starts_character && ++characters > characters_max) return text.substr(0, at);
    }
    return text;
}

}  // namespace

std::span<const fault_row> fault_table() {
    return table;
}

const fault_row& row_of(fault_kind kind) {
    const fault_row& row = fault_table()[static_cast<std::size_t>(kind)];
    assert(row.kind == kind);
    return row;
}

void append_json(std::string& out, const fault& problem, fault_code_form form) {
    const fault_row& row = row_of(problem.kind);
    const std::string_view description =
        problem.description.empty() ? row.description : std::string_view{problem.description};
    const std::string_view quote = form == fault_code_form::string ? "\"" : "";

    out.append(R"({"code":)").append(quote).append(std::to_string(row.code)).append(quote);
    out += R"(,"description":)";
    append_json_string(out, cut(description, description_characters_max));
    out += R"(,"data":)";
    append_json(out, problem.data);
    out.append(R"(,"source":")").append(row.source).append(R"("})");
}

fault no_relationship(const guid& partner_id, const guid& customer_id) {
    return {
        .kind = fault_kind::no_relationship,
        .description = "partner " + to_string(partner_id) +
                       " has no commerce relationship with customer " + to_string(customer_id),
    };
}

fault unknown_tenant() {
    return {.kind = fault_kind::unknown_tenant};
}

fault invalid(std::string description) {
    std::vector<std::string> all{description};
    return {
        .kind = fault_kind::invalid_value,
        .description = std::move(description),
        .data = std::move(all),
    };
}

partner_exception::partner_exception(fault problem)
    : std::runtime_error{
          problem.description.empty() ? std::string{row_of(problem.kind).description}
                                      : problem.description
      },
      problem_{std::move(problem)} {}

}  // namespace partner_center
