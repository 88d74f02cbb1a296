// A resource in the person's own editor: shown as YAML, compared, sent, and merged when somebody
// else was faster. What was typed is kept in a file until it is stored. Calls the SDK's diff.hpp.
// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cli/model_text.hpp"
#include "cli/session.hpp"
#include <partner_center/diff.hpp>

namespace partner_center::cli {

struct edit_options {
    std::string from{};  ///< a file that an edit before left; empty: begin with what is there
    bool merges{};       ///< send both sides' changes without asking, when none collide
};

/// A resource that is edited.
template <class Model>
struct editable {
    std::string name{};  ///< for people and the file's name: "billing profile of 6f1c…"
    std::function<outcome<Model>()> read{};
    std::function<outcome<Model>(const Model&)> write{};
};

/// The text of a resource under way from the service to the editor and back.
class draft {
public:
    /// The file that an edit before left, or, if that is empty, a new one in the drafts' directory
    /// with that name. Throws `failure` when it is not there or cannot be written.
    draft(const std::string& from, const std::string& name);

    /// Writes the JSON as YAML, without what is the service's, under these lines of comment.
    void write(std::string_view json, const std::vector<std::string>& comments) const;

    /// Has the person edit the file, by VISUAL, EDITOR or vi. Throws `failure` when the editor does
    /// not end well, or there is none and no terminal.
    void edit(interruption& interrupt) const;

    /// The file's JSON; nothing when the person emptied it.
    [[nodiscard]] std::optional<std::string> json() const;

    /// The failure with where the file is.
    [[nodiscard]] failure kept(exit_status status, const std::string& text) const;

    void remove() const;

private:
    std::filesystem::path file_;
};

/// Lines of + and - for what is different, for stderr.
void show_changes(const std::vector<field_difference>& changes);

/// What both sides made of each member, with a mark at those that collide.
void show_conflict(const std::vector<field_difference>& changes);

/// The lines of comment for those that collide.
[[nodiscard]] std::vector<std::string> comments_of(const std::vector<field_difference>& changes);

/// Theirs with every member that mine has other than the base: where both changed one, mine counts.
[[nodiscard]] std::string rebased(
    const std::vector<field_difference>& changes, std::string_view theirs, std::string_view mine
);

/// What a person decides, who is asked only at a terminal.
enum class decision { send, edit_again, stop };
[[nodiscard]] decision decide_on_changes();
[[nodiscard]] decision decide_on_mistake(const std::string& what);
[[nodiscard]] decision decide_on_merge(const edit_options& options);

namespace detail {

/// The model in the draft, edited until it can be understood; nothing when the file was emptied.
/// Throws `failure` when the person stops.
template <class Model>
[[nodiscard]] std::optional<Model> edited(const draft& text, const Model& base, session& here) {
    for (;;) {
        text.edit(here.interrupt());
        try {
            const auto json = text.json();
            if (!json) return {};
            Model mine = model_of<Model>(*json);
            mine.links = base.links;
            mine.attributes = base.attributes;
            return mine;
        } catch (const failure& problem) {
            if (decide_on_mistake(problem.what()) != decision::edit_again) throw;
        }
    }
}

/// Meets somebody who was faster: base becomes theirs, mine becomes both sides' changes, and the
/// draft has them. What the person then wants.
template <class Model>
[[nodiscard]] decision merge_with(
    const Model& theirs, versions<Model>& seen, const draft& text, const edit_options& options
) {
    seen.theirs = theirs;
    const auto changes = field_diff(seen);
    const auto both = merge(seen);
    show_conflict(changes);
    const std::string next = rebased(changes, to_json(seen.theirs), to_json(seen.mine));
    text.write(next, comments_of(changes));
    seen.mine = model_of<Model>(next);
    seen.base = theirs;
    if (both) return decide_on_merge(options);
    const char* const why = "both sides changed the same; yours is in the file, theirs beside it";
    return decide_on_mistake(why);
}

/// From the first look at the draft until something is stored; nothing when nothing was changed.
template <class Model>
[[nodiscard]] std::optional<Model> edit_draft(
    session& here,
    const editable<Model>& what,
    const edit_options& options,
    const draft& text,
    versions<Model> seen
) {
    for (decision next = decision::edit_again;;) {
        if (next == decision::edit_again) {
            const auto mine = edited(text, seen.base, here);
            if (!mine || *mine == seen.base) return {};
            seen.mine = *mine;
            seen.theirs = seen.base;
            show_changes(field_diff(seen));
            next = decide_on_changes();
        }
        if (next == decision::stop) throw failure{exit_status::error, "nothing was sent"};
        if (next == decision::edit_again) continue;
        const outcome<Model> stored = what.write(seen.mine);
        if (stored) return *stored;
        if (is_stale(stored.error())) {
            next = merge_with(what.read().value(), seen, text, options);
            if (next != decision::stop) continue;
            throw failure{exit_status::conflict, "somebody else was faster"};
        }
        next = decide_on_mistake(text_of(stored.error(), here.attempted()));
        if (next == decision::stop) throw partner_error{stored.error()};
    }
}

}  // namespace detail

/// Runs the whole of it and gives what is stored in the end; nothing when nothing was changed.
/// Throws `failure`, which names the file that was typed in, and partner_error when there is
/// nothing to edit.
template <class Model>
[[nodiscard]] std::optional<Model> edit(
    session& here, const editable<Model>& what, const edit_options& options
) {
    const Model first = what.read().value();
    const draft text{options.from, what.name};
    if (options.from.empty()) {
        text.write(to_json(first), {what.name + ": change it, save and close; empty it to stop"});
    }
    const versions<Model> seen{.base = first, .theirs = first, .mine = first};
    try {
        const auto stored = detail::edit_draft(here, what, options, text, seen);
        text.remove();
        return stored;
    } catch (const failure& problem) {
        throw text.kept(problem.status(), problem.what());
    } catch (const partner_error& thrown) {
        const error& problem = thrown.problem();
        throw text.kept(status_of(problem), text_of(problem, here.attempted()));
    }
}

}  // namespace partner_center::cli
