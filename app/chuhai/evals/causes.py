"""Why an answer lacks what it needed: where on its way the evidence was lost."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from chuhai.domain import Lang

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Cause:
    """What can become of a case's needed evidence."""

    name: str
    zh: str
    en: str


CAUSES: tuple[Cause, ...] = (
    Cause("cited", "已引用", "cited"),
    Cause("refused", "被拒答", "refused"),
    Cause("passed_over", "前五段中有，未选句", "in the first five, not chosen"),
    Cause("low", "在六至十段，未选句", "in six to ten, not chosen"),
    Cause("not_found", "未检索到", "not found"),
)


def causes(rows: Iterable[Row]) -> dict[str, float] | None:
    """Shares of needed evidence by what became of it, mean over answerable cases; they add
    up to 1. None where no case reports both its passages and its citations."""
    each = [shares for row in rows if (shares := _of(row)) is not None]
    if not each:
        return None
    return {cause.name: sum(one[cause.name] for one in each) / len(each) for cause in CAUSES}


def _of(row: Row) -> dict[str, float] | None:
    scores = row["scores"] or {}
    cited, five, ten = (scores.get(n) for n in ("evidence_recall", "recall@5", "recall@10"))
    if row["refuse"] or cited is None or five is None or ten is None:
        return None
    shares = dict.fromkeys((cause.name for cause in CAUSES), 0.0)
    if row["refused"]:
        return shares | {"refused": 1.0}
    # A citation may show what its passage was not credited with: an alternative, met elsewhere.
    five, ten = max(five, cited), max(ten, five, cited)
    return {
        "cited": cited,
        "refused": 0.0,
        "passed_over": five - cited,
        "low": ten - five,
        "not_found": 1 - ten,
    }


def causes_by_kind(
    rows: Sequence[Row], kinds: Sequence[str]
) -> list[tuple[str, Lang, list[float]]]:
    """Kind, language and the shares of each cause, in the order of ``CAUSES``."""
    found: list[tuple[str, Lang, list[float]]] = []
    langs: tuple[Lang, ...] = ("zh", "en")
    for kind in kinds:
        for lang in langs:
            shares = causes(row for row in rows if row["kind"] == kind and row["lang"] == lang)
            if shares is not None:
                found.append((kind, lang, list(shares.values())))
    return found
