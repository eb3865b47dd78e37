"""Text folded for matching. Quotes are never folded: they are cut from the source."""

import unicodedata
from functools import cache
from typing import Any


@cache
def _traditional_to_simplified() -> Any:
    import opencc

    return opencc.OpenCC("t2s")


def fold(text: str) -> str:
    """NFKC, lower case, Traditional Chinese as Simplified. Offsets are not kept."""
    folded: str = _traditional_to_simplified().convert(unicodedata.normalize("NFKC", text).lower())
    return folded
