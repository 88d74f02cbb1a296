// Several credentials as one.
// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <vector>

#include <partner_center/credential.hpp>
#include <partner_center/export.hpp>

namespace partner_center {

/// Asks the credentials in order; the first that gives a token is the one that is asked from then
/// on. When none does, the error is the last one's, and its description tells all reasons. Safe to
/// use from several threads. REQUIRES: no credential is null.
PARTNER_CENTER_EXPORT [[nodiscard]] std::shared_ptr<const credential> make_credential_chain(
    std::vector<std::shared_ptr<const credential>> credentials
);

}  // namespace partner_center
