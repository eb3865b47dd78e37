"""What speaks against a claim's being borne by what it cites: the verifier's features.

A claim is compared with the cited sentences in its own language (the edition and the plain
words), then with the other edition; for names also with what the passage is headed and
spoken by; and with the sentences around, which may say it better.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from chuhai.answering import reader
from chuhai.answering.around import Around
from chuhai.answering.binding import binding
from chuhai.answering.cited import cited as cited_by
from chuhai.answering.cited import edition, has, plain_words
from chuhai.answering.claims import Source
from chuhai.answering.evidence import is_listed
from chuhai.answering.missing import by_clause, lacking, names, nouns, pair
from chuhai.answering.nearness import held, nearness
from chuhai.answering.turning import opposites, reversed_by, turned
from chuhai.answering.wording import (
    Numbers,
    Reader,
    Wording,
    each_word,
)
from chuhai.domain import Lang
from chuhai.index.encoder import Encoder
from chuhai.language.detect import detect
from chuhai.language.glossary import Glossary
from chuhai.language.normalise import fold
from chuhai.language.polarity import added
from chuhai.language.words import STOP_EN, STOP_ZH, stem

_ACROSS = 0.3  # nearness from which a word of the other language counts
_BY_NAME, _BY_CONCEPT = 0.9, 0.8  # what a word counts that stands above, or under another name
_NAMED = 0.45  # nearness from which a name is named
_NO_MARGIN = -0.3  # where nothing is known of what stands around
_KNOWN = 1 << 12
_FEW = 5  # things that are counted at a glance
# Concepts that any text may name.
_GENERAL = frozenset({"question", "change"})


@dataclass(frozen=True, slots=True)
class Bearing:
    """What speaks against it; 0 where nothing does (the margins: below 0)."""

    number: float = 0.0
    """1 where it has a number that nothing cited allows."""
    exchanged: float = 0.0
    """See ``binding``."""
    denied: float = 0.0
    """1 where it denies what is not denied."""
    affirmed: float = 0.0
    """1 where it says without a denial what is denied."""
    reversed: float = 0.0
    """How much the two sides of a turn have changed places; see ``reversed_by``."""
    opposed: float = 0.0
    """Words of it of which only the opposite is cited."""
    margin_words: float = 0.0
    """How much more of its words one sentence beside says than the cited ones, as a share."""
    margin_cosine: float = 0.0
    """How much nearer one sentence beside is to it as a whole."""
    gain: float = 0.0
    """Share of its words that one sentence beside says and the cited ones do not."""
    gain_word: float = 0.0
    """Weight of the word that is most so."""
    name: float = 0.0
    """1 where it names whom or what nothing cited names, nor what stands above it."""
    missing: float = 0.0
    """Weight of two words side by side that nothing cited says, where they are most; names,
    Chinese nouns and words of the field (the glossary's) count six times what others do."""
    missing_share: float = 0.0
    """Share of its words, by weight, that nothing cited says."""
    missing_clause: float = 0.0
    """The same of its clause that misses most, of those with three words and more."""
    concepts: float = 0.0
    """How many concepts it names that nothing cited names."""
    superlative: float = 0.0
    """1 where it claims a first place that is not cited."""
    cause: float = 0.0
    """1 where it claims a cause that is not cited."""
    most: float = 0.0
    """1 where it claims «most» that is not cited."""
    reading: float = 0.0
    """The cross-encoder's logit that it is borne; 0 where it does not know what is cited."""


@dataclass
class Weighing:
    """Holds claims against sentences; remembers what it has read."""

    encoder: Encoder
    glossary: Glossary
    around: Around | None = None
    """None where nothing is known of what stands around."""
    plain: bool = True
    """Whether sentences are also met in their plain words."""
    reads: reader.Reader | None = None
    """Reads a claim together with what it cites."""
    _concepts: dict[str, frozenset[str]] = field(default_factory=dict)

    @cached_property
    def _reader(self) -> Reader:
        return Reader(self.encoder)

    def weigh(self, text: str, sources: Sequence[Source]) -> Bearing:
        """What speaks against the text's being borne by these sentences together."""
        if self.around is not None:
            sources = [self.around.whole(source) for source in sources]
        lang, claim = detect(text), self._reader.read(text)
        cited = cited_by(sources, lang, self._reader.read, self.plain)
        concepts_named = {
            name: {c.id for c in cs} for name, cs in self.glossary.found(text).items()
        }
        named = frozenset().union(
            *(self._named(t.text) for t in (*cited.own, *cited.across, *cited.above))
        )
        beside = self._near(sources, lang)
        near = nearness(claim, (*cited.own, *cited.above, *beside))
        own, above = near[: len(cited.own)], near[len(cited.own) :][: len(cited.above)]
        said = _said(own, nearness(claim, cited.across), above, len(claim))
        for name, concepts in concepts_named.items():
            if concepts & named:
                stems = set(self._reader.read(name).stems.tolist())
                alike = np.array([one in stems for one in claim.stems.tolist()], dtype=bool)
                said = np.where(alike, np.maximum(said, _BY_CONCEPT), said)
        missing = lacking(said) * claim.weights
        is_name = names(text, claim, [self._reader.read(_path(s, lang)) for s in sources], beside)
        of_field = np.array([one in self._field for one in claim.stems.tolist()], dtype=float)
        claims = added(claim.text, [t.text for t in (*cited.own, *cited.across)])
        denied, affirmed = turned(claim, cited, own)
        return Bearing(
            number=_uncited(claim, (*cited.own, *cited.across)),
            exchanged=binding(claim, cited.own, own),
            denied=denied,
            affirmed=affirmed,
            reversed=reversed_by(claim, cited.own, own),
            opposed=opposites(claim, cited.own),
            **_beside(claim, said, cited.editions, beside, near[len(near) - len(beside) :]),
            name=float(((said < _NAMED) * is_name).max(initial=0.0)),
            missing=pair(missing * (np.maximum.reduce([of_field, is_name, nouns(claim)]) + 0.2)),
            missing_share=float(missing.sum() / (claim.weights.sum() + 1e-6)),
            missing_clause=by_clause(missing, claim),
            concepts=float(len(set().union(*concepts_named.values()) - named)),
            **{sort: float(is_added) for sort, is_added in claims.items()},
            reading=self._read(text, sources),
        )

    def _read(self, text: str, sources: Sequence[Source]) -> float:
        """It has learnt documents with known questions, and is asked about no others."""
        known = all(is_listed(source.passage) for source in sources)
        return self.reads.bears(text, sources) if self.reads is not None and known else 0.0

    def _near(self, sources: Sequence[Source], lang: Lang) -> list[Wording]:
        """Sentences around the cited ones with their plain words, those in the claim's language."""
        near = [] if self.around is None else self.around.near(sources)
        return [
            self._reader.read(
                f"{edition(other, lang)}。{plain_words(other, lang) if self.plain else ''}"
            )
            for other in near
            if has(other, lang)
        ]

    def _named(self, text: str) -> frozenset[str]:
        """Ids of the concepts that a text names."""
        known = self._concepts.get(text)
        if known is None:
            found = self.glossary.found(text).values()
            known = frozenset(c.id for concepts in found for c in concepts)
            if len(self._concepts) >= _KNOWN:
                self._concepts = {}
            self._concepts[text] = known
        return known

    @cached_property
    def _field(self) -> frozenset[int]:
        """Stems of the words that the names of concepts are made of."""
        return frozenset(
            hash(stem(word))
            for concept in self.glossary.concepts
            if concept.kind not in _GENERAL
            for name in (*concept.zh, *concept.en)
            for word, _ in each_word(fold(name))
            if word not in STOP_ZH and word not in STOP_EN
        )


def _said(
    own: Sequence[Numbers], across: Sequence[Numbers], above: Sequence[Numbers], n: int
) -> Numbers:
    """Per word of the claim how near it comes to what is cited, between 0 and 1."""
    other = held(across, n)
    said = np.maximum(held(own, n), np.where(other > _ACROSS, other, 0.0))
    return np.asarray(np.maximum(said, held(above, n) * _BY_NAME), dtype=np.float64)


def _beside(
    claim: Wording,
    said: Numbers,
    editions: Sequence[Wording],
    beside: Sequence[Wording],
    near: Sequence[Numbers],
) -> dict[str, float]:
    """What sentences around say of the claim better than the cited ones."""
    if not beside or not len(claim):
        return {"margin_words": _NO_MARGIN, "margin_cosine": _NO_MARGIN}
    whole = float(claim.weights.sum()) + 1e-6
    others = np.stack([held([matrix], len(claim)) for matrix in near])
    apart = (lacking(said) - lacking(others)) * claim.weights
    gains = np.maximum(apart, 0.0)
    cosines = [float(other.whole @ claim.whole) for other in beside]
    together = sum(edition.whole for edition in editions)
    cited = max(float(edition.whole @ claim.whole) for edition in editions)
    cited = max(cited, float(together @ claim.whole / (np.linalg.norm(together) + 1e-6)))
    return {
        "margin_words": float(apart.sum(axis=1).max()) / whole,
        "margin_cosine": max(cosines) - cited,
        "gain": float(gains.sum(axis=1).max()) / whole,
        "gain_word": float(gains.max()),
    }


def _uncited(claim: Wording, cited: Sequence[Wording]) -> float:
    """1 where a number of the claim's is not allowed by what is cited.

    A rank or a small count of things speaks against it only where other ones are cited: who
    sums up may count what is listed.
    """
    every = [quantity for text in cited for quantity in text.quantities]
    for one in claim.quantities:
        if one.value == 1 or any(one.allows(other) for other in every):
            continue
        few = one.kind == "count" and not one.unit and one.value <= _FEW
        alike = [o for o in every if o.kind == one.kind and not o.unit and o.value <= 2 * _FEW]
        if alike or not (few or one.kind == "rank"):
            return 1.0
    return 0.0


def _path(source: Source, lang: Lang) -> str:
    passage = source.passage
    path = passage.heading if passage.lang == lang else passage.other_heading
    return "。".join((passage.title, *path))
