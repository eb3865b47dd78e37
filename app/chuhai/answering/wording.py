"""A text as words with vectors: what of a claim a sentence says, word by word.

Word vectors come from the encoder; the same stem, the same characters and the same first
letters count besides, so that a word need not be known to be found again.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chuhai.index.encoder import Encoder, Vectors
from chuhai.index.maxsim import TokenEncoder
from chuhai.language.normalise import fold
from chuhai.language.polarity import denials
from chuhai.language.quantities import Quantity, quantities
from chuhai.language.words import STOP_EN, STOP_ZH, stem

Numbers = NDArray[np.float64]

_RUN = re.compile(r"[\u3400-\u9fff]+|[a-z][a-z0-9]*(?:['’][a-z]+)?")
_POSSESSIVE = re.compile(r"['’]s?$")
_JOINT = re.compile(
    r"[，,;；。：:]|并|还|以及|而|但|同时"
    r"|\b(?:and|but|while|which|that|because|so|although|though)\b"
)
# How far apart a mark of punctuation sets the words on its two sides.
_MARK = re.compile(r"[，,;；。：:！!？?()（）、—]|\.(?=\s|$)")
_STEPS = {"、": 0.5, "；": 2, ";": 2, "。": 3, ".": 3, "!": 3, "?": 3, "(": 0.2, ")": 0.2}
# Words that only say how exact a number is.
_EXACTNESS = frozenset(
    """
    超过 逾 不到 不足 接近 将近 以上 以下 以内 左右 约 占 占比 占到 比例 高达 仅 只 达 达到 多 过 成
    略过 刚过 略超
    percent per cent nearly almost about around roughly over less fewer half majority share
    """.split()
)
_LETTERS = 4  # of a word that are compared
_KNOWN = 1 << 12
# The shipped encoder's token vectors: function words are shorter than the first length,
# what tells of a subject is as long as the second, and no word counts more than the third.
_PLAIN, _TELLING, MOST_TELLING = 2.5, 5.0, 1.4
_SCOPE = 5  # words that a denial denies, at the most


@dataclass(frozen=True, slots=True)
class _Word:
    vector: Vectors
    weight: float
    stem: int
    letters: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Wording:
    """A folded text and its n words, function words and numbers left out."""

    text: str
    tokens: frozenset[str]
    """Every word of it, function words too."""
    words: tuple[str, ...]
    starts: NDArray[np.intp]
    clauses: Numbers
    """How many steps of punctuation stand before each word."""
    vectors: Vectors
    """n × dimension, of length 1."""
    weights: Numbers
    """How telling each word is, between 0 and 1.4."""
    stems: NDArray[np.int64]
    letters: NDArray[np.int64]
    whole: Vectors
    """The vector of the whole text."""
    quantities: tuple[Quantity, ...]
    marks: tuple[tuple[int, float], ...]
    joints: tuple[int, ...]
    """Where its clauses are joined, by marks and by words."""
    denied: tuple[tuple[int, ...], ...]
    """Per denial the words that it denies: the next few of its clause."""
    denying: frozenset[int]
    """All words of clauses with a denial."""

    def __len__(self) -> int:
        return len(self.words)

    def clause(self, place: int) -> float:
        """Steps of punctuation before an offset."""
        return sum(step for start, step in self.marks if start < place)


@dataclass
class Reader:
    """Reads texts as wordings; the last few thousand are kept."""

    encoder: Encoder
    _words: dict[str, _Word] = field(default_factory=dict)
    _texts: dict[str, Wording] = field(default_factory=dict)

    def read(self, text: str) -> Wording:
        known = self._texts.get(text)
        if known is None:
            known = self._read(text)
            if len(self._texts) > _KNOWN:
                self._texts = {}
            self._texts[text] = known
        return known

    def _read(self, text: str) -> Wording:
        folded = fold(text)
        found = quantities(text)
        tokens, placed = set(), []
        for word, start in each_word(folded):
            tokens.add(word)
            if not _left_out(word, start, found):
                placed.append((_POSSESSIVE.sub("", word), start))
        marks = tuple((m.start(), _STEPS.get(m[0], 1.0)) for m in _MARK.finditer(folded))
        words = [word for word, _ in placed]
        starts = np.array([start for _, start in placed], dtype=np.intp)
        clauses = np.array([sum(s for p, s in marks if p < start) for start in starts])
        denying = [(p, sum(s for q, s in marks if q < p)) for p in denials(folded)]
        read = self._known(words)
        shape = (len(words), self.encoder.dimension)
        return Wording(
            text=folded,
            tokens=frozenset(tokens),
            words=tuple(words),
            starts=starts,
            clauses=clauses,
            vectors=np.array([word.vector for word in read], dtype=np.float32).reshape(shape),
            weights=np.array([word.weight for word in read]),
            stems=np.array([word.stem for word in read], dtype=np.int64),
            letters=np.array([word.letters for word in read], dtype=np.int64).reshape(
                len(words), _LETTERS
            ),
            whole=self.encoder.encode([text])[0],
            quantities=found,
            marks=marks,
            joints=tuple(match.start() for match in _JOINT.finditer(folded)),
            denied=tuple(
                _denied(place, words, starts, clauses, clause) for place, clause in denying
            ),
            denying=frozenset(
                i for i in range(len(words)) for _, clause in denying if _with(clauses[i], clause)
            ),
        )

    def _known(self, words: Sequence[str]) -> list[_Word]:
        known = self._words
        fresh = [word for word in dict.fromkeys(words) if word not in known]
        if fresh:
            if len(known) > _KNOWN * 8:
                known, fresh = {}, list(dict.fromkeys(words))
            vectors, weights = self.encoder.encode(fresh), self._weights(fresh)
            for word, vector, weight in zip(fresh, vectors, weights, strict=True):
                known[word] = _Word(vector, weight, hash(stem(word)), _letters(word))
            # Another thread may still read the one before.
            self._words = known
        return [known[word] for word in words]

    def _weights(self, words: Sequence[str]) -> list[float]:
        """By the longest of a word's token vectors; 1 where the encoder has none."""
        encoder: Any = self.encoder
        if not isinstance(encoder, TokenEncoder):
            return [1.0] * len(words)
        found = []
        for ids in encoder.token_ids(words):
            rows = encoder.token_rows(ids)
            length = float(np.linalg.norm(rows, axis=1).max()) if len(ids) else 0.0
            found.append(float(np.clip((length - _PLAIN) / (_TELLING - _PLAIN), 0.0, MOST_TELLING)))
        return found


