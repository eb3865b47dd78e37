"""An index opened for reading, after it was checked to be whole, fitting and fresh."""

from dataclasses import dataclass
from pathlib import Path

from chuhai.corpus.documents import digest, read_bytes, scan
from chuhai.errors import DocumentError, IndexCorrupt, IndexForeign, IndexStale
from chuhai.index import manifest as manifests
from chuhai.index.build import OpenStore, sentence_ids
from chuhai.index.catalogue import Catalogue
from chuhai.index.chunk import ChunkSettings
from chuhai.index.encoder import Encoder
from chuhai.index.lexical import LexicalIndex
from chuhai.index.manifest import Manifest
from chuhai.index.store import VectorStore

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
        return [*_wrong_counts(self), *_wrong_offsets(self)]

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
    check_fresh(manifest)
    build = folder / f"build-{manifest.build}"
    index = Index(
        manifest,
        Catalogue(build / "catalogue.db"),
        LexicalIndex(build / "words"),
        open_store(_existing(build / "vectors", store), manifest.build),
        encoder,
    )
    wrong = _wrong_counts(index)
    if wrong:
        index.close()
        raise IndexCorrupt(f"{wrong[0]}: {_MEND}", f"索引不完整（{wrong[0]}）：{_MEND_ZH}")
    return index


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


def check_fresh(manifest: Manifest) -> None:
    """Raises IndexStale where the documents are no longer those that were indexed.

    A root that is gone altogether (an unmounted folder) cannot be judged and passes.
    """
    root = Path(manifest.root)
    if not root.is_dir():
        return
    files = {file.path: file for file in scan(root)}
    known = manifest.documents.keys() | manifest.skipped.keys()
    for path in sorted(files.keys() ^ known):
        raise _stale(manifest, f"{path} is {'new' if path in files else 'gone'}")
    for path, state in manifest.documents.items():
        file = files[path]
        if (file.size, file.mtime_ns) == (state.size, state.mtime_ns):
            continue
        try:
            same = digest(read_bytes(file)) == state.sha256
        except DocumentError:
            same = False
        if not same:
            raise _stale(manifest, f"{path} changed")


def _stale(manifest: Manifest, what: str) -> IndexStale:
    from chuhai.settings import shipped

    default = manifest.root == str(shipped("corpus/whitepaper").resolve())
    command = "chuhai index build" if default else f"chuhai index build --corpus {manifest.root}"
    return IndexStale(
        f"the documents changed since they were indexed ({what}): run `{command}`",
        f"文档在建索引之后有变动（{what}）：请运行 `{command}`",
    )


def _existing(folder: Path, store: str) -> Path:
    if store == "disk" and not (folder / "chroma.sqlite3").is_file():
        raise IndexCorrupt(
            f"the vectors of the index are missing: {_MEND}", f"索引缺少向量：{_MEND_ZH}"
        )
    return folder


def _wrong_counts(index: Index) -> list[str]:
    documents, passages = index.catalogue.count()
    manifest = index.manifest
    return [
        f"the index holds {held} {what} where its manifest says {said}"
        for what, held, said in (
            ("documents", documents, len(manifest.documents)),
            ("passages", passages, manifest.passages),
            ("passages of words", index.lexical.count(), manifest.passages),
            ("passage vectors", index.store.count("passages"), manifest.passages),
            ("sentence vectors", index.store.count("sentences"), manifest.sentences),
        )
        if held != said
    ]


def _wrong_offsets(index: Index) -> list[str]:
    import hashlib

    wrong: list[str] = []
    for passage in index.catalogue.every_passage():
        stored = hashlib.sha256(passage.text.encode()).hexdigest()[:16]
        if stored != passage.content_hash or len(passage.text) != passage.end - passage.start:
            wrong.append(f"{passage.passage_id}: its text is not the text that was indexed")
        spoken = [i for i, s in zip(sentence_ids(passage), passage.sentences, strict=True)
                  if not s.silent]
        held = index.store.get("sentences", spoken)
        if len(held) != len(spoken):
            wrong.append(f"{passage.passage_id}: vectors of its sentences are missing")
    return wrong
