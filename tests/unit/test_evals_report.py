"""The page of a run: self-contained, both languages, and nothing in it is taken for markup."""

import re
from html.parser import HTMLParser
from typing import Any

import pytest

from chuhai.evals.cases import Case
from chuhai.evals.causes import causes, causes_by_kind
from chuhai.evals.charts import Bar, bars
from chuhai.evals.costs import totals
from chuhai.evals.library import Library
from chuhai.evals.report import badness, page
from chuhai.evals.run import document, result
from chuhai.evals.scorers import Bench
from chuhai.evals.tables import columns, number, summary

HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>&\"'"
BENCH = Bench(Library({"a.zh.md": "展会成本高。" + HOSTILE}, []), lambda text, cited: False)


def run_of() -> dict[str, Any]:
    cases = [
        Case(
            HOSTILE if place else "x0",
            "zh" if place % 2 else "en",
            "fact" if place else "unanswerable",
            (f"{HOSTILE}{place}？",),
            (("展会成本高",),) if place else (),
            ((HOSTILE,),) if place else (),
            (),
            refuse=not place,
        )
        for place in range(4)
    ]
    answer = {
        "answer": f"{HOSTILE} [1]",
        "refused": False,
        "citations": [{"n": 1, "quote": HOSTILE}],
        "hits": [HOSTILE],
    }
    rows = [result(case, answer, BENCH) for case in cases]
    return document(cases, rows, {"version": HOSTILE, "answerer": "extractive"})


COSTS = {
    "date": HOSTILE,
    "seconds": 12.3,
    "price_per_million_tokens": [1.0, 2.0],
    "cases": {
        "a": {
            "timings_ms": {"total": 10.0},
            "usage": {"m": {"input_tokens": 5, "output_tokens": 2}},
        },
        "b": {"timings_ms": {"total": 30.0}},
    },
}


class Reader(HTMLParser):
    """The tags and attributes of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[tuple[str, str | None]] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= set(attrs)


def read(html: str) -> Reader:
    reader = Reader()
    reader.feed(html)
    return reader


def test_hostile_text_is_only_text() -> None:
    reader = read(page(run_of(), COSTS, "en"))
    assert not reader.tags & {"script", "img", "iframe", "link", "object", "a", "form"}
    assert not [name for name, _ in reader.attributes if name.startswith("on")]


def test_the_page_asks_for_nothing_outside() -> None:
    html = page(run_of(), COSTS, "zh")
    assert not [value for name, value in read(html).attributes if name in ("src", "href")]
    assert not re.search(r"url\(|@import", html)
    assert "default-src 'none'" in html


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_page_opens_in_the_language_asked_for_and_has_both(lang: Any) -> None:
    html = page(run_of(), COSTS, lang)
    assert f'id="{lang}" checked' in html
    assert "评测报告" in html
    assert "Evaluation report" in html
    assert "prefers-color-scheme:dark" in html


def test_the_needed_evidence_stands_beside_the_answer() -> None:
    html = page(run_of(), COSTS, "en")
    assert html.index("Worst cases") < html.index("<blockquote class='missed'>展会成本高")
    assert "The documents do not answer: refuse." in html


def test_a_page_of_scores_alone_has_no_worst_cases() -> None:
    run = run_of()
    for row in run["results"]:
        del row["answer"]
    assert "Worst cases" not in page(run, {}, "en")


def test_the_same_run_is_the_same_page() -> None:
    assert page(run_of(), COSTS, "en") == page(run_of(), COSTS, "en")


def test_the_worst_case_has_the_lowest_scores() -> None:
    good, bad = {"scores": {"fact_recall": 1.0}}, {"scores": {"fact_recall": 0.0, "length": 3.0}}
    assert badness(bad) > badness(good) == 0.0


def test_a_bar_is_as_long_as_its_share() -> None:
    figure = {"value": 0.5, "low": 0.25, "high": 0.75}
    svg = bars([Bar("<b>", "all", figure)])
    assert 'width="210.0"' in svg
    assert "&lt;b&gt;" in svg
    assert bars([]) == ""


def test_costs_are_summed() -> None:
    lines = {en: value for _, en, value in totals(COSTS)}
    assert lines["tokens (in / out)"] == "5 / 2"
    assert float(lines["cost"]) == pytest.approx(9e-6, abs=1e-4)
    assert totals({}) == []


def test_the_figures_are_told_in_both_languages() -> None:
    assert "证据召回@5" in summary(run_of(), "zh")
    assert "evidence recall@5" in summary(run_of(), "en")


def test_columns_stand_under_each_other_in_chinese_too() -> None:
    assert columns([["指标", "x"], ["n", "y"]]) == "指标  x\nn     y"


def case_row(kind: str, refused: bool, cited: float | None, five: float, ten: float) -> Any:
    scores = {"evidence_recall": cited, "recall@5": five, "recall@10": ten}
    return {"kind": kind, "lang": "en", "refuse": False, "refused": refused, "scores": scores}


def test_what_became_of_the_evidence_adds_up_and_unscored_rows_are_left_out() -> None:
    rows = [
        case_row("fact", False, 0.5, 0.75, 1.0),
        case_row("fact", True, 0.0, 1.0, 1.0),
        case_row("list", False, 1.0, 0.5, 0.5),
        case_row("list", False, None, 1.0, 1.0),
        {**case_row("why", False, 1.0, 1.0, 1.0), "refuse": True},
        {**case_row("why", False, 1.0, 1.0, 1.0), "scores": None},
    ]
    assert causes(rows[:1]) == {
        "cited": 0.5,
        "refused": 0.0,
        "passed_over": 0.25,
        "low": 0.25,
        "not_found": 0.0,
    }
    assert causes_by_kind(rows, ["fact", "list", "why"]) == [
        ("fact", "en", [0.25, 0.5, 0.125, 0.125, 0.0]),
        ("list", "en", [1.0, 0.0, 0.0, 0.0, 0.0]),
    ]
    assert causes(rows[4:]) is None


def test_the_page_and_the_summary_say_where_evidence_was_lost() -> None:
    run = run_of()
    zh, en = "前五段中有，未选句", "in the first five, not chosen"
    assert zh in page(run, COSTS, "zh")
    assert en in page(run, COSTS, "zh")
    assert zh in summary(run, "zh")
    assert en in summary(run, "en")


def test_nothing_is_not_less_than_nothing() -> None:
    assert (number(-0.00001), number(-0.0), number(-0.004)) == ("0.000", "0.000", "-0.004")
