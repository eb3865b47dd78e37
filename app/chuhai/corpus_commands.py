"""``chuhai corpus add|list|remove``. Imported by its command."""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from chuhai import library
from chuhai.corpus.names import shown
from chuhai.domain import Lang
from chuhai.errors import DocumentError
from chuhai.index.build import Progress
from chuhai.library import Added, Entry
from chuhai.wiring import Workshop

# Of a large folder a terminal gets so many lines; --json has all.
_SHOWN = 20
_BECAME = {
    "added": ("已添加", "added"),
    "replaced": ("已更新", "replaced"),
    "unchanged": ("没有变化", "unchanged"),
}


def main(
    verb: str, arguments: argparse.Namespace, workshop: Workshop, lang: Lang, progress: Progress
) -> int:
    """Runs one verb; returns the exit status."""
    if verb == "add":
        values, lines = _add(arguments, workshop, lang, progress)
    elif verb == "remove":
        values, lines = _remove(arguments, workshop, lang, progress)
    else:
        values, lines = _list(workshop, lang, progress)
    shown = [json.dumps(values, ensure_ascii=False)] if getattr(arguments, "json", False) else lines
    sys.stdout.write("".join(f"{line}\n" for line in shown))
    return 0


def _add(
    arguments: argparse.Namespace, workshop: Workshop, lang: Lang, progress: Progress
) -> tuple[dict[str, Any], list[str]]:
    if not all(arguments.paths):
        raise DocumentError(
            "a path is empty: name a file or a folder", "路径是空的：请给文件或文件夹"
        )
    paths = [Path(path).expanduser() for path in arguments.paths]
    done = library.add(workshop, paths, replace=arguments.replace, progress=progress)
    reasons = [f"chuhai: {reason.message(lang)}" for reason in done.left_out]
    sys.stderr.write("".join(f"{line}\n" for line in _few(reasons, lang)))
    values = {
        "documents": [
            {**entry_json(entry), "status": done.documents[entry.document]}
            for entry in done.entries
        ],
        "left_out": [reason.message(lang) for reason in done.left_out],
        "added": done.report.added,
        "removed": done.report.removed,
    }
    return values, _few([_became(entry, done, lang) for entry in done.entries], lang)


def _few(lines: list[str], lang: Lang) -> list[str]:
    more = len(lines) - _SHOWN
    rest = f"…… 还有 {more} 个" if lang == "zh" else f"… and {more} more"
    return [*lines[:_SHOWN], rest] if more > 0 else lines


def _became(entry: Entry, done: Added, lang: Lang) -> str:
    became = _BECAME[done.documents[entry.document]][lang == "en"]
    converted = entry.source.converted if entry.source else None
    if lang == "zh":
        note = f"，由 {converted} 转换" if converted else ""
        return f"{became} {entry.document}（{entry.passages} 个段落{note}）"
    note = f", converted from {converted}" if converted else ""
    return f"{became} {entry.document} ({entry.passages} passages{note})"


def _remove(
    arguments: argparse.Namespace, workshop: Workshop, lang: Lang, progress: Progress
) -> tuple[dict[str, Any], list[str]]:
    done = library.remove(workshop, arguments.ref, progress=progress)
    said = "已移走" if lang == "zh" else "removed"
    values = {"documents": list(done.documents), "removed": done.report.removed}
    return values, _few([f"{said} {document}" for document in done.documents], lang)


def _list(workshop: Workshop, lang: Lang, progress: Progress) -> tuple[dict[str, Any], list[str]]:
    workshop.open_or_build(progress).close()
    entries = library.entries_of(workshop)
    mine = "你添加的" if lang == "zh" else "yours"
    lines = [
        f"{e.document}  {e.lang}  {e.passages:>4}  {shown(e.title)}"
        + (f"  ({mine})" if e.own else "")
        for e in entries
    ]
    return {"documents": [entry_json(entry) for entry in entries]}, lines


def entry_json(entry: Entry) -> dict[str, Any]:
    """One document of ``corpus list``; ``added`` and ``converted`` are null for shipped ones."""
    source = entry.source
    return {
        "document": entry.document,
        "title": entry.title,
        "lang": entry.lang,
        "kind": entry.kind,
        "passages": entry.passages,
        "own": entry.own,
        "added": source.added if source else None,
        "converted": source.converted if source else None,
    }
