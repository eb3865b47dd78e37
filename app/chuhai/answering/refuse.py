"""When not to answer: nothing asked, or nothing in the documents that answers it."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from chuhai.answering.evidence import Evidence
from chuhai.domain import Hit, Lang, Nearest, Passage, Refusal, RefusalReason
from chuhai.language.detect import has_han
from chuhai.language.phrases import phrase
from chuhai.language.words import is_measure, terms
from chuhai.retrieval.query import Want

_NEAREST = 3
_MOST_MISSING = 5
# Characters of a heading that a refusal names; set by reading.
_LONG_HAN, _LONG = 40, 150
_OWNER = re.compile(r"['’]s$")
_WORD = re.compile(r"[A-Za-z]+(?:['’][a-z]+)?|\d+(?:[.,]\d+)*[%万亿千百]*")


@dataclass(frozen=True, slots=True)
class Models:
    """Two logistic models: «the documents are about this» and «they have this very fact».

    Coefficients are for the measures of ``Evidence.subject`` and ``Evidence.fact``, in order;
    which these are depends on what is known of the documents.
    """

    subject: tuple[float, ...]
    subject_threshold: float
    """Below this probability it is another subject."""
    fact: tuple[float, ...]
    fact_threshold: float
    """Below this probability the fact is not in the documents."""

    def sureness(self, evidence: Evidence) -> tuple[float, float]:
        """Both probabilities in units of their thresholds: below 1 is refused."""
        return (
            probability(self.subject, evidence.subject()) / self.subject_threshold,
            probability(self.fact, evidence.fact()) / self.fact_threshold,
        )


@dataclass(frozen=True)
class Calibration:
    """What decides whether a question is answered.

    Fitted by ``python -m chuhai.answering.fit`` on evals/cases/dev and evals/fitting: the first
    model of each pair against questions on other subjects (those of evals/foreign too), the
    second against all that are unanswerable but injections. At the thresholds 3% of
    their answerable questions are refused. What passes is in docs/decisions/0007-refusal.md.
    """

    listed: Models = Models(
        subject=(-4.629, 14.146, 2.796, -2.44, -1.155),
        subject_threshold=0.1,
        fact=(0.636, 3.375, 0.997, -0.752, 3.346, -7.331, 7.831, 0.417, -1.703),
        fact_threshold=0.17,
    )
    """For documents that come with the questions they answer and those they leave open."""
    bare: Models = Models(
        subject=(-1.904, 14.312, 2.066, -2.195, -1.3),
        subject_threshold=0.1,
        fact=(0.169, 1.838, -0.146, 0.784, -2.295, 0.055, -1.413, -2.495, -2.005),
        fact_threshold=0.25,
    )
    """For a user's own: fitted on the whitepaper's text alone, in one language."""

    foreign_dense: float = 0.13
    """Where passages are in another language only, a best cosine below it is another subject:
    of 80 English questions on Chinese encyclopaedia passages the lowest has 0.14."""

    reads_on: float = 1.3
    """A name that no document has refuses a question unless the cross-encoder's logit is above
    it: the tagger takes 花钱买 for a name. Of 84 questions of evals/cases/dev and evals/fitting
    with such a name that are not answered two have more than 1.2, of the six that are four."""

    def models(self, evidence: Evidence) -> Models:
        """Those that fit what is known of the documents."""
        return self.listed if evidence.listed else self.bare

    def refuses(self, evidence: Evidence) -> RefusalReason | None:
        """Why the question is not answered, or None where it is."""
        if evidence.foreign:
            return None if evidence.dense >= self.foreign_dense else "out_of_scope"
        if evidence.names and evidence.reading <= self.reads_on:
            return "not_covered"
        about, fact = self.models(evidence).sureness(evidence)
        return "out_of_scope" if about < 1 else "not_covered" if fact < 1 else None


def probability(coefficients: Sequence[float], measures: Sequence[float]) -> float:
    """The logistic function of the weighted sum; the first measure is 1."""
    return float(1.0 / (1.0 + np.exp(-float(np.dot(coefficients, measures)))))


def missing_words(
    question: str, wants: Sequence[Want], knows: Callable[[str], bool]
) -> tuple[str, ...]:
    """What the question names and no document holds, under any name, as the question has it."""
    named = [
        want.name
        for want in wants
        if not want.name.startswith("_")
        and not is_measure(want.name)
        and not any(knows(term) for names in want.alternatives for term in names)
    ]
    # «buses», not its stem; «BYD», not «BYD's»; «5000万», not the number alone.
    found = (_OWNER.sub("", word) for word in _WORD.findall(question))
    written = {term: word for word in found for term in terms(word)}
    return tuple(dict.fromkeys(written.get(name, name) for name in named))[:_MOST_MISSING]


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
        sections = (_section(hit.passage, lang) for hit in hits[:_NEAREST])
        names = comma.join(dict.fromkeys(name for name in sections if name))
        if names:
            parts.append(phrase("refused.nearest", lang, nearest=names))
    if try_instead:
        parts.append(phrase("refused.try", lang, questions=" ".join(try_instead)))
    joiner = "" if lang == "zh" else " "
    return Refusal(reason, joiner.join(parts), tuple(missing), nearest)


def _section(passage: Passage, lang: Lang) -> str:
    """What its section is called in the asker's language, where the other edition says it;
    what the part above it is called where that is a whole sentence. Empty where the other
    edition is the one to name it by and has no heading there."""
    if passage.lang != lang and passage.translation is not None and not passage.other_heading:
        return ""
    path = passage.heading if passage.lang == lang else passage.other_heading or passage.heading
    long = _LONG_HAN if has_han("".join(path)) else _LONG
    short = [name for name in path if len(name) <= long]
    name = (short or path or (passage.title,))[-1]
    return f"「{name}」" if lang == "zh" else f"“{name}”"


def _nearest(hits: Sequence[Hit]) -> tuple[Nearest, ...]:
    return tuple(
        Nearest(hit.passage.passage_id, hit.passage.document, hit.passage.heading)
        for hit in hits[:_NEAREST]
    )
