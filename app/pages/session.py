"""What a session remembers of its conversation, and how it is kept in home."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import streamlit as st

from chuhai.chats.values import Feedback
from chuhai.domain import Answer, Passage
from chuhai.errors import ChatMissing, ChuhaiError

if TYPE_CHECKING:
    from chuhai.export.charts import Chart
    from chuhai.wiring import Advisor, Workshop

_LONGEST_REASON = 500


@dataclass
class Turn:
    """A question of this session and what came of it."""

    question: str
    streamed: str = ""
    """The answer's Markdown so far; all there is of one that was stopped."""
    answer: Answer | None = None
    passages: dict[str, Passage] = field(default_factory=dict)
    """The passages as they stood when it was shown."""
    charts: "list[Chart]" = field(default_factory=list)
    notice: tuple[str, str] | None = None
    """Title and text of a card, where no answer was even tried or it failed."""
    n: int | None = None
    """Its number in the saved conversation."""
    rated: Feedback | None = None
    unsaved: ChuhaiError | None = None
    """Why it could not be kept."""
    panel: tuple[Hashable, bytes] | None = None
    """What its panel was last drawn for, and the panel."""


@dataclass(frozen=True)
class Asked:
    """A question that waits for its answer; ``replaces`` is the saved turn it stands for."""

    question: str
    replaces: int | None = None


def turns() -> list[Turn]:
    """The turns of this session, oldest first."""
    found: list[Turn] = st.session_state.setdefault("turns", [])
    return found


def ask(question: str) -> None:
    st.session_state.asked = Asked(question)


def ask_again(place: int, question: str) -> None:
    """Turn ``place`` asked anew: it goes, and what came after it."""
    replaces = turns()[place].n
    del turns()[place:]
    st.session_state.pop("editing", None)
    st.session_state.asked = Asked(question, replaces)


def waiting(typed: str | None) -> Asked | None:
    """What is to be answered in this run."""
    asked: Asked | None = st.session_state.pop("asked", None)
    return Asked(typed) if typed is not None else asked


def show_earlier() -> None:
    st.session_state.earlier = True


def forget() -> None:
    """An empty page; the saved conversation stays."""
    for name in ("turns", "asked", "editing", "chat", "missing", "earlier"):
        st.session_state.pop(name, None)
    st.query_params.pop("chat", None)


def name_address() -> None:
    """Puts the conversation into the address, so that a refresh comes back to it."""
    chat = st.session_state.get("chat")
    if chat and st.query_params.get("chat") != chat:
        st.query_params["chat"] = chat


def open_chat(chat_id: str) -> None:
    """Another conversation, by the address, read in by ``follow_address``."""
    forget()
    st.query_params["chat"] = chat_id


def follow_address(workshop: "Workshop", advisor: "Advisor") -> None:
    """Reads in the conversation that the address names, if it is not the one at hand."""
    wanted = st.query_params.get("chat")
    if not wanted or wanted == st.session_state.get("chat"):
        return
    forget()
    try:
        saved = workshop.chats.load(wanted)
    except ChuhaiError as error:
        st.session_state.missing = error
        return
    st.session_state.chat = wanted
    st.query_params["chat"] = wanted
    for kept in saved.turns:
        turn = Turn(kept.question, answer=kept.answer, n=kept.n, rated=kept.feedback)
        surround(turn, workshop, advisor)
        turns().append(turn)


def surround(turn: Turn, workshop: "Workshop", advisor: "Advisor") -> None:
    """Puts to an answer what is shown with it: its passages as they are now, its charts."""
    from chuhai.export.charts import charts

    answer = turn.answer
    assert answer is not None
    near = answer.refusal.nearest if answer.refusal else ()
    ids = [c.passage_id for c in answer.citations] + [n.passage_id for n in near]
    turn.passages = advisor.index.catalogue.passages(list(dict.fromkeys(ids)))
    if answer.citations:
        turn.charts = charts(answer, workshop.library(advisor.index, [answer]))


def keep(turn: Turn, workshop: "Workshop", replaces: int | None) -> None:
    """Saves a turn that has its answer; says in the turn where that failed."""
    answer = turn.answer
    assert answer is not None
    chats, chat = workshop.chats, st.session_state.get("chat")
    try:
        try:
            if chat and replaces:
                turn.n = chats.replace(chat, replaces, answer).n
            elif chat:
                turn.n = chats.append(chat, answer).n
        except ChatMissing:
            chat = None  # deleted meanwhile, perhaps in another window
        if not chat:
            st.session_state.chat = chats.start(answer).id
            turn.n = 1
    except ChuhaiError as error:
        turn.unsaved = error


def rate(turn: Turn, workshop: "Workshop", act: Mapping[str, Any]) -> None:
    """Keeps what the reader thinks of a saved turn; ``act`` comes from the browser."""
    from chuhai.chats.feedback import rate as keep_rating

    good, reason = act.get("good"), act.get("reason")
    if turn.n is None or good not in (True, False, None):
        return
    reason = reason[:_LONGEST_REASON] if isinstance(reason, str) else ""
    chat = st.session_state.get("chat", "")
    try:
        keep_rating(workshop.chats, workshop.drafts, chat, turn.n, good, reason)
    except ChuhaiError as error:
        turn.unsaved = error
        return
    turn.rated = None if good is None else Feedback(good, reason, "")
