"""Figures of an answer as bars: only what can be compared."""

from dataclasses import replace

from chuhai.corpus.figures import Figure, Place
from chuhai.domain import Answer, Citation, Lang, Passage
from chuhai.export.charts import charts
from chuhai.export.library import Library

TEXT = "高成本占66%，难以互动占超过54%，另有7亿人。"
CITED = Citation(1, "p", "h", "d.md", "T", (), None, 0, len(TEXT), TEXT, None, "verbatim")
PASSAGE = Passage("p", "h", "d.md", "T", "zh", 0, len(TEXT), TEXT, ())


def figure(name: str, value: float, group: str | None = "worries", unit: str = "%") -> Figure:
    words = {"zh": f"{name}项", "en": name}
    return Figure(
        id=name,
        place=Place("d.md", "a", "…"),
        value=value,
        unit=unit,
        population="chinese_firms",
        subject={"zh": "顾虑", "en": "worries"},
        measure=words,
        group=group,
    )


def answer(lang: Lang = "zh", cited: Citation = CITED) -> Answer:
    return Answer("q", "q", lang, f"{TEXT} [1]", (cited,), None, (), "extractive", None, {})


def library(*figures: Figure, passage: Passage = PASSAGE) -> Library:
    return Library(passages={"p": passage}, figures=tuple((f, 2, 6) for f in figures))


def test_two_shares_of_one_question_are_a_chart_the_longest_first() -> None:
    high, more = figure("cost", 66), replace(figure("rare", 54), qualifier="over")
    (chart,) = charts(answer(), library(more, high))
    assert chart.subject == "顾虑"
    assert [(bar.measure, bar.written, bar.percent, bar.n) for bar in chart.bars] == [
        ("cost项", "66%", 66, 1),
        ("rare项", "超过54%", 54, 1),
    ]
    (english,) = charts(answer("en"), library(high, more))
    assert [bar.written for bar in english.bars] == ["66%", "over 54%"]


def test_what_cannot_be_compared_is_no_chart() -> None:
    high = figure("cost", 66)
    for other in (
        figure("rare", 54, group="others"),
        figure("rare", 54, group=None),
        figure("rare", 54, unit="people"),
        replace(figure("rare", 54), population="overseas_decision_makers"),
        replace(figure("rare", 54), value_to=60.0),
        replace(high, id="again"),
    ):
        assert charts(answer(), library(high, other)) == []


def test_figures_outside_the_cited_sentence_or_of_a_changed_source_are_left_out() -> None:
    two = (figure("cost", 66), figure("rare", 54))
    assert charts(answer(cited=replace(CITED, start=4)), library(*two)) == []
    changed = replace(PASSAGE, content_hash="new")
    assert charts(answer(), library(*two, passage=changed)) == []
