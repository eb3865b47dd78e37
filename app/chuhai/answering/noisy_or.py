"""Fits ``Doubts``: a noisy-or of logistic models with weights that are not below 0."""

import numpy as np
from numpy.typing import NDArray

from chuhai.answering.doubts import GROUNDS, Doubts

FEATURES = tuple(feature for ground in GROUNDS.values() for feature in ground)
_RIDGE = 0.01

Matrix = NDArray[np.float64]
Model = tuple[Matrix, ...]
"""Per ground its bias and weights."""


def fit(features: Matrix, planted: NDArray[np.bool_]) -> Model:
    """Maximum likelihood, both classes weighted alike, ridge on the weights, none below 0."""
    from scipy.optimize import minimize
    from scipy.special import expit

    scale = features.std(axis=0) + 1e-9
    weights = np.where(planted, 0.5 / planted.sum(), 0.5 / (~planted).sum())
    scaled = features / scale
    parts = _parts()

    def loss(values: Matrix) -> tuple[float, Matrix]:
        biases, slopes = values[: len(parts)], values[len(parts) :]
        linear = np.stack(
            [scaled[:, p] @ slopes[p] + b for p, b in zip(parts, biases, strict=True)], axis=1
        )
        doubt = np.logaddexp(0.0, linear).sum(axis=1)
        borne = np.exp(-doubt)
        found = np.maximum(1 - borne, 1e-9)
        value = -(weights * np.where(planted, np.log(found), -doubt)).sum()
        slope = weights * np.where(planted, -borne / found, 1.0)
        back = slope[:, None] * expit(linear)
        gradient = np.empty_like(values)
        gradient[: len(parts)] = back.sum(axis=0) + 0.1 * _RIDGE * (biases + 3)
        for place, part in enumerate(parts):
            gradient[len(parts) + np.arange(len(slopes))[part]] = (
                scaled[:, part].T @ back[:, place] + _RIDGE * slopes[part]
            )
        ridge = _RIDGE * (slopes**2).sum() + 0.1 * _RIDGE * ((biases + 3) ** 2).sum()
        return float(value + ridge / 2), gradient

    start = np.concatenate([np.full(len(parts), -3.0), np.full(len(FEATURES), 0.5)])
    bounds = [(None, None)] * len(parts) + [(0.0, None)] * len(FEATURES)
    best = minimize(loss, start, jac=True, bounds=bounds, method="L-BFGS-B").x
    slopes = best[len(parts) :] / scale
    return tuple(
        np.concatenate([[bias], slopes[part]]) for bias, part in zip(best, parts, strict=False)
    )


def doubt(features: Matrix, model: Model) -> Matrix:
    """As ``Doubts.of``, for many at once."""
    linear = [
        features[:, part] @ weights[1:] + weights[0]
        for part, weights in zip(_parts(), model, strict=True)
    ]
    return np.asarray(np.logaddexp(0.0, np.stack(linear)).sum(axis=0), dtype=np.float64)


def written(model: Model) -> dict[str, tuple[float, ...]]:
    """The model as the fields of ``Doubts``."""
    return {
        ground: tuple(round(float(value), 3) for value in weights)
        for ground, weights in zip(GROUNDS, model, strict=True)
    }


def of(doubts: Doubts) -> Model:
    """The model that ``Doubts`` holds."""
    return tuple(np.array(getattr(doubts, ground)) for ground in GROUNDS)


def _parts() -> list[slice]:
    ends = np.cumsum([len(ground) for ground in GROUNDS.values()]).tolist()
    return [slice(end - len(g), end) for end, g in zip(ends, GROUNDS.values(), strict=True)]
