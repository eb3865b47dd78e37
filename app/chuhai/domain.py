"""The values that travel through Chuhai. All frozen; none knows where it is stored.

Offsets are code points into a document's canonical text, half open: ``text[start:end]``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Lang = Literal["zh", "en"]
Support = Literal["verbatim", "paraphrase", "number_mismatch", "unsupported"]
RefusalReason = Literal["not_covered", "out_of_scope", "unsafe", "empty"]

# What a claim is that nothing cited bears.
FAILED: frozenset[Support] = frozenset({"unsupported", "number_mismatch"})

# Roles of a paragraph that hold no statement: a survey question printed without its
# chart and the labels of that chart. They are found and shown, and never answer anything.
SILENT_ROLES = frozenset({"question", "option"})


@dataclass(frozen=True, slots=True)
class Translation:
    """The same words in the other edition."""

    document: str
    start: int
    end: int
    text: str
    speaker: str | None = None


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One block of a document: a paragraph, a list item, a line of a quotation, a heading."""

    start: int
    end: int
    heading: tuple[str, ...] = ()
    anchor: str | None = None
    locator: str | None = None
    role: str | None = None
    themes: tuple[str, ...] = ()
    speaker: str | None = None
    marks: tuple[tuple[int, str], ...] = ()
    """Where its sentences end that carry an anchor, and what the anchor is called."""


@dataclass(frozen=True, slots=True)
class Document:
    """A file as it is cited: canonical text and its paragraphs in reading order."""

    path: str
    title: str
    lang: Lang
    text: str
    paragraphs: tuple[Paragraph, ...]
    kind: str | None = None
    source: Mapping[str, str] = field(default_factory=dict)
    translation_of: str | None = None
    """The document that it says it translates."""
    restates: str | None = None
    """The document that it says in plain words, for finding it; it is never shown."""
    asks: str | None = None
    """The document that answers its questions; they are for finding it and never shown."""
    lacks: str | None = None
    """The document that its questions are about and that leaves them open; never shown."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a passage, with what its paragraph was labelled with."""

    start: int
    end: int
    role: str | None = None
    speaker: str | None = None
    translation: Translation | None = None
    plain: str = ""
    """The same in plain words, for finding it; never shown."""
    asked: tuple[str, ...] = ()
    """Questions that it answers, for finding it; never shown."""

    @property
    def silent(self) -> bool:
        return self.role in SILENT_ROLES


@dataclass(frozen=True, slots=True)
class Passage:
    """What retrieval finds: whole sentences of one section, at most a screenful.

    ``passage_id`` says where it stands and outlives edits elsewhere; ``content_hash``
    says whether its text changed.
    """

    passage_id: str
    content_hash: str
    document: str
    title: str
    lang: Lang
    start: int
    end: int
    text: str
    sentences: tuple[Sentence, ...]
    heading: tuple[str, ...] = ()
    locator: str | None = None
    kind: str | None = None
    themes: tuple[str, ...] = ()
    translation: Translation | None = None
    other_heading: tuple[str, ...] = ()
    """The heading path of the translation."""
    open: tuple[str, ...] = ()
    """Questions near to it that no document answers, to tell them from those that one does;
    never shown."""

    @property
    def silent(self) -> bool:
        """Whether nothing in it states anything: a question without its chart, a heading."""
        return all(s.silent or s.role == "heading" for s in self.sentences)

    @property
    def plain(self) -> str:
        """Its sentences in plain words, as far as there are any."""
        return "\n".join(dict.fromkeys(s.plain for s in self.sentences if s.plain))

    @property
    def unseen(self) -> str:
        """All that it is found by and never shows: plain words, questions that it answers."""
        asked = dict.fromkeys(question for s in self.sentences for question in s.asked)
        return "\n".join((self.plain, *asked)).strip()

    def cut(self, sentence: Sentence) -> str:
        """The sentence's own characters."""
        return self.text[sentence.start - self.start : sentence.end - self.start]


@dataclass(frozen=True, slots=True)
class Hit:
    """A ranked passage and what each signal gave it."""

    passage: Passage
    score: float
    scores: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Citation:
    """Marker ``n`` of an answer and the sentence that it stands for."""

    n: int
    passage_id: str
    content_hash: str
    document: str
    title: str
    heading: tuple[str, ...]
    locator: str | None
    start: int
    end: int
    quote: str
    translation: Translation | None
    support: Support

    @property
    def link(self) -> str:
        from urllib.parse import quote

        return f"?passage={quote(self.passage_id, safe='')}"


@dataclass(frozen=True, slots=True)
class Nearest:
    """A passage near a question that no document answers."""

    passage_id: str
    document: str
    heading: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why there is no answer, and what lies nearest."""

    reason: RefusalReason
    message: str
    missing: tuple[str, ...] = ()
    nearest: tuple[Nearest, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """What the command line, the page, the exports and the eval runner all read."""

    question: str
    standalone_question: str
    lang: Lang
    text: str
    citations: tuple[Citation, ...]
    refusal: Refusal | None
    follow_ups: tuple[str, ...]
    answerer: str
    degraded: str | None
    timings_ms: Mapping[str, float]

    @property
    def refused(self) -> bool:
        return self.refusal is not None
