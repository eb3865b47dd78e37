"""Times as rows of one Markdown table."""

import json
import os
import statistics
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from chuhai.settings import shipped

_HEAD = (
    "| what | Chuhai | peer | peer with BM25 | bar | load |",
    "|---|---|---|---|---|---|",
)
_ASKED = 60


def questions() -> list[str]:
    """Questions of the eval set, half of them in each language, no two alike."""
    found: dict[str, list[str]] = {"zh": [], "en": []}
    for path in sorted(shipped("evals/cases/dev").glob("*.jsonl")):
        for case in map(json.loads, path.read_text(encoding="utf-8").splitlines()):
            if len(case["turns"]) == 1 and case["turns"][0] not in found[case["lang"]]:
                found[case["lang"]].append(case["turns"][0])
    half = _ASKED // 2
    pairs = zip(found["zh"][:half], found["en"][:half], strict=True)
    return [question for pair in pairs for question in pair]


@dataclass(frozen=True)
class Row:
    """One measurement: medians, in seconds or by the second; None was not measured."""

    what: str
    ours: float
    peer: float | None = None
    hybrid: float | None = None
    bar: str = ""
    """What it is held to, as words."""
    held: bool | None = None
    rate: bool = False
    """Whether the values are vectors a second."""

    def line(self) -> str:
        show = _rate if self.rate else _seconds
        verdict = "" if self.held is None else " ✓" if self.held else " ✗"
        values = [show(value) for value in (self.ours, self.peer, self.hybrid)]
        cells = [self.what, *values, f"{self.bar}{verdict}", f"{os.getloadavg()[0]:.1f}"]
        return f"| {' | '.join(cells)} |"


def table(lines: Sequence[str]) -> str:
    """The lines of rows under their head. Load is that of the last minute, at the row's end."""
    return "\n".join([*_HEAD, *lines])


def warm(ask: Callable[[str], object]) -> float:
    """Median seconds of one question in a running process: the second half, each for the first
    time, after the first half has warmed it."""
    asked = questions()
    for question in asked[: _ASKED // 2]:
        ask(question)
    return statistics.median(timed(ask, question) for question in asked[_ASKED // 2 :])


def cold(command: Sequence[str], runs: int) -> float:
    """Median seconds of a whole process."""
    seconds = []
    for _ in range(runs):
        started = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        seconds.append(time.perf_counter() - started)
    return statistics.median(seconds)


def timed(work: Callable[..., object], *arguments: object) -> float:
    """Seconds that it takes."""
    started = time.perf_counter()
    work(*arguments)
    return time.perf_counter() - started


def _seconds(value: float | None) -> str:
    if value is None:
        return "–"
    if value >= 1:
        return f"{value:.2f} s"
    return f"{value * 1000:.0f} ms" if value >= 0.01 else f"{value * 1000:.2g} ms"


def _rate(value: float | None) -> str:
    return "–" if value is None else f"{value:,.0f}/s"
