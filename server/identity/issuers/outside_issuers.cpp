// Picks the issuer and the key of a token; waits for keys. Calls key_source.cpp, jws.cpp and
// outside_claims.cpp.
// SPDX-License-Identifier: MIT
#include "server/identity/issuers/outside_issuers.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "server/identity/base64url.hpp"
#include "server/identity/issuers/outside_claims.hpp"
#include <partner_center/http.hpp>

namespace partner_center {
namespace {

constexpr json_limits claims_limits{.bytes_max = token_bytes_max, .depth_max = 16};

/// Whether the type is an access token's, or says nothing of that: RFC 9068 wants at+jwt, many say
/// JWT, and some nothing (RFC 7519, section 5.1).
[[nodiscard]] bool may_be_access_token(std::string_view type) {
    constexpr std::array<std::string_view, 4> types{"", "JWT", "at+jwt", "application/at+jwt"};
    return std::ranges::any_of(types, [&](std::string_view each) {
        return equals_ignoring_case(type, each);
    });
}

/// Whether the key may sign for this token: Entra says of the keys of its multi-tenant documents
/// whose they are.
[[nodiscard]] bool may_sign(
    const trusted_issuer& issuer, const published_key& key, const json_tree& claims
) {
    const bool is_any_tenants = issuer.issuer.find(tenant_placeholder) != std::string::npos;
    if (!is_any_tenants || key.issuer.empty()) return true;
    const trusted_issuer of_key{.issuer = key.issuer};
    return is_issued_by(of_key, claims.text_of("iss"), claims.text_of(issuer.tenant_claim));
}

}  // namespace

outside_issuers::outside_issuers(const key_sources& sources, boost::asio::any_io_executor reactor)
    : reactor_{std::move(reactor)} {
    for (const auto& each : sources) {
        sources_.push_back({.from = each.get(), .known = each->current()});
        each->watch(this, [this] { boost::asio::post(reactor_, [this] { wake_all(); }); });
    }
}

outside_issuers::~outside_issuers() {
    for (const source& each : sources_) each.from->unwatch(this);
}

std::optional<outside_token> outside_issuers::find(std::string_view token) const {
    if (token.size() > token_bytes_max) return {};
    auto jws = read_jws(token);
    if (!jws || !may_be_access_token(jws->type)) return {};
    const auto payload = from_base64url(jws->payload);
    if (!payload) return {};
    auto claims = from_json<json_tree>(*payload, json_reading::strict, claims_limits);
    if (!claims) return {};
    const auto found = std::ranges::find_if(sources_, [&](const source& each) {
        const trusted_issuer& of = each.from->of();
        return is_issued_by(of, claims->text_of("iss"), claims->text_of(of.tenant_claim));
    });
    if (found == sources_.end()) return {};
    return outside_token{
        .jws = *std::move(jws),
        .claims = *std::move(claims),
        .source = static_cast<std::size_t>(found - sources_.begin()),
        .arrived = std::chrono::steady_clock::now(),
    };
}

awaitable<bool> outside_issuers::wait_for_key(const outside_token& token) {
    if (!algorithm_of(token)) co_return false;
    bool waited = false;
    const auto end = std::chrono::steady_clock::now() + wait_max;
    while (key_of(token) == nullptr && !is_decided(token) && std::chrono::steady_clock::now() < end
    ) {
        if (waiting_.size() >= waiting_max || !sources_[token.source].from->ask()) break;
        waited = true;
        co_await wait_until(end);
    }
    co_return waited;
}

result<token_claims> outside_issuers::read(const outside_token& token, system_time now) {
    const published_key* const found = key_of(token);
    const key_source& from = *sources_[token.source].from;
    if (found == nullptr && algorithm_of(token) && !is_decided(token)) {
        return fault{
            .kind = fault_kind::unavailable,
            .description = "The keys of the token's issuer are not known at the moment.",
            .retry_after = from.until_next_fetch()};
    }
    const trusted_issuer& issuer = from.of();
    const bool good = found != nullptr && may_sign(issuer, *found, token.claims) &&
                      found->key.verify(token.jws.signed_text, token.jws.signature);
    if (!good) return fault{fault_kind::bad_token};
    return read_outside_claims(issuer, token.claims, now);
}

std::optional<signature_algorithm> outside_issuers::algorithm_of(const outside_token& token) const {
    const auto named = find_signature_algorithm(token.jws.algorithm);
    const auto& allowed = sources_[token.source].from->of().algorithms;
    if (!named || std::ranges::find(allowed, *named) == allowed.end()) return {};
    return named;
}

const published_key* outside_issuers::key_of(const outside_token& token) {
    source& of = sources_[token.source];
    if (of.from->version() != of.known.version) of.known = of.from->current();
    const auto algorithm = algorithm_of(token);
    const bool is_fresh = of.known.keys && std::chrono::steady_clock::now() < of.known.good_until;
    if (!algorithm || !is_fresh) return nullptr;
    return of.known.keys->find(token.jws.key_id, *algorithm);
}

bool outside_issuers::is_decided(const outside_token& token) const {
    const current_keys& known = sources_[token.source].known;
    return known.keys && known.asked_at >= token.arrived;
}

awaitable<void> outside_issuers::wait_until(std::chrono::steady_clock::time_point end) {
    boost::asio::steady_timer timer{reactor_, end};
    const auto place = waiting_.insert(waiting_.end(), &timer);
    boost::system::error_code woken;
    co_await timer.async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, woken));
    waiting_.erase(place);
}

void outside_issuers::wake_all() {
    for (boost::asio::steady_timer* const each : waiting_) each->cancel();
}

}  // namespace partner_center
