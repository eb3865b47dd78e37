"""A run as one page: no script, no request, both languages, light and dark.

Questions, documents and answers are hostile text: everything passes through ``escape``, and
the page forbids scripts and requests to itself by a content security policy.
"""

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

from chuhai.domain import Lang
from chuhai.evals.cases import KINDS
from chuhai.evals.causes import CAUSES, causes_by_kind
from chuhai.evals.charts import Bar, bars
from chuhai.evals.compare import headline
from chuhai.evals.tables import KIND_ZH, interval, metric_names, needed, number, title
from chuhai.evals.text import unmarked

_WORST = 40
_STYLE = """
:root{--ink:#1c1c1a;--paper:#fbfaf7;--quiet:#6d6a63;--line:#dcd8cf;--bar:#2f6f8f;--bad:#a8321f}
@media(prefers-color-scheme:dark){:root{--ink:#e9e6df;--paper:#171716;--quiet:#9d998f;
--line:#3a3833;--bar:#6fb3d2;--bad:#f08b77}}
*{box-sizing:border-box}body{margin:0 auto;max-width:78rem;padding:1.5rem;color:var(--ink);
background:var(--paper);font:1rem/1.55 system-ui,"PingFang SC","Noto Sans CJK SC",sans-serif}
h1{font-size:1.6rem}h2{margin-top:2.5rem;font-size:1.2rem}.quiet{color:var(--quiet)}
td:first-child{white-space:nowrap}
table{border-collapse:collapse;width:100%;font-size:.9rem}th,td{text-align:left;padding:.3rem .5rem;
border-bottom:1px solid var(--line);vertical-align:top}td.n{white-space:nowrap;
font-variant-numeric:tabular-nums}.wide{overflow-x:auto}svg{max-width:100%;height:auto}
svg text{fill:var(--ink);font-size:13px}svg .bar{fill:var(--bar)}svg .span,svg .axis{
stroke:var(--ink)}svg .axis{opacity:.25}svg .quiet{fill:var(--quiet)}
details{border:1px solid var(--line);border-radius:.4rem;margin:.6rem 0;padding:.5rem .8rem}
summary{cursor:pointer}.two{display:grid;grid-template-columns:1fr 1fr;gap:1.2rem}
@media(max-width:44rem){.two{grid-template-columns:1fr}}
blockquote{margin:.4rem 0;padding-left:.7rem;
border-left:3px solid var(--line)}.missed{border-color:var(--bad)}.answer{white-space:pre-wrap;
overflow-wrap:anywhere}input[name=lang]{position:absolute;opacity:0}
input[name=lang]+label{margin-right:.8rem;cursor:pointer;color:var(--quiet)}
input[name=lang]:checked+label{color:var(--ink);font-weight:600;border-bottom:2px solid var(--bar)}
input[name=lang]:focus-visible+label{outline:2px solid var(--bar)}
#zh:checked~main .en,#en:checked~main .zh{display:none}
"""
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'"


def page(run: Mapping[str, Any], costs: Mapping[str, Any], lang: Lang) -> str:
    """The page of a run; ``lang`` is the language that it opens in."""
    parts = [
        _head(run, costs),
        _charts(run),
        _table(run),
        _by_kind(run),
        _causes(run),
        _costs(costs),
        _worst(run),
        _words(),
    ]
    checked = {name: " checked" if name == lang else "" for name in ("zh", "en")}
    return (
        f'<!doctype html>\n<html lang="{lang}">\n<head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>Chuhai 评测 · evaluation</title>\n<style>{_STYLE}</style></head>\n<body>\n"
        f'<input type="radio" name="lang" id="zh"{checked["zh"]}><label for="zh">中文</label>'
        f'<input type="radio" name="lang" id="en"{checked["en"]}><label for="en">English</label>'
        f"\n<main>\n{''.join(parts)}</main>\n</body>\n</html>\n"
    )


def both(zh: str, en: str) -> str:
    """The same words in both languages, of which the reader sees one."""
    return (
        f'<span class="zh" lang="zh">{escape(zh)}</span>'
        f'<span class="en" lang="en">{escape(en)}</span>'
    )


def _title(name: str) -> str:
    return both(title(name, "zh"), title(name, "en"))


