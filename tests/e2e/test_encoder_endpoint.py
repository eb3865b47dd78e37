"""An index built and searched with an OpenAI-compatible embeddings endpoint on this machine."""

import json
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest
from tests.conftest import write_topics

from chuhai.cli import main
from chuhai.errors import EncoderError, SettingsError
from chuhai.index import endpoint as endpoints
from chuhai.index.encoder import load_encoder
from chuhai.index.endpoint import Endpoint, EndpointEncoder
from chuhai.index.fakes import BagOfCharactersEncoder
from chuhai.settings import from_environment

KEY = "sk-never-shown"
QUESTION = "Trade fairs cost too much"


class Server(ThreadingHTTPServer):
    """Gives the fake encoder's vectors, or fails in the way that ``mode`` says."""

    daemon_threads = True
    mode = "good"
    dimension = 64
    asked: list[list[str]]
    keys: set[str]

    def handle_error(self, *_: object) -> None:
        """A client that hangs up on a failing endpoint does what it should."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/v1"

    def vectors(self, texts: list[str]) -> list[list[float]]:
        rows = BagOfCharactersEncoder(self.dimension).encode(texts) * 3
        if self.mode == "other weights":
            rows = rows[:, ::-1]
        if self.mode == "one too many":
            rows = np.vstack([rows, rows[:1]])
        if self.mode == "no number":
            rows[:, 0] = np.nan
        return [[float(number) for number in row] for row in rows]


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked.append(body["input"])
        self.server.keys.add(self.headers["Authorization"])
        mode = self.server.mode
        if mode == "slow":
            time.sleep(3)
        if mode.isdigit():
            # Some proxies repeat what they were sent.
            self._reply(int(mode), json.dumps({"error": {"message": f"bad key {KEY}"}}))
        elif mode == "nonsense":
            self._reply(200, "<html>this is no JSON</html>")
        else:
            rows = self.server.vectors(body["input"])
            data = [{"index": i, "embedding": row} for i, row in enumerate(rows)]
            self._reply(200, json.dumps({"data": data, "model": body["model"]}))

    def _reply(self, status: int, text: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_: object) -> None:
        """Keeps the test's output quiet."""


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server(("127.0.0.1", 0), Handler)
    server.asked, server.keys = [], set()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(endpoints, "_RETRIES", 0)


@dataclass
class Desk:
    """The command line with the endpoint set, in English and in Chinese."""

    home: Path
    capture: pytest.CaptureFixture[str]
    monkeypatch: pytest.MonkeyPatch

    def run(self, *arguments: str, lang: str = "en") -> tuple[int, str, str]:
        """Exit status, standard output and the lines of standard error."""
        self.monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8" if lang == "zh" else "C.UTF-8")
        status = main([*arguments, "--home", str(self.home)])
        out, err = self.capture.readouterr()
        assert KEY not in out + err
        return status, out, err

    def held(self) -> str:
        """Everything that was written into home, as far as it is text."""
        files = [path for path in self.home.rglob("*") if path.is_file()]
        return "".join(path.read_bytes().decode(errors="replace") for path in files)


