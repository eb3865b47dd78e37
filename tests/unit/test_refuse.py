"""What decides a refusal, on measures alone."""

from dataclasses import replace

import pytest

from chuhai.answering.evidence import Evidence
from chuhai.answering.refuse import Calibration, missing_words
from chuhai.retrieval.query import Want

MEASURES = Evidence(
    dense=0.6,
    known=1.0,
    unknown=0.0,
    names=0.0,
    unmet=0.1,
    missed=0.2,
    otherwise=0.0,
    nowhere=0.0,
    answered=0.8,
    open=0.3,
    reading=3.0,
    listed=True,
)


def test_what_the_documents_answer_is_answered() -> None:
    assert Calibration().refuses(MEASURES) is None


def test_a_fact_that_nothing_answers_is_not_covered() -> None:
    near_miss = replace(MEASURES, reading=-4.0, answered=0.3, open=0.8)
    assert Calibration().refuses(near_miss) == "not_covered"


@pytest.mark.parametrize(
    ("reading", "refused"), [(-3.0, "not_covered"), (1.0, "not_covered"), (2.0, None)]
)
def test_an_unknown_name_refuses_unless_a_sentence_reads_as_the_answer(
    reading: float, refused: str | None
) -> None:
    assert Calibration().refuses(replace(MEASURES, names=1.0, reading=reading)) == refused


def test_another_subject_is_out_of_scope_however_it_reads() -> None:
    other = replace(MEASURES, dense=0.02, known=0.0, unknown=0.9, unmet=1.0)
    assert Calibration().refuses(other) == "out_of_scope"


def test_what_is_missing_is_named_as_the_question_has_it() -> None:
    def want(term: str) -> Want:
        return Want(term, (frozenset({term}),))

    wants = [want("byd"), want("buse"), want("europ")]
    question = "What does it say about BYD's buses in Europe?"
    missing = missing_words(question, wants, lambda term: term == "europ")
    assert missing == ("BYD", "buses")
