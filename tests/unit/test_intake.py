"""What is handed in: names made safe, bytes made text, hostile files turned away."""

import os
import socket
from pathlib import Path

import pytest
from tests.papers import docx, pdf

from chuhai.corpus import intake
from chuhai.corpus.documents import decode
from chuhai.corpus.encodings import to_utf8
from chuhai.corpus.intake import Handed, handed, take
from chuhai.corpus.names import key, safe_name, shown
from chuhai.errors import DocumentError

CHINESE = "展会很贵，占预算的三成。海外代理最了解当地的客户，但是品牌不在自己手里。"


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("手册.md", "手册.md"),
        ("Q3 report.TXT", "Q3 report.txt"),
        ("..", "document"),
        ("...md", "document.md"),
        (".hidden.md", "hidden.md"),
        ("a/b\\c:d.md", "a_b_c_d.md"),
        ('<x>"y"|?*.md', "_x_y_.md"),
        ("a#b1p1.md", "a_b1p1.md"),
        ("con.md", "_con.md"),
        ("LPT1.notes.md", "_LPT1.notes.md"),
        ("console.md", "console.md"),
        ("cafe\u0301.md", "caf\u00e9.md"),
        ("evil\u202etxt.md", "eviltxt.md"),
        ("a\x1b[31m\n b.md", "a[31m b.md"),
        ("half\udce9.md", "half_.md"),
        ("trailing. .md", "trailing.md"),
        ("\u200b.md", "document.md"),
    ],
)
def test_a_name_is_kept_as_every_system_can(name: str, kept: str) -> None:
    assert safe_name(name) == kept


@pytest.mark.parametrize("letter", ["长", "a", "\U00020000"])
def test_long_names_are_cut_and_stay_two(letter: str) -> None:
    one, other = safe_name(letter * 300 + "1.md"), safe_name(letter * 300 + "2.md")
    assert one != other
    assert all(len(name.encode()) < 200 and name.endswith(".md") for name in (one, other))


@pytest.mark.parametrize("name", ["手册.md", "CON", "a" * 400, "..#..", "\u202e", "a.b.c."])
def test_a_safe_name_is_safe_already(name: str) -> None:
    assert safe_name(safe_name(name)) == safe_name(name)


def test_names_are_one_where_a_file_system_may_take_them_for_one() -> None:
    assert key("README.md") == key("ReadMe.MD")
    assert key("cafe\u0301") == key("caf\u00e9")


def test_a_path_in_a_message_moves_no_cursor() -> None:
    assert shown("a\x1b[2J\r\n\u202eb") == "a?[2J???b"


@pytest.mark.parametrize("encoding", ["gb18030", "gbk", "utf-16"])
def test_chinese_in_an_older_encoding_is_converted_word_for_word(encoding: str) -> None:
    text, converted = to_utf8(CHINESE.encode(encoding))
    assert text.decode() == CHINESE
    assert converted == ("UTF-16-LE" if encoding == "utf-16" else "GB18030")


def test_a_few_chinese_words_are_enough() -> None:
    assert to_utf8("展会很贵".encode("gb18030")) == ("展会很贵".encode(), "GB18030")


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("參加展會的企業對於海外市場的效果並不滿意，因為費用太高了。", "big5"),
        ("Le métier d'exporter exige une présence fidèle à l'étranger.", "latin-1"),
        ("展示会はとても高いです。海外の代理店は顧客をよく知っています。", "shift-jis"),
        ("해외 전시회는 비용이 많이 들고 효과를 측정하기가 어렵다는 단점이 있습니다.", "euc-kr"),
    ],
)
def test_what_is_no_chinese_is_not_taken_for_it(text: str, encoding: str) -> None:
    content = text.encode(encoding)
    assert to_utf8(content) == (content, None)
    with pytest.raises(DocumentError, match="not UTF-8"):
        take(Handed("a.txt", content=content))


def test_utf8_is_kept_byte_for_byte() -> None:
    content = "\ufeff# 标题\r\n\r\n展会。\r\n".encode()
    assert take(Handed("a.md", content=content)).text == content


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.md", b"", "empty"),
        ("a.md", b"---\ntitle: x\n---\n\n***\n", "empty"),
        ("a.txt", b"\0\0\0words", "NUL"),
        ("a.md", b"\xff\xfe\x00", "not UTF-8"),
        ("a.md", b"\x89PNG\r\n\x1a\n\xe9\xa0", "not UTF-8"),
        ("a.exe", b"MZ", "type"),
        ("a", b"words", "type"),
        ("a.pdf", b"%PDF-1.7 broken", "cannot be read as PDF"),
        ("a.docx", b"PK\x03\x04 broken", "cannot be read as DOCX"),
        ("a.pdf", pdf([[]]), "OCR"),
        ("a.pdf", pdf([["secret"]], "password"), "password"),
    ],
)
def test_what_cannot_be_a_document_is_said_in_both_languages(
    name: str, content: bytes, said: str
) -> None:
    with pytest.raises(DocumentError) as caught:
        take(Handed(name, content=content))
    assert said in caught.value.message("en")
    assert caught.value.message("zh") != caught.value.message("en")


def test_a_file_that_is_too_large_is_not_read_to_its_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "LARGEST_BYTES", 1_000_000)
    with open(tmp_path / "a.txt", "wb") as file:
        file.truncate(10_000_000_000)  # sparse
    with pytest.raises(DocumentError, match="larger than 1 MB"):
        take(Handed("a.txt", tmp_path / "a.txt"))


