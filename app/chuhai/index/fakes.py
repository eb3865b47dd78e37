"""Small encoders for tests: real code, held to the same contracts as the shipped ones."""

import unicodedata
import zlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from chuhai.index.cross_encoder import Pair, Task


class BagOfCharactersEncoder:
    """Counts letters and digits in hashed places: equal characters, near vectors.

    Finds a passage by the characters it shares with the question, and by nothing else.
    Needs no file and is the same on every machine.
    """

    def __init__(self, dimension: int = 64) -> None:
        self.dimension = dimension
        self.id = f"bag-of-characters-{dimension}"

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """len(texts) × dimension; rows of length 1, all zero for a text without letters."""
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, text in zip(vectors, texts, strict=True):
            for character in unicodedata.normalize("NFKC", text).lower():
                if character.isalnum():
                    row[zlib.crc32(character.encode()) % self.dimension] += 1
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        np.divide(vectors, lengths, out=vectors, where=lengths > 0)
        return vectors


class SharedCharactersCrossEncoder:
    """Says yes where the two texts share more than half of the first one's characters.

    Remembers what it was given to read.
    """

    def __init__(self) -> None:
        self.read: list[Pair] = []

    def score(self, pairs: Sequence[Pair], task: Task) -> NDArray[np.float32]:
        """See `CrossEncoder`; logits lie between -5 and 5."""
        self.read += pairs
        shares = [
            len(set(pair.first) & set(pair.above + pair.second)) / max(1, len(set(pair.first)))
            for pair in pairs
        ]
        return np.array([10 * share - 5 for share in shares], dtype=np.float32)
