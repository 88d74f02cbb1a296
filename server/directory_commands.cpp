// The table of the directory's words and what each does. Calls the store's directory.
// SPDX-License-Identifier: MIT
#include "server/directory_commands.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <fstream>
#include <iterator>
#include <utility>

#include <boost/describe/class.hpp>
#include <boost/url/parse.hpp>
#include <fmt/format.h>

#include "server/api/roles.hpp"
#include "server/config.hpp"
#include "server/config_checks.hpp"
#include "server/data_directory.hpp"
#include "server/identity/certificate.hpp"
#include "server/identity/private_file.hpp"
#include "server/identity/random.hpp"
#include "server/identity/secret_hasher.hpp"
#include "server/percent.hpp"
#include "store/block_on.hpp"
#include "store/sqlite.hpp"
#include "store/store.hpp"
#include <partner_center/http.hpp>
#include <partner_center/json.hpp>

namespace partner_center {

// What is printed. Source: docs/operations.md.

struct partner_entry {
    guid tenant_id{};
    std::string name{};
    std::string domain{};
    std::string cloud{};
    bool sandbox{};
    bool disabled{};
};
BOOST_DESCRIBE_STRUCT(partner_entry, (), (tenant_id, name, domain, cloud, sandbox, disabled))

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

struct user_entry {
    guid id{};
    guid tenant_id{};
    std::string user_principal_name{};
    std::vector<std::string> roles{};
    bool second_factor{};
    bool disabled{};
    std::optional<std::string> password{};  ///< these three: made just now
    std::optional<std::string> totp_secret{};
    std::optional<std::string> totp_uri{};
};
BOOST_DESCRIBE_STRUCT(
    user_entry,
    (),
    (id,
     tenant_id,
     user_principal_name,
     roles,
     second_factor,
     disabled,
     password,
     totp_secret,
     totp_uri)
)

struct delegated_access_entry {
    guid tenant_id{};
    guid customer_id{};
    bool delegated_access{};
};
BOOST_DESCRIBE_STRUCT(delegated_access_entry, (), (tenant_id, customer_id, delegated_access))

/// Where a word is carried out: the store, opened when it is first asked for, and who gives
/// secrets.
class directory_desk {
public:
    directory_desk(const directory_request& request, const secret_source& read_secret)
        : request_{request}, read_secret_{read_secret} {}

