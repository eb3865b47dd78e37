"""Where the documents of an index lie: the corpus folder, and with it the user's own."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from chuhai.corpus.documents import SourceFile, scan
from chuhai.errors import DocumentError

PREFIX = "added/"
"""What the names of the user's own documents begin with, wherever they are cited."""


@dataclass(frozen=True, slots=True)
class Sources:
    """One folder, or two of which the second is kept in home."""

    root: Path
    own: Path | None = None
    """The user's own documents; None where an index covers nothing but its root."""

    def scan(self) -> list[SourceFile]:
        """Every document, sorted by path.

        Raises DocumentError where the root is missing, or holds a folder ``added`` while
        there are documents of the user's own.
        """
        return joined(self.scan_root(), self.scan_own())

    def scan_root(self) -> list[SourceFile]:
        """The root's documents; those of home are not, should it lie within the root."""
        found = scan(self.root)
        if self.own is None:
            return found
        own = self.own.resolve()
        return [file for file in found if not file.absolute.is_relative_to(own)]

    def scan_own(self) -> list[SourceFile]:
        """The user's own documents under their prefix; none where there is no such folder."""
        if self.own is None or not self.own.is_dir():
            return []
        return [replace(file, path=PREFIX + file.path) for file in scan(self.own)]


def joined(root: Iterable[SourceFile], own: Iterable[SourceFile]) -> list[SourceFile]:
    """Both, sorted by path. Raises DocumentError where their names could be confused."""
    root, own = list(root), list(own)
    if own and any(file.path.startswith(PREFIX) for file in root):
        raise DocumentError(
            f"the corpus folder has a folder {PREFIX} of its own, and so have the documents "
            f"that you added: rename the folder {PREFIX} of the corpus",
            f"文档文件夹里已有 {PREFIX}，与你添加的文档重名：请给语料里的 {PREFIX} 改名",
        )
    return sorted([*root, *own], key=lambda file: file.path)
