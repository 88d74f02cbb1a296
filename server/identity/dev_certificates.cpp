// The development authority and its one certificate on OpenSSL's X.509 interface; the files are
// private_file.cpp's business.
// SPDX-License-Identifier: MIT
#include "server/identity/dev_certificates.hpp"

#include <ctime>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>

#include "server/identity/openssl_objects.hpp"
#include "server/identity/private_file.hpp"
#include <partner_center/clouds.hpp>

namespace partner_center {
namespace {

using namespace std::chrono_literals;
using time_point = std::chrono::system_clock::time_point;

constexpr auto day = 24h;
constexpr auto authority_lifetime = 3650 * day;
constexpr auto certificate_lifetime = 397 * day;  // browsers refuse more than 398
constexpr auto renewed_before_end = 30 * day;
constexpr auto clock_difference = 1h;  // of a client whose clock is behind ours
constexpr int serial_bits = 127;

using extension_pointer = std::unique_ptr<X509_EXTENSION, releaser<X509_EXTENSION_free>>;

/// What a certificate says besides its key, its times and its number.
struct description {
    std::string name{};
    std::chrono::system_clock::duration lifetime{};
    std::vector<std::pair<int, std::string>> extensions{};  ///< in OpenSSL's configuration syntax
};

/// Who signs: for the authority itself `certificate` is null.
struct issuer {
    X509* certificate{};
    EVP_PKEY* key{};
};

void require(bool done, const char* what) {
    if (done) return;
    ERR_clear_error();
    throw file_error{std::string{"OpenSSL cannot "} + what};
}

// The names

[[nodiscard]] std::set<std::string> host_names() {
    std::set<std::string> names{"localhost"};
    for (const cloud* each : clouds::all) {
        names.emplace(each->api_base.substr(each->api_base.find("//") + 2));
        names.insert(each->authority_hosts.begin(), each->authority_hosts.end());
    }
    return names;
}

[[nodiscard]] description authority_description() {
    std::string constraints = "critical";
    for (const std::string& name : host_names()) constraints += ",permitted;DNS:" + name;
    constraints += ",permitted;IP:127.0.0.0/255.0.0.0";
    constraints += ",permitted;IP:::1/ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff";
    return {
        .name = "partnerd development authority",
        .lifetime = authority_lifetime,
        .extensions = {
            {NID_basic_constraints, "critical,CA:TRUE,pathlen:0"},
            {NID_key_usage, "critical,keyCertSign,cRLSign"},
            {NID_ext_key_usage, "serverAuth"},
            {NID_name_constraints, constraints},
            {NID_subject_key_identifier, "hash"},
        }};
}

[[nodiscard]] description server_description() {
    std::string names = "IP:127.0.0.1,IP:::1";
    for (const std::string& name : host_names()) names += ",DNS:" + name;
    return {
        .name = "partnerd development server",
        .lifetime = certificate_lifetime,
        .extensions = {
            {NID_basic_constraints, "critical,CA:FALSE"},
            {NID_key_usage, "critical,digitalSignature"},
            {NID_ext_key_usage, "serverAuth"},
            {NID_subject_alt_name, names},
            {NID_subject_key_identifier, "hash"},
            {NID_authority_key_identifier, "keyid:always"},
        }};
}

// Keys

[[nodiscard]] std::string new_key_pem() {
    const key_pointer key{EVP_EC_gen("P-256")};
    require(key != nullptr, "make a P-256 key");
    std::string pem = private_pem(*key);
    require(!pem.empty(), "write a P-256 key");
    return pem;
}

/// Of two processes that start at once, the first one's key counts.
[[nodiscard]] key_pointer keep_key(const std::filesystem::path& file) {
    if (!read_private_file(file)) publish_private_file(file, new_key_pem());
    const std::string pem = read_private_file(file).value_or("");
    const bio_pointer in{BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()))};
    require(in != nullptr, "allocate memory");
    key_pointer key{PEM_read_bio_PrivateKey(in.get(), nullptr, no_passphrase, nullptr)};
    ERR_clear_error();
    if (key && EVP_PKEY_is_a(key.get(), "EC") == 1) return key;
    throw file_error{
        file.string() + " is not a P-256 private key in PEM; move it away to have a new one made"};
}

// Certificates

void set_times(X509* made, const description& what, const issuer& by, time_point now) {
    const time_point begin = now - clock_difference;
    const std::time_t end = std::chrono::system_clock::to_time_t(begin + what.lifetime);
    ASN1_TIME_set(X509_getm_notBefore(made), std::chrono::system_clock::to_time_t(begin));
    ASN1_TIME_set(X509_getm_notAfter(made), end);
    if (by.certificate == nullptr) return;
    const ASN1_TIME* const last = X509_get0_notAfter(by.certificate);
    if (ASN1_TIME_compare(last, X509_get0_notAfter(made)) < 0) X509_set1_notAfter(made, last);
}

