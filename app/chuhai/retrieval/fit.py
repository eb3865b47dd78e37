"""Fits the fusion: ``python -m chuhai.retrieval.fit [--home DIR]``.

Reads evals/cases/dev and nothing else; prints recall@5 (share of needed evidence in the
first five passages) per language for each grid point that is better than those before.
"""

import argparse
import itertools
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from chuhai.domain import Hit
from chuhai.retrieval.search import HybridSearcher, Weights
from chuhai.settings import from_environment, shipped

_GRID = {
    "dense": (0.15, 0.3, 0.6),
    "sentence": (0.2, 0.4, 0.8),
    "bigram": (0.2, 0.4),
    "other_name": (0.2, 0.4, 0.7),
    "heading": (0.1, 0.2, 0.4),
    "silent": (0.7, 1.0),
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


def mean_recall(cases: Sequence[Mapping[str, Any]], searcher: HybridSearcher) -> dict[str, float]:
    """Mean recall@5 per language over the answerable cases that are one question."""
    shares: dict[str, list[float]] = {"zh": [], "en": []}
    for case in cases:
        hits = searcher.search(case["turns"][-1], _K)
        shares[case["lang"]].append(recall(hits, case["evidence"]))
    return {lang: round(float(np.mean(values)), 4) for lang, values in shares.items()}


def main() -> None:
    """Walks the grid and prints what is better."""
    from chuhai.wiring import Workshop

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", default=None)
    workshop = Workshop(from_environment(home=parser.parse_args().home))
    index, glossary = workshop.open_or_build(), workshop.glossary
    cases = [
        case
        for path in sorted(shipped("evals/cases/dev").glob("*.jsonl"))
        for case in map(json.loads, path.read_text(encoding="utf-8").splitlines())
        if not case["refuse"] and len(case["turns"]) == 1
    ]
    best = -1.0
    for values in itertools.product(*_GRID.values()):
        point: dict[str, Any] = dict(zip(_GRID, values, strict=True))
        weights = replace(Weights(), **point)
        recalls = mean_recall(cases, HybridSearcher(index, glossary, weights))
        score = float(np.mean(list(recalls.values())))
        if score > best:
            best = score
            print(f"{score:.4f} {recalls} {weights}", flush=True)


if __name__ == "__main__":
    main()
