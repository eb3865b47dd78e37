"""When not to answer: nothing asked, or nothing in the documents that answers it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from chuhai.domain import Hit, Lang, Nearest, Refusal, RefusalReason
from chuhai.language.phrases import phrase
from chuhai.language.words import terms
from chuhai.retrieval.query import Want

_NEAREST = 3


@dataclass(frozen=True, slots=True)
class Evidence:
    """How well the documents meet a question, each between 0 and 1."""

    dense: float
    """Cosine of the best passage."""
    sentence: float
    """Cosine of the best sentence."""
    covered: float
    """Share of the question's terms, by rarity, that the best passages hold."""
    known: float
    """Share of the question's terms that any passage holds."""

    def vector(self) -> list[float]:
        return [1.0, self.dense, self.sentence, self.covered, self.known]


@dataclass(frozen=True, slots=True)
class Calibration:
    """A logistic model of «the documents answer this»; below the threshold is refused.

    Fitted by ``python -m chuhai.answering.fit`` on evals/cases/dev: its answerable cases
    against those of another subject. Near misses (the right subject, but the fact is not
    there) lie where answerable questions lie on these measures and need other ones.
    """

    coefficients: tuple[float, ...] = (-2.866, 17.914, -11.369, 9.871, 3.009)
    threshold: float = 0.2
    out_of_scope: float = 0.1
    """Below this not even the subject is the documents'."""

    def answerable(self, evidence: Evidence) -> float:
        """Probability that the documents answer the question."""
        logit = float(np.dot(self.coefficients, evidence.vector()))
        return float(1.0 / (1.0 + np.exp(-logit)))


def evidence_of(
    wants: Sequence[tuple[Want, float]],
    hits: Sequence[Hit],
    known: float,
) -> Evidence:
    """What retrieval found, as the calibration reads it; wants come with their rarity."""
    held: set[str] = set()
    for hit in hits[:_NEAREST]:
        held |= set(terms(" ".join((hit.passage.text, *hit.passage.heading))))
    total = sum(rarity for _, rarity in wants)
    return Evidence(
        dense=max((hit.scores.get("dense", 0.0) for hit in hits), default=0.0),
        sentence=max((hit.scores.get("sentence", 0.0) for hit in hits), default=0.0),
        covered=sum(r * want.met_by(held) for want, r in wants) / total if total else 0.0,
        known=known,
    )


def missing_words(wants: Sequence[Want], knows: Callable[[str], bool]) -> tuple[str, ...]:
    """What the question names and no document holds, under any name."""
    return tuple(
        want.name
        for want in wants
        if not want.name.startswith("_")
        and not any(knows(term) for names in want.alternatives for term in names)
    )[:5]


def is_empty(question: str) -> bool:
    """Whether there is no word to read: blank, emoji, control characters, punctuation."""
    return not any(ch.isalnum() for ch in question)


def refusal(
    reason: RefusalReason,
    lang: Lang,
    hits: Sequence[Hit] = (),
    missing: Sequence[str] = (),
    try_instead: Sequence[str] = (),
) -> Refusal:
    """A refusal in the asker's language: what is missing, what is near, what can be asked."""
    nearest = _nearest(hits) if reason in ("not_covered", "out_of_scope") else ()
    parts = [phrase(f"refused.{reason}", lang)]
    comma = "、" if lang == "zh" else ", "
    if missing and reason == "not_covered":
        parts.append(phrase("refused.missing", lang, missing=comma.join(missing)))
    if nearest and reason == "not_covered":
        names = comma.join(dict.fromkeys(f"「{n.heading[-1]}」" for n in nearest if n.heading))
        if names:
            parts.append(phrase("refused.nearest", lang, nearest=names))
    if try_instead:
        parts.append(phrase("refused.try", lang, questions=" ".join(try_instead)))
    joiner = "" if lang == "zh" else " "
    return Refusal(reason, joiner.join(parts), tuple(missing), nearest)


def _nearest(hits: Sequence[Hit]) -> tuple[Nearest, ...]:
    return tuple(
        Nearest(hit.passage.passage_id, hit.passage.document, hit.passage.heading)
        for hit in hits[:_NEAREST]
    )
