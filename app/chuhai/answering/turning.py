"""Whether a claim turns round what it cites: denials and opposites."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from chuhai.answering.cited import Cited
from chuhai.answering.wording import Numbers, Wording
from chuhai.language.polarity import opposed

_ALIGNED = 0.4  # nearness from which two words are about the same


def opposites(claim: Wording, cited: Sequence[Wording]) -> float:
    tokens = frozenset().union(*(text.tokens for text in cited))
    every = " ".join(text.text for text in cited)
    return float(len(opposed(claim.text, claim.tokens, every, tokens)))


def turned(claim: Wording, cited: Cited, own: Sequence[Numbers]) -> tuple[float, float]:
    """Whether it denies what is not denied, and whether it says what is denied without that.

    A denial of the claim is matched where a word that it denies is denied in what is cited.
    """
    near = [matrix >= _ALIGNED for matrix in own]
    never = not any(text.denied for text in cited.own)
    denied = affirmed = 0.0
    for scope in claim.denied:
        pairs = [_aligned(scope, aligned) for aligned in near]
        if any(_some_denied(text, pair) for text, pair in zip(cited.own, pairs, strict=True)):
            continue
        if any(pairs):
            denied = max(denied, 1.0 if never else 0.6)
        else:
            elsewhere = any(text.denied for text in cited.across)
            denied = max(denied, 0.8 if never and not elsewhere else 0.3)
    for text, aligned in zip(cited.editions, near, strict=False):
        for scope in text.denied:
            pair = _aligned(scope, aligned.T)
            weights = text.weights[list(scope)] + 0.05
            said = aligned[:, list(scope)].any(axis=0) if len(claim) else np.zeros(len(scope))
            if (weights * said).sum() < weights.sum() / 2 or _some_denied(claim, pair):
                continue
            affirmed = max(affirmed, 0.4 if claim.denied else 1.0)
    return denied, affirmed


def _aligned(scope: Sequence[int], aligned: NDArray[np.bool_]) -> frozenset[int]:
    """Words of the other text that are about the same as those of the scope."""
    if not aligned.size or not scope:
        return frozenset()
    return frozenset(np.flatnonzero(aligned[list(scope)].any(axis=0)).tolist())


def _some_denied(text: Wording, words: frozenset[int]) -> bool:
    return any(words.intersection(scope) for scope in text.denied)
