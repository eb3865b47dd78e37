"""What turns a statement round or adds to it: closed classes of words in both languages.

Denials («不», «难以», «lack»), opposites (高 and 低, lead and trail) and what claims more than
was said (最, «most of», «because»). All functions take folded text.
"""

import re
from collections.abc import Collection

from chuhai.language.detect import has_han

_ZH_DENIES = (
    "不|没有?|未|无|非|难以|难于|很难|难(?=坚持|满足|获|取|使|让|有|跟|对|衡|评)|缺乏|缺少|缺失|欠缺"
    "|忽略|忽视|轻视|拒绝|避免|防止|停止|放弃|鲜有|鲜少|极少|很少|少有|莫|勿|失去|丧失|尚待|有待"
)
_EN_DENIES = (
    r"\b(?:not|no|never|none|nor|neither|nobody|nothing|nowhere|cannot|without|hardly|scarcely"
    r"|rarely|seldom|lack(?:s|ed|ing)?|fail(?:s|ed|ing)?|neglect\w*|overlook\w*|ignor\w+|unable"
    r"|difficult|hard|harder|struggl\w+|refus\w+|avoid\w*|prevent\w*|yet to|far from|unwilling"
    r"|reluctant\w*|absen\w+)\b|n['’]t\b"
)
_DENIES = re.compile(f"{_ZH_DENIES}|{_EN_DENIES}")
# Words with a denial in them that deny nothing, and double denials.
_HARMLESS = re.compile(
    "不可不|不得不|不能不|无不|不无|并非不|未必不|不可避免|不论|无论|不仅|不只|不但|不光|不单|不管|不断"
    "|不妨(?!碍)|不同|不一(?!致)|不少|不过|不愧|不禁|无疑|无形|非常|没关系|未来|不谋而合|不约而同|不知不觉"
    r"|不可或缺|必不可少|非洲|不错|不乏|无非|差不多|不多|不超过|不外乎|(.{1,2})[不没]\1|不(?:足|到)(?=\d|一?半|[一二三四五六七八九])"
    r"|\bnot (?:only|just|merely)\b|\bno (?:doubt|matter|choice but)\b"
    r"|\bno (?:more|less|fewer) than\b|\bnot un\w+|\bnot to mention\b|\bhard[- ]\w+ed\b"
    r"|\bwork\w* hard\b|\ba (?:little|few)\b"
)

Pair = tuple[frozenset[str], frozenset[str]]


def _pairs(lines: str) -> tuple[Pair, ...]:
    read = []
    for line in lines.strip().splitlines():
        one, other = line.split("|")
        read.append((frozenset(one.split()), frozenset(other.split())))
    return tuple(read)


_OPPOSITES_ZH = _pairs(
    """
增加 增长 上升 提高 提升 扩大 加大 上涨 增多|减少 下降 降低 缩减 削减 下滑 缩小 减弱
高 较高 偏高 更高 高昂|低 较低 偏低 更低 低廉
强 强大 更强|弱 薄弱 更弱
快 快速 迅速 更快|慢 缓慢 放缓 更慢
长期 长远|短期 短线
线上 在线|线下
传统|数字 数字化
国内 本土|海外 国外
内部|外部
优势 长处 优点 强项|劣势 短板 缺陷 缺点 弱点
领先 领跑|落后
主动 积极|被动 消极
容易 易于 轻松 简单|难 困难 很难 难以 复杂
首要 主要|次要
最高|最低
最大|最小
最多|最少
成熟|不成熟 尚未
充足 充裕|紧张 不足 匮乏
集中|分散
一致 不谋而合 吻合 匹配 相符 契合|错位 不符 脱节 不一致 偏差 差异
成功|失败
满意|不满
重视 关注 看重|忽视 忽略 轻视
乐观 信心|悲观
支持|反对
接受 愿意|拒绝 不愿
正面|负面
直接|间接
仍 仍然 依然 依旧 还是|不再 已经 已
之前 以前|之后 以后
发达|新兴 发展中
增量|存量
全部 所有|部分
多数 大多数 大部分|少数 小部分
大型|中小型 小型 中小
初期 早期 前期|后期 晚期
专职 全职|兼职
便宜 实惠 低价|昂贵 高价
有效|无效
重要 至关重要 关键|次要 不重要
买家 采购方 客户|卖家 供应商
进口|出口
个人|职业 官方
坚持 保持 维持|放弃 忽视 忽略 中断
足够|不够
完善 健全|欠缺
明确 清晰|模糊 不明确
独立|依赖 依靠
自主|代工 贴牌
垂直|非垂直
"""
)
_OPPOSITES_EN = _pairs(
    """
increase increasing grow growth growing rise rising raise|decrease decreasing fall falling decline declining drop reduce reducing cut cutting shrink
high higher|low lower
large larger|small smaller
strong stronger|weak weaker
fast faster quick quickly rapid|slow slower slowly
long longer|short shorter
online|offline
traditional conventional|digital
domestic home|overseas abroad foreign
internal inside|external outside
advantage strength|disadvantage weakness drawback shortcoming
lead leading leader ahead|trail trailing lag lagging behind
actively active|passively passive
easy easier easily simple|hard harder difficult difficulty complex struggle
primary main chief|secondary
highest|lowest
largest biggest|smallest
most|least
match matches align aligned consistent coincide coincides agree|mismatch inconsistent diverge differ differs gap
succeed success successful|fail failure failed
above|below
before earlier|after later
still remain remains|already anymore
sufficient enough ample|insufficient short strained scarce
centralised concentrated|dispersed scattered
positive|negative
optimistic confident|pessimistic
willing keen|unwilling reluctant
majority|minority
emerging developing|developed
direct directly|indirect indirectly
keep maintain continue sustain|stop abandon neglect overlook
gain|lose
first earliest|last latest
support help helps|hinder hamper impede
cheap affordable|expensive costly
important crucial|unimportant
accept|reject refuse
buyer buyers customer|supplier suppliers seller
import|export
personal|professional official
clear|unclear
effective|ineffective
independent|dependent
"""  # noqa: E501 (a pair a line)
)

