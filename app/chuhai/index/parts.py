"""The parts of one build, opened together and held against its manifest."""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from chuhai.errors import ChuhaiError, IndexCorrupt
from chuhai.index.catalogue import Catalogue
from chuhai.index.lexical import LexicalIndex
from chuhai.index.manifest import Manifest
from chuhai.index.store import VectorStore

OpenStore = Callable[[Path, str], VectorStore]
"""From the build's vector folder and the build's name to its vectors."""

_MEND = "run `chuhai index build`"
_MEND_ZH = "请运行 `chuhai index build`"


@dataclass(frozen=True)
class Parts:
    """Texts, words and vectors of one build."""

    catalogue: Catalogue
    lexical: LexicalIndex
    store: VectorStore

    def close(self) -> None:
        self.catalogue.close()
        self.store.close()


def open_parts(folder: Path, manifest: Manifest, open_store: OpenStore) -> Parts:
    """The parts of the build that ``manifest`` names, in the index at ``folder``.

    Raises IndexCorrupt where one is missing, damaged or holds another number of things.
    """
    build = folder / f"build-{manifest.build}"
    with ExitStack() as undo:
        try:
            catalogue = Catalogue(build / "catalogue.db")
            undo.callback(catalogue.close)
            lexical = LexicalIndex(build / "words")
            store = open_store(_existing(build / "vectors", manifest.store), manifest.build)
            undo.callback(store.close)
            parts = Parts(catalogue, lexical, store)
            wrong = wrong_counts(parts, manifest)
        except ChuhaiError:
            raise
        except Exception as error:  # each library has its own words for a damaged file
            kind = type(error).__name__
            raise IndexCorrupt(
                f"the index is damaged ({kind}): {_MEND}", f"索引已损坏（{kind}）：{_MEND_ZH}"
            ) from error
        if wrong:
            raise IndexCorrupt(f"{wrong[0]}: {_MEND}", f"索引不完整（{wrong[0]}）：{_MEND_ZH}")
        undo.pop_all()
    return parts


def wrong_counts(parts: Parts, manifest: Manifest) -> list[str]:
    """Where a part holds more or less than the manifest says, one line each."""
    documents, passages = parts.catalogue.count()
    return [
        f"the index holds {held} {what} where its manifest says {said}"
        for what, held, said in (
            ("documents", documents, len(manifest.documents)),
            ("passages", passages, manifest.passages),
            ("passages of words", parts.lexical.count(), manifest.passages),
            *(
                (f"vectors of {kind}", parts.store.count(kind), count)
                for kind, count in manifest.vectors.items()
            ),
        )
        if held != said
    ]


def _existing(folder: Path, store: str) -> Path:
    if store == "disk" and not (folder / "chroma.sqlite3").is_file():
        raise IndexCorrupt(
            f"the vectors of the index are missing: {_MEND}", f"索引缺少向量：{_MEND_ZH}"
        )
    return folder
