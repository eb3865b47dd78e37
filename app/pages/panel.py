"""Text of documents, models and users on the page: shown as written, never as markup.

The component takes plain values and draws them with ``textContent``; what goes through
``st.html`` is escaped here; labels of widgets, which Streamlit reads as Markdown, are
made ``inert``.
"""

import html
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import streamlit as st

from chuhai.answering.claims import escape
from chuhai.domain import Answer, Citation, Lang, Nearest, Passage, Translation
from chuhai.language.detect import has_han
from chuhai.language.glossary import Glossary
from pages.strings import text

_FOLDER = Path(__file__).parent
# What ``claims.escape`` writes: escaped characters, and markers [n] of Chuhai's own.
_TOKEN = re.compile(r"\\([\\`*_\[\]<>~$+#.)-])|\[(\d{1,4})\]")
# Streamlit and GitHub's Markdown look for these after backslashes are gone: directives and
# shortcodes (`:red[`, `:smile:`), bare addresses, arrows. A word joiner parts them.
_SOUGHT = re.compile(r"(:|@|www(?=\.)|[-<]+(?=[->]))", re.IGNORECASE)
_JOINER = "\u2060"

Block = dict[str, Any]


def inert(label: str) -> str:
    """Any text as a label that shows these very characters."""
    return _SOUGHT.sub(rf"\1{_JOINER}", escape(label))


def blocks(markdown: str) -> list[Block]:
    """The chain's Markdown as paragraphs and bullets of plain strings and marker numbers."""
    found: list[Block] = []
    for line in markdown.split("\n"):
        if line.strip():
            bullet = line.startswith("- ")
            found.append({"bullet": bullet, "parts": _parts(line[2:] if bullet else line)})
    return found


def _parts(line: str) -> list[str | int]:
    parts: list[str | int] = []
    words, end = "", 0
    for token in _TOKEN.finditer(line):
        words += line[end : token.start()] + (token[1] or "")
        end = token.end()
        if token[2]:
            parts += [words, int(token[2])]
            words = ""
    return [part for part in (*parts, words + line[end:]) if part != ""]


def as_html(markdown: str) -> str:
    """The same while it streams, before there are sources to open."""
    lines = []
    for block in blocks(markdown):
        body = "".join(
            html.escape(part) if isinstance(part, str) else f"<sup>[{part}]</sup>"
            for part in block["parts"]
        )
        lines.append(f"<li>{body}</li>" if block["bullet"] else f"<p>{body}</p>")
    return f'<div style="overflow-wrap:anywhere">{"".join(lines)}</div>'


def plain(words: str) -> str:
    """Any text as HTML that shows exactly it."""
    return f'<div style="white-space:pre-wrap;overflow-wrap:anywhere">{html.escape(words)}</div>'


def card(title: str, body: str, colour: str = "#b7791f") -> None:
    """A calm notice; both texts may come from anywhere."""
    style = (
        f"border:1px solid color-mix(in srgb,currentColor 16%,transparent);border-left:4px solid "
        f"{colour};border-radius:.6rem;padding:.8rem 1rem;overflow-wrap:anywhere;"
        "background:color-mix(in srgb,currentColor 5%,transparent)"
    )
    words = f"<strong>{html.escape(title)}</strong><br>{html.escape(body)}"
    st.html(f'<div role="status" style="{style}">{words}</div>')


def quiet(line: str) -> None:
    """A small line of plain text."""
    style = "font-size:.82rem;opacity:.72;overflow-wrap:anywhere"
    st.html(f'<div style="{style}">{html.escape(line)}</div>')


def passage_html(passage: Passage, lang: Lang) -> str:
    """A whole passage by itself, the reader's language first."""
    title, heading = _named(passage, lang)
    path = " › ".join(
        part for part in (*_below(title, heading), _locator(passage.locator, lang)) if part
    )
    editions = [passage.text]
    if passage.translation is not None:
        editions.append(passage.translation.text)
    if passage.lang != lang:
        editions.reverse()
    bodies = "<hr>".join(
        f'<div style="white-space:pre-wrap">{html.escape(edition)}</div>' for edition in editions
    )
    return (
        '<div style="overflow-wrap:anywhere;line-height:1.7">'
        f"<strong>{html.escape(title)}</strong>"
        f'<div style="font-size:.82rem;opacity:.72;margin-bottom:.6rem">{html.escape(path)}</div>'
        f"{bodies}"
        f'<p style="font-size:.78rem;opacity:.6">{html.escape(passage.document)}</p></div>'
    )


