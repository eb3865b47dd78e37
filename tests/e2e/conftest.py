"""One Chromium for all browser tests, and pages that close behind them."""

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page
from tests.browser import ABSENT, PATIENCE_MS, found_chromium, launched


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    if found_chromium() is None:
        if os.environ.get("CHUHAI_INSTALL_BROWSER") == "1":
            pytest.fail(ABSENT)
        pytest.skip(ABSENT)
    with launched() as browser:
        yield browser


@pytest.fixture
def open_page(chromium: Browser) -> Iterator[Callable[..., Page]]:
    """Opens an address in a browser of its own language, width and colours."""
    contexts = []

    def opened(address: str, locale: str, width: int = 1200, **values: Any) -> Page:
        context = chromium.new_context(
            locale=locale, viewport={"width": width, "height": 850}, **values
        )
        context.set_default_timeout(PATIENCE_MS)
        contexts.append(context)
        page = context.new_page()
        page.goto(address)
        return page

    yield opened
    for context in contexts:
        context.close()
