// Makes OpenSSL's context. Calls OpenSSL.
// SPDX-License-Identifier: MIT
#include "server/http/tls_context.hpp"

#include <array>
#include <cerrno>
#include <cstdio>
#include <ctime>
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
int choose_protocol(
    SSL*,  // the names are of one byte each, their lengths before them
    const unsigned char** chosen,
    unsigned char* chosen_bytes,
    const unsigned char* offered,
    unsigned offered_bytes,
    void*
) {
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

/// What the first of OpenSSL's errors was; forgets them all.
[[nodiscard]] std::string take_reason() {
    const char* const reason = ERR_reason_error_string(ERR_peek_error());
    ERR_clear_error();
    return reason == nullptr ? "no reason given" : reason;
}

void require(bool is_taken, const std::string& what) {
    if (!is_taken) throw tls_error{"OpenSSL does not take " + what + ": " + take_reason()};
}

[[nodiscard]] tls_context new_context() {
    tls_context made{SSL_CTX_new(TLS_server_method()), SSL_CTX_free};
    if (!made) throw std::bad_alloc{};
    SSL_CTX* const context = made.get();
    ERR_clear_error();
    const bool versions_set = SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) == 1;
    require(versions_set, "TLS 1.2 as the lowest version");
    // Of 1.2; 1.3 has no others.
    const bool suites_set = SSL_CTX_set_cipher_list(context, "ECDHE+AESGCM:ECDHE+CHACHA20") == 1;
    require(suites_set, "the cipher suites of TLS 1.2");
    SSL_CTX_set_options(
        context,
        SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE |
            SSL_OP_PRIORITIZE_CHACHA |
            // HTTP says itself where a message ends: a peer that only closes is an end as well.
            SSL_OP_IGNORE_UNEXPECTED_EOF |
            // A ticket's key would live as long as the process, and whoever steals it later could
            // read all resumed sessions of TLS 1.2. Clients keep connections: they rarely resume.
            SSL_OP_NO_TICKET
    );
    require(SSL_CTX_set_num_tickets(context, 0) == 1, "to send no tickets");  // those of TLS 1.3
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
    ERR_clear_error();
    if (SSL_CTX_use_certificate_chain_file(context, file.c_str()) == 1) return;
    const bool holds_none = ERR_GET_REASON(ERR_peek_error()) == PEM_R_NO_START_LINE;
    require(holds_none, file.string());
    ERR_clear_error();
    throw tls_error{file.string() + " holds no certificate (with its chain) in PEM"};
}

void refuse_if_expired(SSL_CTX* context, const std::filesystem::path& file) {
    const ASN1_TIME* const end = X509_get0_notAfter(SSL_CTX_get0_certificate(context));
    if (X509_cmp_current_time(end) > 0) return;
    std::tm time{};
    std::array<char, sizeof "YYYY-MM-DDThh:mm:ssZ"> text{};
    if (ASN1_TIME_to_tm(end, &time) != 1) {
        throw tls_error{"the certificate in " + file.string() + " does not say when it ends"};
    }
    std::strftime(text.data(), text.size(), "%FT%TZ", &time);
    throw tls_error{
        "the certificate in " + file.string() + " has expired: it was valid until " + text.data()};
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

void require_client_certificates(SSL_CTX* context, const std::filesystem::path& file) {
    static_cast<void>(open_file(file));
    ERR_clear_error();
    STACK_OF(X509_NAME)* const names = SSL_load_client_CA_file(file.c_str());
    const bool is_taken = names != nullptr && SSL_CTX_load_verify_file(context, file.c_str()) == 1;
    ERR_clear_error();
    SSL_CTX_set_client_CA_list(context, names);  // the context owns them from now on
    if (!is_taken) throw tls_error{file.string() + " holds no certificate of an authority in PEM"};
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
}

}  // namespace

tls_context load_tls_context(const tls_files& files) {
    tls_context made = new_context();
    use_certificate(made.get(), files.certificate);
    refuse_if_expired(made.get(), files.certificate);
    use_key(made.get(), files.key, files.certificate);
    if (!files.client_authorities.empty()) {
        require_client_certificates(made.get(), files.client_authorities);
    }
    return made;
}

}  // namespace partner_center::http
