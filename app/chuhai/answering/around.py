"""What stands around a cited sentence in its document."""

from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from chuhai.answering.claims import Source
from chuhai.domain import Passage

_REACH = 8  # sentences before and after
_DOCUMENTS = 64  # whose sentences are kept


@dataclass
class Around:
    """The sentences of documents in reading order, read when they are first asked for."""

    passages_of: Callable[[str], Sequence[Passage]]
    """A document's passages in reading order; none for an unknown one."""
    _read: dict[str, tuple[list[int], list[Source]]] = field(default_factory=dict)

    def whole(self, source: Source) -> Source:
        """The same sentence with all that is known of it; itself where it is not known."""
        starts, sources = self._sentences(source.passage.document)
        place = bisect_left(starts, source.sentence.start)
        if place < len(starts) and sources[place].key == source.key:
            return sources[place] if sources[place].quote == source.quote else source
        return source

    def near(self, cited: Sequence[Source]) -> list[Source]:
        """Sentences that state something within a few of the cited ones, these left out."""
        keys = {source.key for source in cited}
        found: dict[tuple[str, int, int], Source] = {}
        for source in cited:
            starts, sources = self._sentences(source.passage.document)
            place = bisect_left(starts, source.sentence.start)
            for other in sources[max(0, place - _REACH) : place + _REACH + 1]:
                stated = not other.sentence.silent and other.sentence.role != "heading"
                if stated and other.key not in keys:
                    found[other.key] = other
        return list(found.values())

    def _sentences(self, document: str) -> tuple[list[int], list[Source]]:
        read = self._read.get(document)
        if read is None:
            sources = [
                Source(passage, sentence)
                for passage in self.passages_of(document)
                for sentence in passage.sentences
            ]
            read = [source.sentence.start for source in sources], sources
            # Never emptied, only replaced: another thread may be reading it.
            kept = self._read if len(self._read) < _DOCUMENTS else {}
            self._read = kept | {document: read}
        return read
