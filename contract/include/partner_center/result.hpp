// The one place that names the type of a fallible answer. Calls nothing of ours.
// SPDX-License-Identifier: MIT
#pragma once

#include <boost/system/result.hpp>

#include <partner_center/fault.hpp>

namespace partner_center {

/// Either a value or what went wrong. Test it (`if (!answer) return answer.error();`) or call
/// value(), which throws. Both a value and an error convert to it, so functions return either.
template <class T, class Error = fault>
using result = boost::system::result<T, Error>;

}  // namespace partner_center
