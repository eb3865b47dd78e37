"""``make bench``: how long questions take, as one table.

Cold is a whole process from start to exit with the index built; the peer in the same run
is the same interpreter importing what LangChain's default pipeline needs before it could
embed one question. Warm is one question in a running process.
"""

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from chuhai.settings import from_environment
from chuhai.wiring import Workshop

_COLD_RUNS = 5
_QUESTIONS = [
    "展会有什么缺点？",
    "海外代理有哪些不足？",
    "海外买家最看重供应商的什么？",
    "What do overseas buyers value most in a Chinese supplier?",
    "How does Anker balance long-term brand and short-term results?",
    "成交金额在5000万美元以上的大单占多少？",
]
_PEER = "import chromadb, langchain_core.retrievers, sentence_transformers"


def main() -> None:
    """Prints the table."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        workshop = Workshop(from_environment({}, home=home))
        started = time.perf_counter()
        workshop.build()
        rows = [("build the whitepaper's index, encoder loading included", [_since(started)])]
        command = [sys.executable, "-m", "chuhai.cli", "--home", str(home)]
        rows += [
            ("chuhai ask, cold, whole process", _cold([*command, "ask", _QUESTIONS[0]])),
            ("chuhai search, cold, whole process", _cold([*command, "search", _QUESTIONS[0]])),
            (
                "peer: imports of chromadb + LangChain + sentence-transformers alone",
                _cold([sys.executable, "-c", _PEER]),
            ),
        ]
        advisor = workshop.advisor(workshop.open())
        rows += [
            ("one question, warm", _warm(lambda q: advisor.ask([q]))),
            ("one search, warm", _warm(advisor.search)),
        ]
    print("| what | median | slowest |\n|---|---|---|")
    for name, seconds in rows:
        print(f"| {name} | {_show(statistics.median(seconds))} | {_show(max(seconds))} |")


def _cold(command: list[str]) -> list[float]:
    seconds = []
    for _ in range(_COLD_RUNS):
        started = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        seconds.append(_since(started))
    return seconds


def _warm(ask: Callable[[str], object]) -> list[float]:
    for question in _QUESTIONS:
        ask(question)
    seconds = []
    for question in _QUESTIONS * 5:
        started = time.perf_counter()
        ask(question)
        seconds.append(_since(started))
    return seconds


def _since(started: float) -> float:
    return time.perf_counter() - started


def _show(seconds: float) -> str:
    return f"{seconds:.2f} s" if seconds >= 1 else f"{seconds * 1000:.0f} ms"


if __name__ == "__main__":
    main()
