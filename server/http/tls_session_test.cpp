// What only a listener that speaks TLS does: versions, protocols, certificates, handshakes that
// fail. What it has in common with a plain one is in session_test.cpp. Calls tls_session.cpp.
// SPDX-License-Identifier: MIT
#include "server/http/tls_session.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <string>
#include <sys/socket.h>

#include <boost/asio/write.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "server/http/test_client.hpp"
#include "tests/support/temporary_directory.hpp"

namespace partner_center::http {
namespace {

using namespace std::chrono_literals;
using boost::asio::ip::tcp;
using http::testing::certificates;
using http::testing::client;
using http::testing::client_context;
using http::testing::over;
using http::testing::received;
using http::testing::running;
using http::testing::transport;
using ::testing::HasSubstr;

constexpr std::string_view get_a = "GET /a HTTP/1.1\r\nHost: a\r\n\r\n";

[[nodiscard]] std::string serial_number(const client& peer) {
    X509* const shown = SSL_get0_peer_certificate(peer.tls());
    const ASN1_INTEGER* const number = X509_get0_serialNumber(shown);
    const unsigned char* const bytes = ASN1_STRING_get0_data(number);
    return {bytes, bytes + ASN1_STRING_length(number)};
}

class Tls : public ::testing::Test {
protected:
    [[nodiscard]] unsigned short port() const { return server.server.port(); }

    [[nodiscard]] static received ask(client& peer) {
        peer.send(get_a);
        return peer.receive();
    }

    /// Why there is no connection.
    [[nodiscard]] std::string refusal_of(const std::shared_ptr<SSL_CTX>& context) const {
        try {
            const client peer{port(), context};
        } catch (const std::runtime_error& refused) {
            return refused.what();
        }
        return "it was accepted";
    }

    void expect_to_serve() const {
        client peer{port(), transport::tls};
        EXPECT_EQ(ask(peer).body, "GET /a |");
    }

    running server{over(transport::tls, {})};
};

TEST_F(Tls, SpeaksVersions12And13) {
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        const auto context = client_context();
        SSL_CTX_set_min_proto_version(context.get(), version);
        SSL_CTX_set_max_proto_version(context.get(), version);
        client peer{port(), context};
        EXPECT_EQ(SSL_version(peer.tls()), version);
        EXPECT_EQ(ask(peer).body, "GET /a |");
    }
}

TEST_F(Tls, RefusesOlderVersions) {
    for (const int version : {TLS1_VERSION, TLS1_1_VERSION}) {
        const auto context = client_context();
        SSL_CTX_set_security_level(context.get(), 0);
        SSL_CTX_set_min_proto_version(context.get(), version);
        SSL_CTX_set_max_proto_version(context.get(), version);
        EXPECT_EQ(refusal_of(context), "tlsv1 alert protocol version");
    }
}

TEST_F(Tls, RefusesSuitesWithoutAuthenticatedEncryption) {
    const auto context = client_context();
    SSL_CTX_set_max_proto_version(context.get(), TLS1_2_VERSION);
    SSL_CTX_set_cipher_list(context.get(), "ECDHE-ECDSA-AES128-SHA256");
    EXPECT_EQ(refusal_of(context), "sslv3 alert handshake failure");
    SSL_CTX_set_cipher_list(context.get(), "ECDHE-ECDSA-AES128-GCM-SHA256");
    EXPECT_EQ(refusal_of(context), "it was accepted");
}

TEST_F(Tls, ChoosesHttp11OfWhatIsOffered) {
    constexpr std::array<unsigned char, 12> both{
        2, 'h', '2', 8, 'h', 't', 't', 'p', '/', '1', '.', '1'};
    const auto context = client_context();
    SSL_CTX_set_alpn_protos(context.get(), both.data(), both.size());
    const client peer{port(), context};
    const unsigned char* chosen{};
    unsigned bytes{};
    SSL_get0_alpn_selected(peer.tls(), &chosen, &bytes);
    EXPECT_EQ(std::string(chosen, chosen + bytes), "http/1.1");

    SSL_CTX_set_alpn_protos(context.get(), both.data(), 3);
    EXPECT_EQ(refusal_of(context), "tlsv1 alert no application protocol");
}

TEST_F(Tls, RefusesToNegotiateAgain) {
    const auto context = client_context();
    SSL_CTX_set_max_proto_version(context.get(), TLS1_2_VERSION);
    client peer{port(), context};
    EXPECT_EQ(ask(peer).status(), 200U);

    SSL_renegotiate(peer.tls());

    EXPECT_NE(SSL_do_handshake(peer.tls()), 1);
    expect_to_serve();
}

TEST_F(Tls, TakesNewKeysOnTheWay) {
    const auto context = client_context();
    SSL_CTX_set_min_proto_version(context.get(), TLS1_3_VERSION);
    client peer{port(), context};
    for (int round = 0; round < 3; ++round) {
        SSL_key_update(peer.tls(), SSL_KEY_UPDATE_REQUESTED);
        EXPECT_EQ(ask(peer).body, "GET /a |");
    }
}

TEST_F(Tls, AnswersAClientThatHangsUpWithoutSayingGoodbye) {
    client peer{port(), transport::tls};
    peer.send(get_a);
    ::shutdown(SSL_get_fd(peer.tls()), SHUT_WR);
    EXPECT_THAT(peer.receive_rest(), HasSubstr("GET /a |"));
}

TEST_F(Tls, LetsNoSessionBeResumed) {
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        const auto context = client_context();
        SSL_CTX_set_max_proto_version(context.get(), version);
        client peer{port(), context};
        EXPECT_EQ(ask(peer).status(), 200U);
        EXPECT_EQ(SSL_SESSION_is_resumable(SSL_get_session(peer.tls())), 0) << version;
    }
}

