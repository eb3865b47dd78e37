"""Whether a corpus keeps its promises: two editions alike, figures and terms where they belong."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from chuhai.corpus.align import Key, companions, links, pieces
from chuhai.corpus.documents import decode, read_bytes, scan
from chuhai.corpus.figures import POPULATIONS, QUALIFIERS, UNIT_PERCENT, Figure, Figures, Place
from chuhai.corpus.markdown import parse
from chuhai.domain import Document, Lang, Paragraph
from chuhai.language import sentences
from chuhai.language.detect import has_han
from chuhai.language.glossary import Glossary
from chuhai.language.normalise import fold
from chuhai.language.numbers import Number, each_number

ROLES = frozenset(
    "heading finding cause recommendation practice caveat quotation "
    "question option context imprint".split()
)
THEMES = frozenset(
    "opportunity brand trust team goals exhibitions agents digital social budget "
    "purchasing industry".split()
)
_PERCENT = re.compile(r"\d+(?:\.\d+)?[%％]")


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that is not as it should be: where, and what, in both languages."""

    place: str
    en: str
    zh: str

    def line(self, lang: str) -> str:
        return f"{self.place}: {self.zh if lang == 'zh' else self.en}"


@dataclass(frozen=True)
class Checked:
    """What was looked at and what was found wrong."""

    documents: int
    pairs: int
    pieces: int
    figures: int
    faults: tuple[Fault, ...]


def check(root: Path, glossary: Glossary, figures: Figures) -> Checked:
    """Holds every document below ``root`` to the rules; a document alone has few of them.

    Raises DocumentError for a file that cannot be read.
    """
    raw = {file.path: read_bytes(file) for file in scan(root)}
    documents = {path: decode(path, content) for path, content in raw.items()}
    beside = companions({path: links(document) for path, document in documents.items()})
    pairs = {one: other.translation for one, other in beside.items() if other.translation}
    faults = [*_partners(documents, pairs), *_labels(documents.values(), pairs)]
    for original, found in beside.items():
        if found.plain is not None:
            faults += _plain(documents[original], documents[found.plain])
        for listed in (found.asked, found.open):
            if listed is not None:
                faults += _questions(documents[original], documents[listed])
    aligned = 0
    for original, translation in pairs.items():
        one, other = documents[original], documents[translation]
        aligned += len(pieces(one))
        by_sense = _by_sense(raw[translation].decode("utf-8-sig").replace("\r\n", "\n"))
        faults += _pair(one, other, glossary, by_sense)
    faults += _figures(figures, documents, pairs)
    return Checked(len(documents), len(pairs), aligned, len(figures.figures), tuple(faults))


def _partners(documents: dict[str, Document], pairs: dict[str, str]) -> Iterator[Fault]:
    """Where one document of a corpus is translated, all are."""
    for path, document in documents.items():
        if document.translation_of is not None and path not in pairs.values():
            yield Fault(
                path,
                f"translates {document.translation_of}, which is not there, is a translation "
                "itself or has another one",
                f"所译的 {document.translation_of} 不存在、本身是译文或另有译文",
            )
        if pairs and not any(links(document)) and path not in pairs:
            yield Fault(path, "has no translation beside it", "没有对应的译文")


def _plain(one: Document, plain: Document) -> Iterator[Fault]:
    """What is said in plain words is said of something that is there."""
    theirs = pieces(one)
    for key, piece in pieces(plain).items():
        place = f"{plain.path}#{'.'.join(part for part in key if part)}"
        if key not in theirs:
            yield Fault(place, "restates nothing that is there", "没有对应的原文")
        elif plain.text[piece.start : piece.end] == one.text[theirs[key].start : theirs[key].end]:
            yield Fault(place, "only repeats the text", "只是重复原文")


def _questions(one: Document, asked: Document) -> Iterator[Fault]:
    """Questions, and nothing else, of something that is there."""
    theirs = pieces(one)
    for key, piece in pieces(asked).items():
        place = f"{asked.path}#{'.'.join(part for part in key if part)}"
        text = asked.text[piece.start : piece.end]
        if key not in theirs:
            yield Fault(place, "asks for nothing that is there", "没有对应的原文")
        elif not text.endswith(("？", "?")) or "。" in text:
            yield Fault(place, "holds more than questions", "除问题外还有别的内容")


