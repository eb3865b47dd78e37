"""Where the encoder's vectors start: a teacher's vectors of the pieces and their glosses.

The teacher reads English only. A piece that is not Chinese starts at the teacher's vector of
itself; a Chinese one at that of its glosses in the dictionary, or of the words it is made of,
or, a single character, of the words it stands in; the rest start at random.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from chuhai.index.pieces import is_han

Vectors = NDArray[np.float32]
Glosses = Mapping[str, Sequence[str]]

_GLOSSES = 8  # of a word that are read; the later ones are rare meanings
_FREQUENT = 1000.0  # a piece seen more often starts shorter
_PADDING = 0.02  # deviation of the dimensions that the teacher does not have


def glosses_of(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """Chinese word to its first English glosses, from dictionary pairs (English, Chinese)."""
    glosses: dict[str, list[str]] = defaultdict(list)
    for english, chinese in pairs:
        if len(glosses[chinese]) < _GLOSSES:
            glosses[chinese].append(english)
    return dict(glosses)


def read_teacher(folder: Path) -> Callable[[Sequence[str]], Vectors]:
    """Encodes by the sentence-transformers model in `folder`."""
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(folder))
    model.max_seq_length = 24  # glosses are short

    def encode(texts: Sequence[str]) -> Vectors:
        vectors = model.encode(list(texts), batch_size=256, convert_to_numpy=True)
        return np.asarray(vectors, dtype=np.float32)

    return encode


def from_teacher(
    pieces: Sequence[str],
    glosses: Glosses,
    encode: Callable[[Sequence[str]], Vectors],
    dimension: int,
    rng: np.random.Generator,
) -> Vectors:
    """One vector of length 1 per piece, its most telling dimensions first."""
    han = np.array([is_han(piece) for piece in pieces])
    meanings = _meanings(pieces, glosses)
    texts = sorted({text for meaning in meanings for text in meaning}, key=lambda t: (len(t), t))
    places = {text: place for place, text in enumerate(texts)}
    encoded = encode(texts)
    vectors = np.zeros((len(pieces), encoded.shape[1]), dtype=np.float32)
    known = np.array([bool(meaning) for meaning in meanings])
    for row, meaning in enumerate(meanings):
        if meaning:
            vectors[row] = encoded[[places[text] for text in meaning]].mean(axis=0)
    for group in (han & known, ~han & known):  # what all share tells nothing
        if group.any():
            vectors[group] -= vectors[group].mean(axis=0)
    _, axes = np.linalg.eigh(vectors[known].T @ vectors[known])  # ascending
    wide = rng.normal(0, _PADDING, (len(pieces), dimension)).astype(np.float32)
    turned = _unit(vectors) @ axes[:, ::-1]
    size = min(dimension, turned.shape[1])
    wide[known, :size] = turned[known, :size]
    return _unit(wide)


def lengths(counts: NDArray[np.int64]) -> Vectors:
    """1 for a rare piece, down to a third for the most frequent (an inverse frequency)."""
    total = max(float(counts.sum()), 2 * _FREQUENT)
    seen = np.maximum(counts, 1)
    share = np.log(total / seen) / np.log(total / _FREQUENT)
    clipped: Vectors = np.clip(share, 0.1, 1).astype(np.float32)
    return clipped


def _meanings(pieces: Sequence[str], glosses: Glosses) -> list[list[str]]:
    inside: dict[str, list[str]] = defaultdict(list)
    for word in glosses:
        for character in set(word) if len(word) == 2 else ():
            inside[character] += glosses[word][:1]
    return [_meaning(piece, glosses, inside) for piece in pieces]


def _meaning(piece: str, glosses: Glosses, inside: Glosses) -> list[str]:
    if not is_han(piece):
        return [piece]
    found: list[str] = []
    start = 0
    while start < len(piece):
        ends = range(len(piece), start, -1)
        end = next((end for end in ends if piece[start:end] in glosses), start + 1)
        found += glosses.get(piece[start:end], ())
        start = end
    return found or [text for character in piece for text in inside.get(character, ())][:40]


def _unit(vectors: Vectors) -> Vectors:
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit: Vectors = (vectors / np.maximum(norms, 1e-9)).astype(np.float32)
    return unit
