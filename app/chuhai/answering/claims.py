"""Claims: pieces of an answer with the sentences that they rest on, and how they are shown."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from chuhai.domain import FAILED, Citation, Passage, Sentence, Support

# Characters that Markdown (GitHub's and Streamlit's dialect) would act on. Text of
# documents and models is shown as it is written, never as markup or as a marker.
_ACTIVE = re.compile(r"([\\`*_\[\]<>~$&]|:(?=[A-Za-z+]))")
_LINE_START = re.compile(r"^(\d*)([-+#.)])")
_ESCAPED = re.compile(r"\\([\\`*_\[\]<>~$&:+#.)-])")
_TOKEN = re.compile(rf"{_ESCAPED.pattern}|\[(\d{{1,4}})\]")


@dataclass(frozen=True, slots=True)
class Source:
    """A sentence in its passage."""

    passage: Passage
    sentence: Sentence

    @property
    def key(self) -> tuple[str, int, int]:
        return self.passage.document, self.sentence.start, self.sentence.end

    @property
    def quote(self) -> str:
        return self.passage.cut(self.sentence)

    @property
    def texts(self) -> list[str]:
        """Its words in each edition, the original's first."""
        other = self.sentence.translation
        return [self.quote, other.text] if other else [self.quote]


@dataclass(frozen=True, slots=True)
class Claim:
    """One statement of an answer before it is numbered and verified.

    ``text`` is plain text; ``lead`` is what Chuhai puts before it (a speaker's name).
    """

    text: str
    sources: tuple[Source, ...]
    lead: str = ""
    bullet: bool = False


@dataclass(frozen=True, slots=True)
class Shown:
    """A verified, numbered claim as it is streamed: Markdown and the citations it adds."""

    markdown: str
    citations: tuple[Citation, ...]
    support: Support


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph or bullet of an answer: plain text and the numbers of markers, in order."""

    bullet: bool
    parts: tuple[str | int, ...]


@dataclass
class Numbering:
    """Gives each cited sentence its marker, in order of first use.

    Where a claim is shown that its sentence does not bear, that citation has a marker of its
    own: it says so, and those of the claims that the sentence does bear stay as they are.
    """

    citations: list[Citation] = field(default_factory=list)
    _numbers: dict[tuple[tuple[str, int, int], bool], int] = field(default_factory=dict)

    def show(self, claim: Claim, support: Support) -> Shown:
        """The claim as Markdown with its markers; new citations get the next numbers."""
        added: list[Citation] = []
        markers: list[int] = []
        for source in claim.sources:
            key = source.key, support in FAILED
            if key not in self._numbers:
                self._numbers[key] = len(self._numbers) + 1
                added.append(_citation(self._numbers[key], source, support))
            markers.append(self._numbers[key])
        self.citations.extend(added)
        marks = "".join(f"[{n}]" for n in dict.fromkeys(markers))
        start = "\n- " if claim.bullet else "\n\n" if self._started(added) else ""
        body = escape(claim.lead + claim.text)
        return Shown(f"{start}{body} {marks}".rstrip(), tuple(added), support)

    def _started(self, added: Iterable[Citation]) -> bool:
        return len(self.citations) > len(list(added))


def escape(text: str) -> str:
    """Plain text as Markdown that shows exactly these characters, on one line."""
    flat = " ".join(text.split())
    return _LINE_START.sub(r"\1\\\2", _ACTIVE.sub(r"\\\1", flat))


def plain(markdown: str) -> str:
    """The characters that ``escape`` was given, for a terminal."""
    return _ESCAPED.sub(r"\1", markdown)


def blocks(markdown: str) -> list[Block]:
    """An answer's Markdown taken apart again: what ``escape`` wrote is plain text once more."""
    found = []
    for line in markdown.split("\n"):
        if line.strip():
            bullet = line.startswith("- ")
            found.append(Block(bullet, tuple(_parts(line[2:] if bullet else line))))
    return found


def _parts(line: str) -> Iterator[str | int]:
    words, end = "", 0
    for token in _TOKEN.finditer(line):
        words += line[end : token.start()] + (token[1] or "")
        end = token.end()
        if token[2]:
            if words:
                yield words
            yield int(token[2])
            words = ""
    if words + line[end:]:
        yield words + line[end:]


def _citation(n: int, source: Source, support: Support) -> Citation:
    passage, sentence = source.passage, source.sentence
    return Citation(
        n=n,
        passage_id=passage.passage_id,
        content_hash=passage.content_hash,
        document=passage.document,
        title=passage.title,
        heading=passage.heading,
        locator=passage.locator,
        start=sentence.start,
        end=sentence.end,
        quote=source.quote,
        translation=sentence.translation,
        support=support,
    )
