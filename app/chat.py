"""The chat front end: navigation alone. ``streamlit run app/chat.py``, or `chuhai serve`."""

import streamlit as st

from pages.ask import page

st.set_page_config(page_title="Chuhai 出海", page_icon="🧭", layout="centered")
st.navigation([st.Page(page, title="Chuhai 出海", default=True)], position="hidden").run()
