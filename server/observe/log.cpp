// Formatting and writing of log lines. Calls nothing of ours but the codec's string escaping.
// SPDX-License-Identifier: MIT
#include "server/observe/log.hpp"

#include <algorithm>
#include <cerrno>
#include <climits>
#include <condition_variable>
#include <iterator>
#include <limits>
#include <mutex>
#include <sys/stat.h>
#include <thread>
#include <utility>
#include <vector>

#include <boost/lockfree/spsc_queue.hpp>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include "server/observe/metrics.hpp"
#include <partner_center/json.hpp>

namespace partner_center {
namespace {

/// Records that wait for the writer, per reactor; more are dropped and counted.
constexpr std::size_t ring_records_max = 4096;
/// Events that wait for the writer, all together.
constexpr std::size_t event_bytes_max = 256 * 1024;
/// How long the end of the program waits for a reader of the log that does not read.
constexpr std::chrono::milliseconds last_words{1000};
/// How long a record may wait before it is looked for. When there is much to write it is less, so
/// that a reactor that shares its core with the writer is not held up for long at a time.
constexpr std::chrono::milliseconds drain_interval{20};
constexpr std::chrono::milliseconds busy_interval{4};
constexpr std::size_t busy_bytes = 8 * 1024;

constexpr std::array<std::string_view, 4> level_names{"debug", "info", "warning", "error"};

/// REQUIRES: 0 <= number < 1000.
void append_three_digits(std::string& out, std::int64_t number) {
    for (const std::int64_t place : {100, 10, 1}) {
        out += static_cast<char>('0' + number / place % 10);
    }
}

void append_number(std::string& out, std::uint64_t number) {
    const fmt::format_int digits{number};
    out.append(digits.data(), digits.size());
}

/// "2026-11-22T20:30:00.123Z". Remembers the text of the last second: records come in thousands a
/// second.
class timestamps {
public:
    void append(std::string& out, std::chrono::system_clock::time_point at) {
        const auto second = std::chrono::floor<std::chrono::seconds>(at);
        if (second != second_ || text_.empty()) {
            second_ = second;
            const std::time_t whole = std::chrono::system_clock::to_time_t(second);
            text_ = fmt::format("{:%Y-%m-%dT%H:%M:%S}", fmt::gmtime(whole));
        }
        const auto rest = std::chrono::floor<std::chrono::milliseconds>(at - second).count();
        out.append(text_).append(".");
        append_three_digits(out, rest);
        out += 'Z';
    }

private:
    std::chrono::sys_seconds second_{};
    std::string text_{};
};

/// True for a text that would not be read back as one word of a line.
[[nodiscard]] bool needs_quotes(std::string_view text) {
    return text.empty() || std::ranges::any_of(text, [](char c) {
               return c <= ' ' || c == '"' || c == '=' || c == '\x7f';
           });
}

/// Builds one line, member by member, in either format. Names are words that need no escapes.
class line {
public:
    line(std::string& out, log_format format) : out_{out}, json_{format == log_format::json} {}
    /// Any text.
    void text(std::string_view name, std::string_view value) {
        start(name);
        if (json_ || needs_quotes(value)) {
            append_json_string(out_, value);
        } else {
            out_ += value;
        }
    }
    /// A text that needs neither escapes nor quotes in the text format: a fixed word, an id.
    void word(std::string_view name, std::string_view value) {
        quoted(name, [value](std::string& out) { out += value; });
    }
    void id(std::string_view name, const std::optional<guid>& value) {
        if (value) quoted(name, [&value](std::string& out) { append(out, *value); });
    }
    void time(timestamps& stamps, std::chrono::system_clock::time_point at) {
        quoted("time", [&](std::string& out) { stamps.append(out, at); });
    }
    void number(std::string_view name, std::uint64_t value) {
        start(name);
        append_number(out_, value);
    }
    /// In milliseconds, to the microsecond.
    void duration(std::string_view name, std::chrono::nanoseconds value) {
        using std::chrono::microseconds;
        const auto count = std::chrono::floor<microseconds>(value).count();
        number(name, static_cast<std::uint64_t>(count / 1000));
        out_ += '.';
        append_three_digits(out_, count % 1000);
    }
    void end() { out_ += json_ ? "}\n" : "\n"; }

private:
    void start(std::string_view name) {
        if (json_) {
            out_.append(first_ ? "{\"" : ",\"").append(name).append("\":");
        } else {
            out_.append(first_ ? "" : " ").append(name).append("=");
        }
        first_ = false;
    }
    template <class Append>
    void quoted(std::string_view name, Append append_value) {
        start(name);
        if (json_) out_ += '"';
        append_value(out_);
        if (json_) out_ += '"';
    }

