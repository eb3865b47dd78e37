"""Two editions of one document: which piece of the one is which piece of the other.

A translation names its original in its front matter (``translation_of: 03-trust.zh.md``).
Paragraphs that carry the same anchor belong together, and within them the sentences that
end at anchors of the same name; nothing is aligned by counting.
"""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass

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


def editions(translates: Mapping[str, str | None]) -> dict[str, str]:
    """From each original to its translation, given what each document says it translates.

    A translation of a missing document, of itself or of a translation is an ordinary
    document; of two translations the first by name counts.
    """
    found: dict[str, str] = {}
    for path in sorted(translates):
        original = translates[path]
        if original is None or original == path:
            continue
        if original in translates and translates[original] is None:
            found.setdefault(original, path)
    return found


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
