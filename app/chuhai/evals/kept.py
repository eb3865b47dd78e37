"""The runs that there are to look at: those of home, the last first, and shipped baselines."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from chuhai.evals.files import LATEST, costs_beside, read_costs
from chuhai.evals.run import Json

MOST = 5
"""Earlier runs that are kept beside the latest; some 3 MB each."""
_EARLIER = "run-"


@dataclass(frozen=True, slots=True)
class Kept:
    """A saved run, not read yet."""

    path: Path
    date: str
    """When it was made, ISO 8601; empty where nobody noted it."""
    baseline: bool = False

    @property
    def name(self) -> str:
        return self.path.stem


def runs(folder: Path, baselines: Path) -> list[Kept]:
    """The runs of home (``folder``), the last first, then the baselines by name."""
    found = [Kept(path, _date(path)) for path in _files(folder)]
    # Runs of one second are told apart by name alone; the latest stays the latest.
    found.sort(key=lambda run: (run.path.name == LATEST, run.date, run.name), reverse=True)
    return found + [Kept(path, "", baseline=True) for path in _files(baselines)]


def set_aside(folder: Path) -> None:
    """Keeps the latest run under its date before another takes its place; the oldest go."""
    latest = folder / LATEST
    if latest.is_file():
        stamp = "".join(ch for ch in _date(latest) if ch.isdigit())[:14]
        target = folder / f"{_EARLIER}{stamp}.json"
        _move(latest, target)
    earlier = sorted(path for path in _files(folder) if path.name.startswith(_EARLIER))
    for path in earlier[:-MOST]:
        path.unlink(missing_ok=True)
        costs_beside(path).unlink(missing_ok=True)


def _move(source: Path, target: Path) -> None:
    if costs_beside(source).is_file():
        costs_beside(source).replace(costs_beside(target))
    source.replace(target)


def _files(folder: Path) -> Iterable[Path]:
    """What may be runs: neither their costs, nor what was broken off."""
    return [p for p in sorted(folder.glob("*.json")) if not p.name.endswith(".costs.json")]


def _date(path: Path) -> str:
    noted = read_costs(path).get("date")
    if isinstance(noted, str) and noted:
        return noted
    return datetime.fromtimestamp(path.stat().st_mtime, UTC).isoformat(timespec="seconds")


def answered(run: Json) -> bool:
    """Whether the run holds its answers, not scores alone."""
    return any("answer" in row for row in run["results"])
