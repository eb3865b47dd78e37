"""Parts that many tests share: folders of documents, fakes at the ports, one real index."""

import socket
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from chuhai.index.build import Builder, BuildReport
from chuhai.index.chunk import ChunkSettings
from chuhai.index.encoder import Encoder, Vectors
from chuhai.index.fakes import BagOfCharactersEncoder
from chuhai.index.opened import Index, open_index
from chuhai.index.store import MemoryStore, VectorStore, open_chroma
from chuhai.settings import Settings, shipped
from chuhai.wiring import Advisor, Workshop

TOPICS = {
    "01-fairs.md": "# Fairs\n\nTrade fairs cost too much, said 66% of those asked.\n",
    "02-social.md": "# Social\n\nLinkedIn reaches the buyers whom nobody meets at a fair.\n",
    "03-agents.zh.md": "# 代理\n\n海外代理最了解当地客户，但是品牌不在自己手里。\n",
}


@dataclass
class CountingEncoder:
    """The fake encoder, which remembers what it was given and can fail on a word."""

    fails_on: str = "\0"
    error: BaseException = field(default_factory=RuntimeError)
    seen: list[str] = field(default_factory=list)
    id: str = "bag-of-characters-64"
    dimension: int = 64

    def encode(self, texts: Sequence[str]) -> Vectors:
        if any(self.fails_on in text for text in texts):
            raise self.error
        self.seen.extend(texts)
        return BagOfCharactersEncoder(self.dimension).encode(texts)


@dataclass
class House:
    """A folder of documents and the index of a home, built from fakes."""

    root: Path
    folder: Path
    encoder: Encoder
    open_store: Callable[[Path, str], VectorStore]
    store: str
    chunk: ChunkSettings = field(default_factory=ChunkSettings)

    def write(self, **files: str) -> None:
        for name, text in files.items():
            (self.root / f"{name}.md").write_text(text, encoding="utf-8")

    def build(self, encoder: Encoder | None = None) -> BuildReport:
        return Builder(
            self.folder, encoder or self.encoder, self.chunk, self.open_store, self.store
        ).build(self.root)

    def open(self, encoder: Encoder | None = None) -> Index:
        return open_index(
            self.folder, encoder or self.encoder, self.chunk, self.store, self.open_store
        )

    def texts(self) -> str:
        index = self.open()
        text = "\n".join(p.text for p in index.catalogue.every_passage())
        index.close()
        return text


def write_topics(root: Path) -> Path:
    root.mkdir(parents=True, exist_ok=True)
    for name, text in TOPICS.items():
        (root / name).write_text(text, encoding="utf-8")
    return root


@pytest.fixture
def house(tmp_path: Path) -> House:
    """Three documents, vectors in memory."""
    stores: dict[str, MemoryStore] = {}

    def open_store(folder: Path, build: str) -> VectorStore:
        return stores.setdefault(build, MemoryStore())

    root = write_topics(tmp_path / "docs")
    return House(root, tmp_path / "home" / "index", CountingEncoder(), open_store, "memory")


@pytest.fixture
def disk_house(tmp_path: Path) -> House:
    """Three documents, vectors in Chroma on disk."""
    root = write_topics(tmp_path / "docs")

    def open_store(folder: Path, build: str) -> VectorStore:
        return open_chroma(folder, None, build)

    return House(root, tmp_path / "home" / "index", CountingEncoder(), open_store, "disk")


def settings_of(home: Path, **values: str) -> Settings:
    return Settings(
        home=home,
        corpus=shipped("corpus/whitepaper"),
        prompts=shipped("prompts"),
        chat_model=values.get("chat_model"),
        chat_api_key=values.get("chat_api_key"),
    )


@pytest.fixture(scope="session")
def whitepaper_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home whose index was built from the shipped documents by the shipped encoder."""
    home = tmp_path_factory.mktemp("whitepaper")
    Workshop(settings_of(home)).build()
    return home


@pytest.fixture(scope="session")
def whitepaper(whitepaper_home: Path) -> Iterator[Index]:
    index = Workshop(settings_of(whitepaper_home)).open()
    yield index
    index.close()


@pytest.fixture(scope="session")
def advisor(whitepaper_home: Path, whitepaper: Index) -> Advisor:
    """Answers without a chat model."""
    return Workshop(settings_of(whitepaper_home)).advisor(whitepaper)


def free_port() -> int:
    """A port of 127.0.0.1 that nothing listens on just now."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
