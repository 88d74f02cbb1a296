// The verb `edit`, for whatever is edited. Calls edit.hpp.
// SPDX-License-Identifier: MIT
#pragma once

#include <memory>

#include "cli/edit.hpp"
#include "cli/terminal.hpp"
#include "cli/words.hpp"

namespace partner_center::cli {

/// Adds --from and --merge.
inline std::shared_ptr<edit_options> add_edit_options(CLI::App& verb) {
    const auto options = std::make_shared<edit_options>();
    verb.add_option("--from", options->from, "go on with a file that an edit before left")
        ->type_name("FILE");
    verb.add_flag(
        "--merge", options->merges, "send both sides' changes without asking, if none collide"
    );
    return options;
}

/// Edits it and shows what is stored then.
template <class Model>
void show_edited(session& here, const edit_options& options, const editable<Model>& what) {
    const auto stored = edit(here, what, options);
    stored ? here.out().show(*stored) : say("partnerctl: nothing was changed");
}

}  // namespace partner_center::cli
