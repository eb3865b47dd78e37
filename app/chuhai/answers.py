"""Answers as the contract's JSON objects (``ask`` out), and back again."""

from collections.abc import Mapping
from typing import Any, TypeVar, cast, get_args

from chuhai.domain import (
    Answer,
    Citation,
    Lang,
    Nearest,
    Refusal,
    RefusalReason,
    Support,
    Translation,
)

T = TypeVar("T")


def answer_json(answer: Answer, question_id: str = "1") -> dict[str, Any]:
    """``ask`` out."""
    return {
        "id": question_id,
        "question": answer.question,
        "standalone_question": answer.standalone_question,
        "lang": answer.lang,
        "answer": answer.text,
        "refused": answer.refused,
        "refusal": _refusal_json(answer.refusal),
        "citations": [citation_json(citation) for citation in answer.citations],
        "follow_ups": list(answer.follow_ups),
        "answerer": answer.answerer,
        "degraded": answer.degraded,
        "timings_ms": dict(answer.timings_ms),
    }


def citation_json(citation: Citation) -> dict[str, Any]:
    return {
        "n": citation.n,
        "passage_id": citation.passage_id,
        "content_hash": citation.content_hash,
        "document": citation.document,
        "title": citation.title,
        "heading": list(citation.heading),
        "locator": citation.locator,
        "start": citation.start,
        "end": citation.end,
        "quote": citation.quote,
        "translation": translation_json(citation.translation),
        "support": citation.support,
        "link": citation.link,
    }


def translation_json(other: Translation | None) -> dict[str, Any] | None:
    if other is None:
        return None
    return {
        "document": other.document,
        "start": other.start,
        "end": other.end,
        "text": other.text,
    }


def _refusal_json(refusal: Refusal | None) -> dict[str, Any] | None:
    if refusal is None:
        return None
    return {
        "reason": refusal.reason,
        "message": refusal.message,
        "missing": list(refusal.missing),
        "nearest": [
            {"passage_id": n.passage_id, "document": n.document, "heading": list(n.heading)}
            for n in refusal.nearest
        ],
    }


def answer_of(values: Any) -> Answer:
    """The answer that ``answer_json`` wrote; fields that it does not know are left alone.

    What the contract does not carry (who speaks in a translation) comes back as None.
    Raises ValueError naming the first field that is missing or of another type.
    """
    refusal, degraded = _raw(values, "refusal"), _raw(values, "degraded")
    return Answer(
        question=_take(values, "question", str),
        standalone_question=_take(values, "standalone_question", str),
        lang=cast(Lang, _one_of(values, "lang", get_args(Lang))),
        text=_take(values, "answer", str),
        citations=tuple(_citation(each) for each in _take(values, "citations", list)),
        refusal=None if refusal is None else _refusal(refusal),
        follow_ups=_strings(values, "follow_ups"),
        answerer=_take(values, "answerer", str),
        degraded=None if degraded is None else _take(values, "degraded", str),
        timings_ms=_timings(_take(values, "timings_ms", dict)),
    )


def _citation(values: Any) -> Citation:
    locator, translation = _raw(values, "locator"), _raw(values, "translation")
    return Citation(
        n=_take(values, "n", int),
        passage_id=_take(values, "passage_id", str),
        content_hash=_take(values, "content_hash", str),
        document=_take(values, "document", str),
        title=_take(values, "title", str),
        heading=_strings(values, "heading"),
        locator=None if locator is None else _take(values, "locator", str),
        start=_take(values, "start", int),
        end=_take(values, "end", int),
        quote=_take(values, "quote", str),
        translation=None if translation is None else _translation(translation),
        support=cast(Support, _one_of(values, "support", get_args(Support))),
    )


def _translation(values: Any) -> Translation:
    return Translation(
        document=_take(values, "document", str),
        start=_take(values, "start", int),
        end=_take(values, "end", int),
        text=_take(values, "text", str),
    )


def _refusal(values: Any) -> Refusal:
    return Refusal(
        reason=cast(RefusalReason, _one_of(values, "reason", get_args(RefusalReason))),
        message=_take(values, "message", str),
        missing=_strings(values, "missing"),
        nearest=tuple(
            Nearest(
                passage_id=_take(near, "passage_id", str),
                document=_take(near, "document", str),
                heading=_strings(near, "heading"),
            )
            for near in _take(values, "nearest", list)
        ),
    )


def _timings(values: Mapping[Any, Any]) -> dict[str, float]:
    if not all(isinstance(ms, int | float) for ms in values.values()):
        raise ValueError("`timings_ms` holds more than numbers")
    return {str(step): float(ms) for step, ms in values.items()}


def _raw(values: Any, name: str) -> Any:
    if not isinstance(values, Mapping) or name not in values:
        raise ValueError(f"`{name}` is missing")
    return values[name]


def _take(values: Any, name: str, kind: type[T]) -> T:
    value = _raw(values, name)
    if not isinstance(value, kind) or isinstance(value, bool):
        raise ValueError(f"`{name}` is no {kind.__name__}")
    return value


def _one_of(values: Any, name: str, known: tuple[str, ...]) -> str:
    value = _take(values, name, str)
    if value not in known:
        raise ValueError(f"`{name}` is none of {', '.join(known)}")
    return value


def _strings(values: Any, name: str) -> tuple[str, ...]:
    listed = _take(values, name, list)
    if not all(isinstance(each, str) for each in listed):
        raise ValueError(f"`{name}` holds more than strings")
    return tuple(listed)
