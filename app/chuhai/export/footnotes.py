"""Footnotes of a Word document, which python-docx does not make: the part and its marks.

A footnote is numbered by Word itself, in order of its first mark. A later mark of the same
footnote is a cross-reference (``NOTEREF``) to the bookmark around the first.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from docx.document import Document
    from docx.text.paragraph import Paragraph

_SEPARATORS = {-1: "separator", 0: "continuationSeparator"}
_OWN_MARK = "w:footnoteRef"


class Footnotes:
    """The footnotes of a document that has none yet; styles are named by their ids."""

    def __init__(self, document: "Document", text_style: str, mark_style: str) -> None:
        self._document, self._text_style, self._mark_style = document, text_style, mark_style
        self._root = _element("w:footnotes")
        self._marked: set[int] = set()
        for number, kind in _SEPARATORS.items():
            self._separator(number, kind)
        self._attach()

    def mark(self, paragraph: "Paragraph", number: int) -> None:
        """Calls footnote ``number`` at the end of the paragraph."""
        name = f"_RefFootnote{number}"
        if number in self._marked:
            field = _element("w:fldSimple", instr=f" NOTEREF {name} \\f \\h ")
            field.append(self._mark_run(_element("w:t", text=str(number))))
            paragraph._p.append(field)
            return
        self._marked.add(number)
        paragraph._p.append(_element("w:bookmarkStart", id=str(number), name=name))
        reference = _element("w:footnoteReference", id=str(number))
        paragraph._p.append(self._mark_run(reference))
        paragraph._p.append(_element("w:bookmarkEnd", id=str(number)))

    def comma(self, paragraph: "Paragraph") -> None:
        """Parts two marks that stand side by side."""
        paragraph._p.append(self._mark_run(_element("w:t", text=",")))

    def add(self, number: int) -> "Note":
        """An empty footnote to write into."""
        note = _element("w:footnote", id=str(number))
        self._root.append(note)
        return Note(self._document, note, self._text_style, self._mark_run(_element(_OWN_MARK)))

    def _mark_run(self, content: Any) -> Any:
        run, properties = _element("w:r"), _element("w:rPr")
        properties.append(_element("w:rStyle", val=self._mark_style))
        run.append(properties)
        run.append(content)
        return run

    def _separator(self, number: int, kind: str) -> None:
        note = _element("w:footnote", type=kind, id=str(number))
        paragraph, run = _element("w:p"), _element("w:r")
        run.append(_element(f"w:{kind}"))
        paragraph.append(run)
        note.append(paragraph)
        self._root.append(note)

    def _attach(self) -> None:
        """Puts the part into the package and names the separators in its settings."""
        from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
        from docx.opc.packuri import PackURI
        from docx.opc.part import XmlPart

        package = self._document.part.package
        assert package is not None
        part = XmlPart(
            PackURI("/word/footnotes.xml"), CONTENT_TYPE.WML_FOOTNOTES, self._root, package
        )
        self._document.part.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)
        named = _element("w:footnotePr")
        for number in _SEPARATORS:
            named.append(_element("w:footnote", id=str(number)))
        # The schema wants it right before what follows from ``w:compat`` on.
        self._document.settings.element.find(_name("w:compat")).addprevious(named)


class Note:
    """One footnote, written paragraph by paragraph; the first begins with its own mark."""

    def __init__(self, document: "Document", element: Any, style: str, own_mark: Any) -> None:
        self._document, self._element, self._style = document, element, style
        self._own_mark = own_mark

    def paragraph(self) -> "Paragraph":
        from docx.text.paragraph import Paragraph

        body = _element("w:p")
        properties = _element("w:pPr")
        properties.append(_element("w:pStyle", val=self._style))
        body.append(properties)
        if self._own_mark is not None:
            body.append(self._own_mark)
            self._own_mark = None
            space = _element("w:r")
            space.append(_element("w:t", text=" "))
            body.append(space)
        self._element.append(body)
        return Paragraph(body, self._document)


def run_text(run: Any, text: str) -> None:
    """Text as it is: python-docx would turn its line ends into breaks."""
    run._r.append(_element("w:t", text=text))


def _element(tag: str, text: str | None = None, **attributes: str) -> Any:
    from docx.oxml import OxmlElement

    element = OxmlElement(tag)
    for name, value in attributes.items():
        element.set(_name(f"w:{name}"), value)
    if text is not None:
        element.text = text
        element.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    return element


def _name(tag: str) -> str:
    from docx.oxml.ns import qn

    return qn(tag)
