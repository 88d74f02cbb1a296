// The tables of the directory's words and of their options. Calls the files of each noun.
// SPDX-License-Identifier: MIT
#include "server/directory_commands.hpp"

#include <algorithm>
#include <array>

#include "server/directory_desk.hpp"

namespace partner_center {
namespace {

// A table is read as a table: a row each.
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
// clang-format on

[[nodiscard]] std::vector<directory_word> all_words() {
    std::vector<directory_word> all;
    for (const auto& of_noun :
         {partner_words(), application_words(), user_words(), customer_words()}) {
        all.insert(all.end(), of_noun.begin(), of_noun.end());
    }
    return all;
}

}  // namespace

std::span<const directory_word> directory_words() {
    static const std::vector<directory_word> all = all_words();
    return all;
}

std::span<const directory_option> directory_options() {
    return options;
}

std::string run_directory_command(
    const directory_request& request, const secret_source& read_secret
) {
    const auto word = std::ranges::find_if(directory_words(), [&](const directory_word& each) {
        return each.noun == request.noun && each.verb == request.verb;
    });
    directory_desk desk{request, read_secret};
    return word->follow(desk, request);
}

}  // namespace partner_center
