// Follows the files of the keys. Calls key_ring.cpp.
// SPDX-License-Identifier: MIT
#include "server/identity/authority_keys.hpp"

#include <algorithm>
#include <exception>
#include <utility>

#include "server/identity/private_file.hpp"

namespace partner_center {
namespace {

[[nodiscard]] bool has(const key_ring& keys, std::string_view id) {
    const auto is_it = [&](const retired_key& each) { return each.key.id() == id; };
    return keys.signing.id() == id || std::ranges::any_of(keys.retired, is_it);
}

/// Whether `now` lacks a key that `before` has.
[[nodiscard]] bool lacks_some(const key_ring& now, const key_ring& before) {
    const auto is_gone = [&](const retired_key& each) { return !has(now, each.key.id()); };
    return !has(now, before.signing.id()) || std::ranges::any_of(before.retired, is_gone);
}

}  // namespace

authority_keys::authority_keys(std::filesystem::path folder) : folder_{std::move(folder)} {
    looked_at_ = marks_now();
    ring_ = std::make_shared<const key_ring>(load_keys(folder_));
}

void authority_keys::check() const {
    ring()->signing.check(signing_key_file(folder_));
}

keys_news authority_keys::refresh(system_time now) {
    const std::string left = remove_ended(now);  // not locked: it waits for the disk
    const std::lock_guard lock{mutex_};
    const marks seen = marks_now();
    if (seen != looked_at_ || !problem_.empty()) read_files(seen);
    return {ring_->signing.id(), problem_.empty() ? left : problem_};
}

void authority_keys::look_again() {
    const std::lock_guard lock{mutex_};
    const marks seen = marks_now();
    if (seen != looked_at_) read_files(seen);  // refresh() tells what came of it
}

std::shared_ptr<const key_ring> authority_keys::ring() const {
    const std::lock_guard lock{mutex_};
    return ring_;
}

authority_keys::mark authority_keys::mark_of(const std::filesystem::path& file) {
    struct stat status {};
    if (::stat(file.c_str(), &status) != 0) return {};
    return {
        status.st_dev,
        status.st_ino,
        status.st_size,
        status.st_ctim.tv_sec,
        status.st_ctim.tv_nsec,
    };
}

authority_keys::marks authority_keys::marks_now() const {
    return {
        mark_of(signing_key_file(folder_)),
        mark_of(retired_keys_file(folder_)),
        mark_of(sealing_key_file(folder_)),
        mark_of(second_factor_key_file(folder_)),
    };
}

std::string authority_keys::remove_ended(system_time now) const {
    const auto has_ended = [&](const retired_key& each) { return each.until <= now; };
    const auto keys = ring();
    try {
        if (std::ranges::any_of(keys->retired, has_ended)) remove_ended_keys(folder_, now);
        return {};
    } catch (const std::exception& error) {
        return error.what();
    }
}

void authority_keys::read_files(const marks& seen) {
    looked_at_ = seen;
    try {
        ring_ = std::make_shared<const key_ring>(usable_keys());
        problem_.clear();
        version_.fetch_add(1, std::memory_order_release);
    } catch (const std::exception& error) {
        problem_ = error.what();
    }
}

key_ring authority_keys::usable_keys() const {
    const std::filesystem::path file = signing_key_file(folder_);
    key_ring keys = read_keys(folder_);
    keys.signing.check(file);
    return keys;
}

reactor_keys::reactor_keys(authority_keys& shared)
    : shared_{shared},
      version_{shared.version()},
      ring_{std::make_shared<const key_ring>(shared.ring()->copy())} {}

bool reactor_keys::look_again() {
    const std::uint64_t before = version_;
    shared_.look_again();
    follow();
    return version_ != before;
}

void reactor_keys::copy() {
    const std::uint64_t version = shared_.version();
    auto keys = std::make_shared<const key_ring>(shared_.ring()->copy());
    if (lacks_some(*keys, *ring_)) ++lost_;
    version_ = version;
    ring_ = std::move(keys);
}

}  // namespace partner_center
