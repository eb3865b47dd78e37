"""Folds a conversation into one standalone question, without a model."""

import re
from collections.abc import Sequence

from chuhai.language.detect import has_han
from chuhai.language.words import content_terms

# Words that point back to what was said: pronouns and openings of an ellipsis. Closed
# classes of both languages.
_POINTS_BACK_ZH = re.compile(
    r"^(?:那|那么|还有|另外|其中|除此之外|具体|再|然后|不,|不，|不是|我是说|我问的是)"
    r"|(?:它|他们|她们|它们|其中|前者|后者|这个|那个|这些|那些|这样|这种|那种|上面|刚才|呢[？?]?$)"
)
_POINTS_BACK_EN = re.compile(
    r"^(?:and|but|so|what about|how about|then|also|no,|i meant|why\??$|how so)\b"
    r"|\b(?:it|its|they|them|their|theirs|those|these|that|this|the former|the latter|"
    r"he|she|his|her|one|ones|else|same)\b",
    re.I,
)
# So short and with a single content term, a question says too little to stand alone.
_SHORT_HAN, _SHORT_WORDS = 4, 3


def standalone(turns: Sequence[str]) -> str:
    """The last turn as a question that needs no other: itself, or joined to its topic.

    The topic is the latest earlier turn that stands alone.
    """
    last = turns[-1].strip()
    if len(turns) < 2 or not needs_context(last):
        return last
    topic = next((t.strip() for t in reversed(turns[:-1]) if not needs_context(t)), turns[0])
    return f"{topic.strip()} {last}".strip()


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
