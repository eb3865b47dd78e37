"""One contract for every vector store: in memory, Chroma on disk, a Chroma server."""

import gc
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.conftest import CountingEncoder, House, free_port, write_topics

from chuhai.errors import IndexCorrupt, SettingsError
from chuhai.index.store import MemoryStore, Vectors, VectorStore, open_chroma

# Chroma's HTTP client (1.5.9) leaves its connection open when it is closed.
pytestmark = pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")

Open = Callable[[str], VectorStore]


@pytest.fixture(autouse=True)
def _collected_here() -> Iterator[None]:
    yield
    gc.collect()


def unit(*rows: list[float]) -> Vectors:
    vectors = np.array(rows, dtype=np.float32)
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(np.divide(vectors, lengths, out=vectors.copy(), where=lengths > 0))


EAST, NORTH, NORTHEAST = unit([1, 0, 0], [0, 1, 0], [1, 1, 0])


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    port = free_port()
    program = Path(sys.executable).with_name("chroma")
    folder = tmp_path_factory.mktemp("chroma")
    command = [program, "run", "--path", folder, "--host", "127.0.0.1", "--port", str(port)]
    process = subprocess.Popen(
        list(map(str, command)), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        _wait(port, process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(20)


def _wait(port: int, process: "subprocess.Popen[bytes]") -> None:
    for _ in range(200):
        assert process.poll() is None, "the Chroma server ended at once"
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise AssertionError("the Chroma server did not start")


@pytest.fixture(params=["memory", "disk", "server"])
def open_store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Open]:
    """Opens the build of a name; what was opened is closed at the end."""
    opened: list[VectorStore] = []
    make = _maker(request, tmp_path)

    def open_one(build: str) -> VectorStore:
        opened.append(make(build))
        return opened[-1]

    yield open_one
    for store in opened:
        store.close()


def _maker(request: pytest.FixtureRequest, tmp_path: Path) -> Open:
    if request.param == "memory":
        held: dict[str, MemoryStore] = {}
        return lambda build: held.setdefault(build, MemoryStore())
    if request.param == "disk":
        return lambda build: open_chroma(tmp_path / build, None, build)
    url: str = request.getfixturevalue("server")
    unique = tmp_path.name.replace("_", "-")[-20:].strip("-")
    return lambda build: open_chroma(tmp_path, url, f"{unique}-{build}")


def test_the_nearest_come_first_with_their_cosines(open_store: Open) -> None:
    store = open_store("one")
    store.upsert("passages", ["north", "east"], np.stack([NORTH, EAST]))
    store.upsert("passages", ["northeast"], NORTHEAST[None])
    found = store.query("passages", EAST, 2)
    assert [vector_id for vector_id, _ in found] == ["east", "northeast"]
    assert [cosine for _, cosine in found] == pytest.approx([1, 0.5**0.5], abs=1e-5)
    assert len(store.query("passages", EAST, 50)) == 3


def test_passages_and_sentences_are_apart(open_store: Open) -> None:
    store = open_store("two")
    store.upsert("passages", ["a"], EAST[None])
    assert (store.count("passages"), store.count("sentences")) == (1, 0)
    assert store.query("sentences", EAST, 3) == []
    assert store.get("sentences", ["a"]) == {}


def test_an_id_is_replaced_not_doubled(open_store: Open) -> None:
    store = open_store("three")
    store.upsert("passages", ["a"], EAST[None])
    store.upsert("passages", ["a"], NORTH[None])
    assert store.count("passages") == 1
    assert store.get("passages", ["a", "unknown"])["a"] == pytest.approx(NORTH, abs=1e-6)
    assert list(store.get("passages", ["unknown"])) == []


def test_what_is_deleted_is_gone_and_unknown_ids_do_no_harm(open_store: Open) -> None:
    store = open_store("four")
    store.upsert("passages", ["a", "b"], np.stack([EAST, NORTH]))
    store.delete("passages", ["a", "never"])
    store.delete("passages", [])
    assert [vector_id for vector_id, _ in store.query("passages", EAST, 5)] == ["b"]


def test_a_question_without_a_known_word_finds_nothing(open_store: Open) -> None:
    store = open_store("five")
    store.upsert("passages", ["a"], EAST[None])
    assert store.query("passages", np.zeros(3, dtype=np.float32), 5) == []


def test_a_vector_of_zeros_is_kept_and_is_near_nothing(open_store: Open) -> None:
    store = open_store("six")
    store.upsert("passages", ["zero", "a"], np.stack([np.zeros(3, dtype=np.float32), EAST]))
    assert store.count("passages") == 2
    scores = dict(store.query("passages", EAST, 5))
    assert scores == pytest.approx({"a": 1, "zero": 0}, abs=1e-5)


def test_more_than_one_batch_is_taken(open_store: Open) -> None:
    store = open_store("seven")
    ids = [f"p{number}" for number in range(5600)]
    store.upsert("sentences", ids, np.tile(EAST, (5600, 1)))
    assert store.count("sentences") == 5600
    assert len(store.get("sentences", ids)) == 5600
    store.delete("sentences", ids[:5500])
    assert store.count("sentences") == 100


def test_what_is_stored_is_there_when_opened_again(open_store: Open) -> None:
    store = open_store("eight")
    store.upsert("passages", ["a"], EAST[None])
    store.close()
    assert [i for i, _ in open_store("eight").query("passages", EAST, 1)] == ["a"]


def test_a_dropped_build_is_empty_and_others_stay(open_store: Open) -> None:
    one, other = open_store("nine"), open_store("ten")
    for store in (one, other):
        store.upsert("passages", ["a"], EAST[None])
    one.drop()
    assert open_store("nine").count("passages") == 0
    assert other.count("passages") == 1


def collections(url: str) -> set[str]:
    import chromadb

    client: Any = chromadb.HttpClient(host="127.0.0.1", port=int(url.rpartition(":")[2]))
    names = {collection.name for collection in client.list_collections(limit=1000)}
    client.close()
    return names


def test_builds_on_a_server_are_incremental_and_crashes_cost_nothing(
    server: str, tmp_path: Path
) -> None:
    root = write_topics(tmp_path / "docs")
    house = House(
        root, tmp_path / "index", CountingEncoder(), lambda f, b: open_chroma(f, server, b), server
    )
    before = len(collections(server))
    house.build()
    house.write(**{"02-social": "LinkedIn BREAKS all rules."})
    with pytest.raises(RuntimeError):
        house.build(CountingEncoder(fails_on="BREAKS"))
    assert len(collections(server)) - before == 2
    encoder = CountingEncoder()
    assert (house.build(encoder).kept, len(encoder.seen)) == (2, 2)
    index = house.open()
    assert index.verify() == []
    assert index.store.count("passages") == 3
    index.close()


def test_no_server_is_a_setting_to_mend(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="no Chroma server answers") as raised:
        open_chroma(tmp_path, f"http://127.0.0.1:{free_port()}", "x")
    assert "没有 Chroma 服务应答" in raised.value.zh


def test_damaged_vectors_are_corrupt(tmp_path: Path) -> None:
    (tmp_path / "chroma.sqlite3").write_bytes(b"no database" * 400)
    with pytest.raises(IndexCorrupt, match="chuhai index build"):
        open_chroma(tmp_path, None, "x")
