"""Files to canonical documents: markup goes, nothing else does."""

import itertools
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chuhai.corpus.documents import SourceFile, decode, read_bytes, scan
from chuhai.corpus.markdown import parse
from chuhai.errors import DocumentError

MARKUP = "#*_`[](){}<>!-~\"'=\\:; \n\tab一二。"


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("品牌**出海**很难", "品牌出海很难"),
        ("**“信任”**是核心", "“信任”是核心"),
        ("***both*** and __bold__ and *one* and _two_", "both and bold and one and two"),
        ("**bold *and* more**", "bold and more"),
        ("**bold *and***", "bold and"),
        ("2*3*4 and snake_case_name", "2*3*4 and snake_case_name"),
        ("a * b * c", "a * b * c"),
        ('[领英](https://a.example/x(1) "t")和![图](a.png)', "领英和图"),
        ("[3] is no link", "[3] is no link"),
        ("before<!-- a\nnote -->after", "beforeafter"),
        ("<!-- never closed", "<!-- never closed"),
        ("<!--> still open", "<!--> still open"),
        ("text {#b1 role=finding}", "text"),
        ("text {#b1} in the middle", "text  in the middle"),
        ("set {a, b} of {x}", "set {a, b} of {x}"),
        ('<a id="x"></a>Title', "Title"),
        ("> quoted\n> > twice", "quoted\ntwice"),
        ("# Title ##", "Title"),
        ("# C#", "C#"),
        ("#hashtag", "#hashtag"),
        ("```\n# no *heading* {#x}\n```", "```\n# no *heading* {#x}\n```"),
        ("- item\n1. one", "- item\n1. one"),
    ],
)
def test_markup_is_removed_and_nothing_else(raw: str, text: str) -> None:
    assert parse(raw).text == text


def test_front_matter_is_read_and_left_out() -> None:
    parsed = parse("---\ntitle: 信任\nyear:\n---\n正文")
    assert parsed.text == "正文"
    assert parsed.front_matter == {"title": "信任", "year": None}


@pytest.mark.parametrize(
    "raw",
    [
        "---\n[unclosed\n---\ntext",
        "---\n- a list\n---\ntext",
        "---\nday: 2024-13-45\n---\ntext",
        "---\n!!python/object:os.system x\n---\ntext",
        "---\n" + "[" * 5000 + "\n---\ntext",
        "---\nnever closed",
    ],
)
def test_front_matter_that_cannot_be_read_is_text(raw: str) -> None:
    parsed = parse(raw)
    assert (parsed.text, parsed.front_matter) == (raw, {})


def test_a_front_matter_bomb_is_not_unfolded() -> None:
    levels = "".join(f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]\n" for i in range(1, 30))
    document = decode("a.md", f"---\na0: &a0 [x]\n{levels}title: 书\n---\n正文".encode())
    assert document.title == "书"


def test_a_line_says_what_its_markup_said() -> None:
    heading, item, text = parse(
        '## 渠道 {#h1}\n\n- 展会 {role=option}\n\n句子。 {#p1 block=11 themes="a,b"}'
    ).lines
    assert (heading.level, heading.attributes["id"]) == (2, "h1")
    assert (item.item, item.attributes["role"]) == (True, "option")
    assert dict(text.attributes) == {"id": "p1", "block": "11", "themes": "a,b"}


