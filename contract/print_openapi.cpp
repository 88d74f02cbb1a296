// Prints openapi.json (OpenAPI 3.1) from the same structs that the server and the SDK are made of,
// so that the document cannot say anything else than they do. docs/openapi.json is its output.
// SPDX-License-Identifier: MIT
#include <cstdio>
#include <map>
#include <stdexcept>
#include <typeindex>

#include <boost/json.hpp>

#include <partner_center/clouds.hpp>
#include <partner_center/fault.hpp>
#include <partner_center/json.hpp>
#include <partner_center/operations.hpp>

namespace partner_center {
namespace {

namespace json = boost::json;

/// The text of a compile-time view, as Boost.JSON takes it.
[[nodiscard]] json::string_view text(std::string_view view) {
    return {view.data(), view.size()};
}

/// True for what says of itself what it is; all collections say the same.
template <class Model>
[[nodiscard]] constexpr bool names_itself() {
    if constexpr (requires { typename std::bool_constant<Model::object_type.empty()>; }) {
        return Model::object_type != "Collection";
    } else {
        return false;
    }
}

/// `billing_profile` is CustomerBillingProfile by its object type, `address` is Address by its
/// name.
template <class Model>
[[nodiscard]] std::string schema_name() {
    if constexpr (names_itself<Model>()) {
        return std::string{Model::object_type};
    } else {
        constexpr std::string_view name = detail::type_name<Model>();
        std::string out{detail::wire_name<name.size()>(name, letter_case::camel).view()};
        out.front() = detail::to_upper(out.front());
        return out;
    }
}

/// The schemas of components; each is made once, when something first refers to it.
class schemas {
public:
    template <class T>
    [[nodiscard]] json::object of(std::type_identity<T>) {
        if constexpr (detail::described_struct<T>) {
            return reference<T>();
        } else if constexpr (detail::described_enum<T>) {
            json::array words;
            boost::mp11::mp_for_each<boost::describe::describe_enumerators<T>>([&](auto word) {
                words.emplace_back(word.name);
            });
            return {{"type", "string"}, {"enum", std::move(words)}};
        } else if constexpr (std::is_same_v<T, guid>) {
            return {{"type", "string"}, {"format", "uuid"}};
        } else if constexpr (std::is_same_v<T, bool>) {
            return {{"type", "boolean"}};
        } else if constexpr (std::is_integral_v<T>) {
            return {{"type", "integer"}, {"format", sizeof(T) == 8 ? "int64" : "int32"}};
        } else {
            static_assert(std::is_same_v<T, std::string>);
            return {{"type", "string"}};
        }
    }
    template <class T>
    [[nodiscard]] json::object of(std::type_identity<std::optional<T>>) {
        return of(std::type_identity<T>{});
    }
    template <class T>
    [[nodiscard]] json::object of(std::type_identity<std::vector<T>>) {
        return {{"type", "array"}, {"items", of(std::type_identity<T>{})}};
    }

    [[nodiscard]] json::object take() { return std::move(made_); }

private:
    template <class Model>
    [[nodiscard]] json::object reference() {
        const std::string name = schema_name<Model>();
        const auto [begun, is_new] = begun_.emplace(name, typeid(Model));
        if (begun->second != typeid(Model)) {
            throw std::logic_error{"two types are called " + name};
        }
        if (is_new) {
            json::object properties;
            detail::for_each_member<Model>([&](auto member) {
                constexpr auto& wire = detail::wire_name_of<Model, decltype(member)>;
                using field = std::remove_cvref_t<decltype(std::declval<Model>().*member.pointer)>;
                json::object described = of(std::type_identity<field>{});
                if (detail::is_set_by_service<Model>(member.name)) described["readOnly"] = true;
                properties[text(wire.view())] = std::move(described);
            });
            made_[name] = json::object{{"type", "object"}, {"properties", std::move(properties)}};
        }
        return {{"$ref", "#/components/schemas/" + name}};
    }

