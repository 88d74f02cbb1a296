// The asynchronous form of exchanges over libcurl: one thread carries out any number of them.
// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <string>
#include <thread>

#include <partner_center/transport.hpp>

namespace partner_center::detail {

struct curl_engine_options {
    std::string ca_file{};
    unsigned connections_per_host{};
};

/// Carries out exchanges on a thread of its own, on which every handler is called. Safe to use from
/// several threads. Destroying it completes, as cancelled, what is under way.
class curl_engine {
public:
    /// Throws std::system_error when the system gives neither thread nor descriptors.
    explicit curl_engine(curl_engine_options options);
    ~curl_engine();
    curl_engine(const curl_engine&) = delete;
    curl_engine& operator=(const curl_engine&) = delete;

    void submit(outgoing_request outgoing, answer_handler done);

private:
    struct state;

    std::shared_ptr<state> state_;
    std::thread worker_;
};

}  // namespace partner_center::detail
