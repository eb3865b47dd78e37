"""``chuhai corpus add|list|remove`` as a user has them, beside the whitepaper."""

import json
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from tests.e2e.test_cli import SOURCE, ask, chuhai, one_line
from tests.papers import docx, pdf

HANDBOOK = """# 雪鹿工业海外手册

## 展会政策

雪鹿工业每年只参加三场展会，其中两场在德国。2024 年的展会预算是 180 万元。

## Response times

Snowdeer Industries answers every inquiry from abroad within four hours. {wait}
"""


@pytest.fixture
def home(whitepaper_home: Path, tmp_path: Path) -> Path:
    """A home of its own with the whitepaper indexed."""
    return Path(shutil.copytree(whitepaper_home, tmp_path / "home"))


def add(home: Path, *arguments: object, **environ: str) -> Any:
    result = chuhai(home, "corpus", "add", "--json", *map(str, arguments), **environ)
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout)


def listed(home: Path) -> dict[str, Any]:
    rows = json.loads(chuhai(home, "corpus", "list", "--json").stdout)["documents"]
    return {row["document"]: row for row in rows}


def state(home: Path) -> dict[str, bytes]:
    kept = [home / "index" / "manifest.json", *(home / "documents").rglob("*")]
    return {str(path): path.read_bytes() for path in kept if path.is_file()}


def exact(home: Path, answer: Any) -> None:
    """Every quote is the text at its place."""
    assert answer["citations"], answer["answer"]
    documents = {citation["document"] for citation in answer["citations"]}
    texts = {document: shown(home, document)["text"] for document in documents}
    for citation in answer["citations"]:
        text = texts[citation["document"]]
        assert text[citation["start"] : citation["end"]] == citation["quote"]


def test_an_added_handbook_answers_in_both_languages_beside_the_whitepaper(
    home: Path, tmp_path: Path
) -> None:
    file = tmp_path / "雪鹿手册.md"
    file.write_text(HANDBOOK.format(wait=""), encoding="utf-8")
    before = ask(home, "展会有什么缺点？")
    done = add(home, file)
    assert [row["document"] for row in done["documents"]] == ["added/雪鹿手册.md"]
    assert done["documents"][0]["status"] == "added"
    for question, word in (
        ("雪鹿工业每年参加几场展会？", "三场"),
        ("How fast does Snowdeer answer inquiries?", "four hours"),
    ):
        answer = ask(home, question)
        assert word in answer["answer"]
        assert answer["citations"][0]["document"] == "added/雪鹿手册.md"
        exact(home, answer)
        assert all("雪鹿" not in asked for asked in answer["follow_ups"])
    again = ask(home, "展会有什么缺点？")
    assert "66%" in again["answer"]
    assert again["follow_ups"] == before["follow_ups"]
    rows = listed(home)
    assert [name for name, row in rows.items() if row["own"]] == ["added/雪鹿手册.md"]
    assert len(rows) == 61
    status = json.loads(chuhai(home, "index", "status", "--json").stdout)
    assert (status["own"], status["documents"], status["problem"]) == (1, 61, None)
    assert "1 of your own" in chuhai(home, "doctor").stdout