void set_number(X509* made) {
    const number_pointer number{BN_new()};
    const bool drawn =
        number && BN_rand(number.get(), serial_bits, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ANY) == 1;
    require(drawn, "draw a random number");
    BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(made));
}

void set_names(X509* made, const std::string& name, const issuer& by) {
    const auto* const text = reinterpret_cast<const unsigned char*>(name.c_str());
    X509_NAME* const subject = X509_get_subject_name(made);
    X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, text, -1, -1, 0);
    X509* const signer = by.certificate == nullptr ? made : by.certificate;
    X509_set_issuer_name(made, X509_get_subject_name(signer));
}

void add_extensions(X509* made, const description& what, const issuer& by) {
    X509* const signer = by.certificate == nullptr ? made : by.certificate;
    X509V3_CTX context{};
    X509V3_set_ctx(&context, signer, made, nullptr, nullptr, 0);
    for (const auto& [kind, value] : what.extensions) {
        const extension_pointer each{X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str())};
        require(each && X509_add_ext(made, each.get(), -1) == 1, "add a certificate's extension");
    }
}

[[nodiscard]] x509_pointer make_certificate(
    const description& what, EVP_PKEY* key, const issuer& by, time_point now
) {
    x509_pointer made{X509_new()};
    const bool begun = made && X509_set_version(made.get(), X509_VERSION_3) == 1 &&
                       X509_set_pubkey(made.get(), key) == 1;
    require(begun, "make a certificate");
    set_times(made.get(), what, by, now);
    set_number(made.get());
    set_names(made.get(), what.name, by);
    add_extensions(made.get(), what, by);
    require(X509_sign(made.get(), by.key, EVP_sha256()) > 0, "sign a certificate");
    return made;
}

/// Null when there is none that can be read.
[[nodiscard]] x509_pointer read_certificate(const std::filesystem::path& file) {
    const bio_pointer in{BIO_new_file(file.c_str(), "r")};
    x509_pointer read{in ? PEM_read_bio_X509(in.get(), nullptr, no_passphrase, nullptr) : nullptr};
    ERR_clear_error();
    return read;
}

[[nodiscard]] bool say_the_same(const X509& left, const X509& right) {
    const int count = X509_get_ext_count(&left);
    bool same = count == X509_get_ext_count(&right) &&
                X509_NAME_cmp(X509_get_subject_name(&left), X509_get_subject_name(&right)) == 0 &&
                X509_NAME_cmp(X509_get_issuer_name(&left), X509_get_issuer_name(&right)) == 0;
    for (int at = 0; same && at < count; ++at) {
        X509_EXTENSION* const one = X509_get_ext(&left, at);
        X509_EXTENSION* const other = X509_get_ext(&right, at);
        same = OBJ_cmp(X509_EXTENSION_get_object(one), X509_EXTENSION_get_object(other)) == 0 &&
               X509_EXTENSION_get_critical(one) == X509_EXTENSION_get_critical(other) &&
               ASN1_STRING_cmp(X509_EXTENSION_get_data(one), X509_EXTENSION_get_data(other)) == 0;
    }
    return same;
}

[[nodiscard]] bool is_in_time(const X509& old, time_point now) {
    std::time_t first = std::chrono::system_clock::to_time_t(now);
    std::time_t last = std::chrono::system_clock::to_time_t(now + renewed_before_end);
    return X509_cmp_time(X509_get0_notBefore(&old), &first) < 0 &&
           X509_cmp_time(X509_get0_notAfter(&old), &last) > 0;
}

/// The certificate in the file, or a new one in its place when that one will not do.
[[nodiscard]] x509_pointer keep_certificate(
    const std::filesystem::path& file,
    const description& what,
    EVP_PKEY* key,
    const issuer& by,
    time_point now
) {
    x509_pointer fresh = make_certificate(what, key, by, now);
    x509_pointer old = read_certificate(file);
    const bool will_do = old && say_the_same(*old, *fresh) && is_in_time(*old, now) &&
                         X509_check_private_key(old.get(), key) == 1 &&
                         X509_verify(old.get(), by.key) == 1;
    ERR_clear_error();
    if (will_do) return old;
    const bio_pointer out{BIO_new(BIO_s_mem())};
    require(out && PEM_write_bio_X509(out.get(), fresh.get()) == 1, "write a certificate");
    replace_private_file(file, text_of(*out));
    return fresh;
}

}  // namespace

dev_certificates keep_dev_certificates(const std::filesystem::path& directory, time_point now) {
    dev_certificates files{directory / "ca.pem", directory / "cert.pem", directory / "key.pem"};
    const key_pointer authority_key = keep_key(directory / "ca-key.pem");
    const key_pointer key = keep_key(files.key);
    const x509_pointer authority = keep_certificate(
        files.authority,
        authority_description(),
        authority_key.get(),
        {nullptr, authority_key.get()},
        now
    );
    const issuer by{authority.get(), authority_key.get()};
    const x509_pointer certificate =
        keep_certificate(files.certificate, server_description(), key.get(), by, now);
    return files;
}

}  // namespace partner_center
