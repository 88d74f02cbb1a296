// Tests continuation tokens of lists of customers. Calls customer_page_token.cpp.
// SPDX-License-Identifier: MIT
#include "server/api/customer_page_token.hpp"

#include <gtest/gtest.h>

#include "server/api/customer_filter.hpp"
#include "store/name_order.hpp"

namespace partner_center {
namespace {

constexpr sealing_key key{7};
constexpr guid partner{{1}};
constexpr guid other{{2}};

[[nodiscard]] customer_page page_of(
    customer_field field, std::string prefix, const std::string& first, const std::string& last
) {
    return {
        .selection = {.partner_id = partner, .field = field, .prefix = std::move(prefix)},
        .size = 500,
        .first = {std::string{order_part(first)}, guid{{0, 3}}},
        .last = {std::string{order_part(last)}, guid{{0xff, 4}}},
    };
}

TEST(PageToken, GivesBackWhatItWasMadeOf) {
    const std::string nul{"a\0b", 3};
    for (const customer_page& page :
         {page_of(customer_field::company_name, "", "alpha", "émile"),
          page_of(customer_field::company_name, "al", "al", "alzy"),
          page_of(customer_field::domain, "con", "zeta", ""),
          page_of(customer_field::company_name, nul, nul, nul + nul)}) {
        const std::string token = page_token(key, page);
        EXPECT_EQ(read_page_token(key, partner, token), page) << token;
    }
}

TEST(PageToken, IsPlainText) {
    const std::string token =
        page_token(key, page_of(customer_field::domain, "ä", "\xff\xfe", "é"));
    EXPECT_EQ(
        token.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                "0123456789-_"),
        std::string::npos
    );
}

TEST(PageToken, IsAtMostAKibibyteWhateverTheNames) {
    const std::string longest(1000, 'n');
    const std::string other_end(1000, 'z');
    std::size_t most = 0;
    for (std::size_t prefix = 0; prefix <= name_prefix_bytes_max; ++prefix) {
        const std::string asked(prefix, 'n');
        const auto page = page_of(customer_field::company_name, asked, longest, asked + other_end);
        const std::string token = page_token(key, page);
        most = std::max(most, token.size());
        ASSERT_EQ(read_page_token(key, partner, token), page) << prefix;
    }
    const std::string domain(domain_prefix_bytes_max, 'd');
    const auto page = page_of(customer_field::domain, domain, longest, other_end);
    most = std::max(most, page_token(key, page).size());
    EXPECT_EQ(read_page_token(key, partner, page_token(key, page)), page);

    EXPECT_LE(most, page_token_bytes_max);
    EXPECT_GT(most, page_token_bytes_max - 32);  // the limits are as wide as they can be
}

TEST(PageToken, IsReadForItsPartnerAndByItsKeyOnly) {
    const std::string token = page_token(key, page_of(customer_field::company_name, "", "a", "b"));

    EXPECT_TRUE(read_page_token(key, partner, token));
    EXPECT_FALSE(read_page_token(key, other, token));
    EXPECT_FALSE(read_page_token(sealing_key{}, partner, token));
    EXPECT_FALSE(read_page_token(key, partner, token + "A"));
    EXPECT_FALSE(read_page_token(key, partner, ""));
    for (std::size_t at = 0; at < token.size(); ++at) {
        std::string forged = token;
        forged[at] = forged[at] == 'A' ? 'B' : 'A';
        EXPECT_FALSE(read_page_token(key, partner, forged)) << at;
    }
}

}  // namespace
}  // namespace partner_center
