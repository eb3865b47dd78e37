"""The page in a real Chromium: language, width, links, and hostile documents."""

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, Page, expect
from tests.browser import ask, serving
from tests.endpoint import running

from chuhai.settings import from_environment
from chuhai.wiring import Workshop

LONG = "Boothcost" * 60
TURNED = "\u202eshows at costs 1 dollar\u202c"
HOSTILE = f"""# Trade shows <script>window.struck=1</script> :red[t] [x](javascript:window.struck=1)

Trade shows cost too much <img src=x onerror="window.struck=1"> for small exporters.

Booths at trade shows [x](javascript:window.struck=1) cost 900 dollars :red[a] https://a.example/.

<script>window.struck=1</script> Trade shows happen once a year ![i](https://a.example/i.png) only.

<style>body{{display:none}}</style> Trade shows {LONG} cost 700 dollars {TURNED} a booth.
"""
QUESTION = (
    "What do booths at trade shows cost? [x](javascript:window.struck=1) "
    "<b>trade shows</b> \u202ecba"
)


def test_a_chinese_question_is_answered_and_its_marker_opens_the_sentence(
    address: str, open_page: Callable[..., Page]
) -> None:
    page = open_page(address, "zh-CN")
    ask(page, "展会有什么缺点？")
    body = page.locator(".panel .body")
    expect(body).to_contain_text("66%")
    expect(body).to_contain_text("54%")
    page.locator(".panel li, .panel p").filter(has_text="66%").locator(".marker").first.click()
    opened = page.locator(".drawer mark")
    expect(opened).to_have_count(2)  # the sentence in either edition
    expect(opened.first).to_contain_text("参展费用高（66%）")
    expect(opened.first).to_be_in_viewport()
    expect(opened.last).to_contain_text("cost of taking part in trade shows is high (66%)")
    assert opened.first.locator("abbr", has_text="展会").first.get_attribute("title")


def test_an_english_browser_gets_an_english_page_and_can_change_it(
    address: str, open_page: Callable[..., Page]
) -> None:
    page = open_page(address, "en-US")
    page.get_by_test_id("stMainBlockContainer").get_by_role(
        "button", name="What are the drawbacks of trade shows?", exact=True
    ).click()
    page.locator(".panel .marker").first.click()
    translated, original = page.locator(".drawer mark").all()
    expect(translated).to_contain_text("trade shows")
    expect(original).to_contain_text("展会")
    main = page.get_by_test_id("stMainBlockContainer")
    expect(main.get_by_text("New conversation")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="中文").click()
    expect(main.get_by_text("新对话")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    expect(page).to_have_url(re.compile("lang=zh"))


def test_text_of_a_document_never_runs_nor_becomes_markup(
    chromium: Browser, tmp_path: Path, open_page: Callable[..., Page]
) -> None:
    documents, home = tmp_path / "documents", tmp_path / "home"
    documents.mkdir()
    (documents / "planted.md").write_text(HOSTILE, encoding="utf-8")
    (documents / "planted.txt").write_text(HOSTILE.replace("900", "800"), encoding="utf-8")
    Workshop(from_environment({}, home)).build(documents)
    with serving(home) as address:
        page = open_page(address, "en-US", 390)
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        ask(page, QUESTION)
        panel = page.locator(".panel")
        for row in page.locator(".row").all():
            row.click()
            expect(page.locator(".drawer blockquote").first).to_be_visible()
            assert page.locator(".drawer :is(img, script, b, style)").count() == 0
            assert all(re.match(r"\?passage=", link) for link in _links(page))
            page.keyboard.press("Escape")
        page.locator(".marker").first.focus()
        expect(panel).to_contain_text("javascript:window.struck=1")
        assert panel.locator(":is(img, script, b, style)").count() == 0
        assert (
            page.get_by_test_id("stMainBlockContainer").locator("b, em, img[src='x']").count() == 0
        )
        # Nothing turns the words round, nothing widens the page.
        assert not set("\u202a\u202b\u202d\u202e") & set(page.locator("body").inner_text())
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        # The conversation's name in the sidebar is the hostile question.
        page.get_by_test_id("stExpandSidebarButton").click()
        expect(page.get_by_test_id("stSidebar")).to_contain_text("[x](javascript:")
        # On a phone the links to the pages stand there too.
        made = "b, img, a:not([data-testid='stSidebarNavLink'])"
        assert page.get_by_test_id("stSidebar").locator(made).count() == 0
        page.locator(".row").first.dispatch_event("click")
        link = page.locator(".drawer a").first.get_attribute("href")
        page.goto(address + str(link))
        expect(page.get_by_role("dialog")).to_contain_text("javascript:window.struck=1")
        assert page.locator("[role=dialog] .panel :is(img, script, b, style)").count() == 0
        assert page.evaluate("window.struck") is None
        assert not [url for url in asked if "a.example" in url]


def test_what_a_model_writes_never_runs_nor_becomes_markup(
    chromium: Browser, tmp_path: Path, open_page: Callable[..., Page]
) -> None:
    home = tmp_path / "home"
    with (
        running("hostile") as endpoint,
        serving(
            home,
            CHUHAI_CHAT_MODEL="some-model",
            CHUHAI_CHAT_BASE_URL=endpoint.url,
            CHUHAI_CHAT_API_KEY="sk-x",
            CHUHAI_UNSUPPORTED="mark",
        ) as address,
    ):
        page = open_page(address, "en-US", 390)
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        ask(page, "What do trade shows cost?")
        panel = page.locator(".panel")
        for said in ("window.struck=1", "a.example", "Boothcost"):
            expect(panel.locator(".body")).to_contain_text(said)
        assert endpoint.prompts
        assert panel.locator(":is(img, script, style, a[href^='javascript'], .katex)").count() == 0
        page.locator(".marker").first.click()
        assert page.locator(".drawer :is(img, script, style)").count() == 0
        assert not set("\u202a\u202b\u202d\u202e") & set(page.locator("body").inner_text())
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert page.evaluate("window.struck") is None
        assert not [url for url in asked if "a.example" in url]


def _links(page: Page) -> list[str]:
    return [
        a.get_attribute("href") or ""
        for a in page.get_by_test_id("stMainBlockContainer").locator("a").all()
    ]
