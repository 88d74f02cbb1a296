// Another process that publishes numbers in documents, for freshness_test. Calls the store.
//   freshness_writer FILE once DOCUMENT NUMBER
//   freshness_writer FILE PUBLICATION DOCUMENT…
// SPDX-License-Identifier: MIT
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>
#include <string_view>
#include <vector>

#include "store/publishing.hpp"

namespace partner_center::testing {
namespace {

[[nodiscard]] unsigned number_in(const char* word) {
    return static_cast<unsigned>(std::stoul(word));
}

void serve(const std::vector<const char*>& words) {
    sqlite_file file{{.file = words.at(1)}};
    const auto connection = file.connect();
    if (std::string_view{words.at(2)} == "once") {
        return publish(*connection, number_in(words.at(3)), number_in(words.at(4)));
    }
    std::vector<unsigned> documents;
    for (std::size_t at = 3; at < words.size(); ++at) documents.push_back(number_in(words[at]));
    publish_until_over(*connection, map_publication(words.at(2)), documents);
}

}  // namespace
}  // namespace partner_center::testing

int main(int count, char** arguments) {
    try {
        partner_center::testing::serve({arguments, arguments + count});
        return EXIT_SUCCESS;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "freshness_writer: %s\n", error.what());
        return EXIT_FAILURE;
    }
}
