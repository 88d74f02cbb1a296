// The log: one line per exchange and per event, on stderr. Exchanges go through a bounded ring per
// reactor to one writing thread, so that no reactor ever waits for the terminal or the disk.
// No member of a record can hold a token, a secret or personal data: only ids, fixed words and
// numbers.
// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <partner_center/guid.hpp>

namespace partner_center {

enum class log_level { debug, info, warning, error };
enum class log_format { json, text };

/// The level or format of that name, if it is one.
[[nodiscard]] std::optional<log_level> parse_log_level(std::string_view text);
[[nodiscard]] std::optional<log_format> parse_log_format(std::string_view text);

/// One exchange. Every view is to a constant of the program.
struct exchange_record {
    std::chrono::system_clock::time_point began{};
    std::chrono::nanoseconds took{};
    std::array<char, guid_text_length> request_id{};
    std::array<char, guid_text_length> correlation_id{};
    std::optional<guid> partner_id{};
    std::optional<guid> application_id{};
    std::optional<guid> user_id{};
    std::string_view method{};
    std::string_view operation{};  ///< get_billing_profile, token_v2, no_route …
    std::string_view fault{};      ///< the fault's name; empty: none
    unsigned status{};

    [[nodiscard]] std::string_view request_text() const {
        return {request_id.data(), request_id.size()};
    }
    [[nodiscard]] std::string_view correlation_text() const {
        return {correlation_id.data(), correlation_id.size()};
    }
};

/// A further member of an event's line.
struct log_field {
    std::string_view name{};
    std::string_view text{};
};

/// Where one reactor puts its records; used by one thread.
class exchange_log {
public:
    virtual ~exchange_log() = default;
    /// Never waits: when the ring is full the record is dropped and counted.
    virtual void write(const exchange_record& record) = 0;
};

/// The writing thread. Thread-safe; must outlive its exchange logs' users.
class log {
public:
    struct options {
        log_level level{log_level::info};
        log_format format{log_format::json};
        int descriptor{2};
    };

    explicit log(options wanted);
    /// Writes what is still in the rings, then ends.
    ~log();
    log(const log&) = delete;
    log& operator=(const log&) = delete;

    /// The ring of one more reactor, which stays ours.
    [[nodiscard]] exchange_log& add_reactor();

    /// Hands an event to the writing thread. Never waits either: beyond 256 KiB of waiting events
    /// it is dropped and counted.
    void event(log_level level, std::string_view name, std::initializer_list<log_field> fields);

    /// How many records and events were dropped since the start.
    [[nodiscard]] std::uint64_t dropped() const;

private:
    class implementation;
    std::unique_ptr<implementation> implementation_;
};

}  // namespace partner_center
