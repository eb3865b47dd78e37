"""Two editions of one document: which piece of the one is which piece of the other.

A translation names its original in its front matter (``translation_of: 03-trust.zh.md``).
Paragraphs that carry the same anchor belong together, and within them the sentences that
end at anchors of the same name; nothing is aligned by counting. A document that restates
another in plain words (``restates: 03-trust.zh.md``), one that lists the questions which
each sentence answers (``asks: …``) and one of those that a paragraph leaves open
(``lacks: …``) are aligned in the same way.
"""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from chuhai.domain import Document, Paragraph, Translation
from chuhai.language import sentences

Key = tuple[str, str]
"""A paragraph's anchor and the anchor within it; the latter empty for the whole of it."""


@dataclass(frozen=True, slots=True)
class Piece:
    """An anchored stretch of a document, without the space and list marks around it."""

    start: int
    end: int
    speaker: str | None


@dataclass(frozen=True)
class Alignment:
    """Pieces of an original, in reading order, each with its partner in the translation."""

    document: Document
    """The translation."""
    pieces: tuple[Piece, ...]
    partners: tuple[Piece, ...]

    def of(self, start: int, end: int) -> Translation | None:
        """What the translation says for ``[start, end)`` of the original, whole pieces of it."""
        first = bisect_right(self.pieces, start, key=lambda piece: piece.start) - 1
        last = bisect_right(self.pieces, end - 1, key=lambda piece: piece.start) - 1
        if first < 0 or start >= self.pieces[first].end:
            return None
        found = self.partners[first : last + 1]
        left, right = min(p.start for p in found), max(p.end for p in found)
        text = self.document.text[left:right]
        return Translation(self.document.path, left, right, text, found[0].speaker)

    def heading(self, original: Document, heading: tuple[str, ...]) -> tuple[str, ...]:
        """The translation's words for a heading path of the original; empty where they lack."""
        places = {
            original.text[p.start : p.end].strip(): (p.end - 1, p.end)  # a list mark may lead
            for p in original.paragraphs
            if p.role == "heading"
        }
        found = [self.of(*places[part]) for part in heading if part in places]
        path = tuple(part.text for part in found if part is not None)
        return path if len(path) == len(heading) else ()


class Companions(NamedTuple):
    """The documents that stand beside an original."""

    translation: str | None = None
    plain: str | None = None
    """The one that restates it in plain words."""
    asked: str | None = None
    """The one that lists the questions that it answers."""
    open: str | None = None
    """The one that lists questions near to it that nothing answers."""

    @property
    def paths(self) -> set[str]:
        return {path for path in self if path is not None}


class Links(NamedTuple):
    """The original that a document says it translates, restates, or lists questions of."""

    translates: str | None = None
    restates: str | None = None
    asks: str | None = None
    lacks: str | None = None

    @property
    def found_by(self) -> str | None:
        """The original that it only helps to find; it is never shown itself."""
        return self.restates or self.asks or self.lacks


_NONE = Links()


def companions(documents: Mapping[str, Links]) -> dict[str, Companions]:
    """The companions of each original that has any, given what each document says it is.

    A companion of a missing document, of itself or of a companion is an ordinary document;
    of two of one kind the first by name counts.
    """
    kinds = [_partners(documents, kind) for kind in range(len(_NONE))]
    originals = sorted(set().union(*kinds))
    return {one: Companions(*(partners.get(one) for partners in kinds)) for one in originals}


def _partners(documents: Mapping[str, Links], kind: int) -> dict[str, str]:
    found: dict[str, str] = {}
    for path in sorted(documents):
        original = documents[path][kind]
        if original is None or original == path or original not in documents:
            continue
        if documents[original] == _NONE:
            found.setdefault(original, path)
    return found


def links(document: Document) -> Links:
    return Links(document.translation_of, document.restates, document.asks, document.lacks)


def align(original: Document, translation: Document) -> Alignment:
    """Which piece of the original is which of the translation; what has no partner is left out."""
    theirs = pieces(translation)
    both = [(piece, theirs[key]) for key, piece in pieces(original).items() if key in theirs]
    return Alignment(translation, tuple(one for one, _ in both), tuple(other for _, other in both))


def pieces(document: Document) -> dict[Key, Piece]:
    """The anchored pieces of a document, in reading order."""
    found: dict[Key, Piece] = {}
    for paragraph in document.paragraphs:
        if paragraph.anchor is None:
            continue
        for name, start, end in _stretches(paragraph):
            spans = sentences.split(document.text, start, end)
            if spans:
                piece = Piece(spans[0][0], spans[-1][1], paragraph.speaker)
                found.setdefault((paragraph.anchor, name), piece)
    return found


def _stretches(paragraph: Paragraph) -> list[tuple[str, int, int]]:
    if not paragraph.marks:
        return [("", paragraph.start, paragraph.end)]
    starts = [paragraph.start, *(end for end, _ in paragraph.marks)]
    return [
        (name, start, end) for start, (end, name) in zip(starts[:-1], paragraph.marks, strict=True)
    ]
