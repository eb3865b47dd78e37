"""Quantities and polarity: what may be said of what was read, in both languages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chuhai.language.normalise import fold
from chuhai.language.polarity import added, denials, opposed, turns
from chuhai.language.quantities import quantities


def allowed(said: str, read: str) -> bool:
    """Whether every quantity that is said is allowed by one that was read."""
    found = quantities(read)
    assert quantities(said), said
    return all(any(one.allows(other) for other in found) for one in quantities(said))


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ("过半的企业", "53%的企业"),
        ("略过半数", "51%"),
        ("不到一半", "47%"),
        ("近六成", "近60%"),
        ("六成以上", "63%"),
        ("约三分之二", "66%"),
        ("二十分之一", "5%"),
        ("百分之六到七", "6%-7%"),
        ("每五家就有三家", "60%"),
        ("五家里有四家", "80%"),
        ("七十五亿人", "75亿+人口"),
        ("七十多亿人", "75亿人口"),
        ("十万美元", "10万美元"),
        ("三、五年", "三到五年"),
        ("十二个月", "1年"),
        ("半年", "6个月"),
        ("more than half", "57%"),
        ("just under half", "49%"),
        ("nearly one in ten", "9%"),
        ("four in five companies", "超过80%的企业"),
        ("two thirds", "三分之二"),
        ("three quarters", "75%"),
        ("twenty-five per cent", "25%"),
        ("7.5 billion people", "75亿人"),
        ("seven and a half billion", "7.5 billion"),
        ("US$100,000", "10万美元"),
        ("six to twelve months", "半年到1年"),
        ("a decade", "十年"),
        ("twice as many", "2倍"),
        ("five-fold", "5倍"),
        ("the second goal", "其次是"),
    ],
)
def test_one_quantity_is_said_in_many_ways(said: str, read: str) -> None:
    assert allowed(said, read)


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ("56%", "66%"),
        ("66家", "66%"),
        ("过半", "47%"),
        ("过半", "近一半"),
        ("七成", "60%"),
        ("三分之一", "66%"),
        ("100万美元", "10万美元"),
        ("五年", "五个月"),
        ("五年", "5倍"),
        ("第三", "第二"),
        ("over half", "nearly half"),
        ("three in five", "80%"),
        ("a quarter", "33%"),
        ("US$1 million", "10万美元"),
        ("7.5 million", "75亿"),
        ("ten years", "five years"),
        ("three times", "5倍"),
    ],
)
def test_another_quantity_is_not_the_same(said: str, read: str) -> None:
    assert not allowed(said, read)


@pytest.mark.parametrize(
    "text",
    [
        "B2B",
        "3C类产品",
        "千家万户",
        "千篇一律",
        "一家企业",
        "a firm",
        "百年老店",
        "其一",
        "十分重要",
    ],
)
def test_names_and_idioms_count_nothing(text: str) -> None:
    assert quantities(text) == ()


@given(st.text())
def test_any_text_is_read_and_places_lie_in_it(text: str) -> None:
    length = len(fold(text))
    for one in quantities(text):
        assert 0 <= one.start < one.end <= length
        assert one.low <= one.value <= one.high


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("并未进行布局", 1),
        ("难以坚持长期投入", 1),
        ("帮助不大", 1),
        ("不得不从内部开始", 0),
        ("不仅如此，差不多不超过五人", 0),
        ("重要不重要", 0),
        ("非常不同", 0),
        ("they do not and cannot", 2),
        ("not only here, no doubt", 0),
        ("it lacks drive and struggles", 2),
        ("no fewer than five", 0),
    ],
)
def test_denials_are_counted_and_harmless_ones_not(text: str, count: int) -> None:
    assert len(denials(text)) == count


@pytest.mark.parametrize(
    ("text", "held", "words"),
    [
        ("中国企业落后", "中国企业领先", ["落后"]),
        ("成本很高", "成本很低", ["高"]),
        ("高度重视", "重视程度低", []),
        ("领先，不落后", "中国企业领先", []),
        ("they trail", "they lead", ["trail"]),
        ("prices rise", "prices fall and rise", []),
    ],
)
def test_the_opposite_alone_is_opposed(text: str, held: str, words: list[str]) -> None:
    import rjieba

    def tokens(of: str) -> set[str]:
        return {*rjieba.cut(of), *of.split()}

    assert opposed(text, tokens(text), held, tokens(held)) == words


def test_what_is_claimed_beyond_the_source_is_named() -> None:
    beyond = added("最大的原因是价格", ["价格是原因之一"])
    assert (beyond["superlative"], beyond["cause"], beyond["most"]) == (True, False, False)
    assert added("most of them, because of it", ["some"])["cause"]


def test_turns_have_two_sides() -> None:
    assert [sort for sort, _, _ in turns("由存量竞争转为增量竞争")] == [0]
    assert len(turns("a rather than b, c ahead of d")) == 2
