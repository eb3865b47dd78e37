"""Building an index: only what changed is read, cut and encoded again.

A build is made in a folder of its own and put in place by replacing the manifest, so
that a crash, a full disk or Ctrl-C leaves the index that was there.
"""

import os
import secrets
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, nullcontext, suppress
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path

import numpy as np

from chuhai.corpus.align import Alignment, Companions, align, companions, links
from chuhai.corpus.change import Change
from chuhai.corpus.documents import SourceFile, decode, digest, read_bytes
from chuhai.corpus.sources import Sources
from chuhai.domain import Document, Passage
from chuhai.errors import DocumentError, IndexCorrupt, IndexProblem
from chuhai.index import manifest as manifests
from chuhai.index.catalogue import Catalogue
from chuhai.index.chunk import ChunkSettings, chunk
from chuhai.index.encoded import ENCODED, encoded_of
from chuhai.index.encoder import Encoder, same_sample, sample_of
from chuhai.index.guard import lock, storage_errors
from chuhai.index.lexical import LexicalIndex
from chuhai.index.listed import list_questions
from chuhai.index.manifest import FileState, Manifest
from chuhai.index.parts import OpenStore, open_parts
from chuhai.index.store import VectorStore

Progress = Callable[[str, int, int], None]
"""Called with a stage (``read``, ``list``, ``encode``), how much is done and how much there is."""
_ENCODE_BATCH = 1024
# So few passages are written anew, in a second, for scores that do not depend on what was there.
_REWRITTEN = 2000


@dataclass(frozen=True)
class BuildReport:
    """What a build did."""

    manifest: Manifest
    added: int
    """Passages encoded anew."""
    removed: int
    kept: int
    unchanged: bool
    """True where there was nothing to do."""


