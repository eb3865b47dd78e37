"""What the bench reads in an answer, and what each scorer makes of it: hand-worked tables."""

from collections.abc import Sequence
from typing import Any

import pytest

from chuhai.domain import Passage, Sentence, Translation
from chuhai.errors import EvalError
from chuhai.evals import ranking, scorers
from chuhai.evals.cases import Case
from chuhai.evals.library import Library, Place
from chuhai.evals.reply import Cited, Reply, looks_refused, read_reply
from chuhai.evals.scorers import Bench
from chuhai.evals.text import bare, markers, quotations, says, statements, unmarked

ZH = "展会成本高，66%的企业这样说。代理了解当地客户。官网带来询盘。"
EN = "Fairs cost much, 66% of firms said. Agents know local customers. Websites bring inquiries."


def place(text: str, part: str) -> tuple[int, int]:
    start = text.index(part)
    return start, start + len(part)


def passage(zh: str, en: str) -> Passage:
    start, end = place(ZH, zh)
    left, right = place(EN, en)
    other = Translation("a.en.md", left, right, en)
    sentence = Sentence(start, end, translation=other)
    return Passage(f"a#{start}", "", "a.zh.md", "", "zh", start, end, zh, (sentence,))


PASSAGES = [
    passage("展会成本高，66%的企业这样说。", "Fairs cost much, 66% of firms said."),
    passage("代理了解当地客户。", "Agents know local customers."),
    passage("官网带来询盘。", "Websites bring inquiries."),
]


def bears(statement: str, cited: Sequence[Cited]) -> bool:
    """A verifier for tables: the letters of the statement stand in the quotes together."""
    return bare(statement) in bare("".join(text for item in cited for text in item.texts))


BENCH = Bench(Library({"a.zh.md": ZH, "a.en.md": EN}, PASSAGES), bears)


def case(**values: Any) -> Case:
    given: dict[str, Any] = {
        "id": "x1",
        "lang": "zh",
        "kind": "fact",
        "turns": ("展会如何？",),
        "evidence": (("展会成本高",),),
        "must": (("66%", "66 per cent"),),
        "must_not": (),
        "refuse": False,
    }
    return Case(**{**given, **values})


def reply(text: str, *quotes: str, **values: Any) -> Reply:
    cited = tuple(Cited(n, quote) for n, quote in enumerate(quotes, 1))
    given: dict[str, Any] = {"refused": False, "citations": cited, "hits": None}
    return Reply("x1", text, **{**given, **values})


def hits(*texts: str) -> Any:
    return read_reply({"id": "x1", "answer": "", "hits": list(texts)}).hits


@pytest.mark.parametrize(
    ("text", "cited"),
    [
        ("好。[1]", [1]),
        ("好 [1][2]", [1, 2]),
        ("好 [1,2]、[3，4]", [1, 2, 3, 4]),
        ("good [1-3].", [1, 2, 3]),
        ("好【2】。", [2]),
        ("好［2］", [2]),
        ("good 【4†source】", [4]),
        ("good [^1]", [1]),
        ("[12](http://x) and [a] and [2019]", []),
    ],
)
def test_markers_of_every_system_are_read(text: str, cited: list[int]) -> None:
    assert markers(text) == cited


def test_a_marker_belongs_to_the_sentence_that_it_stands_in_or_closes() -> None:
    found = statements("甲很好[1]。乙也好。[2]丙不错。\n- First. Second [1,3].\nNobody said so.")
    assert [(s.text, s.cited) for s in found] == [
        ("甲很好。", (1,)),
        ("乙也好。", (2,)),
        ("丙不错。", ()),
        ("First.", (1, 3)),
        ("Second .", (1, 3)),
        ("Nobody said so.", ()),
    ]


def test_the_text_is_read_without_markers_escapes_and_footnotes() -> None:
    assert unmarked("成本 \\*高\\* [1]\n\n[1]: https://x") == "成本 *高*"


@pytest.mark.parametrize(
    "text",
    [
        "他说“展会成本高得离谱了吧”。",
        "他說「展会成本高得离谱了吧」。",
        '他说"展会成本高得离谱了吧"。',
    ],
)
def test_quotation_marks_of_every_kind_are_seen(text: str) -> None:
    assert quotations(text) == ["展会成本高得离谱了吧"]


def test_a_name_in_quotation_marks_is_no_quotation() -> None:
    assert quotations("“出海”和 the “new normal”") == []


