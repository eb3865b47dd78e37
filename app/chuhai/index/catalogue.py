"""Documents and passages of one build, in SQLite: read one by one, never all at once."""

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import astuple
from pathlib import Path
from typing import Any

from chuhai.corpus.align import Links
from chuhai.domain import Document, Paragraph, Passage, Sentence, Translation
from chuhai.errors import IndexCorrupt

_SCHEMA = """
CREATE TABLE IF NOT EXISTS documents (
    path TEXT PRIMARY KEY, title TEXT, lang TEXT, kind TEXT, source TEXT, text TEXT,
    paragraphs TEXT, translation_of TEXT, restates TEXT, asks TEXT, lacks TEXT
);
CREATE TABLE IF NOT EXISTS passages (
    passage_id TEXT PRIMARY KEY, content_hash TEXT, document TEXT, place INTEGER,
    start INTEGER, "end" INTEGER, heading TEXT, locator TEXT, themes TEXT, sentences TEXT,
    translation TEXT, other_heading TEXT, open TEXT
);
CREATE TABLE IF NOT EXISTS questions (sort TEXT, text TEXT, vector BLOB);
CREATE INDEX IF NOT EXISTS passages_of ON passages (document, place);
"""
_PASSAGE = """
SELECT p.passage_id, p.content_hash, p.document, d.title, d.lang, d.kind, p.start, p."end",
       substr(d.text, p.start + 1, p."end" - p.start) AS text,
       p.heading, p.locator, p.themes, p.sentences, p.translation, p.other_heading, p.open
FROM passages p JOIN documents d ON d.path = p.document
"""
# SQLite takes 32,766 variables in one statement; asked for in slices well below.
_SLICE = 900
_REMEMBERED = 2048  # passages kept as they were read: a few kilobytes each
_DOCUMENTS = 32


class Catalogue:
    """The texts of a build. One writer while building, any number of readers after."""

    def __init__(self, path: Path, *, create: bool = False) -> None:
        if not create and not path.is_file():
            raise IndexCorrupt(
                "the texts of the index are missing: run `chuhai index build`",
                "索引缺少文本：请运行 `chuhai index build`",
            )
        self._db = sqlite3.connect(path, check_same_thread=False)
        self._db.row_factory = sqlite3.Row
        self._held: dict[str, Passage] = {}
        self._read_lately: dict[str, Document | None] = {}
        if create:
            self._db.executescript(_SCHEMA)

    def close(self) -> None:
        self._db.close()

    def commit(self) -> None:
        self._db.commit()

    def put(self, document: Document, passages: Sequence[Passage]) -> None:
        """Stores a document with its passages, replacing what it had before."""
        self.remove(document.path)
        self._db.execute(
            "INSERT INTO documents VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                document.path,
                document.title,
                document.lang,
                document.kind,
                json.dumps(dict(document.source), ensure_ascii=False),
                document.text,
                json.dumps([_paragraph_row(p) for p in document.paragraphs], ensure_ascii=False),
                document.translation_of,
                document.restates,
                document.asks,
                document.lacks,
            ),
        )
        self._db.executemany(
            "INSERT INTO passages VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [_row(place, passage) for place, passage in enumerate(passages)],
        )

    def remove(self, path: str) -> None:
        self._held.clear()
        self._read_lately.clear()
        self._db.execute("DELETE FROM passages WHERE document = ?", (path,))
        self._db.execute("DELETE FROM documents WHERE path = ?", (path,))

    def document(self, path: str) -> Document | None:
        """The document at this path, None where there is none. The last ones are remembered."""
        if path not in self._read_lately:
            if len(self._read_lately) >= _DOCUMENTS:
                self._read_lately.clear()
            self._read_lately[path] = self._document(path)
        return self._read_lately[path]

    def _document(self, path: str) -> Document | None:
        row = self._db.execute("SELECT * FROM documents WHERE path = ?", (path,)).fetchone()
        if row is None:
            return None
        return Document(
            path=row["path"],
            title=row["title"],
            lang=row["lang"],
            text=row["text"],
            paragraphs=tuple(_paragraph(values) for values in json.loads(row["paragraphs"])),
            kind=row["kind"],
            source=json.loads(row["source"]),
            translation_of=row["translation_of"],
            restates=row["restates"],
            asks=row["asks"],
            lacks=row["lacks"],
        )

    def links(self) -> dict[str, Links]:
        """What each document says it is to another."""
        rows = self._db.execute("SELECT path, translation_of, restates, asks, lacks FROM documents")
        return {path: Links(*said) for path, *said in rows}

    def documents(self) -> list[tuple[str, str, str, str | None, int]]:
        """Path, title, language, kind and number of passages of each document, by path."""
        rows = self._db.execute(
            "SELECT path, title, lang, kind, (SELECT count(*) FROM passages WHERE document = path)"
            " FROM documents ORDER BY path"
        )
        return [tuple(row) for row in rows]

    def editions(self) -> set[str]:
        """What the documents call their editions, those that say so."""
        rows = self._db.execute("SELECT DISTINCT json_extract(source, '$.edition') FROM documents")
        return {edition for (edition,) in rows if edition}

    def passages(self, passage_ids: Sequence[str]) -> dict[str, Passage]:
        """The passages with these ids; unknown ids are left out. The last ones are remembered."""
        held = {i: passage for i in passage_ids if (passage := self._held.get(i)) is not None}
        missing = [i for i in passage_ids if i not in held]
        read = {passage.passage_id: passage for passage in self._read(missing)}
        if len(self._held) + len(read) > _REMEMBERED:
            self._held.clear()
        self._held.update(read)
        return held | read

    def _read(self, passage_ids: Sequence[str]) -> Iterator[Passage]:
        for i in range(0, len(passage_ids), _SLICE):
            ids = passage_ids[i : i + _SLICE]
            marks = ",".join("?" * len(ids))
            for row in self._db.execute(f"{_PASSAGE} WHERE p.passage_id IN ({marks})", ids):
                yield _passage(row)

    def passages_of(self, document: str) -> list[Passage]:
        """A document's passages in reading order."""
        rows = self._db.execute(f"{_PASSAGE} WHERE p.document = ? ORDER BY p.place", (document,))
        return [_passage(row) for row in rows]

    def every_passage(self) -> Iterator[Passage]:
        """All passages, document by document."""
        for row in self._db.execute(f"{_PASSAGE} ORDER BY p.document, p.place"):
            yield _passage(row)

    def questions(self, sort: str) -> dict[str, bytes]:
        """Questions of a sort that are listed beside the documents, each with its vector."""
        rows = self._db.execute("SELECT text, vector FROM questions WHERE sort = ?", (sort,))
        return dict(rows.fetchall())

    def put_questions(self, sort: str, vectors: Mapping[str, bytes]) -> None:
        """Stores the questions of a sort in place of those that were there."""
        self._db.execute("DELETE FROM questions WHERE sort = ?", (sort,))
        rows = [(sort, text, vector) for text, vector in vectors.items()]
        self._db.executemany("INSERT INTO questions VALUES (?, ?, ?)", rows)

    def count(self) -> tuple[int, int]:
        """How many documents and passages there are."""
        documents = self._db.execute("SELECT count(*) FROM documents").fetchone()[0]
        passages = self._db.execute("SELECT count(*) FROM passages").fetchone()[0]
        return documents, passages


