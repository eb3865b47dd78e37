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
from chuhai.domain import Passage
from chuhai.errors import (
    DocumentError,
    IndexBusy,
    IndexCorrupt,
    IndexForeign,
    IndexMissing,
    IndexStale,
    StorageError,
)
from chuhai.index import guard
from chuhai.index.chunk import ChunkSettings, chunk
from chuhai.index.encoded import ENCODED, passage_texts, sentence_texts
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
    monkeypatch.setattr(guard, "_LOCK_WAIT_S", 0.1)
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


ORIGINAL = """---
language: zh
---
# 展会 {#h1}

展会很贵。{#s1}企业仍然参展。{#s2} {#p1 role=finding speaker=甲}

参展要花多少钱？ {#p2 role=question speaker=乙}
"""
EDITION = """---
language: en
translation_of: 04-x.zh.md
---
# Fairs {#h1}

Fairs cost much.{#s1} Firms still go.{#s2} {#p1}

What does a fair cost? {#p2}
"""


def held(house: House) -> tuple[list[Passage], dict[str, set[str]]]:
    """All passages, and all vectors by the ids that they should have."""
    index = house.open()
    assert index.verify() == []
    passages = list(index.catalogue.every_passage())
    ids = {
        kind: [i for passage in passages for i in texts_of(passage)]
        for kind, texts_of in ENCODED.items()
    }
    vectors = {kind: set(index.store.get(kind, wanted)) for kind, wanted in ids.items()}
    assert {kind: len(wanted) for kind, wanted in ids.items()} == {
        kind: index.store.count(kind) for kind in ids
    }
    assert {kind: set(wanted) for kind, wanted in ids.items()} == vectors
    index.close()
    return passages, vectors


def passages_of(house: House, path: str) -> list[Passage]:
    return [passage for passage in held(house)[0] if passage.document == path]


def test_an_original_carries_its_translation_which_has_no_passage_of_its_own(
    any_house: House,
) -> None:
    any_house.write(**{"04-x.zh": ORIGINAL, "04-x.en": EDITION})
    any_house.build()
    passage, question = passages_of(any_house, "04-x.zh.md")
    assert passage.translation
    assert passage.translation.text == "Fairs\n\nFairs cost much. Firms still go."
    assert passage.other_heading == ("Fairs",)
    said = [(passage.cut(s), s.translation and s.translation.text) for s in passage.sentences]
    assert said == [
        ("展会", "Fairs"),
        ("展会很贵。", "Fairs cost much."),
        ("企业仍然参展。", "Firms still go."),
    ]
    assert question.translation
    assert passages_of(any_house, "04-x.en.md") == []


def test_each_language_has_a_vector_of_its_own(house: House) -> None:
    house.write(**{"04-x.zh": ORIGINAL, "04-x.en": EDITION})
    house.build()
    passage, question = passages_of(house, "04-x.zh.md")
    assert passage_texts(passage) == {
        "04-x.zh.md#p1@0": "展会\n\n展会很贵。企业仍然参展。",
        "04-x.zh.md#p1@1": "Fairs\n\nFairs cost much. Firms still go.",
    }
    assert sentence_texts(passage) == {
        "04-x.zh.md#p1@0.0": "展会",
        "04-x.zh.md#p1@0.1": "Fairs",
        "04-x.zh.md#p1@1.0": "展会很贵。",
        "04-x.zh.md#p1@1.1": "Fairs cost much.",
        "04-x.zh.md#p1@2.0": "企业仍然参展。",
        "04-x.zh.md#p1@2.1": "Firms still go.",
    }
    assert passage_texts(question) == {
        "04-x.zh.md#p2@0": "展会\n参展要花多少钱？",
        "04-x.zh.md#p2@1": "Fairs\nWhat does a fair cost?",
    }
    assert sentence_texts(question) == {}


def test_a_document_without_a_translation_has_vectors_of_one_language(house: House) -> None:
    house.build()
    passages, vectors = held(house)
    assert vectors["passages"] == {f"{passage.passage_id}@0" for passage in passages}
    assert all(vector_id.endswith(".0") for vector_id in vectors["sentences"])


def edited(path: str, old: str, new: str) -> Callable[[House], object]:
    def edit(house: House) -> None:
        file = house.root / path
        text = file.read_text(encoding="utf-8")
        assert old in text
        file.write_text(text.replace(old, new), encoding="utf-8")

    return edit


def removed(*paths: str) -> Callable[[House], object]:
    def remove(house: House) -> None:
        for path in paths:
            (house.root / path).unlink()

    return remove


