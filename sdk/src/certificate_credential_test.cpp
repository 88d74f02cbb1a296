// Tests of proving an application with a certificate: what is signed, judged by OpenSSL.
// SPDX-License-Identifier: MIT
#include <memory>

#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include "sdk/src/digest.hpp"
#include "sdk/src/test_authority.hpp"
#include <partner_center/certificate_credential.hpp>
#include <partner_center/json.hpp>

namespace partner_center {

struct read_claims {
    std::string aud{};
    std::string iss{};
    std::string sub{};
    std::string jti{};
    std::int64_t nbf{};
    std::int64_t exp{};
};
BOOST_DESCRIBE_STRUCT(read_claims, (), (aud, iss, sub, jti, nbf, exp))

namespace {

using namespace std::chrono_literals;
using key_pointer = std::shared_ptr<EVP_PKEY>;

[[nodiscard]] key_pointer own(EVP_PKEY* key) {
    return {key, &EVP_PKEY_free};
}

/// What `write` writes into memory.
template <class Write>
[[nodiscard]] std::string written(const Write& write) {
    const std::unique_ptr<BIO, decltype(&BIO_free_all)> out{BIO_new(BIO_s_mem()), &BIO_free_all};
    write(out.get());
    char* text = nullptr;
    const long size = BIO_get_mem_data(out.get(), &text);
    return {text, static_cast<std::size_t>(size)};
}

[[nodiscard]] std::string key_pem(const key_pointer& key) {
    return written([&](BIO* out) {
        PEM_write_bio_PrivateKey(out, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
    });
}

[[nodiscard]] std::string encrypted_key_pem(const key_pointer& key) {
    return written([&](BIO* out) {
        PEM_write_bio_PrivateKey(
            out, key.get(), EVP_aes_128_cbc(), nullptr, 0, nullptr, const_cast<char*>("phrase")
        );
    });
}

struct test_certificate {
    std::string pem{};
    std::string der{};
};

[[nodiscard]] test_certificate certificate_of(const key_pointer& key) {
    const std::unique_ptr<X509, decltype(&X509_free)> made{X509_new(), &X509_free};
    ASN1_INTEGER_set(X509_get_serialNumber(made.get()), 1);
    X509_gmtime_adj(X509_getm_notBefore(made.get()), 0);
    X509_gmtime_adj(X509_getm_notAfter(made.get()), 3600);
    X509_set_pubkey(made.get(), key.get());
    X509_sign(made.get(), key.get(), EVP_sha256());
    return {
        .pem = written([&](BIO* out) { PEM_write_bio_X509(out, made.get()); }),
        .der = written([&](BIO* out) { i2d_X509_bio(out, made.get()); }),
    };
}

/// Made once: it takes a while.
[[nodiscard]] const key_pointer& our_key() {
    static const key_pointer key = own(EVP_RSA_gen(2048));
    return key;
}
[[nodiscard]] const test_certificate& our_certificate() {
    static const test_certificate made = certificate_of(our_key());
    return made;
}

[[nodiscard]] std::string from_base64url(std::string text) {
    for (char& each : text) each = each == '-' ? '+' : each == '_' ? '/' : each;
    const std::size_t padding = (4 - text.size() % 4) % 4;
    text.append(padding, '=');
    std::string out(text.size() / 4 * 3, '\0');
    EVP_DecodeBlock(
        reinterpret_cast<unsigned char*>(out.data()),
        reinterpret_cast<const unsigned char*>(text.data()),
        static_cast<int>(text.size())
    );
    out.resize(out.size() - padding);
    return out;
}

[[nodiscard]] bool is_ps256(
    const key_pointer& key, const std::string& text, const std::string& signature
) {
    const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> verifying{
        EVP_MD_CTX_new(), &EVP_MD_CTX_free};
    EVP_PKEY_CTX* padding = nullptr;
    return EVP_DigestVerifyInit(verifying.get(), &padding, EVP_sha256(), nullptr, key.get()) == 1 &&
           EVP_PKEY_CTX_set_rsa_padding(padding, RSA_PKCS1_PSS_PADDING) == 1 &&
           EVP_PKEY_CTX_set_rsa_pss_saltlen(padding, 32) == 1 &&
           EVP_DigestVerify(
               verifying.get(),
               reinterpret_cast<const unsigned char*>(signature.data()),
               signature.size(),
               reinterpret_cast<const unsigned char*>(text.data()),
               text.size()
           ) == 1;
}

class certificate_test : public tests::authority_test {
protected:
    [[nodiscard]] outcome<std::string> token_of(const std::string& pem) {
        return make_certificate_credential(
                   clouds::global, {.tenant = "t", .client_id = "id", .pem = pem}, options()
        )
            ->bearer_token();
    }
    [[nodiscard]] std::string assertion(std::size_t at) const {
        const std::string sent = body(at);
        constexpr std::string_view name = "&client_assertion=";
        const auto begin = sent.find(name) + name.size();
        return sent.substr(begin, sent.find('&', begin) - begin);
    }
};

using CertificateCredential = certificate_test;

TEST_F(CertificateCredential, SignsForTheAuthority) {
    answer_token("t1", "");
    EXPECT_EQ(token_of(key_pem(our_key()) + our_certificate().pem).value(), "t1");

    EXPECT_TRUE(body(0).starts_with(
        "grant_type=client_credentials&client_id=id&client_assertion_type="
        "urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer&client_assertion="
    ));
    EXPECT_TRUE(body(0).ends_with("&scope=https%3A%2F%2Fapi.partnercenter.microsoft.com%2F.default")
    );
    const std::string whole = assertion(0);
    const auto first = whole.find('.');
    const auto second = whole.find('.', first + 1);
    EXPECT_EQ(
        from_base64url(whole.substr(0, first)),
        R"({"alg":"PS256","typ":"JWT","x5t#S256":")" +
            detail::to_base64url(detail::sha256(our_certificate().der)) + "\"}"
    );
    const auto claims = from_json<read_claims>(
        from_base64url(whole.substr(first + 1, second - first - 1)), json_reading::strict
    );
    ASSERT_TRUE(claims);
    EXPECT_EQ(claims->aud, "https://login.microsoftonline.com/t/oauth2/v2.0/token");
    EXPECT_EQ(claims->iss, "id");
    EXPECT_EQ(claims->sub, "id");
    EXPECT_EQ(claims->jti.size(), 43U);
    EXPECT_EQ(
        claims->nbf, std::chrono::floor<std::chrono::seconds>(now_.time_since_epoch()).count()
    );
    EXPECT_EQ(claims->exp, claims->nbf + 600);
    EXPECT_TRUE(
        is_ps256(our_key(), whole.substr(0, second), from_base64url(whole.substr(second + 1)))
    );
}

TEST_F(CertificateCredential, SignsEachRequestAnew) {
    const auto credential = make_certificate_credential(
        clouds::global,
        {.tenant = "t", .client_id = "id", .pem = our_certificate().pem + key_pem(our_key())},
        options()
    );
    answer_token("t1", "");
    answer_token("t2", "");
    EXPECT_TRUE(credential->bearer_token());
    now_ += 1h;
    EXPECT_TRUE(credential->bearer_token());
    EXPECT_NE(assertion(0), assertion(1));
}

TEST_F(CertificateCredential, RefusesWhatItCannotSignWith) {
    const key_pointer other = own(EVP_RSA_gen(2048));
    const key_pointer curve = own(EVP_EC_gen("P-256"));
    const key_pointer small = own(EVP_RSA_gen(1024));
    for (const std::string& pem :
         {std::string{},
          key_pem(our_key()),
          our_certificate().pem,
          our_certificate().pem + key_pem(other),
          our_certificate().pem + encrypted_key_pem(our_key()),
          certificate_of(curve).pem + key_pem(curve),
          certificate_of(small).pem + key_pem(small)}) {
        const auto token = token_of(pem);
        ASSERT_FALSE(token);
        EXPECT_EQ(token.error().category, error_category::bad_input);
        EXPECT_EQ(token.error().description.find("BEGIN"), std::string::npos);
    }
    EXPECT_EQ(asked(), 0U);
}

}  // namespace
}  // namespace partner_center
