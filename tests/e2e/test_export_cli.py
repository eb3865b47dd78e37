"""``chuhai chats`` and ``chuhai export`` from the command line to their files."""

import io
import json
import shutil
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.exports import EN, HOSTILE, HOSTILE_ANSWER, HOSTILE_LIBRARY, LIBRARY, REFUSED, ZH

from chuhai.chats.conversations import Chats
from chuhai.cli import main
from chuhai.export.formats import render
from chuhai.wiring import Advisor

_SUFFIXES = {"docx": b"PK", "pptx": b"PK", "md": b"# ", "bib": b"@incollection{"}


class Said:
    """Runs a command in one home and keeps what it said."""

    def __init__(self, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self._home, self._capsys = home, capsys
        self.out = self.err = ""

    def __call__(self, *arguments: object) -> int:
        status = main(["--home", str(self._home), *map(str, arguments)])
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


@pytest.fixture
def chats(whitepaper_home: Path) -> Chats:
    path = whitepaper_home / "chats.sqlite3"
    path.unlink(missing_ok=True)
    return Chats(path)


@pytest.mark.parametrize("form", _SUFFIXES)
def test_a_fresh_answer_becomes_a_file(chuhai: Said, tmp_path: Path, form: str) -> None:
    out = tmp_path / f"展会 answer.{form}"
    assert chuhai("export", "--format", form, "--out", out, "--ask", "展会有什么缺点？") == 0
    assert chuhai.out == f"{out}\n"
    assert out.read_bytes().startswith(_SUFFIXES[form])
    assert [path.name for path in tmp_path.iterdir()] == [out.name]


def test_repeated_questions_are_turns_and_each_is_answered(chuhai: Said, tmp_path: Path) -> None:
    out = tmp_path / "a.md"
    asked = ["--ask", "参展的企业对效果满意吗？", "--ask", "那说不清有没有用的呢？"]
    assert chuhai("export", "--json", "--format", "md", "--out", out, *asked) == 0
    assert chuhai.json == {"out": str(out), "format": "md", "turns": 2}
    text = out.read_text(encoding="utf-8")
    assert text.index("## 参展的企业对效果满意吗？") < text.index("## 那说不清有没有用的呢？")
    assert "*理解为：" in text


@pytest.mark.parametrize(
    ("name", "form", "begins"), [("a.json", "json", "["), ("a.txt", "txt", "参考文献")]
)
def test_a_bibliographys_form_is_that_of_its_file(
    chuhai: Said, tmp_path: Path, name: str, form: str, begins: str
) -> None:
    out = tmp_path / name
    arguments = ["--json", "--format", "bib", "--out", out, "--ask", "What do agents lack?"]
    assert chuhai("export", *arguments) == 0
    assert chuhai.json["format"] == form
    assert out.read_text(encoding="utf-8").startswith(begins)
    assert "中国B2B品牌全球化营销白皮书" in out.read_text(encoding="utf-8")


def test_a_saved_conversation_is_exported_as_it_was(
    chuhai: Said, chats: Chats, advisor: Advisor, tmp_path: Path
) -> None:
    answer = advisor.ask(["展会有什么缺点？"])
    entry = chats.start(answer, name="给老板看")
    chats.append(entry.id, REFUSED)
    aged = replace(answer.citations[0], content_hash="before", quote="那时的原话。")
    chats.append(entry.id, replace(answer, text="那时 [1]", citations=(aged,)))
    out = tmp_path / "a.md"
    assert chuhai("export", "--format", "md", "--out", out, "--chat", entry.id) == 0
    text = out.read_text(encoding="utf-8")
    assert text.startswith("# 给老板看\n")
    assert all(citation.quote in text for citation in answer.citations)
    assert "**文档里没有答案**" in text
    assert text.count("这段原文在引用之后有变动") == 1
    assert "“那时的原话。”" in text


def test_conversations_are_listed_searched_shown_renamed_and_deleted(
    chuhai: Said, chats: Chats
) -> None:
    first, second = chats.start(ZH), chats.start(EN)
    assert chuhai("chats", "list") == 0
    assert [line.split()[0] for line in chuhai.out.splitlines()] == [second.id, first.id]
    assert chuhai("chats", "list", "--json", "--search", "展會") == 0
    assert chuhai.json["total"] == 1
    assert chuhai.json["conversations"][0]["name"] == ZH.question
    assert chuhai("chats", "list", "--limit", 1) == 0
    assert "1 more" in chuhai.out
    assert chuhai("chats", "show", first.id, "--json") == 0
    assert chuhai.json["turns"][0]["answer"]["citations"][0]["quote"] == ZH.citations[0].quote
    assert chuhai("chats", "show", first.id) == 0
    assert "展会费用高（66%） [1][2]" in chuhai.out
    assert chuhai("chats", "rename", first.id, "另一个名字") == 0
    assert "另一个名字" in chuhai.out
    assert chuhai("chats", "delete", first.id, "--json") == 0
    assert chuhai.json == {"deleted": first.id}
    assert chuhai("chats", "list", "--json") == 0
    assert [entry["id"] for entry in chuhai.json["conversations"]] == [second.id]


def test_a_home_without_conversations_lists_none(chuhai: Said, chats: Chats) -> None:
    assert chuhai("chats", "list") == 0
    assert chuhai.out == ""


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["chats", "show", "nope"], "no conversation 'nope'"),
        (["chats", "delete", "nope"], "chuhai chats list"),
        (["export", "--format", "md", "--out", "x.md", "--chat", "nope"], "no conversation"),
        (["export", "--format", "md", "--out", ".", "--ask", "展会"], "is a folder"),
        (["export", "--format", "md", "--out", "none/x.md", "--ask", "展会"], "cannot be written"),
        (["export", "--format", "md", "--out", "x.md", "--ask", "长" * 4001], "shorten it"),
    ],
)
def test_what_cannot_be_done_is_one_clear_line(
    chuhai: Said, chats: Chats, arguments: list[str], said: str
) -> None:
    assert chuhai(*arguments) == 1
    (line,) = chuhai.err.splitlines()
    assert line.startswith("chuhai: ")
    assert said in line


