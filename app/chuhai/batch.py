"""JSON Lines in, JSON Lines out: a bad line gives an error in its place, and the rest go on."""

import json
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from chuhai.errors import ChuhaiError, DocumentError, QuestionError, QuestionTooLong

LONGEST_QUESTION = 4000


def run(lines: Iterable[bytes], answer: Callable[[Mapping[str, Any]], Any]) -> Iterator[str]:
    """One output line for each input line that is not blank, in order."""
    for line in lines:
        if line.strip():
            yield json.dumps(_one(line, answer), ensure_ascii=False)


def _one(line: bytes, answer: Callable[[Mapping[str, Any]], Any]) -> Any:
    item_id: str | None = None
    try:
        item = json.loads(line.decode("utf-8-sig"))
        if not isinstance(item, dict):
            return _error(None, "invalid_input", "the line is no JSON object")
        item_id = item["id"] if isinstance(item.get("id"), str) else None
        if item_id is None:
            return _error(None, "invalid_input", "`id` must be a string")
        return answer(item)
    except QuestionTooLong as error:
        return _error(item_id, "too_long", error.en)
    except (QuestionError, DocumentError) as error:
        return _error(item_id, "invalid_input", error.en)
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        return _error(None, "invalid_input", f"the line is no JSON ({type(error).__name__})")
    except ChuhaiError as error:
        return _error(item_id, "internal", error.message("en"))
    except Exception as error:  # one line's failure must not end the batch
        logging.getLogger(__name__).debug("batch line failed", exc_info=True)
        return _error(item_id, "internal", type(error).__name__)


def turns_of(item: Mapping[str, Any]) -> tuple[list[str], str]:
    """Turns and language of an ``ask`` line. Raises QuestionError or QuestionTooLong."""
    turns, lang = item.get("turns"), item.get("lang", "auto")
    if not isinstance(turns, list) or not turns or not all(isinstance(t, str) for t in turns):
        raise QuestionError(
            "`turns` must be a list of at least one string", "`turns` 须是至少一个字符串的列表"
        )
    if lang not in ("zh", "en", "auto"):
        raise QuestionError("`lang` must be zh, en or auto", "`lang` 须是 zh、en 或 auto")
    return [checked(turn) for turn in turns], lang


def checked(question: str) -> str:
    """The question, if it is not too long; half characters that JSON can smuggle in made whole."""
    if len(question) > LONGEST_QUESTION:
        raise QuestionTooLong(
            f"a question has at most {LONGEST_QUESTION:,} characters, this one {len(question):,}: "
            "shorten it",
            f"问题最多 {LONGEST_QUESTION:,} 个字符，这里有 {len(question):,} 个：请缩短",
        )
    return question.encode("utf-8", "replace").decode("utf-8")


def _error(item_id: str | None, kind: str, message: str) -> dict[str, Any]:
    return {"id": item_id, "error": {"type": kind, "message": message}}
