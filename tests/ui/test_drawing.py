"""What the component is given to draw: badges, cards, copies. No browser, no server."""

from dataclasses import replace

import pytest

from chuhai.domain import Answer, Citation, Passage, Sentence, Support, Translation
from pages import panel, sources, turns
from pages.strings import text

ZH, EN = "甲乙。丙丁。", "First. Second."
PASSAGE = Passage(
    passage_id="d.zh.md#b1",
    content_hash="h1",
    document="d.zh.md",
    title="标题",
    lang="zh",
    start=10,
    end=16,
    text=ZH,
    sentences=(
        Sentence(10, 13, translation=Translation("d.en.md", 0, 6, "First.")),
        Sentence(13, 16, translation=Translation("d.en.md", 7, 14, "Second.")),
    ),
    heading=("标题", "一节"),
    locator="第 3 页",
    translation=Translation("d.en.md", 0, 14, EN),
    other_heading=("Title", "A section"),
)
CITED = Citation(
    n=1,
    passage_id=PASSAGE.passage_id,
    content_hash="h1",
    document="d.zh.md",
    title="标题",
    heading=PASSAGE.heading,
    locator="第 3 页",
    start=13,
    end=16,
    quote="丙丁。",
    translation=Translation("d.en.md", 7, 14, "Second."),
    support="verbatim",
)


def answer(words: str, *supports: Support) -> Answer:
    cited = tuple(replace(CITED, n=n, support=s) for n, s in enumerate(supports, 1))
    return Answer("q", "q", "zh", words, cited, None, (), "extractive", None, {})


def test_markers_are_told_from_brackets_of_a_document_and_of_nothing() -> None:
    (block,) = turns.badged(answer(r"- R\&D\: see \[9\] and \*this\* [1][2]", "verbatim"))
    assert block["bullet"]
    assert block["parts"] == ["R&D: see [9] and *this* ", 1, "[2]"]


def test_each_claim_has_the_worst_verdict_of_what_it_brings() -> None:
    found = turns.badged(
        answer("甲 [1]\n- 乙 [2][3]\n- 丙 [1]\n- 丁", "paraphrase", "verbatim", "unsupported")
    )
    assert [b["support"] for b in found] == ["paraphrase", "unsupported", "paraphrase", ""]


@pytest.mark.parametrize(
    ("lang", "place", "told"),
    [
        ("en", "第 3 页", "page 3"),
        ("en", "第 18 块、第 19 块", "block 18, 19"),
        ("zh", "第 3 页", "第 3 页"),
        ("en", "附录 第 2 节", "附录 第 2 节"),
        ("en", None, None),
    ],
)
def test_a_locator_is_told_in_the_readers_language(
    lang: str, place: str | None, told: str | None
) -> None:
    assert sources.locator(place, "en" if lang == "en" else "zh") == told


def test_a_card_parts_each_edition_at_its_sentence_the_readers_first() -> None:
    card = sources.cited(CITED, PASSAGE, "en")
    assert [(f["before"], f["quote"], f["after"]) for f in card["faces"]] == [
        ("First. ", "Second.", ""),
        ("甲乙。", "丙丁。", ""),
    ]
    assert [f["label"] for f in card["faces"]] == [text("translation", "en"), "Original"]
    assert (card["title"], card["heading"], card["locator"]) == ("Title", ["A section"], "page 3")
    assert card["link"] == "?passage=d.zh.md%23b1&v=h1&at=3"


def test_a_link_highlights_its_sentence_until_the_source_changes() -> None:
    linked = sources.whole(PASSAGE, "zh", 3, "h1")
    assert [face["quote"] for face in linked["faces"]] == ["丙丁。", "Second."]
    assert not linked["note"]
    changed = sources.whole(PASSAGE, "zh", 3, "h0")
    assert [face["quote"] for face in changed["faces"]] == ["", ""]
    assert changed["note"] == text("link.changed", "zh")
    elsewhere = sources.whole(PASSAGE, "zh", 1, "h1")
    assert [face["before"] for face in elsewhere["faces"]] == [ZH, EN]


def test_what_is_copied_has_the_original_and_where_it_stands() -> None:
    said = answer("Second\\. [1]\n- 乙", "verbatim")
    cards = [sources.cited(CITED, PASSAGE, "en")]
    copied = sources.copied(said, cards, turns.badged(said))
    assert copied["plain"] == "Second.\n• 乙"
    assert copied["cited"].splitlines() == [
        "Second. [1]",
        "• 乙",
        "",
        "[1] “丙丁。” — Title › A section, page 3, d.zh.md",
    ]


def test_marks_that_turn_the_reading_order_are_seen_as_lost_characters() -> None:
    turned = "9\u202e66\u202c\u2066"
    assert sources.unturned(turned) == "9\ufffd66\ufffd\ufffd"
    card = sources.cited(replace(CITED, quote=turned), None, "zh")
    assert "\u202e" not in card["faces"][0]["quote"]
    assert "\u202e" not in panel.inert(turned) + panel.plain(turned) + panel.as_html(turned)


def test_a_very_long_label_is_cut() -> None:
    assert len(panel.inert("x" * 5000)) < 200
