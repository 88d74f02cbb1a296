// The headers that may be shown.
// SPDX-License-Identifier: MIT
#include "sdk/src/redaction.hpp"

#include <algorithm>
#include <array>

#include <partner_center/http.hpp>

namespace partner_center::detail {
namespace {

constexpr std::array<std::string_view, 22> shown_headers{
    "Accept",
    "Allow",
    "Cache-Control",
    "Connection",
    "Content-Length",
    "Content-Type",
    "Date",
    "If-Match",
    "isMfaCompliant",
    "MS-CorrelationId",
    "MS-CV",
    "MS-PartnerCenter-Application",
    "MS-PartnerCenter-Client",
    "MS-RequestId",
    "MS-SdkVersion",
    "MS-ServerId",
    "Retry-After",
    "Server",
    "traceparent",
    "User-Agent",
    "WWW-Authenticate",
    "X-Locale",
};

}  // namespace

bool is_shown_header(std::string_view name) {
    return std::ranges::any_of(shown_headers, [name](std::string_view each) {
        return equals_ignoring_case(each, name);
    });
}

}  // namespace partner_center::detail
