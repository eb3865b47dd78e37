"""Do 95% intervals hold the truth 95 times in 100? ``python -m chuhai.evals.coverage``.

Draws many sets of cases from made-up worlds whose true mean is known: clusters of cases
with a rate of their own (beta-binomial), as cases of one source passage have. Prints how
often the interval held the truth, clustered as in ``metrics`` and as if all cases were
independent.
"""

import sys
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from chuhai.evals import metrics
from chuhai.evals.tables import markdown

_SEED = 20261125
_RESAMPLES = 600


@dataclass(frozen=True, slots=True)
class World:
    """Where sets of cases come from."""

    clusters: int
    size: float
    """Mean number of cases in a cluster (1 + Poisson)."""
    rate: float
    """True mean."""
    within: float
    """Correlation of two cases of one cluster."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """Shares of drawn sets whose interval held the truth."""

    clustered: float
    naive: float


WORLDS = (
    World(80, 5.0, 0.5, 0.3),
    World(80, 5.0, 0.8, 0.3),
    World(80, 5.0, 0.95, 0.3),
    World(80, 5.0, 0.8, 0.0),
    World(30, 2.0, 0.8, 0.3),
    World(15, 1.5, 0.6, 0.3),
    World(15, 1.5, 0.9, 0.3),
)


def coverage(world: World, trials: int = 1000, seed: int = _SEED) -> Coverage:
    """How often the intervals of ``trials`` drawn sets hold the world's true mean."""
    generator = np.random.default_rng(seed)
    clustered = naive = 0
    for _ in range(trials):
        values, names = draw(world, generator)
        clustered += _holds(values, names, world.rate)
        naive += _holds(values, [str(i) for i in range(len(values))], world.rate)
    return Coverage(clustered / trials, naive / trials)


def draw(world: World, generator: np.random.Generator) -> tuple[list[float], list[str]]:
    """One set: right or wrong, case by case, and each case's cluster."""
    sizes = 1 + generator.poisson(world.size - 1, world.clusters)
    rates = _rates(world, generator)
    values = generator.random(int(sizes.sum())) < np.repeat(rates, sizes)
    return [float(v) for v in values], [str(i) for i in np.repeat(np.arange(world.clusters), sizes)]


def _rates(
    world: World, generator: np.random.Generator
) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Beta with the world's mean; its correlation within clusters is 1 / (a + b + 1)."""
    if not world.within:
        return np.full(world.clusters, world.rate)
    total = 1 / world.within - 1
    return generator.beta(world.rate * total, (1 - world.rate) * total, world.clusters)


def _holds(values: list[float], names: list[str], truth: float) -> bool:
    found = metrics.mean(values, names, resamples=_RESAMPLES)
    return found.low is not None and found.high is not None and found.low <= truth <= found.high


def main(write: Callable[[str], object] = sys.stdout.write) -> None:
    """Prints the table."""
    rows = [["clusters", "cases a cluster", "true rate", "correlation", "clustered", "naive"]]
    for world in WORLDS:
        found = coverage(world)
        given = [str(world.clusters), f"{world.size:g}", f"{world.rate:g}", f"{world.within:g}"]
        rows.append([*given, f"{found.clustered:.1%}", f"{found.naive:.1%}"])
    write(markdown(rows))


if __name__ == "__main__":
    main()
