"""Files of a folder to canonical documents."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from chuhai.corpus.markdown import Line, parse
from chuhai.domain import Document, Lang, Paragraph
from chuhai.errors import DocumentError
from chuhai.language.detect import detect

SUFFIXES = (".md", ".markdown", ".txt")
_SOURCE_KEYS = (
    "whitepaper",
    "author",
    "publisher",
    "edition",
    "year",
    "date",
    "url",
    "title_inferred",
    "speaker",
    "translation",
)


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file under a corpus root, and its state on disk when it was looked at."""

    path: str
    """Relative to the root, POSIX: the document's name in every citation."""
    absolute: Path
    size: int
    mtime_ns: int


def scan(root: Path) -> list[SourceFile]:
    """The documents below ``root``, sorted by path; hidden files and folders are left out.

    Raises DocumentError when the folder is missing.
    """
    if not root.is_dir():
        raise DocumentError(
            f"no folder of documents at {root}: name one that exists",
            f"{root} 不是文件夹：请给一个存在的文档文件夹",
        )
    return sorted(_files(root), key=lambda file: file.path)


def _files(root: Path) -> Iterator[SourceFile]:
    for path in root.rglob("*"):
        relative = path.relative_to(root)
        if path.suffix.lower() not in SUFFIXES or not path.is_file():
            continue
        if any(part.startswith(".") for part in relative.parts):
            continue
        status = path.stat()
        yield SourceFile(relative.as_posix(), path, status.st_size, status.st_mtime_ns)


def read_bytes(file: SourceFile) -> bytes:
    """The file's bytes, or DocumentError naming what to do."""
    try:
        return file.absolute.read_bytes()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise DocumentError(
            f"{file.path} cannot be read ({reason}): check that it exists and may be read",
            f"读不了 {file.path}（{reason}）：请检查文件是否存在、是否有读取权限",
        ) from error


def digest(content: bytes) -> str:
    """The hash by which a file's change is noticed."""
    return hashlib.sha256(content).hexdigest()


def decode(path: str, content: bytes) -> Document:
    """A document from a file's bytes.

    Raises DocumentError where the bytes are no UTF-8 or hold no word.
    """
    try:
        raw = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DocumentError(
            f"{path} is not UTF-8 (byte {error.start}): save it as UTF-8 "
            "(for a Chinese file often: iconv -f GB18030 -t UTF-8)",
            f"{path} 不是 UTF-8 编码（第 {error.start} 字节）：请另存为 UTF-8"
            "（中文文件常用：iconv -f GB18030 -t UTF-8）",
        ) from error
    if "\0" in raw:
        raise DocumentError(
            f"{path} is not a text file (it holds NUL bytes): save it as UTF-8 text",
            f"{path} 不是文本文件（含有 NUL 字节）：请另存为 UTF-8 文本",
        )
    raw = raw.replace("\r\n", "\n").replace("\r", "\n")
    document = _markdown(path, raw) if not path.lower().endswith(".txt") else _plain(path, raw)
    if not any(ch.isalnum() for ch in document.text):
        raise DocumentError(
            f"{path} is empty: write something in it or remove it",
            f"{path} 是空的：请写入内容或移走它",
        )
    return document


def _plain(path: str, raw: str) -> Document:
    lang = detect(raw)
    return Document(path, _stem(path), lang, raw, tuple(_blocks(raw, lang)))


def _blocks(raw: str, lang: Lang) -> Iterator[Paragraph]:
    """Lines between blank lines; a form feed begins a page, and a block with it."""
    start: int | None = None
    position, page = 0, 1
    locator: str | None = None
    for line in raw.split("\n"):
        if start is not None and (not line.strip() or line.startswith("\f")):
            yield Paragraph(start, position - 1, locator=locator)
            start = None
        if line.strip() and start is None:
            start = position
            begins = page + line[: len(line) - len(line.lstrip())].count("\f")
            locator = _page(begins, lang) if "\f" in raw else None
        position += len(line) + 1
        page += line.count("\f")
    if start is not None:
        yield Paragraph(start, position - 1, locator=locator)


def _page(number: int, lang: Lang) -> str:
    return f"第 {number} 页" if lang == "zh" else f"page {number}"


def _markdown(path: str, raw: str) -> Document:
    parsed = parse(raw)
    front = {
        str(key): str(value)
        for key, value in parsed.front_matter.items()
        # Lists are no titles, and a few lines of YAML can make one that fills the memory.
        if value is not None and not isinstance(value, list | dict | set)
    }
    language = front.get("language", "")
    lang: Lang = "zh" if language == "zh" else "en" if language == "en" else detect(parsed.text)
    paragraphs, first_heading = _paragraphs(parsed.lines, parsed.text, lang)
    return Document(
        path=path,
        title=front.get("title") or first_heading or _stem(path),
        lang=lang,
        text=parsed.text,
        paragraphs=tuple(paragraphs),
        kind=front.get("kind"),
        source={key: front[key] for key in _SOURCE_KEYS if front.get(key)},
        translation_of=_beside(path, front.get("translation_of")),
        restates=_beside(path, front.get("restates")),
        asks=_beside(path, front.get("asks")),
        lacks=_beside(path, front.get("lacks")),
    )


def _beside(path: str, name: str | None) -> str | None:
    """The name of another document of the same folder; only ever compared, never opened."""
    if not name:
        return None
    folder, slash, _ = path.rpartition("/")
    return f"{folder}{slash}{name}"


def _paragraphs(
    lines: tuple[Line, ...], text: str, lang: Lang
) -> tuple[list[Paragraph], str | None]:
    """Blocks of text under their heading paths, and the document's first heading."""
    path: list[tuple[int, str]] = []
    paragraphs: list[Paragraph] = []
    first: str | None = None
    previous: Line | None = None
    for line in lines:
        if line.level:
            heading = text[line.start : line.end].strip()
            first = first or heading
            path = [*(entry for entry in path if entry[0] < line.level), (line.level, heading)]
        heading_path = tuple(entry[1] for entry in path)
        if previous is not None and _continues(previous, line):
            last = paragraphs.pop()
            paragraphs.append(Paragraph(last.start, line.end, heading_path))
        else:
            paragraphs.append(_paragraph(line, heading_path, lang))
        previous = line
    return paragraphs, first


def _continues(previous: Line, line: Line) -> bool:
    """Whether a line only wraps the one before it: adjacent, no item, nothing labelled."""
    adjacent = line.start == previous.end + 1
    marked = line.item or any(one.level or one.attributes or one.marks for one in (previous, line))
    return adjacent and not marked


def _paragraph(line: Line, heading: tuple[str, ...], lang: Lang) -> Paragraph:
    attributes = line.attributes
    return Paragraph(
        start=line.start,
        end=line.end,
        heading=heading,
        anchor=attributes.get("id"),
        locator=_locator(attributes.get("block"), lang),
        role="heading" if line.level else attributes.get("role"),
        themes=tuple(t.strip() for t in attributes.get("themes", "").split(",") if t.strip()),
        speaker=attributes.get("speaker"),
        marks=line.marks,
    )


def _locator(blocks: str | None, lang: Lang) -> str | None:
    """«第 18 块»: the numbered block of the source file, which has no pages."""
    if not blocks:
        return None
    numbers = "、".join(part.strip() for part in blocks.split(","))
    return f"第 {numbers} 块" if lang == "zh" else f"block {numbers.replace('、', ', ')}"


def _stem(path: str) -> str:
    name = path.rsplit("/", 1)[-1].rsplit(".", 1)[0]
    return re.sub(r"\.(zh|en)$", "", name)
