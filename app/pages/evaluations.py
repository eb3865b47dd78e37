"""Runs of the eval set: widgets and session state. The figures come from ``chuhai.evals``."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import streamlit as st

from chuhai.domain import Lang
from pages import scores
from pages.frame import begin, draw, esc, navigate, told
from pages.panel import card, quiet
from pages.words import word

if TYPE_CHECKING:
    from chuhai.evals.compare import Comparison
    from chuhai.evals.kept import Kept

_WORST = 12


def page() -> None:
    """The whole page."""
    lang = begin("evaluations")
    with told(lang):
        _runs(lang)


def _runs(lang: Lang) -> None:
    from chuhai.evals import kept
    from chuhai.settings import from_environment, shipped

    home = from_environment().home
    found = {_key(each): each for each in kept.runs(home / "evals", shipped("evals/baselines"))}
    if all(each.baseline for each in found.values()):
        how = word("evaluations.none_how" if found else "evaluations.none_at_all", lang)
        card(word("evaluations.none", lang), how)
    if not found:
        return
    chosen = st.selectbox(
        word("evaluations.run", lang),
        list(found),
        format_func=lambda key: scores.named(found[key], lang),
        key="evaluations-run",
    )
    run, costs = _read(*_state(found[chosen]))
    quiet(scores.made(run, costs, lang))
    names = ("metrics", "kinds", "worst", "compare")
    metrics, kinds, worst, compare = st.tabs([word(f"evaluations.{name}", lang) for name in names])
    with metrics:
        _metrics(run, lang)
    with kinds:
        _kinds(run, lang)
    with worst:
        _worst(run, lang)
    with compare:
        _compare({k: v for k, v in found.items() if k != chosen}, found[chosen], lang)
    quiet(word("evaluations.meaning", lang))


def _key(each: "Kept") -> str:
    return f"{'baseline' if each.baseline else 'home'}/{each.name}"


def _state(each: "Kept") -> tuple[str, int, int]:
    """What changes when the file does."""
    stat = each.path.stat()
    return str(each.path), stat.st_mtime_ns, stat.st_size


@st.cache_resource(max_entries=4, show_spinner=False)
def _read(path: str, _changed: int, _size: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """A run with its figures by kind, and what it cost; read once for all sessions."""
    from chuhai.evals import files
    from chuhai.evals.summary import summarise

    run = files.read(Path(path))
    if "kind_lang" not in run["metrics"]["by"]:
        run = {**run, "metrics": summarise(run["results"])}
    return run, files.read_costs(Path(path))


@st.cache_resource(max_entries=8, show_spinner=False)
def _compared(a: tuple[str, int, int], b: tuple[str, int, int]) -> "Comparison":
    from chuhai.evals.compare import compare

    return compare(_read(*a)[0], _read(*b)[0])


def _metrics(run: dict[str, Any], lang: Lang) -> None:
    draw(f"<h3>{esc(word('evaluations.headline', lang))}</h3>")
    quiet(word("evaluations.whiskers", lang))
    draw(scores.chart(run, lang), word("evaluations.headline", lang))
    draw(f"<h3>{esc(word('evaluations.all_metrics', lang))}</h3>")
    draw(scores.metrics(run, lang))


def _kinds(run: dict[str, Any], lang: Lang) -> None:
    from chuhai.evals.compare import headline
    from chuhai.evals.tables import title

    held = [name for name in headline() if name in run["metrics"]["all"]]
    if not held or not run["metrics"]["by"]["kind_lang"]:
        quiet(word("evaluations.no_kinds", lang))
        return
    chosen = st.selectbox(
        word("evaluations.kind_metric", lang),
        held,
        format_func=lambda name: title(name, lang),
        key="evaluations-metric",
    )
    draw(scores.kind_chart(run, chosen, lang), title(chosen, lang))
    draw(scores.kinds(run, held, lang))


def _worst(run: dict[str, Any], lang: Lang) -> None:
    from chuhai.evals.kept import answered
    from chuhai.evals.report import worst
    from chuhai.evals.tables import kind_title

    if not answered(run):
        quiet(word("evaluations.worst_scores", lang))
        return
    held = sorted({row["kind"] for row in run["results"]})
    left, right = st.columns(2)
    kind = left.selectbox(
        word("evaluations.kind", lang),
        ["", *held],
        format_func=lambda k: kind_title(k, lang) if k else word("evaluations.kind_all", lang),
        key="evaluations-kind",
    )
    spoken = right.selectbox(
        word("evaluations.lang", lang),
        ["", "zh", "en"],
        format_func=lambda k: word(f"frame.{k}" if k else "evaluations.lang_all", lang),
        key="evaluations-lang",
    )
    rows = [r for r in run["results"] if kind in ("", r["kind"]) and spoken in ("", r["lang"])]
    found = worst({"results": rows}, _WORST)
    quiet(word("evaluations.worst_note" if found else "evaluations.worst_none", lang))
    draw("".join(scores.case(row, lang) for row in found), word("evaluations.worst", lang))


def _compare(others: "dict[str, Kept]", chosen: "Kept", lang: Lang) -> None:
    if not others:
        quiet(word("evaluations.compare_one", lang))
        return
    before = st.selectbox(
        word("evaluations.before", lang),
        list(others),
        format_func=lambda key: scores.named(others[key], lang),
        key="evaluations-before",
    )
    quiet(word("evaluations.compare_note", lang))
    with told(lang):
        draw(scores.comparison(_compared(_state(others[before]), _state(chosen)), lang))


if __name__ == "__main__":
    navigate()
