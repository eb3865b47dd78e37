"""Answers as one text to be set: what stands where and in which words, for any writer of it.

Footnotes are numbered through the whole text, in order of their first marker.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from chuhai.answering.claims import blocks
from chuhai.domain import Answer, Citation, Lang
from chuhai.export.inert import clean, flat
from chuhai.export.labels import label, refused, support
from chuhai.export.library import Library
from chuhai.export.references import Reference, references

Kind = Literal["title", "heading", "paragraph", "bullet", "label", "quiet", "reference"]


@dataclass(frozen=True, slots=True)
class Mark:
    """A place where footnote ``number`` is called."""

    number: int


@dataclass(frozen=True, slots=True)
class Italic:
    """Words set in italics."""

    text: str


@dataclass(frozen=True, slots=True)
class Element:
    """A paragraph of the text; its strings hold no markup and no control character."""

    kind: Kind
    parts: tuple[str | Italic | Mark, ...]
    level: int = 1
    """Of a heading."""


@dataclass(frozen=True, slots=True)
class Note:
    """A footnote: the quotation as it was cut, where it stands, and what is to be said of it."""

    number: int
    quote: str
    lang: Lang
    """The language of the quotation."""
    place: str
    document: str
    remarks: str = ""
    """That it is paraphrased, or that the source has changed; else empty."""
    translation: tuple[str, str] | None = None
    """What it is called, and its text."""


@dataclass(frozen=True, slots=True)
class Story:
    """The whole text in reading order, with its footnotes."""

    title: str
    lang: Lang
    elements: tuple[Element, ...]
    notes: tuple[Note, ...]


def story(title: str, lang: Lang, answers: Sequence[Answer], library: Library) -> Story:
    """The text of some answers; ``lang`` is the language of its own words."""
    title = flat(title) or "…"
    elements = [Element("title", (title,))]
    notes: list[Note] = []
    for answer in answers:
        question = flat(answer.question) or "…"
        if len(answers) > 1 or question != title:
            elements.append(Element("heading", (question,)))
        elements += _answer(answer, library, notes)
    if any(note.translation for note in notes) or any(_translated(a, library) for a in answers):
        elements.append(Element("quiet", (label("notice", lang),)))
    listed = references(library.cited(answers), lang)
    if listed:
        elements.append(Element("heading", (label("references", lang),)))
        elements += [Element("reference", _reference(each)) for each in listed]
    elements.append(Element("quiet", (label("made_with", lang),)))
    return Story(title, lang, tuple(elements), tuple(notes))


def _answer(answer: Answer, library: Library, notes: list[Note]) -> Iterator[Element]:
    lang = answer.lang
    understood = flat(answer.standalone_question)
    if understood != flat(answer.question):
        yield Element("quiet", (label("understood", lang, question=understood),))
    if answer.degraded:
        yield Element("quiet", (f"⚠ {flat(answer.degraded)}",))
    if answer.refusal is not None:
        yield Element("label", (refused(answer.refusal.reason, lang),))
        for line in answer.refusal.message.splitlines():
            if line.strip():
                yield Element("paragraph", (flat(line),))
        return
    numbers = {c.n: len(notes) + i for i, c in enumerate(answer.citations, 1)}
    notes += [_note(numbers[c.n], c, lang, library) for c in answer.citations]
    for block in blocks(answer.text):
        yield Element("bullet" if block.bullet else "paragraph", _parts(block.parts, numbers))
    model = answer.answerer != "extractive"
    name = {"name": flat(answer.answerer)} if model else {}
    yield Element("quiet", (label("model" if model else "extractive", lang, **name),))


def _parts(parts: Sequence[str | int], numbers: dict[int, int]) -> tuple[str | Mark, ...]:
    """Words and marks; a space before a mark goes, and a marker of no citation is words."""
    found: list[str | Mark] = []
    for part in parts:
        if isinstance(part, int) and part in numbers:
            if found and isinstance(found[-1], str):
                found[-1] = found[-1].rstrip()
            found.append(Mark(numbers[part]))
        else:
            found.append(clean(part) if isinstance(part, str) else f"[{part}]")
    return tuple(part for part in found if part != "")


def _note(number: int, citation: Citation, lang: Lang, library: Library) -> Note:
    work = library.work(citation)
    remarks = [support(citation.support, lang)]
    if library.changed(citation):
        remarks.append(label("changed", lang))
    other = citation.translation
    translation = None
    if other is not None and work.lang != lang:
        named = label("unofficial" if work.unofficial else "translation", lang)
        translation = (named, clean(other.text))
    return Note(
        number=number,
        quote=clean(citation.quote),
        lang=work.lang,
        place=flat(library.place(citation, lang)),
        document=flat(citation.document),
        remarks=("；" if lang == "zh" else "; ").join(filter(None, remarks)),
        translation=translation,
    )


def _translated(answer: Answer, library: Library) -> bool:
    """Whether the answer speaks through an unofficial translation."""
    works = [library.work(citation) for citation in answer.citations]
    return any(work.unofficial and work.lang != answer.lang for work in works)


def _reference(reference: Reference) -> tuple[str | Italic, ...]:
    return tuple(Italic(text) if italic else text for text, italic in reference)
