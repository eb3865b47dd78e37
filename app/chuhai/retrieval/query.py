"""What a question asks about: its words, and what the glossary says may stand for them."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from chuhai.language.detect import has_han
from chuhai.language.glossary import Glossary, other_names
from chuhai.language.normalise import fold
from chuhai.language.words import terms

# A word that the question did not use counts a little less than its own.
_OTHER_NAME = 0.8


@dataclass(frozen=True, slots=True)
class Want:
    """One thing that the question names, with the terms of every name for it."""

    name: str
    alternatives: tuple[frozenset[str], ...]
    """Index terms per name; the first is the name that the question uses."""

    def met_by(self, held: frozenset[str] | set[str]) -> float:
        """How far these terms hold it, between 0 and 1: the best of its names."""
        shares = [
            (_OTHER_NAME if number else 1.0) * len(names & held) / len(names)
            for number, names in enumerate(self.alternatives)
            if names
        ]
        return max(shares, default=0.0)


@dataclass(frozen=True, slots=True)
class Query:
    """A question taken apart."""

    text: str
    wants: tuple[Want, ...]
    expansion: Mapping[str, list[str]]
    """Per name in the question the other names that were added."""
    themes: frozenset[str] = frozenset()
    """Themes of the concepts that it names."""

    def term_weights(self, bigram: float, other: float) -> dict[str, float]:
        """Index terms and their weights: the question's own 1, added ones ``other``.

        An added name's weight is shared among its terms, so that long names do not shout.
        """
        weights: dict[str, float] = {}
        for names in self.expansion.values():
            for name in names:
                parts = terms(name)
                for term in parts:
                    weights[term] = max(weights.get(term, 0.0), other / len(parts))
        for term in terms(self.text):
            weights[term] = 1.0
        return {t: w * (bigram if t.startswith("_") else 1.0) for t, w in weights.items()}


def understand(text: str, glossary: Glossary) -> Query:
    """Takes a question apart with the glossary (an empty one adds nothing)."""
    found = glossary.found(text)
    expansion = {name: other_names(name, concepts) for name, concepts in found.items()}
    themes = frozenset(c.theme for concepts in found.values() for c in concepts if c.theme)
    rest = fold(text)
    wants = []
    for name, others in expansion.items():
        wants.append(Want(name, tuple(frozenset(terms(n)) for n in (name, *others))))
        # An English name goes with its ending: «exporters» leaves no «ers».
        ending = r"[a-z]*" if name[-1:].isascii() else ""
        rest = re.sub(rf"{re.escape(name)}{ending}", "\n", rest)
    named = {term for want in wants for term in want.alternatives[0]}
    single = [t for t in dict.fromkeys(terms(rest)) if t not in named]
    if wants:  # a lone character between two names is what is left of a sentence, not a word
        single = [t for t in single if len(t) > 1 or not has_han(t)]
    wants.extend(Want(term, (frozenset({term}),)) for term in single)
    return Query(text, tuple(wants), expansion, themes)


def want_rarity(want: Want, rarity: Callable[[str], float], knows: Callable[[str], bool]) -> float:
    """How telling a want is: the rarity of the rarest known word of its own name, else of the
    commonest known term of another name, else of what nothing knows.

    A lone character bigram tells a third of what a word tells.
    """
    own = [rarity(t) for t in want.alternatives[0] if not t.startswith("_") and knows(t)]
    other = [rarity(t) for names in want.alternatives for t in names if knows(t)]
    value = max(own) if own else min(other) if other else rarity(want.name)
    return value / 3 if want.name.startswith("_") else value
