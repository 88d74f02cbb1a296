// The thread that drives libcurl's multi interface: sockets by epoll, so that its work grows with
// what happens and not with what is under way; the bounds and the queues are ours, because curl's
// own time limits do not count for transfers that it keeps waiting.
// SPDX-License-Identifier: MIT
#include "sdk/src/curl_engine.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <new>
#include <optional>
#include <set>
#include <span>
#include <stop_token>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <system_error>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include <unistd.h>

#include "sdk/src/bounds.hpp"
#include "sdk/src/curl_transfer.hpp"
#include "sdk/src/worker.hpp"

namespace partner_center::detail {
namespace {

using std::chrono::steady_clock;
using time_point = steady_clock::time_point;

constexpr std::string_view queued = "waiting for a free connection";

/// A file descriptor that closes itself.
class descriptor {
public:
    explicit descriptor(int number) : number_{number} {
        if (number < 0) throw std::system_error{errno, std::generic_category()};
    }
    ~descriptor() { ::close(number_); }
    descriptor(const descriptor&) = delete;
    descriptor& operator=(const descriptor&) = delete;

    [[nodiscard]] int number() const { return number_; }

private:
    int number_;
};

struct submission {
    outgoing_request outgoing{};
    answer_handler done{};
};

/// Numbered in the order of arrival.
using exchange_id = std::uint64_t;

/// An exchange; without a transfer it waits for its turn.
struct exchange {
    exchange_id id{};
    outgoing_request outgoing{};
    answer_handler done{};
    std::unique_ptr<curl_transfer> transfer{};
    std::optional<std::stop_callback<std::function<void()>>> on_stop{};
};

/// The exchanges with one base URL.
struct host {
    unsigned under_way{};
    std::set<exchange_id> waiting{};
};

void call(const answer_handler& done, outcome<http::response> answer) noexcept {
    try {
        done(std::move(answer));
    } catch (...) {
        return;  // the handler's own business; the other exchanges go on
    }
}

}  // namespace

// What others hand in is guarded by the mutex; all else belongs to the thread. No exchange is
// destroyed under the mutex: that waits for a stop that is just being told, which takes it.
struct curl_engine::state {
    explicit state(curl_engine_options given);

    void submit(submission each);
    void stop(exchange_id id);
    void close();
    void run();

private:
    /// What has been handed in since the last time.
    struct inbox {
        std::vector<submission> arrived{};
        std::vector<exchange_id> stopped{};
        bool is_closing{};

        [[nodiscard]] bool is_empty() const {
            return arrived.empty() && stopped.empty() && !is_closing;
        }
    };

    template <class Change>
    void hand_in(const Change& change);
    [[nodiscard]] bool take_in();
    void admit(submission each);
    void start_waiting();
    [[nodiscard]] bool start(exchange& each);
    void wait_and_act();
    void settle(int reported);
    [[nodiscard]] int wait_milliseconds() const;
    void finish_done();
    void end_overdue();
    void end_early(exchange_id id);
    void finish(exchange_id id, outcome<http::response> answer);
    [[nodiscard]] curl_handle idle_handle();

    static int on_socket(CURL* easy, curl_socket_t socket, int what, void* self, void* known);
    static int on_timer(CURLM* multi, long milliseconds, void* self);

    curl_engine_options options_;
    descriptor epoll_{::epoll_create1(EPOLL_CLOEXEC)};
    descriptor wakeup_{::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};
    std::mutex mutex_{};
    inbox inbox_{};  ///< guarded by mutex_

