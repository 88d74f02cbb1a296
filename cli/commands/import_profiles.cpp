// partnerctl import: changes billing profiles as a file says, each once, however often it is
// interrupted and repeated. Calls transfer/.
// SPDX-License-Identifier: MIT
#include <filesystem>
#include <fstream>
#include <future>
#include <iostream>
#include <iterator>
#include <utility>

#include <boost/uuid/name_generator_sha1.hpp>
#include <boost/uuid/random_generator.hpp>
#include <boost/uuid/uuid_io.hpp>
#include <fmt/chrono.h>
#include <fmt/format.h>

#include "cli/failure.hpp"
#include "cli/terminal.hpp"
#include "cli/text.hpp"
#include "cli/transfer/plan.hpp"
#include "cli/transfer/receipt.hpp"
#include "cli/transfer/words.hpp"
#include "cli/words.hpp"

namespace partner_center::cli {

/// What --dry-run tells of a member that would change.
struct told_change {
    std::int64_t line{};
    std::string customer_id{};
    std::string company_name{};
    std::string field{};
    std::optional<std::string> from{};
    std::optional<std::string> to{};
};
BOOST_DESCRIBE_STRUCT(told_change, (), (line, customer_id, company_name, field, from, to))

/// What is told at the end.
struct import_summary {
    std::int64_t rows{};
    std::int64_t applied{};
    std::int64_t unchanged{};
    std::int64_t refused{};
    std::string receipt{};
};
BOOST_DESCRIBE_STRUCT(import_summary, (), (rows, applied, unchanged, refused, receipt))

namespace {

constexpr std::size_t told_problems_max = 50;
constexpr attempt writing{.needed = permission::write_billing_profiles, .takes_request_id = false};

struct import_words {
    std::string file{};
    transfer_words common{};
    std::string receipt{};
    bool is_dry_run{};
};

[[nodiscard]] std::string read_input(const std::string& file) {
    if (file == "-") return {std::istreambuf_iterator<char>{std::cin}, {}};
    std::ifstream in{file, std::ios::binary};
    std::string text{std::istreambuf_iterator<char>{in}, {}};
    if (in) return text;
    throw failure{exit_status::invalid_input, file + " cannot be read"};
}

/// Ends the import before it changes anything, or anything `more` than an earlier run did.
[[noreturn]] void refuse(std::string_view more, const std::string& file, const import_plan& plan) {
    const std::vector<bad_line>& problems = plan.problems;
    std::string text = fmt::format("{}: nothing {}was changed, because", file, more);
    for (std::size_t at = 0; at < std::min(problems.size(), told_problems_max); ++at) {
        const bad_line& each = problems[at];
        text += each.line == 0 ? "\n  " : fmt::format("\n  line {}: ", each.line);
        text += printable(each.text);
    }
    if (problems.size() > told_problems_max) {
        text += fmt::format("\n  and {} more", problems.size() - told_problems_max);
    }
    throw failure{plan.is_stale ? exit_status::conflict : exit_status::invalid_input, text};
}

[[nodiscard]] std::string new_id() {
    static boost::uuids::random_generator random;
    return to_string(random());
}

/// The same for the same content.
[[nodiscard]] std::string name_of_content(const std::string& text) {
    boost::uuids::name_generator_sha1 names{boost::uuids::ns::oid()};
    return to_string(names(text));
}

/// Each content has its own, so that a file may be changed and imported again.
[[nodiscard]] std::string default_receipt(const std::string& file, const std::string& input) {
    return fmt::format("{}.{}.receipt", file, input.substr(0, 8));
}

[[nodiscard]] std::string now() {
    const auto time = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    return fmt::format("{:%FT%T}Z", fmt::gmtime(std::chrono::system_clock::to_time_t(time)));
}

/// Whether the answer says that nothing was done, and that the same would be refused again.
[[nodiscard]] bool is_refusal(const error& problem) {
    switch (problem.http_status) {
        case 401:
        case 403:
        case 408:
        case 429:
            return false;
        default:
            return problem.http_status >= 400 && problem.http_status <= 499;
    }
}

[[nodiscard]] import_plan planned(
    const client& api, const import_words& words, const std::vector<profile_row>& rows
) {
    progress shown{"rows", rows.size()};
    const auto advance = [&](std::size_t done) { shown.advance_to(done); };
    return make_plan(api, rows, words.common.concurrency, advance);
}

/// An import from its receipt's first line to its end.
class import_run {
public:
    /// `input` names the content of the file.
    import_run(session& here, const import_words& words, const std::string& input)
        : here_{here},
          words_{words},
          api_{here.api(permission::write_billing_profiles)},
          file_{words.receipt.empty() ? default_receipt(words.file, input) : words.receipt},
          receipt_{
              file_,
              {.input = input, .service = service_of(here.who().who), .correlation_id = new_id()}} {
    }

