"""Numerals of both languages as numbers."""

ZH_DIGITS = dict(zip("零一二三四五六七八九", range(10), strict=True)) | {"〇": 0, "两": 2}
ZH_PLACES = {"十": 10, "百": 100, "千": 1000}
ZH = "".join([*ZH_DIGITS, *ZH_PLACES])
"""Every character of a Chinese numeral below ten thousand."""
SCALES = {
    "万亿": 1e12, "亿": 1e8, "千万": 1e7, "百万": 1e6, "万": 1e4, "千": 1e3, "百": 1e2,
    "hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12,
    "k": 1e3, "m": 1e6, "bn": 1e9,
}  # fmt: skip
_ONES = (
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen"
).split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
EN_WORDS = {word: number for number, word in enumerate(_ONES, 1)} | {
    word: 10 * number for number, word in enumerate(_TENS, 2)
}


def chinese(numeral: str) -> int:
    """A Chinese numeral below ten thousand."""
    total = digit = 0
    for character in numeral:
        if character in ZH_PLACES:
            total += (digit or 1) * ZH_PLACES[character]
            digit = 0
        else:
            digit = ZH_DIGITS[character]
    return total + digit


def english(words: list[str]) -> float:
    """«seventy five», «a hundred thousand»; words that are no numerals count nothing."""
    total = part = 0.0
    for word in words:
        if word == "hundred":
            part = (part or 1) * 100
        elif word in SCALES:
            total, part = total + (part or 1) * SCALES[word], 0.0
        else:
            part += EN_WORDS.get(word, 0)
    return total + part


def number(text: str) -> float:
    """One numeral in Chinese, an English word, or digits with or without commas."""
    if text in EN_WORDS:
        return float(EN_WORDS[text])
    if text[0].isdigit():
        return float(text.replace(",", ""))
    return float(chinese(text))
