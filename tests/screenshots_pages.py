"""Pictures of benchmark, library and evaluations: light and dark, wide and narrow, both languages.

``python -m tests.screenshots_pages`` makes a home, serves it and writes ``docs/screenshots``.
"""

import argparse
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page

from chuhai.cli import main as chuhai
from chuhai.domain import Lang
from chuhai.settings import shipped
from pages.words import word
from tests import browsing

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "screenshots"
ROOMS = {
    "benchmark": "benchmark",
    "library": "library?document=07-digital.zh.md",
    "evaluations": "evaluations",
}
WIDTHS = {"desktop": 1200, "phone": 390}
# Light in Chinese and dark in English on both widths: each state is seen once in each language.
LOOKS: tuple[tuple[Lang, str], ...] = (("zh", "light"), ("en", "dark"))
_LOCALES: dict[Lang, str] = {"zh": "zh-CN", "en": "en-US"}
_TALLEST = 2400


def shoot(browser: Browser, address: str, folder: Path) -> list[Path]:
    """Writes ``ROOM-LANG-SCHEME-WIDTH.png`` for every page; the server's home holds a run."""
    folder.mkdir(parents=True, exist_ok=True)
    made = []
    for room, where in ROOMS.items():
        for lang, scheme in LOOKS:
            for name, width in WIDTHS.items():
                page = browsing.opened(
                    browser, f"{address}/{where}", _LOCALES[lang], width, dark=scheme == "dark"
                )
                _prepare(page, room, lang)
                path = folder / f"{room}-{lang}-{scheme}-{name}.png"
                _whole(page, width, path)
                made.append(path)
                page.context.close()
    return made


def _prepare(page: Page, room: str, lang: Lang) -> None:
    """What a reader would have done before there is something to see."""
    if room == "benchmark":
        _fill(page, lang)
    elif room == "library":
        page.locator(".ch-stated").first.wait_for()
    else:
        page.locator(".ch-dot").first.wait_for()


def _fill(page: Page, lang: Lang) -> None:
    zh = lang == "zh"
    page.get_by_label("海外营销团队人数" if zh else "People in the overseas").fill("3")
    browsing.choose(
        page,
        "主要的海外营销方式" if zh else "Main marketing methods",
        *(("海外代理", "第三方展会") if zh else ("overseas agents", "third-party trade shows")),
    )
    page.get_by_role("button", name=word("benchmark.compare", lang)).click()
    page.get_by_role("button", name=word("benchmark.save", lang)).wait_for()


def _whole(page: Page, width: int, path: Path) -> None:
    """The page in full height, up to what a picture can show well."""
    page.wait_for_timeout(1200)
    inner = "document.querySelector('[data-testid=stMain]').scrollHeight"
    height = min(int(page.evaluate(inner)) + 20, _TALLEST)
    page.set_viewport_size({"width": width, "height": height})
    page.get_by_test_id("stMain").evaluate("main => main.scrollTo(0, 0)")
    page.wait_for_timeout(600)
    page.screenshot(path=path)


def main() -> None:
    """Makes all of them from a fresh home."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=FOLDER)
    out = parser.parse_args().out
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        cases = str(shipped("evals/cases") / "dev")
        chuhai(["--home", str(home), "eval", "run", "--cases", cases])
        with browsing.serving(home) as address, browsing.browser() as browser:
            shoot(browser, address, out)


if __name__ == "__main__":
    main()
