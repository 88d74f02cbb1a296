// What our libraries show to others when they are shared ones: all else in them is hidden.
// SPDX-License-Identifier: MIT
#pragma once

/// Marks a function, or a class with functions, whose code is in a library of ours.
#define PARTNER_CENTER_EXPORT [[gnu::visibility("default")]]
