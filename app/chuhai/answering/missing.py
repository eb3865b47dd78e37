"""What of a claim nothing cited says: how much, in which clause, and whom it names."""

from collections import Counter
from collections.abc import Sequence

import numpy as np

from chuhai.answering.wording import MOST_TELLING, Numbers, Wording
from chuhai.language.names import proper_names
from chuhai.language.normalise import fold
from chuhai.language.words import is_noun, stem

# From the first nearness on a word counts as said, below the second as missing.
_SAID, _MISSING = 0.5, 0.15
_CLAUSE, _LIGHT = 3, 0.3
_COMMON = 3  # sentences around that name it


def lacking(said: Numbers) -> Numbers:
    """How much each word is missing, between 0 and 1, by how near the nearest said one is."""
    return np.asarray(np.clip((_SAID - said) / (_SAID - _MISSING), 0.0, 1.0), dtype=np.float64)


def by_clause(missing: Numbers, claim: Wording) -> float:
    """The largest share of the weight of a clause that is missing."""
    ids = [sum(cut <= start for cut in claim.joints) for start in claim.starts.tolist()]
    shares = [0.0]
    for clause in set(ids):
        own = np.array([one == clause for one in ids])
        if own.sum() >= _CLAUSE:
            # A few light words are soon all missing.
            shares.append(float(missing[own].sum() / (claim.weights[own].sum() + _LIGHT)))
    return max(shares)


def pair(weights: Numbers) -> float:
    """The largest sum of two side by side."""
    if len(weights) < 2:
        return float(weights.sum())
    return float((weights[:-1] + weights[1:]).max())


def nouns(claim: Wording) -> Numbers:
    """Chinese nouns count nearly as words of the field do; for Latin words there is no tagger."""
    return np.array([0.0 if word.isascii() else 0.8 * is_noun(word) for word in claim.words])


def names(
    text: str, claim: Wording, above: Sequence[Wording], beside: Sequence[Wording]
) -> Numbers:
    """1 for words that name whom or what the claim alone is about.

    None are what is named above the sentence and all around it, nor Chinese words that are
    hardly telling: the tagger takes many for names.
    """
    proper = {hash(stem(fold(name))) for name in proper_names(text)}
    proper -= {one for other in above for one in other.stems.tolist()}
    around = Counter(one for other in beside for one in set(other.stems.tolist()) & proper)
    return np.array(
        [
            one in proper and around[one] < _COMMON and (word.isascii() or weight >= MOST_TELLING)
            for word, one, weight in zip(
                claim.words, claim.stems.tolist(), claim.weights.tolist(), strict=True
            )
        ],
        dtype=np.float64,
    )
