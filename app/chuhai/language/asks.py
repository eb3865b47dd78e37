"""What kind of answer a question asks for, by its question words: closed classes."""

import re
from typing import Literal

Kind = Literal["number", "reason", "advice"]

_WORDS: dict[Kind, str] = {
    "number": r"""
        多少|几成|几个|几年|几家|多久|多大|占比|比例|百分|比重|数据|金额
        |how\ (?:many|much|long|big|large)|percent|share|proportion|what\ (?:fraction|part)
        |number|figure|ratio
    """,
    "reason": r"""
        为什么|为何|凭什么|凭啥|怎么会|怎么就|原因|缘故|导致|何以
        |\bwhy\b|how\ come|\breasons?\b|what\ (?:makes|drives|causes|stops|keeps|explains)
    """,
    "advice": r"""
        应该|应当|该不该|该怎么|要怎么|怎么办|怎么做|如何|建议|怎样才能|要不要|有必要|值得
        |\bshould\b|\bhow\ (?:do|can|could|to|would)\b|advice|advise|recommend|suggest
        |\btips?\b|worth
    """,
}
_ASKS = {kind: re.compile(words, re.I | re.X) for kind, words in _WORDS.items()}

# Roles of paragraphs that hold such an answer (see ``corpus.check.ROLES``).
ROLES: dict[Kind, frozenset[str]] = {
    "number": frozenset({"finding"}),
    "reason": frozenset({"cause"}),
    "advice": frozenset({"recommendation", "practice"}),
}


def asks_for(question: str) -> frozenset[Kind]:
    """The kinds of answer that the question's words ask for; often none is said."""
    return frozenset(kind for kind, words in _ASKS.items() if words.search(question))
