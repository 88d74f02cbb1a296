// The only file that knows libjq.
// SPDX-License-Identifier: MIT
#include "cli/query.hpp"

extern "C" {
#include <jq.h>
#include <jv.h>
}

#include <fmt/format.h>

#include "cli/failure.hpp"
#include "cli/text.hpp"

namespace partner_center::cli {
namespace {

/// The text of a message of jq, which it consumes.
[[nodiscard]] std::string text_of(jv message) {
    if (jv_get_kind(message) != JV_KIND_STRING) message = jv_dump_string(message, 0);
    std::string text{jv_string_value(message)};
    jv_free(message);
    return printable_lines(text);
}

}  // namespace

struct query::engine {
    jq_state* jq{jq_init()};
    std::string complaints{};

    engine() = default;
    ~engine() { jq_teardown(&jq); }
    engine(const engine&) = delete;
    engine& operator=(const engine&) = delete;
};

query::query(const std::string& expression) : engine_{std::make_shared<engine>()} {
    const auto keep = [](void* into, jv message) {
        std::string& out = static_cast<engine*>(into)->complaints;
        if (out.empty())
            out = text_of(message);
        else
            jv_free(message);
    };
    jq_set_error_cb(engine_->jq, keep, engine_.get());
    if (jq_compile(engine_->jq, expression.c_str()) != 0) return;
    throw failure{
        exit_status::usage,
        fmt::format("--query '{}' is not jq's language:\n  {}", expression, engine_->complaints)};
}

std::vector<std::string> query::results(std::string_view json) const {
    jq_state* const jq = engine_->jq;
    jq_start(jq, jv_parse_sized(json.data(), static_cast<int>(json.size())), 0);
    std::vector<std::string> all;
    for (;;) {
        jv result = jq_next(jq);
        if (jv_is_valid(result)) {
            jv text = jv_dump_string(result, 0);
            all.emplace_back(jv_string_value(text));
            jv_free(text);
            continue;
        }
        if (!jv_invalid_has_msg(jv_copy(result))) {
            jv_free(result);
            return all;
        }
        const std::string why = text_of(jv_invalid_get_msg(result));
        throw failure{exit_status::usage, "--query does not fit what was found: " + why};
    }
}

}  // namespace partner_center::cli
