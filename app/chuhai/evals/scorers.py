"""What one answer is worth: small functions of a case, a reply and the bench's tools.

Each gives a number or None. None is *unscored* (there was nothing to judge, or the system
does not report it) and never counts as wrong.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from chuhai.evals import ranking
from chuhai.evals.cases import Case
from chuhai.evals.library import Library
from chuhai.evals.reply import Cited, Reply
from chuhai.evals.support import Supports
from chuhai.evals.text import Statement, bare, markers, quotations, says, statements, unmarked
from chuhai.language.detect import detect, has_han
from chuhai.language.numbers import each_number, numbers

Score = float | None
_HAN_RUN = 8
_WORD_RUN = 4


@dataclass(frozen=True)
class Bench:
    """What scorers may ask: the documents, and whether quotes bear a statement."""

    library: Library
    supports: Supports


Function = Callable[[Case, Reply, Bench], Score]


@dataclass(frozen=True, slots=True)
class Scorer:
    """A scorer with what people are told about it."""

    name: str
    function: Function
    zh: str
    en: str
    better: Literal["higher", "lower", "neither"] = "higher"
    headline: bool = False
    """Whether it is in the short tables, and whether a drop in it fails a baseline."""
    share: bool = True
    """Whether it lies between 0 and 1."""


# Retrieval -----------------------------------------------------------------------------


def recall_at(k: int) -> Function:
    """Share of the case's evidence groups shown by the first k passages."""

    def score(case: Case, reply: Reply, bench: Bench) -> Score:
        gains = _gains(case, reply, bench)
        return None if gains is None else sum(gains[:k]) / len(case.evidence)

    return score


def reciprocal_rank(case: Case, reply: Reply, bench: Bench) -> Score:
    """RR@10 by ``ir_measures``: one over the rank of the first passage that shows evidence."""
    gains = _gains(case, reply, bench)
    return None if gains is None else ranking.reciprocal_rank(gains)


def ndcg(case: Case, reply: Reply, bench: Bench) -> Score:
    """nDCG@10 by ``ir_measures``; a passage gains the groups that it is the first to show."""
    gains = _gains(case, reply, bench)
    return None if gains is None else ranking.ndcg(gains, len(case.evidence))


def _gains(case: Case, reply: Reply, bench: Bench) -> list[int] | None:
    """Per passage, best first, how many evidence groups it shows that none before it did."""
    if case.refuse or reply.hits is None:
        return None
    left = list(case.evidence)
    gains = []
    for hit in reply.hits:
        met = [group for group in left if any(bench.library.shows(hit, text) for text in group)]
        left = [group for group in left if group not in met]
        gains.append(len(met))
    return gains


# Citations -----------------------------------------------------------------------------


def citation_recall(case: Case, reply: Reply, bench: Bench) -> Score:
    """ALCE's citation recall: share of the answer's sentences that their citations bear."""
    judged = _judged(reply, bench)
    return None if not judged else sum(holds for _, _, holds in judged) / len(judged)


def citation_precision(case: Case, reply: Reply, bench: Bench) -> Score:
    """ALCE's citation precision: share of citations that are needed where they stand.

    A citation counts where the sentence's citations together bear it, unless this one
    alone does not and the others without it still do.
    """
    counted = [
        holds and not _idle(statement.text, item, cited, bench)
        for statement, cited, holds in _judged(reply, bench) or ()
        for item in cited
    ]
    return None if not counted else sum(counted) / len(counted)


def _idle(text: str, item: Cited, cited: Sequence[Cited], bench: Bench) -> bool:
    rest = [other for other in cited if other is not item]
    return bool(rest) and not bench.supports(text, [item]) and bench.supports(text, rest)


def _judged(reply: Reply, bench: Bench) -> list[tuple[Statement, list[Cited], bool]] | None:
    """Each sentence with what it cites and whether that bears it; None where unreported."""
    if reply.refused or reply.citations is None:
        return None
    by_number = {item.n: bench.library.wording(item) for item in reply.citations}
    judged = []
    for statement in statements(reply.text):
        cited = [by_number[n] for n in statement.cited if n in by_number]
        judged.append((statement, cited, bench.supports(statement.text, cited)))
    return judged


def evidence_recall(case: Case, reply: Reply, bench: Bench) -> Score:
    """Share of the case's evidence groups that lie under the answer's citations."""
    if case.refuse or reply.citations is None:
        return None
    if reply.refused:
        return 0.0
    shown = [any(_shown(item, group, bench) for item in reply.citations) for group in case.evidence]
    return sum(shown) / len(shown)


def evidence_precision(case: Case, reply: Reply, bench: Bench) -> Score:
    """Share of citations that lie over any of the case's evidence. Evidence lists what is
    needed, not all that is useful: read it between runs, not by itself."""
    if case.refuse or reply.refused or not reply.citations:
        return None
    shown = [any(_shown(item, group, bench) for group in case.evidence) for item in reply.citations]
    return sum(shown) / len(shown)


def _shown(item: Cited, group: Sequence[str], bench: Bench) -> bool:
    return any(bench.library.shows(item, text) for text in group)


def markers_resolve(case: Case, reply: Reply, bench: Bench) -> Score:
    """Share of markers that name a citation and of citations that a marker names."""
    if reply.refused or reply.citations is None:
        return None
    used, given = set(markers(reply.text)), {item.n for item in reply.citations}
    return len(used & given) / len(used | given) if used | given else None


