"""Every claim held against the sentences that it cites. One verifier for both answerers."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from chuhai.answering.claims import Claim
from chuhai.domain import Support
from chuhai.index.encoder import Encoder
from chuhai.language.normalise import fold
from chuhai.language.numbers import numbers
from chuhai.language.words import terms

_NOT_WORD = re.compile(r"\W+")


@dataclass(frozen=True, slots=True)
class Thresholds:
    """From where on a claim counts as a paraphrase of what it cites.

    First values, set by reading; issue 6 fits them on planted errors.
    """

    shared_terms: float = 0.5
    cosine: float = 0.5


@dataclass(frozen=True)
class Verifier:
    """Judges support without a model."""

    encoder: Encoder
    thresholds: Thresholds = Thresholds()

    def support(self, claim: Claim) -> Support:
        """How the cited sentences, together, bear the claim.

        ``verbatim``: its characters stand in one of them (or in its translation).
        ``number_mismatch``: it has a number that none of them has. ``paraphrase``: same
        numbers, and words or meaning near enough. Else ``unsupported``.
        """
        cited = [text for source in claim.sources for text in source.texts]
        if not cited:
            return "unsupported"
        bare = _bare(claim.text)
        if any(bare in _bare(text) for text in cited):
            return "verbatim"
        if not numbers(claim.text) <= set().union(*(numbers(text) for text in cited)):
            return "number_mismatch"
        return "paraphrase" if self._near(claim.text, cited) else "unsupported"

    def _near(self, text: str, cited: Sequence[str]) -> bool:
        said, held = set(terms(text)), set(terms(" ".join(cited)))
        if said and len(said & held) / len(said) >= self.thresholds.shared_terms:
            return True
        vectors = self.encoder.encode([text, " ".join(cited), *cited])
        return float((vectors[1:] @ vectors[0]).max()) >= self.thresholds.cosine


def _bare(text: str) -> str:
    return _NOT_WORD.sub("", fold(text))
