// Drafts, the editor, and what is shown and asked between them. Calls private_file.cpp, yaml.cpp
// and terminal.cpp.
// SPDX-License-Identifier: MIT
#include "cli/edit.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <fstream>
#include <sys/wait.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>
#include <spawn.h>
#include <unistd.h>

#include "cli/private_file.hpp"
#include "cli/table.hpp"
#include "cli/terminal.hpp"
#include "cli/text.hpp"
#include "cli/yaml.hpp"

namespace partner_center::cli {
namespace {

namespace json = boost::json;

[[nodiscard]] std::filesystem::path unused_file(std::string name) {
    std::ranges::replace(name, ' ', '-');
    for (unsigned number = 1;; ++number) {
        const auto file = drafts_directory() / fmt::format("{}.{}.yaml", name, number);
        if (!std::filesystem::exists(file)) return file;
    }
}

[[nodiscard]] std::string editor_command() {
    for (const char* name : {"VISUAL", "EDITOR"}) {
        if (const std::string command = variable(name); !command.empty()) return command;
    }
    if (can_ask()) return "vi";
    throw failure{exit_status::usage, "there is no terminal for an editor: set EDITOR"};
}

/// Runs the command with the file as its last word; its exit status. Signals are as they were
/// before this program took Ctrl-C, which is the editor's meanwhile.
[[nodiscard]] int run_editor(const std::string& command, const std::string& file) {
    const std::string line = command + " \"$1\"";
    std::array<const char*, 6> words{"/bin/sh", "-c", line.c_str(), "sh", file.c_str(), nullptr};
    sigset_t none{};
    ::sigemptyset(&none);
    sigset_t defaults{};
    ::sigemptyset(&defaults);
    ::sigaddset(&defaults, SIGPIPE);
    posix_spawnattr_t attributes{};
    ::posix_spawnattr_init(&attributes);
    ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    ::posix_spawnattr_setsigmask(&attributes, &none);
    ::posix_spawnattr_setsigdefault(&attributes, &defaults);
    pid_t id{};
    const int failed = ::posix_spawn(
        &id, words[0], nullptr, &attributes, const_cast<char* const*>(words.data()), environ
    );
    ::posix_spawnattr_destroy(&attributes);
    if (failed != 0) return failed;
    int status{};
    while (::waitpid(id, &status, 0) < 0 && errno == EINTR) {
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

[[nodiscard]] std::string shown(const std::optional<std::string>& value) {
    return value ? printable(*value) : "(absent)";
}

}  // namespace

draft::draft(const std::string& from, const std::string& name)
    : file_{from.empty() ? unused_file(name) : std::filesystem::absolute(from)} {
    if (from.empty()) {
        write_private_file(file_, "");
    } else {
        static_cast<void>(text_behind('@' + file_.string()));
    }
}

void draft::write(std::string_view text, const std::vector<std::string>& comments) const {
    json::value content = json::parse(text);
    content.get_object().erase("links");
    content.get_object().erase("attributes");
    std::string out;
    for (const std::string& line : comments) out += "# " + printable(line) + '\n';
    write_private_file(file_, out + yaml_text(content));
}

void draft::edit(interruption& interrupt) const {
    const std::string command = editor_command();
    interrupt.hold(true);
    const int status = run_editor(command, file_);
    interrupt.hold(false);
    if (status == 0) return;
    throw failure{exit_status::error, fmt::format("the editor ended with status {}", status)};
}

std::optional<std::string> draft::json() const {
    const std::string text = text_behind('@' + file_.string());
    bool is_in_comment = false;
    const bool has_content = std::ranges::any_of(text, [&](char c) {
        is_in_comment = c == '#' || (is_in_comment && c != '\n');
        return !is_in_comment && std::string_view{" \t\r\n"}.find(c) == std::string_view::npos;
    });
    if (!has_content) return {};
    return json_of(text);
}

failure draft::kept(exit_status status, const std::string& text) const {
    return {
        status,
        fmt::format(
            "{0}\n  what you typed is in {1}\n  go on with it: the same command with --from {1}",
            text,
            file_.string()
        )};
}

void draft::remove() const {
    std::error_code ignored;
    std::filesystem::remove(file_, ignored);
}

void show_changes(const std::vector<field_difference>& changes) {
    for (const field_difference& each : changes) {
        const auto show = [&](std::string_view mark, style how, const auto& value) {
            if (!value) return;
            say(styled(2, how, fmt::format("{} {}: {}", mark, each.path, printable(*value))));
        };
        show("-", style::red, each.base);
        show("+", style::green, each.mine);
    }
}

void show_conflict(const std::vector<field_difference>& changes) {
    say("partnerctl: somebody else changed this meanwhile");
    for (const field_difference& each : changes) {
        say(styled(2, style::bold, each.path) + (each.is_conflict ? "  (both changed it)" : ""));
        say("  was     " + shown(each.base));
        say("  theirs  " + shown(each.theirs));
        say("  yours   " + shown(each.mine));
    }
}

std::vector<std::string> comments_of(const std::vector<field_difference>& changes) {
    std::vector<std::string> lines{"Somebody else changed this meanwhile; their changes are in."};
    for (const field_difference& each : changes) {
        if (!each.is_conflict) continue;
        lines.push_back(fmt::format("{}: theirs is {}", each.path, shown(each.theirs)));
    }
    return lines;
}

std::string rebased(
    const std::vector<field_difference>& changes, std::string_view theirs, std::string_view mine
) {
    const json::value from = json::parse(mine);
    json::value out = json::parse(theirs);
    for (const field_difference& each : changes) {
        if (each.mine == each.base) continue;
        const json::value* const value = find_path(from, each.path);
        set_path(out, each.path, value == nullptr ? json::value{} : *value);
    }
    return json::serialize(out);
}

decision decide_on_changes() {
    if (!can_ask()) return decision::send;
    switch (choose("Send this? [Y]es, [e]dit again, [n]o:", "yen")) {
        case 'y':
            return decision::send;
        case 'e':
            return decision::edit_again;
        default:
            return decision::stop;
    }
}

decision decide_on_mistake(const std::string& what) {
    if (!can_ask()) return decision::stop;
    say(fmt::format("partnerctl: {}", printable_lines(what)));
    return choose("[E]dit again, or [q]uit and keep the file:", "eq") == 'e' ? decision::edit_again
                                                                             : decision::stop;
}

decision decide_on_merge(const edit_options& options) {
    if (options.merges) return decision::send;
    if (!can_ask()) {
        say("partnerctl: nothing collides; with --merge both sides' changes are sent");
        return decision::stop;
    }
    switch (choose("Nothing collides. Send both sides' changes? [Y]es, [e]dit again, [n]o:", "yen")
    ) {
        case 'y':
            return decision::send;
        case 'e':
            return decision::edit_again;
        default:
            return decision::stop;
    }
}

}  // namespace partner_center::cli
