// The base of every scenario, and how a scenario writes to the console.
// SPDX-License-Identifier: MIT
#pragma once

#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>

#include <partner_center/client.hpp>

namespace partner_center::samples {

/// Writes titles and lines.
class console {
public:
    explicit console(std::ostream& out) : out_{out} {}

    void title(std::string_view text);
    /// "Label: value"; a value that is absent is left blank.
    void line(std::string_view label, const std::optional<std::string>& value);

private:
    std::ostream& out_;
};

/// One thing that the API can do, shown. A scenario is a class of its own, as in Microsoft's
/// samples.
class scenario {
public:
    scenario() = default;
    scenario(const scenario&) = delete;
    scenario& operator=(const scenario&) = delete;
    virtual ~scenario() = default;

    [[nodiscard]] virtual std::string_view title() const = 0;
    [[nodiscard]] virtual outcome<void> run(const client& client, console& out) const = 0;
};

/// Runs it; the process's exit status: 0, or what kind of error it met, which is printed to stderr.
[[nodiscard]] int run(const scenario& what, const client& client);

}  // namespace partner_center::samples
