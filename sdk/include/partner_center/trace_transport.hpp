// A transport that shows the exchanges of another one as text, without secrets.
// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <memory>
#include <string_view>

#include <partner_center/transport.hpp>

namespace partner_center {

/// Hands the text of each request and each answer to `write`, which may be called from several
/// threads at once: of an asynchronous exchange both as one text, when it is over. Headers are
/// shown by an allow-list, bodies only when they are JSON, and of those no token, password or
/// secret. Bodies do hold what customers are called and where they live.
class trace_transport final : public transport {
public:
    using sink = std::function<void(std::string_view text)>;

    /// REQUIRES: neither argument is empty.
    trace_transport(std::shared_ptr<const transport> inner, sink write);

    [[nodiscard]] outcome<http::response> exchange(const outgoing_request& outgoing) const override;
    void exchange_async(outgoing_request outgoing, answer_handler done) const override;

private:
    std::shared_ptr<const transport> inner_;
    sink write_;
};

}  // namespace partner_center
