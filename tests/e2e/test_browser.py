"""The page in a real Chromium, with a server of its own."""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright
from tests.conftest import free_port

from chuhai.settings import from_environment
from chuhai.wiring import Workshop

PAGE = Path(__file__).resolve().parents[2] / "app" / "chat.py"
ABSENT = (
    "no chromium here: apt-get install chromium fonts-noto-cjk, "
    "or CHUHAI_INSTALL_BROWSER=1 make test"
)
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
START_S = 60
PATIENCE_MS = 60_000

HOSTILE = """# Trade shows <script>window.struck=1</script> :red[t] [x](javascript:window.struck=1)

Trade shows cost too much <img src=x onerror="window.struck=1"> for small exporters.

Booths at trade shows [x](javascript:window.struck=1) cost 900 dollars :red[a] https://a.example/.

<script>window.struck=1</script> Trade shows happen once a year ![i](https://a.example/i.png) only.
"""


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        if os.environ.get("CHUHAI_INSTALL_BROWSER") == "1":
            pytest.fail(ABSENT)
        pytest.skip(ABSENT)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield browser
        browser.close()


@contextmanager
def serving(home: Path) -> Iterator[str]:
    """The page's address while a server runs; the server ends with the block."""
    port = free_port()
    flags = ["--server.headless", "true", "--server.port", str(port)]
    flags += ["--server.address", "127.0.0.1", "--browser.gatherUsageStats", "false"]
    environ = {k: v for k, v in os.environ.items() if not k.startswith("CHUHAI_")}
    server = subprocess.Popen(
        [sys.executable, "-m", "streamlit", "run", str(PAGE), *flags],
        env={**environ, "CHUHAI_HOME": str(home)},
        stdout=subprocess.DEVNULL,
    )
    try:
        _wait_for(port, server)
        yield f"http://127.0.0.1:{port}/"
    finally:
        server.terminate()
        server.wait(10)


def _wait_for(port: int, server: "subprocess.Popen[bytes]") -> None:
    end = time.monotonic() + START_S
    while time.monotonic() < end:
        assert server.poll() is None, "the server ended before it answered"
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.1)
    pytest.fail(f"no server after {START_S} s")


@pytest.fixture(scope="module")
def address(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(tmp_path_factory.mktemp("home")) as address:
        yield address


@pytest.fixture
def open_page(chromium: Browser) -> Iterator[Callable[..., Page]]:
    """Opens an address in a browser of its own language and width."""
    contexts = []

    def opened(address: str, locale: str, width: int = 1200) -> Page:
        context = chromium.new_context(locale=locale, viewport={"width": width, "height": 850})
        context.set_default_timeout(PATIENCE_MS)
        contexts.append(context)
        page = context.new_page()
        page.goto(address)
        return page

    yield opened
    for context in contexts:
        context.close()


def ask(page: Page, question: str) -> None:
    box = page.get_by_test_id("stChatInputTextArea")
    box.fill(question)
    box.press("Enter")
    page.locator(".panel .body").first.wait_for()


def test_a_chinese_question_is_answered_and_its_marker_opens_the_sentence(
    address: str, open_page: Callable[..., Page]
) -> None:
    page = open_page(address, "zh-CN")
    ask(page, "展会有什么缺点？")
    body = page.locator(".panel .body")
    expect(body).to_contain_text("66%")
    expect(body).to_contain_text("54%")
    page.locator(".panel li, .panel p").filter(has_text="66%").locator(".marker").first.click()
    opened = page.locator("details[open] mark")
    expect(opened).to_have_count(2)  # the sentence in either edition
    expect(opened.first).to_contain_text("参展费用高（66%）")
    expect(opened.first).to_be_in_viewport()
    expect(opened.last).to_contain_text("cost of taking part in trade shows is high (66%)")
    assert opened.first.locator("abbr", has_text="展会").first.get_attribute("title")
    expect(page.get_by_text("新对话")).to_be_visible()


def test_an_english_browser_gets_an_english_page(
    address: str, open_page: Callable[..., Page]
) -> None:
    page = open_page(address, "en-US")
    page.get_by_role("button", name="What are the drawbacks of trade shows?").click()
    page.locator(".panel .marker").first.click()
    translated, original = page.locator("details[open] mark").all()
    expect(translated).to_contain_text("trade shows")
    expect(original).to_contain_text("展会")
    expect(page.get_by_text("New conversation")).to_be_visible()
    page.get_by_role("button", name="中文").click()
    expect(page.get_by_text("新对话")).to_be_visible()


def test_a_phone_shows_an_open_source_without_scrolling_sideways(
    address: str, open_page: Callable[..., Page]
) -> None:
    page = open_page(address, "zh-CN", 390)
    ask(page, "展会有什么缺点？")
    page.locator(".marker").first.click()
    expect(page.locator("details[open] mark").first).to_be_in_viewport()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_link_opens_its_passage_by_itself(address: str, open_page: Callable[..., Page]) -> None:
    page = open_page(address, "zh-CN")
    ask(page, "展会有什么缺点？")
    page.locator(".marker").first.click()
    quote = page.locator("details[open] mark").first.inner_text()
    with page.context.expect_page() as linked:
        page.locator("details[open] a").click()
    expect(linked.value.get_by_role("dialog")).to_contain_text(quote)


def test_text_of_a_document_never_runs_nor_becomes_markup(
    chromium: Browser, tmp_path: Path, open_page: Callable[..., Page]
) -> None:
    documents, home = tmp_path / "documents", tmp_path / "home"
    documents.mkdir()
    (documents / "planted.md").write_text(HOSTILE, encoding="utf-8")
    (documents / "planted.txt").write_text(HOSTILE.replace("900", "800"), encoding="utf-8")
    Workshop(from_environment({}, home)).build(documents)
    with serving(home) as address:
        page = open_page(address, "en-US")
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        ask(
            page,
            "How much do booths at trade shows cost? [x](javascript:window.struck=1) <b>hi</b>",
        )
        for card in page.locator(".panel details > summary").all():
            card.click()
        expect(page.locator(".panel")).to_contain_text("javascript:window.struck=1")
        passage = page.locator(".panel a").first.get_attribute("href")
        assert page.locator(".panel :is(img, script, b)").count() == 0
        assert all(re.match(r"\?passage=", link) for link in _links(page))
        page.goto(address + str(passage))
        expect(page.get_by_role("dialog")).to_contain_text("javascript:window.struck=1")
        assert page.get_by_role("dialog").locator(":is(img, a, script)").count() == 0
        assert page.evaluate("window.struck") is None
        assert not [url for url in asked if "a.example" in url]


def _links(page: Page) -> list[str]:
    return [a.get_attribute("href") or "" for a in page.get_by_test_id("stMain").locator("a").all()]
