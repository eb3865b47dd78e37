"""Files that a user hands in, read with care and turned into documents that can be kept."""

import errno
import os
import stat
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from chuhai.corpus import extract
from chuhai.corpus.documents import SUFFIXES, decode
from chuhai.corpus.encodings import to_utf8
from chuhai.corpus.names import safe_name, shown
from chuhai.errors import DocumentError

LARGEST_BYTES = 20_000_000
"""Of one file; some seven million Chinese characters."""
MOST_FILES = 5_000
"""In one folder: more are hardly meant, as with a whole home directory."""
_LONGEST_PATH = 200
_EXTRACT_S = 120
# What a document of this type becomes; the file that was handed in is kept beside it.
_EXTRACTED = {".pdf": ".txt", ".docx": ".md"}
TYPES = (*SUFFIXES, *_EXTRACTED)


@dataclass(frozen=True, slots=True)
class Handed:
    """A file that was handed in: by its path, or (from a page) by name and content."""

    name: str
    """Relative path that it shall have, as it came."""
    path: Path | None = None
    content: bytes | None = None
    named: bool = True
    """Whether it was named itself: then what is wrong with it stops the whole, while files
    of a folder are left out with the reason."""

    @property
    def shown(self) -> str:
        return shown(self.path or self.name)


@dataclass(frozen=True, slots=True)
class Taken:
    """A document as it can be kept."""

    name: str
    """Safe relative path, POSIX."""
    text: bytes
    """What is indexed, UTF-8."""
    original: tuple[str, bytes] | None = None
    """Name and content of the file that the text was extracted from."""
    converted: str | None = None
    """What it was before: ``GB18030``, ``UTF-16-LE``, ``PDF``, ``DOCX``."""
    origin: str | None = None
    """Where the file lay, by which a changed one is known again."""


def handed(paths: Sequence[Path], own: Path) -> list[Handed]:
    """The files that are meant: those named, and those below the folders named.

    Of a folder, hidden files, links, files of other types and ``own`` are left out. Raises
    DocumentError where there is nothing, a link, or a folder with too much in it.
    """
    return [file for path in paths for file in _meant(path, own)]


def take(file: Handed) -> Taken:
    """The document in a file; DocumentError says why it cannot be one, and the mend."""
    name = _name(file)
    suffix = Path(name).suffix
    if suffix not in TYPES:
        raise _other_type(file)
    content = read_regular(file.path) if file.path is not None else file.content or b""
    if len(content) > LARGEST_BYTES:
        raise _too_large(file)
    origin = str(file.path.resolve()) if file.path is not None else None
    if suffix in _EXTRACTED:
        text = _extracted(file, suffix, content)
        document = name + _EXTRACTED[suffix]
        decode(document, text)
        return Taken(document, text, (name, content), suffix[1:].upper(), origin)
    text, converted = to_utf8(content)
    decode(name, text)
    return Taken(name, text, None, converted, origin)


def read_regular(path: Path) -> bytes:
    """A file's bytes, one more than may be at most. No link is followed, no device is opened."""
    flags = os.O_RDONLY | getattr(os, "O_BINARY", 0)
    flags |= getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    try:
        opened = os.open(path, flags)
        with open(opened, "rb") as file:
            if not stat.S_ISREG(os.fstat(opened).st_mode):
                raise _no_file(path)
            return file.read(LARGEST_BYTES + 1)
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise _link(path) from error
        raise _unreadable(path, error) from error


def _meant(path: Path, own: Path) -> Iterator[Handed]:
    try:
        mode = path.lstat().st_mode
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from error
    if stat.S_ISLNK(mode):
        raise _link(path)
    if not stat.S_ISDIR(mode):
        yield Handed(path.name, path)
        return
    found = 0
    top = path.resolve()
    for file in _files(top, own.resolve()):
        found += 1
        if found > MOST_FILES:
            raise DocumentError(
                f"{shown(path)} holds more than {MOST_FILES:,} documents: name a smaller folder",
                f"{shown(path)} 里的文档超过 {MOST_FILES:,} 个：请给小一些的文件夹",
            )
        yield Handed((Path(top.name) / file.relative_to(top)).as_posix(), file, named=False)
    if not found:
        raise DocumentError(
            f"no document below {shown(path)}: there must be {_types()} files",
            f"{shown(path)} 里没有文档：须有 {_types()} 文件",
        )