def test_ids_outlive_a_new_version_and_removal_leaves_nothing(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "handbook.md"
    file.write_text(HANDBOOK.format(wait=""), encoding="utf-8")
    add(home, file)
    shipped = {name: row for name, row in listed(home).items() if not row["own"]}
    ids = [p["passage_id"] for p in shown(home, "added/handbook.md")["passages"]]
    file.write_text(HANDBOOK.format(wait="On holidays too."), encoding="utf-8")
    done = add(home, file)
    assert done["documents"][0]["status"] == "replaced"
    assert (done["added"], done["removed"]) == (1, 1)
    assert [p["passage_id"] for p in shown(home, "added/handbook.md")["passages"]] == ids
    assert chuhai(home, "corpus", "remove", ids[0]).stdout == "removed added/handbook.md\n"
    assert listed(home) == shipped
    assert chuhai(home, "index", "verify").returncode == 0
    assert ask(home, "雪鹿工业每年参加几场展会？")["refused"]
    assert not (home / "documents").exists()


def shown(home: Path, document: str) -> Any:
    return json.loads(chuhai(home, "corpus", "show", "--json", document).stdout)


@pytest.mark.parametrize("locale", ["C.UTF-8", "zh_CN.UTF-8"])
def test_a_bad_file_is_one_line_and_leaves_home_as_it_was(
    home: Path, tmp_path: Path, locale: str
) -> None:
    good = tmp_path / "good.md"
    good.write_text(HANDBOOK.format(wait=""), encoding="utf-8")
    bad = tmp_path / "bad\x1b[2J.md"
    bad.write_bytes(b"\xff\x00\xff")
    before = state(home)
    line = one_line(chuhai(home, "corpus", "add", str(good), str(bad), LC_ALL=locale))
    assert ("不是 UTF-8" in line) == (locale != "C.UTF-8")
    assert "\x1b" not in line
    assert state(home) == before
    line = one_line(chuhai(home, "corpus", "remove", "03-trust.zh.md", LC_ALL=locale))
    assert ("不是你添加的" in line) == (locale != "C.UTF-8")
    assert state(home) == before
    assert len(listed(home)) == 60


def test_a_folder_is_added_with_what_is_wrong_said_on_stderr(home: Path, tmp_path: Path) -> None:
    folder = tmp_path / "资料"
    (folder / "deep").mkdir(parents=True)
    (folder / "gbk.txt").write_bytes("雪鹿工业的保修期是两年，从装船之日算起。".encode("gb18030"))
    (folder / "deep" / "page.pdf").write_bytes(
        pdf([["First page."], ["The Snowdeer warranty covers spare parts for ten years."]])
    )
    (folder / "letter.docx").write_bytes(
        docx(("Heading 1", "Letter"), ("", "Snowdeer is in Oslo."))
    )
    (folder / "bad.md").write_bytes(b"\xff\x00\xff")
    result = chuhai(home, "corpus", "add", str(folder))
    assert result.returncode == 0
    assert result.stdout.splitlines() == [
        "added added/资料/deep/page.pdf.txt (1 passages, converted from PDF)",
        "added added/资料/gbk.txt (1 passages, converted from GB18030)",
        "added added/资料/letter.docx.md (1 passages, converted from DOCX)",
    ]
    assert "bad.md is not UTF-8" in result.stderr
    answer = ask(home, "雪鹿工业的保修期是多久？")
    assert answer["citations"][0]["quote"] == "雪鹿工业的保修期是两年，从装船之日算起。"
    exact(home, answer)
    answer = ask(home, "How long does the Snowdeer warranty cover spare parts?")
    assert answer["citations"][0]["locator"] == "page 1, 2"
    exact(home, answer)
    assert chuhai(home, "corpus", "remove", "added/资料").returncode == 0
    assert len(listed(home)) == 60


def test_two_processes_adding_at_once_leave_a_whole_index(home: Path, tmp_path: Path) -> None:
    names = [f"{number}.md" for number in range(3)]
    for name in names:
        text = f"# 编号 {name}\n\n第 {name} 份文件说雪鹿工业有 {name} 个仓库。"
        (tmp_path / name).write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", "chuhai.cli", "--home", str(home), "corpus", "add"]
    running = [
        subprocess.Popen(
            [*command, tmp_path / name], cwd=SOURCE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        for name in names
    ]
    went: dict[str, bytes] = {}
    for name, process in zip(names, running, strict=True):
        _, errors = process.communicate(timeout=120)
        went[name] = errors
        assert process.returncode == 0 or b"another process" in errors, errors
    added = {f"added/{n}" for n, p in zip(names, running, strict=True) if p.returncode == 0}
    assert added
    assert {name for name, row in listed(home).items() if row["own"]} == added
    assert chuhai(home, "index", "verify").returncode == 0
    assert not list(home.glob(".incoming-*"))


def test_a_process_killed_at_any_moment_costs_at_most_a_build(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "handbook.md"
    file.write_text(HANDBOOK.format(wait=""), encoding="utf-8")
    command = [sys.executable, "-m", "chuhai.cli", "--home", str(home), "corpus", "add", str(file)]
    for wait in (0.9, 1.3):
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(wait)
        process.kill()
        process.wait()
        result = chuhai(home, "corpus", "list", "--json")
        if result.returncode:
            assert "chuhai index build" in one_line(result)
            assert chuhai(home, "index", "build").returncode == 0
        assert len(listed(home)) in (60, 61)
        assert chuhai(home, "index", "verify").returncode == 0
    assert add(home, file)["documents"][0]["status"] in ("added", "unchanged")


def test_the_settings_corpus_gets_ones_own_documents_too(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "a.md").write_text("# 标题\n\n展会很贵，占预算的 30%。", encoding="utf-8")
    file = tmp_path / "handbook.md"
    file.write_text(HANDBOOK.format(wait=""), encoding="utf-8")
    home = tmp_path / "home"
    add(home, file, CHUHAI_CORPUS=str(corpus))
    answer = ask(home, "展会占预算多少？", CHUHAI_CORPUS=str(corpus))
    assert answer["citations"][0]["document"] == "a.md"
    assert answer["follow_ups"] == []
    (corpus / "a.md").write_text("# 标题\n\n展会不贵。", encoding="utf-8")
    line = one_line(chuhai(home, "ask", "展会", CHUHAI_CORPUS=str(corpus)))
    assert line.endswith("run `chuhai index build`")


def test_no_path_is_wrong_usage(home: Path) -> None:
    assert chuhai(home, "corpus", "add").returncode == 2
    assert chuhai(home, "corpus", "remove").returncode == 2
    assert "empty" in one_line(chuhai(home, "corpus", "add", ""))


def test_of_a_large_folder_only_some_lines_are_shown(home: Path, tmp_path: Path) -> None:
    for number in range(25):
        (tmp_path / f"{number:02}.md").write_text(f"第 {number} 份文件。", encoding="utf-8")
        (tmp_path / f"{number:02}.txt").write_bytes(b"\xff\x00\xff")
    result = chuhai(home, "corpus", "add", str(tmp_path))
    assert len(result.stdout.splitlines()) == 21
    assert result.stdout.endswith("… and 5 more\n")
    assert result.stderr.count("is not UTF-8") == 20
    gone = json.loads(chuhai(home, "corpus", "remove", f"added/{tmp_path.name}", "--json").stdout)
    assert len(gone["documents"]) == 25
