// partnerd behind nginx and HAProxy, with connections to it kept alive and shared: whatever clients
// send, it reads each request as the proxy meant it, and every answer goes to who asked. Calls
// connection.cpp; the two proxies are Debian's.
// SPDX-License-Identifier: MIT
#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <netinet/in.h>
#include <optional>
#include <ostream>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <system_error>
#include <vector>

#include <boost/algorithm/string/replace.hpp>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "tests/support/partnerd.hpp"
#include "tests/wire/cases.hpp"
#include "tests/wire/connection.hpp"

namespace partner_center::wire {
namespace {

using testing::partnerd;
using testing::program;
using testing::read_file;
using testing::temporary_directory;

/// A listening socket on a free loopback port that the proxy inherits: nobody can take the port in
/// between, and clients may connect before the proxy is ready.
class listening {
public:
    listening() {
        ::sockaddr_in own{};
        ::socklen_t bytes = sizeof own;
        own.sin_family = AF_INET;
        own.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        auto* const place = reinterpret_cast<::sockaddr*>(&own);
        const bool listens = ::bind(number_, place, bytes) == 0 && ::listen(number_, 1024) == 0 &&
                             ::getsockname(number_, place, &bytes) == 0;
        if (!listens) throw std::system_error{errno, std::generic_category(), "listen"};
        port_ = ntohs(own.sin_port);
    }
    ~listening() { ::close(number_); }
    listening(const listening&) = delete;
    listening& operator=(const listening&) = delete;

    [[nodiscard]] int number() const { return number_; }
    [[nodiscard]] std::uint16_t port() const { return port_; }

private:
    int number_{::socket(AF_INET, SOCK_STREAM, 0)};
    std::uint16_t port_{};
};

/// A request as a proxy logged it.
struct forwarded {
    std::uint16_t client{};  ///< the client's port
    bool was_answered{};     ///< by partnerd or by the proxy itself
    std::string asked_id{};  ///< the request's MS-RequestId, as the proxy read it
    std::string answered{};  ///< "status id" as partnerd answered; empty: it was not asked
};

/// Both proxies write lines of this form: the client's port, OK or a status when it got a
/// whole answer, the id asked for, the status and the id from partnerd.
[[nodiscard]] std::vector<forwarded> read_proxy_log(const std::string& text) {
    static const std::regex form{R"re(exchange (\d+) (\S*) "([^"]*)" "(-|-?\d+)" "([^"]*)")re"};
    std::vector<forwarded> out;
    for (std::sregex_iterator at{text.begin(), text.end(), form}, end; at != end; ++at) {
        const std::smatch& line = *at;
        const bool was_asked = line[5].length() > 1;  // else "-" or nothing
        const bool is_whole = line[2].length() > 1 && line[2] != "-1";
        out.push_back({
            .client = static_cast<std::uint16_t>(std::stoul(line[1])),
            .was_answered = is_whole,
            .asked_id = line[3],
            .answered = was_asked ? line[4].str() + ' ' + line[5].str() : "",
        });
    }
    return out;
}

/// A proxy program and what it is told. `configure` gives the text for a port to listen on, its
/// descriptor, partnerd's port and a directory.
struct flavour {
    std::string name{};
    std::vector<std::string> (*words)(const std::filesystem::path& file){};
    std::string (*configure)(const listening&, std::uint16_t, const std::filesystem::path&){};
    int stop_signal{};
};

void PrintTo(const flavour& one, std::ostream* out) {
    *out << one.name;
}

/// nginx. Passes on all it can: no clean-up of paths or of fields.
template <bool Buffers>
[[nodiscard]] std::string nginx_text(
    const listening& front, std::uint16_t partnerd, const std::filesystem::path& scratch
) {
    return fmt::format(
        R"(daemon off;
user root;
pid {0}/nginx.pid;
error_log {0}/error.log;
events {{}}
http {{
  client_body_temp_path {0}/body;
  proxy_temp_path {0}/proxy;
  fastcgi_temp_path {0}/fastcgi;
  uwsgi_temp_path {0}/uwsgi;
  scgi_temp_path {0}/scgi;
  log_format exchange 'exchange $remote_port $request_completion "$http_ms_requestid" '
    '"$upstream_status" "$upstream_http_ms_requestid"';
  access_log {0}/exchanges.log exchange;
  ignore_invalid_headers off;
  underscores_in_headers on;
  merge_slashes off;
  client_max_body_size 0;
  client_header_buffer_size 64k;
  large_client_header_buffers 4 64k;
  keepalive_requests 100000;
  upstream partnerd {{ server 127.0.0.1:{1}; keepalive 1; keepalive_requests 100000; }}
  server {{
    listen 127.0.0.1:{2};
    location / {{
      proxy_pass http://partnerd;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_set_header Host $http_host;
      proxy_request_buffering {3};
      proxy_next_upstream off;
      proxy_ignore_client_abort on;
    }}
  }}
}}
)",
        scratch.string(),
        partnerd,
        front.port(),
        Buffers ? "on" : "off"
    );
}

/// HAProxy. The lax one takes requests that the strict one refuses.
template <bool Lax>
[[nodiscard]] std::string
haproxy_text(const listening& front, std::uint16_t partnerd, const std::filesystem::path&) {
    return fmt::format(
        R"(global
  log stdout format raw local0
  nbthread 1
  tune.bufsize 65536
  tune.maxrewrite 1024
  tune.http.maxhdr 500
defaults
  mode http
  log global
  timeout connect 10s
  timeout client 30s
  timeout server 30s
  timeout http-request 30s
  option http-keep-alive
  option disable-h2-upgrade
  http-reuse always
  retries 0
frontend clients
  bind fd@{0}
  {2}
  capture request header MS-RequestId len 128
  capture response header MS-RequestId len 128
  log-format 'exchange %cp %ST "%[capture.req.hdr(0)]" "%ST" "%[capture.res.hdr(0)]"'
  default_backend partnerd
backend partnerd
  server partnerd 127.0.0.1:{1}
)",
        front.number(),
        partnerd,
        Lax ? "option accept-invalid-http-request" : ""
    );
}

