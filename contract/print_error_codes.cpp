// Prints the reference of error codes from the table of faults. docs/reference/error-codes.md is
// its output.
// SPDX-License-Identifier: MIT
#include <cstdio>
#include <string>
#include <string_view>

#include <partner_center/fault.hpp>

namespace {

constexpr std::string_view introduction =
    R"(# Error codes

What the API refuses with. The body of a refusal is JSON; a refusal of HEAD has none:

`{"code":2000,"description":"customer-tenant-id is not a GUID","data":[],"source":"PartnerApiServiceControllers"}`

- `code` says what is wrong, together with the status. It is a number, or with the switch `fault-code=string` a string.
- `description` is for people, at most 1,024 characters, and never has text of the body in it. Programs should not read it.
- `data` has further lines for people: of a body with several problems one for each.
- `source` is `PartnerApiServiceControllers` for what is refused by the form of the request, `PartnerFD` for the rest.

Every refusal carries `MS-CorrelationId` and `MS-RequestId` ([headers](headers.md)); the log has the first column of this
table, under the correlation id. The endpoints of the token authority refuse in the form of OAuth 2.0 instead (RFC 6749,
section 5.2).

`print_error_codes` writes this page from the table in `contract/src/fault.cpp`, and a test compares the two.

| Fault | Status | `code` | `source` | When |
| --- | --- | --- | --- | --- |
)";

}  // namespace

int main() {
    std::string out{introduction};
    for (const partner_center::fault_row& row : partner_center::fault_table()) {
        out.append("| `").append(row.name).append("` | ").append(std::to_string(row.status));
        out.append(" | ").append(std::to_string(row.code)).append(" | `").append(row.source);
        out.append("` | ").append(row.when).append(" |\n");
    }
    std::fputs(out.c_str(), stdout);
    return 0;
}
