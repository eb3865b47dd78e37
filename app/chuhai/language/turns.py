"""Words that tie a turn of a conversation to those before it: closed classes of both languages."""

import re
from dataclasses import dataclass

from chuhai.language.detect import has_han
from chuhai.language.words import content_terms

_FLAGS = re.I | re.X
_END = r"[\s,，、.。:：;；!！…—-]*"
# «Right, …», «好，…»: what a turn opens with before it says anything.
_FILLER = re.compile(
    rf"""^(?:
        好的?|行|嗯+|哦|噢|对了|那好|知道了|明白了?|懂了|收到|谢谢|多谢
        |ok(?:ay)?|oops|well|right|yes|sure|hm+|thanks?(?:\ you)?|got\ it|i\ see|great|fine|please
    )(?=[\s,，。！!.]|$){_END}""",
    _FLAGS,
)
_NEW = re.compile(
    rf"""^(?:
        换(?:一?个|个别的)(?:话题|问题)|(?:来?聊|来?说|再?问)(?:点儿?|些)?别的
        |(?:不聊|不说|不谈|不问)(?:这个|它|那个)?了|(?:下一个|别的|另一个)(?:话题|问题)|说说|聊聊
        |(?:new|another|different|next|change\ of)\ (?:topic|subject|question)
        |something\ else(?:\ now)?|(?:let'?s\ |let\ us\ )?(?:leave|forget|drop)\ (?:that|it|this)
        |never\ ?mind(?:\ that)?|moving\ on(?:\ to\ [\w\ ]{{1,30}}(?=[:,]))?
        |by\ the\ way|btw|on\ another\ note
    ){_END}""",
    _FLAGS,
)
_RETURN = re.compile(
    r"""^(?:再?说回|回到|回头说?|再说(?:一?下)?|还是说)(?:刚才|之前|前面|最开始)?(?:的|那)?
        |^(?:back|going\ back|returning)\ to\b
    """,
    _FLAGS,
)
_FIRST_NAMED = re.compile(
    r"前一(?:家|个|位)|前者|第一(?:家|位)|\bthe\ (?:former|first\ (?:firm|company|one|brand))\b",
    _FLAGS,
)
_CORRECTS = re.compile(
    rf"""^(?:
        不是[^，,。！？]{{1,12}}[，,]\s*(?:我?想?(?:问|说|指)的?是?|而?是(?![吗吧么的]|不是))
        |不对|不是(?=[\s，,。！]|$)|说反了|说错了|错了|弄反了|我?(?:是说|是问|问的是|想问的是|说的是|指的是|的意思是)
        |(?:no|nope|sorry|wait|actually|rather)(?=[\s,，.!])
        |(?:the\ )?(?:wrong|other)\ way\ (?:round|around)
        |(?:what\ )?i\ (?:meant|mean|said|was\ asking\ about)
    ){_END}""",
    _FLAGS,
)
_LANGUAGE = re.compile(
    rf"""^(?:(?:请|换成|改用|用|说)(?:中文|英文|汉语|英语)(?:说|回答|讲|答)?(?:吧|一下)?
        |(?:in\ )?(?:english|chinese)(?:\ please)?){_END}""",
    _FLAGS,
)
_POINTS_BACK = re.compile(
    r"""^(?:那|那么|还有|另外|其中|除此之外|具体|再|然后|所以|怎么不是)
        |它|[他她]们?(?!人)|其中|[前后]者|[这那](?:个|些|样|种|么|俩|家|位|帮|条|招)
        |[前后上]一[个条种家位招]|另一[个条种家位招]|剩下|其余|最后(?:那|一)
        |(?:^|那)第[一二三四五](?:[个条种招家点呢]|$)|的(?:呢|多吗|(?:有|占|是)(?:多少|几成))|上面|刚才|呢[，,]|呢[？?]?$
        |^(?:跟|和|与|同)[^，。]{1,12}(?:有关|相关|一样|比)
        |^(?:and|but|so|what\ about|how\ about|then|also|which\ of|how\ come|how\ so)\b
        |^why(?:'s\ that|\ is\ that|\ not)?\W*$
        |\b(?:it|its|they|them|theirs?|those|these|that|this|he|she|his|her|ones?|else|same)\b
        |\b(?:the\ (?:former|latter|others?|rest)|there)\b
        |\b(?:first|second|third|last|next)\ (?:one|thing|firm|company)\b
        |^(?:the\ )?(?:other|next|second|third|rest|last)\b
    """,
    _FLAGS,
)
# «X呢，他怎么看…？»: the turn names by itself whom its pronoun means.
_OF_ITS_OWN = re.compile(r"^(?:那么?)?([^，,。？?]{2,12})呢[，,]\s*(?:它们?|[他她]们?)?(?=\S)")
_ASKS = re.compile(
    r"""[？?]\s*$|[吗呢么]$|什么|啥|谁|哪|怎|咋|为何|多少|几|是不是|有没有
        |^(?:what|where|when|why|which|who|whose|how|is|are|was|were|do|does|did|can|has|have)\b
    """,
    _FLAGS,
)
# As a subject or a possessive: an object («doing it») is as often a thing as a company.
_PRONOUN = re.compile(
    r"""(?:(?<=^)|(?<=^那)|(?<=^那么)|(?<=[，,]))(?:它们?|[他她]们?(?!人)|[那这](?:家(?:公司|企业)?|位))
        |\b(?:its|their|his|her)(?=\ )|^(?:and\ |so\ |but\ )?\b(?:it|they|he|she)\b
        |(?:(?<=\bdo\ )|(?<=\bdoes\ )|(?<=\bdid\ )|(?<=\bis\ )|(?<=\bare\ )|(?<=\bwas\ )
          |(?<=\bhas\ )|(?<=\bhave\ )|(?<=\bwill\ )|(?<=\bcan\ ))(?:it|they|he|she)\b
    """,
    _FLAGS,
)
_POSSESSIVE = frozenset({"its", "their", "his", "her"})
# All four set by reading the conversations of evals/cases/dev.
# So short and with at most one content term, a question says too little to stand alone.
_SHORT_HAN, _SHORT_WORDS = 4, 3
# Up to here it does where it names nothing that the field has a name for.
_BRIEF_HAN, _BRIEF_WORDS = 8, 5


