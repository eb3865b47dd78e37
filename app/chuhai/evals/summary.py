"""The figures of a run: every metric over all cases and by language, kind, turn and split."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from chuhai.evals import metrics
from chuhai.evals.metrics import Estimate, Judged
from chuhai.evals.scorers import SCORERS

Row = Mapping[str, Any]
GROUPS: dict[str, Callable[[Row], str]] = {
    "lang": lambda row: str(row["lang"]),
    "kind": lambda row: str(row["kind"]),
    "kind_lang": lambda row: f"{row['kind']}/{row['lang']}",
    "turn": lambda row: str(row["turn"]),
    "split": lambda row: str(row["split"]),
}


def summarise(rows: Sequence[Row]) -> dict[str, Any]:
    """``{"all": figures, "by": {grouping: {group: figures}}}`` of a run's result rows."""
    answered = [row for row in rows if row["scores"] is not None]
    by: dict[str, Any] = {}
    for name, group_of in GROUPS.items():
        groups: dict[str, list[Row]] = {}
        for row in answered:
            groups.setdefault(group_of(row), []).append(row)
        by[name] = {group: figures(members) for group, members in sorted(groups.items())}
    return {"all": figures(answered), "by": by}


def figures(rows: Sequence[Row]) -> dict[str, dict[str, float | int | None]]:
    """Every metric of these rows; those that nothing was scored for are left out."""
    clusters = [row["cluster"] for row in rows]
    names = [s.name for s in SCORERS]
    names += sorted({n for row in rows for n in row["scores"]} - set(names))
    estimates: dict[str, Estimate] = {
        name: metrics.mean([row["scores"].get(name) for row in rows], clusters) for name in names
    }
    estimates |= metrics.refusal([judged(row) for row in rows])
    return {name: found.as_dict() for name, found in estimates.items() if found.value is not None}


def judged(row: Row) -> Judged:
    return Judged(row["refuse"], row["refused"], row.get("confidence"), row["cluster"])
