"""What a reader sees and presses on the Ask page, in a real Chromium."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.browser import ask, serving, violations
from tests.endpoint import running

from chuhai.settings import from_environment
from chuhai.wiring import Workshop

ASKED = {"zh-CN": "展会有什么缺点？", "en-US": "What are the drawbacks of trade shows?"}
PLANTED = {"zh-CN": "参展费用高（66%）", "en-US": "trade shows is high (66%)"}
SATISFIED = "How satisfied are firms with trade show results?"


@pytest.mark.parametrize(("locale", "width"), [("zh-CN", 1280), ("en-US", 1280), ("zh-CN", 390)])
def test_a_marker_shows_its_sentence_and_opens_it_in_its_passage(
    address: str, open_page: Callable[..., Page], locale: str, width: int
) -> None:
    page = open_page(address, locale, width)
    ask(page, ASKED[locale])
    claim = page.locator(".body :is(p, li)").filter(has_text=PLANTED[locale])
    marker, hint, drawer = (
        claim.locator(".marker").first,
        page.locator(".hint"),
        page.locator(".drawer"),
    )
    # Pointed at, and left again.
    marker.hover()
    expect(hint).to_be_visible()
    expect(hint).to_contain_text(PLANTED[locale])
    page.mouse.move(2, 2)
    expect(hint).to_be_hidden()
    # By keyboard alone.
    page.get_by_test_id("stChatInputTextArea").focus()
    marker.evaluate("node => node.focus({ focusVisible: true })")
    expect(hint).to_contain_text(PLANTED[locale])
    page.keyboard.press("Enter")
    expect(drawer).to_be_visible()
    expect(hint).to_be_hidden()
    expect(drawer.locator("mark")).to_have_count(2)
    expect(drawer.locator("mark").first).to_contain_text(PLANTED[locale])
    expect(drawer.locator("mark").first).to_be_in_viewport()
    expect(drawer.locator(".top .place")).to_contain_text("第" if locale == "zh-CN" else "block")
    boxes = [face.bounding_box() for face in drawer.locator(".face").all()]
    assert all(boxes)
    first, second = [box for box in boxes if box]
    assert (first["x"] < second["x"]) == (width > 600)  # beside each other, or below
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.keyboard.press("Escape")
    expect(drawer).to_be_hidden()
    assert marker.evaluate("node => node.getRootNode().activeElement === node")


def test_every_claim_has_its_badge_and_comparable_figures_are_a_chart(
    address: str, open_page: Callable[..., Page]
) -> None:
    page = open_page(address, "en-US")
    ask(page, SATISFIED)
    claims = page.locator(".body :is(p, li)")
    assert claims.count() > 1
    for claim in claims.all():
        expect(claim.locator(".badge")).to_have_text("Verbatim")
    chart = page.locator(".chart")
    rows = chart.get_by_role("row")
    expect(rows).to_have_count(4)  # a head and three shares, as a table for whoever sees no bars
    expect(rows.nth(1)).to_contain_text("47%")
    widths = [bar.evaluate("bar => bar.style.width") for bar in chart.locator(".bar").all()]
    assert widths == ["47%", "30%", "22%"]
    chart.locator(".marker").first.click()
    expect(page.locator(".drawer mark").first).to_contain_text("47%")


def test_an_answer_is_copied_with_and_without_its_sources(
    address: str, open_page: Callable[..., Page]
) -> None:
    page = open_page(address, "zh-CN", permissions=["clipboard-read", "clipboard-write"])
    ask(page, ASKED["zh-CN"])
    page.get_by_role("button", name="复制", exact=True).first.click()
    expect(page.locator(".said")).to_have_text("已复制")
    bare = page.evaluate("navigator.clipboard.readText()")
    assert "66%" in bare
    assert "[1]" not in bare
    page.get_by_role("button", name="带出处复制").click()
    page.wait_for_function("navigator.clipboard.readText().then(t => t.includes('[1]'))")
    cited = page.evaluate("navigator.clipboard.readText()")
    assert re.search(r"\[\d\] “.*66%.*” — .*06-traditional-marketing\.zh\.md", cited), cited


def test_a_conversation_is_kept_named_found_and_deleted(
    address: str, open_page: Callable[..., Page]
) -> None:
    page = open_page(address, "en-US")
    ask(page, "Where do overseas agents fall short?")
    expect(page).to_have_url(re.compile("chat="))
    saved = page.url
    page.reload()
    expect(page.locator(".panel .body")).to_contain_text("57%")
    side = page.get_by_test_id("stSidebar")
    side.get_by_role("button", name="Rename or delete “Where do overseas").click()
    name = page.get_by_role("dialog").get_by_label("Name")
    name.fill("Agents :red[!]")
    name.press("Tab")
    page.get_by_role("button", name="Save name").click()
    expect(side.get_by_role("button", name=re.compile(r"^Agents :.?red\[!\]"))).to_be_visible()
    search = side.get_by_label("Search conversations")
    search.fill("nothing holds this")
    search.press("Enter")
    expect(side).to_contain_text("No conversation holds")
    search.fill("agents motivation")
    search.press("Enter")
    named = side.get_by_role("button", name=re.compile(r"^Agents"))
    expect(named).to_be_visible()
    page.get_by_test_id("stMainBlockContainer").get_by_role(
        "button", name="New conversation"
    ).click()
    expect(page.locator(".panel")).to_have_count(0)
    expect(page).not_to_have_url(re.compile("chat="))
    named.click()
    expect(page.locator(".panel .body")).to_contain_text("57%")
    side.get_by_role("button", name="Rename or delete").first.click()
    page.get_by_role("button", name="Yes, delete").click()
    expect(page.locator(".panel")).to_have_count(0)
    page.goto(saved)
    expect(page.get_by_text("No such conversation")).to_be_visible()


def test_an_answer_is_judged_edited_and_made_again(
    address: str, served_home: Path, open_page: Callable[..., Page]
) -> None:
    page = open_page(address, "en-US")
    ask(page, "Where do overseas agents fall short?")
    page.get_by_role("button", name="Bad answer").click()
    field = page.get_by_label("What is wrong with it?")
    field.fill("no figures <b>")
    field.press("Enter")
    expect(page.locator(".thanks")).to_be_visible()
    drafts = (served_home / "evals" / "drafts.jsonl").read_text(encoding="utf-8").splitlines()
    assert "no figures <b>" in json.loads(drafts[-1])["note"]
    page.get_by_role("button", name="Good answer").click()
    expect(page.get_by_role("button", name="Good answer")).to_have_attribute("aria-pressed", "true")
    assert (served_home / "evals" / "drafts.jsonl").read_text(encoding="utf-8") == ""
    page.reload()
    expect(page.get_by_role("button", name="Good answer")).to_have_attribute("aria-pressed", "true")
    ask(page, "And how large are overseas marketing teams?", 2)
    page.get_by_role("button", name="Edit question").first.click()
    editor = page.get_by_label("Edit the question")
    editor.fill("What are the drawbacks of trade shows?")
    editor.press("Tab")
    page.get_by_role("button", name="Ask again").click()
    expect(page.locator(".panel .actions")).to_have_count(1)
    expect(page.locator(".panel .body")).to_contain_text("66%")
    page.get_by_role("button", name="Answer again").click()
    expect(page.get_by_role("button", name="Good answer")).to_have_attribute(
        "aria-pressed", "false"
    )
    page.reload()
    expect(page.locator(".panel .body")).to_contain_text("66%")
    expect(page.locator(".panel .actions")).to_have_count(1)


def test_a_conversation_is_handed_on_in_every_format(
    address: str, open_page: Callable[..., Page]
) -> None:
    page = open_page(address, "zh-CN")
    ask(page, ASKED["zh-CN"])
    page.get_by_role("button", name="导出").click()
    begins = {"Word": b"PK", "Markdown": b"#", "幻灯片": b"PK", "参考文献": b"", "BibTeX": b"@"}
    for name, start in begins.items():
        with page.expect_download() as waiting:
            page.get_by_role("button", name=re.compile(f"^{name}")).click()
        content = Path(waiting.value.path()).read_bytes()
        assert content.startswith(start)
        assert len(content) > 100
        assert waiting.value.suggested_filename.startswith("展会有什么缺点.")


def test_a_link_opens_its_sentence_and_says_when_the_source_has_changed(
    address: str, open_page: Callable[..., Page]
) -> None:
    page = open_page(address, "zh-CN")
    ask(page, ASKED["zh-CN"])
    page.locator(".marker").first.click()
    quote = page.locator(".drawer mark").first.inner_text()
    with page.context.expect_page() as linked:
        page.locator(".drawer a").click()
    dialog = linked.value.get_by_role("dialog")
    expect(dialog.locator("mark").first).to_have_text(quote)
    linked.value.goto(re.sub("v=[0-9a-f]+", "v=0000", linked.value.url))
    expect(dialog).to_contain_text("有变动")
    expect(dialog.locator("mark")).to_have_count(0)


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 390)])
def test_axe_finds_nothing_serious(
    address: str, open_page: Callable[..., Page], scheme: str, width: int
) -> None:
    page = open_page(address, "en-US", width, color_scheme=scheme)
    page.get_by_role("button", name="Where do overseas agents fall short?").last.wait_for()
    assert violations(page) == []
    ask(page, SATISFIED)
    page.get_by_role("button", name="Bad answer").click()
    page.get_by_label("What is wrong with it?").wait_for()
    page.locator(".marker").first.click()
    page.locator(".drawer mark").first.wait_for()
    assert violations(page) == []
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Edit question").first.click()
    page.get_by_label("Edit the question").wait_for()
    assert violations(page) == []
    background = page.evaluate(
        "getComputedStyle(document.querySelector('[data-testid=stApp]')).backgroundColor"
    )
    assert background == {"light": "rgb(255, 255, 255)", "dark": "rgb(16, 21, 28)"}[scheme]


def test_a_lost_connection_is_said_and_goes_by(
    address: str, open_page: Callable[..., Page]
) -> None:
    page = open_page(address, "zh-CN")
    page.get_by_test_id("stChatInputTextArea").wait_for()
    page.locator(".offline").wait_for(state="attached")
    page.context.set_offline(True)
    expect(page.locator(".offline")).to_be_visible()
    expect(page.locator(".offline")).to_contain_text("连接断开")
    page.context.set_offline(False)
    expect(page.locator(".offline")).to_be_hidden()


def test_an_answer_is_stopped_and_made_again_and_a_dead_endpoint_is_said(
    served_home: Path, open_page: Callable[..., Page]
) -> None:
    model = {"CHUHAI_CHAT_MODEL": "some-model"}
    with (
        running("stalls") as endpoint,
        serving(served_home, CHUHAI_CHAT_BASE_URL=endpoint.url, **model) as address,
    ):
        page = open_page(address, "zh-CN")
        box = page.get_by_test_id("stChatInputTextArea")
        box.fill("展会有什么缺点？")
        box.press("Enter")
        page.get_by_text("66%").wait_for()
        page.get_by_test_id("stChatInputStopButton").click()
        expect(page.get_by_text("回答已停止。")).to_be_visible()
        expect(page.locator(".panel.stopped")).to_contain_text("66%")
        endpoint.mode = "over"
        endpoint.shutdown()
        endpoint.server_close()
        page.get_by_role("button", name="重新回答").click()
        expect(page.get_by_text("聊天模型不可用")).to_be_visible()
        expect(page.locator(".panel .body")).to_contain_text("66%")
        expect(page.get_by_text("由文档原句作答", exact=True)).to_be_visible()


def test_a_stale_index_is_said_and_mended_by_a_button(
    tmp_path: Path, open_page: Callable[..., Page], chromium: Browser
) -> None:
    documents, home = tmp_path / "documents", tmp_path / "home"
    documents.mkdir()
    fairs = documents / "fairs.md"
    fairs.write_text("# Fairs\n\nA booth costs 900 dollars.\n", encoding="utf-8")
    Workshop(from_environment({}, home)).build(documents)
    with serving(home) as address:
        fairs.write_text("# Fairs\n\nA booth costs 950 dollars.\n", encoding="utf-8")
        page = open_page(address, "en-US", 390)
        page.get_by_role("button", name="Update the index now").click()
        expect(page.get_by_text("Documents of your own are indexed")).to_be_visible()
        ask(page, "How much does a booth cost?")
        expect(page.locator(".panel .body")).to_contain_text("950 dollars")
