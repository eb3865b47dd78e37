"""What a text counts, measures and ranks, in digits and in words, as what it may stand for.

``numbers`` reads numbers as they are printed. Here «three quarters», «过半», «近六成», «one
in ten», «五倍» and «second» are read too, each with the values that it allows: who says
«over half» may have read 51% or 57%, who says «57%» has read 57%.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise

from chuhai.language.forms import FORMS, Kind
from chuhai.language.normalise import fold


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number of a folded text; shares are in percent, months and decades in years."""

    kind: Kind
    value: float
    low: float
    high: float
    unit: str
    """``year``, ``times`` …: what another unit contradicts; else empty."""
    start: int
    end: int

    def allows(self, other: "Quantity") -> bool:
        """Whether who has read the other one may say this one."""
        if self.kind != other.kind or (self.unit and other.unit and self.unit != other.unit):
            return False
        if self.low == self.value < self.high and other.low < other.value == other.high:
            return False  # «over half» is not «nearly half»
        slack = 1e-6 * max(abs(self.low), abs(self.high))
        rounded = self.kind == "share" and abs(self.value - other.value) < 0.5
        return rounded or self.low - slack <= other.value <= self.high + slack


_UNITS: dict[str, str] = {
    "year": "年|岁|years?|yrs?",
    "decade": "decades?",
    "month": "个?月|months?",
    "week": "周|个?星期|weeks?",
    "day": "天|日|days?",
    "hour": "个?小时|hours?",
    "minute": "分钟|minutes?",
    "times": "倍|times|fold|x",
}
_YEARS = {"month": 1 / 12, "decade": 10.0}
_QUALIFIED = re.compile(
    r"(?:(?P<just>略过|刚过|略超|略高于|just over|slightly (?:over|more than))"
    r"|(?P<over>超过|逾|超|过|大|高于|不止|不少于|至少|more than|over|above|at least|exceed\w*)"
    r"|(?P<under>将近|接近|快到|不到|不足|低于|少于|近|nearly|almost|close to|under|below"
    r"|(?:less|fewer) than|not quite|not even|up to|within)"
    r"|(?P<about>大约|约|about|around|roughly|some|approximately))(?:了|为|有|an? )?\s*\Z"
)
_FOLLOWED = re.compile(
    r"\s*(?:(?P<over>以上|多(?![数个种])|余|\+|,? (?:or|and) (?:more|over|above|longer))"
    r"|(?P<under>以下|以内|之内|,? or (?:less|fewer))|(?P<about>左右|上下|or so))"
)
_INSIDE = re.compile("[多余几]")
_UNIT = re.compile(
    r"[ -]?(?:多|余|几)?(?:"
    + "|".join(f"(?P<{name}>{words})" for name, words in _UNITS.items())
    + r")(?![a-z])"
)
_RANGE = re.compile(r"\s?(?:[-~–—至到、]|to|or)\s?")


@lru_cache(1 << 13)
def quantities(text: str) -> tuple[Quantity, ...]:
    """The quantities of a text in order; offsets are into ``fold(text)``.

    Numerals count where they are followed by a measure word (Chinese) or are two or more
    (English); «one», «一个» and names with digits in them (B2B) are none.
    """
    folded = fold(text)
    rest = folded
    found: list[Quantity] = []
    for pattern, read in FORMS:
        for match in pattern.finditer(rest):
            found.extend(_qualified(folded, match, *read(match)))
            rest = rest[: match.start()] + "\n" * len(match[0]) + rest[match.end() :]
    return tuple(_ranged(folded, sorted(found, key=lambda quantity: quantity.start)))


def _qualified(
    text: str, match: re.Match[str], kind: Kind, values: list[float], worded: bool
) -> Iterator[Quantity]:
    """What was read, with the unit behind it and how exactly it is said."""
    before = _QUALIFIED.search(text, max(0, match.start() - 20), match.start())
    after = _FOLLOWED.match(text, match.end())
    how = (before.lastgroup if before else None) or (after.lastgroup if after else None)
    if how is None and kind == "count" and _INSIDE.search(match[0]):
        how = "over"
    unit = _UNIT.match(text, match.end())
    name = (unit.lastgroup or "") if unit and kind == "count" else ""
    for value in values:
        scaled = value * _YEARS.get(name, 1.0)
        low, high = scaled, scaled
        if kind == "share":
            low, high = _share(value, how, worded)
        elif kind == "count" and how in ("over", "just"):
            high = scaled * 1.25
        elif kind == "count" and how == "about":
            low, high = scaled * 0.85, scaled * 1.15
        unit_name = "year" if name in _YEARS else name
        yield Quantity(kind, scaled, low, high, unit_name, match.start(), match.end())


def _share(value: float, how: str | None, worded: bool) -> tuple[float, float]:
    """Which percentages may be said so: words are coarse, digits exact."""
    coarse = 3.0 if value >= 12 else 1.5
    slack = 1.0 if worded and value % 10 else 0.0  # «nearly a seventh» is 15% too
    room = (24.0 if value == 50 and worded else 9.9) if worded or value % 5 == 0 else 0.9
    if how == "just":
        return value - slack, value + 6
    if how == "over":
        return value - slack, value + room
    if how == "under":
        return value - min(room, 10.0), value + slack
    if how == "about":
        return value - 5, value + 5
    return (value - coarse, value + coarse) if worded else (value, value)


def _ranged(text: str, found: list[Quantity]) -> Iterator[Quantity]:
    """The first of «six to twelve months» is in months, too."""
    for one, other in pairwise([*found, None]):
        assert one is not None
        bare = other is not None and one.kind == other.kind == "count" and not one.unit
        if other is None or not bare or not other.unit:
            yield one
        elif _RANGE.fullmatch(text, one.end, other.start):
            unit = _UNIT.match(text, other.end)
            scale = _YEARS.get((unit.lastgroup or "") if unit else "", 1.0)
            value, low, high = one.value * scale, one.low * scale, one.high * scale
            yield replace(one, unit=other.unit, value=value, low=low, high=high)
        else:
            yield one
