// What is remembered of a call that changes something: its answer, for who sends the same request
// again, and a line of the audit. Both are written in the transaction of the change, or in one of
// their own when it is refused. Calls the store and the sealing of answers.
// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server/identity/principal.hpp"
#include "server/identity/seal.hpp"
#include "store/store.hpp"
#include <partner_center/fault.hpp>
#include <partner_center/models/audit_record.hpp>
#include <partner_center/operation.hpp>

namespace partner_center {

/// How long an answer is remembered. Source: wire contract, section 3.3.
inline constexpr std::chrono::hours answers_kept{24};

/// Which call this is.
struct changing_call {
    const principal& caller;
    std::string_view correlation_id{};
    std::chrono::system_clock::time_point now{};
    audit_names names{};
};

/// A request that may have been answered before.
struct repeatable_request {
    guid key{};        ///< of caller, operation, resource and MS-RequestId
    guid body_hash{};  ///< of its body, and of If-Match where it counts
    bool is_post{};    ///< then another body under the same key is refused, not done
};

/// The answer that is on its way.
struct answer_text {
    unsigned status{};
    std::string_view body{};
    bool has_credentials{};  ///< is sealed before it is remembered
};

/// What the audit says of a change, beyond who and when. The values are audit_text().
struct change_notes {
    std::optional<std::string> old_value{};
    std::optional<std::string> new_value{};
    std::vector<audit_detail> details{};
    /// A second line under this operation type: the change is two in the audit's terms.
    std::string_view also{};
};

/// Of one call; used on its reactor.
class ledger {
public:
    ledger(store& store, const sealing_key& key, changing_call call)
        : store_{store}, key_{key}, call_{call} {}

    /// Whom the change is about. The name may be empty; there is no id of who was not created.
    void concerns(std::optional<guid> customer_id, std::string name);
    /// Until this is said, no answer is remembered.
    void may_repeat(repeatable_request request) { request_ = request; }

    /// What was answered to the same request before. Fails with request_id_reused when that was a
    /// POST of another body, or an answer that was sealed with a key that is gone.
    [[nodiscard]] awaitable<result<std::optional<remembered_answer>>> find_earlier();

    /// Makes the change together with what is remembered of it, or says why not. After `repeated`
    /// find_earlier() has the answer to give.
    [[nodiscard]] awaitable<std::optional<refusal>> commit(
        change what, answer_text answer, change_notes notes
    );

    /// Notes that the change was refused to the caller. False when the same request was answered
    /// meanwhile: find_earlier() has the answer to give.
    [[nodiscard]] awaitable<bool> note_failure(const fault& problem, answer_text answer);

    /// The last commit() was refused because the same request was answered meanwhile.
    [[nodiscard]] bool was_repeated() const { return was_repeated_; }

private:
    [[nodiscard]] change remember(const answer_text& answer) const;
    [[nodiscard]] change audit(
        std::string_view operation_type, operation_status status, const change_notes& notes
    ) const;
    [[nodiscard]] std::int64_t since() const;

    store& store_;
    const sealing_key& key_;
    changing_call call_;
    std::optional<repeatable_request> request_{};
    std::optional<guid> customer_id_{};
    std::string customer_name_{};
    bool was_repeated_{};
};

/// Whom a line of the audit is about, and when it happened.
struct audit_place {
    guid partner_id{};
    std::optional<guid> customer_id{};  ///< absent: the partner's own
    std::chrono::system_clock::time_point at{};
};

/// The line itself: the record, with the ids and the date that follow from its place. Source: wire
/// contract, section 2.11.
[[nodiscard]] change audit_line(const audit_place& place, audit_record record);

/// The first 16 bytes of a text's SHA-256.
[[nodiscard]] guid short_hash(std::string_view text);

}  // namespace partner_center
