// Tests the driver: values, transactions, the file itself. Calls sqlite.cpp on a real file.
// SPDX-License-Identifier: MIT
#include "store/sqlite.hpp"

#include <gmock/gmock.h>

#include "store/sqlite_connection.hpp"
#include "store/testing.hpp"

namespace partner_center {
namespace {

using namespace testing;
using ::testing::HasSubstr;

constexpr std::string_view add_partner =
    "INSERT INTO partners (id, name, domain, cloud, sandbox, disabled)"
    " VALUES ($1, $2, $3, 'global', 0, 0)";
constexpr std::string_view add_application =
    "INSERT INTO applications (id, partner_id, name, secret_hash, disabled)"
    " VALUES ($1, $2, '', '', 0)";
constexpr std::string_view count_partners = "SELECT count(*) FROM partners";

[[nodiscard]] statement adding_partner(unsigned number) {
    return {
        .sql = add_partner,
        .values = {id_of(number), std::string{"name"}, std::to_string(number) + ".example"}};
}

struct fresh_database {
    temporary_directory directory{};
    std::filesystem::path path{directory / "partnerd.db"};
    sqlite_file file{{.file = path}};
    std::unique_ptr<database> connection{file.connect()};

    [[nodiscard]] std::int64_t partners() {
        rows found = run(connection->read(count_partners, {}));
        return std::get<std::int64_t>(found.cell(0, 0));
    }
};

[[nodiscard]] std::filesystem::perms mode_of(const std::filesystem::path& file) {
    return std::filesystem::status(file).permissions();
}

TEST(SqliteFile, IsReadableByItsOwnerOnly) {
    using enum std::filesystem::perms;
    fresh_database fresh;
    run(fresh.connection->write({adding_partner(1)}));

    EXPECT_EQ(mode_of(fresh.path), owner_read | owner_write);
    EXPECT_EQ(mode_of(fresh.path.string() + "-wal"), owner_read | owner_write);
    EXPECT_EQ(mode_of(fresh.path.string() + "-shm"), owner_read | owner_write);
}

TEST(SqliteFile, KeepsDataWhenItIsOpenedAgain) {
    const temporary_directory directory;
    const sqlite_options options{.file = directory / "partnerd.db"};
    {
        sqlite_file file{options};
        run(file.connect()->write({adding_partner(1)}));
    }

    sqlite_file file{options};
    const std::vector<value> values{id_of(1)};
    rows found = run(file.connect()->read("SELECT domain FROM partners WHERE id = $1", values));

    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(std::get<std::string>(found.cell(0, 0)), "1.example");
}

TEST(SqliteRead, ReturnsEveryKindOfValueAsItWasBound) {
    fresh_database fresh;
    const std::vector<value> values{
        std::monostate{},
        std::numeric_limits<std::int64_t>::min(),
        std::string{},
        std::string{"a\0b \xC3\xA9", 6},
        id_of(258),
    };

    rows found = run(fresh.connection->read("SELECT $1, $2, $3, $4, $5", values));

    ASSERT_EQ(found.size(), 1U);
    for (std::size_t column = 0; column < values.size(); ++column) {
        EXPECT_EQ(found.cell(0, column), values[column]) << "column " << column;
    }
}

TEST(SqliteRead, ReturnsRowsInOrder) {
    fresh_database fresh;
    constexpr std::string_view three = "SELECT 1, 'a' UNION SELECT 2, 'b' UNION SELECT 3, 'c'";

    for (int time = 0; time < 2; ++time) {
        rows found = run(fresh.connection->read(three, {}));
        ASSERT_EQ(found.size(), 3U);
        EXPECT_EQ(std::get<std::int64_t>(found.cell(2, 0)), 3);
        EXPECT_EQ(std::get<std::string>(found.cell(1, 1)), "b");
    }
}

TEST(SqliteRead, TellsStatementsApartThatShareAnAddress) {
    fresh_database fresh;
    std::string sql = "SELECT 1";
    EXPECT_EQ(std::get<std::int64_t>(run(fresh.connection->read(sql, {})).cell(0, 0)), 1);

    sql.back() = '2';

    EXPECT_EQ(std::get<std::int64_t>(run(fresh.connection->read(sql, {})).cell(0, 0)), 2);
}

TEST(SqliteRead, CannotChangeAnything) {
    fresh_database fresh;
    run(fresh.connection->write({adding_partner(1)}));

    EXPECT_THROW(run(fresh.connection->read("DELETE FROM partners", {})), store_error);

    EXPECT_EQ(fresh.partners(), 1);
}

TEST(SqliteRead, DoesNotTakeOtherBytesForAnId) {
    fresh_database fresh;

    EXPECT_THROW(run(fresh.connection->read("SELECT x'0102'", {})), store_error);
}

TEST(SqliteRead, SeesWhatAnotherConnectionWroteAtOnce) {
    fresh_database fresh;
    const auto other = fresh.file.connect();
    for (unsigned number = 1; number <= 50; ++number) {
        run(fresh.connection->write({adding_partner(number)}));
        rows found = run(other->read(count_partners, {}));
        ASSERT_EQ(std::get<std::int64_t>(found.cell(0, 0)), number);
    }
}

TEST(SqliteWrite, AnswersEachStatement) {
    fresh_database fresh;
    const std::vector<statement> transaction{
        adding_partner(1),
        {.sql = "UPDATE partners SET name = $1 RETURNING id, name",
         .values = {std::string{"new"}},
         .needs_row = true},
    };

    written outcome = run(fresh.connection->write(transaction));

    EXPECT_FALSE(outcome.refused_by);
    ASSERT_EQ(outcome.answers.size(), 2U);
    EXPECT_TRUE(outcome.answers[0].empty());
    EXPECT_EQ(std::get<guid>(outcome.answers[1].cell(0, 0)), id_of(1));
    EXPECT_EQ(std::get<std::string>(outcome.answers[1].cell(0, 1)), "new");
}

TEST(SqliteWrite, ChangesNothingWhenANeededRowIsMissing) {
    fresh_database fresh;
    const std::vector<statement> transaction{
        adding_partner(1),
        {.sql = "SELECT 1 FROM partners WHERE id = $1", .values = {id_of(2)}, .needs_row = true},
        adding_partner(3),
    };

    const written outcome = run(fresh.connection->write(transaction));

    EXPECT_EQ(outcome.refused_by, 1U);
    EXPECT_TRUE(outcome.answers.empty());
    EXPECT_EQ(fresh.partners(), 0);
}

TEST(SqliteWrite, ChangesNothingWhenAUniqueValueIsTaken) {
    fresh_database fresh;
    run(fresh.connection->write({adding_partner(1)}));
    statement same_domain = adding_partner(2);
    same_domain.values[2] = std::string{"1.example"};
    statement same_id = adding_partner(1);
    same_id.values[2] = std::string{"other.example"};

    EXPECT_EQ(run(fresh.connection->write({adding_partner(3), same_domain})).refused_by, 1U);
    EXPECT_EQ(run(fresh.connection->write({same_id, adding_partner(4)})).refused_by, 0U);

    EXPECT_EQ(fresh.partners(), 1);
}

TEST(SqliteWrite, ThrowsAndChangesNothingWhenAnotherConstraintIsBroken) {
    fresh_database fresh;
    const std::vector<statement> transaction{
        adding_partner(1), {.sql = add_application, .values = {id_of(2), id_of(9)}}};

    try {
        run(fresh.connection->write(transaction));
        FAIL() << "kept an application without a partner";
    } catch (const store_error& error) {
        EXPECT_THAT(error.what(), HasSubstr("FOREIGN KEY constraint failed"));
    }
    EXPECT_EQ(fresh.partners(), 0);
    EXPECT_FALSE(run(fresh.connection->write({adding_partner(2)})).refused_by);
}

TEST(SqliteConnection, WritesThroughToTheDisk) {
    fresh_database fresh;
    sqlite_connection writer{{.file = fresh.path}, sqlite_connection::use::writing};

    rows synchronous = writer.run("PRAGMA synchronous", {});
    rows journal = writer.run("PRAGMA journal_mode", {});

    EXPECT_EQ(std::get<std::int64_t>(synchronous.cell(0, 0)), 2);
    EXPECT_EQ(std::get<std::string>(journal.cell(0, 0)), "wal");
}

}  // namespace
}  // namespace partner_center
