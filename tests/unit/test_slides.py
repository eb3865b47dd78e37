"""Slides: nothing overlaps or is cut off, figures are large and quotations whole."""

import io
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pptx import Presentation
from tests.exports import (
    CITATION,
    EN,
    HOSTILE,
    HOSTILE_ANSWER,
    HOSTILE_LIBRARY,
    LIBRARY,
    REFUSED,
    SECOND,
    ZH,
)

from chuhai.corpus.figures import Figure, Place
from chuhai.domain import Answer
from chuhai.export.figures import key_figures, value
from chuhai.export.inert import clean, flat
from chuhai.export.layout import HIGH, MARGIN, WIDE, Box, Text, fitting, sheets
from chuhai.export.library import Library
from chuhai.export.slides import slides


def figure(number: float, unit: str = "%", **more: Any) -> Figure:
    values: dict[str, Any] = {
        "id": str(number),
        "place": Place(CITATION.document, "b19p2", "展会"),
        "value": number,
        "unit": unit,
        "population": "chinese_firms",
        "subject": {"zh": "对展会的顾虑", "en": "concerns about fairs"},
        "measure": {"zh": "费用高", "en": "they cost much"},
    }
    return Figure(**(values | more))


STATED = replace(
    LIBRARY,
    figures=(
        (figure(66.0), 20, 30),
        (figure(54.0, measure={"zh": "难以持续", "en": "do not last"}, qualifier="over"), 31, 40),
        (figure(3.0, "items"), 20, 30),
        (figure(99.0), 5, 15),
        (figure(98.0), 200, 210),
    ),
)


def deck(*answers: Answer, library: Library = STATED, lang: Any = "zh") -> Any:
    return Presentation(io.BytesIO(slides(answers[0].question, lang, answers, library)))


def runs(slide: Any) -> list[str]:
    return [
        run.text
        for shape in slide.shapes
        for paragraph in shape.text_frame.paragraphs
        for run in paragraph.runs
    ]


def boxes(slide: Any) -> list[tuple[int, int, int, int]]:
    return [
        (shape.left, shape.top, shape.left + shape.width, shape.top + shape.height)
        for shape in slide.shapes
    ]


def test_an_answer_is_one_slide_of_figures_and_quotations() -> None:
    (slide,) = deck(ZH).slides
    shown = runs(slide)
    assert slide.shapes.title.text_frame.text == ZH.question
    assert [text for text in shown if text.endswith("%")] == ["66%", "54%"]
    assert shown[shown.index("54%") - 1] == "超过 "
    assert {"费用高", "难以持续", "对展会的顾虑"} <= set(shown)
    for citation in ZH.citations:
        assert citation.quote in shown
        assert f"[{citation.n}] " in shown
    assert [text for text in shown if "(06-fairs.zh.md)" in text] == [
        "传统海外营销手段 · 第 19 块 (06-fairs.zh.md)",
        "传统海外营销手段 · 第 19 块 (06-fairs.zh.md) · 转述",
    ]


def test_a_reader_of_english_gets_the_translation_first_and_the_original_below() -> None:
    (slide,) = deck(EN, lang="en").slides
    shown = runs(slide)
    assert CITATION.translation is not None
    first = shown.index(CITATION.translation.text)
    assert shown[first - 1] == "Unofficial translation: "
    assert shown.index(CITATION.quote) > first
    assert "they cost much" in shown
    assert "over " in shown
    assert any("Translations are unofficial" in text for text in shown)
    assert "Traditional marketing overseas · block 19 (06-fairs.zh.md)" in shown


def test_the_whole_answer_stands_in_the_notes() -> None:
    (slide,) = deck(ZH).slides
    notes = slide.notes_slide.notes_text_frame.text
    assert notes.splitlines() == [ZH.question, "展会费用高（66%） [1][2]", "信任最重要 [2]"]


def test_a_refusal_is_a_slide_of_its_own() -> None:
    answered, refused = deck(ZH, REFUSED).slides
    assert "文档里没有答案" in runs(refused)
    assert flat(REFUSED.refusal.message if REFUSED.refusal else "") in runs(refused)
    assert "文档里没有答案" not in runs(answered)


def test_what_does_not_fit_goes_on_to_a_next_slide() -> None:
    long = replace(CITATION, quote="展会的参展费用很高，效果难说。" * 20)
    citations = tuple(replace(long, n=n) for n in range(1, 9))
    answer = replace(ZH, text="x [1]", citations=citations)
    made = list(deck(answer).slides)
    assert len(made) > 1
    assert made[1].shapes.title.text_frame.text == f"{ZH.question}（续 2）"
    shown = [text for slide in made for text in runs(slide)]
    assert shown.count(long.quote) == 8
    assert [text for text in shown if text.startswith("[") and text.endswith("] ")] == [
        f"[{n}] " for n in range(1, 9)
    ]


def test_more_figures_than_a_row_go_on_behind() -> None:
    many = tuple(
        (figure(float(n), measure={"zh": f"第{n}", "en": ""}), 20, 30) for n in range(1, 31)
    )
    made = list(
        deck(replace(ZH, citations=(CITATION,)), library=replace(STATED, figures=many)).slides
    )
    shown = [text for slide in made for text in runs(slide)]
    assert [text for text in shown if text.endswith("%")] == [f"{n}%" for n in range(1, 31)]
    assert len(made) == 3


