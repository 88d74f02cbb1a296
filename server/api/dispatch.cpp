// The steps of a call, top to bottom: ids, which operation, who, what it accepts, its arguments,
// its body, the handler, the answer. Ends up calling handlers.hpp, identity/token.cpp and the
// authority.
// SPDX-License-Identifier: MIT
#include "server/api/dispatch.hpp"

#include <algorithm>
#include <chrono>
#include <memory>
#include <new>
#include <string>
#include <type_traits>
#include <vector>

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>

#include "server/api/bind.hpp"
#include "server/api/handlers.hpp"
#include "server/api/health.hpp"
#include "server/api/media_type.hpp"
#include "server/api/roles.hpp"
#include "server/api/rules.hpp"
#include "server/identity/bearer.hpp"
#include <partner_center/json.hpp>
#include <partner_center/operations.hpp>

namespace partner_center {
namespace {

// The kinds of exchange, in the order of exchange_names().
enum : std::size_t { health, no_route, unreadable, first_operation };
constexpr std::size_t first_endpoint = first_operation + boost::mp11::mp_size<operations>::value;

constexpr std::string_view json_type = "application/json; charset=utf-8";
constexpr std::string_view gateways_json_type = "application/json";
constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

template <class Operation>
concept has_handler = requires(call& call, Operation operation) {
    handle(call, std::move(operation));
};

void write_body(std::string& out, const auto& model) {
    out.clear();
    append_json(out, model);
}

template <class Model>
void write_body(std::string& out, document<Model>& stored) {
    out = std::move(stored.text);
}

/// The echo of a caller's id, which is any GUID in the caller's own spelling, or nothing.
[[nodiscard]] std::string_view echoed_id(const http::request_view& request, std::string_view name) {
    const auto text = request.find(name);
    return text && parse_guid(*text) ? *text : std::string_view{};
}

/// What makes two requests the same. Source: wire contract, section 3.3.
[[nodiscard]] guid request_key(
    const principal& caller, std::string_view resource, std::string_view request_id
) {
    std::string text;
    append(text, caller.application_id);
    if (caller.user_id) append(text, *caller.user_id);
    text.append("\n").append(resource).append("\n");
    append(text, *parse_guid(request_id));
    return short_hash(text);
}

/// What a request says besides where and as whom. Another If-Match is another request; a field
/// cannot have a line's end.
template <class Operation>
[[nodiscard]] guid content_hash(const Operation& operation, std::string_view body) {
    if constexpr (requires { operation.if_match; }) {
        if (operation.if_match) return short_hash(fmt::format("{}\n{}", *operation.if_match, body));
    }
    return short_hash(body);
}

[[nodiscard]] exchange_ids ids_of(const exchange_record& record) {
    return {
        parse_guid(record.request_text()).value(), parse_guid(record.correlation_text()).value()};
}

[[nodiscard]] system_time time_of(const exchange_record& record) {
    return std::chrono::floor<std::chrono::seconds>(record.began);
}

/// The method as a constant, so that the log never points into a request.
[[nodiscard]] std::string_view method_constant(std::optional<verb> method) {
    return method ? to_string(*method) : std::string_view{"other"};
}

}  // namespace

/// One request on its way. `fields_kept` is the part of the answer's fields that a fault leaves as
/// it is.
struct dispatcher::exchange_state {
    const http::request_view& request;
    http::answer& answer;
    exchange_record record{};
    std::optional<verb> method{};
    std::size_t kind{no_route};
    std::optional<authority_route> endpoint{};
    std::chrono::steady_clock::time_point started{};
    std::size_t fields_kept{};
    const switches* options{};  ///< the server's until the caller is known, then the caller's
};

std::span<const std::string_view> exchange_names() {
    static const std::vector<std::string_view> names = [] {
        std::vector<std::string_view> out{"health", "no_route", "unreadable"};
        boost::mp11::mp_for_each<boost::mp11::mp_transform<std::type_identity, operations>>(
            [&]<class Operation>(std::type_identity<Operation>) {
                out.push_back(name_of<Operation>());
            }
        );
        const auto endpoints = authority::endpoint_names();
        out.insert(out.end(), endpoints.begin(), endpoints.end());
        return out;
    }();
    return names;
}

dispatcher::dispatcher(dispatch_parts parts) : parts_{parts} {
    std::random_device entropy;
    std::seed_seq seed{entropy(), entropy(), entropy(), entropy(), entropy(), entropy()};
    random_.seed(seed);
    server_id_ = fmt::format("{:09}", random_() % 1'000'000'000U);
}

awaitable<void> dispatcher::respond(const http::request_view& request, http::answer& answer) {
    exchange_state exchange = begin(request, answer);
    split_path path;
    std::string_view failure;
    std::string detail;
    try {
        switch (route_request(exchange, path)) {
            case step::answered:
                break;
            case step::endpoint:
                co_await call_endpoint(exchange);
                break;
            case step::operation:
                if (const auto problem = co_await call_operation(exchange, path)) {
                    fail(exchange, *problem);
                }
        }
    } catch (const store_error& error) {
        failure = "store_failed";
        detail = error.what();
    } catch (const std::exception& error) {
        failure = "request_failed";
        detail = error.what();
    }
    if (!failure.empty()) {
        const bool store_is_down = failure == "store_failed";
        fail(exchange, {store_is_down ? fault_kind::unavailable : fault_kind::internal_error});
        if (exchange.kind >= first_endpoint) fail_in_oauth(exchange, store_is_down);
        const std::string_view correlation_id = exchange.record.correlation_text();
        parts_.log.event(
            log_level::error, failure, {{"correlationId", correlation_id}, {"detail", detail}}
        );
    }
    finish(exchange);
}

void dispatcher::refuse(
    const fault& problem, const http::request_view& head, http::answer& answer
) {
    exchange_state exchange = begin(head, answer);
    exchange.kind = unreadable;
    fail(exchange, problem);
    finish(exchange);
}

dispatcher::step dispatcher::route_request(exchange_state& exchange, split_path& path) {
    const auto refused = [&](std::string_view allowed) {
        refuse_route(exchange, allowed);
        return step::answered;
    };
    const std::string_view raw_path = path_of(exchange.request.target);
    if (raw_path == health_path) {
        exchange.kind = health;
        answer_health(exchange.request, exchange.answer);
        return step::answered;
    }
    const auto endpoint = authority::find(raw_path);
    if (endpoint && parts_.authority.is_on()) {
        exchange.kind = first_endpoint + endpoint->index;
        exchange.endpoint = endpoint;
        return step::endpoint;
    }
    if (!split(raw_path, path)) return refused({});
    const routed found = find_route(routes_of<operations>, exchange.method, path);
    if (found.operation) {
        exchange.kind = first_operation + *found.operation;
        return step::operation;
    }
    return refused(found.allowed);
}

void dispatcher::refuse_route(exchange_state& exchange, std::string_view allowed) {
    if (allowed.empty()) return fail(exchange, {fault_kind::no_such_route});
    fail(exchange, {fault_kind::method_not_allowed});
    exchange.answer.add("Allow", allowed);
}

awaitable<void> dispatcher::call_endpoint(exchange_state& exchange) {
    exchange_record& record = exchange.record;
    const authority_outcome outcome = co_await parts_.authority.respond(
        *exchange.endpoint, exchange.request, exchange.answer, ids_of(record), time_of(record)
    );
    record.fault = outcome.error;
    record.partner_id = outcome.partner_id;
    record.application_id = outcome.application_id;
}

awaitable<std::optional<fault>> dispatcher::call_operation(
    exchange_state& exchange, const split_path& path
) {
    constexpr std::size_t count = boost::mp11::mp_size<operations>::value;
    return boost::mp11::mp_with_index<count>(exchange.kind - first_operation, [&](auto index) {
        return run<boost::mp11::mp_at<operations, decltype(index)>>(exchange, path);
    });
}

template <class Operation>
awaitable<std::optional<fault>> dispatcher::run(exchange_state& exchange, const split_path& path) {
    static_assert(
        has_handler<Operation>, "an operation has no handler: declare it in server/api/handlers.hpp"
    );
    const auto token = bearer_token(exchange.request);
    if (!token) co_return token.error();
    const auto now = std::chrono::floor<std::chrono::milliseconds>(exchange.record.began);
    auto known = parts_.tokens.known(*token, now);
    if (!known) {
        auto verified = co_await parts_.tokens.verify(*token, now);
        if (!verified) co_return verified.error();
        known = *std::move(verified);
    }
    const principal& caller = *known;
    note_caller(exchange, caller);
    const route& own = route_taken<Operation>(path);
    if (std::ranges::find(own.absent_from, caller.where) != own.absent_from.end()) {
        refuse_route(exchange, methods_in(*caller.where, routes_of<operations>, own));
        co_return std::nullopt;
    }
    if (const auto wait = count_request<Operation>(exchange, path, caller)) {
        co_await refuse_for(exchange, *wait);
        co_return std::nullopt;
    }
    if constexpr (is_change<Operation>) {
        // It takes many times as long as a read, and those whose commit ends come back together.
        const bool has_turn = co_await changes_.take_turn();
        if (!has_turn) co_return fault{fault_kind::unavailable};
        co_await run_change<Operation>(exchange, path, caller);
        co_return std::nullopt;
    } else {
        if (const auto refused = refusal_of<Operation>(caller, *exchange.options)) {
            co_return fault{*refused};
        }
        if (!accepts_json(exchange.request)) co_return fault{fault_kind::not_acceptable};

        auto operation = bind_arguments<Operation>(path, exchange.request);
        if (!operation) co_return operation.error();
        if constexpr (has_body<Operation>) {
            if (!has_json_content_type(exchange.request)) {
                co_return fault{fault_kind::unsupported_media_type};
            }
            if (const auto problem = bind_body(*operation, exchange.request)) {
                co_return *problem;
            }
        }

        call call{
            .caller = caller,
            .store = parts_.store,
            .options = *exchange.options,
            .public_url = parts_.authority.public_url(),
            .keys = parts_.keys,
            .random = random_,
            .now = exchange.record.began,
            .correlation_id = exchange.record.correlation_text(),
            .reads = parts_.reads,
            .memory = std::move(exchange.answer.body),
        };
        auto outcome = co_await handle(call, *std::move(operation));
        exchange.answer.body = std::move(call.memory);
        if (!outcome) co_return outcome.error();
        succeed(exchange, success_of<Operation>(), outcome);
        if (call.rest) exchange.answer.rest = logged(std::move(call.rest), exchange.record);
        co_return std::nullopt;
    }
}

const switches& dispatcher::options_of(const guid& partner_id) const {
    if (parts_.own_options == nullptr) return parts_.options;
    const auto own = parts_.own_options->find(partner_id);
    return own == parts_.own_options->end() ? parts_.options : own->second;
}

template <class Operation>
std::optional<std::chrono::seconds> dispatcher::count_request(
    const exchange_state& exchange, const split_path& path, const principal& caller
) {
    if constexpr (!is_limited<Operation>) return {};
    const switches& options = *exchange.options;
    if (parts_.requests == nullptr || options.throttle.are_off()) return {};
    if (refusal_of<Operation>(caller, options)) return {};
    const auto customer_id = parse_guid(detail::path_argument<Operation>(path, "customer_id"));
    return parts_.requests->count(
        options.throttle, caller.partner_id, customer_id, exchange.started
    );
}

awaitable<void> dispatcher::refuse_for(exchange_state& exchange, std::chrono::seconds wait) {
    exchange.record.fault = "throttled";
    http::answer& answer = exchange.answer;
    answer.status = 429;
    answer.content_type = gateways_json_type;
    const std::string seconds = std::to_string(wait.count());
    answer.add("Retry-After", seconds);
    answer.body = R"({ "statusCode": 429, "message": "Rate limit is exceeded. Try again in )";
    answer.body.append(seconds).append(R"( seconds." })");
    if (parts_.requests->pause() == std::chrono::milliseconds{}) co_return;
    boost::asio::steady_timer timer{
        co_await boost::asio::this_coro::executor, parts_.requests->pause()};
    co_await timer.async_wait(boost::asio::use_awaitable);
}

