// The client and the one place through which every call goes to a transport.
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cerrno>
#include <functional>
#include <system_error>

#include <unistd.h>

#include "sdk/src/answer_error.hpp"
#include "sdk/src/bounds.hpp"
#include "sdk/src/client_state.hpp"
#include "sdk/src/url.hpp"
#include <partner_center/client.hpp>
#include <partner_center/curl_transport.hpp>
#include <partner_center/send.hpp>

namespace partner_center {
namespace {

/// A random GUID (RFC 4122, version 4).
[[nodiscard]] guid new_guid() {
    guid id;
    // Asked of the system each time: a process that was forked must not have the same ones.
    if (::getentropy(id.bytes.data(), id.bytes.size()) != 0) {
        throw std::system_error{errno, std::generic_category(), "no random numbers"};
    }
    id.bytes[6] = static_cast<std::uint8_t>((id.bytes[6] & 0x0FU) | 0x40U);
    id.bytes[8] = static_cast<std::uint8_t>((id.bytes[8] & 0x3FU) | 0x80U);
    return id;
}

/// Over libcurl, with all that the options say of it.
[[nodiscard]] std::shared_ptr<const transport> make_transport(const client_options& options) {
    auto network = make_curl_transport({});
    if (options.on_exchange) {
        network = std::make_shared<const log_transport>(network, options.on_exchange);
    }
    return std::make_shared<const retry_transport>(network, options.retries);
}

[[nodiscard]] std::shared_ptr<const detail::client_state> make_state(
    const cloud& where, std::shared_ptr<const credential> who, client_options options
) {
    if (options.base_url.empty()) options.base_url = where.api_base;
    while (options.base_url.ends_with('/')) options.base_url.pop_back();
    if (!options.transport) options.transport = make_transport(options);
    options.retries = {};
    options.on_exchange = {};
    auto unusable = detail::refuse_base_url(options.base_url);
    if (!who) unusable = error{.description = "the client was made without a credential"};
    const auto core = std::make_shared<detail::client_core>();
    core->credential = std::move(who);
    core->transport = std::move(options.transport);
    return std::make_shared<const detail::client_state>(detail::client_state{
        .core = core,
        .options = std::move(options),
        .correlation_id = to_string(new_guid()),
        .unusable = std::move(unusable),
    });
}

}  // namespace

client::client(const cloud& where, std::shared_ptr<const credential> who)
    : client{where, std::move(who), client_options{}} {}

client::client(const cloud& where, std::shared_ptr<const credential> who, client_options options)
    : client{make_state(where, std::move(who), std::move(options))} {}

client::client(std::shared_ptr<const detail::client_state> state) : state_{std::move(state)} {}

client client::with(const request_context& context) const {
    detail::client_state scoped = *state_;
    scoped.correlation_id = to_string(context.correlation_id.value_or(new_guid()));
    scoped.request_id = context.request_id;
    scoped.traceparent = context.traceparent;
    if (context.locale) scoped.options.locale = *context.locale;
    return client{std::make_shared<const detail::client_state>(std::move(scoped))};
}

client client::within(const call_options& options) const {
    detail::client_state scoped = *state_;
    scoped.bounds = options;
    return client{std::make_shared<const detail::client_state>(std::move(scoped))};
}

customer_collection_operations client::customers() const {
    return customer_collection_operations{{.client = state_}};
}

domain_collection_operations client::domains() const {
    return domain_collection_operations{{.client = state_}};
}

audit_record_collection_operations client::audit_records() const {
    return audit_record_collection_operations{state_};
}

partner_profile_collection_operations client::profiles() const {
    return partner_profile_collection_operations{state_};
}

validation_operations client::validations() const {
    return validation_operations{state_};
}

country_validation_rules_collection_operations client::country_validation_rules() const {
    return country_validation_rules_collection_operations{state_};
}

namespace detail {
namespace {

/// The path with its {parameters} filled in, and the query.
[[nodiscard]] outcome<std::string> target_of(const request_parts& parts) {
    std::string out;
    for (std::string_view rest = parts.path; !rest.empty();) {
        const std::string_view segment = next_segment(rest);
        const std::string_view name = parameter_name(segment);
        out += '/';
        if (name.empty()) {
            out += segment;
            continue;
        }
        const auto given = std::ranges::find(parts.path_values, name, &named_value::name);
        const std::string text = given == parts.path_values.end() ? "" : given->value;
        outcome<std::string> encoded = path_segment(text, name);
        if (!encoded) return encoded;
        out += *encoded;
    }
    if (!parts.encoded_query.empty()) out += '?' + parts.encoded_query;
    for (const named_value& each : parts.query) {
        out += &each == parts.query.data() ? '?' : '&';
        out += each.name + '=' + percent_encode(each.value);
    }
    return out;
}

/// The headers of every call, in the order of Microsoft's SDK; with_token() fills the first one in.
/// Source: wire contract, section 3.5.
[[nodiscard]] std::vector<http::field> fields_of(
    const client_state& client, const std::string& request_id
) {
    std::vector<http::field> fields;
    fields.reserve(12);
    const auto add = [&](std::string_view name, std::string_view value) {
        fields.push_back({std::string{name}, std::string{value}});
    };
    add("Authorization", "");
    add("Accept", "application/json");
    add(request_id_header, request_id);
    add(correlation_id_header, client.correlation_id);
    add("X-Locale", client.options.locale);
    add("MS-PartnerCenter-Client", "Partner Center C++ SDK");
    add("MS-SdkVersion", PARTNER_CENTER_SDK_VERSION);
    add("User-Agent", "partner-center-cpp/" PARTNER_CENTER_SDK_VERSION);
    const std::string& application = client.options.application_name;
    if (!application.empty()) add("MS-PartnerCenter-Application", application);
    return fields;
}

/// A field of the operation replaces one of ours (X-Locale).
void merge(std::vector<http::field>& fields, std::vector<http::field> more) {
    for (http::field& each : more) {
        std::erase_if(fields, [&](const http::field& old) {
            return equals_ignoring_case(old.name, each.name);
        });
        fields.push_back(std::move(each));
    }
}

/// Whether a text would end a header before its end.
[[nodiscard]] bool has_line_end(std::string_view text) {
    const auto has = [text](char c) { return text.find(c) != std::string_view::npos; };
    return has('\n') || has('\r') || has('\0');
}

/// Whether it has the form of W3C Trace Context, version 00: two hexadecimal numbers that are not
/// zero, of a trace and of a span, and flags.
[[nodiscard]] bool is_traceparent(std::string_view text) {
    constexpr std::string_view form = "00-tttttttttttttttttttttttttttttttt-ssssssssssssssss-ff";
    if (text.size() != form.size() || !text.starts_with("00-")) return false;
    for (std::size_t at = 3; at < form.size(); ++at) {
        const bool is_hexadecimal =
            (text[at] >= '0' && text[at] <= '9') || (text[at] >= 'a' && text[at] <= 'f');
        if (form[at] == '-' ? text[at] != '-' : !is_hexadecimal) return false;
    }
    const auto is_zero = [](std::string_view number) {
        return number.find_first_not_of('0') == std::string_view::npos;
    };
    return !is_zero(text.substr(3, 32)) && !is_zero(text.substr(36, 16));
}

/// A call, from its start to its end.
struct call {
    std::string request_id{};
    std::string correlation_id{};
    std::string traceparent{};
    call_bounds bounds{};
};

[[nodiscard]] call begin(const client_state& client) {
    call begun{
        .request_id = to_string(client.request_id ? *client.request_id : new_guid()),
        .correlation_id = client.correlation_id,
        .traceparent = traceparent_of(client),
        .bounds{.stop = client.bounds.stop},
    };
    auto& deadline = begun.bounds.deadline;
    deadline = client.bounds.deadline.value_or(deadline);
    if (client.bounds.timeout) {
        const auto end = later(std::chrono::steady_clock::now(), *client.bounds.timeout);
        deadline = std::min(deadline, end);
    }
    return begun;
}

/// Puts together what is sent but for the token, or says why nothing is.
[[nodiscard]] outcome<outgoing_request> outgoing_of(
    const client_state& client, request_parts parts, const call& call
) {
    if (client.unusable) return *client.unusable;
    outcome<std::string> target = target_of(parts);
    if (!target) return target.error();
    if (auto end = end_of(call.bounds, "it was made")) return *std::move(end);

    http::request request{.method = std::string{parts.method}, .target = *std::move(target)};
    request.fields = fields_of(client, call.request_id);
    if (!call.traceparent.empty()) {
        if (!is_traceparent(call.traceparent)) {
            return error{
                .category = error_category::bad_input,
                .description = "the traceparent does not have the form of W3C Trace Context"};
        }
        request.fields.push_back({"traceparent", call.traceparent});
    }
    merge(request.fields, std::move(parts.fields));
    if (parts.body) {
        request.fields.push_back({"Content-Type", "application/json"});
        request.body = *std::move(parts.body);
    }
    return outgoing_request{
        .base_url = client.options.base_url,
        .request = std::move(request),
        .limits = client.options.limits,
        .bounds = call.bounds,
        .retries_max = client.bounds.retries_max,
    };
}

/// Adds the token. Nothing is sent that has a line break in a header.
[[nodiscard]] outcome<outgoing_request> with_token(
    outgoing_request outgoing, const std::string& token
) {
    std::vector<http::field>& fields = outgoing.request.fields;
    fields.front().value = "Bearer " + token;
    const auto bad = std::ranges::find_if(fields, [](const http::field& each) {
        return has_line_end(each.name) || has_line_end(each.value);
    });
    if (bad == fields.end()) return outgoing;
    return error{
        .category = error_category::bad_input,
        .description = "the header " + bad->name + " would hold a line break",
    };
}

void add_if_missing(http::response& answer, std::string_view name, const std::string& value) {
    if (!answer.find(name)) answer.fields.push_back({std::string{name}, value});
}

/// The end of a call: an answer that is not a success is an error, and both carry the call's ids.
[[nodiscard]] outcome<http::response> ended(outcome<http::response> answer, const call& call) {
    if (answer) {
        add_if_missing(*answer, request_id_header, call.request_id);
        add_if_missing(*answer, correlation_id_header, call.correlation_id);
        if (answer->status >= 200 && answer->status <= 299) return answer;
        return error_of(*answer);
    }
    error problem = std::move(answer).error();
    if (problem.request_id.empty()) problem.request_id = call.request_id;
    if (problem.correlation_id.empty()) problem.correlation_id = call.correlation_id;
    return problem;
}

[[nodiscard]] outcome<std::string> token_for(const client_core& core, const call_bounds& bounds) {
    const auto ask = [&](token_handler done) {
        core.credential->bearer_token_async(std::move(done));
    };
    return wait_for<std::string>(ask, bounds, waiting_for_token);
}

[[nodiscard]] outcome<http::response> deliver(
    const client_state& client, request_parts parts, const call& call
) {
    outcome<outgoing_request> outgoing = outgoing_of(client, std::move(parts), call);
    if (!outgoing) return outgoing.error();
    const outcome<std::string> token = token_for(*client.core, call.bounds);
    if (!token) return token.error();
    outgoing = with_token(*std::move(outgoing), *token);
    if (!outgoing) return outgoing.error();
    return client.core->transport->exchange(*outgoing);
}

/// Asks for a token; who has to wait for it does so in the waiting room.
void ask_for_token(
    const std::shared_ptr<client_core>& core, const call_bounds& bounds, token_handler done
) {
    const auto asking = std::make_shared<completion<std::string>>(std::move(done));
    core->credential->bearer_token_async(
        [asking, bounds, weak = std::weak_ptr{core}](outcome<std::string> token) {
            asking->complete(std::move(token));
            if (const auto still = weak.lock()) still->waiting.leave(asking, bounds);
        }
    );
    core->waiting.enter(asking, bounds);
}

}  // namespace

std::string traceparent_of(const client_state& client) {
    if (client.traceparent) return *client.traceparent;
    return client.options.traceparent ? client.options.traceparent() : "";
}

outcome<http::response> exchange(const client_state& client, request_parts parts) {
    const call call = begin(client);
    return ended(deliver(client, std::move(parts), call), call);
}

// What waits on the way does not keep the core: else it could not end while calls are under way.
// But this does, until it returns, because a handler that is called meanwhile may destroy it.
void exchange_async(const client_state& client, request_parts parts, answer_handler done) {
    const std::shared_ptr<client_core> core = client.core;
    call call = begin(client);
    const call_bounds bounds = call.bounds;
    outcome<outgoing_request> outgoing = outgoing_of(client, std::move(parts), call);
    answer_handler end = [call = std::move(call),
                          done = std::move(done)](outcome<http::response> answer) {
        done(ended(std::move(answer), call));
    };
    if (!outgoing) return end(outgoing.error());

    auto go_on = [end = std::move(end),
                  outgoing = *std::move(outgoing),
                  weak = std::weak_ptr{core}](const outcome<std::string>& token) mutable {
        if (!token) return end(token.error());
        const auto still = weak.lock();
        if (!still) return end(closed());
        auto ready = with_token(std::move(outgoing), *token);
        if (!ready) return end(ready.error());
        still->transport->exchange_async(*std::move(ready), std::move(end));
    };
    ask_for_token(core, bounds, std::move(go_on));
}

}  // namespace detail
}  // namespace partner_center
