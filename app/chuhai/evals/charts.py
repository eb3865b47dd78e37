"""Horizontal bars with intervals as inline SVG: labels are text, colours the page's own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

_ROW, _LABEL, _WIDTH, _RIGHT, _TOP = 20, 250, 420, 150, 22


@dataclass(frozen=True, slots=True)
class Bar:
    """A share between 0 and 1; rows of one ``name`` stand together, told apart by ``group``."""

    name: str
    group: str
    figure: Mapping[str, Any]


def bars(rows: Sequence[Bar]) -> str:
    """The chart; empty where there is nothing to draw."""
    if not rows:
        return ""
    drawn: list[str] = []
    y, before = _TOP, rows[0].name
    for place, row in enumerate(rows):
        new = place == 0 or row.name != before
        y += 8 if new and place else 0
        drawn.append(_bar(row, y, name=row.name if new else ""))
        y, before = y + _ROW, row.name
    axis = "".join(_tick(share / 4, y) for share in range(5))
    width, height = _LABEL + _WIDTH + _RIGHT, y + 6
    return (
        f'<svg viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img" '
        f'xmlns="http://www.w3.org/2000/svg">{axis}{"".join(drawn)}</svg>'
    )


def _bar(row: Bar, y: int, name: str) -> str:
    value, low, high = (row.figure[key] for key in ("value", "low", "high"))
    middle, base = y + _ROW / 2 - 2, y + 13
    said = f"{value:.3f}" + ("" if low is None else f" [{low:.3f}, {high:.3f}]")
    span = "" if low is None else _line("span", _x(low), middle, _x(high), middle)
    end, left = 'text-anchor="end"', f'x="{_LABEL}" y="{y + 3}"'
    size = f'width="{_WIDTH * value:.1f}" height="{_ROW - 9}" rx="2" opacity="0.75"'
    return (
        f'<text x="0" y="{base}">{escape(name)}</text>'
        f'<text class="quiet" x="{_LABEL - 8}" y="{base}" {end}>{escape(row.group)}</text>'
        f'<rect class="bar" {left} {size}/>{span}'
        f'<text class="quiet" x="{_LABEL + _WIDTH + 8}" y="{base}">{escape(said)}</text>'
    )


def _tick(share: float, bottom: int) -> str:
    x = _x(share)
    line = _line("axis", x, _TOP - 6, x, bottom)
    return f'{line}<text class="quiet" x="{x:.1f}" y="11" text-anchor="middle">{share:g}</text>'


def _x(share: float) -> float:
    return _LABEL + _WIDTH * max(0.0, min(1.0, share))


def _line(kind: str, x1: float, y1: float, x2: float, y2: float) -> str:
    return f'<line class="{kind}" x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"/>'
