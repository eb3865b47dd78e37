"""Whether a claim turns round what it cites: denials and opposites."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from chuhai.answering.cited import Cited
from chuhai.answering.wording import Numbers, Wording
from chuhai.language.polarity import opposed, turns

_ALIGNED = 0.4  # nearness from which two words are about the same
_SAME = 0.6  # … and the same
_OF_A_NUMBER = 6  # characters within which a turn («over 50%») is a number's
_SIDE = 3  # words of each side of a turn


def opposites(claim: Wording, cited: Sequence[Wording]) -> float:
    tokens = frozenset().union(*(text.tokens for text in cited))
    every = " ".join(text.text for text in cited)
    return float(len(opposed(claim.text, claim.tokens, every, tokens)))


def turned(claim: Wording, cited: Cited, own: Sequence[Numbers]) -> tuple[float, float]:
    """Whether it denies what is not denied, and whether it says what is denied without that.

    ``own`` is its nearness to the texts in its own language. A denial is matched where a word
    that it denies is about the same as one in a clause with a denial.
    """
    near = [matrix >= _ALIGNED for matrix in own]
    never = not any(text.denied for text in (*cited.own, *cited.across))
    denied = affirmed = 0.0
    for scope in claim.denied:
        pairs = [_aligned(scope, aligned) for aligned in near]
        if any(pair & text.denying for text, pair in zip(cited.own, pairs, strict=True)):
            continue
        aligned = any(pairs[: len(cited.editions)])
        if never:
            denied = max(denied, 1.0 if aligned else 0.8)
        else:
            denied = max(denied, 0.6 if aligned else 0.3)
    for text, matrix in zip(cited.editions, near, strict=False):
        for scope in text.denied:
            pair = _aligned(scope, matrix.T)
            weights = text.weights[list(scope)] + 0.05
            said = matrix[:, list(scope)].any(axis=0) if len(claim) else np.zeros(len(scope))
            if (weights * said).sum() < weights.sum() / 2 or pair & claim.denying:
                continue
            affirmed = max(affirmed, 0.4 if claim.denied else 1.0)
    return denied, affirmed


def reversed_by(claim: Wording, cited: Sequence[Wording], own: Sequence[Numbers]) -> float:
    """How much the two sides of a turn («A变为B», «A rather than B») have changed places.

    Of what the sides have in common either way, the share that is crossed less the share that
    is not; 0 where no such turn of one sort is on both, at most 1.
    """
    worst = 0.0
    for sort, start, end in turns(claim.text):
        if any(end <= one.start <= end + _OF_A_NUMBER for one in claim.quantities):
            continue
        before, after = _sides(claim, start, end)
        for text, near in zip(cited, own, strict=True):
            for other, left, right in turns(text.text):
                if other != sort or not before or not after:
                    continue
                ahead, behind = _sides(text, left, right)
                straight = _common(near, before, ahead) + _common(near, after, behind)
                crossed = _common(near, before, behind) + _common(near, after, ahead)
                worst = max(worst, (crossed - straight) / (crossed + straight + 0.5))
    return worst


def _sides(text: Wording, start: int, end: int) -> tuple[list[int], list[int]]:
    """The words before and after a turn, those left out that stand on both sides."""
    before = [i for i in range(len(text)) if text.starts[i] < start][-_SIDE:]
    after = [i for i in range(len(text)) if text.starts[i] >= end][:_SIDE]
    both = {text.stems[i] for i in before} & {text.stems[i] for i in after}
    return [i for i in before if text.stems[i] not in both], [
        i for i in after if text.stems[i] not in both
    ]


def _common(near: Numbers, ours: list[int], theirs: list[int]) -> float:
    """How much two sides have in common that is nearly the same word."""
    if not ours or not theirs:
        return 0.0
    matrix = near[np.ix_(ours, theirs)]
    return float(np.where(matrix >= _SAME, matrix, 0.0).max(axis=1).sum())


def _aligned(scope: Sequence[int], aligned: NDArray[np.bool_]) -> frozenset[int]:
    """Words of the other text that are about the same as those of the scope."""
    if not aligned.size or not scope:
        return frozenset()
    return frozenset(np.flatnonzero(aligned[list(scope)].any(axis=0)).tolist())
