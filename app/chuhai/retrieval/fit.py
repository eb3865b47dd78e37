"""Fits the fusion: ``python -m chuhai.retrieval.fit [--home DIR] [--data DIR]``.

Reads evals/cases/dev. Coordinate descent, twice through: each weight in turn takes the
value with the highest mean of both languages' recall@5 (share of needed evidence in the
first five passages), the others staying as they are.

With ``--data`` only ``late``, which works where question and passages share no script:
on the English questions of evals/foreign and their passages in DIR/drcd_test.json.xz.
"""

import argparse
import json
import lzma
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from chuhai.domain import Hit
from chuhai.evals.cases import Case, read_cases
from chuhai.evals.lines import read_lines
from chuhai.retrieval.search import HybridSearcher, Weights
from chuhai.settings import Settings, from_environment, shipped

_VALUES = {
    "han": (1.0, 2.0, 3.0, 4.0),
    "dense": (0.0, 0.2, 0.4, 0.8, 1.2),
    "sentence": (0.0, 0.2, 0.4, 0.8, 1.2),
    "bigram": (0.2, 0.4, 0.6, 0.8),
    "other_name": (0.2, 0.4, 0.6, 0.8),
    "heading": (0.0, 0.1, 0.2, 0.4, 0.8),
    "plain": (0.5, 0.75, 1.0, 1.5),
    "asked": (0.0, 0.05, 0.1, 0.2, 0.3, 0.5),
    "named": (0.0, 0.1, 0.2, 0.3, 0.5),
    "theme": (0.0, 0.03, 0.06, 0.1, 0.15, 0.2),
    "silent": (0.5, 0.7, 0.85, 1.0),
}
_LATE = (0.0, 0.5, 1.0, 2.0, 3.0, 5.0, 8.0)
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


def foreign_recall(data: Path, settings: Settings) -> Iterator[tuple[float, float, float]]:
    """Per value of ``late`` recall@1 and recall@5 of the English questions."""
    from chuhai.wiring import Workshop

    content = json.loads(lzma.decompress((data / "drcd_test.json.xz").read_bytes()))
    texts = {passage["id"]: passage["text_hans"] for passage in content["passages"]}
    asked = [row for _, row in read_lines(shipped("evals/foreign/drcd_en.jsonl"))]
    with TemporaryDirectory(prefix="chuhai-") as place:
        documents = Path(place) / "documents"
        documents.mkdir()
        for name in {row["passage_id"] for row in asked}:
            (documents / f"{name}.txt").write_text(texts[name], encoding="utf-8")
        workshop = Workshop(replace(settings, home=Path(place)))
        workshop.build(documents)
        index = workshop.open()
        for late in _LATE:
            searcher = HybridSearcher(index, workshop.glossary, Weights(late=late))
            ranks = [_rank(searcher, row) for row in asked]
            first, five = (float(np.mean([rank < k for rank in ranks])) for k in (1, _K))
            yield late, first, five
        index.close()


def _rank(searcher: HybridSearcher, row: Mapping[str, Any]) -> float:
    """Place of the passage that answers, from 0; infinite where it is not found."""
    found = dict.fromkeys(hit.passage.document for hit in searcher.search(row["question"], 20))
    wanted = f"{row['passage_id']}.txt"
    return list(found).index(wanted) if wanted in found else float("inf")


def main() -> None:
    """Descends and prints what is better, the weights last."""
    from chuhai.wiring import Workshop

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", default=None)
    parser.add_argument("--data", type=Path, help="folder of drcd_test.json.xz: fits ``late``")
    parser.add_argument("--report", action="store_true", help="only score the present weights")
    arguments = parser.parse_args()
    settings = from_environment(home=arguments.home)
    if arguments.data:
        for late, first, five in foreign_recall(arguments.data, settings):
            print(f"late {late:<4} recall@1 {first:.4f} recall@{_K} {five:.4f}", flush=True)
        return
    workshop = Workshop(settings)
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
