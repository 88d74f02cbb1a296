#!/usr/bin/env python3
"""partnerd beside nginx and Fastify under the same load, on the same core, in turns: `make bench`.

Prints tables, and writes all figures as JSON. Calls world.py, servers.py, wrk.py and report.py.
  BENCH_ROUNDS (5), BENCH_SECONDS of each (5), BENCH_WARM_UP seconds before them (1), BENCH_CUSTOMERS (1,000,000),
  BENCH_TOKENS (10,000), BENCH_IDLE connections (10,000), BENCH_REQUESTS over which memory has to stay (1,000,000)
Exit status 1 when something could not be measured right: an answer other than 200, a server that ended.
"""
# SPDX-License-Identifier: MIT
from __future__ import annotations

import argparse
import dataclasses
import functools
import json
import os
import platform
import resource
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from contextlib import ExitStack, closing
from pathlib import Path
from statistics import median

import report
from report import Figure, Report
from servers import Partnerd, Server, fastify, nginx, read_answer, start
from world import MIX, World, run
from wrk import CONNECTIONS, Generator, Load, LoadError, Round, finish

ROUNDS = int(os.environ.get("BENCH_ROUNDS", "5"))
SECONDS = int(os.environ.get("BENCH_SECONDS", "5"))
WARM_UP = int(os.environ.get("BENCH_WARM_UP", "1"))
CUSTOMERS = int(os.environ.get("BENCH_CUSTOMERS", "1000000"))
TOKENS = int(os.environ.get("BENCH_TOKENS", "10000"))
MEASURES = ("main_job", "tokens", "flood", "reactors", "pages", "writes", "start", "memory", "micro", "programs")
STARTS = 9
REQUESTS = int(os.environ.get("BENCH_REQUESTS", "1000000"))
IDLE_CONNECTIONS = int(os.environ.get("BENCH_IDLE", "10000"))
CORE_SHARE_MIN = 0.95
# What the programs beside us print, by the way to it, and what it should be.
PROGRAM_FIGURES = (
    (("group_commit", "many_to_one"), Figure("64 durable writers: rate, of one's", None, at_least=4)),
    (("group_commit", "many_to_bare"), Figure("64 durable writers: rate, of a bare SQLite loop's", None, at_least=0.6)),
    (("group_commit", "many", "commit_p99"), Figure("64 durable writers: p99 of a commit", None, "µs", at_most=5_000)),
    (("group_commit", "many", "p99"), Figure("64 durable writers: p99 of a caller's wait", None, "µs")),
    (("slow_clients", "ratio_p99"), Figure("beside 12,000 slow clients: p99, of alone", None, at_most=2)),
    (("client_speed", "get_to_curl"), Figure("SDK, one by one: rate, of bare libcurl's", None, at_least=0.95)),
    (("client_speed", "get_async_to_curl"), Figure("SDK, 256 under way: rate, of libcurl's multi", None, at_least=0.8)),
    (("client_speed", "far_async_to_get"), Figure("SDK, 256 under way 2 ms away: rate, of one by one", None, at_least=5)),
    (("long_lists", "ratio_p99"), Figure("beside 8 lists of 100,000: p99, of alone", None, at_most=3)),
    (("long_lists", "more_bytes"), Figure("8 lists of 100,000: memory, more than idle", None, "B", at_most=16 << 20)),
)
ROOT = Path(__file__).resolve().parent.parent


@dataclasses.dataclass(frozen=True)
class Contender:
    server: Server
    load: Load


