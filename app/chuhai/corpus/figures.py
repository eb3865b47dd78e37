"""The figures of a document as data: what each value measures, of whom, and where it stands.

``figures.toml`` lies beside the corpus folder. A record names its paragraph and quotes the
clause that states it; both are looked up in the document, so that a figure always has a
span. Contradictions inside the document are records too (``[[conflict]]``).
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from chuhai.domain import Document, Lang
from chuhai.errors import SettingsError

UNIT_PERCENT = "%"
QUALIFIERS = frozenset({"over", "nearly", "under", "about", "up_to", "at_least"})
POPULATIONS = frozenset(
    "chinese_firms overseas_decision_makers company china world linkedin other".split()
)


@dataclass(frozen=True, slots=True)
class Place:
    """A quotation and the paragraph that it stands in."""

    document: str
    anchor: str
    quote: str

    def find(self, document: Document) -> tuple[int, int] | None:
        """Offsets of the quotation, or None where it does not stand there."""
        for paragraph in document.paragraphs:
            if paragraph.anchor == self.anchor:
                start = document.text.find(self.quote, paragraph.start, paragraph.end)
                if start >= 0:
                    return start, start + len(self.quote)
        return None


@dataclass(frozen=True, slots=True)
class Figure:
    """One stated value; ``value_to`` is the upper end of a range."""

    id: str
    place: Place
    value: float
    unit: str
    population: str
    subject: Mapping[str, str]
    """What was asked or told about, per language; the same for all figures of a group."""
    measure: Mapping[str, str]
    """What the value is the share, amount or number of, per language."""
    value_to: float | None = None
    qualifier: str | None = None
    n: int | None = None
    """How many were asked, where the document says so."""
    group: str | None = None
    among: Mapping[str, str] = field(default_factory=dict)
    """The part of the population that was asked, where it was not all of it."""

    def label(self, lang: Lang) -> str:
        """Subject, measure and those asked, in words."""
        parts = (self.subject[lang], self.measure[lang], self.among.get(lang, ""))
        return ", ".join(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class Conflict:
    """Places of the document that do not agree with one another."""

    id: str
    topic: Mapping[str, str]
    explanation: Mapping[str, str]
    sides: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Figures:
    """What a corpus states in numbers, in reading order; empty for one without such a file."""

    figures: tuple[Figure, ...] = ()
    conflicts: tuple[Conflict, ...] = ()


def read_figures(path: Path) -> Figures:
    """The records of the file; none where there is no file.

    Raises SettingsError naming the record that cannot be read.
    """
    if not path.is_file():
        return Figures()
    return _read(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=4)
def _read(path: Path, _changed_ns: int) -> Figures:
    name = "?"
    try:
        with path.open("rb") as file:
            rows = tomllib.load(file)
        figures, conflicts = [], []
        for row in rows.get("figure", []):
            name = str(row.get("id", "?"))
            figures.append(_figure(row))
        for row in rows.get("conflict", []):
            name = str(row.get("id", "?"))
            conflicts.append(_conflict(row))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise _unreadable(path, f"{name}: {error}") from error
    return Figures(tuple(figures), tuple(conflicts))


def _unreadable(path: Path, what: str) -> SettingsError:
    return SettingsError(
        f"the figures {path} cannot be read ({what}): correct that record",
        f"数据表 {path} 读不了（{what}）：请改正该条目",
    )


def _figure(row: Mapping[str, Any]) -> Figure:
    return Figure(
        id=row["id"],
        place=_place(row),
        value=float(row["value"]),
        unit=row["unit"],
        population=row["population"],
        subject=_both(row["subject"]),
        measure=_both(row["measure"]),
        value_to=float(row["value_to"]) if "value_to" in row else None,
        qualifier=row.get("qualifier"),
        n=row.get("n"),
        group=row.get("group"),
        among=_both(row["among"]) if "among" in row else {},
    )


def _conflict(row: Mapping[str, Any]) -> Conflict:
    sides = tuple(_place(side) for side in row["sides"])
    return Conflict(row["id"], _both(row["topic"]), _both(row["explanation"]), sides)


def _place(row: Mapping[str, Any]) -> Place:
    return Place(row["document"], row["anchor"], row["quote"])


def _both(words: Mapping[str, str]) -> dict[str, str]:
    return {"zh": words["zh"], "en": words["en"]}
