"""Fits the answer's weights: ``python -m chuhai.answering.fit [--seed N] [--searches N]``.

Reads evals/cases/dev, evals/fitting and the questions on other subjects in evals/foreign,
nothing else.
First the sentence weights, by random search for the share of needed evidence among the cited
sentences; then the calibration, logistic models of «the documents answer this» with their
thresholds, for documents with the questions that are known of them and for their bare text.
Prints values and scores; a
person copies them into ``SentenceWeights`` and ``Calibration``.
"""

import argparse
import shutil
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from chuhai.answering import rewrite
from chuhai.answering.evidence import Evidence
from chuhai.answering.extract import Extractor
from chuhai.answering.features import Features, SentenceWeights
from chuhai.domain import Hit, Lang
from chuhai.evals.cases import Case, read_cases
from chuhai.evals.lines import read_lines
from chuhai.language.asks import asks_for_several
from chuhai.retrieval.search import HybridSearcher
from chuhai.settings import from_environment, shipped

if TYPE_CHECKING:
    from chuhai.wiring import Workshop

_SEARCHES = 400
_LEARNING_STEPS = 4000
_HITS = 10
# Of all answers; what else an answer holds (names, other sides) makes it half of them.
_LONG = 0.35
_SET = {"overlap", "keep", "near", "own_words", "sure", "hardly", "longest", "several"}


@dataclass(frozen=True)
class Prepared:
    """One case with everything that does not depend on the weights."""

    case: Case
    question: str
    hits: tuple[Hit, ...]
    features: tuple[Features, ...]

    @property
    def other_subject(self) -> bool:
        return "out of scope" in self.case.note


def prepare(searcher: HybridSearcher, extractor: Extractor) -> list[Prepared]:
    """Cases with their hits and the features of every candidate sentence."""
    cases = []
    for case in read_cases(shipped("evals/cases"), "dev") + read_cases(shipped("evals/fitting")):
        question = rewrite.standalone(case.turns, searcher.glossary)
        hits = tuple(searcher.search(question, _HITS))
        cases.append(Prepared(case, question, hits, tuple(extractor.features(question, hits))))
    return cases


def evidence_share(cases: Sequence[Prepared], extractor: Extractor) -> dict[str, float]:
    """Mean share of evidence groups among the cited sentences, per language of the question,
    with how many are cited and the share of answers that are longer than a reader likes."""
    shares: dict[str, list[float]] = {"zh": [], "en": []}
    cited: list[int] = []
    long: list[bool] = []
    for prepared in cases:
        case = prepared.case
        if case.refuse:
            continue
        ranked = extractor.rank(prepared.features)
        several = asks_for_several(prepared.question)
        chosen = extractor.choose(ranked, case.lang, several=several)
        quotes = [source.quote for source in chosen]
        cited.append(len(quotes))
        long.append(extractor.is_long(chosen, case.lang))
        found = [
            any(_meets(alternative, quote) for alternative in group for quote in quotes)
            for group in case.evidence
        ]
        shares[case.lang].append(float(np.mean(found)))
    return {
        "zh": float(np.mean(shares["zh"])),
        "en": float(np.mean(shares["en"])),
        "cited": float(np.mean(cited)),
        "long": float(np.mean(long)),
    }


def _meets(evidence: str, quote: str) -> bool:
    one, other = "".join(evidence.split()), "".join(quote.split())
    return one in other or (len(other) >= 12 and other in one)


def fit_sentences(
    cases: Sequence[Prepared], extractor: Extractor, generator: np.random.Generator, searches: int
) -> SentenceWeights:
    """Random search around the weights that are there; the mean of both languages counts."""
    best, best_score = extractor.weights, -1.0
    for step in range(searches):
        candidate = best if step == 0 else _near(best, generator)
        shares = evidence_share(cases, replace(extractor, weights=candidate))
        # The median answer stays within the length that a reader will read.
        over = max(0.0, shares["cited"] - 4), max(0.0, shares["long"] - _LONG)
        score = (shares["zh"] + shares["en"]) / 2 - 0.01 * over[0] - over[1]
        if score > best_score:
            best, best_score = candidate, score
            print(f"{step:>4} {score:.4f} {shares}", file=sys.stderr)
    return best


def _near(weights: SentenceWeights, generator: np.random.Generator) -> SentenceWeights:
    moved: dict[str, Any] = {
        name: round(value + float(generator.normal(0, 0.15)), 3)
        for name, value in asdict(weights).items()
        if isinstance(value, float) and name not in _SET
    }
    keep = float(np.clip(weights.keep + generator.normal(0, 0.06), 0.3, 0.95))
    overlap = float(np.clip(weights.overlap + generator.normal(0, 0.05), 0.3, 0.9))
    near = float(np.clip(weights.near + generator.normal(0, 0.03), 0.6, 0.95))
    set_apart: dict[str, Any] = {
        "keep": round(keep, 3),
        "overlap": round(overlap, 3),
        "near": round(near, 3),
    }
    return replace(weights, **moved, **set_apart)


