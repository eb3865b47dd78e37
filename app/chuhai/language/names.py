"""Names and years that a question is about: what a document either has or does not."""

import re

from chuhai.language.asks import asks_for
from chuhai.language.detect import has_han
from chuhai.language.normalise import fold

# A capital within a sentence; all capitals (KPI, URL) are mostly no names.
_LATIN = re.compile(r"(?<![\w'’-])[A-Z][\w-]*[a-z]\w*")
_YEAR = re.compile(r"(?<!\d)(?:1[89]\d\d|20\d\d)(?!\d)")
_SENTENCE_START = ".?!:：。？！“\"'("
# Tags of persons, places, organisations and other names (ICTCLAS set).
_NAME_TAGS = frozenset({"nr", "ns", "nt", "nz"})
# «US» is a place, «us» the asker.
# What an answer is to be written in is not what it is about.
_LANGUAGES = frozenset("中文 英文 英语 汉语 普通话 Chinese English Mandarin".split())
_FIRST_PERSON = re.compile(r"我|咱|俺|\bI\b|\b(?:[Ww]e|us|[Oo]urs?|[Mm]y|[Mm]ine|me)\b")


def first_person(text: str) -> bool:
    """Whether the asker speaks of themselves."""
    return bool(_FIRST_PERSON.search(text))


def names_in(text: str) -> list[str]:
    """Names by their tag (Chinese) or capital letter (Latin, not at a sentence's start), years.

    None where the question speaks in the first person: then names tell of the asker. No
    Chinese places where it asks for advice: they say where to, and the advice is general.
    """
    return [] if first_person(text) else proper_names(text, places="advice" not in asks_for(text))


def proper_names(text: str, *, places: bool = True) -> list[str]:
    """All names and years in a text, whoever speaks; Chinese places only where wanted."""
    found: list[str] = []
    if has_han(text):
        import rjieba

        tags = _NAME_TAGS if places else _NAME_TAGS - {"ns"}
        tagged = rjieba.tag(fold(text))
        found += [word for word, tag in tagged if tag[:2] in tags and len(word) > 1]
    for match in _LATIN.finditer(text):
        before = text[: match.start()].rstrip()
        if before and before[-1] not in _SENTENCE_START:
            found.append(match[0])
    return [name for name in found if name not in _LANGUAGES] + _YEAR.findall(text)


def is_name(word: str) -> bool:
    """Whether a Chinese word by itself is tagged as a name."""
    import rjieba

    tagged = rjieba.tag(word)
    return len(tagged) == 1 and tagged[0][1][:2] in _NAME_TAGS
