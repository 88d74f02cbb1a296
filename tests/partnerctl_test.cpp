// partnerctl as a program, against a real partnerd: what it prints where, what it changes, and how
// it ends.
// SPDX-License-Identifier: MIT
#include "tests/support/partnerctl.hpp"

#include <algorithm>
#include <filesystem>
#include <sys/stat.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace partner_center {
namespace {

namespace fs = std::filesystem;

using ::testing::AllOf;
using testing::demo_partner;
using testing::demo_world;
using testing::finished;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using testing::partnerctl_home;
using testing::partnerd;
using testing::read_file;
using ::testing::StartsWith;

constexpr const char* tidewater = "6f1c9a52-3d0e-4b7c-9c11-5a2e8d40b7f3";

[[nodiscard]] std::size_t lines_of(const std::string& text) {
    return static_cast<std::size_t>(std::ranges::count(text, '\n'));
}

[[nodiscard]] unsigned mode_of(const fs::path& path) {
    struct stat status {};
    EXPECT_EQ(::stat(path.c_str(), &status), 0) << path;
    return status.st_mode & 0777U;
}

/// A server for all tests here; each changes customers of its own.
[[nodiscard]] const partnerd& shared_server() {
    static const partnerd server{{}};
    return server;
}

class Partnerctl : public ::testing::Test {
protected:
    Partnerctl() { home_.call_as(world_, world_.partners.front()); }

    [[nodiscard]] finished run(const std::vector<std::string>& words) const {
        return home_.run(words);
    }
    [[nodiscard]] int status_of(const std::vector<std::string>& words) const {
        return run(words).status;
    }

    /// One value of a resource, as a query finds it.
    [[nodiscard]] std::string value(std::vector<std::string> words, const std::string& query)
        const {
        words.insert(words.end(), {"-o", "tsv", "--query", query});
        const finished done = run(words);
        EXPECT_EQ(done.status, 0) << done.errors;
        return done.output.substr(0, done.output.find_last_not_of('\n') + 1);
    }

    [[nodiscard]] const demo_partner& partner_in(const std::string& cloud) const {
        return *std::ranges::find(world_.partners, cloud, &demo_partner::cloud);
    }
    [[nodiscard]] const demo_partner& sandbox() const { return world_.partners.at(2); }

    /// A customer of the first partner that no other test changes.
    [[nodiscard]] std::string customer(std::size_t number) const {
        return world_.partners.front().customers.at(number);
    }

    /// An editor: a shell script that has the file as $1 and partnerctl as $PARTNERCTL.
    void use_editor(const std::string& script) {
        const fs::path file = home_.directory() / "editor";
        std::ofstream{file} << "#!/bin/sh\nset -e\nunset EDITOR\nPARTNERCTL='" << PARTNERCTL_PROGRAM
                            << "'\n"
                            << script << '\n';
        fs::permissions(file, fs::perms::owner_all);
        home_.environment["EDITOR"] = file;
    }

    [[nodiscard]] std::vector<fs::path> drafts() const {
        std::error_code absent;
        const fs::path directory = home_.directory() / ".local/state/partnerctl/drafts";
        std::vector<fs::path> all;
        for (const auto& each : fs::directory_iterator{directory, absent}) {
            all.push_back(each.path());
        }
        return all;
    }