def word_scores(house: House) -> list[tuple[str, float]]:
    index = house.open()
    weights = dict.fromkeys(("fair", "firm", "cost", "agent", "很贵", "展会"), 1.0)
    found = index.lexical.search(weights, 10, heading_weight=0.5)
    index.close()
    return sorted(found)


CHANGES: dict[str, Callable[[House], object]] = {
    "its translation goes": removed("04-x.en.md"),
    "its translation can no longer be read": lambda house: (house.root / "04-x.en.md").write_bytes(
        b""
    ),
    "its translation changes": edited("04-x.en.md", "cost much", "cost a fortune"),
    "its translation loses a sentence": edited("04-x.en.md", " Firms still go.{#s2}", ""),
    "its translation loses a heading": edited("04-x.en.md", "# Fairs {#h1}", ""),
    "its translation becomes another's": edited("04-x.en.md", "04-x.zh.md", "03-agents.zh.md"),
    "its translation becomes an ordinary document": edited(
        "04-x.en.md", "translation_of: 04-x.zh.md\n", ""
    ),
    "its translation is renamed": lambda house: (house.root / "04-x.en.md").rename(
        house.root / "04-y.en.md"
    ),
    "another translation goes before": lambda house: house.write(
        **{"04-a.en": EDITION.replace("Fairs cost much", "Fairs are dear")}
    ),
    "another translation comes too late": lambda house: house.write(**{"04-z.en": EDITION}),
    "it changes itself": edited("04-x.zh.md", "很贵", "非常贵"),
    "it changes its anchors": edited("04-x.zh.md", "{#s2}", "{#s3}"),
    "it goes": removed("04-x.zh.md"),
    "it is renamed": lambda house: (house.root / "04-x.zh.md").rename(house.root / "04-y.zh.md"),
    "it becomes a translation": edited(
        "04-x.zh.md", "language: zh\n", "language: zh\ntranslation_of: 03-agents.zh.md\n"
    ),
    "both change": lambda house: house.write(
        **{
            "04-x.zh": ORIGINAL.replace("很贵", "非常贵"),
            "04-x.en": EDITION.replace("cost much", "cost a fortune"),
        }
    ),
    "both go": removed("04-x.zh.md", "04-x.en.md"),
}


@pytest.mark.parametrize("what", CHANGES)
def test_an_index_that_followed_an_original_is_the_one_built_anew(house: House, what: str) -> None:
    house.write(**{"04-x.zh": ORIGINAL, "04-x.en": EDITION})
    house.build()
    before = held(house)
    CHANGES[what](house)
    house.build()
    anew = replace(house, folder=house.folder.with_name("anew"))
    anew.build()
    assert held(house) == held(anew)
    assert word_scores(house) == word_scores(anew)
    if what != "another translation comes too late":
        assert held(house) != before


def test_a_translation_that_comes_encodes_its_original_again_and_nothing_else(
    any_house: House,
) -> None:
    any_house.write(**{"04-x.zh": ORIGINAL})
    any_house.build()
    any_house.write(**{"04-x.en": EDITION})
    encoder = CountingEncoder()
    report = any_house.build(encoder)
    assert (report.added, report.removed, report.kept) == (2, 2, 3)
    assert "Firms still go." in encoder.seen
    assert not any("LinkedIn" in text for text in encoder.seen)
    assert "04-x.zh.md#p1@1" in held(any_house)[1]["passages"]


def test_the_vectors_of_a_translation_go_with_it(any_house: House) -> None:
    any_house.write(**{"04-x.zh": ORIGINAL, "04-x.en": EDITION})
    any_house.build()
    (any_house.root / "04-x.en.md").unlink()
    encoder = CountingEncoder()
    any_house.build(encoder)
    assert not any("Fairs" in text for text in encoder.seen)
    assert not any(vector_id.endswith("@1") for vector_id in held(any_house)[1]["passages"])
    assert "Firms still go." not in any_house.texts()


def test_only_the_passage_whose_translation_changed_is_encoded_again(house: House) -> None:
    house.write(**{"04-x.zh": ORIGINAL, "04-x.en": EDITION})
    house.build()
    edited("04-x.en.md", "What does a fair cost?", "How much is a fair?")(house)
    encoder = CountingEncoder()
    report = house.build(encoder)
    assert (report.added, report.removed, report.kept) == (1, 1, 4)
    assert "Fairs\nHow much is a fair?" in encoder.seen
    assert not any("Firms still go" in text for text in encoder.seen)