def show_answer(
    answer: Answer,
    passages: Mapping[str, Passage],
    lang: Lang,
    key: str,
    *,
    fresh: bool,
    glossary: Glossary | None = None,
) -> None:
    """The answer, or its refusal, with the sources that its markers open.

    A ``fresh`` one is brought into view when it is first drawn.
    """
    refused = answer.refusal
    if refused is None:
        values = {
            "kind": "answer",
            "title": "",
            "blocks": blocks(answer.text),
            "sources": [
                cited(c, passages.get(c.passage_id), lang, glossary) for c in answer.citations
            ],
        }
    else:
        values = {
            "kind": "refusal",
            "title": text(f"refused.{refused.reason}", lang),
            "blocks": [{"bullet": False, "parts": [line]} for line in refused.message.split("\n")],
            "sources": nearest(refused.nearest, passages, lang),
        }
    names = {name: text(name, lang) for name in ("link",)}
    names["sources"] = text("sources" if refused is None else "nearest", lang)
    names["source"] = text("source", lang, n="{n}")
    _component()(key=key, data={**values, "names": names, "fresh": fresh})


def cited(
    citation: Citation, passage: Passage | None, lang: Lang, glossary: Glossary | None = None
) -> dict[str, Any]:
    """A source card: each edition of the passage, parted before and after the quoted sentence.

    The reader's language comes first.
    """
    notes, faces = [], [_face("", citation.quote, "", None)]
    other = citation.translation
    if other is not None:
        faces.append(_face("", other.text, "", "translation"))
    if passage is None or passage.content_hash != citation.content_hash:
        notes.append(text("changed", lang))
    else:
        faces = _faces(passage, (citation.start, citation.end), other)
        if passage.lang != lang:
            faces.reverse()
    for face in faces:
        face["label"] = text(face["label"], lang) if face["label"] else ""
        face["terms"] = _terms(face["quote"], glossary)
    if citation.support != "verbatim":
        notes.append(text(citation.support, lang))
    title, path = _named(passage, lang) if passage else (citation.title, citation.heading)
    return {
        "n": citation.n,
        "passage_id": citation.passage_id,
        "title": title,
        "heading": _below(title, path),
        "locator": _locator(citation.locator, lang),
        "faces": faces,
        "note": " ".join(notes),
    }


def _faces(
    passage: Passage, sentence: tuple[int, int], other: Translation | None
) -> list[dict[str, Any]]:
    """The passage in its own words, then in the other edition's, where it has one."""
    faces = [_parted(passage.text, passage.start, *sentence, "original")]
    whole = passage.translation
    if whole is not None and other is not None:
        faces.append(_parted(whole.text, whole.start, other.start, other.end, "translation"))
    else:
        faces[0]["label"] = None
    return faces


def _parted(whole: str, offset: int, start: int, end: int, label: str) -> dict[str, Any]:
    start, end = start - offset, end - offset
    return _face(whole[:start], whole[start:end], whole[end:], label)


def _face(before: str, quote: str, after: str, label: str | None) -> dict[str, Any]:
    return {"before": before, "quote": quote, "after": after, "label": label}


def _terms(words: str, glossary: Glossary | None) -> dict[str, str]:
    """What the field's terms in a sentence are called in the other language."""
    other: Lang = "en" if has_han(words) else "zh"
    found = glossary.found(words) if glossary else {}
    return {
        name: " · ".join(dict.fromkeys(c.names(other)[0] for c in concepts))
        for name, concepts in found.items()
    }


def nearest(
    near: Sequence[Nearest], passages: Mapping[str, Passage], lang: Lang
) -> list[dict[str, Any]]:
    """Cards of the passages near a question that has no answer; nothing is highlighted."""
    cards = []
    for passage in (passages[n.passage_id] for n in near if n.passage_id in passages):
        title, path = _named(passage, lang)
        other = passage.translation
        words = other.text if other is not None and passage.lang != lang else passage.text
        cards.append(
            {
                "passage_id": passage.passage_id,
                "title": title,
                "heading": _below(title, path),
                "locator": _locator(passage.locator, lang),
                "faces": [{**_face(words, "", "", None), "terms": {}}],
            }
        )
    return cards


def _named(passage: Passage, lang: Lang) -> tuple[str, Sequence[str]]:
    """Title and heading path in the reader's language, where the other edition has them."""
    if passage.lang == lang or not passage.other_heading:
        return passage.title, passage.heading
    titled = passage.heading[:1] == (passage.title,)
    return passage.other_heading[0] if titled else passage.title, passage.other_heading


def _locator(locator: str | None, lang: Lang) -> str | None:
    """«第 18 块» in the reader's language; other locators as they stand."""
    numbers = re.findall(r"\d+", locator or "")
    if lang == "en" and locator and has_han(locator) and numbers:
        return text("block", lang, numbers=", ".join(numbers))
    return locator


def _below(title: str, heading: Sequence[str]) -> list[str]:
    return [part for part in heading if part != title]


@st.cache_resource(show_spinner=False)
def _component() -> Any:
    return st.components.v2.component(
        "chuhai_panel",
        html='<div class="panel"></div>',
        css=(_FOLDER / "panel.css").read_text(encoding="utf-8"),
        js=(_FOLDER / "panel.js").read_text(encoding="utf-8"),
    )
