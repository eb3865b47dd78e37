"""The sidebar: saved conversations, found, opened, renamed and deleted."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import streamlit as st

from chuhai.domain import Lang
from chuhai.errors import ChuhaiError
from pages import panel, session, sources
from pages.component import component
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
        if entries:
            _list(entries, lang)
        wanted = st.session_state.pop("managing", None)
        for entry in entries:
            if entry.id == wanted:
                _manage(entry, chats, lang)
        if not entries:
            unfound = text("chats.unfound", lang, words=words)
            panel.quiet(unfound if words.strip() else text("chats.none", lang))
        if total > len(entries):
            st.button(text("chats.more", lang), key="more", type="tertiary", on_click=_more)


def _list(entries: "Sequence[Entry]", lang: Lang) -> None:
    """All rows as one component: each widget more is a message more in every run."""
    current = st.session_state.get("chat")
    rows = [
        {
            "id": entry.id,
            "name": sources.unturned(entry.name),
            "manage": text("chats.manage", lang, name=sources.unturned(entry.name)),
            "current": entry.id == current,
        }
        for entry in entries
    ]
    _component()(
        key="shelf", data={"label": text("chats", lang), "entries": rows}, on_act_change=_act
    )


def _act() -> None:
    """What the reader pressed; anything else than an object of words is left alone."""
    act = st.session_state["shelf"].get("act")
    wanted = act.get("id") if isinstance(act, Mapping) else None
    if not isinstance(wanted, str):
        return
    if act.get("do") == "open":
        session.open_chat(wanted)
    elif act.get("do") == "manage":
        st.session_state.managing = wanted


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


@st.cache_resource(show_spinner=False)
def _component() -> Any:
    return component("shelf", '<ul class="chats"></ul>', "make.js", "shelf.js", css="shelf.css")
