"""What every page beside Ask begins with: its language, its title, the open index."""

import html
import logging
import runpy
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from chuhai.domain import Lang
from chuhai.errors import ChuhaiError
from pages import tongue
from pages.loading import load
from pages.panel import card, plain, quiet
from pages.words import word

if TYPE_CHECKING:
    from chuhai.index.build import Progress
    from chuhai.wiring import Advisor

ERROR = "#c53030"
_STYLE = Path(__file__).with_name("pages.css")
_logger = logging.getLogger(__name__)


def navigate() -> None:
    """The whole front end, from a page's file that Streamlit runs as a script.

    It does so for the first visitor of a server alone, and only where that visitor asks for
    a page by its address: the folder's name makes it take each file for a page, until
    ``st.navigation`` was called once.
    """
    runpy.run_path(str(_STYLE.parents[1] / "chat.py"))


def begin(room: str) -> Lang:
    """Style, title, what the page is for, and the button that leads to the other language."""
    lang = tongue.language()
    st.html(_STYLE)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.title(word(f"{room}.title", lang), anchor=False, width="stretch")
        tongue.switch(lang)
    quiet(word(f"{room}.about", lang))
    return lang


def opened(lang: Lang) -> "Advisor | None":
    """The advisor, or None after a card that says what is wrong and how to mend it."""
    place = st.empty()
    place.html(plain(word("frame.opening", lang)))
    advisor = None
    with told(lang):
        advisor = load(progress(place.progress, lang))
    place.empty()
    return advisor


def progress(draw: Callable[[float, str], object], lang: Lang) -> "Progress":
    """Progress of a build as a bar with words."""

    def say(stage: str, done: int, total: int) -> None:
        share = min(1.0, done / total) if total else 0.0
        draw(share, word(f"stage.{stage}", lang, done=done, total=total))

    return say


@contextmanager
def told(lang: Lang) -> Iterator[None]:
    """Shows what fails inside as a card instead of a stack of calls."""
    try:
        yield
    except ChuhaiError as error:
        card(word("frame.error", lang), error.message(lang), ERROR)
    except Exception:
        _logger.exception("a page could not be drawn")
        card(word("frame.error", lang), word("frame.unknown", lang), ERROR)


def done(line: str) -> None:
    """What was done, on a line that screen readers say; its words may come from anywhere."""
    st.html(f'<div class="ch"><p class="ch-card ch-done" role="status">{esc(line)}</p></div>')


def draw(body: str, label: str = "") -> None:
    """HTML whose every foreign word is escaped already; ``label`` names it for screen readers."""
    named = f' role="group" aria-label="{html.escape(label)}"' if label else ""
    st.html(f'<div class="ch"{named}>{body}</div>')


def esc(words: object) -> str:
    """Any text as HTML that shows exactly it."""
    return html.escape(str(words))


def table(heads: list[str], rows: list[list[str]], caption: str) -> str:
    """A table; cells are HTML already, heads and caption are not. It scrolls by itself."""
    top = "".join(f'<th scope="col">{esc(head)}</th>' for head in heads)
    body = "".join(
        f'<tr><th scope="row">{row[0]}</th>{"".join(f"<td>{cell}</td>" for cell in row[1:])}</tr>'
        for row in rows
    )
    return (
        f'<div class="ch-wide" tabindex="0" role="region" aria-label="{esc(caption)}">'
        f"<table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table></div>"
    )