@dataclass(frozen=True)
class Builder:
    """Everything that decides what an index looks like."""

    folder: Path
    """Where the index lies: ``home/index``."""
    encoder: Encoder
    chunk: ChunkSettings
    open_store: OpenStore
    store: str = "disk"

    def build(
        self,
        root: Path,
        progress: Progress | None = None,
        own: Path | None = None,
        change: Change | None = None,
    ) -> BuildReport:
        """Indexes the documents below ``root``; the index that was there stays until the end.

        With ``own`` the user's own documents as well, and with ``change`` as they will be
        after it: they change when the index does, and neither does where the build fails.

        Raises DocumentError (nothing to index), IndexBusy (another process builds),
        StorageError (disk full or home not writable).
        """
        say = progress or (lambda stage, done, total: None)
        with storage_errors(self.folder), lock(self.folder):
            return self._build(Sources(root.resolve(), own), change, say)

    def _build(self, sources: Sources, change: Change | None, say: Progress) -> BuildReport:
        old = self._old()
        files = sources.scan()
        if change is not None:
            files = change.over(files)
        states, changed, skipped = _read_changed(files, old, say)
        reusable = old is not None and self._compatible(old) and old.root == str(sources.root)
        base = old if reusable else None
        if base is not None and not changed and set(states) == set(base.documents):
            manifest = replace(base, documents=states, skipped=skipped, own=self._own(sources))
            return self._untouched(base, manifest, change)
        if base is None and old is not None:
            states, changed, skipped = _read_changed(files, None, say)
        if not states:
            raise _nothing(sources.root, files)
        name = secrets.token_hex(4)
        target = self.folder / f"build-{name}"
        try:
            manifest, report = self._fill(
                target, name, sources, base, states, changed, skipped, say
            )
            self._switch(manifest, change)
        except BaseException:
            shutil.rmtree(target, ignore_errors=True)
            raise
        self._sweep(manifest, old)
        return report

    def _switch(self, manifest: Manifest, change: Change | None) -> None:
        """Makes the build the index, and the documents those that it was made of."""
        with change.in_place() if change is not None else nullcontext():
            manifests.write(self.folder, manifest)

    def _own(self, sources: Sources) -> str:
        return "" if sources.own is None else os.path.relpath(sources.own, self.folder)

    def _old(self) -> Manifest | None:
        try:
            return manifests.read(self.folder)
        except IndexProblem:
            return None

    def _compatible(self, old: Manifest) -> bool:
        return (
            old.format == manifests.FORMAT
            and old.encoder == self.encoder.id
            and dict(old.chunk) == self.chunk.as_dict()
            and old.store == self.store
            and old.dimension == self.encoder.dimension
            and same_sample(old.sample, self.encoder)
            and self._whole(old)
        )

    def _whole(self, old: Manifest) -> bool:
        """Whether the build that is there can be the start of the next one."""
        try:
            open_parts(self.folder, old, self.open_store).close()
        except IndexCorrupt:
            return False
        return True

    def _untouched(self, old: Manifest, manifest: Manifest, change: Change | None) -> BuildReport:
        if manifest != old or change is not None:
            self._switch(manifest, change)
        return BuildReport(manifest, 0, 0, old.passages, unchanged=True)

    def _fill(
        self,
        target: Path,
        name: str,
        sources: Sources,
        base: Manifest | None,
        states: dict[str, FileState],
        changed: dict[str, Document],
        skipped: dict[str, str],
        say: Progress,
    ) -> tuple[Manifest, BuildReport]:
        target.mkdir(parents=True)
        gone = _start_from(self.folder, base, target, states)
        lexical = LexicalIndex(target / "words", create=True)
        with (
            closing(Catalogue(target / "catalogue.db", create=True)) as catalogue,
            closing(self._store(target, name, base, catalogue)) as store,
            _dropped_on_error(store),
        ):
            touched, beside = _touched(catalogue, gone, changed)
            before = {
                passage.passage_id: passage
                for path in {*gone, *touched}
                for passage in catalogue.passages_of(path)
            }
            kept_texts = {path: catalogue.document(path) for path in touched - changed.keys()}
            documents = {**changed, **{path: d for path, d in kept_texts.items() if d}}
            for path in gone:
                catalogue.remove(path)
            fresh: list[Passage] = []
            kept: set[str] = set()
            for path in sorted(documents):
                document = documents[path]
                passages = self._passages(document, beside, documents, catalogue)
                catalogue.put(document, passages)
                for passage in passages:
                    old = before.get(passage.passage_id)
                    if old is not None and encoded_of(old) == encoded_of(passage):
                        kept.add(passage.passage_id)
                    else:
                        fresh.append(passage)
            list_questions(catalogue, self.encoder, say)
            catalogue.commit()
            stale = [passage for passage_id, passage in before.items() if passage_id not in kept]
            for kind, texts_of in ENCODED.items():
                store.delete(kind, [i for passage in stale for i in texts_of(passage)])
            _, held = catalogue.count()
            if stale and held <= _REWRITTEN:
                lexical.rewrite(catalogue.every_passage())
            else:
                lexical.update([passage.passage_id for passage in stale], fresh)
            self._encode(store, fresh, say)
            manifest = Manifest(
                build=name,
                root=str(sources.root),
                own=self._own(sources),
                encoder=self.encoder.id,
                dimension=self.encoder.dimension,
                chunk=self.chunk.as_dict(),
                store=self.store,
                documents=states,
                skipped=skipped,
                passages=held,
                vectors={kind: store.count(kind) for kind in ENCODED},
                versions={
                    package: version(package) for package in ("chromadb", "tantivy", "tiktoken")
                },
                sample=sample_of(self.encoder),
            )
            return manifest, BuildReport(
                manifest, len(fresh), len(stale), held - len(fresh), unchanged=False
            )

    def _store(
        self, target: Path, name: str, base: Manifest | None, catalogue: Catalogue
    ) -> VectorStore:
        """The new build's vectors, starting from those of ``base``."""
        if base is None or self.store == "disk":
            # On disk the collections keep the first build's name; the folder is the build.
            return self.open_store(target / "vectors", name)
        old = self.open_store(self.folder / f"build-{base.build}" / "vectors", base.build)
        new = self.open_store(target / "vectors", name)
        passages = list(catalogue.every_passage())
        for kind, texts_of in ENCODED.items():
            ids = [i for passage in passages for i in texts_of(passage)]
            for i in range(0, len(ids), _ENCODE_BATCH):
                vectors = old.get(kind, ids[i : i + _ENCODE_BATCH])
                if vectors:
                    new.upsert(kind, list(vectors), np.stack(list(vectors.values())))
        old.close()
        return new

    def _passages(
        self,
        document: Document,
        beside: Mapping[str, Companions],
        changed: Mapping[str, Document],
        catalogue: Catalogue,
    ) -> list[Passage]:
        """A document's passages with what its companions say; those have none of their own."""
        if any(document.path in companions.paths for companions in beside.values()):
            return []

        def aligned(path: str | None) -> Alignment | None:
            other = None if path is None else changed.get(path) or catalogue.document(path)
            return align(document, other) if other else None

        mine = beside.get(document.path, Companions())
        return chunk(document, self.chunk, *map(aligned, mine))

    def _encode(self, store: VectorStore, passages: Sequence[Passage], say: Progress) -> None:
        """Vectors of passages (with their headings) and of their sentences."""
        for i in range(0, len(passages), _ENCODE_BATCH):
            batch = passages[i : i + _ENCODE_BATCH]
            say("encode", i, len(passages))
            for kind, texts_of in ENCODED.items():
                texts = {i: text for passage in batch for i, text in texts_of(passage).items()}
                if texts:
                    store.upsert(kind, list(texts), self.encoder.encode(list(texts.values())))
        say("encode", len(passages), len(passages))

    def _sweep(self, manifest: Manifest, old: Manifest | None) -> None:
        """Removes builds that no reader can still be opening: all but this and the last."""
        keep = {f"build-{manifest.build}"} | ({f"build-{old.build}"} if old else set())
        for folder in self.folder.glob("build-*"):
            if folder.name in keep:
                continue
            if self.store != "disk":
                name = folder.name.removeprefix("build-")
                with closing(self.open_store(folder / "vectors", name)) as store:
                    store.drop()
            shutil.rmtree(folder, ignore_errors=True)


