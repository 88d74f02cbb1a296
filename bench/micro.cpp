// What single steps of a request cost: reading its head, knowing its token, verifying it, finding
// its document, all of dispatch without a socket, and the codec. Calls these, with Google Benchmark
// around them. Requests, tokens and profiles are of the kind and size that bench/load.py asks for.
// SPDX-License-Identifier: MIT
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <random>
#include <stdexcept>
#include <string>
#include <string_view>
#include <sys/resource.h>
#include <utility>
#include <vector>

#include <benchmark/benchmark.h>
#include <fcntl.h>

#include "server/api/dispatch.hpp"
#include "server/demo.hpp"
#include "server/housekeeper.hpp"
#include "server/http/request_parser.hpp"
#include "server/identity/base64url.hpp"
#include "server/identity/openssl_testing.hpp"
#include "server/identity/secret_hasher.hpp"
#include "store/block_on.hpp"
#include "store/sqlite.hpp"
#include "tests/support/temporary_directory.hpp"
#include <partner_center/json.hpp>

namespace partner_center {
namespace {

constexpr std::size_t customer_count = 100'000;

[[nodiscard]] guid id_of(std::uint64_t number) {
    std::mt19937_64 random{number};
    guid id;
    for (std::uint8_t& byte : id.bytes) byte = static_cast<std::uint8_t>(random());
    return id;
}

/// A partner with an application, customers with the sample partners' profiles, and a dispatcher
/// that logs every exchange, to nowhere.
struct world {
    const guid partner_id{id_of(0)};
    const partner_record partner{
        .id = partner_id, .name = "Partner", .domain = "partner.onmicrosoft.com"};
    const std::vector<new_customer> samples{
        demo_customers(parse_guid("b0d7e3a4-52c8-4f19-8e6d-1fa3c95b2e70").value())};
    std::vector<guid> customers{};

