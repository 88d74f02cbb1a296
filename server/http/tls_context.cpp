// Makes OpenSSL's context. Calls OpenSSL.
// SPDX-License-Identifier: MIT
#include "server/http/tls_context.hpp"

#include <cerrno>
#include <cstdio>
#include <new>
#include <string>
#include <string_view>
#include <sys/stat.h>
#include <system_error>

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>

namespace partner_center::http {
namespace {

/// Instead of OpenSSL's default, which asks for a passphrase on the terminal.
int no_passphrase(char*, int, int, void*) {
    return -1;
}

/// Of what the client offers (each name after its length, RFC 7301), http/1.1 or nothing.
int choose_protocol(SSL*, const unsigned char** chosen, unsigned char* chosen_bytes, const unsigned char* offered, unsigned offered_bytes, void*) {
    constexpr std::string_view ours = "http/1.1";
    for (unsigned at = 0; at < offered_bytes; at += 1U + offered[at]) {
        const std::string_view name{
            reinterpret_cast<const char*>(offered) + at + 1, std::size_t{offered[at]}};
        if (name != ours) continue;
        *chosen = offered + at + 1;
        *chosen_bytes = offered[at];
        return SSL_TLSEXT_ERR_OK;
    }
    return SSL_TLSEXT_ERR_ALERT_FATAL;  // no_application_protocol
}

[[nodiscard]] tls_context new_context() {
    tls_context made{SSL_CTX_new(TLS_server_method()), SSL_CTX_free};
    if (!made) throw std::bad_alloc{};
    SSL_CTX* const context = made.get();
    SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
    SSL_CTX_set_cipher_list(context, "ECDHE+AESGCM:ECDHE+CHACHA20");  // of 1.2; 1.3 has no others
    SSL_CTX_set_options(
        context,
        SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE |
            SSL_OP_PRIORITIZE_CHACHA |
            // HTTP says itself where a message ends: a peer that only closes is an end as well.
            SSL_OP_IGNORE_UNEXPECTED_EOF
    );
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_mode(
        context,
        SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
            SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER
    );
    SSL_CTX_set_read_ahead(context, 1);  // one read for a record instead of two
    SSL_CTX_set_alpn_select_cb(context, choose_protocol, nullptr);
    SSL_CTX_set_default_passwd_cb(context, no_passphrase);
    return made;
}

using file_pointer = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;

[[nodiscard]] file_pointer open_file(const std::filesystem::path& file) {
    file_pointer opened{std::fopen(file.c_str(), "re"), std::fclose};
    if (opened) return opened;
    const std::string reason = std::generic_category().message(errno);
    throw tls_error{"cannot read " + file.string() + ": " + reason};
}

void refuse_if_public(std::FILE* opened, const std::filesystem::path& file) {
    struct stat status {};
    if (::fstat(::fileno(opened), &status) == 0 && (status.st_mode & S_IRWXO) == 0) return;
    throw tls_error{
        file.string() +
        " holds a private key but is open to every user; run: chmod o= " + file.string()};
}

void use_certificate(SSL_CTX* context, const std::filesystem::path& file) {
    static_cast<void>(open_file(file));  // says why not, in plainer words than OpenSSL
    if (SSL_CTX_use_certificate_chain_file(context, file.c_str()) == 1) return;
    ERR_clear_error();
    throw tls_error{file.string() + " holds no certificate (with its chain) in PEM"};
}

void use_key(
    SSL_CTX* context, const std::filesystem::path& file, const std::filesystem::path& certificate
) {
    const file_pointer opened = open_file(file);
    refuse_if_public(opened.get(), file);
    const std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)> key{
        PEM_read_PrivateKey(opened.get(), nullptr, no_passphrase, nullptr), EVP_PKEY_free};
    const bool fits = key && SSL_CTX_use_PrivateKey(context, key.get()) == 1;
    ERR_clear_error();
    if (!key) throw tls_error{file.string() + " holds no unencrypted private key in PEM"};
    if (fits) return;
    throw tls_error{
        file.string() + " is not the key of the certificate in " + certificate.string()};
}

}  // namespace

tls_context load_tls_context(
    const std::filesystem::path& certificate, const std::filesystem::path& key
) {
    tls_context made = new_context();
    use_certificate(made.get(), certificate);
    use_key(made.get(), key, certificate);
    return made;
}

}  // namespace partner_center::http
