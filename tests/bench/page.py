"""How long a reader waits for the page: opening it, an answer's first words, a source.

``python -m tests.bench.page [--times 9]`` starts ``chuhai serve`` on a fresh home and opens it in
Chromium, each time in a new context: nothing is cached. Times are the browser's own:

- first paint: its ``first-contentful-paint``, from the start of the navigation;
- the page can be used: questions are offered and one can be typed;
- first words: from Enter to the first word of the answer;
- drawer: from the press on a marker to the drawer with its sentence.

The first time is not counted: the server is warm in the others.
"""

import argparse
import statistics
from collections.abc import Sequence

from playwright.sync_api import Browser, Page

from tests.bench.load import served
from tests.browser import launched, opened

_QUESTIONS = ("展会有什么缺点？", "Where do overseas agents fall short?")
_BARS_S = {"first paint": 2.0, "page usable": None, "first words": 0.3, "drawer": 0.2}
# Runs before the page's own scripts; a shadow root is where a component draws.
_WATCH = """
window.seen = {};
const everywhere = (root, css) => {
  const found = root.querySelector(css);
  if (found) return found;
  for (const node of root.querySelectorAll("*")) {
    const inside = node.shadowRoot && everywhere(node.shadowRoot, css);
    if (inside) return inside;
  }
  return null;
};
const until = (name, ready, from) => {
  const look = () => {
    if (ready()) window.seen[name] = performance.now() - from;
    else requestAnimationFrame(look);
  };
  look();
};
const at = (event, css) => event.composedPath().some((node) => node.matches?.(css));
addEventListener("DOMContentLoaded", () => until("page usable", () =>
  document.querySelector("[data-testid=stChatInputTextArea]")
  && document.querySelector("[class*=st-key-starter-]"), 0));
addEventListener("keydown", (event) => {
  if (event.key === "Enter") until("first words", () =>
    [...document.querySelectorAll("[data-testid=stChatMessage] [data-testid=stHtml]")].length > 1
    || everywhere(document, ".panel .body"), performance.now());
}, true);
addEventListener("click", (event) => {
  if (at(event, ".marker")) until("drawer", () =>
    everywhere(document, ".drawer:popover-open mark"), performance.now());
}, true);
"""


def measure(browser: Browser, address: str, number: int) -> dict[str, float]:
    """One reader's waits, in seconds."""
    page = opened(browser, "about:blank", ("zh-CN", "en-US")[number % 2])
    page.add_init_script(_WATCH)
    page.goto(address)
    _seen(page, "page usable")
    box = page.get_by_test_id("stChatInputTextArea")
    box.fill(_QUESTIONS[number % 2])
    box.press("Enter")
    _seen(page, "first words")
    page.locator(".panel[data-settled]").wait_for()
    page.locator(".marker").first.click()
    _seen(page, "drawer")
    seen: dict[str, float] = page.evaluate("seen")
    painted = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")
    page.context.close()
    return {name: ms / 1000 for name, ms in {"first paint": painted, **seen}.items()}


def _seen(page: Page, name: str) -> None:
    page.wait_for_function("name => window.seen[name] !== undefined", arg=name)


def table(readers: Sequence[dict[str, float]]) -> str:
    """Medians and the slowest, beside the bars, as Markdown."""
    rows = ["| what | p50 | slowest | bar |", "|---|---|---|---|"]
    for name, bar in _BARS_S.items():
        times = [reader[name] for reader in readers]
        middle = statistics.median(times)
        said = f"< {bar:g} s {'✓' if middle < bar else '✗'}" if bar else ""
        rows.append(f"| {name} | {middle:.2f} s | {max(times):.2f} s | {said} |")
    return "\n".join(rows)


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--times", type=int, default=9, help="readers, one after the other")
    parser.add_argument("--address", help="of a server that is running already")
    arguments = parser.parse_args()
    with served(arguments.address) as address, launched() as browser:
        readers = [measure(browser, address, number) for number in range(arguments.times + 1)]
    print(table(readers[1:]))


if __name__ == "__main__":
    main()
