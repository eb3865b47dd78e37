"""What a reader is asked so that their own figures can stand beside a survey's.

``benchmark.toml`` lies beside ``figures.toml`` and names figures of it; it states no number
that the documents state. A corpus without the two has no survey.
"""

import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import eq, ge, gt, le, lt
from pathlib import Path
from typing import Any, Literal, get_args

from chuhai.corpus.figures import UNIT_PERCENT, Figure, Place
from chuhai.errors import SettingsError

Kind = Literal["number", "share", "one", "many"]
_RULES: Mapping[str, Callable[[float, float], bool]] = {
    "below": lt,
    "up_to": le,
    "at_least": ge,
    "above": gt,
    "is": eq,
}
Given = float | str | Sequence[str] | None
"""What a reader gave: a number, the name of an option, several names, or nothing."""


@dataclass(frozen=True, slots=True)
class Option:
    """One of the survey's answers; without a figure where it printed no share for it."""

    name: str
    label: Mapping[str, str]
    figure: Figure | None = None
    place: Place | None = None
    rule: str | None = None
    bound: float | None = None

    def holds(self, given: Given) -> bool:
        """Whether it is the reader's case as well."""
        if self.rule is not None and self.bound is not None:
            return isinstance(given, int | float) and _RULES[self.rule](given, self.bound)
        if isinstance(given, str):
            return given == self.name
        return isinstance(given, Sequence) and self.name in given


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked; ``tells`` is how the answer is put to the advisor, where it is."""

    name: str
    part: str
    kind: Kind
    ask: Mapping[str, str]
    options: tuple[Option, ...]
    said: tuple[Place, ...] = ()
    tells: Mapping[str, str] | None = None

    def answered(self, given: Given) -> bool:
        """Whether there is an answer at all; 0 is one."""
        return given is not None and given not in ("", [], ())

    def told(self, given: Given, lang: str) -> str:
        """The reader's answer in words: ``3``, or the labels of what was chosen."""
        if isinstance(given, int | float):
            return f"{given:g}"
        chosen = [option.label[lang] for option in self.options if option.holds(given)]
        return ("、" if lang == "zh" else ", ").join(chosen)


@dataclass(frozen=True, slots=True)
class Advice:
    """What is asked for a reader who answered ``question``, with ``option`` if one is named."""

    question: str
    ask: Mapping[str, str]
    option: str | None = None


@dataclass(frozen=True, slots=True)
class Survey:
    """All questions in the order in which they are asked, and what is asked for advice."""

    questions: tuple[Question, ...] = ()
    advice: tuple[Advice, ...] = ()

    @property
    def parts(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(question.part for question in self.questions))

    def facts(self, given: Mapping[str, Given], lang: str) -> str:
        """The reader's case in a few words; empty where nothing tells of it."""
        told = [
            question.tells[lang].format(value=question.told(given[question.name], lang))
            for question in self.questions
            if question.tells and question.answered(given.get(question.name))
        ]
        return ("，" if lang == "zh" else "; ").join(told)

    def asked(self, given: Mapping[str, Given], lang: str, most: int) -> list[str]:
        """What the advisor is asked for this reader, each once, the first ``most`` of it."""
        found = {
            advice.ask[lang]: None
            for advice in self.advice
            for question in self.questions
            if question.name == advice.question and _meant(advice, question, given)
        }
        return list(found)[:most]


def _meant(advice: Advice, question: Question, given: Mapping[str, Given]) -> bool:
    mine = given.get(question.name)
    if not question.answered(mine):
        return False
    options = [option for option in question.options if option.name == advice.option]
    return advice.option is None or any(option.holds(mine) for option in options)


def read_survey(path: Path, figures: Sequence[Figure]) -> Survey:
    """The questions of the file; none where there is no file or there are no figures.

    Raises SettingsError naming the question that cannot be read.
    """
    if not figures or not path.is_file():
        return Survey()
    name = "?"
    try:
        with path.open("rb") as file:
            rows = tomllib.load(file)
        questions = []
        for row in rows["question"]:
            name = str(row.get("id", "?"))
            questions.append(_question(row, figures))
        name = "advice"
        advice = [Advice(row["question"], row["ask"], row.get("option")) for row in rows[name]]
        _check(advice, questions)
        return Survey(tuple(questions), tuple(advice))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise SettingsError(
            f"the questions {path} cannot be read ({name}: {error}): correct that question",
            f"问题表 {path} 读不了（{name}：{error}）：请改正该题",
        ) from error


def _check(advice: Sequence[Advice], questions: Sequence[Question]) -> None:
    named = {question.name: {o.name for o in question.options} for question in questions}
    for each in advice:
        if each.option not in {None, *named[each.question]}:
            raise ValueError(f"{each.question} has no option {each.option}")


def _question(row: Mapping[str, Any], figures: Sequence[Figure]) -> Question:
    if row["kind"] not in get_args(Kind):
        raise ValueError(f"kind {row['kind']}")
    by_name = {figure.id: figure for figure in figures}
    options = [_of(figure) for figure in figures if figure.group == row.get("group", "")]
    if "group" in row and not options:
        raise ValueError(f"no figures of group {row['group']}")
    options += [_option(each, by_name) for each in row.get("option", ())]
    said = tuple(_place(each) for each in row.get("said", ()))
    return Question(
        row["id"], row["part"], row["kind"], row["ask"], tuple(options), said, row.get("tells")
    )


def _option(row: Mapping[str, Any], figures: Mapping[str, Figure]) -> Option:
    if "figure" not in row:
        place = _place(row) if "anchor" in row else None
        return Option(row["label"]["en"], row["label"], place=place)
    for rule, value in _rules(row):
        bound = figures[value].value if isinstance(value, str) else float(value)
        return _of(figures[row["figure"]], rule, bound)
    return _of(figures[row["figure"]])


def _rules(row: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    yield from ((rule, row[rule]) for rule in _RULES if rule in row)


def _of(figure: Figure, rule: str | None = None, bound: float | None = None) -> Option:
    if figure.unit != UNIT_PERCENT:
        raise ValueError(f"{figure.id} is no share")
    return Option(figure.id, figure.measure, figure, figure.place, rule, bound)


def _place(row: Mapping[str, Any]) -> Place:
    return Place(row["document"], row["anchor"], row["quote"])
