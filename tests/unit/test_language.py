"""Language: what a text is in, its sentences, its numbers, its words."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chuhai.domain import Lang
from chuhai.language.detect import detect, has_han
from chuhai.language.normalise import fold
from chuhai.language.numbers import Number, each_number, numbers
from chuhai.language.phrases import phrase
from chuhai.language.sentences import leans, questions, shorten, split
from chuhai.language.words import content_terms, terms

MARKS = "。！？!?.…“”「」『』\"'()（）[]【】;；:：,，\n\t -*•1234567890. "


def cut(text: str) -> list[str]:
    return [text[start:end] for start, end in split(text)]


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("展会有什么缺点？", "zh"),
        ("Anker 的 brand 怎么做", "zh"),
        ("展會有什麼缺點？", "zh"),
        ("what does 出海 mean", "en"),
        ("What do fairs cost?", "en"),
        ("展示会の欠点は何ですか", "en"),
        ("전시회의 단점", "en"),
        ("¿Qué cuesta una feria?", "en"),
        ("😀😀", "en"),
        ("", "en"),
    ],
)
def test_a_text_is_chinese_where_chinese_carries_it(text: str, lang: Lang) -> None:
    assert detect(text) == lang


def test_one_chinese_character_is_seen() -> None:
    assert has_han("B2B 出")
    assert not has_han("B2B")


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("费用高。周期长！为什么？", ["费用高。", "周期长！", "为什么？"]),
        ("他说：“增长了3.5%。”然后走了。", ["他说：“增长了3.5%。”", "然后走了。"]),
        ("It grew by 3.5% a year. Then it fell.", ["It grew by 3.5% a year.", "Then it fell."]),
        ("Dr. Smith sells to the U.S. market.", ["Dr. Smith sells to the U.S. market."]),
        ("Tools, e.g. Email, help. So do fairs.", ["Tools, e.g. Email, help.", "So do fairs."]),
        ("- 第一项\n- 第二项", ["第一项", "第二项"]),
        ("1. Fairs cost much.\n2. Agents know more.", ["Fairs cost much.", "Agents know more."]),
        ("1. 展会费用。", ["展会费用。"]),
        ("(2) 展会费用。", ["展会费用。"]),
        ("“一。二。三。”", ["一。", "二。", "三。"]),
        ("A sentence that\nwraps here. Another.", ["A sentence that\nwraps here.", "Another."]),
        ("包括：\n展会", ["包括：", "展会"]),
        ("等等……然后呢。", ["等等……", "然后呢。"]),
        ("“ 一。 二 ”。", ["一。", "二 ”。"]),
        ("。。。！！", []),
        ("   ", []),
    ],
)
def test_a_text_is_cut_where_a_reader_would(text: str, sentences: list[str]) -> None:
    assert cut(text) == sentences


def test_wrapped_text_without_full_stops_is_cut_at_its_lines() -> None:
    lines = [f"line {number} of a long table " + "x" * 60 for number in range(8)]
    assert cut("\n".join(lines)) == lines


def test_only_the_part_asked_for_is_cut() -> None:
    text = "第一。第二。第三。"
    assert split(text, 3, 6) == [(3, 6)]


@settings(deadline=None)
@given(st.one_of(st.text(), st.text(alphabet=MARKS + "abA出海")))
def test_sentences_are_in_order_apart_and_inside_any_text(text: str) -> None:
    position = 0
    for start, end in split(text):
        assert position <= start < end <= len(text)
        assert text[start:end].strip() == text[start:end]
        position = end


@settings(deadline=None)
@given(st.text(alphabet=MARKS + "abA出海", max_size=300), st.integers(1, 50))
def test_a_shortened_sentence_keeps_its_words_within_the_limit(text: str, limit: int) -> None:
    parts = shorten(text, 0, len(text), limit)
    assert all(end - start <= limit for start, end in parts)
    assert all(one[1] <= other[0] for one, other in pairwise(parts))


def test_a_long_sentence_is_cut_at_a_clause() -> None:
    text = "展会的费用很高，" * 10
    assert all(text[start:end].endswith("，") for start, end in shorten(text, 0, len(text), 30))


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("75亿美元", {Number(7.5e9, False)}),
        ("7.5 billion", {Number(7.5e9, False)}),
        ("1.5万家", {Number(15000, False)}),
        ("2万亿", {Number(2e12, False)}),
        ("3 million buyers", {Number(3e6, False)}),
        ("3,200 firms", {Number(3200, False)}),
        ("６６％", {Number(66, True)}),
        ("66 percent", {Number(66, True)}),
        ("66%和54%", {Number(66, True), Number(54, True)}),
        ("2, 3 or 4,5", {Number(n, False) for n in (2, 3, 4, 5)}),
        ("100多万家", {Number(1e6, False)}),
        ("3余亿人和20几万", {Number(3e8, False), Number(2e5, False)}),
        ("100多家", {Number(100, False)}),
        ("近六成的企业", {Number(60, True)}),
        ("两成到三成", {Number(20, True), Number(30, True)}),
        ("百分之六十五", {Number(65, True)}),
        ("百分之百", {Number(100, True)}),
        ("十分之一", {Number(0.1, False)}),
        ("三分之二", {Number(0.666667, False)}),
        ("提高5个百分点", {Number(5, False)}),
        ("一百二十万人", {Number(1.2e6, False)}),
        ("两亿", {Number(2e8, False)}),
        ("一万亿", {Number(1e12, False)}),
        ("Three quarters of them", {Number(0.75, False)}),
        ("two-thirds and one half", {Number(0.666667, False), Number(0.5, False)}),
        ("one tenth", {Number(0.1, False)}),
        ("one fifths", {Number(0.2, False)}),
        ("one-off quarterly, someone half asleep", set()),
        ("成员十分成功，三成员各完成三种", set()),
        ("一成立就成功，三成本", set()),
        ("B2B", set()),
        ("none", set()),
    ],
)
def test_numbers_are_read_in_both_ways_of_writing_them(text: str, values: set[Number]) -> None:
    assert numbers(text) == values


def test_a_percentage_is_not_the_bare_number() -> None:
    assert numbers("63%").isdisjoint(numbers("63"))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("六成", "60%"),
        ("百分之六十", "60 percent"),
        ("三分之一", "one third"),
        ("四分之三", "three-quarters"),
        ("三千万", "30 million"),
        ("100多万", "1 million"),
        ("1.2亿", "120,000,000"),
        ("五万亿", "5,000 billion"),
    ],
)
def test_a_number_is_the_same_in_words_and_in_the_other_language(one: str, other: str) -> None:
    assert numbers(one) == numbers(other) != set()


def test_numbers_come_in_order_with_their_repeats() -> None:
    found = [(n.value, n.percent) for n in each_number("三成、5%、1/2 and 5%，一万")]
    assert found == [(30, True), (5, True), (1, False), (2, False), (5, True), (1e4, False)]


@given(st.text(alphabet="0123456789,.%零一两三六十百千万亿成分之多余几 kbnmilion"))
def test_any_text_has_numbers_or_none(text: str) -> None:
    assert all(number.value >= 0 for number in numbers(text))


def test_words_are_stems_and_function_words_are_left_out() -> None:
    assert terms("The brands are building trust") == ["brand", "build", "trust"]
    assert content_terms("what is the of") == set()


def test_chinese_gives_words_and_bigrams_that_weigh_apart() -> None:
    found = terms("品牌营销")
    assert {"品牌", "营销", "_品牌", "_牌营", "_营销"} <= set(found)
    assert "的" not in terms("的")
    assert not any(term.startswith("_") for term in content_terms("品牌营销"))


def test_traditional_full_width_and_capitals_match_their_plain_forms() -> None:
    assert terms("營銷渠道") == terms("营销渠道")
    assert terms("ＬｉｎｋｅｄＩｎ") == terms("linkedin")
    assert fold("ＡＢＣ營銷") == "abc营销"


@given(st.text())
def test_terms_hold_no_space_for_any_text(text: str) -> None:
    assert all(term and not any(ch.isspace() for ch in term) for term in terms(text))


def test_a_phrase_has_both_languages_and_wants_all_its_places() -> None:
    assert phrase("said", "zh", speaker="王") == "王："
    assert phrase("said", "en", speaker="Wang") == "Wang: "
    with pytest.raises(KeyError):
        phrase("said", "zh")
    with pytest.raises(KeyError):
        phrase("no such phrase", "en")


@pytest.mark.parametrize(
    "text", ["然而，展会很贵。", "“But it costs money.”", "这很贵。", "It grows."]
)
def test_a_sentence_that_leans_on_another_is_known(text: str) -> None:
    assert leans(text)


@pytest.mark.parametrize("text", ["展会很贵。", "Italy grows.", "Andes firms exhibit.", "Button"])
def test_a_sentence_that_stands_alone_leans_on_none(text: str) -> None:
    assert not leans(text)


def test_questions_of_both_languages_are_parted() -> None:
    listed = "贵吗？ 要多少？ / Is it dear? How much?"
    assert questions(listed) == ("贵吗？", "要多少？", "Is it dear?", "How much?")
    assert questions("Nothing asked.") == ()