class Bench:
    """One run: the world, and where who may run. The last core is the server's, the others are wrk's."""

    def __init__(self, words: argparse.Namespace, scratch: Path, result: Report) -> None:
        self.words, self.scratch, self.result = words, scratch, result
        self.cores = sorted(os.sched_getaffinity(0))
        others = self.cores[:-1] or self.cores
        os.sched_setaffinity(0, others)
        self.wrk = Generator(others)
        say(f"inventing {CUSTOMERS:,} customers and {TOKENS:,} tokens")
        self.world = World(words.partnerd, scratch, CUSTOMERS, TOKENS)
        with self.partnerd(self.cores[-1:], 1) as ours:
            self.answer = self.world.choose_hot(ours)

    def partnerd(self, cores: list[int], threads: int) -> Partnerd:
        return Partnerd(self.words.partnerd, self.world.data, cores, threads)

    def nginx(self, cores: list[int]) -> Server:
        return nginx(self.scratch / "nginx", self.answer, cores)

    def add(self, *figures: Figure) -> None:
        self.result.figures.extend(figures)

    def alternate(self, name: str, contenders: Mapping[str, Contender], wrk: Generator) -> report.Rounds:
        """Rounds in turns, each time the other way round."""
        rounds: dict[str, list[Round]] = {who: [] for who in contenders}
        for each in contenders.values():
            wrk.warm_up(each.server, each.load, WARM_UP)
        for number in range(ROUNDS):
            for who in list(contenders)[::1 if number % 2 == 0 else -1]:
                rounds[who].append(wrk.run(contenders[who].server, contenders[who].load, SECONDS))
        return self.note(name, rounds)

    def note(self, name: str, rounds: report.Rounds) -> report.Rounds:
        self.result.scenarios[name] = rounds
        for who, each in rounds.items():
            say(f"{name}: {who} {report.middle(each, 'rate'):,.0f} requests/s")
            if (share := report.middle(each, "core_share")) < CORE_SHARE_MIN:
                say(f"  warning: {who} used {share:.2f} of its core: wrk or another program was the limit")
        return rounds

    def main_job(self) -> None:
        world, core = self.world, self.cores[-1:]
        with ExitStack() as stack:
            ours = self.partnerd(core, 1)
            servers = {"nginx": stack.enter_context(self.nginx(core)), "partnerd": stack.enter_context(ours)}
            if self.words.peer:
                servers["fastify"] = stack.enter_context(fastify(self.words.peer, world.data, core))
            for server in servers.values():
                self.compare(server)
            for name, ids, rate_min in (("one hot customer", world.hot_id, 1.0),
                                        (f"a mix of {min(MIX, world.count):,}", world.mix, 0.75),
                                        (f"uniform over {world.count:,}", world.ids, 0.6)):
                beside = {who: Contender(server, world.load(ids)) for who, server in servers.items()
                          if who != "fastify" or ids != world.ids}
                world.keep_in_memory()
                rounds = self.alternate(name, beside, self.wrk)
                self.add(Figure(f"{name}: rate, of nginx's", report.ratio(rounds, "partnerd", "nginx", "rate"),
                                at_least=rate_min),
                         Figure(f"{name}: p99, of nginx's", report.ratio(rounds, "partnerd", "nginx", "p99_us"),
                                at_most=1.5))
                if "fastify" in rounds:
                    self.add(Figure(f"{name}: rate, of Fastify's",
                                    report.ratio(rounds, "partnerd", "fastify", "rate"), at_least=6))
            dropped, answered = map(ours.metric, ("partnerd_log_records_dropped_total", "partnerd_requests_total"))
            self.add(Figure("log lines dropped of those exchanges", 100 * dropped / answered, "%"))

    def compare(self, server: Server) -> None:
        """The same status, body and header fields as partnerd, but for what a server cannot leave out."""
        answer = server.ask(self.world.request(self.world.hot))
        more = set(answer.fields) - set(self.answer.fields) - {"server", "connection", "keep-alive"}
        less = set(self.answer.fields) - set(answer.fields)
        if (answer.status, answer.body) != (self.answer.status, self.answer.body) or more or less:
            raise LoadError(f"{server.name} answers something else than partnerd: {answer}, not {self.answer}")

    def tokens(self) -> None:
        world = self.world
        with self.partnerd(self.cores[-1:], 1) as ours:
            self.compare(ours)
            one, many = "one token", f"{TOKENS:,} tokens"
            rounds = self.alternate("tokens in rotation", {
                one: Contender(ours, Load(world.hot_id, world.same_token)),
                many: Contender(ours, Load(world.hot_id, world.tokens))}, self.wrk)
            self.add(Figure(f"{many} in rotation: rate, of one token's",
                            report.ratio(rounds, many, one, "rate"), at_least=0.9))
            app, user = "App token", "App+User token"
            rounds = self.alternate("kinds of tokens", {
                app: Contender(ours, world.load(world.hot_id)),
                user: Contender(ours, Load(world.hot_id, world.user_token))}, self.wrk)
            self.add(Figure("App+User token: rate, of an App token's", report.ratio(rounds, user, app, "rate"),
                            at_least=0.95))

    def flood(self) -> None:
        good = self.world.load(self.world.hot_id)
        forged = Load(self.world.hot_id, self.world.one_token, "forged")
        alone, beside = "alone", "beside forged tokens (CPU of both)"
        rounds: dict[str, list[Round]] = {alone: [], beside: []}
        with self.partnerd(self.cores[-1:], 1) as ours:
            self.compare(ours)
            self.wrk.warm_up(ours, good, WARM_UP)
            for _ in range(ROUNDS):
                rounds[alone].append(self.wrk.run(ours, good, SECONDS))
                bad = self.wrk.start(ours, forged, SECONDS + 60)
                time.sleep(0.5)  # until it is under way
                rounds[beside].append(self.wrk.run(ours, good, SECONDS))
                bad.send_signal(signal.SIGINT)  # wrk stops, and tells what it has seen
                output = finish(bad)
                if not 0 < output["requests"] == output["not_2xx"] or output["socket_errors"]:
                    raise LoadError(f"forged tokens were not all refused: {output}")
        self.note("good callers", rounds)
        self.add(Figure(f"good callers beside {CONNECTIONS} connections of forged tokens: rate, of alone",
                        report.ratio(rounds, beside, alone, "rate"), at_least=0.5))

    def reactors(self) -> None:
        what = "two reactors: rate, of one's"
        if len(self.cores) < 4:
            self.add(Figure(what, None, at_least=1.6, note="fewer than 4 cores"))
            return
        load = self.world.load(self.world.hot_id)
        with self.partnerd(self.cores[-1:], 1) as one, self.partnerd(self.cores[-2:], 2) as two:
            self.compare(one)
            self.compare(two)
            rounds = self.alternate("reactors", {"one": Contender(one, load), "two": Contender(two, load)},
                                    Generator(self.cores[:-2]))
        self.add(Figure(what, report.ratio(rounds, "two", "one", "rate"), at_least=1.6))

    def pages(self) -> None:
        """What a client gets of a list in a second, beside what it gets of profiles one by one."""
        world = self.world
        with self.partnerd(self.cores[-1:], 1) as ours:
            self.compare(ours)
            rounds = self.alternate("pages of 100", {
                "profiles": Contender(ours, world.load(world.mix)),
                "pages": Contender(ours, Load(world.mix, world.one_token, "pages"))}, self.wrk)
        self.add(Figure("pages of 100 customers: bytes/s, of single profiles'",
                        report.ratio(rounds, "pages", "profiles", "bytes_rate"), at_least=0.5))

    def writes(self) -> None:
        """PUTs of profiles that are on the disk when they are answered, and GETs beside them. One reactor on two cores:
        the writer and the copying of the log have threads of their own."""
        to_one, to_bare = "64 writers over HTTP: rate, of one's", "64 writers over HTTP: rate, of a bare SQLite loop's"
        stall, beside = "one writer over HTTP: p99", "GETs beside 64 writers: p99, of alone"
        if len(self.cores) < 4 or not self.words.bare_writes:
            self.add(*(Figure(each, None, note="fewer than 4 cores, or no program for the bare loop")
                       for each in (to_one, to_bare, stall, beside)))
            return
        world, wrk = self.world, Generator(self.cores[:-2])
        one, many = (Load(world.mix, world.one_token, "put", count) for count in (1, CONNECTIONS))
        reads = Load(world.mix, world.one_token, "random", 4)
        rounds: dict[str, list[Round]] = {"one writer": [], "64 writers": [], "GETs": [], "GETs beside writers": []}
        bare: list[dict[str, float]] = []
        with self.partnerd(self.cores[-2:], 1) as ours:
            self.compare(ours)
            wrk.run(ours, one, 1)
            copy = self.copy_database()
            wrk.warm_up(ours, many, WARM_UP)
            for _ in range(ROUNDS):
                bare.append(self.write_bare(copy))
                rounds["one writer"].append(wrk.run(ours, one, SECONDS))
                rounds["64 writers"].append(wrk.run(ours, many, SECONDS))
                rounds["GETs"].append(wrk.run(ours, reads, SECONDS))
                writing = wrk.start(ours, many, SECONDS + 60)
                time.sleep(0.5)  # until it is under way
                rounds["GETs beside writers"].append(wrk.run(ours, reads, SECONDS))
                writing.send_signal(signal.SIGINT)
                output = finish(writing)
                if output["not_2xx"] or output["socket_errors"] or not output["requests"]:
                    raise LoadError(f"not every PUT was answered with 200: {output}")
        self.result.scenarios["durable writes"] = rounds
        self.result.programs["bare_writes"] = bare
        for who, each in rounds.items():
            say(f"durable writes: {who} {report.middle(each, 'rate'):,.0f} requests/s")
        bare_rates = [each["rate"] for each in bare]
        bare_p99 = median(each["p99_us"] for each in bare)
        say(f"durable writes: bare loop {median(bare_rates):,.0f} writes/s")
        self.add(Figure("a bare SQLite loop of 32 writes a commit: p99 of a commit", bare_p99, "µs"),
                 Figure(to_one, report.ratio(rounds, "64 writers", "one writer", "rate"), at_least=4),
                 Figure(to_bare, median(each.rate / rate for each, rate in
                                        zip(rounds["64 writers"], bare_rates, strict=True)), at_least=0.6),
                 Figure(stall, report.middle(rounds["one writer"], "p99_us"), "µs", at_most=5_000),
                 Figure(beside, report.ratio(rounds, "GETs beside writers", "GETs", "p99_us"), at_most=3))

    def copy_database(self) -> Path:
        """As it is now, beside the original."""
        copy = self.scratch / "bare.db"
        with closing(sqlite3.connect(self.world.data / "partnerd.db")) as ours, closing(sqlite3.connect(copy)) as theirs:
            ours.backup(theirs)
        return copy

    def write_bare(self, database: Path) -> dict[str, float]:
        """What SQLite does of it when nothing else is to be done."""
        done = start([str(self.words.bare_writes), str(database), str(self.world.mix), str(SECONDS)], self.cores[-2:],
                     stdout=subprocess.PIPE, text=True)
        output, _ = done.communicate()
        if done.returncode != 0:
            raise RuntimeError("bare_writes failed")
        return json.loads(output)

    def start(self) -> None:
        """From the program being started to its first 200, on any core, with as many reactors as cores."""
        request = self.world.request(self.world.hot)
        took: dict[str, list[float]] = {"partnerd": [], "nginx": []}
        for _ in range(STARTS):
            for server in (self.partnerd(self.cores, 0), self.nginx(self.cores)):
                began = time.perf_counter()
                with server:
                    status = server.ask(request).status
                    took[server.name].append((time.perf_counter() - began) * 1e3)
                if status != 200:
                    raise LoadError(f"{server.name} answered {status} first")
        self.add(Figure(f"start to first 200 with {self.world.count:,} customers", median(took["partnerd"]), "ms",
                        at_most=20),
                 Figure("start to first 200 of nginx", median(took["nginx"]), "ms"))

    def memory(self) -> None:
        request = self.world.request(self.world.hot)
        for threads, words in ((1, "one reactor"), (0, "a reactor per core")):
            with self.partnerd(self.cores, threads) as ours:
                for asked in (self.world.token_request(), request):
                    if (status := ours.ask(asked).status) != 200:
                        raise LoadError(f"{ours.name} answered {status}")
                self.add(Figure(f"resident memory, idle, {words}", settled(ours) / 2**20, "MiB", at_most=25))
        with self.partnerd(self.cores[-1:], 1) as ours:
            self.compare(ours)
            load, answered = self.world.load(self.world.mix), 0.0
            self.wrk.run(ours, load, SECONDS)
            before = settled(ours)
            while answered < REQUESTS:
                answered += self.wrk.run(ours, load, SECONDS).rate * SECONDS
            self.add(Figure(f"memory after {REQUESTS:,} requests, more than before them",
                            (settled(ours) - before) / 2**20, "MiB", at_most=1))
        count = min(IDLE_CONNECTIONS, allow_open_files() - 1_000)
        with self.partnerd(self.cores, 1) as ours, ExitStack() as stack:
            ours.ask(request)
            before = settled(ours)
            for _ in range(count):
                connection = stack.enter_context(ours.connect())
                connection.sendall(request)
                if read_answer(connection).status != 200:
                    raise LoadError("an idle connection was not served")
            self.add(Figure(f"memory of an idle connection, of {count:,} that asked once",
                            (settled(ours) - before) / count / 1024, "KiB", at_most=5))

    def programs(self) -> None:
        """Those that measure by themselves: they print a table, and a line of JSON last."""
        for program in self.words.program:
            say(f"running {program.name}")
            # What they write goes to the disk of the build directory: /tmp may be memory.
            done = start([str(program)], self.cores, stdout=subprocess.PIPE, text=True,
                         env={**os.environ, "TMPDIR": str(self.scratch)})
            output, _ = done.communicate()
            say(output)
            try:
                found = json.loads(output.splitlines()[-1])
            except (IndexError, json.JSONDecodeError) as error:
                raise RuntimeError(f"{program.name} ended with status {done.returncode}") from error
            self.result.programs[program.name] = found
            for (name, *keys), figure in PROGRAM_FIGURES:
                if name == program.name:
                    self.add(dataclasses.replace(figure, value=functools.reduce(lambda at, key: at[key], keys, found)))

    def micro(self) -> None:
        if not self.words.micro:
            return
        say(f"running {self.words.micro.name}")
        out = self.scratch / "micro.json"
        words = [str(self.words.micro), f"--benchmark_out={out}", "--benchmark_out_format=json",
                 "--benchmark_repetitions=9", "--benchmark_min_time=0.1", "--benchmark_enable_random_interleaving=true",
                 "--benchmark_display_aggregates_only=true"]
        if start(words, self.cores[-1:]).wait() != 0:
            raise RuntimeError(f"{self.words.micro} failed")
        runs = [each for each in json.loads(out.read_text())["benchmarks"] if each["run_type"] == "iteration"]
        runs.sort(key=lambda each: (each["family_index"], each["per_family_instance_index"], -each["cpu_time"]))
        # The fastest of each: what is slower had neighbours.
        found = list({each["run_name"]: each for each in runs}.values())
        self.result.programs["micro"] = found
        self.add(*(Figure(f"micro: {each['run_name']}", each["cpu_time"], each["time_unit"]) for each in found))
        cost = {each["run_name"]: each["cpu_time"] for each in found}
        self.add(Figure("verifying an unseen token: time, of OpenSSL's for the signature alone",
                        cost["verify_unseen_token"] / cost["verify_signature_bare"], at_most=1.3),
                 Figure("refusing one request too many: time, of answering it",
                        cost["dispatch_get_refused"] / cost["dispatch_get_billing_profile"], at_most=1))


