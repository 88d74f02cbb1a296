// Tests that each schema script runs once. Calls migrations.cpp on a real file.
// SPDX-License-Identifier: MIT
#include "store/migrations.hpp"

#include <array>
#include <sys/wait.h>
#include <thread>

#include <gmock/gmock.h>
#include <unistd.h>

#include "store/profile_place.hpp"
#include "store/testing.hpp"

namespace partner_center {
namespace {

using namespace testing;
using ::testing::StartsWith;

constexpr std::array<embedded_file, 3> scripts{{
    {"0001_one.sql", "CREATE TABLE one (id INTEGER) STRICT; INSERT INTO one VALUES (1);"},
    {"0002_two.sql", "CREATE TABLE two (id INTEGER) STRICT; INSERT INTO one VALUES (2);"},
    {"0003_three.sql", "CREATE TABLE three (id INTEGER) STRICT; INSERT INTO one VALUES (3);"},
}};

struct empty_file {
    temporary_directory directory{};
    std::filesystem::path path{directory / "partnerd.db"};

    empty_file() {
        std::ofstream{path};
        std::filesystem::permissions(path, std::filesystem::perms{0600});
    }
    [[nodiscard]] sqlite_connection open() const {
        return {{.file = path}, sqlite_connection::use::writing};
    }
};

[[nodiscard]] std::int64_t number(sqlite_connection& connection, std::string_view sql) {
    rows found = connection.run(sql, {});
    return std::get<std::int64_t>(found.cell(0, 0));
}

TEST(Migrate, RunsEachScriptOnce) {
    const empty_file file;
    sqlite_connection connection = file.open();

    migrate(connection, std::span{scripts}.first(2));
    migrate(connection, std::span{scripts}.first(2));
    EXPECT_EQ(number(connection, "SELECT count(*) FROM one"), 2);

    migrate(connection, scripts);
    EXPECT_EQ(number(connection, "SELECT count(*) FROM one"), 3);
}

TEST(Migrate, NotesWhatItRanAndWhen) {
    const empty_file file;
    sqlite_connection connection = file.open();

    migrate(connection, scripts);

    rows notes = connection.run("SELECT version, name, applied_at FROM schema_version", {});
    ASSERT_EQ(notes.size(), 3U);
    EXPECT_EQ(std::get<std::int64_t>(notes.cell(1, 0)), 2);
    EXPECT_EQ(std::get<std::string>(notes.cell(1, 1)), "0002_two.sql");
    EXPECT_THAT(
        std::get<std::string>(notes.cell(1, 2)),
        ::testing::MatchesRegex("[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")
    );
}

TEST(Migrate, LeavesNothingOfAScriptThatFails) {
    const empty_file file;
    std::array<embedded_file, 3> broken = scripts;
    broken[1].bytes = "CREATE TABLE two (id INTEGER) STRICT; INSERT INTO nowhere VALUES (2);";
    {
        sqlite_connection connection = file.open();
        EXPECT_THROW(migrate(connection, broken), store_error);
    }

    sqlite_connection connection = file.open();
    EXPECT_EQ(number(connection, "SELECT max(version) FROM schema_version"), 1);

    migrate(connection, scripts);
    EXPECT_EQ(number(connection, "SELECT max(version) FROM schema_version"), 3);
}

TEST(Migrate, RefusesSchemaOfALaterProgram) {
    const empty_file file;
    sqlite_connection connection = file.open();
    migrate(connection, scripts);

    try {
        migrate(connection, std::span{scripts}.first(2));
        FAIL() << "opened a file of the future";
    } catch (const store_error& error) {
        EXPECT_EQ(
            std::string{error.what()},
            "the database " + file.path.string() +
                " has schema version 3, this program knows versions up to 2: start a newer "
                "partnerd, or restore a backup that was made before the upgrade"
        );
    }
}

TEST(EmbeddedSchema, IsNumberedWithoutGaps) {
    int number = 1;
    for (const embedded_file& script : sqlite_schema()) {
        const std::string digits = std::to_string(number++);
        const std::string prefix = std::string(4 - digits.size(), '0') + digits + "_";
        EXPECT_THAT(std::string{script.name}, StartsWith(prefix));
    }
    EXPECT_GT(number, 4);
}

/// A file as the second script left it.
void add_profile_of_version_2(sqlite_connection& connection, guid partner, guid customer) {
    const std::array<value, 3> customer_row{partner, customer, to_string(customer)};
    connection.run("SAVEPOINT adding");
    static_cast<void>(connection.run(
        "INSERT INTO customers VALUES ($1, $2, $2, 'Company', $3, 'reseller', 1)", customer_row
    ));
    static_cast<void>(connection.run(
        "INSERT INTO profiles VALUES ($1, $2, 'billing', 7, json_object('id', $3))", customer_row
    ));
    connection.run("RELEASE adding");
}

TEST(EmbeddedSchema, GivesProfilesOfVersion2TheirPlaces) {
    const empty_file file;
    const guid partner = id_of(1);
    std::vector<guid> customers{id_of(11), id_of(12)};  // which ask for the same place
    for (const char* const text :
         {"00000000-0000-0000-0000-000000000001",
          "ffffffff-ffff-ffff-ffff-ffffffffffff",
          "fedcba98-7654-3210-8000-000000000000"}) {
        customers.push_back(*parse_guid(text));
    }
    {
        sqlite_connection connection = file.open();
        migrate(connection, sqlite_schema().first(2));
        const std::array<value, 1> id{partner};
        static_cast<void>(connection.run(
            "INSERT INTO partners VALUES ($1, 'Partner', 'p.example', 'global', 0, 0)", id
        ));
        for (const guid& each : customers) add_profile_of_version_2(connection, partner, each);
    }

    sqlite_file opened{{.file = file.path}};

    store store{opened.connect()};
    const auto connection = opened.connect();
    for (const guid& each : customers) {
        const auto found = run(store.find_profile<billing_profile>(partner, each, {}));
        ASSERT_TRUE(found) << to_string(each);
        EXPECT_EQ(found->text, R"({"id":")" + to_string(each) + R"("})");
        for (const profile_kind kind : {billing_kind, company_kind}) {
            const std::array<value, 2> wanted{place_of(each, kind), kind.word};
            constexpr std::string_view sql =
                "SELECT 1 FROM profiles WHERE place = $1 AND kind = $2";
            EXPECT_EQ(run(connection->read(sql, wanted)).size(), 1U) << kind.word;
        }
    }
}

/// Of two files, one is migrated and one is new.
TEST(EmbeddedSchema, MakesTheCompanyProfilesThatNewCustomersHave) {
    const std::vector<std::string> profiles{
        R"({"id":"1","email":"a@b.example","companyName":"x","defaultAddress":{"country":"US","region":"Northwest","city":"Astoria","state":"OR","district":"d","addressLine1":"410 Pier Road","addressLine2":"Unit 7","postalCode":"97103","firstName":"Maren","phoneNumber":"503"}})",
        R"({"email":"\"q\\ \u0001\n/\"@ü.example","defaultAddress":{"country":"GB","region":"North \"Yorkshire\"","city":"Whitby/Ξ🦊","phoneNumber":""}})",
        R"({"defaultAddress":{"region":"r","state":""}})",
        R"({"defaultAddress":{}})",
        R"({"email":""})",
        "{}"};
    const empty_file old;
    fresh_store fresh;
    run(fresh.store.tenants().add_partner(sample_partner(1)));
    {
        sqlite_connection connection = old.open();
        migrate(connection, sqlite_schema().first(2));
        const std::array<value, 1> partner{id_of(1)};
        static_cast<void>(connection.run(
            "INSERT INTO partners VALUES ($1, 'Partner', 'p.example', 'global', 0, 0)", partner
        ));
        for (unsigned at = 0; at < profiles.size(); ++at) {
            new_customer added = sample_customer(at + 11);
            added.company_name = "Back\\slash \"& Söhne\"\t\x01";
            added.billing.text = profiles[at];
            const std::array<value, 3> customer{added.id, added.company_name, added.domain};
            static_cast<void>(connection.run(
                "INSERT INTO customers SELECT id, $1, $1, $2, $3, 'reseller', 1 FROM partners",
                customer
            ));
            const std::array<value, 2> profile{added.id, added.billing.text};
            static_cast<void>(connection.run(
                "INSERT INTO profiles SELECT id, $1, 'billing', 7, $2 FROM partners", profile
            ));
            ASSERT_TRUE(run(fresh.store.add_customers(id_of(1), {added})));
        }
    }

