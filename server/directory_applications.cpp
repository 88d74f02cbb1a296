// The words `partnerd application`. Calls certificate.cpp and the secret hasher.
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>
#include <chrono>
#include <fstream>
#include <iterator>

#include <boost/describe/class.hpp>
#include <boost/url/parse.hpp>
#include <fmt/format.h>

#include "server/config.hpp"
#include "server/config_checks.hpp"
#include "server/directory_desk.hpp"
#include "server/identity/certificate.hpp"
#include "server/identity/private_file.hpp"
#include "server/identity/secret_hasher.hpp"
#include "store/block_on.hpp"

namespace partner_center {

/// What is printed. Source: docs/operations.md.
struct application_entry {
    guid client_id{};
    guid tenant_id{};
    std::string name{};
    bool is_public{};
    bool has_secret{};
    std::vector<std::string> redirect_uris{};
    std::vector<std::string> certificates{};  ///< their thumbprints
    bool disabled{};
    std::optional<std::string> client_secret{};  ///< that was made just now
};
BOOST_DESCRIBE_STRUCT(
    application_entry,
    (),
    (client_id,
     tenant_id,
     name,
     is_public,
     has_secret,
     redirect_uris,
     certificates,
     disabled,
     client_secret)
)

namespace {

constexpr std::size_t redirect_uri_bytes_max = 2'000;
constexpr std::size_t certificate_file_bytes_max = 64 * 1024;

/// Schemes that a browser answers itself: code that was sent there would not reach an application.
[[nodiscard]] bool is_browsers_own(std::string_view scheme) {
    constexpr std::array<std::string_view, 11> own{
        "about",
        "blob",
        "data",
        "file",
        "filesystem",
        "ftp",
        "javascript",
        "mailto",
        "vbscript",
        "ws",
        "wss"};
    return std::ranges::find(own, scheme) != own.end();
}

/// Boost.URL 1.81 takes the beginning of "127.0.0.1.example" for the whole host.
[[nodiscard]] std::string host_of(std::string_view absolute_uri) {
    const auto slashes = absolute_uri.find("://");
    if (slashes == std::string_view::npos) return {};
    absolute_uri.remove_prefix(slashes + 3);
    const std::string_view authority = absolute_uri.substr(0, absolute_uri.find_first_of("/?"));
    const bool is_ipv6 = authority.starts_with('[');
    return std::string{
        authority.substr(0, is_ipv6 ? authority.find(']') + 1 : authority.find(':'))};
}

/// Absolute; https, http on this machine, or an application's own scheme (RFC 8252); no fragment
/// (RFC 6749, section 3.1.2). Compared letter by letter later: no wildcards.
[[nodiscard]] bool is_redirect_uri(std::string_view text) {
    if (text.size() > redirect_uri_bytes_max || !is_plain(text)) return false;
    if (text.find('*') != std::string_view::npos) return false;
    const auto uri = boost::urls::parse_absolute_uri({text.data(), text.size()});
    if (!uri || uri->has_userinfo()) return false;
    const std::string scheme = lower_case(std::string{uri->scheme()});
    const std::string host = host_of(text);
    if (scheme == "https") return !host.empty();
    if (scheme == "http") return is_loopback(lower_case(host));
    return !is_browsers_own(scheme);
}

[[nodiscard]] std::vector<std::string> checked_redirect_uris(const directory_request& request) {
    for (const std::string& each : request.redirect_uris) {
        if (is_redirect_uri(each)) continue;
        misused(
            "--redirect-uri",
            each,
            "an absolute URI without fragment, user or '*': https, http on a loopback address, or "
            "an application's own scheme"
        );
    }
    return request.redirect_uris;
}

[[nodiscard]] std::string read_text(const std::string& file) {
    std::ifstream in{file, std::ios::binary};
    if (!in) throw file_error{"cannot read " + file};
    std::string text{std::istreambuf_iterator<char>{in}, {}};
    if (in.bad()) throw file_error{"cannot read " + file};
    require(text.size() <= certificate_file_bytes_max, file + " is too large for a certificate");
    return text;
}

[[nodiscard]] std::vector<certificate_record> read_certificates(const directory_request& request) {
    const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    std::vector<certificate_record> read;
    for (const std::string& file : request.certificates) {
        auto found = read_certificate(read_text(file), now);
        if (!found) throw directory_error{file + ": " + found.error().description};
        read.push_back(*std::move(found));
    }
    return read;
}

[[nodiscard]] application_record application_of(
    directory_desk& desk, const directory_request& request
) {
    auto found = block_on(desk.tenants().find_application(read_id("--id", request.id)));
    return owned(desk, request, std::move(found), fmt::format("application '{}'", request.id));
}

void refuse_credentials_of_public(const application_record& application) {
    require(!application.is_public, "a public client has no credentials");
}

[[nodiscard]] application_entry entry_of(
    directory_desk& desk, const application_record& application
) {
    return {
        .client_id = application.id,
        .tenant_id = application.partner_id,
        .name = application.name,
        .is_public = application.is_public,
        .has_secret = !application.secret_hash.empty(),
        .redirect_uris = application.redirect_uris,
        .certificates = block_on(desk.tenants().list_thumbprints(application.id)),
        .disabled = application.disabled,
    };
}

/// The application as it is in the store after a change to it.
template <class Change>
[[nodiscard]] application_entry changed(
    directory_desk& desk, const directory_request& request, Change change
) {
    change(application_of(desk, request));
    return entry_of(desk, application_of(desk, request));
}

std::string add_application(directory_desk& desk, const directory_request& request) {
    const bool wants_credentials = request.secret_from_stdin || !request.certificates.empty();
    if (request.is_public && wants_credentials) {
        throw usage_error{
            "--public: a public client has no credentials; leave out --secret-stdin and "
            "--certificate"};
    }
    application_record application{
        .id = id_or_new(request),
        .name = checked_name(request.name),
        .is_public = request.is_public,
        .redirect_uris = checked_redirect_uris(request),
    };
    std::vector<certificate_record> certificates = read_certificates(request);
    chosen_secret secret;
    if (request.secret_from_stdin || (!request.is_public && certificates.empty())) {
        secret = choose_secret(desk, request, "secret");
        application.secret_hash = hash_secret(secret.text);
    }
    application.partner_id = partner_of(desk, request.partner).id;
    require(
        block_on(desk.tenants().add_application(application, std::move(certificates))),
        fmt::format(
            "there is an application with the id {}, or a certificate comes twice",
            to_string(application.id)
        )
    );
    application_entry entry = entry_of(desk, application);
    entry.client_secret = secret.to_show();
    return printed(entry);
}

std::string list_applications(directory_desk& desk, const directory_request& request) {
    const auto found = block_on(desk.tenants().list_applications(partner_id_of(desk, request)));
    return list_of(found, [&](const application_record& each) { return entry_of(desk, each); });
}

template <bool Disabled>
std::string set_disabled(directory_desk& desk, const directory_request& request) {
    return printed(changed(desk, request, [&](const application_record& of) {
        (void)block_on(desk.tenants().set_disabled(directory_entry::application, of.id, Disabled));
    }));
}

std::string reset_secret(directory_desk& desk, const directory_request& request) {
    chosen_secret secret;
    application_entry entry = changed(desk, request, [&](const application_record& of) {
        refuse_credentials_of_public(of);
        secret = choose_secret(desk, request, "secret");
        (void)block_on(desk.tenants().set_secret_hash(of.id, hash_secret(secret.text)));
    });
    entry.client_secret = secret.to_show();
    return printed(entry);
}

std::string add_certificates(directory_desk& desk, const directory_request& request) {
    std::vector<certificate_record> certificates = read_certificates(request);
    return printed(changed(desk, request, [&](const application_record& of) {
        refuse_credentials_of_public(of);
        require(
            block_on(desk.tenants().add_certificates(of.id, std::move(certificates))),
            "the application has this certificate already"
        );
    }));
}

std::string remove_certificate(directory_desk& desk, const directory_request& request) {
    return printed(changed(desk, request, [&](const application_record& of) {
        require(
            block_on(desk.tenants().remove_certificate(of.id, request.thumbprint)),
            fmt::format("the application has no certificate '{}'", request.thumbprint)
        );
    }));
}

std::string set_redirect_uris(directory_desk& desk, const directory_request& request) {
    std::vector<std::string> uris = checked_redirect_uris(request);
    return printed(changed(desk, request, [&](const application_record& of) {
        (void)block_on(desk.tenants().set_redirect_uris(of.id, std::move(uris)));
    }));
}

// Tables are read as tables: a row each.
// clang-format off
const std::array words = std::to_array<directory_word>({
    {"application", "add", "register an application", "--partner --name", "--id --redirect-uri --public --certificate --secret-stdin", add_application},
    {"application", "list", "print applications", "", "--partner", list_applications},
    {"application", "disable", "refuse it and its tokens", "--id", "--partner", set_disabled<true>},
    {"application", "enable", "take it again", "--id", "--partner", set_disabled<false>},
    {"application", "reset-secret", "give it another secret", "--id", "--partner --secret-stdin", reset_secret},
    {"application", "add-certificate", "let it prove itself with a certificate", "--id --certificate", "--partner", add_certificates},
    {"application", "remove-certificate", "take a certificate back", "--id --thumbprint", "--partner", remove_certificate},
    {"application", "set-redirect-uris", "replace its redirect URIs by those given", "--id", "--partner --redirect-uri", set_redirect_uris},
});
// clang-format on

}  // namespace

std::span<const directory_word> application_words() {
    return words;
}

}  // namespace partner_center
