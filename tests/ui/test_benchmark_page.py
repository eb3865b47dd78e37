"""The benchmark without a browser: what is asked, compared, advised, kept and handed out."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest
from tests.rooms import benchmark, shown

from chuhai.reports import kept
from chuhai.settings import from_environment
from chuhai.wiring import Workshop
from pages.words import word

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
    monkeypatch.delenv("CHUHAI_CHAT_MODEL", raising=False)
    yield benchmark()
    st.cache_resource.clear()


def send(page: AppTest) -> AppTest:
    (button,) = [
        b
        for b in page.button
        if b.label in (word("benchmark.compare", "zh"), word("benchmark.compare", "en"))
    ]
    button.click().run()
    assert not page.exception
    return page


def test_the_reader_stands_beside_the_survey_with_the_sentence_that_says_so(page: AppTest) -> None:
    page.run().number_input(key="benchmark-team").set_value(3)
    send(page)
    assert "约60%" in shown(page)
    assert 'data-yours style="width:60.0%"' in shown(page)
    assert "有60%左右的企业海外营销团队人数少于5人" in shown(page)
    assert "./?passage=05-resources.zh.md%23" in shown(page)
    assert word("benchmark.you", "zh") in shown(page)


def test_advice_comes_from_the_documents_with_its_sources(page: AppTest) -> None:
    page.run().multiselect(key="benchmark-channels").set_value(["method-agents"])
    send(page)
    assert "依靠海外代理推广品牌有什么不足？" in shown(page)
    assert "代理渠道缺乏经营品牌的动力（57%)" in shown(page)


def test_what_has_no_share_is_quoted_and_said_to_have_none(page: AppTest) -> None:
    page.query_params["lang"] = "en"
    page.run().number_input(key="benchmark-digital-share").set_value(20)
    page.multiselect(key="benchmark-channels").set_value(["third-party trade shows"])
    send(page)
    assert word("benchmark.unshared", "en") in shown(page)
    assert "no share was printed: third-party trade shows" in shown(page)
    assert "has only one person in charge of marketing" in shown(page)


def test_an_empty_form_is_told_so(page: AppTest) -> None:
    send(page.run())
    assert word("benchmark.empty", "zh") in shown(page)


def test_a_report_is_kept_in_home_and_deleted(page: AppTest, home: Path) -> None:
    page.run().number_input(key="benchmark-team").set_value(3)
    send(page)
    page.button(key="benchmark-save").click().run()
    assert not page.exception
    (report,) = kept(home / "reports")
    compared, *advice = report.answers
    assert "海外营销团队有3人" in compared.question
    assert advice
    assert [d.label for d in page.download_button] == ["下载 Markdown", "下载 Word"]
    page.button(key="benchmark-delete").click().run()
    assert kept(home / "reports") == []
    assert word("benchmark.reports_none", "zh") in shown(page)


def test_documents_of_ones_own_have_no_figures(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "a.md").write_text("# A\n\nOne sentence.\n", encoding="utf-8")
    home = tmp_path / "home"
    Workshop(from_environment({}, home)).build(tmp_path / "docs")
    monkeypatch.setenv("CHUHAI_HOME", str(home))
    page = benchmark().run()
    assert not page.exception
    assert word("benchmark.none", "zh") in shown(page)
    assert not page.number_input
    st.cache_resource.clear()
