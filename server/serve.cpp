// Puts the parts together: keys, store, identity, one dispatcher per reactor, two listeners; then
// waits for a signal. Ends up calling http/server.cpp and, for each request, api/dispatch.cpp.
// SPDX-License-Identifier: MIT
#include "server/serve.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <csignal>
#include <deque>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <fmt/format.h>
#include <malloc.h>
#include <pthread.h>
#include <unistd.h>

#include "server/api/dispatch.hpp"
#include "server/config_checks.hpp"
#include "server/data_directory.hpp"
#include "server/demo.hpp"
#include "server/guards.hpp"
#include "server/health.hpp"
#include "server/housekeeper.hpp"
#include "server/http/descriptors.hpp"
#include "server/http/server.hpp"
#include "server/http/tls_context.hpp"
#include "server/identity/dev_certificates.hpp"
#include "server/identity/issuers/outside_issuers.hpp"
#include "server/identity/private_file.hpp"
#include "server/metrics_page.hpp"
#include "server/observe/process.hpp"
#include "server/rules/countries.hpp"
#include "server/token_command.hpp"
#include "store/block_on.hpp"
#include "store/sqlite.hpp"
#include <partner_center/json.hpp>

namespace partner_center {

/// What --ready-file holds. Source: docs/operations.md.
struct ready_message {
    std::string url{};
    std::string admin_url{};
    std::int64_t pid{};
};
BOOST_DESCRIBE_STRUCT(ready_message, (), (url, admin_url, pid))

namespace {

using namespace std::chrono_literals;

constexpr std::chrono::milliseconds stop_grace = 10s;
constexpr int large_allocation_bytes = 1024 * 1024;
/// Of the database's pages, all reactors together. The index of a million customers takes 50 MiB.
constexpr int page_cache_kib = 64 * 1024;
/// A hash keeps one core and 19 MiB busy: two at once leave the reactors their cores.
constexpr unsigned hashing_threads = 2;
/// Who asks again at once after a refusal comes ten times a second on each connection.
constexpr std::chrono::milliseconds refusal_pause = 100ms;

/// Blocks the signals that end us or have us read certificates again, in this thread and all that
/// it starts; wait_for() receives them.
class signal_set {
public:
    signal_set() {
        ::sigemptyset(&set_);
        ::sigaddset(&set_, SIGTERM);
        ::sigaddset(&set_, SIGINT);
        ::sigaddset(&set_, SIGHUP);
        ::pthread_sigmask(SIG_BLOCK, &set_, nullptr);
        std::signal(
            SIGPIPE, SIG_IGN
        );  // a peer that hangs up is an error of its write, not our end
    }
    /// The next one's number; nothing when there was none for so long.
    [[nodiscard]] std::optional<int> wait_for(std::chrono::milliseconds time) const {
        const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
        const std::chrono::nanoseconds rest = time - seconds;
        const timespec limit{.tv_sec = seconds.count(), .tv_nsec = rest.count()};
        const int number = ::sigtimedwait(&set_, nullptr, &limit);
        return number > 0 ? std::optional{number} : std::nullopt;
    }

private:
    sigset_t set_{};
};

/// What all reactors share. The order is that of construction: later members use earlier ones.
struct shared_parts {
    shared_parts(
        const config& settings, sqlite_file& opened, std::unique_ptr<authority_keys> loaded
    )
        : options{settings.options},
          own_options{settings.own_options},
          file{opened},
          keys{std::move(loaded)},
          policy{
              .entra_issuer = settings.demo,
              .public_url = settings.public_url,
              .accept_legacy_audience = settings.options.accept_legacy_audience,
              .behind_proxy = settings.behind_proxy,
              .has_authority = settings.embedded_authority,
              .accepted_audiences = settings.accepted_audiences,
          },
          lines{settings.logging},
          audits_reads{settings.access_audit} {
        for (const trusted_issuer& each : settings.issuers) {
            auto report = [this](const refresh_report& of) { note_refresh(of); };
            sources.push_back(std::make_unique<key_source>(
                each, refresh_pace{}, fetch_limits{}, std::move(report)
            ));
        }
    }

    /// On the thread of the issuer's keys. The texts are the operator's and ours.
    void note_refresh(const refresh_report& of) {
        if (of.problem.empty()) {
            refreshes_good.fetch_add(1, std::memory_order_relaxed);
            lines.event(log_level::info, "issuer_refreshed", {{"issuer", of.of.issuer}});
        } else {
            refreshes_failed.fetch_add(1, std::memory_order_relaxed);
            lines.event(
                log_level::warning,
                "issuer_refresh_failed",
                {{"issuer", of.of.issuer}, {"detail", of.problem}}
            );
        }
    }