@pytest.mark.parametrize(
    ("raw", "marks"),
    [
        ("一句。{#s1}二句。{#s2} {#p1}", [("一句。", "s1"), ("一句。二句。", "s2")]),
        ("One.{#s1} Two.{#s2} {#p1 role=finding}", [("One.", "s1"), ("One. Two.", "s2")]),
        ("- 一项。{#s1}完。 {#p1}", [("- 一项。", "s1")]),
        ("> 引文。{#s1}完。 {#p1}", [("引文。", "s1")]),
        ("# 题{#s1} ## {#h1}", [("题", "s1")]),
        ("**一句。{#s1}二句。**{#s2} {#p1}", [("一句。", "s1"), ("一句。二句。", "s2")]),
        ("[领英](https://a.example)很好。{#s1} {#p1}", [("领英很好。", "s1")]),
        ("一。{#s1}{#s2} {#p1}", [("一。", "s1"), ("一。", "s2")]),
        ("{#s0}一。 {#p1}", [("", "s0")]),
        ('<a id="x"></a>一。{#s1} {#p1}', [("一。", "s1")]),
        ("\ue000一\ue001。{#s1} {#p1}", [("\ue000一\ue001。", "s1")]),
        ("一句。{#s1}", []),
        ("一句。", []),
    ],
)
def test_anchors_inside_a_line_are_marks_at_their_places(
    raw: str, marks: list[tuple[str, str]]
) -> None:
    parsed = parse(f"前文\n\n{raw}")
    line = parsed.lines[-1]
    assert [(parsed.text[line.start : place], name) for place, name in line.marks] == marks


def test_an_anchor_in_a_fence_is_text() -> None:
    parsed = parse("```\n一。{#s1}二。\n```")
    assert parsed.text == "```\n一。{#s1}二。\n```"
    assert [line.marks for line in parsed.lines] == [(), (), ()]


@given(st.lists(st.text(alphabet="ab一二。. ", min_size=1), min_size=1, max_size=5))
def test_marks_stand_where_their_anchors_stood(sentences: list[str]) -> None:
    raw = "x" + "".join(f"{text}{{#s{number}}}" for number, text in enumerate(sentences))
    (line,) = parse(raw + " {#p1}").lines
    lengths = [len(text) for text in sentences]
    places = list(itertools.accumulate(lengths, initial=1))[1:]
    assert line.marks == tuple((place, f"s{number}") for number, place in enumerate(places))


def test_a_paragraph_knows_its_marks_and_its_own_anchor() -> None:
    document = decode(
        "a.md", "# 题 {#h1}\n\n一句。{#s1}二句。{#s2} {#p1}\n\n三句。 {#p2}\n".encode()
    )
    _, marked, plain = document.paragraphs
    assert [(document.text[:place][-3:], name) for place, name in marked.marks] == [
        ("一句。", "s1"),
        ("二句。", "s2"),
    ]
    assert (marked.anchor, plain.anchor, plain.marks) == ("p1", "p2", ())


def test_a_line_with_marks_does_not_wrap_the_one_before() -> None:
    document = decode("a.md", "上一行\n下一行。{#s1}完。\n".encode())
    assert len(document.paragraphs) == 2


@settings(deadline=None, max_examples=200)
@given(
    st.one_of(
        st.text(), st.text(alphabet=MARKUP), st.text(alphabet=MARKUP).map("---\n{}\n---\n".format)
    )
)
def test_no_markdown_fails_and_every_line_is_cut_from_the_text(raw: str) -> None:
    parsed = parse(raw)
    rows = set(parsed.text.split("\n"))
    assert all(parsed.text[line.start : line.end] in rows for line in parsed.lines)
    assert len([row for row in parsed.text.split("\n") if row.strip()]) == len(parsed.lines)


@pytest.mark.parametrize(
    "raw",
    [
        "**a " * 20_000,
        "***a " * 20_000,
        "__a " * 20_000,
        "<!--" * 20_000,
        "x" + " " * 80_000 + "y",
        "# " + " " * 80_000 + "x",
        "{#" * 40_000,
        "a{#x}" * 20_000,
        "{a=b " * 20_000,
        "{" + "a=b " * 20_000,
        "[a](" * 20_000,
        "[" * 80_000,
        "> " * 40_000,
        "\n" * 80_000 + "x",
        ":\n" * 40_000,
    ],
    ids=lambda raw: repr(raw[:6]),
)
@pytest.mark.parametrize("name", ["hostile.md", "hostile.txt"])
def test_a_hostile_line_is_read_at_once(raw: str, name: str) -> None:
    from chuhai.language.sentences import split

    started = time.process_time()
    split(decode(name, f"{raw}\nend".encode()).text)
    # Each took between 5 s and minutes before its pattern was made linear; now under 0.2 s.
    assert time.process_time() - started < 3


