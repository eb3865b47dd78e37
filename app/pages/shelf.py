"""The sidebar: saved conversations, found, opened, renamed and deleted."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import streamlit as st

from chuhai.domain import Lang
from chuhai.errors import ChuhaiError
from pages import panel, session
from pages.strings import text

if TYPE_CHECKING:
    from chuhai.chats.conversations import Chats
    from chuhai.chats.values import Entry

_STEP = 20


def show(chats: "Chats", lang: Lang) -> None:
    """The list of the sidebar."""
    with st.sidebar:
        st.button(
            text("new", lang),
            key="new-chat",
            icon=":material/add:",
            width="stretch",
            on_click=session.forget,
        )
        label = text("chats.search", lang)
        words = st.text_input(
            label,
            key="search",
            placeholder=label,
            label_visibility="collapsed",
            icon=":material/search:",
        )
        most = st.session_state.setdefault("listed", _STEP)
        try:
            entries, total = chats.find(words, most), chats.count(words)
        except ChuhaiError as error:
            panel.card(text("chats", lang), error.message(lang))
            return
        for entry in entries:
            _row(entry, chats, lang)
        if not entries:
            unfound = text("chats.unfound", lang, words=words)
            panel.quiet(unfound if words.strip() else text("chats.none", lang))
        if total > len(entries):
            st.button(text("chats.more", lang), key="more", type="tertiary", on_click=_more)


def _row(entry: "Entry", chats: "Chats", lang: Lang) -> None:
    current = entry.id == st.session_state.get("chat")
    with st.container(
        key=f"row-{entry.id}", horizontal=True, vertical_alignment="center", gap="xsmall"
    ):
        st.button(
            panel.inert(entry.name),
            key=f"chat-{entry.id}",
            type="secondary" if current else "tertiary",
            width="stretch",
            on_click=session.open_chat,
            args=(entry.id,),
        )
        if st.button(
            panel.inert(text("chats.manage", lang, name=entry.name)),
            key=f"manage-{entry.id}",
            icon=":material/more_horiz:",
            type="tertiary",
        ):
            _manage(entry, chats, lang)


def _manage(entry: "Entry", chats: "Chats", lang: Lang) -> None:
    def body() -> None:
        name = st.text_input(text("chats.name", lang), value=entry.name, max_chars=200, key="name")
        if st.button(text("chats.rename", lang), key="rename"):
            _try(lambda: chats.rename(entry.id, name), lang)
        st.divider()
        panel.quiet(text("chats.sure", lang))
        if st.button(text("chats.delete.yes", lang), key="delete", icon=":material/delete:"):
            _try(lambda: _delete(entry, chats), lang)

    st.dialog(text("chats.dialog", lang), on_dismiss="ignore")(body)()


def _delete(entry: "Entry", chats: "Chats") -> None:
    chats.delete(entry.id)
    if entry.id == st.session_state.get("chat"):
        session.forget()


def _try(act: Callable[[], object], lang: Lang) -> None:
    try:
        act()
    except ChuhaiError as error:
        panel.card(text("error", lang), error.message(lang))
        return
    st.rerun()


def _more() -> None:
    st.session_state.listed += _STEP
