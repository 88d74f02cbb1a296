"""The servers that are compared: how each is started, pinned and stopped, and what the kernel says it used.

Each is a child process that ends with this one; ended by its process id. Calls nothing of ours.
"""
# SPDX-License-Identifier: MIT
from __future__ import annotations

import contextlib
import os
import random
import socket
import subprocess
import threading
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Answer:
    """An HTTP answer; the names of its fields in lower case."""

    status: int
    fields: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class CpuTime:
    """Seconds since the process began."""

    user: float
    system: float


def free_port() -> int:
    """One that nobody else gets before our server does: below those that the kernel deals out."""
    while True:
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port := random.randrange(10_240, 32_768)))
            return port


def read_answer(connection: socket.socket) -> Answer:
    """One answer with a Content-Length, to its end."""
    text = b""
    while b"\r\n\r\n" not in text:
        text += _some(connection)
    head, _, body = text.partition(b"\r\n\r\n")
    lines = head.decode().split("\r\n")
    fields = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines[1:])}
    while len(body) < int(fields.get("content-length", "0")):
        body += _some(connection)
    return Answer(int(lines[0].split()[1]), fields, body)


def _some(connection: socket.socket) -> bytes:
    more = connection.recv(65536)
    if not more:
        raise ConnectionResetError("the server closed the connection")
    return more


def start(words: Sequence[str], cores: Sequence[int], **pipes: Any) -> subprocess.Popen[Any]:
    """A child that runs on these cores, and not longer than this program."""
    own = os.sched_getaffinity(0)
    os.sched_setaffinity(0, cores)  # which the child inherits: cheaper than taskset, that would count as start-up
    try:
        return subprocess.Popen(["setpriv", "--pdeathsig", "KILL", "--", *words], stdin=subprocess.DEVNULL,
                                start_new_session=True, **pipes)
    finally:
        os.sched_setaffinity(0, own)


class Server:
    """A program that listens on a loopback port, pinned to cores; runs inside a `with`."""

    def __init__(self, name: str, words: Sequence[str], port: int, cores: Sequence[int]) -> None:
        self.name = name
        self.port = port
        self.cores = tuple(cores)
        self._words = words
        self._process: subprocess.Popen[bytes] | None = None
        self._said = bytearray()

    def __enter__(self) -> Self:
        process = start(self._words, self.cores, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, pipesize=1 << 20)
        self._process = process
        assert process.stderr is not None
        self._reader = threading.Thread(target=self._read_log, args=(process.stderr.fileno(),))
        self._reader.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        process = self._running()
        process.terminate()
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        self._reader.join()
        assert process.stderr is not None
        process.stderr.close()

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            raise RuntimeError(f"{self.name} was not started")
        return self._process

    def _read_log(self, pipe: int) -> None:
        """Reads the log as a collector would; keeps its beginning, for when something is wrong."""
        piece = bytearray(1 << 20)
        while count := os.readv(pipe, [piece]):
            if len(self._said) < 4096:
                self._said += piece[:min(count, 4096)]

    def connect(self) -> socket.socket:
        """Waits until it listens."""
        while True:
            try:
                return socket.create_connection(("127.0.0.1", self.port))
            except ConnectionRefusedError:
                if self._running().poll() is not None:
                    self._reader.join()
                    raise RuntimeError(f"{self.name} ended: {self._said.decode()}") from None

    def ask(self, request: bytes) -> Answer:
        with self.connect() as connection:
            connection.sendall(request)
            return read_answer(connection)

    def cpu_time(self) -> CpuTime:
        text = Path(f"/proc/{self._running().pid}/stat").read_text()
        fields = text.rpartition(")")[2].split()  # from the state on, which is the third field
        return CpuTime(int(fields[11]) / TICKS, int(fields[12]) / TICKS)

    def resident_bytes(self) -> int:
        pages = int(Path(f"/proc/{self._running().pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGESIZE")


class Partnerd(Server):
    """With its log and metrics on; `threads` 0 is its default."""

    def __init__(self, program: Path, data: Path, cores: Sequence[int], threads: int) -> None:
        port, self._admin = free_port(), free_port()
        words = [str(program), "serve", "--demo", "--data", str(data), "--listen", f"127.0.0.1:{port}",
                 "--admin", f"127.0.0.1:{self._admin}", "--threads", str(threads),
                 "--log-level", "info", "--log-format", "json"]
        super().__init__("partnerd", words, port, cores)

    def metric(self, name: str) -> float:
        """The sum of all its series."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self._admin}/metrics") as page:
            lines = page.read().decode().splitlines()
        return sum(float(line.split()[-1]) for line in lines if line.split("{")[0].split()[0] == name)


def fastify(peer: Path, data: Path, cores: Sequence[int]) -> Server:
    """The peer as bench/peers/fastify installs it, on the Node that it brings along."""
    node = next(peer.glob("node_modules/node-linux-*/bin/node"))
    port = free_port()
    return Server("fastify", [str(node), str(peer / "server.js"), str(data), str(port)], port, cores)


NGINX = """daemon off;
master_process off;
pid {scratch}/nginx.pid;
error_log stderr crit;
events {{ worker_connections 4096; }}
http {{
  client_body_temp_path {scratch}/body;
  proxy_temp_path {scratch}/proxy;
  fastcgi_temp_path {scratch}/fastcgi;
  uwsgi_temp_path {scratch}/uwsgi;
  scgi_temp_path {scratch}/scgi;
  access_log off;
  keepalive_timeout 1h;
  keepalive_time 24h;
  keepalive_requests 1000000000;
  server {{
    listen 127.0.0.1:{port};
    location / {{
      default_type "{type}";
{fields}
      return 200 {body};
    }}
  }}
}}
"""
# nginx writes these by itself; it cannot be told to leave out the last two.
NGINX_OWN = {"content-type", "content-length", "date", "server", "connection"}


def quoted(text: str) -> str:
    """As nginx's configuration wants it; it would take a $ for a variable."""
    if "$" in text:
        raise RuntimeError("nginx cannot return a text with a $")
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def nginx(scratch: Path, copied: Answer, cores: Sequence[int]) -> Server:
    """Answers everything with the status, body and fields of this answer; one process, one worker."""
    scratch.mkdir(exist_ok=True)
    fields = [f"      add_header {name} {quoted(value)};" for name, value in copied.fields.items()
              if name not in NGINX_OWN]
    port = free_port()
    (scratch / "nginx.conf").write_text(NGINX.format(
        scratch=scratch, port=port, type=copied.fields["content-type"], fields="\n".join(fields),
        body=quoted(copied.body.decode())))
    return Server("nginx", ["nginx", "-p", str(scratch), "-e", "stderr", "-c", "nginx.conf"], port, cores)
