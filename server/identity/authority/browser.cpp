// Pages of plain HTML that need no script, and what keeps them from being framed, cached or added
// to. Calls digest.cpp for the policy's hashes.
// SPDX-License-Identifier: MIT
#include "server/identity/authority/browser.hpp"

#include <algorithm>
#include <cctype>

#include <fmt/format.h>

#include "server/identity/base64url.hpp"
#include "server/identity/digest.hpp"
#include <partner_center/http.hpp>

namespace partner_center::oauth {
namespace {

constexpr std::string_view style =
    "*{box-sizing:border-box}"
    "body{margin:0;min-height:100vh;display:flex;align-items:center;justify-content:center;"
    "background:#f3f2f1;color:#201f1e;font:16px/1.5 'Segoe UI',system-ui,sans-serif}"
    "main{width:26rem;max-width:100%;padding:2rem;background:#fff;"
    "box-shadow:0 2px 6px rgba(0,0,0,.2)}"
    "h1{margin:0 0 .5rem;font-size:1.5rem;font-weight:600}"
    "p{margin:0 0 1rem;overflow-wrap:anywhere}"
    "label{display:block;font-weight:600}"
    "input{width:100%;margin:.25rem 0 1rem;padding:.5rem;font:inherit;color:inherit;"
    "background:#fff;border:1px solid #605e5c;border-radius:2px}"
    "input[aria-invalid]{border-color:#a4262c}"
    "button{margin:0 .5rem 0 0;padding:.5rem 1.5rem;font:inherit;font-weight:600;color:#fff;"
    "background:#0f6cbd;border:1px solid #0f6cbd;border-radius:2px;cursor:pointer}"
    "button.plain{color:#201f1e;background:#fff;border-color:#605e5c}"
    "button.link{margin:1rem 0 0;padding:0;font-weight:400;color:#0f6cbd;background:none;"
    "border:0;text-decoration:underline}"
    "ul{margin:0 0 1rem;padding-left:1.5rem;overflow-wrap:anywhere}"
    ":focus-visible{outline:3px solid #201f1e;outline-offset:2px}"
    ".problem{color:#a4262c;font-weight:600}"
    "@media (prefers-color-scheme:dark){body{background:#11100f;color:#f3f2f1}"
    "main,input,button.plain{background:#201f1e;color:#f3f2f1}"
    "input,button.plain{border-color:#a19f9d}:focus-visible{outline-color:#fff}"
    "button.link{color:#62abf5}.problem{color:#f1707b}input[aria-invalid]{border-color:#f1707b}}";

constexpr std::string_view posting_script = "document.forms[0].submit()";

[[nodiscard]] std::string escaped(std::string_view text) {
    std::string out;
    for (const char each : text) {
        switch (each) {
            case '&':
                out += "&amp;";
                break;
            case '<':
                out += "&lt;";
                break;
            case '>':
                out += "&gt;";
                break;
            case '"':
                out += "&quot;";
                break;
            case '\'':
                out += "&#39;";
                break;
            default:
                out += each;
        }
    }
    return out;
}

[[nodiscard]] std::string percent_encoded(std::string_view text) {
    std::string out;
    for (const char each : text) {
        const auto byte = static_cast<unsigned char>(each);
        if (std::isalnum(byte) != 0 || std::string_view{"-._~"}.find(each) != text.npos) {
            out += each;
        } else {
            out += fmt::format("%{:02X}", byte);
        }
    }
    return out;
}

/// 'sha256-…' of the Content Security Policy, whose base64 is the padded, standard one.
[[nodiscard]] std::string source_of(std::string_view text) {
    std::string hash = sha256_base64url(text) + '=';
    std::ranges::replace(hash, '-', '+');
    std::ranges::replace(hash, '_', '/');
    return "'sha256-" + hash + '\'';
}

/// The parts of a page that differ.
struct page_parts {
    std::string title{};
    std::string body{};
    /// Where its forms may lead. Chromium applies it to all redirects that follow the answer, of
    /// the application too, whose addresses nobody here knows. Empty: not limited.
    std::string_view targets{"'none'"};
    std::string_view script{};  ///< its one script; empty: none
};

[[nodiscard]] content make_page(const page_parts& parts) {
    static const std::string style_source = source_of(style);
    const auto& [title, body, targets, script] = parts;
    content page{fmt::format(
        R"(<!doctype html><html lang="en"><head><meta charset="utf-8">)"
        R"(<meta name="viewport" content="width=device-width, initial-scale=1">)"
        R"(<meta name="color-scheme" content="light dark"><title>{}</title>)"
        R"(<style>{}</style></head><body><main>{}</main>{}</body></html>)",
        escaped(title),
        style,
        body,
        script.empty() ? std::string{} : fmt::format("<script>{}</script>", script)
    )};
    page.type = "text/html; charset=utf-8";
    page.fields = {
        {"Content-Security-Policy",
         fmt::format(
             "default-src 'none'; {}style-src {}; {}frame-ancestors 'none'; base-uri 'none'",
             script.empty() ? std::string{} : "script-src " + source_of(script) + "; ",
             style_source,
             targets.empty() ? std::string{} : fmt::format("form-action {}; ", targets)
         )},
        {"Referrer-Policy", "no-referrer"},
        {"X-Content-Type-Options", "nosniff"},
        {"X-Frame-Options", "DENY"},
    };
    return page;
}

/// A form of ours: what is sealed goes back with it; `fields` are its labels, inputs and buttons.
[[nodiscard]] std::string form_of(
    std::string_view action,
    std::string_view sealed,
    std::string_view problem,
    std::string_view fields
) {
    const std::string told =
        problem.empty()
            ? std::string{}
            : fmt::format(
                  R"(<p class="problem" id="problem" role="alert">{}</p>)", escaped(problem)
              );
    return fmt::format(
        R"(<form method="post" action="{}"><input type="hidden" name="request" value="{}">{}{}</form>)",
        action,
        escaped(sealed),
        told,
        fields
    );
}

[[nodiscard]] std::string titled(std::string_view title, std::string_view problem) {
    return fmt::format("{}{}", problem.empty() ? "" : "Error: ", title);
}

/// Ties an input to the problem that the page tells.
[[nodiscard]] std::string_view tie(std::string_view problem) {
    return problem.empty() ? "" : R"( aria-invalid="true" aria-describedby="problem")";
}

/// One step of the sign-in: `fields` are its labels and inputs.
[[nodiscard]] content step_page(
    const sign_in_form& form, std::string_view fields, std::string_view action
) {
    constexpr std::string_view title = "Sign in";
    const std::string inside = fmt::format(
        R"({}<button type="submit">{}</button>)"
        R"(<button type="submit" class="plain" name="cancel" value="1" formnovalidate>Cancel)"
        R"(</button>)",
        fields,
        action
    );
    const std::string body = fmt::format(
        R"(<h1>{}</h1><p>to continue to <strong>{}</strong></p>{})",
        title,
        escaped(form.application),
        form_of(form.action, form.sealed, form.problem, inside)
    );
    return make_page({.title = titled(title, form.problem), .body = body, .targets = ""});
}

[[nodiscard]] std::string cookie_name(const exchange& x, std::string_view name) {
    const bool is_secure = x.policy.public_url.starts_with("https://");
    return fmt::format("{}partnerd-{}", is_secure ? "__Host-" : "", name);
}

}  // namespace

content error_page(const refusal& problem) {
    content page = message_page(
        "This does not work", fmt::format("AADSTS{}: {}", problem.number, problem.description)
    );
    page.status = problem.status;
    return page;
}

content message_page(std::string_view title, std::string_view message) {
    const std::string body = fmt::format("<h1>{}</h1><p>{}</p>", escaped(title), escaped(message));
    return make_page({.title = std::string{title}, .body = body});
}

content password_page(const sign_in_form& form) {
    const bool is_named = !form.user_name.empty();
    const std::string fields = fmt::format(
        R"(<label for="user">User name</label><input id="user" name="user" type="text" )"
        R"(inputmode="email" autocomplete="username" autocapitalize="none" spellcheck="false" )"
        R"(required value="{}"{}{}><label for="password">Password</label><input id="password" )"
        R"(name="password" type="password" autocomplete="current-password" required{}{}>)",
        escaped(form.user_name),
        tie(form.problem),
        is_named ? "" : " autofocus",
        tie(form.problem),
        is_named ? " autofocus" : ""
    );
    return step_page(form, fields, "Sign in");
}

content digits_page(const sign_in_form& form) {
    const std::string fields = fmt::format(
        R"(<label for="digits">Six digits from your authenticator app</label><input id="digits" )"
        R"(name="digits" type="text" inputmode="numeric" autocomplete="one-time-code" )"
        R"(pattern="[0-9 ]*" maxlength="7" required autofocus{}>)",
        tie(form.problem)
    );
    return step_page(form, fields, "Verify");
}

content device_code_page(const device_code_form& form) {
    constexpr std::string_view title = "Sign in on another device";
    const std::string inside = fmt::format(
        R"(<label for="user_code">Code</label><input id="user_code" name="user_code" type="text" )"
        R"(autocomplete="off" autocapitalize="characters" spellcheck="false" required autofocus )"
        R"(value="{}"{}><button type="submit">Next</button>)",
        escaped(form.user_code),
        tie(form.problem)
    );
    const std::string body = fmt::format(
        "<h1>{}</h1><p>Enter the code that the other device shows. Did somebody else send it to "
        "you? Then close this page.</p>{}",
        title,
        form_of(form.action, form.sealed, form.problem, inside)
    );
    return make_page({.title = titled(title, form.problem), .body = body, .targets = "'self'"});
}

content device_consent_page(const device_consent& asked) {
    constexpr std::string_view title = "Allow access?";
    constexpr std::string_view buttons =
        R"(<button type="submit" name="decision" value="allow">Allow</button>)"
        R"(<button type="submit" class="plain" name="decision" value="deny">Deny</button>)"
        R"(<p><button type="submit" class="link" name="decision" value="other">)"
        R"(Use another account</button></p>)";
    const std::string body = fmt::format(
        "<h1>{}</h1><p><strong>{}</strong> on another device wants to:</p><ul><li>sign in as "
        "<strong>{}</strong></li><li>call {} and do there what you may</li>{}</ul><p>Allow it only "
        "if that device is yours and shows the code <strong>{}</strong>.</p>{}",
        title,
        escaped(asked.application),
        escaped(asked.user_name),
        escaped(asked.resource),
        asked.stays_signed_in ? "<li>stay signed in while you are away</li>" : "",
        escaped(asked.user_code),
        form_of(asked.action, asked.sealed, "", buttons)
    );
    return make_page({.title = std::string{title}, .body = body, .targets = "'self'"});
}

content redirect(
    const exchange& x, std::string_view uri, char mark, const response_parameters& parameters
) {
    std::string location{uri};
    bool has_mark = uri.find(mark) != std::string_view::npos;
    for (const auto& [name, value] : parameters) {
        location += has_mark ? '&' : mark;
        location.append(name).append("=").append(percent_encoded(value));
        has_mark = true;
    }
    content answer{std::string{}};
    // After a form "See Other", so that no browser posts the password on (RFC 9700, section 4.12).
    answer.status = x.request.method == "POST" ? 303 : 302;
    answer.type = {};
    answer.fields = {{"Location", std::move(location)}, {"Referrer-Policy", "no-referrer"}};
    return answer;
}

content posting_page(std::string_view uri, const response_parameters& parameters) {
    std::string body = fmt::format(
        R"(<h1>Back to the application</h1><form method="post" action="{}">)", escaped(uri)
    );
    for (const auto& [name, value] : parameters) {
        body += fmt::format(R"(<input type="hidden" name="{}" value="{}">)", name, escaped(value));
    }
    body += R"(<button type="submit" autofocus>Continue</button></form>)";
    return make_page({.title = "Continue", .body = body, .targets = "", .script = posting_script});
}

std::string_view find_cookie(const exchange& x, std::string_view name) {
    const std::string wanted = cookie_name(x, name) + '=';
    for (const http::field_view& field : x.request.fields) {
        if (!equals_ignoring_case(field.name, "Cookie")) continue;
        std::string_view rest = field.value;
        while (!rest.empty()) {
            std::string_view pair = rest.substr(0, rest.find(';'));
            rest.remove_prefix(std::min(pair.size() + 1, rest.size()));
            while (pair.starts_with(' ')) pair.remove_prefix(1);
            if (pair.starts_with(wanted)) return pair.substr(wanted.size());
        }
    }
    return {};
}

void set_cookie(const exchange& x, content& answer, std::string_view name, std::string_view value) {
    const std::string full_name = cookie_name(x, name);
    std::string cookie = fmt::format("{}={}; Path=/; HttpOnly; SameSite=Lax", full_name, value);
    if (full_name.starts_with("__Host-")) cookie += "; Secure";
    if (value.empty()) cookie += "; Max-Age=0";
    answer.fields.push_back({"Set-Cookie", std::move(cookie)});
}

}  // namespace partner_center::oauth
