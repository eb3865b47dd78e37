"""How near the words of one text come to those of others."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from chuhai.answering.wording import Numbers, Wording
from chuhai.index.encoder import Vectors

_BLOCK = 1 << 18  # multiplications
_SOME_LETTERS, _ALL_LETTERS = 0.3, 0.6


def nearness(one: Wording, others: Sequence[Wording]) -> list[Numbers]:
    """Per other text n × m: how near each word of the one is to each of it; 1 is the same word."""
    if not others:
        return []
    vectors = np.concatenate([other.vectors for other in others])
    stems = np.concatenate([other.stems for other in others])
    near = _cosines(one.vectors, vectors)
    if near.size:
        letters = np.concatenate([other.letters for other in others])
        near = np.maximum(near, _alike(one.letters, letters))
        near[one.stems[:, None] == stems[None, :]] = 1.0
    return np.split(near, np.cumsum([len(other) for other in others[:-1]]), axis=1)


def _cosines(one: Vectors, other: Vectors) -> Numbers:
    """In blocks: OpenBLAS starts threads for larger products, which cost more than they save."""
    step = max(1, _BLOCK // max(1, one.size))
    blocks = [one @ other[i : i + step].T for i in range(0, len(other), step)]
    return np.concatenate(blocks, axis=1, dtype=np.float64) if blocks else np.zeros((len(one), 0))


def _alike(one: NDArray[np.int64], other: NDArray[np.int64]) -> Numbers:
    """What the letters tell: some of them shared, or all of the shorter word's."""
    used = int((one >= 0).sum(axis=1).max(initial=0))
    if not used:
        return np.zeros((len(one), len(other)))
    ours = np.where(one < 0, -2, one)[:, None, :used, None]  # none is like no other none
    same = ours == other[None, :, None, :]
    shared = same.any(axis=3).sum(axis=2)
    shorter = np.minimum((one >= 0).sum(axis=1)[:, None], (other >= 0).sum(axis=1)[None, :])
    every = (shared >= shorter) & (shorter > 0)
    return np.where(every, _ALL_LETTERS, np.where(shared > 0, _SOME_LETTERS, 0.0))


def held(near: Sequence[Numbers], n: int) -> Numbers:
    """Per word of a claim how near the nearest word of any text is; 0 without any."""
    best = np.zeros(n)
    for matrix in near:
        if matrix.size:
            best = np.maximum(best, matrix.max(axis=1))
    return best
