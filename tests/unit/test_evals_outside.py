"""Answers made elsewhere, public retrieval sets, and a model's grades."""

import json
from pathlib import Path
from typing import Any

import pytest

from chuhai.domain import Hit, Passage
from chuhai.errors import EvalError
from chuhai.evals import beir
from chuhai.evals.beir import PublicSet
from chuhai.evals.cases import Case
from chuhai.evals.convert import convert
from chuhai.evals.judge import NAME, Judge, read_grade
from chuhai.evals.library import Library
from chuhai.evals.outside import read_answers, score_answers
from chuhai.evals.reply import Reply
from chuhai.evals.scorers import Bench
from chuhai.settings import shipped

BENCH = Bench(Library({"a.zh.md": "展会的成本很高。代理了解客户。"}, []), lambda text, cited: True)


def case(case_id: str) -> Case:
    return Case(case_id, "zh", "fact", ("？",), (("展会的成本很高",),), (("成本",),), (), False)


def test_any_chatbots_answers_are_scored_from_quotes_alone(tmp_path: Path) -> None:
    path = tmp_path / "bot.jsonl"
    lines: list[dict[str, Any]] = [
        {"id": "a", "answer": "展会的成本很高【1】。", "citations": ["展會的成本很高"]},
        {"id": "b", "answer": "抱歉，没有找到相关内容。"},
    ]
    path.write_text("\n".join(json.dumps(line) for line in lines) + "\n\n", encoding="utf-8")
    cases = [case("a"), case("b"), case("c")]
    finished = score_answers(cases, read_answers(path), BENCH, {"answerer": "bot"})
    rows = {row["id"]: row for row in finished.run["results"]}
    assert rows["a"]["scores"]["evidence_recall"] == 1.0
    assert rows["a"]["scores"]["quote_exactness"] == 0.0
    assert rows["b"]["refused"] is True
    assert rows["c"]["scores"] is None
    assert finished.run["metrics"]["all"]["fact_recall"]["n"] == 2


@pytest.mark.parametrize("line", ["x", "[]", '{"id": "a"}', '{"id": 1, "answer": "x"}'])
def test_a_bad_line_is_named(tmp_path: Path, line: str) -> None:
    path = tmp_path / "bot.jsonl"
    path.write_text(line, encoding="utf-8")
    with pytest.raises(EvalError):
        read_answers(path)


def test_answers_to_other_cases_are_refused() -> None:
    with pytest.raises(EvalError, match="none of these"):
        score_answers([case("a")], {"z": {"id": "z", "answer": "x"}}, BENCH, {})


PUBLIC = PublicSet(
    "toy",
    {"d1": "fairs cost much", "d2": "agents know", "d3": " "},
    {"q1": "fairs?", "q2": "agents?"},
    {"q1": {"d1": 1}, "q2": {"d2": 2}},
)


def test_a_public_set_is_read_as_it_was_written(tmp_path: Path) -> None:
    beir.write(tmp_path / "toy", PUBLIC)
    found = beir.read(tmp_path / "toy")
    assert (found.name, found.queries, found.qrels) == ("toy", PUBLIC.queries, PUBLIC.qrels)
    (tmp_path / "toy" / "qrels" / "test.tsv").rename(tmp_path / "toy" / "qrels.tsv")
    assert beir.read(tmp_path / "toy").qrels == PUBLIC.qrels


@pytest.mark.parametrize("missing", ["corpus.jsonl", "queries.jsonl", "qrels/test.tsv"])
def test_a_set_without_one_of_its_files_is_refused(tmp_path: Path, missing: str) -> None:
    beir.write(tmp_path, PUBLIC)
    (tmp_path / missing).unlink()
    with pytest.raises(EvalError, match="BEIR"):
        beir.read(tmp_path)


def hit(name: str, score: float) -> Hit:
    return Hit(Passage(f"{name}#1", "", name, "", "en", 0, 1, "x", ()), score, {})


def test_a_document_stands_where_its_best_passage_does(tmp_path: Path) -> None:
    names = beir.write_documents(PUBLIC, tmp_path)
    assert names == {"0000000.txt": "d1", "0000001.txt": "d2"}
    found = [hit("0000001.txt", 0.9), hit("0000001.txt", 0.8), hit("0000000.txt", 0.7)]
    ranked = beir.rank(PUBLIC, lambda text, k: [*found, hit("0000000.txt", 0.0)], names)
    assert ranked["q1"] == ["d2", "d1"]
    values = beir.scores(PUBLIC, ranked)
    assert values["RR@10"] == {"q1": 0.5, "q2": 1.0}


def test_systems_stand_side_by_side() -> None:
    right, wrong = {"q1": ["d1"], "q2": ["d2"]}, {"q1": ["d2"], "q2": ["d1"]}
    report = beir.report(PUBLIC, {"bm25": wrong, "product": right})
    assert report["systems"]["product"]["nDCG@10"]["value"] == 1.0
    assert report["systems"]["bm25"]["R@5"]["value"] == 0.0
    assert report["p_against_product"]["bm25"]["nDCG@10"] == 0.5


def test_questions_and_pairs_become_public_sets() -> None:
    asked = convert(
        "q",
        {
            "passages": [{"id": "p", "text": "t"}],
            "questions": [
                {"id": "1", "question": "?", "passage_ids": ["p"], "answerable": True},
                {"id": "2", "question": "?", "passage_ids": ["gone"], "answerable": True},
                {"id": "3", "question": "?", "passage_ids": ["p"], "answerable": False},
            ],
        },
    )
    assert asked.qrels == {"1": {"p": 1}}
    pairs = convert("p", {"pairs": [{"en": "a", "zh": "甲"}]})
    assert (pairs.queries, pairs.corpus) == ({"q0": "a"}, {"d0": "甲"})


@pytest.mark.parametrize(
    ("said", "grade"),
    [
        ("All there.\nGRADE: CORRECT", 1.0),
        ("GRADE: PARTLY\n", 0.5),
        ("No.\nGRADE: WRONG", 0.0),
        ("GRADE: CORRECT, I think", None),
        ("GRADE: NOT_ATTEMPTED", None),
        ("GRADE: CORRECT\nOn second thought no.", None),
        ("GRADE: CORRECT\nGRADE: WRONG", None),
        ("CORRECT", None),
        ("", None),
    ],
)
def test_a_grade_is_read_strictly(said: str, grade: float | None) -> None:
    assert read_grade(said) == grade


def test_a_model_grades_what_was_answered_and_a_failure_is_unscored() -> None:
    from chuhai.answering.fakes import ScriptedChatModel

    model = ScriptedChatModel(replies=["Fine.\nGRADE: PARTLY", OSError("down")])
    judge = Judge(model, shipped("prompts"))
    answered = Reply("a", "成本高", False, (), None)
    assert [judge(case("a"), answered)[NAME] for _ in range(2)] == [0.5, None]
    assert judge(case("a"), Reply("a", "", True, (), None)) == {NAME: None}
    assert len(model.asked) == 2