@dataclass(frozen=True, slots=True)
class Turn:
    """A turn without what only ties it to the others, and what that said."""

    text: str
    new_topic: bool = False
    returns: bool = False
    corrects: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether it only said «ok» or «another topic»."""
        return not any(ch.isalnum() for ch in self.text)


def read_turn(said: str) -> Turn:
    """Takes openings off a turn: fillers, announcements of a topic, corrections, a language."""
    text = said.strip()
    new_topic = returns = corrects = False
    while True:
        if match := _FILLER.match(text) or _LANGUAGE.match(text):
            pass
        elif match := _NEW.match(text):
            new_topic = True
        elif match := _RETURN.match(text):
            returns = True
        elif match := _CORRECTS.match(text):
            corrects = True
        else:
            return Turn(text, new_topic, returns, corrects)
        text = text[match.end() :].lstrip(" ,，、.。:：;；!！")


def points_back(text: str) -> bool:
    """Whether it has a pronoun, an ordinal or an opening that needs what was said before."""
    return bool(_POINTS_BACK.search(text))


def is_question(text: str) -> bool:
    """Whether it asks, rather than only names what was meant."""
    return bool(_ASKS.search(text))


def own_topic(text: str) -> tuple[str, str] | None:
    """What a turn names before it asks of that («X呢，他怎么看…？»), and what it asks.

    None where what it names is itself known from before («第二位的呢，…», «没有的呢，…»).
    """
    found = _OF_ITS_OWN.match(text)
    if found is None or found[1].endswith("的") or points_back(found[1]):
        return None
    return found[1], text[found.end() :]


def means_the_first(text: str) -> bool:
    """Whether it speaks of the first of those that were named."""
    return bool(_FIRST_NAMED.search(text))


def says_little(text: str, *, named: bool) -> bool:
    """Whether it is too short to say what it is about; ``named``: whether it names a thing
    of the field, a place or a person."""
    told = len(content_terms(text))
    letters, words = sum(ch.isalnum() for ch in text), len(text.split())
    han = has_han(text)
    brief = letters <= _BRIEF_HAN if han else words <= _BRIEF_WORDS
    short = letters <= _SHORT_HAN if han else words <= _SHORT_WORDS
    return told == 0 or (told == 1 and short) or (brief and not named)


def means_people(text: str) -> bool:
    """Whether its first pronoun means people or firms rather than a thing."""
    found = _PRONOUN.search(text)
    return found is not None and not re.search(r"\bits?\b|它", found[0], re.I)


def with_name(text: str, name: str) -> str | None:
    """The turn with its first pronoun replaced by a name; None where it has no pronoun."""

    def put(match: re.Match[str]) -> str:
        return f"{name}’s" if match[0].lower() in _POSSESSIVE else name

    replaced, count = _PRONOUN.subn(put, text, count=1)
    return replaced if count else None