    [[nodiscard]] partner_center::store& store() {
        if (!store_) {
            make_data_directory(request_.data);
            store_.emplace(file_.emplace(sqlite_options{.file = request_.database}).connect());
        }
        return *store_;
    }
    [[nodiscard]] directory& tenants() { return store().tenants(); }
    [[nodiscard]] std::string ask(std::string_view prompt) const { return read_secret_(prompt); }

private:
    const directory_request& request_;
    const secret_source& read_secret_;
    std::optional<sqlite_file> file_{};
    std::optional<partner_center::store> store_{};
};

namespace {

constexpr std::size_t secret_characters_min = 12;
constexpr std::size_t text_bytes_max = 256;
constexpr std::size_t redirect_uri_bytes_max = 2'000;
constexpr std::size_t certificate_file_bytes_max = 64 * 1024;

// What is wrong with the request by itself: usage_error.

[[noreturn]] void misused(std::string_view flag, std::string_view text, std::string_view expected) {
    throw usage_error{fmt::format("{}: '{}' is not {}", flag, text, expected)};
}

[[nodiscard]] bool is_printable(std::string_view text) {
    return std::ranges::none_of(text, [](unsigned char c) { return c < 0x20 || c == 0x7F; });
}

[[nodiscard]] bool is_plain(std::string_view text) {
    return std::ranges::all_of(text, [](unsigned char c) { return c > 0x20 && c < 0x7F; });
}

/// Checked as JSON would check it: what is not UTF-8 could not be printed.
[[nodiscard]] bool is_utf8(std::string_view text) {
    partner_entry entry{.name = std::string{text}};
    return from_json<partner_entry>(to_json(entry), json_reading::strict).has_value();
}

[[nodiscard]] guid read_id(std::string_view flag, const std::string& text) {
    const auto id = parse_guid(text);
    if (!id || id->is_zero()) misused(flag, text, "a GUID");
    return *id;
}

[[nodiscard]] guid id_or_new(const directory_request& request) {
    return request.id.empty() ? random_guid() : read_id("--id", request.id);
}

[[nodiscard]] std::string checked_name(const std::string& name) {
    const bool good = !name.empty() && name.size() <= text_bytes_max && is_printable(name) &&
                      name.find_first_not_of(' ') != std::string::npos && is_utf8(name);
    if (!good) misused("--name", name, "a name of 1 to 256 bytes in UTF-8, on one line");
    return name;
}

[[nodiscard]] std::string lower_case(std::string text) {
    for (char& each : text) {
        if (each >= 'A' && each <= 'Z') each = static_cast<char>(each - 'A' + 'a');
    }
    return text;
}

/// Labels of letters, digits and hyphens with dots between them (RFC 1123), at least two.
[[nodiscard]] bool is_domain(std::string_view text) {
    if (text.size() > 253 || text.find('.') == std::string_view::npos) return false;
    for (;;) {
        const std::string_view label = text.substr(0, text.find('.'));
        const bool good = !label.empty() && label.size() <= 63 && label.front() != '-' &&
                          label.back() != '-' && std::ranges::all_of(label, [](char c) {
                              return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
                          });
        if (!good) return false;
        if (label.size() == text.size()) return true;
        text.remove_prefix(label.size() + 1);
    }
}

[[nodiscard]] std::string checked_domain(const std::string& text) {
    std::string domain = lower_case(text);
    if (!is_domain(domain)) misused("--domain", text, "a domain, like lumen.onmicrosoft.com");
    return domain;
}

[[nodiscard]] const cloud* checked_cloud(const std::string& name) {
    if (name.empty()) return &clouds::global;
    const cloud* const where = clouds::find(name);
    if (where == nullptr) misused("--cloud", name, "global, china or us_government");
    return where;
}

[[nodiscard]] std::string checked_principal_name(const std::string& name) {
    const auto at = name.find('@');
    const bool good = name.size() <= text_bytes_max && is_plain(name) && at != 0 &&
                      at != std::string::npos && is_domain(lower_case(name.substr(at + 1)));
    if (!good) misused("--name", name, "a principal name, like ann@lumen.example");
    return name;
}

/// As the contract spells it.
[[nodiscard]] std::string checked_role(const std::string& name) {
    const auto known = std::ranges::find_if(roles, [&](const role& each) {
        return equals_ignoring_case(each.name, name);
    });
    if (known != roles.end()) return std::string{known->name};
    std::string all;
    for (const role& each : roles) all += fmt::format("{}{}", all.empty() ? "" : ", ", each.name);
    misused("--role", name, "one of " + all);
}

[[nodiscard]] std::vector<std::string> checked_roles(const directory_request& request) {
    std::vector<std::string> checked;
    for (const std::string& each : request.roles) {
        std::string name = checked_role(each);
        if (std::ranges::find(checked, name) == checked.end()) checked.push_back(std::move(name));
    }
    return checked;
}

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

// What the directory says: directory_error.

void require(bool done, const std::string& otherwise) {
    if (!done) throw directory_error{otherwise};
}

[[nodiscard]] std::string checked_secret(std::string secret, std::string_view what) {
    const auto characters =
        std::ranges::count_if(secret, [](unsigned char c) { return (c & 0xC0U) != 0x80U; });
    const bool long_enough = static_cast<std::size_t>(characters) >= secret_characters_min;
    require(
        long_enough, fmt::format("a {} has {} characters at least", what, secret_characters_min)
    );
    require(
        secret.size() <= text_bytes_max,
        fmt::format("a {} has {} bytes at most", what, text_bytes_max)
    );
    require(
        is_printable(secret) && is_utf8(secret),
        fmt::format("a {} is one line of UTF-8 without control characters", what)
    );
    return secret;
}

/// A secret and whether it has to be shown because nobody else knows it.
struct chosen_secret {
    std::string text{};
    bool made{};