    const demo_world world_{testing::read_demo_world(shared_server())};
    partnerctl_home home_{};
};

TEST_F(Partnerctl, ShowsABillingProfile) {
    const finished done = run({"customers", "billing-profile", "get", tidewater});

    EXPECT_EQ(done.status, 0) << done.errors;
    EXPECT_THAT(done.output, StartsWith("{\n  \"id\": \"9a3e6b1d-7c42-5f08-a1d9-04c6e2b87f55\""));
    EXPECT_THAT(done.output, HasSubstr("\"companyName\": \"Tidewater Cooperative\""));
    EXPECT_THAT(done.errors, IsEmpty());
}

TEST_F(Partnerctl, ShowsWhatAQueryAsksFor) {
    EXPECT_EQ(
        value({"customers", "billing-profile", "get", tidewater}, ".companyName"),
        "Tidewater Cooperative"
    );
}

TEST_F(Partnerctl, EndsWithTheStatusOfWhatHappened) {
    const std::vector<std::string> get{"customers", "billing-profile", "get"};
    const auto status_with = [&](const std::vector<std::string>& more) {
        std::vector<std::string> words = get;
        words.insert(words.end(), more.begin(), more.end());
        return status_of(words);
    };

    EXPECT_EQ(status_with({}), 2);
    EXPECT_EQ(status_with({tidewater, "--query", ".["}), 2);
    EXPECT_EQ(status_with({tidewater, "-o", "xml"}), 2);
    EXPECT_EQ(status_with({"contoso"}), 7);
    EXPECT_EQ(status_with({"11111111-2222-4333-8444-555555555555"}), 3);
    EXPECT_EQ(status_with({world_.partners.at(1).customers.front()}), 4);
    EXPECT_EQ(status_of({"nonsense"}), 2);
    EXPECT_EQ(status_of({"customers", "nonsense"}), 2);
}

TEST_F(Partnerctl, HelpsOnStdout) {
    for (const std::vector<std::string>& words :
         {std::vector<std::string>{"--help"}, {"customers", "--help"}, {"--version"}}) {
        const finished done = run(words);
        EXPECT_EQ(done.status, 0);
        EXPECT_THAT(done.output, Not(IsEmpty()));
        EXPECT_THAT(done.errors, IsEmpty());
    }
}

TEST_F(Partnerctl, ListsCustomersAPageAtATime) {
    const finished page = run({"customers", "list", "--size", "3", "-o", "tsv"});

    EXPECT_EQ(page.status, 0) << page.errors;
    EXPECT_EQ(lines_of(page.output), 3U);
    EXPECT_THAT(page.errors, HasSubstr("--all"));
}

TEST_F(Partnerctl, ListsAllCustomers) {
    const finished all = run({"customers", "list", "--all", "-o", "jsonl"});

    EXPECT_EQ(all.status, 0) << all.errors;
    EXPECT_EQ(lines_of(all.output), world_.partners.front().customers.size());
    EXPECT_THAT(all.errors, IsEmpty());
    EXPECT_EQ(value({"customers", "list", "--name", "tidew"}, "map(.id)[]"), tidewater);
}

TEST_F(Partnerctl, EndsQuietlyWhenItsReaderHasGone) {
    std::vector<std::string> words = home_.command({"customers", "list", "--all", "-o", "jsonl"});
    words.insert(
        words.begin(), {"/bin/bash", "-c", "\"$@\" | head -n 1; exit ${PIPESTATUS[0]}", "sh"}
    );
    const testing::temporary_directory scratch;
    testing::program piped{words, scratch.path()};

    EXPECT_EQ(piped.wait(), 128 + SIGPIPE);
    EXPECT_EQ(lines_of(piped.output()), 1U);
    EXPECT_THAT(piped.errors(), IsEmpty());
}

TEST_F(Partnerctl, WorksInEveryCloud) {
    for (const char* cloud : {"global", "china", "us_government"}) {
        const demo_partner& partner = partner_in(cloud);
        home_.call_as(world_, partner);
        const std::vector<std::string> all{"--cloud", cloud, "customers", "list", "--all"};
        EXPECT_EQ(value(all, "length"), std::to_string(partner.customers.size())) << cloud;
    }
}

TEST_F(Partnerctl, CreatesACustomerOnceAndDeletesIt) {
    home_.call_as(world_, sandbox());
    home_.input = R"(companyProfile: {domain: northwindcli.onmicrosoft.com}
billingProfile:
  email: ap@northwind.example
  culture: en-US
  language: en
  companyName: Northwind
  defaultAddress: {country: US, city: Astoria, state: OR, addressLine1: 1 Pier Road,
    postalCode: 97103, firstName: Ann, lastName: Lee}
)";
    const std::vector<std::string> create{
        "customers",
        "create",
        "--body",
        "@-",
        "--request-id",
        "5d3b3a66-8a1c-4f0e-9d2c-3f1a6b7c8d9e"};
    const std::string id = value(create, ".id");

