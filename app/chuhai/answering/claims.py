"""Claims: pieces of an answer with the sentences that they rest on, and how they are shown."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from chuhai.domain import Citation, Passage, Sentence, Support

# Characters that Markdown (GitHub's and Streamlit's dialect) would act on. Text of
# documents and models is shown as it is written, never as markup or as a marker.
_ACTIVE = re.compile(r"([\\`*_\[\]<>~$&]|:(?=[A-Za-z+]))")
_LINE_START = re.compile(r"^(\d*)([-+#.)])")
_ESCAPED = re.compile(r"\\([\\`*_\[\]<>~$&:+#.)-])")


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


@dataclass
class Numbering:
    """Gives each cited sentence its marker, in order of first use."""

    citations: list[Citation] = field(default_factory=list)
    _numbers: dict[tuple[str, int, int], int] = field(default_factory=dict)

    def show(self, claim: Claim, support: Support) -> Shown:
        """The claim as Markdown with its markers; new citations get the next numbers."""
        added: list[Citation] = []
        markers: list[int] = []
        for source in claim.sources:
            if source.key not in self._numbers:
                self._numbers[source.key] = len(self._numbers) + 1
                added.append(_citation(self._numbers[source.key], source, support))
            markers.append(self._numbers[source.key])
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
