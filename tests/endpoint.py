"""An OpenAI-compatible endpoint on this machine that behaves in every way an endpoint may."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

LONG = "展会" * 200 + "Boothcost" * 60
HOSTILE = (
    "Shows cost money <script>window.struck=1</script> in 2019.",
    '<img src=x onerror="window.struck=1"> Shows cost money.',
    "Shows cost [money](javascript:window.struck=1) each year.",
    "Shows cost money ![shows](https://a.example/i.png) each year.",
    "<style>body{display:none}</style> Shows cost money.",
    ":red[Shows] cost $\\href{javascript:window.struck=1}{x}$ money.",
    "Shows \u202ecost money\u202c each year.",
    f"Shows cost {LONG} money.",
)


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
        if mode == "stalls":
            yield from self._stalled(_quoted(str(body["messages"])))
            return
        said = "展会费用高。[1] 报告里有 99% 的企业放弃展会。[1]" if mode == "lies" else "展会[1]"
        if mode == "hostile":
            said = "".join(f"{text}[1] " for text in HOSTILE)
        if mode == "good":
            said = _quoted(str(body["messages"]))
        for piece in (said[i : i + 5] for i in range(0, len(said), 5)):
            yield json.dumps({"choices": [{"index": 0, "delta": {"content": piece}}]})
        if mode != "cut":
            yield json.dumps({"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]})
            yield "[DONE]"

    def _stalled(self, said: str) -> Iterator[str]:
        """A first sentence, and a second one that never comes to its end."""
        for piece in (f"{said}\n\n", "展会"):
            yield json.dumps({"choices": [{"index": 0, "delta": {"content": piece}}]})
        for _ in range(300):
            if self.server.mode != "stalls":
                return
            time.sleep(0.1)

    def log_message(self, *_: object) -> None:
        """Keeps the test's output quiet."""


def _quoted(prompt: str) -> str:
    """The numbered sentence of the prompt that states the two figures, as a model would cite it."""
    line = next(part for part in prompt.split("\\n") if "66%" in part)
    number, sentence = line.removeprefix("[").split("] ", 1)
    return f"{sentence}[{number}]"


@contextmanager
def running(mode: str = "good") -> Iterator[Endpoint]:
    """The endpoint, until the block ends."""
    server = Endpoint(("127.0.0.1", 0), Handler)
    server.prompts, server.mode = [], mode
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
