"""Names and years that a question is about: what a document either has or does not."""

import re

from chuhai.language.detect import has_han
from chuhai.language.normalise import fold

# A capital within a sentence; all capitals (KPI, URL) are mostly no names.
_LATIN = re.compile(r"(?<![\w'’-])[A-Z][\w-]*[a-z]\w*")
_YEAR = re.compile(r"(?<!\d)(?:1[89]\d\d|20\d\d)(?!\d)")
_SENTENCE_START = ".?!:：。？！“\"'("
# Tags of persons, organisations and other names (ICTCLAS set). Places are left out: they
# mostly say where the asker is, not what the question is about.
_NAME_TAGS = ("nr", "nt", "nz")
_FIRST_PERSON = re.compile(r"我|咱|俺|\b(?:I|we|us|our|ours|my|mine|me)\b", re.I)


def names_in(text: str) -> list[str]:
    """Names by their tag (Chinese) or capital letter (Latin, not at a sentence's start), years.

    None where the question speaks in the first person: then names tell of the asker.
    """
    if _FIRST_PERSON.search(text):
        return []
    found: list[str] = []
    if has_han(text):
        import rjieba

        tagged = rjieba.tag(fold(text))
        found += [word for word, tag in tagged if tag[:2] in _NAME_TAGS and len(word) > 1]
    for match in _LATIN.finditer(text):
        before = text[: match.start()].rstrip()
        if before and before[-1] not in _SENTENCE_START:
            found.append(match[0])
    return found + _YEAR.findall(text)
