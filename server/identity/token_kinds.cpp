// The table of kinds: each alters good claims or a good header, or seals them in a wrong way.
// Calls OpenSSL for foreign signatures.
// SPDX-License-Identifier: MIT
#include "server/identity/token_kinds.hpp"

#include <algorithm>
#include <array>

#include <boost/describe/class.hpp>
#include <openssl/hmac.h>
#include <openssl/rsa.h>

#include "server/identity/base64url.hpp"
#include "server/identity/openssl_objects.hpp"
#include "server/identity/random.hpp"
#include <partner_center/json.hpp>

namespace partner_center {

struct drafted_header {
    static constexpr auto wire_case = letter_case::snake;

    std::string typ{"JWT"};
    std::string alg{"RS256"};
    std::optional<std::string> kid{};
    std::optional<std::string> jku{};
    std::optional<std::vector<std::string>> crit{};
};
BOOST_DESCRIBE_STRUCT(drafted_header, (), (typ, alg, kid, jku, crit))

/// Both kinds of token; what a kind does not say is absent. Source: contract, section 5.4.
struct drafted_claims {
    static constexpr auto wire_case = letter_case::snake;

    std::string aud{};
    std::string iss{};
    std::int64_t iat{};
    std::int64_t nbf{};
    std::optional<std::int64_t> exp{};
    std::string acr{"1"};
    std::optional<std::vector<std::string>> amr{};
    std::optional<guid> appid{};
    std::string appidacr{"1"};
    std::string idp{};
    std::optional<std::string> idtyp{};
    std::optional<std::string> name{};
    std::optional<std::string> nonce{};
    guid oid{};
    std::optional<std::string> padding{};
    std::optional<std::vector<std::string>> roles{};
    std::optional<std::string> scp{};
    guid sub{};
    std::optional<guid> tid{};
    std::optional<std::string> unique_name{};
    std::optional<std::string> upn{};
    std::string uti{};
    std::string ver{"1.0"};
};
BOOST_DESCRIBE_STRUCT(
    drafted_claims,
    (),
    (aud,
     iss,
     iat,
     nbf,
     exp,
     acr,
     amr,
     appid,
     appidacr,
     idp,
     idtyp,
     name,
     nonce,
     oid,
     padding,
     roles,
     scp,
     sub,
     tid,
     unique_name,
     upn,
     uti,
     ver)
)

struct token_draft {
    drafted_header header{};
    drafted_claims claims{};
};

namespace {

constexpr std::chrono::hours hour{1};

void make_out_to(token_draft& draft, const token_subject& subject) {
    drafted_claims& claims = draft.claims;
    claims.iss = claims.idp = subject.issuer;
    claims.tid = subject.tenant_id;
    claims.appid = subject.application_id;
    claims.oid = claims.sub = service_principal_of(subject.application_id, subject.tenant_id);
}

void name_user(drafted_claims& claims, const signed_in_user& user) {
    claims.oid = claims.sub = user.id;
    claims.upn = claims.unique_name = claims.name = user.principal_name;
    claims.scp = "user_impersonation";
    claims.roles = user.roles;
    claims.amr = {"pwd", "mfa"};
    claims.idtyp.reset();
}

[[nodiscard]] token_draft good_draft(const token_order& order) {
    token_draft draft;
    draft.header.kid = order.key.id();
    draft.claims.aud = order.audience;
    draft.claims.iat = draft.claims.nbf = seconds_of(order.issued_at - clock_skew);
    draft.claims.exp = seconds_of(order.issued_at + order.lifetime);
    draft.claims.uti = to_string(random_guid());
    draft.claims.idtyp = "app";
    make_out_to(draft, order.subject);
    if (order.user) name_user(draft.claims, *order.user);
    return draft;
}

[[nodiscard]] std::string text_of(const token_draft& draft) {
    return to_base64url(to_json(draft.header)) + '.' + to_base64url(to_json(draft.claims));
}

[[nodiscard]] std::string sealed(const token_draft& draft, const token_order& order) {
    const std::string text = text_of(draft);
    return text + '.' + to_base64url(order.key.sign(text));
}

[[nodiscard]] std::string unsealed(const token_draft& draft, const token_order&) {
    return text_of(draft) + '.';
}

/// One bit of a signature's last byte.
[[nodiscard]] std::string with_a_flipped_bit(const token_draft& draft, const token_order& order) {
    const std::string text = text_of(draft);
    std::string signature = order.key.sign(text);
    signature.back() = static_cast<char>(signature.back() ^ 1);
    return text + '.' + to_base64url(signature);
}

[[nodiscard]] std::string with_other_claims(const token_draft& draft, const token_order& order) {
    const std::string good = sealed(draft, order);
    token_draft altered = draft;
    altered.claims.tid = order.other.tenant_id;
    return text_of(altered) + good.substr(good.rfind('.'));
}

[[nodiscard]] std::string by_a_strangers_key(const token_draft& draft, const token_order&) {
    const key_pointer key{EVP_RSA_gen(2048)};
    const digest_context_pointer context{EVP_MD_CTX_new()};
    const std::string text = text_of(draft);
    std::array<unsigned char, 256> signature{};
    std::size_t size = signature.size();
    EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key.get());
    EVP_DigestSign(context.get(), signature.data(), &size, bytes_of(text), text.size());
    return text + '.' + to_base64url({reinterpret_cast<const char*>(signature.data()), size});
}

/// HS256 with what everybody knows of our key, as if it were a shared secret.
[[nodiscard]] std::string by_the_public_key(const token_draft& draft, const token_order& order) {
    const std::string text = text_of(draft);
    const std::string& secret = order.key.modulus();
    std::array<unsigned char, 32> mac{};
    unsigned size = 0;
    HMAC(
        EVP_sha256(),
        secret.data(),
        static_cast<int>(secret.size()),
        bytes_of(text),
        text.size(),
        mac.data(),
        &size
    );
    return text + '.' + to_base64url({reinterpret_cast<const char*>(mac.data()), mac.size()});
}

/// As an unchanged draft is.
void as_it_is(token_draft&, const token_order&) {}

// A table is read as one: a row each.
// clang-format off
const std::array kinds = std::to_array<token_kind>({
    {"good", 200, 0, "in order", false, as_it_is, sealed},
    {"expired", 401, 400, "its `exp` was an hour ago", false,
     [](token_draft& draft, const token_order& order) {
         draft.claims.iat = draft.claims.nbf = seconds_of(order.issued_at - 2 * hour);
         draft.claims.exp = seconds_of(order.issued_at - hour);
     }, sealed},
    {"no-expiry", 401, 400, "without `exp`", false,
     [](token_draft& draft, const token_order&) { draft.claims.exp.reset(); }, sealed},
    {"not-yet-valid", 401, 400, "its `nbf` and `iat` are an hour ahead", false,
     [](token_draft& draft, const token_order& order) {
         draft.claims.iat = draft.claims.nbf = seconds_of(order.issued_at + hour);
         draft.claims.exp = seconds_of(order.issued_at + hour + order.lifetime);
     }, sealed},
    {"foreign-audience", 401, 900420, "for another API: `aud` https://graph.microsoft.com", false,
     [](token_draft& draft, const token_order&) {
         draft.claims.aud = "https://graph.microsoft.com";
     }, sealed},
    {"legacy-audience", 401, 900420, "for the directory resource; 200 under `--switch accept-legacy-audience=on`", false,
     [](token_draft& draft, const token_order& order) {
         draft.claims.aud = order.where->legacy_audience;
     }, sealed},
    {"wrong-issuer", 401, 400, "`iss` names somebody else", false,
     [](token_draft& draft, const token_order& order) {
         draft.claims.iss = "https://issuer.invalid/" + to_string(order.subject.tenant_id) + '/';
     }, sealed},
    {"other-tenant", 401, 400, "`tid` is another partner's than `iss` and `appid`", false,
     [](token_draft& draft, const token_order& order) {
         draft.claims.tid = order.other.tenant_id;
     }, sealed},
    {"other-partner", 403, 20002, "in order, but app-only of another partner: no relationship with the customer", false,
     [](token_draft& draft, const token_order& order) {
         token_order theirs = order;
         theirs.subject = order.other;
         theirs.user.reset();
         theirs.audience = clouds::global.audience;  // good in every cloud
         draft = good_draft(theirs);
     }, sealed},
    {"no-tenant", 401, 400, "without `tid`", false,
     [](token_draft& draft, const token_order&) { draft.claims.tid.reset(); }, sealed},
    {"unknown-application", 401, 400, "`appid` is nobody's", false,
     [](token_draft& draft, const token_order&) { draft.claims.appid = random_guid(); }, sealed},
    {"no-application", 401, 400, "without `appid`", false,
     [](token_draft& draft, const token_order&) { draft.claims.appid.reset(); }, sealed},
    {"id-token", 401, 400, "an id token: `aud` is the application", false,
     [](token_draft& draft, const token_order& order) {
         draft.claims.aud = to_string(order.subject.application_id);
         draft.claims.appid.reset();
         draft.claims.nonce = to_string(random_guid());
     }, sealed},
    {"bad-signature", 401, 400, "one bit of the signature is flipped", false, as_it_is, with_a_flipped_bit},
    {"no-signature", 401, 400, "RS256 with nothing after the last dot", false, as_it_is, unsealed},
    {"altered-claims", 401, 400, "claims changed after they were signed", false, as_it_is, with_other_claims},
    {"foreign-key", 401, 400, "signed by a stranger's key under our `kid`", false, as_it_is, by_a_strangers_key},
    {"unknown-key", 401, 400, "`kid` is no key of ours", false,
     [](token_draft& draft, const token_order&) { draft.header.kid = "unknown"; }, sealed},
    {"no-key-id", 401, 400, "without `kid`", false,
     [](token_draft& draft, const token_order&) { draft.header.kid.reset(); }, sealed},
    {"key-address", 401, 400, "wants its key fetched: `jku`", false,
     [](token_draft& draft, const token_order&) {
         draft.header.jku = "https://keys.invalid/jwks";
     }, sealed},
    {"critical-extension", 401, 400, "`crit` names an extension that nobody knows", false,
     [](token_draft& draft, const token_order&) { draft.header.crit = {"unknown"}; }, sealed},
    {"alg-none", 401, 400, "`alg` none, no signature", false,
     [](token_draft& draft, const token_order&) { draft.header.alg = "none"; }, unsealed},
    {"alg-hs256", 401, 400, "HS256 with our public key for a secret", false,
     [](token_draft& draft, const token_order&) { draft.header.alg = "HS256"; }, by_the_public_key},
    {"two-parts", 401, 400, "header and claims alone", false, as_it_is,
     [](const token_draft& draft, const token_order&) { return text_of(draft); }},
    {"five-parts", 401, 400, "in the form of an encrypted token", false, as_it_is,
     [](const token_draft& draft, const token_order& order) {
         return sealed(draft, order) + ".AAAA.AAAA";
     }},
    {"not-a-token", 401, 400, "a word", false, as_it_is,
     [](const token_draft&, const token_order&) { return to_string(random_guid()); }},
    {"too-large", 401, 400, "in order, but over 16 KiB", false,
     [](token_draft& draft, const token_order&) {
         draft.claims.padding = std::string(token_bytes_max, 'x');
     }, sealed},
    {"no-mfa", 401, 900421, "signed in without a second factor; 200 under `--switch require-mfa=off`", true,
     [](token_draft& draft, const token_order&) { draft.claims.amr = {"pwd"}; }, sealed},
    {"no-scope", 403, 900308, "`scp` is empty", true,
     [](token_draft& draft, const token_order&) { draft.claims.scp = ""; }, sealed},
    {"wrong-scope", 403, 900308, "`scp` is another API's", true,
     [](token_draft& draft, const token_order&) { draft.claims.scp = "User.Read"; }, sealed},
    {"no-role", 403, 900150, "without `roles`", true,
     [](token_draft& draft, const token_order&) { draft.claims.roles.reset(); }, sealed},
    {"wrong-role", 403, 900150, "`roles` has none of Partner Center's", true,
     [](token_draft& draft, const token_order&) { draft.claims.roles = {"Guests"}; }, sealed},
    {"unknown-user", 401, 400, "`oid` is nobody's", true,
     [](token_draft& draft, const token_order&) {
         draft.claims.oid = draft.claims.sub = random_guid();
     }, sealed},
});
// clang-format on

}  // namespace

std::span<const token_kind> token_kinds() {
    return kinds;
}

const token_kind* find_token_kind(std::string_view name) {
    const auto found = std::ranges::find(kinds, name, &token_kind::name);
    return found == kinds.end() ? nullptr : &*found;
}

std::string make_token(const token_kind& kind, const token_order& order) {
    token_draft draft = good_draft(order);
    kind.alter(draft, order);
    return kind.seal(draft, order);
}

}  // namespace partner_center
