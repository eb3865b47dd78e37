"""The chat page without a browser: what it shows, asks and remembers."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from chuhai.domain import Citation, Passage
from pages import panel, sources
from pages.conversation import MOST_CHARACTERS
from pages.strings import text

PAGE = str(Path(__file__).resolve().parents[2] / "app" / "chat.py")
DRAWBACKS = "展会有什么缺点？"
# AppTest leaves its temporary folder to the garbage collector.
pytestmark = pytest.mark.filterwarnings("ignore:Implicitly cleaning up:ResourceWarning")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture
def page(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[AppTest]:
    monkeypatch.setenv("CHUHAI_HOME", str(home))
    monkeypatch.delenv("CHUHAI_CHAT_MODEL", raising=False)
    yield AppTest.from_file(PAGE, default_timeout=60)
    st.cache_resource.clear()


def shown(page: AppTest) -> str:
    """Everything that is drawn as HTML, and what is said above answers."""
    html = [element.proto.body for element in page.get("html")]
    components = _components(page)
    above = [line for values in components for line in values.get("lines", ())]
    notices = [str(values["notice"]) for values in components if values.get("notice")]
    return "\n".join(html + above + notices)


def panels(page: AppTest) -> list[dict[str, Any]]:
    """What the answers on the page are drawn from."""
    return [values for values in _components(page) if "kind" in values]


def _components(page: AppTest) -> list[dict[str, Any]]:
    return [json.loads(c.proto.bytes or c.proto.json) for c in page.get("bidi_component")]


def labels(page: AppTest, kind: str) -> list[str]:
    return [b.label for b in page.button if b.key and kind in b.key]


def ask(page: AppTest, question: str) -> AppTest:
    page.chat_input[0].set_value(question).run()
    assert not page.exception
    return page


def test_an_empty_page_offers_four_questions_in_the_language_of_the_page(page: AppTest) -> None:
    page.run()
    assert not page.exception
    assert len(labels(page, "starter")) == 4
    assert DRAWBACKS in labels(page, "starter")


def test_a_starter_is_answered_with_its_sources(page: AppTest) -> None:
    page.run().button(key="starter-0").click().run()
    assert not page.exception
    assert DRAWBACKS in shown(page)
    (drawn,) = panels(page)
    assert drawn["kind"] == "answer"
    markers = [part for b in drawn["blocks"] for part in b["parts"] if isinstance(part, int)]
    assert sorted(set(markers)) == [source["n"] for source in drawn["sources"]]
    for source in drawn["sources"]:
        assert source["title"]
        assert all(face["quote"] for face in source["faces"])
        assert not source["note"]
    assert labels(page, "starter") == []


def test_a_follow_up_question_is_a_button_and_is_answered(page: AppTest) -> None:
    ask(page.run(), DRAWBACKS)
    first = labels(page, "next")[0]
    page.button(key="turn-0-next-0").click().run()
    assert first in shown(page)
    assert page.session_state.turns[0].question == DRAWBACKS
    assert len(panels(page)) == 2


def test_a_refusal_is_a_card_of_its_own_with_questions_to_ask(page: AppTest) -> None:
    ask(page.run(), "How do I bake sourdough bread at home?")
    (drawn,) = panels(page)
    assert drawn["kind"] == "refusal"
    assert labels(page, "next")


def test_a_question_without_a_word_is_refused_in_the_language_of_the_page(page: AppTest) -> None:
    ask(page.run(), "😀😀")
    (drawn,) = panels(page)
    assert (drawn["kind"], drawn["title"]) == ("refusal", text("refused.empty", "zh"))
    assert "没有读到问题" in drawn["blocks"][0]["parts"][0]


def test_a_question_that_is_too_long_gets_a_card_and_no_answer(page: AppTest) -> None:
    ask(page.run(), "长" * (MOST_CHARACTERS + 1))
    assert text("too_long", "zh") in shown(page)
    assert panels(page) == []


def test_the_interface_changes_its_language_and_keeps_the_conversation(page: AppTest) -> None:
    ask(page.run(), DRAWBACKS)
    page.button(key="language").click().run()
    assert page.button(key="new").label == text("new", "en")
    assert len(panels(page)) == 1


def test_the_address_can_name_the_language(page: AppTest) -> None:
    page.query_params["lang"] = "en"
    page.run()
    assert "What are the drawbacks of trade shows?" in labels(page, "starter")


def test_a_new_conversation_forgets_the_old_one(page: AppTest) -> None:
    ask(page.run(), DRAWBACKS)
    page.button(key="new").click().run()
    assert panels(page) == []
    assert len(labels(page, "starter")) == 4


def test_a_link_to_a_passage_that_is_gone_says_so(page: AppTest) -> None:
    page.query_params["passage"] = "gone.zh.md#b1p1"
    page.run()
    assert not page.exception
    assert text("gone", "zh") in shown(page)


def test_a_misspelt_setting_is_a_card_with_the_mend(
    page: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHUHAI_CHAT_MODLE", "x")
    page.run()
    assert not page.exception
    assert "CHUHAI_CHAT_MODEL" in shown(page)


def test_a_damaged_index_is_a_card_with_the_mend(
    page: AppTest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "index").mkdir()
    (tmp_path / "index" / "manifest.json").write_text("{", encoding="utf-8")
    monkeypatch.setenv("CHUHAI_HOME", str(tmp_path))
    page.run()
    assert not page.exception
    assert "chuhai index build" in shown(page)


def test_a_fault_that_nobody_foresaw_is_a_card_too(
    page: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("boom")

    monkeypatch.setattr("pages.ask.load", broken)
    page.run()
    assert not page.exception
    assert text("error.unknown", "zh").split("`")[0] in shown(page)


@pytest.mark.parametrize(
    "hostile",
    [":red[x]", ":material/home:", ":smile:", "https://a.example", "www.a.example", "a@b.example"],
)
def test_no_label_holds_what_streamlit_would_act_on(hostile: str) -> None:
    label = panel.inert(hostile)
    assert hostile not in label
    assert label.replace("\\", "").replace("\u2060", "") == hostile


def test_streamed_text_is_escaped() -> None:
    assert "<img" not in panel.as_html("<img src=x onerror=alert(1)> [1]")


def test_a_passage_that_changed_since_shows_only_the_sentence_cited() -> None:
    passage = Passage("p", "new", "d.md", "T", "zh", 0, 6, "甲乙。丙丁。", ())
    cited = Citation(1, "p", "old", "d.md", "T", (), None, 0, 3, "甲乙。", None, "verbatim")
    card = sources.cited(cited, passage, "zh")
    (face,) = card["faces"]
    assert (face["before"], face["quote"], face["after"]) == ("", "甲乙。", "")
    assert card["note"] == text("changed", "zh")


def test_the_questions_to_begin_with_follow_the_role(page: AppTest) -> None:
    page.query_params["lang"] = "en"
    page.run()
    page.segmented_control(key="role").set_value("evaluator").run()
    assert "How satisfied are firms with trade show results?" in labels(page, "starter")


def test_an_answer_is_kept_under_an_address_that_opens_it_again(page: AppTest, home: Path) -> None:
    ask(page.run(), DRAWBACKS)
    chat = page.session_state.chat
    assert page.query_params["chat"] in (chat, [chat])
    again = AppTest.from_file(PAGE, default_timeout=60)
    again.query_params["chat"] = chat
    again.run()
    assert not again.exception
    (drawn,) = panels(again)
    assert drawn["blocks"] == panels(page)[0]["blocks"]
    assert again.session_state.turns[0].n == 1


def test_an_address_of_no_conversation_says_so(page: AppTest) -> None:
    page.query_params["chat"] = "0000000000000000"
    page.run()
    assert not page.exception
    assert text("chats.gone", "zh") in shown(page)
    assert len(labels(page, "starter")) == 4


def test_an_edited_question_takes_the_place_of_its_turn_and_of_what_followed(
    page: AppTest,
) -> None:
    ask(page.run(), DRAWBACKS)
    ask(page, "海外代理有哪些不足？")
    page.session_state["editing"] = 0
    page.run()
    page.text_area(key="edited-0").set_value("海外营销团队一般有多少人？")
    page.button(key="edit-ask").click().run()
    assert not page.exception
    assert [turn.question for turn in page.session_state.turns] == ["海外营销团队一般有多少人？"]
    assert [turn.n for turn in page.session_state.turns] == [1]


def test_conversations_that_cannot_be_written_are_said_and_the_answer_stands(
    page: AppTest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHUHAI_HOME", str(tmp_path))
    (tmp_path / "chats.sqlite3").write_bytes(b"no database at all, but long enough to be read" * 40)
    ask(page.run(), DRAWBACKS)
    assert panels(page)[0]["actions"] == ["edit", "again"]
    assert "chats.sqlite3" in shown(page)


def test_a_long_conversation_shows_its_latest_turns_and_the_earlier_ones_when_asked(
    page: AppTest,
) -> None:
    page.run()
    for number in range(12):
        ask(page, f"海外代理有哪些不足？{'？' * number}")
    assert len(panels(page)) == 10
    page.button(key="show-earlier").click().run()
    assert len(panels(page)) == 12
    page.button(key="new").click().run()
    assert panels(page) == []