def test_plain_text_loses_its_mark_and_carriage_returns_only() -> None:
    raw = "\ufeff# 一 *二*\r\n三\r\n\r\n四 {#x}\r五".encode()
    document = decode("notes.txt", raw)
    assert document.text == "# 一 *二*\n三\n\n四 {#x}\n五"
    assert [document.text[p.start : p.end] for p in document.paragraphs] == [
        "# 一 *二*\n三",
        "四 {#x}\n五",
    ]
    assert (document.title, document.lang) == ("notes", "zh")


def test_markdown_gets_title_language_kind_and_paragraphs() -> None:
    document = decode(
        "sub/02-x.zh.md",
        "---\ntitle: 书\nlanguage: zh\nkind: survey\npublisher: 领英\n---\n"
        '# 章\n\n一段。 {#p1 block=11,12 role=finding themes="a,b" speaker="王 某"}\n\n'
        "## 节\n\nwrapped\nline\n".encode(),
    )
    assert (document.title, document.lang, document.kind) == ("书", "zh", "survey")
    assert document.source == {"publisher": "领英"}
    chapter, first, section, wrapped = document.paragraphs
    assert (chapter.role, chapter.heading) == ("heading", ("章",))
    assert (first.anchor, first.locator, first.role) == ("p1", "第 11、12 块", "finding")
    assert (first.themes, first.speaker) == (("a", "b"), "王 某")
    assert section.heading == wrapped.heading == ("章", "节")
    assert document.text[wrapped.start : wrapped.end] == "wrapped\nline"


def test_a_title_is_the_first_heading_or_else_the_file_name() -> None:
    assert decode("a.md", b"# Fairs\n\nx").title == "Fairs"
    assert decode("sub/a-b.en.md", b"just text").title == "a-b"


@pytest.mark.parametrize(
    ("name", "content", "en", "zh"),
    [
        ("a.md", "展会".encode("gb18030"), "iconv -f GB18030", "iconv -f GB18030"),
        ("a.md", "text".encode("utf-16"), "UTF-8", "UTF-8"),
        ("a.txt", "text".encode("utf-16-le"), "not a text file", "不是文本文件"),
        ("a.md", b"", "is empty", "是空的"),
        ("a.txt", b" \n\xef\xbb\xbf \n---", "is empty", "是空的"),
        ("a.md", b"---\ntitle: x\n---\n", "is empty", "是空的"),
    ],
)
def test_a_bad_file_is_one_clear_line_in_both_languages(
    name: str, content: bytes, en: str, zh: str
) -> None:
    with pytest.raises(DocumentError) as raised:
        decode(name, content)
    assert en in raised.value.message("en")
    assert zh in raised.value.message("zh")
    for line in (raised.value.message("en"), raised.value.message("zh")):
        assert name in line
        assert "\n" not in line


@pytest.mark.parametrize("absolute", ["gone.md", "."])
def test_a_file_that_is_missing_or_unreadable_says_so(tmp_path: Path, absolute: str) -> None:
    with pytest.raises(DocumentError) as raised:
        read_bytes(SourceFile("gone.md", tmp_path / absolute, 1, 1))
    assert "gone.md cannot be read" in raised.value.message("en")
    assert "读不了 gone.md" in raised.value.message("zh")


def test_a_missing_folder_says_so(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="no folder of documents") as raised:
        scan(tmp_path / "none")
    assert "不是文件夹" in raised.value.zh


def test_only_documents_are_found_by_their_path_in_order(tmp_path: Path) -> None:
    for name in ("b/2.txt", "a.MD", "b/1.markdown", ".git/x.md", "b/.x.md", "c.pdf", "d.md/e.md"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x", encoding="utf-8")
    assert [f.path for f in scan(tmp_path)] == ["a.MD", "b/1.markdown", "b/2.txt", "d.md/e.md"]
