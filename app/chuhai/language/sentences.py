"""Sentences as offsets. Nothing is stripped from the text but what surrounds a sentence."""

import re
from collections.abc import Iterator

_CLOSERS = "”’」』）】〕》\"')]"
_ENDER = re.compile(rf"(?:[。！？!?]+|…{{2,}}|(?P<dot>\.))[{re.escape(_CLOSERS)}]*")
_ABBREVIATION = re.compile(
    r"(?:\b(?:Mr|Mrs|Ms|Dr|Prof|St|No|vs|etc|cf|Fig|Inc|Ltd|Co|Corp|approx|al|e\.g|i\.e|U\.S|U\.K|n\.d)"
    r"|\b[A-Z])\.$"
)
_LIST_MARK = re.compile(r"(?:[-*+•·]|\(?\d{1,3}\.)\s+|[(（]?\d{1,3}[)、）]\s*")
_ENUMERATOR = re.compile(r"(?:^|\n)[^\S\n]*\(?\d{1,3}\.$")
_LEANING = re.compile(
    r"但是?|然而|不过|可是|因此|所以|因而|于是|此外|另外|同时|而且|并且|而|其中|其次|这|该|它|他|她|对此|反之|相反"
    r"|(?:but|however|yet|therefore|thus|hence|so|moreover|furthermore|besides|in\ addition|also"
    r"|and|meanwhile|then|this|these|those|that|it|they|he|she|such|instead|conversely)\b",
    re.I | re.X,
)
_QUESTION = re.compile(r"[^？?]+[？?]")
_CLAUSE = re.compile(r"[；;]|[，,、：:](?!\d)|\s")

# A line that ends here ends a sentence too; other line ends may be mere wrapping.
_LINE_ENDS_SENTENCE = re.compile(r"[：:]\s*\n|\n[^\S\n]*(?=[-*+•·]\s|\(?\d{1,3}[.)、）]\s)")
# Wrapped prose has an ender every few lines; where none comes, lines are the units.
_LONGEST_WRAPPED = 300


def split(text: str, start: int = 0, end: int | None = None) -> list[tuple[int, int]]:
    """Offsets of the sentences of ``text[start:end]``, in order, without surrounding space.

    Full stops end a sentence before a space and a capital, not in 3.5, U.S. or e.g.;
    closing quotes and brackets belong to the sentence that they close. A leading list
    mark (``- ``, ``1. ``) belongs to no sentence.
    """
    end = len(text) if end is None else end
    spans: list[tuple[int, int]] = []
    for left, right in _pieces(text, start, end):
        span = _trim(text, left, right)
        if span is not None:
            spans.append(span)
    return spans


def leans(text: str) -> bool:
    """Whether a sentence begins with a word that leans on the one before it («however», 这)."""
    return bool(_LEANING.match(text.lstrip(' “"「『(（')))


def questions(text: str) -> tuple[str, ...]:
    """The questions of a text that holds nothing else; ``/`` between languages is dropped."""
    return tuple(found.strip(" /\n") for found in _QUESTION.findall(text))


def shorten(text: str, start: int, end: int, limit: int) -> list[tuple[int, int]]:
    """A sentence longer than ``limit`` code points, cut at clauses, then where it must be."""
    parts: list[tuple[int, int]] = []
    while end - start > limit:
        cuts = [m.end() for m in _CLAUSE.finditer(text, start, start + limit)]
        good = [cut for cut in cuts if cut - start >= limit // 3]
        cut = good[-1] if good else start + limit
        span = _trim(text, start, cut)
        if span is not None:
            parts.append(span)
        start = cut
    span = _trim(text, start, end)
    return [*parts, span] if span is not None else parts


def _pieces(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    cuts = {m.end() for m in _LINE_ENDS_SENTENCE.finditer(text, start, end)}
    cuts |= {
        m.end() for m in _ENDER.finditer(text, start, end) if not m["dot"] or _stops(text, m, end)
    }
    left = start
    for cut in [*sorted(cuts), end]:
        if cut - left > _LONGEST_WRAPPED and "\n" in text[left:cut]:
            yield from _lines(text, left, cut)
        elif cut > left:
            yield left, cut
        left = cut


def _lines(text: str, left: int, right: int) -> Iterator[tuple[int, int]]:
    for line in re.finditer(r"[^\n]+", text[left:right]):
        yield left + line.start(), left + line.end()


def _stops(text: str, match: re.Match[str], end: int) -> bool:
    """Whether this full stop ends a sentence."""
    after = text[match.end() : min(match.end() + 3, end)]
    if after and not (after[0].isspace() or ord(after[0]) > 0x2E7F):
        return False
    following = after.strip()
    if following and following[0].islower():
        return False
    before = text[max(0, match.start() - 8) : match.start() + 1]
    if following and _ENUMERATOR.search(before):
        return False
    return not following or not _ABBREVIATION.search(before)


def _trim(text: str, left: int, right: int) -> tuple[int, int] | None:
    left, _ = _bare(text, left, right)
    mark = _LIST_MARK.match(text, left, right)
    if mark:
        left = mark.end()
    left, right = _bare(text, left, right)
    left, right = _bare(text, *_unquoted(text, left, right))
    has_word = any(ch.isalnum() for ch in text[left:right])
    return (left, right) if has_word else None


def _bare(text: str, left: int, right: int) -> tuple[int, int]:
    """Without the space around it."""
    while left < right and text[left].isspace():
        left += 1
    while right > left and text[right - 1].isspace():
        right -= 1
    return left, right


def _unquoted(text: str, left: int, right: int) -> tuple[int, int]:
    """Leaves out a quotation mark whose partner stands in another sentence."""
    for opening, closing in ("“”", "「」", "『』"):
        opened, closed = text.count(opening, left, right), text.count(closing, left, right)
        if opened > closed and text.startswith(opening, left):
            left += 1
        elif closed > opened and text[left:right].endswith(closing):
            right -= 1
    return left, right
