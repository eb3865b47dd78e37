"""Which runs there are to look at, and that a new one does not push the last one away."""

import json
from pathlib import Path

from chuhai.evals import files
from chuhai.evals.kept import MOST, runs, set_aside


def keep(folder: Path, name: str, date: str) -> None:
    files.write(folder / name, "{}")
    files.write(files.costs_beside(folder / name), json.dumps({"date": date}))


def test_the_latest_comes_first_and_baselines_last(tmp_path: Path) -> None:
    home, shipped = tmp_path / "home", tmp_path / "shipped"
    keep(home, "latest.json", "2026-01-03T00:00:00+00:00")
    keep(home, "run-1.json", "2026-01-01T00:00:00+00:00")
    keep(home, "mine.json", "2026-01-02T00:00:00+00:00")
    files.write(shipped / "whitepaper.json", "{}")
    found = runs(home, shipped)
    assert [run.name for run in found] == ["latest", "mine", "run-1", "whitepaper"]
    assert [run.baseline for run in found] == [False, False, False, True]


def test_no_folder_is_no_run(tmp_path: Path) -> None:
    assert runs(tmp_path / "home", tmp_path / "shipped") == []


def test_a_run_is_set_aside_with_its_costs(tmp_path: Path) -> None:
    keep(tmp_path, "latest.json", "2026-01-03T04:05:06+00:00")
    set_aside(tmp_path)
    assert [run.name for run in runs(tmp_path, tmp_path / "none")] == ["run-20260103040506"]
    assert files.read_costs(tmp_path / "run-20260103040506.json")["date"].startswith("2026-01-03")


def test_only_the_last_few_are_kept(tmp_path: Path) -> None:
    for day in range(1, MOST + 4):
        keep(tmp_path, "latest.json", f"2026-01-0{day}T00:00:00+00:00")
        set_aside(tmp_path)
    found = runs(tmp_path, tmp_path / "none")
    assert len(found) == MOST
    assert found[0].name == f"run-2026010{MOST + 3}000000"
    assert len(list(tmp_path.iterdir())) == 2 * MOST