def test_an_original_that_changed_keeps_the_translation_that_did_not(house: House) -> None:
    house.write(**{"04-x.zh": ORIGINAL, "04-x.en": EDITION})
    house.build()
    edited("04-x.zh.md", "很贵", "非常贵")(house)
    house.build()
    passage, _ = passages_of(house, "04-x.zh.md")
    assert "非常贵" in passage.text
    assert passage.translation
    assert "Fairs cost much." in passage.translation.text


def test_a_translation_may_come_after_its_original_in_order(house: House) -> None:
    house.write(**{"04-x.zh": ORIGINAL, "05-x.en": EDITION})
    house.build()
    edited("04-x.zh.md", "很贵", "非常贵")(house)
    edited("05-x.en.md", "cost much", "cost a fortune")(house)
    house.build()
    passage, _ = passages_of(house, "04-x.zh.md")
    assert passage.translation
    assert "Fairs cost a fortune." in passage.translation.text


def test_a_translation_without_its_original_is_an_ordinary_document(house: House) -> None:
    house.write(**{"04-x.en": EDITION})
    house.build()
    assert passages_of(house, "04-x.en.md")[0].text.startswith("Fairs")
    house.write(**{"04-x.zh": ORIGINAL})
    house.build()
    assert passages_of(house, "04-x.en.md") == []


def test_a_translation_that_only_moved_is_not_encoded_again(house: House) -> None:
    house.write(**{"04-x.zh": ORIGINAL, "04-x.en": EDITION})
    house.build()
    edited("04-x.en.md", "# Fairs {#h1}\n", "A note.\n\n# Fairs {#h1}\n")(house)
    encoder = CountingEncoder()
    house.build(encoder)
    assert encoder.seen == []
    passage, _ = passages_of(house, "04-x.zh.md")
    other = passage.translation
    assert other
    index = house.open()
    document = index.catalogue.document("04-x.en.md")
    index.close()
    assert document
    assert document.text[other.start : other.end] == other.text


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


PLAIN = {
    "05-fees.zh": "---\nlanguage: zh\n---\n展位费用高。{#s1}每年一次。{#s2} {#p1}\n",
    "05-fees.plain": "---\nrestates: 05-fees.zh.md\n---\n"
    "摆摊烧钱 / booths burn cash{#s1} 一年才一回 / once a year{#s2} {#p1}\n",
}
ASKED = {
    "05-fees.zh": PLAIN["05-fees.zh"],
    "05-fees.asked": "---\nasks: 05-fees.zh.md\n---\n"
    "贵在哪？ 要花多少？ / Is a stand dear?{#s1} 多久一回？ / How often?{#s2} {#p1}\n",
}


def test_plain_words_find_a_passage_and_are_no_passage_themselves(house: House) -> None:
    house.write(**PLAIN)
    house.build()
    index = house.open()
    (fees,) = index.catalogue.passages_of("05-fees.zh.md")
    assert [s.plain for s in fees.sentences] == [
        "摆摊烧钱 / booths burn cash",
        "一年才一回 / once a year",
    ]
    assert fees.text == "展位费用高。每年一次。"
    assert index.catalogue.passages_of("05-fees.plain.md") == []
    found = index.lexical.search({"booth": 1.0}, 5, heading_weight=0.0, plain_weight=1.0)
    assert [passage_id for passage_id, _ in found] == [fees.passage_id]
    assert index.lexical.search({"booth": 1.0}, 5, heading_weight=0.0) == []
    index.close()


def test_questions_find_the_sentence_that_answers_them(house: House) -> None:
    house.write(**ASKED)
    house.build()
    index = house.open()
    assert index.verify() == []
    (fees,) = index.catalogue.passages_of("05-fees.zh.md")
    assert [s.asked for s in fees.sentences] == [
        ("贵在哪？", "要花多少？", "Is a stand dear?"),
        ("多久一回？", "How often?"),
    ]
    assert fees.text == "展位费用高。每年一次。"
    assert index.catalogue.passages_of("05-fees.asked.md") == []
    found = index.lexical.search({"stand": 1.0}, 5, heading_weight=0.0, plain_weight=1.0)
    assert [passage_id for passage_id, _ in found] == [fees.passage_id]
    index.close()


def test_plain_words_that_change_are_encoded_again(house: House) -> None:
    house.write(**PLAIN)
    house.build()
    house.write(**{"05-fees.plain": PLAIN["05-fees.plain"].replace("booths", "stands")})
    encoder = CountingEncoder()
    assert house.build(encoder).added == 1
    assert any("stands" in text for text in encoder.seen)
    (house.root / "05-fees.plain.md").unlink()
    house.build()
    index = house.open()
    (fees,) = index.catalogue.passages_of("05-fees.zh.md")
    assert fees.plain == ""
    index.close()
