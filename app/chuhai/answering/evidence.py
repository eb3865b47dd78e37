"""What speaks for and against an answer: the measures that a refusal is decided by."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from chuhai.answering.claims import Source
from chuhai.domain import Hit, Lang, Passage
from chuhai.index.encoder import Encoder, Vectors
from chuhai.index.listed import Listed
from chuhai.index.maxsim import TokenEncoder
from chuhai.language.asks import NUMERIC, Kind, asks_for, holds
from chuhai.language.detect import detect, has_han
from chuhai.language.glossary import Glossary, other_names
from chuhai.language.names import is_name, names_in
from chuhai.language.normalise import fold
from chuhai.language.words import term_set, terms
from chuhai.retrieval.query import Want

# Lengths of the token vectors of chuhai-static-2: function words lie below 4, names about 7.
_SILENT_LENGTH, _LOUD_LENGTH = 3.5, 7.0
# 东西 has 3.2 and 钱花 4.2; 海尔 4.97, 大疆 5.6, 德国 6.9.
_NAME_LENGTH = 4.9
_FEW = 3
# A logit below it speaks against an answer twice (decision 7).
_UNLIKELY = -2.5
_STEEP = 4  # which of the two lists is nearer counts where either is near (decision 7)


@dataclass(frozen=True, slots=True)
class Evidence:
    """How well the best sentences meet a question. Shares lie between 0 and 1."""

    dense: float
    """Cosine of the best passage."""
    known: float
    """Share of what the question names that any passage holds."""
    unknown: float
    """Share, by rarity, of what it names that no passage holds under any name."""
    names: float
    """1 where a proper name or a year in it stands in no document."""
    unmet: float
    """Share of its telling words that the best sentence does not meet."""
    missed: float
    """The most telling word that the best three sentences of the asked kind do not meet."""
    otherwise: float
    """1 where a number is asked for and none of the best three sentences has one of its kind
    (where questions are known of them: the best one)."""
    nowhere: float
    """1 where no sentence has one."""
    answered: float = 0.0
    """How near it is to the nearest question known to be answered; 0 where none is known."""
    open: float = 0.0
    """How near it is to the nearest question known to be left open."""
    reading: float = 0.0
    """The cross-encoder's logit that the sentence answers that answers best."""

    listed: bool = False
    """Whether such questions are known of the document that the best sentence is from."""
    foreign: bool = False
    """Whether no passage found is in the question's language: then words tell nothing."""

    def subject(self) -> list[float]:
        """What tells whether the documents are about the question's subject at all."""
        return [1.0, self.dense, self.known, self.unknown, self.unmet]

    def fact(self) -> list[float]:
        """What tells whether the very fact is in them. Where questions are known of them, these
        and the reading say all that words do, and more."""
        if self.listed:
            nearer = (self.answered - self.open) * max(self.answered, self.open) ** _STEEP
            listed = [self.answered, self.open, nearer]
            read = [self.reading, max(0.0, _UNLIKELY - self.reading)]
            return [1.0, self.dense, self.known, self.otherwise, *listed, *read]
        words = [self.unknown, self.names, self.unmet, self.missed, self.otherwise, self.nowhere]
        return [1.0, self.dense, self.known, *words]


