"""What a text counts, measures and ranks, in digits and in words, as what it may stand for.

``numbers`` reads numbers as they are printed. Here «three quarters», «过半», «近六成», «one
in ten», «五倍» and «second» are read too, each with the values that it allows: who says
«over half» may have read 51% or 57%, who says «57%» has read 57%.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from chuhai.language.normalise import fold
from chuhai.language.numerals import EN_WORDS, SCALES, ZH, ZH_DIGITS, english, number

Kind = Literal["share", "count", "rank"]


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number of a folded text; shares are in percent."""

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


_PARTS = {
    "half": 2, "third": 3, "quarter": 4, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7,
    "eighth": 8, "ninth": 9, "tenth": 10, "twentieth": 20,
}  # fmt: skip
_UNITS: dict[str, str] = {
    "year": "年|岁|years?|yrs?",
    "month": "个?月|months?",
    "week": "周|个?星期|weeks?",
    "day": "天|日|days?",
    "hour": "个?小时|hours?",
    "minute": "分钟|minutes?",
    "times": "倍|times|fold|x",
}
_MEASURE = "个种类家人名位次条项点步篇页场款届座期级层国地"
_E = "|".join(sorted(EN_WORDS, key=len, reverse=True))
_S = "hundred|thousand|million|billion|trillion"
# Digits that are no part of a name: not in B2B or 3C, but in 5x, 12m and 3bn.
_D = (
    r"(?<![a-z0-9.])(?<!\d,)(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?"
    r"(?![a-z]*\d|[ac-jln-wyz](?![a-z])|b(?!n))"
)
_P = "|".join(_PARTS)

_QUALIFIED = re.compile(
    r"(?:(?P<just>略过|刚过|略超|略高于|just over|slightly (?:over|more than))"
    r"|(?P<over>超过|逾|超|过|大|高于|不止|不少于|至少|more than|over|above|at least|exceed\w*)"
    r"|(?P<under>将近|接近|不到|不足|低于|少于|近|nearly|almost|close to|under|below"
    r"|(?:less|fewer) than|not quite|not even|up to|within)"
    r"|(?P<about>大约|约|about|around|roughly|some|approximately))(?:了|为|有|an? )?\s*\Z"
)
_FOLLOWED = re.compile(
    r"\s*(?:(?P<over>以上|多(?![数个种])|余|\+|,? (?:or|and) (?:more|over|above|longer))"
    r"|(?P<under>以下|以内|之内|,? or (?:less|fewer))|(?P<about>左右|上下|or so))"
)
_UNIT = re.compile(
    r"[ -]?(?:多|余|几)?(?:"
    + "|".join(f"(?P<{name}>{words})" for name, words in _UNITS.items())
    + r")(?![a-z])"
)


@lru_cache(1 << 13)
def quantities(text: str) -> tuple[Quantity, ...]:
    """The quantities of a text in order; offsets are into ``fold(text)``.

    Numerals count where they are followed by a measure word (Chinese) or are two or more
    (English); «one», «一个» and names with digits in them (B2B) are none.
    """
    folded = fold(text)
    rest = folded
    found: list[Quantity] = []
    for pattern, read in _READERS:
        for match in pattern.finditer(rest):
            found.extend(_qualified(folded, match, *read(match)))
            rest = rest[: match.start()] + "\n" * len(match[0]) + rest[match.end() :]
    return tuple(sorted(found, key=lambda quantity: quantity.start))


def _qualified(
    text: str, match: re.Match[str], kind: Kind, values: list[float], worded: bool
) -> Iterator[Quantity]:
    """What was read, with the unit behind it and how exactly it is said."""
    before = _QUALIFIED.search(text, max(0, match.start() - 20), match.start())
    after = _FOLLOWED.match(text, match.end())
    how = (before.lastgroup if before else None) or (after.lastgroup if after else None)
    unit = _UNIT.match(text, match.end())
    name = (unit.lastgroup or "") if unit and kind == "count" else ""
    for value in values:
        low, high = value, value
        if kind == "share":
            low, high = _share(value, how, worded)
        elif kind == "count" and how in ("over", "just"):
            high = value * 1.1
        elif kind == "count" and how == "about":
            low, high = value * 0.9, value * 1.1
        yield Quantity(kind, value, low, high, name, match.start(), match.end())


def _share(value: float, how: str | None, worded: bool) -> tuple[float, float]:
    """Which percentages may be said so: words are coarse, digits exact."""
    coarse = 3.0 if value >= 12 else 1.5
    room = (24.0 if value == 50 and worded else 9.9) if worded or value % 5 == 0 else 0.9
    if how == "just":
        return value, value + 6
    if how == "over":
        return value, value + room
    if how == "under":
        return value - min(room, 10.0), value
    if how == "about":
        return value - 5, value + 5
    return (value - coarse, value + coarse) if worded else (value, value)


Read = tuple[Kind, list[float], bool]


def _percent(match: re.Match[str]) -> Read:
    return "share", [number(n) for n in match.groups() if n], False


