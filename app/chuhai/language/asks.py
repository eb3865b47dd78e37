"""What kind of answer a question asks for, and whether a text has one: closed word classes."""

import re
from functools import lru_cache
from typing import Literal

from chuhai.language.normalise import fold
from chuhai.language.numbers import each_number

Kind = Literal["share", "money", "date", "count", "reason", "advice", "definition", "person"]

_WORDS: dict[Kind, str] = {
    "share": r"""
        百分之|百分比|几成|占比|比例|比重|份额|占.{0,8}多少|多大一?部分|几个点|多高的比率
        |percent|per\ cent|proportion|\bratio\b|what\ (?:exact\ )?(?:share|fraction|part)
        |how\ (?:big|large)\ a\ (?:share|slice|part|proportion)|\bshare\ of\b
    """,
    "money": r"""
        多少钱|几块钱|几毛|多少(?:万|亿|美元|元|人民币)|(?:费用|价格|预算|营收|收入|金额)是?多少
        |(?:花|收|砸|赚|卖|付|要)(?:了|掉|到)?多少|几(?:万|亿|十万|百万)(?:美元|元|块)?
        |how\ much\ (?:money|revenue|cash|budget|does\ it\ cost)|how\ expensive
        |how\ much\b.{0,60}\b(?:cost|charge|pay|spend|spent|earn|sell|book|bill|set\b.*\bback)
        |what\ (?:was|is|were|are)\b.{0,40}\b(?:price|fee|cost|revenue|turnover|budget|salary)s?\b
    """,
    "date": r"""
        哪(?:一|几)?年|几几年|几月|几号|什么时候|啥时候|何时|什么年份|哪个年份
        |\bwhen\ (?:did|was|were|will|is|does|do|has|are)\b|(?:what|which)\ (?:year|month|date)
    """,
    "count": r"""
        多少(?!钱)|(?<!哪)几(?:个|家|人|位|名|种|次|项|国|届|条)|多久|几年
        |how\ (?:many|long)|number\ of
    """,
    "reason": r"""
        为什么|为何|凭什么|凭啥|怎么会|怎么就|原因|缘故|导致|何以|咋(?:就|会)
        |\bwhy\b|how\ come|\breasons?\b|what\ (?:makes|drives|causes|stops|keeps|explains)
    """,
    "advice": r"""
        接下来|下一步|从哪里?儿?(?:入手|开始|做起|下手)|应该|应当|该不该|该怎么|该咋|要怎么|怎么办|咋办|怎么做|如何|建议|怎样才能|要不要|有必要|值得
        |(?:该|先|往下|后面)再?(?:干|做|搞)(?:点|些)?(?:嘛|啥|什么)|怎么(?:走|搞|弄|整|破)|咋(?:整|弄|搞|做|走)
        |支个?招|(?:出|拿)个?主意
        |\bshould\b|\bhow\ (?:do|can|could|to|would)\b|advice|advise|recommend|suggest
        |\btips?\b|worth|what\ (?:now|next)\b|what\ (?:do|would|can|could)\ (?:we|I|you)\ do\b
        |where\ (?:do|should)\ (?:we|I)\ (?:start|begin)
    """,
    "definition": r"""
        是什么意思|什么(?:叫|是|意思|概念|含义)|何为|何谓|指(?:的是)?(?:什么|啥)|(?:是个?)?(?:什么|啥)概念
        |怎么(?:理解|定义)|的(?:定义|含义)|what\ (?:is|are)\ meant|what\ does\b.{0,60}\bmean
        |\bdefin(?:e|ed|ition)\b|meaning\ of|\bstand\ for\b
    """,
    "person": r"""
        (?<![给对跟和向与为找])谁|哪一?位|何人|什么人|啥人|姓甚|姓什么|名字|叫(?:什么|啥)|职[位务称]|头衔|受访|采访
        |\bwho(?:'s|se)?\b(?!.*\b(?:to|for|with|from|at|by)\W*$)|\bnames?\b|\bjob\b|\btitle\b|\bposition\b|interview
    """,
}
_ASKS = {kind: re.compile(words, re.I | re.X) for kind, words in _WORDS.items()}
NUMERIC: frozenset[Kind] = frozenset({"share", "money", "date", "count"})

