// A profile is a JSON file that only its owner reads, for it may hold a secret.
// SPDX-License-Identifier: MIT
#include "cli/profile.hpp"

#include <algorithm>
#include <cstdlib>

#include <fmt/format.h>

#include "cli/failure.hpp"
#include "cli/private_file.hpp"
#include <partner_center/credential.hpp>
#include <partner_center/json.hpp>

namespace partner_center::cli {
namespace {

namespace fs = std::filesystem;

[[nodiscard]] fs::path home_of(const char* xdg, std::string_view otherwise) {
    const std::string set = variable(xdg);
    if (set.starts_with('/')) return fs::path{set} / "partnerctl";
    const std::string home = variable("HOME");
    if (home.empty()) {
        throw failure{
            exit_status::usage, fmt::format("set HOME or {}: no directory is known", xdg)};
    }
    return fs::path{home} / otherwise / "partnerctl";
}

[[nodiscard]] fs::path profiles_directory() {
    return home_of("XDG_CONFIG_HOME", ".config") / "profiles";
}

[[nodiscard]] bool is_name(const std::string& name) {
    const auto is_allowed = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '-' || c == '_' || c == '.';
    };
    return !name.empty() && name.front() != '.' && name.size() <= 64 &&
           std::ranges::all_of(name, is_allowed);
}

[[nodiscard]] fs::path file_of(const std::string& name) {
    if (is_name(name)) return profiles_directory() / (name + ".json");
    throw failure{
        exit_status::usage,
        fmt::format("'{}' cannot name a profile: use letters, digits, '-', '_' and '.'", name)};
}

}  // namespace

bool is_of_a_person(sign_in_method method) {
    return method == sign_in_method::device_code || method == sign_in_method::browser;
}

fs::path token_file(const std::string& name) {
    return home_of("XDG_STATE_HOME", ".local/state") / "tokens" / (name + ".json");
}

fs::path drafts_directory() {
    return home_of("XDG_STATE_HOME", ".local/state") / "drafts";
}

std::vector<std::string> profile_names() {
    std::vector<std::string> names;
    std::error_code absent;
    for (const auto& each : fs::directory_iterator{profiles_directory(), absent}) {
        const std::string name = each.path().stem();
        if (each.path().extension() == ".json" && is_name(name)) names.push_back(name);
    }
    std::ranges::sort(names);
    return names;
}

std::optional<profile> read_profile(const std::string& name) {
    const fs::path file = file_of(name);
    const auto content = read_private_file(file);
    if (!content) return {};
    auto read = from_json<profile>(*content, json_reading::request);
    if (read) return *std::move(read);
    throw failure{
        exit_status::error,
        fmt::format(
            "{} cannot be used ({}); sign in anew: partnerctl login --profile {}",
            file.string(),
            read.error().description,
            name
        )};
}

void write_profile(const std::string& name, const profile& who) {
    write_private_file(file_of(name), to_json(who));
}

bool remove_profile(const std::string& name) {
    std::error_code ignored;
    fs::remove(token_file(name), ignored);
    return fs::remove(file_of(name), ignored);
}

std::optional<profile> profile_from_environment() {
    const application who = application_from_environment();
    if (who.client_id.empty()) return {};
    return profile{
        .tenant = who.tenant,
        .client_id = who.client_id,
        .client_secret = who.client_secret,
    };
}

std::string variable(const char* name) {
    const char* const text = std::getenv(name);
    return text == nullptr ? "" : text;
}

}  // namespace partner_center::cli
