"""Drawing on one slide of python-pptx: a title, boxes of text, notes. Lengths are in points."""

from typing import Any

from chuhai.domain import Lang
from chuhai.export.inert import closing
from chuhai.export.layout import BETWEEN, PADDING, Box
from chuhai.export.word import CHINESE_FONT, LATIN_FONT, LOCALE
from chuhai.language.detect import has_han

INK, GREY, BLUE, PAPER = "1F2933", "5F6B7A", "1C63B7", "F2F5F9"
# Text, size, colour, whether bold.
Piece = tuple[str, float, str, bool]


class Pen:
    """What draws on a slide; its words are in one language."""

    def __init__(self, slide: Any, lang: Lang) -> None:
        self._slide, self._lang = slide, lang

    def title(self, text: str, place: Box, size: float) -> None:
        """The slide's own title, which outlines and screen readers find."""
        from pptx.enum.text import MSO_ANCHOR

        shape = self._slide.shapes.title
        _place(shape, place)
        frame = Frame(shape.text_frame, self._lang)
        shape.text_frame.vertical_anchor = MSO_ANCHOR.MIDDLE
        frame.line((text, size, INK, True))

    def box(self, place: Box, colour: str | None) -> "Frame":
        """An empty box, filled with the colour where one is given."""
        from pptx.enum.text import MSO_AUTO_SIZE
        from pptx.util import Pt

        shape = self._slide.shapes.add_textbox(0, 0, 0, 0)
        _place(shape, place)
        if colour:
            shape.fill.solid()
            shape.fill.fore_color.rgb = _rgb(colour)
        frame = shape.text_frame
        frame.auto_size = MSO_AUTO_SIZE.NONE
        frame.margin_left = frame.margin_right = Pt(PADDING if colour else 0)
        frame.margin_top = frame.margin_bottom = Pt(PADDING / 2 if colour else 0)
        return Frame(frame, self._lang)

    def notes(self, text: str) -> None:
        """What the speaker sees; it replaces what was there."""
        self._slide.notes_slide.notes_text_frame.text = text


class Frame:
    """The text of a shape, written line by line."""

    def __init__(self, frame: Any, lang: Lang) -> None:
        self._frame, self._lang = frame, lang
        self._empty = True
        frame.word_wrap = True

    def line(self, *pieces: Piece) -> None:
        """A paragraph of pieces in different type; each piece is a run of its own."""
        from pptx.enum.text import PP_ALIGN
        from pptx.util import Pt

        paragraph = self._frame.paragraphs[0] if self._empty else self._frame.add_paragraph()
        paragraph.alignment = PP_ALIGN.LEFT
        paragraph.space_before = Pt(0 if self._empty else BETWEEN)
        self._empty = False
        for text, size, colour, bold in pieces:
            self._run(paragraph, text, size, colour, bold)
            if closing(text):
                self._run(paragraph, closing(text), size, colour, bold)

    def _run(self, paragraph: Any, text: str, size: float, colour: str, bold: bool) -> None:
        from pptx.oxml import parse_xml
        from pptx.oxml.ns import nsdecls
        from pptx.util import Pt

        run = paragraph.add_run()
        run.text = text
        font = run.font
        font.size, font.bold, font.name = Pt(round(size, 1)), bold, LATIN_FONT
        font.color.rgb = _rgb(colour)
        properties = run._r.get_or_add_rPr()
        properties.set("lang", LOCALE["zh" if has_han(text) else self._lang])
        latin = properties.find("{http://schemas.openxmlformats.org/drawingml/2006/main}latin")
        latin.addnext(parse_xml(f'<a:ea {nsdecls("a")} typeface="{CHINESE_FONT}"/>'))


def _rgb(colour: str) -> Any:
    from pptx.dml import color

    made: Any = color.RGBColor
    return made.from_string(colour)


def _place(shape: Any, place: Box) -> None:
    from pptx.util import Pt

    shape.left, shape.top = Pt(place.left), Pt(place.top)
    shape.width, shape.height = Pt(place.wide), Pt(place.high)