@pytest.mark.parametrize(
    ("text", "variant", "found"),
    [
        ("佔比６６％", "66%", True),
        ("成本優勢", "成本优势", True),
        ("是49%", "9%", False),
        ("9% 的企业", " 9%", True),
        ("9.5%", "9", False),
        ("2,000 firms", "000", False),
        ("on the mainland", "inland", False),
        ("Saturated markets", "saturat", True),
        ("they told us", "US", False),
        ("in the US market", "US", True),
        ("low\ncost", "low cost", True),
    ],
)
def test_a_fact_is_found_by_its_characters(text: str, variant: str, found: bool) -> None:
    assert says(text, variant) is found


def test_identical_chinese_says_itself() -> None:
    """rouge_score gives 0.0 here."""
    assert says(ZH, ZH)
    assert scorers.fact_recall(case(must=((ZH,),)), reply(ZH), BENCH) == 1.0


def test_words_are_placed_in_the_original_also_from_the_translation() -> None:
    places = BENCH.library.locate("AGENTS know local customers")
    assert Place("a.en.md", *place(EN, "Agents know local customers")) in places
    assert Place("a.zh.md", *place(ZH, "代理了解当地客户。")) in places


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        ((PASSAGES[0].text, PASSAGES[1].text), (1.0, 1.0, 1.0)),
        ((PASSAGES[1].text, PASSAGES[0].text), (0.0, 0.5, 0.630930)),
        (("Fairs cost much, 66% of firms said.",), (1.0, 1.0, 1.0)),
        ((PASSAGES[1].text, PASSAGES[2].text), (0.0, 0.0, 0.0)),
    ],
)
def test_retrieval_is_scored_by_the_rank_of_the_evidence(
    found: tuple[str, ...], expected: tuple[float, float, float]
) -> None:
    asked, answered = case(), reply("", hits=hits(*found))
    measures = (scorers.recall_at(1), scorers.reciprocal_rank, scorers.ndcg)
    assert [m(asked, answered, BENCH) for m in measures] == pytest.approx(expected, abs=1e-6)


def test_alternatives_of_one_fact_count_once() -> None:
    both = case(evidence=(("展会成本高", "代理了解当地客户"),))
    answered = reply("", hits=hits(PASSAGES[0].text, PASSAGES[1].text))
    assert scorers.ndcg(both, answered, BENCH) == 1.0
    assert scorers.recall_at(5)(both, answered, BENCH) == 1.0


def test_measures_of_a_ranking_are_those_of_the_field() -> None:
    """nDCG@10 worked by hand: (1/log2(3) + 1/log2(5)) / (1 + 1/log2(3) + 1/log2(4))."""
    qrels, run = {"q": {"b": 1, "d": 1, "z": 1}}, {"q": ["a", "b", "c", "d"]}
    values = {name: each["q"] for name, each in ranking.per_query(qrels, run).items()}
    expected = (0.63093 + 0.43068) / (1 + 0.63093 + 0.5)
    assert values == pytest.approx({"nDCG@10": expected, "R@5": 2 / 3, "RR@10": 0.5}, abs=1e-4)


def test_a_judged_query_without_a_ranking_has_nothing() -> None:
    assert ranking.per_query({"q": {"a": 1}}, {}, ["RR@10"]) == {"RR@10": {"q": 0.0}}


FAIRS, AGENTS, SITES = "展会成本高，66%的企业这样说", "代理了解当地客户", "官网带来询盘"


@pytest.mark.parametrize(
    ("text", "quotes", "recall", "precision"),
    [
        (f"{FAIRS}[1]。{AGENTS}[2]。", (FAIRS, AGENTS), 1.0, 1.0),
        (f"{FAIRS}[2]。{AGENTS}[1]。", (FAIRS, AGENTS), 0.0, 0.0),
        (f"{FAIRS}[1]。\n{AGENTS}。", (FAIRS,), 0.5, 1.0),
        # The second citation is idle: the first alone bears the sentence.
        (f"{FAIRS}[1][2]。", (FAIRS, AGENTS), 1.0, 0.5),
        # Neither half bears it alone, both together do: both are needed.
        (f"{AGENTS}{SITES}[1][2]。", (AGENTS, SITES), 1.0, 1.0),
        # Not borne at all: no citation of it is precise.
        (f"月亮是奶酪做的[1]。{AGENTS}[2]。", (FAIRS, AGENTS), 0.5, 0.5),
        (f"{FAIRS}。", (), 0.0, None),
    ],
)
def test_citations_are_scored_as_in_alce(
    text: str, quotes: tuple[str, ...], recall: float, precision: float | None
) -> None:
    answered = reply(text, *quotes)
    assert scorers.citation_recall(case(), answered, BENCH) == recall
    assert scorers.citation_precision(case(), answered, BENCH) == precision


