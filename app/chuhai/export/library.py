"""What the cited documents are: works of a publisher, in one or two editions, with figures."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from chuhai.corpus.figures import Figure
from chuhai.domain import Answer, Citation, Document, Lang, Passage
from chuhai.export.labels import label
from chuhai.language.detect import detect

# As ``corpus.documents`` writes it for the blocks of a file without pages.
_BLOCKS = re.compile(r"第 \d+(?:、\d+)* 块(?:、第 \d+(?:、\d+)* 块)*")


@dataclass(frozen=True, slots=True)
class Work:
    """A document as a work: what its front matter says, and its other edition's."""

    document: str
    title: str
    lang: Lang
    source: Mapping[str, str] = field(default_factory=dict)
    translation: "Work | None" = None

    @property
    def unofficial(self) -> bool:
        """Whether the translation says that its publisher did not make it."""
        return bool(self.translation and self.translation.source.get("translation"))


@dataclass(frozen=True)
class Library:
    """The works and passages that some answers cite, as the index has them now.

    A document that is no longer there is the little that its citations say of it.
    """

    works: Mapping[str, Work] = field(default_factory=dict)
    passages: Mapping[str, Passage] = field(default_factory=dict)
    figures: tuple[tuple[Figure, int, int], ...] = ()
    """Stated figures and their spans in the document that they name."""

    def work(self, citation: Citation) -> Work:
        return self.works.get(citation.document) or Work(
            citation.document, citation.title, detect(citation.quote)
        )

    def changed(self, citation: Citation) -> bool:
        """Whether the passage is gone or other than when it was cited."""
        now = self.passages.get(citation.passage_id)
        return now is None or now.content_hash != citation.content_hash

    def cited(self, answers: Iterable[Answer]) -> tuple[Work, ...]:
        """The works that the answers cite, each once, in order."""
        found = {c.document: self.work(c) for answer in answers for c in answer.citations}
        return tuple(found.values())

    def place(self, citation: Citation, lang: Lang, *, section: bool = True) -> str:
        """Title, section and locator on one line, in the reader's language where it has them."""
        heading = citation.heading
        passage = self.passages.get(citation.passage_id)
        if passage is not None and passage.lang != lang and passage.other_heading:
            heading = passage.other_heading
        work = self.work(citation)
        title = citation.title
        if work.translation is not None and work.lang != lang:
            title = work.translation.title
        below = [part for part in heading if part != title] if section else []
        path = " › ".join([title, *below])
        return " · ".join(filter(None, (path, _locator(citation.locator, lang))))


def library_of(
    answers: Sequence[Answer],
    document: Callable[[str], Document | None],
    passages: Callable[[Sequence[str]], Mapping[str, Passage]],
    figures: Iterable[Figure] = (),
) -> Library:
    """The library of some answers, given a way to documents and passages by their names."""
    citations = [citation for answer in answers for citation in answer.citations]
    editions: dict[str, str] = {}
    for citation in citations:
        if citation.translation is not None:
            editions.setdefault(citation.document, citation.translation.document)
    texts = {path: document(path) for path in dict.fromkeys(c.document for c in citations)}
    works = {}
    for path, text in texts.items():
        if text is not None:
            other = document(editions[path]) if path in editions else None
            works[path] = _work(text, _work(other) if other else None)
    spans = []
    for figure in figures:
        stated = texts.get(figure.place.document)
        span = figure.place.find(stated) if stated else None
        if span is not None:
            spans.append((figure, *span))
    found = passages(list(dict.fromkeys(c.passage_id for c in citations)))
    return Library(works, found, tuple(spans))


def _work(document: Document, translation: Work | None = None) -> Work:
    return Work(document.path, document.title, document.lang, document.source, translation)


def _locator(locator: str | None, lang: Lang) -> str:
    """«第 18、19 块» in the reader's language; other locators as they stand."""
    if lang == "en" and locator and _BLOCKS.fullmatch(locator):
        return label("block", lang, numbers=", ".join(re.findall(r"\d+", locator)))
    return locator or ""
