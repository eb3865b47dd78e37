"""Reports that a reader keeps in home: answers as ``ask`` out, one file each."""

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from chuhai.answers import answer_json, answer_of
from chuhai.domain import Answer, Lang
from chuhai.errors import StorageError

FORMAT = 1


@dataclass(frozen=True, slots=True)
class Report:
    """A kept report; ``name`` is that of its file."""

    name: str
    title: str
    date: str
    """When it was made, ISO 8601."""
    lang: Lang
    answers: tuple[Answer, ...]


def keep(folder: Path, title: str, lang: Lang, answers: Sequence[Answer]) -> Report:
    """Writes a report to the folder. Raises StorageError where it cannot be written."""
    now = datetime.now(UTC)
    name = f"{now:%Y%m%d-%H%M%S}-{secrets.token_hex(2)}"
    date = now.isoformat(timespec="seconds")
    rows = [answer_json(answer, str(n)) for n, answer in enumerate(answers, 1)]
    kept = {"format": FORMAT, "title": title, "date": date, "lang": lang, "answers": rows}
    path = _path(folder, name)
    part = path.with_suffix(".part")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        part.write_text(json.dumps(kept, indent=1), encoding="utf-8")
        part.replace(path)
    except OSError as error:
        raise StorageError(
            f"{path} cannot be written ({error.strerror}): free space or name another --home",
            f"{path} 写不了（{error.strerror}）：请腾出空间或换一个 --home",
        ) from error
    return Report(name, title, date, lang, tuple(answers))


def kept(folder: Path) -> list[Report]:
    """The reports of the folder, the last first; a file that is none is left out."""
    names = sorted((path.stem for path in folder.glob("*.json")), reverse=True)
    return [report for name in names if (report := _read(folder, name)) is not None]


def drop(folder: Path, report: Report) -> None:
    """Deletes a report; one that is gone already is no error."""
    _path(folder, report.name).unlink(missing_ok=True)


def _read(folder: Path, name: str) -> Report | None:
    try:
        values = json.loads(_path(folder, name).read_text(encoding="utf-8"))
        answers = tuple(answer_of(row) for row in values["answers"])
        lang: Lang = "zh" if values["lang"] == "zh" else "en"
        return Report(name, str(values["title"]), str(values["date"]), lang, answers)
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None


def _path(folder: Path, name: str) -> Path:
    return folder / f"{name}.json"
