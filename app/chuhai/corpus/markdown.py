"""Markdown to canonical text: the same characters without front matter and markup.

Markup is: heading marks, quotation marks ``>``, emphasis, link targets, anchors ``{#id}``,
attribute blocks ``{#id key=value}`` and comments. Everything else is kept as it stands;
what is read off the markup (headings, attributes) is returned beside the text.
"""

import itertools
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

_FRONT_MATTER = re.compile(r"\A---[ \t]*\n(.*?)(?:\n)?^---[ \t]*(?:\n|\Z)", re.S | re.M)
_FENCE = re.compile(r" {0,3}(```|~~~)")
_HEADING = re.compile(r" {0,3}(#{1,6})[ \t]+(.*)\Z")
_QUOTE = re.compile(r"(?: {0,3}>[ ]?)+")
_ITEM = re.compile(r"\s*(?:[-*+•]|\d{1,3}[.)])\s+")
_ONE = r"""(?:\#[\w.-]+|\.[\w-]+|[A-Za-z_][\w-]*=(?:"[^"\n]*"|[^\s"{}]+))"""
_ATTRIBUTES = re.compile(rf"(?<![ \t])[ \t]*\{{[ \t]*({_ONE}(?:[ \t]+{_ONE})*)[ \t]*\}}[ \t]*\Z")
_ANCHOR = re.compile(r"""\{\#(?P<id>[\w.-]+)\}|<a\s+(?:id|name)="[^"<>]*"\s*(?:/>|>\s*</a>)""")
_ATTRIBUTE = re.compile(
    r"""\#(?P<id>[\w.-]+)|(?P<key>[A-Za-z_][\w-]*)=(?:"(?P<quoted>[^"]*)"|(?P<bare>[^\s"{}]+))"""
)
_INLINE = [
    (re.compile(r"!?\[([^\[\]\n]*)\]\((?:[^()\s]|\([^()\s]*\))*(?:\s+\"[^\"\n]*\")?\)"), r"\1"),
    (re.compile(r"(?<!\*)\*\*\*(?=\S)((?:[^*]|\*(?!\*\*))+?)(?<=\S)\*\*\*(?!\*)"), r"\1"),
    (
        re.compile(r"(?<!\*)\*\*(?=\S)((?:[^*]|\*(?!\*)|\*(?=\*\*(?!\*)))+?)(?<=\S)\*\*(?!\*)"),
        r"\1",
    ),
    (re.compile(r"(?<![\w_])__(?=\S)((?:[^_]|_(?!_))+?)(?<=\S)__(?![\w_])"), r"\1"),
    (re.compile(r"(?<![*0-9A-Za-z])\*(?=[^\s*])([^*\n]+?)(?<=\S)\*(?![*0-9A-Za-z])"), r"\1"),
    (re.compile(r"(?<![\w_])_(?=[^\s_])([^_\n]+?)(?<=\S)_(?![\w_])"), r"\1"),
]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of canonical text and what its markup said."""

    start: int
    end: int
    level: int = 0
    """1 to 6 for a heading, 0 for text."""
    item: bool = False
    attributes: Mapping[str, str] = field(default_factory=dict)
    marks: tuple[tuple[int, str], ...] = ()
    """Anchors within the line: where they stood in the canonical text, and their ids."""


@dataclass(frozen=True, slots=True)
class Parsed:
    """Canonical text, front matter and lines (blank ones left out)."""

    text: str
    front_matter: Mapping[str, Any]
    lines: tuple[Line, ...]


def parse(raw: str) -> Parsed:
    """Canonical text of a Markdown file. Never fails: what is no markup is text."""
    front_matter, body = _front_matter(raw)
    body = _without_comments(body)
    lines: list[Line] = []
    out: list[str] = []
    position, fenced = 0, False
    for raw_line in body.split("\n"):
        if _FENCE.match(raw_line):
            fenced = not fenced
        stripped = _Stripped(raw_line) if fenced else _strip(raw_line)
        if stripped.text.strip():
            lines.append(stripped.at(position))
        out.append(stripped.text)
        position += len(stripped.text) + 1
    return Parsed("\n".join(out), front_matter, tuple(lines))


def _front_matter(raw: str) -> tuple[Mapping[str, Any], str]:
    match = _FRONT_MATTER.match(raw)
    if not match:
        return {}, raw
    import yaml

    try:
        values = yaml.safe_load(match[1])
    except (yaml.YAMLError, ValueError, ArithmeticError, RecursionError):  # e.g. no such date
        return {}, raw
    if values is not None and not isinstance(values, dict):
        return {}, raw
    return values or {}, raw[match.end() :]


def _without_comments(body: str) -> str:
    kept: list[str] = []
    position = 0
    while (start := body.find("<!--", position)) >= 0:
        end = body.find("-->", start + 4)
        if end < 0:
            break
        kept.append(body[position:start])
        position = end + 3
    return "".join([*kept, body[position:]])


@dataclass(frozen=True, slots=True)
class _Stripped:
    """A line without its markup; marks count from its own start."""

    text: str
    level: int = 0
    item: bool = False
    attributes: Mapping[str, str] = field(default_factory=dict)
    marks: tuple[tuple[int, str], ...] = ()

    def at(self, position: int) -> Line:
        marks = tuple((position + offset, name) for offset, name in self.marks)
        end = position + len(self.text)
        return Line(position, end, self.level, self.item, self.attributes, marks)


def _strip(line: str) -> _Stripped:
    attributes: dict[str, str] = {}
    found = _ATTRIBUTES.search(line)
    if found:
        attributes = _attributes(found[1])
        line = line[: found.start()]
    names = [match["id"] or "" for match in _ANCHOR.finditer(line)]
    # While other markup goes, a character that the line has not keeps the anchors' places.
    holder = next(c for c in map(chr, range(0xE000, 0xF900)) if c not in line) if names else ""
    line = _ANCHOR.sub(holder, line)
    heading = _HEADING.match(line)
    if heading:
        line, level = _unclosed(heading[2]), len(heading[1])
    else:
        line, level = _QUOTE.sub("", line, count=1) if _QUOTE.match(line) else line, 0
    pieces = _inline(line).split(holder) if holder else [_inline(line)]
    text = "".join(pieces)
    places = itertools.accumulate(len(piece) for piece in pieces[:-1])
    # An anchor inside other markup (a link's address) goes with it, and then none is kept.
    kept = len(names) == len(pieces) - 1
    marks = tuple((at, name) for at, name in zip(places, names, strict=kept) if kept and name)
    return _Stripped(text, level, not level and bool(_ITEM.match(text)), attributes, marks)


def _unclosed(heading: str) -> str:
    """A heading without the marks that may close it, as in ``## Title ##``."""
    heading = heading.rstrip(" \t")
    bare = heading.rstrip("#")
    return bare.rstrip(" \t") if bare.endswith((" ", "\t")) else heading


def _inline(line: str) -> str:
    for pattern, kept in _INLINE:
        line = pattern.sub(kept, line)
    return line


def _attributes(block: str) -> dict[str, str]:
    values: dict[str, str] = {}
    for match in _ATTRIBUTE.finditer(block):
        if match["id"]:
            values["id"] = match["id"]
        elif match["key"]:
            values[match["key"]] = match["quoted"] if match["quoted"] is not None else match["bare"]
    return values
