"""Documents of one's own: in home and in the index, or in neither."""

import json
import multiprocessing
import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from tests.conftest import CountingEncoder, settings_of, write_topics
from tests.papers import pdf

from chuhai import library
from chuhai.corpus.intake import Handed
from chuhai.errors import ChuhaiError, DocumentError, IndexBusy, IndexStale, StorageError
from chuhai.index import manifest as manifests
from chuhai.library import Added
from chuhai.wiring import Workshop

SNOWDEER = """# 雪鹿工业

## 展会

雪鹿工业每年只参加三场展会，其中两场在德国，另外一场在美国举办，每场都由总经理带队。

## 响应

雪鹿工业承诺在四个小时之内答复每一封海外询盘，周末和节假日也不例外，由当班的销售负责。
"""


class Desk:
    """A home over three documents and a fake encoder, and a folder of files to hand in."""

    def __init__(self, place: Path) -> None:
        self.files = place / "files"
        self.files.mkdir(parents=True)
        self.home = place / "home"
        settings = replace(settings_of(self.home), corpus=write_topics(place / "docs"))
        self.workshop = Workshop(settings)
        self.encoder = CountingEncoder()
        self.workshop.__dict__["encoder"] = self.encoder
        self.own = self.workshop.own_folder

    def file(self, name: str, text: str | bytes) -> Path:
        path = self.files / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return path

    def add(self, *paths: Path | Handed, replace: bool = False) -> Added:
        return library.add(self.workshop, paths, replace=replace)

    def indexed(self) -> set[str]:
        """Names of the user's own documents in an index that is whole, and their texts the same."""
        index = self.workshop.open()
        try:
            assert index.verify() == []
            return {path for path in index.manifest.documents if path.startswith("added/")}
        finally:
            index.close()

    def passages(self, document: str) -> dict[str, str]:
        index = self.workshop.open()
        try:
            found = index.catalogue.passages_of(document)
            text = index.catalogue.document(document)
            assert text is not None
            for passage in found:
                assert passage.text == text.text[passage.start : passage.end]
            return {passage.passage_id: passage.text for passage in found}
        finally:
            index.close()

    def state(self) -> dict[str, bytes]:
        """Everything that home holds but locks and the build before."""
        files = [path for path in self.home.rglob("*") if path.is_file()]
        return {
            str(path.relative_to(self.home)): path.read_bytes()
            for path in files
            if path.name == "manifest.json" or self.own in path.parents or ".incoming" in str(path)
        }


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    made = Desk(tmp_path)
    made.workshop.build()
    made.encoder.seen.clear()
    return made


def test_an_added_document_is_copied_indexed_and_the_only_one_encoded(desk: Desk) -> None:
    path = desk.file("雪鹿.md", SNOWDEER)
    done = desk.add(path)
    assert done.documents == {"added/雪鹿.md": "added"}
    assert (desk.own / "雪鹿.md").read_text(encoding="utf-8") == SNOWDEER
    assert desk.encoder.seen
    assert all(line in SNOWDEER for text in desk.encoder.seen for line in text.split("\n"))
    path.unlink()  # the copy is what counts
    assert desk.indexed() == {"added/雪鹿.md"}


