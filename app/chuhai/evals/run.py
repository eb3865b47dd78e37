"""Asks every case, keeps every answer, scores it. Can be broken off and taken up again.

What repeats exactly (answers, scores, figures) is the run; what does not (times, tokens)
is its ``costs``, kept in a file of its own.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from chuhai.errors import ChuhaiError
from chuhai.evals.cases import Case, digest
from chuhai.evals.reply import Reply, read_reply
from chuhai.evals.scorers import Bench, score
from chuhai.evals.summary import summarise

FORMAT = 1
Json = dict[str, Any]
Ask = Callable[[Case], Mapping[str, Any]]
"""One case to ``ask`` out with ``hits`` and ``confidence``, ``usage`` where a model counts."""
Progress = Callable[[str, int, int], None]
Grade = Callable[[Case, Reply], Mapping[str, float | None]]
"""Scores from outside the deterministic set: a model that judges."""

# Of an answer's fields, those that differ between two runs of the same thing.
_COSTS = ("timings_ms", "usage")


@dataclass(frozen=True)
class Finished:
    """A run and what it cost."""

    run: Json
    costs: Json


def run(
    cases: Sequence[Case],
    ask: Ask,
    bench: Bench,
    system: Mapping[str, Any],
    *,
    executor: Executor | None = None,
    broken_off: Path | None = None,
    progress: Progress | None = None,
    grade: Grade | None = None,
) -> Finished:
    """Asks and scores all cases; ``broken_off`` keeps answers until all are there.

    ``executor`` asks several at once (one of processes needs an ``ask`` that pickles). With
    the same cases and the same system, a run that was broken off goes on where it stopped.
    A case whose answer failed is kept with its error and left unscored.
    """
    asked: dict[str, Json] = {}
    for case_id, answer in _asked(cases, ask, executor, broken_off):
        asked[case_id] = answer
        if progress:
            progress("ask", len(asked), len(cases))
    rows, costs = [], {}
    for case in cases:
        answer = dict(asked[case.id])
        costs[case.id] = {name: answer.pop(name) for name in _COSTS if name in answer}
        rows.append(result(case, answer, bench, grade))
        if progress:
            progress("score", len(rows), len(cases))
    if broken_off is not None:
        broken_off.unlink(missing_ok=True)
    return Finished(document(cases, rows, system), {"cases": costs})


def document(
    cases: Sequence[Case], rows: Sequence[Mapping[str, Any]], system: Mapping[str, Any]
) -> Json:
    """The run as it is saved: equal for equal answers to equal cases."""
    splits = sorted({case.split for case in cases})
    return {
        "format": FORMAT,
        "system": dict(system),
        "cases": {"splits": splits, "count": len(cases), "digest": digest(cases)},
        "metrics": summarise(rows),
        "results": list(rows),
    }


def result(case: Case, answer: Mapping[str, Any], bench: Bench, grade: Grade | None = None) -> Json:
    """One row of a run: the case, the answer, its scores (None where there was no answer)."""
    row: Json = {
        "id": case.id,
        "split": case.split,
        "kind": case.kind,
        "lang": case.lang,
        "turn": case.turn,
        "refuse": case.refuse,
        "cluster": _cluster(case, bench),
        "turns": list(case.turns),
        "evidence": [list(group) for group in case.evidence],
        "must": [list(group) for group in case.must],
        "must_not": list(case.must_not),
        "answer": dict(answer),
        "refused": None,
        "confidence": None,
        "scores": None,
    }
    if "error" in answer:
        return row
    reply = read_reply({**answer, "id": case.id})
    scores = {**score(case, reply, bench), **(grade(case, reply) if grade else {})}
    return row | {"refused": reply.refused, "confidence": reply.confidence, "scores": scores}


def _cluster(case: Case, bench: Bench) -> str:
    """The passage of the case's first evidence; a case without any stands for itself."""
    for group in case.evidence:
        for text in group:
            source = bench.library.source_of(text)
            if source is not None:
                return source
    return f"case {case.id}"


def _asked(
    cases: Sequence[Case], ask: Ask, executor: Executor | None, broken_off: Path | None
) -> Iterator[tuple[str, Json]]:
    """Answers as they come: first those of a run that was broken off, then the others."""
    known = dict(_kept(broken_off)) if broken_off is not None else {}
    left = [case for case in cases if case.id not in known]
    yield from ((case.id, known[case.id]) for case in cases if case.id in known)
    answers = (executor.map if executor else map)(partial(_one, ask), left)
    if broken_off is None:
        yield from answers
        return
    broken_off.parent.mkdir(parents=True, exist_ok=True)
    with broken_off.open("a", encoding="utf-8") as file:
        for case_id, answer in answers:
            line = json.dumps({"id": case_id, "answer": answer}, ensure_ascii=False)
            file.write(f"{line}\n")
            file.flush()
            yield case_id, answer


def _kept(broken_off: Path) -> Iterator[tuple[str, Json]]:
    if not broken_off.is_file():
        return
    for line in broken_off.read_text(encoding="utf-8", errors="replace").splitlines():
        try:
            row = json.loads(line)
            yield row["id"], row["answer"]
        except (json.JSONDecodeError, KeyError, TypeError):
            continue  # the line that was being written when the run was broken off


def _one(ask: Ask, case: Case) -> tuple[str, Json]:
    try:
        return case.id, dict(ask(case))
    except ChuhaiError as error:
        return case.id, {"error": error.message("en")}
