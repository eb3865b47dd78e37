"""Asking: the widgets and what a session remembers. Answers come from ``chuhai``."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import streamlit as st

from chuhai.domain import Answer, Lang, Passage
from chuhai.errors import ChuhaiError
from pages import panel
from pages.loading import load
from pages.strings import OTHER, text

if TYPE_CHECKING:
    from chuhai.language.glossary import Glossary
    from chuhai.wiring import Advisor

MOST_CHARACTERS = 4000
_ERROR = "#c53030"
_ASKER, _ADVISOR = ":material/person:", ":material/travel_explore:"
_logger = logging.getLogger(__name__)


@dataclass
class Turn:
    """A question of this session and what came of it."""

    question: str
    streamed: str = ""
    """The answer's Markdown so far; all there is of one that was stopped."""
    answer: Answer | None = None
    passages: dict[str, Passage] = field(default_factory=dict)
    """The passages as they stood when it was answered."""
    notice: tuple[str, str] | None = None
    """Title and text of a card, where no answer was even tried or it failed."""


def page() -> None:
    """The whole page."""
    lang = _language()
    _header(lang)
    typed = st.chat_input(text("placeholder", lang), submit_mode="stop")
    asked = typed if typed is not None else st.session_state.pop("asked", None)
    advisor = _advisor(lang)
    if advisor is None:
        return
    _permalink(advisor, lang)
    turns: list[Turn] = st.session_state.setdefault("turns", [])
    if not turns and asked is None:
        _starters(advisor, lang)
    for i, turn in enumerate(turns):
        last = i == len(turns) - 1 and asked is None
        _show(turn, lang, f"turn-{i}", last=last, glossary=advisor.searcher.glossary)
    if asked is not None:
        turns.append(Turn(asked))
        _answer(turns, advisor, lang)
        st.rerun()


def _language() -> Lang:
    """The session's language: chosen, else ``?lang=``, else the browser's."""
    if "lang" not in st.session_state:
        wanted = st.query_params.get("lang") or st.context.locale or "zh"
        st.session_state.lang = "zh" if wanted.lower().startswith("zh") else "en"
    lang: Lang = st.session_state.lang
    return lang


def _header(lang: Lang) -> None:
    other, name = OTHER[lang]
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.title("Chuhai 出海", anchor=False, width="stretch")
        if st.session_state.get("turns") or "asked" in st.session_state:
            st.button(text("new", lang), key="new", type="tertiary", on_click=_forget)
        st.button(name, key="language", type="tertiary", on_click=_switch, args=(other,))
    st.caption(text("subtitle", lang))


def _forget() -> None:
    st.session_state.turns = []


def _switch(lang: Lang) -> None:
    st.session_state.lang = lang


def _ask(question: str) -> None:
    st.session_state.asked = question


def _advisor(lang: Lang) -> "Advisor | None":
    """The advisor, or None after a card that says what is wrong and how to mend it."""
    place = st.empty()
    place.caption(text("opening", lang))

    def say(_stage: str, done: int, total: int) -> None:
        share = min(1.0, done / total) if total else 0.0
        place.progress(share, text("building", lang, done=done, total=total))

    try:
        advisor = load(say)
    except ChuhaiError as error:
        place.empty()
        panel.card(text("error", lang), error.message(lang), _ERROR)
        return None
    except Exception:
        _logger.exception("the page could not open the index")
        place.empty()
        panel.card(text("error", lang), text("error.unknown", lang), _ERROR)
        return None
    place.empty()
    return advisor


def _permalink(advisor: "Advisor", lang: Lang) -> None:
    """Opens the passage that ``?passage=`` names, once for each address."""
    wanted = st.query_params.get("passage")
    if not wanted or st.session_state.get("linked") == wanted:
        return
    st.session_state.linked = wanted
    passage = advisor.index.catalogue.passages([wanted]).get(wanted)

    def body() -> None:
        if passage is None:
            panel.card(text("passage", lang), text("gone", lang))
        else:
            st.html(panel.passage_html(passage, lang))

    st.dialog(text("passage", lang), width="medium", on_dismiss=_close)(body)()


