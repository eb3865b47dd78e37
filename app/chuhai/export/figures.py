"""The figures that an answer rests on: large enough to be seen, each with what it measures.

Where the corpus has its figures as data, their words are taken; else the clause that states
a number with a unit is its own label.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from chuhai.corpus.figures import UNIT_PERCENT, Figure
from chuhai.domain import Answer, Citation, Lang
from chuhai.export.inert import flat
from chuhai.export.labels import label
from chuhai.export.library import Library
from chuhai.language.numbers import each_stated

# Where a clause ends; a comma or full stop inside of a number does not end one.
_CLAUSE = re.compile(r"[，；。！？;!?]+|[,.:](?=\s|$)")
_GREAT: dict[Lang, tuple[tuple[float, str], ...]] = {
    "zh": ((1e8, "亿"), (1e4, "万")),
    "en": ((1e9, " billion"), (1e6, " million")),
}
_UNITS: dict[str, dict[Lang, str]] = {
    "%": {"zh": "{}%", "en": "{}%"},
    "people": {"zh": "{}人", "en": "{}"},
    "countries": {"zh": "{}个国家", "en": "{} countries"},
    "USD": {"zh": "{}美元", "en": "US${}"},
    "times": {"zh": "{}倍", "en": "{}×"},
    "years": {"zh": "{}年", "en": "{} years"},
}


@dataclass(frozen=True, slots=True)
class KeyFigure:
    """A number as it is shown, what it measures, and the marker that it stands under."""

    value: str
    measure: str
    n: int
    subject: str = ""
    """What was asked or told about; empty where only the sentence says it."""
    exactly: str = ""
    """«over», «nearly»; empty for the very number."""


def key_figures(answer: Answer, library: Library) -> list[KeyFigure]:
    """The figures inside the cited sentences, each once, in the order of their markers."""
    found: dict[tuple[str, str], KeyFigure] = {}
    for citation in answer.citations:
        for figure in _of(citation, library, answer.lang):
            found.setdefault((figure.value, figure.measure), figure)
    return list(found.values())


def _of(citation: Citation, library: Library, lang: Lang) -> list[KeyFigure]:
    stated = [
        figure
        for figure, start, end in library.figures
        if figure.place.document == citation.document
        and citation.start <= start
        and end <= citation.end
    ]
    if stated:
        return [_shown(figure, citation.n, lang) for figure in stated if figure.unit in _UNITS]
    return list(_in_words(citation, library, lang))


def _in_words(citation: Citation, library: Library, lang: Lang) -> Iterator[KeyFigure]:
    """Numbers with a unit, in the edition that the answer speaks."""
    other = citation.translation
    text = citation.quote
    if other is not None and library.work(citation).lang != lang:
        text = other.text
    for clause in _CLAUSE.split(flat(text)):
        for _, written in each_stated(clause):
            if not written[-1].isdigit():
                yield KeyFigure(written, clause.strip(), citation.n)


def value(figure: Figure, lang: Lang) -> str:
    """The figure as a reader writes it: ``66%``, ``3–5年``, ``7.5 billion``; bare for a count."""
    ends = [figure.value] if figure.value_to is None else [figure.value, figure.value_to]
    numbers = "–".join(_number(end, figure.unit, lang) for end in ends)
    if figure.unit == "years" and lang == "en" and ends == [1.0]:
        return "1 year"
    if figure.unit == "year":
        return numbers.replace(",", "")
    return _UNITS[figure.unit][lang].format(numbers) if figure.unit in _UNITS else numbers


def _number(number: float, unit: str, lang: Lang) -> str:
    if unit != UNIT_PERCENT:
        for scale, name in _GREAT[lang]:
            if number >= scale:
                return f"{number / scale:,.10g}{name}"
    return f"{number:,.10g}"


def _shown(figure: Figure, n: int, lang: Lang) -> KeyFigure:
    among = figure.among.get(lang, "")
    measure = (", " if lang == "en" else "，").join(filter(None, (figure.measure[lang], among)))
    exactly = label(figure.qualifier, lang) if figure.qualifier else ""
    return KeyFigure(value(figure, lang), measure, n, figure.subject[lang], exactly)