template <class Operation>
awaitable<void> dispatcher::run_change(
    exchange_state& exchange, const split_path& path, const principal& caller
) {
    const auto keys = parts_.keys.ring();
    ledger book{
        parts_.store,
        keys->sealing,
        {caller, exchange.record.correlation_text(), exchange.record.began, Operation::audited}};
    auto problem = co_await try_change<Operation>(exchange, path, caller, book);
    if (problem && book.was_repeated()) {
        const auto answered = co_await answer_again(exchange, book);
        if (!answered) {
            problem = answered.error();
        } else if (*answered) {
            co_return;
        }
    }
    if (!problem) co_return;
    fail(exchange, *problem);
    const answer_text answer{exchange.answer.status, exchange.answer.body};
    if (co_await book.note_failure(*problem, answer)) co_return;
    const auto answered = co_await answer_again(exchange, book);
    if (answered) co_return;
    // It was another request's id: that is what is refused then, and nothing is remembered of it.
    fail(exchange, answered.error());
    const answer_text refusal{exchange.answer.status, exchange.answer.body};
    static_cast<void>(co_await book.note_failure(answered.error(), refusal));
}

template <class Operation>
awaitable<std::optional<fault>> dispatcher::try_change(
    exchange_state& exchange, const split_path& path, const principal& caller, ledger& book
) {
    const http::request_view& request = exchange.request;
    if (const auto refused = refusal_of<Operation>(caller, *exchange.options)) {
        co_return fault{*refused};
    }
    if (!accepts_json(request)) co_return fault{fault_kind::not_acceptable};
    auto operation = bind_arguments<Operation>(path, request);
    if (!operation) co_return operation.error();
    if constexpr (requires { operation->customer_id; }) book.concerns(operation->customer_id, {});
    if constexpr (has_body<Operation>) {
        if (!has_json_content_type(request)) co_return fault{fault_kind::unsupported_media_type};
    }

    if (const std::string_view id = echoed_id(request, "MS-RequestId"); !id.empty()) {
        book.may_repeat(
            {.key = request_key(caller, path_key(*operation), id),
             .body_hash = content_hash(*operation, request.body),
             .is_post = Operation::method == verb::post}
        );
        const auto answered = co_await answer_again(exchange, book);
        if (!answered) co_return answered.error();
        if (*answered) co_return std::nullopt;
    }

    call call{
        .caller = caller,
        .store = parts_.store,
        .options = *exchange.options,
        .public_url = parts_.authority.public_url(),
        .keys = parts_.keys,
        .random = random_,
        .now = exchange.record.began,
        .correlation_id = exchange.record.correlation_text(),
        .reads = parts_.reads,
        .book = &book,
    };
    if constexpr (requires { operation->customer_id; }) {
        auto found =
            co_await parts_.store.find_customer_summary(caller.partner_id, operation->customer_id);
        if (!found) co_return visible(call, operation->customer_id, found.error());
        book.concerns(operation->customer_id, std::move(found->company_name));
    }
    if constexpr (has_body<Operation>) {
        if (const auto problem = bind_body(*operation, request)) co_return *problem;
    }
    auto outcome = co_await handle(call, *std::move(operation));
    if (!outcome) co_return outcome.error();
    succeed(exchange, success_of<Operation>(), outcome);
    co_return std::nullopt;
}

