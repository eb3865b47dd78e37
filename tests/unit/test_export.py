"""Exported files, read back: every quotation is there to the character, and nothing acts."""

import io
import re
import zipfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import docx
import pytest
from docx.oxml.ns import qn
from markdown_it import MarkdownIt
from tests.conftest import settings_of
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

from chuhai.answering.claims import plain
from chuhai.domain import Answer
from chuhai.errors import ExportError
from chuhai.export.formats import FORMATS, MEDIA_TYPES, render, write
from chuhai.export.inert import clean, closing, flat
from chuhai.export.library import Library
from chuhai.export.markdown import markdown
from chuhai.export.story import story
from chuhai.settings import Settings
from chuhai.wiring import Advisor, Workshop

_TEXT = f"{{{'http://schemas.openxmlformats.org/wordprocessingml/2006/main'}}}t"


def word(answers: Sequence[Answer], library: Library, lang: Any = "zh") -> bytes:
    return render("docx", answers[0].question, lang, answers, library)


def notes_of(content: bytes) -> list[list[str]]:
    """The runs of each footnote, the two separators left out."""
    root = parts(content)["word/footnotes.xml"]
    notes = [note for note in root if note.get(qn("w:type")) is None]
    assert [int(note.get(qn("w:id"), "")) for note in notes] == list(range(1, len(notes) + 1))
    return [[text.text or "" for text in note.iter(_TEXT)] for note in notes]


