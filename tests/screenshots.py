"""Pictures of every page for ``docs/screenshots/``: ``python -m tests.screenshots [NAME…]``.

Each shot is taken in both languages, light and dark, on a desktop and a phone. Another
page's shots are more functions in ``SHOTS``: given the opened page and its language, they
bring it into the state that is to be seen.
"""

import sys
import tempfile
from collections.abc import Callable, Mapping
from io import BytesIO
from itertools import product
from pathlib import Path
from typing import Literal

from PIL import Image
from playwright.sync_api import Page

from chuhai.domain import Lang
from tests.browser import DESKTOP, PATIENCE_MS, PHONE, ask, launched, serving

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "screenshots"
LOCALES: Mapping[Lang, str] = {"zh": "zh-CN", "en": "en-US"}
SIZES = {"desktop": DESKTOP, "phone": PHONE}
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
_DRAWBACKS: Mapping[Lang, str] = {
    "zh": "展会有什么缺点？",
    "en": "What are the drawbacks of trade shows?",
}
_SETTLING_MS = 700


def ask_empty(page: Page, lang: Lang) -> None:
    page.get_by_role("button", name=_DRAWBACKS[lang]).last.wait_for()


def ask_answer(page: Page, lang: Lang) -> None:
    ask(page, _DRAWBACKS[lang])


def ask_source(page: Page, lang: Lang) -> None:
    ask_answer(page, lang)
    claim = page.locator(".body :is(p, li)").filter(has_text="66%")
    claim.locator(".marker").first.click()
    page.locator(".drawer mark").first.wait_for()


SHOTS: Mapping[str, Callable[[Page, Lang], None]] = {
    "ask-empty": ask_empty,
    "ask": ask_answer,
    "ask-source": ask_source,
}


def main(names: list[str]) -> int:
    """Takes the named shots, or all; returns the exit status."""
    unknown = set(names) - set(SHOTS)
    if unknown:
        sys.stderr.write(f"no shot {', '.join(sorted(unknown))}; there are {', '.join(SHOTS)}\n")
        return 2
    FOLDER.mkdir(parents=True, exist_ok=True)
    with launched() as browser:
        for name in names or SHOTS:
            with tempfile.TemporaryDirectory() as home, serving(Path(home)) as address:
                for lang, scheme, (device, (width, height)) in product(
                    LOCALES, SCHEMES, SIZES.items()
                ):
                    context = browser.new_context(
                        locale=LOCALES[lang],
                        color_scheme=scheme,
                        viewport={"width": width, "height": height},
                    )
                    context.set_default_timeout(PATIENCE_MS)
                    page = context.new_page()
                    page.goto(address)
                    SHOTS[name](page, lang)
                    page.wait_for_timeout(_SETTLING_MS)
                    _keep(page.screenshot(), f"{name}-{lang}-{scheme}-{device}.png")
                    context.close()
                    # The next picture shall not have this one's conversation at its side.
                    for kept in Path(home).glob("chats.sqlite3*"):
                        kept.unlink()
    return 0


def _keep(picture: bytes, name: str) -> None:
    """In 256 colours: half the size, and no eye tells."""
    with Image.open(BytesIO(picture)) as image:
        image.convert("RGB").quantize(256).save(FOLDER / name, optimize=True)
    sys.stdout.write(f"{FOLDER / name}\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
