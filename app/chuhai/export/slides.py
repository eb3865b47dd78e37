"""Answers as slides: their key figures in large, then the quotations that they rest on.

The whole answer stands in the speaker's notes; what does not fit goes on to a next slide.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from chuhai.answering.claims import blocks
from chuhai.domain import Answer, Citation, Lang
from chuhai.export import layout
from chuhai.export.figures import KeyFigure, key_figures
from chuhai.export.inert import flat
from chuhai.export.labels import label, refused, support
from chuhai.export.layout import GAP, HIGH, MARGIN, PADDING, WIDE, Box, Sheet, Text
from chuhai.export.library import Library
from chuhai.export.markdown import quoted
from chuhai.export.pen import BLUE, GREY, INK, PAPER, Pen, Piece

_TITLE_TOP, _TITLE_HIGH = 24.0, 72.0
_BODY = _TITLE_TOP + _TITLE_HIGH + GAP
_TILE_HIGH = 112.0
# In a row: four, or five where there are more.
_TILES = 4
_NUMBERS, _LABELS = (30.0, 24.0, 18.0, 14.0), (12.0, 11.0, 10.0, 9.0, 8.0, 7.0)
# Of a source's line; the footnotes of a Word file have it all.
_LONGEST_SOURCE = 200
_SAID, _ORIGINAL, _SOURCE = 13.0, 11.0, 9.0
# All cards of an answer are set as large as costs no slide more; one that is too high for a
# slide of its own is set smaller.
_LARGER, _SMALLER = (1.6, 1.45, 1.3, 1.15), (1.0, 0.85, 0.7, 0.6)


@dataclass(frozen=True, slots=True)
class Card:
    """A quotation with its marker, what it is in the reader's language, and where it stands."""

    n: int
    quote: tuple[str, str, str]
    """With the marks around it."""
    translation: tuple[str, str] | None
    """What it is called, and its text; it then stands first."""
    source: str

    def lines(self, scale: float) -> list[list[Piece]]:
        """Its paragraphs, piece by piece."""
        marker: Piece = (f"[{self.n}] ", _SAID * scale, BLUE, True)
        source: list[Piece] = [(self.source, _SOURCE * min(scale, 1.2), GREY, False)]
        if self.translation is None:
            return [[marker, *self._quote(_SAID * scale)], source]
        named, text = self.translation
        said = [(named, _SOURCE * scale, GREY, False), (text, _SAID * scale, INK, False)]
        return [[marker, *said], self._quote(_ORIGINAL * scale), source]

    def high(self, scale: float, wide: float) -> float:
        texts = [
            Text("".join(piece[0] for piece in line), max(piece[1] for piece in line))
            for line in self.lines(scale)
        ]
        return layout.high(texts, wide)

    def _quote(self, size: float) -> list[Piece]:
        return [(text, size, INK, False) for text in self.quote]


def slides(title: str, lang: Lang, answers: Sequence[Answer], library: Library) -> bytes:
    """The whole file."""
    from pptx import Presentation
    from pptx.util import Pt

    deck = Presentation()
    deck.slide_width, deck.slide_height = Pt(WIDE), Pt(HIGH)
    properties = deck.core_properties
    properties.title, properties.language = flat(title)[:255], "zh-CN" if lang == "zh" else "en-US"
    properties.author = properties.last_modified_by = "Chuhai"
    properties.comments = ""
    properties.created = properties.modified = datetime.now(UTC).replace(tzinfo=None)
    for answer in answers:
        _answer(deck, answer, library)
    out = io.BytesIO()
    deck.save(out)
    return out.getvalue()


def _answer(deck: Any, answer: Answer, library: Library) -> None:
    if answer.refusal is not None:
        _refusal(_slide(deck, answer, 1), answer)
        return
    figures = key_figures(answer, library)
    abreast = _TILES + (len(figures) > _TILES)
    rows = [figures[i : i + abreast] for i in range(0, len(figures), abreast)]
    cards = [_card(c, answer.lang, library) for c in answer.citations]
    scales, sheets = _arranged(cards, _BODY + (_TILE_HIGH + GAP if rows else 0.0))
    number = 0
    for i, sheet in enumerate(sheets):
        number += 1
        pen = _slide(deck, answer, number)
        if i == 0 and rows:
            _tiles(pen, rows[0], abreast, _BODY)
        for place, box in sheet.places.items():
            frame = pen.box(box, PAPER)
            for line in cards[place].lines(scales[place]):
                frame.line(*line)
        _foot(pen, answer, library)
    for i in range(1, len(rows), 3):
        number += 1
        pen = _slide(deck, answer, number)
        for j, row in enumerate(rows[i : i + 3]):
            _tiles(pen, row, abreast, _BODY + j * (_TILE_HIGH + GAP))
        _foot(pen, answer, library)


