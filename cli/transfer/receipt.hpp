// The receipt of an import: what is sent is written there before it is sent, and what came of it
// after. Whoever repeats an import that was interrupted, at whatever moment, goes on from it. Calls
// the contract's codec and the system.
// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>

#include <partner_center/models/billing_profile.hpp>

namespace partner_center::cli {

/// How far a row has come. `sending`: it may have been done or not; the same request says which.
enum class row_state { sending, applied, unchanged, refused };
BOOST_DESCRIBE_ENUM(row_state, sending, applied, unchanged, refused)

/// A line about one customer. The last one counts.
struct receipt_entry {
    std::string at{};  ///< RFC 3339, UTC
    std::string customer_id{};
    row_state state{};
    std::optional<std::string> request_id{};   ///< absent when nothing was sent
    std::optional<billing_profile> profile{};  ///< of `sending`: the body, etag included
    std::optional<std::string> etag{};         ///< of `applied`: of the version that came of it
    std::optional<std::string> problem{};      ///< of `refused`

    friend bool operator==(const receipt_entry&, const receipt_entry&) = default;
};
BOOST_DESCRIBE_STRUCT(
    receipt_entry, (), (at, customer_id, state, request_id, profile, etag, problem)
)

/// The first line: what is imported where.
struct receipt_head {
    std::string input{};           ///< a name-based GUID of the file's content
    std::string service{};         ///< its address and the partner's tenant
    std::string correlation_id{};  ///< of all requests

    friend bool operator==(const receipt_head&, const receipt_head&) = default;
};
BOOST_DESCRIBE_STRUCT(receipt_head, (), (input, service, correlation_id))

/// A file of JSON lines that only grows and that only its owner reads (0600): it holds names and
/// addresses. One process at a time has it.
class receipt {
public:
    /// Makes the file, or goes on with the one that is there: then the correlation id is the one
    /// that it has. A last line that was cut by a crash is dropped. Throws `failure` when the file
    /// cannot be used, has entries of another input or service, or is in use.
    receipt(const std::filesystem::path& file, receipt_head head);
    ~receipt();
    receipt(const receipt&) = delete;
    receipt& operator=(const receipt&) = delete;

    [[nodiscard]] const receipt_head& head() const { return head_; }
    /// The last entry of each customer, by id.
    [[nodiscard]] const std::map<std::string, receipt_entry>& entries() const { return entries_; }

    /// Appends the entries; when it returns, they are on the disk. Throws `failure`.
    void write(const std::vector<receipt_entry>& more);

private:
    void read_all(receipt_head head);
    void read_lines(std::string_view text);
    void append(const std::string& lines);

    std::filesystem::path file_;
    int descriptor_{-1};
    receipt_head head_{};
    std::map<std::string, receipt_entry> entries_{};
};

}  // namespace partner_center::cli
