"""What the benches measure on: the same passages every time, and rows that say what held."""

from pathlib import Path

import pytest
from tests.bench import passages
from tests.bench.timing import Row, questions

from chuhai.corpus.documents import decode
from chuhai.index.chunk import ChunkSettings, chunk


def test_the_same_seed_gives_the_same_passages() -> None:
    first = list(passages.passages(150))
    assert first == list(passages.passages(150))
    assert first != list(passages.passages(150, seed=1))
    assert len({text for _, text in first}) == 150
    assert {lang for lang, _ in first} == {"zh", "en"}
    assert all(280 <= len(text) <= passages.LENGTH for _, text in first)


def test_every_passage_is_indexed_as_one(tmp_path: Path) -> None:
    passages.write(tmp_path / "made", 200)
    files = sorted((tmp_path / "made").iterdir())
    assert [path.name for path in files] == ["00000.zh.md", "00001.en.md"]
    for path in files:
        found = chunk(decode(path.name, path.read_bytes()), ChunkSettings())
        bodies = [passage for passage in found if len(passage.text) > 200]
        assert len(bodies) == 100
        assert max(len(passage.text) for passage in found) < 400


def test_questions_are_of_both_languages_and_asked_once() -> None:
    asked = questions()
    assert len(asked) == len(set(asked)) == 60


@pytest.mark.parametrize(
    ("row", "line"),
    [
        (Row("x", 0.0005, 0.05, None, "≤ 1 ms", True), "| x | 0.5 ms | 50 ms | – | ≤ 1 ms ✓ |"),
        (Row("x", 2.0, None, None, "≤ 1 s", False), "| x | 2.00 s | – | – | ≤ 1 s ✗ |"),
        (Row("x", 1234.0, 99.0, rate=True), "| x | 1,234/s | 99/s | – |  |"),
    ],
)
def test_a_row_shows_both_sides_and_whether_the_bar_held(row: Row, line: str) -> None:
    assert row.line().startswith(line)