def _slide(deck: Any, answer: Answer, number: int) -> Pen:
    """A slide with the question as its title and the answer in its notes."""
    slide = deck.slides.add_slide(deck.slide_layouts[5])
    pen = Pen(slide, answer.lang)
    more = label("continued", answer.lang, n=number) if number > 1 else ""
    question = f"{flat(answer.question) or '…'}{more}"
    wide = WIDE - 2 * MARGIN
    size = layout.fitting(question, wide, _TITLE_HIGH, (28.0, 24.0, 20.0, 16.0, 12.0))
    while Text(question, size).height(wide) > _TITLE_HIGH:
        question = f"{question[: len(question) * 9 // 10]}…"
    pen.title(question, Box(MARGIN, _TITLE_TOP, wide, _TITLE_HIGH), size)
    said = (
        "\n".join(
            "".join(part if isinstance(part, str) else f"[{part}]" for part in block.parts)
            for block in blocks(answer.text)
        )
        if answer.refusal is None
        else answer.refusal.message
    )
    pen.notes("\n".join([flat(answer.question), *(flat(line) for line in said.splitlines())]))
    return pen


def _refusal(pen: Pen, answer: Answer) -> None:
    assert answer.refusal is not None
    wide = WIDE - 2 * MARGIN
    message = flat(answer.refusal.message)
    size = layout.fitting(message, wide - 2 * PADDING, 300.0, (18.0, 16.0, 14.0, 12.0, 10.0))
    texts = [Text(refused(answer.refusal.reason, answer.lang), 18.0), Text(message, size)]
    box = pen.box(Box(MARGIN, _BODY, wide, layout.high(texts, wide)), PAPER)
    box.line((texts[0].text, texts[0].size, INK, True))
    box.line((message, size, INK, False))


def _tiles(pen: Pen, figures: Sequence[KeyFigure], abreast: int, top: float) -> None:
    wide = (WIDE - 2 * MARGIN - (abreast - 1) * GAP) / abreast
    inner = wide - 2 * PADDING
    words = [" · ".join(filter(None, (f.subject, f.measure))) for f in figures]
    small = min(layout.fitting(text, inner, 54.0, _LABELS) for text in words)
    for i, figure in enumerate(figures):
        box = pen.box(Box(MARGIN + i * (wide + GAP), top, wide, _TILE_HIGH), PAPER)
        number = f"{figure.exactly}{figure.value} [{figure.n}]"
        size = layout.fitting(number, inner, 42.0, _NUMBERS)
        exactly = [(f"{figure.exactly} ", 12.0, GREY, False)] if figure.exactly else []
        box.line(*exactly, (figure.value, size, BLUE, True), (f"  [{figure.n}]", 10.0, GREY, False))
        box.line((figure.measure, small, INK, True))
        if figure.subject:
            box.line((figure.subject, small, GREY, False))


def _card(citation: Citation, lang: Lang, library: Library) -> Card:
    work = library.work(citation)
    before, behind = quoted(citation.quote, work.lang)
    other = None
    if citation.translation is not None and work.lang != lang:
        named = label("unofficial" if work.unofficial else "translation", lang)
        other = (named, flat(citation.translation.text))
    remarks = [support(citation.support, lang)]
    if library.changed(citation):
        remarks.append(label("changed", lang))
    source = f"{library.place(citation, lang, section=False)} ({citation.document})"
    line = " · ".join(filter(None, (_cut(flat(source)), *remarks)))
    return Card(citation.n, (before, flat(citation.quote), behind), other, line)


def _cut(line: str) -> str:
    return line if len(line) <= _LONGEST_SOURCE else f"{line[: _LONGEST_SOURCE - 1]}…"


def _arranged(cards: Sequence[Card], first: float) -> tuple[list[float], list[Sheet]]:
    """How large each card is set, and the slides that they stand on."""
    wide, half = WIDE - 2 * MARGIN, (WIDE - 2 * MARGIN - GAP) / 2

    def fit(card: Card, scale: float) -> float:
        tried = (scale, *(s for s in _SMALLER if s < scale))
        most = HIGH - MARGIN - _BODY
        return next((s for s in tried if card.high(s, wide) <= most), tried[-1])

    def arrange(scale: float) -> tuple[list[float], list[Sheet]]:
        scales = [fit(card, scale) for card in cards]
        heights = [(c.high(s, half), c.high(s, wide)) for c, s in zip(cards, scales, strict=True)]
        return scales, layout.sheets(heights, first, _BODY)

    usual = arrange(_SMALLER[0])
    larger = (arrange(scale) for scale in _LARGER)
    return next((made for made in larger if len(made[1]) == len(usual[1])), usual)


def _foot(pen: Pen, answer: Answer, library: Library) -> None:
    works = [library.work(citation) for citation in answer.citations]
    if any(work.unofficial and work.lang != answer.lang for work in works):
        place = Box(MARGIN, HIGH - 26.0, WIDE - 2 * MARGIN, 20.0)
        pen.box(place, None).line((label("notice.slides", answer.lang), 9.0, GREY, False))
