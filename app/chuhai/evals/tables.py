"""Figures as lines of text, in either language."""

import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from chuhai.domain import Lang
from chuhai.evals.cases import KINDS
from chuhai.evals.causes import CAUSES, causes_by_kind
from chuhai.evals.compare import Comparison, Difference
from chuhai.evals.scorers import BY_NAME, SCORERS

REFUSAL = {
    "refusal_precision": ("拒答精确", "refusal precision"),
    "refusal_recall": ("拒答召回", "refusal recall"),
    "refusal_f1": ("拒答 F1", "refusal F1"),
    "refusal_auroc": ("把握度 AUROC", "confidence AUROC"),
}
KIND_ZH = {
    "fact": "事实",
    "number": "数字",
    "list": "列举",
    "compare": "比较",
    "why": "原因",
    "advice": "建议",
    "case": "案例",
    "definition": "定义",
    "followup": "追问",
    "false_premise": "错误前提",
    "unanswerable": "无从回答",
    "injection": "注入",
}
_VERDICT = {
    "better": ("变好", "better"),
    "worse": ("变差", "worse"),
    "changed": ("有变", "changed"),
    "same": ("无显著差别", "no significant change"),
}
_BY_KIND = (
    "recall@5",
    "evidence_recall",
    "fact_recall",
    "answered_when_due",
    "refused_when_due",
)


def title(name: str, lang: Lang) -> str:
    """What a metric is called."""
    if name in REFUSAL:
        return REFUSAL[name][lang == "en"]
    scorer = BY_NAME.get(name)
    return name if scorer is None else scorer.zh if lang == "zh" else scorer.en


def kind_title(kind: str, lang: Lang) -> str:
    return KIND_ZH.get(kind, kind) if lang == "zh" else kind.replace("_", " ")


def number(value: float | int | None, name: str = "") -> str:
    """A share with three digits, a length with one; a dash where nothing was scored."""
    if value is None:
        return "–"
    scorer = BY_NAME.get(name)
    return f"{value:z.3f}" if scorer is None or scorer.share else f"{value:z.1f}"


def interval(figure: Mapping[str, Any] | None, name: str) -> str:
    """``0.812 [0.780, 0.841]``."""
    if figure is None:
        return "–"
    value = number(figure["value"], name)
    if figure["low"] is None:
        return value
    return f"{value} [{number(figure['low'], name)}, {number(figure['high'], name)}]"


def needed(figure: Mapping[str, Any], name: str) -> str:
    """The sample-size hint, for metrics of which 5 points mean something."""
    scorer = BY_NAME.get(name)
    means = scorer is None or (scorer.share and scorer.better == "higher")
    return str(figure["needed"]) if means and figure["needed"] else "–"


def metric_names(metrics: Mapping[str, Any]) -> list[str]:
    """The metrics of a run in the order in which they are read."""
    order = [*(s.name for s in SCORERS), *REFUSAL]
    held = metrics["all"]
    return [name for name in order if name in held] + sorted(set(held) - set(order))


def summary(run: Mapping[str, Any], lang: Lang) -> str:
    """A run's figures: all metrics by language, the main ones by kind, what was lost where."""
    metrics = run["metrics"]
    langs = metrics["by"]["lang"]
    head = {
        "zh": ["指标", "全部（95% 区间）", "中文", "英文", "题数", "未评", "看出 5 点需"],
        "en": ["metric", "all (95% interval)", "zh", "en", "n", "unscored", "needed for 5 points"],
    }[lang]
    rows = [head]
    for name in metric_names(metrics):
        figure = metrics["all"][name]
        each = [number((langs.get(g, {}).get(name) or {}).get("value"), name) for g in ("zh", "en")]
        counts = [str(figure["n"]), str(figure["unscored"]), needed(figure, name)]
        rows.append([title(name, lang), interval(figure, name), *each, *counts])
    tables = [rows, _by_kind(metrics, lang), _causes(run, lang)]
    return "\n\n".join(columns(table) for table in tables if table)


def _by_kind(metrics: Mapping[str, Any], lang: Lang) -> list[list[str]]:
    rows = [["题型" if lang == "zh" else "kind", *(title(name, lang) for name in _BY_KIND)]]
    for kind in KINDS:
        for group in ("zh", "en"):
            figures = metrics["by"]["kind_lang"].get(f"{kind}/{group}")
            if figures is not None:
                values = [number((figures.get(n) or {}).get("value"), n) for n in _BY_KIND]
                rows.append([f"{kind_title(kind, lang)} {group}", *values])
    return rows


