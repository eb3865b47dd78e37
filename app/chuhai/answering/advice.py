"""Advice for a company that tells of itself, from the documents' own sentences.

Where it stands against the survey, what the documents conclude, what a comparable company
did, and what of it they do not cover. Every line is a sentence cut from them.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from chuhai.answering.claims import Claim, Source
from chuhai.answering.evidence import Weigher
from chuhai.answering.extract import Extractor, claim_of
from chuhai.domain import Hit, Lang
from chuhai.language.asks import asks_for
from chuhai.language.detect import detect
from chuhai.language.names import first_person, proper_names
from chuhai.language.numbers import numbers
from chuhai.language.phrases import phrase
from chuhai.retrieval.search import Searcher

# Kinds of concepts that a company is described by (corpus/glossary.toml).
_FACTS = frozenset({"channel", "digital", "industry", "region", "role", "goal", "measure"})
_FEWEST, _MOST_TOPICS = 2, 5
_HITS, _TOPIC_HITS = 8, 3


def _standing(source: Source) -> bool:
    return source.sentence.role == "finding" and bool(numbers(source.quote))


def _concluded(source: Source) -> bool:
    return source.sentence.role in {"recommendation", "cause"} and not _case(source)


def _case(source: Source) -> bool:
    return source.passage.kind == "case"


_SECTIONS: Mapping[str, tuple[int, Callable[[Source], bool]]] = {
    "advice.standing": (2, _standing),
    "advice.concluded": (1, _concluded),
    "advice.case": (1, _case),
}


@dataclass(frozen=True)
class Adviser:
    """Lays out what the documents hold for a company's own case."""

    searcher: Searcher
    extractor: Extractor
    weigher: Weigher

    def topics(self, question: str) -> list[str]:
        """What the company tells of itself, by the glossary's standard names.

        Empty where nobody tells of oneself, no advice is asked for, or fewer than two
        facts are told that the documents have a word for.
        """
        if not first_person(question) or "advice" not in asks_for(question):
            return []
        lang = detect(question)
        found = self.weigher.glossary.found(question)
        concepts = {c.id: c for named in found.values() for c in named if c.kind in _FACTS}
        names = [concept.names(lang)[0] for concept in concepts.values()]
        known = [name for name in names if self.weigher.name_known(name)]
        return known[:_MOST_TOPICS] if len(known) >= _FEWEST else []

    def claims(self, question: str, lang: Lang) -> list[Claim]:
        """The advice, section by section; empty where `topics` is or a section finds nothing."""
        topics = self.topics(question)
        if not topics:
            return []
        hits = self._hits(question, topics)
        weights = replace(self.extractor.weights, passages=len(hits))
        extractor = replace(self.extractor, weights=weights)
        ranked = [each.source for each in extractor.ranked(question, hits)]
        return list(self._laid_out(question, ranked, lang))

    def _hits(self, question: str, topics: Sequence[str]) -> list[Hit]:
        """The question's passages, then each topic's, none twice."""
        found = self.searcher.search(question, _HITS)
        for topic in topics:
            found += self.searcher.search(topic, _TOPIC_HITS)
        return list({hit.passage.passage_id: hit for hit in reversed(found)}.values())[::-1]

    def _laid_out(self, question: str, ranked: Sequence[Source], lang: Lang) -> Iterator[Claim]:
        left = list(ranked)
        bullet = False
        for section, (most, belongs) in _SECTIONS.items():
            for number, source in enumerate([s for s in left if belongs(s)][:most]):
                lead = phrase(section, lang) if number == 0 else ""
                yield claim_of(source, lang, bullet=bullet, lead=lead)
                left.remove(source)
                bullet = True
        strange = [n for n in proper_names(question) if not self.weigher.name_known(n)]
        if strange and left and bullet:
            joined = ("、" if lang == "zh" else ", ").join(dict.fromkeys(strange))
            lead = phrase("advice.uncovered", lang, names=joined)
            yield claim_of(left[0], lang, bullet=True, lead=lead)
