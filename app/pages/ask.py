"""Asking: the widgets of the page. What a session remembers is in ``session``."""

import logging
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from chuhai.domain import Answer, Lang
from chuhai.errors import ChatMissing, ChuhaiError, IndexProblem
from pages import conversation, panel, session, shelf, sources, tongue, turns, watch
from pages.conversation import ADVISOR, ERROR, MOST_CHARACTERS
from pages.loading import load, rebuild, workshop
from pages.patience import patient
from pages.session import Asked, Turn
from pages.strings import text

if TYPE_CHECKING:
    from chuhai.wiring import Advisor, Workshop

ROLES = ("marketer", "consultant", "evaluator")
_STYLE = Path(__file__).parent / "ask.css"
_logger = logging.getLogger(__name__)


def page() -> None:
    """The whole page."""
    lang = tongue.language()
    st.html(_STYLE)
    watch.show(lang)
    _header(lang)
    typed = st.chat_input(text("placeholder", lang), submit_mode="stop")
    asked = session.waiting(typed)
    opened = _advisor(lang)
    if opened is None:
        return
    house, advisor = opened
    session.follow_address(house, advisor)
    shelf.show(house.chats, lang)
    _permalink(advisor, lang)
    _missing(lang)
    if not session.turns() and asked is None:
        _starters(advisor, lang)
    conversation.show_all(house, advisor, lang, settled=asked is None)
    if asked is not None:
        known = st.session_state.get("chat")
        session.turns().append(Turn(asked.question))
        _answer(asked, house, advisor, lang)
        if st.session_state.get("chat") != known:
            st.rerun()  # a new conversation has its place in the sidebar and the header
    session.name_address()


def _header(lang: Lang) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.title("Chuhai 出海", anchor=False, width="stretch")
        if st.session_state.get("turns") or "asked" in st.session_state:
            st.button(text("new", lang), key="new", type="tertiary", on_click=session.forget)
        tongue.switch(lang)
    panel.quiet(text("subtitle", lang))


def _advisor(lang: Lang) -> "tuple[Workshop, Advisor] | None":
    """The advisor, or None after a card that says what is wrong and how to mend it."""
    place = st.empty()
    place.caption(text("opening", lang))

    def say(_stage: str, done: int, total: int) -> None:
        share = min(1.0, done / total) if total else 0.0
        place.progress(share, text("building", lang, done=done, total=total))

    try:
        house, advisor = workshop(), load(say)
    except IndexProblem as error:
        place.empty()
        panel.card(text("error", lang), error.message(lang), ERROR)
        if st.button(text("stale.mend", lang), key="mend", icon=":material/refresh:"):
            _mend(say, lang)
        return None
    except ChuhaiError as error:
        place.empty()
        panel.card(text("error", lang), error.message(lang), ERROR)
        return None
    except Exception:
        _logger.exception("the page could not open the index")
        place.empty()
        panel.card(text("error", lang), text("error.unknown", lang), ERROR)
        return None
    place.empty()
    return house, advisor


def _mend(say: Callable[[str, int, int], None], lang: Lang) -> None:
    try:
        rebuild(say)
    except ChuhaiError as error:
        panel.card(text("error", lang), error.message(lang), ERROR)
        return
    st.rerun()


def _permalink(advisor: "Advisor", lang: Lang) -> None:
    """Opens the passage that ``?passage=`` names, once for each address."""
    wanted = st.query_params.get("passage")
    if not wanted or st.session_state.get("linked") == wanted:
        return
    st.session_state.linked = wanted
    passage = advisor.index.catalogue.passages([wanted]).get(wanted)
    at, cited_hash = st.query_params.get("at", ""), st.query_params.get("v")

    def body() -> None:
        if passage is None:
            panel.card(text("passage", lang), text("gone", lang))
            return
        place = int(at) if at.isascii() and at.isdigit() and len(at) < 10 else None
        card = sources.whole(passage, lang, place, cited_hash, advisor.searcher.glossary)
        turns.show(turns.passage_panel(card, lang), "linked-passage")

    st.dialog(text("passage", lang), width="large", on_dismiss=_close)(body)()


def _close() -> None:
    for name in ("passage", "at", "v"):
        st.query_params.pop(name, None)
    st.session_state.pop("linked", None)


def _missing(lang: Lang) -> None:
    """Says that the address names no conversation, or one that cannot be read."""
    error: ChuhaiError | None = st.session_state.get("missing")
    if error is None or session.turns():
        return
    known = isinstance(error, ChatMissing)
    said = text("chats.gone.why", lang) if known else error.message(lang)
    panel.card(text("chats.gone" if known else "error", lang), said)


def _starters(advisor: "Advisor", lang: Lang) -> None:
    by_role = advisor.roles.get(lang, {})
    questions = advisor.starters.get(lang, ())
    panel.quiet(text("starters" if questions else "empty", lang))
    offered = [role for role in ROLES if role in by_role]
    if offered:
        role = st.segmented_control(
            text("role", lang),
            offered,
            default=offered[0],
            required=True,
            key="role",
            format_func=lambda role: text(f"role.{role}", lang),
            label_visibility="collapsed",
        )
        questions = by_role[role]
    conversation.buttons(questions, "starter")


def _answer(asked: Asked, house: "Workshop", advisor: "Advisor", lang: Lang) -> None:
    """Answers the last turn before the reader's eyes and remembers what came of it."""
    place = len(session.turns()) - 1
    turn = session.turns()[place]
    conversation.show_question(turn.question)
    with st.chat_message("assistant", avatar=ADVISOR):
        written = st.empty()
        if len(turn.question) > MOST_CHARACTERS:
            mend = text("too_long.mend", lang, most=MOST_CHARACTERS, length=len(turn.question))
            turn.notice = (text("too_long", lang), mend)
        else:
            with written.container():
                _write(turn, asked, house, advisor, lang)
        conversation.show_reply(turn, place, house, advisor, lang, last=True, written=written)


def _write(turn: Turn, asked: Asked, house: "Workshop", advisor: "Advisor", lang: Lang) -> None:
    """Writes the answer piece by piece, and keeps it."""
    words = st.empty()
    words.caption(text("looking", lang))
    watch.until_stopped()

    def draw() -> None:
        if turn.streamed:
            words.html(panel.as_html(turn.streamed))
        else:
            words.caption(text("looking", lang))

    try:
        _stream(turn, advisor, lang, draw)
        session.surround(turn, house, advisor)
        session.keep(turn, house, asked.replaces)
    except ChuhaiError as error:
        turn.notice = (text("error", lang), error.message(lang))
    except Exception:
        _logger.exception("a question could not be answered")
        turn.notice = (text("error", lang), text("error.unknown", lang))


def _stream(turn: Turn, advisor: "Advisor", lang: Lang, draw: Callable[[], object]) -> None:
    asked = [t.question for t in session.turns() if t.notice is None]
    # Where there is no word to tell a language by, the page's own.
    spoken = "auto" if any(ch.isalnum() for ch in turn.question) else lang
    for piece in patient(advisor.stream(asked, spoken), draw):
        if isinstance(piece, Answer):
            turn.answer = piece
        else:
            turn.streamed += piece.markdown
            draw()
