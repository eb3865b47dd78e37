"""What the page offers to ask is answered, in both languages."""

import pytest

from chuhai.answering.suggest import read_questions, read_roles
from chuhai.domain import Lang
from chuhai.settings import from_environment, shipped
from chuhai.wiring import Advisor, Workshop

QUESTIONS = read_questions(shipped("corpus/questions.toml"))
ROLES = read_roles(shipped("corpus/questions.toml"))
OF_ROLES = [
    (lang, question)
    for lang, roles in ROLES.items()
    for listed in roles.values()
    for question in listed
]


@pytest.fixture(scope="module")
def advisor(tmp_path_factory: pytest.TempPathFactory) -> Advisor:
    workshop = Workshop(from_environment({}, home=tmp_path_factory.mktemp("home")))
    return workshop.advisor(workshop.open_or_build())


@pytest.mark.parametrize(
    ("lang", "question"),
    sorted({*OF_ROLES, *((lang, q) for lang, listed in QUESTIONS.items() for q in listed)}),
)
def test_every_offered_question_is_answered(advisor: Advisor, lang: Lang, question: str) -> None:
    answer = advisor.ask([question])
    assert answer.lang == lang
    assert answer.citations, answer.text
    assert set(answer.follow_ups) <= set(QUESTIONS[lang]) - {question}


def test_there_are_four_starters_in_each_language(advisor: Advisor) -> None:
    assert {lang: len(listed) for lang, listed in advisor.starters.items()} == {"zh": 4, "en": 4}


def test_each_role_begins_with_four_questions_in_its_language(advisor: Advisor) -> None:
    assert advisor.roles == ROLES
    for lang in ("zh", "en"):
        assert list(ROLES[lang]) == ["marketer", "consultant", "evaluator"]
        assert {len(listed) for listed in ROLES[lang].values()} == {4}
