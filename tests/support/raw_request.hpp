// Requests of the API as bytes, for tests that speak to a real partnerd over sockets, and the
// customers that they create. Calls nothing of ours.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <fmt/format.h>

namespace partner_center::testing {

struct raw_request {
    std::string_view method{"GET"};
    std::string target{};
    std::string fields{};  ///< "Name: value\r\n" each
    std::string body{};
};

[[nodiscard]] inline std::string to_bytes(const raw_request& request, std::string_view token) {
    return fmt::format(
        "{} {} HTTP/1.1\r\nHost: partnerd\r\nAuthorization: Bearer {}\r\n{}Content-Length: "
        "{}\r\n\r\n{}",
        request.method,
        request.target,
        token,
        request.fields,
        request.body.size(),
        request.body
    );
}

/// The field of an MS-RequestId that is another for each number.
[[nodiscard]] inline std::string request_id_field(std::uint64_t number) {
    return fmt::format("MS-RequestId: 0d6a4b8e-1f2c-4c57-93aa-{:012x}\r\n", number);
}

/// A billing profile that every rule likes.
[[nodiscard]] inline std::string profile_with_street(std::string_view street) {
    return fmt::format(
        R"({{"culture":"en-US","language":"en","email":"ap@made.example","companyName":"Made",)"
        R"("defaultAddress":{{"country":"US","city":"Astoria","state":"OR","postalCode":"97103",)"
        R"("addressLine1":"{}","firstName":"Maren","lastName":"Oyelaran"}}}})",
        street
    );
}

[[nodiscard]] inline raw_request creation_of(std::string_view domain, std::uint64_t request_id) {
    return {
        .method = "POST",
        .target = "/v1/customers",
        .fields = request_id_field(request_id),
        .body = fmt::format(
            R"({{"companyProfile":{{"domain":"{}"}},"billingProfile":{}}})",
            domain,
            profile_with_street("0 Pier Road")
        )};
}

/// Whatever the version of the profile is.
[[nodiscard]] inline raw_request move_to_street(
    std::string_view customer_id, std::string_view street, std::uint64_t request_id
) {
    return {
        .method = "PUT",
        .target = fmt::format("/v1/customers/{}/profiles/billing", customer_id),
        .fields = "If-Match: *\r\n" + request_id_field(request_id),
        .body = profile_with_street(street)};
}

/// Of the customer that an answer to a creation tells of.
[[nodiscard]] inline std::string id_in(std::string_view answer) {
    return std::string{answer.substr(answer.find(R"("id":")") + 6, 36)};
}

}  // namespace partner_center::testing
