"""A story as a Word document with footnotes."""

import io
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from chuhai.domain import Lang
from chuhai.export.footnotes import Footnotes, run_text
from chuhai.export.inert import closing
from chuhai.export.markdown import quoted
from chuhai.export.story import Element, Italic, Kind, Mark, Note, Story

if TYPE_CHECKING:
    from docx.document import Document
    from docx.text.paragraph import Paragraph

LATIN_FONT, CHINESE_FONT = "Calibri", "Microsoft YaHei"
LOCALE: dict[Lang, str] = {"zh": "zh-CN", "en": "en-US"}
_GREY, _INK = "5F6B7A", "1F2933"
_STYLE: dict[Kind, str] = {
    "title": "Title",
    "heading": "Heading 1",
    "paragraph": "Normal",
    "bullet": "List Bullet",
    "label": "Chuhai label",
    "quiet": "Chuhai note",
    "reference": "Chuhai reference",
}
# Name, size and space behind in points, bold, colour.
_LOOKS = (
    ("Normal", 11.0, 6.0, False, None),
    ("Title", 20.0, 12.0, True, _INK),
    ("Heading 1", 14.0, 6.0, True, _INK),
    ("List Bullet", 11.0, 4.0, False, None),
    ("Chuhai label", 11.0, 2.0, True, None),
    ("Chuhai note", 9.0, 8.0, False, _GREY),
    ("Chuhai reference", 10.0, 4.0, False, None),
    ("footnote text", 9.0, 0.0, False, None),
)


def word(story: Story) -> bytes:
    """The whole file."""
    from docx import Document

    document = Document()
    _properties(document, story)
    _page(document)
    _styles(document)
    styles = document.styles
    footnotes = Footnotes(
        document, styles["footnote text"].style_id, styles["footnote reference"].style_id
    )
    for element in story.elements:
        _put(document, element, footnotes)
    for note in story.notes:
        _note(note, footnotes)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _properties(document: "Document", story: Story) -> None:
    properties = document.core_properties
    properties.title = story.title[:255]
    properties.language = LOCALE[story.lang]
    properties.author = properties.last_modified_by = "Chuhai"
    properties.comments = ""
    properties.created = properties.modified = datetime.now(UTC).replace(tzinfo=None)


def _page(document: "Document") -> None:
    from docx.shared import Cm

    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    for side in ("left_margin", "right_margin", "top_margin", "bottom_margin"):
        setattr(section, side, Cm(2.5))


def _styles(document: "Document") -> None:
    from docx.enum.style import WD_STYLE_TYPE
    from docx.shared import Cm, Pt, RGBColor

    styles: Any = document.styles
    for name in ("Chuhai label", "Chuhai note", "Chuhai reference"):
        styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH).base_style = styles["Normal"]
    styles.add_style("footnote text", WD_STYLE_TYPE.PARAGRAPH, builtin=True)
    mark = styles.add_style("footnote reference", WD_STYLE_TYPE.CHARACTER, builtin=True)
    mark.font.superscript = True
    for name, size, behind, bold, colour in _LOOKS:
        style = styles[name]
        _fonts(style)
        style.font.size, style.font.bold, style.font.italic = Pt(size), bold, False
        style.paragraph_format.space_after = Pt(behind)
        if colour:
            style.font.color.rgb = RGBColor.from_string(colour)
    reference = styles["Chuhai reference"].paragraph_format
    reference.left_indent, reference.first_line_indent = Cm(0.8), Cm(-0.8)
    styles["Chuhai label"].paragraph_format.keep_with_next = True
    _language(styles)


def _fonts(style: Any) -> None:
    """A Latin and a Chinese font by name; the template's theme would go before them."""
    from docx.oxml.ns import qn

    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for name in list(fonts.attrib):
        del fonts.attrib[name]
    for kind in ("ascii", "hAnsi", "cs"):
        fonts.set(qn(f"w:{kind}"), LATIN_FONT)
    fonts.set(qn("w:eastAsia"), CHINESE_FONT)


def _language(styles: Any) -> None:
    """What letters and Chinese characters are taken for when words are checked and broken."""
    from docx.oxml.ns import qn

    for element in styles.element.iter(qn("w:lang")):
        element.set(qn("w:val"), LOCALE["en"])
        element.set(qn("w:eastAsia"), LOCALE["zh"])


def _put(document: "Document", element: Element, footnotes: Footnotes) -> None:
    style = _STYLE[element.kind]
    if element.kind == "heading":
        style = f"Heading {element.level}"
    paragraph = document.add_paragraph(style=style)
    previous: str | Italic | Mark = ""
    for part in element.parts:
        if isinstance(part, Mark):
            if isinstance(previous, Mark):
                footnotes.comma(paragraph)
            footnotes.mark(paragraph, part.number)
        elif isinstance(part, Italic):
            _run(paragraph, part.text).italic = True
        else:
            _run(paragraph, part)
        previous = part


def _note(note: Note, footnotes: Footnotes) -> None:
    """The quotation stands in a run of its own, exactly as it was cut."""
    from docx.shared import RGBColor

    left, right = quoted(note.quote, note.lang)
    footnote = footnotes.add(note.number)
    paragraph = footnote.paragraph()
    _run(paragraph, left)
    _run(paragraph, note.quote)
    _run(paragraph, right)
    if note.translation is not None:
        named, text = note.translation
        paragraph = footnote.paragraph()
        _run(paragraph, named)
        _run(paragraph, text)
    line = " · ".join(filter(None, (f"{note.place} ({note.document})", note.remarks)))
    _run(footnote.paragraph(), line).font.color.rgb = RGBColor.from_string(_GREY)


def _run(paragraph: "Paragraph", text: str) -> Any:
    """A run of exactly this text; an open right-to-left mark in it is closed behind it."""
    run = paragraph.add_run()
    run_text(run, text)
    if closing(text):
        run_text(paragraph.add_run(), closing(text))
    return run
