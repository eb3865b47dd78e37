"""The reader's own figures beside the survey's: widgets and what a session remembers."""

from typing import TYPE_CHECKING, Any

import streamlit as st

from chuhai.domain import Lang
from pages import standing
from pages.frame import begin, done, draw, esc, navigate, opened, told
from pages.panel import card, quiet
from pages.words import word

if TYPE_CHECKING:
    from chuhai.corpus.survey import Given, Question, Survey
    from chuhai.domain import Answer
    from chuhai.reports import Report
    from chuhai.wiring import Advisor, Workshop

_MOST_ASKED = 4
_GIVEN, _ADVICE, _SAVED = "benchmark-given", "benchmark-advice", "benchmark-saved"


def page() -> None:
    """The whole page."""
    lang = begin("benchmark")
    advisor = opened(lang)
    if advisor is None:
        return
    with told(lang):
        _survey(advisor, lang)


def _survey(advisor: "Advisor", lang: Lang) -> None:
    from chuhai.benchmarking import survey_of
    from chuhai.settings import from_environment
    from chuhai.wiring import Workshop

    workshop = Workshop(from_environment())
    survey = survey_of(workshop, advisor.index)
    if not survey.questions:
        card(word("benchmark.none", lang), word("benchmark.none_how", lang))
    else:
        given = _form(survey, lang)
        if given is not None:
            st.session_state[_GIVEN] = given
            st.session_state.pop(_SAVED, None)
            st.session_state[_ADVICE] = _ask(advisor, survey, given, lang)
        if _GIVEN in st.session_state:
            _result(advisor, workshop, survey, lang)
    _reports(advisor, workshop, lang)


def _form(survey: "Survey", lang: Lang) -> "dict[str, Given] | None":
    """What was filled in, once it is sent."""
    given: dict[str, Given] = {}
    with st.form("benchmark", border=False):
        quiet(word("benchmark.form", lang))
        for part in survey.parts:
            st.subheader(word(f"benchmark.{part}", lang), anchor=False)
            columns = st.columns(2)
            asked = [question for question in survey.questions if question.part == part]
            for n, question in enumerate(asked):
                with columns[n % 2]:
                    given[question.name] = _field(question, lang)
        sent = st.form_submit_button(word("benchmark.compare", lang))
    if not sent:
        return None
    if not any(question.answered(given[question.name]) for question in survey.questions):
        done(word("benchmark.empty", lang))
        return None
    return given


def _field(question: "Question", lang: Lang) -> "Given":
    key, label = f"benchmark-{question.name}", question.ask[lang]
    if question.kind in ("number", "share"):
        most = 100 if question.kind == "share" else None
        return st.number_input(label, 0, most, None, key=key)
    names = {option.name: option.label[lang] for option in question.options}
    choose = word("benchmark.choose", lang)
    if question.kind == "one":
        return st.selectbox(
            label, list(names), index=None, format_func=names.__getitem__, key=key,
            placeholder=choose,
        )  # fmt: skip
    return st.multiselect(
        label, list(names), format_func=names.__getitem__, key=key, placeholder=choose
    )


def _ask(
    advisor: "Advisor", survey: "Survey", given: "dict[str, Given]", lang: Lang
) -> "list[Answer]":
    """The advisor's answers to what this reader's case asks for, one after the other."""
    place = st.empty()
    place.html(f'<p role="status">{esc(word("benchmark.working", lang))}</p>')
    answers = [advisor.ask([each], lang) for each in survey.asked(given, lang, _MOST_ASKED)]
    place.empty()
    return [answer for answer in answers if not answer.refused]


def _result(advisor: "Advisor", workshop: "Workshop", survey: "Survey", lang: Lang) -> None:
    from chuhai import benchmarking

    given: dict[str, Any] = st.session_state[_GIVEN]
    advice: list[Answer] = st.session_state[_ADVICE]
    standings = benchmarking.stand(advisor.index.catalogue, survey, given)
    name = survey.facts(given, lang) or word("benchmark.about_report", lang)
    compared = benchmarking.told(standings, name, lang)
    passages = advisor.index.catalogue.passages(standing.named([compared, *advice]))
    st.subheader(word("benchmark.result", lang), anchor=False)
    quiet(word("benchmark.bars", lang))
    for each in standings:
        draw(standing.standing(each, passages, lang), each.question.ask[lang])
    st.subheader(word("benchmark.advice", lang), anchor=False)
    quiet(word("benchmark.advice_note" if advice else "benchmark.no_advice", lang))
    for answer in advice:
        draw(standing.answer(answer, passages, lang), answer.question)
    _save(workshop, [compared, *advice], lang)


def _save(workshop: "Workshop", answers: "list[Answer]", lang: Lang) -> None:
    from chuhai import reports

    if st.button(word("benchmark.save", lang), key="benchmark-save"):
        title = word("benchmark.about_report", lang)
        report = reports.keep(workshop.reports, title, lang, answers)
        st.session_state[_SAVED] = report.date
        st.session_state["benchmark-report"] = report.name
    if _SAVED in st.session_state:
        date = st.session_state[_SAVED][:16].replace("T", " ")
        done(word("benchmark.saved", lang, date=date))


def _reports(advisor: "Advisor", workshop: "Workshop", lang: Lang) -> None:
    from chuhai import reports

    st.subheader(word("benchmark.reports", lang), anchor=False)
    found = {report.name: report for report in reports.kept(workshop.reports)}
    if not found:
        quiet(word("benchmark.reports_none", lang))
        return
    chosen = st.selectbox(
        word("benchmark.report", lang),
        list(found),
        format_func=lambda name: _dated(found[name]),
        key="benchmark-report",
    )
    report = found[chosen]
    with st.container(horizontal=True):
        for form in ("md", "docx"):
            _download(advisor, workshop, report, form, lang)
        if st.button(word("benchmark.delete", lang), key="benchmark-delete"):
            reports.drop(workshop.reports, report)
            st.session_state.pop(_SAVED, None)
            st.rerun()


def _dated(report: "Report") -> str:
    return f"{report.title} · {report.date[:16].replace('T', ' ')}"


def _download(
    advisor: "Advisor", workshop: "Workshop", report: "Report", form: Any, lang: Lang
) -> None:
    from chuhai.export.formats import MEDIA_TYPES, render

    def content() -> bytes:
        library = workshop.library(advisor.index, report.answers)
        return render(form, report.title, report.lang, report.answers, library)

    st.download_button(
        word("benchmark.markdown" if form == "md" else "benchmark.docx", lang),
        content,
        file_name=f"chuhai-{report.name}.{form}",
        mime=MEDIA_TYPES[form],
        on_click="ignore",
        key=f"benchmark-{form}",
    )


if __name__ == "__main__":
    navigate()
