"""The figures of a run: as tables for people, as JSON for programs. Calls nothing of ours but wrk.py's Round."""
# SPDX-License-Identifier: MIT
from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from wrk import Round

Rounds = Mapping[str, Sequence[Round]]  # by contender


@dataclass(frozen=True)
class Figure:
    """One number, and what it should be. A value of None was not measured; `note` says why."""

    what: str
    value: float | None
    unit: str = ""
    at_least: float | None = None
    at_most: float | None = None
    note: str = ""

    @property
    def verdict(self) -> str:
        if self.value is None:
            return f"not measured: {self.note}"
        if self.at_least is None and self.at_most is None:
            return self.note
        met = (self.at_least is None or self.value >= self.at_least) and (
            self.at_most is None or self.value <= self.at_most)
        return "met" if met else "missed"

    @property
    def target(self) -> str:
        bounds = (("≥", self.at_least), ("≤", self.at_most))
        return " ".join(f"{sign} {bound:g}{self.unit and ' ' + self.unit}" for sign, bound in bounds
                        if bound is not None)


def middle(rounds: Sequence[Round], member: str) -> float:
    return median(getattr(each, member) for each in rounds)


def ratio(rounds: Rounds, over: str, under: str, member: str) -> float:
    """The median of the ratios of rounds that were run one after the other."""
    return median(getattr(one, member) / getattr(other, member)
                  for one, other in zip(rounds[over], rounds[under], strict=True))


@dataclass
class Report:
    machine: dict[str, str]
    settings: dict[str, object]
    scenarios: dict[str, Rounds] = field(default_factory=dict)
    figures: list[Figure] = field(default_factory=list)
    programs: dict[str, object] = field(default_factory=dict)  # what others printed as JSON

    def to_json(self) -> str:
        figures = [dataclasses.asdict(each) | {"verdict": each.verdict} for each in self.figures]
        scenarios = {name: {who: [dataclasses.asdict(each) for each in rounds] for who, rounds in by.items()}
                     for name, by in self.scenarios.items()}
        return json.dumps({"machine": self.machine, "settings": self.settings, "figures": figures,
                           "scenarios": scenarios, "programs": self.programs}, indent=1)

    def to_markdown(self) -> str:
        facts = table(["Machine", ""], [[name, value] for name, value in self.machine.items()])
        rates = table(
            ["Load", "Server", "requests/s", "of the first", "p50 µs", "p99 µs", "CPU µs/request (user + system)",
             "core in use"],
            [row for name, rounds in self.scenarios.items() for row in rate_rows(name, rounds)])
        targets = table(
            ["Figure", "Value", "Target", ""],
            [[each.what, "–" if each.value is None else f"{rounded(each.value)} {each.unit}".strip(),
              each.target, each.verdict] for each in self.figures])
        return f"{rates}\n{targets}\n{facts}"


def rate_rows(name: str, rounds: Rounds) -> list[list[str]]:
    first = next(iter(rounds))
    return [[name, who, f"{middle(each, 'rate'):,.0f}", f"{ratio(rounds, who, first, 'rate'):.2f}",
             f"{middle(each, 'p50_us'):,.0f}", f"{middle(each, 'p99_us'):,.0f}",
             f"{middle(each, 'user_us'):.1f} + {middle(each, 'system_us'):.1f}",
             f"{middle(each, 'core_share'):.2f}"]
            for who, each in rounds.items()]


def rounded(value: float) -> str:
    """Three digits that count."""
    digits = 2 - math.floor(math.log10(abs(value))) if value else 0
    return f"{round(value, digits):,.{max(0, digits)}f}"


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table whose columns line up: the first two to the left, the others to the right."""
    widths = [max(len(row[at]) for row in [head, *rows]) for at in range(len(head))]

    def line(cells: Sequence[str]) -> str:
        padded = (cell.ljust(width) if at < 2 else cell.rjust(width)
                  for at, (cell, width) in enumerate(zip(cells, widths, strict=True)))
        return f"| {' | '.join(padded)} |\n"

    ruler = [("-" * width if at < 2 else "-" * (width - 1) + ":") for at, width in enumerate(widths)]
    return line(head) + line(ruler) + "".join(map(line, rows))


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
