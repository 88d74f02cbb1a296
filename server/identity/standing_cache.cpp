// The cache of good standings. Calls nothing of ours.
// SPDX-License-Identifier: MIT
#include "server/identity/standing_cache.hpp"

namespace partner_center {

std::size_t standing_cache::key_hash::operator()(const key& of) const {
    const std::hash<guid> hash;
    return hash(of.application_id) + 31 * hash(of.user_id.value_or(guid{}));
}

const cloud* standing_cache::where(const principal& caller, precise_time now) const {
    const auto found = entries_.find({caller.application_id, caller.directory_user()});
    if (found == entries_.end()) return nullptr;
    const entry& known = found->second;
    // Asked in the future: the clock was set back, so how old the answer is cannot be told.
    const bool is_fresh = known.asked <= now && now - known.asked < standing_age_max;
    return is_fresh && known.partner_id == caller.partner_id ? known.where : nullptr;
}

bool standing_cache::is_good(const principal& caller, precise_time now) const {
    const cloud* const known = where(caller, now);
    return known != nullptr && known == caller.where;
}

void standing_cache::remember(const principal& caller, precise_time now) {
    if (entries_.size() >= entries_max) entries_.clear();
    entries_[{caller.application_id, caller.directory_user()}] = {
        caller.partner_id, caller.where, now};
}

}  // namespace partner_center
