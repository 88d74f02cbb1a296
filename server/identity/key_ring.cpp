// The ring and its folder. The order in which files are written and read is what keeps it whole.
// SPDX-License-Identifier: MIT
#include "server/identity/key_ring.hpp"

#include <algorithm>
#include <cstdint>
#include <string>
#include <sys/stat.h>
#include <utility>

#include "server/identity/private_file.hpp"
#include <partner_center/json.hpp>

namespace partner_center {

/// A retired key as its file has it; times in seconds since 1970.
struct retired_key_entry {
    std::string kid{};
    std::string n{};
    std::string e{};
    std::int64_t since{};
    std::int64_t until{};
};
BOOST_DESCRIBE_STRUCT(retired_key_entry, (), (kid, n, e, since, until))

struct retired_key_list {
    std::vector<retired_key_entry> keys{};
};
BOOST_DESCRIBE_STRUCT(retired_key_list, (), (keys))

namespace {

[[nodiscard]] system_time time_of(std::int64_t seconds) {
    return system_time{std::chrono::seconds{seconds}};
}
[[noreturn]] void refuse_retired(const std::filesystem::path& file, std::string_view why) {
    throw file_error{
        file.string() + " is no list of retired signing keys: " + std::string{why} +
        "; restore it from a backup, or move it away to honour no retired key"};
}

[[nodiscard]] retired_key read_entry(
    const retired_key_entry& entry, const std::filesystem::path& file
) {
    try {
        rsa_public_key key{entry.n, entry.e};
        if (key.id() != entry.kid) refuse_retired(file, "an id is not that of its key");
        return {std::move(key), time_of(entry.since), time_of(entry.until)};
    } catch (const key_error& problem) {
        refuse_retired(file, problem.what());
    }
}

[[nodiscard]] std::vector<retired_key> read_retired(const std::filesystem::path& file) {
    const auto text = read_private_file(file);
    if (!text) return {};
    const auto list = from_json<retired_key_list>(*text, json_reading::strict);
    if (!list) refuse_retired(file, "it cannot be read");
    std::vector<retired_key> keys;
    for (const retired_key_entry& each : list->keys) keys.push_back(read_entry(each, file));
    return keys;
}

void write_retired(const std::filesystem::path& file, const std::vector<retired_key>& keys) {
    retired_key_list list;
    for (const auto& [key, since, until] : keys) {
        list.keys.push_back(
            {key.id(), key.modulus(), key.exponent(), seconds_of(since), seconds_of(until)}
        );
    }
    replace_private_file(file, to_json(list));
}

/// When the file was written last: the signing key's since it was made.
[[nodiscard]] system_time written_at(const std::filesystem::path& file) {
    struct stat status {};
    if (::stat(file.c_str(), &status) != 0) throw file_error{file.string() + " has disappeared"};
    return time_of(status.st_mtim.tv_sec);
}

void require_key(const std::filesystem::path& file) {
    std::error_code failed;
    if (std::filesystem::exists(file, failed)) return;
    throw file_error{file.string() + " is not there: partnerd makes it when it first serves"};
}

void erase_ended(std::vector<retired_key>& keys, system_time now) {
    std::erase_if(keys, [&](const retired_key& each) { return each.until <= now; });
}
void erase_id(std::vector<retired_key>& keys, std::string_view id) {
    std::erase_if(keys, [&](const retired_key& each) { return each.key.id() == id; });
}

/// What a rotation left behind that was killed: it may hold a private key. REQUIRES: the folder's
/// lock.
void remove_drafts(const std::filesystem::path& folder) {
    for (const auto& each : std::filesystem::directory_iterator{folder}) {
        const std::string name = each.path().filename();
        const bool is_draft =
            name.starts_with("signing-key.pem.") || name.starts_with("retired-keys.json.");
        if (is_draft) std::filesystem::remove(each.path());
    }
}

}  // namespace

const rsa_public_key* key_ring::find(std::string_view id, system_time now) const {
    if (signing.id() == id) return &signing.public_half();
    const auto found = std::ranges::find_if(retired, [&](const retired_key& each) {
        return each.key.id() == id && now < each.until;
    });
    return found == retired.end() ? nullptr : &found->key;
}

std::vector<const rsa_public_key*> key_ring::honoured(system_time now) const {
    std::vector<const rsa_public_key*> keys{&signing.public_half()};
    for (const retired_key& each : retired) {
        if (now < each.until) keys.push_back(&each.key);
    }
    return keys;
}

key_ring key_ring::copy() const {
    key_ring own{
        .signing = signing.copy(),
        .since = since,
        .retired = {},
        .sealing = sealing,
        .second_factors = second_factors};
    for (const auto& [key, begin, end] : retired) own.retired.push_back({key.copy(), begin, end});
    return own;
}

std::filesystem::path signing_key_file(const std::filesystem::path& keys) {
    return keys / "signing-key.pem";
}
std::filesystem::path retired_keys_file(const std::filesystem::path& keys) {
    return keys / "retired-keys.json";
}
std::filesystem::path sealing_key_file(const std::filesystem::path& keys) {
    return keys / "sealing-key";
}

std::filesystem::path second_factor_key_file(const std::filesystem::path& keys) {
    return keys / "second-factor-key";
}

key_ring load_keys(const std::filesystem::path& folder) {
    // In this order: a key that is replaced after it was read here is retired by then, or signs.
    signing_key signing = signing_key::load_or_create(signing_key_file(folder));
    const system_time since = written_at(signing_key_file(folder));
    std::vector<retired_key> retired = read_retired(retired_keys_file(folder));
    erase_id(retired, signing.id());  // a rotation was ended by a crash, or is not through yet
    const sealing_key sealing = load_or_create_sealing_key(sealing_key_file(folder));
    const sealing_key second_factors = load_or_create_sealing_key(second_factor_key_file(folder));
    return {std::move(signing), since, std::move(retired), sealing, second_factors};
}

key_ring read_keys(const std::filesystem::path& folder) {
    require_key(signing_key_file(folder));
    return load_keys(folder);
}

key_ring rotate_keys(const std::filesystem::path& folder, system_time now) {
    const std::filesystem::path file = signing_key_file(folder);
    require_key(file);
    const folder_lock lock = folder_lock::take(folder);
    remove_drafts(folder);
    key_ring keys = load_keys(folder);
    keys.signing.check(file);
    erase_ended(keys.retired, now);
    if (keys.retired.size() >= retired_keys_max) {
        throw file_error{
            retired_keys_file(folder).string() + " is full: tokens of " +
            std::to_string(retired_keys_max) + " keys may still be good; rotate later"};
    }
    rsa_public_key old = keys.signing.public_half().copy();
    keys.retired.insert(keys.retired.begin(), {std::move(old), keys.since, now + retirement});
    // In this order: nobody ever finds a new key to sign with and not the old one to honour.
    write_retired(retired_keys_file(folder), keys.retired);
    keys.signing = signing_key::replace(file);
    keys.since = now;
    return keys;
}

void remove_ended_keys(const std::filesystem::path& folder, system_time now) {
    const auto lock = folder_lock::try_take(folder);
    if (!lock) return;
    const std::filesystem::path file = retired_keys_file(folder);
    std::vector<retired_key> keys = read_retired(file);
    const std::size_t count = keys.size();
    erase_ended(keys, now);
    if (keys.size() == count) return;
    if (!keys.empty()) return write_retired(file, keys);
    std::error_code failed;
    std::filesystem::remove(file, failed);
    if (failed) throw file_error{"cannot remove " + file.string() + ": " + failed.message()};
}

}  // namespace partner_center
