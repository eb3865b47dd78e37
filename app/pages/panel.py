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
from chuhai.domain import Answer, Citation, Lang, Nearest, Passage
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


def passage_html(passage: Passage) -> str:
    """A whole passage by itself."""
    below = _below(passage.title, passage.heading)
    path = " › ".join(part for part in (*below, passage.locator) if part)
    other = passage.translation
    return (
        '<div style="overflow-wrap:anywhere;line-height:1.7">'
        f"<strong>{html.escape(passage.title)}</strong>"
        f'<div style="font-size:.82rem;opacity:.72;margin-bottom:.6rem">{html.escape(path)}</div>'
        f'<div style="white-space:pre-wrap">{html.escape(passage.text)}</div>'
        + (
            f'<hr><div style="white-space:pre-wrap">{html.escape(other.text)}</div>'
            if other
            else ""
        )
        + f'<p style="font-size:.78rem;opacity:.6">{html.escape(passage.document)}</p></div>'
    )


def show_answer(
    answer: Answer, passages: Mapping[str, Passage], lang: Lang, key: str, *, fresh: bool
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
            "sources": [cited(c, passages.get(c.passage_id), lang) for c in answer.citations],
        }
    else:
        values = {
            "kind": "refusal",
            "title": text(f"refused.{refused.reason}", lang),
            "blocks": [{"bullet": False, "parts": [line]} for line in refused.message.split("\n")],
            "sources": nearest(refused.nearest, passages),
        }
    names = {name: text(name, lang) for name in ("translation", "link")}
    names["sources"] = text("sources" if refused is None else "nearest", lang)
    names["source"] = text("source", lang, n="{n}")
    _component()(key=key, data={**values, "names": names, "fresh": fresh})


def cited(citation: Citation, passage: Passage | None, lang: Lang) -> dict[str, Any]:
    """A source card: the passage parted before and after the quoted sentence."""
    before, after, notes = "", "", []
    if passage is not None and passage.content_hash == citation.content_hash:
        start, end = citation.start - passage.start, citation.end - passage.start
        before, after = passage.text[:start], passage.text[end:]
    else:
        notes.append(text("changed", lang))
    if citation.support == "paraphrase":
        notes.append(text("paraphrase", lang))
    return {
        "n": citation.n,
        "passage_id": citation.passage_id,
        "title": citation.title,
        "heading": _below(citation.title, citation.heading),
        "locator": citation.locator,
        "before": before,
        "quote": citation.quote,
        "after": after,
        "translation": citation.translation.text if citation.translation else None,
        "note": " ".join(notes),
    }


def nearest(near: Sequence[Nearest], passages: Mapping[str, Passage]) -> list[dict[str, Any]]:
    """Cards of the passages near a question that has no answer; nothing is highlighted."""
    return [
        {
            "passage_id": p.passage_id,
            "title": p.title,
            "heading": _below(p.title, p.heading),
            "locator": p.locator,
            "before": p.text,
            "quote": "",
            "after": "",
        }
        for p in (passages[n.passage_id] for n in near if n.passage_id in passages)
    ]


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