awaitable<result<bool>> dispatcher::answer_again(exchange_state& exchange, ledger& book) {
    auto earlier = co_await book.find_earlier();
    if (!earlier) co_return earlier.error();
    if (!*earlier) co_return false;
    http::answer& answer = exchange.answer;
    answer.fields.resize(exchange.fields_kept);
    answer.status = (*earlier)->status;
    answer.body = std::move((*earlier)->body);
    answer.content_type = answer.body.empty() ? std::string_view{} : json_type;
    if (exchange.options->bom && answer.status < 300 && !answer.body.empty()) {
        answer.body.insert(0, byte_order_mark);
    }
    co_return true;
}

namespace {

/// Logs that an answer is let go before it is whole.
class delivery {
public:
    delivery(log& log, std::string_view correlation_id)
        : log_{log}, correlation_id_{correlation_id} {}
    ~delivery() {
        if (!is_over_) abandon("the client has gone, or took the answer too slowly");
    }
    delivery(const delivery&) = delete;
    delivery& operator=(const delivery&) = delete;

    void end() { is_over_ = true; }
    void abandon(std::string_view why) noexcept {
        end();
        try {
            log_.event(
                log_level::warning,
                "answer_abandoned",
                {{"correlationId", correlation_id_}, {"detail", why}}
            );
        } catch (const std::bad_alloc&) {  // it is abandoned all the same
        }
    }

private:
    log& log_;
    const std::string correlation_id_;
    bool is_over_{};
};

}  // namespace

