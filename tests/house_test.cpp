// The house rules that a compiler cannot check: who may include whom, which library may appear
// where, who may print, and that every operation has its proof and its rows. Reads the tree as
// text.
// SPDX-License-Identifier: MIT
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <string>
#include <string_view>
#include <vector>

#include <boost/mp11/algorithm.hpp>
#include <gtest/gtest.h>

#include <partner_center/operations.hpp>

namespace partner_center {
namespace {

namespace fs = std::filesystem;

const fs::path root{PARTNERD_SOURCE};

struct source_file {
    std::string path{};  ///< from the root
    std::string text{};
    std::vector<std::string> includes{};
};

[[nodiscard]] std::string read(const fs::path& path) {
    std::ifstream file{path};
    return {std::istreambuf_iterator<char>{file}, {}};
}

[[nodiscard]] std::vector<std::string> includes_of(const std::string& text) {
    static const std::regex include{R"((^|\n)[ \t]*#[ \t]*include[ \t]*[<"]([^>"]+)[>"])"};
    std::vector<std::string> out;
    for (std::sregex_iterator at{text.begin(), text.end(), include}, end; at != end; ++at) {
        out.push_back((*at)[2]);
    }
    return out;
}

[[nodiscard]] const std::vector<source_file>& sources() {
    static const std::vector<source_file> files = [] {
        std::vector<source_file> out;
        for (const char* room : {"contract", "store", "server", "sdk", "cli", "tests", "bench"}) {
            if (!fs::exists(root / room)) continue;
            for (const auto& entry : fs::recursive_directory_iterator{root / room}) {
                const std::string extension = entry.path().extension();
                if (extension != ".cpp" && extension != ".hpp") continue;
                std::string text = read(entry.path());
                auto includes = includes_of(text);
                out.push_back({
                    fs::relative(entry.path(), root).generic_string(),
                    std::move(text),
                    std::move(includes),
                });
            }
        }
        return out;
    }();
    return files;
}

[[nodiscard]] bool begins_with_any(
    std::string_view text, const std::vector<std::string_view>& beginnings
) {
    return std::ranges::any_of(beginnings, [&](std::string_view each) {
        return text.starts_with(each);
    });
}

/// Tests may include anything; so may what only tests are made of (testing.hpp, test_server.cpp …).
[[nodiscard]] bool is_test(const std::string& path) {
    const std::string_view name = std::string_view{path}.substr(path.rfind('/') + 1);
    return path.starts_with("tests/") || name.ends_with("_test.cpp") ||
           name.ends_with("testing.hpp") || name.starts_with("test_");
}

/// A library's headers and the only places that may include them.
struct library {
    std::string_view name{};
    std::vector<std::string_view> headers{};
    std::vector<std::string_view> places{};
};

const std::vector<library> libraries{
    {"SQLite", {"sqlite3"}, {"store/sqlite"}},
    {"libpq", {"libpq"}, {"store/postgres"}},
    {"utf8proc", {"utf8proc"}, {"store/name_order.cpp"}},
    {"curl",
     {"curl/"},
     {"sdk/src/curl_", "server/identity/issuers/fetch.cpp", "bench/client_speed.cpp"}},
    {"OpenSSL",
     {"openssl/"},
     {"server/identity/",
      "server/http/tls_",
      "sdk/src/digest.cpp",
      "sdk/src/client_assertion.cpp"}},
    {"argon2", {"argon2"}, {"server/identity/"}},
    {"RE2", {"re2/"}, {"server/rules/pattern.cpp"}},
    {"Boost.JSON", {"boost/json"}, {"contract/", "cli/"}},
    {"CLI11", {"CLI/"}, {"server/config", "server/directory_words.cpp", "cli/"}},
    {"toml++", {"toml++/"}, {"server/config"}},
    {"libyaml", {"yaml.h"}, {"cli/yaml.cpp"}},
    {"libjq", {"jq.h", "jv.h"}, {"cli/query.cpp"}},
    {"Beast", {"boost/beast"}, {"server/http/"}},
    {"sockets",
     {"boost/asio/ip/", "boost/asio/ssl", "boost/asio/local", "sys/socket.h", "netinet/"},
     {"server/http/", "sdk/src/loopback_listener.cpp", "bench/client_speed.cpp"}},
    {"lock-free queues", {"boost/lockfree/"}, {"server/observe/"}},
    {"Google Benchmark", {"benchmark/"}, {"bench/"}},
};

/// A room and what its files may not include of ours.
struct room {
    std::string_view path{};
    std::vector<std::string_view> forbidden{};
};

const std::vector<room> rooms{
    {"contract/", {"store/", "server/", "sdk/", "cli/"}},
    {"store/", {"server/", "sdk/", "cli/"}},
    {"sdk/", {"store/", "server/", "cli/"}},
    {"cli/", {"store/", "server/"}},
    {"server/", {"sdk/", "cli/"}},
    {"server/http/",
     {"server/api/",
      "server/identity/",
      "server/observe/",
      "server/rules/",
      "store/store.hpp",
      "store/directory.hpp",
      "store/database.hpp",
      "store/sqlite"}},
    {"server/api/", {"server/http/"}},
    {"server/identity/", {"server/http/", "server/api/", "server/observe/", "server/rules/"}},
    {"server/observe/",
     {"server/http/", "server/api/", "server/identity/", "server/rules/", "store/"}},
    {"server/rules/",
     {"server/http/", "server/api/", "server/identity/", "server/observe/", "store/"}},
    {"server/metrics_page", {"server/http/", "server/api/", "server/identity/", "store/"}},
};

TEST(House, KeepsEachLibraryInItsPlace) {
    for (const source_file& file : sources()) {
        if (is_test(file.path)) continue;
        for (const library& each : libraries) {
            if (begins_with_any(file.path, each.places)) continue;
            for (const std::string& include : file.includes) {
                EXPECT_FALSE(begins_with_any(include, each.headers))
                    << file.path << " includes " << include << ": " << each.name
                    << " has its own place";
            }
        }
    }
}

TEST(House, IncludesOnlyDownwards) {
    for (const source_file& file : sources()) {
        if (is_test(file.path)) continue;
        for (const room& each : rooms) {
            if (!file.path.starts_with(each.path)) continue;
            for (const std::string& include : file.includes) {
                EXPECT_FALSE(begins_with_any(include, each.forbidden))
                    << file.path << " includes " << include;
            }
        }
    }
}

TEST(House, KeepsTheSdksHeadersOutOfTheServer) {
    std::vector<std::string_view> sdk_headers;
    std::vector<std::string> names;
    for (const source_file& file : sources()) {
        constexpr std::string_view place = "sdk/include/";
        if (file.path.starts_with(place)) names.push_back(file.path.substr(place.size()));
    }
    ASSERT_FALSE(names.empty());
    sdk_headers.assign(names.begin(), names.end());
    for (const source_file& file : sources()) {
        const bool may_use_it =
            begins_with_any(file.path, {"sdk/", "cli/", "bench/client_speed.cpp"});
        if (is_test(file.path) || may_use_it) continue;
        for (const std::string& include : file.includes) {
            EXPECT_FALSE(begins_with_any(include, sdk_headers)) << file.path << ": " << include;
        }
    }
}

TEST(House, KeepsHeavyHeadersOutOfThePublicOnes) {
    for (const source_file& file : sources()) {
        const bool is_public =
            file.path.starts_with("sdk/include/") || file.path.starts_with("contract/include/");
        if (!is_public) continue;
        for (const std::string& include : file.includes) {
            EXPECT_FALSE(begins_with_any(include, {"curl/", "boost/json", "boost/url", "fmt/"}))
                << file.path << " includes " << include;
        }
    }
}

TEST(House, PrintsFromProgramsOnly) {
    for (const source_file& file : sources()) {
        const bool may_print =
            is_test(file.path) || begins_with_any(file.path, {"cli/", "sdk/samples/", "bench/"});
        if (may_print) continue;
        EXPECT_EQ(file.text.find("std::cout"), std::string::npos) << file.path;
    }
}

TEST(House, SaysInEachFileWhatItHolds) {
    for (const source_file& file : sources()) {
        EXPECT_TRUE(file.text.starts_with("// ")) << file.path;
        EXPECT_NE(file.text.substr(0, 600).find("SPDX-License-Identifier: MIT"), std::string::npos)
            << file.path;
    }
}

TEST(House, ProvesEveryOperation) {
    const std::string compatibility = read(root / "docs/compatibility.md");
    boost::mp11::mp_for_each<boost::mp11::mp_transform<std::type_identity, operations>>(
        [&]<class Operation>(std::type_identity<Operation>) {
            const std::string name{name_of<Operation>()};
            EXPECT_TRUE(fs::exists(root / "tests/conformance" / (name + "_test.cpp"))) << name;
            EXPECT_NE(compatibility.find("`" + name + "`"), std::string::npos) << name;
        }
    );
}

/// What the first group of each match of an expression is, in the files whose paths begin so.
[[nodiscard]] std::vector<std::string> found_in(
    const std::vector<std::string_view>& places, const std::regex& expression
) {
    std::vector<std::string> out;
    for (const source_file& file : sources()) {
        if (is_test(file.path) || !begins_with_any(file.path, places)) continue;
        const std::string& text = file.text;
        for (std::sregex_iterator at{text.begin(), text.end(), expression}, end; at != end; ++at) {
            out.push_back((*at)[1]);
        }
    }
    return out;
}

void expect_all_in(
    const fs::path& page, const std::vector<std::string>& words, std::size_t at_least
) {
    const std::string text = read(root / page);
    EXPECT_GE(words.size(), at_least) << page;
    for (const std::string& each : words) {
        EXPECT_NE(text.find('`' + each + '`'), std::string::npos) << page << " lacks " << each;
    }
}

TEST(House, HasEveryHeaderInTheReference) {
    const std::vector<std::string_view> readers{
        "contract/include/partner_center/operation.hpp",
        "server/api/",
        "server/identity/bearer.cpp",
        "server/http/request_head.cpp"};
    const std::regex read_ones{
        R"re((?:find\(|count\(|name, |request, |== "[a-z_]+"\) return )"([A-Z][A-Za-z-]+)")re"};
    const std::vector<std::string_view> writers{"server/api/", "server/http/answer_text.cpp"};
    const std::regex sent_ones{
        R"re((?:answer\.add\(\s*"|add_id\("|(?:out|fields)(?:\.append\(| \+?= )")([A-Za-z-]+)(?:"|: ))re"};

    expect_all_in("docs/reference/headers.md", found_in(readers, read_ones), 12);
    expect_all_in("docs/reference/headers.md", found_in(writers, sent_ones), 10);
}

TEST(House, ListsEverySwitch) {
    const std::regex name{R"re((?:on_off<[^>]*>\(|switch_row\{\s*)"([a-z-]+)")re"};

    expect_all_in("docs/compatibility.md", found_in({"server/config_knobs.cpp"}, name), 10);
}

}  // namespace
}  // namespace partner_center