    std::string& out_;
    bool json_;
    bool first_{true};
};

void append_record(
    std::string& out, const exchange_record& record, log_format format, timestamps& stamps
) {
    line entry{out, format};
    entry.time(stamps, record.began);
    entry.word("level", level_names[static_cast<std::size_t>(log_level::info)]);
    entry.word("event", "exchange");
    entry.word("requestId", record.request_text());
    entry.word("correlationId", record.correlation_text());
    entry.id("partnerId", record.partner_id);
    entry.id("applicationId", record.application_id);
    entry.id("userId", record.user_id);
    if (!record.method.empty()) entry.word("method", record.method);
    if (!record.operation.empty()) entry.word("operation", record.operation);
    entry.number("status", record.status);
    if (!record.fault.empty()) entry.word("fault", record.fault);
    entry.duration("ms", record.took);
    entry.end();
}

class ring final : public exchange_log {
public:
    explicit ring(bool enabled) : enabled_{enabled} {}

    void write(const exchange_record& record) override {
        if (enabled_ && !queue_.push(record)) dropped_.add(1);
    }

    void drain(std::string& out, log_format format, timestamps& stamps) {
        queue_.consume_all([&](const exchange_record& record) {
            append_record(out, record, format, stamps);
        });
    }
    [[nodiscard]] std::uint64_t dropped() const { return dropped_.value(); }

private:
    const bool enabled_;
    boost::lockfree::spsc_queue<exchange_record> queue_{ring_records_max};
    counter dropped_{};
};

/// How much can be written at once without waiting for a reader, once the descriptor polls as
/// writable: a file has none, an empty pipe takes what it holds, any other PIPE_BUF.
[[nodiscard]] std::size_t piece_bytes(int descriptor) {
    struct stat status {};
    if (::fstat(descriptor, &status) != 0) return PIPE_BUF;
    if (S_ISREG(status.st_mode)) return std::numeric_limits<std::size_t>::max();
    int unread{};
    const bool is_empty =
        S_ISFIFO(status.st_mode) && ::ioctl(descriptor, FIONREAD, &unread) == 0 && unread == 0;
    const int capacity = is_empty ? ::fcntl(descriptor, F_GETPIPE_SZ) : 0;
    return std::max<std::size_t>(static_cast<std::size_t>(std::max(capacity, 0)), PIPE_BUF);
}

template <std::size_t Count>
[[nodiscard]] std::optional<std::size_t> index_of(
    std::string_view text, const std::array<std::string_view, Count>& names
) {
    for (std::size_t at = 0; at < Count; ++at) {
        if (names.at(at) == text) return at;
    }
    return {};
}

}  // namespace

std::optional<log_level> parse_log_level(std::string_view text) {
    const auto at = index_of(text, level_names);
    if (!at) return {};
    return static_cast<log_level>(*at);
}

std::optional<log_format> parse_log_format(std::string_view text) {
    const auto at = index_of<2>(text, {"json", "text"});
    if (!at) return {};
    return static_cast<log_format>(*at);
}

class log::implementation {
public:
    explicit implementation(log::options wanted)
        : options_{wanted}, writer_{[this](const std::stop_token& stop) { run(stop); }} {}

    exchange_log& add_reactor() {
        const std::lock_guard lock{mutex_};
        return *rings_.emplace_back(std::make_shared<ring>(options_.level <= log_level::info));
    }

    void event(log_level level, std::string_view name, std::initializer_list<log_field> fields) {
        if (level < options_.level) return;
        std::string out;
        line entry{out, options_.format};
        begin(entry, level, name);
        for (const log_field& field : fields) entry.text(field.name, field.text);
        entry.end();
        const std::lock_guard lock{mutex_};
        if (events_.size() + out.size() > event_bytes_max) {
            ++events_dropped_;
        } else {
            events_ += out;
        }
    }

