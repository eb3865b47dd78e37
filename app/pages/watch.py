"""Says when the server cannot be reached, and in which language the page is."""

from typing import Any

import streamlit as st

from chuhai.domain import Lang
from pages.ask_strings import text

_JS = """
export default function ({ data, parentElement }) {
  const banner = parentElement.querySelector(".offline");
  document.documentElement.lang = data.lang;
  banner.textContent = data.words;
  if (banner.dataset.watched) return;
  banner.dataset.watched = "yes";
  const reached = async () => {
    try {
      const at = new URL("_stcore/health", document.baseURI);
      return navigator.onLine !== false && (await fetch(at, { cache: "no-store" })).ok;
    } catch {
      return false;
    }
  };
  const look = async () => {
    if (!banner.isConnected) return;
    const there = document.hidden || (await reached());
    if (!there && !banner.matches(":popover-open")) banner.showPopover();
    if (there && banner.matches(":popover-open")) banner.hidePopover();
    setTimeout(look, there ? 8000 : 2000);
  };
  addEventListener("offline", look);
  setTimeout(look, 8000);
}
"""
_CSS = """
.offline { position: fixed; inset: auto 0 auto 0; top: .6rem; margin: 0 auto; border: 0;
  width: max-content; max-width: min(40rem, calc(100vw - 2rem)); border-radius: .6rem;
  padding: .6rem 1rem; background: #8a3b00; color: #fff; font: 600 .88rem/1.5 var(--st-font);
  box-shadow: 0 6px 24px rgb(0 0 0 / .3); }
"""


def show(lang: Lang) -> None:
    """The banner, unseen while all is well."""
    data = {"lang": "zh-CN" if lang == "zh" else "en", "words": text("offline", lang)}
    _component()(key="watch", data=data)


@st.cache_resource(show_spinner=False)
def _component() -> Any:
    html = '<div class="offline" popover="manual" role="alert"></div>'
    return st.components.v2.component("chuhai_watch", html=html, css=_CSS, js=_JS)
