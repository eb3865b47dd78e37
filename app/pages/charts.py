"""Bars, dots and whiskers as HTML; the words beside them say the same as the marks."""

from collections.abc import Mapping
from typing import Any

from pages.frame import esc


def bar(label: str, share: float, said: str, *, yours: bool = False, marked: str = "") -> str:
    """A share between 0 and 1 as a bar; ``marked`` is HTML behind the label."""
    colour = " data-yours" if yours else ""
    fill = f'<span class="ch-fill"{colour} style="width:{_percent(share)}"></span>'
    return _row(f"{esc(label)}{marked}", fill, said)


def whisker(label: str, figure: Mapping[str, Any], said: str) -> str:
    """A value between 0 and 1 with its interval, where it has one."""
    low, high = figure["low"], figure["high"]
    line = ""
    if low is not None and high is not None:
        left, wide = _percent(low), _percent(high - low)
        line = f'<span class="ch-whisker" style="left:{left};width:{wide}"></span>'
    dot = f'<span class="ch-dot" style="left:{_percent(figure["value"])}"></span>'
    return _row(label, line + dot, said, "ch-long")


def _row(label: str, marks: str, said: str, style: str = "") -> str:
    return (
        f'<div class="ch-row {style}" role="listitem"><span>{label}</span>'
        f'<span class="ch-track" aria-hidden="true">{marks}</span><span>{esc(said)}</span></div>'
    )


def _percent(share: float) -> str:
    return f"{100 * max(0.0, min(1.0, share)):.1f}%"
