// Goes through the text once. Calls nothing of ours.
// SPDX-License-Identifier: MIT
#include "cli/transfer/csv.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace partner_center::cli {
namespace {

/// Takes fields and line ends off the front of a text.
class csv_reader {
public:
    csv_reader(std::string_view text, std::vector<bad_line>& problems)
        : rest_{text}, problems_{problems} {}

    [[nodiscard]] bool is_at_end() const { return rest_.empty(); }

    /// False when something is out of place.
    [[nodiscard]] bool read_record(csv_record& into) {
        into.line = line_;
        do {
            if (!read_field(into.fields.emplace_back())) return false;
        } while (take(","));
        if (is_at_end() || take("\r\n") || take("\n")) {
            ++line_;
            return true;
        }
        return fail("a quoted field has more text after its end; a quote inside it is doubled");
    }

private:
    [[nodiscard]] bool take(std::string_view what) {
        if (!rest_.starts_with(what)) return false;
        rest_.remove_prefix(what.size());
        return true;
    }

    [[nodiscard]] bool read_field(std::string& into) {
        if (take("\"")) return read_quoted(into);
        into = rest_.substr(0, rest_.find_first_of(",\r\n\""));
        rest_.remove_prefix(into.size());
        if (rest_.starts_with('"')) {
            return fail("a quote in the midst of a field, which has to be quoted as a whole");
        }
        if (rest_.starts_with('\r') && !rest_.starts_with("\r\n")) {
            return fail("a carriage return that ends no line");
        }
        return true;
    }

    [[nodiscard]] bool read_quoted(std::string& into) {
        const std::size_t begin = line_;
        for (;;) {
            const std::string_view piece = rest_.substr(0, rest_.find('"'));
            line_ += static_cast<std::size_t>(std::ranges::count(piece, '\n'));
            into += piece;
            rest_.remove_prefix(piece.size());
            if (!take("\"")) {
                line_ = begin;
                return fail("a quoted field does not end");
            }
            if (!take("\"")) return true;
            into += '"';
        }
    }

    [[nodiscard]] bool fail(std::string text) {
        problems_.push_back({line_, std::move(text)});
        return false;
    }

    std::string_view rest_;
    std::vector<bad_line>& problems_;
    std::size_t line_{1};
};

}  // namespace

std::vector<csv_record> read_csv(std::string_view text, std::vector<bad_line>& problems) {
    std::vector<csv_record> records;
    csv_reader reader{text, problems};
    while (!reader.is_at_end()) {
        csv_record record;
        if (!reader.read_record(record)) break;
        const std::size_t wanted =
            records.empty() ? record.fields.size() : records.front().fields.size();
        if (record.fields.size() != wanted) {
            problems.push_back(
                {record.line,
                 fmt::format("{} fields, but the header has {}", record.fields.size(), wanted)}
            );
        }
        records.push_back(std::move(record));
    }
    return records;
}

void append_csv(std::string& out, const std::vector<std::string>& fields) {
    for (const std::string& field : fields) {
        if (&field != fields.data()) out += ',';
        const bool is_plain = field.find_first_of(",\"\r\n") == std::string::npos;
        if (is_plain) {
            out += field;
            continue;
        }
        out += '"';
        for (const char each : field) {
            if (each == '"') out += '"';
            out += each;
        }
        out += '"';
    }
    out += "\r\n";
}

}  // namespace partner_center::cli
