"""What a built index says of itself: enough to refuse a mixed, stale or foreign one."""

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path

from chuhai.corpus.sources import PREFIX, Sources
from chuhai.errors import IndexCorrupt, IndexMissing

FILE = "manifest.json"
# Raised when what is stored changes its meaning; an index of another format is foreign.
FORMAT = 7
# Came later. An index of another format is foreign, not damaged, though it lacks them.
_OPTIONAL = {"vectors", "versions", "own", "sample"}


@dataclass(frozen=True, slots=True)
class FileState:
    """A document file as it was when indexed."""

    sha256: str
    size: int
    mtime_ns: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """Written last, replaced in one step: it names the folder that holds the build."""

    build: str
    root: str
    encoder: str
    dimension: int
    chunk: Mapping[str, int]
    store: str
    """``disk`` or the address of the Chroma server that holds the vectors."""
    documents: Mapping[str, FileState]
    skipped: Mapping[str, str]
    """Files left out, and why."""
    passages: int
    vectors: Mapping[str, int] = field(default_factory=dict)
    """How many there are of each set."""
    versions: Mapping[str, str] = field(default_factory=dict)
    sample: Sequence[float] = ()
    """Of an encoder without a hash, what it gave for a text that never changes."""
    format: int = FORMAT
    own: str = ""
    """Folder of the user's own documents, relative to the index, so that a home can be moved;
    empty where the index covers nothing but its root."""

    @property
    def own_documents(self) -> int:
        """How many of its documents are the user's own."""
        return sum(self.is_own(path) for path in self.documents)

    def is_own(self, path: str) -> bool:
        """Whether a document is one that the user added."""
        return bool(self.own) and path.startswith(PREFIX)

    def sources(self, folder: Path) -> Sources:
        """Where its documents lie, given the folder of the index."""
        own = Path(os.path.normpath(folder / self.own)) if self.own else None
        return Sources(Path(self.root), own)


def read(folder: Path) -> Manifest:
    """The manifest of the index in ``folder``; IndexMissing or IndexCorrupt where it is not."""
    path = folder / FILE
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise IndexMissing(
            "nothing is indexed yet: run `chuhai index build`",
            "还没有索引：请运行 `chuhai index build`",
        ) from None
    except (OSError, ValueError) as error:
        raise _damaged(folder) from error
    known = {f.name for f in fields(Manifest)}
    if not isinstance(values, dict) or not known - _OPTIONAL <= set(values):
        raise _damaged(folder)
    try:
        states = {name: FileState(**state) for name, state in values["documents"].items()}
    except (TypeError, AttributeError) as error:
        raise _damaged(folder) from error
    return Manifest(**{**{k: values[k] for k in known & set(values)}, "documents": states})


def write(folder: Path, manifest: Manifest) -> None:
    """Puts the manifest in place in one step: readers see the old index or the new one."""
    text = json.dumps(asdict(manifest), ensure_ascii=False, indent=1, sort_keys=True)
    temporary = folder / f".{FILE}.{os.getpid()}"
    temporary.write_text(text + "\n", encoding="utf-8")
    os.replace(temporary, folder / FILE)


def _damaged(folder: Path) -> IndexCorrupt:
    return IndexCorrupt(
        f"{folder / FILE} is damaged: run `chuhai index build` to build it anew",
        f"{folder / FILE} 已损坏：请运行 `chuhai index build` 重建",
    )
