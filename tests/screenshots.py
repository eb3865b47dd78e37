"""Pictures of every page for ``docs/screenshots/``: ``python -m tests.screenshots [NAME…]``.

Each shot is taken in both languages, light and dark, on a desktop and a phone. What is seen
is a line of ``SHOTS``: the page's address and a function that does what a reader would.
"""

import argparse
import sys
import tempfile
from collections.abc import Callable, Mapping
from io import BytesIO
from itertools import product
from pathlib import Path
from typing import Literal, NamedTuple

from PIL import Image
from playwright.sync_api import Page

from chuhai.cli import main as chuhai
from chuhai.domain import Lang
from chuhai.settings import shipped
from pages.words import word
from tests.browser import DESKTOP, PHONE, ask, choose, launched, opened, serving

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "screenshots"
LOCALES: Mapping[Lang, str] = {"zh": "zh-CN", "en": "en-US"}
SIZES = {"desktop": DESKTOP, "phone": PHONE}
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
_DRAWBACKS: Mapping[Lang, str] = {
    "zh": "展会有什么缺点？",
    "en": "What are the drawbacks of trade shows?",
}
_SETTLING_MS = 1000
_TALLEST = 2400


def ask_empty(page: Page, lang: Lang) -> None:
    page.get_by_role("button", name=_DRAWBACKS[lang]).last.wait_for()


def ask_answer(page: Page, lang: Lang) -> None:
    ask(page, _DRAWBACKS[lang])


def ask_source(page: Page, lang: Lang) -> None:
    ask_answer(page, lang)
    claim = page.locator(".body :is(p, li)").filter(has_text="66%")
    claim.locator(".marker").first.click()
    page.locator(".drawer mark").first.wait_for()


def benchmark(page: Page, lang: Lang) -> None:
    zh = lang == "zh"
    page.get_by_label("海外营销团队人数" if zh else "People in the overseas").fill("3")
    methods = ("海外代理", "第三方展会") if zh else ("overseas agents", "third-party trade shows")
    choose(page, "主要的海外营销方式" if zh else "Main marketing methods", *methods)
    page.get_by_role("button", name=word("benchmark.compare", lang)).click()
    page.get_by_role("button", name=word("benchmark.save", lang)).wait_for()


def library(page: Page, _: Lang) -> None:
    page.locator(".ch-stated").first.wait_for()


def evaluations(page: Page, _: Lang) -> None:
    page.locator(".ch-dot").first.wait_for()


class Shot(NamedTuple):
    """A page's address behind the server's, what is done there, and whether all is taken."""

    where: str
    reach: Callable[[Page, Lang], None]
    whole: bool = True


SHOTS: Mapping[str, Shot] = {
    "ask-empty": Shot("", ask_empty, whole=False),
    "ask": Shot("", ask_answer, whole=False),
    "ask-source": Shot("", ask_source, whole=False),
    "benchmark": Shot("benchmark", benchmark),
    "library": Shot("library?document=07-digital.zh.md", library),
    "evaluations": Shot("evaluations", evaluations),
}


def main() -> None:
    """Takes the named shots, or all."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(SHOTS))
    names = parser.parse_args().names or list(SHOTS)
    if unknown := set(names) - set(SHOTS):
        parser.error(f"no shot {', '.join(sorted(unknown))}; there are {', '.join(SHOTS)}")
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        if "evaluations" in names:
            cases = str(shipped("evals/cases") / "dev")
            chuhai(["--home", str(home), "eval", "run", "--cases", cases])
        with serving(home) as address, launched() as browser:
            for name, lang, scheme, device in product(names, LOCALES, SCHEMES, SIZES):
                where, reach, whole = SHOTS[name]
                page = opened(
                    browser,
                    f"{address}{where}",
                    LOCALES[lang],
                    *SIZES[device],
                    color_scheme=scheme,
                )
                reach(page, lang)
                page.wait_for_timeout(_SETTLING_MS)
                if whole:
                    _grow(page, SIZES[device][0])
                _keep(page.screenshot(), f"{name}-{lang}-{scheme}-{device}.png")
                page.context.close()
                # The next picture shall not have this one's conversation at its side.
                for kept in home.glob("chats.sqlite3*"):
                    kept.unlink()


def _grow(page: Page, width: int) -> None:
    """The window as tall as the page, up to what a picture can show well."""
    inner = page.evaluate("document.querySelector('[data-testid=stMain]').scrollHeight")
    page.set_viewport_size({"width": width, "height": min(int(inner) + 20, _TALLEST)})
    page.get_by_test_id("stMain").evaluate("main => main.scrollTo(0, 0)")
    page.wait_for_timeout(_SETTLING_MS)


def _keep(picture: bytes, name: str) -> None:
    """In 256 colours: half the size, and no eye tells."""
    with Image.open(BytesIO(picture)) as image:
        image.convert("RGB").quantize(256).save(FOLDER / name, optimize=True)
    sys.stdout.write(f"{FOLDER / name}\n")


if __name__ == "__main__":
    main()
