"""Training pairs for the cross-encoder, made from public translations and questions.

«Bears»: a sentence and its translation, one as the claim and one as the source; beside it the
same with an error planted in either, so that no side alone gives it away. «Answers»: a
question and the sentence of its passage that is nearest to it, beside near sentences of others.
Everything is done on the pieces of the static encoder's tokenizer, by its vectors.
"""

import random
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from chuhai.index.cross_encoder import TASKS, Task, Tokens, join
from chuhai.index.pairs import Pair
from chuhai.index.pieces import is_han

Ids = list[int]

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
_DENIALS = ("不", "没有", "无法", "未", "not", "cannot", "never", "no")
_TELLING = 4.3  # length of a token vector from which a word says something
_OTHER = 0.15, 0.62  # cosines between which a word is of the same kind and another
_SAME = 0.93  # cosine from which two sentences say the same
_BLOCK = 8000  # sentences among which near ones are looked for
_SENTENCE = re.compile(r"(?<=[。！？!?])|(?<=\.)\s+")


class Example(NamedTuple):
    """One pair to learn from."""

    tokens: Tokens
    task: int
    label: float
    weight: float = 1.0


@dataclass
class Pieces:
    """The tokenizer's pieces with the static encoder's vectors: pieces × dimension."""

    tokenizer: Tokenizer
    vectors: NDArray[np.float32]
    _others: dict[int, Ids] = field(default_factory=dict)

    def __post_init__(self) -> None:
        numbers = self.tokenizer.get_vocab()
        self.names = sorted(numbers, key=numbers.__getitem__)
        self.numbers = numbers
        lengths = np.linalg.norm(self.vectors, axis=1)
        self.unit = self.vectors / np.maximum(lengths[:, None], 1e-9)
        self.han = np.array([is_han(name) for name in self.names])
        self.digits = np.array([name.isdigit() for name in self.names])
        words = np.array([len(name) > 3 and name.isalpha() for name in self.names])
        self.telling = (lengths > _TELLING) & (words | self.han) & ~self.digits
        self.commas = {numbers[mark] for mark in ",，;；" if mark in numbers}
        self.denials = {numbers[word] for word in _DENIALS if word in numbers}
        self.turned = {
            numbers[word]: self.read([other])[0]
            for word, other in _TURNED.items()
            if word in numbers
        }

    def read(self, texts: Sequence[str]) -> list[Ids]:
        """Token ids of texts."""
        return [
            encoding.ids
            for start in range(0, len(texts), 4000)
            for encoding in self.tokenizer.encode_batch_fast(
                list(texts[start : start + 4000]), add_special_tokens=False
            )
        ]

    def means(self, texts: Sequence[Ids]) -> NDArray[np.float32]:
        """One row of length 1 for each text."""
        rows = np.stack([self.vectors[ids].sum(axis=0) for ids in texts])
        unit: NDArray[np.float32] = rows / np.maximum(
            np.linalg.norm(rows, axis=1, keepdims=True), 1e-9
        )
        return unit

    def others(self, piece: int) -> Ids:
        """Words of the same kind and script that mean something else, the nearest first."""
        if piece not in self._others:
            cosines = self.unit @ self.unit[piece]
            cosines[~self.telling | (self.han != self.han[piece])] = -1
            cosines[piece] = -1
            best = np.argpartition(-cosines, 25)[:25]
            best = best[np.argsort(-cosines[best])]
            low, high = _OTHER
            self._others[piece] = [int(i) for i in best if low < cosines[i] < high][:10]
        return self._others[piece]

    def pair(
        self, task: Task, first: Ids, second: Ids, label: bool, weight: float = 1.0
    ) -> Example:
        """An example without anything above the second text."""
        tokens = join(first, (), second, task, len(self.names))
        return Example(tokens, TASKS.index(task), float(label), weight)


@dataclass(frozen=True)
class Planter:
    """Plants errors into token ids; each way gives None where there is nothing to change."""

    pieces: Pieces
    rng: random.Random

    def any(self) -> Callable[[Ids], Ids | None]:
        """One of the ways."""
        ways = (self.number, self.turn, self.swap)
        return self.rng.choice((*ways, *ways, self.exchange))

    def number(self, ids: Ids) -> Ids | None:
        """Another number of as many digits."""
        places = [place for place, piece in enumerate(ids) if self.pieces.digits[piece]]
        if not places:
            return None
        place = self.rng.choice(places)
        size = len(self.pieces.names[ids[place]])
        for _ in range(8):
            number = str(self.rng.randint(10 ** (size - 1), 10**size - 1))
            piece = self.pieces.numbers.get(number)
            if piece is not None and piece != ids[place]:
                return [*ids[:place], piece, *ids[place + 1 :]]
        return None

    def turn(self, ids: Ids) -> Ids | None:
        """A denial put in or left out, or a word's opposite."""
        denied = [place for place, piece in enumerate(ids) if piece in self.pieces.denials]
        places = [place for place, piece in enumerate(ids) if piece in self.pieces.turned]
        if denied and (not places or self.rng.random() < 0.5):
            place = self.rng.choice(denied)
            return [*ids[:place], *ids[place + 1 :]]
        if not places:
            return None
        place = self.rng.choice(places)
        return [*ids[:place], *self.pieces.turned[ids[place]], *ids[place + 1 :]]

    def swap(self, ids: Ids) -> Ids | None:
        """A word put in the place of another of its kind."""
        places = self._telling(ids)
        if not places:
            return None
        place = self.rng.choice(places)
        others = self.pieces.others(ids[place])
        return [*ids[:place], self.rng.choice(others), *ids[place + 1 :]] if others else None

    def exchange(self, ids: Ids) -> Ids | None:
        """Two words of the text in each other's place."""
        places = self._telling(ids)
        for _ in range(8 if len(places) > 2 else 0):
            one, other = sorted(self.rng.sample(places, 2))
            cosine = float(self.pieces.unit[ids[one]] @ self.pieces.unit[ids[other]])
            if 0.05 < cosine < 0.7:
                changed = list(ids)
                changed[one], changed[other] = ids[other], ids[one]
                return changed
        return None

    def _telling(self, ids: Ids) -> list[int]:
        return [place for place, piece in enumerate(ids) if self.pieces.telling[piece]]


