// Tests the key, its file and RFC 7515's example of RS256. Calls signing_key.cpp.
// SPDX-License-Identifier: MIT
#include "server/identity/signing_key.hpp"

#include <sys/stat.h>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "server/identity/certificate.hpp"
#include "server/identity/openssl_testing.hpp"
#include "server/identity/private_file.hpp"
#include "server/identity/testing.hpp"

namespace partner_center {
namespace {

using namespace testing;
using ::testing::HasSubstr;

void write_file(const std::filesystem::path& file, std::string_view content) {
    std::ofstream{file} << content;
    std::filesystem::permissions(file, std::filesystem::perms{0600});
}

[[nodiscard]] std::string read_text(const std::filesystem::path& file) {
    std::ifstream in{file};
    return {std::istreambuf_iterator<char>{in}, {}};
}

[[nodiscard]] std::string refusal_of(const std::filesystem::path& file) {
    try {
        signing_key::load_or_create(file).check(file);
        return "it was accepted";
    } catch (const file_error& problem) {
        return problem.what();
    }
}

TEST(SigningKey, IsMadeOnceForItsOwnerOnly) {
    const temporary_directory folder;
    const auto file = folder / "made" / "keys" / "signing-key.pem";
    const auto made = signing_key::load_or_create(file);
    const auto read = signing_key::load_or_create(file);

    EXPECT_EQ(made.id(), read.id());
    EXPECT_EQ(made.modulus(), read.modulus());
    EXPECT_EQ(made.exponent(), "AQAB");
    EXPECT_EQ(std::filesystem::status(file).permissions(), std::filesystem::perms{0600});
    EXPECT_EQ(
        std::filesystem::status(file.parent_path()).permissions(), std::filesystem::perms{0700}
    );
    const std::filesystem::directory_iterator files{file.parent_path()};
    EXPECT_EQ(std::distance(begin(files), end(files)), 1) << "a draft was left behind";
}

TEST(SigningKey, IsTheSameForAllWhoStartAtOnce) {
    const temporary_directory folder;
    const auto file = folder / "signing-key.pem";
    std::vector<std::string> ids(4);
    std::vector<std::thread> starting;
    for (std::string& id : ids) {
        starting.emplace_back([&file, &id] { id = signing_key::load_or_create(file).id(); });
    }
    for (std::thread& each : starting) each.join();

    for (const std::string& id : ids) EXPECT_EQ(id, ids.front());
}

TEST(SigningKey, VerifiesWhatItSignedAndNothingElse) {
    const signing_key& key = our_key().key;
    const std::string signature = key.sign("text");

    EXPECT_EQ(signature.size(), 256U);
    EXPECT_TRUE(key.verify("text", signature));
    EXPECT_FALSE(key.verify("test", signature));
    EXPECT_FALSE(key.verify("text", ""));
    EXPECT_FALSE(key.verify("text", std::string_view{signature}.substr(1)));
    EXPECT_FALSE(key.verify("text", signature + '\0'));
    std::string flipped = signature;
    flipped[100] = static_cast<char>(flipped[100] ^ 1);
    EXPECT_FALSE(key.verify("text", flipped));
    EXPECT_TRUE(key.verify("text", signature));
}

TEST(SigningKey, CopiesVerifyOnManyThreadsAtOnce) {
    const signing_key& key = our_key().key;
    const std::string signature = key.sign("text");
    std::vector<int> verified(4);
    std::vector<std::thread> threads;
    for (int& count : verified) {
        threads.emplace_back([&signature, &count, own = key.copy()] {
            for (int round = 0; round < 200; ++round) {
                count += own.verify("text", signature);
                count -= own.verify("text", std::string(signature.size(), 'x'));
            }
        });
    }
    for (std::thread& each : threads) each.join();

    for (const int count : verified) EXPECT_EQ(count, 200);
}

TEST(SigningKey, RefusesFileThatOthersMayRead) {
    for (const auto mode : {0640U, 0604U, 0666U, 0620U}) {
        const temporary_directory folder;
        const auto file = folder / "signing-key.pem";
        write_file(file, read_text(our_key().file));
        std::filesystem::permissions(file, std::filesystem::perms{mode});

        EXPECT_THAT(refusal_of(file), HasSubstr("chmod 600 " + file.string()));
    }
}

TEST(SigningKey, RefusesFileThatHoldsNoUsableKey) {
    const std::string good = read_text(our_key().file);
    const std::vector<std::string> contents{
        "",
        "garbage",
        good.substr(0, good.size() / 2),
        public_pem(read_pem(our_key().file)),
        private_pem(own(EVP_RSA_gen(1024))),
        private_pem(own(EVP_EC_gen("P-256"))),
    };
    for (const std::string& content : contents) {
        const temporary_directory folder;
        const auto file = folder / "signing-key.pem";
        write_file(file, content);

        EXPECT_THAT(refusal_of(file), HasSubstr("is not an unencrypted RSA private key"));
        EXPECT_EQ(read_text(file), content) << "it was overwritten";
    }
}

TEST(SigningKey, RefusesEncryptedKeyWithoutAskingForItsPassphrase) {
    const temporary_directory folder;
    const auto file = folder / "signing-key.pem";
    BIO* const out = BIO_new(BIO_s_mem());
    const test_key key = own(EVP_RSA_gen(2048));
    const std::string word = "word";
    PEM_write_bio_PrivateKey(
        out,
        key.get(),
        EVP_aes_128_cbc(),
        reinterpret_cast<const unsigned char*>(word.data()),
        static_cast<int>(word.size()),
        nullptr,
        nullptr
    );
    write_file(file, text_of(out));

    EXPECT_THAT(refusal_of(file), HasSubstr("is not an unencrypted RSA private key"));
}

// One letter of the modulus: the file still parses, but the numbers do not fit.
TEST(SigningKey, RefusesDamagedKey) {
    const temporary_directory folder;
    const auto file = folder / "signing-key.pem";
    std::string damaged = read_text(our_key().file);
    damaged[200] = damaged[200] == 'A' ? 'B' : 'A';
    write_file(file, damaged);

    EXPECT_THAT(refusal_of(file), HasSubstr("is damaged"));
}

TEST(SigningKey, RefusesWhatIsNotAFile) {
    const temporary_directory folder;
    const auto pipe = folder / "pipe";
    ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
    const auto large = folder / "large";
    write_file(large, std::string(100'000, 'A'));

    EXPECT_THAT(refusal_of(pipe), HasSubstr("is not a regular file"));
    EXPECT_THAT(refusal_of(folder.path()), HasSubstr("is not a regular file"));
    EXPECT_THAT(refusal_of(large), HasSubstr("too large"));
    EXPECT_THAT(refusal_of(large / "below"), HasSubstr("Not a directory"));
}

// Unlike a stranger's: see VerificationKey.RefusesWeakKeys.
TEST(RsaPublicKey, TakesLongKeysAndSmallExponentsOfTheOperator) {
    const std::string modulus = to_base64url(std::string(2048, '\xff'));
    EXPECT_NO_THROW(rsa_public_key(modulus, "Aw"));
    EXPECT_NO_THROW(rsa_public_key(to_base64url(std::string(1025, '\xff')), "AQAB"));
    EXPECT_THROW(rsa_public_key(modulus, "AQ"), key_error);
    EXPECT_THROW(rsa_public_key(to_base64url(std::string(255, '\xff')), "AQAB"), key_error);
    EXPECT_THROW(rsa_public_key(to_base64url(std::string(2049, '\xff')), "AQAB"), key_error);
    EXPECT_THROW(rsa_public_key("?", "AQAB"), key_error);
}

/// The key of RFC 7515, appendix A.2.1.
[[nodiscard]] test_key rfc7515_key() {
    struct part {
        const char* name;
        std::string_view value;
    };
    constexpr std::string_view modulus =
        "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0"
        "Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXnd"
        "S5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJ"
        "H7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ";
    constexpr std::string_view private_exponent =
        "Eq5xpGnNCivDflJsRQBXHx1hdR1k6Ulwe2JZD50LpXyWPEAeP88vLNO97IjlA7_GQ5sLKMgvfTeXZx9SE-7YwVol2N"
        "XOoAJe46sui395IW_GO-pWJ1O0BkTGoVEn2bKVRUCgu-GjBVaYLU6f3l9kJfFNS3E0QbVdxzubSu3Mkqzjkn439X0M"
        "_V51gfpRLI9JYanrC4D4qAdGcopV_0ZHHzQlBjudU2QvXt4ehNYTCBr6XCLQUShb1juUO1ZdiYoFaFQT5Tw8bGUl_x"
        "_jTj3ccPDVZFD9pIuhLhBOneufuBiB4cS98l2SR_RQyGWSeWjnczT0QU91p1DhOVRuOopznQ";
    constexpr std::string_view first_prime =
        "4BzEEOtIpmVdVEZNCqS7baC4crd0pqnRH_5IB3jw3bcxGn6QLvnEtfdUdiYrqBdss1l58BQ3KhooKeQTa9AB0Hw_"
        "Py5PJdTJNPY8cQn7ouZ2KKDcmnPGBY5t7yLc1QlQ5xHdwW1VhvKn-nXqhJTBgIPgtldC-KDV5z-y2XDwGUc";
    constexpr std::string_view second_prime =
        "uQPEfgmVtjL0Uyyx88GZFF1fOunH3-7cepKmtH4pxhtCoHqpWmT8YAmZxaewHgHAjLYsp1ZSe7zFYHj7C6ul7Tje"
        "LQeZD_YwD66t62wDmpe_HlB-TnBA-njbglfIsRLtXlnDzQkv5dTltRJ11BKBBypeeF6689rjcJIDEz9RWdc";
    constexpr std::string_view first_exponent =
        "BwKfV3Akq5_MFZDFZCnW-wzl-CCo83WoZvnLQwCTeDv8uzluRSnm71I3QCLdhrqE2e9YkxvuxdBfpT_PI7Yz-FOK"
        "nu1R6HsJeDCjn12Sk3vmAktV2zb34MCdy7cpdTh_YVr7tss2u6vneTwrA86rZtu5Mbr1C1XsmvkxHQAdYo0";
    constexpr std::string_view second_exponent =
        "h_96-mK1R_7glhsum81dZxjTnYynPbZpHziZjeeHcXYsXaaMwkOlODsWa7I9xXDoRwbKgB719rrmI2oKr6N3Do9U"
        "0ajaHF-NKJnwgjMd2w9cjz3_-kyNlxAr2v4IKhGNpmM5iIgOS1VZnOZ68m6_pbLBSp3nssTdlqvd0tIiTHU";
    constexpr std::string_view coefficient =
        "IYd7DHOhrWvxkwPQsRM2tOgrjbcrfvtQJipd-DlcxyVuuM9sQLdgjVk2oy26F0EmpScGLq2MowX7fhd_QJQ3ydy5"
        "cY7YIBi87w93IKLEdfnbJtoOPLUW0ITrJReOgo1cq9SbsxYawBgfp_gh6A5603k2-ZQwVK0JKSHuLFkuQ3U";
    OSSL_PARAM_BLD* const builder = OSSL_PARAM_BLD_new();
    std::vector<std::unique_ptr<BIGNUM, decltype(&BN_free)>> numbers;
    for (const auto& [name, value] : {
             part{OSSL_PKEY_PARAM_RSA_N, modulus},
             part{OSSL_PKEY_PARAM_RSA_E, "AQAB"},
             part{OSSL_PKEY_PARAM_RSA_D, private_exponent},
             part{OSSL_PKEY_PARAM_RSA_FACTOR1, first_prime},
             part{OSSL_PKEY_PARAM_RSA_FACTOR2, second_prime},
             part{OSSL_PKEY_PARAM_RSA_EXPONENT1, first_exponent},
             part{OSSL_PKEY_PARAM_RSA_EXPONENT2, second_exponent},
             part{OSSL_PKEY_PARAM_RSA_COEFFICIENT1, coefficient},
         }) {
        const std::string bytes = from_base64url(value).value();
        const auto* const data = reinterpret_cast<const unsigned char*>(bytes.data());
        numbers.emplace_back(BN_bin2bn(data, static_cast<int>(bytes.size()), nullptr), BN_free);
        OSSL_PARAM_BLD_push_BN(builder, name, numbers.back().get());
    }
    OSSL_PARAM* const parts = OSSL_PARAM_BLD_to_param(builder);
    EVP_PKEY_CTX* const context = EVP_PKEY_CTX_new_from_name(nullptr, "RSA", nullptr);
    EVP_PKEY* key = nullptr;
    EVP_PKEY_fromdata_init(context);
    EVP_PKEY_fromdata(context, &key, EVP_PKEY_KEYPAIR, parts);
    EVP_PKEY_CTX_free(context);
    OSSL_PARAM_free(parts);
    OSSL_PARAM_BLD_free(builder);
    return own(key);
}

TEST(SigningKey, AgreesWithTheExampleOfRfc7515) {
    const temporary_directory folder;
    const auto file = folder / "signing-key.pem";
    write_file(file, private_pem(rfc7515_key()));
    const auto key = signing_key::load_or_create(file);
    const std::string_view signed_text =
        "eyJhbGciOiJSUzI1NiJ9"
        ".eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0"
        "cnVlfQ";
    const std::string_view signature =
        "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2F"
        "p5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQB"
        "MHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeY"
        "I2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw";

    EXPECT_EQ(to_base64url(key.sign(signed_text)), signature);
    EXPECT_TRUE(key.verify(signed_text, from_base64url(signature).value()));
    const auto in_certificate = certificate::parse(certificate_pem(rfc7515_key(), 0, 1));
    ASSERT_TRUE(in_certificate);
    EXPECT_TRUE(
        in_certificate->verify(rsa_signature::rs256, signed_text, from_base64url(signature).value())
    );
}

}  // namespace
}  // namespace partner_center
