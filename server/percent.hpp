// Percent-encoding, and decoding as paths and as forms need it. Calls Boost.URL.
// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <boost/url/encode.hpp>
#include <boost/url/pct_string_view.hpp>
#include <boost/url/rfc/unreserved_chars.hpp>

namespace partner_center {

/// In a path '+' is a plus; in form data, and so in queries, it is a blank.
enum class blank_form { percent_only, plus_too };

/// Undoes one level of percent-encoding; nothing when an escape is not one.
[[nodiscard]] inline std::optional<std::string> percent_decoded(
    std::string_view text, blank_form form
) {
    const auto encoded = boost::urls::make_pct_string_view({text.data(), text.size()});
    if (!encoded) return {};
    boost::urls::encoding_opts options;
    options.space_as_plus = form == blank_form::plus_too;
    return encoded->decode(options);
}

/// Everything but letters, digits and "-._~" as escapes: fits anywhere in a URL.
[[nodiscard]] inline std::string percent_encoded(std::string_view text) {
    return boost::urls::encode({text.data(), text.size()}, boost::urls::unreserved_chars);
}

}  // namespace partner_center
