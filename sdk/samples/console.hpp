// The base of every scenario, and how a scenario writes to the console.
// SPDX-License-Identifier: MIT
#pragma once

#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <partner_center/client.hpp>
#include <partner_center/operation.hpp>

namespace partner_center::samples {

/// Writes titles and objects: one line per member, nested objects indented.
class console {
public:
    explicit console(std::ostream& out) : out_{out} {}

    void title(std::string_view text);

    template <class Model>
    void object(const Model& model) {
        members(model, 1);
    }

private:
    template <class Model>
    void members(const Model& model, unsigned depth) {
        detail::for_each_member<Model>([&](auto member) {
            write(label_of(member.name), model.*member.pointer, depth);
        });
    }

    template <class Value>
    void write(const std::string& label, const Value& value, unsigned depth) {
        line(label, "", depth);
        members(value, depth + 1);
    }
    void write(const std::string& label, const std::string& value, unsigned depth) {
        line(label, value, depth);
    }
    template <class Value>
    void write(const std::string& label, const std::optional<Value>& value, unsigned depth) {
        if (value) write(label, *value, depth);
    }
    template <class Value>
    void write(const std::string& label, const std::vector<Value>& values, unsigned depth) {
        for (const Value& each : values) write(label, each, depth);
    }

    /// "First name" for "first_name".
    [[nodiscard]] static std::string label_of(std::string_view name);
    void line(std::string_view label, std::string_view value, unsigned depth);

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
