"""Intervals, refusal rates and paired tests against worked tables and references."""

from typing import Any

import numpy as np
import pytest

from chuhai.errors import EvalError
from chuhai.evals import metrics
from chuhai.evals.compare import Comparison, compare, sign_flip
from chuhai.evals.metrics import Judged
from chuhai.evals.summary import summarise


def names(n: int, size: int = 1) -> list[str]:
    return [f"c{i // size}" for i in range(n)]


def test_the_mean_leaves_out_what_was_not_scored() -> None:
    found = metrics.mean([1.0, None, 0.0, 1.0], names(4))
    assert found.value == pytest.approx(2 / 3)
    assert (found.n, found.unscored) == (3, 1)


def test_nothing_scored_has_no_mean() -> None:
    found = metrics.mean([None, None], names(2))
    assert (found.value, found.low, found.n, found.unscored) == (None, None, 0, 2)


def test_one_source_passage_gives_no_interval() -> None:
    found = metrics.mean([1.0, 0.0], ["a", "a"])
    assert (found.value, found.low) == (0.5, None)


def test_cases_of_one_passage_are_worth_less_than_cases_of_many() -> None:
    values: list[float | None] = [float(i // 10 % 2) for i in range(100)]
    together, apart = metrics.mean(values, names(100, 10)), metrics.mean(values, names(100))
    assert together.high is not None
    assert apart.high is not None
    assert together.high - 0.5 > 2 * (apart.high - 0.5)


def test_without_clusters_the_interval_is_the_textbooks() -> None:
    """Normal theory: mean ± 1.96 s/√n."""
    drawn = np.random.default_rng(1).normal(5, 2, 400)
    found = metrics.mean(list(drawn), names(400))
    half = 1.96 * drawn.std(ddof=1) / 20
    assert found.low == pytest.approx(drawn.mean() - half, abs=0.02)
    assert found.high == pytest.approx(drawn.mean() + half, abs=0.02)


def test_a_rate_that_was_always_the_same_is_not_certain() -> None:
    """Wilson for 20 of 20: 0.8389."""
    found = metrics.mean([1.0] * 20, names(20))
    assert found.low == pytest.approx(0.8389, abs=1e-4)
    assert found.high == 1.0


def test_the_sample_size_is_the_textbooks() -> None:
    """Two runs of independent cases with p = 1/2: 2 · 0.25 · (1.96 + 0.8416)² / 0.05²."""
    found = metrics.mean([0.0, 1.0] * 500, names(1000))
    assert found.needed == pytest.approx(2 * 0.25 * (1.96 + 0.8416) ** 2 / 0.05**2, rel=0.07)


def refusals() -> list[Judged]:
    """3 refused rightly, 1 wrongly, 2 answered wrongly, 4 rightly."""
    outcomes = [(True, True)] * 3 + [(False, True)] + [(True, False)] * 2 + [(False, False)] * 4
    return [Judged(due, done, 0.5, f"c{i}") for i, (due, done) in enumerate(outcomes)]


def test_refusal_is_scored_by_the_table() -> None:
    found = metrics.refusal(refusals())
    assert found["refusal_precision"].value == 3 / 4
    assert found["refusal_recall"].value == 3 / 5
    assert found["refusal_f1"].value == pytest.approx(6 / 9)
    assert found["refusal_auroc"].value == 0.5


def test_nothing_to_refuse_is_unscored() -> None:
    found = metrics.refusal([Judged(False, False, None, "a"), Judged(False, False, None, "b")])
    assert {estimate.value for estimate in found.values()} == {None}


def test_auroc_counts_pairs_and_halves_ties() -> None:
    assert metrics.auroc([0.9, 0.8, 0.4], [0.5, 0.4]) == pytest.approx((2 + 2 + 0.5) / 6)
    assert metrics.auroc([], [0.1]) is None


def row(case_id: str, cluster: str, scores: dict[str, float | None]) -> dict[str, Any]:
    return {
        "id": case_id,
        "split": "dev",
        "kind": "fact",
        "lang": "zh",
        "turn": "first",
        "refuse": False,
        "refused": False,
        "confidence": 0.5,
        "cluster": cluster,
        "scores": scores,
    }


def run_of(values: list[float | None], metric: str = "fact_recall") -> dict[str, Any]:
    rows = [row(f"x{i}", f"c{i // 2}", {metric: value}) for i, value in enumerate(values)]
    return {"cases": {"digest": "d"}, "metrics": summarise(rows), "results": rows}


def only(comparison: Comparison) -> Any:
    (difference,) = comparison.differences
    return difference


def test_a_run_is_not_different_from_itself() -> None:
    run = run_of([0.0, 1.0, None, 1.0] * 10)
    difference = only(compare(run, run))
    assert (difference.difference, difference.p, difference.verdict) == (0.0, 1.0, "same")
    assert compare(run, run).drops == ()


def test_a_real_drop_is_found_and_named() -> None:
    found = compare(run_of([1.0] * 60), run_of([0.0, 1.0] * 30))
    assert only(found).verdict == "worse"
    assert [d.name for d in found.drops] == ["fact_recall"]
    assert [d.name for d in compare(run_of([0.0, 1.0] * 30), run_of([1.0] * 60)).drops] == []


def test_a_small_wobble_is_no_drop() -> None:
    before, after = [1.0] * 60, [1.0] * 58 + [0.0, 0.0]
    assert compare(run_of(list(before)), run_of(list(after))).drops == ()


def test_lower_repetition_is_better() -> None:
    found = compare(run_of([0.5] * 40, "repetition"), run_of([0.1] * 40, "repetition"))
    assert only(found).verdict == "better"
    assert only(found).better == 40


def test_cases_scored_in_one_run_alone_are_counted_and_left_out() -> None:
    found = only(compare(run_of([1.0, None, 0.0, 1.0]), run_of([1.0, 1.0, 0.0, None])))
    assert (found.n, found.unpaired) == (2, 2)


def test_runs_without_a_common_case_are_not_compared() -> None:
    other = run_of([1.0])
    other["results"][0]["id"] = "y"
    with pytest.raises(EvalError):
        compare(run_of([1.0]), other)


def test_flipping_signs_is_exact_for_few_clusters() -> None:
    """Five clusters all up: 2 of 32 sign patterns are as extreme."""
    assert sign_flip(np.ones(5), names(5)) == pytest.approx(2 / 32)
    assert sign_flip(np.zeros(5), names(5)) == 1.0


def test_flipping_signs_agrees_with_mcnemar() -> None:
    """20 cases, 15 better and 5 worse: the exact binomial p is 0.0414."""
    change = np.array([1.0] * 15 + [-1.0] * 5)
    assert sign_flip(change, names(20)) == pytest.approx(0.0414, abs=0.006)


def test_figures_are_given_by_every_grouping() -> None:
    summary = run_of([1.0, 0.0])["metrics"]
    assert summary["all"]["fact_recall"]["value"] == 0.5
    assert set(summary["by"]) == {"lang", "kind", "kind_lang", "turn", "split"}
    assert summary["by"]["kind_lang"]["fact/zh"]["fact_recall"]["n"] == 2
