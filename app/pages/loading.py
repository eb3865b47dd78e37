"""The advisor of this server's settings, opened once and shared by all sessions."""

import threading
from typing import TYPE_CHECKING

import streamlit as st

if TYPE_CHECKING:
    from chuhai.index.build import Progress
    from chuhai.wiring import Advisor, Workshop

# Sessions that come while the first one builds wait for it rather than fail.
_opening = threading.Lock()


def load(progress: "Progress") -> "Advisor":
    """The advisor over the current build; a rebuilt index is opened anew.

    Raises ChuhaiError for settings or an index that cannot be used.
    """
    from chuhai.errors import IndexMissing
    from chuhai.settings import from_environment
    from chuhai.wiring import Workshop

    workshop = Workshop(from_environment())
    with _opening:
        try:
            build = workshop.manifest().build
        except IndexMissing:
            build = workshop.build(progress=progress).manifest.build
        return _advisor(build, repr(workshop.settings), workshop)


@st.cache_resource(max_entries=1, show_spinner=False)
def _advisor(build: str, settings: str, _workshop: "Workshop") -> "Advisor":
    return _workshop.advisor(_workshop.open())
