// Writes lists of customers. Calls the codec.
// SPDX-License-Identifier: MIT
#include "server/api/customer_list_text.hpp"

#include <fmt/format.h>

#include <partner_center/json.hpp>
#include <partner_center/models/customer.hpp>

namespace partner_center {

std::string_view version_of(links_form links) {
    return links == links_form::seed ? "/v1" : "";
}

void customer_list_writer::append(std::string& out, const listed_customer& each) {
    out += has_begun_ ? R"(,{"id":")" : R"({"id":")";
    has_begun_ = true;
    const std::size_t id = out.size();
    partner_center::append(out, each.id);
    const auto repeat_id = [&] { out.append(out, id, guid_text_length); };
    out += R"(","companyProfile":{"tenantId":")";
    repeat_id();
    out += R"(","domain":)";
    append_json_string(out, each.domain);
    out += R"(,"companyName":)";
    append_json_string(out, each.company_name);
    out.append(R"(,"links":{"self":{"uri":")").append(version_).append("/customers/");
    repeat_id();
    out += R"(/profiles/company","method":"GET","headers":[]}},)"
           R"("attributes":{"objectType":"CustomerCompanyProfile"}},)"
           R"("relationshipToPartner":"reseller","links":{"self":{"uri":")";
    out.append(version_).append("/customers/");
    repeat_id();
    out += R"(","method":"GET","headers":[]}},"attributes":{"objectType":"Customer"}})";
}

std::string_view word_of(seek_operation seek) {
    switch (seek) {
        case seek_operation::previous:
            return "Previous";
        case seek_operation::first:
            return "First";
        default:
            return "Next";
    }
}

link next_page_link(std::string_view place, std::size_t size, const std::string& token) {
    return {
        .uri = fmt::format("{}?size={}&seekOperation=Next", place, size),
        .headers = {{"MS-ContinuationToken", token}},
    };
}

std::string collection_beginning(std::size_t total_count) {
    return R"({"totalCount":)" + std::to_string(total_count) + R"(,"items":[)";
}

std::string collection_end(
    const std::optional<std::string>& continuation_token, const resource_links& links
) {
    std::string out = "],";
    if (continuation_token) {
        out += R"("continuationToken":)";
        append_json_string(out, *continuation_token);
        out += ',';
    }
    out += R"("links":)";
    append_json(out, links);
    out.append(R"(,"attributes":{"objectType":")").append(customer_collection::object_type);
    return out.append(R"("}})");
}

}  // namespace partner_center
