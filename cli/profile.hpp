// Sign-in profiles: who calls which service, kept between runs, a file each. Calls private_file.cpp
// and the contract's codec.
// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>

namespace partner_center::cli {

/// How a profile gets its tokens.
enum class sign_in_method { secret, certificate, device_code, browser };
BOOST_DESCRIBE_ENUM(sign_in_method, secret, certificate, device_code, browser)

/// Who calls which service. Empty addresses are the cloud's.
struct profile {
    std::string cloud{"global"};
    std::string url{};        ///< of the API
    std::string authority{};  ///< of the token authority; empty: as `url`
    std::string tenant{};
    std::string client_id{};
    sign_in_method method{};
    std::optional<std::string> client_secret{};
    std::optional<std::string> certificate{};  ///< a PEM file with the key in it

    friend bool operator==(const profile&, const profile&) = default;
};
BOOST_DESCRIBE_STRUCT(
    profile, (), (cloud, url, authority, tenant, client_id, method, client_secret, certificate)
)

/// True for sign-ins of people, whose tokens come from their last `login` alone.
[[nodiscard]] bool is_of_a_person(sign_in_method method);

/// The profile that is meant when nothing names one.
inline constexpr std::string_view default_profile = "default";

/// Where things are kept, by the XDG rules: profiles in $XDG_CONFIG_HOME/partnerctl/profiles,
/// tokens and drafts in $XDG_STATE_HOME/partnerctl.
[[nodiscard]] std::filesystem::path token_file(const std::string& name);
[[nodiscard]] std::filesystem::path drafts_directory();

/// The names of all profiles, sorted.
[[nodiscard]] std::vector<std::string> profile_names();

/// The profile of that name, if there is one. Throws `failure` when its file cannot be used.
[[nodiscard]] std::optional<profile> read_profile(const std::string& name);

/// Throws `failure` when the name is none (letters, digits, '-', '_' and '.') or the file cannot be
/// written.
void write_profile(const std::string& name, const profile& who);

/// Removes the profile and its tokens; false when there was none.
bool remove_profile(const std::string& name);

/// PARTNERCTL_TENANT, PARTNERCTL_CLIENT_ID and PARTNERCTL_CLIENT_SECRET as a profile; nothing when
/// the environment names no application.
[[nodiscard]] std::optional<profile> profile_from_environment();

/// An environment variable; empty when it is not set.
[[nodiscard]] std::string variable(const char* name);

}  // namespace partner_center::cli
