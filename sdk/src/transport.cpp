// The asynchronous form of a transport that has none of its own. Calls nothing of ours.
// SPDX-License-Identifier: MIT
#include <exception>
#include <utility>

#include <partner_center/transport.hpp>

namespace partner_center {
namespace {

[[nodiscard]] outcome<http::response> caught_exchange(
    const transport& over, const outgoing_request& outgoing
) {
    try {
        return over.exchange(outgoing);
    } catch (const std::exception& thrown) {
        return error{.description = std::string{"the transport failed: "} + thrown.what()};
    }
}

}  // namespace

void transport::exchange_async(outgoing_request outgoing, answer_handler done) const {
    const outgoing_request mine = std::move(outgoing);
    const answer_handler asker = std::move(done);
    asker(caught_exchange(*this, mine));
}

}  // namespace partner_center
