"""The turns of a conversation as they are drawn: question, answer, what can be done with both."""

from collections.abc import Mapping
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


def buttons(questions: tuple[str, ...], key: str) -> None:
    for i, question in enumerate(questions):
        st.button(
            panel.inert(question),
            key=f"{key}-{i}",
            on_click=session.ask,
            args=(question,),
            width="stretch" if key == "starter" else "content",
        )


def show(
    turn: Turn, place: int, house: "Workshop", advisor: "Advisor", lang: Lang, *, last: bool
) -> None:
    key = f"turn-{place}"
    if st.session_state.get("editing") == place:
        _edit(turn, place, lang)
    else:
        show_question(turn.question, lang, place)
    act = partial(_act, turn, place, house)
    with st.chat_message("assistant", avatar=ADVISOR):
        if turn.notice:
            panel.card(*turn.notice, ERROR)
        elif turn.answer is None:
            turns.show_stopped(turn.streamed, lang, key, ("again",), act)
            panel.quiet(text("stopped", lang))
        else:
            _show_answer(turn, turn.answer, advisor, lang, key, last=last, act=act)
            if turn.unsaved:
                why = text("chats.unsaved", lang, why=turn.unsaved.message(lang))
                panel.card(text("chats", lang), why)
        if last:
            answers = [turn.answer for turn in session.turns() if turn.answer is not None]
            handing.show(answers, house, advisor, lang)
        if last and turn.answer is not None and turn.answer.follow_ups:
            panel.quiet(text("try" if turn.answer.refused else "follow_ups", lang))
            buttons(turn.answer.follow_ups, f"{key}-next")


def _act(turn: Turn, place: int, house: "Workshop", act: Mapping[str, Any]) -> None:
    """What the reader did with an answer."""
    if act.get("do") == "again":
        session.ask_again(place, turn.question)
    elif act.get("do") == "rate":
        session.rate(turn, house, act)


def show_question(question: str, lang: Lang, place: int | None = None) -> None:
    shown = question if len(question) <= MOST_CHARACTERS else f"{question[:200]}…"
    with (
        st.chat_message("user", avatar=_ASKER),
        st.container(
            key=f"asked-{'now' if place is None else place}",
            horizontal=True,
            vertical_alignment="center",
            gap="small",
        ),
    ):
        st.html(panel.plain(shown), width="stretch")
        if place is not None:
            st.button(
                text("edit", lang),
                key=f"edit-{place}",
                icon=":material/edit:",
                type="tertiary",
                on_click=_begin_edit,
                args=(place,),
            )


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


def _show_answer(
    turn: Turn,
    answer: Answer,
    advisor: "Advisor",
    lang: Lang,
    key: str,
    *,
    last: bool,
    act: turns.Acted,
) -> None:
    empty = answer.refusal is not None and answer.refusal.reason == "empty"
    if answer.standalone_question.strip() != answer.question.strip() and not empty:
        panel.quiet(text("understood", lang, question=answer.standalone_question))
    if answer.degraded:
        panel.card(text("degraded", lang), answer.degraded)
    if answer.refusal is None:
        model = answer.answerer != "extractive"
        name = {"name": answer.answerer} if model else {}
        panel.quiet(text("model" if model else "extractive", lang, **name))
    turns.show_answer(
        answer,
        turn.passages,
        lang,
        key,
        fresh=last,
        glossary=advisor.searcher.glossary,
        charts=turn.charts,
        rated=turn.rated,
        actions=("again", "rate") if turn.n else ("again",),
        on_act=act,
    )
