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
    """A noisy-or (Pearl 1988) of logistic models, one per ground: a single ground is enough;
    and against all of them what the cross-encoder reads.

    Each is (bias, weights of its features); no weight is below 0, so that no ground speaks
    for a claim, least of all that it repeats the source's words or does not. The reading alone
    speaks either way. Fitted by
    ``python -m chuhai.answering.fit_claims`` on evals/claims/dev.jsonl; what it reaches is
    in docs/decisions/0012-verifier.md.
    """

    number: tuple[float, ...] = (-3.098, 5.638)
    exchanged: tuple[float, ...] = (-3.763, 5.798)
    denied: tuple[float, ...] = (-3.801, 6.487)
    affirmed: tuple[float, ...] = (-3.75, 6.315)
    reversed: tuple[float, ...] = (-4.206, 7.524)
    opposed: tuple[float, ...] = (-3.854, 5.589)
    beside: tuple[float, ...] = (-4.332, 0.479, 0.175)
    gain: tuple[float, ...] = (-3.845, 7.609, 2.228)
    name: tuple[float, ...] = (-4.038, 4.915)
    missing: tuple[float, ...] = (-4.099, 1.307, 0.321)
    claims: tuple[float, ...] = (-3.675, 3.128, 3.608, 4.932)
    reading: float = 0.643
    """What its logit counts that the claim is borne."""
    most_missing: float = 0.6
    """Where a larger share of a claim's words is said by nothing cited, nothing else counts. Of
    true claims of dev none has above 0.54, held against the other language alone; claims on
    other subjects have 0.73 and more."""
    most_clause: float = 0.7
    """The same of one clause, where both editions or plain words are known: of true claims of
    dev none has above 0.65."""
    most: float = 1.533
    """A claim with more doubt than this is not borne."""
    most_alone: float = 0.987
    """… where what is cited has one edition and no plain words, and that is the claim's."""
    most_across: float = 1.846
    """… where it is in the other language alone."""

    def rules_out(self, bearing: Bearing, clause: float) -> bool:
        """Whether it has a foreign number, or too much of it (of a clause) is said by nothing."""
        return (
            bearing.number > 0
            or bearing.missing_share > self.most_missing
            or bearing.missing_clause > clause
        )

    def by_ground(self, bearing: Bearing) -> dict[str, float]:
        """Per ground −ln(1 − p): 0 speaks of nothing, 0.7 is as much as none."""
        found = {}
        for ground, features in GROUNDS.items():
            bias, *weights = getattr(self, ground)
            values = [getattr(bearing, feature) for feature in features]
            found[ground] = float(np.logaddexp(0.0, bias + np.dot(weights, values)))
        return found

    def of(self, bearing: Bearing) -> float:
        """All of it: −ln of the probability that no ground holds, less the reading."""
        return sum(self.by_ground(bearing).values()) - self.reading * bearing.reading
