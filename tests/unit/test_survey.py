"""The survey: its questions come from the figures, and a reader stands where the numbers say."""

from pathlib import Path

import pytest

from chuhai.benchmarking import stand, told
from chuhai.corpus.figures import read_figures
from chuhai.corpus.survey import Survey, read_survey
from chuhai.errors import SettingsError
from chuhai.index.opened import Index
from chuhai.settings import shipped

FIGURES = read_figures(shipped("corpus/figures.toml")).figures


@pytest.fixture(scope="module")
def survey() -> Survey:
    return read_survey(shipped("corpus/benchmark.toml"), FIGURES)


def holding(survey: Survey, name: str, given: object) -> set[str]:
    (question,) = [q for q in survey.questions if q.name == name]
    return {o.name for o in question.options if o.holds(given)}  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("people", "alike"),
    [
        (0, {"small-marketing-team-share", "no-dedicated-staff-share"}),
        (4, {"small-marketing-team-share"}),
        (5, set()),
    ],
)
def test_a_team_is_small_below_the_number_that_the_figures_state(
    survey: Survey, people: int, alike: set[str]
) -> None:
    assert holding(survey, "team", people) == alike


@pytest.mark.parametrize(("years", "alike"), [(1, 0), (2, 1), (5, 1), (6, 2)])
def test_years_abroad_are_measured_by_the_stated_bounds(
    survey: Survey, years: int, alike: int
) -> None:
    assert len(holding(survey, "years", years)) == alike


def test_options_of_a_group_are_the_figures_of_the_group(survey: Survey) -> None:
    (question,) = [q for q in survey.questions if q.name == "factors"]
    assert {o.name for o in question.options} == {
        f.id for f in FIGURES if f.group == "channel-factors"
    }


def test_every_question_is_worded_in_both_languages(survey: Survey) -> None:
    for question in survey.questions:
        for words in (question.ask, *(o.label for o in question.options)):
            assert words["zh"]
            assert words["en"] != words["zh"]


def test_every_place_that_the_survey_names_is_in_the_documents(
    survey: Survey, whitepaper: Index
) -> None:
    places = [o.place for q in survey.questions for o in q.options if o.place]
    places += [place for q in survey.questions for place in q.said]
    for place in places:
        document = whitepaper.catalogue.document(place.document)
        assert document is not None
        assert place.find(document), place


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_each_line_of_the_comparison_cites_the_sentence_that_states_it(
    survey: Survey, whitepaper: Index, lang: str
) -> None:
    given = {"team": 3, "channels": ["method-agents"], "digital-share": 20, "years": None}
    standings = stand(whitepaper.catalogue, survey, given)  # type: ignore[arg-type]
    assert [s.question.name for s in standings] == ["team", "channels", "digital-share"]
    answer = told(standings, "x", "zh" if lang == "zh" else "en")
    assert all(f"[{c.n}]" in answer.text for c in answer.citations)
    for citation in answer.citations:
        document = whitepaper.catalogue.document(citation.document)
        assert document is not None
        assert citation.quote == document.text[citation.start : citation.end]
        passage = whitepaper.catalogue.passages([citation.passage_id])[citation.passage_id]
        assert passage.start <= citation.start < citation.end <= passage.end
    (line,) = [x for x in answer.text.splitlines() if ("34%" in x)]
    n = int(line[line.rindex("[") + 1 : -1])
    assert "34%" in next(c.quote for c in answer.citations if c.n == n)


def test_advice_is_asked_for_what_was_answered_each_once(survey: Survey) -> None:
    assert survey.asked({}, "zh", 4) == []
    both = survey.asked({"measures": ["value of deals"], "goal": "marketing-goal-revenue"}, "zh", 4)
    assert both == ["怎样平衡长期品牌目标和短期利益？"]
    assert survey.asked({"team": 50}, "zh", 4) == []
    assert (
        len(survey.asked({"team": 2, "channels": ["method-agents"], "factors": ["x"]}, "en", 2))
        == 2
    )


def test_without_figures_there_is_no_survey(tmp_path: Path) -> None:
    assert read_survey(shipped("corpus/benchmark.toml"), ()).questions == ()
    assert read_survey(tmp_path / "none.toml", FIGURES).questions == ()


@pytest.mark.parametrize(
    "broken",
    [
        'option = [{ figure = "no-such" }]',
        'group = "no-such"',
        'option = [{ figure = "anker-founded" }]',
    ],
)
def test_a_question_that_names_what_is_not_there_is_refused_by_name(
    tmp_path: Path, broken: str
) -> None:
    path = tmp_path / "benchmark.toml"
    path.write_text(
        f'advice = []\n[[question]]\nid = "mine"\npart = "firm"\nkind = "many"\n'
        f'ask = {{ zh = "甲", en = "A" }}\n{broken}\n',
        encoding="utf-8",
    )
    with pytest.raises(SettingsError, match="mine"):
        read_survey(path, FIGURES)
