"""Late interaction: each word of a question held against the nearest word of a text.

MaxSim of ColBERT (Khattab & Zaharia 2020) on the encoder's own token vectors; a question
token counts by the length of its vector, which training made long for telling words.
"""

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from chuhai.index.encoder import Encoder, Vectors

_TINY = 1e-9


@runtime_checkable
class TokenEncoder(Protocol):
    """An encoder with a vector for each token."""

    def token_ids(self, texts: Sequence[str]) -> list[NDArray[np.intp]]:
        """Per text the ids of its tokens."""

    def token_rows(self, ids: NDArray[np.intp]) -> Vectors:
        """The vectors of these tokens, len(ids) × dimension, not of length 1."""


def maxsim(encoder: Encoder, question: str, texts: Sequence[str]) -> NDArray[np.float32]:
    """For each text the weighted mean, over the question's tokens, of the best cosine.

    0 for a text without tokens, and for all texts where the encoder has no token vectors.
    """
    return maxsim_both(encoder, question, texts)[0]


def maxsim_both(
    encoder: Encoder, question: str, texts: Sequence[str]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """`maxsim`, and the same the other way: over the text's tokens, the question's nearest."""
    there, back = np.zeros((2, len(texts)), dtype=np.float32)
    if not texts or not isinstance(encoder, TokenEncoder):
        return there, back
    asked, *held = encoder.token_ids([question, *texts])
    filled = [place for place, ids in enumerate(held) if len(ids)]
    if not len(asked) or not filled:
        return there, back
    rows = encoder.token_rows(asked)
    lengths = np.linalg.norm(rows, axis=1)
    share = lengths / (lengths.sum() + _TINY)
    # Texts share most of their tokens: each distinct one is compared once.
    ids = np.concatenate([held[p] for p in filled])
    occurs = np.bincount(ids) > 0
    tokens, places = np.flatnonzero(occurs), (np.cumsum(occurs) - 1)[ids]
    compared = encoder.token_rows(tokens)
    # The products are divided and not the rows: they are a fiftieth of them.
    norms = np.sqrt(np.einsum("td,td->t", compared, compared)) + _TINY
    cosines = compared @ (rows / (lengths[:, None] + _TINY)).T / norms[:, None]
    starts = np.cumsum([0, *(len(held[p]) for p in filled[:-1])])
    there[filled] = np.einsum("tq,q->t", np.maximum.reduceat(cosines[places], starts), share)
    nearest = cosines.max(axis=1) * norms
    weights = np.add.reduceat(norms[places], starts)
    back[filled] = np.add.reduceat(nearest[places], starts) / weights
    return there, back