# Roles of paragraphs that hold such an answer (see ``corpus.check.ROLES``).
ROLES: dict[Kind, frozenset[str]] = {
    "share": frozenset({"finding"}),
    "count": frozenset({"finding"}),
    "reason": frozenset({"cause"}),
    "advice": frozenset({"recommendation", "practice"}),
}
_PART = re.compile(
    r"半数|一半|过半|大半|多数|大多|全部|所有|\bhalf\b|majority|\bmost\b|\ball\b", re.I
)
_MONEY = re.compile(
    r"[$€£¥￥]\s?\d|\d[\d,.]*\s*[多余几]?[万亿千百]?\s*(?:美元|美金|欧元|英镑|日元|元|块|人民币|令吉)"
    r"|\d[\d,.]*\s*(?:thousand|million|billion|bn|k)?\s*"
    r"(?:dollars?|USD|RMB|CNY|yuan|euros?|EUR|pounds?|cents?)",
    re.I,
)
_DATE = re.compile(
    r"(?<!\d)(?:1[5-9]|20)\d\d(?!\d)|\d\s*(?:年|月|日|years?|months?)"
    r"|[一二两三四五六七八九十元廿]+(?:年|月|日|个月|世纪)|世纪|时期|时代|年代|年间|[春夏秋冬]季"
    r"|[夏商周秦汉晋隋唐宋元明清][朝代]|大战|战(?:前|后|时)|凌晨|清晨|傍晚|夜里|\bcentur(?:y|ies)\b|\b(?:January|February|March|April|June|July|August"
    r"|September|October|November|December)\b|\byears? ago|近期|即将|soon",
    re.I,
)
_DEFINES = re.compile(
    r"[”」』）)]?(?:即|就是|是指|指的是|意味着)"
    r"|\bmeans?\b|\brefers?\ to\b|\bis\ defined\b|\bthat\ is\b",
    re.I,
)
_COUNT = re.compile(
    r"\d|[一二两三四五六七八九十百千万]+(?:个|家|人|位|名|种|次|项|国|届|条|年|大|成|步|类|点|倍)"
    r"|\b(?:two|three|four|five|six|seven|eight|nine|ten|dozen|hundred|thousand)\b",
    re.I,
)


# Tags, «since …» and «the report says …»: what a question takes for granted.
_SUPPOSES = re.compile(
    r"""既然|(?:对|是|没错|好)(?:吧|吗|不对|不是|么)[？?\s]*$|(?:吧|囉|咯|喽)[？?\s]*$
        |(?:报告|白皮书|文[中里]|书[中里]|调查|调研)[中里]?(?:都|也)?(?:说|讲|写|显示)|听说|据说|不是说
        |^(?:so\ )?(?:since|given\ that|considering\ that)\b
        |\b(?:right|correct|true|no|yes)\?\s*$
        |\b(?:isn|aren|wasn|weren|don|doesn|didn|hasn|haven|can|won)['’]?t
         \ (?:it|they|that|he|she)\?\s*$
        |(?:report|survey|white\ ?paper|document|study)
         \ (?:says|said|found|finds|shows|showed|claims)
        |\bi(?:['’]ve)?\ (?:heard|read)\b|\bis\ it\ true\b
    """,
    re.I | re.X,
)


_LISTS = re.compile(
    r"""哪些|哪几|分别|列举|列出|罗列|逐一|各是|[都还](?:有|是)(?:什么|啥|谁|哪)
        |[两三四五六七八几](?:大|个|种|点|条|招|步|类|项|样|方面|块)(?![月年])
        |\blist\b|\bname\ the\b|\bwhat\ (?:are|were)\ the\b
        |\b(?:which|what)\ (?:two|three|four|five|six|seven|eight)\b
        |\b(?:kinds|types|ways|reasons|methods|things|factors|steps|goals|parts|sides|points)\b
    """,
    re.I | re.X,
)


def asks_for_several(question: str) -> bool:
    """Whether it asks for the items of a list."""
    return bool(_LISTS.search(fold(question)))


def supposes(question: str) -> bool:
    """Whether it takes something for granted, or asks for assent to it."""
    return bool(_SUPPOSES.search(fold(question)))


def asks_for(question: str) -> frozenset[Kind]:
    """The kinds of answer that the question's words ask for; often none is said."""
    text = fold(question)
    kinds = {kind for kind, words in _ASKS.items() if words.search(text)}
    # «占预算多少» asks for a share: the amount in it is what the share is of.
    return frozenset(kinds - {"money", "count"} if "share" in kinds else kinds)


@lru_cache(1 << 13)
def holds(kind: Kind, text: str) -> bool:
    """Whether a text has an answer of that kind in it; for kinds that no form shows, yes."""
    if kind == "share":
        parts = (n.percent or 0 < n.value < 1 for n in each_number(text))
        return any(parts) or bool(_PART.search(text))
    if kind == "money":
        return bool(_MONEY.search(text))
    if kind == "date":
        return bool(_DATE.search(text))
    if kind == "definition":
        return bool(_DEFINES.search(text))
    return bool(_COUNT.search(text) or _PART.search(text)) if kind == "count" else True
