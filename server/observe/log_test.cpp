// What a log line holds, through a real pipe.
// SPDX-License-Identifier: MIT
#include "server/observe/log.hpp"

#include <cstdio>
#include <memory>
#include <sstream>
#include <thread>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

namespace partner_center {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

/// A log into an unnamed file; text() closes the log and gives what it wrote.
class LogText : public ::testing::Test {
protected:
    ~LogText() override { std::fclose(file_); }

    log& open(log_level level, log_format format) {
        log_ = std::make_unique<log>(log::options{level, format, ::fileno(file_)});
        return *log_;
    }

    std::string text() {
        log_.reset();
        std::rewind(file_);
        std::string out;
        std::array<char, 4096> piece{};
        while (const std::size_t got = std::fread(piece.data(), 1, piece.size(), file_)) {
            out.append(piece.data(), got);
        }
        return out;
    }

private:
    std::FILE* file_{std::tmpfile()};
    std::unique_ptr<log> log_{};
};

[[nodiscard]] exchange_record example() {
    exchange_record record{
        .began = std::chrono::system_clock::time_point{std::chrono::milliseconds{1705914892123}},
        .took = std::chrono::microseconds{1234},
        .partner_id = parse_guid("b0d7e3a4-52c8-4f19-8e6d-1fa3c95b2e70"),
        .application_id = parse_guid("2c4e9b70-15d3-4a8b-8e8f-c60a1b7d9922"),
        .method = "GET",
        .operation = "get_billing_profile",
        .fault = "unknown_tenant",
        .status = 404,
    };
    record.request_id.fill('a');
    record.correlation_id.fill('b');
    return record;
}

TEST_F(LogText, WritesAnExchangeAsOneJsonLine) {
    open(log_level::info, log_format::json).add_reactor().write(example());

    EXPECT_EQ(
        text(),
        R"({"time":"2024-01-22T09:14:52.123Z","level":"info","event":"exchange",)"
        R"("requestId":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",)"
        R"("correlationId":"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb",)"
        R"("partnerId":"b0d7e3a4-52c8-4f19-8e6d-1fa3c95b2e70",)"
        R"("applicationId":"2c4e9b70-15d3-4a8b-8e8f-c60a1b7d9922","method":"GET",)"
        R"("operation":"get_billing_profile","status":404,"fault":"unknown_tenant","ms":1.234})"
        "\n"
    );
}

TEST_F(LogText, WritesTextForPeople) {
    open(log_level::info, log_format::text)
        .event(log_level::warning, "stopping", {{"reason", "signal"}});

    EXPECT_THAT(text(), HasSubstr(" level=warning event=stopping reason=signal\n"));
}

TEST_F(LogText, KeepsAnEventForPeopleOnOneLine) {
    open(log_level::info, log_format::text)
        .event(log_level::error, "store_failed", {{"detail", "a=\"b\"\nlevel=info"}, {"of", ""}});

    EXPECT_THAT(
        text(),
        HasSubstr(R"( detail="a=\"b\"\nlevel=info" of="")"
                  "\n")
    );
}

TEST_F(LogText, EscapesWhatAnEventSays) {
    open(log_level::info, log_format::json)
        .event(log_level::error, "store_failed", {{"detail", "a \"b\"\nc"}});

    EXPECT_THAT(text(), HasSubstr(R"("detail":"a \"b\"\nc"})"));
}

TEST_F(LogText, LeavesOutWhatIsBelowItsLevel) {
    log& warnings = open(log_level::warning, log_format::json);
    warnings.add_reactor().write(example());
    warnings.event(log_level::info, "started", {});
    warnings.event(log_level::error, "failed", {});

    EXPECT_THAT(
        text(),
        ::testing::AllOf(HasSubstr("failed"), Not(HasSubstr("started")), Not(HasSubstr("exchange")))
    );
}

TEST_F(LogText, CountsWhatItDropsInsteadOfWaiting) {
    constexpr int records = 100'000;  // far more than a ring holds, faster than the writer looks
    log& lines = open(log_level::info, log_format::text);
    exchange_log& reactor = lines.add_reactor();
    for (int i = 0; i < records; ++i) reactor.write(example());
    const std::uint64_t counted = lines.dropped();

    int written = 0;
    int dropped = 0;
    std::istringstream all{text()};
    for (std::string line; std::getline(all, line);) {
        const auto count = line.find("event=log_records_dropped count=");
        if (count == std::string::npos) {
            ++written;
        } else {
            dropped += std::stoi(line.substr(line.rfind('=') + 1));
        }
    }
    EXPECT_EQ(written + dropped, records);
    EXPECT_GT(dropped, 0);
    EXPECT_EQ(counted, static_cast<std::uint64_t>(dropped));
}

TEST(Log, SaysWhatADiskDidNotTakeOnceItDoes) {
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file{std::tmpfile(), &std::fclose};
    const int descriptor = ::open("/dev/full", O_WRONLY | O_CLOEXEC);
    ASSERT_GE(descriptor, 0);
    {
        log lines{{.descriptor = descriptor}};
        const auto lose_until = [&](std::uint64_t count) {
            lines.event(log_level::info, "lost", {});
            while (lines.dropped() < count) std::this_thread::yield();
        };
        lose_until(1);
        lose_until(2);
        lose_until(3);
        EXPECT_EQ(lines.dropped(), 3U);
        ASSERT_EQ(::dup2(::fileno(file.get()), descriptor), descriptor);
    }
    ::close(descriptor);

    std::rewind(file.get());
    std::array<char, 1024> text{};
    ASSERT_GT(std::fread(text.data(), 1, text.size() - 1, file.get()), 0U);
    EXPECT_THAT(text.data(), HasSubstr(R"("event":"log_records_dropped","count":3})"));
}

TEST(Log, EndsThoughNobodyReadsIt) {
    std::array<int, 2> ends{};
    ASSERT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
    {
        log lines{{.descriptor = ends[1]}};
        const std::string long_text(4096, 'x');
        for (int i = 0; i < 100; ++i) lines.event(log_level::info, "full", {{"detail", long_text}});
        // The destructor gives up on a reader that does not come.
    }
    ::close(ends[0]);
    ::close(ends[1]);
}

}  // namespace
}  // namespace partner_center
