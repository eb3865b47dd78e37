"""A small encoder for tests: real code, held to the same contract as the shipped one."""

import unicodedata
import zlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


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
