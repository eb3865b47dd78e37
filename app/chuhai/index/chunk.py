"""Documents to passages: whole sentences of one section, sized in tokens.

A paragraph is a passage of its own unless it is short: then it joins its neighbours of
the same section (a list, its lead-in, a survey question and what was found, a saying and
who said it). A heading goes with what follows it, and nothing else crosses it. So an edit
moves borders only within a run of short paragraphs, and an id survives edits elsewhere in
the document.
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import asdict, dataclass

from chuhai.corpus.align import Alignment
from chuhai.domain import Document, Lang, Paragraph, Passage, Sentence
from chuhai.language import sentences
from chuhai.language.tokens import count

# «26、28», «26, 28» in «第 26、28 块», «block 26, 28».
_NUMBERS = re.compile(r"\d+(?:(?:、|, )\d+)*")


@dataclass(frozen=True, slots=True)
class ChunkSettings:
    """Sizes of a passage. Limits in code points are the contract's, per language."""

    target_tokens: int = 300
    """A run of short paragraphs joins up to this."""
    short_tokens: int = 120
    """A paragraph below this joins its neighbours."""
    limit_zh: int = 400
    limit_en: int = 1200

    def limit(self, lang: Lang) -> int:
        return self.limit_zh if lang == "zh" else self.limit_en

    def as_dict(self) -> dict[str, int]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class _Unit:
    """A paragraph, or a part of a long one, with its sentences."""

    paragraph: Paragraph
    part: int
    sentences: tuple[tuple[int, int], ...]
    tokens: int

    @property
    def start(self) -> int:
        return self.sentences[0][0]

    @property
    def end(self) -> int:
        return self.sentences[-1][1]

    @property
    def is_heading(self) -> bool:
        return self.paragraph.role == "heading"


def chunk(
    document: Document,
    settings: ChunkSettings,
    other: Alignment | None = None,
    plain: Alignment | None = None,
    asked: Alignment | None = None,
    lacks: Alignment | None = None,
) -> list[Passage]:
    """The document's passages in reading order; none overlaps another.

    With ``other``, its translation, each passage and sentence knows what stands there; with
    ``plain`` each sentence what it says in plain words, with ``asked`` what it answers; with
    ``lacks`` each passage what it leaves open.
    """
    limit = settings.limit(document.lang)
    units = [u for p in document.paragraphs for u in _units(document.text, p, limit)]
    taken: dict[str, int] = {}
    groups = _groups(units, settings, limit)
    return [_passage(document, group, taken, other, plain, asked, lacks) for group in groups]


