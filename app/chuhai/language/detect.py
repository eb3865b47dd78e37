"""Which of the two languages a text is in."""

import re

from chuhai.domain import Lang

_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
_KANA_OR_HANGUL = re.compile(r"[\u3040-\u30ff\uac00-\ud7af]")
_LATIN_WORD = re.compile(r"[A-Za-z][A-Za-z0-9'’-]*")


def detect(text: str) -> Lang:
    """``zh`` where Chinese carries the sentence, else ``en`` (any other language too).

    A Chinese character weighs about as much as a Latin word: 「Anker 的 brand 怎么做」 is
    Chinese, «what does 出海 mean» is English. Kana or hangul make it neither, so English.
    """
    han = len(_HAN.findall(text))
    if not han or len(_KANA_OR_HANGUL.findall(text)) * 4 > han:
        return "en"
    return "zh" if han >= len(_LATIN_WORD.findall(text)) else "en"


def has_han(text: str) -> bool:
    """Whether any Chinese character stands in the text."""
    return bool(_HAN.search(text))
