// Tests of the receipt: what it still knows when it is opened again, and what it refuses.
// SPDX-License-Identifier: MIT
#include "cli/transfer/receipt.hpp"

#include <fstream>
#include <sys/stat.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/failure.hpp"
#include "tests/support/program.hpp"
#include "tests/support/temporary_directory.hpp"
#include <partner_center/json.hpp>

namespace partner_center::cli {
namespace {

using ::testing::HasSubstr;
using testing::read_file;

const receipt_head head{.input = "an input", .service = "a service", .correlation_id = "an id"};

class Receipt : public ::testing::Test {
protected:
    [[nodiscard]] std::filesystem::path file() const { return directory_ / "receipt"; }

    [[nodiscard]] std::string refusal_of(const receipt_head& other) const {
        try {
            const receipt opened{file(), other};
            return "";
        } catch (const failure& thrown) {
            return thrown.what();
        }
    }

    const receipt_entry sending{
        .at = "2026-11-23T12:00:00Z",
        .customer_id = "one",
        .state = row_state::sending,
        .request_id = "a request",
        .profile = billing_profile{.company_name = "Tidewater, \"the\" first"}};
    const receipt_entry applied{
        .at = "2026-11-23T12:00:01Z",
        .customer_id = "one",
        .state = row_state::applied,
        .request_id = "a request",
        .etag = "2"};

private:
    testing::temporary_directory directory_{};
};

TEST_F(Receipt, GoesOnWithWhatWasWritten) {
    {
        receipt first{file(), head};
        first.write({sending});
        first.write({applied, {.customer_id = "other", .state = row_state::sending}});
    }

    receipt_head later = head;
    later.correlation_id = "another id";
    const receipt again{file(), later};

    EXPECT_EQ(again.head(), head) << "the correlation id stays";
    ASSERT_EQ(again.entries().size(), 2U);
    EXPECT_EQ(again.entries().at("one"), applied);
    EXPECT_EQ(again.entries().at("other").state, row_state::sending);
}

TEST_F(Receipt, KeepsTheBodyOfARequestAsItIs) {
    { receipt{file(), head}.write({sending}); }

    const receipt again{file(), head};

    EXPECT_EQ(to_json(*again.entries().at("one").profile), to_json(*sending.profile));
}

TEST_F(Receipt, DropsALineThatACrashCut) {
    { receipt{file(), head}.write({sending, applied}); }
    const std::string whole = read_file(file());
    const std::size_t last = whole.rfind('\n', whole.size() - 2) + 1;
    for (std::size_t size = last; size < whole.size(); size += 7) {
        std::ofstream{file()} << whole.substr(0, size);
        {
            receipt again{file(), head};
            EXPECT_EQ(again.entries().at("one"), sending) << size;
            again.write({applied});
        }
        EXPECT_EQ(read_file(file()), whole) << size;
    }
    std::ofstream{file()} << whole.substr(0, 5);
    EXPECT_TRUE((receipt{file(), head}.entries().empty()));
}

TEST_F(Receipt, RefusesAnotherInputAndAnotherService) {
    { receipt{file(), head}.write({sending}); }
    const std::string before = read_file(file());

    EXPECT_THAT(refusal_of({.input = "other", .service = head.service}), HasSubstr("another file"));
    EXPECT_THAT(
        refusal_of({.input = head.input, .service = "other"}), HasSubstr("another service")
    );
    EXPECT_EQ(read_file(file()), before);
}

TEST_F(Receipt, OfNothingSentIsForAnyInput) {
    { const receipt opened{file(), head}; }

    EXPECT_EQ(refusal_of({.input = "other", .service = "other"}), "");
    EXPECT_THAT(read_file(file()), HasSubstr(R"("input":"other")"));
}

TEST_F(Receipt, RefusesWhatIsNoReceipt) {
    const std::string text = "customerId,email\nno end of the last line";
    std::ofstream{file()} << text;

    EXPECT_THAT(refusal_of(head), HasSubstr("line 1 is not that of a receipt"));
    EXPECT_EQ(read_file(file()), text);
}

TEST_F(Receipt, IsForOneProcessAndOneOwner) {
    const receipt mine{file(), head};

    EXPECT_THAT(refusal_of(head), HasSubstr("is in use"));
    struct stat status {};
    ASSERT_EQ(::stat(file().c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777U, 0600U);
}

}  // namespace
}  // namespace partner_center::cli
