"""An optional second opinion: a chat model grades answers. Off unless asked for.

A grade counts only where the reply's last line is exactly one of the grades. Anything else
is *unscored*: searching a reply for a letter reads «NOT_ATTEMPTED» as A.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from chuhai.answering.prompts import fill
from chuhai.evals.cases import Case
from chuhai.evals.reply import Reply
from chuhai.evals.text import unmarked

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

_GRADE = re.compile(r"GRADE: (CORRECT|PARTLY|WRONG)")
_WORTH = {"CORRECT": 1.0, "PARTLY": 0.5, "WRONG": 0.0}
NAME = "judged_correctness"


@dataclass(frozen=True)
class Judge:
    """Asks the model whether an answer says what the case needs."""

    model: "BaseChatModel"
    prompts: Path

    def __call__(self, case: Case, reply: Reply) -> Mapping[str, float | None]:
        """``judged_correctness``: 1, 0.5, 0, or None where no grade can be read."""
        if reply.refused or case.refuse:
            return {NAME: None}
        prompt = fill(
            self.prompts,
            "judge",
            {
                "question": "\n".join(case.turns),
                "evidence": "\n".join(f"- {' / '.join(group)}" for group in case.evidence),
                "facts": "\n".join(f"- {' / '.join(group)}" for group in case.must),
                "answer": unmarked(reply.text),
            },
        )
        try:
            said = str(self.model.invoke(prompt).content)
        except Exception:  # every provider raises its own: the case is left unscored
            return {NAME: None}
        return {NAME: read_grade(said)}


def read_grade(said: str) -> float | None:
    """The grade on the last line, and on no other; None where it is not exactly there."""
    lines = [line.strip() for line in said.strip().splitlines()]
    graded = [match for line in lines if (match := _GRADE.fullmatch(line))]
    if len(graded) != 1 or not _GRADE.fullmatch(lines[-1]):
        return None
    return _WORTH[graded[0][1]]