    EXPECT_EQ(value(create, ".id"), id);
    EXPECT_EQ(value({"customers", "get", id}, ".billingProfile.companyName"), "Northwind");
    EXPECT_EQ(status_of({"customers", "create", "--body", "@-"}), 5);  // the domain is taken
    EXPECT_EQ(value({"domains", "check", "northwindcli.onmicrosoft.com"}, ".isTaken"), "true");

    const finished asked = run({"customers", "delete", id});
    EXPECT_EQ(asked.status, 2);
    EXPECT_THAT(asked.errors, HasSubstr("--yes"));
    EXPECT_EQ(status_of({"customers", "delete", id, "--yes"}), 0);
    EXPECT_EQ(status_of({"customers", "get", id}), 3);
}

TEST_F(Partnerctl, SaysWhyAnApplicationMayNotEndARelationship) {
    const finished done = run({"customers", "remove-relationship", tidewater, "--yes"});

    EXPECT_EQ(done.status, 4);
    EXPECT_THAT(done.errors, HasSubstr("sign in as a person: partnerctl login"));
}

TEST_F(Partnerctl, RefusesABodyWithATypo) {
    const finished done = run(
        {"customers", "billing-profile", "update", tidewater, "--body", R"({"companyNmae":"x"})"}
    );

    EXPECT_EQ(done.status, 7);
    EXPECT_THAT(done.errors, HasSubstr("there is no member companyNmae"));
}

TEST_F(Partnerctl, SetsMembersOfABillingProfile) {
    const std::string id = customer(10);
    const std::vector<std::string> get{"customers", "billing-profile", "get", id};

    EXPECT_EQ(
        status_of(
            {"customers",
             "billing-profile",
             "update",
             id,
             "--set",
             "email=cli@x.example",
             "--set",
             "firstName="}
        ),
        0
    );

    EXPECT_EQ(value(get, ".email"), "cli@x.example");
    EXPECT_EQ(value(get, ".firstName"), "");
    EXPECT_EQ(status_of({"customers", "billing-profile", "update", id, "--set", "emial=x"}), 7);
    EXPECT_EQ(status_of({"customers", "billing-profile", "update", id}), 2);
}

TEST_F(Partnerctl, ReplacesOnlyTheVersionThatWasRead) {
    const std::string id = customer(11);
    home_.input = run({"customers", "billing-profile", "get", id}).output;
    const std::vector<std::string> update{
        "customers", "billing-profile", "update", id, "--body", "@-", "--set", "email=a@b.example"};
    EXPECT_EQ(status_of(update), 2);  // one or the other
    const std::vector<std::string> replace{update.begin(), update.end() - 2};
    home_.input.replace(home_.input.find("\"email\": \"") + 10, 0, "new.");

    EXPECT_EQ(status_of(replace), 0);
    const finished again = run(replace);
    EXPECT_EQ(again.status, 5);
    EXPECT_THAT(again.errors, HasSubstr("somebody else was faster"));
}

TEST_F(Partnerctl, EditsABillingProfileAsYaml) {
    const std::string id = customer(12);
    use_editor("sed -i 's/^companyName: .*/companyName: Edited \\& Sons/' \"$1\"");

    const finished done = run({"customers", "billing-profile", "edit", id, "-o", "tsv"});

    EXPECT_EQ(done.status, 0) << done.errors;
    EXPECT_THAT(done.output, HasSubstr("companyName\tEdited & Sons\n"));
    EXPECT_THAT(done.errors, HasSubstr("+ companyName: Edited & Sons\n"));
    EXPECT_THAT(drafts(), IsEmpty());
}

TEST_F(Partnerctl, ChangesNothingWhenTheEditorChangedNothing) {
    for (const char* script : {"true", ": >\"$1\"", "echo '# all gone' >\"$1\""}) {
        use_editor(script);
        const finished done = run({"customers", "billing-profile", "edit", tidewater});
        EXPECT_EQ(done.status, 0) << done.errors;
        EXPECT_THAT(done.errors, HasSubstr("nothing was changed"));
        EXPECT_THAT(done.output, IsEmpty());
    }
    EXPECT_THAT(drafts(), IsEmpty());
}

