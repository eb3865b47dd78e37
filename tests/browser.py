"""A real Chromium and a server of the page, for tests, screenshots and the load test."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from tests.conftest import free_port

ABSENT = (
    "no chromium here: apt-get install chromium fonts-noto-cjk, "
    "or CHUHAI_INSTALL_BROWSER=1 make test"
)
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
PATIENCE_MS = 60_000
PHONE, DESKTOP = (390, 844), (1280, 850)
_START_S = 90
# A document does not name the animations inside its components' shadow roots.
_STILL = """() => {
  const rooted = root => [root, ...[...root.querySelectorAll("*")]
    .flatMap(element => element.shadowRoot ? rooted(element.shadowRoot) : [])];
  return Promise.all(rooted(document).flatMap(root => root.getAnimations())
    .filter(one => Number.isFinite(one.effect.getComputedTiming().endTime))
    .map(one => one.finished.catch(() => {})));
}"""


def found_chromium() -> str | None:
    """The system's Chromium."""
    return shutil.which("chromium") or shutil.which("chromium-browser")


@contextmanager
def launched() -> Iterator[Browser]:
    """Chromium, until the block ends; AssertionError where there is none."""
    found = found_chromium()
    assert found, ABSENT
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield browser
        browser.close()


@contextmanager
def serving(home: Path, **environ: str) -> Iterator[str]:
    """The address of ``chuhai serve`` over this home; the server ends with the block."""
    port = free_port()
    kept = {k: v for k, v in os.environ.items() if not k.startswith("CHUHAI_")}
    command = [sys.executable, "-m", "chuhai.cli", "--home", str(home), "serve"]
    server = subprocess.Popen(
        [*command, "--port", str(port)], env={**kept, **environ}, stdout=subprocess.DEVNULL
    )
    try:
        _wait_for(port, server)
        yield f"http://127.0.0.1:{port}/"
    finally:
        server.terminate()
        server.wait(15)


def _wait_for(port: int, server: "subprocess.Popen[bytes]") -> None:
    end = time.monotonic() + _START_S
    while time.monotonic() < end:
        assert server.poll() is None, "the server ended before it answered"
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError(f"no server after {_START_S} s")


def opened(
    browser: Browser, address: str, locale: str, width: int = 1200, height: int = 850, **values: Any
) -> Page:
    """A page in a context of its own; ``values`` are more of the context's (Playwright's names)."""
    context = browser.new_context(
        locale=locale, viewport={"width": width, "height": height}, **values
    )
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    page.goto(address)
    return page


def ask(page: Page, question: str, answers: int = 1) -> None:
    """Asks and waits until so many answers stand on the page."""
    box = page.get_by_test_id("stChatInputTextArea")
    box.fill(question)
    box.press("Enter")
    page.locator(".panel .actions").nth(answers - 1).wait_for()
    page.locator(".panel[data-settled]").last.wait_for()


def choose(page: Page, label: str, *names: str) -> None:
    """Picks from a field with a list, by its label and what the entries say."""
    field = page.get_by_role("combobox", name=label)
    for name in names:
        field.click()
        field.fill(name)
        page.get_by_role("option", name=name).first.wait_for()
        field.press("Enter")
    page.locator("h1").last.click()


def sideways(page: Page) -> bool:
    """Whether the page has to be scrolled sideways."""
    return bool(page.evaluate("document.documentElement.scrollWidth > innerWidth"))


def violations(page: Page) -> list[dict[str, Any]]:
    """What axe-core finds on the page that is serious or critical."""
    from axe_playwright_python.sync_playwright import Axe

    page.evaluate(_STILL)  # what is half faded in has half its contrast
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    return [
        {"id": each["id"], "nodes": [node["html"][:200] for node in each["nodes"]]}
        for each in found
        if each["impact"] in ("serious", "critical")
    ]
