"""How quantities are written: a pattern for each form and what it reads."""

import re
from collections.abc import Callable
from typing import Literal

from chuhai.language.numerals import EN_WORDS, SCALES, ZH, ZH_DIGITS, english, number

Kind = Literal["share", "count", "rank"]
Read = tuple[Kind, list[float], bool]
"""The kind, the values, and whether they are worded: then they are coarse."""

MEASURES = "个种类家人名位次条项点步篇页场款届座期级层国地"
_PARTS = {
    "half": 2, "third": 3, "quarter": 4, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7,
    "eighth": 8, "ninth": 9, "tenth": 10, "twentieth": 20,
}  # fmt: skip
_NEXT = {"其次": 2, "次之": 2, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6}
_E = "|".join(sorted(EN_WORDS, key=len, reverse=True))
_EE = rf"(?:{_E})(?:[ -](?:{_E}))?"
_S = "hundred|thousand|million|billion|trillion"
_P = "|".join(_PARTS)
# Digits that are no part of a name: not in B2B or 3C, but in 5x, 12m and 3bn.
_D = (
    r"(?<![a-z0-9.])(?<!\d,)(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?"
    r"(?![a-z]*\d|[ac-jln-wyz](?![a-z])|b(?!n))"
)
# Numerals that stand for «very many».
_IDIOMS = "千家万|千篇一律|千方百计|千差万别|千百|千万[种个条]|百家争鸣|百花|百年|千年|成千|上万"


def _percent(match: re.Match[str]) -> Read:
    return "share", [number(n) for n in match.groups() if n], False


def _percent_words(match: re.Match[str]) -> Read:
    return "share", [english(re.split(r"[ -]", n)) for n in match.groups() if n], False


def _fraction(match: re.Match[str]) -> Read:
    return _ratio_of(match[2], match[1])


def _ratio(match: re.Match[str]) -> Read:
    return _ratio_of(match[1], match[2])


def _of_each(match: re.Match[str]) -> Read:
    return _ratio_of(match[2], match[1])


def _ratio_of(above: str, below: str) -> Read:
    part, whole = number(above), number(below)
    return "share", [100 * part / whole] if whole > part else [], True


def _tenths(match: re.Match[str]) -> Read:
    rest = 5 if match[2] == "半" else ZH_DIGITS[match[2] or "零"]
    return "share", [10.0 * ZH_DIGITS[match[1]] + rest], True


def _half(match: re.Match[str]) -> Read:
    return "share", [50.0], True


def _part(match: re.Match[str]) -> Read:
    return "share", [100 * EN_WORDS.get(match[1], 1) / _PARTS[match[2]]], True


def _rank(match: re.Match[str]) -> Read:
    place = _NEXT[match[0]] if match[0] in _NEXT else number(match[1])
    return "rank", [place] if place > 1 else [], True


def _half_of_one(match: re.Match[str]) -> Read:
    return "count", [0.5 * SCALES.get(match[1] or "", 1.0)], False


def _and_a_half(match: re.Match[str]) -> Read:
    return "count", [(number(match[1]) + 0.5) * SCALES.get(match[2] or "", 1.0)], False


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


def _one(match: re.Match[str]) -> Read:
    return "count", [1.0], False


def _twice(match: re.Match[str]) -> Read:
    return "count", [2.0 if match[0] == "twice" else 3.0], False


_WRITTEN: tuple[tuple[str, Callable[[re.Match[str]], Read]], ...] = (
    (rf"({_D})\s*%?\s?[-~至到–—]\s?({_D})\s*%", _percent),
    (rf"({_D})\s*(?:%|percent\b|per ?cent\b|个百分点)", _percent),
    (rf"\b({_EE})(?:(?: or | to )({_EE}))? ?per ?cent\b", _percent_words),
    (rf"百分之([{ZH}]+|\d+)(?:[到至-](?:百分之)?([{ZH}]+|\d+))?", _percent),
    (rf"([{ZH}]+|\d+)分之([{ZH}]+|\d+)", _fraction),
    (
        r"([一二两三四五六七八九])成([一二三四五六七八九半])?(?![不员立功为本绩长熟果就交效分单])",
        _tenths,
    ),
    (
        rf"每?([{ZH}]+|\d+)[{MEASURES}][^，,。；;]{{0,8}}?(?<!没)有([{ZH}]+|\d+)(?=[{MEASURES}])",
        _of_each,
    ),
    (rf"\b({_E}|\d+) (?:in|out of)(?: every)? ({_E}|\d+)\b", _ratio),
    (rf"\b({_E}) and a half(?: ({_S})\b)?", _and_a_half),
    (rf"\bhalf an? ({_S})\b|半(?=年)|\bhalf(?: an? |-)(?=year)", _half_of_one),
    (rf"([{ZH}]+|\d+)()(?=年半)", _and_a_half),
    (rf"\b({_E}|an?)[ -]({_P})s?\b(?! part)", _part),
    (r"半数|一半|半壁|(?<=[过大])半|\bhalf\b", _half),
    (rf"第([{ZH}]+|\d+)(?![一-鿿]?[方节章者])|其次|次之", _rank),
    (r"\b(?:second|third|fourth|fifth|sixth)\b(?![ -]part)", _rank),
    (
        rf"(?P<value>{_D})\s*(?P<scale>[多余几]?(?:万亿|千万|百万|[万亿千百])(?!分)"
        rf"|(?:{_S}|bn|k|m)\b)?",
        _count,
    ),
    (rf"(?!{_IDIOMS})(?P<value>[{ZH}]+)[多余几]?(?P<scale>万亿|亿|万)(?P<rest>[{ZH}]+)?", _great),
    (
        r"(?P<value>[一二两三四五六七八九]|十(?=[、到至]))[、到至]?"
        rf"(?P<to>(?!十)[二两三四五六七八九十])(?=[{MEASURES}年倍天周大])",
        _list,
    ),
    (
        rf"(?<!第)(?!{_IDIOMS})(?P<value>[二两三四五六七八九十百千][{ZH}]*|一[十百千][{ZH}]*)"
        rf"(?=[多余几]?(?:[{MEASURES}年倍天周大]|小时|分钟))",
        _count,
    ),
    (r"\btwice\b|\bthrice\b", _twice),
    (r"\ban?(?= decade)", _one),
    (rf"\b(?:(?:{_E})\b|an?(?= (?:{_S})\b))(?:[ -](?:and )?(?:{_E}|{_S})\b)*", _words),
)
FORMS = tuple((re.compile(pattern), read) for pattern, read in _WRITTEN)
"""The first that matches takes the characters: «百分之六» before «六»."""
