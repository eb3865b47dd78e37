"""A change of the user's own documents: all of it or nothing.

It is made ready in a folder of its own and put in place, file by file, in the moment in
which the new index becomes the index.
"""

import json
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Literal

from chuhai.corpus.documents import SourceFile, read_bytes
from chuhai.corpus.names import key
from chuhai.corpus.own import REGISTRY, Source, Staged, read_sources
from chuhai.corpus.sources import PREFIX, joined
from chuhai.errors import DocumentError

Status = Literal["added", "replaced", "unchanged"]


class _Listing:
    """The documents that there are, and those that a change would make of them."""

    def __init__(self, files: Sequence[SourceFile], folder: Path) -> None:
        self.files = {file.path: file for file in files}
        self._own = {file.path for file in files if file.absolute.is_relative_to(folder)}
        self._by_key = {key(path): path for path in self._own}
        self._sizes: dict[int, set[str]] = {}
        for file in self.files.values():
            self._sizes.setdefault(file.size, set()).add(file.path)

    def own(self, path: str) -> SourceFile | None:
        """The user's document of that name, whatever its case."""
        found = self._by_key.get(key(path))
        return self.files[found] if found else None

    def put(self, path: str, staged: Path) -> None:
        status = staged.stat()
        self.files[path] = SourceFile(path, staged, status.st_size, status.st_mtime_ns)
        self._own.add(path)
        self._by_key[key(path)] = path
        self._sizes.setdefault(status.st_size, set()).add(path)

    def pop(self, path: str) -> None:
        self.files.pop(path, None)
        self._own.discard(path)
        self._by_key.pop(key(path), None)

    def twin(self, path: str, text: bytes) -> str | None:
        """Another document with these very bytes."""
        for other in sorted(self._sizes.get(len(text), ())):
            file = self.files.get(other)
            if file is not None and other != path and _holds(file, text):
                return other
        return None

    def sorted(self) -> list[SourceFile]:
        root = [file for path, file in self.files.items() if path not in self._own]
        return joined(root, [self.files[path] for path in self._own])


@dataclass
class Change:
    """What goes into the folder and out of it. Judged and done under the index's lock."""

    folder: Path
    place: Path
    """Where it is made ready."""
    now: str
    """ISO 8601."""
    put: Sequence[Staged] = ()
    remove: Sequence[str] = ()
    """Names relative to the folder."""
    replace: bool = False
    """Whether a document of the same name from elsewhere may be replaced."""
    done: dict[str, Status] = field(default_factory=dict)
    """What became of each document, by its name in citations."""
    left_out: list[DocumentError] = field(default_factory=list)
    _moves: list[tuple[Path | None, Path]] = field(default_factory=list)
    """From where (None: taken away), and to which file of the folder."""
    _sources: dict[str, Source] = field(default_factory=dict)

    def over(self, files: Sequence[SourceFile]) -> list[SourceFile]:
        """The documents as they will be, given those that there are.

        Raises DocumentError for a named file whose name or text is taken already.
        """
        self._sources = dict(read_sources(self.folder))
        listing = _Listing(files, self.folder)
        for name in self.remove:
            self._take_out(name, listing)
        for staged in self.put:
            try:
                self._put_in(staged, listing)
            except DocumentError as error:
                if staged.named:
                    raise
                self.left_out.append(error)
        return listing.sorted()

    @contextmanager
    def in_place(self) -> Iterator[None]:
        """Makes the change; takes it back where what is done within fails."""
        try:
            with ExitStack() as undo:
                self._move_all(undo)
                yield
                undo.pop_all()
        finally:
            _prune(self.folder)

    def _move_all(self, undo: ExitStack) -> None:
        for number, (source, target) in enumerate(self._moves):
            _move(source, target, self.place / f"before-{number}", undo)
        if self._moves:
            self._remember(undo)

    def _remember(self, undo: ExitStack) -> None:
        ready = None
        if self._sources:
            rows = {name: asdict(source) for name, source in sorted(self._sources.items())}
            ready = self.place / "sources.json"
            ready.write_text(json.dumps(rows, ensure_ascii=False, indent=1), encoding="utf-8")
        _move(ready, self.folder / REGISTRY, self.place / "before", undo)

    def _take_out(self, name: str, listing: _Listing) -> None:
        listing.pop(PREFIX + name)
        source = self._sources.pop(name, None)
        self._moves.append((None, self.folder / name))
        if source is not None and source.original is not None:
            self._moves.append((None, self.folder / source.original))

    def _put_in(self, staged: Staged, listing: _Listing) -> None:
        text = staged.file.read_bytes()
        held = listing.own(PREFIX + staged.name)
        path = held.path if held else PREFIX + staged.name
        name = path.removeprefix(PREFIX)
        if held is not None and _holds(held, text):
            self.done.setdefault(path, "unchanged")
            return
        if (
            path in self.done
            or self._blocked(name)
            or (held and not self._may_replace(name, staged.origin))
        ):
            raise _clash(path)
        twin = listing.twin(path, text)
        if twin is not None:
            raise DocumentError(
                f"{staged.name} has the same text as {twin}: it is there already",
                f"{staged.name} 与 {twin} 的文字相同：已经有了",
            )
        original = None
        if staged.original is not None:
            original = name.removesuffix(Path(name).suffix)
            self._moves.append((staged.original, self.folder / original))
        self._moves.append((staged.file, self.folder / name))
        self._sources[name] = Source(self.now, staged.origin, staged.converted, original)
        self.done[path] = "replaced" if held else "added"
        listing.put(path, staged.file)

    def _may_replace(self, name: str, origin: str | None) -> bool:
        """Whether it is the same file as before, or was said to take the other's place."""
        before = self._sources.get(name)
        return self.replace or (before is not None and before.origin == origin is not None)

    def _blocked(self, name: str) -> bool:
        """Whether a folder has this name, or a file that of a folder above it."""
        target = self.folder / name
        above = [p for p in target.parents if p.is_relative_to(self.folder)]
        return target.is_dir() or any(p.exists() and not p.is_dir() for p in above)


def _holds(file: SourceFile, text: bytes) -> bool:
    try:
        return file.size == len(text) and read_bytes(file) == text
    except DocumentError:
        return False


def _clash(path: str) -> DocumentError:
    return DocumentError(
        f"there is another document {path} already: rename the file, use --replace, or run "
        f"`chuhai corpus remove {path}` first",
        f"已有另一个文档 {path}：请给文件改名，或用 --replace，"
        f"或先运行 `chuhai corpus remove {path}`",
    )


def _move(source: Path | None, target: Path, aside: Path, undo: ExitStack) -> None:
    """Replaces or removes a file in one step, and notes how to take it back."""
    if source is None:
        with suppress(FileNotFoundError):
            os.replace(target, aside)
            undo.callback(os.replace, aside, target)
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.exists():
        shutil.copy2(target, aside)
        undo.callback(os.replace, aside, target)
    else:
        undo.callback(target.unlink, missing_ok=True)
    os.replace(source, target)


def _prune(folder: Path) -> None:
    """Removes folders in which no file is left."""
    with suppress(OSError):
        for path in sorted((p for p in folder.rglob("*") if p.is_dir()), reverse=True):
            with suppress(OSError):  # not empty
                path.rmdir()
        folder.rmdir()