def _kind(kind: str) -> str:
    return both(KIND_ZH.get(kind, kind), kind.replace("_", " "))


def _head(run: Mapping[str, Any], costs: Mapping[str, Any]) -> str:
    system, cases = run["system"], run["cases"]
    said = ", ".join(f"{k} {v}" for k, v in system.items() if v not in ([], {}, None))
    splits = ", ".join(cases["splits"])
    return (
        f"<h1>{both('评测报告', 'Evaluation report')}</h1><p>"
        + both(f"{cases['count']} 题（{splits}）", f"{cases['count']} cases ({splits})")
        + f"</p><p class='quiet'>{escape(said)}<br>{escape(str(costs.get('date', '')))}</p>"
    )


def _charts(run: Mapping[str, Any]) -> str:
    """The headline metrics, each with its interval, for all cases and for each language."""
    metrics = run["metrics"]
    by = metrics["by"]["lang"]
    groups = {"all": metrics["all"], **{lang: by[lang] for lang in ("zh", "en") if lang in by}}
    drawn = {
        lang: bars(
            [
                Bar(title(name, lang), _group(group, lang), figures[name])
                for name in headline()
                for group, figures in groups.items()
                if name in figures
            ]
        )
        for lang in ("zh", "en")
    }
    return (
        f"<h2>{both('主要指标', 'Headline metrics')}</h2>"
        f"<div class='zh'>{drawn['zh']}</div><div class='en'>{drawn['en']}</div><p class='quiet'>"
        + both(
            "横线是 95% 区间（按来源段落聚类的自助法）。",
            "Lines are 95% intervals (bootstrap clustered by source passage).",
        )
        + "</p>"
    )


def _group(group: str, lang: Lang) -> str:
    names = {"all": ("全部", "all"), "zh": ("中文", "Chinese"), "en": ("英文", "English")}
    return names[group][lang == "en"]


def _table(run: Mapping[str, Any]) -> str:
    metrics = run["metrics"]
    langs = metrics["by"]["lang"]
    splits = metrics["by"]["split"]
    heads = [both("指标", "metric"), both("全部", "all")]
    heads += [both("中文", "Chinese"), both("英文", "English"), *map(escape, splits)]
    heads += [
        both("题数", "n"),
        both("未评", "unscored"),
        both("看出 5 点需题数", "n for 5 points"),
    ]
    rows = []
    for name in metric_names(metrics):
        whole = metrics["all"][name]
        groups = [langs.get("zh"), langs.get("en"), *splits.values()]
        cells = [interval(whole, name), *(interval((g or {}).get(name), name) for g in groups)]
        counts = [str(whole["n"]), str(whole["unscored"]), needed(whole, name)]
        rows.append([_title(name), *map(escape, [*cells, *counts])])
    return f"<h2>{both('全部指标', 'All metrics')}</h2>{_html_table(heads, rows)}"


def _by_kind(run: Mapping[str, Any]) -> str:
    """Headline metrics by kind and language, values with intervals."""
    by = run["metrics"]["by"].get("kind_lang", {})
    names = [n for n in headline() if n in run["metrics"]["all"]]
    heads = [both("题型", "kind"), both("题数", "n"), *map(_title, names)]
    rows = []
    for kind in KINDS:
        for lang in ("zh", "en"):
            figures = by.get(f"{kind}/{lang}")
            if figures:
                n = max(figure["n"] for figure in figures.values())
                cells = [escape(interval(figures.get(name), name)) for name in names]
                rows.append([f"{_kind(kind)} {lang}", str(n), *cells])
    return f"<h2>{both('按题型与语言', 'By kind and language')}</h2>{_html_table(heads, rows)}"


def _causes(run: Mapping[str, Any]) -> str:
    """What became of the needed evidence of answerable questions, by kind and language."""
    found = causes_by_kind(run["results"], KINDS)
    if not found:
        return ""
    heads = [both("题型", "kind"), *(both(cause.zh, cause.en) for cause in CAUSES)]
    rows = [[f"{_kind(kind)} {lang}", *map(number, each)] for kind, lang, each in found]
    head = both("所需证据的去向", "What became of the needed evidence")
    return f"<h2>{head}</h2>{_html_table(heads, rows)}"


