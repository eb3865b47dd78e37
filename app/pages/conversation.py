"""The turns of a conversation as they are drawn: question, answer, what can be done with both."""

from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from typing import TYPE_CHECKING, Any

import streamlit as st

from chuhai.domain import Answer, Lang
from pages import handing, panel, session, turns
from pages.session import Turn
from pages.strings import text

if TYPE_CHECKING:
    from chuhai.wiring import Advisor, Workshop

MOST_CHARACTERS = 4000
ERROR = "#c53030"
ADVISOR = ":material/travel_explore:"
_ASKER = ":material/person:"
_ACTIONS = ("edit", "again")
_LATEST = 10


def buttons(questions: tuple[str, ...], key: str) -> None:
    for i, question in enumerate(questions):
        st.button(
            panel.inert(question),
            key=f"{key}-{i}",
            on_click=session.ask,
            args=(question,),
            width="stretch" if key == "starter" else "content",
        )


def show_all(house: "Workshop", advisor: "Advisor", lang: Lang, *, settled: bool) -> None:
    """The latest turns, earlier ones where they are wanted: every turn is drawn again in
    every run. ``settled``: no question is being answered."""
    shown = session.turns()
    most = _LATEST if settled else _LATEST - 1
    hidden = 0 if st.session_state.get("earlier") else max(0, len(shown) - most)
    above = st.empty()
    if hidden:
        label = text("earlier", lang, n=hidden)
        above.button(label, key="show-earlier", type="tertiary", on_click=session.show_earlier)
    for place, turn in enumerate(shown):
        if place < hidden:
            # Both messages keep their places, so that those below stay as they are.
            st.empty()
            st.empty()
        else:
            last = place == len(shown) - 1 and settled
            show(turn, place, house, advisor, lang, last=last)


def show(
    turn: Turn, place: int, house: "Workshop", advisor: "Advisor", lang: Lang, *, last: bool
) -> None:
    """A turn that has its answer."""
    if st.session_state.get("editing") == place:
        _edit(turn, place, lang)
    else:
        show_question(turn.question)
    with st.chat_message("assistant", avatar=ADVISOR):
        show_reply(turn, place, house, advisor, lang, last=last)


def show_reply(
    turn: Turn,
    place: int,
    house: "Workshop",
    advisor: "Advisor",
    lang: Lang,
    *,
    last: bool,
    written: AbstractContextManager[object] | None = None,
) -> None:
    """What came of the question, and below the last one what can be done next.

    ``written`` is where the answer was written; what came of it, one element, takes its
    place, so that a later run finds it where it draws it.
    """
    key = f"turn-{place}"
    act = partial(_act, turn, place, house)
    with written or nullcontext():
        if turn.notice:
            panel.card(*turn.notice, ERROR)
        elif turn.answer is None:
            turns.show(turns.stopped_panel(turn.streamed, lang, _ACTIONS), key, act)
        else:
            turns.show(_panel(turn, turn.answer, advisor, lang, fresh=last), key, act)
    if turn.notice:
        st.button(text("edit", lang), key=f"edit-{place}", on_click=_begin_edit, args=(place,))
    elif turn.answer is None:
        panel.quiet(text("stopped", lang))
    if turn.unsaved:
        why = text("chats.unsaved", lang, why=turn.unsaved.message(lang))
        panel.card(text("chats", lang), why)
    if not last:
        return
    answers = [turn.answer for turn in session.turns() if turn.answer is not None]
    handing.show(answers, house, advisor, lang)
    if turn.answer is not None and turn.answer.follow_ups:
        panel.quiet(text("try" if turn.answer.refused else "follow_ups", lang))
        buttons(turn.answer.follow_ups, f"{key}-next")


def _panel(turn: Turn, answer: Answer, advisor: "Advisor", lang: Lang, *, fresh: bool) -> bytes:
    drawn_for = (lang, fresh, turn.rated, turn.n)
    if turn.panel is None or turn.panel[0] != drawn_for:
        made = turns.answer_panel(
            answer,
            turn.passages,
            lang,
            fresh=fresh,
            glossary=advisor.searcher.glossary,
            charts=turn.charts,
            rated=turn.rated,
            actions=(*_ACTIONS, "rate") if turn.n else _ACTIONS,
        )
        turn.panel = drawn_for, made
    return turn.panel[1]


def _act(turn: Turn, place: int, house: "Workshop", act: Mapping[str, Any]) -> None:
    """What the reader did with an answer."""
    if act.get("do") == "edit":
        _begin_edit(place)
    elif act.get("do") == "again":
        session.ask_again(place, turn.question)
    elif act.get("do") == "rate":
        session.rate(turn, house, act)


def show_question(question: str) -> None:
    shown = question if len(question) <= MOST_CHARACTERS else f"{question[:200]}…"
    with st.chat_message("user", avatar=_ASKER):
        st.html(panel.plain(shown))


def _begin_edit(place: int | None) -> None:
    st.session_state.editing = place


def _edit(turn: Turn, place: int, lang: Lang) -> None:
    key = f"edited-{place}"
    with st.chat_message("user", avatar=_ASKER), st.container(key="editor"):
        edited = st.text_area(
            text("edit.label", lang), turn.question, max_chars=MOST_CHARACTERS, key=key
        )
        with st.container(horizontal=True):
            if st.button(text("edit.ask", lang), key="edit-ask") and edited.strip():
                session.ask_again(place, edited)
                st.rerun()
            st.button(text("cancel", lang), key="edit-cancel", on_click=_begin_edit, args=(None,))
