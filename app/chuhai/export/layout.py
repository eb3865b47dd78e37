"""Where things stand on a slide: how high text gets, and which cards share a slide.

Lengths are in points. Heights are estimates without the fonts at hand, made a little large.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from chuhai.export.inert import width

WIDE, HIGH = 960.0, 540.0
MARGIN, GAP, PADDING = 36.0, 12.0, 10.0
# Between the paragraphs of a card.
BETWEEN = 4.0
_LINE = 1.3
# Lines break before their end is reached: at words, and before punctuation.
_USED = 0.92


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph in one size."""

    text: str
    size: float

    def height(self, wide: float) -> float:
        lines = max(1, math.ceil(width(self.text) * self.size / (wide * _USED)))
        return lines * self.size * _LINE


@dataclass(frozen=True, slots=True)
class Box:
    """A place on a slide."""

    left: float
    top: float
    wide: float
    high: float


@dataclass
class Sheet:
    """One slide's cards, by their numbers."""

    places: dict[int, Box] = field(default_factory=dict)


def high(texts: Sequence[Text], wide: float) -> float:
    """How high a card of these paragraphs is."""
    lines = sum(text.height(wide - 2 * PADDING) for text in texts)
    return lines + BETWEEN * (len(texts) - 1) + PADDING


def fitting(text: str, wide: float, most: float, sizes: Sequence[float]) -> float:
    """The first of the sizes in which the text is no higher than ``most``, else the last."""
    return next((s for s in sizes if Text(text, s).height(wide) <= most), sizes[-1])


def sheets(heights: Sequence[tuple[float, float]], first: float, others: float) -> list[Sheet]:
    """Cards in order on as few slides as they need, in two columns.

    ``heights`` are those of a card set half wide and full wide; ``first`` and ``others`` are
    where cards may begin on the first slide and on the others. A card too high for a column
    is set full wide.
    """
    made = [Sheet()]
    columns = [first, first]
    half = (WIDE - 2 * MARGIN - GAP) / 2
    bottom = HIGH - MARGIN
    for number, (narrow, broad) in enumerate(heights):
        full = narrow > bottom - others
        tall = broad if full else narrow
        if (max(columns) if full else min(columns)) + tall > bottom and columns != [others] * 2:
            made.append(Sheet())
            columns = [others, others]
        if full:
            top = max(columns)
            made[-1].places[number] = Box(MARGIN, top, WIDE - 2 * MARGIN, min(tall, bottom - top))
            columns = [top + tall + GAP] * 2
        else:
            column = 0 if columns[0] <= columns[1] else 1
            left = MARGIN + column * (half + GAP)
            made[-1].places[number] = Box(left, columns[column], half, tall)
            columns[column] += tall + GAP
    return made