def test_links_pipes_sockets_and_devices_are_not_opened(tmp_path: Path) -> None:
    (tmp_path / "real.md").write_text("words", encoding="utf-8")
    (tmp_path / "link.md").symlink_to(tmp_path / "real.md")
    (tmp_path / "gone.md").symlink_to(tmp_path / "nowhere.md")
    os.mkfifo(tmp_path / "pipe.md")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(tmp_path / "socket.md"))
        for name in ("link.md", "gone.md", "pipe.md", "socket.md"):
            with pytest.raises(DocumentError):
                take(Handed(name, tmp_path / name))
            assert [file.name for file in handed([tmp_path], tmp_path / "own")] != [name]
    with pytest.raises(DocumentError, match="is a link"):
        handed([tmp_path / "link.md"], tmp_path / "own")


def test_a_device_is_no_document() -> None:
    with pytest.raises(DocumentError, match="no file"):
        take(Handed("null.md", Path("/dev/null")))


def test_of_a_folder_only_documents_are_meant(tmp_path: Path) -> None:
    folder = tmp_path / "手册"
    for name in ("a.md", "sub/b.TXT", ".git/c.md", ".d.md", "image.png", "own/e.md"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("words", encoding="utf-8")
    (folder / "link.md").symlink_to(folder / "a.md")
    (folder / "linked").symlink_to(folder / "sub")
    found = handed([folder], folder / "own")
    assert [file.name for file in found] == ["手册/a.md", "手册/sub/b.TXT"]
    assert [take(file).name for file in found] == ["手册/a.md", "手册/sub/b.txt"]


def test_a_folder_with_too_much_in_it_is_turned_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "MOST_FILES", 2)
    for number in range(3):
        (tmp_path / f"{number}.md").write_text("words", encoding="utf-8")
    with pytest.raises(DocumentError, match="more than 2"):
        handed([tmp_path], tmp_path / "own")


@pytest.mark.parametrize("name", ["../../etc/x.md", "/etc/x.md", "a/../../x.md", "..\\x.md"])
def test_no_name_leads_out_of_the_folder(name: str) -> None:
    kept = take(Handed(name, content=b"words")).name
    assert ".." not in kept.split("/")
    assert not kept.startswith("/")


def test_a_pdf_becomes_paragraphs_that_know_their_page() -> None:
    pages = [
        ["雪鹿工业每年只参加三场展会，其中两场在德", "国，另外一场在美国举办。", "短的一段。"],
        ["第二页说的是海外代理的选择与管理的办法。"],
    ]
    taken = take(Handed("手册.pdf", content=pdf(pages)))
    assert taken.name == "手册.pdf.txt"
    assert taken.original == ("手册.pdf", pdf(pages))
    assert taken.converted == "PDF"
    document = decode(taken.name, taken.text)
    texts = [document.text[p.start : p.end] for p in document.paragraphs]
    assert texts == [
        "雪鹿工业每年只参加三场展会，其中两场在德国，另外一场在美国举办。",
        "短的一段。",
        "第二页说的是海外代理的选择与管理的办法。",
    ]
    assert [p.locator for p in document.paragraphs] == ["第 1 页", "第 1 页", "第 2 页"]


def test_english_lines_are_joined_with_spaces_and_broken_words_mended() -> None:
    lines = [
        "Snowdeer answers every inquiry within inter-",
        "national hours, and it always has done",
        "so.",
    ]
    document = decode("a.txt", take(Handed("a.pdf", content=pdf([lines]))).text)
    assert document.text.strip() == (
        "Snowdeer answers every inquiry within international hours, and it always has done so."
    )
    assert document.paragraphs[0].locator == "page 1"


def test_a_word_file_keeps_its_headings_lists_and_tables() -> None:
    blocks = [("Title", "雪鹿手册"), ("Heading 1", "展会政策"), ("", "每年参加三场。")]
    content = docx(*blocks, ("List Bullet", "德国两场"), table=[["年份", "场数"], ["2024", "3"]])
    taken = take(Handed("手册.docx", content=content))
    document = decode(taken.name, taken.text)
    assert document.title == "雪鹿手册"
    body = next(p for p in document.paragraphs if "三场" in document.text[p.start : p.end])
    assert body.heading == ("雪鹿手册", "展会政策")
    assert "- 德国两场" in document.text
    assert "2024 | 3" in document.text


def test_nothing_in_a_word_file_hides_what_follows() -> None:
    content = docx(("", "---"), ("", "a: b"), ("", "---"), ("", "<!-- 开头"), ("", "展会 --> 很贵"))
    document = decode("a.docx.md", take(Handed("a.docx", content=content)).text)
    assert "a: b" in document.text
    assert "开头" in document.text
    assert "很贵" in document.text


def test_a_reader_that_hangs_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake, "_EXTRACT_S", 0.01)
    with pytest.raises(DocumentError, match="cannot be read as PDF"):
        take(Handed("a.pdf", content=pdf([["words"]])))


def test_form_feeds_of_any_text_part_its_pages() -> None:
    document = decode("a.txt", b"One.\n\nTwo.\n\fThree.\n\n\f\n\nFive.\n")
    found = [(document.text[p.start : p.end].strip(), p.locator) for p in document.paragraphs]
    pages = {"One.": "page 1", "Two.": "page 1", "Three.": "page 2", "Five.": "page 3"}
    assert dict(found) == pages


def test_a_text_without_form_feeds_has_no_pages() -> None:
    assert decode("a.txt", b"One.\n\nTwo.").paragraphs[0].locator is None
