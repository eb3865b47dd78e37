"""Text of documents, models and users on any page: shown as written, never as markup.

What goes through ``st.html`` is escaped here; labels of widgets, which Streamlit reads as
Markdown, are made ``inert``. The component of ``turns`` takes plain values and draws them
with ``textContent``.
"""

import html
import re

import streamlit as st

from chuhai.answering.claims import blocks, escape
from chuhai.domain import Lang, Passage
from pages import sources

# Streamlit and GitHub's Markdown look for these after backslashes are gone: directives and
# shortcodes (`:red[`, `:smile:`), bare addresses, arrows. A word joiner parts them.
_SOUGHT = re.compile(r"(:|@|www(?=\.)|[-<]+(?=[->]))", re.IGNORECASE)
_JOINER = "\u2060"
_LONGEST_LABEL = 160


def inert(label: str) -> str:
    """Any text as a label that shows these very characters, cut where it is very long."""
    label = sources.unturned(label)
    if len(label) > _LONGEST_LABEL:
        label = f"{label[: _LONGEST_LABEL - 1]}…"
    return _SOUGHT.sub(rf"\1{_JOINER}", escape(label))


def as_html(markdown: str) -> str:
    """An answer's Markdown while it streams, before there are sources to open."""
    lines = []
    for block in blocks(markdown):
        body = "".join(
            html.escape(sources.unturned(part)) if isinstance(part, str) else f"<sup>[{part}]</sup>"
            for part in block.parts
        )
        lines.append(f"<li>{body}</li>" if block.bullet else f"<p>{body}</p>")
    return f'<div style="overflow-wrap:anywhere;line-height:1.7">{"".join(lines)}</div>'


def plain(words: str) -> str:
    """Any text as HTML that shows exactly it."""
    style = "white-space:pre-wrap;overflow-wrap:anywhere;unicode-bidi:isolate"
    return f'<div style="{style}">{html.escape(sources.unturned(words))}</div>'


def card(title: str, body: str, colour: str = "#b7791f") -> None:
    """A calm notice; both texts may come from anywhere."""
    style = (
        f"border:1px solid color-mix(in srgb,currentColor 16%,transparent);border-left:4px solid "
        f"{colour};border-radius:.6rem;padding:.8rem 1rem;overflow-wrap:anywhere;"
        "background:color-mix(in srgb,currentColor 5%,transparent)"
    )
    title, body = (html.escape(sources.unturned(words)) for words in (title, body))
    st.html(f'<div role="status" style="{style}"><strong>{title}</strong><br>{body}</div>')


def quiet(line: str) -> None:
    """A small line of plain text."""
    style = "font-size:.82rem;opacity:.8;overflow-wrap:anywhere"
    st.html(f'<div style="{style}">{html.escape(sources.unturned(line))}</div>')


def passage_html(passage: Passage, lang: Lang) -> str:
    """A whole passage by itself, the reader's language first."""
    title, heading = sources.named(passage, lang)
    place = sources.locator(passage.locator, lang)
    path = " › ".join(part for part in (*sources.below(title, heading), place) if part)
    editions = [passage.text]
    if passage.translation is not None:
        editions.append(passage.translation.text)
    if passage.lang != lang:
        editions.reverse()
    title, path, *editions = (html.escape(sources.unturned(w)) for w in (title, path, *editions))
    bodies = "<hr>".join(f'<div style="white-space:pre-wrap">{words}</div>' for words in editions)
    return (
        '<div style="overflow-wrap:anywhere;line-height:1.7">'
        f"<strong>{title}</strong>"
        f'<div style="font-size:.82rem;opacity:.8;margin-bottom:.6rem">{path}</div>'
        f"{bodies}"
        f'<p style="font-size:.78rem;opacity:.8">{html.escape(passage.document)}</p></div>'
    )
