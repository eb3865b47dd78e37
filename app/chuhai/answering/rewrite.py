"""Folds a conversation into one standalone question, without a model.

What a later turn leaves out is taken from the turns before it: a pronoun from the company
that was named last, a thing of the same kind (another company, channel, region,
side) by putting it in the other's place; anything else that points back goes with the
question that it points back to and with the turn right before it.
"""

import re
from collections.abc import Sequence

from chuhai.language.detect import detect
from chuhai.language.glossary import Concept, Glossary
from chuhai.language.names import proper_names
from chuhai.language.normalise import fold
from chuhai.language.turns import (
    Turn,
    is_question,
    means_people,
    means_the_first,
    own_topic,
    points_back,
    read_turn,
    says_little,
    with_name,
)
from chuhai.language.words import content_terms

# What is left of a turn that only puts something else in the place of what was asked about.
_SWAPS = re.compile(
    r"那么?|换成|呢|的话|如果是|在|对于|关于|至于"
    r"|\b(?:and|but|not|what|how|about|in|for|with|on|the|then|of)\b",
    re.I,
)
_SWAPPED = frozenset({"company", "channel", "digital", "industry", "region", "measure", "role"})
# Kinds of concepts that tell what a text is about; the others say what of it is asked.
_THINGS = _SWAPPED | {"brand", "business", "goal"}
# Content terms with which a turn asks something of its own about a name; set by reading the
# conversations of evals/cases/dev.
_OWN = 2


def standalone(turns: Sequence[str], glossary: Glossary | None = None) -> str:
    """The last turn as a question that needs no other."""
    glossary = glossary or Glossary()
    read = [read_turn(turn) for turn in turns]
    last = read[-1]
    if len(turns) < 2 or last.is_empty:
        return turns[-1].strip()
    if not _leans(last, glossary):
        return last.text
    before = [turn for turn in read[:-1] if not turn.is_empty]
    if not before:
        return last.text
    own = own_topic(last.text)
    if own is not None and content_terms(own[1]):
        return "".join(own)
    named = _named(last, before, glossary)
    if named is not None:
        return named
    if last.new_topic:
        return last.text
    place = _topic(last, before, glossary)
    topic = before[place].text
    swapped = _swapped(topic, last.text, glossary)
    if swapped is not None:
        return swapped
    nearest = before[-1].text if place < len(before) - 1 and not last.returns else ""
    return " ".join(text for text in (topic, nearest, last.text) if text)


def _leans(turn: Turn, glossary: Glossary) -> bool:
    things = (c for concepts in glossary.found(turn.text).values() for c in concepts)
    named = any(c.kind in _THINGS for c in things) or bool(proper_names(turn.text))
    return (
        turn.returns
        or (turn.corrects and not is_question(turn.text))
        or points_back(turn.text)
        or says_little(turn.text, named=named)
    )


def _topic(last: Turn, before: Sequence[Turn], glossary: Glossary) -> int:
    """Which earlier turn it is about: the latest that stands alone, or, where it goes back
    to something, the latest of those that name that."""
    alone = [i for i, turn in enumerate(before) if i == 0 or _opens(turn, glossary)]
    if last.returns:
        if means_the_first(last.text):
            return next((i for i in alone if _companies(before[i].text, glossary)), alone[0])
        meant = _terms(last.text, glossary)
        shared = [len(meant & _terms(before[i].text, glossary)) for i in alone]
        return alone[shared.index(max(shared))]
    return alone[-1]


def _opens(turn: Turn, glossary: Glossary) -> bool:
    """Whether a turn begins a topic."""
    return turn.new_topic or not _leans(turn, glossary)


def _terms(text: str, glossary: Glossary) -> frozenset[str]:
    """What a text names: its content terms, and the concepts by their ids."""
    found = glossary.found(text).values()
    return frozenset(content_terms(text)) | {c.id for concepts in found for c in concepts}


def _named(last: Turn, before: Sequence[Turn], glossary: Glossary) -> str | None:
    """The turn with the company that its pronoun means, where it says enough else."""
    least = 1 if last.new_topic else _OWN
    if last.returns or _companies(last.text, glossary) or len(content_terms(last.text)) < least:
        return None
    # «it» is as often a thing that was named in between.
    for turn in reversed(before) if means_people(last.text) else before[-1:]:
        said = _companies(turn.text, glossary)
        # «Jereh's buyers … they» are the buyers.
        owned = said and re.search(re.escape(said[0]) + "(?:['’]s|的)", fold(turn.text))
        if (
            len(said) > 1
            or (owned and not last.new_topic)
            or (not said and _people(turn, glossary))
        ):
            return None
        if said:
            return with_name(last.text, _called(said[0], last.text, glossary))
        if turn.new_topic:
            return None
    return None


def _people(turn: Turn, glossary: Glossary) -> bool:
    """Whether a turn names people or firms of a kind, whom a pronoun after it may mean."""
    found = glossary.found(turn.text).values()
    return any(concept.kind == "role" for concepts in found for concept in concepts)


def _companies(text: str, glossary: Glossary) -> list[str]:
    """Names of companies in a text, as they stand there, in order."""
    folded = fold(text)
    concepts = glossary.found(text)
    names = [name for name, of in concepts.items() if of[0].kind == "company"]
    places = {name: folded.find(name) for name in names}
    return sorted(places, key=lambda name: places[name])


def _called(name: str, text: str, glossary: Glossary) -> str:
    """What the company is called in the language of a text."""
    concept: Concept = glossary.found(name)[name][0]
    names = concept.names(detect(text))
    return names[0] if names else name


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
