// The checks of addresses, TLS and --demo against each other.
// SPDX-License-Identifier: MIT
#include "server/config_checks.hpp"

#include <arpa/inet.h>
#include <string>

namespace partner_center {

void refuse_exposure(const config& chosen) {
    const bool local = is_loopback(chosen.listen.host);
    if (chosen.tls_cert.empty() != chosen.tls_key.empty()) {
        throw usage_error{
            "--tls-cert and --tls-key go together: the certificate's file and its key's"};
    }
    if (chosen.tls_dev && !chosen.tls_cert.empty()) {
        throw usage_error{"--tls-dev makes a certificate of its own: leave out --tls-cert"};
    }
    if (!chosen.tls_client_ca.empty() && !uses_tls(chosen)) {
        throw usage_error{
            "--tls-client-ca: clients show certificates over TLS only; say --tls-cert and "
            "--tls-key"};
    }
    if (chosen.demo && !local) {
        throw usage_error{
            "--demo has published credentials: it listens on a loopback address only"};
    }
    if (chosen.tls_dev && !local) {
        throw usage_error{"--tls-dev: its certificate is for loopback addresses only"};
    }
    if (!local && !uses_tls(chosen) && !chosen.behind_proxy) {
        throw usage_error{
            "plain HTTP is for loopback addresses: say --tls-cert and --tls-key, or put a proxy "
            "that ends TLS in front and say --behind-proxy"};
    }
    if (!is_loopback(chosen.admin.host) && !chosen.behind_proxy) {
        throw usage_error{
            "--admin: this listener is plain HTTP and for loopback addresses, or --behind-proxy"};
    }
    if (!local && chosen.public_url.empty()) {
        throw usage_error{
            "--public-url: clients cannot use the address that this listens on; say the one they "
            "know, like https://partner.example"};
    }
}

bool uses_tls(const config& settings) {
    return settings.tls_dev || !settings.tls_cert.empty();
}

bool is_loopback(std::string_view host) {
    if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
    if (host == "localhost") return true;
    const std::string text{host};
    in_addr four{};
    if (::inet_pton(AF_INET, text.c_str(), &four) == 1) return ntohl(four.s_addr) >> 24U == 127;
    in6_addr six{};
    return ::inet_pton(AF_INET6, text.c_str(), &six) == 1 && IN6_IS_ADDR_LOOPBACK(&six);
}

}  // namespace partner_center
