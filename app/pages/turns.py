"""An answer as one component: its paragraphs with badges, its charts, sources and actions.

The component gets plain values and draws them with ``textContent``; what a reader does
comes back as one value ``act``. The values are bytes, made once for each turn: Streamlit
looks through anything else for tables, in every run of the page.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import streamlit as st

from chuhai.answering.claims import blocks
from chuhai.chats.values import Feedback
from chuhai.domain import Answer, Citation, Lang, Passage, Support
from chuhai.export.charts import Chart
from chuhai.language.glossary import Glossary
from pages import sources
from pages.component import component
from pages.strings import text

_PANEL = ("make.js", "drawer.js", "hover.js", "chart.js", "actions.js", "panel.js")
_WORST_FIRST: tuple[Support, ...] = ("unsupported", "number_mismatch", "paraphrase", "verbatim")
_REASONS = ("reason.off", "reason.source", "reason.figures", "reason.missing")
_NAMES = (
    "close",
    "copied",
    "link",
    "link.copy",
    "copy",
    "copy.cited",
    "good",
    "bad",
    "why",
    "send",
    "thanks",
    "again",
    "edit",
    "chart",
    "chart.note",
    "measure",
    "share",
)

Acted = Callable[[Mapping[str, Any]], None]


def show(panel: bytes, key: str, on_act: Acted | None = None) -> None:
    """A panel as one of the functions below made it; ``on_act`` gets what its reader does."""
    _component()(key=key, data=panel, on_act_change=partial(_acted, key, on_act))


def answer_panel(
    answer: Answer,
    passages: Mapping[str, Passage],
    lang: Lang,
    *,
    fresh: bool,
    glossary: Glossary | None = None,
    charts: Sequence[Chart] = (),
    rated: Feedback | None = None,
    actions: Sequence[str] = (),
) -> bytes:
    """The answer, or its refusal, with the sources that its markers open.

    A ``fresh`` one is brought into view when it is first drawn. ``actions`` may hold
    ``rate``, ``edit`` and ``again``.
    """
    values = drawn(answer, passages, lang, glossary)
    values["lines"] = _lines(answer, lang)
    if answer.degraded:
        why = sources.unturned(answer.degraded)
        values["notice"] = {"title": text("degraded", lang), "body": why}
    values["charts"] = [_chart(chart) for chart in charts]
    values["copy"] = sources.copied(answer, values["sources"], values["blocks"])
    values["rated"] = {"good": rated.good, "reason": rated.reason} if rated else None
    return _panel(values, lang, actions, fresh=fresh)


def _lines(answer: Answer, lang: Lang) -> list[str]:
    """How the question was understood, and who wrote the answer."""
    lines = []
    empty = answer.refusal is not None and answer.refusal.reason == "empty"
    if answer.standalone_question.strip() != answer.question.strip() and not empty:
        lines.append(text("understood", lang, question=answer.standalone_question))
    if answer.refusal is None and answer.answerer == "extractive":
        lines.append(text("extractive", lang))
    elif answer.refusal is None:
        lines.append(text("model", lang, name=answer.answerer))
    return [sources.unturned(line) for line in lines]


def stopped_panel(streamed: str, lang: Lang, actions: Sequence[str] = ()) -> bytes:
    """What there is of an answer that was stopped."""
    found = [
        {"bullet": b.bullet, "support": "", "parts": _words(b.parts)} for b in blocks(streamed)
    ]
    return _panel({"kind": "stopped", "blocks": found}, lang, actions)


def passage_panel(card: sources.Card, lang: Lang) -> bytes:
    """A passage by itself."""
    return _panel({"kind": "passage", "blocks": [], "sources": [card]}, lang)


def drawn(
    answer: Answer,
    passages: Mapping[str, Passage],
    lang: Lang,
    glossary: Glossary | None = None,
) -> dict[str, Any]:
    """The answer as the component's values."""
    refused = answer.refusal
    if refused is None:
        return {
            "kind": "answer",
            "title": "",
            "blocks": badged(answer),
            "sources": [
                sources.cited(c, passages.get(c.passage_id), lang, glossary)
                for c in answer.citations
            ],
        }
    lines = [sources.unturned(line) for line in refused.message.split("\n")]
    return {
        "kind": "refusal",
        "title": text(f"refused.{refused.reason}", lang),
        "blocks": [{"bullet": False, "support": "", "parts": [line]} for line in lines],
        "sources": sources.nearest(refused.nearest, passages, lang),
    }


def badged(answer: Answer) -> list[dict[str, Any]]:
    """The answer's paragraphs, each with what the verifier says of it.

    A citation carries the verdict on the claim that cited it first; so a paragraph has the
    worst of those that it brings, or of all that it cites where it brings none.
    """
    supports = {c.n: c for c in answer.citations}
    seen: set[int] = set()
    found = []
    for block in blocks(answer.text):
        cited = [p for p in block.parts if isinstance(p, int) and p in supports]
        judged = [n for n in cited if n not in seen] or cited
        seen.update(cited)
        found.append(
            {
                "bullet": block.bullet,
                "parts": _words(block.parts, supports),
                "support": _worst([supports[n] for n in judged]),
            }
        )
    return found


def _words(
    parts: Sequence[str | int], known: Mapping[int, Citation] | None = None
) -> list[str | int]:
    """Words made safe to look at; a marker of no citation is words."""
    return [
        sources.unturned(part)
        if isinstance(part, str)
        else part
        if part in (known or {})
        else f"[{part}]"
        for part in parts
    ]


def _worst(citations: Sequence[Citation]) -> str:
    supports = {citation.support for citation in citations}
    return next((support for support in _WORST_FIRST if support in supports), "")


def _chart(chart: Chart) -> dict[str, Any]:
    bars = [
        {"measure": b.measure, "written": b.written, "percent": min(b.percent, 100), "n": b.n}
        for b in chart.bars
    ]
    return {"subject": chart.subject, "bars": bars}


def _panel(
    values: dict[str, Any], lang: Lang, actions: Sequence[str] = (), *, fresh: bool = False
) -> bytes:
    names = {name: text(name, lang) for name in _NAMES}
    names["sources"] = text("nearest" if values["kind"] == "refusal" else "sources", lang)
    names["source"] = text("source.open", lang, n="{n}")
    names["drawer"] = text("drawer", lang)
    for support in _WORST_FIRST:
        names[support] = text(support, lang)
        names[f"{support}.why"] = text(f"{support}.why", lang)
    empty: dict[str, Any] = {"title": "", "sources": [], "charts": []}
    absent = dict.fromkeys(("notice", "copy", "rated"))
    data = {
        **empty,
        **absent,
        "lines": [],
        **values,
        "names": names,
        "reasons": [text(reason, lang) for reason in _REASONS],
        "actions": list(actions),
        "fresh": fresh,
    }
    return json.dumps(data).encode()


def _acted(key: str, on_act: Acted | None) -> None:
    """Hands on what the browser sent; anything else than an object is left alone."""
    act = st.session_state[key].get("act")
    if on_act is not None and isinstance(act, Mapping):
        on_act(act)


@st.cache_resource(show_spinner=False)
def _component() -> Any:
    html = '<div class="above"></div><div class="panel"></div>'
    return component("panel", html, *_PANEL, css="panel.css")
