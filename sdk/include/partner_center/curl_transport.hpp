// The transport that talks to a network, over libcurl (which no header of ours includes).
// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <string>

#include <partner_center/export.hpp>
#include <partner_center/transport.hpp>

namespace partner_center {

/// How to reach the network.
struct curl_options {
    /// PEM file of the authorities to trust; empty: what SSL_CERT_FILE names, else the system's.
    std::string ca_file{};
    /// As many exchanges with one base URL are under way at once in the asynchronous form, each on
    /// a connection of its own; more wait for their turn. At least 1.
    unsigned connections_per_host{64};
};

/// A transport that keeps connections open between exchanges, verifies TLS, follows no redirect and
/// takes proxies from the environment, though never for a loopback address.
///
/// exchange() runs on the caller's thread. exchange_async() is carried out by one thread of the
/// transport's own, started at its first use, on which every handler is called: a handler should
/// not wait, must not wait for this transport, and what it throws is dropped. It may start further
/// exchanges and destroy the transport. Destroying the transport hands a cancelled error to those
/// that are under way, on that thread, and returns when all handlers have returned (at once, when
/// it is called by one of them). A process that was forked must not use a transport that it
/// inherited.
PARTNER_CENTER_EXPORT [[nodiscard]] std::shared_ptr<const transport> make_curl_transport(
    curl_options options
);

}  // namespace partner_center
