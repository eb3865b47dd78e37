"""Claims with errors planted into them, for the cross-encoder to learn from.

A sentence and its translation: one is the claim, the other the source; beside it the same with
an error in either, so that no side alone gives it away. Errors are planted into the text, at the
words that the static encoder's tokenizer cuts, by the nearness of its vectors.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from chuhai.index.cross_encoder import Tokens
from chuhai.index.pairs import Pair
from chuhai.index.pieces import is_han

# What turns a statement round, both ways; a word that has a denial is denied.
_TURNED = {
    "是": "不是", "有": "没有", "能": "不能", "会": "不会", "可以": "不能", "能够": "无法",
    "要": "不要", "将": "不会", "都": "并非都", "已": "尚未", "已经": "尚未", "很": "不",
    "非常": "不", "需要": "不需要", "增加": "减少", "减少": "增加", "增长": "下降",
    "更多": "更少", "高": "低", "低": "高", "大": "小", "前": "后",
    "is": "is not", "are": "are not", "was": "was not", "were": "were not", "can": "cannot",
    "will": "will not", "has": "has not", "have": "have not", "should": "should not",
    "must": "need not", "would": "would not", "could": "could not", "more": "less",
    "less": "more", "most": "few", "all": "no", "always": "never", "before": "after",
    "after": "before", "increase": "decrease", "first": "last", "with": "without",
    "without": "with", "higher": "lower", "lower": "higher",
}  # fmt: skip
_DENIALS = frozenset(("不", "没有", "无法", "未", "not", "cannot", "never", "no"))
_TELLING = 4.3  # length of a token vector from which a word says something
_OTHER = 0.15, 0.62  # cosines between which a word is of the same kind and another
_EXCHANGED = 0.05, 0.7  # … and between which two words may change places
_NEAREST, _OTHERS = 25, 10
_ENGLISH, _CHINESE = (25, 260), (8, 90)  # characters of a sentence


class Example(NamedTuple):
    """One pair to learn from."""

    tokens: Tokens
    task: int
    label: float
    weight: float = 1.0


Twins = Sequence[Example]
"""Examples that are learned together: those that are right are held against those that are not."""


class Statement(NamedTuple):
    """A claim with what it cites."""

    claim: str
    source: str
    borne: bool
    weight: float = 1.0


class _Word(NamedTuple):
    piece: int
    start: int
    end: int


@dataclass
class Words:
    """What the static encoder knows of words: its tokenizer, and vectors, pieces × dimension."""

    tokenizer: Tokenizer
    vectors: NDArray[np.float32]
    _others: dict[int, list[int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        numbers = self.tokenizer.get_vocab()
        self.names = sorted(numbers, key=numbers.__getitem__)
        lengths = np.linalg.norm(self.vectors, axis=1)
        self.unit = self.vectors / np.maximum(lengths[:, None], 1e-9)
        self.han = np.array([is_han(name) for name in self.names])
        words = np.array([len(name) > 3 and name.isalpha() for name in self.names])
        digits = np.array([name.isdigit() for name in self.names])
        self.telling = (lengths > _TELLING) & (words | self.han) & ~digits

    def of(self, text: str) -> list[_Word]:
        """Its pieces with their places."""
        read = self.tokenizer.encode(text, add_special_tokens=False)
        return [_Word(i, *place) for i, place in zip(read.ids, read.offsets, strict=True)]

    def others(self, piece: int) -> list[int]:
        """Words of the same kind and script that mean something else, the nearest first."""
        if piece not in self._others:
            cosines = self.unit @ self.unit[piece]
            cosines[~self.telling | (self.han != self.han[piece])] = -1
            cosines[piece] = -1
            best = np.argpartition(-cosines, _NEAREST)[:_NEAREST]
            best = best[np.argsort(-cosines[best])]
            low, high = _OTHER
            self._others[piece] = [int(i) for i in best if low < cosines[i] < high][:_OTHERS]
        return self._others[piece]


@dataclass(frozen=True)
class Planter:
    """Plants errors into texts; each way gives None where there is nothing to change."""

    words: Words
    rng: random.Random

    def any(self, text: str) -> str | None:
        """In one of the ways."""
        ways = (self.number, self.turn, self.swap)
        way = self.rng.choice((*ways, *ways, self.exchange))
        changed = way(text)
        return self.swap(text) if changed is None and way == self.number else changed

    def number(self, text: str) -> str | None:
        """Another number of as many digits."""
        places = [word for word in self.words.of(text) if self._name(word).isdigit()]
        if not places:
            return None
        word = self.rng.choice(places)
        size = len(self._name(word))
        number = str(self.rng.randint(10 ** (size - 1), 10**size - 1))
        return _put(text, word, number) if number != self._name(word) else None

    def turn(self, text: str) -> str | None:
        """A denial put in or left out, or a word's opposite."""
        words = self.words.of(text)
        denied = [word for word in words if self._name(word) in _DENIALS]
        places = [word for word in words if self._name(word) in _TURNED]
        if denied and (not places or self.rng.random() < 0.5):
            return _put(text, self.rng.choice(denied), "")
        if not places:
            return None
        word = self.rng.choice(places)
        return _put(text, word, _TURNED[self._name(word)])

    def swap(self, text: str) -> str | None:
        """A word put in the place of another of its kind."""
        places = self._telling(text)
        if not places:
            return None
        word = self.rng.choice(places)
        others = self.words.others(word.piece)
        if not others:
            return None
        other = self.words.names[self.rng.choice(others)]
        capital = text[word.start : word.start + 1].isupper()
        return _put(text, word, other.capitalize() if capital else other)

    def exchange(self, text: str) -> str | None:
        """Two words of the text in each other's place."""
        places = self._telling(text)
        low, high = _EXCHANGED
        for _ in range(8 if len(places) > 2 else 0):
            one, other = sorted(self.rng.sample(places, 2), key=lambda word: word.start)
            if low < float(self.words.unit[one.piece] @ self.words.unit[other.piece]) < high:
                second = text[other.start : other.end]
                changed = _put(text, other, text[one.start : one.end])
                return _put(changed, one, second)
        return None

    def _name(self, word: _Word) -> str:
        return self.words.names[word.piece]

    def _telling(self, text: str) -> list[_Word]:
        return [word for word in self.words.of(text) if self.words.telling[word.piece]]


def translated(pairs: Sequence[Pair], planter: Planter) -> Iterator[Statement]:
    """Statements from translations (English, Chinese), true and false in equal number."""
    rng = planter.rng
    for place, pair in enumerate(pairs):
        if not (_fits(pair[0], _ENGLISH) and _fits(pair[1], _CHINESE)):
            continue
        side = rng.randrange(2)  # the language that the claim is in
        claim, source = pair[side], pair[1 - side]
        if rng.random() < 0.09:
            claim = source
        if rng.random() < 0.15:
            yield Statement(claim, source, True)
            yield Statement(claim, pairs[place - 1][1 - side], False)
            continue
        of_claim = rng.random() < 0.5
        planted = planter.any(claim if of_claim else source)
        if planted is not None:
            yield Statement(claim, source, True, 0.5 if claim == source else 1.0)
            yield Statement(*((planted, source) if of_claim else (claim, planted)), False)


def _fits(text: str, lengths: tuple[int, int]) -> bool:
    return lengths[0] < len(text) < lengths[1]


def _put(text: str, word: _Word, other: str) -> str:
    return text[: word.start] + other + text[word.end :]
