"""The advisor of this server's settings, opened once and shared by all sessions."""

import gc
import sys
import threading
from typing import TYPE_CHECKING

import streamlit as st

if TYPE_CHECKING:
    from chuhai.index.build import Progress
    from chuhai.wiring import Advisor, Workshop

# Every message of a page goes through one thread, which must not wait Python's usual 5 ms for
# its turn behind each that is drawing: with 50 sessions asking without a pause 7.1 to 7.9 answers
# a second became 7.8 to 11.3.
_SWITCH_S = 0.0002
# Sessions that come while the first one builds wait for it rather than fail.
_opening = threading.Lock()


def load(progress: "Progress") -> "Advisor":
    """The advisor over the current build; a rebuilt index is opened anew.

    Raises ChuhaiError for settings or an index that cannot be used.
    """
    from chuhai.errors import IndexMissing

    house = workshop()
    with _opening:
        try:
            build = house.manifest().build
        except IndexMissing:
            build = house.build(progress=progress).manifest.build
        return _advisor(build, repr(house.settings), house)


def workshop() -> "Workshop":
    """The parts that this server's settings name. Raises SettingsError."""
    from chuhai.settings import from_environment
    from chuhai.wiring import Workshop

    return Workshop(from_environment())


def rebuild(progress: "Progress") -> None:
    """Brings an index that cannot be used up to date; ChuhaiError where that fails."""
    with _opening:
        workshop().rebuild(progress)


@st.cache_resource(max_entries=1, show_spinner=False)
def _advisor(build: str, settings: str, _workshop: "Workshop") -> "Advisor":
    advisor = _workshop.advisor(_workshop.open())
    _settle()
    sys.setswitchinterval(_SWITCH_S)
    if _workshop.settings.chat_model is None:
        threading.Thread(target=_warm, args=(advisor,), daemon=True).start()
    return advisor


def _warm(advisor: "Advisor") -> None:
    """Asks one question of each language, so that nobody's first one waits for what is read
    only once. Not where a model would be paid for it."""
    for questions in advisor.starters.values():
        for question in questions[:1]:
            advisor.ask([question])
    _settle()


def _settle() -> None:
    """Takes what stays for good from the garbage collector's rounds: Streamlit makes a whole
    one after every run of a page, which cost a third of the time that a question takes."""
    gc.collect()
    gc.freeze()