    const switches options;
    const partner_switches own_options;
    throttle requests{refusal_pause};
    sqlite_file& file;
    const std::unique_ptr<authority_keys> keys;
    token_policy policy;
    log lines;
    secret_hasher hasher{hashing_threads};
    std::atomic<std::uint64_t> refreshes_good{};
    std::atomic<std::uint64_t> refreshes_failed{};
    key_sources sources{};  ///< of outside issuers; their threads use what is above
    /// One per reactor; read by the admin listener once all reactors are made.
    std::deque<exchange_counts> counts{};
    std::vector<const token_verifier*> verifiers{};  ///< they go with the public listener
    const bool audits_reads;
    access_audit reads{};
    const std::chrono::system_clock::time_point started{std::chrono::system_clock::now()};
};

/// One reactor's own keys, store connection, verifier, authority and dispatcher.
class worker {
public:
    worker(
        shared_parts& shared, std::unique_ptr<database> connection, boost::asio::io_context& reactor
    )
        : keys_{*shared.keys},
          store_{std::move(connection)},
          tokens_{keys_, shared.policy, store_.tenants()},
          authority_{
              keys_, shared.policy, store_.tenants(), store_.sign_in_proofs(), shared.hasher},
          dispatch_{
              {shared.options,
               store_,
               tokens_,
               authority_,
               keys_,
               shared.lines.add_reactor(),
               shared.counts.emplace_back(exchange_names().size()),
               shared.lines,
               shared.own_options.empty() ? nullptr : &shared.own_options,
               &shared.requests,
               shared.audits_reads ? &shared.reads.add_reactor() : nullptr}} {
        shared.verifiers.push_back(&tokens_);
        if (shared.sources.empty()) return;
        outside_.emplace(shared.sources, reactor.get_executor());
        tokens_.trust(*outside_);
    }

