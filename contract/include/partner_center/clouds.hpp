// The three clouds as data: where their API and token authority live and which audiences they use.
// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <span>
#include <string_view>

namespace partner_center {

/// One cloud. All texts are constants. Source: wire contract, sections 5.3, 5.5, 7.3 and 9.
struct cloud {
    std::string_view name{};       ///< "global", "china", "us_government"
    std::string_view api_base{};   ///< scheme and host of the API, without a path
    std::string_view authority{};  ///< scheme and host of the token authority
    std::span<const std::string_view> authority_hosts{};  ///< every alias that must be served
    std::string_view issuer_prefix{};    ///< `iss` of its tokens is this, the tenant id, and "/"
    std::string_view audience{};         ///< what a token for the API is asked for
    std::string_view legacy_audience{};  ///< the directory resource of old applications
    std::string_view domain_suffix{};    ///< of the domains that new customers get
};

namespace clouds {

namespace detail {
inline constexpr std::array<std::string_view, 4> global_hosts{
    "login.microsoftonline.com", "login.windows.net", "login.microsoft.com", "sts.windows.net"};
inline constexpr std::array<std::string_view, 2> china_hosts{
    "login.chinacloudapi.cn", "login.partner.microsoftonline.cn"};
inline constexpr std::array<std::string_view, 2> us_government_hosts{
    "login.microsoftonline.us", "login.usgovcloudapi.net"};
}  // namespace detail

inline constexpr cloud global{
    .name = "global",
    .api_base = "https://api.partnercenter.microsoft.com",
    .authority = "https://login.microsoftonline.com",
    .authority_hosts = detail::global_hosts,
    .issuer_prefix = "https://sts.windows.net/",
    .audience = "https://api.partnercenter.microsoft.com",
    .legacy_audience = "https://graph.windows.net",
    .domain_suffix = ".onmicrosoft.com",
};

/// Partner Center operated by 21Vianet.
inline constexpr cloud china{
    .name = "china",
    .api_base = "https://partner.partnercenterapi.microsoftonline.cn",
    .authority = "https://login.chinacloudapi.cn",
    .authority_hosts = detail::china_hosts,
    .issuer_prefix = "https://sts.chinacloudapi.cn/",
    .audience = "https://partner.partnercenterapi.microsoftonline.cn",
    .legacy_audience = "https://graph.chinacloudapi.cn",
    .domain_suffix = ".partner.onmschina.cn",
};

/// Microsoft Cloud for US Government: the global API, an authority of its own.
inline constexpr cloud us_government{
    .name = "us_government",
    .api_base = "https://api.partnercenter.microsoft.com",
    .authority = "https://login.microsoftonline.us",
    .authority_hosts = detail::us_government_hosts,
    .issuer_prefix = "https://sts.windows.net/",
    .audience = "https://api.partnercenter.microsoft.com",
    .legacy_audience = "https://graph.windows.net",
    .domain_suffix = ".onmicrosoft.us",
};

/// The three, for whoever has to look through them.
inline constexpr std::array<const cloud*, 3> all{&global, &china, &us_government};

/// The cloud of that name, or null.
[[nodiscard]] constexpr const cloud* find(std::string_view name) {
    for (const cloud* each : all) {
        if (each->name == name) return each;
    }
    return nullptr;
}

}  // namespace clouds

/// The application id that stands for the Partner Center API; accepted as an audience.
inline constexpr std::string_view api_application_id = "fa3d9a0c-3fb0-42cc-9193-47c7ecd2edbd";
/// The application id of the legacy directory resource (its audience is `legacy_audience`).
inline constexpr std::string_view legacy_application_id = "00000002-0000-0000-c000-000000000000";

}  // namespace partner_center
