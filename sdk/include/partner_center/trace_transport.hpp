// A transport that shows the exchanges of another one as text, without secrets.
// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <memory>
#include <string_view>

#include <partner_center/export.hpp>
#include <partner_center/transport.hpp>

namespace partner_center {

/// How much a trace shows.
enum class trace_content {
    all,    ///< for one's own eyes: bodies and queries have what customers are called
    heads,  ///< for a support ticket: neither bodies (their sizes only) nor queries
};

/// Hands the text of each request and each answer to `write`, which may be called from several
/// threads at once: of an asynchronous exchange both as one text, when it is over. Headers are
/// shown by an allow-list, bodies only when they are JSON, and of those no token, password or
/// secret. The answer's first line has the time that it took. Safe to use from several threads.
class PARTNER_CENTER_EXPORT trace_transport final : public transport {
public:
    /// Takes a text of whole lines.
    using sink = std::function<void(std::string_view text)>;

    /// Shows all. REQUIRES: neither argument is empty.
    trace_transport(std::shared_ptr<const transport> inner, sink write);
    /// Shows what it is told to. REQUIRES: neither of the first two is empty.
    trace_transport(std::shared_ptr<const transport> inner, sink write, trace_content content);

    [[nodiscard]] outcome<http::response> exchange(const outgoing_request& outgoing) const override;
    void exchange_async(outgoing_request outgoing, answer_handler done) const override;

private:
    std::shared_ptr<const transport> inner_;
    sink write_;
    trace_content content_;
};

}  // namespace partner_center
