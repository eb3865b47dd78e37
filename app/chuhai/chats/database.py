"""The SQLite file of home that keeps conversations: opened, brought up to date, or refused.

A file that is damaged, newer than this program or another program's is never written to.
Every use opens a connection of its own, so that threads and processes share nothing.
"""

import contextlib
import os
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from chuhai.errors import ChatsBusy, ChatsDamaged, ChatsError, ChatsForeign, StorageError

# Stands in the file's header, so that another program's database is told apart ("Chuh").
APPLICATION_ID = 0x43687568
_WAIT_S = 10.0
_SCHEMA = (
    """
    CREATE TABLE conversations (
        id TEXT PRIMARY KEY, name TEXT NOT NULL, lang TEXT NOT NULL, created TEXT NOT NULL,
        changed TEXT NOT NULL, folded TEXT NOT NULL
    )
    """,
    """
    CREATE TABLE turns (
        conversation TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
        n INTEGER NOT NULL, asked TEXT NOT NULL, answer TEXT NOT NULL, folded TEXT NOT NULL,
        PRIMARY KEY (conversation, n)
    )
    """,
    """
    CREATE TABLE feedback (
        conversation TEXT NOT NULL, n INTEGER NOT NULL, good INTEGER NOT NULL,
        reason TEXT NOT NULL, given TEXT NOT NULL, PRIMARY KEY (conversation, n),
        FOREIGN KEY (conversation, n) REFERENCES turns (conversation, n) ON DELETE CASCADE
    )
    """,
    "CREATE INDEX conversations_by_change ON conversations (changed)",
)

Migration = Callable[[sqlite3.Connection], None]


def _first(db: sqlite3.Connection) -> None:
    for statement in _SCHEMA:
        db.execute(statement)


# The n-th brings a file of version n to n + 1; a file's version is how many it went through.
MIGRATIONS: tuple[Migration, ...] = (_first,)


@dataclass(frozen=True)
class Database:
    """The file at ``path``; made by the first write, and only then."""

    path: Path
    migrations: Sequence[Migration] = MIGRATIONS

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A connection that sees one state; where there is no file, an empty one in memory."""
        with self._errors(), closing(self._open(create=False)) as db:
            db.execute("BEGIN")
            yield db

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """A transaction: kept as a whole at the end, or not at all."""
        with self._errors(), closing(self._open(create=True)) as db:
            db.execute("BEGIN IMMEDIATE")
            yield db
            db.execute("COMMIT")

    def _open(self, *, create: bool) -> sqlite3.Connection:
        there = self.path.is_file()
        if create and not there:
            self._create()
        name = str(self.path) if there or create else ":memory:"
        db = sqlite3.connect(name, timeout=_WAIT_S, isolation_level=None)
        try:
            db.row_factory = sqlite3.Row
            db.execute("PRAGMA foreign_keys = ON")
            self._bring_up_to_date(db)
        except BaseException:
            db.close()
            raise
        return db

    def _create(self) -> None:
        """An empty file that only its owner may read: questions are private."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            os.close(os.open(self.path, os.O_CREAT | os.O_RDWR, 0o600))
        except OSError as error:
            raise self._unwritable(error.strerror or type(error).__name__) from error

    def _bring_up_to_date(self, db: sqlite3.Connection) -> None:
        if self._version(db) == len(self.migrations):
            return
        # Readers then never wait for a writer. Refused while others are at it: they did it.
        with contextlib.suppress(sqlite3.OperationalError):
            db.execute("PRAGMA journal_mode = WAL")
        db.execute("BEGIN IMMEDIATE")
        for migrate in self.migrations[self._version(db) :]:
            migrate(db)
        db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        db.execute(f"PRAGMA user_version = {len(self.migrations)}")
        db.execute("COMMIT")

    def _version(self, db: sqlite3.Connection) -> int:
        """How many migrations the file went through. Raises ChatsForeign for another's file."""
        program = db.execute("PRAGMA application_id").fetchone()[0]
        version: int = db.execute("PRAGMA user_version").fetchone()[0]
        tables = db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
        if program != APPLICATION_ID and (program or version or tables):
            raise ChatsForeign(
                f"{self.path} belongs to another program: move it away",
                f"{self.path} 是别的程序的数据库：请把它移走",
            )
        if version > len(self.migrations):
            raise ChatsForeign(
                f"{self.path} was written by a newer Chuhai (version {version}, this one knows "
                f"{len(self.migrations)}): update Chuhai or name another --home",
                f"{self.path} 由更新的 Chuhai 写成（版本 {version}，当前程序只到 "
                f"{len(self.migrations)}）：请更新 Chuhai，或换一个 --home",
            )
        return version

    @contextmanager
    def _errors(self) -> Iterator[None]:
        """SQLite's errors as ours."""
        try:
            yield
        except sqlite3.DatabaseError as error:
            raise self._error(error) from error

    def _error(self, error: sqlite3.DatabaseError) -> ChatsError | StorageError:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            return ChatsBusy(
                f"another process has been writing to {self.path} for {_WAIT_S:.0f} s: try again",
                f"另一个进程写 {self.path} 已超过 {_WAIT_S:.0f} 秒：请再试一次",
            )
        if code in (
            sqlite3.SQLITE_FULL,
            sqlite3.SQLITE_READONLY,
            sqlite3.SQLITE_CANTOPEN,
            sqlite3.SQLITE_IOERR,
            sqlite3.SQLITE_PERM,
        ):
            return self._unwritable(str(error))
        return damaged(self.path, str(error))

    def _unwritable(self, why: str) -> StorageError:
        return StorageError(
            f"{self.path} cannot be written ({why}): free space, allow writing, "
            "or name another --home",
            f"{self.path} 写不了（{why}）：请腾出空间、允许写入，或换一个 --home",
        )


def damaged(path: Path, what: str) -> ChatsDamaged:
    """The error for a file, or something in it, that cannot be read."""
    return ChatsDamaged(
        f"the saved conversations {path} are damaged ({what}): put a copy back, or move the "
        "file away to begin a new one",
        f"保存的对话 {path} 已损坏（{what}）：请用备份恢复，或移走该文件以重新开始",
    )