def _files(top: Path, own: Path) -> Iterator[Path]:
    for folder, folders, names in os.walk(top):
        here = Path(folder)
        folders[:] = sorted(f for f in folders if not f.startswith(".") and here / f != own)
        for name in sorted(names):
            file = here / name
            if name.startswith(".") or file.suffix.lower() not in TYPES or file.is_symlink():
                continue
            yield file


def _name(file: Handed) -> str:
    name = "/".join(safe_name(part) for part in file.name.split("/") if part not in ("", "."))
    if len(name) > _LONGEST_PATH or not name:
        raise DocumentError(
            f"the path of {file.shown} is too long to keep: add the file by itself",
            f"{file.shown} 的路径太长：请单独添加这个文件",
        )
    return name


def _extracted(file: Handed, suffix: str, content: bytes) -> bytes:
    """The text of a PDF or Word file, read by a process of its own."""
    path = os.pathsep.join(filter(None, sys.path))  # an empty part would be the working folder
    environment = {**os.environ, "PYTHONPATH": path, "PYTHONSAFEPATH": "1"}
    command = [sys.executable, "-m", extract.__name__, suffix]
    try:
        ended = subprocess.run(
            command,
            input=content,
            capture_output=True,
            env=environment,
            timeout=_EXTRACT_S,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise _unextracted(file, suffix) from error
    if ended.returncode == extract.NO_TEXT:
        raise DocumentError(
            f"{file.shown} holds no text (a scan?): make its text with OCR first",
            f"{file.shown} 里没有文字（是扫描件吗？）：请先做文字识别（OCR）",
        )
    if ended.returncode == extract.PROTECTED:
        raise DocumentError(
            f"{file.shown} is protected by a password: save it without one",
            f"{file.shown} 有密码保护：请另存为无密码的文件",
        )
    if ended.returncode or len(ended.stdout) > LARGEST_BYTES:
        raise _unextracted(file, suffix)
    return ended.stdout


def _unextracted(file: Handed, suffix: str) -> DocumentError:
    kind = suffix[1:].upper()
    return DocumentError(
        f"{file.shown} cannot be read as {kind}: save it anew, or as .md or .txt",
        f"{file.shown} 不能按 {kind} 读取：请重新保存，或另存为 .md 或 .txt",
    )


def _types() -> str:
    return " ".join(TYPES)


def _other_type(file: Handed) -> DocumentError:
    return DocumentError(
        f"{file.shown} is of a type that cannot be read: save it as one of {_types()}",
        f"{file.shown} 的类型读不了：请另存为 {_types()} 之一",
    )


def _too_large(file: Handed) -> DocumentError:
    most = LARGEST_BYTES // 1_000_000
    return DocumentError(
        f"{file.shown} is larger than {most} MB: split it",
        f"{file.shown} 超过 {most} MB：请拆分",
    )


def _no_file(path: Path) -> DocumentError:
    return DocumentError(
        f"{shown(path)} is no file: name a document or a folder of documents",
        f"{shown(path)} 不是文件：请给文档或文档文件夹",
    )


def _link(path: Path) -> DocumentError:
    return DocumentError(
        f"{shown(path)} is a link: name the file that it leads to",
        f"{shown(path)} 是链接：请给它指向的文件",
    )


def _unreadable(path: Path, error: Exception) -> DocumentError:
    reason = getattr(error, "strerror", None) or type(error).__name__
    return DocumentError(
        f"{shown(path)} cannot be read ({reason}): check that it exists and may be read",
        f"读不了 {shown(path)}（{reason}）：请检查文件是否存在、是否有读取权限",
    )
