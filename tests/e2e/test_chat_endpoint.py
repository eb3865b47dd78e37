"""The real LangChain client against an OpenAI-compatible endpoint on this machine."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.endpoint import Endpoint, running

from chuhai.domain import Answer
from chuhai.index.opened import Index
from chuhai.settings import from_environment
from chuhai.wiring import Workshop

QUESTION = "展会有什么缺点？"
KEY = "sk-never-shown"


@pytest.fixture(scope="module")
def endpoint() -> Iterator[Endpoint]:
    with running() as server:
        yield server


@pytest.fixture(scope="module")
def workshop(endpoint: Endpoint, tmp_path_factory: pytest.TempPathFactory) -> Workshop:
    home: Path = tmp_path_factory.mktemp("home")
    environ = {
        "CHUHAI_CHAT_MODEL": "some-model",
        "CHUHAI_CHAT_BASE_URL": endpoint.url,
        "CHUHAI_CHAT_API_KEY": KEY,
        "CHUHAI_CHAT_TIMEOUT_S": "1",
    }
    return Workshop(from_environment(environ, home=home))


@pytest.fixture(scope="module")
def index(workshop: Workshop) -> Iterator[Index]:
    index = workshop.open_or_build()
    yield index
    index.close()


def ask(workshop: Workshop, index: Index, endpoint: Endpoint, mode: str) -> Answer:
    endpoint.mode = mode
    return workshop.advisor(index).ask([QUESTION])


def test_a_model_that_cites_writes_the_answer(
    workshop: Workshop, index: Index, endpoint: Endpoint
) -> None:
    answer = ask(workshop, index, endpoint, "good")
    assert answer.degraded is None
    assert answer.answerer == "openai:some-model"
    assert "66%" in answer.text
    assert [citation.support for citation in answer.citations] == ["verbatim"]
    assert "66%" in answer.citations[0].quote


@pytest.mark.parametrize("mode", ["429", "500", "nonsense", "cut", "slow"])
def test_an_endpoint_that_fails_leaves_the_documents_own_sentences(
    workshop: Workshop, index: Index, endpoint: Endpoint, mode: str
) -> None:
    answer = ask(workshop, index, endpoint, mode)
    assert answer.degraded
    assert "66%" in answer.text
    assert KEY not in str(answer)


def test_a_figure_that_no_cited_sentence_has_never_reaches_the_reader(
    workshop: Workshop, index: Index, endpoint: Endpoint
) -> None:
    assert "99%" not in ask(workshop, index, endpoint, "lies").text


def test_the_prompt_holds_the_passages_and_the_question(
    workshop: Workshop, index: Index, endpoint: Endpoint
) -> None:
    endpoint.prompts.clear()
    ask(workshop, index, endpoint, "good")
    assert QUESTION in endpoint.prompts[0]
    assert "<passage>" in endpoint.prompts[0]
    assert KEY not in endpoint.prompts[0]
