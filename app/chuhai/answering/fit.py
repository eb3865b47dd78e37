"""Fits the answer's weights: ``python -m chuhai.answering.fit [--seed N] [--searches N]``.

Reads evals/cases/dev and nothing else. First the sentence weights, by random search for
the share of needed evidence among the cited sentences; then the calibration, a logistic
model of «the documents answer this», and its threshold. Prints values and scores; a
person copies them into ``SentenceWeights`` and ``Calibration``.
"""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chuhai.answering import rewrite
from chuhai.answering.extract import Extractor, Features, SentenceWeights
from chuhai.domain import Hit
from chuhai.evals.cases import Case, read_cases
from chuhai.retrieval.search import HybridSearcher
from chuhai.settings import from_environment, shipped

_SEARCHES = 400
_LEARNING_STEPS = 4000
_HITS = 10


@dataclass(frozen=True)
class Prepared:
    """One dev case with everything that does not depend on the weights."""

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
    for case in read_cases(shipped("evals/cases"), "dev"):
        question = rewrite.standalone(case.turns, searcher.glossary)
        hits = tuple(searcher.search(question, _HITS))
        cases.append(Prepared(case, question, hits, tuple(extractor.features(question, hits))))
    return cases


def evidence_share(cases: Sequence[Prepared], extractor: Extractor) -> dict[str, float]:
    """Mean share of evidence groups among the cited sentences, per language of the question."""
    shares: dict[str, list[float]] = {"zh": [], "en": []}
    lengths: list[int] = []
    for prepared in cases:
        case = prepared.case
        if case.refuse:
            continue
        chosen = extractor.choose(extractor.rank(prepared.features), case.lang)
        quotes = [source.quote for source in chosen]
        lengths.append(len(quotes))
        found = [
            any(_meets(alternative, quote) for alternative in group for quote in quotes)
            for group in case.evidence
        ]
        shares[case.lang].append(float(np.mean(found)))
    return {
        "zh": float(np.mean(shares["zh"])),
        "en": float(np.mean(shares["en"])),
        "cited": float(np.mean(lengths)),
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
        score = (shares["zh"] + shares["en"]) / 2 - 0.01 * max(0.0, shares["cited"] - 4)
        if score > best_score:
            best, best_score = candidate, score
            print(f"{step:>4} {score:.4f} {shares}", file=sys.stderr)
    return best


def _near(weights: SentenceWeights, generator: np.random.Generator) -> SentenceWeights:
    moved: dict[str, Any] = {
        name: round(value + float(generator.normal(0, 0.15)), 3)
        for name, value in asdict(weights).items()
        if isinstance(value, float) and name not in ("overlap", "keep", "own_words")
    }
    keep = float(np.clip(weights.keep + generator.normal(0, 0.06), 0.3, 0.95))
    overlap = float(np.clip(weights.overlap + generator.normal(0, 0.05), 0.3, 0.9))
    return replace(weights, **moved, keep=round(keep, 3), overlap=round(overlap, 3))


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
    _report_calibration(cases, fitted)


def _report_calibration(cases: Sequence[Prepared], extractor: Extractor) -> None:
    cases = [c for c in cases if c.case.kind != "injection"]
    evidence = [
        extractor.evidence(c.question, c.hits, extractor.rank(c.features), c.features)
        for c in cases
    ]
    answerable = np.array([0.0 if c.case.refuse else 1.0 for c in cases])
    about = np.array([not c.case.refuse or c.other_subject for c in cases])
    _report("subject", np.array([e.subject() for e in evidence])[about], answerable[about])
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


if __name__ == "__main__":
    main()
