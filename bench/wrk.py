"""One run of wrk against one server, and what it cost that server. Calls load.lua, servers.py."""
# SPDX-License-Identifier: MIT
from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from servers import Server, start

SCRIPT = Path(__file__).with_name("load.lua")
CONNECTIONS = 64


class LoadError(Exception):
    """The load was not answered as it must be: figures of it would mean nothing."""


@dataclass(frozen=True)
class Load:
    """What is asked for: the files hold one id, or one token, a line."""

    ids: Path
    tokens: Path
    order: str = "random"
    connections: int = CONNECTIONS


@dataclass(frozen=True)
class Round:
    """What wrk saw, and what the server's process used for it."""

    rate: float
    bytes_rate: float
    p50_us: float
    p99_us: float
    max_us: float
    user_us: float  # per request
    system_us: float
    core_share: float  # of the cores that the server has


class Generator:
    """wrk on cores of its own."""

    def __init__(self, cores: Sequence[int]) -> None:
        self.cores = tuple(cores)
        # A power of two, so that the connections divide evenly; no fewer than there are cores.
        self.threads = min(16, 1 << (len(self.cores) - 1).bit_length())
        self._seed = 0

    def start(self, server: Server, load: Load, seconds: int) -> subprocess.Popen[str]:
        self._seed += 1
        threads = min(self.threads, load.connections)
        words = ["wrk", "--threads", str(threads), "--connections", str(load.connections),
                 "--duration", f"{seconds}s", "--timeout", "10s", "--script", str(SCRIPT),
                 f"http://127.0.0.1:{server.port}", "--",
                 str(load.ids), str(load.tokens), load.order, str(self._seed)]
        return start(words, self.cores, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    def warm_up(self, server: Server, load: Load, seconds: int) -> None:
        if seconds:
            self.run(server, load, seconds)

    def run(self, server: Server, load: Load, seconds: int) -> Round:
        """Throws LoadError unless every answer was a 200."""
        before = server.cpu_time()
        output = finish(self.start(server, load, seconds))
        after = server.cpu_time()
        if output["not_2xx"] or output["socket_errors"] or not output["requests"]:
            raise LoadError(f"{server.name} did not answer everything with 200: {output}")
        requests, lasted = output["requests"], output["seconds"]
        user, system = after.user - before.user, after.system - before.system
        return Round(
            rate=requests / lasted, bytes_rate=output["bytes"] / lasted,
            p50_us=output["p50_us"], p99_us=output["p99_us"], max_us=output["max_us"],
            user_us=user * 1e6 / requests, system_us=system * 1e6 / requests,
            core_share=(user + system) / lasted / len(server.cores))


def finish(wrk: subprocess.Popen[str]) -> dict[str, float]:
    """Waits for its end; the line of JSON that load.lua wrote last."""
    output, _ = wrk.communicate()
    if wrk.returncode != 0 or not output.rstrip().endswith("}"):
        raise LoadError(f"wrk failed: {output}")
    return json.loads(output.splitlines()[-1])