def say(text: str) -> None:
    print(text, flush=True)


def settled(server: Server) -> int:
    """Its resident memory once that has stood still for a moment."""
    last, now = -1, server.resident_bytes()
    while now != last:
        time.sleep(0.25)
        last, now = now, server.resident_bytes()
    return now


def allow_open_files() -> int:
    """Raises the limit as far as it may; the limit."""
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    return most


def machine(program: Path, peer: Path | None) -> dict[str, str]:
    cpu = next((line.partition(": ")[2] for line in Path("/proc/cpuinfo").read_text().splitlines()
                if line.startswith("model name")), platform.machine())
    commit = said("git", "-C", str(ROOT), "describe", "--always", "--dirty", "--exclude=*")
    facts = {"cores": str(len(os.sched_getaffinity(0))), "processor": cpu, "kernel": platform.release(),
             "partnerd": f"{run(program, 'version').split()[-1]}, commit {'unknown' if ' ' in commit else commit}",
             "nginx": said("nginx", "-v").rpartition("/")[2], "wrk": said("wrk", "-v").split()[1]}
    if peer:
        locked = json.loads((peer / "package-lock.json").read_text())["packages"]
        versions = {name: locked[f"node_modules/{name}"]["version"] for name in ("fastify", "fast-jwt")}
        node = next(peer.glob("node_modules/node-linux-*/bin/node"))
        facts["Fastify"] = f"{versions['fastify']}, fast-jwt {versions['fast-jwt']}, Node {run(node, '-v').strip()}"
    return facts


