// The table of byte streams. A refusal says 400 and ends the connection; a good request behind it
// is never answered. Bodies are seen through the token endpoint, which names the grant it was asked
// for; smuggled requests carry the canary's id.
// SPDX-License-Identifier: MIT
#include "tests/wire/cases.hpp"

#include <cstddef>
#include <utility>

#include "server/http/limits.hpp"

namespace partner_center::wire {
namespace {

using namespace std::string_literals;
namespace limits = http::limits;
using enum ending;

const std::string host = "Host: partnerd\r\n";
const std::string canary =
    "GET /healthz HTTP/1.1\r\nHost: smuggled\r\nMS-RequestId: " + std::string{canary_id} +
    "\r\n\r\n";
const std::string last_chunk = "0\r\n\r\n";
const std::string form = "grant_type=password";  // 19 bytes, 13 in hexadecimal
const std::string form_chunk = "13\r\n" + form + "\r\n";
const std::string customer = "/customers/6f1c9a52-3d0e-4b7c-9c11-5a2e8d40b7f3/profiles/billing";

const expected_answer healthy{200, R"({"status":"ok"})"};
const expected_answer malformed{400, R"({"code":800002,)"};
const expected_answer too_large{413, R"({"code":800002,)"};
const expected_answer head_too_large{431, R"({"code":800002,)"};
const expected_answer wrong_method{405, R"({"status":"method not allowed"})"};
const expected_answer no_token{401, R"({"code":800001,)"};
const expected_answer no_route{404, R"({"code":1000,)"};
const expected_answer form_was_read{400, R"("error":"unsupported_grant_type")"};
const expected_answer form_was_empty{400, "AADSTS900144"};

/// A request with this line and these lines beside its Host.
[[nodiscard]] std::string request(const std::string& line, const std::string& lines) {
    return line + "\r\n" + host + lines + "\r\n";
}
[[nodiscard]] std::string get(const std::string& lines) {
    return request("GET /healthz HTTP/1.1", lines);
}
[[nodiscard]] std::string target(const std::string& text) {
    return request("GET " + text + " HTTP/1.1", "");
}
[[nodiscard]] std::string method(const std::string& text) {
    return request(text + " /healthz HTTP/1.1", "");
}
/// A question to the token endpoint, known by its id, and what follows its head.
[[nodiscard]] std::string post(const std::string& lines, const std::string& rest) {
    constexpr std::string_view line =
        "POST /b0d7e3a4-52c8-4f19-8e6d-1fa3c95b2e70/oauth2/token HTTP/1.1";
    const std::string own_lines =
        "Content-Type: application/x-www-form-urlencoded\r\n"
        "MS-RequestId: 0b5e55ed-0000-4000-8000-000000000001\r\n";
    return request(std::string{line}, own_lines + lines) + rest;
}
[[nodiscard]] std::string length(const std::string& value, const std::string& rest) {
    return post("Content-Length: " + value + "\r\n", rest);
}
[[nodiscard]] std::string chunked(const std::string& rest) {
    return post("Transfer-Encoding: chunked\r\n", rest);
}
/// A body that ends early for whoever does not read this coding, with a request behind.
[[nodiscard]] std::string coding(const std::string& value) {
    return post("Transfer-Encoding:" + value + "\r\n", last_chunk + canary);
}
/// A GET whose head has exactly this size.
[[nodiscard]] std::string head_of(std::size_t bytes) {
    const std::string rest = get("A: \r\n");
    return get("A: " + std::string(bytes - rest.size(), 'x') + "\r\n");
}
[[nodiscard]] std::string fields(std::size_t count) {
    std::string lines;
    for (std::size_t at = 1; at < count; ++at) lines += "A: b\r\n";  // and the Host
    return lines;
}
[[nodiscard]] std::string trailer_of(std::size_t bytes) {
    return "A: " + std::string(bytes - "A: \r\n\r\n"s.size(), 'x') + "\r\n\r\n";
}
[[nodiscard]] std::string times(std::size_t count, const std::string& text) {
    std::string out;
    for (std::size_t at = 0; at < count; ++at) out += text;
    return out;
}

[[nodiscard]] std::vector<wire_case> accepted() {
    const std::string body_max(limits::body_bytes_max, 'x');
    const std::string tls = "GET /healthz HTTP/1.0\r\n";
    return {
        {"Get", get(""), {healthy}, kept},
        {"GetWithToken",
         request("GET /v1" + customer + " HTTP/1.1", "Authorization: Bearer {token}\r\n"),
         {{200, R"("firstName")"}},
         kept},
        {"LowerCaseFieldNames",
         request("GET /v1" + customer + " HTTP/1.1", "authorization: bEARER {token}\r\n"),
         {{200, R"("firstName")"}},
         kept},
        {"Head", method("HEAD"), {{200, ""}}, kept, true},
        {"HeadOfNothing", request("HEAD /nothing HTTP/1.1", ""), {{404, ""}}, kept, true},
        {"Trace", method("TRACE"), {wrong_method}, kept},
        {"Options", method("OPTIONS"), {wrong_method}, kept},
        {"ConnectWithAPath", method("CONNECT"), {wrong_method}, kept},
        {"UnknownMethod", method("BREW"), {wrong_method}, kept},
        {"LowerCaseMethod", method("get"), {wrong_method}, kept},
        {"MethodOfMarks", method("!#$%&'*+-.^_`|~"), {wrong_method}, kept},
        {"LongMethod", method(std::string(1000, 'M')), {wrong_method}, kept},
        {"ValueWithBlanks", get("A: \t b c \t\r\n"), {healthy}, kept},
        {"ValueBeyondAscii", get("A: \xc3\xa9\xff\r\n"), {healthy}, kept},
        {"EmptyValue", get("A:\r\n"), {healthy}, kept},
        {"RepeatedField", get("A: 1\r\na: 2\r\n"), {healthy}, kept},
        {"UnderscoreIsNoHyphen",
         post("Content-Length: 19\r\nTransfer_Encoding: chunked\r\n", form),
         {form_was_read},
         kept},
        {"HostWithPort", "GET /healthz HTTP/1.1\r\nHost: a:80\r\n\r\n", {healthy}, kept},
        {"HostIsAnAddress", "GET /healthz HTTP/1.1\r\nHost: [::1]:80\r\n\r\n", {healthy}, kept},
        {"ConnectionClose", get("Connection: close\r\n") + canary, {healthy}, closed},
        {"ConnectionCloseInAList", get("Connection: a, CLOSE\r\n") + canary, {healthy}, closed},
        {"Http10", tls + "\r\n" + canary, {healthy}, closed},
        {"Http10KeepAlive", tls + "Connection: keep-alive\r\n\r\n", {healthy}, kept},
        {"Http10CloseWins",
         tls + "Connection: keep-alive, close\r\n\r\n" + canary,
         {healthy},
         closed},
        {"Http10WithLength",
         "POST /healthz HTTP/1.0\r\nContent-Length: 5\r\n\r\nhello",
         {wrong_method},
         closed},
        {"EmptyLineFirst", "\r\n" + get(""), {healthy}, kept},
        {"EmptyLineBetween", get("") + "\r\n" + get(""), {healthy, healthy}, kept},
        {"Length", length("19", form), {form_was_read}, kept},
        {"LengthWithZeros", length("0019", form), {form_was_read}, kept},
        {"LengthWithBlanksAround", length("\t 19 \t", form), {form_was_read}, kept},
        {"LengthZero", length("0", ""), {form_was_empty}, kept},
        {"NoLengthNoBody", post("", canary), {form_was_empty, healthy}, kept},
        {"BodyOnGet", get("Content-Length: 5\r\n") + "hello" + get(""), {healthy, healthy}, kept},
        {"BodyIsNoRequest",
         length(std::to_string(canary.size()), canary) + get(""),
         {form_was_empty, healthy},
         kept},
        {"BodyOnUnknownRoute",
         request("PUT /nothing HTTP/1.1", "Content-Length: 19\r\n") + form + get(""),
         {no_route, healthy},
         kept},
        {"BodyWithoutToken",
         request("GET /v1" + customer + " HTTP/1.1", "Content-Length: 19\r\n") + form + get(""),
         {no_token, healthy},
         kept},
        {"Chunked", chunked(form_chunk + last_chunk), {form_was_read}, kept},
        {"ChunkedInPieces",
         chunked("5\r\ngrant\r\n00e\r\n_type=password\r\n00\r\n\r\n"),
         {form_was_read},
         kept},
        {"ChunkedEmpty", chunked(last_chunk), {form_was_empty}, kept},
        {"ChunkedInTinyPieces",
         chunked(times(1000, "1\r\nx\r\n") + last_chunk),
         {form_was_empty},
         kept},
        {"ChunkedThenAnother",
         chunked(form_chunk + last_chunk) + get(""),
         {form_was_read, healthy},
         kept},
        {"ChunkedInCapitals",
         post("TRANSFER-ENCODING: CHUNKED\r\n", form_chunk + last_chunk),
         {form_was_read},
         kept},
        {"ChunkedWithBlanksAround",
         post("Transfer-Encoding:\t chunked \t\r\n", form_chunk + last_chunk),
         {form_was_read},
         kept},
        {"ChunkedWithoutABlank",
         post("Transfer-Encoding:chunked\r\n", form_chunk + last_chunk),
         {form_was_read},
         kept},
        {"ChunkSizeOfSixteenDigits",
         chunked("0000000000000013\r\n" + form + "\r\n" + last_chunk),
         {form_was_read},
         kept},
        {"ChunkHoldsARequest",
         chunked("5d\r\n" + canary + "\r\n" + last_chunk) + get(""),
         {form_was_empty, healthy},
         kept},
        {"Trailers", chunked(form_chunk + "0\r\nA: b\r\nC: d\r\n\r\n"), {form_was_read}, kept},
        {"TrailerLengthIsDropped",
         chunked(form_chunk + "0\r\nContent-Length: 5\r\n\r\n") + get(""),
         {form_was_read, healthy},
         kept},
        {"TrailerCodingIsDropped",
         chunked(form_chunk + "0\r\nTransfer-Encoding: gzip\r\n\r\n") + get(""),
         {form_was_read, healthy},
         kept},
        {"TrailerHostIsDropped",
         chunked(form_chunk + "0\r\nHost: other\r\n\r\n") + get(""),
         {form_was_read, healthy},
         kept},
        {"TrailersAtTheLimit",
         chunked(form_chunk + "0\r\n" + trailer_of(limits::trailer_bytes_max)),
         {form_was_read},
         kept},
        {"Expectation",
         post("Expect: 100-Continue\r\nContent-Length: 19\r\n", form),
         {form_was_read},
         kept},
        {"UnknownExpectation",
         post("Expect: miracles\r\nContent-Length: 19\r\n", form),
         {form_was_read},
         kept},
        {"ExpectationOfHttp10",
         tls + "Expect: 100-continue\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\nhi",
         {healthy},
         kept},
        {"ExpectationWithoutABody", get("Expect: 100-continue\r\n"), {healthy}, kept},
        {"PipelinedMany", times(200, get("")), std::vector<expected_answer>(200, healthy), kept},
        {"PipelinedMixed",
         get("") + length("19", form) + chunked(form_chunk + last_chunk) + method("BREW"),
         {healthy, form_was_read, form_was_read, wrong_method},
         kept},
        {"Query", target("/healthz?a=%20b&c=/../"), {healthy}, kept},
        {"QueryWithNothing", target("/healthz?"), {healthy}, kept},
        {"RunsOfSlashes", target("/v1/" + customer), {no_token}, kept},
        {"SlashesFirst", target("//v1" + customer), {no_token}, kept},
        {"ManySlashes", target("/v1////" + customer + "//"), {no_token}, kept},
        {"DoubledVersion", target("/v1//v1" + customer), {no_token}, kept},
        {"TrailingSlash", target("/v1" + customer + "/"), {no_token}, kept},
        {"AnyCase", target("/V1/Customers" + customer.substr(10)), {no_token}, kept},
        {"EncodedLetters", target("/%76%31" + customer), {no_token}, kept},
        {"EncodedSlashIsNoSlash", target("/v1%2f" + customer.substr(1)), {no_route}, kept},
        {"EncodedTwice", target("/%252e%252e/healthz"), {no_route}, kept},
        {"OverlongSlash", target("/..%c0%af/healthz"), {no_route}, kept},
        {"OverlongDots", target("/%c0%ae%c0%ae/healthz"), {no_route}, kept},
        {"InvalidUtf8", target("/%ff%fe"), {no_route}, kept},
        {"ThreeDots", target("/.../healthz"), {no_route}, kept},
        {"OnlySlashes", target("////"), {no_route}, kept},
        {"LongTarget", target("/healthz?" + std::string(30'000, 'x')), {healthy}, kept},
        {"HeadAtTheLimit", head_of(limits::head_bytes_max), {healthy}, kept},
        {"FieldsAtTheLimit", get(fields(limits::fields_max)), {healthy}, kept},
        {"BodyAtTheLimit",
         request("PUT /nothing HTTP/1.1", "Content-Length: 1048576\r\n") + body_max,
         {no_route},
         kept},
        {"ChunkedAtTheLimit",
         request("PUT /nothing HTTP/1.1", "Transfer-Encoding: chunked\r\n") + "100000\r\n" +
             body_max + "\r\n" + last_chunk,
         {no_route},
         kept},
    };
}

[[nodiscard]] std::vector<wire_case> over_the_limits() {
    const std::string chunks = times(limits::chunked_bytes_max / 6 + 1, "1\r\nx\r\n");
    return {
        {"HeadOverTheLimit",
         head_of(limits::head_bytes_max + 1) + canary,
         {head_too_large},
         closed},
        {"EndlessRequestLine", "GET /" + std::string(40'000, 'x'), {head_too_large}, closed},
        {"EndlessField",
         get("").substr(0, 40) + std::string(40'000, 'x'),
         {head_too_large},
         closed},
        {"FieldsOverTheLimit",
         get(fields(limits::fields_max + 1)) + canary,
         {head_too_large},
         closed},
        {"DeclaredOverTheLimit", length("1048577", canary), {too_large}, closed},
        {"DeclaredFarOverTheLimit", length("9223372036854775807", canary), {too_large}, closed},
        {"DeclaredAllBits", length("18446744073709551615", canary), {too_large}, closed},
        {"DeclaredOverTheLimitWithExpectation",
         post("Expect: 100-continue\r\nContent-Length: 1048577\r\n", ""),
         {too_large},
         closed},
        {"ChunkOverTheLimit", chunked("100001\r\n" + canary), {too_large}, closed},
        {"ChunksOverTheLimit", chunked("1\r\nx\r\n100000\r\n" + canary), {too_large}, closed},
        {"ChunkOfAllBits", chunked("ffffffffffffffff\r\n" + canary), {too_large}, closed},
        {"FramingOverTheLimit", chunked(chunks), {too_large}, closed},
    };
}

using stream = std::pair<std::string, std::string>;

const std::vector<stream> refused_lines{
    {"BareLineFeeds", "GET /healthz HTTP/1.1\nHost: a\n\n" + canary},
    {"BareLineFeedAfterTheRequestLine", "GET /healthz HTTP/1.1\nHost: a\r\n\r\n" + canary},
    {"BareLineFeedAfterAField", "GET /healthz HTTP/1.1\r\nHost: a\n\r\n" + canary},
    {"BareLineFeedAtTheEnd", "GET /healthz HTTP/1.1\r\nHost: a\r\n\n" + canary},
    {"BareLineFeedInAValue", get("A: b\nTransfer-Encoding: chunked\r\n") + canary},
    {"BareCarriageReturnInAValue", get("A: b\rTransfer-Encoding: chunked\r\n") + canary},
    {"BareCarriageReturnAtTheEnd", "GET /healthz HTTP/1.1\r\nHost: a\r\n\rX\r\n\r\n" + canary},
    {"TwoCarriageReturns", get("A: b\r\r\n") + canary},
    {"FoldedByBlank", get("A: b\r\n c\r\n") + canary},
    {"FoldedByTab", get("A: b\r\n\tc\r\n") + canary},
    {"FoldedCoding", post("Transfer-Encoding:\r\n chunked\r\n", last_chunk + canary)},
    {"FoldedLength", post("Content-Length: 1\r\n 9\r\n", form + canary)},
    {"CodingFoldedAway", post("A: b\r\n Transfer-Encoding: chunked\r\n", last_chunk + canary)},
    {"BlankBeforeTheFirstField", "GET /healthz HTTP/1.1\r\n Host: a\r\n\r\n" + canary},
    {"BlankLineOfABlank", "GET /healthz HTTP/1.1\r\nHost: a\r\n \r\n" + canary},
    {"BlankBeforeColon", get("A : b\r\n") + canary},
    {"BlankBeforeColonOfCoding", post("Transfer-Encoding : chunked\r\n", last_chunk + canary)},
    {"BlankBeforeColonOfLength", post("Content-Length : 19\r\n", form + canary)},
    {"TabBeforeColon", get("A\t: b\r\n") + canary},
    {"EmptyName", get(": b\r\n") + canary},
    {"NoColon", get("A\r\n") + canary},
    {"NameWithSeparator", get("A(b): c\r\n") + canary},
    {"NameWithBlank", get("A b: c\r\n") + canary},
    {"NameBeyondAscii", get("\xc3\xa9: c\r\n") + canary},
    {"NulInAName", get("A\0: b\r\n"s) + canary},
    {"NulInCoding", post("Transfer-Encoding\0: chunked\r\n"s, last_chunk + canary)},
    {"NulInAValue", get("A: b\0c\r\n"s) + canary},
    {"ControlInAValue", get("A: b\x01\r\n") + canary},
    {"VerticalTabInAValue", get("A: b\vc\r\n") + canary},
    {"EscapeInAValue", get("A: \x1b[2J\r\n") + canary},
    {"DeleteInAValue", get("A: b\x7f\r\n") + canary},
    {"ControlInAName", get("A\x01: b\r\n") + canary},
    {"NoHost", "GET /healthz HTTP/1.1\r\n\r\n" + canary},
    {"TwoHosts", get("Host: partnerd\r\n") + canary},
    {"TwoOtherHosts", get("hOST: other\r\n") + canary},
    {"TwoHostsOnHttp10", "GET /healthz HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n" + canary},
    {"EmptyHost", "GET /healthz HTTP/1.1\r\nHost:\r\n\r\n" + canary},
    {"HostWithAPath", "GET /healthz HTTP/1.1\r\nHost: a/b\r\n\r\n" + canary},
    {"HostWithAUser", "GET /healthz HTTP/1.1\r\nHost: a@b\r\n\r\n" + canary},
    {"HostWithABlank", "GET /healthz HTTP/1.1\r\nHost: a b\r\n\r\n" + canary},
    {"HostList", "GET /healthz HTTP/1.1\r\nHost: a, b\r\n\r\n" + canary},
    {"HostWithAWord", "GET /healthz HTTP/1.1\r\nHost: a:port\r\n\r\n" + canary},
    {"HostIsAnOpenAddress", "GET /healthz HTTP/1.1\r\nHost: [::1\r\n\r\n" + canary},
    {"TwoEmptyLinesFirst", "\r\n\r\n" + get("")},
    {"LineFeedFirst", "\n" + get("")},
    {"CarriageReturnFirst", "\r" + get("")},
    {"GarbageAfterARequestOnly", "\x01\x02\x03" + canary},
};

const std::vector<stream> refused_request_lines{
    {"Http09", "GET /healthz\r\n" + canary},
    {"Http09WithFields", "GET /healthz\r\n" + host + "\r\n" + canary},
    {"VersionZeroNine", request("GET /healthz HTTP/0.9", "") + canary},
    {"VersionOneTwo", request("GET /healthz HTTP/1.2", "") + canary},
    {"VersionTwo", request("GET /healthz HTTP/2.0", "") + canary},
    {"VersionTwoWithoutADot", request("GET /healthz HTTP/2", "") + canary},
    {"VersionOneOneOne", request("GET /healthz HTTP/1.1.1", "") + canary},
    {"VersionWithZeros", request("GET /healthz HTTP/01.1", "") + canary},
    {"VersionInLowerCase", request("GET /healthz http/1.1", "") + canary},
    {"VersionOfAnother", request("GET /healthz ICAP/1.0", "") + canary},
    {"Http2Preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + canary},
    {"TlsHello", "\x16\x03\x01\x00\xf4\x01\x00\x00\xf0\x03\x03"s + canary},
    {"Socks", "\x05\x01\x00"s + canary},
    {"Garbage", "\xff\xfe\x00\x01"s + canary},
    {"BlankFirst", " GET /healthz HTTP/1.1\r\n" + host + "\r\n" + canary},
    {"TwoBlanks", request("GET  /healthz HTTP/1.1", "") + canary},
    {"TwoBlanksBeforeTheVersion", request("GET /healthz  HTTP/1.1", "") + canary},
    {"BlankAfterTheVersion", request("GET /healthz HTTP/1.1 ", "") + canary},
    {"Tabs", request("GET\t/healthz\tHTTP/1.1", "") + canary},
    {"NoTarget", request("GET HTTP/1.1", "") + canary},
    {"EmptyTarget", request("GET  HTTP/1.1", "") + canary},
    {"MethodWithSeparator", request("G(T /healthz HTTP/1.1", "") + canary},
    {"MethodBeyondAscii", request("G\xc3\xa9T /healthz HTTP/1.1", "") + canary},
    {"NulInTheMethod", request("GE\0T /healthz HTTP/1.1"s, "") + canary},
    {"AbsoluteForm", target("http://partnerd/healthz") + canary},
    {"AbsoluteFormOfAnotherHost", target("http://other/healthz") + canary},
    {"AuthorityForm", request("CONNECT partnerd:443 HTTP/1.1", "") + canary},
    {"AsteriskForm", request("OPTIONS * HTTP/1.1", "") + canary},
    {"QueryOnly", target("?a=b") + canary},
    {"NameOnly", target("healthz") + canary},
    {"Fragment", target("/healthz#a") + canary},
    {"RawBeyondAscii", target("/\xc3\xa9") + canary},
    {"RawOverlongSlash", target("/..\xc0\xaf") + canary},
    {"NulInTheTarget", target("/healthz\0"s) + canary},
    {"ControlInTheTarget", target("/healthz\x01") + canary},
    {"DeleteInTheTarget", target("/healthz\x7f") + canary},
    {"BlankInTheTarget", target("/health z") + canary},
    {"CarriageReturnInTheTarget", target("/healthz\rX") + canary},
    {"PercentAlone", target("/%") + canary},
    {"PercentCut", target("/%4") + canary},
    {"PercentNotHexadecimal", target("/%zz") + canary},
    {"PercentNul", target("/healthz%00") + canary},
    {"PercentNulInTheQuery", target("/healthz?a=%00") + canary},
    {"DotSegment", target("/./healthz") + canary},
    {"DotSegments", target("/v1/../healthz") + canary},
    {"DotSegmentsAtTheEnd", target("/v1/..") + canary},
    {"EncodedDotSegments", target("/v1/%2e%2e/healthz") + canary},
    {"HalfEncodedDotSegments", target("/v1/.%2E/healthz") + canary},
    {"DotSegmentsBeforeAnEncodedSlash", target("/v1/..%2fhealthz") + canary},
    {"DotSegmentsBetweenEncodedSlashes", target("/v1%2f..%2Fhealthz") + canary},
    {"Backslash", target("/v1\\healthz") + canary},
    {"EncodedBackslash", target("/v1%5chealthz") + canary},
};

const std::vector<stream> refused_lengths{
    {"TwoEqualLengths", post("Content-Length: 19\r\nContent-Length: 19\r\n", form + canary)},
    {"TwoLengths", post("Content-Length: 19\r\nContent-Length: 0\r\n", form + canary)},
    {"TwoLengthsTheLongerLast", post("Content-Length: 0\r\nContent-Length: 19\r\n", form + canary)},
    {"ListOfEqualLengths", length("19, 19", form + canary)},
    {"ListOfLengths", length("0, 19", form + canary)},
    {"LengthWithComma", length("19,", form + canary)},
    {"LengthWithPlus", length("+19", form + canary)},
    {"LengthWithMinus", length("-19", form + canary)},
    {"LengthMinusZero", length("-0", canary)},
    {"LengthWithBlankInside", length("1 9", form + canary)},
    {"LengthWithTwoNumbers", length(" 5 5", form + canary)},
    {"LengthHexadecimal", length("0x13", form + canary)},
    {"LengthWithExponent", length("1e1", form + canary)},
    {"LengthWithFraction", length("19.0", form + canary)},
    {"LengthWithUnit", length("19b", form + canary)},
    {"LengthQuoted", length("\"19\"", form + canary)},
    {"LengthEmpty", length("", canary)},
    {"LengthOverflows", length("18446744073709551616", canary)},
    {"LengthOverflowsToSmall", length("18446744073709551635", form + canary)},
    {"LengthFarTooLong", length(std::string(200, '9'), canary)},
    {"LengthBeyondAscii", length("\xef\xbc\x95", canary)},
    {"LengthWithVerticalTab", length("\v19", form + canary)},
    {"LengthThenCoding",
     post("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", last_chunk + canary)},
    {"CodingThenLength",
     post("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", last_chunk + canary)},
    {"LengthZeroAndCoding",
     post("Content-Length: 0\r\nTransfer-Encoding: chunked\r\n", last_chunk + canary)},
    {"LengthAndUnknownCoding",
     post("Content-Length: 19\r\nTransfer-Encoding: xchunked\r\n", form + canary)},
    {"LengthTooLargeAndCoding",
     post("Content-Length: 1048577\r\nTransfer-Encoding: chunked\r\n", last_chunk + canary)},
};

/// Spellings of Transfer-Encoding that somebody, somewhere, takes for chunked or for nothing.
const std::vector<stream> refused_codings{
    {"Gzip", " gzip"},
    {"Identity", " identity"},
    {"XChunked", " xchunked"},
    {"ChunkedX", " chunkedx"},
    {"Chunk", " chunk"},
    {"ChunkedTwice", " chunked, chunked"},
    {"GzipThenChunked", " gzip, chunked"},
    {"ChunkedThenGzip", " chunked, gzip"},
    {"IdentityThenChunked", " identity, chunked"},
    {"ChunkedThenIdentity", " chunked, identity"},
    {"TrailingComma", " chunked,"},
    {"LeadingComma", " ,chunked"},
    {"Semicolon", " chunked;"},
    {"Parameter", " chunked;a=b"},
    {"Quoted", " \"chunked\""},
    {"SingleQuoted", " 'chunked'"},
    {"InBrackets", " [chunked]"},
    {"BlankInside", " chun ked"},
    {"VerticalTabBefore", " \vchunked"},
    {"VerticalTabAfter", " chunked\v"},
    {"FormFeedBefore", " \fchunked"},
    {"FormFeedAfter", " chunked\f"},
    {"NulAfter", " chunked\0"s},
    {"BlankBeyondAscii",
     " \xc2\xa0"
     "chunked"},
    {"Backspace", " chunked\b"},
    {"CarriageReturnBefore", " \rchunked"},
    {"LineFeedBefore", " \nchunked"},
    {"Empty", ""},
    {"Blank", " "},
    {"Comma", " ,"},
    {"Colon", ": chunked"},
    {"TwoFields", " chunked\r\nTransfer-Encoding: chunked"},
    {"TwoFieldsTheSecondUnknown", " chunked\r\nTransfer-Encoding: x"},
    {"TwoFieldsTheFirstUnknown", " x\r\nTransfer-Encoding: chunked"},
    {"TwoFieldsOneIdentity", " identity\r\nTransfer-Encoding: chunked"},
    {"ExtraFieldLine", " chunked\r\n\0Transfer-Encoding: x"s},
};

/// What follows the head of a chunked request.
const std::vector<stream> refused_chunks{
    {"SizeWithAPrefix", "0x13\r\n" + form + "\r\n" + last_chunk},
    {"SizeWithPlus", "+13\r\n" + form + "\r\n" + last_chunk},
    {"SizeWithMinus", "-1\r\n" + form + "\r\n" + last_chunk},
    {"SizeMinusZero", "-0\r\n\r\n"},
    {"SizeOfTwoNumbers", "13 13\r\n" + form + "\r\n" + last_chunk},
    {"SizeBeforeABlank", "13 \r\n" + form + "\r\n" + last_chunk},
    {"SizeAfterABlank", " 13\r\n" + form + "\r\n" + last_chunk},
    {"SizeBeforeATab", "13\t\r\n" + form + "\r\n" + last_chunk},
    {"SizeOfSeventeenDigits", "00000000000000013\r\n" + form + "\r\n" + last_chunk},
    {"SizeOverflows", "10000000000000000\r\n" + form + "\r\n" + last_chunk},
    {"SizeOverflowsToSmall", "10000000000000013\r\n" + form + "\r\n" + last_chunk},
    {"SizeNotHexadecimal", "g\r\n" + form + "\r\n" + last_chunk},
    {"SizeEmpty", "\r\n" + form + "\r\n" + last_chunk},
    {"SizeWithANul", "13\0\r\n"s + form + "\r\n" + last_chunk},
    {"SizeWithAComma", "1,3\r\n" + form + "\r\n" + last_chunk},
    {"SizeEndsInALineFeed", "13\n" + form + "\r\n" + last_chunk},
    {"SizeEndsInTwoCarriageReturns", "13\r\r\n" + form + "\r\n" + last_chunk},
    {"DataEndsInALineFeed", "13\r\n" + form + "\n" + last_chunk},
    {"DataEndsInACarriageReturn", "13\r\n" + form + "\r" + last_chunk},
    {"DataWithoutItsEnd", "13\r\n" + form + last_chunk},
    {"DataLongerThanItsSize", "12\r\n" + form + "\r\n" + last_chunk},
    {"DataShorterThanItsSize", "14\r\n" + form + "\r\n" + last_chunk},
    {"Extension", "13;a=b\r\n" + form + "\r\n" + last_chunk},
    {"ExtensionAlone", "13;\r\n" + form + "\r\n" + last_chunk},
    {"ExtensionQuoted", "13;a=\"b\"\r\n" + form + "\r\n" + last_chunk},
    {"ExtensionQuotedOpen", "13;a=\"b\r\n" + form + "\r\n" + last_chunk},
    {"ExtensionEndsInALineFeed", "13;a\n" + form + "\r\n" + last_chunk},
    {"ExtensionHoldsALineFeed", "13;a\nb\r\n" + form + "\r\n" + last_chunk},
    {"ExtensionOfTheLastChunk", form_chunk + "0;a\r\n\r\n"},
    {"ExtensionFarTooLong", "13;" + std::string(20'000, 'a') + "\r\n" + form + "\r\n" + last_chunk},
    {"LastChunkEndsInALineFeed", form_chunk + "0\n\r\n"},
    {"EndIsALineFeed", form_chunk + "0\r\n\n"},
    {"TrailerWithoutAColon", form_chunk + "0\r\nA\r\n\r\n"},
    {"TrailerWithoutAName", form_chunk + "0\r\n: a\r\n\r\n"},
    {"TrailerWithABlankBeforeItsColon", form_chunk + "0\r\nA : b\r\n\r\n"},
    {"TrailerFoldedByBlank", form_chunk + "0\r\nA: b\r\n c\r\n\r\n"},
    {"TrailerFoldedByTab", form_chunk + "0\r\nA: b\r\n\tc\r\n\r\n"},
    {"TrailerWithALineFeed", form_chunk + "0\r\nA: b\n\r\n"},
    {"TrailerWithACarriageReturn", form_chunk + "0\r\nA: b\rc\r\n\r\n"},
    {"TrailerWithANul", form_chunk + "0\r\nA: \0\r\n\r\n"s},
    {"TrailersTooLarge", form_chunk + "0\r\n" + trailer_of(limits::trailer_bytes_max + 1)},
    {"RequestInsteadOfTheTrailers", form_chunk + "0\r\n"},
};

/// A client that ends, or falls silent, at every stage of a request.
const std::vector<stream> unfinished{
    {"Nothing", ""},
    {"CarriageReturn", "\r"},
    {"EmptyLine", "\r\n"},
    {"OneByte", "G"},
    {"Method", "GET"},
    {"MethodAndBlank", "GET "},
    {"HalfATarget", "GET /hea"},
    {"Target", "GET /healthz"},
    {"HalfAVersion", "GET /healthz HTTP/1"},
    {"Version", "GET /healthz HTTP/1.1"},
    {"VersionAndCarriageReturn", "GET /healthz HTTP/1.1\r"},
    {"RequestLine", "GET /healthz HTTP/1.1\r\n"},
    {"HalfAFieldName", "GET /healthz HTTP/1.1\r\nHo"},
    {"HalfAFieldValue", "GET /healthz HTTP/1.1\r\nHost: a"},
    {"Fields", "GET /healthz HTTP/1.1\r\nHost: a\r\n"},
    {"AllButALineFeed", "GET /healthz HTTP/1.1\r\nHost: a\r\n\r"},
    {"HeadOfABody", length("19", "")},
    {"HalfABody", length("19", form.substr(9))},
    {"AllButAByteOfABody", length("19", form.substr(1))},
    {"HeadOfAChunkedBody", chunked("")},
    {"HalfAChunkSize", chunked("1")},
    {"ChunkSize", chunked("13")},
    {"ChunkSizeAndCarriageReturn", chunked("13\r")},
    {"ChunkSizeLine", chunked("13\r\n")},
    {"HalfAChunk", chunked("13\r\n" + form.substr(9))},
    {"ChunkData", chunked("13\r\n" + form)},
    {"ChunkDataAndCarriageReturn", chunked("13\r\n" + form + "\r")},
    {"Chunk", chunked(form_chunk)},
    {"LastChunk", chunked(form_chunk + "0\r\n")},
    {"LastChunkAndCarriageReturn", chunked(form_chunk + "0\r\n\r")},
    {"HalfATrailer", chunked(form_chunk + "0\r\nA: b")},
    {"Trailer", chunked(form_chunk + "0\r\nA: b\r\n")},
    {"RequestInAnUnfinishedBody", length("1000", canary)},
};

}  // namespace

const std::vector<wire_case>& cases() {
    static const std::vector<wire_case> all = [] {
        std::vector<wire_case> out = accepted();
        const auto add = [&out](wire_case row) { out.push_back(std::move(row)); };
        for (wire_case& row : over_the_limits()) add(std::move(row));
        for (const auto* table : {&refused_lines, &refused_request_lines, &refused_lengths}) {
            for (const auto& [name, bytes] : *table) add({name, bytes, {malformed}, closed});
        }
        for (const auto& [name, value] : refused_codings) {
            add({"Coding" + name, coding(value), {malformed}, closed});
        }
        add(
            {"CodingOnHttp10",
             "POST /healthz HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n" + last_chunk + canary,
             {malformed},
             closed}
        );
        for (const auto& [name, rest] : refused_chunks) {
            add({"Chunk" + name, chunked(rest + canary), {malformed}, closed});
        }
        add({"GoodThenBadThenGood", get("") + get("A\r\n") + canary, {healthy, malformed}, closed});
        add({"GarbageAfterARequest", get("") + "\n" + canary, {healthy, malformed}, closed});
        add(
            {"BodyWithoutALengthIsARequest",
             post("", form + "\r\n\r\n" + canary),
             {form_was_empty, malformed},
             closed}
        );
        for (const auto& [name, bytes] : unfinished) {
            add({"EndsAfter" + name, bytes, {}, waits});
        }
        add({"EndsAfterARequestAndAHalf", get("") + "GET /healthz HT", {healthy}, waits});
        return out;
    }();
    return all;
}

}  // namespace partner_center::wire
