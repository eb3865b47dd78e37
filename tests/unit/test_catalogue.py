"""The texts of a build: what was read is remembered, and never longer than it is true."""

from pathlib import Path

import pytest

from chuhai.corpus.documents import decode
from chuhai.index.catalogue import Catalogue
from chuhai.index.chunk import ChunkSettings, chunk


def put(catalogue: Catalogue, text: str) -> list[str]:
    document = decode("a.md", text.encode())
    passages = chunk(document, ChunkSettings())
    catalogue.put(document, passages)
    return [passage.passage_id for passage in passages]


def test_a_passage_read_again_is_the_same_and_a_changed_one_is_not(tmp_path: Path) -> None:
    catalogue = Catalogue(tmp_path / "catalogue.db", create=True)
    (fair,) = put(catalogue, "# Fairs\n\nTrade fairs cost too much.\n")
    first = catalogue.passages([fair, "unknown"])
    assert list(first) == [fair]
    assert catalogue.passages([fair]) == first
    put(catalogue, "# Fairs\n\nTrade fairs cost too much, said many.\n")
    assert "said many" in catalogue.passages([fair])[fair].text
    catalogue.remove("a.md")
    assert catalogue.passages([fair]) == {}
    catalogue.close()


def test_what_is_remembered_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chuhai.index.catalogue._REMEMBERED", 3)
    catalogue = Catalogue(tmp_path / "catalogue.db", create=True)
    text = "".join(f"## {n}\n\nPassage {n} of the fair.\n\n" for n in "abcdefg")
    ids = put(catalogue, text)
    assert len(ids) == 7
    whole = {i: p for n in ids for i, p in catalogue.passages([n]).items()}
    for asked in (ids, ids[2:4], ids[::-1], ids):
        assert catalogue.passages(asked) == {i: whole[i] for i in asked}
    assert len(catalogue._held) <= 7
    catalogue.close()