def bearing(pieces: Pieces, pairs: Iterable[Pair], rng: random.Random) -> list[Example]:
    """Claims and sources from translations (English, Chinese), true and false."""
    planter = Planter(pieces, rng)
    texts = list(pairs)
    english, chinese = (pieces.read([pair[side] for pair in texts]) for side in (0, 1))
    read = [
        (a, b)
        for a, b in zip(english, chinese, strict=True)
        if 7 <= len(a) <= 60 and 6 <= len(b) <= 60
    ]
    examples: list[Example] = []
    for start in range(0, len(read), _BLOCK):
        block = read[start : start + _BLOCK]
        near = _near(pieces.means([b for _, b in block]))
        for pair, row in zip(block, near, strict=True):
            side = rng.randrange(2)  # the language that the claim is in
            other = block[int(rng.choice(row.tolist()))]
            examples += _claims(
                planter, (pair[side], pair[1 - side]), (other[side], other[1 - side])
            )
    return examples


def _claims(planter: Planter, pair: tuple[Ids, Ids], near: tuple[Ids, Ids]) -> list[Example]:
    """One or two examples of a claim and its source, and those of a near sentence."""
    pieces, rng = planter.pieces, planter.rng
    claim, source = pair

    def of(first: Ids, second: Ids, label: bool, weight: float = 1.0) -> Example:
        return pieces.pair("bears", first, second, label, weight)

    comma = [pieces.numbers[","]]
    way = rng.random()
    if way < 0.14:
        return [of(claim, source, True), of(claim, near[1], False)]
    if way < 0.24:  # something added, and a source of two sentences
        together = source + near[1] if rng.random() < 0.5 else near[1] + source
        added = rng.choice(_clauses(pieces, near[0]) or [near[0]])
        return [of(claim, together, True), of(claim + comma + added, source, False)]
    if way < 0.32:  # a part of the sentence
        parts = _clauses(pieces, source)
        if len(parts) < 2:
            return []
        return [of(rng.choice(parts), source, True), of(rng.choice(parts), near[1], False)]
    if way < 0.40:
        return [of(claim + comma + near[0], source + near[1], True)]
    plant = planter.any()
    if rng.random() < 0.25:  # in one language
        planted = plant(source)
        if planted is None:
            return []
        return [of(planted, source, False), of(source, source, True, 0.3)]
    of_claim = rng.random() < 0.5
    planted = plant(claim if of_claim else source)
    if planted is None:
        return []
    false = of(planted, source, False) if of_claim else of(claim, planted, False)
    return [of(claim, source, True), false]


def answering(pieces: Pieces, pairs: Iterable[Pair], rng: random.Random) -> list[Example]:
    """Questions (or titles) with a sentence of their passage, and with near ones of others."""
    asked = list(pairs)
    questions = pieces.read([question for question, _ in asked])
    told = [
        (owner, text)
        for owner, (_, passage) in enumerate(asked)
        for text in _SENTENCE.split(passage)[:12]
        if len(text.strip()) > 5
    ]
    read = [
        (owner, ids)
        for (owner, _), ids in zip(told, pieces.read([text for _, text in told]), strict=True)
        if 4 <= len(ids) <= 90
    ]
    owners = np.array([owner for owner, _ in read])
    sentences = [ids for _, ids in read]
    means = pieces.means(sentences)
    examples: list[Example] = []
    for start in range(0, len(asked), 1000):
        inside = np.flatnonzero((owners >= start) & (owners < start + 1000))
        for owner in range(start, min(start + 1000, len(asked))):
            question, own = questions[owner], owners[inside] == owner
            if not 3 <= len(question) <= 50 or not own.any():
                continue
            cosines = means[inside] @ pieces.means([question])[0]
            best = inside[own][int(np.argmax(cosines[own]))]
            near = inside[np.argpartition(np.where(own, 1.0, -cosines), 4)[:4]].tolist()
            examples.append(pieces.pair("answers", question, sentences[best], True))
            for _ in range(1 + (rng.random() < 0.5)):
                other = sentences[rng.choice(near)]
                examples.append(pieces.pair("answers", question, other, False))
    return examples


def _near(vectors: NDArray[np.float32]) -> NDArray[np.intp]:
    """The three nearest other rows of each row that do not say the same."""
    cosines = vectors @ vectors.T
    np.fill_diagonal(cosines, -1)
    cosines[cosines > _SAME] = -1
    return np.argpartition(-cosines, 3, axis=1)[:, :3]


def _clauses(pieces: Pieces, ids: Ids) -> list[Ids]:
    parts: list[Ids] = [[]]
    for piece in ids:
        if piece in pieces.commas:
            parts.append([])
        else:
            parts[-1].append(piece)
    return [part for part in parts if len(part) >= 4]
