"""Building and opening an index: only what changed, all or nothing, never a wrong one."""

import errno
import json
import multiprocessing
import shutil
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from filelock import FileLock
from tests.conftest import CountingEncoder, House

from chuhai.corpus.documents import decode
from chuhai.errors import (
    DocumentError,
    IndexBusy,
    IndexCorrupt,
    IndexForeign,
    IndexMissing,
    IndexStale,
    StorageError,
)
from chuhai.index import build as builds
from chuhai.index.chunk import ChunkSettings, chunk
from chuhai.index.lexical import LexicalIndex
from chuhai.index.store import MemoryStore, VectorStore


def builds_in(house: House) -> set[str]:
    return {folder.name for folder in house.folder.glob("build-*")}


@pytest.fixture(params=["memory", "disk"])
def any_house(request: pytest.FixtureRequest) -> House:
    found: House = request.getfixturevalue("house" if request.param == "memory" else "disk_house")
    return found


def test_a_first_build_indexes_every_document(any_house: House) -> None:
    report = any_house.build()
    assert (report.added, report.removed, report.kept) == (3, 0, 0)
    index = any_house.open()
    assert sorted(index.manifest.documents) == ["01-fairs.md", "02-social.md", "03-agents.zh.md"]
    assert index.manifest.root == str(any_house.root)
    assert index.manifest.encoder == any_house.encoder.id
    assert index.verify() == []
    index.close()


def test_a_second_build_does_nothing(any_house: House) -> None:
    any_house.build()
    encoder = CountingEncoder()
    assert any_house.build(encoder).unchanged
    assert encoder.seen == []


def test_only_what_changed_is_encoded_again(any_house: House) -> None:
    any_house.build()
    any_house.write(**{"02-social": "# Social\n\nLinkedIn reaches everyone.\n"})
    encoder = CountingEncoder()
    report = any_house.build(encoder)
    assert (report.added, report.removed, report.kept) == (1, 1, 2)
    assert any("everyone" in text for text in encoder.seen)
    assert not any("fairs" in text.lower() for text in encoder.seen)
    assert "everyone" in any_house.texts()
    assert "whom nobody meets" not in any_house.texts()


def test_a_touched_file_is_read_and_not_encoded(any_house: House) -> None:
    any_house.build()
    file = any_house.root / "01-fairs.md"
    file.touch()
    encoder = CountingEncoder()
    assert any_house.build(encoder).unchanged
    assert encoder.seen == []


def test_a_removed_document_is_gone_from_every_part(any_house: House) -> None:
    any_house.build()
    (any_house.root / "01-fairs.md").unlink()
    assert any_house.build().removed == 1
    index = any_house.open()
    assert index.catalogue.document("01-fairs.md") is None
    assert index.lexical.document_frequency("fair") == 1
    assert index.store.count("passages") == 2
    assert index.verify() == []
    index.close()


def test_a_renamed_document_is_found_under_its_new_name(any_house: House) -> None:
    any_house.build()
    (any_house.root / "01-fairs.md").rename(any_house.root / "09-fairs.md")
    any_house.build()
    index = any_house.open()
    assert "09-fairs.md" in index.manifest.documents
    assert index.catalogue.document("01-fairs.md") is None
    assert index.verify() == []
    index.close()


def test_another_folder_starts_anew(house: House, tmp_path: Path) -> None:
    house.build()
    other = tmp_path / "other"
    other.mkdir()
    (other / "only.md").write_text("Only this.", encoding="utf-8")
    report = replace(house, root=other).build()
    assert list(report.manifest.documents) == ["only.md"]
    assert house.texts() == "Only this."


def test_old_builds_are_swept_but_the_last_which_someone_may_read(house: House) -> None:
    for number in range(4):
        house.write(**{"01-fairs": f"Fairs, edition {number}."})
        house.build()
    assert len(builds_in(house)) == 2


def test_bad_files_are_named_and_the_good_ones_searched(house: House) -> None:
    (house.root / "bad.md").write_bytes("展会".encode("gb18030"))
    (house.root / "empty.txt").write_bytes(b"")
    house.build()
    index = house.open()
    assert sorted(index.manifest.skipped) == ["bad.md", "empty.txt"]
    assert "UTF-8" in index.manifest.skipped["bad.md"]
    assert len(index.manifest.documents) == 3
    index.close()


