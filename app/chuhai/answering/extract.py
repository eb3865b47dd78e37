"""An answer from the documents' own sentences: chosen one by one, cut by their spans."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from chuhai.answering.claims import Claim, Source
from chuhai.answering.evidence import Evidence, Weigher, is_listed
from chuhai.answering.features import Features, Scored, SentenceWeights
from chuhai.answering.figures import StatedFigures
from chuhai.answering.reader import Reader
from chuhai.domain import Hit, Lang
from chuhai.index.encoder import Encoder, Vectors
from chuhai.index.maxsim import maxsim
from chuhai.language.asks import NUMERIC, ROLES, asks_for, holds
from chuhai.language.detect import detect, has_han
from chuhai.language.numbers import numbers
from chuhai.language.phrases import phrase
from chuhai.language.sentences import leans
from chuhai.language.words import term_set
from chuhai.retrieval.query import Query, Want

# Roles of sentences that stand beside the text proper.
_ASIDE = frozenset({"heading", "imprint"})
# The cross-encoder has learnt hardly any bylines («who gave the interview?»): it is not believed
# where it rules one out. Of evals/cases/dev and evals/fitting two questions more are answered
# rightly, and two that should be refused are not.
_BYLINE = -2.0


@dataclass(frozen=True)
class Extractor:
    """Chooses sentences of retrieved passages for one question."""

    encoder: Encoder
    understand: Callable[[str], Query]
    """Takes a question apart into what it names."""
    rarity: Callable[[Want], float]
    """How telling a thing that is named is."""
    weights: SentenceWeights
    figures: StatedFigures
    weigher: Weigher
    reader: Reader | None = None
    plain: bool = True
    """Whether sentences are also met in their plain words and in what they are asked."""

    def claims(self, ranked: Sequence[Scored], lang: Lang, *, several: bool = False) -> list[Claim]:
        """The answer's claims, the most direct first; empty where no sentence says anything.
        ``several``: the items of a list are asked for."""
        chosen = self._in_order(ranked, self.choose(ranked, lang, several=several))
        return [claim_of(source, lang, bullet=number > 0) for number, source in enumerate(chosen)]

    def _in_order(self, ranked: Sequence[Scored], chosen: list[Source]) -> list[Source]:
        """The best first, but where another is about as good, neither someone's words nor a
        sentence that leans on one that is not quoted."""
        if not chosen:
            return chosen
        best = chosen[0]
        score = {each.source.key: each.score for each in ranked}
        near = [
            source
            for source in chosen
            if (source.sentence.speaker is None or (source is best and _is_byline(source)))
            and score[source.key] >= self.weights.own_words * score[best.key]
        ]
        first = next(iter(near), best)
        if leans(first.quote):
            whole = (s for s in near if s.sentence.role not in _ASIDE and not leans(s.quote))
            first = next(whole, first)
        return [first, *(s for s in chosen if s != first)]

    def ranked(self, question: str, hits: Sequence[Hit]) -> list[Scored]:
        """Every sentence that states something with its score, best first."""
        return self.rank(self.features(question, hits))

    def evidence(
        self,
        question: str,
        hits: Sequence[Hit],
        ranked: Sequence[Scored],
    ) -> Evidence:
        """What speaks for an answer from these sentences."""
        wants = [(want, self.rarity(want)) for want in self.understand(question).wants]
        sources = [each.source for each in ranked]
        return self.weigher.weigh(question, wants, sources, hits, _surest(ranked) or 0.0)

    def rank(self, features: Sequence[Features]) -> list[Scored]:
        """Weighted sums of features, best first."""
        scored = [Scored(f.score(self.weights), f.source, f.reading) for f in features]
        return sorted(scored, key=lambda each: (-each.score, each.source.key))

    def features(self, question: str, hits: Sequence[Hit]) -> list[Features]:
        """What speaks for each sentence of the best passages."""
        asks = asks_for(question)
        found = (
            Source(hit.passage, sentence)
            for hit in hits[: self.weights.passages]
            for sentence in hit.passage.sentences
        )
        sources = [source for source in found if _states(source, "person" in asks)]
        if not sources:
            return []
        passage_score = {hit.passage.passage_id: hit.score for hit in hits}
        lang = detect(question)
        cosines, late = self._nearness(question, [_shown(source, lang) for source in sources])
        if self.plain and any(source.sentence.plain for source in sources):
            plain = self._nearness(question, [source.sentence.plain for source in sources])
            cosines, late = np.maximum(cosines, plain[0]), np.maximum(late, plain[1])
        near, late = self._known_questions(question, sources, late)
        figures = self.figures.near(question, lang, sources)
        roles = frozenset().union(*(ROLES.get(kind, frozenset()) for kind in asks))
        asked = [(want, self.rarity(want)) for want in self.understand(question).wants]
        coverage = [self._coverage(asked, source) for source in sources]
        features = [
            Features(
                source=source,
                coverage=coverage[i],
                cosine=float(cosines[i]),
                maxsim=float(late[i]),
                passage=passage_score[source.passage.passage_id],
                number=float(bool(asks & NUMERIC) and bool(numbers(source.quote))),
                heading=float(source.sentence.role in _ASIDE),
                figure=figures[i],
                role=float(
                    source.sentence.role in roles
                    or ("definition" in asks and any(holds("definition", t) for t in source.texts))
                    or _is_byline(source)
                ),
                question=float(near[i]),
                before=_neighbour(sources, coverage, cosines, i, -1),
                after=_neighbour(sources, coverage, cosines, i, 1),
            )
            for i, source in enumerate(sources)
        ]
        return self._read(question, features)

    def _read(self, question: str, features: list[Features]) -> list[Features]:
        """The best of them read by the cross-encoder, where it knows their document.

        Those that it does not read there count as the poorest that it reads.
        """
        if self.reader is None:
            return features
        order = sorted(range(len(features)), key=lambda i: -features[i].score(self.weights))
        known = [i for i in order if is_listed(features[i].source.passage)]
        best = [features[i].source for i in known[: self.weights.read]]
        if not best:
            return features
        logits = [
            max(logit, _BYLINE) if _is_byline(source) else logit
            for source, logit in zip(best, self.reader.answers(question, best), strict=True)
        ]
        logits += [min(logits)] * (len(known) - len(logits))
        read = dict(zip(known, logits, strict=True))
        return [replace(feature, reading=read.get(i)) for i, feature in enumerate(features)]

    def _nearness(self, question: str, texts: Sequence[str]) -> tuple[Vectors, Vectors]:
        """Cosine and MaxSim of the question and each text."""
        vectors = self.encoder.encode([question, *texts])
        return vectors[1:] @ vectors[0], maxsim(self.encoder, question, texts)

    def _known_questions(
        self, question: str, sources: Sequence[Source], late: Vectors
    ) -> tuple[Vectors, Vectors]:
        """Cosine of the nearest question that each sentence answers, and MaxSim with them."""
        asked = [text for source in sources for text in source.sentence.asked]
        near = np.zeros(len(sources), dtype=np.float32)
        if not self.plain or not asked:
            return near, late
        place = np.repeat(np.arange(len(sources)), [len(s.sentence.asked) for s in sources])
        cosines, theirs = self._nearness(question, asked)
        np.maximum.at(near, place, cosines)
        late = late.copy()
        np.maximum.at(late, place, theirs)
        return near, late

    def _coverage(self, asked: Sequence[tuple[Want, float]], source: Source) -> float:
        """How much of what the question names the sentence (half: its heading) holds."""
        total = sum(rarity for _, rarity in asked)
        if not total:
            return 0.0
        words = [*source.texts, source.sentence.plain if self.plain else ""]
        own = frozenset().union(*map(term_set, words))
        passage = source.passage
        above = term_set(" ".join((*passage.heading[-1:], *passage.other_heading[-1:])))
        return (
            sum(rarity * max(want.met_by(own), want.met_by(above) / 2) for want, rarity in asked)
            / total
        )

    def choose(
        self, ranked: Sequence[Scored], lang: Lang, *, several: bool = False
    ) -> list[Source]:
        """The best sentences that repeat nothing, until the answer is long enough."""
        weights = self.weights
        sure = (_surest(ranked) or 0.0) > weights.sure
        chosen: list[Source] = []
        held: list[frozenset[str]] = []
        length = 0
        for score, source, reading in ranked:
            poor = score < weights.keep * ranked[0][0]
            if chosen and (poor or len(chosen) >= weights.most):
                break
            if chosen and sure and reading is not None and reading < weights.hardly:
                continue
            if chosen and _is_imprint(source) != _is_imprint(chosen[0]):
                continue  # who publishes it is an answer of its own or none
            words = term_set(source.quote)
            if any(_overlap(words, other) >= weights.overlap for other in held):
                continue
            size = _length(source, lang)
            near = score >= weights.near * ranked[0][0]
            room = self._room(source, lang) * (weights.longest if near else 1)
            room *= weights.several if several and _in_han(source, lang) else 1
            if chosen and length + size > room:
                continue
            chosen.append(source)
            held.append(words)
            length += size
        return chosen

    def is_long(self, chosen: Sequence[Source], lang: Lang) -> bool:
        """Whether an answer of these sentences is longer than an answer should be by itself."""
        rooms = [_length(source, lang) / self._room(source, lang) for source in chosen]
        return sum(rooms) > 1

    def _room(self, source: Source, lang: Lang) -> int:
        return self.weights.characters if _in_han(source, lang) else self.weights.words


def _surest(ranked: Sequence[Scored]) -> float | None:
    """The highest logit; None where nothing was read."""
    return max((each.reading for each in ranked if each.reading is not None), default=None)


def _neighbour(
    sources: Sequence[Source], coverage: Sequence[float], cosines: Vectors, i: int, step: int
) -> float:
    """Coverage and cosine of the sentence beside it, 0 where it is the passage's last."""
    j = i + step
    if not 0 <= j < len(sources):
        return 0.0
    if sources[j].passage.passage_id != sources[i].passage.passage_id:
        return 0.0
    return coverage[j] + float(cosines[j])