def _paragraph_row(paragraph: Paragraph) -> list[Any]:
    return [
        paragraph.start,
        paragraph.end,
        list(paragraph.heading),
        paragraph.anchor,
        paragraph.locator,
        paragraph.role,
        list(paragraph.themes),
        paragraph.speaker,
        list(paragraph.marks),
    ]


def _paragraph(values: list[Any]) -> Paragraph:
    start, end, heading, anchor, locator, role, themes, speaker, marks = values
    return Paragraph(
        start,
        end,
        tuple(heading),
        anchor,
        locator,
        role,
        tuple(themes),
        speaker,
        tuple((place, name) for place, name in marks),
    )


def _row(place: int, passage: Passage) -> tuple[Any, ...]:
    sentences = [
        [s.start, s.end, s.role, s.speaker, _translation_row(s.translation), s.plain, s.asked]
        for s in passage.sentences
    ]
    return (
        passage.passage_id,
        passage.content_hash,
        passage.document,
        place,
        passage.start,
        passage.end,
        json.dumps(passage.heading, ensure_ascii=False),
        passage.locator,
        json.dumps(passage.themes, ensure_ascii=False),
        json.dumps(sentences, ensure_ascii=False),
        json.dumps(_translation_row(passage.translation), ensure_ascii=False),
        json.dumps(passage.other_heading, ensure_ascii=False),
        json.dumps(passage.open, ensure_ascii=False),
    )


def _translation_row(other: Translation | None) -> list[Any] | None:
    return None if other is None else list(astuple(other))


def _translation(values: list[Any] | None) -> Translation | None:
    return None if values is None else Translation(*values)


def _passage(row: sqlite3.Row) -> Passage:
    return Passage(
        passage_id=row["passage_id"],
        content_hash=row["content_hash"],
        document=row["document"],
        title=row["title"],
        lang=row["lang"],
        start=row["start"],
        end=row["end"],
        text=row["text"],
        sentences=tuple(
            Sentence(start, end, role, speaker, _translation(translation), plain, tuple(asked))
            for start, end, role, speaker, translation, plain, asked in json.loads(row["sentences"])
        ),
        heading=tuple(json.loads(row["heading"])),
        locator=row["locator"],
        kind=row["kind"],
        themes=tuple(json.loads(row["themes"])),
        translation=_translation(json.loads(row["translation"])),
        other_heading=tuple(json.loads(row["other_heading"])),
        open=tuple(json.loads(row["open"])),
    )