    [[nodiscard]] std::uint64_t dropped() {
        const std::lock_guard lock{mutex_};
        std::uint64_t sum = events_dropped_ + lines_lost_.value();
        for (const auto& each : rings_) sum += each->dropped();
        return sum;
    }

private:
    static void begin(line& entry, log_level level, std::string_view name) {
        timestamps stamps;
        entry.time(stamps, std::chrono::system_clock::now());
        entry.word("level", level_names.at(static_cast<std::size_t>(level)));
        entry.word("event", name);
    }

    void run(const std::stop_token& stop) {
        while (!stop.stop_requested()) {
            const bool is_busy = write_out(stop);
            std::unique_lock lock{mutex_};
            // Only a stop wakes it early: waking it per record would cost the reactors a call.
            wake_.wait_for(lock, stop, is_busy ? busy_interval : drain_interval, [] {
                return false;
            });
        }
        static_cast<void>(write_out(stop));
    }

    /// True when there was much to write.
    [[nodiscard]] bool write_out(const std::stop_token& stop) {
        gather();
        const bool is_busy = gathered_.size() > busy_bytes;
        lines_lost_.add(write_all(gathered_, stop));
        if (!is_busy && gathered_.capacity() > event_bytes_max) gathered_ = {};
        report_dropped(stop);
        return is_busy;
    }

    /// Says what was dropped since this was last said; once more when nobody took the line.
    void report_dropped(const std::stop_token& stop) {
        const std::uint64_t sum = dropped();
        if (sum == dropped_reported_) return;
        std::string out;
        line entry{out, options_.format};
        begin(entry, log_level::warning, "log_records_dropped");
        entry.number("count", sum - dropped_reported_);
        entry.end();
        if (write_all(out, stop) == 0) dropped_reported_ = sum;
    }

    /// All that waits, as text. The lock is held for as long as a swap takes, never while writing.
    void gather() {
        gathered_.clear();
        std::vector<std::shared_ptr<ring>> rings;
        {
            const std::lock_guard lock{mutex_};
            gathered_.swap(events_);
            rings = rings_;
        }
        for (const auto& each : rings) each->drain(gathered_, options_.format, stamps_);
    }

    /// Waits for a slow reader, but once we stop for no longer than `last_words`: a log that nobody
    /// reads must not keep the program from ending. Gives the number of lines that could not be
    /// written.
    [[nodiscard]] std::uint64_t write_all(std::string_view text, const std::stop_token& stop)
        const {
        pollfd target{.fd = options_.descriptor, .events = POLLOUT, .revents = 0};
        std::chrono::milliseconds patience = last_words;
        while (!text.empty()) {
            if (::poll(&target, 1, static_cast<int>(drain_interval.count())) == 0) {
                if (stop.stop_requested()) patience -= drain_interval;
                if (patience.count() <= 0) break;
                continue;
            }
            const std::string_view piece = text.substr(0, piece_bytes(options_.descriptor));
            const auto written = ::write(options_.descriptor, piece.data(), piece.size());
            if (written < 0 && (errno == EINTR || errno == EAGAIN)) continue;
            if (written < 0) break;  // a full disk, or nobody reads any more: serving goes on
            text.remove_prefix(static_cast<std::size_t>(written));
        }
        return static_cast<std::uint64_t>(std::ranges::count(text, '\n'));
    }

    const log::options options_;
    std::mutex mutex_{};  // guards the next three
    std::vector<std::shared_ptr<ring>> rings_{};
    std::string events_{};
    std::uint64_t events_dropped_{};
    std::condition_variable_any wake_{};
    counter lines_lost_{};              // the writer's
    std::uint64_t dropped_reported_{};  // the writer's
    timestamps stamps_{};               // the writer's
    std::string gathered_{};            // the writer's
    std::jthread writer_;
};

log::log(options wanted) : implementation_{std::make_unique<implementation>(wanted)} {}
log::~log() = default;

exchange_log& log::add_reactor() {
    return implementation_->add_reactor();
}

std::uint64_t log::dropped() const {
    return implementation_->dropped();
}

void log::event(log_level level, std::string_view name, std::initializer_list<log_field> fields) {
    implementation_->event(level, name, fields);
}

}  // namespace partner_center
