// Argon2id on threads of its own. Calls libargon2 and random.cpp.
// SPDX-License-Identifier: MIT
#include "server/identity/secret_hasher.hpp"

#include <array>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <utility>

#include <argon2.h>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>

#include "server/identity/random.hpp"
#include "store/parked_caller.hpp"

namespace partner_center {
namespace {

// Cost: the second of OWASP's recommended settings (19 MiB, two passes, one lane).
constexpr std::uint32_t passes = 2;
constexpr std::uint32_t memory_kib = 19'456;
constexpr std::uint32_t lanes = 1;
constexpr std::size_t salt_bytes = 16;
constexpr std::size_t tag_bytes = 32;
constexpr unsigned waiting_max = 64;

/// Random bytes in the form of a hash, of the same cost as a real one: no secret is known to have
/// it.
constexpr const char* decoy =
    "$argon2id$v=19$m=19456,t=2,p=1$AT/4FEwBjg9acXSRdXIP4g"
    "$6P1iLmCYepLLnLE8ox3ljVgJsyVs+9nZq/jv3u5TUHk";

/// libargon2 compares the tags byte by byte to the end (argon2_compare gathers the differences), so
/// the time says nothing about where they differ.
[[nodiscard]] bool matches(const std::string& secret, const std::string& hash) {
    const char* const encoded = hash.empty() ? decoy : hash.c_str();
    const int outcome = argon2id_verify(encoded, secret.data(), secret.size());
    return outcome == ARGON2_OK && !hash.empty();
}

}  // namespace

class secret_hasher::implementation {
public:
    explicit implementation(unsigned threads) : taken_max_{threads + waiting_max}, pool_{threads} {}

    [[nodiscard]] awaitable<bool> verify(std::string secret, std::string hash) {
        comparison mine{.secret = std::move(secret), .hash = std::move(hash)};
        if (!take_place()) throw hasher_busy{"too many secrets wait to be compared"};
        auto start = [this, &mine] { boost::asio::post(pool_, [this, &mine] { compare(mine); }); };
        co_await mine.caller.park(std::move(start));
        co_return mine.right;
    }

    void wait_until_answered() {
        std::unique_lock lock{mutex_};
        answered_.wait(lock, [this] { return taken_ == 0; });
    }

private:
    /// A caller that waits, and what for. Lives in the caller's coroutine.
    struct comparison {
        std::string secret{};
        std::string hash{};
        bool right{};
        parked_caller caller{};
    };

    [[nodiscard]] bool take_place() {
        const std::lock_guard lock{mutex_};
        if (taken_ == taken_max_) return false;
        ++taken_;
        return true;
    }

    void compare(comparison& mine) {
        mine.right = matches(mine.secret, mine.hash);
        mine.caller.resume();
        {
            const std::lock_guard lock{mutex_};
            --taken_;
        }
        answered_.notify_all();
    }

    const unsigned taken_max_;
    std::mutex mutex_{};
    unsigned taken_{};  // guarded by mutex_
    std::condition_variable answered_{};
    boost::asio::thread_pool pool_;
};

secret_hasher::secret_hasher(unsigned threads)
    : implementation_{std::make_unique<implementation>(threads)} {}
secret_hasher::~secret_hasher() = default;

awaitable<bool> secret_hasher::verify(std::string secret, std::string hash) {
    return implementation_->verify(std::move(secret), std::move(hash));
}

void secret_hasher::wait_until_answered() {
    implementation_->wait_until_answered();
}

std::string hash_secret(std::string_view secret) {
    std::array<std::uint8_t, salt_bytes> salt{};
    fill_random(salt);
    std::string encoded(
        argon2_encodedlen(passes, memory_kib, lanes, salt_bytes, tag_bytes, Argon2_id), '\0'
    );
    const int outcome = argon2id_hash_encoded(
        passes,
        memory_kib,
        lanes,
        secret.data(),
        secret.size(),
        salt.data(),
        salt.size(),
        tag_bytes,
        encoded.data(),
        encoded.size()
    );
    if (outcome != ARGON2_OK) {
        throw std::runtime_error{
            std::string{"cannot hash a secret: "} + argon2_error_message(outcome)};
    }
    encoded.resize(encoded.find('\0'));
    return encoded;
}

std::string make_secret() {
    constexpr std::string_view alphabet =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    constexpr std::size_t length = 40;
    // Bytes beyond the last whole multiple of the alphabet are thrown away: no letter is likelier.
    constexpr std::size_t unbiased = 256 / alphabet.size() * alphabet.size();

    std::string secret;
    std::array<std::uint8_t, 64> bytes{};
    while (secret.size() < length) {
        fill_random(bytes);
        for (const std::uint8_t byte : bytes) {
            if (byte < unbiased && secret.size() < length)
                secret += alphabet[byte % alphabet.size()];
        }
    }
    return secret;
}

std::string make_totp_secret() {
    constexpr std::string_view base32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    std::array<std::uint8_t, 32> bytes{};
    fill_random(bytes);
    std::string secret;
    for (const std::uint8_t byte : bytes) secret += base32[byte % base32.size()];
    return secret;
}

}  // namespace partner_center
