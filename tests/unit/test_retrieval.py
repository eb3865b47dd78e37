"""Ranked passages of the shipped documents, by the shipped encoder."""

from contextlib import closing
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from langchain_core.documents import Document
from tests.conftest import settings_of

from chuhai.asking import Hearing
from chuhai.index.opened import Index
from chuhai.retrieval.langchain import ChuhaiRetriever
from chuhai.retrieval.search import MAX_K, HybridSearcher
from chuhai.wiring import Advisor, Workshop


def test_the_shipped_index_is_whole(whitepaper: Index) -> None:
    assert whitepaper.verify() == []
    assert len(whitepaper.manifest.documents) == 60


@pytest.mark.parametrize(
    ("question", "evidence"),
    [
        ("展会有什么缺点？", "参展费用高（66%）"),
        ("展会效果符合预期的比例是多少？", "仅有不到半数（47%）"),
        ("有多少企业认为品牌软实力重要？", "有超过80%的中国企业认为品牌软实力"),
        ("海外代理有什么问题？", "缺乏经营品牌的动力"),
        ("展會有甚麼缺點", "参展费用高（66%）"),
        ("数字化营销预算会变化吗", "51%的中国B2B企业明确表示"),
        ("What are the drawbacks of trade fairs?", "参展费用高（66%）"),
    ],
)
def test_a_question_finds_its_passage_among_the_first_five(
    advisor: Advisor, question: str, evidence: str
) -> None:
    assert any(evidence in hit.passage.text for hit in advisor.search(question, 5))


def test_hits_are_ranked_and_do_not_overlap(advisor: Advisor) -> None:
    hits = advisor.search("品牌", 30)
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert len({hit.passage.passage_id for hit in hits}) == len(hits) == 30
    assert all(hit.scores for hit in hits)
    spans = sorted((hit.passage.document, hit.passage.start, hit.passage.end) for hit in hits)
    for one, other in pairwise(spans):
        assert one[0] != other[0] or one[2] <= other[1]


@pytest.mark.parametrize(("k", "most"), [(-1, 1), (0, 1), (1, 1), (7, 7), (10_000, MAX_K)])
def test_k_is_kept_within_its_limits(advisor: Advisor, k: int, most: int) -> None:
    passages = advisor.index.manifest.passages
    assert len(advisor.search("海外营销", k)) == min(most, passages)


@pytest.mark.parametrize(
    "query", ["😀", "\x00\x07", "的", " ", "a" * 20_000, '+-&|!(){}[]^"~*?:\\/']
)
def test_any_query_is_searched_without_fault(advisor: Advisor, query: str) -> None:
    assert len(advisor.search(query, 5)) <= 5


def test_the_same_question_gives_the_same_ranking(advisor: Advisor) -> None:
    assert advisor.search("品牌信任", 20) == advisor.search("品牌信任", 20)


def test_langchain_gets_the_same_passages_with_their_spans(
    advisor: Advisor, whitepaper: Index
) -> None:
    retriever = ChuhaiRetriever(searcher=advisor.searcher, k=4)
    found = retriever.invoke("展会有什么缺点？")
    hits = advisor.search("展会有什么缺点？", 4)
    assert [document.id for document in found] == [hit.passage.passage_id for hit in hits]
    for document in found:
        assert isinstance(document, Document)
        source = whitepaper.catalogue.document(document.metadata["document"])
        assert source is not None
        start, end = document.metadata["start"], document.metadata["end"]
        assert source.text[start:end] == document.page_content
    assert len(retriever.invoke("展会", k=2)) == 2


@pytest.mark.parametrize("question", ["展会有什么缺点？", "What are the drawbacks of trade fairs?"])
@pytest.mark.parametrize(("signals", "silenced"), [("lexical", "dense"), ("dense", "lexical")])
def test_what_the_bench_does_not_name_has_no_say_in_the_order(
    signals: str, silenced: str, question: str, whitepaper_home: Path, whitepaper: Index
) -> None:
    hearing = Hearing(settings_of(whitepaper_home), signals=signals)

    class Deaf(HybridSearcher):
        def signals(self, query: str, depth: int) -> dict[str, dict[str, float]]:
            found = super().signals(query, depth)
            return found | {silenced: dict.fromkeys(found[silenced], 0.0)}

    ranked, deaf = (
        [(hit.passage.passage_id, hit.score) for hit in searcher.search(question, 30)]
        for searcher in (
            hearing.searcher(whitepaper),
            Deaf(whitepaper, hearing.glossary, hearing.weights()),
        )
    )
    assert ranked == deaf


def test_what_two_better_passages_say_already_goes_behind(tmp_path: Path) -> None:
    fee = "参展的费用一年比一年高，而且现场很难判断来的人是不是真正的买家。"
    other = "代理商缺少经营品牌的动力，总部又很难看到终端客户的反馈。"
    documents = tmp_path / "documents"
    documents.mkdir()
    for name in "abcd":
        (documents / f"{name}.txt").write_text(f"{fee}（{name}）", encoding="utf-8")
    (documents / "z.txt").write_text(other, encoding="utf-8")
    workshop = Workshop(settings_of(tmp_path / "home"))
    workshop.build(documents)
    with closing(workshop.open()) as index:
        hits = workshop.searcher(index).search("参展的费用高吗？", 5)
    repeats = ["参展" in hit.passage.text for hit in hits]
    assert repeats == [True, True, False, True, True]


@pytest.mark.parametrize(
    ("signals", "heard"), [("lexical", {"lexical"}), ("dense", {"dense", "sentence"})]
)
def test_the_bench_ranks_by_the_signals_that_it_names(
    signals: str, heard: set[str], whitepaper_home: Path, whitepaper: Index
) -> None:
    """An English brand name in a question of unknown words would call for MaxSim."""
    hearing = Hearing(settings_of(whitepaper_home), signals=signals)
    hits = hearing.searcher(whitepaper).search("qwxz Anker zzyx 哪", 5)
    assert hits
    assert all("late" not in hit.scores for hit in hits)
    weights = hearing.weights()
    assert {name for name in ("lexical", "dense", "late") if getattr(weights, name)} <= heard


def test_the_bench_leaves_out_what_the_settings_leave_out(whitepaper_home: Path) -> None:
    settings = replace(settings_of(whitepaper_home), without=frozenset({"roles", "plain"}))
    weights = Hearing(settings, signals="lexical").weights()
    assert (weights.theme, weights.plain, weights.dense) == (0.0, 0.0, 0.0)
    assert weights.lexical > 0