def _causes(run: Mapping[str, Any], lang: Lang) -> list[list[str]]:
    """What became of the needed evidence, in shares of it."""
    found = causes_by_kind(run["results"], KINDS)
    if not found:
        return []
    names = [cause.zh if lang == "zh" else cause.en for cause in CAUSES]
    head = ["证据去向" if lang == "zh" else "needed evidence", *names]
    rows = [[f"{kind_title(k, lang)} {group}", *map(number, each)] for k, group, each in found]
    return [head, *rows]


def compared(comparison: Comparison, lang: Lang) -> str:
    """A comparison's differences, then the cases that moved most."""
    head = {
        "zh": ["指标", "A", "B", "差（95% 区间）", "p", "题数", "好/差", "结论"],
        "en": ["metric", "A", "B", "difference (95% interval)", "p", "n", "+/−", "verdict"],
    }[lang]
    rows = [head, *(compared_row(d, lang) for d in comparison.differences)]
    lines = [columns(rows)]
    if comparison.only_a or comparison.only_b or not comparison.same_cases:
        lines.append(
            {
                "zh": f"题目不全相同：共有 {comparison.common}，只在 A {comparison.only_a}，"
                f"只在 B {comparison.only_b}；只比共有的。",
                "en": f"not the same cases: {comparison.common} in both, {comparison.only_a} in A "
                f"alone, {comparison.only_b} in B alone; only those in both are compared.",
            }[lang]
        )
    for moved, words in (
        (comparison.better, ("变好", "better")),
        (comparison.worse, ("变差", "worse")),
    ):
        if moved:
            ids = ", ".join(f"{m.id} {m.change:+.2f}" for m in moved)
            lines.append(f"{words[lang == 'en']}: {ids}")
    return "\n\n".join(lines)


def retrieved(report: Mapping[str, Any], lang: Lang) -> str:
    """A retrieval bench: a system a row."""
    systems = report["systems"]
    measures = list(systems["product"])
    zh = f"{report['set']}：{report['documents']} 个文档，{report['queries']} 个问题"
    en = f"{report['set']}: {report['documents']} documents, {report['queries']} questions"
    rows = [["", *measures, "p" if lang == "en" else "p（对 product）"]]
    for name, figures in systems.items():
        p = report["p_against_product"].get(name, {}).get("nDCG@10")
        cells = [interval(figures[measure], measure) for measure in measures]
        rows.append([name, *cells, "–" if p is None else "<0.001" if p < 0.001 else f"{p:.3f}"])
    return f"{zh if lang == 'zh' else en}\n\n{columns(rows)}"


def verdict(word: str, lang: Lang) -> str:
    return _VERDICT[word][lang == "en"]


def compared_row(d: Difference, lang: Lang) -> list[str]:
    """Metric, A, B, difference with its interval, p, cases, better/worse, verdict."""
    low, high = number(d.low, d.name), number(d.high, d.name)
    return [
        title(d.name, lang),
        number(d.a, d.name),
        number(d.b, d.name),
        f"{'+' if d.difference >= 0 else ''}{number(d.difference, d.name)} [{low}, {high}]",
        "<0.001" if d.p < 0.001 else f"{d.p:.3f}",
        str(d.n),
        f"{d.better}/{d.worse}",
        verdict(d.verdict, lang),
    ]


def columns(rows: Sequence[Sequence[str]]) -> str:
    """Rows under one another; a Chinese character takes two places."""
    widths = [max(_width(row[i]) for row in rows) for i in range(len(rows[0]))]
    return "\n".join(
        "  ".join(
            cell + " " * (w - _width(cell)) for cell, w in zip(row, widths, strict=True)
        ).rstrip()
        for row in rows
    )


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(ch) in "WF" else 1 for ch in text)


def markdown(rows: Sequence[Sequence[str]]) -> str:
    """Rows as a Markdown table, the first one its head."""
    head, *body = rows
    lines = [head, ["---"] * len(head), *body]
    return "\n".join("| " + " | ".join(row) + " |" for row in lines) + "\n"