def _close() -> None:
    st.query_params.pop("passage", None)
    st.session_state.pop("linked", None)


def _starters(advisor: "Advisor", lang: Lang) -> None:
    questions = advisor.starters.get(lang, ())
    panel.quiet(text("starters" if questions else "empty", lang))
    _buttons(questions, "starter")


def _buttons(questions: tuple[str, ...], key: str) -> None:
    for i, question in enumerate(questions):
        st.button(
            panel.inert(question),
            key=f"{key}-{i}",
            on_click=_ask,
            args=(question,),
            width="stretch" if key == "starter" else "content",
        )


def _show(turn: Turn, lang: Lang, key: str, *, last: bool, glossary: "Glossary") -> None:
    _show_question(turn.question)
    with st.chat_message("assistant", avatar=_ADVISOR):
        if turn.notice:
            panel.card(*turn.notice, _ERROR)
        elif turn.answer is None:
            st.html(panel.as_html(turn.streamed))
            panel.quiet(text("stopped", lang))
        else:
            _show_answer(turn.answer, turn.passages, lang, key, last=last, glossary=glossary)


def _show_question(question: str) -> None:
    shown = question if len(question) <= MOST_CHARACTERS else f"{question[:200]}…"
    with st.chat_message("user", avatar=_ASKER):
        st.html(panel.plain(shown))


def _show_answer(
    answer: Answer,
    passages: dict[str, Passage],
    lang: Lang,
    key: str,
    *,
    last: bool,
    glossary: "Glossary",
) -> None:
    if answer.standalone_question.strip() != answer.question.strip() and not _is_empty(answer):
        panel.quiet(text("understood", lang, question=answer.standalone_question))
    if answer.degraded:
        panel.quiet(f"⚠ {answer.degraded}")
    panel.show_answer(answer, passages, lang, key, fresh=last, glossary=glossary)
    if answer.refusal is None:
        model = answer.answerer != "extractive"
        name = {"name": answer.answerer} if model else {}
        panel.quiet(text("model" if model else "extractive", lang, **name))
    if last and answer.follow_ups:
        panel.quiet(text("try" if answer.refused else "follow_ups", lang))
        _buttons(answer.follow_ups, f"{key}-next")


def _is_empty(answer: Answer) -> bool:
    return answer.refusal is not None and answer.refusal.reason == "empty"


def _answer(turns: list[Turn], advisor: "Advisor", lang: Lang) -> None:
    """Answers the last turn before the reader's eyes and remembers what came of it."""
    turn = turns[-1]
    _show_question(turn.question)
    if len(turn.question) > MOST_CHARACTERS:
        mend = text("too_long.mend", lang, most=MOST_CHARACTERS, length=len(turn.question))
        turn.notice = (text("too_long", lang), mend)
        return
    with st.chat_message("assistant", avatar=_ADVISOR):
        place = st.empty()
        place.caption(text("looking", lang))
        try:
            _stream(turns, advisor, lang, lambda: place.html(panel.as_html(turn.streamed)))
        except ChuhaiError as error:
            turn.notice = (text("error", lang), error.message(lang))
        except Exception:
            _logger.exception("a question could not be answered")
            turn.notice = (text("error", lang), text("error.unknown", lang))


def _stream(turns: list[Turn], advisor: "Advisor", lang: Lang, draw: Callable[[], object]) -> None:
    turn = turns[-1]
    asked = [t.question for t in turns if t.notice is None]
    # Where there is no word to tell a language by, the page's own.
    spoken = "auto" if any(ch.isalnum() for ch in turn.question) else lang
    for piece in advisor.stream(asked, spoken):
        if isinstance(piece, Answer):
            near = piece.refusal.nearest if piece.refusal else ()
            ids = [c.passage_id for c in piece.citations] + [n.passage_id for n in near]
            turn.passages = advisor.index.catalogue.passages(ids)
            turn.answer = piece
        else:
            turn.streamed += piece.markdown
            draw()