def test_the_first_document_may_come_before_any_index(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.add(desk.file("a.md", SNOWDEER))
    assert desk.indexed() == {"added/a.md"}
    assert len(desk.workshop.manifest().documents) == 4


def test_a_later_build_keeps_what_was_added_and_encodes_nothing(desk: Desk) -> None:
    desk.add(desk.file("a.md", SNOWDEER))
    desk.encoder.seen.clear()
    assert desk.workshop.build().unchanged
    assert desk.encoder.seen == []
    assert desk.indexed() == {"added/a.md"}


def test_adding_again_changes_nothing(desk: Desk) -> None:
    path = desk.file("a.md", SNOWDEER)
    desk.add(path)
    before = desk.state()
    assert desk.add(path).documents == {"added/a.md": "unchanged"}
    assert desk.state() == before


def test_a_changed_file_takes_its_place_and_unchanged_passages_keep_their_ids(desk: Desk) -> None:
    path = desk.file("a.md", SNOWDEER)
    desk.add(path)
    before = desk.passages("added/a.md")
    path.write_text(SNOWDEER.replace("当班的销售", "当班的经理"), encoding="utf-8")
    desk.encoder.seen.clear()
    done = desk.add(path)
    assert done.documents == {"added/a.md": "replaced"}
    after = desk.passages("added/a.md")
    assert after.keys() == before.keys()
    assert [after[i] == before[i] for i in after].count(False) == 1
    assert not any("三场展会" in text for text in desk.encoder.seen)


def test_ids_are_the_same_in_every_home(tmp_path: Path) -> None:
    one, other = Desk(tmp_path / "one"), Desk(tmp_path / "other")
    for desk in (one, other):
        desk.add(desk.file("a.md", SNOWDEER))
    assert one.passages("added/a.md") == other.passages("added/a.md")


def test_a_home_can_be_moved(desk: Desk, tmp_path: Path) -> None:
    desk.add(desk.file("a.md", SNOWDEER))
    shutil.move(desk.home, tmp_path / "moved")
    moved = Workshop(replace(desk.workshop.settings, home=tmp_path / "moved"))
    moved.__dict__["encoder"] = desk.encoder
    moved.open().close()
    (moved.own_folder / "a.md").unlink()
    with pytest.raises(IndexStale, match=r"added/a\.md is gone"):
        moved.open()


def test_another_file_of_the_same_name_is_refused_unless_told_otherwise(desk: Desk) -> None:
    desk.add(desk.file("one/a.md", SNOWDEER))
    before = desk.state()
    other = desk.file("other/a.md", "# Other\n\nAnother text altogether.\n")
    with pytest.raises(DocumentError, match=r"another document added/a\.md") as caught:
        desk.add(other)
    assert "corpus remove" in caught.value.message("zh")
    assert desk.state() == before
    assert desk.add(other, replace=True).documents == {"added/a.md": "replaced"}
    assert "Another text" in "".join(desk.passages("added/a.md").values())


def test_names_that_differ_in_case_only_are_one(desk: Desk) -> None:
    desk.add(desk.file("one/Read.md", SNOWDEER))
    with pytest.raises(DocumentError, match=r"added/Read\.md"):
        desk.add(desk.file("other/READ.md", "Other words."))


def test_two_files_of_one_name_are_refused_together(desk: Desk) -> None:
    before = desk.state()
    with pytest.raises(DocumentError, match="another document"):
        desk.add(desk.file("1/a.md", SNOWDEER), desk.file("2/a.md", "Other words."))
    assert desk.state() == before


@pytest.mark.parametrize("name", ["b.md", "docs"])
def test_a_text_that_is_there_already_is_refused(desk: Desk, name: str) -> None:
    desk.add(desk.file("a.md", SNOWDEER))
    before = desk.state()
    there = desk.workshop.settings.corpus / "01-fairs.md"
    path, twin = (
        (desk.file("b.md", SNOWDEER), "added/a.md") if name == "b.md" else (there, "01-fairs.md")
    )
    with pytest.raises(DocumentError, match=f"same text as {twin}"):
        desk.add(path)
    assert desk.state() == before


def test_one_bad_file_keeps_the_good_ones_out(desk: Desk) -> None:
    before = desk.state()
    good = desk.file("good.md", SNOWDEER)
    for name, content in (("bad.md", b"\xff\x00"), ("empty.txt", b""), ("bad.pdf", b"%PDF")):
        with pytest.raises(DocumentError):
            desk.add(good, desk.file(name, content))
        assert desk.state() == before
    with pytest.raises(DocumentError):
        desk.add(good, desk.files / "nowhere.md")
    assert desk.state() == before


def test_of_a_folder_the_good_ones_are_taken_and_the_others_named(desk: Desk) -> None:
    for name, content in (
        ("handbook/a.md", SNOWDEER.encode()),
        ("handbook/deep/a.md", b"# Deep\n\nOther words below.\n"),
        ("handbook/twin.md", SNOWDEER.encode()),
        ("handbook/bad.txt", b"\xff\x00\xff"),
        ("handbook/image.png", b"\x89PNG"),
    ):
        desk.file(name, content)
    done = desk.add(desk.files / "handbook")
    assert done.documents == {"added/handbook/a.md": "added", "added/handbook/deep/a.md": "added"}
    reasons = sorted(error.message("en") for error in done.left_out)
    assert ["handbook/bad.txt" in reasons[0], "handbook/twin.md" in reasons[1]] == [True, True]
    assert len(reasons) == 2
    assert desk.indexed() == set(done.documents)


def test_a_folder_of_nothing_good_is_an_error(desk: Desk) -> None:
    desk.file("folder/bad.md", b"\xff\x00\xff")
    before = desk.state()
    with pytest.raises(DocumentError, match="not UTF-8"):
        desk.add(desk.files / "folder")
    assert desk.state() == before


@pytest.mark.parametrize(
    "error",
    [RuntimeError("broken"), KeyboardInterrupt(), OSError(28, "No space left on device")],
)
def test_a_build_that_fails_leaves_documents_and_index_as_they_were(
    desk: Desk, error: BaseException
) -> None:
    path = desk.file("a.md", SNOWDEER)
    desk.add(path)
    before = desk.state()
    path.write_text("# 新\n\n完全不同的文字。", encoding="utf-8")
    desk.encoder.fails_on, desk.encoder.error = "不同的", error
    expected = StorageError if isinstance(error, OSError) else type(error)
    with pytest.raises(expected):
        desk.add(path, desk.file("b.md", "# B\n\nWords of b."))
    assert desk.state() == before
    assert desk.indexed() == {"added/a.md"}


@pytest.mark.parametrize("verb", ["add", "remove"])
def test_an_index_that_cannot_be_switched_takes_the_files_back(
    desk: Desk, verb: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = desk.file("sub/a.md", SNOWDEER)
    desk.add(path.parent, desk.file("p.pdf", pdf([["Words on paper."]])))
    before = desk.state()
    path.write_text("# 新\n\n完全不同的文字。", encoding="utf-8")

    def fail(folder: Path, manifest: manifests.Manifest) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(manifests, "write", fail)
        new = desk.file("new/b.md", "# B\n\nWords of b.").parent
        call: Callable[[], object] = (
            (lambda: desk.add(path.parent, new))
            if verb == "add"
            else (lambda: library.remove(desk.workshop, "added/p.pdf.txt"))
        )
        with pytest.raises(StorageError):
            call()
    assert desk.state() == before
    assert not (desk.own / "new").exists()
    assert desk.indexed() == {"added/sub/a.md", "added/p.pdf.txt"}


def _die(place: Path, path: Path) -> None:
    desk = Desk.__new__(Desk)
    settings = replace(settings_of(place / "home"), corpus=place / "docs")
    desk.workshop = Workshop(settings)
    desk.workshop.__dict__["encoder"] = CountingEncoder()
    manifests.write = lambda folder, manifest: os._exit(9)
    library.add(desk.workshop, [path])


def test_a_process_killed_between_files_and_index_loses_nothing(desk: Desk, tmp_path: Path) -> None:
    path = desk.file("a.md", SNOWDEER)
    desk.add(path)
    path.write_text(SNOWDEER + "\n新的一段话说的是保修：整机保修两年。\n", encoding="utf-8")
    process = multiprocessing.get_context("spawn").Process(target=_die, args=(tmp_path, path))
    process.start()
    process.join(120)
    assert process.exitcode == 9
    with pytest.raises(IndexStale, match=r"added/a\.md changed.*`chuhai index build`"):
        desk.workshop.open()
    desk.workshop.build()
    assert any("保修" in text for text in desk.passages("added/a.md").values())
    left = list(desk.home.glob(".incoming-*"))
    os.utime(left[0], (0, 0))
    desk.add(desk.file("b.md", "# B\n\nWords of b."))
    assert list(desk.home.glob(".incoming-*")) == []


def test_another_process_at_work_is_said_and_nothing_changes(desk: Desk) -> None:
    from filelock import FileLock

    path = desk.file("a.md", SNOWDEER)
    before = desk.state()
    with FileLock(desk.workshop.index_folder / ".lock"), pytest.raises(IndexBusy):
        desk.add(path)
    assert desk.state() == before
    desk.add(path)


def test_a_removed_document_leaves_no_file_word_or_vector(desk: Desk) -> None:
    desk.add(desk.file("a.md", SNOWDEER), desk.file("p.pdf", pdf([["Words on paper."]])))
    done = library.remove(desk.workshop, "added/a.md")
    assert done.documents == ("added/a.md",)
    library.remove(desk.workshop, "added/p.pdf.txt")
    assert not desk.own.exists()
    index = desk.workshop.open()
    assert index.verify() == []
    assert not index.lexical.knows("雪鹿")
    assert index.store.count("passages") == 3
    index.close()


def test_verify_finds_a_vector_that_was_left_behind(desk: Desk) -> None:
    index = desk.workshop.open()
    index.store.upsert("sentences", ["added/gone.md#x@0.0"], desk.encoder.encode(["words"]))
    assert "1 sentences vectors belong to no passage" in index.verify()
    index.close()


def test_a_folder_that_was_added_is_removed_by_its_name(desk: Desk) -> None:
    desk.file("handbook/a.md", SNOWDEER)
    desk.file("handbook/sub/b.md", "# B\n\nWords of b.")
    desk.add(desk.files / "handbook", desk.file("handbook.md", "# C\n\nWords of c."))
    done = library.remove(desk.workshop, "added/handbook/")
    assert done.documents == ("added/handbook/a.md", "added/handbook/sub/b.md")
    assert desk.indexed() == {"added/handbook.md"}


def test_a_passage_names_its_document(desk: Desk) -> None:
    desk.add(desk.file("a.md", SNOWDEER))
    passage = next(iter(desk.passages("added/a.md")))
    assert library.remove(desk.workshop, passage).documents == ("added/a.md",)


@pytest.mark.parametrize(
    "ref", ["01-fairs.md", "01-fairs.md#x", "none.md", "added/none.md", "added", "added/", "", "/",
            "../docs/01-fairs.md", "added/../../docs/01-fairs.md", "a.md", "added/.sources.json"]
)  # fmt: skip
def test_what_is_not_ones_own_stays(desk: Desk, ref: str) -> None:
    desk.add(desk.file("a.md", SNOWDEER))
    before = desk.state()
    with pytest.raises(DocumentError) as caught:
        library.remove(desk.workshop, ref)
    assert "corpus list" in caught.value.message("en")
    assert desk.state() == before
    assert (desk.workshop.settings.corpus / "01-fairs.md").is_file()


def test_a_document_edited_or_put_in_home_by_hand_makes_the_index_stale(desk: Desk) -> None:
    desk.add(desk.file("a.md", SNOWDEER))
    (desk.own / "by-hand.md").write_text("# Hand\n\nPut here by hand.", encoding="utf-8")
    with pytest.raises(IndexStale, match=r"added/by-hand\.md is new.*run `chuhai index build`"):
        desk.workshop.open()
    desk.workshop.build()
    assert desk.indexed() == {"added/a.md", "added/by-hand.md"}
    (desk.own / "a.md").write_text("# 新\n\n改过的文字。", encoding="utf-8")
    with pytest.raises(IndexStale, match=r"added/a\.md changed"):
        desk.workshop.open()


def test_ones_own_documents_are_judged_without_the_root(desk: Desk) -> None:
    desk.add(desk.file("a.md", SNOWDEER))
    desk.workshop.settings.corpus.rename(desk.files / "unmounted")
    desk.workshop.open().close()
    (desk.own / "a.md").unlink()
    with pytest.raises(IndexStale, match=r"added/a\.md is gone"):
        desk.workshop.open()


def test_a_folder_of_ones_own_choice_is_indexed_alone(desk: Desk) -> None:
    desk.add(desk.file("a.md", SNOWDEER))
    alone = desk.file("alone/only.md", "# Only\n\nOnly this is here.").parent
    manifest = desk.workshop.build(alone).manifest
    assert list(manifest.documents) == ["only.md"]
    for call in (
        lambda: desk.add(desk.file("b.md", "Words of b.")),
        lambda: library.remove(desk.workshop, "added/a.md"),
    ):
        with pytest.raises(DocumentError, match="run `chuhai index build`"):
            call()
    (desk.own / "c.md").write_text("not judged", encoding="utf-8")
    desk.workshop.open().close()
    desk.workshop.build()
    assert desk.indexed() == {"added/a.md", "added/c.md"}


def test_a_corpus_with_a_folder_of_that_name_is_not_mixed_with_ones_own(desk: Desk) -> None:
    root = desk.workshop.settings.corpus
    (root / "added").mkdir()
    (root / "added" / "a.md").write_text("# Theirs\n\nThe words of the corpus.", encoding="utf-8")
    desk.workshop.build()
    before = desk.state()
    with pytest.raises(DocumentError, match="rename the folder added/"):
        desk.add(desk.file("b.md", SNOWDEER))
    assert desk.state() == before
    with pytest.raises(DocumentError, match="not a document that you added"):
        library.remove(desk.workshop, "added/a.md")
    assert (root / "added" / "a.md").is_file()


def test_a_home_within_the_corpus_is_not_indexed_twice(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    inside = replace(desk.workshop.settings, home=desk.workshop.settings.corpus / "home")
    desk.workshop = Workshop(inside)
    desk.workshop.__dict__["encoder"] = desk.encoder
    desk.add(desk.file("a.md", SNOWDEER))
    desk.workshop.open().close()
    assert len(desk.workshop.manifest().documents) == 4


def test_an_older_index_takes_ones_own_in(desk: Desk) -> None:
    file = desk.workshop.index_folder / "manifest.json"
    values = json.loads(file.read_text(encoding="utf-8"))
    del values["own"]
    file.write_text(json.dumps(values), encoding="utf-8")
    desk.workshop.open().close()
    desk.add(desk.file("a.md", SNOWDEER))
    assert desk.indexed() == {"added/a.md"}


def test_an_added_document_cannot_pose_as_the_edition_of_a_shipped_one(desk: Desk) -> None:
    text = "---\ntranslation_of: {}\n---\n\n# 假\n\n这不是原文的译文。\n"
    for number, name in enumerate(("01-fairs.md", "../01-fairs.md")):
        desk.add(desk.file(f"{number}.md", text.format(name) + "一" * number))
    index = desk.workshop.open()
    for passage in index.catalogue.every_passage():
        assert passage.translation is None
    index.close()
    assert all(e.passages for e in library.entries_of(desk.workshop) if e.own)


def test_a_page_hands_in_content_and_must_say_that_it_replaces(desk: Desk) -> None:
    desk.add(Handed("../a.md", content=SNOWDEER.encode()))
    entry = next(e for e in library.entries_of(desk.workshop) if e.own)
    assert (entry.document, entry.title, entry.lang) == ("added/document/a.md", "雪鹿工业", "zh")
    changed = Handed("../a.md", content=b"# New\n\nOther words.")
    with pytest.raises(DocumentError):
        desk.add(changed)
    assert set(desk.add(changed, replace=True).documents.values()) == {"replaced"}


def test_the_list_says_what_is_ones_own_and_what_it_was(desk: Desk) -> None:
    desk.add(desk.file("a.txt", "展会很贵，占预算的三成，效果也说不清楚。".encode("gb18030")))
    entries = {entry.document: entry for entry in library.entries_of(desk.workshop)}
    assert [entries[name].own for name in ("01-fairs.md", "added/a.txt")] == [False, True]
    source = entries["added/a.txt"].source
    assert source is not None
    assert source.converted == "GB18030"
    assert source.added.endswith("+00:00")
    assert entries["01-fairs.md"].source is None


def test_a_damaged_memory_of_sources_only_forgets_them(desk: Desk) -> None:
    path = desk.file("a.md", SNOWDEER)
    desk.add(path)
    (desk.own / ".sources.json").write_text('{"a.md": 3', encoding="utf-8")
    path.write_text("# 新\n\n改过的文字。", encoding="utf-8")
    with pytest.raises(DocumentError, match="--replace"):
        desk.add(path)
    assert desk.add(path, replace=True).documents == {"added/a.md": "replaced"}


def test_files_are_put_in_place_in_one_step_each(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At no moment is a document missing that is being replaced."""
    path = desk.file("a.md", SNOWDEER)
    desk.add(path)
    path.write_text("# 新\n\n改过的文字。", encoding="utf-8")
    missing: list[bool] = []
    replace_file = os.replace

    def watch(source: Path, target: Path) -> None:
        missing.append(not (desk.own / "a.md").exists())
        replace_file(source, target)
        missing.append(not (desk.own / "a.md").exists())

    monkeypatch.setattr(os, "replace", watch)
    desk.add(path)
    assert missing
    assert not any(missing)


def test_every_error_of_the_library_is_worded_in_both_languages(desk: Desk) -> None:
    for ref in ("none.md", "01-fairs.md"):
        with pytest.raises(ChuhaiError) as caught:
            library.remove(desk.workshop, ref)
        assert any("\u4e00" <= ch <= "\u9fff" for ch in caught.value.message("zh"))


def test_a_rebuilt_index_keeps_the_folder_that_it_was_built_from(desk: Desk) -> None:
    """``chuhai serve`` over a stale index of another folder must not put the whitepaper there."""
    note = desk.file("other/fair.md", "# Fair\n\nA booth costs 900 dollars.\n")
    desk.workshop.build(note.parent)
    note.write_text("# Fair\n\nA booth costs 950 dollars.\n", encoding="utf-8")
    assert set(desk.workshop.rebuild().manifest.documents) == {"fair.md"}
    desk.workshop.build()
    whole = set(desk.workshop.manifest().documents)
    desk.add(desk.file("snowdeer.md", SNOWDEER))
    assert set(desk.workshop.rebuild().manifest.documents) == {*whole, "added/snowdeer.md"}
