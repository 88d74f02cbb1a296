// What a call wants changed, put together before it is done: as one transaction, with the answer
// that was given and the record of who did it. Calls nothing of ours.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "store/database.hpp"
#include <partner_center/guid.hpp>

namespace partner_center {

/// Why a change was not made. Nothing of it was.
enum class refusal {
    repeated,       ///< the request was answered before
    stale,          ///< what it replaces is not there any more as it was
    domain_taken,   ///< a new customer's domain, by any partner or customer of one
    too_many,       ///< the sandbox is full
    no_such_thing,  ///< what it changes is not there
};

/// Statements that are run in this order, all or none, and what it means when one is refused: no
/// row where one is needed, or a uniqueness broken.
class change {
public:
    /// A statement that is never refused.
    void add(statement what) { steps_.push_back({std::move(what), {}}); }
    void add(statement what, refusal meaning) { steps_.push_back({std::move(what), meaning}); }
    void add(change more) {
        for (step& each : more.steps_) steps_.push_back(std::move(each));
    }

private:
    friend class store;
    struct step {
        statement what{};
        std::optional<refusal> meaning{};
    };
    std::vector<step> steps_{};
};

/// An answer to a change, as it is remembered for who sends the same request again. Source: wire
/// contract, section 3.3.
struct remembered_answer {
    guid body_hash{};  ///< of the request
    unsigned status{};
    std::string body{};
    bool is_sealed{};
};

/// One line of the audit. Source: wire contract, section 2.11.
struct audit_entry {
    std::int64_t ticks{};  ///< 100 ns each, since the year 1
    std::optional<guid> customer_id{};
    std::string customer_name{};
    std::string resource_type{};
    std::string document{};  ///< the record in its final wire form
};

/// What is known of a customer before anything else is asked.
struct customer_summary {
    std::string company_name{};  ///< when it was created
    std::string domain{};
    bool has_delegated_access{};
};

}  // namespace partner_center
