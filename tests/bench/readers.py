"""Two kinds of reader for the load test: one speaks Streamlit's protocol, one is a real page.

The first costs next to nothing beside the server, so that the times are the server's. The
second draws as a browser does; fifty of them need more than the cores that the server has.
"""

import html
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol

from playwright.async_api import Browser, Page

PATIENCE_S = 60.0
_MESSAGE = "[data-testid=stChatMessage]"


class Failed(Exception):
    """An answer that did not come, or not whole."""


class Reader(Protocol):
    """An open session."""

    async def ask(self, question: str) -> float | None:
        """Asks and waits for the whole answer; seconds to its first words, where known."""


@dataclass
class PageReader:
    """A page of a real browser."""

    page: Page
    asked: int = 0

    async def ask(self, question: str) -> float | None:
        box = self.page.get_by_test_id("stChatInputTextArea")
        await box.fill(question)
        await box.press("Enter")
        # A turn is a question and an answer; the answer is whole once its panel is there.
        answer = self.page.locator(_MESSAGE).nth(2 * self.asked + 1)
        await answer.locator(".panel .body").wait_for()
        self.asked += 1
        return None


@asynccontextmanager
async def page_reader(browser: Browser, address: str, locale: str) -> AsyncIterator[PageReader]:
    """A page in a context of its own, once a question can be typed."""
    context = await browser.new_context(locale=locale)
    context.set_default_timeout(1000 * PATIENCE_S)
    page = await context.new_page()
    try:
        await page.goto(address)
        await page.get_by_test_id("stChatInputTextArea").wait_for()
        yield PageReader(page)
    finally:
        await context.close()


@dataclass
class SocketReader:
    """A session that sends and takes what a page would, and draws nothing."""

    socket: Any
    locale: str
    chat_input: str = ""
    page: str = ""
    kept: set[str] = field(default_factory=set)
    """Hashes of the large messages that a page keeps and need not be sent again."""

    async def begin(self) -> None:
        """The first run of the page; afterwards a question can be asked."""
        await self._send("")
        await self._run("", time.monotonic())
        if not self.chat_input:
            raise Failed("the page has no field to ask in")

    async def ask(self, question: str) -> float | None:
        began = time.monotonic()
        await self._send(question)
        answered, first = await self._run(question, began)
        if not answered:
            raise Failed(f"no answer to “{question}”")
        return first

    async def _send(self, question: str) -> None:
        from streamlit.proto.BackMsg_pb2 import BackMsg

        message: Any = BackMsg()
        state = message.rerun_script
        state.context_info.locale = self.locale
        state.page_script_hash = self.page
        state.query_string = ""
        state.cached_message_hashes.extend(sorted(self.kept))
        if question:
            widget = state.widget_states.widgets.add()
            widget.id = self.chat_input
            widget.chat_input_value.data = question
        await self.socket.send(message.SerializeToString())

    async def _run(self, question: str, began: float) -> tuple[bool, float | None]:
        """Takes messages until the script ends: whether an answer was drawn below the last
        appearance of the question, and the seconds to its first words."""
        import asyncio

        from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

        asked, answered, first = False, False, None
        while True:
            left = PATIENCE_S - (time.monotonic() - began)
            content = await asyncio.wait_for(self.socket.recv(), max(0.1, left))
            message: Any = ForwardMsg()
            message.ParseFromString(content)
            if message.metadata.cacheable:
                self.kept.add(message.hash)
            kind = message.WhichOneof("type")
            if kind == "new_session":
                asked, answered = False, False
            elif kind == "navigation":
                self.page = message.navigation.page_script_hash
            elif kind == "ref_hash":
                answered = asked
            elif kind == "delta":
                element = message.delta.new_element
                if element.HasField("chat_input"):
                    self.chat_input = element.chat_input.id
                elif element.HasField("html") and html.escape(question) in element.html.body:
                    asked, answered = bool(question), False
                elif element.HasField("html") and asked:
                    first = first or time.monotonic() - began
                elif element.HasField("bidi_component"):
                    answered = asked and b'"kind": "answer"' in element.bidi_component.bytes
            elif kind == "script_finished" and self._over(message):
                return answered, first

    def _over(self, message: Any) -> bool:
        """Whether the run is over, not ended early to begin anew."""
        ended = message.ScriptFinishedStatus
        if message.script_finished == ended.FINISHED_WITH_COMPILE_ERROR:
            raise Failed("the page could not be run")
        return bool(message.script_finished == ended.FINISHED_SUCCESSFULLY)


@asynccontextmanager
async def socket_reader(address: str, locale: str) -> AsyncIterator[SocketReader]:
    """A connection of its own, once the page was drawn for the first time."""
    from websockets.asyncio.client import connect

    url = address.rstrip("/").replace("http", "ws", 1) + "/_stcore/stream"
    async with connect(
        url, subprotocols=["streamlit"], max_size=None, open_timeout=PATIENCE_S  # type: ignore[list-item]
    ) as socket:  # fmt: skip
        reader = SocketReader(socket, locale)
        await reader.begin()
        yield reader
