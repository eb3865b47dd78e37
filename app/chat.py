"""The chat front end: navigation alone. ``streamlit run app/chat.py``, or `chuhai serve`."""

from pathlib import Path

import streamlit as st

from pages import ask, benchmark, evaluations, library
from pages.tongue import language
from pages.words import word

_ICON = Path(__file__).parent / "pages" / "icon.svg"

st.set_page_config(page_title="Chuhai 出海", page_icon=str(_ICON), layout="centered")
lang = language()
home = st.Page(ask.page, title=word("nav.ask", lang), default=True)
others = [
    st.Page(room.page, title=word(f"nav.{name}", lang), url_path=name)
    for name, room in (("benchmark", benchmark), ("library", library), ("evaluations", evaluations))
]
chosen = st.navigation([home, *others], position="top")
# Links to passages and conversations are relative: on whatever page, Ask opens them.
if chosen is not home and {"passage", "chat"} & set(st.query_params):
    st.switch_page(home, query_params=st.query_params.to_dict())
chosen.run()
