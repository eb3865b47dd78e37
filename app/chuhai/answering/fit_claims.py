"""Fits the verifier: ``python -m chuhai.answering.fit_claims [--report | --held-out]``.

Reads evals/claims/dev.jsonl and nothing else; the held-out half only with ``--held-out``,
which fits nothing and prints figures alone. Without arguments: fits ``Doubts`` to all
claims, and its thresholds to the scores of folds that were not fitted to (ten folds; claims
on one sentence stay together), and prints what to write down there. ``--report`` scores
several ways of judging on the same folds. For documents that have one edition and no plain
words, and for questions in another language than theirs, the claims are weighed against the
whitepaper without them.
"""

import argparse
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chuhai.answering import noisy_or
from chuhai.answering.around import Around
from chuhai.answering.bearing import Bearing
from chuhai.answering.claims import Claim, Source
from chuhai.answering.doubts import Doubts
from chuhai.answering.noisy_or import Matrix
from chuhai.answering.verify import Verifier
from chuhai.evals.claims import PLANTED, ClaimCase, World, read_claims
from chuhai.settings import from_environment, shipped
from chuhai.wiring import Workshop

_FOLDS, _SEEDS = 10, 5
_FALSE_ALARMS = (0.05, 0.10, 0.20)
_KNOWN_BY = ("both editions", "its own alone", "the other alone")
_LOOSER = 0.10  # false alarms where the editions help less

Learn = Callable[[Matrix, NDArray[np.bool_], Matrix], Matrix]
"""Features and truth of claims to fit to, features of others; the scores of these."""


@dataclass(frozen=True)
class Judged:
    """Claims with what speaks against them."""

    cases: Sequence[ClaimCase]
    bearings: Sequence[Bearing]
    both: bool = True
    """Whether both editions and plain words are known."""

    @property
    def planted(self) -> NDArray[np.bool_]:
        return np.array([not case.borne for case in self.cases])

    @property
    def features(self) -> Matrix:
        """Those of the grounds, and last what the cross-encoder reads."""
        rows = [asdict(bearing) for bearing in self.bearings]
        return np.array([[row[name] for name in (*noisy_or.FEATURES, "reading")] for row in rows])

    @property
    def ruled_out(self) -> NDArray[np.bool_]:
        """Which fail whatever the doubt."""
        rules = Doubts()
        clause = rules.most_clause if self.both else 1.0
        return np.array([rules.rules_out(bearing, clause) for bearing in self.bearings])

    def scores(self, doubts: Matrix) -> Matrix:
        """The doubts, without end where a rule fails the claim."""
        return np.where(self.ruled_out, np.inf, doubts)


def weigh(cases: Iterable[ClaimCase], verifier: Verifier, world: World, lang: str = "") -> Judged:
    """What speaks against each claim; with ``lang``, by that edition of the documents alone,
    as of documents that the cross-encoder does not know."""
    passages_of = world.alone(lang) if lang else world.passages_of
    reader = None if lang else verifier.reader
    verifier = replace(verifier, around=Around(passages_of), reader=reader)
    cases = list(cases)
    bearings = []
    for case in cases:
        places = [world.place(document, quote) for document, quote in case.cites]
        passages = [
            (passages_of(name)[i], j) for (name, _), (i, j) in zip(case.cites, places, strict=True)
        ]
        sources = tuple(Source(passage, passage.sentences[j]) for passage, j in passages)
        bearings.append(verifier.bearing(Claim(case.claim, sources)))
    return Judged(cases, bearings, both=not lang)


def folds(cases: Sequence[ClaimCase], seed: int) -> NDArray[np.intp]:
    """Each claim's fold; claims that share a cited sentence share it."""
    home: dict[tuple[str, str], tuple[str, str]] = {}

    def root(cite: tuple[str, str]) -> tuple[str, str]:
        while home.setdefault(cite, cite) != cite:
            cite = home[cite]
        return cite

    for case in cases:
        for cite in case.cites[1:]:
            home[root(cite)] = root(case.cites[0])
    roots = sorted({root(case.cites[0]) for case in cases})
    shuffled = np.random.default_rng(seed).permutation(len(roots)) % _FOLDS
    place = dict(zip(roots, shuffled.tolist(), strict=True))
    return np.array([place[root(case.cites[0])] for case in cases], dtype=np.intp)


def unfitted(judged: Judged, scored: Sequence[Judged], learn: Learn) -> list[Matrix]:
    """Mean scores over several splits, each from a fit to the other folds of ``judged``."""
    features = judged.features
    asked = [one.features for one in scored]
    totals = [np.zeros(len(features)) for _ in scored]
    for seed in range(_SEEDS):
        fold = folds(judged.cases, seed)
        for number in range(_FOLDS):
            out = fold == number
            for total, matrix in zip(totals, asked, strict=True):
                total[out] += learn(features[~out], judged.planted[~out], matrix[out]) / _SEEDS
    return [one.scores(total) for one, total in zip(scored, totals, strict=True)]


def threshold(scores: Matrix, false_alarms: float) -> float:
    """Above it lies this share of the scores of true claims, or less."""
    ordered = np.sort(scores)[::-1]
    return float(ordered[int(false_alarms * len(ordered))])


