// Byte streams and what is read in them: each row is tried whole, byte by byte and cut in the
// middle. Calls request_parser.cpp.
// SPDX-License-Identifier: MIT
#include "server/http/request_parser.hpp"

#include <algorithm>
#include <cstddef>
#include <memory>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "server/http/limits.hpp"

namespace partner_center::http {
namespace {

constexpr std::string_view host = "Host: a\r\n";

/// Every request as "METHOD target |body|name=value,…", then what became of the rest.
[[nodiscard]] std::string outcome_of(std::string_view stream, std::size_t piece_bytes) {
    request_parser parser;
    std::string out;
    std::size_t begin = 0;
    std::string bytes;
    for (std::size_t arrived = 0; arrived < stream.size();) {
        arrived = std::min(arrived + piece_bytes, stream.size());
        bytes += stream.substr(bytes.size(), arrived - bytes.size());
        const auto moved = std::make_unique<std::string>(bytes);  // the buffer lies elsewhere now
        bytes = *moved;
        for (bool found = true; found && begin < bytes.size();) {
            const std::span<char> unread{bytes.data() + begin, bytes.size() - begin};
            const auto state = parser.parse(unread);
            found = state == request_parser::state::complete;
            if (state == request_parser::state::failed) {
                return out + std::to_string(row_of(parser.problem().kind).status);
            }
            if (!found) continue;
            const request_view& request = parser.request();
            out.append(request.method).append(" ").append(request.target);
            out.append(" |").append(request.body).append("|");
            for (const field_view& field : request.fields) {
                if (equals_ignoring_case(field.name, "host")) continue;
                out.append(field.name).append("=").append(field.value).append(",");
            }
            out += parser.head().keep_alive ? "; " : " close; ";
            begin += parser.consumed();
            parser.next();
        }
    }
    return out + (begin < stream.size() ? "more" : "");
}

struct row {
    std::string name{};
    std::string stream{};
    std::string outcome{};
};

void PrintTo(const row& row, std::ostream* out) {
    *out << row.name;
}

/// A GET with these lines beside its Host.
[[nodiscard]] std::string get(std::string_view lines) {
    return "GET /a HTTP/1.1\r\n" + std::string{host} + std::string{lines} + "\r\n";
}

/// A POST with these lines and what follows the head.
[[nodiscard]] std::string post(std::string_view lines, std::string_view body) {
    return "POST /a HTTP/1.1\r\n" + std::string{host} + std::string{lines} + "\r\n" +
           std::string{body};
}

[[nodiscard]] std::string chunked(std::string_view body) {
    return post("Transfer-Encoding: chunked\r\n", body);
}

/// A GET with this target.
[[nodiscard]] std::string target(std::string_view text) {
    return "GET " + std::string{text} + " HTTP/1.1\r\n" + std::string{host} + "\r\n";
}

/// A request whose head has exactly this size.
[[nodiscard]] std::string head_of(std::size_t bytes) {
    const std::string rest = get("A: \r\n");
    return get("A: " + std::string(bytes - rest.size(), 'x') + "\r\n");
}

[[nodiscard]] std::string fields(std::size_t count) {
    std::string lines;
    for (std::size_t at = 1; at < count; ++at) lines += "A: b\r\n";  // and the Host
    return lines;
}

const std::string te_echo = "POST /a |hello|Transfer-Encoding=chunked,; ";
using namespace std::string_literals;

const std::vector<row> accepted{
    {"Get", get(""), "GET /a ||; "},
    {"AnyMethod", "FOO /a HTTP/1.1\r\nHost: a\r\n\r\n", "FOO /a ||; "},
    {"Query", target("/a?b=%20c&d"), "GET /a?b=%20c&d ||; "},
    {"FieldValueIsTrimmed", get("A: \t b c \t\r\n"), "GET /a ||A=b c,; "},
    {"EmptyFieldValue", get("A:\r\n"), "GET /a ||A=,; "},
    {"Utf8InAFieldValue", get("A: \xc3\xa9\r\n"), "GET /a ||A=\xc3\xa9,; "},
    {"RepeatedField", get("A: 1\r\nA: 2\r\n"), "GET /a ||A=1,A=2,; "},
    {"ConnectionClose", get("Connection: CLOSE\r\n"), "GET /a ||Connection=CLOSE, close; "},
    {"CloseBesideOthers", get("Connection: x, close\r\n"), "GET /a ||Connection=x, close, close; "},
    {"CloseBesideNothing",
     get("Connection: ,, close ,\t,\r\n"),
     "GET /a ||Connection=,, close ,\t,, close; "},
    {"CloseInTheSecondConnection",
     get("Connection: x\r\nConnection: close\r\n"),
     "GET /a ||Connection=x,Connection=close, close; "},
    {"ClosedIsNotClose", get("Connection: closed\r\n"), "GET /a ||Connection=closed,; "},
    {"ConnectionOfNothing", get("Connection: ,\r\n"), "GET /a ||Connection=,,; "},
    {"EmptyConnection", get("Connection:\r\n"), "GET /a ||Connection=,; "},
    {"ProxyConnectionMeansNothing",
     get("Proxy-Connection: close, x\r\n"),
     "GET /a ||Proxy-Connection=close, x,; "},
    {"EveryCharacterOfANameThatMayBe",
     get("!#$%&'*+-.^_`|~0aZ: b\r\n"),
     "GET /a ||!#$%&'*+-.^_`|~0aZ=b,; "},
    {"ColonsInAValue", get("A:: b:c\r\n"), "GET /a ||A=: b:c,; "},
    {"ValueOfBlanks", get("A: \t \r\n"), "GET /a ||A=,; "},
    {"Http10Closes", "GET / HTTP/1.0\r\n\r\n", "GET / || close; "},
    {"Http10KeepAlive",
     "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
     "GET / ||Connection=keep-alive,; "},
    {"CloseWinsOverKeepAlive",
     "GET / HTTP/1.0\r\nConnection: keep-alive, close\r\n\r\n",
     "GET / ||Connection=keep-alive, close, close; "},
    {"Length", post("Content-Length: 5\r\n", "hello"), "POST /a |hello|Content-Length=5,; "},
    {"LengthZero", post("Content-Length: 0\r\n", ""), "POST /a ||Content-Length=0,; "},
    {"LengthWithLeadingZeros",
     post("Content-Length: 005\r\n", "hello"),
     "POST /a |hello|Content-Length=005,; "},
    {"BodyOfAnyBytes",
     post("Content-Length: 4\r\n", "\0\n\r\n"s),
     "POST /a |\0\n\r\n|Content-Length=4,; "s},
    {"Chunked", chunked("5\r\nhello\r\n0\r\n\r\n"), te_echo},
    {"ChunkedInPieces", chunked("1\r\nh\r\n04\r\nello\r\n00\r\n\r\n"), te_echo},
    {"ChunkedEmpty", chunked("0\r\n\r\n"), "POST /a ||Transfer-Encoding=chunked,; "},
    {"ChunkedUpperCase",
     post("Transfer-Encoding: CHUNKED\r\n", "0\r\n\r\n"),
     "POST /a ||Transfer-Encoding=CHUNKED,; "},
    {"ChunkedThenAnother", chunked("5\r\nhello\r\n0\r\n\r\n") + get(""), te_echo + "GET /a ||; "},
    {"TrailersAreDropped", chunked("5\r\nhello\r\n0\r\nHost: b\r\nA: c\r\n\r\n"), te_echo},
    {"Pipelined",
     get("") + post("Content-Length: 2\r\n", "hi") + get("A: b\r\n"),
     "GET /a ||; POST /a |hi|Content-Length=2,; GET /a ||A=b,; "},
    {"OneEmptyLineBefore", "\r\n" + get(""), "GET /a ||; "},
    {"OneEmptyLineBetween", get("") + "\r\n" + get(""), "GET /a ||; GET /a ||; "},
    {"NotWhole", "GET / HTTP/1.1\r\nHost: a\r\n", "more"},
    {"BodyNotWhole", post("Content-Length: 5\r\n", "hell"), "more"},
    {"ChunkNotWhole", chunked("5\r\nhello\r\n0\r\n"), "more"},
};

const std::vector<row> refused{
    {"BareLineFeeds", "GET / HTTP/1.1\nHost: a\n\n", "400"},
    {"BareLineFeedAfterAField", "GET / HTTP/1.1\r\nHost: a\n\r\n", "400"},
    {"BareLineFeedAtTheEnd", "GET / HTTP/1.1\r\nHost: a\r\n\n", "400"},
    {"BareCarriageReturn", get("A: b\rc\r\n"), "400"},
    {"CarriageReturnBeforeTheEnd", get("A: b\r\r\n"), "400"},
    {"BareCarriageReturnAlone", get("\rA: b\r\n"), "400"},
    {"NulInAValue", get("A: b\0c\r\n"s), "400"},
    {"ControlInAValue", get("A: b\x01\r\n"), "400"},
    {"DeleteInAValue", get("A: b\x7f\r\n"), "400"},
    {"NulInTheTarget", target("/a\0b"s), "400"},
    {"FoldedField", get("A: b\r\n c\r\n"), "400"},
    {"FoldedByTab", get("A: b\r\n\tc\r\n"), "400"},
    {"BlankBeforeTheFirstField", "GET / HTTP/1.1\r\n Host: a\r\n\r\n", "400"},
    {"BlankBeforeTheRequestLine", " GET / HTTP/1.1\r\nHost: a\r\n\r\n", "400"},
    {"BlankBeforeColon", get("A : b\r\n"), "400"},
    {"TabBeforeColon", get("A\t: b\r\n"), "400"},
    {"EmptyName", get(": b\r\n"), "400"},
    {"NoColon", get("A\r\n"), "400"},
    {"NameWithSeparator", get("A(b): c\r\n"), "400"},
    {"NameBeyondAscii", get("\xc3\xa9: c\r\n"), "400"},
    {"ConnectionOfTwoWords", get("Connection: keep-alive close\r\n"), "400"},
    {"ConnectionWithASeparator", get("Connection: close, (x)\r\n"), "400"},
    {"ConnectionWithAParameter", get("Connection: close;a=b\r\n"), "400"},
    {"ConnectionBeyondAscii", get("Connection: \xc3\xa9\r\n"), "400"},
    {"ProxyConnectionOfTwoWords", get("Proxy-Connection: keep-alive close\r\n"), "400"},
    {"BlankInAName", get("A b: c\r\n"), "400"},
    {"NameEndsBeyondAscii", get("A\x80: b\r\n"), "400"},
    {"ControlInAName", get("A\x01: b\r\n"), "400"},
    {"DeleteInAName", get("A\x7f: b\r\n"), "400"},
    {"NulInAName", get("A\0: b\r\n"s), "400"},
    {"ControlAfterTheVersion", "GET / HTTP/1.1\x01\r\nHost: a\r\n\r\n", "400"},
    {"ControlInTheMethod", "G\x01T / HTTP/1.1\r\nHost: a\r\n\r\n", "400"},
    {"ControlInTheTarget", target("/\x01"), "400"},
    {"CarriageReturnInTheTarget", target("/\r"), "400"},
    {"TwoEqualLengths", post("Content-Length: 5\r\nContent-Length: 5\r\n", "hello"), "400"},
    {"TwoLengths", post("Content-Length: 5\r\nContent-Length: 6\r\n", "hello"), "400"},
    {"ListOfLengths", post("Content-Length: 5, 5\r\n", "hello"), "400"},
    {"SignedLength", post("Content-Length: +5\r\n", "hello"), "400"},
    {"NegativeLength", post("Content-Length: -5\r\n", "hello"), "400"},
    {"HexadecimalLength", post("Content-Length: 0x5\r\n", "hello"), "400"},
    {"LengthWithABlank", post("Content-Length: 5 5\r\n", "hello"), "400"},
    {"LengthWithAComma", post("Content-Length: 5,\r\n", "hello"), "400"},
    {"EmptyLength", post("Content-Length:\r\n", ""), "400"},
    {"LengthOverflows", post("Content-Length: 18446744073709551617\r\n", ""), "400"},
    {"LengthThenCoding", post("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", ""), "400"},
    {"CodingThenLength", post("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", ""), "400"},
    {"UnknownCoding", post("Transfer-Encoding: gzip\r\n", ""), "400"},
    {"CodingThatOnlyEndsInChunked", post("Transfer-Encoding: xchunked\r\n", "0\r\n\r\n"), "400"},
    {"TwoCodings", post("Transfer-Encoding: gzip, chunked\r\n", "0\r\n\r\n"), "400"},
    {"ChunkedTwice", post("Transfer-Encoding: chunked, chunked\r\n", "0\r\n\r\n"), "400"},
    {"ChunkedInTwoFields",
     post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"),
     "400"},
    {"QuotedCoding", post("Transfer-Encoding: \"chunked\"\r\n", "0\r\n\r\n"), "400"},
    {"CodingWithParameter", post("Transfer-Encoding: chunked;a=b\r\n", "0\r\n\r\n"), "400"},
    {"CodingWithVerticalTab", post("Transfer-Encoding: \vchunked\r\n", "0\r\n\r\n"), "400"},
    {"CodingIdentity", post("Transfer-Encoding: identity\r\n", ""), "400"},
    {"EmptyCoding", post("Transfer-Encoding:\r\n", ""), "400"},
    {"CodingOnHttp10", "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "400"},
    {"NoHost", "GET / HTTP/1.1\r\n\r\n", "400"},
    {"TwoHosts", get("Host: a\r\n"), "400"},
    {"TwoHostsOnHttp10", "GET / HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n", "400"},
    {"EmptyHost", "GET / HTTP/1.1\r\nHost:\r\n\r\n", "400"},
    {"HostWithAPath", "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", "400"},
    {"HostWithAUser", "GET / HTTP/1.1\r\nHost: a@b\r\n\r\n", "400"},
    {"TwoHostsInOne", "GET / HTTP/1.1\r\nHost: a, b\r\n\r\n", "400"},
    {"AbsoluteTarget", target("http://a/"), "400"},
    {"AsteriskTarget", "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", "400"},
    {"AuthorityTarget", "CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n", "400"},
    {"Fragment", target("/a#b"), "400"},
    {"TargetBeyondAscii", target("/\xc3\xa9"), "400"},
    {"BlankInTheTarget", target("/a b"), "400"},
    {"BrokenEncoding", target("/%zz"), "400"},
    {"CutEncoding", target("/%2"), "400"},
    {"EncodedNul", target("/%00"), "400"},
    {"DotSegment", target("/a/../b"), "400"},
    {"EncodedDotSegment", target("/%2e%2e/b"), "400"},
    {"NoTarget", "GET HTTP/1.1\r\nHost: a\r\n\r\n", "400"},
    {"NoMethod", " / HTTP/1.1\r\nHost: a\r\n\r\n", "400"},
    {"MethodWithSeparator", "G(T / HTTP/1.1\r\nHost: a\r\n\r\n", "400"},
    {"TwoBlanks", "GET  / HTTP/1.1\r\nHost: a\r\n\r\n", "400"},
    {"TabInTheRequestLine", "GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n", "400"},
    {"BlankAfterTheVersion", "GET / HTTP/1.1 \r\nHost: a\r\n\r\n", "400"},
    {"NoVersion", "GET /\r\nHost: a\r\n\r\n", "400"},
    {"NoVersionAndNothingElse", "GET / H\r\n\r\n", "400"},
    {"Http09", "GET / HTTP/0.9\r\nHost: a\r\n\r\n", "400"},
    {"Http12", "GET / HTTP/1.2\r\nHost: a\r\n\r\n", "400"},
    {"Http2Preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "400"},
    {"LowerCaseVersion", "GET / http/1.1\r\nHost: a\r\n\r\n", "400"},
    {"TwoEmptyLinesBefore", "\r\n\r\n" + get(""), "400"},
    {"CarriageReturnAfterTheEmptyLine", "\r\n\r" + get(""), "400"},
    {"TlsHello", "\x16\x03\x01", "400"},
    {"Http2FrameAfterARequest", get("") + "\0\0\x12"s, "GET /a ||; 400"},
    {"SeparatorFirst", "(", "400"},
    {"GarbageAfterARequest", get("") + "\n", "GET /a ||; 400"},
    {"BodyWithoutALengthIsTheNextRequest", post("", "hello\r\n\r\n"), "POST /a ||; 400"},
    {"ChunkExtension", chunked("5;a=b\r\nhello\r\n0\r\n\r\n"), "400"},
    {"ExtensionOnTheLastChunk", chunked("0;a\r\n\r\n"), "400"},
    {"ChunkSizeWithABlank", chunked("5 \r\nhello\r\n0\r\n\r\n"), "400"},
    {"ChunkSizeAfterABlank", chunked(" 5\r\nhello\r\n0\r\n\r\n"), "400"},
    {"ChunkSizeWithAPrefix", chunked("0x5\r\nhello\r\n0\r\n\r\n"), "400"},
    {"SignedChunkSize", chunked("+5\r\nhello\r\n0\r\n\r\n"), "400"},
    {"NegativeChunkSize", chunked("-5\r\nhello\r\n0\r\n\r\n"), "400"},
    {"EmptyChunkSize", chunked("\r\nhello\r\n0\r\n\r\n"), "400"},
    {"ChunkSizeNotHexadecimal", chunked("g\r\nhello\r\n0\r\n\r\n"), "400"},
    {"ChunkSizeTooLong", chunked("00000000000000005\r\nhello\r\n0\r\n\r\n"), "400"},
    {"ChunkSizeEndsInABareLineFeed", chunked("5\nhello\r\n0\r\n\r\n"), "400"},
    {"ChunkEndsInABareLineFeed", chunked("5\r\nhello\n0\r\n\r\n"), "400"},
    {"ChunkLongerThanItsSize", chunked("4\r\nhello\r\n0\r\n\r\n"), "400"},
    {"ChunkEndsInSomethingElse", chunked("5\r\nhelloxx0\r\n\r\n"), "400"},
    {"ChunkShorterThanItsSize", chunked("6\r\nhello\r\n0\r\n\r\n"), "400"},
    {"TrailerWithoutAColon", chunked("0\r\nA\r\n\r\n"), "400"},
    {"TrailerFolded", chunked("0\r\nA: b\r\n c\r\n\r\n"), "400"},
    {"TrailerWithABareLineFeed", chunked("0\r\nA: b\n\r\n"), "400"},
    {"TrailerWithAControl", chunked("0\r\nA: \x01\r\n\r\n"), "400"},
};

class RequestParser : public testing::TestWithParam<row> {};

TEST_P(RequestParser, ReadsTheSameHoweverItIsCut) {
    const row& row = GetParam();
    EXPECT_EQ(outcome_of(row.stream, row.stream.size()), row.outcome);
    EXPECT_EQ(outcome_of(row.stream, 1), row.outcome);
    EXPECT_EQ(outcome_of(row.stream, row.stream.size() / 2 + 1), row.outcome);
}

const auto name_of = [](const auto& info) { return info.param.name; };
INSTANTIATE_TEST_SUITE_P(Accepts, RequestParser, testing::ValuesIn(accepted), name_of);
INSTANTIATE_TEST_SUITE_P(Refuses, RequestParser, testing::ValuesIn(refused), name_of);

/// Every character at each place of a value, because they are looked at many at once.
TEST(RequestParserValues, HaveNoControlCharactersAnywhere) {
    constexpr std::size_t bytes = 65;
    for (std::size_t at = 0; at < bytes; ++at) {
        for (int code = 0; code < 256; ++code) {
            const char c = static_cast<char>(code);
            const bool is_blank = c == ' ' || c == '\t';
            const bool is_control = (code < ' ' && c != '\t') || code == 0x7f;
            std::string value(bytes, 'x');
            value[at] = c;
            const std::string stream = get("A: " + value + "\r\n");
            const bool is_trimmed = is_blank && (at == 0 || at + 1 == bytes);
            if (is_trimmed) value.erase(at, 1);
            const std::string taken = "GET /a ||A=" + value + ",; ";
            ASSERT_EQ(outcome_of(stream, stream.size()), is_control ? "400" : taken)
                << code << " at " << at;
        }
    }
}

TEST(RequestParserLimits, HeadBytes) {
    EXPECT_EQ(outcome_of(head_of(limits::head_bytes_max), 4096).substr(0, 4), "GET ");
    EXPECT_EQ(outcome_of(head_of(limits::head_bytes_max + 1), 4096), "431");
    EXPECT_EQ(outcome_of(std::string(limits::head_bytes_max - 1, 'x'), 4096), "more");
    EXPECT_EQ(outcome_of(std::string(limits::head_bytes_max, 'x'), 4096), "431");
}

TEST(RequestParserLimits, Fields) {
    EXPECT_EQ(outcome_of(get(fields(limits::fields_max)), 4096).substr(0, 4), "GET ");
    EXPECT_EQ(outcome_of(get(fields(limits::fields_max + 1)), 4096), "431");
}

TEST(RequestParserLimits, DeclaredBodyIsRefusedBeforeItComes) {
    const auto declare = [](std::size_t bytes) {
        return post("Content-Length: " + std::to_string(bytes) + "\r\n", "");
    };
    EXPECT_EQ(outcome_of(declare(limits::body_bytes_max), 4096), "more");
    EXPECT_EQ(outcome_of(declare(limits::body_bytes_max + 1), 4096), "413");
}

TEST(RequestParserLimits, ChunkedBodyIsRefusedAtTheSizeThatIsTooMuch) {
    EXPECT_EQ(outcome_of(chunked("100000\r\n"), 4096), "more");
    EXPECT_EQ(outcome_of(chunked("100001\r\n"), 4096), "413");
    EXPECT_EQ(outcome_of(chunked("1\r\nx\r\nfffff\r\n"), 4096), "more");
    EXPECT_EQ(outcome_of(chunked("1\r\nx\r\n100000\r\n"), 4096), "413");
    EXPECT_EQ(outcome_of(chunked("ffffffffffffffff\r\n"), 4096), "413");
}

TEST(RequestParserLimits, FramingOfTinyChunks) {
    const std::string tiny = "1\r\nx\r\n";
    std::string body;
    while (body.size() + tiny.size() <= limits::chunked_bytes_max) body += tiny;
    EXPECT_EQ(outcome_of(chunked(body), body.size() * 2), "more");
    EXPECT_EQ(outcome_of(chunked(body + tiny), body.size() * 2), "413");
}

TEST(RequestParserLimits, Trailers) {
    const auto trailers = [](std::size_t bytes) {
        return chunked("0\r\nA: " + std::string(bytes - 7, 'x') + "\r\n\r\n");
    };
    EXPECT_EQ(outcome_of(trailers(limits::trailer_bytes_max), 4096).substr(0, 5), "POST ");
    EXPECT_EQ(outcome_of(trailers(limits::trailer_bytes_max + 1), 4096), "400");
}

}  // namespace
}  // namespace partner_center::http