[[nodiscard]] std::vector<std::string> nginx_words(const std::filesystem::path& file) {
    return {
        "/usr/sbin/nginx",
        "-p",
        file.parent_path(),
        "-e",
        file.parent_path() / "error.log",
        "-c",
        file};
}
[[nodiscard]] std::vector<std::string> haproxy_words(const std::filesystem::path& file) {
    return {"/usr/sbin/haproxy", "-db", "-f", file};
}

/// A proxy in front of a partnerd of its own.
class Behind : public ::testing::TestWithParam<flavour> {
protected:
    void SetUp() override {
        const flavour& chosen = GetParam();
        const listening front;
        const std::filesystem::path file = scratch_ / "configuration";
        std::ofstream{file} << chosen.configure(front, server.port(), scratch_.path());
        // How nginx is told of sockets that it inherits.
        ::setenv("NGINX", fmt::format("{};", front.number()).c_str(), 1);
        proxy_.emplace(chosen.words(file), scratch_.path());
        ::unsetenv("NGINX");
        port_ = front.port();
    }

    [[nodiscard]] connection connect() const { return connection{{.port = port_}}; }

    // Asked to, nginx ends its worker; killed, it would leave it behind.
    void TearDown() override {
        if (proxy_) stop_proxy();
    }

    /// Ends the proxy and partnerd, in this order; what the proxy logged.
    [[nodiscard]] std::vector<forwarded> stop() {
        stop_proxy();
        EXPECT_EQ(server.stop(), 0);
        const std::filesystem::path file = scratch_ / "exchanges.log";
        return read_proxy_log(std::filesystem::exists(file) ? read_file(file) : proxy_->output());
    }

    /// What went wrong, for a failure's message.
    [[nodiscard]] std::string last_words() const { return proxy_->errors() + proxy_->output(); }

    partnerd server{{"--behind-proxy"}};

private:
    void stop_proxy() {
        proxy_->signal(GetParam().stop_signal);
        EXPECT_EQ(proxy_->wait(), 0) << last_words();
    }

    temporary_directory scratch_{};
    std::optional<program> proxy_{};
    std::uint16_t port_{};
};

[[nodiscard]] std::string id_of(std::size_t number) {
    return fmt::format("600d0000-0000-4000-8000-{:012x}", number);
}

