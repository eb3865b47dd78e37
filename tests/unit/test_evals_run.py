"""Cases are checked, runs repeat, go on where they stopped, and are read again as written."""

import json
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from chuhai.errors import ChatModelError, EvalError
from chuhai.evals import files
from chuhai.evals.cases import Case, Leaks, digest, read_cases, shared_runs
from chuhai.evals.library import Library, library_of
from chuhai.evals.run import Finished, run
from chuhai.evals.scorers import Bench
from chuhai.settings import shipped

BENCH = Bench(Library({"a.zh.md": "展会成本高。代理了解当地客户。"}, []), lambda text, cited: True)
SHIPPED = shipped("evals/cases")


def line(**values: Any) -> str:
    given = {
        "id": "x1",
        "lang": "zh",
        "kind": "fact",
        "turns": ["展会如何？"],
        "evidence": [["展会成本高"]],
        "must": [["成本"]],
        "must_not": [],
        "refuse": False,
        "note": "",
    }
    return json.dumps({**given, **values}, ensure_ascii=False)


def write(folder: Path, *lines: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "cases.jsonl").write_text("\n".join(lines), encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    "broken",
    [
        {"kind": "riddle"},
        {"lang": "fr"},
        {"turns": []},
        {"turns": "x"},
        {"evidence": ["x"]},
        {"evidence": [[]]},
        {"refuse": True},
        {"evidence": []},
        {"must_not": [""]},
        {"refuse": 0},
        {"id": 7},
    ],
)
def test_a_case_that_breaks_the_schema_is_named_with_its_line(
    tmp_path: Path, broken: dict[str, Any]
) -> None:
    folder = write(tmp_path, line(), line(**{"id": "x2", **broken}))
    with pytest.raises(EvalError, match=r"cases\.jsonl:2"):
        read_cases(folder)


def test_a_case_is_not_read_twice_and_an_empty_folder_is_no_set(tmp_path: Path) -> None:
    with pytest.raises(EvalError, match="stands twice"):
        read_cases(write(tmp_path / "twice", line(), line()))
    with pytest.raises(EvalError, match="no eval cases"):
        read_cases(tmp_path)


def test_a_split_is_the_folder_that_it_lies_in(tmp_path: Path) -> None:
    write(tmp_path / "dev", line())
    write(tmp_path / "test", line(id="t1"))
    assert [(c.id, c.split) for c in read_cases(tmp_path)] == [("x1", "dev"), ("t1", "test")]
    assert [c.id for c in read_cases(tmp_path, "test")] == ["t1"]
    assert [c.id for c in read_cases(tmp_path, "dev")] == ["x1"]


def test_the_shipped_cases_are_enough_and_in_both_languages() -> None:
    cases = read_cases(SHIPPED)
    assert len(cases) >= 300
    chinese = sum(case.lang == "zh" for case in cases)
    assert abs(2 * chinese - len(cases)) <= 0.1 * len(cases)
    assert len({case.kind for case in cases}) == 12


def test_evidence_stands_in_the_documents(whitepaper: Any) -> None:
    library = library_of(whitepaper)
    missing = [
        (case.id, text)
        for case in read_cases(SHIPPED)
        for group in case.evidence
        for text in group
        if library.source_of(text) is None
    ]
    assert missing == []


def test_what_a_question_copies_is_found_in_both_languages() -> None:
    corpus = "展会的获客成本相对过高。We asked the same people what they did last year in Europe."
    assert shared_runs("是不是展會的獲客成本相對過高？", corpus)
    assert not shared_runs("展会的获客贵吗？", corpus)
    assert shared_runs("Did you ask what they did last year in Europe?", corpus) == []
    assert shared_runs("the same people what they did last year", corpus)


def test_few_shipped_questions_copy_the_documents(whitepaper: Any) -> None:
    leaks = Leaks("\n".join(library_of(whitepaper).texts.values()))
    cases = read_cases(SHIPPED)
    copied = [case.id for case in cases if leaks.of(case.question)]
    assert len(copied) <= 0.03 * len(cases), copied