@dataclass(frozen=True)
class Weigher:
    """Takes the measures of one question and its ranked sentences."""

    encoder: Encoder
    glossary: Glossary
    knows: Callable[[str], bool]
    """Whether any passage holds an index term, or is found by it."""
    prints: Callable[[str], bool]
    """Whether a document has it in its own text."""
    answered: Listed
    open: Listed

    def weigh(
        self,
        question: str,
        wants: Sequence[tuple[Want, float]],
        ranked: Sequence[Source],
        hits: Sequence[Hit],
        reading: float = 0.0,
    ) -> Evidence:
        """The measures; ``wants`` come with their rarity, ``ranked`` is best first, ``reading``
        is the highest logit."""
        asked, lang = asks_for(question) & NUMERIC, detect(question)
        named = [(want, rarity) for want, rarity in wants if not want.name.startswith("_")]
        unknown = [pair for pair in named if not self._known(pair[0])]
        fitting = [source for source in ranked if _fits(asked, source)]
        words = [(want, self._token(want.name)) for want, _ in named]
        telling = [_telling(token) for _, token in words]
        best, fit = self._met(words, ranked[:1]), self._met(words, (fitting or ranked)[:_FEW])
        total = sum(telling)
        listed = bool(self.answered.questions and ranked) and is_listed(ranked[0].passage)
        return Evidence(
            listed=listed,
            foreign=bool(ranked) and not any(_speaks(source, lang) for source in ranked),
            dense=max((hit.scores.get("dense", 0.0) for hit in hits), default=0.0),
            known=1 - len(unknown) / len(named) if named else 0.0,
            unknown=sum(r for _, r in unknown) / (sum(r for _, r in wants) or 1.0),
            names=float(any(not self.name_known(name) for name in names_in(question))),
            unmet=sum(t * (1 - met) for t, met in zip(telling, best, strict=True)) / (total or 1.0),
            missed=max((t * (1 - met) for t, met in zip(telling, fit, strict=True)), default=0.0),
            otherwise=float(
                bool(asked)
                and not any(_fits(asked, s, every=True) for s in ranked[: 1 if listed else _FEW])
            ),
            nowhere=float(bool(asked) and not fitting),
            answered=self.answered.nearness(question) if listed else 0.0,
            open=self.open.nearness(question) if listed else 0.0,
            reading=reading,
        )

    def _known(self, want: Want) -> bool:
        return any(self.knows(term) for names in want.alternatives for term in names)

    def name_known(self, name: str) -> bool:
        """Whether it, or another name that the glossary has for it, stands in a document."""
        token = self._token(name) if has_han(name) else None
        if token is not None and np.linalg.norm(token) < _NAME_LENGTH:
            return True  # a common word that the tagger takes for a name
        found = self.glossary.found(name)
        others = [other for own, concepts in found.items() for other in other_names(own, concepts)]
        return any(self.stands(text) for text in (name, *others))

    def stands(self, name: str) -> bool:
        """Whether a document has it: all its words, or a name that a wrong cut hides in it."""
        if not has_han(name):
            return all(self.prints(term) for term in terms(name))
        folded = fold(name)
        parts = {folded[i:j] for i in range(len(folded)) for j in range(i + 2, len(folded) + 1)}
        return any(self.prints(part) and (part == folded or is_name(part)) for part in parts)

    def _token(self, word: str) -> Vectors | None:
        """The word's longest token vector; None where the encoder has no token vectors."""
        rows = self._rows([word])
        return rows[int(np.linalg.norm(rows, axis=1).argmax())] if rows is not None else None

    def _met(
        self, words: Sequence[tuple[Want, Vectors | None]], sources: Sequence[Source]
    ) -> list[float]:
        """How far each want is met by the sentences: by its names, or by a near word."""
        texts = [text for source in sources for text in _wordings(source)]
        held = frozenset().union(*map(term_set, texts))
        around = self._rows(texts)
        return [max(want.met_by(held), _near(token, around)) for want, token in words]

    def _rows(self, texts: Sequence[str]) -> Vectors | None:
        """The vectors of all tokens of the texts, each once; None where there are none."""
        if not isinstance(self.encoder, TokenEncoder):
            return None
        none: list[NDArray[np.intp]] = [np.zeros(0, dtype=np.intp)]
        ids = np.unique(np.concatenate(none + list(self.encoder.token_ids(texts))))
        return self.encoder.token_rows(ids) if len(ids) else None


def is_listed(passage: Passage) -> bool:
    """Whether questions are known that it answers."""
    return any(sentence.asked for sentence in passage.sentences)


def _telling(token: Vectors | None) -> float:
    """How much a word says, from 0 (a function word) up: the length of its vector."""
    length = _LOUD_LENGTH if token is None else float(np.linalg.norm(token))
    return max(0.0, length - _SILENT_LENGTH) / (_LOUD_LENGTH - _SILENT_LENGTH)


def _near(token: Vectors | None, around: Vectors | None) -> float:
    """Cosine of a token's vector and the nearest one around it."""
    if token is None or around is None:
        return 0.0
    lengths = np.linalg.norm(around, axis=1) * np.linalg.norm(token)
    return float((around @ token / np.maximum(lengths, 1e-9)).max())


def _speaks(source: Source, lang: Lang) -> bool:
    """Whether a sentence can be read in that language."""
    return source.passage.lang == lang or source.sentence.translation is not None


def _fits(asked: frozenset[Kind], source: Source, *, every: bool = False) -> bool:
    if not asked:
        return True
    found = [holds(kind, source.quote) for kind in asked]
    return all(found) if every else any(found)


def _wordings(source: Source) -> list[str]:
    """All that a sentence is found by: both editions, plain words, its section's headings."""
    passage = source.passage
    above = (*passage.heading[-1:], *passage.other_heading[-1:])
    return [text for text in (*source.texts, source.sentence.plain, *above) if text]