def _fraction(match: re.Match[str]) -> Read:
    below, above = (number(n) for n in match.groups())
    return "share", [100 * above / below] if below else [], True


def _ratio(match: re.Match[str]) -> Read:
    above, below = (number(n) for n in match.groups())
    return "share", [100 * above / below] if below > above else [], True


def _tenths(match: re.Match[str]) -> Read:
    rest = 5 if match[2] == "半" else ZH_DIGITS[match[2] or "零"]
    return "share", [10.0 * ZH_DIGITS[match[1]] + rest], True


def _half(match: re.Match[str]) -> Read:
    return "share", [50.0], True


def _part(match: re.Match[str]) -> Read:
    few = EN_WORDS.get(match[1], 1)
    return "share", [100 * few / _PARTS[match[2]]], True


def _rank(match: re.Match[str]) -> Read:
    word = match[0]
    if word in _NEXT:
        return "rank", [_NEXT[word]], True
    place = number(match[1])
    return "rank", [place] if place > 1 else [], True


_NEXT = {"其次": 2, "次之": 2, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6}


def _count(match: re.Match[str]) -> Read:
    scale = (match["scale"] or "").lstrip("多余几") if "scale" in match.re.groupindex else ""
    return "count", [number(match["value"]) * SCALES.get(scale, 1.0)], False


def _great(match: re.Match[str]) -> Read:
    rest = number(match["rest"]) if match["rest"] else 0.0
    return "count", [number(match["value"]) * SCALES[match["scale"]] + rest], False


def _list(match: re.Match[str]) -> Read:
    return "count", [number(match["value"]), number(match["to"])], False


def _words(match: re.Match[str]) -> Read:
    value = english(re.split(r"[ -]", match[0]))
    return "count", [value] if value > 1 else [], False


def _twice(match: re.Match[str]) -> Read:
    return "count", [2.0 if match[0] == "twice" else 3.0], False


# The first that matches takes the characters: «百分之六» before «六», «one in ten» before «ten».
_READERS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], Read]], ...] = (
    (re.compile(rf"({_D})\s*%?\s?[-~至到–—]\s?({_D})\s*%"), _percent),
    (re.compile(rf"({_D})\s*(?:%|percent\b|per ?cent\b|个百分点)"), _percent),
    (re.compile(rf"百分之([{ZH}]+|\d+)(?:[到至-](?:百分之)?([{ZH}]+|\d+))?"), _percent),
    (re.compile(rf"([{ZH}]+|\d+)分之([{ZH}]+|\d+)"), _fraction),
    (
        re.compile(
            r"([一二两三四五六七八九])成([一二三四五六七八九半])?"
            r"(?![不员立功为本绩长熟果就交效分单])"
        ),
        _tenths,
    ),
    (
        re.compile(rf"每([{ZH}]+|\d+)[{_MEASURE}][^，,。]{{0,12}}?有([{ZH}]+|\d+)(?=[{_MEASURE}])"),
        lambda match: _ratio_of(match[2], match[1]),
    ),
    (re.compile(rf"\b({_E}|\d+) (?:in|out of)(?: every)? ({_E}|\d+)\b"), _ratio),
    (re.compile(rf"\b({_E}|an?)[ -]({_P})s?\b(?! part)"), _part),
    (re.compile(r"半数|一半|(?<=[过大])半|\bhalf\b(?! a )"), _half),
    (re.compile(rf"第([{ZH}]+|\d+)(?![一-鿿]?[方节章者])|其次|次之"), _rank),
    (re.compile(r"\b(?:second|third|fourth|fifth|sixth)\b(?![ -]part)"), _rank),
    (
        re.compile(
            rf"(?P<value>{_D})\s*(?P<scale>[多余几]?(?:万亿|千万|百万|[万亿千百])(?!分)"
            rf"|(?:{_S}|bn|k|m)\b)?"
        ),
        _count,
    ),
    (re.compile(rf"(?P<value>[{ZH}]+)[多余几]?(?P<scale>万亿|亿|万)(?P<rest>[{ZH}]+)?"), _great),
    (
        re.compile(
            rf"(?P<value>[一二两三四五六七八九]|十(?=[、到至]))[、到至]?(?P<to>(?!十)[二两三四五六七八九十])"
            rf"(?=[{_MEASURE}年倍天周大])"
        ),
        _list,
    ),
    (
        re.compile(
            rf"(?<!第)(?!千家万)(?P<value>[二两三四五六七八九十百千][{ZH}]*|一[十百千][{ZH}]*)"
            rf"(?=[多余几]?(?:[{_MEASURE}年倍天周大]|小时|分钟))"
        ),
        _count,
    ),
    (re.compile(r"\btwice\b|\bthrice\b"), _twice),
    (re.compile(rf"\b(?:(?:{_E})\b|an?(?= (?:{_S})\b))(?:[ -](?:and )?(?:{_E}|{_S})\b)*"), _words),
)


def _ratio_of(above: str, below: str) -> Read:
    whole = number(below)
    return "share", [100 * number(above) / whole] if whole else [], True
