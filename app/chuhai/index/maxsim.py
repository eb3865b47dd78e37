"""Late interaction: each word of a question held against the nearest word of a text.

MaxSim of ColBERT (Khattab & Zaharia 2020) on the encoder's own token vectors; a question
token counts by the length of its vector, which training made long for telling words.
"""

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from chuhai.index.encoder import Encoder

_TINY = 1e-9


@runtime_checkable
class TokenEncoder(Protocol):
    """An encoder that can show the vectors of a text's tokens."""

    def token_vectors(self, text: str) -> tuple[list[str], NDArray[np.float32]]:
        """Tokens and their vectors, tokens × dimension."""


def maxsim(encoder: Encoder, question: str, texts: Sequence[str]) -> list[float]:
    """For each text the weighted mean, over the question's tokens, of the best cosine.

    0 for a text without tokens, and for all texts where the encoder has no token vectors.
    """
    if not isinstance(encoder, TokenEncoder):
        return [0.0] * len(texts)
    _, asked = encoder.token_vectors(question)
    if not len(asked):
        return [0.0] * len(texts)
    lengths = np.linalg.norm(asked, axis=1)
    unit = asked / (lengths[:, None] + _TINY)
    share = lengths / (lengths.sum() + _TINY)
    return [_one(encoder, unit, share, text) for text in texts]


def _one(
    encoder: TokenEncoder, asked: NDArray[np.float32], share: NDArray[np.float32], text: str
) -> float:
    _, held = encoder.token_vectors(text)
    if not len(held):
        return 0.0
    unit = held / (np.linalg.norm(held, axis=1, keepdims=True) + _TINY)
    return float(share @ (asked @ unit.T).max(axis=1))
