// partnerctl export and import as programs, against a real partnerd: what goes out comes back, what
// is wrong changes nothing, and an import that is killed again and again does each row once.
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cctype>
#include <map>
#include <random>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/partnerctl.hpp"
#include <partner_center/client.hpp>

namespace partner_center {
namespace {

using testing::demo_world;
using testing::finished;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::partnerctl_home;
using testing::partnerd;
using testing::program;
using testing::read_file;
using ::testing::SizeIs;
using ::testing::StartsWith;

/// The members of an exported row that a test looks at.
struct short_row {
    std::string customer_id{};
    std::string language{};
};
BOOST_DESCRIBE_STRUCT(short_row, (), (customer_id, language))

[[nodiscard]] std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    std::istringstream in{text};
    for (std::string line; std::getline(in, line);) lines.push_back(line);
    return lines;
}

/// A server of the test's own, and a partnerctl that calls it as one of the partners.
class Transfer : public ::testing::Test {
protected:
    Transfer() { home_.call_as(world_, world_.partners.front()); }

    [[nodiscard]] finished run(const std::vector<std::string>& words) const {
        return home_.run(words);
    }
    [[nodiscard]] std::string path(const std::string& name) const {
        return home_.directory() / name;
    }
    void write(const std::string& name, const std::string& text) const {
        std::ofstream{path(name), std::ios::binary} << text;
    }
    [[nodiscard]] const std::string& customer(std::size_t number) const {
        return customers_.at(number);
    }

    [[nodiscard]] std::vector<std::filesystem::path> receipts() const {
        std::vector<std::filesystem::path> found;
        for (const auto& each : std::filesystem::directory_iterator{home_.directory()}) {
            if (each.path().extension() == ".receipt") found.push_back(each.path());
        }
        return found;
    }

    [[nodiscard]] std::string exported() const {
        const finished done = run({"export", "--concurrency", "32"});
        EXPECT_EQ(done.status, 0) << done.errors;
        return done.output;
    }

    [[nodiscard]] std::string value_of(const std::string& customer, const std::string& path) const {
        const finished done = run(
            {"customers", "billing-profile", "get", customer, "-o", "tsv", "--query", '.' + path}
        );
        EXPECT_EQ(done.status, 0) << done.errors;
        return done.output.substr(0, done.output.find('\n'));
    }

    /// How often the audit has it that a billing profile was changed, by customer.
    [[nodiscard]] std::map<std::string, int> changes_in_audit() const {
        cloud where = clouds::global;
        where.api_base = where.authority = world_.url;
        const auto& registered = world_.partners.front().applications.front();
        const application who{
            .tenant = world_.partners.front().tenant_id,
            .client_id = registered.client_id,
            .client_secret = registered.client_secret};
        const client asking{where, std::make_shared<application_credential>(where, who)};
        std::map<std::string, int> out;
        audit_record_collection page = asking.audit_records().query({}).value();
        for (;;) {
            for (const audit_record& each : page.items) {
                const bool is_change = each.operation_type == "update_customer_billing_profile" &&
                                       each.operation_status == operation_status::succeeded;
                if (is_change) ++out[each.customer_id.value()];
            }
            if (!page.links || !page.links->next) return out;
            page = asking.audit_records().next(page).value();
        }
    }

