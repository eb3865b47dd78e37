"""``chuhai export``: a fresh answer or a saved conversation as a file."""

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from chuhai.domain import Answer, Lang

if TYPE_CHECKING:
    from chuhai.export.formats import Format
    from chuhai.index.build import Progress
    from chuhai.index.opened import Index
    from chuhai.wiring import Workshop

_FORMATS = ("docx", "md", "bib", "pptx")
# What a bibliography may also be, by the name of its file.
_BIBLIOGRAPHIES = {".json": "json", ".txt": "txt"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--format", choices=_FORMATS, required=True)
    parser.add_argument(
        "--out",
        metavar="FILE",
        type=Path,
        required=True,
        help="with --format bib: .bib is BibTeX, .json CSL-JSON, .txt GB/T 7714 and APA 7",
    )
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument(
        "--ask",
        metavar="QUESTION",
        action="append",
        help="may be repeated: the turns of one conversation, each of them answered",
    )
    what.add_argument("--chat", metavar="ID", help="a saved conversation")
    parser.add_argument("--lang", choices=("zh", "en", "auto"), default="auto")


def main(
    arguments: argparse.Namespace, workshop: "Workshop", lang: Lang, progress: "Progress"
) -> int:
    """Makes the file; returns the exit status."""
    from chuhai.export.formats import render, write

    # Looked up first: an unknown conversation needs no index.
    saved = workshop.chats.load(arguments.chat) if arguments.chat is not None else None
    index = workshop.open_or_build(progress)
    try:
        if saved is not None:
            title, spoken = saved.entry.name, saved.entry.lang
            answers = [turn.answer for turn in saved.turns]
        else:
            answers = _asked(arguments, workshop, index)
            title, spoken = answers[0].question, answers[0].lang
        library = workshop.library(index, answers)
    finally:
        index.close()
    form = _form(arguments.format, arguments.out)
    content = render(form, title, spoken, answers, library)
    write(arguments.out, content)
    _say(arguments, {"out": str(arguments.out), "format": form, "turns": len(answers)})
    return 0


def _asked(arguments: argparse.Namespace, workshop: "Workshop", index: "Index") -> list[Answer]:
    from chuhai.batch import checked

    turns = [checked(question) for question in arguments.ask]
    advisor = workshop.advisor(index)
    answers = [advisor.ask(turns[:n], arguments.lang) for n in range(1, len(turns) + 1)]
    for answer in answers:
        if answer.degraded:
            sys.stderr.write(f"chuhai: {answer.degraded}\n")
    return answers


def _form(wanted: str, out: Path) -> "Format":
    """The format, a bibliography's by the file's name too."""
    form = _BIBLIOGRAPHIES.get(out.suffix.lower(), wanted) if wanted == "bib" else wanted
    return cast("Format", form)


def _say(arguments: argparse.Namespace, values: dict[str, Any]) -> None:
    asked = getattr(arguments, "json", False)
    sys.stdout.write((json.dumps(values, ensure_ascii=False) if asked else values["out"]) + "\n")