    std::unordered_set<curl_socket_t> watched_{};
    std::optional<time_point> curl_is_due_at_{};
    curl_multi multi_{curl_multi_init()};  ///< after what its callbacks use until it is gone
    exchange_id last_id_{};
    std::unordered_map<exchange_id, exchange> exchanges_{};
    std::set<std::pair<time_point, exchange_id>> deadlines_{};
    std::map<std::string, host> hosts_{};
    std::vector<curl_handle> idle_{};
};

curl_engine::curl_engine(curl_engine_options options)
    : state_{std::make_shared<state>(std::move(options))}, worker_{start_worker([owned = state_] {
          owned->run();
      })} {}

curl_engine::~curl_engine() {
    state_->close();
    let_end(worker_);
}

void curl_engine::submit(outgoing_request outgoing, answer_handler done) {
    outgoing.bounds = bounds_of(outgoing);
    state_->submit({std::move(outgoing), std::move(done)});
}

curl_engine::state::state(curl_engine_options given) : options_{std::move(given)} {
    if (!multi_) throw std::system_error{ENOMEM, std::generic_category()};
    options_.connections_per_host = std::max(options_.connections_per_host, 1U);
    // Without this, curl would close what it has open whenever little is under way.
    curl_multi_setopt(
        multi_.get(), CURLMOPT_MAXCONNECTS, static_cast<long>(options_.connections_per_host) * 2
    );
    curl_multi_setopt(multi_.get(), CURLMOPT_SOCKETFUNCTION, &on_socket);
    curl_multi_setopt(multi_.get(), CURLMOPT_SOCKETDATA, this);
    curl_multi_setopt(multi_.get(), CURLMOPT_TIMERFUNCTION, &on_timer);
    curl_multi_setopt(multi_.get(), CURLMOPT_TIMERDATA, this);
    epoll_event event{.events = EPOLLIN, .data = {.fd = wakeup_.number()}};
    if (::epoll_ctl(epoll_.number(), EPOLL_CTL_ADD, wakeup_.number(), &event) != 0) {
        throw std::system_error{errno, std::generic_category()};
    }
}

void curl_engine::state::submit(submission each) {
    hand_in([&] { inbox_.arrived.push_back(std::move(each)); });
}

void curl_engine::state::stop(exchange_id id) {
    hand_in([&] { inbox_.stopped.push_back(id); });
}

void curl_engine::state::close() {
    hand_in([&] { inbox_.is_closing = true; });
}

template <class Change>
void curl_engine::state::hand_in(const Change& change) {
    const std::lock_guard lock{mutex_};
    const bool is_asleep = inbox_.is_empty();
    change();
    if (is_asleep) ::eventfd_write(wakeup_.number(), 1);
}

void curl_engine::state::run() {
    while (take_in()) {
        start_waiting();
        wait_and_act();
        finish_done();
        end_overdue();
    }
    while (!exchanges_.empty()) finish(exchanges_.begin()->first, closed());
}

/// Takes what was handed in; false when it is time to end.
bool curl_engine::state::take_in() {
    inbox taken;
    {
        const std::lock_guard lock{mutex_};
        std::swap(taken, inbox_);
    }
    for (submission& each : taken.arrived) admit(std::move(each));
    for (const exchange_id id : taken.stopped) end_early(id);
    return !taken.is_closing;
}

void curl_engine::state::admit(submission each) {
    if (auto end = end_of(each.outgoing.bounds, queued)) return call(each.done, *std::move(end));
    const exchange_id id = ++last_id_;
    exchange& added = exchanges_[id];
    added.id = id;
    added.outgoing = std::move(each.outgoing);
    added.done = std::move(each.done);
    deadlines_.emplace(added.outgoing.bounds.deadline, id);
    hosts_[added.outgoing.base_url].waiting.insert(id);
    // Calls at once when a stop has just been requested.
    added.on_stop.emplace(added.outgoing.bounds.stop, [this, id] { stop(id); });
}

void curl_engine::state::start_waiting() {
    std::vector<exchange_id> failed;
    for (auto& [url, host] : hosts_) {
        while (!host.waiting.empty() && host.under_way < options_.connections_per_host) {
            exchange& next = exchanges_.at(*host.waiting.begin());
            host.waiting.erase(host.waiting.begin());
            ++host.under_way;
            if (!start(next)) failed.push_back(next.id);
        }
    }
    for (const exchange_id id : failed) {
        finish(id, error{.description = "libcurl cannot start the exchange"});
    }
}

bool curl_engine::state::start(exchange& each) {
    curl_handle handle = idle_handle();
    if (!handle) return false;
    try {
        each.transfer = std::make_unique<curl_transfer>(std::move(handle), each.outgoing);
    } catch (const std::bad_alloc&) {
        return false;  // this exchange may be a large one: the others go on
    }
    curl_easy_setopt(each.transfer->handle(), CURLOPT_PRIVATE, &each);
    return curl_multi_add_handle(multi_.get(), each.transfer->handle()) == CURLM_OK;
}

void curl_engine::state::wait_and_act() {
    std::array<epoll_event, 256> ready{};
    const int count = ::epoll_wait(
        epoll_.number(), ready.data(), static_cast<int>(ready.size()), wait_milliseconds()
    );
    const std::span<const epoll_event> events{
        ready.data(), static_cast<std::size_t>(std::max(count, 0))};
    // Before curl does anything: it may close sockets, and others may take their numbers.
    for (const epoll_event& event : events) settle(event.data.fd);
    int running{};
    for (const epoll_event& event : events) {
        if (!watched_.contains(event.data.fd)) continue;
        const int what = ((event.events & (EPOLLIN | EPOLLHUP)) != 0 ? CURL_CSELECT_IN : 0) |
                         ((event.events & EPOLLOUT) != 0 ? CURL_CSELECT_OUT : 0) |
                         ((event.events & EPOLLERR) != 0 ? CURL_CSELECT_ERR : 0);
        curl_multi_socket_action(multi_.get(), event.data.fd, what, &running);
    }
    if (curl_is_due_at_ && *curl_is_due_at_ <= steady_clock::now()) {
        curl_is_due_at_.reset();
        curl_multi_socket_action(multi_.get(), CURL_SOCKET_TIMEOUT, 0, &running);
    }
}

/// Takes note of a wake-up, and stops watching a socket that curl does not ask about.
void curl_engine::state::settle(int reported) {
    if (reported == wakeup_.number()) {
        eventfd_t times{};
        ::eventfd_read(wakeup_.number(), &times);
    } else if (!watched_.contains(reported)) {
        ::epoll_ctl(epoll_.number(), EPOLL_CTL_DEL, reported, nullptr);
    }
}

/// Until curl or a deadline is due, rounded up; -1 when neither is ever.
int curl_engine::state::wait_milliseconds() const {
    using std::chrono::milliseconds;
    constexpr milliseconds longest = std::chrono::hours{1};
    time_point next = curl_is_due_at_.value_or(time_point::max());
    if (!deadlines_.empty()) next = std::min(next, deadlines_.begin()->first);
    if (next == time_point::max()) return -1;
    const time_point now = steady_clock::now();
    if (next <= now) return 0;
    const auto left = std::min(next - now, time_point::duration{longest});
    return static_cast<int>(std::chrono::ceil<milliseconds>(left).count());
}

void curl_engine::state::finish_done() {
    int left{};
    while (const CURLMsg* const message = curl_multi_info_read(multi_.get(), &left)) {
        const CURLcode code = message->data.result;
        void* owner{};
        curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &owner);
        exchange& done = *static_cast<exchange*>(owner);
        finish(done.id, done.transfer->finish(code));
    }
}

