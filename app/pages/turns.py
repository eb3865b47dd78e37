"""A turn as one component: the answer with its badges, charts and sources, and its actions.

The component gets plain values and draws them with ``textContent``; what a reader does
comes back as one value ``act``.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import streamlit as st

from chuhai.answering.claims import blocks
from chuhai.chats.values import Feedback
from chuhai.domain import Answer, Citation, Lang, Passage, Support
from chuhai.export.charts import Chart
from chuhai.language.glossary import Glossary
from pages import sources
from pages.strings import text

_FOLDER = Path(__file__).parent
_PARTS = ("make.js", "drawer.js", "hover.js", "chart.js", "actions.js", "panel.js")
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
    "chart",
    "chart.note",
    "measure",
    "share",
)

Acted = Callable[[Mapping[str, Any]], None]


def show_answer(
    answer: Answer,
    passages: Mapping[str, Passage],
    lang: Lang,
    key: str,
    *,
    fresh: bool,
    glossary: Glossary | None = None,
    charts: Sequence[Chart] = (),
    rated: Feedback | None = None,
    actions: Sequence[str] = (),
    on_act: Acted | None = None,
) -> None:
    """The answer, or its refusal, with the sources that its markers open.

    A ``fresh`` one is brought into view when it is first drawn. ``actions`` may hold
    ``rate`` and ``again``.
    """
    values = drawn(answer, passages, lang, glossary)
    values["charts"] = [_chart(chart) for chart in charts]
    values["copy"] = sources.copied(answer, values["sources"], values["blocks"])
    values["rated"] = {"good": rated.good, "reason": rated.reason} if rated else None
    _draw(values, lang, key, actions, on_act, fresh=fresh)


def show_stopped(
    streamed: str, lang: Lang, key: str, actions: Sequence[str] = (), on_act: Acted | None = None
) -> None:
    """What there is of an answer that was stopped."""
    found = [
        {"bullet": b.bullet, "support": "", "parts": _words(b.parts)} for b in blocks(streamed)
    ]
    _draw({"kind": "stopped", "blocks": found}, lang, key, actions, on_act)


def show_passage(card: sources.Card, lang: Lang, key: str) -> None:
    """A passage by itself."""
    _draw({"kind": "passage", "blocks": [], "sources": [card]}, lang, key)


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


def _draw(
    values: dict[str, Any],
    lang: Lang,
    key: str,
    actions: Sequence[str] = (),
    on_act: Acted | None = None,
    *,
    fresh: bool = False,
) -> None:
    names = {name: text(name, lang) for name in _NAMES}
    names["sources"] = text("nearest" if values["kind"] == "refusal" else "sources", lang)
    names["source"] = text("source.open", lang, n="{n}")
    names["drawer"] = text("drawer", lang)
    for support in _WORST_FIRST:
        names[support] = text(support, lang)
        names[f"{support}.why"] = text(f"{support}.why", lang)
    empty: dict[str, Any] = {"title": "", "sources": [], "charts": [], "copy": None, "rated": None}
    data = {
        **empty,
        **values,
        "names": names,
        "reasons": [text(reason, lang) for reason in _REASONS],
        "actions": list(actions),
        "fresh": fresh,
    }
    _component()(key=key, data=data, on_act_change=partial(_acted, key, on_act))


def _acted(key: str, on_act: Acted | None) -> None:
    """Hands on what the browser sent; anything else than an object is left alone."""
    act = st.session_state[key].get("act")
    if on_act is not None and isinstance(act, Mapping):
        on_act(act)


@st.cache_resource(show_spinner=False)
def _component() -> Any:
    return st.components.v2.component(
        "chuhai_panel",
        html='<div class="panel"></div>',
        css=(_FOLDER / "panel.css").read_text(encoding="utf-8"),
        js="\n".join((_FOLDER / part).read_text(encoding="utf-8") for part in _PARTS),
    )
