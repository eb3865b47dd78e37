"""Questions that are listed beside documents: those that they answer, those they leave open."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from chuhai.index.catalogue import Catalogue
from chuhai.index.encoder import Encoder, Vectors
from chuhai.index.maxsim import maxsim_both

# So many of the nearest by cosine are compared word by word.
_COMPARED = 40


@dataclass(frozen=True)
class Listed:
    """Some questions and how near another one is to them."""

    encoder: Encoder
    questions: Sequence[str]

    @cached_property
    def _vectors(self) -> Vectors:
        return self.encoder.encode(self.questions)

    def nearness(self, question: str) -> float:
        """Of the nearest: the mean of cosine and MaxSim both ways; 0 where none are listed.

        Both ways, because «how many five years ago» holds all the words of «how many».
        """
        if not self.questions:
            return 0.0
        cosines = self._vectors @ self.encoder.encode([question])[0]
        best = np.argsort(-cosines, kind="stable")[:_COMPARED]
        there, back = maxsim_both(self.encoder, question, [self.questions[i] for i in best])
        return float((cosines[best] + there + back).max() / 3)


def listed_in(catalogue: Catalogue, encoder: Encoder) -> tuple[Listed, Listed]:
    """All questions that its documents are known to answer, and all that they leave open."""
    links = catalogue.links().values()
    originals = sorted({str(said.asks or said.lacks) for said in links if said.asks or said.lacks})
    passages = [p for original in originals for p in catalogue.passages_of(original)]
    asked = dict.fromkeys(
        text
        for p in passages
        for s in p.sentences
        if s.asked
        for text in (*s.asked, p.cut(s), s.translation.text if s.translation else "")
        if text
    )
    left = dict.fromkeys(q for p in passages for q in p.open)
    return Listed(encoder, tuple(asked)), Listed(encoder, tuple(left))