    sqlite_file opened{{.file = old.path}};

    store store{opened.connect()};
    for (unsigned at = 0; at < profiles.size(); ++at) {
        const auto migrated = run(store.find_customer(id_of(1), id_of(at + 11)));
        const auto made = run(fresh.store.find_customer(id_of(1), id_of(at + 11)));
        ASSERT_TRUE(migrated);
        EXPECT_EQ(migrated->company.text, made->company.text);
        EXPECT_EQ(migrated->billing.text, profiles[at]);
    }
}

TEST(EmbeddedSchema, OrdersTheNamesOfVersion6) {
    const empty_file file;
    const guid partner = id_of(1);
    {
        sqlite_connection connection = file.open();
        migrate(connection, sqlite_schema().first(6));
        const std::array<value, 1> id{partner};
        static_cast<void>(connection.run(
            "INSERT INTO partners VALUES ($1, 'Partner', 'p.example', 'global', 0, 0)", id
        ));
        for (const char* const name : {"beta", "ALPHA", "Gamma"}) {
            const std::array<value, 3> row{partner, id_of(unsigned(name[0])), std::string{name}};
            static_cast<void>(connection.run(
                "INSERT INTO customers VALUES ($1, $2, $2, $3, lower($3), 'reseller', 1, NULL)", row
            ));
        }
    }

    sqlite_file opened{{.file = file.path}};

    store store{opened.connect()};
    std::vector<std::string> names;
    const customer_selection all{.partner_id = partner, .field = {}, .prefix = {}};
    const bool more = run(store.lists().page(
        all,
        customer_lists::beginning(all),
        10,
        [&](const listed_customer& each) { names.emplace_back(each.company_name); }
    ));
    EXPECT_FALSE(more);
    EXPECT_THAT(names, ::testing::ElementsAre("ALPHA", "beta", "Gamma"));
}