TEST_F(Tls, ShowsANewCertificateToNewConnections) {
    client old{port(), transport::tls};
    EXPECT_EQ(ask(old).status(), 200U);
    const partner_center::testing::temporary_directory directory;
    const dev_certificates renewed =
        keep_dev_certificates(directory.path(), std::chrono::system_clock::now());
    const auto context = client_context();
    SSL_CTX_load_verify_file(context.get(), renewed.authority.c_str());

    server.server.use_certificate(load_tls_context({renewed.certificate, renewed.key, {}}));

    client fresh{port(), context};
    EXPECT_EQ(ask(fresh).body, "GET /a |");
    EXPECT_NE(serial_number(fresh), serial_number(old));
    EXPECT_EQ(ask(old).body, "GET /a |");
}

using key_pointer = std::shared_ptr<EVP_PKEY>;
using x509_pointer = std::shared_ptr<X509>;

/// A certificate for a name, made by an issuer; by itself when there is none.
struct identity {
    explicit identity(const char* name) : identity{name, nullptr} {}
    identity(const char* name, const identity* issuer) {
        X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -60);
        X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 3600);
        const auto* const text = reinterpret_cast<const unsigned char*>(name);
        X509_NAME* const subject = X509_get_subject_name(certificate.get());
        X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, text, -1, -1, 0);
        const identity& by = issuer == nullptr ? *this : *issuer;
        X509_set_issuer_name(certificate.get(), X509_get_subject_name(by.certificate.get()));
        X509_set_pubkey(certificate.get(), key.get());
        X509_sign(certificate.get(), by.key.get(), EVP_sha256());
    }

    key_pointer key{EVP_EC_gen("P-256"), EVP_PKEY_free};
    x509_pointer certificate{X509_new(), X509_free};
};

/// A listener that takes clients of an authority only.
class ClientCertificates : public ::testing::Test {
protected:
    [[nodiscard]] static std::filesystem::path pem_of(
        const std::filesystem::path& path, const identity& of
    ) {
        std::FILE* const out = std::fopen(path.c_str(), "w");
        PEM_write_X509(out, of.certificate.get());
        std::fclose(out);
        return path;
    }
    [[nodiscard]] static tls_context for_clients_of(
        const std::filesystem::path& path, const identity& authority
    ) {
        return load_tls_context(
            {certificates().certificate, certificates().key, pem_of(path, authority)}
        );
    }
    [[nodiscard]] static std::shared_ptr<SSL_CTX> client_of(const identity& shown) {
        auto context = client_context();
        SSL_CTX_use_certificate(context.get(), shown.certificate.get());
        SSL_CTX_use_PrivateKey(context.get(), shown.key.get());
        return context;
    }
    /// In TLS 1.3 a client learns that it is refused when it first reads.
    [[nodiscard]] bool is_served(const std::shared_ptr<SSL_CTX>& context) const {
        try {
            client peer{server.server.port(), context};
            peer.send(get_a);
            return peer.receive().body == "GET /a |";
        } catch (const std::runtime_error&) {
            return false;
        }
    }

    const partner_center::testing::temporary_directory directory{};
    const identity authority{"authority"};
    const identity stranger{"authority"};
    const identity known{"known", &authority};
    const identity unknown{"unknown", &stranger};
    running server{{.tls = for_clients_of(directory / "ca.pem", authority)}};
};

