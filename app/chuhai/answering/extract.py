"""An answer from the documents' own sentences: chosen one by one, cut by their spans."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from chuhai.answering.claims import Claim, Source
from chuhai.domain import Hit, Lang
from chuhai.index.encoder import Encoder
from chuhai.language.detect import has_han
from chuhai.language.numbers import numbers
from chuhai.language.phrases import phrase
from chuhai.language.words import terms

# What asks for a number, in both languages: closed classes of question words and measures.
_ASKS_NUMBER = re.compile(
    r"多少|几成|几个|几年|多久|多大|占比|比例|百分|比重|数据|金额|how (?:many|much|long|big|large)"
    r"|percent|share|proportion|what (?:fraction|part)|number|figure|ratio",
    re.I,
)


@dataclass(frozen=True, slots=True)
class SentenceWeights:
    """What makes a sentence the answer, and when to stop.

    Fitted by ``python -m chuhai.answering.fit`` on evals/cases/dev; the table of what it
    brought is in docs/decisions/0005-extractive-answers.md.
    """

    coverage: float = 1.0
    cosine: float = 1.0
    passage: float = 0.6
    number: float = 0.25
    heading: float = -0.35
    passages: int = 8
    """Passages whose sentences are looked at."""
    keep: float = 0.72
    """A sentence is left out below this share of the best one's score."""
    most: int = 5
    """Sentences at the most."""
    overlap: float = 0.6
    """A sentence that shares this much of its terms with one already chosen repeats it."""
    characters: int = 200
    words: int = 120
    """Length at which an answer ends, in Chinese characters or English words."""


@dataclass(frozen=True)
class Extractor:
    """Chooses sentences of retrieved passages for one question."""

    encoder: Encoder
    rarity: Callable[[str], float]
    """Inverse document frequency of a term."""
    weights: SentenceWeights

    def claims(self, question: str, lang: Lang, hits: Sequence[Hit]) -> list[Claim]:
        """The answer's claims, the most direct first; empty where no sentence says anything."""
        ranked = self.ranked(question, hits)
        chosen = self._choose(ranked, lang)
        return [_claim(source, lang, bullet=number > 0) for number, source in enumerate(chosen)]

    def ranked(self, question: str, hits: Sequence[Hit]) -> list[tuple[float, Source]]:
        """Every sentence that states something with its score, best first."""
        sources = [
            Source(hit.passage, sentence)
            for hit in hits[: self.weights.passages]
            for sentence in hit.passage.sentences
            if not sentence.silent and _states(hit.passage.cut(sentence))
        ]
        if not sources:
            return []
        passage_score = {hit.passage.passage_id: hit.score for hit in hits}
        vectors = self.encoder.encode([question, *(source.quote for source in sources)])
        cosines = vectors[1:] @ vectors[0]
        asked = self._asked(question)
        wants_number = bool(_ASKS_NUMBER.search(question))
        weights = self.weights
        scored = [
            (
                weights.coverage * self._coverage(asked, source)
                + weights.cosine * float(cosine)
                + weights.passage * passage_score[source.passage.passage_id]
                + weights.number * (wants_number and bool(numbers(source.quote)))
                + weights.heading * (source.sentence.role == "heading"),
                source,
            )
            for source, cosine in zip(sources, cosines, strict=True)
        ]
        return sorted(scored, key=lambda pair: (-pair[0], pair[1].key))

    def _asked(self, question: str) -> dict[str, float]:
        return {term: self.rarity(term) for term in terms(question)}

    def _coverage(self, asked: dict[str, float], source: Source) -> float:
        """How much of the question's rare terms the sentence (half: its heading) holds."""
        total = sum(asked.values())
        if not total:
            return 0.0
        own = set(terms(source.quote))
        above = set(terms(" ".join(source.passage.heading[-1:])))
        return (
            sum(
                rarity * (1.0 if term in own else 0.5 if term in above else 0.0)
                for term, rarity in asked.items()
            )
            / total
        )

    def _choose(self, ranked: Sequence[tuple[float, Source]], lang: Lang) -> list[Source]:
        chosen: list[Source] = []
        held: list[set[str]] = []
        length = 0
        for score, source in ranked:
            if score < self.weights.keep * ranked[0][0] or len(chosen) >= self.weights.most:
                break
            words = set(terms(source.quote))
            if any(_overlap(words, other) >= self.weights.overlap for other in held):
                continue
            size = _length(source, lang)
            if chosen and length + size > self._room(source, lang):
                continue
            chosen.append(source)
            held.append(words)
            length += size
        return chosen

    def _room(self, source: Source, lang: Lang) -> int:
        return self.weights.characters if _in_han(source, lang) else self.weights.words


def inverse_frequency(count: int, frequency: Callable[[str], int]) -> Callable[[str], float]:
    """Robertson–Spärck Jones idf, never negative: ln(1 + (N − n + 0.5) / (n + 0.5))."""
    return lambda term: float(np.log1p((count - frequency(term) + 0.5) / (frequency(term) + 0.5)))


def _claim(source: Source, lang: Lang, *, bullet: bool) -> Claim:
    speaker = source.sentence.speaker
    lead = phrase("said", lang, speaker=speaker) if speaker else ""
    return Claim(_shown(source, lang), (source,), lead, bullet)


def _shown(source: Source, lang: Lang) -> str:
    """The sentence in the asker's language where there is a translation, else as it stands."""
    translation = source.sentence.translation
    return translation.text if translation and lang != source.passage.lang else source.quote


def _in_han(source: Source, lang: Lang) -> bool:
    return has_han(_shown(source, lang))


def _length(source: Source, lang: Lang) -> int:
    text = _shown(source, lang)
    return len(text) if has_han(text) else len(text.split())


def _overlap(one: set[str], other: set[str]) -> float:
    return len(one & other) / max(1, min(len(one), len(other)))


def _states(text: str) -> bool:
    """Long enough to state something: no label, no attribution line, no stray item."""
    return len(text) >= 10 if has_han(text) else len(text.split()) >= 4
