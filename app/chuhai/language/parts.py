"""Parts of a work: whether a question asks about another part than the one at hand."""

import re
from collections.abc import Collection

from chuhai.language.normalise import fold

_FIRST = re.compile(
    r"^(?:上[篇册部卷集]|第一[篇册部卷]|(?:part|volume)\ (?:one|1|i))$", re.I | re.X
)
_SECOND = re.compile(
    r"下[篇册部卷集](?!都|分)|第[二三][篇册部卷]|续[篇集作]"
    r"|\b(?:part|volume)\ (?:two|2|ii|three|3|iii)\b|\b(?:second|third|next)\ (?:part|volume)\b"
    r"|\bsequel\b|\bfollow-?up\ (?:report|volume|paper)\b",
    re.I,
)


def is_later(title: str) -> bool:
    """Whether a document is by its title a later part of some work."""
    return bool(_SECOND.search(fold(title)))


def other_part(question: str, editions: Collection[str]) -> str | None:
    """How the question calls a later part, where the documents are all a work's first part."""
    if not editions or not all(_FIRST.match(fold(edition)) for edition in editions):
        return None
    found = _SECOND.search(fold(question))
    return found[0] if found else None
