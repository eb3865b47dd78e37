"""A story as Markdown with footnotes, every word of it shown as written."""

from chuhai.answering.claims import escape
from chuhai.domain import Lang
from chuhai.export.inert import clean, closing
from chuhai.export.references import Reference
from chuhai.export.story import Element, Italic, Mark, Note, Story

_PREFIX = {"title": "# ", "bullet": "- ", "reference": "", "paragraph": ""}


def markdown(story: Story) -> str:
    """The whole file."""
    lines: list[str] = []
    previous = ""
    for element in story.elements:
        # The items of a list stand together; everything else is parted by a blank line.
        if lines and not (element.kind == previous == "bullet"):
            lines.append("")
        lines.append(_line(element))
        previous = element.kind
    for note in story.notes:
        lines += ["", *_note(note)]
    return "\n".join(lines) + "\n"


def inert(text: str) -> str:
    """Any text as Markdown that shows exactly it, on one line."""
    return escape(clean(text)) + closing(text)


def within(text: str) -> str:
    """The same for text behind other text: what only a line's start would act on is bare."""
    return escape(f"x{clean(text)}")[1:] + closing(text)


def set_reference(reference: Reference) -> str:
    """An entry of a bibliography with its italics."""
    return _joined(tuple(Italic(text) if italic else text for text, italic in reference))


def quoted(text: str, lang: Lang) -> tuple[str, str]:
    """The marks around a quotation, other ones than those that stand in it."""
    if not any(mark in text for mark in '“”"'):
        return "“", "”"
    return ("「", "」") if lang == "zh" else ("‘", "’")


def _line(element: Element) -> str:
    body = _joined(element.parts)
    if element.kind == "heading":
        return f"{'#' * (element.level + 1)} {body}"
    if element.kind == "label":
        return f"**{body}**"
    if element.kind == "quiet":
        return f"*{body}*"
    return _PREFIX[element.kind] + body


def _joined(parts: tuple[str | Italic | Mark, ...]) -> str:
    """The parts side by side."""
    line = ""
    for part in parts:
        if isinstance(part, Mark):
            line += f"[^{part.number}]"
        elif isinstance(part, Italic):
            line += f"*{within(part.text)}*"
        else:
            before = " " if line and part[:1].isspace() else ""
            after = " " if part[-1:].isspace() else ""
            line += before + (within(part.strip()) if line else inert(part)) + after
    return line.rstrip()


def _note(note: Note) -> list[str]:
    left, right = quoted(note.quote, note.lang)
    place = f"{inert(note.place)} ({within(note.document)})"
    paragraphs = [f"{left}{within(note.quote)}{right}"]
    if note.translation is not None:
        named, text = note.translation
        paragraphs.append(f"{inert(named)} {within(text)}")
    paragraphs.append(" · ".join(filter(None, (place, inert(note.remarks)))))
    first, *others = paragraphs
    lines = [f"[^{note.number}]: {first}"]
    for paragraph in others:
        lines += ["", f"    {paragraph}"]
    return lines
