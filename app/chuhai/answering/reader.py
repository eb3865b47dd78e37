"""Reads a question or a claim together with sentences, by the cross-encoder."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from chuhai.answering.cited import edition
from chuhai.answering.claims import Source
from chuhai.domain import Lang
from chuhai.index.cross_encoder import CrossEncoder, Floats, Pair
from chuhai.language.detect import detect

_KEPT = 256  # questions
_DECIMALS = 2  # of a logit; the later ones depend on how many threads multiply matrices


@dataclass
class Reader:
    """Says of sentences whether they answer a question or bear a claim, as logits.

    What it has read for a question is remembered: an answer asks of the same sentences more
    than once.
    """

    cross: CrossEncoder
    _read: dict[tuple[Pair, ...], Floats] = field(default_factory=dict)

    def answers(self, question: str, sources: Sequence[Source]) -> Floats:
        """One logit per sentence: above 0 where it is likelier to answer than not."""
        lang = detect(question)
        pairs = tuple(pair_of(question, [source], lang) for source in sources)
        known = self._read
        if pairs not in known:
            # Never emptied, only replaced: another thread may be reading it.
            known = {} if len(known) >= _KEPT else known
            logits = np.round(self.cross.score(pairs, "answers"), _DECIMALS)
            known = self._read = known | {pairs: logits}
        return known[pairs]

    def bears(self, claim: str, sources: Sequence[Source]) -> float:
        """The logit that the sentences together bear the claim."""
        pair = pair_of(claim, sources, detect(claim))
        return float(np.round(self.cross.score([pair], "bears"), _DECIMALS)[0])


def pair_of(first: str, sources: Sequence[Source], lang: Lang) -> Pair:
    """What is read: in that language where there is an edition, below heading and speaker."""
    texts = [edition(source, lang) for source in sources]
    return Pair(first, ("" if lang == "zh" else " ").join(texts), _above(sources[0], lang))


def _above(source: Source, lang: Lang) -> str:
    passage, other = source.passage, source.sentence.translation
    own = passage.lang == lang or other is None
    path = passage.heading if own else passage.other_heading or passage.heading
    speaker = source.sentence.speaker if own else other and other.speaker
    return ": ".join(part for part in (speaker, (path or (passage.title,))[-1]) if part)
