"""Index terms of a text: Chinese words and character bigrams, English stems, numbers."""

import re
from functools import cache, lru_cache
from typing import Any

from chuhai.language.normalise import fold

_TOKEN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]+|[a-z]+(?:['’][a-z]+)?|\d+(?:[.,]\d+)*%?")
_HAN = re.compile(r"[\u3400-\u9fff]")

_REMEMBERED = 1 << 13

# Function words: they say how a sentence is built, not what it is about. Closed classes
# of both languages (particles, pronouns, auxiliaries, question words), no content words.
STOP_ZH = frozenset(
    """
    上 下 不 与 且 个 中 为 么 之 也 了 于 从 他 以 会 但 你 使 其 再
    几 则 到 即 又 及 只 向 吗 吧 呀 呢 咋 和 哪 啊 啥 嘛 在 地 太 她
    它 对 就 应 往 很 得 您 想 我 或 所 才 把 是 更 最 有 比 没 的 真
    着 种 等 给 而 能 被 要 让 该 说 请 谁 跟 过 还 这 那 都 里 一下
    一个 一些 为何 什么 他们 但是 你们 凭啥 可以 哪个 哪些 哪儿 哪里 因为 多少
    如何 如果 它们 对于 应该 怎么 怎样 我们 所以 没有 自己 请问 这个 这些 那个
    那些 里面 为什么 怎么样
    """.split()
)
STOP_EN = frozenset(
    """
    a i s t am an as at be by do he if in is it me my no of on or so to up us we all and any
    are but can did few for had has her him his how its may nor not off our out own she the
    too was who why you been both does down each from have here into just more most must over
    same some than that them then they this very were what when whom will with your about
    again being could many might much shall their there these those under where which whose would
    should
    """.split()
)


@cache
def _stemmer() -> Any:
    import Stemmer

    return Stemmer.Stemmer("english")


def stem(word: str) -> str:
    """A Latin word's stem; a Chinese word is its own."""
    return str(_stemmer().stemWord(word)) if word.isascii() else word


@lru_cache(_REMEMBERED)
def is_noun(word: str) -> bool:
    """Whether a Chinese word by itself is tagged as a thing, a place or a name."""
    import rjieba

    tag = rjieba.tag(word)[0][1]
    return tag[0] in "nsfb" or tag in ("vn", "an")


@lru_cache(_REMEMBERED)
def is_measure(word: str) -> bool:
    """Whether a Chinese word only counts or measures («百分之», «那条»)."""
    import rjieba

    counted = all(tag in ("m", "q", "mq") for _, tag in rjieba.tag(word))
    # The tagger takes the one for an idiom.
    return word == "百分之" or (counted and not word.isascii())


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


@lru_cache(_REMEMBERED)
def term_set(text: str) -> frozenset[str]:
    """The distinct terms of a text that is looked at again and again: a document's sentence."""
    return frozenset(terms(text))


def _chinese(run: str) -> list[str]:
    import rjieba

    words = [w for w in rjieba.cut(run) if len(w) > 1 and w not in STOP_ZH]
    if len(run) == 1:
        return [] if run in STOP_ZH else [run]
    return words + [f"_{run[i : i + 2]}" for i in range(len(run) - 1)]


def borders(text: str) -> set[int]:
    """Where Chinese words (rjieba) begin and end in a folded text; its runs' ends among them."""
    import rjieba

    found: set[int] = set()
    for match in _TOKEN.finditer(text):
        place = match.start()
        found.add(place)
        for word in rjieba.cut(match[0]) if _HAN.match(match[0]) else [match[0]]:
            place += len(word)
            found.add(place)
    return found


def content_terms(text: str) -> set[str]:
    """Terms that say what a text is about: no bigrams, no function words."""
    return {term for term in terms(text) if not term.startswith("_")}
