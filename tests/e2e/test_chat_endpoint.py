"""The real LangChain client against an OpenAI-compatible endpoint on this machine."""

import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from chuhai.domain import Answer
from chuhai.index.opened import Index
from chuhai.settings import from_environment
from chuhai.wiring import Workshop

QUESTION = "展会有什么缺点？"
KEY = "sk-never-shown"


class Endpoint(ThreadingHTTPServer):
    """Answers every request in the way that ``mode`` says."""

    daemon_threads = True
    mode = "good"
    prompts: list[str]

    def handle_error(self, *_: object) -> None:
        """A client that hangs up on a failing endpoint does what it should."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/v1"


class Handler(BaseHTTPRequestHandler):
    server: Endpoint

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.prompts.append(json.dumps(body, ensure_ascii=False))
        mode = self.server.mode
        if mode in ("429", "500"):
            self.send_response(int(mode))
            self.end_headers()
            return
        if mode == "slow":
            time.sleep(3)
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        for event in self._events(mode, body):
            self.wfile.write(f"data: {event}\n\n".encode())

    def _events(self, mode: str, body: dict[str, object]) -> Iterator[str]:
        if mode == "nonsense":
            yield "<html>this is no JSON</html>"
            return
        said = "展会费用高。[1] 报告里有 99% 的企业放弃展会。[1]" if mode == "lies" else "展会[1]"
        if mode == "good":
            said = _quoted(str(body["messages"]))
        for piece in (said[i : i + 5] for i in range(0, len(said), 5)):
            yield json.dumps({"choices": [{"index": 0, "delta": {"content": piece}}]})
        if mode != "cut":
            yield json.dumps({"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]})
            yield "[DONE]"

    def log_message(self, *_: object) -> None:
        """Keeps the test's output quiet."""


def _quoted(prompt: str) -> str:
    """The numbered sentence of the prompt that states the two figures, as a model would cite it."""
    line = next(part for part in prompt.split("\\n") if "66%" in part)
    number, sentence = line.removeprefix("[").split("] ", 1)
    return f"{sentence}[{number}]"


@pytest.fixture(scope="module")
def endpoint() -> Iterator[Endpoint]:
    server = Endpoint(("127.0.0.1", 0), Handler)
    server.prompts = []
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def workshop(endpoint: Endpoint, tmp_path_factory: pytest.TempPathFactory) -> Workshop:
    home: Path = tmp_path_factory.mktemp("home")
    environ = {
        "CHUHAI_CHAT_MODEL": "some-model",
        "CHUHAI_CHAT_BASE_URL": endpoint.url,
        "CHUHAI_CHAT_API_KEY": KEY,
        "CHUHAI_CHAT_TIMEOUT_S": "1",
    }
    return Workshop(from_environment(environ, home=home))


@pytest.fixture(scope="module")
def index(workshop: Workshop) -> Iterator[Index]:
    index = workshop.open_or_build()
    yield index
    index.close()


def ask(workshop: Workshop, index: Index, endpoint: Endpoint, mode: str) -> Answer:
    endpoint.mode = mode
    return workshop.advisor(index).ask([QUESTION])


def test_a_model_that_cites_writes_the_answer(
    workshop: Workshop, index: Index, endpoint: Endpoint
) -> None:
    answer = ask(workshop, index, endpoint, "good")
    assert answer.degraded is None
    assert answer.answerer == "openai:some-model"
    assert "66%" in answer.text
    assert [citation.support for citation in answer.citations] == ["verbatim"]
    assert "66%" in answer.citations[0].quote


@pytest.mark.parametrize("mode", ["429", "500", "nonsense", "cut", "slow"])
def test_an_endpoint_that_fails_leaves_the_documents_own_sentences(
    workshop: Workshop, index: Index, endpoint: Endpoint, mode: str
) -> None:
    answer = ask(workshop, index, endpoint, mode)
    assert answer.degraded
    assert "66%" in answer.text
    assert KEY not in str(answer)


def test_a_figure_that_no_cited_sentence_has_never_reaches_the_reader(
    workshop: Workshop, index: Index, endpoint: Endpoint
) -> None:
    assert "99%" not in ask(workshop, index, endpoint, "lies").text


def test_the_prompt_holds_the_passages_and_the_question(
    workshop: Workshop, index: Index, endpoint: Endpoint
) -> None:
    endpoint.prompts.clear()
    ask(workshop, index, endpoint, "good")
    assert QUESTION in endpoint.prompts[0]
    assert "<passage>" in endpoint.prompts[0]
    assert KEY not in endpoint.prompts[0]
