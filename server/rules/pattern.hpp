// A regular expression of a country's rules. Calls RE2.
// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace partner_center {

/// A pattern that texts have to match as a whole; `.` and counts mean Unicode code points. Matching
/// takes time linear in the text, whatever the pattern. Compiled when it is first used; const
/// members may be called from any thread. Throws std::invalid_argument at its first use when the
/// expression is none, which is a mistake in our data.
class pattern {
public:
    explicit pattern(std::string expression);
    pattern(pattern&&) noexcept;
    pattern& operator=(pattern&&) noexcept;
    ~pattern();

    [[nodiscard]] bool matches(std::string_view text) const;
    [[nodiscard]] const std::string& expression() const;

private:
    struct state;
    std::unique_ptr<state> state_;
};

}  // namespace partner_center
