// The real partnerctl in a home of its own, against a real partnerd with the demo data. Calls
// partnerd.hpp.
// SPDX-License-Identifier: MIT
#pragma once

#include <map>
#include <string>
#include <vector>

#include <boost/describe/class.hpp>

#include "tests/support/partnerd.hpp"
#include "tests/support/program.hpp"
#include "tests/support/temporary_directory.hpp"
#include <partner_center/json.hpp>

namespace partner_center::testing {

/// The parts of demo.json that tests of clients need.
struct demo_application {
    std::string client_id{};
    std::string client_secret{};
};
BOOST_DESCRIBE_STRUCT(demo_application, (), (client_id, client_secret))

struct demo_user {
    std::string user_principal_name{};
    std::string password{};
    std::string totp_secret{};
};
BOOST_DESCRIBE_STRUCT(demo_user, (), (user_principal_name, password, totp_secret))

struct demo_partner {
    std::string tenant_id{};
    std::string cloud{};
    std::vector<demo_application> applications{};
    std::vector<demo_user> users{};
    std::vector<std::string> customers{};
};
BOOST_DESCRIBE_STRUCT(demo_partner, (), (tenant_id, cloud, applications, users, customers))

struct demo_world {
    std::string url{};
    std::vector<demo_partner> partners{};
};
BOOST_DESCRIBE_STRUCT(demo_world, (), (url, partners))

[[nodiscard]] inline demo_world read_demo_world(const partnerd& server) {
    return from_json<demo_world>(read_file(server.data() / "demo.json"), json_reading::response)
        .value();
}

/// What a run of partnerctl left.
struct finished {
    int status{};
    std::string output{};
    std::string errors{};
};

/// A home directory and an environment, in which nothing of whoever runs the tests is to be seen.
/// PARTNERCTL_PROGRAM names the program.
class partnerctl_home {
public:
    std::map<std::string, std::string> environment{};
    std::string input{};  ///< what the program finds on stdin

    partnerctl_home() {
        environment["PATH"] = "/usr/bin:/bin";
        environment["HOME"] = directory_.path();
    }

    [[nodiscard]] const std::filesystem::path& directory() const { return directory_.path(); }

    /// Says who calls by the environment: the partner's first application.
    void call_as(const demo_world& world, const demo_partner& partner) {
        environment["PARTNERCTL_URL"] = world.url;
        environment["PARTNERCTL_TENANT"] = partner.tenant_id;
        environment["PARTNERCTL_CLIENT_ID"] = partner.applications.front().client_id;
        environment["PARTNERCTL_CLIENT_SECRET"] = partner.applications.front().client_secret;
    }

    [[nodiscard]] finished run(const std::vector<std::string>& words) const {
        const temporary_directory scratch;
        program started{command(words), scratch.path()};
        const int status = started.wait();
        return {status, started.output(), started.errors()};
    }

    /// The words that start it, with its environment and its stdin.
    [[nodiscard]] std::vector<std::string> command(const std::vector<std::string>& words) const {
        const std::filesystem::path stdin_file = directory_ / "stdin";
        std::ofstream{stdin_file} << input;
        std::vector<std::string> all{"/usr/bin/env", "-i"};
        for (const auto& [name, value] : environment) all.push_back(name + "=" + value);
        all.insert(all.end(), {"/bin/sh", "-c", "exec \"$@\" <\"$0\"", stdin_file.string()});
        all.push_back(PARTNERCTL_PROGRAM);
        all.insert(all.end(), words.begin(), words.end());
        return all;
    }

private:
    temporary_directory directory_{};
};

}  // namespace partner_center::testing
