// Patterns by RE2, the only file that includes it. Calls nothing of ours.
// SPDX-License-Identifier: MIT
#include "server/rules/pattern.hpp"

#include <mutex>
#include <optional>
#include <stdexcept>
#include <utility>

#include <re2/re2.h>

namespace partner_center {

struct pattern::state {
    std::string expression{};
    std::once_flag compiled{};
    std::optional<RE2> engine{};
};

pattern::pattern(std::string expression) : state_{std::make_unique<state>()} {
    state_->expression = std::move(expression);
}
pattern::pattern(pattern&&) noexcept = default;
pattern& pattern::operator=(pattern&&) noexcept = default;
pattern::~pattern() = default;

bool pattern::matches(std::string_view text) const {
    std::call_once(state_->compiled, [this] {
        state_->engine.emplace(state_->expression, RE2::Quiet);
        if (!state_->engine->ok()) throw std::invalid_argument{state_->engine->error()};
    });
    return RE2::FullMatch({text.data(), text.size()}, *state_->engine);
}

const std::string& pattern::expression() const {
    return state_->expression;
}

}  // namespace partner_center