    std::map<std::string, std::type_index> begun_{};
    json::object made_{};
};

[[nodiscard]] std::string openapi_path(std::string_view rest) {
    std::string out;
    while (!rest.empty()) {
        const std::string_view segment = next_segment(rest);
        const std::string_view name = parameter_name(segment);
        out += '/';
        if (name.empty()) {
            out += segment;
        } else {
            std::string wire;
            for (bool raise = false; const char c : name) {
                if (c != '_') wire += raise ? detail::to_upper(c) : c;
                raise = c == '_';
            }
            out.append("{").append(wire).append("}");
        }
    }
    return out;
}

/// A request header that every operation takes and none needs.
[[nodiscard]] json::object optional_header(
    const char* name, const char* description, json::object schema
) {
    return {
        {"name", name},
        {"in", "header"},
        {"required", false},
        {"description", description},
        {"schema", std::move(schema)},
    };
}

template <class Operation>
[[nodiscard]] json::array parameters_of(schemas& types) {
    json::array out;
    detail::for_each_member<Operation>([&](auto member) {
        constexpr field_place place = place_of<Operation>(member.name);
        if constexpr (place != field_place::body) {
            constexpr auto& wire = detail::wire_name_of<Operation, decltype(member)>;
            using field = std::remove_cvref_t<decltype(std::declval<Operation>().*member.pointer)>;
            const bool in_header = place == field_place::header;
            out.push_back(json::object{
                {"name", text(in_header ? header_of_field(member.name) : wire.view())},
                {"in",
                 place == field_place::path ? "path"
                 : in_header                ? "header"
                                            : "query"},
                {"required", place == field_place::path},
                {"schema", types.of(std::type_identity<field>{})},
            });
        }
    });
    const json::object id{{"type", "string"}, {"format", "uuid"}};
    out.push_back(optional_header("MS-RequestId", "Echoed; makes a repeated write happen once.", id)
    );
    out.push_back(
        optional_header("MS-CorrelationId", "Echoed; ties the exchanges of one task together.", id)
    );
    out.push_back(optional_header(
        "ValidateMfa",
        "true: the answer to an App+User token has the header isMfaCompliant, true or false.",
        {{"type", "string"}}
    ));
    return out;
}

[[nodiscard]] json::object json_content(json::object schema) {
    return {{"application/json", json::object{{"schema", std::move(schema)}}}};
}

[[nodiscard]] json::object response(const char* name) {
    return {{"$ref", std::string{"#/components/responses/"} + name}};
}

/// An answer to HEAD has no body, whatever it says.
template <class Operation>
[[nodiscard]] json::object responses_of(json::object success) {
    json::object out{{std::to_string(success_of<Operation>()), std::move(success)}};
    if constexpr (Operation::method == verb::head) {
        const fault_row& row = row_of(fault_kind::unknown_domain);
        out[std::to_string(row.status)] = json::object{{"description", text(row.when)}};
        out["default"] =
            json::object{{"description", "The request was refused; there is no body."}};
    } else {
        out["default"] = response("Fault");
    }
    if constexpr (is_limited<Operation>) out["429"] = response("Throttled");
    return out;
}

template <class Operation>
[[nodiscard]] json::object operation_object(schemas& types) {
    std::string description = Operation::allowed == callers::user_only ? "App+User tokens only."
                                                                       : "App and App+User tokens.";
    for (const cloud* each : absent_from<Operation>()) {
        description.append(" Not in the cloud ").append(each->name).append(".");
    }
    json::object out{
        {"operationId", nullptr},
        {"summary", text(Operation::summary)},
        {"description", std::move(description)},
        {"parameters", parameters_of<Operation>(types)},
    };
    if constexpr (has_body<Operation>) {
        using body = decltype(Operation::body);
        out["requestBody"] = json::object{
            {"required", true}, {"content", json_content(types.of(std::type_identity<body>{}))}};
    }
    json::object success{{"description", text(Operation::summary)}};
    if constexpr (!std::is_void_v<typename Operation::response>) {
        success["content"] =
            json_content(types.of(std::type_identity<typename Operation::response>{}));
    }
    out["responses"] = responses_of<Operation>(std::move(success));
    return out;
}

[[nodiscard]] std::string lower(std::string_view word) {
    std::string out;
    for (const char c : word) out += detail::to_lower(c);
    return out;
}

[[nodiscard]] json::object fault_schema() {
    const json::object a_string{{"type", "string"}};
    return {
        {"type", "object"},
        {"required", json::array{"code", "description", "data", "source"}},
        {"properties",
         json::object{
             {"code", json::object{{"type", "integer"}}},
             {"description", a_string},
             {"data", json::object{{"type", "array"}, {"items", a_string}}},
             {"source", a_string},
         }},
    };
}

/// What the gateway of the real service says, which knows no faults. Source: wire contract, section
/// 4.1.
[[nodiscard]] json::object throttled_response() {
    const json::object whole_seconds{{"type", "integer"}, {"minimum", 1}, {"maximum", 60}};
    json::object body{
        {"type", "object"},
        {"required", json::array{"statusCode", "message"}},
        {"properties",
         json::object{
             {"statusCode", json::object{{"type", "integer"}, {"const", 429}}},
             {"message", json::object{{"type", "string"}}},
         }},
    };
    return {
        {"description", "The partner makes more requests a minute than it may."},
        {"headers",
         json::object{
             {"Retry-After",
              json::object{
                  {"description", "Seconds until a request is served again."},
                  {"required", true},
                  {"schema", whole_seconds},
              }},
         }},
        {"content", json_content(std::move(body))},
    };
}

[[nodiscard]] json::object document() {
    schemas types;
    json::object paths;
    boost::mp11::mp_for_each<boost::mp11::mp_transform<std::type_identity, operations>>(
        [&]<class Operation>(std::type_identity<Operation>) {
            std::string suffix;  // of the id, which has to be another for each path
            for (const std::string_view each : paths_of<Operation>()) {
                auto& path = paths[openapi_path(each)];
                if (!path.is_object()) path = json::object{};
                json::object described = operation_object<Operation>(types);
                described["operationId"] = std::string{name_of<Operation>()} + suffix;
                path.as_object()[lower(to_string(Operation::method))] = std::move(described);
                suffix = "_also_here";
            }
        }
    );
    json::object components = types.take();
    components["Fault"] = fault_schema();

    json::array servers;
    for (const cloud* each : clouds::all) {
        servers.push_back(json::object{
            {"url", text(each->api_base)}, {"description", text(each->name)}});
    }
    const json::object token_flow{
        {"tokenUrl", "/{tenant}/oauth2/v2.0/token"}, {"scopes", json::object{}}};
    return {
        {"openapi", "3.1.0"},
        {"info",
         json::object{
             {"title", "Partner Center customers and profiles"},
             {"version", "v1"},
             {"license", json::object{{"name", "MIT"}, {"identifier", "MIT"}}},
         }},
        {"servers", std::move(servers)},
        {"security", json::array{json::object{{"bearer", json::array{}}}}},
        {"paths", std::move(paths)},
        {"components",
         json::object{
             {"schemas", std::move(components)},
             {"responses",
              json::object{
                  {"Fault",
                   json::object{
                       {"description", "Why the request was refused."},
                       {"content", json_content({{"$ref", "#/components/schemas/Fault"}})},
                   }},
                  {"Throttled", throttled_response()},
              }},
             {"securitySchemes",
              json::object{
                  {"bearer",
                   json::object{{"type", "http"}, {"scheme", "bearer"}, {"bearerFormat", "JWT"}}},
                  {"application",
                   json::object{
                       {"type", "oauth2"},
                       {"flows", json::object{{"clientCredentials", token_flow}}},
                   }},
              }},
         }},
    };
}

/// Indented by two, so that changes can be read as a diff.
void print(std::string& out, const json::value& value, std::size_t indent) {
    const std::string margin(indent + 2, ' ');
    const bool is_object = value.is_object();
    const std::size_t size = is_object          ? value.get_object().size()
                             : value.is_array() ? value.get_array().size()
                                                : 0;
    if (size == 0) {
        out += json::serialize(value);
        return;
    }
    out += is_object ? "{\n" : "[\n";
    for (std::size_t at = 0; at < size; ++at) {
        out += margin;
        if (is_object) {
            const auto& entry = *(value.get_object().begin() + static_cast<std::ptrdiff_t>(at));
            out += json::serialize(json::string{entry.key()}) + ": ";
            print(out, entry.value(), indent + 2);
        } else {
            print(out, value.get_array()[at], indent + 2);
        }
        out += at + 1 < size ? ",\n" : "\n";
    }
    out.append(indent, ' ').append(is_object ? "}" : "]");
}

}  // namespace
}  // namespace partner_center

int main() {
    std::string out;
    partner_center::print(out, partner_center::document(), 0);
    std::puts(out.c_str());
    return 0;
}