def _touched(
    catalogue: Catalogue, gone: Sequence[str], changed: Mapping[str, Document]
) -> tuple[set[str], dict[str, Companions]]:
    """Documents to cut again, and what stands beside each original.

    They are those that changed, the originals whose companions came, went or changed, and
    the documents that became or ceased to be a companion.
    """
    before = catalogue.links()
    now = {path: said for path, said in before.items() if path not in gone}
    now.update((path, links(document)) for path, document in changed.items())
    old, new = companions(before), companions(now)
    touched = set(changed)
    for original in old.keys() | new.keys():
        was, is_now = old.get(original, Companions()), new.get(original, Companions())
        if was != is_now:
            touched |= {original} | (was.paths ^ is_now.paths)
        elif is_now.paths & changed.keys():
            touched.add(original)
    return touched & now.keys(), new


def _read_changed(
    files: Sequence[SourceFile], old: Manifest | None, say: Progress
) -> tuple[dict[str, FileState], dict[str, Document], dict[str, str]]:
    """State of every readable file, the documents that changed, the files left out."""
    states: dict[str, FileState] = {}
    changed: dict[str, Document] = {}
    skipped: dict[str, str] = {}
    for number, file in enumerate(files):
        if number % 500 == 0:
            say("read", number, len(files))
        try:
            state, document = _read(file, old.documents.get(file.path) if old else None)
        except DocumentError as error:
            skipped[file.path] = str(error)
            continue
        states[file.path] = state
        if document is not None:
            changed[file.path] = document
    say("read", len(files), len(files))
    return states, changed, skipped


def _read(file: SourceFile, before: FileState | None) -> tuple[FileState, Document | None]:
    if before is not None and (before.size, before.mtime_ns) == (file.size, file.mtime_ns):
        return before, None
    content = read_bytes(file)
    state = FileState(digest(content), file.size, file.mtime_ns)
    if before is not None and before.sha256 == state.sha256:
        return state, None
    return state, decode(file.path, content)


def _start_from(
    folder: Path, base: Manifest | None, target: Path, states: dict[str, FileState]
) -> list[str]:
    """Copies the build that is there as the start; the documents that went from it."""
    if base is None:
        return []
    source = folder / f"build-{base.build}"
    for part in source.iterdir():
        if part.is_dir():
            shutil.copytree(part, target / part.name)
        else:
            shutil.copy2(part, target / part.name)
    return [path for path in base.documents if path not in states]


def _nothing(root: Path, files: Sequence[SourceFile]) -> DocumentError:
    for file in files:
        try:
            _read(file, None)
        except DocumentError as error:
            return error
    return DocumentError(
        f"no .md or .txt document below {root}: add one, or name another folder",
        f"{root} 里没有 .md 或 .txt 文档：请放入文档，或给另一个文件夹",
    )


@contextmanager
def _dropped_on_error(store: VectorStore) -> Iterator[None]:
    """Leaves no vectors of a build that failed, on a server above all."""
    try:
        yield
    except BaseException:
        with suppress(Exception):  # the first error says what is wrong
            store.drop()
        raise
