// A strict reader of the Prometheus text exposition format 0.0.4: what it takes without a word, any
// scraper takes.
// SPDX-License-Identifier: MIT
#pragma once

#include <cmath>
#include <cstdlib>
#include <limits>
#include <map>
#include <optional>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

namespace partner_center::testing {

/// A page's samples and everything that is wrong with it.
struct exposition {
    using labels = std::map<std::string, std::string>;

    std::map<std::string, std::string> types{};  ///< by metric
    std::map<std::pair<std::string, labels>, double> samples{};
    std::vector<std::string> problems{};

    /// The value of a sample, if the page has it.
    [[nodiscard]] std::optional<double> find(const std::string& name, const labels& of) const {
        const auto found = samples.find({name, of});
        if (found == samples.end()) return {};
        return found->second;
    }
};

namespace detail {

/// The metric that a sample belongs to: a histogram's samples have suffixes.
[[nodiscard]] inline std::string metric_of(const exposition& page, const std::string& sample) {
    static const std::regex suffix{"_(bucket|sum|count)$"};
    const std::string base = std::regex_replace(sample, suffix, "");
    const auto found = page.types.find(base);
    return found != page.types.end() && found->second == "histogram" ? base : sample;
}

/// The labels in braces, or nothing when they are not well-formed.
[[nodiscard]] inline std::optional<exposition::labels> read_labels(std::string text) {
    static const std::regex label{R"re(^([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\[\\n"])*)"(,|$))re"};
    exposition::labels out;
    std::smatch found;
    while (!text.empty()) {
        if (!std::regex_search(text, found, label)) return {};
        if (!out.emplace(found[1], found[2]).second) return {};
        text = found.suffix();
    }
    return out;
}

inline void check_histogram(exposition& page, const std::string& name) {
    struct series {
        std::map<double, double> buckets{};
        std::optional<double> count{};
        std::optional<double> sum{};
    };
    std::map<exposition::labels, series> all;
    for (const auto& [key, value] : page.samples) {
        auto [sample, labels] = key;
        if (metric_of(page, sample) != name) continue;
        const std::string bound = labels["le"];
        labels.erase("le");
        series& each = all[labels];
        if (sample == name + "_bucket") each.buckets[std::strtod(bound.c_str(), nullptr)] = value;
        if (sample == name + "_count") each.count = value;
        if (sample == name + "_sum") each.sum = value;
    }
    for (const auto& [labels, each] : all) {
        double before = 0;
        for (const auto& [bound, value] : each.buckets) {
            if (value < before)
                page.problems.push_back(name + ": a bucket is less than the one before");
            before = value;
        }
        const auto last = each.buckets.find(std::numeric_limits<double>::infinity());
        const bool whole = last != each.buckets.end() && each.count && each.sum;
        if (!whole || last->second != *each.count) {
            page.problems.push_back(name + ": +Inf, _count and _sum do not fit together");
        }
    }
}

}  // namespace detail

[[nodiscard]] inline exposition read_exposition(const std::string& text) {
    static const std::regex help{R"(# HELP ([a-zA-Z_:][a-zA-Z0-9_:]*) (?:[^\\]|\\[\\n])+)"};
    static const std::regex type{
        R"(# TYPE ([a-zA-Z_:][a-zA-Z0-9_:]*) (counter|gauge|histogram|summary|untyped))"};
    static const std::regex sample{
        R"(([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? ([-+0-9.eE]+|[+-]Inf|NaN))"};
    exposition page;
    const auto complain = [&](const std::string& what) { page.problems.push_back(what); };
    if (!text.ends_with('\n')) complain("the last line does not end");

    std::set<std::string> helped;
    std::set<std::string> finished;
    std::string current;
    std::smatch found;
    std::istringstream lines{text};
    const auto enter = [&](const std::string& metric) {
        if (metric == current) return;
        if (!finished.insert(current).second || finished.contains(metric)) {
            complain(metric + ": its lines are not together");
        }
        current = metric;
    };
    for (std::string line; std::getline(lines, line);) {
        if (std::regex_match(line, found, help)) {
            enter(found[1]);
            if (!helped.insert(current).second) complain(current + ": HELP twice");
        } else if (std::regex_match(line, found, type)) {
            enter(found[1]);
            if (!helped.contains(current)) complain(current + ": no HELP");
            if (!page.types.emplace(current, found[2]).second) complain(current + ": TYPE twice");
        } else if (std::regex_match(line, found, sample)) {
            const std::string name = found[1];
            const std::string digits = found[3];
            enter(detail::metric_of(page, name));
            if (!page.types.contains(current)) complain(current + ": no TYPE");
            char* end{};
            const double value = std::strtod(digits.c_str(), &end);
            if (*end != '\0') complain("not a number: " + line);
            const auto labels = detail::read_labels(found[2]);
            if (!labels) {
                complain("labels: " + line);
            } else if (!page.samples.emplace(std::pair{name, *labels}, value).second) {
                complain("twice: " + line);
            }
            const bool is_counter = page.types[current] == "counter";
            if (is_counter && (!current.ends_with("_total") || value < 0))
                complain("counter: " + line);
            if (!is_counter && current.ends_with("_total")) complain("not a counter: " + line);
        } else {
            complain("not a line of the format: " + line);
        }
    }
    for (const auto& [name, kind] : page.types) {
        if (kind == "histogram") detail::check_histogram(page, name);
    }
    return page;
}

}  // namespace partner_center::testing
