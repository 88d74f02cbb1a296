// A resource in its final wire form. Calls nothing of ours.
// SPDX-License-Identifier: MIT
#pragma once

#include <string>

namespace partner_center {

/// The JSON text of a `Model`, etag and links included, as the store keeps it and the server sends
/// it. The type only remembers what the text is; from_json() reads it where a rule needs a member.
template <class Model>
struct document {
    std::string text{};  ///< UTF-8
};

}  // namespace partner_center