def test_a_bad_file_that_was_mended_makes_the_index_stale(house: House) -> None:
    (house.root / "bad.md").write_bytes("展会".encode("gb18030"))
    house.build()
    (house.root / "bad.md").write_text("展会很贵。", encoding="utf-8")
    with pytest.raises(IndexStale, match=r"bad\.md"):
        house.open()
    house.build()
    assert "展会很贵" in house.texts()


def test_nothing_to_index_is_said_in_both_languages(house: House) -> None:
    for file in house.root.iterdir():
        file.unlink()
    with pytest.raises(DocumentError, match=r"no \.md or \.txt") as raised:
        house.build()
    assert "没有 .md 或 .txt" in raised.value.zh
    (house.root / "bad.md").write_bytes("展会".encode("gb18030"))
    with pytest.raises(DocumentError, match="is not UTF-8") as raised:
        house.build()
    assert "不是 UTF-8" in raised.value.zh
    with pytest.raises(IndexMissing):
        house.open()


def test_a_crash_in_the_middle_leaves_the_old_index(any_house: House) -> None:
    any_house.build()
    before, folders = any_house.texts(), builds_in(any_house)
    text = any_house.root.joinpath("02-social.md").read_text(encoding="utf-8")
    any_house.write(**{"02-social": "This one BREAKS the encoder."})
    for error in (RuntimeError("boom"), KeyboardInterrupt()):
        with pytest.raises(type(error)):
            any_house.build(CountingEncoder(fails_on="BREAKS", error=error))
    assert builds_in(any_house) == folders
    any_house.write(**{"02-social": text})
    assert any_house.texts() == before


@pytest.mark.parametrize(
    "error",
    [
        OSError(errno.ENOSPC, "No space left on device"),
        sqlite3.OperationalError("database or disk is full"),
        Exception("InternalError: error returned from database: (code: 13) disk is full"),
        PermissionError(errno.EACCES, "Permission denied"),
    ],
    ids=["os", "sqlite", "a library", "no permission"],
)
def test_a_full_disk_is_one_clear_error_and_costs_nothing(house: House, error: Exception) -> None:
    house.build()
    before, folders = house.texts(), builds_in(house)

    class FullStore(MemoryStore):
        def upsert(self, kind: str, ids: Sequence[str], vectors: object) -> None:
            raise error

    def open_store(folder: Path, build: str) -> VectorStore:
        return house.open_store(folder, build) if f"build-{build}" in folders else FullStore()

    house.write(new="One more document.")
    with pytest.raises(StorageError) as raised:
        replace(house, open_store=open_store).build()
    assert raised.value.en != raised.value.zh
    assert builds_in(house) == folders
    (house.root / "new.md").unlink()
    assert house.texts() == before


def test_another_fault_is_not_called_a_full_disk(house: House) -> None:
    with pytest.raises(ZeroDivisionError):
        house.build(CountingEncoder(fails_on="", error=ZeroDivisionError()))


def _hold(path: str, held: object, done: object) -> None:
    with FileLock(path):
        held.set()  # type: ignore[attr-defined]
        done.wait(30)  # type: ignore[attr-defined]


def test_two_processes_at_once_are_told_to_wait(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.build()
    monkeypatch.setattr(builds, "_LOCK_WAIT_S", 0.1)
    context = multiprocessing.get_context("spawn")
    held, done = context.Event(), context.Event()
    other = context.Process(target=_hold, args=(str(house.folder / ".lock"), held, done))
    other.start()
    assert held.wait(30)
    try:
        with pytest.raises(IndexBusy, match="another process"):
            house.build()
    finally:
        done.set()
        other.join()
    assert house.build().unchanged


def test_nothing_built_is_missing(house: House) -> None:
    with pytest.raises(IndexMissing, match="chuhai index build"):
        house.open()


def test_another_encoder_or_another_size_is_foreign_and_a_build_mends_it(house: House) -> None:
    house.build()
    other = CountingEncoder(id="another", dimension=32)
    with pytest.raises(IndexForeign, match="another encoder"):
        house.open(other)
    with pytest.raises(IndexForeign, match="chunk sizes"):
        replace(house, chunk=ChunkSettings(limit_zh=100)).open()
    with pytest.raises(IndexForeign, match="vector store"):
        replace(house, store="http://127.0.0.1:1").open()
    assert house.build(other).added == 3
    house.open(other).close()


def test_another_format_is_foreign(house: House) -> None:
    house.build()
    path = house.folder / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text("utf-8")), "format": 0}), "utf-8")
    with pytest.raises(IndexForeign, match="format"):
        house.open()
    house.build()
    house.open().close()