    [[nodiscard]] dispatcher& dispatch() { return dispatch_; }

private:
    reactor_keys keys_;
    store store_;
    std::optional<outside_issuers> outside_{};
    token_verifier tokens_;
    authority authority_;
    dispatcher dispatch_;
};

/// A worker's application. It owns the worker: a reactor drops its application, and with it the
/// store connection that may still be writing for it, before its io_context ends.
[[nodiscard]] http::application make_application(
    shared_parts& shared, std::unique_ptr<database> connection, boost::asio::io_context& reactor
) {
    const auto own = std::make_shared<worker>(shared, std::move(connection), reactor);
    const std::shared_ptr<dispatcher> dispatch{own, &own->dispatch()};
    return {
        .respond = std::bind_front(&dispatcher::respond, dispatch),
        .refuse = std::bind_front(&dispatcher::refuse, dispatch),
    };
}

[[nodiscard]] std::vector<operation_totals> sum_exchanges(const std::deque<exchange_counts>& counts
) {
    std::vector<operation_totals> sums;
    for (const std::string_view name : exchange_names()) {
        operation_totals sum{.operation = name};
        for (const exchange_counts& each : counts) each.add_to(sum.totals, sums.size());
        sums.push_back(sum);
    }
    return sums;
}

[[nodiscard]] token_cache_counts sum_token_caches(
    const std::vector<const token_verifier*>& verifiers
) {
    token_cache_counts sum;
    for (const token_verifier* const each : verifiers) {
        const token_cache_counts own = each->cache_counts();
        sum.hits += own.hits;
        sum.misses += own.misses;
        sum.entries += own.entries;
        sum.evictions += own.evictions;
    }
    return sum;
}

/// Every number of /metrics, as it is now.
[[nodiscard]] metrics_snapshot collect(
    const shared_parts& shared, const housekeeper& keeper, const http::server& api
) {
    const http::connection_counts connections = api.connections();
    const token_cache_counts tokens = sum_token_caches(shared.verifiers);
    const store_counts store = shared.file.counts();
    const process_usage process = read_process_usage();
    const std::chrono::duration<double> started = shared.started.time_since_epoch();
    return {
        .version = PARTNERD_VERSION,
        .operations = sum_exchanges(shared.counts),
        .connections_open = connections.open,
        .connections_accepted = connections.accepted,
        .connections_turned_away = connections.turned_away,
        .tls_handshakes_failed = connections.tls_handshakes_failed,
        .token_cache_hits = tokens.hits,
        .token_cache_misses = tokens.misses,
        .token_cache_evictions = tokens.evictions,
        .token_cache_entries = tokens.entries,
        .issuer_refreshes_good = shared.refreshes_good.load(std::memory_order_relaxed),
        .issuer_refreshes_failed = shared.refreshes_failed.load(std::memory_order_relaxed),
        .store_reads = store.reads,
        .store_read_failures = store.read_failures,
        .store_transactions = store.transactions,
        .store_commits = store.commits,
        .store_write_failures = store.write_failures,
        .store_writes_queued = store.queued,
        .log_records_dropped = shared.lines.dropped(),
        .profile_reads_written = keeper.written(),
        .profile_reads_dropped = keeper.dropped(),
        .resident_bytes = process.resident_bytes,
        .open_descriptors = process.open_descriptors,
        .descriptors_max = process.descriptors_max,
        .start_seconds = started.count(),
        .cpu_seconds = process.cpu_seconds,
    };
}

/// Null when the public listener speaks plain HTTP. Throws tls_error and file_error.
[[nodiscard]] http::tls_context load_certificate(const config& settings) {
    if (!uses_tls(settings)) return {};
    http::tls_files files{settings.tls_cert, settings.tls_key, settings.tls_client_ca};
    if (settings.tls_dev) {
        const auto now = std::chrono::system_clock::now();
        const dev_certificates made = keep_dev_certificates(settings.data / "tls", now);
        files.certificate = made.certificate;
        files.key = made.key;
    }
    return http::load_tls_context(files);
}

/// What SIGHUP asks for. A certificate that cannot be used leaves the old one in place.
void reload_certificate(const config& settings, http::server& api, log& lines) {
    if (!uses_tls(settings)) {
        return lines.event(log_level::info, "reload_ignored", {{"detail", "there is no TLS"}});
    }
    try {
        api.use_certificate(load_certificate(settings));
        lines.event(log_level::info, "tls_reloaded", {});
    } catch (const std::exception& error) {
        lines.event(log_level::error, "tls_reload_failed", {{"detail", error.what()}});
    }
}

/// Tells what is new since `known`.
void log_keys(const keys_news& news, const keys_news& known, log& lines) {
    if (news.signing_id != known.signing_id) {
        lines.event(log_level::info, "keys_rotated", {{"kid", news.signing_id}});
    }
    if (news.problem != known.problem && !news.problem.empty()) {
        lines.event(log_level::error, "keys_unusable", {{"detail", news.problem}});
    }
}

/// Until a signal that ends us, which it gives back. Meanwhile certificates are read again when a
/// signal asks for it, and the keys follow their files by themselves.
[[nodiscard]] int run_until_stopped(
    const signal_set& signals, const config& settings, shared_parts& shared, http::server& api
) {
    keys_news known{.signing_id = shared.keys->ring()->signing.id()};
    while (true) {
        const auto signal = signals.wait_for(keys_refresh_interval);
        if (signal == SIGHUP) reload_certificate(settings, api, shared.lines);
        if (signal && signal != SIGHUP) return *signal;
        const auto now = std::chrono::system_clock::now();
        keys_news news = shared.keys->refresh(std::chrono::floor<std::chrono::seconds>(now));
        log_keys(news, known, shared.lines);
        known = std::move(news);
    }
}

[[nodiscard]] std::string url_of(
    std::string_view scheme, const endpoint& asked, const http::server& server
) {
    return fmt::format("{}://{}:{}", scheme, asked.host, server.port());
}

void log_lowered(std::size_t wanted, const http::connection_budget& budget, log& lines) {
    const std::string asked = std::to_string(wanted);
    const std::string allowed = std::to_string(budget.connections);
    lines.event(log_level::info, "connections_lowered", {{"wanted", asked}, {"allowed", allowed}});
}

using connections = std::vector<std::unique_ptr<database>>;

[[nodiscard]] connections connect(sqlite_file& file, unsigned count) {
    connections made(count);
    for (std::unique_ptr<database>& each : made) each = file.connect();
    return made;
}

/// REQUIRES: there is one.
[[nodiscard]] std::unique_ptr<database> take_one(connections& of) {
    std::unique_ptr<database> taken = std::move(of.back());
    of.pop_back();
    return taken;
}

/// The sample world, which there is only under --demo; without, refuses a store that holds it.
[[nodiscard]] std::optional<demo_world> open_world(const config& settings, store& data) {
    if (settings.demo) return block_on(open_demo_world(data, settings.data));
    block_on(refuse_demo_credentials(data, settings.data));
    return {};
}

/// Writes to the store once, whatever it holds: only what is read of a log that has begun is kept
/// for the next request.
void begin_log(sqlite_file& file, log& lines) {
    try {
        store data{file.connect()};
        block_on(data.check());
    } catch (const store_error& error) {  // as long as that lasts, nothing is kept
        lines.event(log_level::error, "store_failed", {{"detail", error.what()}});
    }
}

void announce(const config& settings, const std::string& admin_url, const std::string& public_url) {
    if (settings.ready_file.empty()) return;
    const ready_message message{public_url, admin_url, ::getpid()};
    replace_private_file(settings.ready_file, to_json(message));
}

}  // namespace

void serve(const config& settings) {
    // What hashing a secret took is given back at once; glibc would keep it for the next time.
    ::mallopt(M_MMAP_THRESHOLD, large_allocation_bytes);
    if (!settings.countries.empty()) use_countries(settings.countries);
    const signal_set signals;
    make_data_directory(settings.data);
    // What takes milliseconds is made beside the rest: the keys are read while the store is opened
    // and looked into, and checked while the reactors are made.
    auto coming_keys = std::async(std::launch::async, [&] {
        return std::make_unique<authority_keys>(keys_in(settings.data));
    });
    const unsigned reactors = std::max(settings.threads, 1U);
    const int cache_kib = page_cache_kib / static_cast<int>(reactors);
    sqlite_file file{{.file = settings.database, .cache_kib = cache_kib}};
    auto coming_connections =
        std::async(std::launch::async, [&] { return connect(file, reactors + 1); });
    auto admin_store = std::make_shared<store>(file.connect());
    std::optional<demo_world> world = open_world(settings, *admin_store);
    shared_parts shared{settings, file, coming_keys.get()};
    std::future<void> checked_key = std::async(std::launch::async, [&] { shared.keys->check(); });

    connections ready = coming_connections.get();
    store own_store{take_one(ready)};
    housekeeper keeper{
        own_store,
        shared.reads,
        {.changes = settings.audit_kept, .reads = settings.access_audit_kept},
        shared.lines};
    std::optional<housekeeping> housekeeping_thread{std::in_place, keeper};
    const http::connection_budget budget = http::share_descriptors(
        http::raise_descriptor_limit(), settings.connections_max, settings.threads
    );
    const http::server_options options{
        .host = settings.listen.host,
        .port = settings.listen.port,
        .reactors = reactors,
        .connections_max = budget.connections,
        .turned_away_max = budget.turned_away,
        .tls = load_certificate(settings),
    };
    http::server api{options, [&](boost::asio::io_context& reactor) {
                         return make_application(shared, take_one(ready), reactor);
                     }};
    http::server admin{
        {.host = settings.admin.host,
         .port = settings.admin.port,
         .connections_max = http::limits::admin_connections_max,
         .turned_away_max = http::limits::admin_connections_max},
        [&](boost::asio::io_context&) {
            return health_application(std::move(admin_store), shared.lines, [&] {
                return metrics_page(collect(shared, keeper, api));
            });
        }};

    const std::string url = url_of(options.tls ? "https" : "http", settings.listen, api);
    const std::string admin_url = url_of("http", settings.admin, admin);
    if (shared.policy.public_url.empty()) shared.policy.public_url = url;
    refuse_ambiguous_trust(sources_of(shared.policy, settings.issuers));
    if (!settings.issuers.empty() && !can_fetch()) {
        throw guard_error{
            "[[issuers]] need libcurl 7.85 or later for their keys: install libcurl.so.4, or leave "
            "the tables out"};
    }
    checked_key.get();
    for (const auto& each : shared.sources) each->start();
    api.start();
    admin.start();
    if (world) publish(*std::move(world), settings.data, shared.policy.public_url);
    announce(settings, admin_url, url);
    shared.lines.event(log_level::info, "serving", {{"url", url}, {"adminUrl", admin_url}});

    begin_log(shared.file, shared.lines);
    if (budget.connections < settings.connections_max) {
        log_lowered(settings.connections_max, budget, shared.lines);
    }

    const int signal = run_until_stopped(signals, settings, shared, api);
    const std::string_view name = signal == SIGTERM ? "SIGTERM" : "SIGINT";
    shared.lines.event(log_level::info, "stopping", {{"signal", name}});
    const auto deadline = std::chrono::steady_clock::now() + stop_grace;
    api.stop(stop_grace);
    housekeeping_thread.reset();  // writes down the last reads
    const auto left = deadline - std::chrono::steady_clock::now();
    admin.stop(std::max(std::chrono::duration_cast<std::chrono::milliseconds>(left), 0ms));
    shared.lines.event(log_level::info, "stopped", {});
}

std::function<std::string()> demo_token_maker(const token_request& request) {
    const demo_world world = read_demo_world(request.data);
    static_cast<void>(kind_of(request));
    const std::filesystem::path file = signing_key_file(keys_in(request.data));
    const auto key = std::make_shared<const signing_key>(signing_key::load_or_create(file));
    key->check(file);
    static_cast<void>(order_of(request, world, *key));  // says at once what is not there
    return [key, world, request] {
        return make_token(kind_of(request), order_of(request, world, *key));
    };
}

}  // namespace partner_center
