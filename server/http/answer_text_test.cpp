// The exact bytes of answers. Calls answer_text.cpp.
// SPDX-License-Identifier: MIT
#include "server/http/answer_text.hpp"

#include <string>

#include <gtest/gtest.h>

#include <partner_center/fault.hpp>

namespace partner_center::http {
namespace {

constexpr std::string_view date = "Date: Thu, 01 Jan 1970 00:00:00 GMT\r\n";

[[nodiscard]] std::string framed(const answer& reply, const framing& form) {
    std::string out;
    append_answer(out, reply, form, date);
    return out;
}

[[nodiscard]] std::string text_of(const answer& reply, persistence persistence) {
    return framed(reply, {.persistence = persistence});
}

TEST(AnswerText, KeepsItsOrder) {
    answer reply;
    reply.status = 200;
    reply.content_type = "application/json";
    reply.add("ETag", "1");
    reply.body = "{}";

    EXPECT_EQ(
        text_of(reply, persistence::close),
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\nETag: 1\r\n"
        "Date: Thu, 01 Jan 1970 00:00:00 GMT\r\nConnection: close\r\n\r\n{}"
    );
}

TEST(AnswerText, TellsTheEndOfABodyAsItIsAsked) {
    answer reply;
    reply.status = 200;
    reply.body = std::string(26, 'x');
    const std::string start = "HTTP/1.1 200 OK\r\n";

    EXPECT_EQ(
        framed(reply, {.body_end = body_end::chunks}),
        start + "Transfer-Encoding: chunked\r\n" + std::string{date} + "\r\n1a\r\n" + reply.body +
            "\r\n"
    );
    EXPECT_EQ(
        framed(reply, {.persistence = persistence::close, .body_end = body_end::connection}),
        start + std::string{date} + "Connection: close\r\n\r\n" + reply.body
    );
}

TEST(AnswerText, HasNoChunkForNothing) {
    std::string out;
    append_chunk(out, "");
    EXPECT_EQ(out, "");
    append_chunk(out, "0123456789abcdef");
    EXPECT_EQ(out, "10\r\n0123456789abcdef\r\n");
}

TEST(AnswerText, HasNoBodyForHead) {
    answer reply;
    reply.status = 404;
    reply.body = "gone";

    EXPECT_EQ(
        framed(reply, {.persistence = persistence::keep, .is_head = true}),
        "HTTP/1.1 404 Not Found\r\nContent-Length: 4\r\n" + std::string{date} + "\r\n"
    );
}

TEST(AnswerText, HasNeitherLengthNorBodyFor204) {
    answer reply;
    reply.status = 204;
    reply.body = "ignored";

    EXPECT_EQ(
        text_of(reply, persistence::keep_http_1_0),
        "HTTP/1.1 204 No Content\r\n" + std::string{date} + "Connection: keep-alive\r\n\r\n"
    );
}

TEST(AnswerText, HasNoBodyFor304) {
    answer reply;
    reply.status = 304;
    reply.body = "known";

    EXPECT_EQ(
        text_of(reply, persistence::keep),
        "HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n" + std::string{date} + "\r\n"
    );
}

TEST(AnswerText, NamesEveryStatusOfAFault) {
    for (const fault_row& row : fault_table()) {
        answer reply;
        reply.status = row.status;
        EXPECT_EQ(text_of(reply, persistence::keep).find("unknown"), std::string::npos) << row.name;
    }
}

TEST(DateLine, IsWrittenAsHttpWantsIt) {
    std::string out;
    write_date_line(out, 784111777);
    EXPECT_EQ(out, "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n");
}

}  // namespace
}  // namespace partner_center::http
