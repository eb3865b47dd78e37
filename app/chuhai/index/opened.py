"""An index opened for reading, after it was checked to be whole, fitting and fresh."""

import time
from dataclasses import dataclass
from pathlib import Path

from chuhai.corpus.documents import SourceFile, decode, digest, read_bytes
from chuhai.corpus.sources import PREFIX, joined
from chuhai.errors import DocumentError, IndexForeign, IndexStale
from chuhai.index import manifest as manifests
from chuhai.index.catalogue import Catalogue
from chuhai.index.chunk import ChunkSettings
from chuhai.index.encoded import ENCODED
from chuhai.index.encoder import Encoder, same_sample
from chuhai.index.lexical import LexicalIndex
from chuhai.index.manifest import Manifest
from chuhai.index.parts import OpenStore, Parts, open_parts, wrong_counts
from chuhai.index.store import VectorStore

_SETTLES_S = 0.1
_MEND = "run `chuhai index build`"
_MEND_ZH = "请运行 `chuhai index build`"


@dataclass(frozen=True)
class Index:
    """The parts of one build. All of them belong together; none is searched alone."""

    manifest: Manifest
    catalogue: Catalogue
    lexical: LexicalIndex
    store: VectorStore
    encoder: Encoder

    def verify(self) -> list[str]:
        """What is wrong with it, one line each: offsets, hashes and counts, all of them."""
        parts = Parts(self.catalogue, self.lexical, self.store)
        return [*wrong_counts(parts, self.manifest), *_wrong_offsets(self), *_strays(self)]

    def close(self) -> None:
        self.catalogue.close()
        self.store.close()


def open_index(
    folder: Path, encoder: Encoder, chunk: ChunkSettings, store: str, open_store: OpenStore
) -> Index:
    """The index in ``folder``.

    Raises IndexMissing, IndexCorrupt, IndexForeign (other encoder, sizes or store) or
    IndexStale (documents changed), each naming the command that mends it.
    """
    manifest = manifests.read(folder)
    check_fits(manifest, encoder, chunk, store)
    try:
        check_fresh(manifest, folder)
    except IndexStale:
        manifest = _newer(folder)
        check_fits(manifest, encoder, chunk, store)
        check_fresh(manifest, folder)
    parts = open_parts(folder, manifest, open_store)
    return Index(manifest, parts.catalogue, parts.lexical, parts.store, encoder)


def _newer(folder: Path) -> Manifest:
    """The manifest that just came: documents are changed a moment before it is written."""
    time.sleep(_SETTLES_S)
    return manifests.read(folder)


def check_fits(manifest: Manifest, encoder: Encoder, chunk: ChunkSettings, store: str) -> None:
    """Raises IndexForeign where the index was built with other parts than those asked for."""
    for what, zh, built, asked in (
        ("format", "格式", manifest.format, manifests.FORMAT),
        ("encoder", "编码器", manifest.encoder, encoder.id),
        ("dimension", "维数", manifest.dimension, encoder.dimension),
        ("chunk sizes", "切分尺寸", dict(manifest.chunk), chunk.as_dict()),
        ("vector store", "向量库", manifest.store, store),
    ):
        if built != asked:
            raise IndexForeign(
                f"the index was built with another {what} ({built}, now {asked}): {_MEND}",
                f"索引是用别的{zh}建的（{built}，现在是 {asked}）：{_MEND_ZH}",
            )
    if not same_sample(manifest.sample, encoder):
        raise IndexForeign(
            f"{encoder.id} gives other vectors than when the index was built: {_MEND}",
            f"{encoder.id} 给出的向量与建索引时不同：{_MEND_ZH}",
        )


def check_fresh(manifest: Manifest, folder: Path) -> None:
    """Raises IndexStale where the documents are no longer those that were indexed.

    A root that is gone altogether (an unmounted folder) cannot be judged and passes; the
    user's own documents are judged without it.
    """
    sources = manifest.sources(folder)
    rooted = sources.root.is_dir()
    root = sources.scan_root() if rooted else []
    files = {file.path: file for file in joined(root, sources.scan_own())}

    def judged(path: str) -> bool:
        return rooted or (sources.own is not None and path.startswith(PREFIX))

    known = filter(judged, manifest.documents.keys() | manifest.skipped.keys())
    for path in sorted(files.keys() ^ set(known)):
        raise _stale(manifest, f"{path} is {'new' if path in files else 'gone'}")
    for path, state in manifest.documents.items():
        if not judged(path):
            continue
        file = files[path]
        if (file.size, file.mtime_ns) == (state.size, state.mtime_ns):
            continue
        try:
            same = digest(read_bytes(file)) == state.sha256
        except DocumentError:
            same = False
        if not same:
            raise _stale(manifest, f"{path} changed")
    for path in filter(judged, manifest.skipped):
        if _mended(files[path]):
            raise _stale(manifest, f"{path} can be read now")


def _mended(file: SourceFile) -> bool:
    try:
        decode(file.path, read_bytes(file))
    except DocumentError:
        return False
    return True


def _stale(manifest: Manifest, what: str) -> IndexStale:
    from chuhai.settings import shipped

    default = manifest.own or manifest.root == str(shipped("corpus/whitepaper").resolve())
    command = "chuhai index build" if default else f"chuhai index build --corpus {manifest.root}"
    return IndexStale(
        f"the documents changed since they were indexed ({what}): run `{command}`",
        f"文档在建索引之后有变动（{what}）：请运行 `{command}`",
    )


def _strays(index: Index) -> list[str]:
    """Vectors of no passage: more of them than the passages' texts ask for."""
    passages = list(index.catalogue.every_passage())
    return [
        f"{held - wanted} {kind} vectors belong to no passage"
        for kind, texts_of in ENCODED.items()
        for held in [index.store.count(kind)]
        for wanted in [sum(len(texts_of(passage)) for passage in passages)]
        if held > wanted
    ]


def _wrong_offsets(index: Index) -> list[str]:
    import hashlib

    wrong: list[str] = []
    for passage in index.catalogue.every_passage():
        stored = hashlib.sha256(passage.text.encode()).hexdigest()[:16]
        if stored != passage.content_hash or len(passage.text) != passage.end - passage.start:
            wrong.append(f"{passage.passage_id}: its text is not the text that was indexed")
        for kind, texts_of in ENCODED.items():
            texts = texts_of(passage)
            if len(index.store.get(kind, list(texts))) != len(texts):
                wrong.append(f"{passage.passage_id}: vectors of its {kind} are missing")
    return wrong