    [[nodiscard]] std::optional<std::string> to_show() const {
        return made ? std::optional{text} : std::nullopt;
    }
};

[[nodiscard]] chosen_secret choose_secret(
    directory_desk& desk, const directory_request& request, std::string_view what
) {
    if (!request.secret_from_stdin) return {make_secret(), true};
    return {checked_secret(desk.ask(what), what), false};
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

[[nodiscard]] partner_record partner_of(directory_desk& desk, const std::string& name) {
    const auto id = parse_guid(name);
    auto found =
        block_on(id ? desk.tenants().find_partner(*id) : desk.tenants().find_partner(name));
    if (!found) throw directory_error{fmt::format("there is no partner '{}'", name)};
    return *std::move(found);
}

/// For a list: of one partner, or of all when none is named.
[[nodiscard]] std::optional<guid> partner_id_of(
    directory_desk& desk, const directory_request& request
) {
    if (request.partner.empty()) return {};
    return partner_of(desk, request.partner).id;
}

/// Of the named partner, when one is.
template <class Record>
[[nodiscard]] Record owned(
    directory_desk& desk,
    const directory_request& request,
    std::optional<Record> found,
    const std::string& what
) {
    const auto partner = partner_id_of(desk, request);
    const bool is_theirs = found && (!partner || found->partner_id == *partner);
    if (!is_theirs) throw directory_error{"there is no " + what};
    return *std::move(found);
}

[[nodiscard]] application_record application_of(
    directory_desk& desk, const directory_request& request
) {
    auto found = block_on(desk.tenants().find_application(read_id("--id", request.id)));
    return owned(desk, request, std::move(found), fmt::format("application '{}'", request.id));
}

[[nodiscard]] user_record user_of(directory_desk& desk, const directory_request& request) {
    auto found = block_on(desk.tenants().find_user(request.name));
    return owned(desk, request, std::move(found), fmt::format("user '{}'", request.name));
}

void refuse_credentials_of_public(const application_record& application) {
    require(!application.is_public, "a public client has no credentials");
}

[[nodiscard]] partner_entry entry_of(const partner_record& partner) {
    return {
        .tenant_id = partner.id,
        .name = partner.name,
        .domain = partner.domain,
        .cloud = std::string{partner.where->name},
        .sandbox = partner.sandbox,
        .disabled = partner.disabled,
    };
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

[[nodiscard]] user_entry entry_of(const user_record& user) {
    return {
        .id = user.id,
        .tenant_id = user.partner_id,
        .user_principal_name = user.user_principal_name,
        .roles = user.roles,
        .second_factor = !user.totp_secret.empty(),
        .disabled = user.disabled,
    };
}

/// As it is in the store now.
[[nodiscard]] application_entry application_now(
    directory_desk& desk, const directory_request& request
) {
    return entry_of(desk, application_of(desk, request));
}
[[nodiscard]] user_entry user_now(directory_desk& desk, const directory_request& request) {
    return entry_of(user_of(desk, request));
}

/// Shows a second factor's secret, as authenticator apps read it.
void show_totp(user_entry& entry, const std::string& secret) {
    entry.totp_secret = secret;
    entry.totp_uri = fmt::format(
        "otpauth://totp/partnerd:{}?secret={}&issuer=partnerd&algorithm=SHA1&digits=6&period=30",
        percent_encoded(entry.user_principal_name),
        secret
    );
}

template <class Entry>
[[nodiscard]] std::string document(const Entry& entry) {
    return to_json(entry) + '\n';
}

template <class Records>
[[nodiscard]] std::string list_of(const Records& records, auto to_entry) {
    if (records.empty()) return "[]\n";
    std::string out = "[";
    for (const auto& each : records) {
        out += out.size() == 1 ? "\n" : ",\n";
        append_json(out, to_entry(each));
    }
    return out + "\n]\n";
}

// The words.

std::string add_partner(directory_desk& desk, const directory_request& request) {
    const partner_record partner{
        .id = id_or_new(request),
        .name = checked_name(request.name),
        .domain = checked_domain(request.domain),
        .where = checked_cloud(request.cloud),
        .sandbox = request.sandbox,
    };
    require(
        block_on(desk.tenants().add_partner(partner)),
        fmt::format(
            "there is a partner with the id {} or the domain {}",
            to_string(partner.id),
            partner.domain
        )
    );
    return document(entry_of(partner));
}

std::string list_partners(directory_desk& desk, const directory_request&) {
    return list_of(block_on(desk.tenants().list_partners()), [](const partner_record& each) {
        return entry_of(each);
    });
}

template <bool Disabled>
std::string set_partner_disabled(directory_desk& desk, const directory_request& request) {
    const guid id = partner_of(desk, request.partner).id;
    static_cast<void>(block_on(desk.tenants().set_disabled(directory_entry::partner, id, Disabled))
    );
    return document(entry_of(partner_of(desk, request.partner)));
}

std::string set_delegated_access(directory_desk& desk, const directory_request& request) {
    const bool granted = request.access == "on";
    if (!granted && request.access != "off") misused("ACCESS", request.access, "on or off");
    const guid customer = read_id("--customer", request.id);
    const guid partner = partner_of(desk, request.partner).id;
    require(
        block_on(desk.store().set_delegated_access(partner, customer, granted)),
        fmt::format("the partner has no customer '{}'", request.id)
    );
    return document(delegated_access_entry{partner, customer, granted});
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
    return document(entry);
}

std::string list_applications(directory_desk& desk, const directory_request& request) {
    const auto found = block_on(desk.tenants().list_applications(partner_id_of(desk, request)));
    return list_of(found, [&](const application_record& each) { return entry_of(desk, each); });
}

template <bool Disabled>
std::string set_application_disabled(directory_desk& desk, const directory_request& request) {
    const guid id = application_of(desk, request).id;
    static_cast<void>(
        block_on(desk.tenants().set_disabled(directory_entry::application, id, Disabled))
    );
    return document(application_now(desk, request));
}

std::string reset_secret(directory_desk& desk, const directory_request& request) {
    const application_record application = application_of(desk, request);
    refuse_credentials_of_public(application);
    const chosen_secret secret = choose_secret(desk, request, "secret");
    static_cast<void>(
        block_on(desk.tenants().set_secret_hash(application.id, hash_secret(secret.text)))
    );
    application_entry entry = application_now(desk, request);
    entry.client_secret = secret.to_show();
    return document(entry);
}

std::string add_certificates(directory_desk& desk, const directory_request& request) {
    std::vector<certificate_record> certificates = read_certificates(request);
    const application_record application = application_of(desk, request);
    refuse_credentials_of_public(application);
    require(
        block_on(desk.tenants().add_certificates(application.id, std::move(certificates))),
        "the application has this certificate already"
    );
    return document(application_now(desk, request));
}

std::string remove_certificate(directory_desk& desk, const directory_request& request) {
    const guid id = application_of(desk, request).id;
    require(
        block_on(desk.tenants().remove_certificate(id, request.thumbprint)),
        fmt::format("the application has no certificate '{}'", request.thumbprint)
    );
    return document(application_now(desk, request));
}

std::string set_redirect_uris(directory_desk& desk, const directory_request& request) {
    std::vector<std::string> uris = checked_redirect_uris(request);
    const guid id = application_of(desk, request).id;
    static_cast<void>(block_on(desk.tenants().set_redirect_uris(id, std::move(uris))));
    return document(application_now(desk, request));
}

std::string add_user(directory_desk& desk, const directory_request& request) {
    user_record user{
        .id = id_or_new(request),
        .user_principal_name = checked_principal_name(request.name),
        .totp_secret = request.totp ? make_totp_secret() : "",
        .roles = checked_roles(request),
    };
    const chosen_secret password = choose_secret(desk, request, "password");
    user.password_hash = hash_secret(password.text);
    user.partner_id = partner_of(desk, request.partner).id;
    require(
        block_on(desk.tenants().add_user(user)),
        fmt::format(
            "there is a user with the id {} or the name {}",
            to_string(user.id),
            user.user_principal_name
        )
    );
    user_entry entry = entry_of(user);
    entry.password = password.to_show();
    if (request.totp) show_totp(entry, user.totp_secret);
    return document(entry);
}

std::string list_users(directory_desk& desk, const directory_request& request) {
    const auto found = block_on(desk.tenants().list_users(partner_id_of(desk, request)));
    return list_of(found, [](const user_record& each) { return entry_of(each); });
}

template <bool Disabled>
std::string set_user_disabled(directory_desk& desk, const directory_request& request) {
    const guid id = user_of(desk, request).id;
    static_cast<void>(block_on(desk.tenants().set_disabled(directory_entry::user, id, Disabled)));
    return document(user_now(desk, request));
}

std::string set_roles(directory_desk& desk, const directory_request& request) {
    std::vector<std::string> names = checked_roles(request);
    const guid id = user_of(desk, request).id;
    static_cast<void>(block_on(desk.tenants().set_roles(id, std::move(names))));
    return document(user_now(desk, request));
}

std::string reset_password(directory_desk& desk, const directory_request& request) {
    const guid id = user_of(desk, request).id;
    const chosen_secret password = choose_secret(desk, request, "password");
    static_cast<void>(block_on(desk.tenants().set_password_hash(id, hash_secret(password.text))));
    user_entry entry = user_now(desk, request);
    entry.password = password.to_show();
    return document(entry);
}

std::string reset_totp(directory_desk& desk, const directory_request& request) {
    const guid id = user_of(desk, request).id;
    const std::string secret = request.off ? "" : make_totp_secret();
    static_cast<void>(block_on(desk.tenants().set_totp_secret(id, secret)));
    user_entry entry = user_now(desk, request);
    if (!request.off) show_totp(entry, secret);
    return document(entry);
}

// Tables are read as tables: a row each.
// clang-format off
using asked = directory_request;
const std::array options = std::to_array<directory_option>({
    {"--partner", "P", "tenant id or domain", &asked::partner},
    {"--id", "GUID", "a GUID; when something is added: default a new one", &asked::id},
    {"--customer", "GUID", "the customer's tenant id", &asked::id},
    {"--name", "NAME", "a name; of a user the principal name, like ann@lumen.example", &asked::name},
    {"--domain", "DOMAIN", "names the tenant as the id does", &asked::domain},
    {"--cloud", "CLOUD", "global (default), china or us_government", &asked::cloud},
    {"--sandbox", "", "an integration sandbox", &asked::sandbox},
    {"--redirect-uri", "URI", "where people may be sent back to; repeatable", &asked::redirect_uris},
    {"--public", "", "a public client, without credentials", &asked::is_public},
    {"--certificate", "FILE", "PEM; instead of a secret; repeatable", &asked::certificates},
    {"--thumbprint", "TEXT", "of the certificate, as `list` shows it", &asked::thumbprint},
    {"--secret-stdin", "", "read the secret from stdin instead of making one", &asked::secret_from_stdin},
    {"--password-stdin", "", "read the password from stdin instead of making one", &asked::secret_from_stdin},
    {"--role", "ROLE", "AdminAgents, GlobalAdmins, SalesAgents, BillingAdmins or HelpdeskAgents; repeatable", &asked::roles},
    {"--totp", "", "with a second factor, whose secret is made and shown", &asked::totp},
    {"--off", "", "none from now on", &asked::off},
    {"access", "on|off", "on or off", &asked::access},
});
const std::array words = std::to_array<directory_word>({
    {"partner", "add", "add a partner", "--name --domain", "--id --cloud --sandbox", add_partner},
    {"partner", "list", "print all partners", "", "", list_partners},
    {"partner", "disable", "refuse its applications and people", "--partner", "", set_partner_disabled<true>},
    {"partner", "enable", "take them again", "--partner", "", set_partner_disabled<false>},
    {"application", "add", "register an application", "--partner --name", "--id --redirect-uri --public --certificate --secret-stdin", add_application},
    {"application", "list", "print applications", "", "--partner", list_applications},
    {"application", "disable", "refuse it and its tokens", "--id", "--partner", set_application_disabled<true>},
    {"application", "enable", "take it again", "--id", "--partner", set_application_disabled<false>},
    {"application", "reset-secret", "give it another secret", "--id", "--partner --secret-stdin", reset_secret},
    {"application", "add-certificate", "let it prove itself with a certificate", "--id --certificate", "--partner", add_certificates},
    {"application", "remove-certificate", "take a certificate back", "--id --thumbprint", "--partner", remove_certificate},
    {"application", "set-redirect-uris", "replace its redirect URIs by those given", "--id", "--partner --redirect-uri", set_redirect_uris},
    {"user", "add", "add a person", "--partner --name", "--id --role --password-stdin --totp", add_user},
    {"user", "list", "print people", "", "--partner", list_users},
    {"user", "disable", "refuse this person", "--name", "--partner", set_user_disabled<true>},
    {"user", "enable", "take this person again", "--name", "--partner", set_user_disabled<false>},
    {"user", "set-roles", "replace the roles by those given", "--name", "--partner --role", set_roles},
    {"user", "reset-password", "give another password", "--name", "--partner --password-stdin", reset_password},
    {"user", "reset-totp", "give another second factor, or none", "--name", "--partner --off", reset_totp},
    {"customer", "set-delegated-access", "say whether the partner acts on the customer's behalf", "--partner --customer access", "", set_delegated_access},
});
// clang-format on

}  // namespace

std::span<const directory_word> directory_words() {
    return words;
}

std::span<const directory_option> directory_options() {
    return options;
}

std::string run_directory_command(
    const directory_request& request, const secret_source& read_secret
) {
    const auto word = std::ranges::find_if(words, [&](const directory_word& each) {
        return each.noun == request.noun && each.verb == request.verb;
    });
    directory_desk desk{request, read_secret};
    return word->follow(desk, request);
}

}  // namespace partner_center
