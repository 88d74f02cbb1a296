// A small file that only its owner may read, written whole or not at all. Calls nothing of ours.
// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace partner_center {

/// A file that cannot be made, read or trusted; the text is for the operator.
class file_error : public std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// The content, or nothing when there is no such file. Throws file_error when it cannot be read, is
/// not a regular file, is larger than a key can be, or is open to the group or to others.
[[nodiscard]] std::optional<std::string> read_private_file(const std::filesystem::path& file);

/// Makes the file (0600, its folder 0700 when that is missing) with this content, on disk when it
/// returns. Leaves a file that is there already as it is, so that of two starting processes the
/// first one wins: read it afterwards. Throws file_error.
void publish_private_file(const std::filesystem::path& file, std::string_view content);

/// The same, but in the place of a file that is there already: a reader sees the old content or
/// the new, whole.
void replace_private_file(const std::filesystem::path& file, std::string_view content);

/// The same for a long content, piece after piece; an empty one ends it.
void replace_private_file(
    const std::filesystem::path& file, const std::function<std::string()>& next_piece
);

/// While it lives, no other one of that folder does, in any process. Throws file_error when the
/// folder cannot be opened.
class folder_lock {
public:
    /// Waits for its turn.
    static folder_lock take(const std::filesystem::path& folder);
    /// Nothing when another one lives.
    static std::optional<folder_lock> try_take(const std::filesystem::path& folder);

    ~folder_lock();
    folder_lock(folder_lock&& other) noexcept;
    folder_lock& operator=(folder_lock&&) = delete;

private:
    explicit folder_lock(int descriptor) : descriptor_{descriptor} {}
    int descriptor_;
};

}  // namespace partner_center
