"""The library without a browser: what it shows, finds, takes in and takes out."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest
from tests.rooms import library, shown

from chuhai.settings import from_environment
from chuhai.wiring import Workshop
from pages.words import word

HOSTILE = (
    "# Fairs <script>window.struck=1</script>\n\nBooths <img src=x onerror=alert(1)> cost 900.\n"
)
# AppTest leaves its temporary folder to the garbage collector.
pytestmark = pytest.mark.filterwarnings("ignore:Implicitly cleaning up:ResourceWarning")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("home")
    Workshop(from_environment({}, home)).build()
    return home


@pytest.fixture
def page(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[AppTest]:
    monkeypatch.setenv("CHUHAI_HOME", str(home))
    yield library()
    st.cache_resource.clear()


def calm(page: AppTest) -> AppTest:
    assert not page.exception
    return page


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_work_is_listed_with_its_editions_and_no_plain_words(
    page: AppTest, lang: str
) -> None:
    page.query_params["lang"] = lang
    calm(page.run())
    assert len(page.selectbox(key="library-document").options) == 12
    assert "03-trust.zh.md" in shown(page)
    assert "plain.md" not in shown(page)
    both = {"zh": "中文 + 英文", "en": "Chinese + English"}[lang]
    assert shown(page).count(both) == 12


def test_a_document_is_shown_with_roles_passages_and_what_its_figures_measure(
    page: AppTest,
) -> None:
    page.query_params["document"] = "06-traditional-marketing.zh.md"
    calm(page.run())
    assert '<span class="ch-figure">展会的参展费用高（66%）</span>' in shown(page)
    assert "<b>66%</b>：参展费用高（对境外展会的顾虑；受访的中国企业）" in shown(page)
    assert 'data-role="finding">发现<' in shown(page)
    assert "./?passage=06-traditional-marketing.zh.md%23b19p1" in shown(page)


def test_the_english_edition_tells_the_figures_of_the_original(page: AppTest) -> None:
    page.query_params["lang"] = "en"
    page.query_params["document"] = "06-traditional-marketing.zh.md"
    calm(page.run())
    assert "<b>66%</b>: high cost of taking part (concerns about overseas" in shown(page)
    assert "./?passage=06-traditional-marketing.zh.md%23b19p1" in shown(page)


def test_search_finds_passages_and_says_what_each_signal_gave(page: AppTest) -> None:
    page.run()
    calm(page.text_input(key="library-q").set_value("参展费用").run())
    assert word("library.hits", "zh", n=10) in shown(page)
    assert "词语（BM25） " in shown(page)


def test_the_index_says_how_it_was_made(page: AppTest) -> None:
    calm(page.run())
    manifest = Workshop(from_environment()).manifest()
    assert manifest.build in shown(page)
    assert manifest.encoder in shown(page)
    assert f"{manifest.passages} 个段落" in shown(page)


def test_files_come_in_are_found_by_every_session_and_go_out(page: AppTest, home: Path) -> None:
    other = calm(library().run())
    calm(page.run())
    files = [
        ("booths.md", HOSTILE.encode(), "text/markdown"),
        ("empty.txt", b"", "text/plain"),
    ]
    page.file_uploader[0].set_value(files)
    calm(page.button[1].click().run())
    assert "added/booths.md（1 个段落）" in shown(page)
    assert word("library.left_out", "zh") in shown(page)
    assert (home / "documents" / "booths.md").is_file()
    calm(other.run())
    assert "added/booths.md" in other.selectbox(key="library-document").options[0]
    other.selectbox(key="library-document").set_value("added/booths.md").run()
    assert "&lt;script&gt;" in shown(other)
    assert "<script" not in shown(other)
    assert "<img" not in shown(other)
    calm(page.button(key="library-remove").click().run())
    assert "已移走：added/booths.md" in shown(page)
    assert not (home / "documents").exists()
    calm(other.run())
    assert "added/booths.md" not in shown(other)


def test_a_file_that_cannot_be_read_changes_nothing_and_says_why(page: AppTest, home: Path) -> None:
    build = Workshop(from_environment()).manifest().build
    page.run().file_uploader[0].set_value([("broken.pdf", b"no pdf at all", "application/pdf")])
    calm(page.button[1].click().run())
    assert word("frame.error", "zh") in shown(page)
    assert "broken.pdf" in shown(page)
    assert Workshop(from_environment()).manifest().build == build


def test_an_index_of_another_folder_says_that_nothing_can_be_added_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "a.md").write_text("# A\n\nOne sentence.\n", encoding="utf-8")
    home = tmp_path / "home"
    Workshop(from_environment({}, home)).build(tmp_path / "docs")
    monkeypatch.setenv("CHUHAI_HOME", str(home))
    page = calm(library().run())
    assert "chuhai index build" in shown(page)
    assert not page.get("file_uploader")
    st.cache_resource.clear()


def test_a_damaged_index_is_a_card_with_the_mend(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "index").mkdir()
    (tmp_path / "index" / "manifest.json").write_text("{", encoding="utf-8")
    monkeypatch.setenv("CHUHAI_HOME", str(tmp_path))
    page = calm(library().run())
    assert "chuhai index build" in shown(page)