def _labels(documents: Iterable[Document], pairs: dict[str, str]) -> Iterator[Fault]:
    """Every paragraph of a translated document says what it is and what it is about."""
    for document in documents:
        if document.path not in pairs:
            continue
        for paragraph in document.paragraphs:
            place = f"{document.path}#{paragraph.anchor}"
            if paragraph.anchor is None:
                text = document.text[paragraph.start : paragraph.end][:40]
                yield Fault(document.path, f"no anchor on «{text}»", f"「{text}」没有锚点")
            if paragraph.role not in ROLES:
                yield Fault(place, f"role {paragraph.role}", f"角色 {paragraph.role} 不可用")
            for theme in set(paragraph.themes) - THEMES:
                yield Fault(place, f"unknown theme {theme}", f"主题 {theme} 不可用")


def _pair(
    one: Document, other: Document, glossary: Glossary, by_sense: dict[str, set[str]]
) -> Iterator[Fault]:
    """One structure, one sentence for one, equal numbers, terms as the glossary says."""
    yield from _structure(one, other)
    theirs = pieces(other)
    for key, piece in pieces(one).items():
        partner = theirs.get(key)
        place = f"{other.path}#{'.'.join(part for part in key if part)}"
        if partner is None:
            yield Fault(place, "not translated", "没有译文")
            continue
        if (piece.speaker is None) != (partner.speaker is None):
            yield Fault(place, "a speaker in one edition only", "只有一版注明说话人")
        said = one.text[piece.start : piece.end]
        text = other.text[partner.start : partner.end]
        yield from _sentence(place, said, text, other.lang)
        yield from _numbers(place, said, text)
        yield from _terms(place, said, text, one, other, glossary, by_sense.get(key[0], set()))


def _structure(one: Document, other: Document) -> Iterator[Fault]:
    mine, theirs = _outline(one), _outline(other)
    for key in sorted(mine.keys() ^ theirs.keys()):
        where = one.path if key in mine else other.path
        name = ".".join(part for part in key if part)
        yield Fault(f"{where}#{name}", "only in this edition", "只有这一版有")
    both = [key for key in mine if key in theirs]
    if both != [key for key in theirs if key in mine]:
        yield Fault(other.path, "paragraphs in another order", "段落顺序不同")
    for key in both:
        if mine[key] != theirs[key]:
            place = f"{other.path}#{key[0]}"
            yield Fault(place, "a heading in one edition only", "只有一版是标题")
    for document in (one, other):
        anchors = Counter(_keys(document))
        for anchor, name in sorted(key for key, times in anchors.items() if times > 1):
            yield Fault(f"{document.path}#{anchor}.{name}", "an anchor twice", "锚点重复")
        for paragraph in document.paragraphs:
            if not _every_sentence_marked(document, paragraph):
                place = f"{document.path}#{paragraph.anchor}"
                yield Fault(place, "a sentence without an anchor", "有句子没有锚点")


def _outline(document: Document) -> dict[Key, bool]:
    """Anchors in reading order, and whether each is a heading."""
    headings = {p.anchor for p in document.paragraphs if p.role == "heading"}
    return {key: key[0] in headings for key in _keys(document)}


def _keys(document: Document) -> Iterator[Key]:
    for paragraph in document.paragraphs:
        for name in [name for _, name in paragraph.marks] or [""]:
            yield paragraph.anchor or "?", name


def _every_sentence_marked(document: Document, paragraph: Paragraph) -> bool:
    if paragraph.role == "heading":
        return True
    spans = sentences.split(document.text, paragraph.start, paragraph.end)
    if not paragraph.marks:
        return len(spans) <= 1
    return len(spans) == len(paragraph.marks) and all(
        start < place for (start, _), (place, _) in zip(spans, paragraph.marks, strict=True)
    )


def _sentence(place: str, said: str, text: str, lang: Lang) -> Iterator[Fault]:
    if len(sentences.split(text)) != len(sentences.split(said)):
        yield Fault(place, "not one sentence for one", "不是一句对一句")
    # An address is the same in both; Chinese left in an English text is not.
    if has_han(text) != (lang == "zh") and (has_han(text) or text != said):
        yield Fault(place, "not translated", "没有翻译")


def _numbers(place: str, said: str, text: str) -> Iterator[Fault]:
    mine, theirs = Counter(each_number(said)), Counter(each_number(text))
    if mine != theirs:
        lost, added = _listed(mine - theirs), _listed(theirs - mine)
        yield Fault(
            place,
            f"numbers differ (only in the original: {lost}; only in the translation: {added})",
            f"数字不一致（只在原文：{lost}；只在译文：{added}）",
        )


