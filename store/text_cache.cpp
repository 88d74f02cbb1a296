// The cache's places and keys. Calls nothing of ours.
// SPDX-License-Identifier: MIT
#include "store/text_cache.hpp"

#include <algorithm>
#include <cstring>
#include <utility>
#include <variant>

namespace partner_center {
namespace {

/// Writes values one after the other, each with its kind and length, as far as there is room.
class key_writer {
public:
    explicit key_writer(std::span<char> out) : rest_{out} {}

    void operator()(std::monostate) { put('n', {}); }
    void operator()(std::int64_t number) {
        put('i', {reinterpret_cast<const char*>(&number), sizeof number});
    }
    void operator()(const std::string& text) { put('t', text); }
    void operator()(const guid& id) {
        put('g', {reinterpret_cast<const char*>(id.bytes.data()), id.bytes.size()});
    }
    [[nodiscard]] bool fits() const { return fits_; }

private:
    void put(char kind, std::string_view bytes) {
        fits_ = fits_ && bytes.size() + 2 <= rest_.size();
        if (!fits_) return;
        rest_[0] = kind;
        rest_[1] = static_cast<char>(bytes.size());
        std::ranges::copy(bytes, rest_.begin() + 2);
        rest_ = rest_.subspan(bytes.size() + 2);
    }

    std::span<char> rest_;
    bool fits_{true};
};

/// Who asks can choose ids that share a place: then only they have to be read anew each time.
[[nodiscard]] std::uint64_t hash_of(std::span<const char> bytes) {
    std::uint64_t hash = 0;
    for (std::size_t at = 0; at < bytes.size(); at += sizeof hash) {
        std::uint64_t word{};
        std::memcpy(&word, bytes.data() + at, sizeof word);
        hash = (hash ^ word) * 0x9e37'79b9'7f4a'7c15U;
        hash ^= hash >> 32U;
    }
    return hash;
}

/// Never that of a place where nothing is kept.
[[nodiscard]] std::uint16_t tag_of(std::uint64_t hash) {
    return static_cast<std::uint16_t>(hash >> 48U | 1U);
}

}  // namespace

bool text_cache::find(
    const database_version& version,
    std::string_view sql,
    std::span<const value> values,
    std::string& out
) {
    move_to(version);
    const auto asked = key_of(sql, values);
    if (!asked) return false;
    const std::uint64_t hash = hash_of(asked->bytes);
    const std::size_t home = hash % set_count;
    for (std::size_t way = 0; way < ways; ++way) {
        if (tags_[home][way] != tag_of(hash)) continue;
        const entry& known = sets_[home][way];
        if (known.generation != generation_ || known.asked != *asked) continue;
        out += known.text;
        return true;
    }
    return false;
}

void text_cache::remember(
    const database_version& version,
    std::string_view sql,
    std::span<const value> values,
    std::string_view text
) {
    move_to(version);
    const auto asked = key_of(sql, values);
    if (!asked || text.size() > text_bytes_max) return;
    const std::uint64_t hash = hash_of(asked->bytes);
    if (!is_read_again(hash)) return;
    if (sets_.empty()) sets_.resize(set_count);
    const std::size_t home = hash % set_count;
    set& places = sets_[home];
    auto place = std::ranges::find_if(places, [this](const entry& each) {
        return each.generation != generation_;
    });
    if (place == places.end()) place = places.begin() + next_victim_++ % ways;
    // First, as it may find no memory: no text stands under another's key. Without room to spare.
    if (place->text.capacity() < text.size()) place->text = std::string{text};
    place->text.assign(text);
    place->generation = generation_;
    place->asked = *asked;
    tags_[home][static_cast<std::size_t>(place - places.begin())] = tag_of(hash);
}

bool text_cache::is_read_again(std::uint64_t hash) {
    if (read_once_[hash % marks]) return true;
    if (++read_once_count_ > marks / 8) {
        read_once_.assign(marks, false);
        read_once_count_ = 1;
    }
    read_once_[hash % marks] = true;
    return false;
}

std::optional<text_cache::key> text_cache::key_of(
    std::string_view sql, std::span<const value> values
) {
    key out{.sql = sql.data()};
    key_writer writer{out.bytes};
    for (const value& each : values) std::visit(writer, each);
    if (!writer.fits()) return {};
    return out;
}

void text_cache::move_to(const database_version& version) {
    if (version == version_) return;
    version_ = version;
    ++generation_;
}

}  // namespace partner_center
