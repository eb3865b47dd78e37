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

from playwright.sync_api import Browser, Page, sync_playwright

from tests.conftest import free_port

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
ABSENT = (
    "no chromium here: apt-get install chromium fonts-noto-cjk, "
    "or CHUHAI_INSTALL_BROWSER=1 make test"
)
PATIENCE_MS = 60_000
_START_S = 90


def chromium() -> str | None:
    """Where the browser is, or None."""
    return shutil.which("chromium") or shutil.which("chromium-browser")


@contextmanager
def browser() -> Iterator[Browser]:
    """A headless Chromium; FileNotFoundError where there is none."""
    found = chromium()
    if found is None:
        raise FileNotFoundError(ABSENT)
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield opened
        opened.close()


@contextmanager
def serving(home: Path) -> Iterator[str]:
    """The address of ``chuhai serve`` over this home; the server ends with the block."""
    port = free_port()
    environ = {k: v for k, v in os.environ.items() if not k.startswith("CHUHAI_")}
    command = [sys.executable, "-m", "chuhai.cli", "--home", str(home), "serve"]
    server = subprocess.Popen(
        [*command, "--port", str(port)], env=environ, stdout=subprocess.DEVNULL
    )
    try:
        _wait_for(port, server)
        yield f"http://127.0.0.1:{port}"
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
    browser: Browser, address: str, locale: str, width: int = 1200, *, dark: bool = False
) -> Page:
    """A page in a context of its own, of this language, width and scheme."""
    context = browser.new_context(
        locale=locale,
        viewport={"width": width, "height": 850},
        color_scheme="dark" if dark else "light",
    )
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    page.goto(address)
    return page


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