def _listed(found: Counter[Number]) -> str:
    return ", ".join(f"{n.value:g}{'%' if n.percent else ''}" for n in found.elements()) or "–"


def _terms(
    place: str,
    said: str,
    text: str,
    one: Document,
    other: Document,
    glossary: Glossary,
    by_sense: set[str],
) -> Iterator[Fault]:
    """A concept's standard name in the original is one of its names in the translation."""
    for name, concepts in glossary.found(said).items():
        standard = [c for c in concepts if fold(c.names(one.lang)[0]) == name]
        if not standard or name in by_sense:
            continue
        if not any(glossary.uses(text, concept, other.lang) for concept in standard):
            wanted = " / ".join(concept.names(other.lang)[0] for concept in standard)
            yield Fault(
                place,
                f"«{name}» is not rendered as the glossary says ({wanted})",
                f"「{name}」没有按词汇表译作 {wanted}",
            )


def _by_sense(raw: str) -> dict[str, set[str]]:
    """Terms that a paragraph of the translation renders by their sense there, by anchor."""
    return {
        line.attributes.get("id", ""): set(line.attributes["by_sense"].split(","))
        for line in parse(raw).lines
        if "by_sense" in line.attributes
    }


def _figures(
    figures: Figures, documents: dict[str, Document], pairs: dict[str, str]
) -> Iterator[Fault]:
    """Every record stands where it says and holds its value; no percentage is left out."""
    covered: dict[str, list[tuple[int, int]]] = {}
    names = Counter(figure.id for figure in figures.figures)
    names.update(conflict.id for conflict in figures.conflicts)
    for name, times in names.items():
        if times > 1:
            yield Fault(f"figures#{name}", "two records of this id", "编号重复")
    for figure in figures.figures:
        span = _find(figure.place, documents)
        if span is None:
            yield _nowhere(figure.id, figure.place)
            continue
        covered.setdefault(figure.place.document, []).append(span)
        yield from _figure(figure)
    for conflict in figures.conflicts:
        for side in conflict.sides:
            if _find(side, documents) is None:
                yield _nowhere(conflict.id, side)
        if len(conflict.sides) < 2:
            yield Fault(f"figures#{conflict.id}", "a conflict has two sides", "矛盾要有两方")
    for path in pairs if figures.figures else ():
        text = documents[path].text
        for match in _PERCENT.finditer(text):
            spans = covered.get(path, [])
            if not any(start <= match.start() and match.end() <= end for start, end in spans):
                around = text[max(0, match.start() - 20) : match.end()]
                yield Fault(path, f"no figure states «…{around}»", f"数据表缺少「…{around}」")


def _figure(figure: Figure) -> Iterator[Fault]:
    place = f"figures#{figure.id}"
    stated = set(each_number(figure.place.quote))
    stated |= {Number(100 * n.value, percent=True) for n in stated if 0 < n.value < 1}
    percent = figure.unit == UNIT_PERCENT
    for value in (figure.value, figure.value_to):
        if value is None or Number(value, percent) in stated:
            continue
        if not percent and _in_words(value, figure.place.quote):
            continue
        yield Fault(place, f"{value:g} does not stand in its quote", f"{value:g} 不在引文里")
    if figure.population not in POPULATIONS:
        yield Fault(place, f"unknown population {figure.population}", "population 不可用")
    if figure.qualifier is not None and figure.qualifier not in QUALIFIERS:
        yield Fault(place, f"unknown qualifier {figure.qualifier}", "qualifier 不可用")


# Counts written as words («三种», «近十年», «半年»): small whole numbers, a half, a thousand.
_WORDS: dict[float, str] = {
    **{float(n): c for n, c in enumerate("零一二三四五六七八九十")},
    0.5: "半",
    1000.0: "千",
}


def _in_words(value: float, quote: str) -> bool:
    word = _WORDS.get(value)
    return word is not None and (word in quote or (value == 2 and "两" in quote))


def _find(place: Place, documents: dict[str, Document]) -> tuple[int, int] | None:
    document = documents.get(place.document)
    return place.find(document) if document else None


def _nowhere(name: str, place: Place) -> Fault:
    where = f"{place.document}#{place.anchor}"
    return Fault(
        f"figures#{name}",
        f"«{place.quote}» does not stand in {where}",
        f"「{place.quote}」不在 {where} 中",
    )
