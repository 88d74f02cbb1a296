// Must not compile: a model whose macro forgot a field.
// SPDX-License-Identifier: MIT
#include <partner_center/json.hpp>

namespace partner_center {

struct forgetful {
    std::string kept{};
    std::string forgotten{};
};
BOOST_DESCRIBE_STRUCT(forgetful, (), (kept))

std::string written() {
    return to_json(forgetful{});
}

}  // namespace partner_center
