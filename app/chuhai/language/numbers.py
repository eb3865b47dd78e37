"""Numbers in a text as comparable values, in both languages' ways of writing them."""

import re
import unicodedata
from dataclasses import dataclass

_ZH_UNIT = {"万": 1e4, "亿": 1e8, "千": 1e3, "百": 1e2}
_EN_UNIT = {"thousand": 1e3, "million": 1e6, "billion": 1e9, "bn": 1e9, "k": 1e3}
_NUMBER = re.compile(
    r"(?<![\w.])(?P<value>(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?)\s*"
    r"(?P<unit>%|percent\b|per cent\b|万亿|[万亿千百](?!分)"
    r"|thousand\b|million\b|billion\b|bn\b|k\b)?",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Number:
    """A value and whether it is a percentage: 63% is not 63."""

    value: float
    percent: bool


def numbers(text: str) -> set[Number]:
    """Every number in digits, ``75亿`` and ``7.5 billion`` alike as 7.5e9."""
    found: set[Number] = set()
    for match in _NUMBER.finditer(unicodedata.normalize("NFKC", _after_letters(text))):
        value = float(match["value"].replace(",", ""))
        unit = (match["unit"] or "").lower()
        scale = 1.0
        for part in unit if unit in _ZH_UNIT or unit == "万亿" else [unit]:
            scale *= _ZH_UNIT.get(part, _EN_UNIT.get(part, 1.0))
        found.add(Number(round(value * scale, 6), unit in {"%", "percent", "per cent"}))
    return found


def _after_letters(text: str) -> str:
    """Chinese characters are word characters to ``re``: set apart from digits by a space."""
    return re.sub(r"(?<=[\u3400-\u9fff])(?=\d)", " ", text)