def _html_table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Cells are HTML already."""
    top = "".join(f"<th>{head}</th>" for head in heads)
    body = "".join(
        f"<tr><td>{row[0]}</td>{''.join(f'<td class=n>{cell}</td>' for cell in row[1:])}</tr>\n"
        for row in rows
    )
    return (
        f"<div class=wide><table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _costs(costs: Mapping[str, Any]) -> str:
    from chuhai.evals.costs import totals

    found = totals(costs)
    if not found:
        return ""
    rows = [[both(zh, en), escape(value)] for zh, en, value in found]
    heads = [both("项目", "what"), both("值", "value")]
    return f"<h2>{both('时间与用量', 'Time and tokens')}</h2>{_html_table(heads, rows)}"


def badness(row: Mapping[str, Any]) -> float:
    """How far a row is from perfect: the mean shortfall of its headline scores."""
    scores = [row["scores"][n] for n in headline() if row["scores"].get(n) is not None]
    return 1 - sum(scores) / len(scores) if scores else 0.0


def worst(run: Mapping[str, Any], most: int) -> list[Mapping[str, Any]]:
    """The rows furthest from perfect whose answers the run holds; none that is perfect."""
    rows = [r for r in run["results"] if r["scores"] is not None and "answer" in r]
    rows.sort(key=lambda row: (-badness(row), row["id"]))
    return [row for row in rows[:most] if badness(row) > 0]


def _worst(run: Mapping[str, Any]) -> str:
    """The cases furthest from perfect, what they need beside what was said."""
    shown = "".join(_one(row) for row in worst(run, _WORST))
    note = both("红线：答案没有引到的证据。", "Red line: evidence that the answer does not cite.")
    head = both("最差的题", "Worst cases")
    return f"<h2>{head}</h2><p class='quiet'>{note}</p>{shown}" if shown else ""


def _one(row: Mapping[str, Any]) -> str:
    turns = "<br>".join(escape(turn) for turn in row["turns"])
    low = [
        n
        for n in headline()
        if (row["scores"].get(n) or 0) < 1 and row["scores"].get(n) is not None
    ]
    scores = " · ".join(f"{_title(n)} {escape(number(row['scores'][n], n))}" for n in low)
    return (
        f"<details><summary><b>{escape(row['id'])}</b> {_kind(row['kind'])} — {turns}"
        f"<br><span class='quiet'>{scores}</span></summary><div class='two'>"
        f"<div><h3>{both('需要', 'Needed')}</h3>{_needed(row)}</div>"
        f"<div><h3>{both('回答', 'Answer')}</h3>{_answer(row)}</div></div></details>\n"
    )


def _needed(row: Mapping[str, Any]) -> str:
    if row["refuse"]:
        return f"<p>{both('文档没有答案：应当拒答。', 'The documents do not answer: refuse.')}</p>"
    missed = "missed" if (row["scores"].get("evidence_recall") or 0) < 1 else ""
    either = both(" 或 ", " or ")
    groups = "".join(
        f"<blockquote class='{missed}'>{either.join(map(escape, group))}</blockquote>"
        for group in row["evidence"]
    )
    facts = "；".join(escape(" / ".join(group)) for group in row["must"])
    return f"{groups}<p class='quiet'>{both('要点：', 'Key facts: ')}{facts}</p>"


def _answer(row: Mapping[str, Any]) -> str:
    answer = row["answer"]
    cited = "".join(
        f"<blockquote>[{escape(str(n))}] {escape(quote)}</blockquote>"
        for n, quote in quotes(answer.get("citations") or ())
    )
    word = both("（拒答）", "(refused) ") if row["refused"] else ""
    return f"<p class='answer'>{word}{escape(unmarked(answer['answer']))}</p>{cited}"


def quotes(citations: Iterable[Any]) -> Iterable[tuple[int, str]]:
    """Marker and quotation of each citation; other systems' answers may hold quotes alone."""
    for place, item in enumerate(citations, 1):
        if isinstance(item, str):
            yield place, item
        else:
            yield item.get("n", place), str(item.get("quote", ""))


def _words() -> str:
    return (
        "<p class='quiet'>"
        + both(
            "各指标的含义、能说明与不能说明什么，见 evals/README.md。",
            "What each number means, and what it does not say: evals/README.md.",
        )
        + "</p>"
    )
