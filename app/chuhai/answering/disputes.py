"""Where the documents contradict themselves: the other side of what an answer cites."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from chuhai.answering.claims import Source
from chuhai.corpus.figures import Conflict, Place
from chuhai.domain import Lang, Passage
from chuhai.index.encoder import Encoder, Vectors

# Cosine of question and topic from which a contradiction is what the question is about;
# set by reading the answers to evals/cases/dev.
_ABOUT = 0.45


@dataclass
class Disputes:
    """Contradictions on record (``[[conflict]]`` of figures.toml)."""

    encoder: Encoder
    conflicts: Sequence[Conflict] = ()
    passages_of: Callable[[str], list[Passage]] = lambda document: []
    _topics: dict[Lang, Vectors] = field(default_factory=dict)

    def other_side(self, question: str, lang: Lang, cited: Sequence[Source]) -> Source | None:
        """A sentence that contradicts a cited one on the question's own topic, if one does:
        one that is not cited, else the one that is cited last."""
        if not self.conflicts or not cited:
            return None
        if lang not in self._topics:
            self._topics[lang] = self.encoder.encode([c.topic[lang] for c in self.conflicts])
        near = self._topics[lang] @ self.encoder.encode([question])[0]
        for i in sorted(range(len(near)), key=lambda i: -float(near[i])):
            if near[i] < _ABOUT:
                return None
            sides = self.conflicts[i].sides
            stated = [[s for s in cited if _states(side, s)] for side in sides]
            if not any(stated):
                continue
            if not all(stated):
                return self._source(sides[stated.index([])])
            return max((found[0] for found in stated), key=cited.index)
        return None

    def _source(self, place: Place) -> Source | None:
        for passage in self.passages_of(place.document):
            for sentence in passage.sentences:
                source = Source(passage, sentence)
                if _states(place, source):
                    return source
        return None


def _states(place: Place, source: Source) -> bool:
    if source.passage.document != place.document:
        return False
    return place.quote in source.quote or source.quote in place.quote
