// What a call of the SDK gives: a value or an error. The one place that names the types for it.
// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <partner_center/export.hpp>
#include <partner_center/result.hpp>

namespace partner_center {

/// What kind of failure a call met; the names are those of Microsoft's SDK for .NET.
enum class error_category {
    not_specified,            ///< no answer came, or none was asked for; the description says why
    bad_input,                ///< 400, or an argument that no request can be made of
    unauthorized,             ///< 401, no token to send, or a service that cannot prove who it is
    forbidden,                ///< 403
    not_found,                ///< 404
    invalid_operation,        ///< 405
    unsupported_data_format,  ///< 406
    request_timeout,          ///< 408, or no answer within the time allowed
    already_exists,           ///< 409
    too_many_requests,        ///< 429
    server_busy,              ///< 503
    gateway_timeout,          ///< 504
    server_error,             ///< any other status that is not a success
    response_parsing,         ///< an answer that is incomplete, too large or not the expected JSON
    cancelled,                ///< a stop was requested, or the client is gone; this name is ours
};

/// "bad_input" for error_category::bad_input.
PARTNER_CENTER_EXPORT [[nodiscard]] std::string_view to_string(error_category category);

/// The category that stands for a status that is not a success.
PARTNER_CENTER_EXPORT [[nodiscard]] error_category category_of(unsigned http_status);

/// Why a call failed. A plain value, safe to copy between threads.
struct error {
    error_category category{};        ///< what to do about it is decided by this
    unsigned http_status{};           ///< 0 when there was no answer
    std::string code{};               ///< the service's own code, "20002"; empty when it gave none
    std::string description{};        ///< for people; never a secret
    std::vector<std::string> data{};  ///< the service's further lines
    std::string source{};             ///< the part of the service that refused
    std::string request_id{};         ///< quote both ids to whoever runs the service
    std::string correlation_id{};     ///< of the client, or of its context
    std::optional<std::chrono::seconds> retry_after{};  ///< asked for by the service
};

/// What every call returns. Test it (`if (!profile) return profile.error();`) or call value(),
/// which throws partner_error.
template <class T>
using outcome = result<T, error>;

/// What outcome::value() throws when there is an error instead. what() is made for people.
class PARTNER_CENTER_EXPORT partner_error : public std::runtime_error {
public:
    /// Made by outcome::value().
    explicit partner_error(error problem);
    /// What went wrong.
    [[nodiscard]] const error& problem() const noexcept { return problem_; }

private:
    error problem_;
};

/// Found by boost::system::result (argument-dependent look-up).
[[noreturn]] void throw_exception_from_error(const error& problem, const auto& /*location*/) {
    throw partner_error{problem};
}

}  // namespace partner_center
