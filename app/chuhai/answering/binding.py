"""Which of several numbers a claim's words belong to, and which a sentence gives them.

«展会的参展费用高（66%），难以持续互动（54%）» has both numbers of the claim that exchanges
them: what is said near a number in the claim must stand near that number in the sentence.
"""

import re
from collections.abc import Sequence

import numpy as np

from chuhai.answering.wording import Numbers, Wording
from chuhai.language.quantities import Quantity

# Set by reading the claims of chapters 01 to 06 and tried around by
# `python -m chuhai.answering.fit_claims --report`.
_FAR_CLAIM, _FAR_HELD = 4.0, 8.0
"""Words at which a number counts 1/e, in the claim and in what it cites."""
_CLAUSE, _BEHIND = 5.0, 6.0
"""Words that a mark of punctuation, and another number between, count for."""
_NEAR, _ROOM = 0.3, 0.02
_APPOSED = 12
"""«不足半数（40%）», «two thirds, 66%»: characters between two ways of giving one number."""
_PART = re.compile(r"[，;；。、]|,(?! or)")

Group = tuple[Quantity, ...]


def binding(claim: Wording, cited: Sequence[Wording], near: Sequence[Numbers]) -> float:
    """How much nearer the claim's words stand to another number than to the one they are given.

    ``near`` is their ``nearness``. Of what the words have on only one of the two sides, the
    share on the wrong one less that on the right one: above 0 for an exchanged pair, at most
    1; the worst of the claim's numbers. 0 where no other number of the kind is cited.
    """
    if not len(claim) or not claim.quantities:
        return 0.0
    near = [np.where(matrix < _NEAR, 0.0, np.minimum(matrix, 1.0)) for matrix in near]
    own = groups(claim)
    worst = 0.0
    for group in own:
        weights = _proximity(claim, group, own, _FAR_CLAIM) * np.maximum(claim.weights, 0.1)
        right: list[Numbers] = []
        wrong: list[Numbers] = []
        for text, matrix in zip(cited, near, strict=True):
            theirs = groups(text)
            for other in theirs if len(text) else ():
                if other[0].kind == group[0].kind:
                    found = weights * (matrix * _proximity(text, other, theirs, _FAR_HELD)).max(1)
                    (right if _same(group, other) else wrong).append(found)
        if right and wrong:
            apart = max(wrong, key=np.sum) - max(right, key=np.sum)
            worst = max(worst, apart.sum() / (np.abs(apart).sum() + _ROOM * weights.sum() + 1e-6))
    return float(worst)


def groups(text: Wording) -> list[Group]:
    """Quantities in order, those together that give one number in two ways; ranks left out."""
    made: list[Group] = []
    for one in text.quantities:
        if one.kind == "rank":
            continue
        if made and _apposed(text, made[-1][-1], one):
            made[-1] = (*made[-1], one)
        else:
            made.append((one,))
    return made


def _apposed(text: Wording, last: Quantity, one: Quantity) -> bool:
    between = text.text[last.end : one.start]
    return (
        last.kind == one.kind
        and len(between) <= _APPOSED
        and not _PART.search(between)
        and (last.allows(one) or one.allows(last))
    )


def _same(group: Group, other: Group) -> bool:
    return any(one.allows(two) for one in group for two in other)


def _proximity(text: Wording, group: Group, every: Sequence[Group], far: float) -> Numbers:
    """Per word of the text how near it stands to the number, between 0 and 1."""
    start, end = group[0].start, group[-1].end
    place = int(np.searchsorted(text.starts, start))
    away = np.abs(np.arange(len(text)) - (place - 0.5))
    away = away + _CLAUSE * np.abs(text.clauses - text.clause(start))
    for other in every:
        if other is not group and other[0].kind == group[0].kind:
            before = other[0].start < start
            behind = text.starts < other[0].start if before else text.starts > other[0].start
            away = away + _BEHIND * behind
    if text.text[end : end + 1] == ")":  # in brackets it belongs to what stands before
        away = away + _BEHIND * (text.starts > start)
    return np.asarray(np.exp(-away / far), dtype=np.float64)
