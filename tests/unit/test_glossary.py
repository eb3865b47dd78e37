"""The glossary finds a question's terms and says what may stand for them."""

from pathlib import Path

import pytest

from chuhai.domain import Lang
from chuhai.errors import SettingsError
from chuhai.language.glossary import Concept, Glossary, read_glossary
from chuhai.retrieval.query import understand
from chuhai.settings import shipped

SHOW = Concept("trade-show", ("展会", "参展"), ("trade show", "exhibition"), "channel")
DRAWBACK = Concept("drawback", ("缺点", "弊病"), ("drawback", "downside"), "quality")
GLOSSARY = Glossary((SHOW, DRAWBACK))


def test_a_chinese_question_names_its_concepts() -> None:
    assert GLOSSARY.found("展会有什么缺点？") == {"展会": [SHOW], "缺点": [DRAWBACK]}


def test_traditional_characters_name_the_same_concepts() -> None:
    assert set(GLOSSARY.found("展會有什麼缺點？")) == {"展会", "缺点"}


def test_english_names_match_as_whole_words_whatever_their_ending() -> None:
    assert set(GLOSSARY.found("Downsides of trade shows?")) == {"downside", "trade show"}
    assert GLOSSARY.found("He shows a tradesman") == {}


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("国企出海", {"国企"}),
        ("中国企业出海", set()),
        ("国企和中国企业", {"国企"}),
        ("中国企业与国企", {"国企"}),
        ("國企", {"国企"}),
        ("国企。", {"国企"}),
        ("A国企B", {"国企"}),
        ("SOEs", {"soe"}),
        ("soever", set()),
    ],
)
def test_a_name_is_found_as_a_whole_word_only(text: str, named: set[str]) -> None:
    glossary = Glossary((Concept("soe", ("国企",), ("SOE",), "business"),))
    assert set(glossary.found(text)) == named


def test_a_name_of_several_words_is_found_from_border_to_border() -> None:
    budget = Concept("budget", ("营销预算",), ("marketing budget",), "money")
    glossary = Glossary((budget, SHOW))
    assert set(glossary.found("展会的营销预算")) == {"展会", "营销预算"}
    assert set(glossary.found("Marketing budgets for trade shows")) == {
        "marketing budget",
        "trade show",
    }


@pytest.mark.parametrize(
    ("text", "lang", "used"),
    [
        ("展会很贵", "zh", True),
        ("參展很貴", "zh", True),
        ("大型展会上", "zh", True),
        ("代理很贵", "zh", False),
        ("Trade shows cost much", "en", True),
        ("EXHIBITIONS", "en", True),
        ("The show must trade", "en", False),
        ("He is a tradesman", "en", False),
        ("trade show", "zh", False),
        ("展会", "en", False),
    ],
)
def test_a_text_uses_a_concept_by_any_name_of_its_language(
    text: str, lang: Lang, used: bool
) -> None:
    assert GLOSSARY.uses(text, SHOW, lang) is used


def test_a_name_within_another_word_is_used_and_not_found() -> None:
    soe = Concept("soe", ("国企",), ("SOE",), "business")
    glossary = Glossary((soe,))
    assert glossary.uses("中国企业", soe, "zh")
    assert glossary.found("中国企业") == {}


def test_longer_names_go_before_shorter_ones() -> None:
    brand = Concept("brand", ("品牌",), ("brand",), "brand")
    awareness = Concept("awareness", ("品牌认知度",), ("brand awareness",), "brand")
    found = Glossary((brand, awareness)).found("品牌认知度和 brand awareness")
    assert set(found) == {"品牌认知度", "brand awareness"}


def test_an_expansion_holds_the_other_names_of_both_languages() -> None:
    expansion = understand("展会", GLOSSARY).expansion
    assert expansion == {"展会": ["参展", "trade show", "exhibition"]}


def test_another_name_meets_a_want_a_little_less_than_the_asked_one() -> None:
    want = understand("缺点", GLOSSARY).wants[0]
    asked, other = want.met_by({"缺点", "_缺点"}), want.met_by({"弊病", "_弊病"})
    assert asked == 1.0
    assert 0.5 < other < asked
    assert want.met_by({"优点"}) == 0.0


def test_without_a_glossary_a_question_is_its_own_words() -> None:
    query = understand("展会的缺点", Glossary())
    assert "展会" in {want.name for want in query.wants}
    assert query.expansion == {}


def test_the_shipped_glossary_is_large_and_speaks_both_languages() -> None:
    glossary = read_glossary([shipped("corpus/glossary.toml")])
    assert len(glossary.concepts) >= 400
    assert all(concept.zh[0] and concept.en[0] for concept in glossary.concepts)


def test_a_term_of_ones_own_is_added_and_replaces_by_id(tmp_path: Path) -> None:
    own = tmp_path / "glossary.toml"
    own.write_text(
        '[[concept]]\nid = "trade-show"\nzh = "赶集"\nen = "market day"\n', encoding="utf-8"
    )
    glossary = read_glossary([shipped("corpus/glossary.toml"), own])
    named = [concept for concept in glossary.concepts if concept.id == "trade-show"]
    assert [concept.zh for concept in named] == [("赶集",)]


@pytest.mark.parametrize(
    "text",
    [
        "[[concept]]\nid = 1",
        "[[concept",
        '[[concept]]\nid = "a"\nzh = "一"\nen = "a"\nzh_also = "b"',
    ],
)
def test_a_broken_glossary_is_one_clear_line(tmp_path: Path, text: str) -> None:
    path = tmp_path / "glossary.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError, match="correct that entry"):
        read_glossary([path])