    void run(const std::vector<profile_row>& rows) {
        send(interrupted_entries());
        const import_plan plan = planned(api_, words_, open_rows(rows));
        if (!plan.problems.empty()) {
            refuse(count(row_state::applied) == 0 ? "" : "more ", words_.file, plan);
        }
        std::vector<receipt_entry> unchanged;
        for (const std::string& id : plan.unchanged) {
            unchanged.push_back({.at = now(), .customer_id = id, .state = row_state::unchanged});
        }
        receipt_.write(unchanged);
        send(entries_for(plan.changes));
        finish(rows.size());
    }

private:
    [[nodiscard]] static std::string service_of(const profile& who) {
        return fmt::format("{} {}", cloud_of(who).api_base, who.tenant);
    }

    /// What an earlier run may have sent without learning what came of it.
    [[nodiscard]] std::vector<receipt_entry> interrupted_entries() const {
        std::vector<receipt_entry> out;
        for (const auto& [id, entry] : receipt_.entries()) {
            if (entry.state == row_state::sending) out.push_back(entry);
        }
        return out;
    }

    /// What no run has dealt with. What was refused is tried again: it may be right by now.
    [[nodiscard]] std::vector<profile_row> open_rows(const std::vector<profile_row>& rows) const {
        std::vector<profile_row> out;
        for (const profile_row& row : rows) {
            const auto found = receipt_.entries().find(row.customer_id);
            const bool is_done =
                found != receipt_.entries().end() && found->second.state != row_state::refused;
            if (!is_done) out.push_back(row);
        }
        return out;
    }

    [[nodiscard]] static std::vector<receipt_entry> entries_for(
        const std::vector<planned_change>& changes
    ) {
        std::vector<receipt_entry> out;
        for (const planned_change& each : changes) {
            out.push_back(
                {.customer_id = each.row.customer_id,
                 .state = row_state::sending,
                 .request_id = new_id(),
                 .profile = each.wanted}
            );
        }
        return out;
    }

    /// Writes down what is going to be sent, sends it, writes down what came of it; so many at a
    /// time as may be under way. Throws when there is no use in going on.
    void send(const std::vector<receipt_entry>& all) {
        progress shown{"changes", all.size()};
        for (std::size_t begin = 0; begin < all.size(); begin += words_.common.concurrency) {
            const std::size_t end = std::min(begin + words_.common.concurrency, all.size());
            std::vector<receipt_entry> some(
                all.begin() + static_cast<std::ptrdiff_t>(begin),
                all.begin() + static_cast<std::ptrdiff_t>(end)
            );
            for (receipt_entry& each : some) each.at = now();
            receipt_.write(some);
            send_at_once(some);
            shown.advance_to(end);
        }
    }

    void send_at_once(const std::vector<receipt_entry>& some) {
        std::vector<std::future<outcome<billing_profile>>> under_way;
        for (const receipt_entry& each : some) {
            const client scoped = api_.with(
                {.correlation_id = parse_guid(receipt_.head().correlation_id),
                 .request_id = parse_guid(each.request_id.value_or(""))}
            );
            under_way.push_back(scoped.customers()
                                    .by_id(each.customer_id)
                                    .profiles()
                                    .billing()
                                    .update_async(each.profile.value_or(billing_profile{})));
        }
        std::vector<receipt_entry> done;
        std::optional<error> stop;
        for (std::size_t at = 0; at < some.size(); ++at) {
            const outcome<billing_profile> answer = under_way[at].get();
            if (!answer && !is_refusal(answer.error())) {
                stop = answer.error();
                continue;
            }
            done.push_back(ended(some[at], answer));
        }
        receipt_.write(done);
        if (stop) give_up(*stop);
    }

