"""PDF and Word to text, in a process of its own: ``python -m chuhai.corpus.extract .pdf``.

The file comes on stdin, the text goes to stdout as UTF-8. A reader that hangs, dies or eats
memory takes no more with it than this process. Exit 3: no text (a scan), 4: protected.

A PDF becomes plain text with a form feed after each page. Its lines are those of the
print: one that reaches the margin is joined to the next, a shorter one ends its paragraph.
Word becomes Markdown: headings, list items and rows of tables.
"""

import io
import sys
import unicodedata
import zipfile
from collections.abc import Iterator
from typing import Any

NO_TEXT, PROTECTED = 3, 4
_MEMORY_BYTES = 2_000_000_000
# A Word file is a zip: one that holds more than this when unpacked is none that was written.
_UNPACKED_BYTES = 400_000_000
# A line this near to the longest of its page reaches the margin.
_FULL = 0.8


def main() -> int:
    """Reads stdin, writes stdout; returns the exit status."""
    _limit_memory()
    read = {".pdf": pdf, ".docx": docx}[sys.argv[1]]
    try:
        text = read(sys.stdin.buffer.read())
    except PermissionError:
        return PROTECTED
    if not any(ch.isalnum() for ch in text):
        return NO_TEXT
    # Half surrogates and NUL come out of broken fonts and are no text.
    sys.stdout.buffer.write(text.replace("\0", "").encode("utf-8", "ignore"))
    return 0


def pdf(content: bytes) -> str:
    """Pages of paragraphs, a form feed after each. PermissionError for a password."""
    from pypdf import PdfReader
    from pypdf.errors import DependencyError, FileNotDecryptedError

    try:
        reader = PdfReader(io.BytesIO(content))
        pages = ["\n\n".join(_paragraphs(page.extract_text())) for page in reader.pages]
    except (FileNotDecryptedError, DependencyError) as error:
        raise PermissionError from error
    return "".join(f"{page}\n\n\f\n" for page in pages)


def _paragraphs(page: str) -> Iterator[str]:
    """Lines of a page joined where they only wrap."""
    lines = [" ".join(line.replace("\f", " ").split()) for line in page.splitlines()]
    margin = _FULL * max(map(_width, lines), default=0)
    paragraph = ""
    for line in [*lines, ""]:
        if not line:
            if paragraph:
                yield paragraph
            paragraph = ""
            continue
        paragraph = _joined(paragraph, line) if paragraph else line
        if _width(line) < margin:
            yield paragraph
            paragraph = ""


def _width(line: str) -> int:
    """Columns: a Chinese character is as wide as two Latin ones."""
    return sum(2 if unicodedata.east_asian_width(ch) in "WF" else 1 for ch in line)


def _joined(paragraph: str, line: str) -> str:
    """A line put behind another: no space in Chinese, none for a word that was broken."""
    if paragraph.endswith("\u00ad"):
        return paragraph[:-1] + line
    if paragraph.endswith("-") and paragraph[-2:-1].islower() and line[0].islower():
        return paragraph[:-1] + line
    wide = unicodedata.east_asian_width(paragraph[-1]) + unicodedata.east_asian_width(line[0])
    return paragraph + ("" if set(wide) & set("WF") else " ") + line


def docx(content: bytes) -> str:
    """Markdown with a blank line between its blocks."""
    from docx import Document
    from docx.table import Table

    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        if sum(part.file_size for part in packed.infolist()) > _UNPACKED_BYTES:
            raise ValueError("too much is packed into it")
    blocks: list[str] = []
    for block in Document(io.BytesIO(content)).iter_inner_content():
        found = _table(block) if isinstance(block, Table) else _block(block)
        blocks += [found] if found.strip() else []
    # A leading line keeps rules (---) at the top from being read as front matter.
    return "\n" + "\n\n".join(blocks).replace("<!--", "<! --") + "\n"


def _block(paragraph: Any) -> str:
    text = "\n".join(" ".join(line.split()) for line in paragraph.text.splitlines())
    style = (paragraph.style.name if paragraph.style is not None else "") or ""
    if style == "Title":
        return f"# {text.replace(chr(10), ' ')}" if text.strip() else ""
    level = style.removeprefix("Heading ")
    if level != style and level.isdigit() and text.strip():
        return f"{'#' * min(int(level) + 1, 6)} {text.replace(chr(10), ' ')}"
    return f"- {text}" if style.startswith("List") and text.strip() else text


def _table(table: Any) -> str:
    """A line for each row; a cell that spans several columns is written once."""
    rows = []
    for row in table.rows:
        cells = {id(cell._tc): " ".join(cell.text.split()) for cell in row.cells}
        rows.append(" | ".join(text for text in cells.values() if text))
    return "\n\n".join(row for row in rows if row)


def _limit_memory() -> None:
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_BYTES, _MEMORY_BYTES))


if __name__ == "__main__":
    sys.exit(main())
