"""The user's own documents: added, listed, removed. Both the command line and a page call it.

Whatever fails leaves the documents and the index as they were.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from chuhai.corpus.change import Change, Status
from chuhai.corpus.intake import Handed, handed, take
from chuhai.corpus.names import shown
from chuhai.corpus.own import Source, Staged, making_ready, read_sources, stage
from chuhai.corpus.sources import PREFIX, Sources
from chuhai.domain import Lang
from chuhai.errors import DocumentError, IndexMissing
from chuhai.index.build import BuildReport, Progress
from chuhai.index.catalogue import Catalogue
from chuhai.index.guard import storage_errors
from chuhai.wiring import Workshop


@dataclass(frozen=True)
class Entry:
    """A document of the index, and what is remembered of it where it is the user's own."""

    document: str
    title: str
    lang: Lang
    kind: str | None
    passages: int
    own: bool = False
    source: Source | None = None


@dataclass(frozen=True)
class Added:
    """What became of the files that were handed in."""

    documents: dict[str, Status]
    """By name in citations, in the order in which they came."""
    entries: tuple[Entry, ...]
    """The same documents as they stand in the index."""
    left_out: tuple[DocumentError, ...]
    """Why files of a folder were not taken."""
    report: BuildReport


@dataclass(frozen=True)
class Removed:
    """Names in citations of what was taken out."""

    documents: tuple[str, ...]
    report: BuildReport


def add(
    workshop: Workshop,
    files: Sequence[Path | Handed],
    *,
    replace: bool = False,
    progress: Progress | None = None,
) -> Added:
    """Copies documents into home and indexes them; those of a folder keep their paths in it.

    A file that was added before from the same place takes the other's place; from elsewhere
    only with ``replace``. Raises DocumentError where a file that was named cannot be taken,
    or nothing can, and whatever a build raises.
    """
    _refuse_other_root(workshop)
    say = progress or (lambda stage, done, total: None)
    found = [file for one in files for file in _files(one, workshop.own_folder)]
    home = workshop.settings.home
    with storage_errors(home), making_ready(home) as place:
        staged, left_out = _staged(found, place, say)
        if not staged:
            raise left_out[0]
        change = Change(workshop.own_folder, place, _now(), put=staged, replace=replace)
        report = workshop.build(progress=progress, change=change)
    left_out += change.left_out
    if not change.done:
        raise left_out[0]
    entries = tuple(e for e in entries_of(workshop) if e.document in change.done)
    return Added(change.done, entries, tuple(left_out), report)


def remove(workshop: Workshop, ref: str, *, progress: Progress | None = None) -> Removed:
    """Takes a document of the user's own out of home and index, or all of a folder of them.

    ``ref`` is a document as cited, one of its passages, or a folder (``added/handbook``).
    Raises DocumentError where there is none, or it is no document of the user's own.
    """
    _refuse_other_root(workshop)
    names = _own_names(workshop, ref)
    home = workshop.settings.home
    with storage_errors(home), making_ready(home) as place:
        change = Change(workshop.own_folder, place, _now(), remove=names)
        report = workshop.build(progress=progress, change=change)
    return Removed(tuple(PREFIX + name for name in names), report)


def entries_of(workshop: Workshop) -> list[Entry]:
    """Every document of the index as it was built, by name."""
    manifest = workshop.manifest()
    sources = read_sources(workshop.own_folder) if manifest.own else {}
    catalogue = Catalogue(workshop.index_folder / f"build-{manifest.build}" / "catalogue.db")
    try:
        rows = catalogue.documents()
    finally:
        catalogue.close()
    return [
        Entry(
            path, title, _lang(lang), kind, passages, own, sources.get(_name(path)) if own else None
        )
        for path, title, lang, kind, passages in rows
        for own in [manifest.is_own(path)]
    ]


def _files(one: Path | Handed, own: Path) -> list[Handed]:
    return handed([one], own) if isinstance(one, Path) else [one]


def _staged(
    files: Sequence[Handed], place: Path, say: Progress
) -> tuple[list[Staged], list[DocumentError]]:
    """The documents made ready, and what is wrong with files that nobody named."""
    staged: list[Staged] = []
    left_out: list[DocumentError] = []
    for number, file in enumerate(files):
        say("take", number, len(files))
        try:
            staged.append(stage(take(file), place, number, file.named))
        except DocumentError as error:
            if file.named:
                raise
            left_out.append(error)
    say("take", len(files), len(files))
    return staged, left_out


def _refuse_other_root(workshop: Workshop) -> None:
    """Raises DocumentError where the index was built of one folder and nothing else."""
    try:
        manifest = workshop.manifest()
    except IndexMissing:
        return
    if manifest.own or manifest.root == str(workshop.settings.corpus.resolve()):
        return
    raise DocumentError(
        f"the index of this home is of {manifest.root} alone: run `chuhai index build` to have "
        "the shipped documents and your own, or put files there and build it again",
        f"这个 home 的索引只含 {manifest.root}：请先运行 `chuhai index build`，"
        "索引随附的文档和你自己的文档；或把文件放进那个文件夹再重建",
    )


def _own_names(workshop: Workshop, ref: str) -> list[str]:
    """The documents that are meant, relative to the folder of the user's own."""
    sources = Sources(workshop.settings.corpus, workshop.own_folder)
    own = [file.path for file in sources.scan_own()]
    for name in (ref, ref.rpartition("#")[0]):
        if name in own:
            return [_name(name)]
    within = [path for path in own if path.startswith(ref.rstrip("/") + "/")]
    if within and ref.startswith(PREFIX) and ref.rstrip("/") + "/" != PREFIX:
        return [_name(path) for path in within]
    root = {file.path for file in sources.scan_root()}
    if ref in root or ref.rpartition("#")[0] in root:
        raise DocumentError(
            f"{shown(ref)} is not a document that you added and stays: `chuhai corpus list` "
            "says which are yours",
            f"{shown(ref)} 不是你添加的文档，不能移走：`chuhai corpus list` 标出哪些是你的",
        )
    raise DocumentError(
        f"no document {shown(ref)} of your own: `chuhai corpus list` says which there are",
        f"你的文档里没有 {shown(ref)}：`chuhai corpus list` 列出全部文档",
    )


def _name(path: str) -> str:
    return path.removeprefix(PREFIX)


def _lang(lang: str) -> Lang:
    return "zh" if lang == "zh" else "en"


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
