// Argon2id on threads of its own. Calls libargon2 and random.cpp.
// SPDX-License-Identifier: MIT
#include "server/identity/secret_hasher.hpp"

#include <array>
#include <atomic>
#include <cstdint>
#include <utility>

#include <argon2.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "server/identity/random.hpp"

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

/// Counts a comparison for as long as it lives.
class place {
public:
    explicit place(std::atomic<unsigned>& taken) : taken_{taken} { ++taken_; }
    ~place() { --taken_; }
    place(const place&) = delete;
    place& operator=(const place&) = delete;

private:
    std::atomic<unsigned>& taken_;
};

[[nodiscard]] awaitable<bool> compare(std::string secret, std::string hash) {
    co_return matches(secret, hash);
}

}  // namespace

class secret_hasher::implementation {
public:
    explicit implementation(unsigned threads) : taken_max{threads + waiting_max}, pool{threads} {}

    const unsigned taken_max;
    std::atomic<unsigned> taken{};
    boost::asio::thread_pool pool;
};

secret_hasher::secret_hasher(unsigned threads)
    : implementation_{std::make_unique<implementation>(threads)} {}
secret_hasher::~secret_hasher() = default;

awaitable<bool> secret_hasher::verify(std::string secret, std::string hash) {
    // Two callers at once may both be let in as the last one: the bound is there to keep the queue
    // short, not exact.
    if (implementation_->taken >= implementation_->taken_max) {
        throw hasher_busy{"too many secrets wait to be compared"};
    }
    const place mine{implementation_->taken};
    auto comparison = compare(std::move(secret), std::move(hash));
    co_return co_await boost::asio::co_spawn(
        implementation_->pool, std::move(comparison), boost::asio::use_awaitable
    );
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

}  // namespace partner_center
