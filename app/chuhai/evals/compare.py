"""Two runs of the same cases side by side: what got better, what got worse, and is it real.

Per metric the differences of the cases that both runs scored, an interval from the cluster
bootstrap, and a p-value from flipping the signs of whole clusters (a paired permutation
test, Fisher 1935; for 0/1 metrics it asks what McNemar's test asks). Over the headline
metrics p-values are corrected by Holm's method (1979): a dozen tests must not cry wolf.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chuhai.errors import EvalError
from chuhai.evals import metrics
from chuhai.evals.scorers import BY_NAME, SCORERS

_FLIPS = 10_000
_SEED = 20261124
ALPHA = 0.05
_MOVED = 12


@dataclass(frozen=True, slots=True)
class Difference:
    """How a metric moved from A to B, over the cases scored in both."""

    name: str
    a: float
    b: float
    difference: float
    low: float | None
    high: float | None
    p: float
    """Corrected over the headline metrics where it is one of them."""
    n: int
    better: int
    """Cases with a better score in B; ``worse`` likewise, the rest are equal."""
    worse: int
    unpaired: int
    """Cases scored in one run alone: left out of the difference."""
    needed: int | None
    """Cases needed to see a change of 5 points at the variance of these differences."""

    @property
    def significant(self) -> bool:
        return self.p < ALPHA

    @property
    def verdict(self) -> str:
        """``better``, ``worse``, ``changed`` (neither is better as such) or ``same``."""
        if not self.significant or not self.difference:
            return "same"
        scorer = BY_NAME.get(self.name)
        better = scorer.better if scorer else "higher"
        if better == "neither":
            return "changed"
        return "better" if (self.difference > 0) == (better == "higher") else "worse"


@dataclass(frozen=True, slots=True)
class Moved:
    """A case whose answer got better or worse, by the mean change of its headline scores."""

    id: str
    kind: str
    lang: str
    change: float
    scores: Mapping[str, tuple[float, float]]


@dataclass(frozen=True)
class Comparison:
    """A to B."""

    differences: tuple[Difference, ...]
    better: tuple[Moved, ...]
    worse: tuple[Moved, ...]
    common: int
    only_a: int
    only_b: int
    same_cases: bool

    @property
    def drops(self) -> tuple[Difference, ...]:
        """Headline metrics that are significantly worse in B."""
        return tuple(d for d in self.differences if d.name in headline() and d.verdict == "worse")

    def as_dict(self) -> dict[str, Any]:
        rows = [{**asdict(d), "verdict": d.verdict} for d in self.differences]
        moved = {side: [asdict(m) for m in getattr(self, side)] for side in ("better", "worse")}
        counts = {name: getattr(self, name) for name in ("common", "only_a", "only_b")}
        return {**counts, "same_cases": self.same_cases, "differences": rows, **moved}


def headline() -> list[str]:
    """The metrics by which a run is judged."""
    return [scorer.name for scorer in SCORERS if scorer.headline]


def compare(a: Mapping[str, Any], b: Mapping[str, Any]) -> Comparison:
    """B against A, over the cases that both have. Raises EvalError where they share none."""
    rows_a, rows_b = _scored(a), _scored(b)
    common = [case_id for case_id in rows_a if case_id in rows_b]
    if not common:
        raise EvalError(
            "the two runs have no case in common: run both over the same cases",
            "两次评测没有相同的题：请用同一套题各跑一次",
        )
    pairs = [(rows_a[case_id], rows_b[case_id]) for case_id in common]
    names = [s.name for s in SCORERS]
    found = [d for name in names if (d := _difference(name, pairs)) is not None]
    moved = sorted(_moves(pairs), key=lambda m: (m.change, m.id))
    return Comparison(
        differences=tuple(_holm(found)),
        better=tuple(m for m in reversed(moved) if m.change > 0)[:_MOVED],
        worse=tuple(m for m in moved if m.change < 0)[:_MOVED],
        common=len(common),
        only_a=len(rows_a) - len(common),
        only_b=len(rows_b) - len(common),
        same_cases=a["cases"]["digest"] == b["cases"]["digest"],
    )


def _scored(run: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    return {row["id"]: row for row in run["results"] if row["scores"] is not None}


def _difference(
    name: str, pairs: Sequence[tuple[Mapping[str, Any], Mapping[str, Any]]]
) -> Difference | None:
    both, clusters, unpaired = [], [], 0
    for one, other in pairs:
        a, b = one["scores"].get(name), other["scores"].get(name)
        if a is None or b is None:
            unpaired += (a is None) != (b is None)
            continue
        both.append((a, b))
        clusters.append(one["cluster"])
    if not both:
        return None
    values = np.array(both, dtype=np.float64)
    change = values[:, 1] - values[:, 0]
    estimate = metrics.mean(list(change), clusters)
    up = BY_NAME[name].better != "lower"
    return Difference(
        name=name,
        a=round(float(values[:, 0].mean()), 4),
        b=round(float(values[:, 1].mean()), 4),
        difference=round(float(change.mean()), 4),
        # Nothing moved at all: as unsure downwards as upwards.
        low=_rounded(estimate.low if change.any() or not estimate.high else -estimate.high),
        high=_rounded(estimate.high),
        p=round(sign_flip(change, clusters), 5),
        n=len(both),
        better=int((change > 0 if up else change < 0).sum()),
        worse=int((change < 0 if up else change > 0).sum()),
        unpaired=unpaired,
        # The paired hint: half of what two separate runs would need at this variance.
        needed=None if estimate.needed is None else -(-estimate.needed // 2),
    )


def sign_flip(change: NDArray[np.float64], clusters: Sequence[str]) -> float:
    """Two-sided p-value that the mean change is 0, by flipping the signs of whole clusters.

    Every assignment where there are at most 12 clusters that changed, else 10,000 drawn
    ones; the observed one is counted in (Phipson & Smyth 2010), so p is never 0.
    """
    _, place = np.unique(np.array(clusters), return_inverse=True)
    sums = np.bincount(place, change)
    sums = sums[np.abs(sums) > 1e-12]
    if not len(sums):
        return 1.0
    seen = abs(sums.sum()) - 1e-9
    if len(sums) <= 12:
        patterns = np.array(np.meshgrid(*[[-1.0, 1.0]] * len(sums))).reshape(len(sums), -1)
        return float((np.abs(sums @ patterns) >= seen).mean())
    flipped = np.abs(_signs(len(sums)) @ sums)
    return float(((flipped >= seen).sum() + 1) / (_FLIPS + 1))


@lru_cache(maxsize=32)
def _signs(clusters: int) -> NDArray[np.float64]:
    drawn = np.random.default_rng(_SEED).integers(0, 2, (_FLIPS, clusters))
    return np.asarray(drawn * 2.0 - 1.0, dtype=np.float64)


def _holm(found: Sequence[Difference]) -> list[Difference]:
    """Headline p-values corrected; the others stand as they are and are only looked at."""
    from dataclasses import replace

    names = set(headline())
    ordered = sorted((d for d in found if d.name in names), key=lambda d: d.p)
    corrected: dict[str, float] = {}
    highest = 0.0
    for place, difference in enumerate(ordered):
        highest = max(highest, min(1.0, difference.p * (len(ordered) - place)))
        corrected[difference.name] = round(highest, 5)
    return [replace(d, p=corrected.get(d.name, d.p)) for d in found]


def _moves(pairs: Sequence[tuple[Mapping[str, Any], Mapping[str, Any]]]) -> list[Moved]:
    moves = []
    for one, other in pairs:
        both = {
            name: (one["scores"][name], other["scores"][name])
            for name in headline()
            if one["scores"].get(name) is not None and other["scores"].get(name) is not None
        }
        changed = {name: pair for name, pair in both.items() if pair[0] != pair[1]}
        if changed:
            change = sum(b - a for a, b in changed.values()) / len(both)
            moves.append(Moved(one["id"], one["kind"], one["lang"], round(change, 4), changed))
    return moves


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
