"""Validates the bench: ``python -m chuhai.evals.defects [RUN]`` plants defects into a run.

Prints, as Markdown, by how much each defect moves each metric. RUN is a run with answers
(default: the last of home). What must move and what must not is in ``EXPECTED``, and a
test holds it.
"""

import argparse
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from chuhai.evals import plant
from chuhai.evals.cases import case_of
from chuhai.evals.compare import sign_flip
from chuhai.evals.plant import Defect, Row, planted
from chuhai.evals.run import result
from chuhai.evals.scorers import SCORERS, Bench
from chuhai.evals.summary import judged
from chuhai.evals.tables import REFUSAL, markdown

_ALPHA = 0.05
RETRIEVAL = {"recall@1", "recall@5", "recall@10", "mrr@10", "ndcg@10"}
ALCE = {"citation_recall", "citation_precision"}
EVIDENCE = {"evidence_recall", "evidence_precision"}
REFUSING = {"refused_when_due", "answered_when_due", *REFUSAL} - {"refusal_auroc"}


@dataclass(frozen=True)
class Expected:
    """Of one defect: what must fall (or rise), and what else may move with it."""

    defect: Defect
    falls: frozenset[str] = frozenset()
    rises: frozenset[str] = frozenset()
    may: frozenset[str] = frozenset()
    """Moves with it, up or down: not what the defect is about."""


def _expected(
    defect: Defect, falls: set[str], rises: set[str] | None = None, may: set[str] | None = None
) -> Expected:
    return Expected(defect, frozenset(falls), frozenset(rises or ()), frozenset(may or ()))


EXPECTED: Mapping[str, Expected] = {
    "shuffled citations": _expected(
        plant.shuffled_citations, ALCE | EVIDENCE | {"number_fidelity"}
    ),
    "dropped evidence": _expected(plant.dropped_evidence, RETRIEVAL),
    "uncited evidence": _expected(
        plant.uncited_evidence,
        {"evidence_recall", "evidence_precision", "citation_recall"},
        may={"citation_precision", "number_fidelity", "markers_resolve", "length"},
    ),
    "swapped numbers": _expected(
        plant.swapped_numbers,
        {"number_fidelity", "fact_recall", "citation_recall", "citation_precision"},
        may={"forbidden_free", "quote_exactness", "repetition", "length"},
    ),
    "altered quotes": _expected(
        plant.altered_quotes, {"quote_exactness"}, may={*ALCE, "number_fidelity"}
    ),
    "half said": _expected(
        plant.half_said,
        {"fact_recall", "length"},
        may={*ALCE, "number_fidelity", "repetition", "language_match"},
    ),
    "always refuse": _expected(
        plant.always_refuse,
        {"answered_when_due", "evidence_recall", "fact_recall"},
        rises={"refused_when_due", "refusal_recall"},
        may=REFUSING | {"language_match", "forbidden_free"},
    ),
    "never refuse": _expected(
        plant.never_refuse,
        {"refused_when_due", "refusal_recall", "refusal_f1"},
        may=REFUSING | EVIDENCE | {"fact_recall", "language_match", "forbidden_free"},
    ),
    "wrong language": _expected(
        plant.wrong_language,
        {"language_match"},
        may={"length", "repetition", "fact_recall", "forbidden_free", *ALCE, "number_fidelity"},
    ),
    "first passage always": _expected(
        plant.first_passage_always,
        RETRIEVAL | {"evidence_recall", "evidence_precision", "fact_recall", "refused_when_due"},
        may=REFUSING | {"length", "repetition", "number_fidelity", "language_match"} | ALCE,
    ),
    "everything twice": _expected(plant.repeated, set(), rises={"repetition", "length"}),
    "lost markers": _expected(
        plant.lost_markers, {"markers_resolve", "citation_recall", "number_fidelity"}
    ),
    "forbidden words": _expected(
        plant.forbidden_words,
        {"forbidden_free"},
        may={*ALCE, "number_fidelity", "length", "language_match", "repetition"},
    ),
    "perverse confidence": _expected(plant.perverse_confidence, {"refusal_auroc"}),
}


@dataclass(frozen=True, slots=True)
class Move:
    """How a metric differs with the defect in, over the cases scored both times."""

    difference: float
    significant: bool
    """p < 0.05 by flipping signs of clusters; set-level rates: by more than 5 points."""

    @property
    def unmoved(self) -> bool:
        return abs(self.difference) < 1e-9


