"""Index terms of a text: Chinese words and character bigrams, English stems, numbers."""

import re
from functools import cache
from typing import Any

from chuhai.language.normalise import fold

_TOKEN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]+|[a-z]+(?:['’][a-z]+)?|\d+(?:[.,]\d+)*%?")
_HAN = re.compile(r"[\u3400-\u9fff]")

# Function words: they say how a sentence is built, not what it is about. Closed classes
# of both languages (particles, pronouns, auxiliaries, question words), no content words.
STOP_ZH = frozenset(
    "的 了 着 过 和 与 及 或 而 且 但 但是 也 都 就 还 又 在 于 对 对于 从 到 向 往 把 被 让 使 为 以 "
    "是 有 没 没有 不 吗 呢 吧 啊 呀 嘛 么 什么 怎么 怎样 怎么样 如何 哪 哪些 哪个 哪里 哪儿 谁 几 多少 "
    "为什么 为何 凭啥 啥 咋 这 那 这个 那个 这些 那些 它 他 她 我 你 您 我们 你们 他们 它们 其 自己 "
    "一个 一些 一下 会 能 可以 要 想 该 应该 应 请问 请 说 里 里面 中 上 下 个 种 因为 所以 如果 之 所 "
    "得 地 给 跟 比 更 最 很 太 真 被 只 才 再 则 即 等 吗".split()
)
STOP_EN = frozenset(
    "a an the and or but if of in on at to from by with for as is are was were be been being am "
    "do does did has have had will would can could should may might must shall it its this that "
    "these those there here i you he she we they me him her us them my your his our their what "
    "which who whom whose when where why how not no nor so than then too very just about into "
    "over under out up down off again more most some any all each both few own same s t".split()
)


@cache
def _stemmer() -> Any:
    import Stemmer

    return Stemmer.Stemmer("english")


def terms(text: str) -> list[str]:
    """Terms in order, with repeats: for indexing and for asking alike.

    A Chinese run gives its words (rjieba, two characters and longer, function words left
    out) and its overlapping character bigrams (marked ``_``, so that a word and a bigram
    weigh apart); a run of one character gives itself. Latin words are stemmed (Snowball).
    """
    found: list[str] = []
    for match in _TOKEN.finditer(fold(text)):
        run = match[0]
        if _HAN.match(run):
            found.extend(_chinese(run))
        elif run[0].isdigit():
            found.append(run)
        elif run not in STOP_EN:
            found.append(_stemmer().stemWord(run))
    return found


def _chinese(run: str) -> list[str]:
    import rjieba

    words = [w for w in rjieba.cut(run) if len(w) > 1 and w not in STOP_ZH]
    if len(run) == 1:
        return [] if run in STOP_ZH else [run]
    return words + [f"_{run[i : i + 2]}" for i in range(len(run) - 1)]


def content_terms(text: str) -> set[str]:
    """Terms that say what a text is about: no bigrams, no function words."""
    return {term for term in terms(text) if not term.startswith("_")}