TEST_F(Partnerctl, KeepsWhatWasTypedWhenItIsNotTaken) {
    const std::string id = customer(13);
    struct situation {
        std::string script{};
        int status{};
        std::string why{};
    };
    const std::vector<situation> situations{
        {"echo 'a: [' >\"$1\"", 7, "line 2"},
        {"echo 'cultur: en' >\"$1\"", 7, "there is no member cultur"},
        {"sed -i 's/^email: .*/email: none/' \"$1\"", 7, "email"},
        {"echo typed >>\"$1\"; exit 3", 1, "status 3"},
    };
    for (const situation& each : situations) {
        use_editor(each.script);
        const finished done = run({"customers", "billing-profile", "edit", id});
        EXPECT_EQ(done.status, each.status) << done.errors;
        EXPECT_THAT(done.errors, AllOf(HasSubstr(each.why), HasSubstr("--from /")));
    }
    ASSERT_EQ(drafts().size(), situations.size());
    for (const fs::path& each : drafts()) EXPECT_EQ(mode_of(each), 0600U);
}

TEST_F(Partnerctl, MergesWhatSomebodyElseChangedElsewhere) {
    const std::string id = customer(14);
    const std::string theirs = "\"$PARTNERCTL\" customers billing-profile update " + id +
                               " --set email=theirs@x.example >/dev/null\n";
    use_editor(theirs + "sed -i 's/^companyName: .*/companyName: Mine/' \"$1\"");

    const finished refused = run({"customers", "billing-profile", "edit", id});
    EXPECT_EQ(refused.status, 5);
    EXPECT_THAT(refused.errors, HasSubstr("  theirs  theirs@x.example\n"));
    EXPECT_THAT(refused.errors, HasSubstr("with --merge both sides' changes are sent"));

    use_editor("true");
    ASSERT_EQ(drafts().size(), 1U);
    const std::string from = drafts().front();
    EXPECT_EQ(status_of({"customers", "billing-profile", "edit", id, "--from", from}), 0);
    EXPECT_THAT(drafts(), IsEmpty());
    const std::vector<std::string> get{"customers", "billing-profile", "get", id};
    EXPECT_EQ(value(get, ".companyName + \" \" + .email"), "Mine theirs@x.example");

    use_editor(
        "\"$PARTNERCTL\" customers billing-profile update " + id +
        " --set email=again@x.example >/dev/null\n" +
        "sed -i 's/^companyName: .*/companyName: Merged/' \"$1\""
    );
    EXPECT_EQ(status_of({"customers", "billing-profile", "edit", id, "--merge"}), 0);
    EXPECT_EQ(value(get, ".companyName + \" \" + .email"), "Merged again@x.example");
}

TEST_F(Partnerctl, ExplainsACollisionFieldByField) {
    const std::string id = customer(15);
    use_editor(
        "\"$PARTNERCTL\" customers billing-profile update " + id +
        " --set companyName=Theirs >/dev/null\n"
        "sed -i 's/^companyName: .*/companyName: Mine/' \"$1\""
    );

    const finished done = run({"customers", "billing-profile", "edit", id, "--merge"});

    EXPECT_EQ(done.status, 5);
    EXPECT_THAT(done.errors, HasSubstr("companyName  (both changed it)\n"));
    EXPECT_THAT(done.errors, HasSubstr("  theirs  Theirs\n  yours   Mine\n"));
    ASSERT_EQ(drafts().size(), 1U);
    EXPECT_THAT(
        read_file(drafts().front()),
        AllOf(HasSubstr("# companyName: theirs is Theirs\n"), HasSubstr("\ncompanyName: Mine\n"))
    );
}

TEST_F(Partnerctl, CallsAnyOperationByName) {
    const std::vector<std::string> get{"call", "get-billing-profile"};

    EXPECT_EQ(
        value(
            {"call", "get_billing_profile", std::string{"customerId="} + tidewater}, ".companyName"
        ),
        "Tidewater Cooperative"
    );
    EXPECT_EQ(value({"call", "list-customers", "size=2"}, ".items | length"), "2");
    EXPECT_EQ(status_of({"call", "get-billing-profile"}), 2);
    EXPECT_EQ(status_of({"call", "get-billing-profile", "customer-id=x"}), 7);
    EXPECT_EQ(
        status_of({"call", "get-billing-profile", std::string{"customer-id="} + tidewater, "x=y"}),
        2
    );
    const finished unknown = run({"call", "get-nothing"});
    EXPECT_EQ(unknown.status, 2);
    EXPECT_THAT(unknown.errors, HasSubstr("\n  update-organization-profile"));
}

