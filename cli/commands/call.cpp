// partnerctl call: any operation of the contract, by its name and fields. Everything is read from
// the list of operations.
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <map>

#include <boost/mp11/algorithm.hpp>
#include <fmt/format.h>

#include "cli/model_text.hpp"
#include "cli/operation_words.hpp"
#include "cli/words.hpp"
#include <partner_center/operations.hpp>
#include <partner_center/send.hpp>

namespace partner_center::cli {
namespace {

namespace contract = partner_center::detail;

struct call_words {
    std::string operation{};
    std::vector<std::string> fields{};
    std::string body{};
    std::string request_id{};
};

/// "customer-id", "customer_id" and "customerId" are one name.
[[nodiscard]] bool is_same_name(std::string_view given, std::string_view name) {
    const auto letters = [](std::string_view text) {
        std::string out;
        for (const char c : text) {
            if (c != '-' && c != '_') out += contract::to_lower(c);
        }
        return out;
    };
    return letters(given) == letters(name);
}

template <class Operation>
constexpr bool is_body(std::string_view name) {
    return place_of<Operation>(name) == field_place::body;
}

/// Takes what was given for the field out of the words.
[[nodiscard]] std::optional<std::string> take(
    std::vector<assignment>& given, std::string_view name
) {
    const auto found = std::ranges::find_if(given, [&](const assignment& each) {
        return is_same_name(each.path, name);
    });
    if (found == given.end()) return {};
    std::string value = std::move(found->value);
    given.erase(found);
    return value;
}

template <class Operation>
[[nodiscard]] Operation filled(const call_words& words) {
    std::vector<assignment> given;
    for (const std::string& each : words.fields) given.push_back(read_assignment(each));
    Operation operation{};
    contract::for_each_member<Operation>([&](auto member) {
        constexpr std::string_view name = member.name;
        auto& field = operation.*member.pointer;
        if constexpr (is_body<Operation>(name)) {
            if (words.body.empty()) throw failure{exit_status::usage, "--body is required"};
            field = read_model<std::remove_cvref_t<decltype(field)>>(words.body);
        } else {
            const auto value = take(given, name);
            if (!value && is_in_path<Operation>(name)) {
                throw failure{
                    exit_status::usage, fmt::format("{}=… is required", kebab_case(name))};
            }
            if (!value) return;
            const auto slot = contract::slot_for(field);
            const contract::scalar in{contract::scalar::type::string, *value};
            if (slot.how->put(slot.object, in, json_reading::request) == contract::put_result::ok) {
                return;
            }
            throw failure{
                exit_status::invalid_input,
                fmt::format("{} must be {}, not '{}'", kebab_case(name), slot.how->form, *value)};
        }
    });
    if (!given.empty()) {
        throw failure{exit_status::usage, "the operation has no field " + given.front().path};
    }
    if (!has_body<Operation> && !words.body.empty()) {
        throw failure{exit_status::usage, "the operation has no body"};
    }
    return operation;
}

template <class Operation>
void call(session& here, const call_words& words) {
    const auto operation = filled<Operation>(words);
    const client api = here.api(Operation::needs, words.request_id);
    if constexpr (std::is_void_v<typename Operation::response>) {
        send(api, operation).value();
    } else {
        here.out().show(send(api, operation).value());
    }
}

using callers_by_name = std::map<std::string, void (*)(session&, const call_words&), std::less<>>;

[[nodiscard]] callers_by_name callers_of_all() {
    callers_by_name all;
    boost::mp11::mp_for_each<boost::mp11::mp_transform<std::type_identity, operations>>(
        [&]<class Operation>(std::type_identity<Operation>) {
            all.emplace(kebab_case(name_of<Operation>()), &call<Operation>);
        }
    );
    return all;
}

}  // namespace

std::string kebab_case(std::string_view name) {
    std::string out{name};
    std::ranges::replace(out, '_', '-');
    return out;
}

std::vector<operation_words> all_operation_words() {
    std::vector<operation_words> all;
    boost::mp11::mp_for_each<boost::mp11::mp_transform<std::type_identity, operations>>(
        [&]<class Operation>(std::type_identity<Operation>) {
            operation_words& words = all.emplace_back();
            words.name = kebab_case(name_of<Operation>());
            words.summary = Operation::summary;
            words.has_body = has_body<Operation>;
            contract::for_each_member<Operation>([&](auto member) {
                if (!is_body<Operation>(member.name))
                    words.fields.push_back(kebab_case(member.name));
            });
        }
    );
    return all;
}

void add_call(CLI::App& app, session& here) {
    CLI::App& verb = *app.add_subcommand("call", "call any operation of the API by its name");
    const auto words = std::make_shared<call_words>();
    verb.add_option("operation", words->operation, "its name, like get-billing-profile")
        ->type_name("OPERATION")
        ->required();
    verb.add_option("fields", words->fields, "its path, query and header fields")
        ->type_name("FIELD=VALUE");
    verb.add_option("--body", words->body, "its body: @file, @- (stdin) or the text itself")
        ->type_name("BODY");
    verb.add_option("--request-id", words->request_id, "see `partnerctl customers create`")
        ->type_name("GUID");
    verb.callback([&here, words] {
        const auto all = callers_of_all();
        const auto found = all.find(kebab_case(words->operation));
        if (found != all.end()) return found->second(here, *words);
        std::string names;
        for (const auto& [name, caller] : all) names += "\n  " + name;
        throw failure{
            exit_status::usage,
            fmt::format("there is no operation '{}', but:{}", words->operation, names)};
    });
}

}  // namespace partner_center::cli
