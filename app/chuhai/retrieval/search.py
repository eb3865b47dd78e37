"""Words, passage vectors and sentence vectors joined to one ranking."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Protocol

from chuhai.domain import Hit, Passage
from chuhai.index.maxsim import maxsim
from chuhai.index.opened import Index
from chuhai.language.asks import NUMERIC, Kind, asks_for, holds
from chuhai.language.detect import detect
from chuhai.language.glossary import Glossary
from chuhai.language.names import proper_names
from chuhai.language.normalise import fold
from chuhai.language.words import term_set
from chuhai.retrieval.query import Query, understand

MAX_K = 100
_UNDERSTOOD = 64
# A passage repeats another that has this share of its terms: a saying that is printed twice.
_REPEATS = 0.8


class Searcher(Protocol):
    """Anything that ranks passages for a question."""

    def search(self, query: str, k: int = 10) -> list[Hit]:
        """The ``k`` best passages, best first, no two of them overlapping."""


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each signal counts, and how deep each is asked.

    Fitted by ``python -m chuhai.retrieval.fit`` on evals/cases/dev: the values with the
    highest mean recall@5 of both languages (`--report` prints what they reach); ``late`` by
    ``--data DIR`` on the English questions of evals/foreign (.89 without, .95 with it).
    """

    lexical: float = 1.0
    han: float = 3.0
    """Factor on ``lexical`` for a Chinese question, whose words and bigrams tell more than
    English stems."""
    dense: float = 0.8
    sentence: float = 0.4
    bigram: float = 0.6
    """Weight of a character bigram beside a word's 1."""
    other_name: float = 0.2
    """Weight of a term that the glossary added beside one of the question's own."""
    heading: float = 0.4
    """Weight of a term in the heading beside the body's 1."""
    plain: float = 1.5
    """Weight of a term in a passage's plain words, or in a question that it answers; 0 leaves
    the vectors of plain words out as well."""
    theme: float = 0.15
    """Added for a passage that is about every theme that the question touches."""
    asked: float = 0.2
    """Added for a passage that states a number of a kind that the question asks for."""
    named: float = 0.2
    """Added for a passage of a document that has a name from the question in its title."""
    late: float = 5.0
    """Weight of MaxSim on the best candidates, times (1 - known share)²: it tells most where
    question and passages share no script, and little that words have not told elsewhere."""
    reranked: int = 50
    """Candidates that MaxSim looks at."""
    silent: float = 0.85
    """Factor for a passage that states nothing (a survey question printed alone)."""
    depth: int = 100
    """Candidates taken from each signal."""
    sentence_depth: int = 200


class HybridSearcher:
    """Ranks the passages of one index."""

    def __init__(
        self, index: Index, glossary: Glossary | None = None, weights: Weights | None = None
    ) -> None:
        self._index = index
        self.glossary = glossary or Glossary()
        self._weights = weights or Weights()
        # Search, sentence choice and refusal each ask what the same question names.
        self._understood = lru_cache(_UNDERSTOOD)(partial(understand, glossary=self.glossary))

    def understand(self, text: str) -> Query:
        """The question taken apart, as this searcher reads it."""
        return self._understood(text)

    def search(self, query: str, k: int = 10) -> list[Hit]:
        k = max(1, min(k, MAX_K))
        signals = self.signals(query, max(k, self._weights.depth))
        known = self.known_share(query)
        words = self._weights.lexical * (self._weights.han if detect(query) == "zh" else 1.0)
        fused = fuse(signals, self._weights, words * known)
        themes = self.understand(query).themes
        kinds = asks_for(query) & NUMERIC
        names = self.names(query)
        # A silent passage only loses places, so that twice as many leave enough to fill k.
        depth = max(2 * k, self._weights.reranked)
        candidates = sorted(fused, key=lambda i: (-fused[i], i))[:depth]
        passages = self._index.catalogue.passages(candidates)
        late_weight = self._weights.late * (1 - known) ** 2
        if late_weight:
            signals["late"] = self._late(query, list(passages.values()))
        hits = [
            Hit(
                passage,
                (
                    fused[i]
                    + self._weights.theme * theme
                    + self._weights.asked * asked
                    + self._weights.named * named
                    + late_weight * signals.get("late", {}).get(i, 0.0)
                )
                * (self._weights.silent if passage.silent else 1.0),
                {name: scores[i] for name, scores in signals.items() if i in scores}
                | ({"theme": theme} if theme else {})
                | ({"asked": asked} if asked else {})
                | ({"named": named} if named else {}),
            )
            for i, passage in passages.items()
            for theme in [_share(themes, passage.themes)]
            for asked in [_holds(kinds, passage)]
            for named in [float(any(name in fold(passage.title) for name in names))]
        ]
        ranked = sorted(hits, key=lambda hit: (-hit.score, hit.passage.passage_id))
        return _unlike(ranked, k)

    def names(self, query: str) -> frozenset[str]:
        """Names in the question, folded, with what else the glossary calls them."""
        found = self.glossary.found(query)
        companies = [c for concepts in found.values() for c in concepts if c.kind == "company"]
        aliases = [name for company in companies for name in (*company.zh, *company.en)]
        return frozenset(fold(name) for name in (*proper_names(query), *aliases) if len(name) > 1)

    def _late(self, query: str, passages: Sequence[Passage]) -> dict[str, float]:
        """MaxSim of each passage, the best of its editions."""
        faces = [
            (passage.passage_id, text)
            for passage in passages
            for text in _faces(passage, plain=self._weights.plain > 0)
        ]
        best: dict[str, float] = {}
        scores = maxsim(self._index.encoder, query, [text for _, text in faces])
        for (passage_id, _), score in zip(faces, scores, strict=True):
            best[passage_id] = max(float(score), best.get(passage_id, 0.0))
        return best

    def signals(self, query: str, depth: int) -> dict[str, dict[str, float]]:
        """Per signal the candidates' scores: ``lexical`` BM25, the others cosines."""
        index, weights = self._index, self._weights
        vector = index.encoder.encode([query])[0]
        words = index.lexical.search(
            self._term_weights(query),
            depth,
            heading_weight=weights.heading,
            plain_weight=weights.plain,
        )
        plain = weights.plain > 0
        return {
            "lexical": dict(words),
            "dense": _best_of(index.store.query("passages", vector, 2 * depth), plain=plain),
            "sentence": _best_of(
                index.store.query("sentences", vector, max(depth, weights.sentence_depth)),
                plain=plain,
            ),
        }

    def _term_weights(self, query: str) -> dict[str, float]:
        weights = self._weights
        return self.understand(query).term_weights(weights.bigram, weights.other_name)

    def known_share(self, query: str) -> float:
        """How much of the question's words the index knows at all, between 0 and 1.

        An English question on Chinese documents shares a brand name with them and little
        else: what so few words say must not bury what the vectors found.
        """
        wants = [want for want in self.understand(query).wants if not want.name.startswith("_")]
        known = [any(self.knows(t) for names in want.alternatives for t in names) for want in wants]
        return sum(known) / len(known) if known else 0.0

    def knows(self, term: str) -> bool:
        """Whether any passage holds the index term."""
        return self._index.lexical.knows(term)