TEST_F(Partnerctl, LooksThingsUp) {
    EXPECT_EQ(value({"countries", "show", "de"}, ".iso2Code"), "DE");
    EXPECT_EQ(value({"domains", "check", "free.onmicrosoft.com"}, ".isTaken"), "false");
    EXPECT_EQ(value({"profiles", "legal-business", "get"}, ".profileType"), "LegalBusinessProfile");
    EXPECT_THAT(value({"relationship-request"}, ".url"), StartsWith("http"));
    EXPECT_EQ(value({"validation-codes"}, "length"), "0");
    EXPECT_EQ(status_of({"profiles", "support", "get"}), 4);
    EXPECT_EQ(status_of({"customers", "company-profile", "get", tidewater}), 4);
}

TEST_F(Partnerctl, TellsWhetherAnAddressIsTaken) {
    const std::vector<std::string> good{
        "addresses",
        "validate",
        "--country",
        "US",
        "--city",
        "Astoria",
        "--state",
        "OR",
        "--address-line1",
        "410 Pier Road",
        "--postal-code",
        "97103"};

    EXPECT_EQ(value(good, ".status"), "VerifiedShippable");
    const finished bad = run({"addresses", "validate", "--body", "country: US"});
    EXPECT_EQ(bad.status, 7);
    EXPECT_THAT(bad.output, HasSubstr("\"status\": \"None\""));
    EXPECT_THAT(bad.errors, HasSubstr("not valid"));
}

TEST_F(Partnerctl, ListsTheAudit) {
    home_.call_as(world_, world_.partners.at(1));
    const std::string id = world_.partners.at(1).customers.front();
    ASSERT_EQ(
        status_of({"customers", "billing-profile", "update", id, "--set", "email=au@x.example"}), 0
    );

    const std::vector<std::string> list{"audit", "list", "--customer", id};
    EXPECT_EQ(value(list, ".[0].operationType"), "update_customer_billing_profile");
    const std::string record = value(list, ".[0].id");
    EXPECT_EQ(value({"audit", "get", record}, ".customerId"), id);
    EXPECT_EQ(status_of({"audit", "list", "--from", "yesterday"}), 2);
    EXPECT_EQ(status_of({"audit", "list", "--from", "2020-01-01"}), 7);
}

TEST_F(Partnerctl, SaysWhatToDoWhenNobodyIsSignedIn) {
    home_.environment.erase("PARTNERCTL_CLIENT_ID");

    const finished done = run({"customers", "billing-profile", "get", tidewater});

    EXPECT_EQ(done.status, 4);
    EXPECT_THAT(done.errors, HasSubstr("partnerctl login"));
}

TEST_F(Partnerctl, SaysWhatToDoAboutAWrongSecret) {
    home_.environment["PARTNERCTL_CLIENT_SECRET"] = "not-the-secret";

    const finished done = run({"customers", "billing-profile", "get", tidewater});

    EXPECT_EQ(done.status, 4);
    EXPECT_THAT(done.errors, HasSubstr("check tenant, client id and secret"));
    EXPECT_THAT(done.errors, Not(HasSubstr("not-the-secret")));
}

TEST_F(Partnerctl, TracesWithoutSecrets) {
    const finished done = run({"--trace", "customers", "billing-profile", "get", tidewater});

    EXPECT_EQ(done.status, 0);
    EXPECT_THAT(done.output, StartsWith("{\n"));
    EXPECT_THAT(done.errors, HasSubstr("> GET " + world_.url + "/v1/customers/" + tidewater));
    EXPECT_THAT(done.errors, Not(HasSubstr("eyJ")));
    EXPECT_THAT(
        done.errors, Not(HasSubstr(world_.partners.front().applications.front().client_secret))
    );
}