def each_word(folded: str) -> Iterator[tuple[str, int]]:
    import rjieba

    for match in _RUN.finditer(folded):
        if match[0].isascii():
            yield match[0], match.start()
            continue
        place = match.start()
        for word in rjieba.cut(match[0]):
            yield word, place
            place += len(word)


def _left_out(word: str, start: int, found: Sequence[Quantity]) -> bool:
    if word in STOP_ZH or word in STOP_EN or word in _EXACTNESS:
        return True
    return any(q.start < start + len(word) and start < q.end for q in found)


def _letters(word: str) -> NDArray[np.int64]:
    """A Chinese word's characters, or what a longer Latin word begins with; -1 is none."""
    found = np.full(_LETTERS, -1, dtype=np.int64)
    if word.isascii():
        if len(word) >= 5:
            found[0] = hash(word[:5]) & 0x7FFFFFFFFFFFFFFF
    elif len(word) > 1:
        letters = list(dict.fromkeys(word))[:_LETTERS]
        found[: len(letters)] = [ord(letter) for letter in letters]
    return found


def _denied(
    place: int, words: Sequence[str], starts: NDArray[np.intp], clauses: Numbers, clause: float
) -> tuple[int, ...]:
    """The next words of the clause; the last ones before where none follow («帮助不大»)."""
    near = [i for i in range(len(words)) if _with(clauses[i], clause)]
    after = [i for i in near if starts[i] >= place - 1 and starts[i] + len(words[i]) > place + 1]
    return tuple(after[:_SCOPE] or [i for i in near if starts[i] < place][-3:])


def _with(one: float, other: float) -> bool:
    """Whether two places are of one clause."""
    return abs(one - other) < 0.4
