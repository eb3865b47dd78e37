"""The page of eval runs without a browser: which there are, what they say, how two differ."""

import json
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest
from tests.rooms import evaluations, shown

from chuhai.evals import files
from chuhai.evals.cases import Case
from chuhai.evals.library import Library
from chuhai.evals.run import document, result
from chuhai.evals.scorers import Bench
from pages.words import word

HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>"
BENCH = Bench(Library({"a.zh.md": "展会成本高。"}, []), lambda text, cited: True)
# AppTest leaves its temporary folder to the garbage collector.
pytestmark = pytest.mark.filterwarnings("ignore:Implicitly cleaning up:ResourceWarning")


def run_of(quote: str) -> dict[str, Any]:
    """A run of twelve cases whose answers all cite ``quote``."""
    cases = [
        Case(
            f"x{n:02}",
            "zh" if n % 2 else "en",
            "fact",
            (f"展会贵吗？{HOSTILE}",),
            (("展会成本高",),),
            (("成本高",),),
            (),
            refuse=False,
        )
        for n in range(12)
    ]
    answer = {
        "answer": f"{quote}{HOSTILE} [1]",
        "refused": False,
        "citations": [{"n": 1, "quote": quote}],
        "hits": [quote],
        "lang": "zh",
    }
    return document(cases, [result(c, answer, BENCH) for c in cases], {"answerer": "extractive"})


@pytest.fixture
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    monkeypatch.setenv("CHUHAI_HOME", str(tmp_path))
    st.cache_resource.clear()
    return evaluations()


def keep(home: Path, name: str, run: dict[str, Any], date: str) -> None:
    path = home / "evals" / name
    files.write(path, files.text_of(run))
    files.write(files.costs_beside(path), json.dumps({"date": date, "seconds": 3.0}))


def calm(page: AppTest) -> AppTest:
    assert not page.exception
    return page


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_without_a_run_the_page_says_how_to_make_one_and_shows_the_baseline(
    page: AppTest, lang: Any
) -> None:
    page.query_params["lang"] = lang
    calm(page.run())
    assert word("evaluations.none", lang) in shown(page)
    assert "chuhai eval run" in shown(page)
    assert page.selectbox(key="evaluations-run").value == "baseline/whitepaper"
    assert word("evaluations.worst_scores", lang) in shown(page)


def test_metrics_have_their_intervals_as_figures_and_as_whiskers(page: AppTest) -> None:
    calm(page.run())
    baseline = files.read(Path("evals/baselines/whitepaper.json").absolute())
    recall = baseline["metrics"]["all"]["recall@5"]
    said = f"{recall['value']:.3f} [{recall['low']:.3f}, {recall['high']:.3f}]"
    assert shown(page).count(said) == 2  # in the chart and in the table
    left, wide = 100 * recall["low"], 100 * (recall["high"] - recall["low"])
    assert f'ch-whisker" style="left:{left:.1f}%;width:{wide:.1f}%' in shown(page)


def test_the_worst_cases_stand_beside_their_evidence_and_stay_text(
    page: AppTest, tmp_path: Path
) -> None:
    keep(tmp_path, "latest.json", run_of("别的句子"), "2026-01-02T03:04:05+00:00")
    calm(page.run())
    assert page.selectbox(key="evaluations-run").value == "home/latest"
    assert '<blockquote class="ch-missed">展会成本高</blockquote>' in shown(page)
    assert "[1] 别的句子" in shown(page)
    assert "&lt;script&gt;" in shown(page)
    assert "<script" not in shown(page)
    assert "<img" not in shown(page)
    page.selectbox(key="evaluations-lang").set_value("en").run()
    assert "<b>x00</b>" in shown(page)
    assert "<b>x01</b>" not in shown(page)


def test_two_runs_are_compared_and_the_difference_is_judged(page: AppTest, tmp_path: Path) -> None:
    keep(tmp_path, "run-20260101000000.json", run_of("展会成本高"), "2026-01-01T00:00:00+00:00")
    keep(tmp_path, "latest.json", run_of("别的句子"), "2026-01-02T03:04:05+00:00")
    calm(page.run())
    assert page.selectbox(key="evaluations-before").value == "home/run-20260101000000"
    assert ">变差<" in shown(page)
    page.selectbox(key="evaluations-run").set_value("home/run-20260101000000").run()
    assert ">变好<" in shown(calm(page))


def test_runs_without_a_case_in_common_are_a_card(page: AppTest, tmp_path: Path) -> None:
    keep(tmp_path, "latest.json", run_of("别的句子"), "2026-01-02T03:04:05+00:00")
    calm(page.run())
    assert page.selectbox(key="evaluations-before").value == "baseline/whitepaper"
    assert "两次评测没有相同的题" in shown(page)


def test_a_file_that_is_no_run_is_a_card_with_the_mend(page: AppTest, tmp_path: Path) -> None:
    files.write(tmp_path / "evals" / "latest.json", "{")
    calm(page.run())
    assert "chuhai eval run" in shown(page)
    assert word("frame.error", "zh") in shown(page)
