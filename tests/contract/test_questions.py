"""What the page offers to ask is answered, in both languages."""

import pytest

from chuhai.answering.suggest import read_questions
from chuhai.domain import Lang
from chuhai.settings import from_environment, shipped
from chuhai.wiring import Advisor, Workshop

QUESTIONS = read_questions(shipped("corpus/questions.toml"))


@pytest.fixture(scope="module")
def advisor(tmp_path_factory: pytest.TempPathFactory) -> Advisor:
    workshop = Workshop(from_environment({}, home=tmp_path_factory.mktemp("home")))
    return workshop.advisor(workshop.open_or_build())


@pytest.mark.parametrize(
    ("lang", "question"), [(lang, q) for lang, listed in QUESTIONS.items() for q in listed]
)
def test_every_offered_question_is_answered(advisor: Advisor, lang: Lang, question: str) -> None:
    answer = advisor.ask([question])
    assert answer.lang == lang
    assert answer.citations, answer.text
    assert set(answer.follow_ups) <= set(QUESTIONS[lang]) - {question}


def test_there_are_four_starters_in_each_language(advisor: Advisor) -> None:
    assert {lang: len(listed) for lang, listed in advisor.starters.items()} == {"zh": 4, "en": 4}
