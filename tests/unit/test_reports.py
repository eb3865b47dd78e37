"""Reports come back as they were kept, the last first, and what is none is left out."""

from dataclasses import replace
from pathlib import Path

from chuhai.domain import Answer
from chuhai.reports import drop, keep, kept

ANSWER = Answer("展会？", "展会？", "zh", "展会贵。", (), None, (), "extractive", None, {})


def test_a_report_comes_back_as_it_was_kept(tmp_path: Path) -> None:
    report = keep(tmp_path / "reports", "对标", "zh", [ANSWER, replace(ANSWER, lang="en")])
    assert kept(tmp_path / "reports") == [report]


def test_a_file_that_is_no_report_is_left_out(tmp_path: Path) -> None:
    report = keep(tmp_path, "对标", "zh", [ANSWER])
    (tmp_path / "z.json").write_text("{", encoding="utf-8")
    (tmp_path / "y.json").write_text('{"answers": 3}', encoding="utf-8")
    assert kept(tmp_path) == [report]


def test_a_report_is_dropped_once_and_for_all(tmp_path: Path) -> None:
    report = keep(tmp_path, "对标", "zh", [ANSWER])
    drop(tmp_path, report)
    drop(tmp_path, report)
    assert kept(tmp_path) == []