def quote_exactness(case: Case, reply: Reply, bench: Bench) -> Score:
    """Share of quotes (cited ones, and “…”, 「…」, "…" in the text) that the documents hold."""
    exact = [bench.library.exact(item) for item in reply.citations or ()]
    if not reply.refused:
        exact += [bench.library.holds(quote) for quote in quotations(reply.text)]
    judged = [one for one in exact if one is not None]
    return sum(judged) / len(judged) if judged else None


def number_fidelity(case: Case, reply: Reply, bench: Bench) -> Score:
    """Share of the answer's figures that stand in what their sentence cites."""
    if reply.refused or reply.citations is None:
        return None
    by_number = {item.n: bench.library.wording(item) for item in reply.citations}
    held: list[bool] = []
    for statement in statements(reply.text):
        cited = [by_number[n] for n in statement.cited if n in by_number]
        known = {number for item in cited for text in item.texts for number in numbers(text)}
        held.extend(number in known for number in each_number(statement.text))
    return sum(held) / len(held) if held else None


# What it says --------------------------------------------------------------------------


def fact_recall(case: Case, reply: Reply, bench: Bench) -> Score:
    """Share of key facts that the answer states, in any of their variants; 0 when refused."""
    if not case.must:
        return None
    if reply.refused:
        return 0.0
    text = unmarked(reply.text)
    stated = [any(says(text, variant) for variant in group) for group in case.must]
    return sum(stated) / len(stated)


def forbidden_free(case: Case, reply: Reply, bench: Bench) -> Score:
    """1 where the answer holds none of the statements that no answer may make."""
    if not case.must_not:
        return None
    text = unmarked(reply.text)
    return float(not any(says(text, statement) for statement in case.must_not))


def refused_when_due(case: Case, reply: Reply, bench: Bench) -> Score:
    """Refusal recall, case by case: 1 where an unanswerable question was refused."""
    return float(reply.refused) if case.refuse else None


def answered_when_due(case: Case, reply: Reply, bench: Bench) -> Score:
    """1 where an answerable question was answered at all."""
    return None if case.refuse else float(not reply.refused)


# How it says it ------------------------------------------------------------------------


def language_match(case: Case, reply: Reply, bench: Bench) -> Score:
    """1 where the text is in the language of the last turn."""
    text = unmarked(reply.text)
    return float(detect(text) == case.lang) if text else None


def length(case: Case, reply: Reply, bench: Bench) -> Score:
    """Characters of a Chinese answer, words of any other; refusals left out."""
    text = unmarked(reply.text)
    if reply.refused or not text:
        return None
    return float(len("".join(text.split())) if has_han(text) else len(text.split()))


def repetition(case: Case, reply: Reply, bench: Bench) -> Score:
    """Share of runs (8 Chinese characters, 4 words) that stood in the answer before.

    After rep-n of Welleck et al. 2019; longer runs for Chinese, whose terms have four.
    """
    if reply.refused:
        return None
    text = unmarked(reply.text)
    units = list(bare(text)) if has_han(text) else [bare(word) for word in text.split()]
    n = _HAN_RUN if has_han(text) else _WORD_RUN
    runs = Counter(tuple(units[i : i + n]) for i in range(len(units) - n + 1))
    total = sum(runs.values())
    return 1 - len(runs) / total if total else None


SCORERS: tuple[Scorer, ...] = (
    Scorer("recall@1", recall_at(1), "证据召回@1", "evidence recall@1"),
    Scorer("recall@5", recall_at(5), "证据召回@5", "evidence recall@5", headline=True),
    Scorer("recall@10", recall_at(10), "证据召回@10", "evidence recall@10"),
    Scorer("mrr@10", reciprocal_rank, "MRR@10", "MRR@10"),
    Scorer("ndcg@10", ndcg, "nDCG@10", "nDCG@10"),
    Scorer("evidence_recall", evidence_recall, "引到所需证据", "evidence cited", headline=True),
    Scorer("evidence_precision", evidence_precision, "引用即证据", "citations that are evidence"),
    Scorer("citation_recall", citation_recall, "引文召回", "citation recall", headline=True),
    Scorer(
        "citation_precision", citation_precision, "引文精确", "citation precision", headline=True
    ),
    Scorer("markers_resolve", markers_resolve, "标记有着落", "markers that resolve"),
    Scorer("quote_exactness", quote_exactness, "引语逐字", "exact quotes", headline=True),
    Scorer("number_fidelity", number_fidelity, "数字有据", "figures borne out", headline=True),
    Scorer("fact_recall", fact_recall, "要点说到", "key facts stated", headline=True),
    Scorer("forbidden_free", forbidden_free, "无禁语", "free of forbidden words", headline=True),
    Scorer("refused_when_due", refused_when_due, "该拒则拒", "refused when due", headline=True),
    Scorer("answered_when_due", answered_when_due, "该答则答", "answered when due", headline=True),
    Scorer("language_match", language_match, "语言一致", "language matches", headline=True),
    Scorer("length", length, "长度（字/词）", "length (chars/words)", "neither", share=False),
    Scorer("repetition", repetition, "重复", "repetition", "lower"),
)
BY_NAME = {scorer.name: scorer for scorer in SCORERS}


def score(case: Case, reply: Reply, bench: Bench) -> dict[str, Score]:
    """Every scorer's verdict on one reply, rounded to what the run file keeps."""
    scores = {scorer.name: scorer.function(case, reply, bench) for scorer in SCORERS}
    return {name: None if value is None else round(value, 6) for name, value in scores.items()}
