// Argon2id on threads of its own. Calls libargon2, digest.cpp and random.cpp.
// SPDX-License-Identifier: MIT
#include "server/identity/secret_hasher.hpp"

#include <array>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <unordered_set>
#include <utility>

#include <argon2.h>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>

#include "server/identity/digest.hpp"
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
constexpr unsigned waiting_max = 128;
/// Of one network: enough for a host whose programs all start at once, and for whoever floods us a
/// wait of his own making.
constexpr unsigned taken_by_one_max = 16;
constexpr std::size_t remembered_max = 1'024;

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

    [[nodiscard]] awaitable<bool> verify(presented_secret presented) {
        comparison mine{.presented = std::move(presented)};
        if (mine.presented.is_lasting) mine.mark = mark_of(mine.presented);
        if (is_remembered(mine.mark)) co_return true;
        if (!take_place(mine.presented.from)) {
            throw hasher_busy{"too many secrets wait to be compared"};
        }
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
        presented_secret presented{};
        std::string mark{};  ///< empty: it is not to be remembered
        bool right{};
        parked_caller caller{};
    };

    /// Stands for a secret together with its hash; tells nobody about either who lacks the key.
    [[nodiscard]] std::string mark_of(const presented_secret& presented) const {
        return sha256(mark_key_ + presented.hash + '\0' + presented.secret);
    }

    [[nodiscard]] bool is_remembered(const std::string& mark) {
        const std::lock_guard lock{mutex_};
        return remembered_.contains(mark);
    }

    [[nodiscard]] bool take_place(const std::string& from) {
        const std::lock_guard lock{mutex_};
        const auto mine = taken_by_.find(from);
        const bool is_full =
            taken_ == taken_max_ || (mine != taken_by_.end() && mine->second == taken_by_one_max);
        if (is_full) return false;
        ++taken_;
        ++taken_by_[from];
        return true;
    }

    void compare(comparison& mine) {
        mine.right = matches(mine.presented.secret, mine.presented.hash);
        if (mine.right && !mine.mark.empty()) remember(mine.mark);
        const std::string from = mine.presented.from;
        mine.caller.resume();
        {
            const std::lock_guard lock{mutex_};
            --taken_;
            if (--taken_by_[from] == 0) taken_by_.erase(from);
        }
        answered_.notify_all();
    }

    void remember(const std::string& mark) {
        const std::lock_guard lock{mutex_};
        if (remembered_.size() == remembered_max) remembered_.erase(remembered_.begin());
        remembered_.insert(mark);
    }

    [[nodiscard]] static std::string make_mark_key() {
        std::array<std::uint8_t, 32> bytes{};
        fill_random(bytes);
        return {bytes.begin(), bytes.end()};
    }

    const unsigned taken_max_;
    const std::string mark_key_{make_mark_key()};
    std::mutex mutex_{};
    // Guarded by mutex_.
    unsigned taken_{};
    std::map<std::string, unsigned> taken_by_{};
    std::unordered_set<std::string> remembered_{};
    std::condition_variable answered_{};
    boost::asio::thread_pool pool_;
};

secret_hasher::secret_hasher(unsigned threads)
    : implementation_{std::make_unique<implementation>(threads)} {}
secret_hasher::~secret_hasher() = default;

awaitable<bool> secret_hasher::verify(presented_secret presented) {
    return implementation_->verify(std::move(presented));
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
