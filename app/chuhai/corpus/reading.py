"""A document as it is read through: block by block, with its figures and where passages begin.

Nothing is drawn here. The pieces of a block, joined, are the document's own characters.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from chuhai.corpus.figures import Figure
from chuhai.domain import Document, Paragraph

Place = tuple[Figure, int, int]
"""A figure and its span in the document."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Characters that follow one another, and what they state in numbers."""

    text: str
    figures: tuple[Figure, ...] = ()


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, or the part of one that a passage begins with."""

    paragraph: Paragraph
    pieces: tuple[Piece, ...]
    passage: str | None = None
    """The id of the passage that begins here."""
    beside: tuple[Figure, ...] = ()
    """What the paragraph that it translates states in numbers."""

    @property
    def text(self) -> str:
        return "".join(piece.text for piece in self.pieces)

    @property
    def figures(self) -> tuple[Figure, ...]:
        """What the block states in numbers, each figure once, in reading order."""
        found = [figure for piece in self.pieces for figure in piece.figures]
        return tuple({figure.id: figure for figure in (*found, *self.beside)}.values())


def blocks(
    document: Document, passages: Mapping[int, str], figures: Sequence[Figure] = ()
) -> list[Block]:
    """The document in reading order; ``passages`` are ids by the offset they begin at."""
    passages = _opened(document, passages)
    places = [
        (figure, *span)
        for figure in figures
        if figure.place.document == document.path and (span := figure.place.find(document))
    ]
    beside: dict[str | None, list[Figure]] = {}
    for figure in figures:
        if figure.place.document == document.translation_of:
            beside.setdefault(figure.place.anchor, []).append(figure)
    return [
        Block(
            paragraph,
            tuple(_pieces(document.text, start, end, places)),
            passages.get(start),
            tuple(beside.get(paragraph.anchor, ())) if end == paragraph.end else (),
        )
        for paragraph in document.paragraphs
        for start, end in _parted(paragraph, passages)
    ]


def _opened(document: Document, passages: Mapping[int, str]) -> dict[int, str]:
    """Passages that begin behind a list mark begin with their paragraph."""
    opened = dict(passages)
    for paragraph in document.paragraphs:
        for at in [at for at in opened if paragraph.start < at < paragraph.end]:
            if not any(ch.isalnum() for ch in document.text[paragraph.start : at]):
                opened[paragraph.start] = opened.pop(at)
    return opened


def leaves(found: Sequence[Block], most: int) -> list[list[Block]]:
    """The blocks in parts of at most ``most`` characters, so that a long text can be shown."""
    parts: list[list[Block]] = [[]]
    length = 0
    for block in found:
        size = len(block.text)
        if parts[-1] and length + size > most:
            parts.append([])
            length = 0
        parts[-1].append(block)
        length += size
    return parts


def _parted(paragraph: Paragraph, passages: Mapping[int, str]) -> Iterator[tuple[int, int]]:
    """A paragraph cut where passages begin inside of it."""
    inside = [at for at in sorted(passages) if paragraph.start < at < paragraph.end]
    borders = [paragraph.start, *inside, paragraph.end]
    yield from pairwise(borders)


def _pieces(text: str, start: int, end: int, places: Sequence[Place]) -> Iterator[Piece]:
    here = [place for place in places if place[1] < end and start < place[2]]
    edges = {start, end} | {min(max(at, start), end) for _, *span in here for at in span}
    borders = sorted(edges)
    for left, right in pairwise(borders):
        held = tuple(figure for figure, a, b in here if a <= left and right <= b)
        yield Piece(text[left:right], held)