def parts(content: bytes) -> dict[str, ElementTree.Element]:
    """Every XML part of an Office file, parsed strictly."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        assert package.testzip() is None
        return {
            name: ElementTree.fromstring(package.read(name))
            for name in package.namelist()
            if name.endswith((".xml", ".rels"))
        }


def body_of(content: bytes) -> list[tuple[str, str]]:
    """Style and text of each paragraph."""
    return [
        (paragraph.style.name if paragraph.style else "", paragraph.text)
        for paragraph in docx.Document(io.BytesIO(content)).paragraphs
    ]


def test_every_quotation_stands_in_its_footnote_to_the_character() -> None:
    content = word([ZH, EN], LIBRARY)
    notes = notes_of(content)
    for note, citation in zip(notes, [*ZH.citations, *EN.citations], strict=True):
        assert citation.quote in note
    assert "第 19 块" in notes[0][-1]
    assert "传统海外营销手段 › 展会的“两大”缺陷" in notes[0][-1]
    assert "06-fairs.zh.md" in notes[0][-1]


def test_a_translation_stands_beside_a_quotation_of_another_language_alone() -> None:
    own, _, foreign = notes_of(word([ZH, EN], LIBRARY))
    assert CITATION.translation is not None
    assert CITATION.translation.text not in own
    assert foreign[foreign.index("Unofficial translation: ") + 1] == CITATION.translation.text
    assert "Traditional marketing overseas › Two drawbacks of fairs · block 19" in foreign[-1]


def test_markers_call_footnotes_and_a_second_call_refers_to_the_first() -> None:
    root = parts(word([ZH], LIBRARY))["word/document.xml"]
    called = [note.get(qn("w:id")) for note in root.iter(qn("w:footnoteReference"))]
    assert called == ["1", "2"]
    (field,) = root.iter(qn("w:fldSimple"))
    assert "NOTEREF _RefFootnote2 " in field.get(qn("w:instr"), "")
    names = [mark.get(qn("w:name")) for mark in root.iter(qn("w:bookmarkStart"))]
    assert names == ["_RefFootnote1", "_RefFootnote2"]


def test_the_separators_are_named_in_the_settings_before_the_compatibility() -> None:
    settings = [element.tag for element in parts(word([ZH], LIBRARY))["word/settings.xml"]]
    assert settings.index(qn("w:footnotePr")) == settings.index(qn("w:compat")) - 1


def test_a_word_file_reads_in_order_from_its_title_to_its_references() -> None:
    body = body_of(word([ZH, EN, REFUSED], LIBRARY))
    assert body[0] == ("Title", ZH.question)
    headings = [text for style, text in body if style == "Heading 1"]
    assert headings == [ZH.question, EN.question, REFUSED.question, "参考文献"]
    # The mark's own number is Word's, so the text of a paragraph ends before it.
    assert ("Normal", "展会费用高（66%）,") in body
    assert [text for style, text in body if style == "List Bullet"] == ["信任最重要"]
    assert ("Chuhai note", "Understood as: What is wrong with trade fairs?") in body
    assert ("Chuhai note", "⚠ the chat model broke off") in body
    assert ("Chuhai note", "Answered by openai:any, each sentence checked") in body
    assert ("Chuhai note", "由文档原句作答") in body
    assert any("非官方译文" in text for _, text in body)
    assert body[-2][1].startswith("[1] LinkedIn 中国营销解决方案")


def test_a_refusal_is_exported_as_one() -> None:
    body = body_of(word([REFUSED], Library()))
    assert ("Chuhai label", "文档里没有答案") in body
    assert ("Normal", "文档没有回答这个问题。") in body
    assert ("Normal", "可以问：展会贵吗？") in body
    assert not any("参考文献" in text for _, text in body)
    assert notes_of(word([REFUSED], Library())) == []


def test_what_is_not_verbatim_or_not_current_is_said() -> None:
    notes = notes_of(word([ZH], LIBRARY))
    assert notes[1][-1].endswith("· 转述")
    assert "转述" not in notes[0][-1]
    mismatched = replace(EN, citations=(replace(CITATION, support="number_mismatch"),))
    lost = notes_of(word([mismatched], Library(LIBRARY.works), "en"))
    assert lost[0][-1].endswith(
        "· figures differ from the source; this passage has changed since it was cited"
    )


def test_a_quotation_has_other_marks_around_it_than_in_it() -> None:
    notes = notes_of(word([ZH], LIBRARY))
    assert notes[0][1:4] == ["“", CITATION.quote, "”"]
    assert notes[1][1:4] == ["「", SECOND.quote, "」"]


@pytest.mark.parametrize(("answer", "lang"), [(ZH, "zh-CN"), (EN, "en-US")])
def test_properties_and_fonts_suit_both_scripts(answer: Answer, lang: str) -> None:
    document = docx.Document(io.BytesIO(word([answer], LIBRARY, answer.lang)))
    properties = document.core_properties
    assert (properties.title, properties.language) == (answer.question, lang)
    assert properties.author == "Chuhai"
    for name in ("Normal", "Title", "Heading 1", "footnote text"):
        fonts = document.styles[name].element.rPr.rFonts
        assert fonts.get(qn("w:eastAsia")) == "Microsoft YaHei"
        assert fonts.get(qn("w:ascii")) == "Calibri"
        assert fonts.get(qn("w:eastAsiaTheme")) is None


def test_a_long_title_still_makes_a_file() -> None:
    answer = replace(ZH, question="长" * 4000)
    document = docx.Document(io.BytesIO(word([answer], LIBRARY)))
    assert document.paragraphs[0].text == answer.question
    assert len(document.core_properties.title) == 255


@pytest.mark.parametrize("form", ["docx", "pptx"])
def test_hostile_text_leaves_an_office_file_valid_and_without_a_link(form: Any) -> None:
    content = render(form, HOSTILE, "en", [HOSTILE_ANSWER, REFUSED], HOSTILE_LIBRARY)
    for name, root in parts(content).items():
        if name.endswith(".rels"):
            assert not any(relation.get("TargetMode") == "External" for relation in root), name
        tags = {element.tag.rpartition("}")[2] for element in root.iter()}
        assert not tags & {"hyperlink", "hlinkClick", "instrText", "script", "object"}, name
        for field in root.iter(qn("w:fldSimple")):
            assert re.fullmatch(r" NOTEREF _RefFootnote\d+ \\f \\h ", field.get(qn("w:instr"), ""))


def test_hostile_quotations_are_whole_but_for_what_no_xml_can_hold() -> None:
    (note,) = notes_of(word([HOSTILE_ANSWER], HOSTILE_LIBRARY))
    assert clean(HOSTILE) in note
    assert clean(f"other {HOSTILE}") in note
    assert "\ufffd" in clean(HOSTILE)
    # The override is closed behind the quotation, before anything else is set.
    assert note[note.index(clean(HOSTILE)) + 1] == "\u2069\u202c"


def test_a_line_end_in_a_quotation_stays_one() -> None:
    wrapped = replace(CITATION, quote="Fairs cost\ntoo much.\tSo what?")
    (note,) = notes_of(word([replace(ZH, text="x [1]", citations=(wrapped,))], LIBRARY))
    assert wrapped.quote in note


def test_a_marker_without_a_citation_is_words() -> None:
    answer = replace(ZH, text="展会 [9]", citations=(CITATION,))
    assert ("Normal", "展会 [9]") in body_of(word([answer], LIBRARY))


def rendered(text: str) -> str:
    """By a Markdown reader of its own, with raw HTML allowed: nothing of it may get through."""
    html: str = MarkdownIt("commonmark", {"html": True}).render(text)
    return html


def test_markdown_has_footnotes_in_order_and_every_quotation() -> None:
    text = markdown(story("两问", "zh", [ZH, EN], LIBRARY))
    assert (
        "# 两问\n\n## 展会有什么缺点？\n\n展会费用高（66%）[^1][^2]\n\n- 信任最重要[^2]\n" in text
    )
    assert "Fairs cost much (66%).[^3]" in text
    for number, citation in enumerate([*ZH.citations, *EN.citations], 1):
        (line,) = re.findall(rf"^\[\^{number}\]: (.*)$", text, re.M)
        assert plain(line)[1:-1] == citation.quote
    assert "    Unofficial translation: Fairs cost much (66%), do not last (54%)." in text
    assert "    传统海外营销手段 › 展会的“两大”缺陷 · 第 19 块 (06-fairs.zh.md) · 转述" in text
    assert "\\[1\\] LinkedIn 中国营销解决方案" in text


def test_one_answer_has_its_question_once() -> None:
    text = markdown(story(ZH.question, "zh", [ZH], LIBRARY))
    assert text.count(ZH.question) == 1


def test_hostile_markdown_is_shown_as_written() -> None:
    text = markdown(story(HOSTILE, "en", [HOSTILE_ANSWER], HOSTILE_LIBRARY))
    html = rendered(text)
    allowed = {"h1", "h2", "p", "ul", "li", "em", "pre", "code", "strong"}
    assert set(re.findall(r"<\s*/?\s*([a-zA-Z][a-zA-Z0-9]*)", html)) <= allowed
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    assert not re.search(r"[\0-\x08\x0b-\x1f\ufffe]", text)
    # One definition alone: the one in the hostile words is none.
    assert len(re.findall(r"^\[\^\d+\]:", text, re.M)) == 1
    (line,) = re.findall(r"^\[\^1\]: (.*)$", text, re.M)
    assert flat(HOSTILE) in plain(line)


@pytest.mark.parametrize(
    ("text", "end"),
    [
        ("plain", ""),
        ("\u202eoverride", "\u202c"),
        ("\u202eclosed\u202c", ""),
        ("\u2067\u202eboth", "\u202c\u2069"),
        ("\u2067\u202eisolate ends both\u2069", ""),
        ("\u202c\u2069 nothing to end", ""),
    ],
)
def test_what_right_to_left_marks_began_is_ended(text: str, end: str) -> None:
    assert closing(text) == end


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("answers", [[ZH], [EN, ZH], [REFUSED], [HOSTILE_ANSWER]])
def test_each_format_takes_each_answer(form: Any, answers: list[Answer]) -> None:
    assert render(form, answers[0].question, "zh", answers, LIBRARY)
    assert form in MEDIA_TYPES


def test_a_file_takes_the_place_of_another(tmp_path: Path) -> None:
    out = tmp_path / "a.md"
    write(out, b"old and long")
    write(out, b"new")
    assert out.read_bytes() == b"new"
    assert [path.name for path in tmp_path.iterdir()] == ["a.md"]


def test_a_link_is_followed_and_a_device_is_written_to(tmp_path: Path) -> None:
    (tmp_path / "real.md").write_bytes(b"old")
    (tmp_path / "link.md").symlink_to("real.md")
    write(tmp_path / "link.md", b"new")
    assert (tmp_path / "link.md").is_symlink()
    assert (tmp_path / "real.md").read_bytes() == b"new"
    write(Path("/dev/null"), b"gone")
    assert not Path("/dev/null").is_file()


@pytest.mark.parametrize("name", [".", "none/a.md", "a.md/b.md", "n" * 300])
def test_what_cannot_be_written_says_so_in_both_languages(tmp_path: Path, name: str) -> None:
    (tmp_path / "a.md").write_bytes(b"kept")
    with pytest.raises(ExportError) as caught:
        write(tmp_path / name, b"new")
    assert str(tmp_path) in caught.value.message("en")
    assert "请" in caught.value.message("zh")
    assert (tmp_path / "a.md").read_bytes() == b"kept"


@pytest.mark.parametrize(
    "question", ["展会有什么缺点？", "How does Anker build trust abroad?", "明天上海会下雨吗？"]
)
def test_answers_from_the_whitepaper_keep_every_quotation_in_every_format(
    advisor: Advisor, whitepaper_home: Path, question: str
) -> None:
    settings: Settings = settings_of(whitepaper_home)
    answer = advisor.ask([question])
    library = Workshop(settings).library(advisor.index, [answer])
    made = {form: render(form, question, answer.lang, [answer], library) for form in FORMATS}
    notes = notes_of(made["docx"])
    shown = [
        text.text
        for name, root in parts(made["pptx"]).items()
        if "slides/slide" in name
        for text in root.iter("{http://schemas.openxmlformats.org/drawingml/2006/main}t")
    ]
    text = plain(made["md"].decode())
    assert len(notes) == len(answer.citations)
    for note, citation in zip(notes, answer.citations, strict=True):
        document = advisor.index.catalogue.document(citation.document)
        assert document is not None
        assert document.text[citation.start : citation.end] == citation.quote
        assert citation.quote in note
        assert citation.quote in shown
        assert citation.quote in text
    assert bool(answer.citations) == ("LinkedIn" in made["bib"].decode())