def cases(tmp_path: Path, count: int = 6) -> list[Case]:
    return read_cases(write(tmp_path / "cases", *(line(id=f"x{i}") for i in range(count))))


def ask(case: Case) -> Mapping[str, Any]:
    return {
        "id": case.id,
        "answer": "展会成本高。[1]",
        "refused": False,
        "citations": [
            {"n": 1, "document": "a.zh.md", "start": 0, "end": 6, "quote": "展会成本高。"}
        ],
        "hits": [{"document": "a.zh.md", "start": 0, "end": 6}],
        "timings_ms": {"total": id(object()) % 97},
    }


def test_a_run_repeats_to_the_byte_with_its_times_apart(tmp_path: Path) -> None:
    asked = cases(tmp_path)
    one, other = (run(asked, ask, BENCH, {"version": "1"}) for _ in range(2))
    assert files.text_of(one.run) == files.text_of(other.run)
    assert "timings" not in files.text_of(one.run)
    assert one.costs["cases"]["x0"]["timings_ms"]


def test_several_at_once_give_the_same_run(tmp_path: Path) -> None:
    asked = cases(tmp_path)
    with ThreadPoolExecutor(3) as threads:
        beside = run(asked, ask, BENCH, {}, executor=threads)
    assert files.text_of(beside.run) == files.text_of(run(asked, ask, BENCH, {}).run)


def test_a_run_that_was_broken_off_goes_on_where_it_stopped(tmp_path: Path) -> None:
    asked, kept = cases(tmp_path), tmp_path / "broken-off.jsonl"
    seen: list[str] = []

    def failing(case: Case) -> Mapping[str, Any]:
        if len(seen) == 3:
            raise KeyboardInterrupt
        seen.append(case.id)
        return ask(case)

    with pytest.raises(KeyboardInterrupt):
        run(asked, failing, BENCH, {}, broken_off=kept)
    with kept.open("a", encoding="utf-8") as file:
        file.write('{"id": "x9", "ans')
    again: list[str] = []

    def counting(case: Case) -> Mapping[str, Any]:
        again.append(case.id)
        return ask(case)

    finished = run(asked, counting, BENCH, {}, broken_off=kept)
    assert (seen, again) == (["x0", "x1", "x2"], ["x3", "x4", "x5"])
    assert files.text_of(finished.run) == files.text_of(run(asked, ask, BENCH, {}).run)
    assert not kept.exists()


def failed_once(tmp_path: Path) -> Finished:
    def failing(case: Case) -> Mapping[str, Any]:
        if case.id == "x1":
            raise ChatModelError("down", "坏了")
        return ask(case)

    return run(cases(tmp_path), failing, BENCH, {})


def test_an_answer_that_failed_is_kept_and_left_unscored(tmp_path: Path) -> None:
    finished = failed_once(tmp_path)
    rows = {row["id"]: row for row in finished.run["results"]}
    assert rows["x1"]["answer"] == {"error": "down"}
    assert rows["x1"]["scores"] is None
    assert finished.run["metrics"]["all"]["fact_recall"]["n"] == 5


def test_a_run_is_read_as_it_was_written(tmp_path: Path) -> None:
    finished = run(cases(tmp_path), ask, BENCH, {"version": "1"})
    path = tmp_path / "deep" / "run.json"
    files.write(path, files.text_of(finished.run))
    assert files.read(path) == json.loads(json.dumps(finished.run))
    slim = files.scores_only(finished.run)
    assert "answer" not in slim["results"][0]
    assert slim["metrics"]["all"] == finished.run["metrics"]["all"]


def test_a_set_is_known_by_its_digest(tmp_path: Path) -> None:
    some = cases(tmp_path)
    assert digest(some) != digest(some[1:])


@pytest.mark.parametrize("content", ["", "[]", '{"format": 99, "results": []}', "\udcff"])
def test_what_is_no_run_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "run.json"
    path.write_text(content, encoding="utf-8", errors="surrogateescape")
    with pytest.raises(EvalError):
        files.read(path)
    with pytest.raises(EvalError, match="eval run"):
        files.read(tmp_path / "none.json")