http::body_rest dispatcher::logged(http::body_rest rest, const exchange_record& record) {
    auto whole = std::make_shared<delivery>(parts_.log, record.correlation_text());
    return [rest = std::move(rest), whole = std::move(whole)](std::string& out) {
        try {
            const bool more = rest(out);
            if (!more) whole->end();
            return more;
        } catch (const std::exception& error) {
            whole->abandon(error.what());
            throw;
        }
    };
}

void dispatcher::note_caller(exchange_state& exchange, const principal& caller) {
    exchange.record.partner_id = caller.partner_id;
    exchange.record.application_id = caller.application_id;
    exchange.record.user_id = caller.user_id;
    exchange.options = &options_of(caller.partner_id);
    if (caller.is_user() && exchange.request.find("ValidateMfa") == "true") {
        exchange.answer.add("isMfaCompliant", caller.has_mfa ? "true" : "false");
        exchange.fields_kept = exchange.answer.fields.size();
    }
}

dispatcher::exchange_state dispatcher::begin(
    const http::request_view& request, http::answer& answer
) {
    exchange_state exchange{.request = request, .answer = answer, .options = &parts_.options};
    exchange.started = std::chrono::steady_clock::now();
    exchange.record.began = std::chrono::system_clock::now();
    exchange.method = parse_verb(request.method);
    exchange.record.method = method_constant(exchange.method);

    const auto add_id = [&](std::string_view name, std::array<char, guid_text_length>& kept) {
        answer.fields.append(name).append(": ");
        const std::size_t at = answer.fields.size();
        if (const std::string_view echo = echoed_id(request, name); !echo.empty()) {
            answer.fields += echo;
        } else {
            append_id(answer.fields);
        }
        std::copy_n(answer.fields.data() + at, kept.size(), kept.data());
        answer.fields += "\r\n";
    };
    answer.clear();
    add_id("MS-CorrelationId", exchange.record.correlation_id);
    add_id("MS-RequestId", exchange.record.request_id);

    constexpr std::string_view alphabet =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    answer.fields += "MS-CV: ";
    for (std::uint64_t bits = random_(), at = 0; at < 16; ++at) {
        answer.fields += alphabet[bits & 63U];
        bits = at == 7 ? random_() : bits >> 6U;
    }
    answer.fields += ".0\r\n";
    answer.add("MS-ServerId", server_id_);
    exchange.fields_kept = answer.fields.size();
    return exchange;
}

