"""Folds a conversation into one standalone question, without a model.

What a later turn leaves out is taken from the turns before it: where it only names another
company, channel, region or person, that takes the place of the one that was asked about;
anything else that points back goes with the question that it points back to.
"""

import re
from collections.abc import Sequence

from chuhai.language.detect import has_han
from chuhai.language.glossary import Glossary
from chuhai.language.names import proper_names
from chuhai.language.normalise import fold
from chuhai.language.words import content_terms

# Words that point back to what was said: pronouns and openings of an ellipsis. Closed
# classes of both languages.
_POINTS_BACK_ZH = re.compile(
    r"^(?:那|那么|还有|另外|其中|除此之外|具体|再|然后|不对?[,，]|不是|我是说|我问的是|我想问的是)"
    r"|(?:它|他们|她们|它们|其中|前者|后者|这个|那个|这些|那些|这样|这种|那种|这么|那么)"
    r"|上面|刚才|呢[，,]|呢[？?]?$"
)
_POINTS_BACK_EN = re.compile(
    r"^(?:and|but|so|what about|how about|then|also|no,|sorry,|i meant|why\??$|how so)\b"
    r"|\b(?:it|its|they|them|their|theirs|those|these|that|this|the former|the latter|"
    r"he|she|his|her|one|ones|else|same)\b",
    re.I,
)
# What is left of a turn that only puts something else in the place of what was asked about.
_SWAPS = re.compile(
    r"不对|不是|那么?|我(?:是说|问的是|想问的是|说的是)|换成|呢|的话|如果是|在|对于|关于"
    r"|\b(?:and|but|no|not|sorry|i|meant|mean|what|how|about|in|for|with|on|the|then|of)\b",
    re.I,
)
_SWAPPED = frozenset({"company", "channel", "digital", "industry", "region", "measure", "role"})
# So short and with a single content term, a question says too little to stand alone.
_SHORT_HAN, _SHORT_WORDS = 4, 3


def standalone(turns: Sequence[str], glossary: Glossary | None = None) -> str:
    """The last turn as a question that needs no other.

    The topic is the latest earlier turn that stands alone.
    """
    glossary = glossary or Glossary()
    last = turns[-1].strip()
    if len(turns) < 2 or not needs_context(last):
        return last
    place = next((i for i in range(len(turns) - 2, 0, -1) if not needs_context(turns[i])), 0)
    topic = turns[place].strip()
    swapped = _swapped(topic, last, glossary)
    if swapped is not None:
        return swapped
    return f"{topic} {last}"


def _swapped(topic: str, last: str, glossary: Glossary) -> str | None:
    """The topic's question of another thing of the same kind, where the turn only names that."""
    new, old = _things(last, glossary), _things(topic, glossary)
    typed = re.sub(r"^\W+|\W+$", "", _SWAPS.sub(" ", last))
    rest = typed
    for name in new:
        rest = _as_typed(name).sub(" ", rest)
    alike = [other for other, kind in old.items() if kind in new.values()]
    if not typed or len(alike) != 1 or any(ch.isalnum() for ch in rest):
        return None
    return _as_typed(alike[0]).sub(lambda _: typed, topic, count=1)


def _as_typed(name: str) -> re.Pattern[str]:
    """A name in a text, an English one with its ending."""
    return re.compile(re.escape(name) + (r"[a-z]*" if name[-1:].isascii() else ""), re.I)


def _things(text: str, glossary: Glossary) -> dict[str, str]:
    """What a turn names, folded, and of what kind it is: a concept's, or ``name``."""
    found = {
        name: concepts[0].kind
        for name, concepts in glossary.found(text).items()
        if concepts[0].kind in _SWAPPED
    }
    known = "\n".join(glossary.found(text))
    names = {fold(name): "name" for name in proper_names(text) if fold(name) not in known}
    return found | names


def needs_context(turn: str) -> bool:
    """Whether a turn can only be understood from what was said before it."""
    text = turn.strip()
    named = len(content_terms(text))
    return (
        named == 0
        or (named == 1 and _is_short(text))
        or bool(_POINTS_BACK_ZH.search(text))
        or bool(_POINTS_BACK_EN.search(text))
    )


def _is_short(text: str) -> bool:
    letters = sum(ch.isalnum() for ch in text)
    return letters <= _SHORT_HAN if has_han(text) else len(text.split()) <= _SHORT_WORDS
