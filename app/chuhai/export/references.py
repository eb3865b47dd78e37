"""Works as entries of a bibliography: CSL data, set by a CSL processor in two styles.

GB/T 7714-2015 (numeric) gives a work as its publisher does; APA 7 gives it to readers of
English: an English name where there is one, and the translated title in brackets.
"""

import re
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Literal

from chuhai.domain import Lang
from chuhai.export.inert import flat
from chuhai.export.library import Work

Style = Literal["gb-t-7714-2015-numeric", "apa"]
# Text and whether it is set in italics, piece by piece.
Reference = tuple[tuple[str, bool], ...]

_STYLES = Path(__file__).parent / "styles"
_LOCALES: dict[Style, str] = {"gb-t-7714-2015-numeric": "zh-CN", "apa": "en-US"}
# Private characters stand for italics while the processor joins its pieces.
_ON, _OFF = "\ue0f0", "\ue0f1"
_URL = re.compile(r"https?://[^\s\x00-\x1f]+")
_YEAR = re.compile(r"\d{4}")


def references(works: Sequence[Work], lang: Lang) -> list[Reference]:
    """The list in the style that the language's readers expect."""
    return formatted(works, "gb-t-7714-2015-numeric" if lang == "zh" else "apa")


def formatted(works: Sequence[Work], style: Style) -> list[Reference]:
    """One entry for each work, in the order that the style asks for."""
    if not works:
        return []
    from citeproc import (
        Citation,
        CitationItem,
        CitationStylesBibliography,
        CitationStylesStyle,
    )

    source = _source([_for_apa(work) if style == "apa" else csl(work) for work in works])
    chosen = CitationStylesStyle(
        str(_STYLES / f"{style}.csl"), locale=_LOCALES[style], validate=False
    )
    bibliography = CitationStylesBibliography(chosen, source, _formatter())
    for key in source:
        bibliography.register(Citation([CitationItem(key)]))
    if style == "apa":
        bibliography.sort()
    return [_pieces(str(entry)) for entry in bibliography.bibliography()]


def plain(reference: Reference) -> str:
    """The entry without its italics."""
    return "".join(text for text, _ in reference)


def csl(work: Work) -> dict[str, Any]:
    """The work as a CSL-JSON item, in its own language."""
    source = work.source
    whole = flat(source.get("whitepaper", ""))
    author = flat(source.get("author") or source.get("publisher", ""))
    year = _YEAR.search(source.get("year") or source.get("date", ""))
    values: dict[str, Any] = {
        "id": flat(work.document),
        "type": "report" if source.get("publisher") or whole else "document",
        "title": flat(work.title),
        "container-title": whole if whole != flat(work.title) else "",
        "author": [{"literal": author}] if author else [],
        "publisher": flat(source.get("publisher", "")),
        "issued": {"date-parts": [[int(year[0])]]} if year else {},
        "URL": source.get("url", "") if _URL.fullmatch(source.get("url", "")) else "",
        "language": work.lang,
    }
    if work.translation is not None:
        made = "Unofficial translation" if work.unofficial else "Translation"
        values["note"] = f"{made} of the title: {flat(work.translation.title)}"
    return {name: value for name, value in values.items() if value}


def _for_apa(work: Work) -> dict[str, Any]:
    """APA 7: titles of other languages with their translation in brackets (9.38), the names of
    a readable edition, and no publisher that is the author (9.29)."""
    item = csl(work)
    if work.lang != "en" and work.translation is not None and work.translation.lang == "en":
        other = csl(work.translation)
        item |= {name: other[name] for name in ("author", "publisher") if name in other}
        for name in ("title", "container-title"):
            if name in item and name in other:
                item[name] = f"{item[name]} [{other[name]}]"
    if item.get("author") == [{"literal": item.get("publisher")}]:
        del item["publisher"]
    return item


def _source(items: Sequence[dict[str, Any]]) -> Any:
    """The items as the processor holds them. Its own JSON reader would read tags in titles."""
    from citeproc.source import BibliographySource, Date, Name
    from citeproc.source import Reference as Entry
    from citeproc.string import String

    source = BibliographySource()
    for number, item in enumerate(items):
        values: dict[str, Any] = {"language": item["language"]}
        for name in ("title", "container-title", "publisher", "URL"):
            if name in item:
                values[name.replace("-", "_")] = String(_without_marks(item[name]))
        if "author" in item:
            values["author"] = [Name(literal=_without_marks(item["author"][0]["literal"]))]
        if "issued" in item:
            values["issued"] = Date(year=item["issued"]["date-parts"][0][0])
        source.add(Entry(f"w{number}", item["type"], **values))
    return source


def _formatter() -> Any:
    """What the processor sets type with: italics alone are kept, as private characters."""

    def italic(text: Any) -> str:
        return f"{_ON}{text}{_OFF}"

    kept = dict.fromkeys(
        ("Bold", "Light", "Underline", "Superscript", "Subscript", "SmallCaps"), str
    )
    return SimpleNamespace(preformat=lambda text: text, Italic=italic, Oblique=italic, **kept)


def _without_marks(text: str) -> str:
    return text.replace(_ON, "").replace(_OFF, "")


def _pieces(entry: str) -> Reference:
    pieces = re.split(f"({_ON}|{_OFF})", entry)
    found, italic = [], False
    for piece in pieces:
        if piece in (_ON, _OFF):
            italic = piece == _ON
        elif piece:
            found.append((piece, italic))
    return tuple(found)