template <class Body>
void dispatcher::succeed(exchange_state& exchange, unsigned status, result<Body>& outcome) {
    http::answer& answer = exchange.answer;
    answer.status = status;
    if constexpr (std::is_void_v<Body>) {
        answer.body.clear();
    } else {
        write_body(answer.body, *outcome);
    }
    if (answer.body.empty()) return;  // said without words
    answer.content_type = json_type;
    if (exchange.options->bom) answer.body.insert(0, byte_order_mark);
}

void dispatcher::fail(exchange_state& exchange, const fault& problem) {
    http::answer& answer = exchange.answer;
    const fault_row& row = row_of(problem.kind);
    exchange.record.fault = row.name;
    answer.status = row.status;
    answer.content_type = json_type;
    answer.fields.resize(exchange.fields_kept);
    answer.body.clear();
    append_json(answer.body, problem, exchange.options->fault_code);
    if (row.status == 401) {
        const std::string_view correlation_id{
            exchange.record.correlation_id.data(), exchange.record.correlation_id.size()};
        answer.add(
            "WWW-Authenticate",
            problem.kind == fault_kind::mfa_required
                ? R"(Bearer error="invalid_token")"
                : fmt::format("OAuth realm=urn:cpsvc:cpid:{}", correlation_id)
        );
    }
    if (row.status == 503) {
        answer.add("Retry-After", fmt::to_string(problem.retry_after.count()));
    }
}

void dispatcher::fail_in_oauth(exchange_state& exchange, bool store_is_down) {
    const exchange_record& record = exchange.record;
    exchange.answer.fields.resize(exchange.fields_kept);
    authority::fail(
        *exchange.endpoint,
        store_is_down,
        exchange.request,
        exchange.answer,
        ids_of(record),
        time_of(record)
    );
}

void dispatcher::finish(exchange_state& exchange) {
    // A failure has no body for HEAD, and so no length but 0.
    if (exchange.method == verb::head && exchange.answer.status != 200) {
        exchange.answer.body.clear();
        exchange.answer.content_type = {};
    }
    exchange_record& record = exchange.record;
    record.operation = exchange_names()[exchange.kind];
    record.status = exchange.answer.status;
    record.took = std::chrono::steady_clock::now() - exchange.started;
    parts_.counts.count(exchange.kind, record.status, record.took);
    parts_.exchanges.write(record);
}

void dispatcher::append_id(std::string& out) {
    guid id;
    for (std::size_t at = 0; at < id.bytes.size(); at += 8) {
        const std::uint64_t bits = random_();
        for (std::size_t i = 0; i < 8; ++i) {
            id.bytes.at(at + i) = static_cast<std::uint8_t>(bits >> (8 * i));
        }
    }
    id.bytes[6] = static_cast<std::uint8_t>((id.bytes[6] & 0x0FU) | 0x40U);  // version 4, random
    id.bytes[8] = static_cast<std::uint8_t>((id.bytes[8] & 0x3FU) | 0x80U);
    append(out, id);
}

}  // namespace partner_center
