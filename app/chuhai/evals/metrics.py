"""Means and rates of many cases, with intervals that know which cases belong together.

Cases written from one source passage rise and fall together, so passages are resampled,
not cases (the cluster bootstrap; Field & Welsh 2007). Percentiles are widened for small
numbers of clusters (Hesterberg 2015, «expanded percentile»), and where every value is 0 or
every value is 1 Wilson's interval stands in, because resampling sees no variation there.
``python -m chuhai.evals.coverage`` measures how often the intervals hold the truth.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from chuhai.evals.scorers import Score

Floats = NDArray[np.float64]
RESAMPLES = 2000
_SEED = 20261123
_Z95, _Z80 = 1.959964, 0.841621
# The difference that the sample-size hint is about.
NOTICEABLE = 0.05


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure with its 95% interval; all three None where nothing could be scored."""

    value: float | None
    low: float | None
    high: float | None
    n: int
    """Cases scored."""
    unscored: int = 0
    clusters: int = 0
    needed: int | None = None
    """Cases with which two runs, each asked once, would show a difference of 5 points."""

    def as_dict(self) -> dict[str, float | int | None]:
        return {
            "value": _rounded(self.value),
            "low": _rounded(self.low),
            "high": _rounded(self.high),
            "n": self.n,
            "unscored": self.unscored,
            "clusters": self.clusters,
            "needed": self.needed,
        }


def mean(values: Sequence[Score], clusters: Sequence[str], resamples: int = RESAMPLES) -> Estimate:
    """The mean of what was scored; ``clusters`` names each value's source."""
    scored = [(v, c) for v, c in zip(values, clusters, strict=True) if v is not None]
    unscored = len(values) - len(scored)
    if not scored:
        return Estimate(None, None, None, 0, unscored)
    numbers = np.array([value for value, _ in scored])
    sums, sizes = _by_cluster(numbers, [cluster for _, cluster in scored])
    value = float(numbers.mean())
    if len(sizes) < 2:
        return Estimate(value, None, None, len(scored), unscored, len(sizes))
    low, high, error = _mean_interval(sums, sizes, resamples)
    if numbers.min() == numbers.max() and value in (0.0, 1.0):
        low, high = _wilson(value, len(sizes))
    needed = _needed(2 * error**2 * len(scored))
    return Estimate(value, low, high, len(scored), unscored, len(sizes), needed)


def _by_cluster(values: Floats, clusters: Sequence[str]) -> tuple[Floats, Floats]:
    _, place = np.unique(np.array(clusters), return_inverse=True)
    return np.bincount(place, values).astype(np.float64), np.bincount(place).astype(np.float64)


def _mean_interval(sums: Floats, sizes: Floats, resamples: int) -> tuple[float, float, float]:
    weights = _weights(len(sizes), resamples)
    means = (weights @ sums) / (weights @ sizes)
    low, high = np.quantile(means, _tails(len(sizes)))
    return float(low), float(high), float(means.std())


@lru_cache(maxsize=256)
def _weights(clusters: int, resamples: int) -> Floats:
    """How often each cluster is drawn in each resample: resamples × clusters, always the same."""
    generator = np.random.default_rng(_SEED)
    drawn = generator.multinomial(clusters, np.full(clusters, 1 / clusters), size=resamples)
    return drawn.astype(np.float64)


@lru_cache(maxsize=1024)
def _tails(clusters: int) -> tuple[float, float]:
    """Percentiles that give 95% with so few clusters: Φ(−√(n/(n−1)) · t₀.₉₇₅,ₙ₋₁)."""
    from scipy.special import ndtr, stdtrit

    wide = math.sqrt(clusters / (clusters - 1)) * float(stdtrit(clusters - 1, 0.975))
    tail = float(ndtr(-wide))
    return tail, 1 - tail


def _wilson(value: float, n: int) -> tuple[float, float]:
    """Wilson's score interval (1927) of a rate that was the same every time."""
    z2 = _Z95**2
    far = z2 / (n + z2)
    return (0.0, far) if value == 0.0 else (1 - far, 1.0)


def _needed(variance: float) -> int | None:
    """(z₀.₉₇₅ + z₀.₈)² · variance / 0.05²: 80% power at the 5% level, two-sided."""
    if variance <= 0:
        return None
    return math.ceil((_Z95 + _Z80) ** 2 * variance / NOTICEABLE**2)


