"""The comparable figures of an answer as bars: percentages of one question, side by side.

Only where the corpus has its figures as data: what two numbers measure, and whether they
are shares of the same whole, cannot be told from a sentence.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from chuhai.corpus.figures import UNIT_PERCENT, Figure
from chuhai.domain import Answer, Lang
from chuhai.export.figures import value
from chuhai.export.labels import label
from chuhai.export.library import Library


@dataclass(frozen=True, slots=True)
class Bar:
    """A share: its measure, how it is written, its length in percent, its marker."""

    measure: str
    written: str
    percent: float
    n: int


@dataclass(frozen=True, slots=True)
class Chart:
    """Two or more shares of the same population asked the same."""

    subject: str
    bars: tuple[Bar, ...]


def charts(answer: Answer, library: Library) -> list[Chart]:
    """Charts of the figures that stand in the cited sentences, in the order of their markers.

    A figure that is a range, or whose record names no group, is comparable to none.
    """
    groups: dict[tuple[str, str], dict[str, tuple[Figure, int]]] = {}
    for figure, n in _cited(answer, library):
        if figure.unit == UNIT_PERCENT and figure.group and figure.value_to is None:
            key = (figure.group, figure.population)
            groups.setdefault(key, {}).setdefault(figure.measure["en"], (figure, n))
    found = []
    for each in groups.values():
        if len(each) > 1:
            bars = sorted((_bar(f, n, answer.lang) for f, n in each.values()), key=_longest)
            subject = next(iter(each.values()))[0].subject[answer.lang]
            found.append(Chart(subject, tuple(bars)))
    return found


def _cited(answer: Answer, library: Library) -> Iterator[tuple[Figure, int]]:
    for citation in answer.citations:
        # A changed source may hold other words at these places.
        held = not library.changed(citation)
        for figure, start, end in library.figures:
            inside = citation.start <= start and end <= citation.end
            if figure.place.document == citation.document and inside and held:
                yield figure, citation.n


def _bar(figure: Figure, n: int, lang: Lang) -> Bar:
    among = figure.among.get(lang, "")
    measure = (", " if lang == "en" else "，").join(filter(None, (figure.measure[lang], among)))
    exactly = label(figure.qualifier, lang) if figure.qualifier else ""
    space = " " if exactly and lang == "en" else ""
    return Bar(measure, f"{exactly}{space}{value(figure, lang)}", figure.value, n)


def _longest(bar: Bar) -> float:
    return -bar.percent