    world() {
        block_on(data.tenants().add_partner(partner));
        block_on(data.tenants().add_application({.id = id_of(1), .partner_id = partner_id}));
        std::vector<new_customer> batch;
        for (std::size_t number = 0; number < customer_count; ++number) {
            new_customer& added = batch.emplace_back(samples[number % samples.size()]);
            added.id = id_of(number + 2);
            added.domain = std::to_string(number) + added.domain;
            customers.push_back(added.id);
            if (batch.size() == 10'000)
                block_on(data.add_customers(partner_id, std::exchange(batch, {})));
        }
    }

    [[nodiscard]] std::string token() {
        const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
        return make_app_token(
            keys.ring()->signing,
            policy,
            partner,
            {id_of(1), std::string{clouds::global.audience}, now}
        );
    }

    [[nodiscard]] std::string request() {
        return "GET /v1/customers/" + to_string(customers.front()) +
               "/profiles/billing HTTP/1.1\r\n"
               "Host: 127.0.0.1:8080\r\n"
               "Authorization: Bearer " +
               token() +
               "\r\n"
               "MS-CorrelationId: c2b7d915-6e0a-4f3d-8a44-51f0c7e9ab36\r\n"
               "MS-PartnerCenter-Client: Partner Center Java SDK\r\n"
               "Accept: application/json\r\n"
               "X-Locale: en-US\r\n"
               "MS-Contract-Version: v1\r\n"
               "MS-SdkVersion: 1.15.4\r\n"
               "MS-RequestId: 0d6a4b8e-1f2c-4c57-93aa-7e51b9c20d14\r\n"
               "x-ms-client-request-id: 5f0c3c1e-93f7-4a55-8d1b-0e6a2b7c4d18\r\n"
               "User-Agent: AutoRest-Java\r\n"
               "Connection: Keep-Alive\r\n"
               "Accept-Encoding: gzip\r\n\r\n";
    }

    testing::temporary_directory directory{};
    const std::filesystem::path keys_folder{directory / "authority"};
    authority_keys all_keys{keys_folder};
    reactor_keys keys{all_keys};
    token_policy policy{.entra_issuer = true};
    switches options{};
    sqlite_file file{{.file = directory / "partnerd.db"}};
    store data{file.connect()};
    secret_hasher hasher{1};
    log journal{{.descriptor = ::open("/dev/null", O_WRONLY | O_CLOEXEC)}};
    token_verifier tokens{keys, policy, data.tenants()};
    authority embedded{keys, policy, data.tenants(), data.sign_in_proofs(), hasher};
    exchange_counts counts{exchange_names().size()};
    access_audit reads{};
    dispatcher dispatch{
        {options,
         data,
         tokens,
         embedded,
         keys,
         journal.add_reactor(),
         counts,
         journal,
         nullptr,
         nullptr,
         &reads.add_reactor()}};
    /// That writes down nobody's reads.
    dispatcher unaudited{
        {options, data, tokens, embedded, keys, journal.add_reactor(), counts, journal}};
};

[[nodiscard]] world& the_world() {
    static world only;
    return only;
}

/// Throws unless a whole, good request is in the bytes.
[[nodiscard]] const http::request_view& parsed(http::request_parser& parser, std::string& bytes) {
    if (parser.parse(bytes) != http::request_parser::state::complete) {
        throw std::runtime_error{"the request is refused"};
    }
    return parser.request();
}

void read_head(benchmark::State& state) {
    std::string bytes = the_world().request();
    http::request_parser parser;
    for (auto _ : state) {
        benchmark::DoNotOptimize(parsed(parser, bytes).fields.data());
        parser.next();
    }
}
BENCHMARK(read_head);

awaitable<void> ask(
    benchmark::State& state,
    dispatcher& dispatch,
    const http::request_view& request,
    unsigned status
) {
    http::answer answer;
    std::int64_t bytes = 0;
    for (auto _ : state) {
        answer.clear();
        co_await dispatch.respond(request, answer);
        if (answer.status != status) throw std::runtime_error{"another answer"};
        bytes += std::ssize(answer.body);
    }
    state.SetBytesProcessed(bytes);
}

/// A good token, known after the first time; the hot customer.
void dispatch_get_billing_profile(benchmark::State& state) {
    std::string bytes = the_world().request();
    http::request_parser parser;
    const http::request_view& request = parsed(parser, bytes);
    block_on(ask(state, the_world().unaudited, request, 200));
}
BENCHMARK(dispatch_get_billing_profile);

/// What all threads of this process have used, in nanoseconds.
[[nodiscard]] double user_time() {
    rusage used{};
    ::getrusage(RUSAGE_SELF, &used);
    return 1e9 * static_cast<double>(used.ru_utime.tv_sec) +
           1e3 * static_cast<double>(used.ru_utime.tv_usec);
}

/// `user` is per request and has what other threads do for it, the log's too.
void ask_and_count(benchmark::State& state, dispatcher& dispatch) {
    std::string bytes = the_world().request();
    http::request_parser parser;
    const http::request_view& request = parsed(parser, bytes);
    const double before = user_time();
    block_on(ask(state, dispatch, request, 200));
    state.counters["user"] =
        benchmark::Counter{user_time() - before, benchmark::Counter::kAvgIterations};
}

/// A GET with the access audit as partnerd has it: another thread has the reads written into the
/// database. `dropped` are those that came faster than a network brings them.
void dispatch_audited(benchmark::State& state) {
    world& all = the_world();
    store own{all.file.connect()};
    housekeeper keeper{own, all.reads, {}, all.journal};
    const std::uint64_t dropped = keeper.dropped();
    const housekeeping thread{keeper};
    ask_and_count(state, all.dispatch);
    state.counters["dropped"] = static_cast<double>(keeper.dropped() - dropped);
}
BENCHMARK(dispatch_audited);

void dispatch_unaudited(benchmark::State& state) {
    ask_and_count(state, the_world().unaudited);
}
BENCHMARK(dispatch_unaudited);

/// A GET for a partner with switches of its own: whether its requests are counted, and whether
/// they are too many. Counting is beside the first; a refusal has to cost less than an answer.
void dispatch_with_own_switches(
    benchmark::State& state, const request_limits& limits, unsigned status
) {
    world& all = the_world();
    std::string bytes = all.request();
    http::request_parser parser;
    const http::request_view& request = parsed(parser, bytes);
    throttle requests{std::chrono::milliseconds{}};
    const partner_switches own{{all.partner_id, {.throttle = limits}}};
    dispatcher dispatch{
        {all.options,
         all.data,
         all.tokens,
         all.embedded,
         all.keys,
         all.journal.add_reactor(),
         all.counts,
         all.journal,
         &own,
         &requests}};
    if (status == 429) {
        static_cast<void>(
            requests.count(limits, all.partner_id, {}, std::chrono::steady_clock::now())
        );
    }
    block_on(ask(state, dispatch, request, status));
}
void dispatch_get_own_switches(benchmark::State& state) {
    dispatch_with_own_switches(state, {}, 200);
}
BENCHMARK(dispatch_get_own_switches);
void dispatch_get_counted(benchmark::State& state) {
    dispatch_with_own_switches(state, {.per_partner = 100'000'000}, 200);
}
BENCHMARK(dispatch_get_counted);
void dispatch_get_refused(benchmark::State& state) {
    dispatch_with_own_switches(state, {.per_partner = 1}, 429);
}
BENCHMARK(dispatch_get_refused);

/// A page of a hundred customers, whose bytes are to be compared with those of a profile.
void dispatch_list_customers(benchmark::State& state) {
    std::string bytes = the_world().request();
    bytes.replace(0, bytes.find(" HTTP"), "GET /v1/customers?size=100");
    http::request_parser parser;
    const http::request_view& request = parsed(parser, bytes);
    block_on(ask(state, the_world().dispatch, request, 200));
}
BENCHMARK(dispatch_list_customers);

/// Signatures and tokens that are all different, of the kind that the authority makes.
constexpr std::size_t unseen_tokens = 1024;

[[nodiscard]] const std::vector<std::string>& the_tokens() {
    static const std::vector<std::string> tokens = [] {
        std::vector<std::string> made(unseen_tokens);
        for (std::string& each : made) each = the_world().token();
        return made;
    }();
    return tokens;
}

/// What the next one is to be compared with: the hash and the signature alone.
void verify_signature_bare(benchmark::State& state) {
    struct parts {
        std::string_view text{};
        std::string signature{};
    };
    std::vector<parts> all;
    for (const std::string_view token : the_tokens()) {
        const auto dot = token.rfind('.');
        all.push_back({token.substr(0, dot), from_base64url(token.substr(dot + 1)).value()});
    }
    testing::bare_verifier verifier{testing::read_pem(signing_key_file(the_world().keys_folder))};
    std::size_t at = 0;
    for (auto _ : state) {
        const auto& [text, signature] = all[at++ % all.size()];
        if (!verifier.verify(text, signature)) throw std::runtime_error{"a signature is refused"};
    }
}
BENCHMARK(verify_signature_bare);

/// A verifier sees each token once.
awaitable<void> verify_each_once(benchmark::State& state, world& all) {
    std::optional<token_verifier> verifier;
    const std::vector<std::string>& tokens = the_tokens();
    std::size_t at = 0;
    const auto now =
        std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
    for (auto _ : state) {
        if (at % unseen_tokens == 0) verifier.emplace(all.keys, all.policy, all.data.tenants());
        const std::string& token = tokens[at++ % unseen_tokens];
        const auto caller = co_await verifier->verify(token, now);
        if (!caller) throw std::runtime_error{"a token is refused"};
    }
}

/// All of it: head, claims, key, signature, the caller's standing, and remembering it.
void verify_unseen_token(benchmark::State& state) {
    block_on(verify_each_once(state, the_world()));
}
BENCHMARK(verify_unseen_token);

/// Hits among that many tokens, in random order. `missed` is the share of those that had no place.
void find_token(benchmark::State& state) {
    const auto count = static_cast<std::size_t>(state.range(0));
    const std::string good = the_world().token();
    std::mt19937_64 random{1};
    token_cache cache;
    std::vector<std::string> texts;
    const system_time now{std::chrono::seconds{1'000'000'000}};
    for (std::size_t number = 0; number < count; ++number) {
        std::string text = good;
        for (std::size_t at = text.size() - 256; at < text.size(); ++at) {
            text[at] = "0123456789abcdef"[random() % 16];
        }
        cache.insert(std::make_shared<const verified_token>(verified_token{
            .text = text, .times = {.end = now.time_since_epoch().count() + 3600}}));
        texts.push_back(std::move(text));
    }
    std::size_t misses = 0;
    for (auto _ : state) {
        if (!cache.find(texts[random() % count], now)) ++misses;
    }
    state.counters["missed"] =
        static_cast<double>(misses) / static_cast<double>(state.iterations());
}
BENCHMARK(find_token)->Arg(1)->Arg(1'000)->Arg(10'000);

awaitable<void> find_documents(benchmark::State& state, world& all, std::size_t customers) {
    std::mt19937_64 random{1};
    for (auto _ : state) {
        const guid& customer = all.customers[random() % customers];
        const auto found = co_await all.data.find_profile<billing_profile>(
            all.partner_id, customer, std::string{}
        );
        if (!found) throw std::runtime_error{"the profile is not there"};
    }
}

/// One customer's, or uniformly drawn ones of that many.
void find_document(benchmark::State& state) {
    const auto customers = static_cast<std::size_t>(state.range(0));
    block_on(find_documents(state, the_world(), customers));
}
BENCHMARK(find_document)->Arg(1)->Arg(customer_count);

void write_json(benchmark::State& state) {
    const auto profile = from_json<billing_profile>(
        the_world().samples.front().billing.text, json_reading::response
    );
    std::string out;
    for (auto _ : state) {
        out.clear();
        append_json(out, profile.value());
        benchmark::DoNotOptimize(out.data());
    }
}
BENCHMARK(write_json);

void read_json(benchmark::State& state) {
    const std::string& text = the_world().samples.front().billing.text;
    for (auto _ : state) {
        if (!from_json<billing_profile>(text, json_reading::request)) {
            throw std::runtime_error{"the profile cannot be read"};
        }
    }
}
BENCHMARK(read_json);

}  // namespace
}  // namespace partner_center

BENCHMARK_MAIN();
