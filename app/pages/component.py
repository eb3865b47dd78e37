"""Components of this folder's own files: plain values in, drawn with ``textContent``."""

from pathlib import Path
from typing import Any

import streamlit as st

_FOLDER = Path(__file__).parent


def component(name: str, html: str, *scripts: str, css: str) -> Any:
    """A component whose script is the named files one after the other; the last exports it."""
    return st.components.v2.component(
        f"chuhai_{name}", html=html, css=_read(css), js="\n".join(map(_read, scripts))
    )


def _read(name: str) -> str:
    return (_FOLDER / name).read_text(encoding="utf-8")
