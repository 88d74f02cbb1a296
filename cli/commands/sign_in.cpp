// partnerctl login, whoami, logout: profiles and their tokens. Calls the SDK's credentials.
// SPDX-License-Identifier: MIT
#include <array>
#include <filesystem>
#include <utility>

#include <boost/describe/enum_to_string.hpp>
#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <unistd.h>

#include "cli/failure.hpp"
#include "cli/private_file.hpp"
#include "cli/terminal.hpp"
#include "cli/text.hpp"
#include "cli/token_claims.hpp"
#include "cli/words.hpp"
#include <partner_center/user_credentials.hpp>

namespace partner_center::cli {

/// What `whoami` finds.
struct caller {
    std::string profile{};  ///< empty: the environment's
    std::string url{};
    std::string cloud{};
    std::string method{};
    std::optional<std::string> tenant{};
    std::optional<std::string> client_id{};
    std::optional<std::string> user{};
    std::optional<std::string> token_expires{};
};
BOOST_DESCRIBE_STRUCT(
    caller, (), (profile, url, cloud, method, tenant, client_id, user, token_expires)
)

/// What `whoami --all` lists.
struct listed_profile {
    std::string name{};
    std::string method{};
    std::string cloud{};
    std::string tenant{};
    std::string client_id{};
};
BOOST_DESCRIBE_STRUCT(listed_profile, (), (name, method, cloud, tenant, client_id))

namespace {

struct login_words {
    std::string tenant{};
    std::string client_id{};
    std::string authority{};
    std::string certificate{};
    bool is_secret_on_stdin{};
    bool uses_browser{};
};

[[nodiscard]] std::string or_variable(const std::string& given, const char* name) {
    return given.empty() ? variable(name) : given;
}

[[nodiscard]] std::string method_of(const profile& who) {
    return boost::describe::enum_to_string(who.method, "");
}

/// The profile that the words describe, with a secret from stdin when they say so.
[[nodiscard]] profile described(const login_words& words, const global_options& options) {
    profile who{
        .url = or_variable(options.url, "PARTNERCTL_URL"),
        .authority = words.authority,
        .tenant = or_variable(words.tenant, "PARTNERCTL_TENANT"),
        .client_id = or_variable(words.client_id, "PARTNERCTL_CLIENT_ID"),
        .method = words.uses_browser ? sign_in_method::browser : sign_in_method::device_code,
    };
    if (!options.cloud.empty()) who.cloud = options.cloud;
    if (who.tenant.empty() || who.client_id.empty()) {
        throw failure{
            exit_status::usage,
            "--tenant and --client-id say which registered application people sign in to"};
    }
    if (words.is_secret_on_stdin) {
        who.method = sign_in_method::secret;
        who.client_secret = read_secret("client secret");
    } else if (!words.certificate.empty()) {
        who.method = sign_in_method::certificate;
        who.certificate = std::filesystem::absolute(words.certificate);
    }
    return who;
}

void show(const device_code_prompt& prompt) {
    say(prompt.message.empty()
            ? fmt::format("Open {} and enter {}", prompt.verification_uri, prompt.user_code)
            : printable_lines(prompt.message));
}

/// Starts the program that BROWSER names, or the desktop's, which returns at once. Whoever has none
/// opens the address elsewhere.
void open_browser(const std::string& url) {
    say("Sign in with your browser: " + url);
    const std::string set = variable("BROWSER");
    const std::string name = set.empty() ? "xdg-open" : set;
    std::array<char*, 3> words{
        const_cast<char*>(name.c_str()), const_cast<char*>(url.c_str()), nullptr};
    posix_spawn_file_actions_t quiet{};
    ::posix_spawn_file_actions_init(&quiet);
    ::posix_spawn_file_actions_addopen(&quiet, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    pid_t id{};
    static_cast<void>(::posix_spawnp(&id, words[0], &quiet, nullptr, words.data(), environ));
    ::posix_spawn_file_actions_destroy(&quiet);
}

/// What signs the profile in anew and keeps its tokens in the file. Only here people are asked.
[[nodiscard]] std::shared_ptr<const credential> signing_in(
    const profile& who, session& here, const std::filesystem::path& file
) {
    authority_options authority = authority_with(here.network(), file);
    const application registered{.tenant = who.tenant, .client_id = who.client_id};
    const cloud where = cloud_of(who);
    const std::stop_token stop = here.interrupt().token();
    switch (who.method) {
        case sign_in_method::device_code:
            return make_device_code_credential(
                where, registered, {.authority = authority, .show = show, .stop = stop}
            );
        case sign_in_method::browser:
            return make_authorization_code_credential(
                where, registered, {.authority = authority, .open = open_browser, .stop = stop}
            );
        default:
            return credential_of(who, authority);
    }
}

[[nodiscard]] std::string name_of(const token_claims& claims) {
    return claims.upn.empty() ? "application " + claims.appid : claims.upn;
}

/// A sign-in that fails leaves what was there before.
void login(session& here, const login_words& words) {
    const std::string& given = here.options.profile;
    const std::string name = given.empty() ? std::string{default_profile} : given;
    const profile who = described(words, here.options);
    const auto kept = token_file(name);
    const auto fresh = std::filesystem::path{kept.string() + ".new"};
    std::error_code ignored;
    std::filesystem::remove(fresh, ignored);
    const auto token = signing_in(who, here, fresh)->bearer_token();
    if (!token) std::filesystem::remove(fresh, ignored);
    const token_claims claims = claims_of(token.value());
    write_profile(name, who);
    std::error_code failed;
    std::filesystem::rename(fresh, kept, failed);
    if (failed && is_of_a_person(who.method)) {
        throw failure{
            exit_status::error,
            fmt::format("the sign-in cannot be kept in {}: {}", kept.string(), failed.message())};
    }
    say(fmt::format("Signed in to profile {} as {}", name, printable(name_of(claims))));
}

void add_login(CLI::App& app, session& here) {
    CLI::App& verb = *app.add_subcommand("login", "sign in, and keep it as a profile");
    verb.footer(
        "People sign in with a code, on any device, or with --browser on this one.\n"
        "An application signs in with --client-secret-stdin or --certificate."
    );
    const auto words = std::make_shared<login_words>();
    verb.add_option("--tenant", words->tenant, "the partner's tenant: its id or domain")
        ->type_name("TENANT");
    verb.add_option("--client-id", words->client_id, "the registered application")
        ->type_name("GUID");
    verb.add_option("--authority", words->authority, "address of the token authority, if elsewhere")
        ->type_name("URL");
    auto* const secret = verb.add_flag(
        "--client-secret-stdin", words->is_secret_on_stdin, "its secret is the first line of stdin"
    );
    auto* const certificate =
        verb.add_option("--certificate", words->certificate, "PEM file: its certificate and key");
    auto* const browser =
        verb.add_flag("--browser", words->uses_browser, "sign in with this machine's browser");
    certificate->type_name("FILE")->excludes(secret);
    browser->excludes(secret)->excludes(certificate);
    verb.callback([&here, words] { login(here, *words); });
}

void list_profiles(session& here) {
    std::vector<listed_profile> all;
    for (const std::string& name : profile_names()) {
        const auto who = read_profile(name);
        if (who) all.push_back({name, method_of(*who), who->cloud, who->tenant, who->client_id});
    }
    here.out().show_list({"name", "method", "cloud", "tenant", "clientId"}, all);
}

void add_whoami(CLI::App& app, session& here) {
    CLI::App& verb = *app.add_subcommand("whoami", "show who is signed in, and to what");
    const auto all = add_flag(verb, "--all", "list the profiles instead");
    verb.callback([&here, all] {
        if (*all) return list_profiles(here);
        const identity found = here.who();
        const std::string token = token_of(found, here.network()).value();
        const token_claims claims = claims_of(token);
        const auto or_none = [](std::string text) {
            return text.empty() ? std::nullopt : std::optional{std::move(text)};
        };
        here.out().show(caller{
            .profile = found.name,
            .url = std::string{cloud_of(found.who).api_base},
            .cloud = found.who.cloud,
            .method = found.token.empty() ? method_of(found.who) : "token",
            .tenant = or_none(claims.tid),
            .client_id = or_none(claims.appid),
            .user = or_none(claims.upn),
            .token_expires = claims.exp == 0 ? std::nullopt : std::optional{rfc3339(claims.exp)},
        });
    });
}

void add_logout(CLI::App& app, session& here) {
    CLI::App& verb = *app.add_subcommand("logout", "forget a profile, its secret and its tokens");
    verb.callback([&here] {
        const std::string& given = here.options.profile;
        const std::string name = given.empty() ? std::string{default_profile} : given;
        if (remove_profile(name)) return say("Forgot profile " + name);
        throw failure{
            exit_status::not_found,
            fmt::format("there is no profile {}; those there are: partnerctl whoami --all", name)};
    });
}

}  // namespace

void add_sign_in(CLI::App& app, session& here) {
    add_login(app, here);
    add_whoami(app, here);
    add_logout(app, here);
}

}  // namespace partner_center::cli
