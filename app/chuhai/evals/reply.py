"""What was answered, as the bench reads it: our own ``ask`` out, or a line made elsewhere."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from chuhai.domain import Lang
from chuhai.errors import EvalError
from chuhai.evals.text import folded, unmarked


@dataclass(frozen=True, slots=True)
class Cited:
    """Citation ``n``: a span where it is known, and the words that it stands for."""

    n: int
    quote: str
    document: str | None = None
    start: int | None = None
    end: int | None = None
    translation: str | None = None

    @property
    def texts(self) -> list[str]:
        """Its words in each edition that came with it."""
        return [text for text in (self.quote, self.translation) if text]


@dataclass(frozen=True, slots=True)
class Found:
    """A passage that retrieval brought, by its span or by its words alone."""

    document: str | None
    start: int
    end: int
    text: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer. None stands for what the system does not report: it is left unscored."""

    id: str
    text: str
    refused: bool
    citations: tuple[Cited, ...] | None
    hits: tuple[Found, ...] | None
    confidence: float | None = None
    """How sure the system is that the documents answer; higher is surer."""
    lang: Lang | None = None


# What systems that report no refusal say when they refuse, folded. Looked for only where an
# answer is short: a long one that says «not mentioned» about one point still answers.
_REFUSALS = (
    "无法回答",
    "不能回答",
    "没有回答",
    "无法提供",
    "未提及",
    "没有提及",
    "没有提到",
    "未提到",
    "没有相关",
    "无相关信息",
    "未找到",
    "没有找到",
    "找不到",
    "不知道",
    "无法确定",
    "超出",
    "cannot answer",
    "can't answer",
    "can’t answer",
    "unable to answer",
    "cannot help",
    "can't help",
    "can’t help",
    "do not answer",
    "does not answer",
    "not mention",
    "no information",
    "not contain",
    "not provide",
    "not covered",
    "not specified",
    "don't know",
    "don’t know",
    "do not know",
    "could not find",
    "couldn't find",
    "couldn’t find",
    "outside the scope",
)
_SHORT = 240


def looks_refused(answer: str) -> bool:
    """Whether an answer without a flag reads as a refusal: short, and says so (a heuristic)."""
    text = unmarked(answer)
    return not text or (len(text) <= _SHORT and any(words in folded(text) for words in _REFUSALS))


def read_reply(row: Mapping[str, Any]) -> Reply:
    """A reply from ``ask`` out, with ``hits`` beside it, or from a line of ``eval score``.

    Needed: ``id`` and ``answer``. ``refused`` (bool), ``citations`` (quotes, spans or both),
    ``hits`` (texts or spans, best first) and ``confidence`` (number) may be missing, and
    what rests on them is unscored then. Raises EvalError.
    """
    if not isinstance(row.get("id"), str) or not isinstance(row.get("answer"), str):
        raise _broken(row, "`id` and `answer` must be strings", "`id` 和 `answer` 须是字符串")
    refused = row.get("refused")
    if refused is not None and not isinstance(refused, bool):
        raise _broken(row, "`refused` must be true or false", "`refused` 须是 true 或 false")
    confidence = row.get("confidence")
    if confidence is not None and not isinstance(confidence, int | float):
        raise _broken(row, "`confidence` must be a number", "`confidence` 须是数字")
    return Reply(
        id=row["id"],
        text=row["answer"],
        refused=looks_refused(row["answer"]) if refused is None else refused,
        citations=_each(row, "citations", _cited),
        hits=_each(row, "hits", _found),
        confidence=None if confidence is None else float(confidence),
        lang=row["lang"] if row.get("lang") in ("zh", "en") else None,
    )


def _each(row: Mapping[str, Any], name: str, read: Any) -> Any:
    values = row.get(name)
    if values is None:
        return None
    if not isinstance(values, Sequence) or isinstance(values, str):
        raise _broken(row, f"`{name}` must be a list", f"`{name}` 须是列表")
    try:
        return tuple(read(place, value) for place, value in enumerate(values, 1))
    except (AttributeError, KeyError, TypeError, ValueError):
        raise _broken(
            row,
            f"`{name}` must hold texts, or objects with `document`, `start`, `end` or `quote`",
            f"`{name}` 里须是文字，或含 `document`、`start`、`end` 或 `quote` 的对象",
        ) from None


def _cited(place: int, value: Any) -> Cited:
    if isinstance(value, str):
        return Cited(place, value)
    other = value.get("translation")
    return Cited(
        n=int(value.get("n", place)),
        quote=str(value.get("quote", "")),
        document=_text(value.get("document")),
        start=_whole(value.get("start")),
        end=_whole(value.get("end")),
        translation=other["text"] if isinstance(other, Mapping) else _text(other),
    )


def _found(_: int, value: Any) -> Found:
    if isinstance(value, str):
        return Found(None, 0, 0, value)
    text = value.get("text", value.get("quote", ""))
    if value.get("document") is None or value.get("start") is None:
        return Found(None, 0, 0, str(text))
    return Found(str(value["document"]), int(value["start"]), int(value["end"]), str(text))


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def _whole(value: Any) -> int | None:
    return None if value is None else int(value)


def _broken(row: Mapping[str, Any], en: str, zh: str) -> EvalError:
    name = row.get("id")
    return EvalError(
        f"answer {name!r}: {en}; see «eval score» in evals/README.md",
        f"回答 {name!r}：{zh}；见 evals/README.md 的 eval score",
    )
