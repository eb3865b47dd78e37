"""The sentences that a claim cites, as texts to compare it with."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from chuhai.answering.claims import Source
from chuhai.answering.wording import Wording
from chuhai.domain import Lang

_FIRST_PERSON = re.compile(r"我|咱|\b(?:we|our|us|my)\b", re.I)
_TITLE = re.compile(r"([^：:]{1,40})[：:]")


@dataclass(frozen=True)
class Cited:
    """The cited sentences as they are compared."""

    editions: tuple[Wording, ...]
    """In the claim's language (else as they stand), one per sentence."""
    plain: tuple[Wording, ...]
    """In plain words of the claim's language, where there are any."""
    across: tuple[Wording, ...]
    """In the other language."""
    above: tuple[Wording, ...]
    """Whom or what they are about and spoken by, as far as it stands above them."""

    @property
    def own(self) -> tuple[Wording, ...]:
        return (*self.editions, *self.plain)


def cited(
    sources: Sequence[Source], lang: Lang, read: Callable[[str], Wording], plain: bool = True
) -> Cited:
    """The sentences for a claim in that language; without their plain words where told so."""
    other: Lang = "en" if lang == "zh" else "zh"
    words = {
        side: [plain_words(s, side) if plain else "" for s in sources] for side in (lang, other)
    }
    across = [edition(source, other) for source in sources if has(source, other)]
    return Cited(
        editions=tuple(read(edition(source, lang)) for source in sources),
        plain=tuple(read(text) for text in words[lang] if text),
        across=tuple(read(text) for text in (*across, *words[other]) if text),
        above=tuple(read(_above(source, lang)) for source in sources),
    )


def has(source: Source, lang: Lang) -> bool:
    """Whether there is an edition in that language."""
    return source.passage.lang == lang or source.sentence.translation is not None


def edition(source: Source, lang: Lang) -> str:
    other = source.sentence.translation
    return other.text if other is not None and source.passage.lang != lang else source.quote


def plain_words(source: Source, lang: Lang) -> str:
    """Its plain words in that language: they stand in both, Chinese first («中文 / English»)."""
    chinese, _, english = source.sentence.plain.partition(" / ")
    return chinese if lang == "zh" else english


def _above(source: Source, lang: Lang) -> str:
    """What it is about and who speaks: «Anker:» of a title, the speaker, «we» by its heading."""
    passage, other = source.passage, source.sentence.translation
    own = passage.lang == lang
    path = passage.heading if own else passage.other_heading
    top = _TITLE.match(path[0]) if path else None
    speaker = source.sentence.speaker if own else other.speaker if other else None
    here = path[-1] if path and _FIRST_PERSON.search(source.quote) else ""
    return "。".join([top[1] if top else "", speaker or "", here])
