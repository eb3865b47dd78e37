"""Benchmark, library and evaluations in a real Chromium, both languages, wide and narrow."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.browser import choose, serving, sideways, violations

from chuhai.settings import from_environment
from chuhai.wiring import Workshop

HOSTILE = """# Trade shows <script>window.struck=1</script> [x](javascript:window.struck=1)

Booths at zanzibar shows <img src=x onerror="window.struck=1"> cost ![i](https://a.example/i.png).
"""
Open = Callable[..., Page]


@pytest.fixture(scope="module")
def address(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server of these tests' own: they add and remove documents."""
    home = tmp_path_factory.mktemp("home")
    Workshop(from_environment({}, home)).build()
    with serving(home) as address:
        yield address


@pytest.fixture
def open_room(open_page: Open, address: str) -> Open:
    """Opens a page by the last part of its address."""

    def opened(room: str, locale: str, width: int = 1200, *, dark: bool = False) -> Page:
        scheme = "dark" if dark else "light"
        return open_page(f"{address}{room}", locale, width, color_scheme=scheme)

    return opened


def test_the_first_visitor_may_come_to_any_page_by_its_address(open_room: Open) -> None:
    """Streamlit takes the files of its pages folder for pages, until it is told which there are."""
    page = open_room("library", "zh-CN")
    expect(page.get_by_role("heading", name="文档库")).to_be_visible()
    expect(page.get_by_role("link", name="对标")).to_be_visible()
    expect(page.get_by_text("changing")).to_have_count(0)


def test_the_navigation_speaks_the_readers_language_and_leads_to_every_page(
    open_room: Open,
) -> None:
    page = open_room("", "en-US")
    for name in ("Benchmark", "Library", "Evaluations"):
        page.get_by_role("link", name=name).click()
        expect(page.get_by_role("heading", name=name, exact=True)).to_be_visible()
    page.get_by_role("button", name="中文").click()
    expect(page.get_by_role("heading", name="评测", exact=True)).to_be_visible()
    expect(page.get_by_role("link", name="文档库")).to_be_visible()


def test_a_passage_number_of_the_library_opens_the_passage(open_room: Open) -> None:
    page = open_room("library?document=06-traditional-marketing.zh.md", "zh-CN")
    figure = page.locator(".ch-figure", has_text="参展费用高（66%）")
    expect(figure).to_be_visible()
    with page.context.expect_page() as linked:
        page.get_by_role("link", name="打开段落 1 的链接").click()
    expect(linked.value.get_by_role("dialog")).to_contain_text("传统海外营销手段")


def test_a_document_comes_in_is_found_stays_text_and_goes_out(open_room: Open) -> None:
    page = open_room("library", "en-US")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.get_by_role("tab", name="Add and remove").click()
    page.locator("input[type=file]").set_input_files(
        {"name": "zanzibar.md", "mimeType": "text/markdown", "buffer": HOSTILE.encode()}
    )
    expect(page.get_by_text("zanzibar.md").first).to_be_visible()
    page.get_by_role("button", name="Add and index").click()
    expect(page.get_by_role("status")).to_contain_text("added/zanzibar.md (1 passages)")
    page.get_by_role("tab", name="Search").click()
    field = page.get_by_label("Search all passages")
    field.fill("zanzibar")
    field.press("Enter")
    found = page.locator("article", has_text="zanzibar").first
    expect(found).to_contain_text("<img src=x onerror=")
    assert page.locator(".ch :is(img, script)").count() == 0
    assert page.evaluate("window.struck") is None
    assert not [url for url in asked if "a.example" in url]
    page.get_by_role("tab", name="Add and remove").click()
    page.get_by_role("button", name="Remove…").click()
    page.get_by_role("button", name="Remove it").click()
    expect(page.get_by_role("status")).to_contain_text("Removed: added/zanzibar.md")


def test_the_benchmark_compares_cites_keeps_and_hands_out(open_room: Open, tmp_path: Path) -> None:
    page = open_room("benchmark", "zh-CN")
    page.get_by_label("海外营销团队人数").fill("3")
    choose(page, "主要的海外营销方式", "海外代理")
    page.get_by_role("button", name="对照调查").click()
    expect(page.locator(".ch-fill[data-yours]")).to_have_count(2)
    expect(page.locator("blockquote").first).to_contain_text("有60%左右的企业")
    page.get_by_role("button", name="保存报告").click()
    expect(page.get_by_role("status")).to_contain_text("已存入 home")
    with page.expect_download() as download:
        page.get_by_role("button", name="下载 Markdown").click()
    text = Path(download.value.path()).read_text(encoding="utf-8")
    assert "海外营销团队有3人" in text
    assert "[^1]: “" in text
    assert "有60%左右的企业海外营销团队人数少于5人" in text


@pytest.mark.parametrize("locale", ["zh-CN", "en-US"])
@pytest.mark.parametrize("room", ["benchmark", "library", "evaluations"])
def test_a_phone_shows_each_page_without_scrolling_sideways(
    open_room: Open, room: str, locale: str
) -> None:
    page = open_room(room, locale, 390)
    expect(page.get_by_test_id("stMain").locator("h1")).to_be_visible()
    expect(page.get_by_role("tab").or_(page.get_by_role("spinbutton")).first).to_be_visible()
    assert not sideways(page)


def test_tabs_and_details_answer_to_the_keyboard(open_room: Open) -> None:
    page = open_room("evaluations", "en-US")
    page.get_by_role("tab", name="Metrics").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page.get_by_label("By which metric")).to_be_visible()


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("room", ["benchmark", "library", "evaluations"])
def test_axe_finds_nothing_serious(open_room: Open, room: str, dark: bool) -> None:
    page = open_room(room, "en-US", dark=dark)
    expect(page.get_by_role("tab").or_(page.get_by_role("spinbutton")).first).to_be_visible()
    if room == "benchmark":
        page.get_by_label("People in the overseas").fill("3")
        choose(page, "Strategic goals in overseas markets", "raising brand awareness")
        page.get_by_role("button", name="Compare with").click()
        expect(page.get_by_role("button", name="Save the report")).to_be_visible()
    if room == "library":
        page.get_by_role("tab", name="Search").click()
        field = page.get_by_label("Search all passages")
        field.fill("trade shows")
        field.press("Enter")
        expect(page.locator("article").first).to_be_visible()
    assert violations(page) == []
