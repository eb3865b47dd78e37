"""The chat front end: navigation alone. ``streamlit run app/chat.py``, or `chuhai serve`."""

from pathlib import Path

import streamlit as st

from pages.ask import page

_ICON = Path(__file__).parent / "pages" / "icon.svg"

st.set_page_config(page_title="Chuhai 出海", page_icon=str(_ICON), layout="centered")
st.navigation([st.Page(page, title="Chuhai 出海", default=True)], position="hidden").run()
