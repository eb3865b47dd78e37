"""The words of the pages beside Ask, in both languages, from ``words.toml``."""

import tomllib
from functools import cache
from pathlib import Path

from chuhai.domain import Lang

_FILE = Path(__file__).with_name("words.toml")


def word(key: str, lang: Lang, **values: object) -> str:
    """The wording with its places filled; KeyError for an unknown key."""
    room, _, name = key.partition(".")
    return _words()[room][name][lang].format(**values)


def known(key: str) -> bool:
    """Whether there is such a wording."""
    room, _, name = key.partition(".")
    return name in _words().get(room, {})


@cache
def _words() -> dict[str, dict[str, dict[str, str]]]:
    with _FILE.open("rb") as file:
        return tomllib.load(file)