@pytest.mark.parametrize("answers", [[ZH, EN, REFUSED], [HOSTILE_ANSWER]])
def test_nothing_overlaps_or_leaves_the_slide(answers: list[Answer]) -> None:
    made = deck(*answers, library=STATED if answers[0] is ZH else HOSTILE_LIBRARY)
    for slide in made.slides:
        placed = boxes(slide)
        for left, top, right, bottom in placed:
            assert left >= 0
            assert top >= 0
            assert right <= made.slide_width
            assert bottom <= made.slide_height
        for i, one in enumerate(placed):
            for other in placed[i + 1 :]:
                apart = one[2] <= other[0] or other[2] <= one[0]
                above = one[3] <= other[1] or other[3] <= one[1]
                assert apart or above


def test_hostile_quotations_are_whole_on_a_slide() -> None:
    shown = [
        text
        for slide in deck(HOSTILE_ANSWER, library=HOSTILE_LIBRARY).slides
        for text in runs(slide)
    ]
    assert flat(HOSTILE) in shown
    assert flat(f"other {HOSTILE}") in shown
    assert clean(HOSTILE) != HOSTILE


def test_a_very_long_question_is_cut_to_its_place() -> None:
    (slide,) = deck(replace(ZH, question="长" * 4000)).slides
    title = slide.shapes.title.text_frame.text
    assert title.endswith("…")
    assert Text(title, 12.0).height(WIDE - 2 * MARGIN) <= 72.0


@given(
    st.lists(st.floats(20, 900), max_size=30),
    st.sampled_from([108.0, 224.0]),
)
def test_cards_never_meet_and_keep_their_order(heights: list[float], first: float) -> None:
    made = sheets([(high, high * 0.55) for high in heights], first, 108.0)
    numbers = [number for sheet in made for number in sheet.places]
    assert sorted(numbers) == list(range(len(heights)))
    full = [sheet.places for sheet in made if sheet.places]
    assert all(max(one) < min(other) for one, other in pairwise(full))
    for sheet in made:
        placed = list(sheet.places.values())
        assert all(box.top + box.high <= HIGH - MARGIN + 0.01 for box in placed)
        assert all(box.left + box.wide <= WIDE - MARGIN + 0.01 for box in placed)
        for i, one in enumerate(placed):
            assert not any(meet(one, other) for other in placed[i + 1 :])


def meet(one: Box, other: Box) -> bool:
    across = one.left < other.left + other.wide and other.left < one.left + one.wide
    return across and one.top < other.top + other.high and other.top < one.top + one.high


def test_type_gets_smaller_until_it_fits() -> None:
    assert fitting("短", 400.0, 40.0, (28.0, 12.0)) == 28.0
    assert fitting("长" * 60, 400.0, 40.0, (28.0, 12.0)) == 12.0
    assert Text("长" * 10, 20.0).height(110.0) == 2 * 20.0 * 1.3


@pytest.mark.parametrize(
    ("stated", "zh", "en"),
    [
        (figure(66.0), "66%", "66%"),
        (figure(6.0, value_to=7.0), "6–7%", "6–7%"),
        (figure(7.5e9, "people"), "75亿人", "7.5 billion"),
        (figure(6.3e8, "people"), "6.3亿人", "630 million"),
        (figure(2000.0, "people"), "2,000人", "2,000"),
        (figure(1e5, "USD"), "10万美元", "US$100,000"),
        (figure(5.0, "times"), "5倍", "5×"),
        (figure(3.0, "years", value_to=5.0), "3–5年", "3–5 years"),
        (figure(1.0, "years"), "1年", "1 year"),
        (figure(70.0, "countries"), "70个国家", "70 countries"),
    ],
)
def test_a_figure_is_written_as_each_language_writes_it(stated: Figure, zh: str, en: str) -> None:
    assert (value(stated, "zh"), value(stated, "en")) == (zh, en)


def test_only_figures_inside_a_cited_sentence_are_shown_each_once() -> None:
    assert [found.value for found in key_figures(ZH, STATED)] == ["66%", "54%"]
    again = replace(ZH, citations=(CITATION, replace(CITATION, n=2)))
    assert [(found.value, found.n) for found in key_figures(again, STATED)] == [
        ("66%", 1),
        ("54%", 1),
    ]


def test_without_records_the_clause_that_states_a_number_is_its_label() -> None:
    found = key_figures(ZH, LIBRARY)
    assert [(one.value, one.measure, one.n) for one in found] == [
        ("66%", "展会的参展费用高（66%）", 1),
        ("54%", "难以持续互动（54%）", 1),
    ]
    foreign = key_figures(EN, LIBRARY)
    assert [(one.value, one.measure) for one in foreign] == [
        ("66%", "Fairs cost much (66%)"),
        ("54%", "do not last (54%)"),
    ]


def test_a_number_without_a_unit_is_no_key_figure() -> None:
    plain = replace(SECOND, quote="2019年有3家，约1,200人，7.5亿美元。", start=300, end=320)
    found = key_figures(replace(ZH, citations=(plain,)), LIBRARY)
    assert [one.value for one in found] == ["7.5亿"]
