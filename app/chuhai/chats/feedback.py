"""What a reader thinks of an answer; one found bad becomes a draft of an eval case.

Drafts lie in ``evals/drafts.jsonl`` of home, one JSON object a line, in the schema of
``evals/README.md``. Nobody knows the right answer yet: ``evidence`` and ``must`` are empty,
and ``read_cases`` refuses the line until a person has filled them in (or set ``refuse``).
"""

import contextlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from chuhai.chats.conversations import Chats
from chuhai.chats.values import Conversation, whole
from chuhai.errors import ChatsBusy, StorageError
from chuhai.language.detect import detect

_WAIT_S = 10.0


def rate(
    chats: Chats, drafts: Path, chat_id: str, n: int, good: bool | None, reason: str = ""
) -> dict[str, Any] | None:
    """Keeps what a reader thinks of turn ``n`` (None takes it back); gives the draft, if bad.

    A later word on the same turn takes the place of the earlier one, its draft as well.
    Raises ChatMissing, and StorageError where the drafts cannot be written.
    """
    chats.set_feedback(chat_id, n, good, reason)
    draft = draft_case(chats.load(chat_id), n, reason) if good is False else None
    if draft is not None or drafts.is_file():
        with _only_one(drafts):
            _put(drafts, _draft_id(chat_id, n), draft)
    return draft


def draft_case(conversation: Conversation, n: int, reason: str) -> dict[str, Any]:
    """The eval case that turn ``n`` calls for, as far as it is known."""
    turns = [whole(question) for question in conversation.questions[:n]]
    answer = conversation.turns[n - 1].answer
    cited = ", ".join(dict.fromkeys(citation.passage_id for citation in answer.citations))
    said = f"refused ({answer.refusal.reason})" if answer.refusal else f"cited {cited}"
    return {
        "id": _draft_id(conversation.entry.id, n),
        "lang": detect(turns[-1]),
        "kind": "followup" if n > 1 else "fact",
        "turns": turns,
        "evidence": [],
        "must": [],
        "must_not": [],
        "refuse": False,
        "note": f"draft: {' '.join(whole(reason).split()) or 'no reason given'}; {said}",
    }


def _draft_id(chat_id: str, n: int) -> str:
    return f"draft-{chat_id}-{n}"


def _put(drafts: Path, draft_id: str, draft: dict[str, Any] | None) -> None:
    """Puts the draft at the end in place of the one of this id; other lines stay as they are."""
    part = drafts.with_name(f"{drafts.name}.part")
    try:
        old = drafts.read_text(encoding="utf-8") if drafts.is_file() else ""
        lines = [line for line in old.split("\n") if line.strip() and not _is(line, draft_id)]
        if draft is not None:
            lines.append(_one_line(draft))
        part.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        part.replace(drafts)
    except (OSError, UnicodeDecodeError) as error:
        raise _unwritable(drafts, error) from error


def _one_line(draft: dict[str, Any]) -> str:
    """JSON on one line, for readers too that end lines where Unicode would."""
    line = json.dumps(draft, ensure_ascii=False)
    for end in "\x85\u2028\u2029":
        line = line.replace(end, f"\\u{ord(end):04x}")
    return line


def _is(line: str, draft_id: str) -> bool:
    try:
        row = json.loads(line)
    except ValueError:
        return False
    return isinstance(row, dict) and row.get("id") == draft_id


@contextlib.contextmanager
def _only_one(drafts: Path) -> Iterator[None]:
    """One process at a time, so that no draft is lost."""
    from filelock import FileLock, Timeout

    try:
        drafts.parent.mkdir(parents=True, exist_ok=True)
        lock = FileLock(f"{drafts}.lock", timeout=_WAIT_S)
        lock.acquire()
    except Timeout as error:
        raise ChatsBusy(
            f"another process is writing to {drafts}: try again",
            f"另一个进程正在写 {drafts}：请再试一次",
        ) from error
    except OSError as error:
        raise _unwritable(drafts, error) from error
    try:
        yield
    finally:
        lock.release()


def _unwritable(drafts: Path, error: OSError | UnicodeDecodeError) -> StorageError:
    why = getattr(error, "strerror", None) or type(error).__name__
    return StorageError(
        f"the draft eval cases {drafts} cannot be written ({why}): free space or move the file",
        f"评测题草稿 {drafts} 写不了（{why}）：请腾出空间或移走该文件",
    )
