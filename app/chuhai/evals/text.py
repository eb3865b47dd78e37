"""How the bench reads text: comparable forms, citation markers, statements, quotations.

Everything is by characters after NFKC and Traditional-to-Simplified folding, never by
whitespace tokens: ``rouge_score`` gives 0.0 for two identical Chinese strings.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from chuhai.answering.claims import plain
from chuhai.language import sentences
from chuhai.language.normalise import fold

_ITEM = r"\^?\d{1,3}(?:\s*[-–—~]\s*\^?\d{1,3})?"
_MARKER = re.compile(
    rf"[\[【［]\s*(?P<inner>{_ITEM}(?:\s*[,，、;；]\s*{_ITEM})*)\s*(?:†[^\]】］]*)?[\]】］](?!\()"
)
_LONGEST_RANGE = 30
_QUOTED = re.compile(r"“([^“”]+)”|「([^「」]+)」|『([^『』]+)』|\"([^\"\n]+)\"|«([^«»]+)»")
_FOOTNOTE = re.compile(r"^\s*[\[【［]\^?\d{1,3}[\]】］]\s*[:：].*$", re.M)
_DIGIT_NEXT = re.compile(r"[.,]?\d")
# A quotation shorter than this is a name or a term in quotation marks, not words quoted.
QUOTED_HAN = 8
QUOTED_WORDS = 4


@lru_cache(maxsize=20000)
def folded(text: str) -> str:
    """NFKC, lower case, Simplified, each run of space one space, with a space at both ends."""
    return f" {' '.join(fold(text).split())} "


@lru_cache(maxsize=20000)
def bare(text: str) -> str:
    """Letters, digits and ``%`` alone, folded: equal for texts that differ in form only."""
    return "".join(ch for ch in fold(text) if ch.isalnum() or ch == "%")


def says(text: str, variant: str) -> bool:
    """Whether the text holds the variant of a fact.

    Folded on both sides. Figures and Latin words begin where the variant does, so that 9%
    is not found in 49%, nor «inland» in «mainland»; a word may go on («saturat» finds
    «saturated»), a figure may not (51 is not 510 or 51.5). Short names in capitals (US,
    PR) are matched in capitals, as whole words.
    """
    wanted = variant.strip()
    if len(wanted) <= 5 and re.fullmatch(r"[A-Z][A-Z&.]*", wanted):
        return bool(re.search(rf"(?<![A-Za-z]){re.escape(wanted)}(?![A-Za-z])", text))
    needle, hay = folded(wanted).strip(), folded(text)
    start = hay.find(needle)
    while needle and start >= 0:
        if _begins(hay, start) and _ends(hay, start + len(needle)):
            return True
        start = hay.find(needle, start + 1)
    return False


def _begins(hay: str, start: int) -> bool:
    first, before = hay[start], hay[start - 1 : start]
    if first.isdigit():
        return not (before.isdigit() or (before in ".," and hay[start - 2 : start - 1].isdigit()))
    return not (_latin(first) and _latin(before))


def _ends(hay: str, end: int) -> bool:
    return not (hay[end - 1].isdigit() and _DIGIT_NEXT.match(hay, end))


def _latin(ch: str) -> bool:
    return ch.isalpha() and ord(ch) < 0x250


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence of an answer, without markers, and the numbers that it cites."""

    text: str
    cited: tuple[int, ...]


def markers(answer: str) -> list[int]:
    """Numbers cited, in order: [1], [1][2], [1,2], [1-3], 【1】, 【1†source】, [^1]."""
    return [number for match in _MARKER.finditer(answer) for number in _numbers(match["inner"])]


def unmarked(answer: str) -> str:
    """The answer as it reads: no markers, no footnote list, no Markdown escapes."""
    return _tidy(_MARKER.sub("", _FOOTNOTE.sub("", answer)))


def statements(answer: str) -> list[Statement]:
    """The answer's sentences with their markers.

    A marker belongs to the sentence that it stands in or closes. A sentence without any
    takes those of the next one in its line that has some: markers close a claim, and one
    Chinese sentence is often two English ones. In ALCE it would count as uncited.
    """
    found: list[Statement] = []
    for line in _FOOTNOTE.sub("", answer).split("\n"):
        found.extend(_line_statements(line))
    return found


def _line_statements(line: str) -> list[Statement]:
    text, places = _lift(line)
    spans = sentences.split(text)
    if not spans:
        return []
    cited: list[list[int]] = [[] for _ in spans]
    for place, number in places:
        owner = max((i for i, (start, _) in enumerate(spans) if start < place), default=0)
        cited[owner].append(number)
    for i in reversed(range(len(spans) - 1)):
        cited[i] = cited[i] or cited[i + 1]
    return [
        Statement(_tidy(text[start:end]), tuple(dict.fromkeys(numbers)))
        for (start, end), numbers in zip(spans, cited, strict=True)
    ]


def _lift(line: str) -> tuple[str, list[tuple[int, int]]]:
    """The line without its markers, and where in it each cited number stood."""
    kept: list[str] = []
    places: list[tuple[int, int]] = []
    position = length = 0
    for match in _MARKER.finditer(line):
        kept.append(line[position : match.start()])
        length += match.start() - position
        places.extend((length, number) for number in _numbers(match["inner"]))
        position = match.end()
    return "".join([*kept, line[position:]]), places


def _tidy(text: str) -> str:
    """Escapes undone, spaces that a marker left behind taken away."""
    lines = (" ".join(line.split()) for line in plain(text).split("\n"))
    return "\n".join(line for line in lines if line).strip()


def _numbers(inner: str) -> Iterator[int]:
    for item in re.split(r"[,，、;；]", inner):
        ends = [int(end) for end in re.findall(r"\d+", item)]
        if len(ends) == 2 and ends[0] <= ends[1] < ends[0] + _LONGEST_RANGE:
            yield from range(ends[0], ends[1] + 1)
        else:
            yield from ends


def quotations(answer: str) -> list[str]:
    """What stands in quotation marks and is long enough to be a quotation."""
    found = ("".join(filter(None, match.groups())) for match in _QUOTED.finditer(unmarked(answer)))
    return [quote.strip() for quote in found if _long_enough(quote)]


def _long_enough(quote: str) -> bool:
    han = sum("\u3400" <= ch <= "\u9fff" for ch in quote)
    return han >= QUOTED_HAN or (not han and len(quote.split()) >= QUOTED_WORDS)
