"""Claims with planted errors and the sentences that they cite, one JSON object a line."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from chuhai.domain import Lang
from chuhai.errors import EvalError
from chuhai.evals.lines import read_lines

TRUE = "true"
PLANTED = ("number", "subject", "negation", "source", "merged", "invented")


@dataclass(frozen=True, slots=True)
class ClaimCase:
    """One claim; see evals/claims/README.md."""

    id: str
    lang: Lang
    claim: str
    cites: tuple[tuple[str, str], ...]
    """Document and quote of each cited sentence."""
    kind: str

    @property
    def borne(self) -> bool:
        return self.kind == TRUE


def read_claims(path: Path) -> Iterator[ClaimCase]:
    """The claims of a file. Raises EvalError for a line that is none."""
    for where, row in read_lines(path):
        try:
            yield ClaimCase(
                id=str(row["id"]),
                lang="zh" if row["lang"] == "zh" else "en",
                claim=str(row["claim"]),
                cites=tuple((str(c["document"]), str(c["quote"])) for c in row["cites"]),
                kind=str(row["kind"]),
            )
        except (KeyError, TypeError) as error:
            raise EvalError(
                f"{where}: a claim lacks {error}; the schema is in evals/claims/README.md",
                f"{where}：缺少 {error}；格式见 evals/claims/README.md",
            ) from error