/// "status id" of every exchange in partnerd's log.
[[nodiscard]] std::multiset<std::string> answered_by(const partnerd& server) {
    static const std::regex form{R"re("requestId":"([^"]+)".*"status":(\d+))re"};
    std::multiset<std::string> out;
    std::istringstream lines{server.log()};
    for (std::string line; std::getline(lines, line);) {
        std::smatch found;
        if (std::regex_search(line, found, form)) out.insert(found[2].str() + ' ' + found[1].str());
    }
    return out;
}

/// How many answers these bytes are: each has its length; one without a head is an HTTP/0.9 answer
/// and the last.
[[nodiscard]] std::size_t count_answers(const std::string& bytes, bool have_bodies) {
    static const std::regex length{R"re(\r\nContent-Length: (\d+)\r\n)re", std::regex::icase};
    std::size_t answers = 0;
    for (std::size_t begin = 0; begin < bytes.size(); ++answers) {
        const std::size_t end = bytes.find("\r\n\r\n", begin);
        if (bytes.compare(begin, 5, "HTTP/") != 0 || end == std::string::npos) return answers + 1;
        const std::string head = bytes.substr(begin, end + 4 - begin);
        begin += head.size();
        std::smatch found;
        const bool has_body = have_bodies && !head.starts_with("HTTP/1.1 100");
        if (has_body && std::regex_search(head, found, length)) begin += std::stoul(found[1]);
        if (has_body && found.empty()) begin = bytes.size();  // its end is the connection's
        if (head.starts_with("HTTP/1.1 100")) --answers;
    }
    return answers;
}

TEST_P(Behind, EveryRequestIsReadAsTheProxyMeantIt) {
    const std::string token = server.token();
    std::map<std::uint16_t, std::size_t> received;  // answers, by the client's port
    std::set<std::uint16_t> attackers;
    std::size_t number = 0;
    for (const wire_case& row : cases()) {
        SCOPED_TRACE(row.name);
        {
            connection attacker = connect();
            attackers.insert(attacker.port());
            attacker.send(boost::replace_all_copy(row.bytes, token_place, token), cut::whole);
            attacker.end_sending();
            const std::string answers = attacker.receive_rest_or_reset();
            received[attacker.port()] += count_answers(answers, !row.is_head);
        }
        const std::string id = id_of(++number);
        connection good = connect();
        good.send(
            "GET /healthz HTTP/1.1\r\nHost: partnerd\r\nMS-RequestId: " + id + "\r\n\r\n",
            cut::whole
        );
        const auto answer = good.receive(true);
        ASSERT_TRUE(answer) << last_words();
        ++received[good.port()];
        EXPECT_EQ(answer->status, 200U);
        EXPECT_EQ(answer->body, R"({"status":"ok"})");
        EXPECT_EQ(answer->find("MS-RequestId"), id);
    }

    const std::vector<forwarded> requests = stop();
    std::multiset<std::string> read = answered_by(server);
    std::multiset<std::string> given_up;  // ids of requests whose answer the proxy did not await
    std::set<std::uint16_t> passed_on;
    std::map<std::uint16_t, std::size_t> sent;
    for (const auto& [client, answers] : received) sent[client] = 0;
    for (const forwarded& request : requests) {
        sent[request.client] += request.was_answered ? 1 : 0;
        if (request.answered.empty()) {
            given_up.insert(request.asked_id);
            continue;
        }
        if (attackers.contains(request.client)) passed_on.insert(request.client);
        const auto found = read.find(request.answered);
        ASSERT_NE(found, read.end()) << "partnerd did not answer " << request.answered;
        read.erase(found);
        // A head that partnerd refuses has no id for it.
        if (parse_guid(request.asked_id) && !request.answered.starts_with("400 ")) {
            EXPECT_EQ(request.answered.substr(4), request.asked_id) << "an answer of another";
        }
    }
    given_up.erase(std::string{canary_id});  // whole wherever it stands: never given up
    std::erase_if(read, [&](const std::string& exchange) {
        const auto found = given_up.find(exchange.substr(4));
        if (found == given_up.end()) return false;
        given_up.erase(found);
        return true;
    });
    EXPECT_THAT(read, ::testing::IsEmpty()) << "read by partnerd alone";
    EXPECT_EQ(sent, received);
    EXPECT_GT(passed_on.size(), 0U);
    RecordProperty("passed_on", static_cast<int>(passed_on.size()));
}

INSTANTIATE_TEST_SUITE_P(
    Proxies,
    Behind,
    ::testing::Values(
        flavour{"Nginx", nginx_words, nginx_text<true>, SIGQUIT},
        flavour{"NginxThatDoesNotBuffer", nginx_words, nginx_text<false>, SIGQUIT},
        flavour{"Haproxy", haproxy_words, haproxy_text<false>, SIGUSR1},
        flavour{"LaxHaproxy", haproxy_words, haproxy_text<true>, SIGUSR1}
    ),
    [](const auto& row) { return row.param.name; }
);

}  // namespace
}  // namespace partner_center::wire
