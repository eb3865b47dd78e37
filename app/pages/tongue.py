"""The language of the interface: one for the session, whatever page is open."""

from collections.abc import Mapping

import streamlit as st

from chuhai.domain import Lang

# What the button says that leads to the other language.
_OTHER: Mapping[Lang, tuple[Lang, str]] = {"zh": ("en", "English"), "en": ("zh", "中文")}


def language() -> Lang:
    """The session's language: chosen, else ``?lang=``, else the browser's."""
    if "lang" not in st.session_state:
        wanted = st.query_params.get("lang") or st.context.locale or "zh"
        st.session_state.lang = "zh" if wanted.lower().startswith("zh") else "en"
    lang: Lang = st.session_state.lang
    return lang


def switch(lang: Lang) -> None:
    """The button that leads to the other language and leaves it in the address."""
    other, name = _OTHER[lang]
    st.button(name, key="language", type="tertiary", on_click=_choose, args=(other,))


def _choose(lang: Lang) -> None:
    st.session_state.lang = lang
    st.query_params["lang"] = lang