void curl_engine::state::end_overdue() {
    while (!deadlines_.empty() && deadlines_.begin()->first <= steady_clock::now()) {
        end_early(deadlines_.begin()->second);
    }
}

void curl_engine::state::end_early(exchange_id id) {
    const auto at = exchanges_.find(id);
    if (at == exchanges_.end()) return;  // it was over just before
    const exchange& each = at->second;
    const auto end = end_of(each.outgoing.bounds, each.transfer ? each.transfer->doing() : queued);
    if (end) finish(id, *end);
}

/// Forgets the exchange, then calls its handler.
void curl_engine::state::finish(exchange_id id, outcome<http::response> answer) {
    auto taken = exchanges_.extract(id);
    exchange& over = taken.mapped();
    deadlines_.erase({over.outgoing.bounds.deadline, id});
    const auto at = hosts_.find(over.outgoing.base_url);
    const bool was_waiting = at->second.waiting.erase(id) != 0;
    if (!was_waiting) --at->second.under_way;
    if (over.transfer) {
        curl_multi_remove_handle(multi_.get(), over.transfer->handle());
        idle_.push_back(over.transfer->release());
    }
    if (at->second.under_way == 0 && at->second.waiting.empty()) hosts_.erase(at);
    call(over.done, std::move(answer));
}

curl_handle curl_engine::state::idle_handle() {
    if (idle_.empty()) return make_handle(options_.ca_file);
    curl_handle handle = std::move(idle_.back());
    idle_.pop_back();
    return handle;
}

// Curl may say only after closing a socket that it need not be watched any more. By then its number
// may be somebody else's: so a socket stays in the epoll until it reports something unasked.
int curl_engine::state::on_socket(CURL*, curl_socket_t socket, int what, void* self, void*) {
    state& engine = *static_cast<state*>(self);
    if (what == CURL_POLL_REMOVE) {
        engine.watched_.erase(socket);
        return 0;
    }
    engine.watched_.insert(socket);
    epoll_event event{.events = 0, .data = {.fd = socket}};
    if (what != CURL_POLL_OUT) event.events |= EPOLLIN;
    if (what != CURL_POLL_IN) event.events |= EPOLLOUT;
    const int epoll = engine.epoll_.number();
    if (::epoll_ctl(epoll, EPOLL_CTL_MOD, socket, &event) == 0) return 0;
    return ::epoll_ctl(epoll, EPOLL_CTL_ADD, socket, &event);
}

int curl_engine::state::on_timer(CURLM*, long milliseconds, void* self) {
    auto& due_at = static_cast<state*>(self)->curl_is_due_at_;
    due_at.reset();
    if (milliseconds >= 0) {
        due_at = later(steady_clock::now(), std::chrono::milliseconds{milliseconds});
    }
    return 0;
}

}  // namespace partner_center::detail
