"""The field's terms in both languages, and which of them a text uses.

A concept has a standard term and other words per language. It never points to a passage:
it only says which words may stand for one another.
"""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from chuhai.domain import Lang
from chuhai.errors import SettingsError
from chuhai.language.detect import has_han
from chuhai.language.normalise import fold
from chuhai.language.words import borders, terms

_KNOWN = 2048


@dataclass(frozen=True, slots=True)
class Concept:
    """One thing and its names; the first of each language is the standard term."""

    id: str
    zh: tuple[str, ...]
    en: tuple[str, ...]
    kind: str
    theme: str | None = None
    """The theme of paragraphs (see ``corpus.check.THEMES``) that it belongs to, if one."""

    def names(self, lang: Lang) -> tuple[str, ...]:
        return self.zh if lang == "zh" else self.en


@dataclass(frozen=True)
class Glossary:
    """Concepts, found in a text by their longest names."""

    concepts: Sequence[Concept] = field(default_factory=tuple)

    def found(self, text: str) -> dict[str, list[Concept]]:
        """Concepts that the text names, by the name it uses; longer names go before shorter.

        Both languages match whole words: Chinese ones between borders of words («国企» is
        not in «中国企业»), English ones whatever their ending.
        """
        known = self._known.get(text)
        if known is None:
            if len(self._known) >= _KNOWN:
                self._known.clear()
            known = self._known[text] = self._find(text)
        return dict(known)

    def _find(self, text: str) -> dict[str, list[Concept]]:
        rest = fold(text)
        found: dict[str, list[Concept]] = {}
        if has_han(rest):
            ends = borders(rest)
            for name, concepts in self._chinese.items():
                if name not in rest:
                    continue
                for place in _places(name, rest):
                    if {place, place + len(name)} <= ends:
                        found[name] = concepts
                        rest = rest[:place] + "\n" * len(name) + rest[place + len(name) :]
        stems = " ".join(["", *terms(re.sub(r"[\u3400-\u9fff]+", " ", rest)), ""])
        words = set(stems.split())
        for stemmed, (first, name, concepts) in self._english.items():
            if first in words and stemmed in stems:
                found[name] = concepts
                stems = stems.replace(stemmed, " \n ")
        return found

    def uses(self, text: str, concept: Concept, lang: Lang) -> bool:
        """Whether a text has any of the concept's names in that language, also within others."""
        folded = fold(text)
        if lang == "zh":
            return any(fold(name) in folded for name in concept.zh)
        stems = " ".join(["", *terms(folded), ""])
        return any(f" {' '.join(terms(name))} " in stems for name in concept.en)

    @cached_property
    def _known(self) -> dict[str, dict[str, list[Concept]]]:
        """What the last texts named: a page draws the same sentences again and again."""
        return {}

    @cached_property
    def _chinese(self) -> Mapping[str, list[Concept]]:
        names: dict[str, list[Concept]] = {}
        for concept in self.concepts:
            for name in concept.zh:
                names.setdefault(fold(name), []).append(concept)
        return dict(sorted(names.items(), key=lambda item: (-len(item[0]), item[0])))

    @cached_property
    def _english(self) -> Mapping[str, tuple[str, str, list[Concept]]]:
        """By stems between blanks the first of them, the name and its concepts."""
        names: dict[str, tuple[str, str, list[Concept]]] = {}
        for concept in self.concepts:
            for name in concept.en:
                if stems := terms(name):
                    stemmed = " ".join(["", *stems, ""])
                    names.setdefault(stemmed, (stems[0], fold(name), []))[2].append(concept)
        return dict(sorted(names.items(), key=lambda item: (-len(item[0]), item[0])))


def other_names(name: str, concepts: Sequence[Concept]) -> list[str]:
    """What else the concepts are called than by this (folded) name."""
    return [n for c in concepts for n in (*c.zh, *c.en) if fold(n) != name]


def _places(name: str, text: str) -> list[int]:
    return [match.start() for match in re.finditer(re.escape(name), text)]


def read_glossary(paths: Sequence[Path]) -> Glossary:
    """The glossary of these TOML files, those that exist; a later file's id replaces.

    Raises SettingsError for a file that cannot be read.
    """
    concepts: dict[str, Concept] = {}
    for path in paths:
        if not path.is_file():
            continue
        try:
            with path.open("rb") as file:
                for row in tomllib.load(file).get("concept", []):
                    concept = _concept(row)
                    concepts[concept.id] = concept
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise SettingsError(
                f"the glossary {path} cannot be read ({error}): correct that entry",
                f"词汇表 {path} 读不了（{error}）：请改正该条目",
            ) from error
    return Glossary(tuple(concepts.values()))


def _concept(row: Mapping[str, object]) -> Concept:
    return Concept(
        id=str(row["id"]),
        zh=(str(row["zh"]), *_strings(row.get("zh_also", []))),
        en=(str(row["en"]), *_strings(row.get("en_also", []))),
        kind=str(row.get("kind", "business")),
        theme=str(row["theme"]) if "theme" in row else None,
    )


def _strings(value: object) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise TypeError("a list of words is needed")
    return value
