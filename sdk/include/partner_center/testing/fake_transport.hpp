// A transport for tests of programs that use the SDK: answers from a script, no network.
// SPDX-License-Identifier: MIT
#pragma once

#include <deque>
#include <mutex>
#include <vector>

#include <partner_center/export.hpp>
#include <partner_center/transport.hpp>

namespace partner_center::testing {

/// Gives the scripted answers in order, an error when there is none left, and remembers what was
/// asked. The asynchronous form completes before it returns. Safe to use from several threads.
class PARTNER_CENTER_EXPORT fake_transport final : public transport {
public:
    /// Appends an answer to the script.
    void answer(outcome<http::response> next);

    /// What was asked, in order.
    [[nodiscard]] std::vector<outgoing_request> requests() const;

    [[nodiscard]] outcome<http::response> exchange(const outgoing_request& outgoing) const override;

private:
    mutable std::mutex mutex_{};
    mutable std::deque<outcome<http::response>> script_{};
    mutable std::vector<outgoing_request> requests_{};
};

}  // namespace partner_center::testing
