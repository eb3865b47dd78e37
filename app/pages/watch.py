"""What only the browser can tell: that the server is gone, that an answer was stopped."""

from typing import Any

import streamlit as st

from chuhai.domain import Lang
from pages.strings import text

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
# Stopping ends the script where it stands, with nothing drawn after it. So the page asks
# for a run of its own once the script has stood still for a while.
_STOPPED_JS = """
export default function ({ parentElement, setTriggerValue }) {
  const node = parentElement.querySelector(".waiting");
  if (node.dataset.watched) return;
  node.dataset.watched = "yes";
  let still = 0;
  const look = setInterval(() => {
    const app = document.querySelector("[data-testid=stApp]");
    still = app?.dataset.testScriptState === "notRunning" ? still + 1 : 0;
    if (!node.isConnected || still > 2) clearInterval(look);
    if (node.isConnected && still > 2) setTriggerValue("stopped", true);
  }, 150);
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


def until_stopped() -> None:
    """Lies beside an answer that is being made, and has the page drawn again once it stopped."""
    _waiting()(key="waiting", on_stopped_change=lambda: None)


@st.cache_resource(show_spinner=False)
def _waiting() -> Any:
    html = '<span class="waiting"></span>'
    return st.components.v2.component("chuhai_waiting", html=html, js=_STOPPED_JS)


@st.cache_resource(show_spinner=False)
def _component() -> Any:
    html = '<div class="offline" popover="manual" role="alert"></div>'
    return st.components.v2.component("chuhai_watch", html=html, css=_CSS, js=_JS)
