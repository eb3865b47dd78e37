"""The command line to its contract, as another program would call it."""

import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import free_port

from chuhai.settings import from_environment
from chuhai.wiring import Workshop

SOURCE = Path(__file__).resolve().parents[2]


def chuhai(
    home: Path, *arguments: str, stdin: str | bytes = "", **environ: str
) -> subprocess.CompletedProcess[str]:
    base = {k: v for k, v in os.environ.items() if not k.startswith("CHUHAI_")}
    result = subprocess.run(
        [sys.executable, "-m", "chuhai.cli", *arguments],
        input=stdin if isinstance(stdin, bytes) else stdin.encode(),
        capture_output=True,
        env={**base, "LC_ALL": "C.UTF-8", "CHUHAI_HOME": str(home), **environ},
        timeout=120,
        check=False,
    )
    return subprocess.CompletedProcess(
        result.args, result.returncode, result.stdout.decode(), result.stderr.decode()
    )


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the whitepaper indexed."""
    folder = tmp_path_factory.mktemp("home")
    Workshop(from_environment({}, home=folder)).build()
    return folder


def ask(home: Path, *arguments: str, **environ: str) -> Any:
    result = chuhai(home, "ask", "--json", *arguments, **environ)
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout)


def lines(result: subprocess.CompletedProcess[str]) -> list[Any]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def one_line(result: subprocess.CompletedProcess[str], status: int = 1) -> str:
    """The single line of an error."""
    assert result.returncode == status, result
    errors = [line for line in result.stderr.splitlines() if line.startswith("chuhai: ")]
    assert len(errors) == 1, result.stderr
    assert "Traceback" not in result.stderr
    return errors[0]


def test_the_drawbacks_of_exhibitions_come_with_their_figures(home: Path) -> None:
    answer = ask(home, "展会有什么缺点？")
    assert "66%" in answer["answer"]
    assert "54%" in answer["answer"]


@pytest.mark.parametrize(
    "question", ["展会有什么缺点？", "How does Anker build trust abroad?", "海外代理行不行？"]
)
def test_every_quote_is_cut_from_the_canonical_text(home: Path, question: str) -> None:
    answer = ask(home, question)
    assert answer["citations"]
    for citation in answer["citations"]:
        shown = chuhai(home, "corpus", "show", citation["document"], "--json")
        text = json.loads(shown.stdout)["text"]
        assert citation["quote"] == text[citation["start"] : citation["end"]]
    marked = [int(n) for n in re.findall(r"(?<!\\)\[(\d+)\]", answer["answer"])]
    assert sorted(set(marked)) == [c["n"] for c in answer["citations"]]
    assert list(dict.fromkeys(marked)) == sorted(set(marked))


def test_an_answer_has_every_field_of_the_contract(home: Path) -> None:
    answer = ask(home, "企业出海的首要目的是什么？")
    assert set(answer) == {
        "id", "question", "standalone_question", "lang", "answer", "refused", "refusal",
        "citations", "follow_ups", "answerer", "degraded", "timings_ms",
    }  # fmt: skip
    assert set(answer["citations"][0]) == {
        "n", "passage_id", "content_hash", "document", "title", "heading", "locator", "start",
        "end", "quote", "translation", "support", "link",
    }  # fmt: skip
    assert set(answer["timings_ms"]) == {"rewrite", "retrieve", "answer", "verify", "total"}
    assert answer["answerer"] == "extractive"


def test_several_questions_are_the_turns_of_one_conversation(home: Path) -> None:
    answer = ask(home, "参展的企业对效果满意吗？", "那说不清有没有用的呢？")
    assert answer["question"] == "那说不清有没有用的呢？"
    assert "参展" in answer["standalone_question"]


def test_global_options_stand_before_or_after_the_command(home: Path, tmp_path: Path) -> None:
    before = chuhai(tmp_path, "--home", str(home), "--json", "corpus", "list")
    after = chuhai(tmp_path, "corpus", "list", "--json", "--home", str(home))
    assert before.stdout == after.stdout
    assert len(json.loads(before.stdout)["documents"]) == 60


def test_two_dashes_end_the_options(home: Path) -> None:
    result = chuhai(home, "ask", "--json", "--", "--lang 是什么？")
    assert json.loads(result.stdout)["question"] == "--lang 是什么？"


def test_a_batch_answers_line_by_line_and_survives_bad_lines(home: Path) -> None:
    batch = [
        {"id": "a", "turns": ["展会有什么缺点？"], "lang": "zh"},
        "no json",
        {"id": "b", "turns": []},
        {"id": "c", "turns": ["长" * 4001]},
        {"id": "d", "turns": ["What do agents lack?"]},
        {"id": "e", "turns": ["🙂🙂"]},
        {"turns": ["no id"]},
        {"id": "f", "turns": ["x\u0000\u0007?"], "lang": "xx"},
    ]
    stdin = "\n".join(b if isinstance(b, str) else json.dumps(b) for b in batch)
    result = chuhai(home, "ask", "--batch", "-", stdin=stdin)
    out = lines(result)
    assert result.returncode == 0
    assert [row["id"] for row in out] == ["a", None, "b", "c", "d", "e", None, "f"]
    kinds = [row.get("error", {}).get("type") for row in out]
    bad, long = "invalid_input", "too_long"
    assert kinds == [None, bad, bad, long, None, None, bad, bad]
    assert out[5]["refusal"]["reason"] == "empty"
    assert out[5]["answer"] == out[5]["refusal"]["message"]


def test_a_batch_of_searches_gives_ranked_hits(home: Path) -> None:
    stdin = json.dumps({"id": "s1", "query": "海外代理的问题"}) + "\n" + '{"id": "s2"}'
    out = lines(chuhai(home, "search", "--batch", "-", "-k", "3", stdin=stdin))
    assert [hit["rank"] for hit in out[0]["hits"]] == [1, 2, 3]
    assert out[0]["hits"][0]["document"] == "06-traditional-marketing.zh.md"
    assert out[1]["error"]["type"] == "invalid_input"


@pytest.mark.parametrize("question", ["", "   ", "🙂", "\u0007\u0008", "？！"])
def test_a_question_without_a_word_is_refused_as_empty(home: Path, question: str) -> None:
    answer = ask(home, "--lang", "zh", "--", question)
    assert answer["refused"]
    assert answer["refusal"]["reason"] == "empty"
    assert answer["citations"] == []


@pytest.mark.parametrize("question", ["展", "a", "Anker 的 brand message 是什么？", "展" * 4000])
def test_odd_questions_get_an_answer_or_a_refusal(home: Path, question: str) -> None:
    answer = ask(home, question)
    assert answer["refused"] or answer["citations"]


def test_a_question_that_is_too_long_is_one_clear_line(home: Path) -> None:
    assert "4,000" in one_line(chuhai(home, "ask", "长" * 20_000))
    assert "请缩短" in one_line(chuhai(home, "ask", "长" * 20_000, LC_ALL="zh_CN.UTF-8"))


def test_other_subjects_are_refused(home: Path) -> None:
    answer = ask(home, "明天上海会下雨吗？")
    assert answer["refused"]
    assert answer["refusal"]["reason"] in ("not_covered", "out_of_scope")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["corpus", "show", "none.md"], "corpus list"),
        (["ask", "--batch", "nowhere.jsonl"], "nowhere.jsonl"),
        (["index", "build", "--corpus", "nowhere"], "name one that exists"),
    ],
)
def test_what_is_not_there_is_one_clear_line(home: Path, arguments: list[str], said: str) -> None:
    assert said in one_line(chuhai(home, *arguments))


@pytest.mark.parametrize(
    "arguments", [["ask"], ["nonsense"], ["search", "-k", "0", "x"], ["search", "-k", "101", "x"]]
)
def test_wrong_usage_exits_with_two(home: Path, arguments: Sequence[str]) -> None:
    assert chuhai(home, *arguments).returncode == 2


def test_an_unknown_setting_is_named_with_its_neighbour(home: Path) -> None:
    line = one_line(chuhai(home, "ask", "x", CHUHAI_CHAT_MODLE="gpt"))
    assert "CHUHAI_CHAT_MODEL" in line


def test_bad_documents_are_named_and_the_good_ones_indexed(tmp_path: Path) -> None:
    documents = tmp_path / "documents"
    documents.mkdir()
    (documents / "good.md").write_text("# 标题\n\n展会很贵，占预算的 30%。", encoding="utf-8")
    (documents / "gbk.txt").write_bytes("展会很贵".encode("gb18030"))
    (documents / "empty.md").write_text("", encoding="utf-8")
    result = chuhai(tmp_path / "home", "index", "build", "--corpus", str(documents))
    assert result.returncode == 0
    assert "gbk.txt is not UTF-8" in result.stderr
    assert "empty.md is empty" in result.stderr
    answer = ask(tmp_path / "home", "展会占预算多少？")
    assert answer["citations"][0]["document"] == "good.md"


def test_a_folder_with_nothing_to_index_is_one_clear_line(tmp_path: Path) -> None:
    documents = tmp_path / "documents"
    documents.mkdir()
    result = chuhai(tmp_path / "home", "index", "build", "--corpus", str(documents))
    assert "no .md or .txt document" in one_line(result)


def test_a_changed_document_makes_the_index_stale_with_its_mend(tmp_path: Path) -> None:
    documents = tmp_path / "documents"
    documents.mkdir()
    page = documents / "a.md"
    page.write_text("# 标题\n\n展会很贵，占预算的 30%。", encoding="utf-8")
    home = tmp_path / "home"
    chuhai(home, "index", "build", "--corpus", str(documents))
    page.write_text("# 标题\n\n展会不贵，只占预算的 3%。", encoding="utf-8")
    assert f"chuhai index build --corpus {documents}" in one_line(chuhai(home, "ask", "展会"))
    chuhai(home, "index", "build", "--corpus", str(documents))
    assert "3%" in ask(home, "展会占预算多少？")["answer"]


def test_a_damaged_index_is_one_clear_line_and_a_build_mends_it(tmp_path: Path) -> None:
    home = tmp_path / "home"
    assert chuhai(home, "index", "build").returncode == 0
    (home / "index" / "manifest.json").write_text("{", encoding="utf-8")
    assert "chuhai index build" in one_line(chuhai(home, "ask", "展会"))
    assert chuhai(home, "index", "build").returncode == 0
    assert chuhai(home, "index", "verify").returncode == 0


def test_the_first_question_builds_the_index_and_says_so_on_stderr(tmp_path: Path) -> None:
    result = chuhai(tmp_path / "home", "ask", "--json", "展会有什么缺点？")
    assert json.loads(result.stdout)["citations"]
    assert "encoding passages" in result.stderr


def test_doctor_names_everything_and_passes(home: Path) -> None:
    result = chuhai(home, "doctor", "--json")
    report = json.loads(result.stdout)
    assert result.returncode == 0
    names = {line["name"] for line in report["lines"]}
    assert {"python", "torch", "home", "tokens", "encoder", "index", "chat model"} <= names


def test_doctor_fails_where_asking_cannot_work(home: Path) -> None:
    result = chuhai(home, "doctor", CHUHAI_CHROMA_URL="http://127.0.0.1:9")
    assert result.returncode == 1
    assert "CHUHAI_CHROMA_URL" in result.stdout


def test_a_port_in_use_is_one_clear_line(home: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        assert "--port" in one_line(chuhai(home, "serve", "--port", port))


def test_a_chat_endpoint_that_is_down_falls_back_and_says_so(home: Path) -> None:
    answer = ask(
        home,
        "展会有什么缺点？",
        CHUHAI_CHAT_MODEL="any",
        CHUHAI_CHAT_BASE_URL="http://127.0.0.1:9/v1",
        CHUHAI_CHAT_API_KEY="sk-secret",
    )
    assert answer["answerer"] == "extractive"
    assert "66%" in answer["answer"]
    assert answer["degraded"]
    assert "sk-secret" not in json.dumps(answer)


def test_asking_imports_no_torch(home: Path) -> None:
    code = (
        "import sys; from chuhai.cli import main; main(['ask', '展会有什么缺点？']);"
        "heavy = {'torch', 'sentence_transformers', 'streamlit'} & set(sys.modules);"
        "sys.exit(f'loaded {heavy}' if heavy else 0)"
    )
    environ = {k: v for k, v in os.environ.items() if not k.startswith("CHUHAI_")}
    result = subprocess.run(
        [sys.executable, "-c", code],
        env={**environ, "CHUHAI_HOME": str(home)},
        capture_output=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr.decode()


def test_an_english_question_is_answered_in_english_with_both_spans_exact(home: Path) -> None:
    answer = ask(home, "Why do small exporters find trade shows a bad deal?")
    assert not re.search(r"[\u3400-\u9fff]", answer["answer"])
    assert answer["citations"]
    for citation in answer["citations"]:
        for place in (citation, citation["translation"]):
            shown = chuhai(home, "corpus", "show", "--json", place["document"])
            text = json.loads(shown.stdout)["text"]
            expected = place.get("quote") or place["text"]
            assert text[place["start"] : place["end"]] == expected


def test_explain_names_the_words_that_the_glossary_added(home: Path) -> None:
    found = json.loads(chuhai(home, "search", "--explain", "--json", "摆摊").stdout)
    assert "trade show" in found["expansion"]["摆摊"]
    bare = chuhai(home, "search", "--explain", "--json", "摆摊", CHUHAI_WITHOUT="glossary")
    assert json.loads(bare.stdout)["expansion"] == {}


def test_an_aid_that_cannot_be_left_out_is_one_line(home: Path) -> None:
    assert "glossary" in one_line(chuhai(home, "ask", "展会", CHUHAI_WITHOUT="rules"))


def test_ending_serve_ends_the_page_with_it(home: Path) -> None:
    port = free_port()
    command = [sys.executable, "-m", "chuhai.cli", "--home", str(home), "serve"]
    server = subprocess.Popen([*command, "--port", str(port)], stdout=subprocess.DEVNULL)
    assert _answers(port, wanted=True)
    server.terminate()
    server.wait(20)
    assert _answers(port, wanted=False)


def _answers(port: int, *, wanted: bool) -> bool:
    for _ in range(300):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            answers = True
        except OSError:
            answers = False
        if answers == wanted:
            return True
        time.sleep(0.1)
    return False
