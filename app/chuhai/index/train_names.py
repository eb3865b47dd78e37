"""Training pairs that spell Chinese: made-up names of people, and words, with their pinyin.

English texts write Chinese names in pinyin, and no dictionary holds them all.
"""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from chuhai.index.pairs import Pair

# The hundred most frequent, less those that are spelled like an English word (何 he, 安 an).
_SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡"
    "贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟万段雷"
    "钱汤尹黎易常武乔贺赖龚文"
)


@dataclass(frozen=True)
class SpellingRecipe:
    """The `[spelled]` table of `index/train.toml`."""

    file: str
    names: int
    words: int
    weight: float
    readings: dict[str, str] = field(default_factory=dict)  # character to pinyin


def read_readings(path: Path) -> dict[str, str]:
    """Character to pinyin, from lines of a syllable and its characters."""
    lines = (line.split() for line in path.read_text(encoding="utf-8").splitlines())
    return {character: syllable for syllable, characters in lines for character in characters}


def spelled(recipe: SpellingRecipe, words: Sequence[str], seed: int) -> list[Pair]:
    """(pinyin, Chinese) of made-up names, and of a sample of `words` of two to four characters."""
    rng = random.Random(seed)
    readings = recipe.readings
    known = [word for word in words if 2 <= len(word) <= 4 and all(c in readings for c in word)]
    names = [_name(readings, rng) for _ in range(recipe.names)]
    sample = rng.sample(known, min(recipe.words, len(known)))
    return names + [("".join(readings[c] for c in word), word) for word in sample]


def _name(readings: Mapping[str, str], rng: random.Random) -> Pair:
    surname = rng.choice([c for c in _SURNAMES if c in readings])
    given = rng.choices(list(readings), k=rng.choice((1, 2, 2, 2)))
    return f"{readings[surname]} {''.join(readings[c] for c in given)}", surname + "".join(given)
