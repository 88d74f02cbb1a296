// Deadlines by sweep instead of a timer per request, and the pool of workspaces. Calls the sessions
// back through watched::interrupt.
// SPDX-License-Identifier: MIT
#include "server/http/session_host.hpp"

#include <utility>

#include "server/http/answer_text.hpp"

namespace partner_center::http {

session_host::session_host(application app, const timeouts& times)
    : app_{std::move(app)}, times_{times} {
    spare_.reserve(limits::spare_workspaces_max);
    sweep(std::chrono::steady_clock::now());
}

void session_host::sweep(std::chrono::steady_clock::time_point now) {
    now_ = now;
    const std::time_t date = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
    if (date != date_) write_date_line(date_line_, date);
    date_ = date;
    for (watched& session : sessions_) {
        if (session.deadline <= now_) interrupt(session);
    }
}

void session_host::stop() {
    is_stopping_ = true;
    for (watched& session : sessions_) {
        if (session.is_idle) session.deadline = now_;
    }
}

// The session runs on later, from its aborted operation: the list does not change under the loops.
void session_host::interrupt(watched& session) {
    session.is_late = true;
    session.interrupt();
}

void session_host::enter(watched& session) {
    sessions_.push_back(session);
}

void session_host::leave(watched& session) {
    sessions_.erase(sessions_.iterator_to(session));
}

std::unique_ptr<workspace> session_host::take_workspace() {
    if (spare_.empty()) return std::make_unique<workspace>();
    auto taken = std::move(spare_.back());
    spare_.pop_back();
    return taken;
}

void session_host::give_back(std::unique_ptr<workspace> used) {
    const std::size_t bytes = used->in.capacity() + used->out.capacity() +
                              used->reply.body.capacity() + used->reply.fields.capacity();
    if (spare_.size() == limits::spare_workspaces_max) return;
    if (bytes > limits::spare_workspace_bytes_max) return;
    used->in.clear();
    used->out.clear();
    used->reply.clear();
    used->parser.next();
    spare_.push_back(std::move(used));
}

}  // namespace partner_center::http