@pytest.mark.parametrize("change", ["new", "gone", "changed"])
def test_documents_that_changed_make_the_index_stale(house: House, change: str) -> None:
    house.build()
    if change == "new":
        house.write(new="A new one.")
    elif change == "gone":
        (house.root / "01-fairs.md").unlink()
    else:
        house.write(**{"01-fairs": "Changed."})
    with pytest.raises(IndexStale, match=rf"{change}.*chuhai index build --corpus"):
        house.open()
    house.build()
    house.open().close()


def test_a_folder_that_is_not_mounted_still_leaves_its_index(house: House) -> None:
    house.build()
    shutil.move(house.root, house.root.with_name("elsewhere"))
    house.open().close()


DAMAGE: dict[str, Callable[[Path, Path], object]] = {
    "manifest is not JSON": lambda folder, build: (folder / "manifest.json").write_text("{"),
    "manifest is another object": lambda folder, build: (folder / "manifest.json").write_text("[]"),
    "manifest lacks a part": lambda folder, build: (folder / "manifest.json").write_text("{}"),
    "build is gone": lambda folder, build: shutil.rmtree(build),
    "words are gone": lambda folder, build: shutil.rmtree(build / "words"),
    "words are damaged": lambda folder, build: (build / "words" / "meta.json").write_text("x"),
    "texts are gone": lambda folder, build: (build / "catalogue.db").unlink(),
    "texts are damaged": lambda folder, build: (build / "catalogue.db").write_bytes(b"x" * 4096),
    "texts are emptied": lambda folder, build: (build / "catalogue.db").write_bytes(b""),
    "vectors are gone": lambda folder, build: shutil.rmtree(build / "vectors"),
    "vectors are damaged": lambda folder, build: (build / "vectors/chroma.sqlite3").write_bytes(
        b"x" * 4096
    ),
    "vectors are emptied": lambda folder, build: (build / "vectors/chroma.sqlite3").write_bytes(
        b""
    ),
}


@pytest.mark.parametrize("what", DAMAGE)
def test_a_damaged_index_is_refused_and_a_build_mends_it(disk_house: House, what: str) -> None:
    """The damage is done to a copy: Chroma keeps what it opened by its path."""
    disk_house.build()
    other = replace(disk_house, folder=disk_house.folder.with_name("damaged"))
    shutil.copytree(disk_house.folder, other.folder)
    (build,) = other.folder.glob("build-*")
    DAMAGE[what](other.folder, build)
    with pytest.raises(IndexCorrupt, match="chuhai index build") as raised:
        other.open()
    assert "chuhai index build" in raised.value.zh
    report = other.build()
    assert not report.unchanged
    index = other.open()
    assert index.verify() == []
    index.close()


def test_verify_finds_a_tampered_text_and_a_missing_vector(house: House) -> None:
    house.build()
    index = house.open()
    fairs = index.catalogue.passages_of("01-fairs.md")[0]
    index.store.delete("sentences", [f"{fairs.passage_id}@1.0"])
    (build,) = house.folder.glob("build-*")
    with sqlite3.connect(build / "catalogue.db") as db:
        db.execute("UPDATE documents SET text = replace(text, 'LinkedIn', 'LinkedUp')")
    db.close()
    wrong = index.verify()
    assert any(line.startswith("02-social.md#") and "text" in line for line in wrong)
    assert any(line.startswith(fairs.passage_id) and "vectors" in line for line in wrong)
    index.close()


def test_words_are_searched_updated_and_removed(tmp_path: Path) -> None:
    document = decode("a.md", b"# One\n\nFairs cost much.\n\n# Two\n\nAgents know buyers.\n")
    one, two = chunk(document, ChunkSettings())
    words = LexicalIndex(tmp_path / "words", create=True)
    words.update([], [one, two])

    def found(term: str) -> list[str]:
        return [
            i
            for i, _ in LexicalIndex(tmp_path / "words").search({term: 1.0}, 5, heading_weight=0.5)
        ]

    assert found("fair") == [one.passage_id]
    assert found("two") == [two.passage_id]
    assert found("nothing") == []
    assert words.search({}, 5, heading_weight=1.0) == []
    words.update([one.passage_id], [replace(two, text="Banks know money.")])
    assert (found("fair"), found("agent"), found("bank")) == ([], [], [two.passage_id])
    assert words.count() == 1
    assert words.knows("bank")
    assert not words.knows("fair")
    words.update([two.passage_id], [])
    assert words.count() == 0
