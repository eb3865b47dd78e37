"""Conversations in the order they were had: kept, found, gone on with, changed, deleted.

A turn keeps its whole answer as ``ask`` out, so that it can be shown again as it was; the
content hashes of its citations say whether a source changed since (``values.outdated``).
"""

import json
import secrets
import sqlite3
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

from chuhai.answers import answer_json, answer_of
from chuhai.chats.database import MIGRATIONS, Database, Migration, damaged
from chuhai.chats.values import Conversation, Entry, Feedback, Turn, short, whole
from chuhai.domain import Answer, Lang
from chuhai.errors import ChatMissing
from chuhai.language.normalise import fold

# Crockford's base 32: 16 of them are 80 bits, and none is mistaken for another when read aloud.
_LETTERS = "0123456789abcdefghjkmnpqrstvwxyz"
_ID_LENGTH = 16
_ENTRY = """
SELECT c.id, c.name, c.lang, c.created, c.changed,
       (SELECT count(*) FROM turns WHERE conversation = c.id) AS length
FROM conversations c
"""
_HOLDS = """
(instr(c.folded, ?) OR
 EXISTS (SELECT 1 FROM turns t WHERE t.conversation = c.id AND instr(t.folded, ?)))
"""


class Chats:
    """All conversations of one file. Safe to share between threads and processes."""

    def __init__(
        self,
        path: Path,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        migrations: Sequence[Migration] = MIGRATIONS,
    ) -> None:
        self._database = Database(path, migrations)
        self._now = now

    def start(self, answer: Answer, name: str = "") -> Entry:
        """A new conversation that begins with this turn, named after its question."""
        chat_id = "".join(secrets.choice(_LETTERS) for _ in range(_ID_LENGTH))
        named = short(name) or short(answer.question) or "…"
        with self._database.writing() as db:
            moment = self._moment()
            db.execute(
                "INSERT INTO conversations VALUES (?, ?, ?, ?, ?, ?)",
                (chat_id, named, answer.lang, moment, moment, _folded(named)),
            )
            _put(db, chat_id, 1, moment, answer)
            return self._entry(db, chat_id)

    def append(self, chat_id: str, answer: Answer) -> Turn:
        """Adds a turn at the end. Raises ChatMissing for an unknown conversation."""
        with self._database.writing() as db:
            return self._add(db, chat_id, self._entry(db, chat_id).length + 1, answer)

    def replace(self, chat_id: str, n: int, answer: Answer) -> Turn:
        """Turn ``n`` asked anew: what came from there on goes, with its feedback.

        Raises ChatMissing where there is no such turn.
        """
        with self._database.writing() as db:
            self._check_turn(db, chat_id, n)
            db.execute("DELETE FROM turns WHERE conversation = ? AND n >= ?", (chat_id, n))
            return self._add(db, chat_id, n, answer)

    def load(self, chat_id: str) -> Conversation:
        """A conversation with all its turns. Raises ChatMissing or ChatsDamaged."""
        with self._database.reading() as db:
            entry = self._entry(db, chat_id)
            rows = db.execute(
                "SELECT t.n, t.asked, t.answer, f.good, f.reason, f.given FROM turns t "
                "LEFT JOIN feedback f USING (conversation, n) WHERE conversation = ? ORDER BY n",
                (chat_id,),
            ).fetchall()
        return Conversation(entry, tuple(self._turn(row) for row in rows))

    def find(self, search: str = "", limit: int = 50, offset: int = 0) -> tuple[Entry, ...]:
        """Conversations, the last changed first; those with all words of ``search``.

        Words are looked for in names, questions and answers, in any case, width and script.
        """
        where, values = _search(search)
        with self._database.reading() as db:
            rows = db.execute(
                f"{_ENTRY} {where} ORDER BY c.changed DESC, c.rowid DESC LIMIT ? OFFSET ?",
                [*values, max(0, limit), max(0, offset)],
            ).fetchall()
        return tuple(_entry(row) for row in rows)

    def count(self, search: str = "") -> int:
        """How many ``find`` would give without a limit."""
        where, values = _search(search)
        with self._database.reading() as db:
            row = db.execute(f"SELECT count(*) FROM conversations c {where}", values).fetchone()
        return int(row[0])

    def rename(self, chat_id: str, name: str) -> Entry:
        """Gives it another name; an empty one is its first question again.

        It keeps its place in the list. Raises ChatMissing for an unknown conversation.
        """
        named = short(name) or short(self.load(chat_id).turns[0].question) or "…"
        with self._database.writing() as db:
            self._entry(db, chat_id)
            db.execute(
                "UPDATE conversations SET name = ?, folded = ? WHERE id = ?",
                (named, _folded(named), chat_id),
            )
            return self._entry(db, chat_id)

    def delete(self, chat_id: str) -> None:
        """Removes it with its turns and feedback. Raises ChatMissing for an unknown one."""
        with self._database.writing() as db:
            self._entry(db, chat_id)
            db.execute("DELETE FROM conversations WHERE id = ?", (chat_id,))

    def set_feedback(self, chat_id: str, n: int, good: bool | None, reason: str = "") -> None:
        """Keeps what a reader thinks of turn ``n``, in place of before; None takes it back.

        It does not count as a change of the conversation.
        """
        with self._database.writing() as db:
            self._check_turn(db, chat_id, n)
            db.execute("DELETE FROM feedback WHERE conversation = ? AND n = ?", (chat_id, n))
            if good is not None:
                db.execute(
                    "INSERT INTO feedback VALUES (?, ?, ?, ?, ?)",
                    (chat_id, n, good, whole(reason), self._moment()),
                )

    def _add(self, db: sqlite3.Connection, chat_id: str, n: int, answer: Answer) -> Turn:
        moment = self._moment()
        _put(db, chat_id, n, moment, answer)
        db.execute("UPDATE conversations SET changed = ? WHERE id = ?", (moment, chat_id))
        return Turn(n, moment, answer)

    def _entry(self, db: sqlite3.Connection, chat_id: str) -> Entry:
        row = db.execute(f"{_ENTRY} WHERE c.id = ?", (whole(chat_id),)).fetchone()
        if row is None:
            raise ChatMissing(
                f"no conversation {chat_id!r}: `chuhai chats list` names them",
                f"没有 {chat_id!r} 这个对话：`chuhai chats list` 列出全部对话",
            )
        return _entry(row)

    def _check_turn(self, db: sqlite3.Connection, chat_id: str, n: int) -> None:
        length = self._entry(db, chat_id).length
        if not 1 <= n <= length:
            raise ChatMissing(
                f"the conversation {chat_id} has no turn {n}: it has {length}",
                f"对话 {chat_id} 没有第 {n} 轮：共有 {length} 轮",
            )

    def _turn(self, row: sqlite3.Row) -> Turn:
        try:
            answer = answer_of(json.loads(row["answer"]))
        except (ValueError, RecursionError) as error:
            raise damaged(self._database.path, str(error)) from error
        kept = row["good"] is not None
        feedback = Feedback(bool(row["good"]), row["reason"], row["given"]) if kept else None
        return Turn(row["n"], row["asked"], answer, feedback)

    def _moment(self) -> str:
        return self._now().astimezone(UTC).isoformat(timespec="microseconds")


def _put(db: sqlite3.Connection, chat_id: str, n: int, moment: str, answer: Answer) -> None:
    # In ASCII, so that half characters and NULs that a question may hold come back as well.
    kept = json.dumps(answer_json(answer, str(n)))
    folded = _folded(f"{answer.question}\n{answer.text}")
    db.execute("INSERT INTO turns VALUES (?, ?, ?, ?, ?)", (chat_id, n, moment, kept, folded))


def _entry(row: sqlite3.Row) -> Entry:
    lang = cast(Lang, row["lang"])
    return Entry(row["id"], row["name"], lang, row["created"], row["changed"], row["length"])


def _search(words: str) -> tuple[str, list[str]]:
    """A condition that every word is held, and its values."""
    found = _folded(words).split()
    where = f"WHERE {' AND '.join([_HOLDS] * len(found))}" if found else ""
    return where, [word for word in found for _ in range(2)]


def _folded(text: str) -> str:
    """What is looked in and for: answers are Markdown, whose backslashes nobody types."""
    return fold(whole(text)).replace("\\", "").replace("\0", "")
