"""Runs, cases and comparisons as HTML; every word of a case or an answer is escaped here."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from chuhai.domain import Lang
from chuhai.evals.cases import KINDS
from chuhai.evals.costs import totals
from chuhai.evals.files import LATEST
from chuhai.evals.kept import Kept
from chuhai.evals.tables import (
    compared_row,
    interval,
    kind_title,
    metric_names,
    needed,
    number,
    title,
)
from pages.charts import whisker
from pages.frame import esc, table
from pages.words import word

if TYPE_CHECKING:
    from chuhai.evals.compare import Comparison

Run = Mapping[str, Any]
_LANGS: tuple[Lang, Lang] = ("zh", "en")


def named(each: Kept, lang: Lang) -> str:
    """A run as it is chosen."""
    if each.baseline:
        return word("evaluations.baseline", lang, name=each.name)
    date = each.date[:16].replace("T", " ")
    key = "latest" if each.path.name == LATEST else "earlier"
    return word(f"evaluations.{key}", lang, name=each.name, date=date)


def made(run: Run, costs: Mapping[str, Any], lang: Lang) -> str:
    """What was asked, what answered, and what it cost, on one line."""
    cases, system = run["cases"], run["system"]
    said = [
        word("evaluations.cases", lang, count=cases["count"], splits=", ".join(cases["splits"]))
    ]
    for name in ("answerer", "encoder", "version"):
        if system.get(name):
            said.append(word(f"evaluations.{name}", lang, name=system[name]))
    said += [f"{zh if lang == 'zh' else en} {value}" for zh, en, value in totals(costs)]
    return " · ".join(said)


def chart(run: Run, lang: Lang) -> str:
    """The headline metrics, each with its interval, for all cases and for each language."""
    from chuhai.evals.compare import headline

    metrics = run["metrics"]
    rows = []
    for name in headline():
        if name not in metrics["all"]:
            continue
        whole = metrics["all"][name]
        rows.append(whisker(f"<b>{esc(title(name, lang))}</b>", whole, interval(whole, name)))
        rows += [
            _sub(word(f"frame.{each}", lang), metrics["by"]["lang"][each][name], name)
            for each in _LANGS
            if name in metrics["by"]["lang"].get(each, {})
        ]
    return f'<div role="list">{"".join(rows)}</div>'


def kind_chart(run: Run, name: str, lang: Lang) -> str:
    """One metric by kind and language."""
    groups = run["metrics"]["by"]["kind_lang"]
    rows = [
        _sub(f"{kind_title(kind, lang)} · {word(f'frame.{each}', lang)}", figure, name)
        for kind in KINDS
        for each in _LANGS
        if (figure := groups.get(f"{kind}/{each}", {}).get(name)) is not None
    ]
    return f'<div role="list">{"".join(rows)}</div>'


def _sub(label: str, figure: Mapping[str, Any], name: str) -> str:
    return whisker(f'<span class="ch-sub">{esc(label)}</span>', figure, interval(figure, name))


def metrics(run: Run, lang: Lang) -> str:
    """All metrics with intervals, and how many cases they rest on."""
    held, langs = run["metrics"]["all"], run["metrics"]["by"]["lang"]
    heads = [word(f"evaluations.{name}", lang) for name in ("metric", "all")]
    heads += [word(f"frame.{each}", lang) for each in _LANGS]
    heads += [word(f"evaluations.{name}", lang) for name in ("n", "unscored", "needed")]
    rows = []
    for name in metric_names(run["metrics"]):
        figure = held[name]
        each = [number((langs.get(g, {}).get(name) or {}).get("value"), name) for g in _LANGS]
        counts = [str(figure["n"]), str(figure["unscored"]), needed(figure, name)]
        rows.append([esc(title(name, lang)), *_kept([interval(figure, name), *each, *counts])])
    return table(heads, rows, word("evaluations.all_metrics", lang))


def kinds(run: Run, names: Sequence[str], lang: Lang) -> str:
    """The headline metrics by kind and language."""
    groups = run["metrics"]["by"]["kind_lang"]
    heads = [word("evaluations.kind", lang), word("evaluations.n", lang)]
    heads += [title(name, lang) for name in names]
    rows = []
    for kind in KINDS:
        for each in _LANGS:
            figures = groups.get(f"{kind}/{each}")
            if figures:
                n = max(figure["n"] for figure in figures.values())
                values = [interval(figures.get(name), name) for name in names]
                label = f"{kind_title(kind, lang)} · {word(f'frame.{each}', lang)}"
                rows.append([esc(label), str(n), *_kept(values)])
    return table(heads, rows, word("evaluations.kinds", lang))


def _kept(cells: Sequence[str]) -> list[str]:
    return [f'<span class="ch-keep">{esc(cell)}</span>' for cell in cells]


def case(row: Mapping[str, Any], lang: Lang) -> str:
    """A case that falls short: what it needs beside what was said."""
    from chuhai.evals.compare import headline

    turns = "<br>".join(esc(turn) for turn in row["turns"])
    values = {name: row["scores"].get(name) for name in headline()}
    low = " · ".join(
        f"{title(name, lang)} {number(value, name)}"
        for name, value in values.items()
        if value is not None and value < 1
    )
    kind = kind_title(row["kind"], lang)
    return (
        f"<details><summary><b>{esc(row['id'])}</b> {esc(kind)} — {turns}"
        f'<span class="ch-name">{esc(low)}</span></summary><div class="ch-two">'
        f"<div><h3>{esc(word('evaluations.wanted', lang))}</h3>{_wanted(row, lang)}</div>"
        f"<div><h3>{esc(word('evaluations.answer', lang))}</h3>{_answer(row, lang)}</div>"
        "</div></details>"
    )


def _wanted(row: Mapping[str, Any], lang: Lang) -> str:
    if row["refuse"]:
        return f"<p>{esc(word('evaluations.refuse', lang))}</p>"
    missed = ' class="ch-missed"' if (row["scores"].get("evidence_recall") or 0) < 1 else ""
    either = word("evaluations.or", lang)
    groups = "".join(
        f"<blockquote{missed}>{esc(either.join(group))}</blockquote>" for group in row["evidence"]
    )
    facts = ("；" if lang == "zh" else "; ").join(" / ".join(group) for group in row["must"])
    said = f'<p class="ch-quiet">{esc(word("evaluations.facts", lang, facts=facts))}</p>'
    return groups + (said if facts else "")


def _answer(row: Mapping[str, Any], lang: Lang) -> str:
    from chuhai.evals.report import quotes
    from chuhai.evals.text import unmarked

    answer = row["answer"]
    cited = "".join(
        f"<blockquote>[{esc(n)}] {esc(quote)}</blockquote>"
        for n, quote in quotes(answer.get("citations") or ())
    )
    refused = word("evaluations.refused", lang) if row["refused"] else ""
    said = esc(refused + unmarked(str(answer.get("answer", ""))))
    return f'<p class="ch-text">{said}</p>{cited}'


def comparison(found: "Comparison", lang: Lang) -> str:
    """A comparison's differences, then the cases that moved most."""
    heads = [word("evaluations.metric", lang), "A", "B", word("evaluations.difference", lang), "p"]
    heads += [word(f"evaluations.{name}", lang) for name in ("n", "moves", "verdict")]
    rows = []
    for each in found.differences:
        first, *others = compared_row(each, lang)
        rows.append([esc(first), *_kept(others)])
    drawn = table(heads, rows, word("evaluations.compare", lang))
    if found.only_a or found.only_b or not found.same_cases:
        counts = {name: getattr(found, name) for name in ("common", "only_a", "only_b")}
        drawn += f'<p class="ch-quiet">{esc(word("evaluations.other_cases", lang, **counts))}</p>'
    for name, moved in (("better", found.better), ("worse", found.worse)):
        if moved:
            ids = ", ".join(f"{m.id} {m.change:+.2f}" for m in moved)
            drawn += f"<p>{esc(word(f'evaluations.{name}', lang, ids=ids))}</p>"
    return drawn