@pytest.mark.parametrize(
    "arguments",
    [
        ["chats"],
        ["chats", "list", "--limit", "-1"],
        ["export", "--format", "md", "--out", "x.md"],
        ["export", "--format", "md", "--out", "x.md", "--ask", "x", "--chat", "y"],
        ["export", "--format", "odt", "--out", "x.odt", "--ask", "x"],
    ],
)
def test_wrong_usage_exits_with_two(chuhai: Said, arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        chuhai(*arguments)
    assert ended.value.code == 2


def test_a_damaged_file_of_conversations_is_one_line_and_stays(
    chuhai: Said, whitepaper_home: Path
) -> None:
    path = whitepaper_home / "chats.sqlite3"
    path.write_bytes(b"somebody's notes" * 99)
    assert chuhai("chats", "list") == 1
    assert "move the file away" in chuhai.err
    assert chuhai("doctor") == 0
    assert "– chats      the saved conversations" in chuhai.out
    assert path.read_bytes() == b"somebody's notes" * 99
    path.unlink()


@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed")
@pytest.mark.parametrize("form", ["docx", "pptx"])
def test_libreoffice_opens_what_is_exported(tmp_path: Path, form: Any) -> None:
    (tmp_path / f"plain.{form}").write_bytes(render(form, "x", "zh", [ZH, EN, REFUSED], LIBRARY))
    (tmp_path / f"hostile.{form}").write_bytes(
        render(form, HOSTILE, "en", [HOSTILE_ANSWER], HOSTILE_LIBRARY)
    )
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    made = subprocess.run(
        ["soffice", "--headless", profile, "--convert-to", "pdf", "--outdir", str(tmp_path)]
        + [str(tmp_path / f"{name}.{form}") for name in ("plain", "hostile")],
        capture_output=True,
        timeout=240,
        check=False,
    )
    for name in ("plain", "hostile"):
        assert (tmp_path / f"{name}.pdf").read_bytes().startswith(b"%PDF"), made.stderr


def test_exporting_imports_no_writer_that_it_does_not_need(
    whitepaper_home: Path, tmp_path: Path
) -> None:
    code = (
        "import sys; from chuhai.cli import main;"
        f"main(['--home', {str(whitepaper_home)!r}, 'export', '--format', 'md', '--out', "
        f"{str(tmp_path / 'a.md')!r}, '--ask', '明天上海会下雨吗？']);"
        "heavy = {'torch', 'docx', 'pptx', 'citeproc', 'streamlit'} & set(sys.modules);"
        "sys.exit(f'loaded {heavy}' if heavy else 0)"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    assert result.returncode == 0, result.stderr.decode()


def test_an_office_file_names_its_maker_alone() -> None:
    forms: tuple[Any, ...] = ("docx", "pptx")
    for form in forms:
        content = render(form, "x", "zh", [ZH], LIBRARY)
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            core = package.read("docProps/core.xml").decode()
        assert "Chuhai" in core
        assert "python" not in core.lower()