def _faces(passage: Passage, *, plain: bool) -> list[str]:
    """Every wording of a passage that a question may meet."""
    other = passage.translation.text if passage.translation else ""
    return [text for text in (passage.text, other, passage.plain if plain else "") if text]


def fuse(
    signals: Mapping[str, Mapping[str, float]], weights: Weights, lexical: float
) -> dict[str, float]:
    """One score per candidate: a weighted mean of signals, each scaled to between 0 and 1.
    ``lexical`` is the weight of words.

    BM25 is divided by the best candidate's; cosines are stretched between the lowest and
    the highest candidate of their signal. A candidate that a signal did not bring has 0.
    """
    share = {
        "lexical": lexical,
        "dense": weights.dense,
        "sentence": weights.sentence,
    }
    total = sum(share.values()) or 1.0
    fused: dict[str, float] = {}
    for name, scores in signals.items():
        for passage_id, scaled in _scaled(scores, zero=name == "lexical").items():
            fused[passage_id] = fused.get(passage_id, 0.0) + share[name] / total * scaled
    return fused


def _unlike(ranked: Sequence[Hit], k: int) -> list[Hit]:
    """The ``k`` best, of which none repeats two better ones; more only where too few are left.

    Two, because of the same words in two places either may be the one that is meant.
    """
    kept: list[Hit] = []
    repeats: list[Hit] = []
    for hit in ranked:
        if len(kept) == k:
            break
        words = term_set(hit.passage.text)
        said = [len(words & term_set(o.passage.text)) >= _REPEATS * len(words) for o in kept]
        (repeats if sum(said) > 1 else kept).append(hit)
    return (kept + repeats)[:k]


def _holds(kinds: frozenset[Kind], passage: Passage) -> float:
    """1 where a sentence that states something has a number of one of the kinds."""
    stating = (passage.cut(s) for s in passage.sentences if not s.silent) if kinds else ()
    return float(any(holds(kind, text) for text in stating for kind in kinds))


def _share(wanted: frozenset[str], held: Sequence[str]) -> float:
    return len(wanted.intersection(held)) / len(wanted) if wanted else 0.0


def _scaled(scores: Mapping[str, float], *, zero: bool) -> dict[str, float]:
    if not scores:
        return {}
    low = 0.0 if zero else min(scores.values())
    reach = max(scores.values()) - low
    return {i: (score - low) / reach if reach > 0 else 1.0 for i, score in scores.items()}


def _best_of(found: Sequence[tuple[str, float]], *, plain: bool) -> dict[str, float]:
    """The best vector of each passage, be it of either language, from ``passage_id@…`` ids."""
    best: dict[str, float] = {}
    for vector_id, score in found:
        passage_id, _, which = vector_id.rpartition("@")
        if not plain and which.rpartition(".")[2] == "2":
            continue
        best[passage_id] = max(score, best.get(passage_id, -1.0))
    return best