def test_evidence_is_what_lies_under_the_citations() -> None:
    answered = reply(f"{FAIRS}[1]。{AGENTS}[2]。", FAIRS, AGENTS)
    two = case(evidence=(("展会成本高",), ("官网带来询盘",)))
    assert scorers.evidence_recall(two, answered, BENCH) == 0.5
    assert scorers.evidence_precision(two, answered, BENCH) == 0.5


def test_a_citation_of_the_translation_is_one_of_the_original() -> None:
    answered = reply("Fairs cost much [1].", "Fairs cost much, 66% of firms said.")
    assert scorers.evidence_recall(case(), answered, BENCH) == 1.0


def test_a_quote_is_exact_or_not() -> None:
    start, end = place(ZH, AGENTS)
    spans = (
        Cited(1, AGENTS, "a.zh.md", start, end),
        Cited(2, AGENTS, "a.zh.md", start + 1, end + 1),
    )
    assert scorers.quote_exactness(case(), reply("", citations=spans), BENCH) == 0.5
    assert scorers.quote_exactness(case(), reply("“展会成本很低，企业这样说”"), BENCH) == 0.0
    assert scorers.quote_exactness(case(), reply("「展会成本高，66%的企业」"), BENCH) == 1.0


def test_figures_must_stand_in_what_their_sentence_cites() -> None:
    assert scorers.number_fidelity(case(), reply("66％[1]，75%[1]。", FAIRS), BENCH) == 0.5
    assert scorers.number_fidelity(case(), reply("有66%。", FAIRS), BENCH) == 0.0
    assert scorers.number_fidelity(case(), reply("没有数字[1]。", FAIRS), BENCH) is None


def test_a_refusal_states_no_fact_and_may_be_due() -> None:
    refused = reply("文档没有回答：66%", refused=True)
    assert scorers.fact_recall(case(), refused, BENCH) == 0.0
    assert scorers.answered_when_due(case(), refused, BENCH) == 0.0
    assert scorers.refused_when_due(case(), refused, BENCH) is None
    due = case(refuse=True, evidence=(), must=())
    assert scorers.refused_when_due(due, refused, BENCH) == 1.0
    assert scorers.citation_recall(due, refused, BENCH) is None


def test_forbidden_words_language_and_repetition() -> None:
    banned = case(must_not=("三个月回本",))
    assert scorers.forbidden_free(banned, reply("三個月回本！"), BENCH) == 0.0
    assert scorers.forbidden_free(case(), reply("三个月回本"), BENCH) is None
    assert scorers.language_match(case(), reply("Fairs cost much [1]."), BENCH) == 0.0
    assert scorers.length(case(), reply("展会 成本高[1]"), BENCH) == 5.0
    twice = "代理了解当地客户" * 2
    assert scorers.repetition(case(), reply(twice), BENCH) == pytest.approx(1 - 8 / 9)
    assert scorers.repetition(case(), reply("a b c d e f"), BENCH) == 0.0


def test_what_a_system_does_not_report_is_unscored() -> None:
    bare_reply = read_reply({"id": "x1", "answer": f"{FAIRS}[1]。"})
    scores = scorers.score(case(), bare_reply, BENCH)
    unscored = {name for name, value in scores.items() if value is None}
    assert unscored >= {"recall@5", "citation_recall", "evidence_recall", "number_fidelity"}
    assert scores["fact_recall"] == 1.0


@pytest.mark.parametrize(
    ("answer", "refused"),
    [
        ("抱歉，文档中未提及这一点。", True),
        ("I’m sorry, the documents do not mention this.", True),
        ("", True),
        ("展会成本高。", False),
        ("白皮书未提及具体年份。" + "但展会的成本、代理的作用都有说明。" * 20, False),
    ],
)
def test_a_refusal_without_a_flag_is_read_from_short_answers(answer: str, refused: bool) -> None:
    assert looks_refused(answer) is refused


@pytest.mark.parametrize(
    "row",
    [
        {"id": 1, "answer": "x"},
        {"id": "a"},
        {"id": "a", "answer": "x", "refused": "no"},
        {"id": "a", "answer": "x", "citations": "q"},
        {"id": "a", "answer": "x", "citations": [3]},
        {"id": "a", "answer": "x", "confidence": "high"},
    ],
)
def test_a_reply_that_cannot_be_read_is_refused(row: dict[str, Any]) -> None:
    with pytest.raises(EvalError):
        read_reply(row)