def fit_calibration(
    evidence: NDArray[np.float64], answerable: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Logistic regression by gradient descent, both classes weighted alike, L2 0.01."""
    mean, deviation = evidence.mean(0), evidence.std(0) + 1e-9
    mean[0], deviation[0] = 0.0, 1.0
    scaled = (evidence - mean) / deviation
    balance = np.where(answerable > 0, 0.5 / answerable.mean(), 0.5 / (1 - answerable.mean()))
    weights = np.zeros(evidence.shape[1])
    for _ in range(_LEARNING_STEPS):
        error = balance * (1 / (1 + np.exp(-scaled @ weights)) - answerable)
        weights -= 0.5 * (scaled.T @ error / len(answerable) + 0.01 * weights)
    unscaled = weights / deviation
    unscaled[0] = weights[0] - float((weights[1:] * mean[1:] / deviation[1:]).sum())
    return np.asarray(unscaled, dtype=np.float64)


def main() -> None:
    """Fits on the shipped whitepaper and prints what to write down."""
    from chuhai.wiring import Workshop

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", default=None)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--searches", type=int, default=_SEARCHES, help="1 keeps the weights")
    arguments = parser.parse_args()
    workshop = Workshop(from_environment(home=arguments.home))
    index = workshop.open_or_build()
    searcher = workshop.searcher(index)
    extractor = workshop.extractor(index, searcher)
    cases = prepare(searcher, extractor)
    generator = np.random.default_rng(arguments.seed)
    weights = fit_sentences(cases, extractor, generator, arguments.searches)
    fitted = replace(extractor, weights=weights)
    print(weights)
    print(evidence_share(cases, fitted))
    print("\ndocuments with their questions")
    elsewhere = _elsewhere(searcher, fitted, ("zh", "en"))
    _report_calibration(cases, _evidence(cases, fitted), elsewhere)
    print("\ndocuments alone")
    _report_calibration(*_alone(workshop, weights))


def _evidence(cases: Sequence[Prepared], extractor: Extractor) -> list[Evidence]:
    return [extractor.evidence(c.question, c.hits, extractor.rank(c.features)) for c in cases]


def _alone(
    workshop: "Workshop", weights: SentenceWeights
) -> tuple[list[Prepared], list[Evidence], list[Evidence]]:
    """The cases on nothing but the text in their own language, as a user's documents are."""
    cases: list[Prepared] = []
    evidence: list[Evidence] = []
    elsewhere: list[Evidence] = []
    langs: tuple[Lang, ...] = ("zh", "en")
    for lang in langs:
        with TemporaryDirectory(prefix="chuhai-") as place:
            documents = Path(place) / "documents"
            documents.mkdir()
            for file in workshop.settings.corpus.glob(f"*.{lang}.md"):
                shutil.copy(file, documents)
            home = replace(workshop.settings, home=Path(place))
            bare = replace(workshop, settings=home)
            bare.build(documents)
            index = bare.open()
            searcher = bare.searcher(index)
            extractor = replace(bare.extractor(index, searcher), weights=weights)
            asked = [c for c in prepare(searcher, extractor) if c.case.lang == lang]
            cases += asked
            evidence += _evidence(asked, extractor)
            elsewhere += _elsewhere(searcher, extractor, (lang,))
            index.close()
    return cases, evidence, elsewhere


def _elsewhere(
    searcher: HybridSearcher, extractor: Extractor, langs: Sequence[Lang]
) -> list[Evidence]:
    """The measures of questions on other subjects altogether."""
    found = []
    for _, row in read_lines(shipped("evals/foreign/other_subjects.jsonl")):
        if row["lang"] in langs:
            hits = searcher.search(row["question"], _HITS)
            ranked = extractor.ranked(row["question"], hits)
            found.append(extractor.evidence(row["question"], hits, ranked))
    return found


def _report_calibration(
    cases: Sequence[Prepared], evidence: Sequence[Evidence], elsewhere: Sequence[Evidence]
) -> None:
    pairs = [(c, e) for c, e in zip(cases, evidence, strict=True) if c.case.kind != "injection"]
    cases, evidence = [c for c, _ in pairs], [e for _, e in pairs]
    answerable = np.array([0.0 if c.case.refuse else 1.0 for c in cases])
    about = np.array([not c.case.refuse or c.other_subject for c in cases])
    subject = np.array([e.subject() for e in evidence])[about]
    others = np.array([e.subject() for e in elsewhere])
    there = np.concatenate([answerable[about], np.zeros(len(others))])
    _report("subject", np.concatenate([subject, others]), there)
    _report("fact", np.array([e.fact() for e in evidence]), answerable)


def _report(name: str, measures: NDArray[np.float64], answerable: NDArray[np.float64]) -> None:
    coefficients = fit_calibration(measures, answerable)
    print(name, tuple(round(float(c), 3) for c in coefficients))
    probability = 1 / (1 + np.exp(-measures @ coefficients))
    for threshold in np.arange(0.05, 0.55, 0.05):
        refused = probability < threshold
        print(
            f"  threshold {threshold:.2f}: unanswerable refused "
            f"{refused[answerable == 0].mean():.3f}, answerable refused "
            f"{refused[answerable == 1].mean():.3f}"
        )
    for low in np.arange(0.0, 1.0, 0.1):
        among = answerable[(probability >= low) & (probability < low + 0.1)]
        share = f"{among.mean():.2f}" if len(among) else "–"
        print(f"  said {low:.1f} to {low + 0.1:.1f}: {len(among)} questions, answerable {share}")


if __name__ == "__main__":
    main()
