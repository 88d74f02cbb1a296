// Writes manual pages in mdoc(7) from the declared words.
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <string_view>

#include <fmt/format.h>

#include "cli/completion.hpp"
#include <partner_center/names.hpp>

namespace partner_center::cli {
namespace {

constexpr std::string_view date = "November 23, 2026";

/// What holds for the program as a whole.
constexpr std::string_view common = R"(.Sh ENVIRONMENT
.Bl -tag -width Ds
.It Ev PARTNERCTL_TENANT , PARTNERCTL_CLIENT_ID , PARTNERCTL_CLIENT_SECRET
The application that calls, when
.Fl Fl profile
names nobody.
.It Ev PARTNERCTL_TOKEN
A token to call with.
It goes before everything but
.Fl Fl profile .
.It Ev PARTNERCTL_URL
The address of the service, when
.Fl Fl url
and
.Fl Fl profile
say nothing.
.It Ev VISUAL , EDITOR
The editor of
.Cm edit .
.It Ev BROWSER
The browser of
.Cm login Fl Fl browser .
.It Ev NO_COLOR
Set to anything: no colours.
.It Ev SSL_CERT_FILE
PEM file of the authorities to trust.
.El
.Sh FILES
.Bl -tag -width Ds
.It Pa ~/.config/partnerctl/profiles
The sign-in profiles, a file each, for their owner alone.
.It Pa ~/.local/state/partnerctl/tokens
Their tokens.
.It Pa ~/.local/state/partnerctl/drafts
What was typed in
.Cm edit
and could not be stored.
.El
.Sh EXIT STATUS
.Bl -tag -width Ds -compact
.It 0
done
.It 1
any other error
.It 2
the words are wrong
.It 3
not found
.It 4
not signed in, or refused
.It 5
somebody else was faster, or it exists already
.It 6
throttled, also after retries
.It 7
the input is not valid
.It 130
interrupted
.El
)";

/// A text in which nothing is taken for a request of mdoc.
[[nodiscard]] std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == '\\')
            out += "\\e";
        else if (c == '-')
            out += "\\-";
        else
            out += c;
    }
    const bool is_request = out.starts_with('.') || out.starts_with('\'');
    return is_request ? "\\&" + out : out;
}

/// Each line of a text, as lines of the page.
[[nodiscard]] std::string paragraph(std::string_view text) {
    std::string out;
    while (!text.empty()) {
        const std::string_view line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(text.size(), line.size() + 1));
        out += escaped(line.substr(std::min(line.find_first_not_of(' '), line.size()))) + '\n';
    }
    return out;
}

/// The command as it is typed, from the program on.
[[nodiscard]] std::string command_of(const CLI::App& app) {
    const CLI::App* const parent = app.get_parent();
    return parent == nullptr ? app.get_name() : command_of(*parent) + ' ' + app.get_name();
}

[[nodiscard]] std::vector<const CLI::App*> shown_commands(const CLI::App& app) {
    std::vector<const CLI::App*> all = app.get_subcommands({});
    std::erase_if(all, [](const CLI::App* each) { return each->get_group().empty(); });
    return all;
}

[[nodiscard]] std::string item_of(const CLI::Option& option) {
    const std::string value = value_name_of(option);
    if (option.get_positional()) return ".It Ar " + escaped(value) + '\n';
    std::string line = ".It";
    for (const std::string& name : option.get_snames()) line += " Fl " + name + " ,";
    line += " Fl Fl " + escaped(option.get_lnames().front());
    const bool has_value = option.get_items_expected_max() > 0;
    if (has_value) line += " Ar " + escaped(value);
    return line + '\n';
}

[[nodiscard]] std::string options_of(const CLI::App& app) {
    std::string items;
    for (const CLI::Option* each : app.get_options()) {
        if (each->get_name() == "--help") continue;
        items += item_of(*each) + paragraph(each->get_description());
    }
    return items.empty() ? "" : ".Bl -tag -width Ds\n" + items + ".El\n";
}

[[nodiscard]] std::string synopsis_of(const CLI::App& app) {
    std::string line = ".Nm " + command_of(app) + '\n';
    for (const CLI::Option* each : app.get_options()) {
        if (each->get_positional()) line += ".Ar " + escaped(value_name_of(*each)) + '\n';
    }
    return line + ".Op Ar options\n";
}

/// A verb and everything below it.
[[nodiscard]] std::string section_of(const CLI::App& app) {
    const auto below = shown_commands(app);
    std::string out;
    if (below.empty()) {
        out += ".Ss " + command_of(app) + '\n' + paragraph(app.get_description() + '.');
        out += options_of(app) + paragraph(app.get_footer());
    }
    for (const CLI::App* each : below) out += section_of(*each);
    return out;
}

[[nodiscard]] std::string title_of(const std::string& name, const std::string& about) {
    std::string upper = name;
    std::ranges::transform(upper, upper.begin(), partner_center::detail::to_upper);
    return fmt::format(
        ".\\\" SPDX-License-Identifier: MIT\n.Dd {}\n.Dt {} 1\n.Os\n.Sh NAME\n.Nm {}\n.Nd {}\n",
        date,
        upper,
        name,
        about
    );
}

[[nodiscard]] std::string program_page(const CLI::App& app) {
    std::string out = title_of("partnerctl", "Partner Center from the command line");
    out += ".Sh SYNOPSIS\n.Nm\n.Op Ar options\n.Ar command\n.Op Ar arguments\n";
    out +=
        ".Sh DESCRIPTION\n"
        "Reads and changes what a partner has in Partner Center, at Microsoft's service or at a\n"
        "partnerd of one's own.\n"
        "Data goes to standard output and everything else to standard error.\n"
        ".Pp\nThese options go with every command, before or after it:\n";
    out +=
        options_of(app) + ".Pp\nThe commands, each with a page of its own:\n.Bl -tag -width Ds\n";
    for (const CLI::App* each : shown_commands(app)) {
        out += ".It Xr partnerctl-" + each->get_name() + " 1\n" +
               paragraph(each->get_description() + '.');
    }
    return out + ".El\n" + std::string{common};
}

[[nodiscard]] std::string command_page(const CLI::App& app) {
    std::string out = title_of("partnerctl-" + app.get_name(), app.get_description());
    out += ".Sh SYNOPSIS\n";
    const auto add_synopsis = [&out](const auto& self, const CLI::App& at) -> void {
        const auto below = shown_commands(at);
        if (below.empty()) out += synopsis_of(at);
        for (const CLI::App* each : below) self(self, *each);
    };
    add_synopsis(add_synopsis, app);
    out += ".Sh DESCRIPTION\n" + section_of(app);
    return out + ".Sh SEE ALSO\n.Xr partnerctl 1\n";
}

}  // namespace

std::string manual_of(const CLI::App& app) {
    return app.get_parent() == nullptr ? program_page(app) : command_page(app);
}

}  // namespace partner_center::cli
