"""One Chromium for all browser tests, and pages that close behind them."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.browser import ABSENT, found_chromium, launched, opened, serving


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    if found_chromium() is None:
        if os.environ.get("CHUHAI_INSTALL_BROWSER") == "1":
            pytest.fail(ABSENT)
        pytest.skip(ABSENT)
    expect.set_options(timeout=30_000)  # two cores, and others at work
    with launched() as browser:
        yield browser


@pytest.fixture(scope="session")
def served_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("served")


@pytest.fixture(scope="session")
def address(chromium: Browser, served_home: Path) -> Iterator[str]:
    """One server of the whitepaper for all who change nothing but conversations."""
    with serving(served_home) as address:
        yield address


@pytest.fixture
def open_page(chromium: Browser) -> Iterator[Callable[..., Page]]:
    """Opens an address in a browser of its own language, width and colours."""
    pages = []

    def shown(address: str, locale: str, width: int = 1200, **values: Any) -> Page:
        pages.append(opened(chromium, address, locale, width, **values))
        return pages[-1]

    yield shown
    for page in pages:
        page.context.close()
