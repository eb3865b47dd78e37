"""Numbers in a text as comparable values, in both languages' ways of writing them."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from chuhai.language.numerals import ZH_DIGITS, chinese

_ZH_UNIT = {"万亿": 1e12, "亿": 1e8, "万": 1e4, "千": 1e3, "百": 1e2}
_EN_UNIT = {"thousand": 1e3, "million": 1e6, "billion": 1e9, "bn": 1e9, "k": 1e3}
_EN_SMALL = dict(
    zip("one two three four five six seven eight nine".split(), range(1, 10), strict=True)
)
_EN_PART = {"half": 2, "third": 3, "quarter": 4, "fourth": 4, "fifth": 5, "tenth": 10}
_ZH_MORE = "[零〇一二两三四五六七八九十百千]*"
_ZH = "[零〇一二两三四五六七八九十百千]+"
_NUMBER = re.compile(
    r"(?<![\w.])(?P<value>(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?)\s*"
    r"(?P<unit>%|percent\b|per cent\b|[多余几]?(?:万亿|[万亿千百](?!分))"
    r"|thousand\b|million\b|billion\b|bn\b|k\b)?"
    # Of Chinese numerals those that measure: tenths, fractions, and with a great unit.
    rf"|(?P<tenths>[一二两三四五六七八九])成(?P<half>[一二三四五六七八九半])?"
    rf"(?![不员立功为本绩长熟果就交效分])"
    rf"|(?P<below>{_ZH})分之(?P<above>{_ZH})"
    rf"|(?P<many>[一二两三四五六七八九十]{_ZH_MORE})[多余几]?(?P<great>万亿|万|亿)"
    rf"(?P<rest>{_ZH}(?![万亿]))?"
    rf"|\b(?P<few>{'|'.join(_EN_SMALL)})[ -](?P<part>{'|'.join(_EN_PART)})s?\b",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Number:
    """A value and whether it is a percentage: 63% is not 63."""

    value: float
    percent: bool


def numbers(text: str) -> set[Number]:
    """Every number in digits, ``75亿`` and ``7.5 billion`` alike as 7.5e9.

    Also ``六成`` (60%), ``百分之六十``, ``十分之一`` and ``one tenth`` (0.1), ``三万``;
    numerals that only count (``三种``, ``three``) are words.
    """
    return set(each_number(text))


def each_number(text: str) -> Iterator[Number]:
    """The numbers in order, repeats among them."""
    return (number for number, _ in each_stated(text))


def each_stated(text: str) -> Iterator[tuple[Number, str]]:
    """The numbers in order with the characters that state them, unit included (NFKC)."""
    for match in _NUMBER.finditer(unicodedata.normalize("NFKC", _after_letters(text))):
        yield _number(match), match[0].strip()


def _number(match: re.Match[str]) -> Number:
    if match["tenths"]:
        half = 5 if match["half"] == "半" else ZH_DIGITS.get(match["half"] or "零", 0)
        return Number(10.0 * ZH_DIGITS[match["tenths"]] + half, percent=True)
    if match["below"]:
        below, above = chinese(match["below"]), chinese(match["above"])
        if below == 100:
            return Number(float(above), percent=True)
        return Number(round(above / below, 6) if below else 0.0, percent=False)
    if match["great"]:
        rest = chinese(match["rest"]) if match["rest"] else 0
        return Number(chinese(match["many"]) * _ZH_UNIT[match["great"]] + rest, percent=False)
    if match["part"]:
        few, part = _EN_SMALL[match["few"].lower()], _EN_PART[match["part"].lower()]
        return Number(round(few / part, 6), percent=False)
    unit = (match["unit"] or "").lower().lstrip("多余几")
    scale = _ZH_UNIT.get(unit, _EN_UNIT.get(unit, 1.0))
    value = float(match["value"].replace(",", "")) * scale
    return Number(round(value, 6), unit in {"%", "percent", "per cent"})


def _after_letters(text: str) -> str:
    """Chinese characters are word characters to ``re``: set apart from digits by a space."""
    return re.sub(r"(?<=[\u3400-\u9fff])(?=\d)", " ", text)
