"""An answer as JSON and back: nothing is lost, and what is no answer is refused by name."""

import json
from dataclasses import replace
from typing import Any

import pytest

from chuhai.answering.claims import blocks, escape
from chuhai.answers import answer_json, answer_of
from chuhai.domain import Answer, Citation, Nearest, Refusal, Translation

CITATION = Citation(
    n=1,
    passage_id="06.zh.md#b19p2",
    content_hash="d846",
    document="06.zh.md",
    title="传统海外营销手段",
    heading=("传统海外营销手段", "展会"),
    locator="第 19 块",
    start=3,
    end=9,
    quote="展会贵（66%）",
    translation=Translation("06.en.md", 4, 8, "Fairs cost (66%)"),
    support="paraphrase",
)
ANSWER = Answer(
    question="展会贵吗？",
    standalone_question="参加展会贵吗？",
    lang="zh",
    text="展会贵（66%） [1]",
    citations=(CITATION, replace(CITATION, n=2, locator=None, translation=None)),
    refusal=None,
    follow_ups=("代理呢？",),
    answerer="openai:any",
    degraded="模型中断",
    timings_ms={"total": 12.5},
)
REFUSED = replace(
    ANSWER,
    text="没有。",
    citations=(),
    refusal=Refusal("not_covered", "没有。", ("天气",), (Nearest("a#1", "a.md", ("A",)),)),
    degraded=None,
)


def through_json(answer: Answer) -> Any:
    return json.loads(json.dumps(answer_json(answer)))


@pytest.mark.parametrize("answer", [ANSWER, REFUSED], ids=["answer", "refusal"])
def test_an_answer_comes_back_as_it_went(answer: Answer) -> None:
    assert answer_of(through_json(answer)) == answer


def test_a_field_of_a_later_version_does_no_harm() -> None:
    assert answer_of(through_json(ANSWER) | {"mood": "sunny"}) == ANSWER


@pytest.mark.parametrize(
    ("path", "value", "named"),
    [
        (("lang",), "fr", "lang"),
        (("answer",), None, "answer"),
        (("citations",), {}, "citations"),
        (("citations", 0, "start"), "3", "start"),
        (("citations", 0, "start"), True, "start"),
        (("citations", 0, "support"), "proven", "support"),
        (("citations", 0, "heading"), [1], "heading"),
        (("citations", 0, "translation", "text"), 7, "text"),
        (("timings_ms",), {"total": "fast"}, "timings_ms"),
        (("refusal",), {"reason": "mood"}, "reason"),
    ],
)
def test_what_is_no_answer_is_refused_by_name(path: Any, value: Any, named: str) -> None:
    values = through_json(ANSWER)
    inner = values
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = value
    with pytest.raises(ValueError, match=named):
        answer_of(values)


@pytest.mark.parametrize("name", sorted(answer_json(ANSWER).keys() - {"id", "refused"}))
def test_a_missing_field_is_named(name: str) -> None:
    values = through_json(ANSWER)
    del values[name]
    with pytest.raises(ValueError, match=f"`{name}` is missing"):
        answer_of(values)


@pytest.mark.parametrize("values", [None, [], "x", 3])
def test_other_json_is_no_answer(values: Any) -> None:
    with pytest.raises(ValueError, match="missing"):
        answer_of(values)


@pytest.mark.parametrize(
    "words", ["R&D a:b *x* [1] <b> $y$ ~z~ `c` \\d", "- no item", "1. no item", "# 标题", "+x", "﷐"]
)
def test_an_answers_markdown_is_taken_apart_into_the_same_words(words: str) -> None:
    (block,) = blocks(f"- {escape(words)} [3][12]")
    assert block.bullet
    assert block.parts == (f"{words} ", 3, 12)
