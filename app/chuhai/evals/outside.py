"""Answers made elsewhere: any chatbot's, one JSON object a line, beside ours."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from chuhai.errors import EvalError
from chuhai.evals.cases import Case
from chuhai.evals.lines import read_lines
from chuhai.evals.reply import read_reply
from chuhai.evals.run import Finished, Json, document, result
from chuhai.evals.scorers import Bench

_NO_ANSWER = {"error": "no answer in the file"}
_COSTS = ("timings_ms", "usage")


def read_answers(path: Path) -> dict[str, Json]:
    """The answers by case id. Raises EvalError naming the line that cannot be read."""
    answers: dict[str, Json] = {}
    for where, row in read_lines(path):
        if "error" not in row:
            read_reply(row)
        if row.get("id") in answers:
            raise EvalError(
                f"{where}: the id {row['id']} stands twice: leave one of them out",
                f"{where}：题号 {row['id']} 出现了两次：请去掉一个",
            )
        answers[str(row.get("id"))] = row
    return answers


def score_answers(
    cases: Sequence[Case],
    answers: Mapping[str, Json],
    bench: Bench,
    system: Mapping[str, object],
) -> Finished:
    """A run of answers made elsewhere; a case that the file does not answer is unscored.

    Raises EvalError where the file answers none of the cases.
    """
    if not any(case.id in answers for case in cases):
        raise EvalError(
            "the file answers none of these cases: its `id` must be the cases' ids",
            "文件没有回答这套题中的任何一道：`id` 须与题号一致",
        )
    rows, costs = [], {}
    for case in cases:
        answer = dict(answers.get(case.id, _NO_ANSWER))
        costs[case.id] = {name: answer.pop(name) for name in _COSTS if name in answer}
        rows.append(result(case, answer, bench))
    return Finished(document(cases, rows, system), {"cases": costs})