/// Signed in by `login` as an application, with nothing in the environment.
class SignedIn : public Partnerctl {
protected:
    SignedIn() {
        const demo_partner& partner = world_.partners.front();
        home_.environment.erase("PARTNERCTL_URL");
        home_.environment.erase("PARTNERCTL_TENANT");
        home_.environment.erase("PARTNERCTL_CLIENT_ID");
        home_.environment.erase("PARTNERCTL_CLIENT_SECRET");
        words_ = {
            "login",
            "--url",
            world_.url,
            "--tenant",
            partner.tenant_id,
            "--client-id",
            partner.applications.front().client_id,
            "--client-secret-stdin"};
        home_.input = partner.applications.front().client_secret + "\n";
    }

    [[nodiscard]] fs::path profile() const {
        return home_.directory() / ".config/partnerctl/profiles/default.json";
    }
    [[nodiscard]] fs::path tokens() const {
        return home_.directory() / ".local/state/partnerctl/tokens/default.json";
    }

    std::vector<std::string> words_{};
};

TEST_F(SignedIn, KeepsAProfileForItsOwnerAlone) {
    const finished done = run(words_);

    ASSERT_EQ(done.status, 0) << done.errors;
    EXPECT_EQ(mode_of(profile()), 0600U);
    EXPECT_EQ(mode_of(tokens()), 0600U);
    EXPECT_EQ(value({"customers", "get", tidewater}, ".id"), tidewater);
    EXPECT_EQ(value({"whoami"}, ".tenant"), world_.partners.front().tenant_id);
    EXPECT_EQ(value({"whoami", "--all"}, ".[].name"), "default");
}

TEST_F(SignedIn, ForgetsEverythingAtLogout) {
    ASSERT_EQ(status_of(words_), 0);

    EXPECT_EQ(status_of({"logout"}), 0);
    EXPECT_FALSE(fs::exists(profile()));
    EXPECT_FALSE(fs::exists(tokens()));
    EXPECT_EQ(status_of({"whoami"}), 4);
    EXPECT_EQ(status_of({"logout"}), 3);
}

TEST_F(SignedIn, KeepsTheOldProfileWhenASignInFails) {
    ASSERT_EQ(status_of(words_), 0);
    const std::string before = read_file(profile()) + read_file(tokens());
    home_.input = "wrong\n";

    EXPECT_EQ(status_of(words_), 4);
    EXPECT_EQ(read_file(profile()) + read_file(tokens()), before);
    home_.input = "";
    EXPECT_EQ(status_of(words_), 2);
}

TEST_F(SignedIn, GoesOnWithoutATokenFile) {
    ASSERT_EQ(status_of(words_), 0);
    fs::remove_all(home_.directory() / ".local");
    std::ofstream{home_.directory() / ".local"} << "in the way";

    const finished done = run({"customers", "get", tidewater});

    EXPECT_EQ(done.status, 0);
    EXPECT_THAT(done.errors, HasSubstr("cannot be"));
    EXPECT_THAT(done.output, HasSubstr("Tidewater"));
}

TEST_F(SignedIn, CallsAsTheProfileThatIsNamed) {
    words_.insert(words_.begin(), {"--profile", "work"});
    ASSERT_EQ(status_of(words_), 0);
    home_.environment["PARTNERCTL_TOKEN"] = "nobody's";

    EXPECT_EQ(status_of({"--url", world_.url, "customers", "get", tidewater}), 4);
    EXPECT_EQ(status_of({"--profile", "work", "customers", "get", tidewater}), 0);
    EXPECT_EQ(status_of({"--profile", "home", "customers", "get", tidewater}), 4);
}

/// What a shell would be told.
class Completion : public Partnerctl {
protected:
    [[nodiscard]] std::string offered(const std::vector<std::string>& typed) const {
        std::vector<std::string> words{"__complete", "--"};
        words.insert(words.end(), typed.begin(), typed.end());
        const finished done = run(words);
        EXPECT_EQ(done.status, 0) << done.errors;
        return done.output;
    }