    [[nodiscard]] receipt_entry ended(
        const receipt_entry& sent, const outcome<billing_profile>& answer
    ) {
        receipt_entry out{
            .at = now(), .customer_id = sent.customer_id, .request_id = sent.request_id};
        if (answer) {
            out.state = row_state::applied;
            out.etag = answer->attributes.etag;
        } else {
            out.state = row_state::refused;
            out.problem = answer.error().description;
            if (!refusal_) refusal_ = answer.error();
            say(fmt::format(
                "partnerctl: customer {}: {}", sent.customer_id, text_of(answer.error(), writing)
            ));
        }
        return out;
    }

    [[nodiscard]] std::int64_t count(row_state state) const {
        return std::ranges::count_if(receipt_.entries(), [&](const auto& each) {
            return each.second.state == state;
        });
    }

    [[noreturn]] void give_up(const error& problem) const {
        throw failure{
            status_of(problem),
            fmt::format(
                "{}\n  {} rows are done; the same command goes on from there, by {}",
                text_of(problem, writing),
                count(row_state::applied) + count(row_state::unchanged),
                file_
            )};
    }

    void finish(std::size_t rows) {
        const import_summary summary{
            .rows = static_cast<std::int64_t>(rows),
            .applied = count(row_state::applied),
            .unchanged = count(row_state::unchanged),
            .refused = count(row_state::refused),
            .receipt = file_,
        };
        here_.out().show(summary);
        if (summary.refused == 0) return;
        throw failure{
            refusal_ ? status_of(*refusal_) : exit_status::error,
            fmt::format("{} of {} rows were refused", summary.refused, rows)};
    }

    session& here_;
    const import_words& words_;
    const client& api_;
    std::string file_;
    receipt receipt_;
    std::optional<error> refusal_{};  ///< the first
};

/// Shows what an import would change.
void rehearse(session& here, const import_words& words, const std::vector<profile_row>& rows) {
    const import_plan plan = planned(here.api(permission::read_customers), words, rows);
    here.out().begin_list({"customerId", "companyName", "field", "from", "to"});
    for (const planned_change& change : plan.changes) {
        for (const field_difference& each : change.differences) {
            here.out().add(told_change{
                .line = static_cast<std::int64_t>(change.row.line),
                .customer_id = change.row.customer_id,
                .company_name = change.wanted.company_name.value_or(""),
                .field = each.path,
                .from = each.base,
                .to = each.mine,
            });
        }
    }
    here.out().end_list();
    if (!plan.problems.empty()) refuse("", words.file, plan);
    say(fmt::format(
        "partnerctl: {} customers would change, {} would stay as they are",
        plan.changes.size(),
        plan.unchanged.size()
    ));
}

void import_file(session& here, const import_words& words) {
    if (words.file == "-" && words.receipt.empty() && !words.is_dry_run) {
        throw failure{exit_status::usage, "name a file for the receipt: --receipt FILE"};
    }
    const std::string text = read_input(words.file);
    import_plan unreadable;
    const row_format format = format_of(words.common.format, words.file);
    const auto rows = read_rows(text, format, unreadable.problems);
    if (!unreadable.problems.empty()) refuse("", words.file, unreadable);
    if (words.is_dry_run) return rehearse(here, words, rows);
    import_run{here, words, name_of_content(text)}.run(rows);
}

}  // namespace

void add_import(CLI::App& noun, session& here) {
    CLI::App& verb = *noun.add_subcommand("import", "change billing profiles as a file says");
    const auto words = std::make_shared<import_words>();
    verb.add_option("file", words->file, "CSV or JSON lines; -: stdin")
        ->type_name("FILE")
        ->required();
    verb.add_flag("--dry-run", words->is_dry_run, "show what would change, and change nothing");
    verb.add_option("--receipt", words->receipt, "where progress is kept (default: beside FILE)")
        ->type_name("FILE");
    add_transfer_words(verb, words->common);
    verb.callback([&here, words] { import_file(here, *words); });
}

}  // namespace partner_center::cli
