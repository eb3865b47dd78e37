"""Two editions of one document: anchors say what belongs together, counting says nothing."""

import pytest

from chuhai.corpus.align import Companions, Links, Piece, align, companions, pieces
from chuhai.corpus.documents import decode
from chuhai.domain import Document

ZH = """---
language: zh
---
# 渠道 {#h1}

展会很贵。{#s1}企业仍然参展。{#s2}代理更近。{#s3} {#p1}

- 200人 {#p2}

> “信任是核心。” {#p3 speaker="王"}

没有锚点的一段。
"""
EN = """---
language: en
translation_of: a.zh.md
---
# Channels {#h1}

Fairs cost much.{#s1} Agents are nearer.{#s3} {#p1}

- 200 people {#p2}

> “Trust is the core.” {#p3 speaker="Wang"}

A paragraph without an anchor.
"""
ORIGINAL, TRANSLATION = decode("a.zh.md", ZH.encode()), decode("a.en.md", EN.encode())
ALIGNED = align(ORIGINAL, TRANSLATION)


def cut(document: Document, piece: Piece) -> str:
    return document.text[piece.start : piece.end]


def said(quote: str) -> str | None:
    start = ORIGINAL.text.index(quote)
    other = ALIGNED.of(start, start + len(quote))
    return None if other is None else other.text


def test_a_piece_is_what_an_anchor_names_without_the_marks_around_it() -> None:
    found = {key: cut(ORIGINAL, piece) for key, piece in pieces(ORIGINAL).items()}
    assert found == {
        ("h1", ""): "渠道",
        ("p1", "s1"): "展会很贵。",
        ("p1", "s2"): "企业仍然参展。",
        ("p1", "s3"): "代理更近。",
        ("p2", ""): "200人",
        ("p3", ""): "“信任是核心。”",
    }


def test_pieces_meet_by_name_and_one_without_a_partner_is_left_out() -> None:
    pairs = [
        (cut(ORIGINAL, one), cut(TRANSLATION, other))
        for one, other in zip(ALIGNED.pieces, ALIGNED.partners, strict=True)
    ]
    assert pairs == [
        ("渠道", "Channels"),
        ("展会很贵。", "Fairs cost much."),
        ("代理更近。", "Agents are nearer."),
        ("200人", "200 people"),
        ("“信任是核心。”", "“Trust is the core.”"),
    ]


@pytest.mark.parametrize(
    ("quote", "translated"),
    [
        ("展会很贵。", "Fairs cost much."),
        ("很贵", "Fairs cost much."),
        ("展会很贵。企业仍然参展。代理更近。", "Fairs cost much. Agents are nearer."),
        ("代理更近。\n\n- 200人", "Agents are nearer.\n\n- 200 people"),
        ("企业仍然参展。", None),
        ("没有锚点的一段。", None),
    ],
)
def test_what_is_said_in_the_other_edition_is_whole_pieces_of_it(
    quote: str, translated: str | None
) -> None:
    assert said(quote) == translated


def test_a_translation_is_cut_from_its_document_and_keeps_its_speaker() -> None:
    for piece in ALIGNED.pieces:
        other = ALIGNED.of(piece.start, piece.end)
        assert other is not None
        assert other.document == "a.en.md"
        assert other.text == TRANSLATION.text[other.start : other.end]
    spoken = ALIGNED.of(ALIGNED.pieces[-1].start, ALIGNED.pieces[-1].end)
    assert spoken is not None
    assert spoken.speaker == "Wang"


def test_nothing_before_the_first_piece_is_translated() -> None:
    original = decode("a.zh.md", "开头。\n\n正文。 {#p1}\n".encode())
    aligned = align(original, decode("a.en.md", b"Text. {#p1}\n"))
    assert aligned.of(0, 3) is None
    assert align(original, decode("b.en.md", b"Other. {#p9}\n")).of(0, 3) is None


def test_a_sentence_takes_nothing_of_the_next_that_touches_it() -> None:
    original = decode("a.zh.md", "一。{#s1}二。{#s2} {#p1}\n".encode())
    aligned = align(original, decode("a.en.md", b"One.{#s1} Two.{#s2} {#p1}\n"))
    texts = [aligned.of(start, end) for start, end in ((0, 2), (2, 4), (0, 4))]
    assert [other.text for other in texts if other] == ["One.", "Two.", "One. Two."]


def test_partners_are_found_whatever_their_order() -> None:
    original = decode("a.zh.md", "一。 {#p1}\n\n二。 {#p2}\n".encode())
    aligned = align(original, decode("a.en.md", b"Two. {#p2}\n\nOne. {#p1}\n"))
    texts = [aligned.of(piece.start, piece.end) for piece in aligned.pieces]
    assert [other.text for other in texts if other] == ["One.", "Two."]


def test_a_heading_path_is_translated_whole_or_not_at_all() -> None:
    original = decode("a.zh.md", "# 章 {#h1}\n\n## 节 {#h2}\n\n文。 {#p1}\n".encode())
    whole = align(original, decode("a.en.md", b"# Chapter {#h1}\n\n## Section {#h2}\n"))
    part = align(original, decode("a.en.md", b"# Chapter {#h1}\n"))
    assert whole.heading(original, ("章", "节")) == ("Chapter", "Section")
    assert part.heading(original, ("章",)) == ("Chapter",)
    assert part.heading(original, ("章", "节")) == ()
    assert whole.heading(original, ("没有",)) == ()
    assert whole.heading(original, ()) == ()


@pytest.mark.parametrize(
    ("translates", "found"),
    [
        ({"a.zh.md": None, "a.en.md": "a.zh.md"}, {"a.zh.md": "a.en.md"}),
        ({"a.md": None, "b.md": None}, {}),
        ({"a.md": "gone.md"}, {}),
        ({"a.md": "a.md"}, {}),
        ({"a.md": None, "b.md": "a.md", "c.md": "b.md"}, {"a.md": "b.md"}),
        ({"a.md": "b.md", "b.md": "a.md"}, {}),
        ({"z.md": "a.md", "b.md": "a.md", "a.md": None}, {"a.md": "b.md"}),
        ({}, {}),
    ],
    ids=[
        "a pair",
        "no translation",
        "of a missing document",
        "of itself",
        "of a translation",
        "of one another",
        "two of one",
        "nothing",
    ],
)
def test_an_original_has_the_first_translation_that_names_it(
    translates: dict[str, str | None], found: dict[str, str]
) -> None:
    said = {path: Links(translates=original) for path, original in translates.items()}
    assert companions(said) == {one: Companions(other) for one, other in found.items()}
    restated = {path: Links(restates=original) for path, original in translates.items()}
    assert companions(restated) == {one: Companions(plain=other) for one, other in found.items()}
    asked = {path: Links(asks=original) for path, original in translates.items()}
    assert companions(asked) == {one: Companions(asked=other) for one, other in found.items()}


def test_a_translation_names_its_original_in_its_own_folder() -> None:
    named = b"---\ntranslation_of: a.zh.md\n---\nText."
    assert decode("sub/a.en.md", named).translation_of == "sub/a.zh.md"
    assert decode("a.en.md", named).translation_of == "a.zh.md"
    assert decode("a.en.md", b"Text.").translation_of is None
