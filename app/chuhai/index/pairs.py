"""Training pairs: read, folded, and freed of what the dev sets hold.

Used by the training commands only. A training file is `*.jsonl.xz` with one
`{"a", "b", "kind"}` per line; a dev file is `*.json.xz` with `passages` (each a
`text`) or `pairs` (`en`, `zh`).
"""

import json
import lzma
import re
import zlib
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from chuhai.language.normalise import fold

Pair = tuple[str, str]

HAN_WINDOW = 13  # characters of running Chinese that count as copied
WORD_WINDOW = 8  # English words that count as copied

_NOT_HAN = re.compile(r"[^\u3400-\u9fff]+")
_WORD = re.compile(r"[a-z0-9]+")


def read_pairs(path: Path) -> list[Pair]:
    """The folded pairs of one training file, in file order; blank sides are left out."""
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        rows = (json.loads(line) for line in lines)
        pairs = [(fold(row["a"]), fold(row["b"])) for row in rows]
    return [pair for pair in pairs if pair[0].strip() and pair[1].strip()]


def dev_texts(folder: Path) -> list[str]:
    """Every passage and parallel sentence of the dev sets, folded."""
    texts: list[str] = []
    for path in sorted(folder.glob("*.json.xz")):
        content = json.loads(lzma.decompress(path.read_bytes()))
        texts += [passage["text"] for passage in content.get("passages", [])]
        texts += [pair[side] for pair in content.get("pairs", []) for side in ("en", "zh")]
    return [fold(text) for text in texts]


class Overlap:
    """Knows which texts copy a long run of words or characters from a guarded text."""

    def __init__(self, guarded: Sequence[str]) -> None:
        self._han = np.unique(_windows(guarded, _han_units, HAN_WINDOW)[0])
        self._words = np.unique(_windows(guarded, _word_units, WORD_WINDOW)[0])

    def copied(self, texts: Sequence[str]) -> NDArray[np.bool_]:
        """One flag per text. Punctuation, spaces and other scripts do not hide a copy."""
        flags = np.zeros(len(texts), dtype=bool)
        for known, units, size in (
            (self._han, _han_units, HAN_WINDOW),
            (self._words, _word_units, WORD_WINDOW),
        ):
            hashes, owners = _windows(texts, units, size)
            flags[owners[_member(hashes, known)]] = True
        return flags

    def without_copies(self, pairs: Sequence[Pair]) -> list[Pair]:
        """The pairs of which neither side copies."""
        bad = self.copied([a for a, _ in pairs]) | self.copied([b for _, b in pairs])
        return [pair for pair, flag in zip(pairs, bad, strict=True) if not flag]


def _han_units(text: str) -> NDArray[np.uint64]:
    han = _NOT_HAN.sub("", text)
    return np.frombuffer(han.encode("utf-32-le"), dtype=np.uint32).astype(np.uint64)


def _word_units(text: str) -> NDArray[np.uint64]:
    words: Iterable[int] = (zlib.crc32(word.encode()) for word in _WORD.findall(text))
    return np.fromiter(words, dtype=np.uint64)


def _windows(
    texts: Sequence[str], units_of: Callable[[str], NDArray[np.uint64]], size: int
) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """A hash of every window of `size` units, and the number of the text it lies in."""
    parts = [units_of(text) for text in texts]
    owners = np.repeat(np.arange(len(parts)), [len(part) for part in parts])
    if len(owners) < size:
        return np.empty(0, np.uint64), np.empty(0, np.int64)
    # Fibonacci hashing of each unit, then a polynomial over the window, modulo 2^64.
    units = np.concatenate(parts) * np.uint64(0x9E3779B97F4A7C15)
    units ^= units >> np.uint64(29)
    count = len(units) - size + 1
    hashes = np.zeros(count, dtype=np.uint64)
    for place in range(size):
        hashes = hashes * np.uint64(0xD6E8FEB86659FD93) + units[place : place + count]
    inside = owners[:count] == owners[size - 1 :]
    return hashes[inside], owners[:count][inside]


def _member(values: NDArray[np.uint64], known: NDArray[np.uint64]) -> NDArray[np.bool_]:
    if not len(known):
        return np.zeros(len(values), dtype=bool)
    places = np.minimum(np.searchsorted(known, values), len(known) - 1)
    found: NDArray[np.bool_] = known[places] == values
    return found
