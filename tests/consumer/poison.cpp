// Every public header after macros that careless headers of others define. It only has to compile.
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>
#include <atomic>
#include <charconv>
#include <chrono>
#include <compare>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <future>
#include <iterator>
#include <limits>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <boost/describe.hpp>
#include <boost/mp11.hpp>
#include <boost/pfr.hpp>
#include <boost/system/result.hpp>

// Only our own headers may be tripped up by these.
#define min(a, b) poison
#define max(a, b) poison
#define small poison
#define interface poison
#define near poison
#define far poison
#define ERROR poison
#define DELETE poison

#include "every_header.hpp"
