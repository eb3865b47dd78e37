"""Conversations and their turns as values, and what can be told from them alone."""

from collections.abc import Mapping
from dataclasses import dataclass

from chuhai.domain import Answer, Lang, Passage

_NAME_LENGTH = 60


@dataclass(frozen=True, slots=True)
class Entry:
    """A conversation as a list shows it. Times are ISO 8601 in UTC."""

    id: str
    name: str
    lang: Lang
    created: str
    changed: str
    length: int
    """How many turns it has."""


@dataclass(frozen=True, slots=True)
class Feedback:
    """What a reader thought of one answer."""

    good: bool
    reason: str
    given: str


@dataclass(frozen=True, slots=True)
class Turn:
    """A question and its answer; ``n`` counts from 1."""

    n: int
    asked: str
    answer: Answer
    feedback: Feedback | None = None

    @property
    def question(self) -> str:
        return self.answer.question


@dataclass(frozen=True, slots=True)
class Conversation:
    """A conversation with its turns, oldest first."""

    entry: Entry
    turns: tuple[Turn, ...]

    @property
    def questions(self) -> tuple[str, ...]:
        """What the reader said, to go on from."""
        return tuple(turn.question for turn in self.turns)


def outdated(answer: Answer, passages: Mapping[str, Passage]) -> frozenset[int]:
    """Markers whose passage is gone from these, or is not what it was when it was cited."""
    return frozenset(
        citation.n
        for citation in answer.citations
        if citation.passage_id not in passages
        or passages[citation.passage_id].content_hash != citation.content_hash
    )


def short(question: str, most: int = _NAME_LENGTH) -> str:
    """A question as a name: one line, cut where it is long."""
    line = " ".join("".join(ch if ch.isprintable() else " " for ch in whole(question)).split())
    return line if len(line) <= most else f"{line[: most - 1].rstrip()}…"


def whole(text: str) -> str:
    """Half characters, which SQLite does not take, made whole."""
    return text.encode("utf-8", "replace").decode("utf-8")
