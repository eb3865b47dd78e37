"""``chuhai chats …``: the saved conversations of home, listed, shown, renamed, deleted."""

import argparse
import json
import sys
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any

from chuhai.domain import Lang

if TYPE_CHECKING:
    from chuhai.chats.conversations import Chats
    from chuhai.chats.values import Entry, Turn


def add_verbs(verb: Callable[[str, str], argparse.ArgumentParser]) -> None:
    """The verbs, given a way to make the parser of one."""
    listed = verb("list", "saved conversations, the last changed first")
    listed.add_argument(
        "--search", metavar="TEXT", default="", help="only those with all these words"
    )
    listed.add_argument("--limit", metavar="N", type=_count, default=50, help="default 50")
    listed.add_argument("--offset", metavar="N", type=_count, default=0, help="leave out the first")
    for name, does in (("show", "a conversation"), ("delete", "delete a conversation")):
        verb(name, does).add_argument("id", metavar="ID")
    renamed = verb("rename", "give a conversation another name")
    renamed.add_argument("id", metavar="ID")
    renamed.add_argument("name", metavar="NAME")


def main(arguments: argparse.Namespace, chats: "Chats", lang: Lang) -> int:
    """Runs one verb; returns the exit status."""
    values, text = _VERBS[arguments.verb](arguments, chats, lang)
    asked = getattr(arguments, "json", False)
    line = json.dumps(values, ensure_ascii=False) if asked else text
    sys.stdout.write(f"{line}\n" if line else "")
    return 0


def _list(arguments: argparse.Namespace, chats: "Chats", lang: Lang) -> tuple[Any, str]:
    found = chats.find(arguments.search, arguments.limit, arguments.offset)
    total = chats.count(arguments.search)
    lines = [_line(entry) for entry in found]
    more = total - arguments.offset - len(found)
    if more > 0:
        lines.append({"zh": f"还有 {more} 个：--offset", "en": f"{more} more: --offset"}[lang])
    values = {"total": total, "conversations": [asdict(entry) for entry in found]}
    return values, "\n".join(lines)


def _show(arguments: argparse.Namespace, chats: "Chats", lang: Lang) -> tuple[Any, str]:
    from chuhai.answering.claims import plain

    shown = chats.load(arguments.id)
    lines = [shown.entry.name]
    for turn in shown.turns:
        said = turn.answer.text if turn.answer.refused else plain(turn.answer.text)
        lines += ["", f"> {turn.question}", "", said]
    values = {**asdict(shown.entry), "turns": [_turn(turn) for turn in shown.turns]}
    return values, "\n".join(lines)


def _turn(turn: "Turn") -> dict[str, Any]:
    from chuhai.answers import answer_json

    return {
        "n": turn.n,
        "asked": turn.asked,
        "answer": answer_json(turn.answer, str(turn.n)),
        "feedback": asdict(turn.feedback) if turn.feedback else None,
    }


def _rename(arguments: argparse.Namespace, chats: "Chats", lang: Lang) -> tuple[Any, str]:
    entry = chats.rename(arguments.id, arguments.name)
    return asdict(entry), _line(entry)


def _delete(arguments: argparse.Namespace, chats: "Chats", lang: Lang) -> tuple[Any, str]:
    chats.delete(arguments.id)
    return {"deleted": arguments.id}, {"zh": "已删除", "en": "deleted"}[lang]


_VERBS: dict[str, Callable[[argparse.Namespace, "Chats", Lang], tuple[Any, str]]] = {
    "list": _list,
    "show": _show,
    "rename": _rename,
    "delete": _delete,
}


def _line(entry: "Entry") -> str:
    changed = datetime.fromisoformat(entry.changed).astimezone()
    return f"{entry.id}  {changed:%Y-%m-%d %H:%M}  {entry.length:>3}  {entry.name}"


def _count(text: str) -> int:
    value = int(text)
    if value < 0:
        raise argparse.ArgumentTypeError("must not be negative")
    return value
