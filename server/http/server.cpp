// Starts and stops the reactors together. Calls reactor.cpp.
// SPDX-License-Identifier: MIT
#include "server/http/server.hpp"

#include <algorithm>
#include <vector>

#include "server/http/reactor.hpp"

namespace partner_center::http {

class server::implementation {
public:
    implementation(
        const server_options& options, const reactor::application_maker& make_application
    ) {
        const auto listen = [&](boost::asio::io_context& context) {
            if (reactors_.empty()) return listen_alone(context, options.host, options.port);
            return listen_beside(context, reactors_.front()->listening());
        };
        for (unsigned index = 0; index < std::max(options.reactors, 1U); ++index) {
            reactors_.push_back(std::make_unique<reactor>(options, meter_, listen, make_application)
            );
        }
        port_ = reactors_.front()->listening().local_endpoint().port();
    }

    ~implementation() { stop(std::chrono::milliseconds{0}); }
    implementation(const implementation&) = delete;
    implementation& operator=(const implementation&) = delete;

    [[nodiscard]] unsigned short port() const { return port_; }
    [[nodiscard]] connection_counts connections() const { return meter_.read(); }

    void start() {
        for (const auto& reactor : reactors_) reactor->start();
    }

    void use_certificate(const tls_context& certificate) {
        for (const auto& reactor : reactors_) reactor->use_certificate(certificate);
    }

    void stop(std::chrono::milliseconds grace) {
        for (const auto& reactor : reactors_) reactor->stop(grace);
        for (const auto& reactor : reactors_) reactor->join();
    }

private:
    connection_meter meter_{};
    std::vector<std::unique_ptr<reactor>> reactors_{};
    unsigned short port_{};
};

server::server(
    const server_options& options,
    const std::function<application(boost::asio::io_context&)>& make_application
)
    : implementation_{std::make_unique<implementation>(options, make_application)} {}

server::~server() = default;

unsigned short server::port() const {
    return implementation_->port();
}

connection_counts server::connections() const {
    return implementation_->connections();
}

void server::start() {
    implementation_->start();
}

void server::use_certificate(const tls_context& certificate) {
    implementation_->use_certificate(certificate);
}

void server::stop(std::chrono::milliseconds grace) {
    implementation_->stop(grace);
}

}  // namespace partner_center::http