    partnerd server_{{}};
    const demo_world world_{testing::read_demo_world(server_)};
    const std::vector<std::string> customers_{world_.partners.front().customers};
    partnerctl_home home_{};
};

TEST_F(Transfer, WritesARowForEachCustomerInBothFormats) {
    const std::string csv = exported();
    const finished json = run({"customers", "billing-profile", "export", "--format", "jsonl"});

    EXPECT_THAT(csv, StartsWith("customerId,firstName,lastName,email,"));
    for (const std::string& each : customers_) {
        EXPECT_THAT(csv, HasSubstr("\r\n" + each + ','));
    }
    EXPECT_EQ(json.status, 0) << json.errors;
    EXPECT_THAT(lines_of(json.output), SizeIs(customers_.size()));
    EXPECT_THAT(json.errors, IsEmpty());
}

TEST_F(Transfer, FindsNothingToChangeInWhatItWrote) {
    for (const std::string name : {"all.csv", "all.jsonl"}) {
        ASSERT_EQ(run({"export", "--file", path(name), "--concurrency", "32"}).status, 0);

        const finished done = run({"import", path(name), "--concurrency", "32", "-o", "jsonl"});

        EXPECT_EQ(done.status, 0) << done.errors;
        EXPECT_THAT(done.output, HasSubstr(R"("applied":0)"));
        EXPECT_THAT(done.output, HasSubstr(R"("unchanged":)" + std::to_string(customers_.size())));
    }
    EXPECT_THAT(changes_in_audit(), IsEmpty());
}

TEST_F(Transfer, ShowsWhatWouldChangeAndChangesNothing) {
    write(
        "rows.csv", "customerId,firstName\n" + customer(0) + ",Robin\n" + customer(1) + ",Alex\n"
    );

    const finished done =
        run({"import", path("rows.csv"), "--dry-run", "-o", "tsv", "--query", ".[] | .field, .to"});

    EXPECT_EQ(done.status, 0) << done.errors;
    EXPECT_EQ(done.output, "firstName\nRobin\nfirstName\nAlex\n");
    EXPECT_THAT(done.errors, HasSubstr("2 customers would change"));
    EXPECT_THAT(receipts(), IsEmpty());
    EXPECT_THAT(changes_in_audit(), IsEmpty());
}

TEST_F(Transfer, ChangesWhatTheRowsSayAndNothingElse) {
    const std::string company = value_of(customer(0), "companyName");
    write("rows.csv", "customerId,firstName\n" + customer(0) + ",\"Zo\xC3\xAB, \"\"Z\"\"\"\n");

    const finished done = run({"import", path("rows.csv"), "-o", "jsonl"});

    EXPECT_EQ(done.status, 0) << done.errors;
    EXPECT_THAT(done.output, HasSubstr(R"("applied":1)"));
    EXPECT_EQ(value_of(customer(0), "firstName"), "Zo\xC3\xAB, \"Z\"");
    EXPECT_EQ(value_of(customer(0), "companyName"), company);
    ASSERT_THAT(receipts(), SizeIs(1));
    EXPECT_THAT(read_file(receipts().front()), HasSubstr(R"("state":"applied")"));
    EXPECT_EQ(changes_in_audit()[customer(0)], 1);
}

TEST_F(Transfer, DoesNothingTheSecondTime) {
    write("rows.csv", "customerId,firstName\n" + customer(0) + ",Robin\n");
    ASSERT_EQ(run({"import", path("rows.csv")}).status, 0);

    EXPECT_EQ(run({"import", path("rows.csv")}).status, 0);
    const std::string elsewhere = path("other.receipt");
    const finished done = run({"import", path("rows.csv"), "--receipt", elsewhere, "-o", "jsonl"});

    EXPECT_EQ(done.status, 0) << done.errors;
    EXPECT_THAT(done.output, HasSubstr(R"("unchanged":1)"));
    EXPECT_EQ(changes_in_audit()[customer(0)], 1);
}

TEST_F(Transfer, ChangesNothingWhenOneRowIsBad) {
    struct bad_file {
        std::string text{};
        std::string told{};
    };
    const std::string good = customer(0) + ",Robin,";
    const std::string header = "customerId,firstName,defaultAddress.postalCode\n";
    const std::vector<bad_file> cases{
        {"customerId,first_name\n" + customer(0) + ",x\n", "line 1: 'first_name' is no column"},
        {header + good + "\n" + customer(0) + ",x,\n", "line 3: customer " + customer(0)},
        {header + good + "\nx\"y,,\n", "line 3: a quote in the midst"},
        {header + good + "\n" + customer(1) + ",\xFC,\n", "line 3: it is not UTF-8"},
        {header + good + "\n" + customer(1) + ",x\n", "line 3: 2 fields"},
        {header + good + "\n" + customer(1) + ",x,NOWHERE\n", "PostalCode"},
        {"customerId,email\n" + customer(0) + ",\n", "email must not be blank"},
        {"customerId,culture\n" + customer(0) + ",xx-YY\n", "culture is 'xx-YY'"},
        {"customerId,firstName\n" + world_.partners.at(1).customers.front() + ",x\n", "line 2"},
        {"customerId,firstName\n11111111-2222-4333-8444-555555555555,x\n", "line 2"},
        {"", "there are no rows"},
    };
    for (const bad_file& each : cases) {
        write("bad.csv", each.text);
        for (const bool is_dry_run : {true, false}) {
            std::vector<std::string> words{"import", path("bad.csv")};
            words.insert(words.end(), {"--receipt", path("bad.receipt")});
            if (is_dry_run) words.push_back("--dry-run");

            const finished done = run(words);

            EXPECT_EQ(done.status, 7) << each.text << done.errors;
            EXPECT_THAT(done.errors, HasSubstr(each.told)) << each.text;
            EXPECT_THAT(done.errors, HasSubstr("nothing was changed"));
        }
    }
    EXPECT_THAT(changes_in_audit(), IsEmpty());
}

TEST_F(Transfer, RefusesARowThatIsOlderThanTheProfile) {
    write("old.csv", exported());
    std::string text = read_file(path("old.csv"));
    write("rows.csv", "customerId,firstName\n" + customer(0) + ",Robin\n");
    ASSERT_EQ(run({"import", path("rows.csv")}).status, 0);

    const finished done = run({"import", path("old.csv"), "--concurrency", "32"});

    EXPECT_EQ(done.status, 5);
    EXPECT_THAT(done.errors, HasSubstr("changed the profile after the file was made"));
    EXPECT_EQ(value_of(customer(0), "firstName"), "Robin");
}

TEST_F(Transfer, TellsWhenAnEarlierRunHasChangedSomething) {
    std::string rows = "customerId,firstName,etag\n";
    for (const std::size_t at : {0U, 1U}) {
        rows += customer(at) + ",Robin," + value_of(customer(at), "attributes.etag") + "\n";
    }
    write("rows.csv", rows);
    const std::vector<std::string> words{"import", path("rows.csv"), "--receipt", path("receipt")};
    ASSERT_EQ(run(words).status, 0);
    // As if it had been killed before the second row, which somebody else changed then.
    std::string first;
    for (const std::string& line : lines_of(read_file(path("receipt")))) {
        if (line.find(customer(1)) == std::string::npos) first += line + "\n";
    }
    write("receipt", first);
    write("other.csv", "customerId,firstName\n" + customer(1) + ",Alex\n");
    ASSERT_EQ(run({"import", path("other.csv")}).status, 0);

    const finished done = run(words);

    EXPECT_EQ(done.status, 5);
    EXPECT_THAT(done.errors, HasSubstr("nothing more was changed"));
    EXPECT_EQ(value_of(customer(1), "firstName"), "Alex");
}

TEST_F(Transfer, KeepsAReceiptForEachContentOfAFile) {
    write("rows.csv", "customerId,firstName\n" + customer(0) + ",Robin\n");
    ASSERT_EQ(run({"import", path("rows.csv"), "--receipt", path("one")}).status, 0);
    write("rows.csv", "customerId,firstName\n" + customer(0) + ",Alex\n");

    const finished refused = run({"import", path("rows.csv"), "--receipt", path("one")});
    EXPECT_EQ(refused.status, 7);
    EXPECT_THAT(refused.errors, HasSubstr("--receipt"));
    EXPECT_EQ(value_of(customer(0), "firstName"), "Robin");

    EXPECT_EQ(run({"import", path("rows.csv")}).status, 0);
    EXPECT_EQ(value_of(customer(0), "firstName"), "Alex");
}

TEST_F(Transfer, ReadsRowsFromStdinWithAReceiptThatIsNamed) {
    home_.input = "customerId,firstName\n" + customer(0) + ",Robin\n";

    EXPECT_EQ(run({"import", "-"}).status, 2);
    EXPECT_EQ(run({"import", "-", "--receipt", path("receipt")}).status, 0);
    EXPECT_EQ(value_of(customer(0), "firstName"), "Robin");
}

TEST_F(Transfer, ExportsCustomersThatAreNamed) {
    const finished done = run({"export", customer(1), customer(0), "--format", "jsonl"});

    EXPECT_EQ(done.status, 0) << done.errors;
    ASSERT_THAT(lines_of(done.output), SizeIs(2));
    EXPECT_THAT(lines_of(done.output).front(), HasSubstr(customer(1)));
    EXPECT_EQ(run({"export", "11111111-2222-4333-8444-555555555555"}).status, 3);
    EXPECT_EQ(run({"export", customer(0), "--file", "/dev/null/x"}).status, 1);
    EXPECT_EQ(run({"export", customer(0), "--concurrency", "0"}).status, 2);
    EXPECT_EQ(run({"import", path("no-such-file")}).status, 7);
}

TEST_F(Transfer, TellsOnATerminalHowFarItIs) {
    const testing::temporary_directory scratch;
    const std::vector<std::string> words =
        home_.command({"export", "--file", path("all.csv"), "--concurrency", "1"});
    std::string line;
    for (const std::string& each : words) line += "'" + each + "' ";
    program on_a_terminal{{"/usr/bin/script", "-qefc", line, "/dev/null"}, scratch.path()};

    EXPECT_EQ(on_a_terminal.wait(), 0);
    EXPECT_THAT(on_a_terminal.output(), HasSubstr("customers"));
    EXPECT_THAT(run({"export"}).errors, IsEmpty());
}

TEST_F(Transfer, EndsInOrderOnCtrlCAndGoesOnLater) {
    std::string rows = "customerId,firstName\n";
    for (const std::string& each : customers_) rows += each + ",Robin\n";
    write("rows.csv", rows);
    const std::vector<std::string> words{
        "import", path("rows.csv"), "--concurrency", "1", "--receipt", path("receipt")};
    const testing::temporary_directory scratch;
    program importing{home_.command(words), scratch.path()};
    const auto has_begun = [&] {
        return read_file(path("receipt")).find(R"("state":"applied")") != std::string::npos;
    };
    while (!has_begun() && !importing.has_ended()) {
    }

    importing.signal(SIGINT);

    EXPECT_EQ(importing.wait(), 130) << importing.errors();
    EXPECT_THAT(importing.errors(), HasSubstr("the same command goes on"));
    EXPECT_EQ(run(words).status, 0);
    EXPECT_THAT(changes_in_audit(), SizeIs(customers_.size()));
}

/// Whoever starts it again after each kill gets every row done, each once. The service stores
/// languages in lower case, so that a look at a profile does not tell whether its row was done.
TEST_F(Transfer, DoesEachRowOnceHoweverOftenItIsKilled) {
    std::string rows = "customerId,firstName,language\n";
    for (const std::string& line : lines_of(run({"export", "--format", "jsonl"}).output)) {
        const auto before = from_json<short_row>(line, json_reading::response).value();
        std::string language = before.language;
        std::ranges::transform(language, language.begin(), [](unsigned char c) {
            return static_cast<char>(std::toupper(c));
        });
        rows += before.customer_id + ",Robin," + language + "\n";
    }
    write("rows.csv", rows);
    const std::string receipt = path("receipt");
    const std::vector<std::string> words{
        "import", path("rows.csv"), "--concurrency", "3", "--receipt", receipt};
    std::mt19937 random{std::random_device{}()};
    const auto size = [&] {
        std::error_code absent;
        const auto bytes = std::filesystem::file_size(receipt, absent);
        return absent ? 0 : bytes;
    };

    int kills = 0;
    for (bool has_ended = false; !has_ended;) {
        const testing::temporary_directory scratch;
        program importing{home_.command(words), scratch.path()};
        const auto wanted = size() + std::uniform_int_distribution<std::size_t>{1, 30'000}(random);
        while (!(has_ended = importing.has_ended()) && size() < wanted) {
        }
        importing.signal(SIGKILL);
        if (importing.wait() == -SIGKILL) {
            ++kills;
            has_ended = false;
        } else {
            EXPECT_EQ(importing.wait(), 0) << importing.errors();
        }
    }

    EXPECT_GE(kills, 3);
    for (const std::string& line : lines_of(run({"export", "--format", "jsonl"}).output)) {
        EXPECT_THAT(line, HasSubstr(R"("firstName":"Robin")"));
    }
    const auto changes = changes_in_audit();
    for (const std::string& each : customers_) {
        const auto found = changes.find(each);
        EXPECT_EQ(found == changes.end() ? 0 : found->second, 1) << each;
    }
}

}  // namespace
}  // namespace partner_center