def main() -> None:
    """Fits and prints what to write down, or measures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", default=None)
    parser.add_argument("--report", action="store_true", help="ways of judging, on dev")
    parser.add_argument("--held-out", action="store_true", help="the present values, on test")
    arguments = parser.parse_args()
    workshop = Workshop(from_environment(home=arguments.home))
    index = workshop.open_or_build()
    world = World(cache(index.catalogue.passages_of))
    verifier = workshop.verifier(index)
    name = "test" if arguments.held_out else "dev"
    cases = list(read_claims(shipped(f"evals/claims/{name}.jsonl")))
    judged = weigh(cases, verifier, world)
    if arguments.held_out:
        doubts = [verifier.doubts.of(bearing) for bearing in judged.bearings]
        scores = judged.scores(np.array(doubts))
        print(_curve(judged, scores))
        print(_figures(judged, scores > verifier.doubts.most))
    elif arguments.report:
        for way, learn in WAYS.items():
            (scores,) = unfitted(judged, [judged], learn)
            print(f"{way}\n{_curve(judged, scores)}")
    else:
        print(_fitted(judged, verifier, world))


def _fitted(judged: Judged, verifier: Verifier, world: World) -> str:
    """``Doubts`` with thresholds from scores of claims that were not fitted to."""
    cases = judged.cases
    zh, en = (weigh(cases, verifier, world, lang).bearings for lang in ("zh", "en"))
    of_zh = [case.lang == "zh" for case in cases]
    alone = [one if own else other for own, one, other in zip(of_zh, zh, en, strict=True)]
    across = [other if own else one for own, one, other in zip(of_zh, zh, en, strict=True)]
    known = [judged, Judged(cases, alone, both=False), Judged(cases, across, both=False)]
    scores = unfitted(judged, known, _with_reading)
    most, most_alone, most_across = (
        np.ceil(threshold(found[~judged.planted], rate) * 1000) / 1000
        for found, rate in zip(scores, (_FALSE_ALARMS[0], _LOOSER, _LOOSER), strict=True)
    )
    model, reading = _fit(judged.features, judged.planted)
    written: dict[str, Any] = noisy_or.written(model)
    doubts = Doubts(
        **written,
        reading=round(reading, 3),
        most=float(most),
        most_alone=float(most_alone),
        most_across=float(most_across),
    )
    lines = [repr(doubts)]
    limits = (doubts.most, doubts.most_alone, doubts.most_across)
    for name, found, limit in zip(_KNOWN_BY, scores, limits, strict=True):
        lines += [f"{name}, above {limit}:", f"  {_figures(judged, found > limit)}"]
        lines.append(_curve(judged, found))
    return "\n".join(lines)


def _noisy_or(features: Matrix, planted: NDArray[np.bool_], others: Matrix) -> Matrix:
    return noisy_or.doubt(others[:, :-1], noisy_or.fit(features[:, :-1], planted))


def _with_reading(features: Matrix, planted: NDArray[np.bool_], others: Matrix) -> Matrix:
    model, reading = _fit(features, planted)
    return noisy_or.doubt(others[:, :-1], model) - reading * others[:, -1]


def _fit(features: Matrix, planted: NDArray[np.bool_]) -> tuple[noisy_or.Model, float]:
    """The noisy-or of the grounds, and what the cross-encoder's logit counts beside it."""
    from chuhai.answering.fit import fit_calibration

    model = noisy_or.fit(features[:, :-1], planted)
    doubt = noisy_or.doubt(features[:, :-1], model)
    beside = np.column_stack([np.ones(len(doubt)), doubt, -features[:, -1]])
    _, of_doubt, of_reading = fit_calibration(beside, planted.astype(float))
    return model, float(of_reading / of_doubt)


def _reading(features: Matrix, planted: NDArray[np.bool_], others: Matrix) -> Matrix:
    return np.asarray(-others[:, -1], dtype=np.float64)


def _logistic(features: Matrix, planted: NDArray[np.bool_], others: Matrix) -> Matrix:
    """One logistic model of all features."""
    from chuhai.answering.fit import fit_calibration

    def with_one(rows: Matrix) -> Matrix:
        return np.column_stack([np.ones(len(rows)), rows])

    scores: Matrix = with_one(others) @ fit_calibration(with_one(features), planted.astype(float))
    return scores


def _rules(features: Matrix, planted: NDArray[np.bool_], others: Matrix) -> Matrix:
    """Numbers, denials and opposites by rule, then what is missing: nothing is fitted."""
    names = ["number", "exchanged", "denied", "affirmed", "opposed", "missing"]
    weights = [9.0, 3.0, 3.0, 3.0, 3.0, 1.0]
    chosen: Matrix = others[:, [noisy_or.FEATURES.index(name) for name in names]]
    return np.asarray(chosen @ np.array(weights), dtype=np.float64)


def _one(feature: str) -> Learn:
    place = noisy_or.FEATURES.index(feature)
    return lambda features, planted, others: others[:, place]


WAYS: Mapping[str, Learn] = {
    "words missing": _one("missing"),
    "rules": _rules,
    "logistic": _logistic,
    "noisy-or": _noisy_or,
    "cross-encoder": _reading,
    "both": _with_reading,
}


def _curve(judged: Judged, scores: Matrix) -> str:
    """Recall of planted errors at rates of false alarms among these very claims."""
    lines = []
    for rate in _FALSE_ALARMS:
        caught = scores > threshold(scores[~judged.planted], rate)
        lines.append(f"  at {rate:.2f}: {_figures(judged, caught)}")
    return "\n".join(lines)


def _figures(judged: Judged, caught: NDArray[np.bool_]) -> str:
    kinds = np.array([case.kind for case in judged.cases])
    langs = np.array([case.lang for case in judged.cases])
    planted = judged.planted
    parts = [f"recall {caught[planted].mean():.3f}, false alarms {caught[~planted].mean():.3f}"]
    parts += [f"{kind} {caught[kinds == kind].mean():.2f}" for kind in PLANTED]
    parts += [
        f"{lang} {caught[planted & (langs == lang)].mean():.2f}"
        f"/{caught[~planted & (langs == lang)].mean():.2f}"
        for lang in ("zh", "en")
    ]
    return "; ".join(parts)


if __name__ == "__main__":
    main()