# What a statement can claim beyond another: a rank, a cause, how many.
_CLAIMS = {
    "superlative": re.compile(
        r"最|首要|头号|唯一|首选|\b(?:most|best|largest|biggest|greatest|highest|chief|primary|main|top"
        r"|foremost|number one|strongest|above all)\b"
    ),
    "cause": re.compile(
        "因为|由于|因此|因而|所以|使得|导致|归功|得益|从而|源于|原因|致使|促使"
        r"|\b(?:because|since|due to|thanks to|owing to|therefore|so that|thus|hence|caus\w+"
        r"|reasons?|leads? to|led to|result(?:s|ed)? (?:in|from|of)|as a result|driven by)\b"
    ),
    "most": re.compile(
        "大多数|多数|大部分|大多|主要"
        r"|\b(?:most|majority|mainly|mostly|largely|bulk)\b"
    ),
}
CLAIMS = tuple(_CLAIMS)

# What stands before one of these and what stands after it cannot change places.
_TURNS = (
    re.compile("转为|转向|转变为|变为|变成|走向|迈向|升级为|取代|代替"),
    re.compile(r"而非|而不是|并非|不是|rather than|instead of|\bnot\b"),
    re.compile(
        r"[高低优多少大小强快慢早晚]于|超过|胜过|领先|落后"
        r"|\b(?:(?<!rather )than|ahead of|above|below|outstrips?|exceeds?|outnumbers?)\b"
    ),
)


def denials(text: str) -> list[int]:
    """Where words stand that deny what follows them."""
    kept = _HARMLESS.sub(lambda match: "\n" * len(match[0]), text)
    return [match.start() for match in _DENIES.finditer(kept)]


def opposed(
    text: str, tokens: Collection[str], held: str, held_tokens: Collection[str]
) -> list[str]:
    """Words of a text to which what is held against it has only the opposite.

    Tokens are the words of each: «高» counts as a word of its own, not within «高度».
    """
    found = []
    for pair in _OPPOSITES_ZH if has_han(text) else _OPPOSITES_EN:
        one, other = (_has(side, text, tokens) for side in pair)
        if bool(one) == bool(other):
            continue
        said, unsaid = pair if one else pair[::-1]
        if _has(unsaid, held, held_tokens) and not _has(said, held, held_tokens):
            found.append(one or other)
    return found


def added(text: str, held: Collection[str]) -> dict[str, bool]:
    """Per sort of ``CLAIMS`` whether the text makes one and none of the others does."""
    return {
        sort: bool(words.search(text)) and not any(words.search(other) for other in held)
        for sort, words in _CLAIMS.items()
    }


def turns(text: str) -> list[tuple[int, int, int]]:
    """Where the two sides of a text cannot change places: the sort, and the offsets between."""
    return [
        (sort, match.start(), match.end())
        for sort, words in enumerate(_TURNS)
        for match in words.finditer(text)
    ]


def _has(side: Collection[str], text: str, tokens: Collection[str]) -> str:
    """The word of that side that stands in the text, else an empty one."""
    for word in side:
        if word in tokens or (len(word) > 1 and not word.isascii() and word in text):
            return word
    return ""
