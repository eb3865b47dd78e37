"""What speaks for a sentence as an answer, and what that weighs."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from chuhai.answering.claims import Source


@dataclass(frozen=True, slots=True)
class SentenceWeights:
    """What makes a sentence the answer, and when to stop.

    The mean of two fits (``python -m chuhai.answering.fit``, seeds 7 and 11) on
    evals/cases/dev, each of which alone follows chance; ``keep``, ``near`` and ``overlap``, which
    do not average, are seed 11's, and ``several`` was set before; the table of what it brought
    is in docs/decisions/0005-extractive-answers.md. Fitted again with evals/fitting they
    bring .003 more of the evidence there and lose .03 on documents never seen.
    """

    coverage: float = 2.0
    cosine: float = 0.32
    maxsim: float = 2.04
    passage: float = 0.92
    number: float = 0.76
    heading: float = 0.14
    figure: float = 1.71
    role: float = 0.04
    question: float = 1.66
    before: float = 0.08
    """Weight of what the sentence before it has: it often names what this one states."""
    after: float = 0.07
    reader: float = 2.2
    """Weight of what the cross-encoder says of it."""
    passages: int = 8
    """Passages whose sentences are looked at."""
    read: int = 8
    """Sentences, the best by all else, that the cross-encoder reads."""
    keep: float = 0.49
    """A sentence is left out below this share of the best one's score."""
    own_words: float = 0.95
    """An answer begins with the text's own words rather than a speaker's from this share of
    the best score on: so most answers begin with what they need (decision 5)."""
    sure: float = 1.5
    """Where a sentence's logit of the cross-encoder is above it …"""
    hardly: float = -3.0
    """… those whose logit is below this stay away: both from the table in decision 5."""
    most: int = 5
    """Sentences at the most."""
    overlap: float = 0.6
    """A sentence that shares this much of its terms with one already chosen repeats it."""
    characters: int = 193
    words: int = 112
    """Length at which an answer ends, in Chinese characters or English words …"""
    near: float = 0.71
    longest: float = 2.0
    """… unless a sentence reaches this share of the best one's score: with it the answer may
    become so many times as long. Two in five answers do."""
    several: float = 1.8
    """A Chinese answer may be so many times as long where several things are asked for: of 38
    such questions of evals/cases/dev .92 of the evidence for .86. English ones gained nothing."""


@dataclass(frozen=True, slots=True)
class Features:
    """What speaks for one sentence, before it is weighted."""

    source: Source
    coverage: float
    """Share of the question's terms, by rarity, that it holds."""
    cosine: float
    maxsim: float
    passage: float
    """Score of its passage."""
    number: float
    """1 where the question asks for a number and it has one."""
    heading: float
    """1 for a heading or a line about the publisher."""
    figure: float
    """Cosine of the question and what a figure in it measures."""
    role: float
    """1 where it is of the kind that the question asks for (a cause, advice, a definition)."""
    question: float
    """Cosine of the question and the nearest one that the sentence is known to answer."""
    before: float
    """Coverage and cosine of the sentence before it in its passage."""
    after: float
    reading: float | None = None
    """The cross-encoder's logit that it answers; None where it does not know the document."""

    def score(self, weights: SentenceWeights) -> float:
        return (
            weights.coverage * self.coverage
            + weights.cosine * self.cosine
            + weights.maxsim * self.maxsim
            + weights.passage * self.passage
            + weights.number * self.number
            + weights.heading * self.heading
            + weights.figure * self.figure
            + weights.role * self.role
            + weights.question * self.question
            + weights.before * self.before
            + weights.after * self.after
            + weights.reader * self.answers
        )

    @property
    def answers(self) -> float:
        """How likely it is to answer, from 0 to 1; a half where nothing is known of that."""
        return 0.5 if self.reading is None else float(1 / (1 + np.exp(-self.reading)))


class Scored(NamedTuple):
    """A sentence with the weighted sum of its features."""

    score: float
    source: Source
    reading: float | None = None
    """As in ``Features``."""
