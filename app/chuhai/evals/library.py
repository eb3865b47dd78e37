"""The documents as the bench holds answers against them: where words stand, and what they bear."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from chuhai.domain import Passage, Sentence
from chuhai.evals.reply import Cited, Found
from chuhai.evals.text import bare
from chuhai.index.opened import Index

# From this share of an evidence text on, what lies over it shows it. Evidence is part of a
# sentence and a citation at most one: less than half is a neighbour that touches it.
COVERS = 0.5
# Fewer comparable characters than these stand in too many places to say where they are from.
_PLACED = 4


@dataclass(frozen=True, slots=True)
class Place:
    """A span of a document's canonical text."""

    document: str
    start: int
    end: int

    def share_of(self, other: "Place") -> float:
        """How much of the other one lies within this one, between 0 and 1."""
        if self.document != other.document:
            return 0.0
        common = min(self.end, other.end) - max(self.start, other.start)
        return max(0, common) / max(1, other.end - other.start)


class _Searchable:
    """A text as comparable characters, each with its offset in the original."""

    def __init__(self, text: str) -> None:
        pieces = [bare(ch) for ch in text]
        self.offsets = [i for i, piece in enumerate(pieces) for _ in piece]
        self.text = "".join(pieces)

    def find(self, needle: str) -> list[tuple[int, int]]:
        """Spans of the original where the comparable characters stand."""
        spans = []
        start = self.text.find(needle)
        while start >= 0:
            end = start + len(needle) - 1
            spans.append((self.offsets[start], self.offsets[end] + 1))
            start = self.text.find(needle, start + 1)
        return spans


class Library:
    """Texts of documents and their passages.

    ``texts`` maps each document's path to its canonical text; ``passages`` are those of
    the index, whose sentences know their translations.
    """

    def __init__(self, texts: Mapping[str, str], passages: Iterable[Passage]) -> None:
        self.texts = dict(texts)
        self.passages = list(passages)
        self._located: dict[str, list[Place]] = {}

    @cached_property
    def _searchable(self) -> dict[str, _Searchable]:
        return {path: _Searchable(text) for path, text in sorted(self.texts.items())}

    @cached_property
    def _sentences(self) -> dict[str, list[tuple[int, int, Passage, Sentence]]]:
        """Per document the sentences of its passages by place, originals and translations."""
        found: dict[str, list[tuple[int, int, Passage, Sentence]]] = {}
        for passage in self.passages:
            for sentence in passage.sentences:
                row = (sentence.start, sentence.end, passage, sentence)
                found.setdefault(passage.document, []).append(row)
                other = sentence.translation
                if other is not None:
                    row = (other.start, other.end, passage, sentence)
                    found.setdefault(other.document, []).append(row)
        for rows in found.values():
            rows.sort(key=lambda row: row[:2])
        return found

    def locate(self, text: str) -> list[Place]:
        """Where the words stand, form aside; of a translation, the original's places too."""
        if text not in self._located:
            needle = bare(text)
            searched = self._searchable.items() if len(needle) >= _PLACED else ()
            self._located[text] = self._with_originals(
                Place(path, start, end)
                for path, held in searched
                for start, end in held.find(needle)
            )
        return self._located[text]

    def _with_originals(self, places: Iterable[Place]) -> list[Place]:
        found = list(places)
        for place in list(found):
            for start, end, passage, sentence in self._near(place):
                if passage.document == place.document:
                    continue
                if place.share_of(Place(place.document, start, end)) >= COVERS:
                    found.append(Place(passage.document, sentence.start, sentence.end))
        return list(dict.fromkeys(found))

    def _near(self, place: Place) -> list[tuple[int, int, Passage, Sentence]]:
        rows = self._sentences.get(place.document, [])
        first = bisect_left(rows, place.start - 2000, key=lambda row: row[0])
        last = bisect_right(rows, place.end, key=lambda row: row[0])
        return [row for row in rows[first:last] if row[1] > place.start]

    def places(self, item: Cited | Found) -> list[Place]:
        """Where a citation or a found passage lies: by its span, else by its words."""
        if item.document in self.texts and item.start is not None and item.end is not None:
            return self._with_originals([Place(str(item.document), item.start, item.end)])
        words = item.quote if isinstance(item, Cited) else item.text
        return self.locate(words)

    def shows(self, item: Cited | Found, evidence: str) -> bool:
        """Whether the citation or passage holds at least half of the evidence text."""
        wanted = self.locate(evidence)
        if any(p.share_of(w) >= COVERS for p in self.places(item) for w in wanted):
            return True
        words = item.quote if isinstance(item, Cited) else item.text
        return bool(words) and bare(evidence) in bare(words)

    def exact(self, item: Cited) -> bool | None:
        """Whether the quote is the document's own text; None where nothing is quoted."""
        if not item.quote:
            return None
        if item.document in self.texts and item.start is not None and item.end is not None:
            return self.texts[str(item.document)][item.start : item.end] == item.quote
        return self.holds(item.quote)

    def holds(self, quote: str) -> bool:
        """Whether some document has these very characters, spaces aside."""
        return _squeezed(quote) in self._all_squeezed

    @cached_property
    def _all_squeezed(self) -> str:
        return "\n".join(_squeezed(text) for _, text in sorted(self.texts.items()))

    def source_of(self, evidence: str) -> str | None:
        """The passage that the evidence stands in: cases that share it are no independent ones."""
        for place in self.locate(evidence):
            for passage in self.passages:
                home = Place(passage.document, passage.start, passage.end)
                if home.share_of(place) >= COVERS:
                    return passage.passage_id
        return None

    def wording(self, item: Cited) -> Cited:
        """The citation with its words put in from the documents where only its span is given."""
        if item.quote or item.document not in self.texts or item.start is None:
            return item
        quote = self.texts[str(item.document)][item.start : item.end]
        return Cited(item.n, quote, item.document, item.start, item.end, item.translation)


def library_of(index: Index) -> Library:
    """The documents and passages of an index."""
    catalogue = index.catalogue
    found = {path: catalogue.document(path) for path, *_ in catalogue.documents()}
    texts = {path: document.text for path, document in found.items() if document}
    return Library(texts, catalogue.every_passage())


def _squeezed(text: str) -> str:
    return "".join(text.split())
