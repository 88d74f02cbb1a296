// Checks descriptions of issuers, and `iss` against them. Calls Boost.URL.
// SPDX-License-Identifier: MIT
#include "server/identity/issuers/trusted_issuer.hpp"

#include <algorithm>
#include <utility>

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>
#include <fmt/format.h>

#include "server/identity/audience.hpp"
#include <partner_center/http.hpp>

namespace partner_center {
namespace {

using boost::urls::host_type;
using boost::urls::scheme;

[[nodiscard]] std::optional<boost::urls::url_view> parse(std::string_view url) {
    const auto parsed = boost::urls::parse_uri({url.data(), url.size()});
    if (!parsed) return {};
    const bool plain =
        !parsed->encoded_host().empty() && !parsed->has_userinfo() && !parsed->has_fragment();
    if (!plain) return {};
    return *parsed;
}

[[nodiscard]] bool is_loopback(const boost::urls::url_view& url) {
    switch (url.host_type()) {
        case host_type::ipv4:
            return url.host_ipv4_address().is_loopback();
        case host_type::ipv6:
            return url.host_ipv6_address().is_loopback();
        default:
            return url.encoded_host() == "localhost";
    }
}

/// The text with something else where the tenant's id goes.
[[nodiscard]] std::string with_tenant(std::string text, std::string_view tenant) {
    const auto at = text.find(tenant_placeholder);
    return at == std::string::npos ? text : text.replace(at, tenant_placeholder.size(), tenant);
}

}  // namespace

bool is_fetchable(std::string_view url) {
    const auto parsed = parse(url);
    return parsed && (parsed->scheme_id() == scheme::https || is_plain_loopback(url));
}

bool is_plain_loopback(std::string_view url) {
    const auto parsed = parse(url);
    return parsed && parsed->scheme_id() == scheme::http && is_loopback(*parsed);
}

trusted_issuer completed(trusted_issuer issuer) {
    if (issuer.discovery_url.empty() && issuer.jwks_url.empty()) {
        std::string_view base = issuer.issuer;
        if (base.ends_with('/')) base.remove_suffix(1);
        issuer.discovery_url = fmt::format("{}/.well-known/openid-configuration", base);
    }
    return issuer;
}

std::optional<std::string> problem_of(const trusted_issuer& of) {
    const auto say = [&](std::string_view what) {
        return fmt::format("issuers: '{}': {}", of.issuer, what);
    };
    if (of.issuer.empty())
        return "issuers: each needs its issuer = \"https://…\", as in its tokens";
    if (!is_fetchable(with_tenant(of.issuer, "tenant"))) {
        return say("issuer must be an https:// URL (http:// on a loopback address only)");
    }
    if (of.discovery_url.find(tenant_placeholder) != std::string::npos) {
        return say(
            "an issuer with {tenantid} needs its discovery-url, such as "
            "https://login.microsoftonline.com/organizations/v2.0/.well-known/openid-configuration"
        );
    }
    for (const std::string& url : {of.discovery_url, of.jwks_url}) {
        if (!url.empty() && !is_fetchable(url)) {
            return say(
                "discovery-url and jwks-url must be https:// URLs (http:// on a loopback address "
                "only)"
            );
        }
    }
    if (!of.discovery_url.empty() && !of.jwks_url.empty()) {
        return say("set discovery-url or jwks-url, not both");
    }
    if (of.audiences.empty() || std::ranges::any_of(of.audiences, names_nobody)) {
        return say("set audiences to what its tokens for this server have as aud");
    }
    if (of.algorithms.empty()) return say("set algorithms to RS256, ES256 or both");
    if (!of.partner && of.tenant_claim.empty()) {
        return say("set tenant-claim, or partner when all its tokens are of one");
    }
    if (of.partner && !of.partners.empty()) return say("set partner or partners, not both");
    if (of.partner && of.issuer.find(tenant_placeholder) != std::string::npos) {
        return say("an issuer of any tenant cannot have a fixed partner: leave out partner");
    }
    if (of.application_claims.empty()) return say("set application-claims, like [\"azp\"]");
    if (of.user_claims.empty()) return say("set user-claim, like [\"sub\"]");
    return {};
}

bool is_issued_by(const trusted_issuer& issuer, std::string_view iss, std::string_view tid) {
    const std::string_view form = issuer.issuer;
    const auto at = form.find(tenant_placeholder);
    if (at == std::string_view::npos) return iss == form;
    const std::string_view end = form.substr(at + tenant_placeholder.size());
    return parse_guid(tid) && iss.size() == at + tid.size() + end.size() &&
           iss.starts_with(form.substr(0, at)) && iss.substr(at, tid.size()) == tid &&
           iss.ends_with(end);
}

}  // namespace partner_center