def said(*words: str) -> str:
    """What a program says of its version, wherever; wrk ends with a failure then."""
    done = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    return done.stdout.strip()


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--partnerd", type=Path, required=True, help="the program")
    parser.add_argument("--out", type=Path, required=True, help="where results.json goes, and what is made on the way")
    parser.add_argument("--markdown", type=Path, help="write the tables there as well")
    parser.add_argument("--peer", type=Path, help="bench/peers/fastify, installed; without it nginx is the only peer")
    parser.add_argument("--micro", type=Path, help="the program of the micro-benchmarks")
    parser.add_argument("--bare-writes", type=Path, help="the program of that name, for the measure `writes`")
    parser.add_argument("--program", type=Path, action="append", default=[],
                        help="another one to run that prints JSON last; repeatable")
    parser.add_argument("measures", nargs="*", metavar="MEASURE", help=f"of {', '.join(MEASURES)}; without any, all")
    words = parser.parse_args()
    if unknown := set(words.measures) - set(MEASURES):
        parser.error(f"no such measure: {', '.join(unknown)}")
    return words


def stop(number: int, _: object) -> None:
    raise SystemExit(128 + number)


def main() -> int:
    signal.signal(signal.SIGTERM, stop)
    words = arguments()
    words.out.mkdir(parents=True, exist_ok=True)
    result = Report(machine(words.partnerd, words.peer),
                    {"rounds": ROUNDS, "seconds": SECONDS, "customers": CUSTOMERS, "tokens": TOKENS,
                     "connections": CONNECTIONS})
    with tempfile.TemporaryDirectory(prefix="run.", dir=words.out) as scratch:
        bench = Bench(words, Path(scratch).resolve(), result)
        for measure in words.measures or MEASURES:
            getattr(bench, measure)()
    report.write(words.out / "results.json", result.to_json())
    tables = result.to_markdown()
    if words.markdown:
        report.write(words.markdown, tables)
    print(f"\n{tables}\nMedians of {ROUNDS} rounds of {SECONDS} s; all of it is in {words.out / 'results.json'}.")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (LoadError, RuntimeError, OSError) as error:
        sys.exit(f"load.py: {error}")
    except KeyboardInterrupt:
        sys.exit(130)
