"""What is asked for: a partner's invented customers, tokens, and files of both for wrk. Calls the program partnerd."""
# SPDX-License-Identifier: MIT
from __future__ import annotations

import json
import random
import subprocess
from pathlib import Path
from urllib.parse import urlencode

from servers import Answer, Server
from wrk import Load

ID_BYTES = 37  # with the line's end
MIX = 4_000
HEAD = """GET /v1/customers/{customer}/profiles/billing HTTP/1.1\r
Host: 127.0.0.1\r
Authorization: Bearer {token}\r
MS-CorrelationId: c2b7d915-6e0a-4f3d-8a44-51f0c7e9ab36\r
MS-RequestId: 0d6a4b8e-1f2c-4c57-93aa-7e51b9c20d14\r
Accept: application/json\r
Connection: Keep-Alive\r
\r
"""


def run(*words: str | Path) -> str:
    """What the command printed; throws, with what it said, when it fails."""
    done = subprocess.run(list(map(str, words)), capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"{words[0]} failed: {done.stderr or done.stdout}")
    return done.stdout


class World:
    """A data directory of partnerd with that many customers of one partner besides the sample ones."""

    def __init__(self, program: Path, scratch: Path, customers: int, tokens: int) -> None:
        self._scratch = scratch
        self.data = scratch / "data"
        self.ids = scratch / "ids"
        run(program, "seed", "--customers", str(customers), "--ids", self.ids, "--data", self.data)
        self.count = self.ids.stat().st_size // ID_BYTES
        self.tokens = self._file("tokens", run(program, "token", "--count", str(tokens), "--data", self.data))
        self.token = self.tokens.read_text().splitlines()[0]
        self.user_token = self._file("user_token", run(program, "token", "--user", self._person(), "--data", self.data))
        self.one_token = self._file("one_token", self.token + "\n")
        # As many lines as there are tokens, so that wrk has the same work with one as with all.
        self.same_token = self._file("same_token", (self.token + "\n") * tokens)

    def _person(self) -> str:
        """Who may read the customers' profiles."""
        partner = json.loads((self.data / "demo.json").read_text())["partners"][0]
        return partner["users"][0]["userPrincipalName"]

    def _file(self, name: str, text: str) -> Path:
        path = self._scratch / name
        path.write_text(text)
        return path

    def keep_in_memory(self) -> None:
        """Reads the database, of which a virtual machine may have lost pages to its host: disks are not compared."""
        with (self.data / "partnerd.db").open("rb") as database:
            while database.read(2**20):
                pass

    def customers(self, count: int) -> list[str]:
        """That many of all, drawn alike in each run."""
        text = self.ids.read_text()
        places = random.Random(1).sample(range(self.count), min(count, self.count))
        return [text[place * ID_BYTES:(place + 1) * ID_BYTES - 1] for place in places]

    def request(self, customer: str) -> bytes:
        return HEAD.format(customer=customer, token=self.token).encode()

    def token_request(self) -> bytes:
        """Asks for a token with a secret, as programs do."""
        partner = json.loads((self.data / "demo.json").read_text())["partners"][0]
        application = partner["applications"][0]
        form = urlencode({"grant_type": "client_credentials", "client_id": application["clientId"],
                          "client_secret": application["clientSecret"],
                          "scope": "https://api.partnercenter.microsoft.com/.default"})
        return (f"POST /{partner['tenantId']}/oauth2/v2.0/token HTTP/1.1\r\nHost: partnerd\r\n"
                f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(form)}\r\n\r\n{form}").encode()

    def choose_hot(self, server: Server) -> Answer:
        """Makes a customer whose profile is of middling size the hot one; its answer."""
        answers = {each: server.ask(self.request(each)) for each in self.customers(101)}
        for answer in answers.values():
            if answer.status != 200:
                raise RuntimeError(f"{server.name} answered {answer.status}: {answer.body.decode()}")
        by_size = sorted(answers, key=lambda each: len(answers[each].body))
        self.hot = by_size[len(by_size) // 2]
        self.hot_id = self._file("hot_id", self.hot + "\n")
        # Without the hot one: the mix is also what is written to, and the hot one is what answers are compared with.
        self.mix = self._file("mix", "".join(each + "\n" for each in self.customers(MIX + 1) if each != self.hot))
        return answers[self.hot]

    def load(self, ids: Path) -> Load:
        return Load(ids, self.one_token)
