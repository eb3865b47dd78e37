"""Fits the fusion: ``python -m chuhai.retrieval.fit [--home DIR]``.

Reads evals/cases/dev and nothing else. Coordinate descent, twice through: each weight in
turn takes the value with the highest mean of both languages' recall@5 (share of needed
evidence in the first five passages), the others staying as they are.
"""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from chuhai.domain import Hit
from chuhai.evals.cases import Case, read_cases
from chuhai.retrieval.search import HybridSearcher, Weights
from chuhai.settings import from_environment, shipped

_VALUES = {
    "dense": (0.0, 0.1, 0.2, 0.4, 0.8),
    "sentence": (0.0, 0.1, 0.2, 0.4, 0.8),
    "bigram": (0.1, 0.2, 0.4, 0.6),
    "other_name": (0.1, 0.2, 0.4, 0.6, 0.8),
    "heading": (0.0, 0.05, 0.1, 0.2, 0.4),
    "plain": (0.2, 0.35, 0.5, 0.75, 1.0),
    "theme": (0.0, 0.03, 0.06, 0.1, 0.15, 0.2),
    "silent": (0.5, 0.7, 0.85, 1.0),
}
_K = 5


def recall(hits: Sequence[Hit], evidence: Sequence[Sequence[str]]) -> float:
    """Share of evidence groups of which an alternative stands in a passage, spaces aside."""
    texts = ["".join(hit.passage.text.split()) for hit in hits]
    found = [
        any("".join(alternative.split()) in text for alternative in group for text in texts)
        for group in evidence
    ]
    return float(np.mean(found))


def mean_recall(cases: Sequence[Case], searcher: HybridSearcher) -> dict[str, float]:
    """Mean recall@5 per language over the answerable cases that are one question."""
    shares: dict[str, list[float]] = {"zh": [], "en": []}
    for case in cases:
        hits = searcher.search(case.question, _K)
        shares[case.lang].append(recall(hits, case.evidence))
    return {lang: round(float(np.mean(values)), 4) for lang, values in shares.items()}


def main() -> None:
    """Descends and prints what is better, the weights last."""
    from chuhai.wiring import Workshop

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", default=None)
    parser.add_argument("--report", action="store_true", help="only score the present weights")
    arguments = parser.parse_args()
    workshop = Workshop(from_environment(home=arguments.home))
    index, glossary = workshop.open_or_build(), workshop.glossary
    cases = [
        case
        for case in read_cases(shipped("evals/cases"), "dev")
        if not case.refuse and len(case.turns) == 1
    ]

    def score(weights: Weights) -> float:
        recalls = mean_recall(cases, HybridSearcher(index, glossary, weights))
        return float(np.mean(list(recalls.values())))

    if arguments.report:
        print(mean_recall(cases, workshop.searcher(index)))
        return
    best = Weights()
    reached = score(best)
    for name in [*_VALUES, *_VALUES]:
        for value in _VALUES[name]:
            change: dict[str, Any] = {name: value}
            candidate = replace(best, **change)
            gained = score(candidate)
            if gained > reached:
                best, reached = candidate, gained
        print(f"{name:<12} {getattr(best, name):<5} {reached:.4f}", file=sys.stderr, flush=True)
    print(best, mean_recall(cases, HybridSearcher(index, glossary, best)))


if __name__ == "__main__":
    main()
