// The rings of the access audit: what is put in comes out once, and what does not fit is counted.
// SPDX-License-Identifier: MIT
#include "server/observe/profile_reads.hpp"

#include <gtest/gtest.h>

namespace partner_center {
namespace {

[[nodiscard]] profile_read read_by(std::uint8_t application) {
    return {.application_id = guid{{application}}};
}

[[nodiscard]] std::vector<std::uint8_t> taken_from(access_audit& audit) {
    std::vector<std::uint8_t> out;
    audit.take_all([&](const profile_read& each) { out.push_back(each.application_id.bytes[0]); });
    return out;
}

TEST(AccessAudit, GivesEachReadOnce) {
    access_audit audit;
    profile_reads& first = audit.add_reactor();
    profile_reads& second = audit.add_reactor();

    first.write(read_by(1));
    second.write(read_by(2));
    first.write(read_by(3));

    EXPECT_EQ(taken_from(audit), (std::vector<std::uint8_t>{1, 3, 2}));
    EXPECT_TRUE(taken_from(audit).empty());
    EXPECT_EQ(audit.dropped(), 0U);
}

TEST(AccessAudit, CountsWhatDoesNotFit) {
    access_audit audit;
    profile_reads& full = audit.add_reactor();
    profile_reads& other = audit.add_reactor();

    for (std::size_t count = 0; count < profile_reads_max + 3; ++count) full.write(read_by(1));
    other.write(read_by(2));

    EXPECT_EQ(audit.dropped(), 3U);
    EXPECT_EQ(taken_from(audit).size(), profile_reads_max + 1);
    full.write(read_by(1));
    EXPECT_EQ(audit.dropped(), 3U);
    EXPECT_EQ(taken_from(audit).size(), 1U);
}

}  // namespace
}  // namespace partner_center
