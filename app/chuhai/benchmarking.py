"""A reader's own figures beside the survey's.

What is compared becomes an ``Answer`` with citations, so that exports write it as any other.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from chuhai.answering.claims import escape
from chuhai.corpus.figures import Place
from chuhai.corpus.survey import Given, Option, Question, Survey, read_survey
from chuhai.domain import Answer, Citation, Lang, Passage
from chuhai.export.figures import value
from chuhai.export.labels import label
from chuhai.index.catalogue import Catalogue
from chuhai.index.opened import Index
from chuhai.wiring import Workshop

_WORDS: Mapping[str, Mapping[Lang, str]] = {
    "question": {"zh": "与调查对照：{name}", "en": "Beside the survey: {name}"},
    "same": {"zh": "您也是", "en": "so are you"},
    "other": {"zh": "您不是", "en": "you are not"},
    "line": {
        "zh": "{ask}（您：{told}）：{measure}，{amount}；{yours}",
        "en": "{ask} (you: {told}): {measure}, {amount}; {yours}",
    },
    "said": {"zh": "{ask}（您：{told}）：{quote}", "en": "{ask} (you: {told}): {quote}"},
}


@dataclass(frozen=True, slots=True)
class Row:
    """One of the survey's answers beside the reader's."""

    option: Option
    yours: bool
    citation: Citation | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the reader stands in one question."""

    question: Question
    given: Given
    rows: tuple[Row, ...]
    said: tuple[Citation, ...] = ()
    """Sentences that speak of the question without a share."""

    @property
    def citations(self) -> tuple[Citation, ...]:
        """Every sentence that it rests on, each once."""
        found = [row.citation for row in self.rows if row.citation] + list(self.said)
        return tuple({(c.document, c.start): c for c in found}.values())


def survey_of(workshop: Workshop, index: Index) -> Survey:
    """The survey of the indexed documents; no question for documents of one's own."""
    root = Path(index.manifest.root)
    return read_survey(root.parent / "benchmark.toml", workshop.figures(root).figures)


def stand(catalogue: Catalogue, survey: Survey, given: Mapping[str, Given]) -> list[Standing]:
    """The reader beside the survey, for each question that was answered."""
    cite = _Citer(catalogue)
    return [
        Standing(
            question,
            given[question.name],
            tuple(_row(option, given[question.name], cite) for option in question.options),
            tuple(found for place in question.said if (found := cite(place))),
        )
        for question in survey.questions
        if question.answered(given.get(question.name))
    ]


def _row(option: Option, given: Given, cite: "_Citer") -> Row:
    found = cite(option.place) if option.place and option.figure else None
    return Row(option, option.holds(given), found)


@dataclass
class _Citer:
    """Finds the sentence in which a figure is stated; numbers them as they come."""

    catalogue: Catalogue

    def __post_init__(self) -> None:
        self._found: dict[tuple[str, int], Citation] = {}

    def __call__(self, place: Place) -> Citation | None:
        document = self.catalogue.document(place.document)
        span = place.find(document) if document else None
        if span is None:
            return None
        for passage in self.catalogue.passages_of(place.document):
            for sentence in passage.sentences:
                if sentence.start <= span[0] < sentence.end:
                    key = (place.document, sentence.start)
                    cited = _citation(passage, sentence.start, len(self._found) + 1)
                    return self._found.setdefault(key, cited)
        return None


def _citation(passage: Passage, start: int, n: int) -> Citation:
    (sentence,) = [s for s in passage.sentences if s.start == start]
    return Citation(
        n,
        passage.passage_id,
        passage.content_hash,
        passage.document,
        passage.title,
        passage.heading,
        passage.locator,
        sentence.start,
        sentence.end,
        passage.cut(sentence),
        sentence.translation,
        "paraphrase",
    )


def told(standings: Sequence[Standing], name: str, lang: Lang) -> Answer:
    """The comparison as an answer: a line for each share and each sentence, with its marker."""
    lines = [line for standing in standings for line in _lines(standing, lang)]
    citations = {c.n: c for standing in standings for c in standing.citations}
    question = _WORDS["question"][lang].format(name=name)
    return Answer(
        question=question,
        standalone_question=question,
        lang=lang,
        text="\n".join(lines),
        citations=tuple(citations[n] for n in sorted(citations)),
        refusal=None,
        follow_ups=(),
        answerer="extractive",
        degraded=None,
        timings_ms={},
    )


def _lines(standing: Standing, lang: Lang) -> list[str]:
    question = standing.question
    ask, mine = question.ask[lang], question.told(standing.given, lang) or "–"
    found = []
    for row in standing.rows:
        figure = row.option.figure
        if figure is None or row.citation is None:
            continue
        exactly = f"{label(figure.qualifier, lang)} " if figure.qualifier else ""
        words = _WORDS["line"][lang].format(
            ask=ask,
            told=mine,
            measure=row.option.label[lang],
            amount=(exactly if lang == "en" else exactly.strip()) + value(figure, lang),
            yours=_WORDS["same" if row.yours else "other"][lang],
        )
        found.append(f"- {escape(words)} [{row.citation.n}]")
    for citation in standing.said:
        other = citation.translation
        quote = other.text if other is not None and lang == "en" else citation.quote
        words = _WORDS["said"][lang].format(ask=ask, told=mine, quote=quote)
        found.append(f"- {escape(words)} [{citation.n}]")
    return found
