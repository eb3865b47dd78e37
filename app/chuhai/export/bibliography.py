"""Bibliographies alone: BibTeX, CSL-JSON, and lists in both styles as text or Markdown."""

import hashlib
import json
import re
from collections.abc import Container, Sequence
from urllib.parse import quote

from chuhai.export.inert import closing, flat
from chuhai.export.library import Work
from chuhai.export.markdown import inert, set_reference
from chuhai.export.references import Style, csl, formatted, plain

_HEADINGS: dict[Style, str] = {
    "gb-t-7714-2015-numeric": "参考文献（GB/T 7714—2015）",
    "apa": "References (APA 7)",
}
_LATEX = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "{": r"\textbraceleft{}",
        "}": r"\textbraceright{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        **{character: f"\\{character}" for character in "#$%&_"},
    }
)
_URL_SAFE = ":/?#[]@!$&'()*+,;=%~_.-"


def csl_json(works: Sequence[Work]) -> str:
    """The works as CSL-JSON, for Zotero and its like."""
    return json.dumps([csl(work) for work in works], ensure_ascii=False, indent=1) + "\n"


def bibtex(works: Sequence[Work]) -> str:
    """The works as BibTeX in UTF-8; whatever LaTeX would act on is written out."""
    return "\n".join(_entry(work) for work in works)


def lists(works: Sequence[Work], *, markdown: bool = False) -> str:
    """Both styles' lists, one under the other."""
    lines = []
    for style, heading in _HEADINGS.items():
        lines += [f"## {inert(heading)}" if markdown else heading, ""]
        for reference in formatted(works, style):
            text = plain(reference)
            lines += [set_reference(reference) if markdown else text + closing(text), ""]
    return "\n".join(lines)


def _entry(work: Work) -> str:
    item = csl(work)
    kind, house = _kind(item)
    fields = {
        "author": item["author"][0]["literal"] if "author" in item else "",
        "title": item["title"],
        "booktitle": item.get("container-title", ""),
        house: item.get("publisher", ""),
        "year": str(item["issued"]["date-parts"][0][0]) if "issued" in item else "",
        "language": {"zh": "chinese", "en": "english"}[work.lang],
        "note": item.get("note", ""),
    }
    lines = [f"  {name} = {{{{{_latex(text)}}}}}," for name, text in fields.items() if text]
    if "URL" in item:
        lines.append(f"  url = {{{quote(item['URL'], safe=_URL_SAFE)}}},")
    return "\n".join([f"@{kind}{{{_key(work.document)},", *lines, "}", ""])


def _kind(names: Container[str]) -> tuple[str, str]:
    """The entry's type and what its publisher is called there."""
    if "container-title" in names:
        return "incollection", "publisher"
    return ("techreport", "institution") if "publisher" in names else ("misc", "publisher")


def _latex(text: str) -> str:
    return text.translate(_LATEX) + closing(text)


def _key(document: str) -> str:
    """The document's name in what BibTeX allows; told apart by a hash where that loses any."""
    document = flat(document)
    stem = re.sub(r"\.\w+$", "", document)
    key = re.sub(r"[^A-Za-z0-9.-]+", "-", stem).strip("-")
    if key == stem:
        return key
    return f"{key or 'document'}-{hashlib.sha256(document.encode()).hexdigest()[:6]}"
