// The deleter of what a C library gives out. Calls that library's function for it.
// SPDX-License-Identifier: MIT
#pragma once

namespace partner_center {

template <auto Release>
struct releaser {
    template <class T>
    void operator()(T* object) const {
        Release(object);
    }
};

}  // namespace partner_center
