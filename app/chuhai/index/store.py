"""Vectors by id and cosine: the port, Chroma behind it, and one in memory.

Chroma 1.5.9, as measured: ``upsert`` (``add`` ignores an id that exists), batches of at
most 5,461, ``embedding_function=None`` (else it fetches a model), cosine space by name.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlparse

import numpy as np
from numpy.typing import NDArray

from chuhai.errors import IndexCorrupt, SettingsError

Vectors = NDArray[np.float32]
_BATCH = 5000
# Up to here every vector is compared, which takes less than a millisecond and gives the same
# answer on every machine: Chroma's graph is built by chance, and misses a few neighbours.
_EXACT = 5000


class VectorStore(Protocol):
    """Sets of vectors of one build: ``passages`` and ``sentences``."""

    def upsert(self, kind: str, ids: Sequence[str], vectors: Vectors) -> None:
        """Adds or replaces: ``vectors`` is len(ids) × dimension, rows of length one or zero."""

    def delete(self, kind: str, ids: Sequence[str]) -> None:
        """Removes; unknown ids are passed over."""

    def query(self, kind: str, vector: Vectors, k: int) -> list[tuple[str, float]]:
        """The ``k`` nearest, ``(id, cosine)``, best first; none for a vector of zeros."""

    def get(self, kind: str, ids: Sequence[str]) -> dict[str, Vectors]:
        """Stored vectors of these ids; unknown ids are left out."""

    def count(self, kind: str) -> int:
        """How many vectors there are."""

    def drop(self) -> None:
        """Removes this build's vectors altogether."""

    def close(self) -> None:
        """Lets go of files and connections."""


class MemoryStore:
    """Vectors in memory, searched exactly: for small collections and for tests."""

    def __init__(self) -> None:
        self._vectors: dict[str, dict[str, Vectors]] = {}
        self._stacked: dict[str, tuple[list[str], Vectors]] = {}

    def upsert(self, kind: str, ids: Sequence[str], vectors: Vectors) -> None:
        self._vectors.setdefault(kind, {}).update(zip(ids, vectors, strict=True))
        self._stacked.pop(kind, None)

    def delete(self, kind: str, ids: Sequence[str]) -> None:
        for vector_id in ids:
            self._vectors.get(kind, {}).pop(vector_id, None)
        self._stacked.pop(kind, None)

    def query(self, kind: str, vector: Vectors, k: int) -> list[tuple[str, float]]:
        held = self._vectors.get(kind, {})
        if not held or not vector.any():
            return []
        if kind not in self._stacked:
            self._stacked[kind] = (list(held), np.stack(list(held.values())))
        ids, rows = self._stacked[kind]
        cosines = rows @ vector
        order = np.argsort(-cosines, kind="stable")[:k]
        return [(ids[i], float(cosines[i])) for i in order]

    def get(self, kind: str, ids: Sequence[str]) -> dict[str, Vectors]:
        held = self._vectors.get(kind, {})
        return {i: held[i] for i in ids if i in held}

    def count(self, kind: str) -> int:
        return len(self._vectors.get(kind, {}))

    def drop(self) -> None:
        self._vectors.clear()
        self._stacked.clear()

    def close(self) -> None:
        """Nothing is held outside memory."""


