"""Many open sessions that keep asking: how long answers take, and whether any fails.

``python -m tests.bench.load [--sessions 50] [--seconds 300] [--every 10]`` starts
``chuhai serve`` on a fresh home, opens that many sessions and lets each ask a question every
``--every`` seconds. ``--address`` takes a server that is running already. Sessions speak
Streamlit's protocol and draw nothing; with ``--browser`` they are pages of one Chromium,
whose drawing then takes its share of the cores.

A question's time runs from sending it until the whole answer was drawn. An answer that does
not come within a minute is an error.
"""

import argparse
import asyncio
import contextlib
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.async_api import Error, async_playwright

from chuhai.settings import from_environment
from chuhai.wiring import Workshop
from tests.bench.readers import Failed, Reader, page_reader, socket_reader
from tests.browser import ABSENT, FLAGS, found_chromium, serving

_QUESTIONS = (
    "展会有什么缺点？",
    "海外代理有哪些不足？",
    "海外买家最看重供应商的什么？",
    "怎样平衡长期品牌目标和短期利益？",
    "What are the drawbacks of trade shows?",
    "How can long-term brand goals and short-term results be balanced?",
    "What do overseas buyers value most in a Chinese supplier?",
)
Open = Callable[[str, str], AbstractAsyncContextManager[Reader]]
"""Opens a session, given address and locale."""


@dataclass
class Tally:
    """What was measured, in seconds, and what failed."""

    opened: list[float] = field(default_factory=list)
    first: list[float] = field(default_factory=list)
    answers: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


async def session(
    open_reader: Open,
    address: str,
    start: float,
    number: int,
    seconds: float,
    every: float,
    to: Tally,
) -> None:
    """One reader: comes after ``start`` seconds, then asks every so often until time is over."""
    await asyncio.sleep(start)
    began = time.monotonic()
    end = began + seconds
    try:
        async with open_reader(address, "zh-CN" if number % 2 else "en-US") as reader:
            to.opened.append(time.monotonic() - began)
            asked = 0
            while time.monotonic() < end:
                began = time.monotonic()
                first = await reader.ask(_QUESTIONS[(number + asked) % len(_QUESTIONS)])
                to.answers.append(time.monotonic() - began)
                to.first += [] if first is None else [first]
                asked += 1
                await asyncio.sleep(max(0.0, every - (time.monotonic() - began)))
    except (Error, Failed, OSError, TimeoutError) as error:
        said = str(error).partition("\n")[0]
        to.errors.append(f"session {number}: {type(error).__name__} {said}")


async def load(
    address: str, sessions: int, seconds: float, every: float, *, browser: bool = False
) -> Tally:
    """All readers at once; they come spread over ``every`` seconds."""
    tally = Tally()
    async with _kind(browser=browser) as open_reader:
        await asyncio.gather(
            *(
                session(open_reader, address, every * n / sessions, n, seconds, every, tally)
                for n in range(sessions)
            )
        )
    return tally


@asynccontextmanager
async def _kind(*, browser: bool) -> AsyncIterator[Open]:
    if not browser:
        yield socket_reader
        return
    found = found_chromium()
    if found is None:
        raise FileNotFoundError(ABSENT)
    async with async_playwright() as playwright:
        opened = await playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield lambda address, locale: page_reader(opened, address, locale)
        await opened.close()


def table(tally: Tally, sessions: int, seconds: float, every: float) -> str:
    """The result as a Markdown table, errors below it."""
    whole = f"whole answer, {sessions} sessions asking every {every:g} s for {seconds:g} s"
    rows = [
        "| what | count | p50 | p95 | slowest | errors |",
        "|---|---|---|---|---|---|",
        _row(whole, tally.answers, len(tally.errors)),
        _row("first words of an answer", tally.first),
        _row("page open", tally.opened),
    ]
    return "\n".join(rows + [f"- {error}" for error in tally.errors[:10]])


def _row(name: str, seconds: Sequence[float], errors: int | str = "") -> str:
    if not seconds:
        return f"| {name} | 0 | – | – | – | {errors} |"
    ordered = sorted(seconds)
    p95 = ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))]
    shown = (statistics.median(ordered), p95, ordered[-1])
    cells = " | ".join(f"{value:.2f} s" for value in shown)
    return f"| {name} | {len(ordered)} | {cells} | {errors} |"


@contextlib.contextmanager
def served(address: str | None) -> Iterator[str]:
    """The address given, or that of a server over a home with a fresh index."""
    if address is not None:
        yield address
        return
    with tempfile.TemporaryDirectory() as folder:
        Workshop(from_environment({}, Path(folder))).build()
        with serving(Path(folder)) as started:
            yield started


def main() -> None:
    """Prints the table; exit status 1 where any answer failed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--sessions", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=300.0)
    parser.add_argument("--every", type=float, default=10.0, help="seconds between two questions")
    parser.add_argument("--address", help="of a server that is running already")
    parser.add_argument("--browser", action="store_true", help="pages of a real Chromium")
    arguments = parser.parse_args()
    asked = (arguments.sessions, arguments.seconds, arguments.every)
    with served(arguments.address) as address:
        tally = asyncio.run(load(address, *asked, browser=arguments.browser))
    print(table(tally, *asked))
    raise SystemExit(bool(tally.errors) or not tally.answers)


if __name__ == "__main__":
    main()
