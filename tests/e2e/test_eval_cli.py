"""``chuhai eval`` from the command line to its files and exit statuses."""

import json
from pathlib import Path
from typing import Any

import pytest

from chuhai.cli import main
from chuhai.evals import beir
from chuhai.evals.beir import PublicSet
from chuhai.settings import shipped


@pytest.fixture(scope="module")
def cases(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A few of the shipped dev cases of each sort."""
    folder = tmp_path_factory.mktemp("cases")
    source = shipped("evals/cases/dev") / "whitepaper.jsonl"
    lines = source.read_text(encoding="utf-8").splitlines()
    some = [*lines[:14], *(line for line in lines if '"refuse": true' in line)][:18]
    (folder / "some.jsonl").write_text("\n".join(some), encoding="utf-8")
    return folder


class Said:
    """Runs a command in one home and keeps what it said."""

    def __init__(self, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self._home, self._capsys = home, capsys
        self.out = self.err = ""

    def __call__(self, *arguments: object) -> int:
        status = main(["--home", str(self._home), "eval", *map(str, arguments)])
        self.out, self.err = self._capsys.readouterr()
        return status

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@pytest.fixture
def chuhai(
    whitepaper_home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Said:
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    return Said(whitepaper_home, capsys)


def test_a_run_is_kept_repeats_and_becomes_a_page(
    chuhai: Said, cases: Path, tmp_path: Path
) -> None:
    one, other, page = tmp_path / "one.json", tmp_path / "other.json", tmp_path / "page.html"
    assert chuhai("run", "--cases", cases, "--out", one) == 0
    assert "evidence recall@5" in chuhai.out
    assert "asking 18/18" in chuhai.err
    assert chuhai("run", "--cases", cases, "--workers", 2, "--out", other) == 0
    assert one.read_bytes() == other.read_bytes()
    results = json.loads(one.read_text(encoding="utf-8"))["results"]
    assert any(isinstance(row["confidence"], float) for row in results)
    assert chuhai("compare", one, other) == 0
    assert "no significant change" in chuhai.out
    assert chuhai("report", one, "--out", page) == 0
    assert "Evaluation report" in page.read_text(encoding="utf-8")


def test_a_significant_drop_below_the_baseline_fails(
    chuhai: Said, cases: Path, tmp_path: Path
) -> None:
    base = tmp_path / "base.json"
    assert chuhai("run", "--cases", cases, "--scores-only", "--out", base) == 0
    assert chuhai("run", "--json", "--cases", cases, "--baseline", base) == 0
    assert {d["verdict"] for d in chuhai.json["baseline"]["differences"]} == {"same"}
    better = json.loads(base.read_text(encoding="utf-8"))
    for row in better["results"]:
        row["scores"] = {n: None if v is None else 2.0 for n, v in row["scores"].items()}
    base.write_text(json.dumps(better), encoding="utf-8")
    assert chuhai("run", "--cases", cases, "--baseline", base) == 1
    assert chuhai.err.splitlines()[-1].startswith("chuhai: significantly below the baseline")


def test_another_systems_answers_become_a_run(chuhai: Said, cases: Path, tmp_path: Path) -> None:
    answers, out = tmp_path / "bot.jsonl", tmp_path / "bot.json"
    answers.write_text('{"id": "d001", "answer": "LinkedIn"}\n{"id": "zz", "answer": "?"}\n')
    assert chuhai("score", answers, "--cases", cases, "--out", out, "--json") == 0
    assert chuhai.json["metrics"]["all"]["fact_recall"]["value"] == 1.0
    assert "zz" in chuhai.err
    assert chuhai("report", out, "--out", tmp_path / "bot.html") == 0


def test_three_searches_stand_side_by_side_on_a_public_set(chuhai: Said, tmp_path: Path) -> None:
    texts = {
        "d1": "展会的获客成本很高。",
        "d2": "Agents know local customers.",
        "d3": "官网带来询盘。",
    }
    asked = {"q1": "展会贵吗？", "q2": "Who knows the customers?"}
    beir.write(tmp_path, PublicSet("toy", texts, asked, {"q1": {"d1": 1}, "q2": {"d2": 1}}))
    assert chuhai("retrieval", tmp_path, "--json") == 0
    systems = chuhai.json["systems"]
    assert list(systems) == ["bm25", "dense", "product"]
    assert systems["product"]["nDCG@10"]["value"] == 1.0


def test_what_cannot_be_used_is_one_line_and_a_status(
    chuhai: Said, cases: Path, tmp_path: Path
) -> None:
    assert chuhai("report", tmp_path / "none.json") == 1
    assert chuhai("run", "--cases", tmp_path) == 1
    assert chuhai("run", "--cases", cases, "--judge") == 1
    assert (
        chuhai.err.splitlines()[-1] == "chuhai: --judge needs a chat model: set CHUHAI_CHAT_MODEL"
    )
