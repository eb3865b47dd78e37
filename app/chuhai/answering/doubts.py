"""How much speaks against a claim, all grounds together: the verifier's fitted model."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from chuhai.answering.bearing import Bearing

GROUNDS: Mapping[str, tuple[str, ...]] = {
    "number": ("number",),
    "exchanged": ("exchanged",),
    "denied": ("denied",),
    "affirmed": ("affirmed",),
    "reversed": ("reversed",),
    "opposed": ("opposed",),
    "beside": ("margin_words", "margin_cosine"),
    "gain": ("gain", "gain_word"),
    "name": ("name",),
    "missing": ("missing", "concepts"),
    "claims": ("superlative", "cause", "most"),
}
"""Which features speak for each way of not being borne."""


@dataclass(frozen=True, slots=True)
class Doubts:
    """A noisy-or (Pearl 1988) of logistic models, one per ground: a single ground is enough.

    Each is (bias, weights of its features); no weight is below 0, so that nothing speaks
    for a claim, least of all that it repeats the source's words or does not. Fitted by
    ``python -m chuhai.answering.fit_claims`` on evals/claims/dev.jsonl; what it reaches is
    in docs/decisions/0012-verifier.md.
    """

    number: tuple[float, ...] = (-3.164, 5.702)
    exchanged: tuple[float, ...] = (-3.82, 5.88)
    denied: tuple[float, ...] = (-3.743, 6.93)
    affirmed: tuple[float, ...] = (-3.809, 6.381)
    reversed: tuple[float, ...] = (-4.262, 7.558)
    opposed: tuple[float, ...] = (-3.921, 5.551)
    beside: tuple[float, ...] = (-4.345, 0.56, 0.283)
    gain: tuple[float, ...] = (-3.921, 7.849, 2.085)
    name: tuple[float, ...] = (-4.015, 4.899)
    missing: tuple[float, ...] = (-4.101, 1.372, 0.326)
    claims: tuple[float, ...] = (-3.703, 0.397, 5.809, 5.329)
    most_missing: float = 0.6
    """Where a larger share of a claim's words is said by nothing cited, nothing else counts. Of
    true claims of dev none has above 0.54, held against the other language alone; claims on
    other subjects have 0.73 and more."""
    most: float = 0.564
    """A claim with more doubt than this is not borne."""
    most_alone: float = 1.139
    """… where what is cited has one edition and no plain words, and that is the claim's."""
    most_across: float = 2.019
    """… where it is in the other language alone."""

    def by_ground(self, bearing: Bearing) -> dict[str, float]:
        """Per ground −ln(1 − p): 0 speaks of nothing, 0.7 is as much as none."""
        found = {}
        for ground, features in GROUNDS.items():
            bias, *weights = getattr(self, ground)
            values = [getattr(bearing, feature) for feature in features]
            found[ground] = float(np.logaddexp(0.0, bias + np.dot(weights, values)))
        return found

    def of(self, bearing: Bearing) -> float:
        """All of it: −ln of the probability that no ground holds."""
        return sum(self.by_ground(bearing).values())
