"""Reads a question, or a claim, together with sentences, by the cross-encoder."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from chuhai.answering.cited import edition
from chuhai.answering.claims import Source
from chuhai.domain import Lang
from chuhai.index.cross_encoder import CrossEncoder, Floats, Pair, Task
from chuhai.language.detect import detect

_KEPT = 256  # questions and claims
_DECIMALS = 2  # of a logit; the later ones depend on how many threads multiply matrices


@dataclass
class Reader:
    """Says of sentences whether they answer a question or bear a claim, as logits.

    What it has read is remembered: an answer asks of the same sentences more than once. Only
    as a whole, because the last digits of a logit depend on what is read with it.
    """

    cross: CrossEncoder
    _read: dict[tuple[Task, tuple[Pair, ...]], Floats] = field(default_factory=dict)

    def answers(self, question: str, sources: Sequence[Source]) -> Floats:
        """One logit per sentence: above 0 where it is likelier to answer than not."""
        lang = detect(question)
        return self._score("answers", [pair_of(question, [source], lang) for source in sources])

    def bears(self, claim: str, sources: Sequence[Source]) -> float:
        """The logit that the sentences together say what the claim says."""
        return float(self._score("bears", [pair_of(claim, sources, detect(claim))])[0])

    def _score(self, task: Task, pairs: Sequence[Pair]) -> Floats:
        key, known = (task, tuple(pairs)), self._read
        if key not in known:
            # Never emptied, only replaced: another thread may be reading it.
            known = {} if len(known) >= _KEPT else known
            logits = np.round(self.cross.score(pairs, task), _DECIMALS)
            known = self._read = known | {key: logits}
        return known[key]


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
