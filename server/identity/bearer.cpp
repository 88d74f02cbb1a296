// Takes "Bearer <token>" apart. Calls nothing of ours.
// SPDX-License-Identifier: MIT
#include "server/identity/bearer.hpp"

#include <algorithm>

namespace partner_center {

result<std::string_view> bearer_token(const http::request_view& request) {
    const std::size_t presented = request.count("Authorization");
    if (presented == 0) return fault{fault_kind::missing_token};
    if (presented > 1) return fault{fault_kind::bad_token};

    std::string_view credentials = *request.find("Authorization");
    const std::string_view scheme = credentials.substr(0, credentials.find(' '));
    credentials.remove_prefix(scheme.size());
    credentials.remove_prefix(std::min(credentials.find_first_not_of(' '), credentials.size()));
    if (!equals_ignoring_case(scheme, "Bearer") || credentials.empty()) {
        return fault{fault_kind::missing_token};
    }
    return credentials;
}

}  // namespace partner_center
