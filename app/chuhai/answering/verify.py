"""Every claim held against the sentences that it cites. One verifier for both answerers."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from chuhai.answering.around import Around
from chuhai.answering.bearing import Bearing, Weighing
from chuhai.answering.cited import has
from chuhai.answering.claims import Claim, Source
from chuhai.answering.doubts import Doubts
from chuhai.answering.reader import Reader
from chuhai.domain import Support
from chuhai.index.encoder import Encoder
from chuhai.language.detect import detect
from chuhai.language.glossary import Glossary
from chuhai.language.normalise import fold

_NOT_WORD = re.compile(r"\W+")
_OF_NUMBERS = frozenset({"number", "exchanged"})


@dataclass(frozen=True)
class Verifier:
    """Judges support without a chat model."""

    encoder: Encoder
    glossary: Glossary = field(default_factory=Glossary)
    around: Around | None = None
    """What stands around a sentence; None where nothing is known of it."""
    plain: bool = True
    """Whether sentences are also met in their plain words."""
    doubts: Doubts = field(default_factory=Doubts)
    reader: Reader | None = None
    """Reads a claim together with what it cites, where that is of documents that it knows."""

    def support(self, claim: Claim) -> Support:
        """How the cited sentences, together, bear the claim.

        ``verbatim``: its characters stand in one of them (or in its translation).
        ``number_mismatch``: it has a number that none of them has, or gives one of theirs to
        something else. ``paraphrase``: little speaks against it. Else ``unsupported``.
        """
        cited = [text for source in claim.sources for text in source.texts]
        if not cited:
            return "unsupported"
        bare = _bare(claim.text)
        if any(bare in _bare(text) for text in cited):
            return "verbatim"
        bearing = self.bearing(claim)
        most, clause = self._limits(claim)
        doubts = self.doubts.by_ground(bearing)
        ruled_out = self.doubts.rules_out(bearing, clause)
        if not ruled_out and self.doubts.of(bearing) <= most:
            return "paraphrase"
        if bearing.number:
            return "number_mismatch"
        if ruled_out or sum(doubts.values()) <= most:
            return "unsupported"  # by a rule, or by the reading alone
        chief = max(doubts, key=lambda ground: doubts[ground])
        return "number_mismatch" if chief in _OF_NUMBERS else "unsupported"

    def bearing(self, claim: Claim) -> Bearing:
        """What speaks against the claim, feature by feature."""
        return self._weighing.weigh(claim.text, claim.sources)

    def known(self, sources: Sequence[Source]) -> list[Source]:
        """The sentences with all that is known of them."""
        return [self.around.whole(s) if self.around else s for s in sources]

    def _limits(self, claim: Claim) -> tuple[float, float]:
        """Most doubt and largest missing share of a clause, by how much is known."""
        sources, lang = self.known(claim.sources), detect(claim.text)
        if not all(has(source, lang) for source in sources):
            return self.doubts.most_across, 1.0
        if any(s.sentence.translation or s.sentence.plain for s in sources):
            return self.doubts.most, self.doubts.most_clause
        return self.doubts.most_alone, 1.0

    @cached_property
    def _weighing(self) -> Weighing:
        return Weighing(self.encoder, self.glossary, self.around, self.plain, self.reader)


def _bare(text: str) -> str:
    return _NOT_WORD.sub("", fold(text))