def inverse_frequency(count: int, frequency: Callable[[str], int]) -> Callable[[str], float]:
    """Robertson–Spärck Jones idf, never negative: ln(1 + (N − n + 0.5) / (n + 0.5))."""
    return lambda term: float(np.log1p((count - frequency(term) + 0.5) / (frequency(term) + 0.5)))


def claim_of(source: Source, lang: Lang, *, bullet: bool, lead: str = "") -> Claim:
    """A sentence as a claim of its own, in the asker's language where it is translated."""
    speaker = source.sentence.speaker
    other = source.sentence.translation
    if other is not None and lang != source.passage.lang:
        speaker = other.speaker or speaker
    if speaker and not _is_byline(source):
        lead += phrase("said", lang, speaker=speaker)
    return Claim(_shown(source, lang), (source,), lead, bullet)


def _shown(source: Source, lang: Lang) -> str:
    """The sentence in the asker's language where there is a translation, else as it stands."""
    translation = source.sentence.translation
    return translation.text if translation and lang != source.passage.lang else source.quote


def _is_imprint(source: Source) -> bool:
    return source.sentence.role == "imprint"


def _in_han(source: Source, lang: Lang) -> bool:
    return has_han(_shown(source, lang))


def _length(source: Source, lang: Lang) -> int:
    text = _shown(source, lang)
    return len(text) if has_han(text) else len(text.split())


def _overlap(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / max(1, min(len(one), len(other)))


def _states(source: Source, of_people: bool) -> bool:
    """Whether it states something: no label, question, lead-in, stray item (unless it is known
    to answer a question) or, unless the question is about people, the line that says who
    speaks."""
    text, sentence = source.quote, source.sentence
    if _is_byline(source):
        return of_people
    if sentence.silent or text.rstrip("”’\"' ").endswith(("？", "?", "：", ":")):
        return False
    long = len(text) >= 10 if has_han(text) else len(text.split()) >= 4
    return long or bool(sentence.asked)


def _is_byline(source: Source) -> bool:
    """Whether it only says who speaks."""
    speaker = source.sentence.speaker
    return bool(speaker) and _bare(source.quote).startswith(_bare(speaker or ""))


def _bare(text: str) -> str:
    return "".join(text.split()).lower()