    /// The output of a shell's script that is given the program as $1.
    [[nodiscard]] finished in_shell(const std::string& shell, const std::string& script) const {
        const testing::temporary_directory scratch;
        std::vector<std::string> words{"/usr/bin/env"};
        for (const auto& [name, text] : home_.environment) words.push_back(name + "=" + text);
        const std::string bin = fs::path{PARTNERCTL_PROGRAM}.parent_path();
        words.insert(words.end(), {"PATH=" + bin + ":/usr/bin:/bin", shell, "-c", script});
        testing::program started{words, scratch.path()};
        const int status = started.wait();
        return {status, started.output(), started.errors()};
    }
};

TEST_F(Completion, OffersWordsAndTheirValues) {
    EXPECT_THAT(offered({"cust"}), StartsWith("customers\t"));
    EXPECT_THAT(offered({"customers", "billing-profile", ""}), HasSubstr("edit\t"));
    EXPECT_EQ(offered({"-o", "t"}), "table\t\ntsv\t\n");
    EXPECT_EQ(offered({"customers", "list", "--output=y"}), "--output=yaml\t\n");
    EXPECT_EQ(offered({"--cloud", "c"}), "china\t\n");
    EXPECT_EQ(offered({"countries", "show", "GB"}), "GB\t\n");
    EXPECT_THAT(offered({"customers", "list", "--s"}), StartsWith("--size\t"));
    EXPECT_EQ(
        offered({"call", "get-company"}), "get-company-profile\tGet a customer's company profile\n"
    );
    EXPECT_EQ(offered({"call", "get-company-profile", "cu"}), "customer-id=\t\n");
    EXPECT_EQ(offered({"completion", "b"}), "bash\t\n");
    EXPECT_EQ(offered({"customers", "get", "x", ""}), "");
}

TEST_F(Completion, OffersTheIdsOfCustomers) {
    EXPECT_EQ(
        offered({"customers", "billing-profile", "get", "6f1c9"}),
        std::string{tidewater} + "\tTidewater Cooperative\n"
    );
    home_.environment["PARTNERCTL_URL"] = "http://127.0.0.1:1";
    EXPECT_EQ(offered({"customers", "get", ""}), "");
}

TEST_F(Completion, WorksInBash) {
    const finished done = in_shell("bash", R"(set -eu
source <(partnerctl completion bash)
complete -p partnerctl | grep -q _partnerctl
compopt() { :; }
try() { COMP_LINE=$1 COMP_POINT=${#1}; _partnerctl; printf '%s;' "${COMPREPLY[@]}"; }
try 'partnerctl customers bill'
try 'partnerctl call get-billing-profile customer-'
try 'partnerctl customers list --output=js'
try 'partnerctl -o ')");

    EXPECT_EQ(done.output, "billing-profile;customer-id=;json;jsonl;json;jsonl;table;tsv;yaml;")
        << done.errors;
}

TEST_F(Completion, WorksInFish) {
    const finished done = in_shell(
        "fish", "partnerctl completion fish | source; complete -C 'partnerctl customers comp'"
    );

    EXPECT_EQ(done.output, "company-profile\twhat a customer's company is\n") << done.errors;
}

TEST_F(Completion, WorksInZsh) {
    const finished done = in_shell("zsh", R"(
compdef() { print "compdef $*" }
source <(partnerctl completion zsh)
_describe() { print "$1: ${(P)2}" }
words=(partnerctl customers comp) CURRENT=3
_partnerctl)");

    EXPECT_EQ(
        done.output,
        "compdef _partnerctl partnerctl\n"
        "partnerctl: company-profile:what a customer's company is\n"
    ) << done.errors;
}

TEST_F(Completion, ComesWithAManualThatIsWellFormed) {
    const fs::path pages{PARTNERCTL_MANUAL};
    std::vector<std::string> words{"/usr/bin/mandoc", "-T", "lint", "-W", "warning"};
    for (const auto& each : fs::directory_iterator{pages}) words.push_back(each.path());
    const testing::temporary_directory scratch;
    testing::program lint{words, scratch.path()};

    EXPECT_EQ(lint.wait(), 0) << lint.output() << lint.errors();
    EXPECT_GT(words.size(), 15U);
    EXPECT_THAT(read_file(pages / "partnerctl-customers.1"), HasSubstr("billing-profile edit"));
    EXPECT_THAT(read_file(pages / "partnerctl.1"), HasSubstr(".It 130\ninterrupted"));
}

}  // namespace
}  // namespace partner_center