TEST_F(ClientCertificates, AreAskedForInBothVersions) {
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        const auto versioned = [&](const std::shared_ptr<SSL_CTX>& context) {
            SSL_CTX_set_max_proto_version(context.get(), version);
            return context;
        };
        EXPECT_TRUE(is_served(versioned(client_of(known))));
        EXPECT_FALSE(is_served(versioned(client_context())));
        EXPECT_FALSE(is_served(versioned(client_of(unknown))));
        EXPECT_FALSE(is_served(versioned(client_of(stranger))));
    }
}

TEST_F(ClientCertificates, AreOfTheAuthorityThatWasReadLast) {
    server.server.use_certificate(for_clients_of(directory / "other.pem", stranger));

    EXPECT_FALSE(is_served(client_of(known)));
    EXPECT_TRUE(is_served(client_of(unknown)));
}

TEST_F(Tls, TellsAClientThatSpeaksPlainHttp) {
    client peer{port()};
    peer.send(get_a);
    const received answer = peer.receive();
    EXPECT_EQ(answer.status(), 400U);
    EXPECT_THAT(answer.body, HasSubstr("this port speaks HTTPS"));
    EXPECT_TRUE(answer.has("Connection: close"));
    EXPECT_EQ(peer.receive_rest(), "");
    EXPECT_EQ(server.server.connections().tls_handshakes_failed, 1U);
}

TEST_F(Tls, HangsUpOnOtherBytes) {
    client peer{port()};
    peer.send(std::string(100, '\0'));
    EXPECT_THAT(peer.receive_rest(), ::testing::Not(HasSubstr("HTTP")));
    expect_to_serve();
}

/// The client's side of a handshake in memory, for a test to cut.
class handshake {
public:
    handshake() {
        SSL_set_bio(tls_.get(), in_, out_);
        SSL_set_connect_state(tls_.get());
    }

    /// What the client sends after what it has received.
    [[nodiscard]] std::string answer(std::string_view received) {
        BIO_write(in_, received.data(), static_cast<int>(received.size()));
        SSL_do_handshake(tls_.get());
        char* bytes = nullptr;
        const long size = BIO_get_mem_data(out_, &bytes);
        const std::string out{bytes, static_cast<std::size_t>(size)};
        static_cast<void>(BIO_reset(out_));
        return out;
    }
    [[nodiscard]] bool is_done() const { return SSL_is_init_finished(tls_.get()) == 1; }

private:
    std::shared_ptr<SSL_CTX> context_{client_context()};
    std::shared_ptr<SSL> tls_{SSL_new(context_.get()), SSL_free};
    BIO* in_{BIO_new(BIO_s_mem())};
    BIO* out_{BIO_new(BIO_s_mem())};
};

/// Shakes hands but sends `bytes_max` bytes at most, then closes; how many it sent.
[[nodiscard]] std::size_t shake_hands_partly(unsigned short port, std::size_t bytes_max) {
    boost::asio::io_context context;
    tcp::socket socket{context};
    socket.connect({boost::asio::ip::address_v4::loopback(), port});
    handshake side;
    std::array<char, 16384> received{};
    std::size_t sent = 0;
    for (std::size_t came = 0;;) {
        std::string bytes = side.answer({received.data(), came});
        bytes.resize(std::min(bytes.size(), bytes_max - sent));
        sent += boost::asio::write(socket, boost::asio::buffer(bytes));
        if (side.is_done() || sent == bytes_max) return sent;
        came = socket.read_some(boost::asio::buffer(received));
    }
}

TEST_F(Tls, OutlivesHandshakesThatAreCutOffAtEveryByte) {
    const std::size_t whole = shake_hands_partly(port(), 1U << 20U);
    ASSERT_GT(whole, 200U);
    for (std::size_t bytes = 0; bytes < whole; ++bytes) {
        EXPECT_EQ(shake_hands_partly(port(), bytes), bytes);
    }
    expect_to_serve();
    while (server.server.connections().tls_handshakes_failed < whole) expect_to_serve();
    EXPECT_EQ(server.server.connections().tls_handshakes_failed, whole);
}

TEST(TlsDeadline, EndsAHandshakeThatTakesTooLong) {
    server_options options;
    options.times.handshake = options.times.sweep = 1ms;
    running server{over(transport::tls, options)};
    for (const std::string& begun : {std::string{}, handshake{}.answer("").substr(0, 9)}) {
        client peer{server.server.port()};
        peer.send(begun);
        EXPECT_EQ(peer.receive_rest(), "");
    }
    EXPECT_EQ(server.server.connections().tls_handshakes_failed, 2U);
}

TEST(TlsServer, StopsWhileHandshakesHang) {
    running server{over(transport::tls, {})};
    client peer{server.server.port()};
    while (server.server.connections().open == 0) std::this_thread::yield();
    server.server.stop(1h);
    EXPECT_EQ(peer.receive_rest(), "");
}

}  // namespace
}  // namespace partner_center::http