def _units(text: str, paragraph: Paragraph, limit: int) -> Iterator[_Unit]:
    """A paragraph as one unit, or balanced parts where it is longer than a passage may be."""
    spans = [
        part
        for start, end in sentences.split(text, paragraph.start, paragraph.end)
        for part in sentences.shorten(text, start, end, limit)
    ]
    if not spans:
        return
    length = spans[-1][1] - spans[0][0]
    goal = length / -(-length // limit)
    part: list[tuple[int, int]] = []
    number = 0
    for span in spans:
        if part and (
            span[1] - part[0][0] > limit or (span[0] - part[0][0] >= goal and length > limit)
        ):
            yield _unit(text, paragraph, number, part)
            part, number = [], number + 1
        part.append(span)
    yield _unit(text, paragraph, number, part)


def _unit(text: str, paragraph: Paragraph, part: int, spans: list[tuple[int, int]]) -> _Unit:
    return _Unit(paragraph, part, tuple(spans), count(text[spans[0][0] : spans[-1][1]]))


def _groups(units: list[_Unit], settings: ChunkSettings, limit: int) -> Iterator[list[_Unit]]:
    group: list[_Unit] = []
    for unit in units:
        if group and not _joins(group, unit, settings, limit):
            yield group
            group = []
        group.append(unit)
    if group:
        yield group


def _joins(group: list[_Unit], unit: _Unit, settings: ChunkSettings, limit: int) -> bool:
    last = group[-1]
    if unit.end - group[0].start > limit or last.paragraph is unit.paragraph:
        return False
    if last.is_heading or unit.is_heading:
        return last.is_heading
    speakers = {u.paragraph.speaker for u in (last, unit) if u.paragraph.speaker}
    if last.paragraph.heading != unit.paragraph.heading or len(speakers) > 1:
        return False
    short = min(last.tokens, unit.tokens) < settings.short_tokens
    return short and sum(u.tokens for u in group) + unit.tokens <= settings.target_tokens


def _passage(
    document: Document,
    group: list[_Unit],
    taken: dict[str, int],
    other: Alignment | None,
    plain: Alignment | None,
    asked: Alignment | None,
    lacks: Alignment | None,
) -> Passage:
    first, last = group[0], group[-1]
    named_after = next((unit for unit in group if not unit.is_heading), first)
    text = document.text[first.start : last.end]
    return Passage(
        passage_id=_passage_id(document, named_after, taken),
        content_hash=hashlib.sha256(text.encode()).hexdigest()[:16],
        document=document.path,
        title=document.title,
        lang=document.lang,
        start=first.start,
        end=last.end,
        text=text,
        sentences=tuple(
            Sentence(
                start,
                end,
                unit.paragraph.role,
                unit.paragraph.speaker,
                other.of(start, end) if other else None,
                said.text if plain and (said := plain.of(start, end)) else "",
                sentences.questions(of.text) if asked and (of := asked.of(start, end)) else (),
            )
            for unit in group
            for start, end in unit.sentences
        ),
        heading=last.paragraph.heading,
        locator=_locator(group, document.lang),
        kind=document.kind,
        themes=tuple(dict.fromkeys(t for unit in group for t in unit.paragraph.themes)),
        translation=other.of(first.start, last.end) if other else None,
        other_heading=other.heading(document, last.paragraph.heading) if other else (),
        open=tuple(_open(group, lacks)) if lacks else (),
    )


def _open(group: list[_Unit], lacks: Alignment) -> dict[str, None]:
    found = [lacks.of(*span) for unit in group for span in unit.sentences]
    return dict.fromkeys(q for of in found if of for q in sentences.questions(of.text))


def _locator(group: list[_Unit], lang: Lang) -> str | None:
    """«第 26、28 块»: the paragraphs' places as one, where they differ in their numbers only."""
    comma = "、" if lang == "zh" else ", "
    found = list(dict.fromkeys(u.paragraph.locator for u in group if u.paragraph.locator))
    around = {_NUMBERS.sub("{}", place) for place in found}
    if len(found) < 2 or len(around) > 1 or around.pop().count("{}") != 1:
        return comma.join(found) or None
    numbers = sorted({int(n) for place in found for n in re.findall(r"\d+", place)})
    return _NUMBERS.sub(comma.join(map(str, numbers)), found[0])


def _passage_id(document: Document, unit: _Unit, taken: dict[str, int]) -> str:
    """Document and place: the paragraph's own anchor, else its section and opening words.

    Opening words rather than a running number, so that a paragraph put in before it
    leaves the id as it is; a repeated opening counts up in reading order.
    """
    place = unit.paragraph.anchor or _fingerprint(document, unit)
    if unit.part:
        place = f"{place}.{unit.part + 1}"
    taken[place] = taken.get(place, 0) + 1
    unique = place if taken[place] == 1 else f"{place}-{taken[place]}"
    while unique != place and unique in taken:  # someone's own anchor
        taken[place] += 1
        unique = f"{place}-{taken[place]}"
    taken.setdefault(unique, 1)
    return f"{document.path}#{unique}"


def _fingerprint(document: Document, unit: _Unit) -> str:
    start = unit.paragraph.start
    opening = re.sub(r"\W+", "", unicodedata.normalize("NFKC", document.text[start : start + 48]))
    place = "\n".join([*unit.paragraph.heading, opening[:16].lower()])
    return hashlib.sha256(place.encode()).hexdigest()[:10]