@pytest.fixture
def desk(
    server: Server,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Desk:
    root = write_topics(tmp_path / "docs")
    for name, value in {
        "": "openai:some-embeddings",
        "_BASE_URL": server.url,
        "_API_KEY": KEY,
        "_TIMEOUT_S": "1",
    }.items():
        monkeypatch.setenv(f"CHUHAI_ENCODER{name}", value)
    monkeypatch.setenv("CHUHAI_CORPUS", str(root))
    return Desk(tmp_path / "home", capfd, monkeypatch)


def test_an_index_is_built_and_searched_with_it(desk: Desk, server: Server) -> None:
    assert desk.run("index", "build")[0] == 0
    sent = [text for batch in server.asked for text in batch]
    assert any("66%" in text for text in sent)
    assert all(isinstance(text, str) for text in sent), "texts are sent, not token numbers"
    assert server.keys == {f"Bearer {KEY}"}
    status, out, _ = desk.run("search", QUESTION, "--json")
    hit = json.loads(out)["hits"][0]
    assert (status, hit["document"]) == (0, "01-fairs.md")
    assert hit["scores"]["dense"] > 0.5
    assert json.loads(desk.run("index", "status", "--json")[1])["encoder"] == (
        "openai:some-embeddings"
    )
    assert desk.run("index", "verify")[0] == 0
    assert KEY not in desk.held()


def test_an_answer_sends_no_text_twice(desk: Desk, server: Server) -> None:
    desk.run("index", "build")
    server.asked.clear()
    status, out, _ = desk.run("ask", "参展费用高吗？海外代理了解客户吗？", "--json")
    assert status == 0
    assert json.loads(out)["citations"]
    sent = [text for batch in server.asked for text in batch]
    assert len(sent) == len(set(sent)) > 2


def test_only_what_changed_is_sent_again(desk: Desk, server: Server, tmp_path: Path) -> None:
    desk.run("index", "build")
    server.asked.clear()
    desk.run("index", "build")
    assert len([text for batch in server.asked for text in batch]) == 1, "the sample alone"
    (tmp_path / "docs" / "04-new.md").write_text("# New\n\nA new word.\n", encoding="utf-8")
    server.asked.clear()
    desk.run("index", "build")
    sent = [text for batch in server.asked for text in batch]
    assert any("new word" in text for text in sent)
    assert not any("66%" in text for text in sent)


@pytest.mark.parametrize(
    ("lang", "said", "mend"),
    [("en", "another encoder", "run `chuhai index build`"), ("zh", "别的编码器", "请运行")],
)
def test_another_model_is_refused_with_the_mend(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, lang: str, said: str, mend: str
) -> None:
    desk.run("index", "build")
    monkeypatch.setenv("CHUHAI_ENCODER", "openai:other-embeddings")
    status, _, err = desk.run("search", QUESTION, lang=lang)
    assert status == 1
    assert said in err
    assert mend in err
    assert desk.run("index", "build")[0] == 0
    assert desk.run("search", QUESTION)[0] == 0


@pytest.mark.parametrize(
    ("lang", "said"), [("en", "gives other vectors than when"), ("zh", "与建索引时不同")]
)
def test_another_model_under_the_same_name_is_noticed_and_nothing_is_mixed(
    desk: Desk, server: Server, lang: str, said: str
) -> None:
    desk.run("index", "build")
    server.mode = "other weights"
    status, _, err = desk.run("search", QUESTION, lang=lang)
    assert status == 1
    assert said in err
    _, out, _ = desk.run("index", "build", "--json")
    assert json.loads(out)["added"] == json.loads(out)["passages"], "every vector is made anew"
    assert desk.run("search", QUESTION)[0] == 0


def test_vectors_of_another_length_are_refused(desk: Desk, server: Server) -> None:
    desk.run("index", "build")
    server.dimension = 96
    status, _, err = desk.run("search", QUESTION)
    assert status == 1
    assert "another dimension (64, now 96)" in err
    assert desk.run("index", "build")[0] == 0
    assert desk.run("search", QUESTION)[0] == 0


def test_a_server_that_moved_keeps_its_index(
    desk: Desk, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.run("index", "build")
    moved = server.url.replace("127.0.0.1", "localhost")
    monkeypatch.setenv("CHUHAI_ENCODER_BASE_URL", moved)
    assert desk.run("search", QUESTION)[0] == 0


@pytest.mark.parametrize(
    ("mode", "en", "zh"),
    [
        ("401", "it refused the key", "密钥被拒绝"),
        ("404", "it does not know this model", "没有这个模型"),
        ("400", "it refused the request", "请求被拒绝"),
        ("429", "it is rate limited", "限流"),
        ("500", "it reported an error of its own", "服务端出错"),
        ("slow", "it took too long", "超时"),
        ("nonsense", "its reply could not be read", "回复无法读取"),
        ("one too many", "not one vector per text", "不是每段文字一个向量"),
        ("no number", "not one vector per text", "不是每段文字一个向量"),
    ],
)
def test_a_failing_endpoint_gives_one_line_with_the_mend(
    desk: Desk, server: Server, mode: str, en: str, zh: str
) -> None:
    server.mode = mode
    for lang, said, mend in (
        ("en", en, "unset CHUHAI_ENCODER to use the shipped"),
        ("zh", zh, "取消 CHUHAI_ENCODER 改用自带"),
    ):
        status, out, err = desk.run("search", QUESTION, lang=lang)
        lines = [line for line in err.splitlines() if line.startswith("chuhai: ")]
        assert (status, out, len(lines)) == (1, "", 1), err
        assert said in lines[0]
        assert mend in lines[0]


def test_a_server_that_is_down_costs_nothing_that_was_there(desk: Desk, server: Server) -> None:
    desk.run("index", "build")
    before = sorted(path.name for path in (desk.home / "index").iterdir())
    server.shutdown()
    server.server_close()
    status, _, err = desk.run("index", "build")
    assert status == 1
    assert "it cannot be reached" in err
    assert sorted(path.name for path in (desk.home / "index").iterdir()) == before


def test_the_doctor_asks_the_endpoint(desk: Desk, server: Server) -> None:
    _, out, _ = desk.run("doctor")
    host = server.url.removeprefix("http://")
    assert f"✓ encoder    openai:some-embeddings, answers at {host}, 64 dimensions" in out
    assert "文本会发到那里" in desk.run("doctor", lang="zh")[1]
    server.mode = "401"
    status, out, _ = desk.run("doctor")
    assert status == 1
    assert "✗ encoder" in out
    assert "it refused the key" in out


def test_the_key_never_shows_with_debug_either(desk: Desk, server: Server) -> None:
    server.mode = "401"
    with pytest.raises(EncoderError) as raised:
        desk.run("search", QUESTION, "--debug")
    assert raised.value.__cause__ is None
    assert raised.value.__suppress_context__


def encoder_at(server: Server, **values: float) -> EndpointEncoder:
    return EndpointEncoder("m", Endpoint(server.url, KEY, **values))


def test_vectors_are_unit_rows_in_the_order_of_the_texts(server: Server) -> None:
    texts = [f"第 {number} 家公司" for number in range(100)]
    encoder = encoder_at(server)
    vectors = encoder.encode([*texts, "", texts[0]])
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors[:100], axis=1) == pytest.approx(np.ones(100), abs=1e-5)
    assert vectors[:100] == pytest.approx(BagOfCharactersEncoder(64).encode(texts), abs=1e-5)
    assert not vectors[100].any(), "an empty text is not sent"
    assert np.array_equal(vectors[101], vectors[0])
    assert max(map(len, server.asked)) == 32


def test_vectors_that_change_their_length_are_refused(server: Server) -> None:
    encoder = encoder_at(server)
    encoder.encode(["出海"])
    server.dimension = 32
    with pytest.raises(EncoderError, match="its vectors have 32 numbers, before they had 64"):
        encoder.encode(["brand"])


def test_what_is_remembered_is_bounded(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(endpoints, "_REMEMBERED", 3)
    encoder = encoder_at(server)
    encoder.encode(["a", "b", "c", "d", "e"])
    server.asked.clear()
    encoder.encode(["c", "d", "e"])
    assert server.asked == []
    encoder.encode(["a"])
    assert server.asked == [["a"]]


def test_nothing_is_asked_before_it_is_needed() -> None:
    encoder = load_encoder("openai:text-embedding-3-small", Path("/nowhere"), Endpoint())
    assert isinstance(encoder, EndpointEncoder)
    assert encoder.id == "openai:text-embedding-3-small"
    assert encoder.address == "api.openai.com/v1"


@pytest.mark.parametrize("name", ["openai:", "openai:  "])
def test_an_endpoint_without_a_model_is_refused(name: str) -> None:
    with pytest.raises(SettingsError, match="names no model"):
        load_encoder(name, Path("/nowhere"), Endpoint())


def test_neither_key_nor_password_shows() -> None:
    url = "https://user:secret@vectors.example/v1"
    endpoint = Endpoint(url, KEY)
    assert KEY not in repr(endpoint)
    assert EndpointEncoder("m", endpoint).address == "vectors.example/v1"
    settings = from_environment({"CHUHAI_ENCODER_API_KEY": KEY, "CHUHAI_ENCODER": "openai:m"})
    assert settings.encoder_api_key == KEY
    assert KEY not in repr(settings)
