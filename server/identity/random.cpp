// Randomness through OpenSSL's generator, which the system seeds.
// SPDX-License-Identifier: MIT
#include "server/identity/random.hpp"

#include <stdexcept>

#include <openssl/rand.h>

namespace partner_center {

void fill_random(std::span<std::uint8_t> bytes) {
    if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1) {
        throw std::runtime_error{"the system's random generator does not answer"};
    }
}

guid random_guid() {
    guid id;
    fill_random(id.bytes);
    id.bytes[6] = static_cast<std::uint8_t>((id.bytes[6] & 0x0FU) | 0x40U);
    id.bytes[8] = static_cast<std::uint8_t>((id.bytes[8] & 0x3FU) | 0x80U);
    return id;
}

}  // namespace partner_center