@dataclass(frozen=True, slots=True)
class Judged:
    """One case of refusal: was it due, was it done, how sure was the system of an answer."""

    due: bool
    refused: bool
    confidence: float | None
    cluster: str


def refusal(cases: Sequence[Judged], resamples: int = RESAMPLES) -> dict[str, Estimate]:
    """Precision, recall and F1 of refusing, and AUROC of the confidence where it is reported."""
    counts = {
        "refusal_precision": (_precision, [c for c in cases if c.refused]),
        "refusal_recall": (_recall, [c for c in cases if c.due]),
        "refusal_f1": (_f1, list(cases)),
    }
    found = {
        name: _rate(cases, rate, len(counted), resamples)
        for name, (rate, counted) in counts.items()
    }
    sure = [case for case in cases if case.confidence is not None]
    found["refusal_auroc"] = _auroc_estimate(sure, len(cases) - len(sure), resamples)
    return found


def _outcomes(cases: Sequence[Judged]) -> Floats:
    """Per case: refused rightly, refused wrongly, answered wrongly (3 columns of 0 and 1)."""
    rows = [(c.due and c.refused, not c.due and c.refused, c.due and not c.refused) for c in cases]
    return np.array(rows, dtype=np.float64).reshape(-1, 3)


def _precision(t: Floats) -> Floats:
    return _ratio(t[..., 0], t[..., 0] + t[..., 1])


def _recall(t: Floats) -> Floats:
    return _ratio(t[..., 0], t[..., 0] + t[..., 2])


def _f1(t: Floats) -> Floats:
    return _ratio(2 * t[..., 0], 2 * t[..., 0] + t[..., 1] + t[..., 2])


def _ratio(above: Floats, below: Floats) -> Floats:
    return np.divide(above, below, out=np.full_like(above, np.nan), where=below > 0)


def _rate(
    cases: Sequence[Judged], rate: Callable[[Floats], Floats], n: int, resamples: int
) -> Estimate:
    outcomes = _outcomes(cases)
    value = float(rate(outcomes.sum(0)[None])[0]) if len(cases) else math.nan
    if math.isnan(value):
        return Estimate(None, None, None, 0, len(cases))
    names = [case.cluster for case in cases]
    columns = [_by_cluster(outcomes[:, i], names)[0] for i in range(3)]
    sums = np.stack(columns, axis=1)
    if len(sums) < 2:
        return Estimate(value, None, None, n, 0, len(sums))
    drawn = rate(_weights(len(sums), resamples) @ sums)
    drawn = drawn[~np.isnan(drawn)]
    if value in (0.0, 1.0) and drawn.min() == drawn.max():
        low, high = _wilson(value, n)
    else:
        low, high = (float(q) for q in np.quantile(drawn, _tails(len(sums))))
    return Estimate(value, low, high, n, 0, len(sums))


def auroc(positive: Sequence[float], negative: Sequence[float]) -> float | None:
    """How often a positive scores above a negative, ties counting half (Mann–Whitney)."""
    if not positive or not negative:
        return None
    weights = np.ones((1, len(positive) + len(negative)))
    return float(_auroc(np.array([*positive, *negative]), len(positive), weights)[0])


def _auroc(scores: Floats, positives: int, weights: Floats) -> Floats:
    """AUROC of each resample: ``weights`` is resamples × cases, the positives first."""
    above, below = scores[:positives, None], scores[None, positives:]
    wins = (above > below) + 0.5 * (above == below)
    w_pos, w_neg = weights[:, :positives], weights[:, positives:]
    total = w_pos.sum(1) * w_neg.sum(1)
    return _ratio(((w_pos @ wins) * w_neg).sum(1), total)


def _auroc_estimate(cases: Sequence[Judged], unscored: int, resamples: int) -> Estimate:
    ordered = [c for c in cases if not c.due] + [c for c in cases if c.due]
    positives = sum(not case.due for case in cases)
    if not 0 < positives < len(ordered):
        return Estimate(None, None, None, 0, unscored + len(ordered))
    scores = np.array([case.confidence for case in ordered], dtype=np.float64)
    value = float(_auroc(scores, positives, np.ones((1, len(scores))))[0])
    _, place = np.unique(np.array([case.cluster for case in ordered]), return_inverse=True)
    clusters = int(place.max()) + 1
    drawn = _auroc(scores, positives, _weights(clusters, resamples)[:, place])
    low, high = np.quantile(drawn[~np.isnan(drawn)], _tails(clusters))
    return Estimate(value, float(low), float(high), len(ordered), unscored, clusters)


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