class ChromaStore:
    """A Chroma database on disk or a Chroma server, collections of their own for each build."""

    def __init__(self, client: Any, build: str) -> None:
        self._client = client
        self._build = build
        self._collections: dict[str, Any] = {}
        self._small: dict[str, MemoryStore | None] = {}

    def _collection(self, kind: str) -> Any:
        if kind not in self._collections:
            self._collections[kind] = self._client.get_or_create_collection(
                f"chuhai-{self._build}-{kind}",
                embedding_function=None,
                configuration={"hnsw": {"space": "cosine", "ef_search": 400}},
            )
        return self._collections[kind]

    def upsert(self, kind: str, ids: Sequence[str], vectors: Vectors) -> None:
        collection = self._collection(kind)
        self._small.pop(kind, None)
        for i in range(0, len(ids), _BATCH):
            collection.upsert(ids=list(ids[i : i + _BATCH]), embeddings=vectors[i : i + _BATCH])

    def delete(self, kind: str, ids: Sequence[str]) -> None:
        collection = self._collection(kind)
        self._small.pop(kind, None)
        for i in range(0, len(ids), _BATCH):
            collection.delete(ids=list(ids[i : i + _BATCH]))

    def query(self, kind: str, vector: Vectors, k: int) -> list[tuple[str, float]]:
        collection = self._collection(kind)
        if not vector.any():
            return []
        if kind not in self._small:
            self._small[kind] = self._in_memory(kind)
        small = self._small[kind]
        if small is not None:
            return small.query(kind, vector, k)
        found = collection.query(query_embeddings=[vector], n_results=k, include=["distances"])
        return [
            (vector_id, 1.0 - distance)
            for vector_id, distance in zip(found["ids"][0], found["distances"][0], strict=True)
        ]

    def _in_memory(self, kind: str) -> "MemoryStore | None":
        """All vectors of a small collection, to be searched exactly."""
        if self.count(kind) > _EXACT:
            return None
        found = self._collection(kind).get(include=["embeddings"])
        store = MemoryStore()
        if found["ids"]:
            rows = np.asarray(found["embeddings"], dtype=np.float32)
            order = sorted(range(len(rows)), key=found["ids"].__getitem__)
            store.upsert(kind, [found["ids"][i] for i in order], rows[order])
        return store

    def get(self, kind: str, ids: Sequence[str]) -> dict[str, Vectors]:
        collection = self._collection(kind)
        vectors: dict[str, Vectors] = {}
        for i in range(0, len(ids), _BATCH):
            found = collection.get(ids=list(ids[i : i + _BATCH]), include=["embeddings"])
            rows = np.asarray(found["embeddings"], dtype=np.float32)
            vectors.update(zip(found["ids"], rows, strict=True))
        return vectors

    def count(self, kind: str) -> int:
        return int(self._collection(kind).count())

    def drop(self) -> None:
        for name in [collection.name for collection in self._client.list_collections()]:
            if name.startswith(f"chuhai-{self._build}-"):
                self._client.delete_collection(name)
        self._collections.clear()

    def close(self) -> None:
        self._collections.clear()
        self._client.close()


def open_chroma(folder: Path, url: str | None, build: str) -> ChromaStore:
    """The build's vectors: in ``folder``, or on the server at ``url``.

    Raises SettingsError when the server does not answer, IndexCorrupt when the files
    cannot be opened.
    """
    import chromadb
    from chromadb.config import Settings as ChromaSettings
    from chromadb.errors import ChromaError

    settings = ChromaSettings(anonymized_telemetry=False)
    if url is None:
        try:
            # Here the folder is the build: a copy of it is the start of the next one.
            return ChromaStore(chromadb.PersistentClient(str(folder), settings=settings), "disk")
        except (ChromaError, ValueError, OSError, RuntimeError) as error:
            raise IndexCorrupt(
                f"the vectors cannot be opened ({_first_line(error)}): run `chuhai index build`",
                f"向量打不开（{_first_line(error)}）：请运行 `chuhai index build`",
            ) from error
    address = urlparse(url)
    try:
        client = chromadb.HttpClient(
            host=address.hostname or "127.0.0.1",
            port=address.port or (443 if address.scheme == "https" else 8000),
            ssl=address.scheme == "https",
            settings=settings,
        )
    except (ChromaError, ValueError, OSError) as error:
        raise SettingsError(
            f"no Chroma server answers at {url} ({_first_line(error)}): start it or unset "
            "CHUHAI_CHROMA_URL",
            f"{url} 没有 Chroma 服务应答（{_first_line(error)}）："
            "请启动它，或取消 CHUHAI_CHROMA_URL",
        ) from error
    return ChromaStore(client, build)


def _first_line(error: BaseException) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:160]
