"""The user's own documents in home, what is remembered of them, and how more are made ready.

``documents/NAME`` is a document, beside it the file that it was extracted from, if it was.
``.sources.json`` remembers where each came from.
"""

import json
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, fields
from pathlib import Path
from tempfile import mkdtemp

from chuhai.corpus.intake import Taken

REGISTRY = ".sources.json"
_INCOMING = ".incoming-"
# What a process left that died while it made a change ready.
_FORGOTTEN_S = 86_400


@dataclass(frozen=True, slots=True)
class Source:
    """What is remembered of a document of the user's own."""

    added: str
    """When, ISO 8601."""
    origin: str | None = None
    converted: str | None = None
    original: str | None = None
    """Name of the file beside it that its text was extracted from."""


@dataclass(frozen=True, slots=True)
class Staged:
    """A document made ready: its files lie in a folder of this change alone."""

    name: str
    file: Path
    original: Path | None
    converted: str | None
    origin: str | None
    named: bool


def read_sources(folder: Path) -> Mapping[str, Source]:
    """What is remembered of the documents; a file that cannot be read remembers nothing."""
    try:
        values = json.loads((folder / REGISTRY).read_text(encoding="utf-8"))
        known = {f.name for f in fields(Source)}
        return {
            name: Source(**{k: v for k, v in row.items() if k in known})
            for name, row in values.items()
        }
    except (OSError, ValueError, TypeError, AttributeError):
        return {}


@contextmanager
def making_ready(home: Path) -> Iterator[Path]:
    """A folder for one change, on the disk of the documents and gone afterwards."""
    home.mkdir(parents=True, exist_ok=True)
    for left in home.glob(f"{_INCOMING}*"):
        with suppress(OSError):
            if time.time() - left.stat().st_mtime > _FORGOTTEN_S:
                shutil.rmtree(left, ignore_errors=True)
    place = Path(mkdtemp(prefix=_INCOMING, dir=home))
    try:
        yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)


def stage(taken: Taken, place: Path, number: int, named: bool) -> Staged:
    """Writes the document and its original to the folder of the change."""
    file = place / f"document-{number}"
    file.write_bytes(taken.text)
    original = None
    if taken.original is not None:
        original = place / f"original-{number}"
        original.write_bytes(taken.original[1])
    return Staged(taken.name, file, original, taken.converted, taken.origin, named)
