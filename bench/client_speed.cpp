// What the SDK costs beside libcurl alone, which sends the same requests and reads no JSON: one
// call after the other, and many under way on one thread; and what many under way are good for when
// the service is 2 ms away. Calls the SDK, libcurl, and a server in a process of its own.
//   client_speed [ROUNDS] [SECONDS]    rounds in turn (5) of so many seconds each (1);
//                                      exit status 1 when a figure is missed
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <deque>
#include <exception>
#include <functional>
#include <future>
#include <memory>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdexcept>
#include <string>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <unordered_map>
#include <utility>
#include <vector>

#include <curl/curl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <partner_center/client.hpp>
#include <partner_center/curl_transport.hpp>
#include <partner_center/testing/fake_transport.hpp>

namespace partner_center {
namespace {

using clock = std::chrono::steady_clock;
using std::chrono::microseconds;

constexpr std::size_t in_flight = 256;
constexpr microseconds far_away{2'000};
/// What is demanded of the medians.
constexpr double sequential_min = 0.95;
constexpr double asynchronous_min = 0.8;
constexpr double far_away_min = 5.0;

constexpr std::string_view customer_id = "6f1c9a52-3d0e-4b7c-9c11-5a2e8d40b7f3";
constexpr std::string_view profile =
    R"({"id":"9a3e6b1d-7c42-5f08-a1d9-04c6e2b87f55","email":"ap@tidewater-coop.example",)"
    R"("culture":"en-US","language":"en","companyName":"Tidewater Cooperative","defaultAddress":)"
    R"({"country":"US","city":"Astoria","state":"OR","addressLine1":"410 Pier Road",)"
    R"("postalCode":"97103","firstName":"Maren","lastName":"Oyelaran","phoneNumber":""},"links":)"
    R"({"self":{"uri":"/v1/customers/6f1c9a52-3d0e-4b7c-9c11-5a2e8d40b7f3/profiles/billing",)"
    R"("method":"GET","headers":[]}},"attributes":{"etag":"-3187205566410928834",)"
    R"("objectType":"CustomerBillingProfile"}})";

int checked(int number, const char* what) {
    if (number < 0) throw std::runtime_error{std::string{what} + " failed"};
    return number;
}

/// Answers every request with the profile, so much later, in a process of its own.
class profile_server {
public:
    explicit profile_server(microseconds delay);
    ~profile_server() {
        ::kill(process_, SIGKILL);
        ::waitpid(process_, nullptr, 0);
    }
    profile_server(const profile_server&) = delete;
    profile_server& operator=(const profile_server&) = delete;

    [[nodiscard]] std::string url() const { return fmt::format("http://127.0.0.1:{}", port_); }

private:
    std::uint16_t port_{};
    pid_t process_{};
};

void answer_for_ever(int listener, microseconds delay) {
    struct due_answer {
        clock::time_point at{};
        int socket{};
    };
    const std::string answer = fmt::format(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{}",
        profile.size(),
        profile
    );
    const int epoll = ::epoll_create1(0);
    const int timer = ::timerfd_create(CLOCK_MONOTONIC, 0);
    for (const int each : {listener, timer}) {
        epoll_event event{.events = EPOLLIN, .data = {.fd = each}};
        ::epoll_ctl(epoll, EPOLL_CTL_ADD, each, &event);
    }
    std::deque<due_answer> due;
    std::unordered_map<int, std::string> heads;
    for (;;) {
        std::array<epoll_event, 256> ready{};
        const int count = ::epoll_wait(epoll, ready.data(), static_cast<int>(ready.size()), -1);
        for (int at = 0; at < count; ++at) {
            const int socket = ready.at(static_cast<std::size_t>(at)).data.fd;
            if (socket == timer) {
                std::uint64_t times{};
                checked(static_cast<int>(::read(timer, &times, sizeof times)), "read");
                continue;
            }
            if (socket == listener) {
                const int accepted = ::accept(listener, nullptr, nullptr);
                const int on = 1;
                ::setsockopt(accepted, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
                epoll_event event{.events = EPOLLIN, .data = {.fd = accepted}};
                ::epoll_ctl(epoll, EPOLL_CTL_ADD, accepted, &event);
                continue;
            }
            std::array<char, 8192> block{};
            const auto got = ::recv(socket, block.data(), block.size(), 0);
            std::string& head = heads[socket];
            if (got <= 0) {
                heads.erase(socket);
                ::close(socket);
                continue;
            }
            head.append(block.data(), static_cast<std::size_t>(got));
            if (!head.ends_with("\r\n\r\n")) continue;
            head.clear();
            due.push_back({clock::now() + delay, socket});
        }
        while (!due.empty() && due.front().at <= clock::now()) {
            ::send(due.front().socket, answer.data(), answer.size(), MSG_NOSIGNAL);
            due.pop_front();
        }
        if (due.empty()) continue;
        const auto left = std::max(due.front().at - clock::now(), clock::duration{1});
        const itimerspec then{
            .it_interval = {},
            .it_value = {.tv_sec = 0, .tv_nsec = std::chrono::nanoseconds{left}.count()}};
        ::timerfd_settime(timer, 0, &then, nullptr);
    }
}

profile_server::profile_server(microseconds delay) {
    const int listener = checked(::socket(AF_INET, SOCK_STREAM, 0), "socket");
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    void* const raw = &address;
    checked(::bind(listener, static_cast<sockaddr*>(raw), size), "bind");
    checked(::listen(listener, SOMAXCONN), "listen");
    checked(::getsockname(listener, static_cast<sockaddr*>(raw), &size), "getsockname");
    port_ = ntohs(address.sin_port);
    process_ = checked(::fork(), "fork");
    if (process_ == 0) {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        answer_for_ever(listener, delay);
    }
    ::close(listener);
}

[[nodiscard]] client client_of(const std::string& url, std::shared_ptr<const transport> over) {
    const auto who = std::make_shared<const static_credential>(
        std::string(900, 't'), std::chrono::system_clock::now() + std::chrono::hours{24}
    );
    return client{clouds::global, who, {.base_url = url, .transport = std::move(over)}};
}

[[nodiscard]] customer_billing_profile_operations billing_of(const client& from) {
    return from.customers().by_id(customer_id).profiles().billing();
}

/// A transfer over curl alone of what the SDK sends: each time with another MS-RequestId.
class bare_transfer {
public:
    explicit bare_transfer(const std::string& url) {
        const auto fake = std::make_shared<testing::fake_transport>();
        static_cast<void>(billing_of(client_of(url, fake)).get());
        const outgoing_request sent = fake->requests().at(0);
        curl_easy_setopt(handle(), CURLOPT_URL, (url + sent.request.target).c_str());
        for (const http::field& each : sent.request.fields) {
            if (each.name != "MS-RequestId") lines_.push_back(each.name + ": " + each.value);
        }
        curl_easy_setopt(handle(), CURLOPT_NOPROXY, "*");
        curl_easy_setopt(handle(), CURLOPT_WRITEFUNCTION, &append);
        curl_easy_setopt(handle(), CURLOPT_WRITEDATA, this);
        curl_easy_setopt(handle(), CURLOPT_PRIVATE, this);
    }
    bare_transfer(const bare_transfer&) = delete;
    bare_transfer& operator=(const bare_transfer&) = delete;
    ~bare_transfer() {
        curl_easy_cleanup(handle());
        curl_slist_free_all(headers_);
    }

    [[nodiscard]] CURL* handle() const { return easy_; }

    void begin() {
        body_.clear();
        curl_slist_free_all(std::exchange(headers_, nullptr));
        guid id;
        checked(::getentropy(id.bytes.data(), id.bytes.size()), "getentropy");
        headers_ = curl_slist_append(headers_, ("MS-RequestId: " + to_string(id)).c_str());
        for (const std::string& each : lines_) headers_ = curl_slist_append(headers_, each.c_str());
        curl_easy_setopt(handle(), CURLOPT_HTTPHEADER, headers_);
    }
    void end(CURLcode code) const {
        if (code != CURLE_OK || body_ != profile) throw std::runtime_error{"not the profile"};
    }

private:
    static std::size_t append(char* data, std::size_t, std::size_t size, void* self) {
        static_cast<bare_transfer*>(self)->body_.append(data, size);
        return size;
    }

    CURL* easy_ = curl_easy_init();
    curl_slist* headers_{};
    std::vector<std::string> lines_{};
    std::string body_{};
};

/// Calls `once` until the time is over; how often in a second, `each` counted at a time.
[[nodiscard]] double rate_of(clock::duration length, const std::function<std::size_t()>& once) {
    std::size_t count = 0;
    const auto began = clock::now();
    auto now = began;
    for (; now < began + length; now = clock::now()) count += once();
    return static_cast<double>(count) / std::chrono::duration<double>{now - began}.count();
}

/// One after the other, over curl's easy interface.
[[nodiscard]] double measure_easy(const std::string& url, clock::duration length) {
    bare_transfer transfer{url};
    const auto once = [&]() -> std::size_t {
        transfer.begin();
        transfer.end(curl_easy_perform(transfer.handle()));
        return 1;
    };
    static_cast<void>(once());
    return rate_of(length, once);
}

[[nodiscard]] double measure_get(const std::string& url, clock::duration length) {
    const client client = client_of(url, nullptr);
    const auto once = [&]() -> std::size_t {
        static_cast<void>(billing_of(client).get().value());
        return 1;
    };
    static_cast<void>(once());
    return rate_of(length, once);
}

/// As many under way as said, over curl's multi interface with its own polling.
[[nodiscard]] double measure_multi(const std::string& url, clock::duration length) {
    const std::unique_ptr<CURLM, decltype(&curl_multi_cleanup)> multi{
        curl_multi_init(), &curl_multi_cleanup};
    curl_multi_setopt(multi.get(), CURLMOPT_MAXCONNECTS, static_cast<long>(in_flight));
    std::deque<bare_transfer> transfers;
    const auto start = [&](bare_transfer& each) {
        each.begin();
        curl_multi_add_handle(multi.get(), each.handle());
    };
    while (transfers.size() < in_flight) start(transfers.emplace_back(url));
    const auto once = [&] {
        int running{};
        curl_multi_perform(multi.get(), &running);
        std::size_t done = 0;
        int left{};
        while (const CURLMsg* const message = curl_multi_info_read(multi.get(), &left)) {
            void* owner{};
            curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &owner);
            bare_transfer& each = *static_cast<bare_transfer*>(owner);
            each.end(message->data.result);
            curl_multi_remove_handle(multi.get(), each.handle());
            start(each);
            ++done;
        }
        if (done == 0) curl_multi_poll(multi.get(), nullptr, 0, 1'000, nullptr);
        return done;
    };
    for (std::size_t warm = 0; warm < in_flight;) warm += once();
    const double rate = rate_of(length, once);
    for (bare_transfer& each : transfers) {
        curl_multi_remove_handle(multi.get(), each.handle());
    }
    return rate;
}

/// As many under way, at least; the caller takes their outcomes some at a time.
[[nodiscard]] double measure_get_async(const std::string& url, clock::duration length) {
    constexpr std::size_t at_a_time = 64;
    const auto network = make_curl_transport({.connections_per_host = in_flight});
    const client client =
        client_of(url, std::make_shared<const retry_transport>(network, retry_options{}));
    std::deque<std::future<outcome<billing_profile>>> under_way;
    const auto once = [&] {
        while (under_way.size() < in_flight + at_a_time) {
            under_way.push_back(billing_of(client).get_async());
        }
        under_way[at_a_time - 1].wait();
        for (std::size_t each = 0; each < at_a_time; ++each) {
            static_cast<void>(under_way.front().get().value());
            under_way.pop_front();
        }
        return at_a_time;
    };
    for (std::size_t warm = 0; warm < in_flight;) warm += once();
    const double rate = rate_of(length, once);
    for (auto& each : under_way) static_cast<void>(each.get().value());
    return rate;
}

struct rates {
    double easy{};
    double get{};
    double multi{};
    double get_async{};
    double far_get{};
    double far_get_async{};
};

[[nodiscard]] double median(
    const std::vector<rates>& rounds, double rates::*of, double rates::*to
) {
    std::vector<double> values;
    for (const rates& each : rounds) {
        values.push_back(to == nullptr ? each.*of : each.*of / (each.*to));
    }
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
}

[[nodiscard]] bool run(std::size_t rounds, clock::duration length) {
    const profile_server near{microseconds{0}};
    const profile_server far{far_away};
    curl_global_init(CURL_GLOBAL_DEFAULT);
    std::vector<rates> all;
    for (std::size_t round = 0; round < rounds; ++round) {
        all.push_back({
            .easy = measure_easy(near.url(), length),
            .get = measure_get(near.url(), length),
            .multi = measure_multi(near.url(), length),
            .get_async = measure_get_async(near.url(), length),
            .far_get = measure_get(far.url(), length),
            .far_get_async = measure_get_async(far.url(), length),
        });
        const rates& last = all.back();
        fmt::print(
            "round {}: one by one: curl {:.0f}/s, get() {:.0f}/s; {} under way: curl {:.0f}/s, "
            "get_async() {:.0f}/s; 2 ms away: get() {:.0f}/s, get_async() {:.0f}/s\n",
            round + 1,
            last.easy,
            last.get,
            in_flight,
            last.multi,
            last.get_async,
            last.far_get,
            last.far_get_async
        );
    }
    const double sequential = median(all, &rates::get, &rates::easy);
    const double asynchronous = median(all, &rates::get_async, &rates::multi);
    const double away = median(all, &rates::far_get_async, &rates::far_get);
    fmt::print("get() to curl: {:.3f}, at least {:.2f}\n", sequential, sequential_min);
    fmt::print("get_async() to curl: {:.3f}, at least {:.2f}\n", asynchronous, asynchronous_min);
    fmt::print("2 ms away, get_async() to get(): {:.1f}, at least {:.1f}\n", away, far_away_min);
    fmt::print(
        R"({{"bench":"client_speed","rounds":{},"in_flight":{},"curl_rate":{:.0f},"get_rate":{:.0f},)"
        R"("multi_rate":{:.0f},"get_async_rate":{:.0f},"get_to_curl":{:.3f},)"
        R"("get_async_to_curl":{:.3f},"far_async_to_get":{:.2f}}})"
        "\n",
        rounds,
        in_flight,
        median(all, &rates::easy, nullptr),
        median(all, &rates::get, nullptr),
        median(all, &rates::multi, nullptr),
        median(all, &rates::get_async, nullptr),
        sequential,
        asynchronous,
        away
    );
    return sequential >= sequential_min && asynchronous >= asynchronous_min && away >= far_away_min;
}

}  // namespace
}  // namespace partner_center

int main(int count, char** words) try {
    const std::size_t rounds = count > 1 ? std::stoul(words[1]) : 5;
    const std::chrono::duration<double> length{count > 2 ? std::stod(words[2]) : 1.0};
    using partner_center::clock;
    return partner_center::run(rounds, std::chrono::duration_cast<clock::duration>(length)) ? 0 : 1;
} catch (const std::exception& error) {
    fmt::print(stderr, "client_speed: {}\n", error.what());
    return 1;
}
