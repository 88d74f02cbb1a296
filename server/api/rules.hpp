// Rules that several handlers share. Calls the codec.
// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string_view>

#include "server/api/call.hpp"
#include <partner_center/document.hpp>
#include <partner_center/json.hpp>
#include <partner_center/models/links.hpp>
#include <partner_center/result.hpp>

namespace partner_center {

/// The fault that a look-up of a customer ended with, as the caller may see it: with
/// hide-unknown-tenants an unknown tenant looks like a foreign one.
[[nodiscard]] inline fault visible(const call& call, const guid& customer_id, const fault& miss) {
    const bool hidden =
        miss.kind == fault_kind::unknown_tenant && call.options.hide_unknown_tenants;
    return hidden ? no_relationship(call.caller.partner_id, customer_id) : miss;
}

/// Whether the caller is an integration sandbox.
[[nodiscard]] inline awaitable<bool> is_sandbox(call& call) {
    const auto partner = co_await call.store.tenants().find_partner(call.caller.partner_id);
    co_return partner && partner->sandbox;
}

/// Instead of an answer when a commit was refused because the same request was answered meanwhile:
/// dispatch gives the earlier answer.
[[nodiscard]] inline fault refused_request() {
    return {.kind = fault_kind::request_id_reused};
}

/// Notes in the access audit that the caller was given a customer's billing profile.
inline void note_read(const call& call, const guid& customer_id) {
    if (call.reads == nullptr) return;
    profile_read read{
        .partner_id = call.caller.partner_id,
        .application_id = call.caller.application_id,
        .user_id = call.caller.user_id,
        .customer_id = customer_id,
        .at = call.now};
    call.correlation_id.copy(read.correlation_id.data(), read.correlation_id.size());
    call.reads->write(read);
}

/// A resource's links in the form that the switches ask for.
inline void present(const call& call, std::optional<resource_links>& links) {
    if (call.options.links == links_form::seed) return;
    constexpr std::string_view version = "/v1";
    if (links && links->self && links->self->uri.starts_with(version)) {
        links->self->uri.erase(0, version.size());
    }
}

/// The model of a stored document.
template <class Model>
[[nodiscard]] Model read(const document<Model>& stored) {
    return from_json<Model>(stored.text, json_reading::response).value();
}

/// The stored document in the form that the switches ask for. As stored in all but one setting.
template <class Model>
[[nodiscard]] document<Model> presented(const call& call, document<Model> stored) {
    if (call.options.links == links_form::seed) return stored;
    Model model = read(stored);
    present(call, model.links);
    return {to_json(model)};
}

}  // namespace partner_center