def matrix(
    rows: Sequence[Row], bench: Bench, defects: Mapping[str, Expected] = EXPECTED
) -> dict[str, dict[str, Move]]:
    """Per defect, how each metric moves. ``rows`` are a run's results, answers among them."""
    answered = [row for row in rows if row["scores"] is not None]
    moves = {}
    for name, expected in defects.items():
        answers = planted(expected.defect, answered, bench.library)
        after = [result(case_of(row, row["split"]), answers[row["id"]], bench) for row in answered]
        moves[name] = _moves(answered, after)
    return moves


def _moves(before: Sequence[Row], after: Sequence[Row]) -> dict[str, Move]:
    moves = {s.name: _move(s.name, before, after) for s in SCORERS}
    old, new = (_rates(rows) for rows in (before, after))
    for name in REFUSAL:
        a, b = old.get(name), new.get(name)
        if a is not None and b is not None:
            moves[name] = Move(b - a, abs(b - a) > 0.05)
    return {name: move for name, move in moves.items() if move is not None}


def _move(name: str, before: Sequence[Row], after: Sequence[Row]) -> Move | None:
    changes, clusters = [], []
    for one, other in zip(before, after, strict=True):
        a, b = one["scores"].get(name), other["scores"].get(name)
        if a is not None and b is not None:
            changes.append(b - a)
            clusters.append(one["cluster"])
    if not changes:
        return None
    change = np.array(changes)
    return Move(float(change.mean()), sign_flip(change, clusters) < _ALPHA)


def _rates(rows: Sequence[Row]) -> dict[str, float | None]:
    from chuhai.evals import metrics

    found = metrics.refusal([judged(row) for row in rows], resamples=50)
    return {name: estimate.value for name, estimate in found.items()}


def surprises(moves: Mapping[str, Mapping[str, Move]]) -> list[str]:
    """What did not move as it must, and what moved that must not; empty for a sound bench."""
    wrong = []
    for name, held in moves.items():
        expected = EXPECTED[name]
        for metric, sign in [*((m, -1) for m in expected.falls), *((m, 1) for m in expected.rises)]:
            move = held.get(metric)
            if move is None or not move.significant or move.difference * sign <= 0:
                wrong.append(f"{name}: {metric} should {'rise' if sign > 0 else 'fall'}: {move}")
        free = expected.falls | expected.rises | expected.may
        wrong += [
            f"{name}: {metric} should not move: {move}"
            for metric, move in held.items()
            if metric not in free and not move.unmoved
        ]
    return sorted(wrong)


def table(moves: Mapping[str, Mapping[str, Move]]) -> str:
    """The matrix as Markdown, a row for each metric, what a defect is about in bold."""
    metrics = [*(s.name for s in SCORERS), *REFUSAL]
    rows = [["metric", *moves]]
    for metric in metrics:
        cells = [_cell(name, metric, held.get(metric)) for name, held in moves.items()]
        rows.append([f"`{metric}`", *cells])
    return markdown(rows)


def _cell(defect: str, metric: str, move: Move | None) -> str:
    if move is None:
        return "n/a"
    if move.unmoved:
        return "·"
    shown = f"{move.difference:+.2f}"
    if metric in EXPECTED[defect].falls | EXPECTED[defect].rises:
        return f"**{shown}**"
    return shown if move.significant else f"({shown})"


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints the matrix; 1 where something did not move as expected."""
    from chuhai.evals import files
    from chuhai.evals.library import library_of
    from chuhai.evals.support import VerifierSupports, verifier_of
    from chuhai.settings import from_environment
    from chuhai.wiring import Workshop

    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("run", nargs="?", type=Path, help="a run with answers")
    parser.add_argument("--home", default=None)
    options = parser.parse_args(arguments)
    settings = from_environment(home=options.home)
    index = Workshop(settings).open()
    bench = Bench(library_of(index), VerifierSupports(verifier_of(index)))
    run: Any = files.read(options.run or settings.home / "evals" / files.LATEST)
    moves = matrix(run["results"], bench)
    sys.stdout.write(table(moves))
    wrong = surprises(moves)
    sys.stderr.write("".join(f"{line}\n" for line in wrong))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