TEST(OpenDatabase, LetsTwoHandlesCreateItAtOnce) {
    for (int round = 0; round < 20; ++round) {
        const temporary_directory directory;
        const auto open = [&] {
            EXPECT_NO_THROW(sqlite_file{{.file = directory / "partnerd.db"}});
        };

        std::thread one{open};
        std::thread other{open};
        one.join();
        other.join();

        sqlite_file file{{.file = directory / "partnerd.db"}};
        EXPECT_FALSE(run(store{file.connect()}.tenants().has_partners()));
    }
}

/// In a child process: opens the file once the barrier's other end is closed.
[[nodiscard]] pid_t open_in_child(
    const std::filesystem::path& path, const std::array<int, 2>& barrier
) {
    const pid_t child = ::fork();
    if (child != 0) return child;
    ::close(barrier[1]);
    char nothing{};
    const bool is_open = ::read(barrier[0], &nothing, 1) == 0;
    try {
        const sqlite_file file{{.file = path}};
        ::_exit(is_open ? 0 : 1);
    } catch (const store_error& error) {
        std::fprintf(stderr, "%s\n", error.what());
        ::_exit(1);
    }
}

TEST(OpenDatabase, LetsProcessesCreateItAtOnce) {
    for (int round = 0; round < 20; ++round) {
        const temporary_directory directory;
        std::array<int, 2> barrier{};
        ASSERT_EQ(::pipe(barrier.data()), 0);
        std::vector<pid_t> children;
        for (int each = 0; each < 4; ++each) {
            children.push_back(open_in_child(directory / "partnerd.db", barrier));
        }

        ::close(barrier[1]);
        ::close(barrier[0]);

        for (const pid_t child : children) {
            int status = -1;
            ASSERT_EQ(::waitpid(child, &status, 0), child);
            EXPECT_EQ(status, 0);
        }
    }
}

}  // namespace
}  // namespace partner_center
