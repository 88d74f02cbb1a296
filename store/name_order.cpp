// Case folding. Calls utf8proc, which no other file does.
// SPDX-License-Identifier: MIT
#include "store/name_order.hpp"

#include <cstdlib>
#include <memory>

#include <utf8proc.h>

#include "store/database.hpp"

namespace partner_center {
namespace {

constexpr std::string_view highest = "\xF4\x8F\xBF\xBF";

struct freer {
    void operator()(utf8proc_uint8_t* text) const { std::free(text); }
};

[[nodiscard]] bool continues_character(char byte) {
    return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U;
}

}  // namespace

std::string folded(std::string_view text) {
    constexpr auto nfkc_casefold = static_cast<utf8proc_option_t>(
        UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD | UTF8PROC_IGNORE
    );
    utf8proc_uint8_t* made = nullptr;
    const utf8proc_ssize_t size = utf8proc_map(
        reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
        static_cast<utf8proc_ssize_t>(text.size()),
        &made,
        nfkc_casefold
    );
    const std::unique_ptr<utf8proc_uint8_t, freer> owned{made};
    if (size < 0) throw store_error{"a name cannot be folded: it is not UTF-8"};
    std::string out{reinterpret_cast<const char*>(made), static_cast<std::size_t>(size)};
    for (auto at = out.find(highest); at != std::string::npos; at = out.find(highest, at)) {
        out.erase(at, highest.size());
    }
    return out;
}

std::string_view order_part(std::string_view folded) {
    if (folded.size() <= name_order_bytes_max) return folded;
    std::size_t end = name_order_bytes_max;
    while (continues_character(folded[end])) --end;
    return folded.substr(0, end);
}

}  // namespace partner_center
