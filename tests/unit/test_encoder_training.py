"""The parts of the encoder's training: what is dropped, what is learnt, what goes on."""

import json
import lzma
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from tokenizers import normalizers

from chuhai.index.charsmap import charsmap
from chuhai.index.evaluate import Task, ranks, recall, sampled, translated_tasks
from chuhai.index.fakes import BagOfCharactersEncoder
from chuhai.index.pairs import Overlap, dev_texts, read_pairs
from chuhai.index.pieces import TokenizerRecipe, train_tokenizer
from chuhai.index.recipe import Recipe, read_recipe
from chuhai.index.train import RowAdam, contrastive_loss, export, main, starting_vectors, train
from chuhai.index.train_names import SpellingRecipe, read_readings, spelled
from chuhai.index.train_start import from_teacher, glosses_of, lengths
from chuhai.index.trainset import (
    Side,
    TokenPairs,
    batches,
    crossed,
    glossed,
    in_passages,
    prepare,
    side_of,
    token_glosses,
)
from chuhai.settings import shipped

RUN = "中国企业在海外市场建立品牌信任"


@pytest.mark.parametrize(
    ("text", "copied"),
    [
        (f"他说，{RUN}。", True),
        ("中国企业，在海外市场 abc 建立品牌信任", True),
        (RUN[:12], False),
        ("one two three four five six seven eight nine", True),
        ("One, two; three four five six -- seven eight", True),
        ("one two three four five six seven", False),
        ("", False),
    ],
)
def test_a_long_run_of_a_dev_passage_is_a_copy(text: str, copied: bool) -> None:
    overlap = Overlap([RUN, "one two three four five six seven eight"])
    assert overlap.copied(["别的", text.lower(), "other"]).tolist() == [False, copied, False]


def test_a_run_does_not_go_over_the_border_of_two_texts() -> None:
    assert not Overlap([RUN]).copied([RUN[:7], RUN[7:]]).any()


def test_both_sides_of_a_pair_are_looked_at() -> None:
    pairs = [("a", "b"), ("a", RUN), (RUN, "b")]
    assert Overlap([RUN]).without_copies(pairs) == [("a", "b")]


def test_the_character_map_replaces_its_characters_and_no_others() -> None:
    replacements = {"發": "发", "髮": "发", "𠀾": "𠀿", "後": "后"}
    normaliser = normalizers.Precompiled(charsmap(replacements))
    assert normaliser.normalize_str("發髮後𠀾 abc 登é發😀") == "发发后𠀿 abc 登é发😀"
    for code in (*range(0x20, 0x300), *range(0x4E00, 0xA000)):
        if chr(code) not in replacements:
            assert normaliser.normalize_str(chr(code)) == chr(code)


def test_row_adam_is_sparse_adam() -> None:
    generator = torch.Generator().manual_seed(3)
    start = torch.randn(6, 4, generator=generator)
    table = torch.nn.Embedding(6, 4, sparse=True)
    table.weight.data.copy_(start)
    reference = torch.optim.SparseAdam(table.parameters(), lr=0.1)
    ours = RowAdam(start.clone())
    for rows in ([0, 2], [2, 5], [0, 1]):
        reference.zero_grad()
        table(torch.tensor(rows)).pow(2).sum().backward()
        reference.step()  # type: ignore[no-untyped-call]
        touched = torch.tensor(rows)
        ours.step(touched, 2 * ours.table[touched], 0.1)
    assert torch.allclose(ours.table, table.weight.data, atol=1e-6)


def test_the_loss_is_small_where_pairs_agree_and_ignores_repeats() -> None:
    vectors = torch.eye(4)
    nothing = torch.zeros(4, 4, dtype=torch.bool)
    right = contrastive_loss(vectors, vectors, (4, 2), 20, nothing).item()
    wrong = contrastive_loss(vectors, vectors.roll(1, 0), (4, 2), 20, nothing).item()
    assert right < wrong
    twice = torch.tensor([[1.0, 0.0], [1.0, 0.0]])
    repeated = ~torch.eye(2, dtype=torch.bool)
    assert contrastive_loss(twice, twice, (2,), 20, repeated).item() == pytest.approx(0, abs=1e-6)


def test_rows_are_cut_out_of_the_flat_ids() -> None:
    side = Side(np.array([1, 2, 3, 4, 5, 6], np.int32), np.array([0, 2, 2, 5, 6]))
    ids, begins = side.texts(np.array([2, 1, 0]))
    assert ids.tolist() == [3, 4, 5, 1, 2]
    assert begins.tolist() == [0, 3, 3]


def _pairs(a: list[list[int]], b: list[list[int]]) -> TokenPairs:
    sides = [side_of([np.array(text, np.int32) for text in texts]) for texts in (a, b)]
    return TokenPairs("pairs", sides[0], sides[1], 1.0)


def _texts(side: Side) -> list[list[int]]:
    return [text.tolist() for text in side.split()]


def test_neighbours_make_passages_and_both_languages_ask() -> None:
    pairs = _pairs([[1], [2], [3], [4]], [[11, 11], [12, 12], [13, 13], [14]])
    asked, answers = in_passages(pairs, 2 + 1)
    assert _texts(asked) == [[1], [2], [13, 13], [14]]
    assert _texts(answers) == [[11, 11, 12, 12], [11, 11, 12, 12], [3, 4], [3, 4]]


def test_a_translation_takes_the_place_of_either_side() -> None:
    parallel = _pairs([[1], [2]], [[11], [12]])
    asked, answers = crossed(_pairs([[11], [7]], [[12], [8]]), parallel)
    assert list(zip(_texts(asked), _texts(answers), strict=True)) == [([1], [12]), ([11], [2])]


def test_words_are_replaced_by_their_glosses() -> None:
    dictionary = _pairs([[1], [2, 3], [9] * 6, [4]], [[11], [12], [13], [11, 12]])
    glosses = token_glosses(dictionary, [11, 12, 13])
    assert {piece: [m.tolist() for m in found] for piece, found in glosses.items()} == {
        11: [[1]],
        12: [[2, 3]],
        13: [],
    }
    pairs = _pairs([[12, 13, 5, 11], [11, 5]], [[21], [22]])
    asked, answers = glossed(pairs, glosses, seed=1)
    assert _texts(asked) == [[2, 3, 5, 1]]
    assert _texts(answers) == [[21]]


def test_names_are_spelled_by_the_readings() -> None:
    readings = dict(zip("刘少奇海外", ["liu", "shao", "qi", "hai", "wai"], strict=True))
    recipe = SpellingRecipe("", 50, 9, 1.0, readings)
    pairs = spelled(recipe, ["海外", "海", "没有"], seed=1)
    assert len(pairs) == 51
    assert pairs[-1] == ("haiwai", "海外")
    for english, chinese in pairs[:-1]:
        surname, given = english.split(" ")
        assert (surname, chinese[0]) == ("liu", "刘")
        assert given == "".join(readings[character] for character in chinese[1:])


def test_the_shipped_readings_can_be_read() -> None:
    readings = read_readings(shipped("index/pinyin.txt"))
    assert (readings["刘"], readings["海"]) == ("liu", "hai")
    assert len(readings) > 4000


def test_pieces_stay_inside_one_word_and_one_script() -> None:
    recipe = TokenizerRecipe(30, 4, 60, 20, 100, 1, 1)
    tokenizer = train_tokenizer(recipe, ["海外市场 markets 2024", "海外品牌 brands"] * 9)
    tokens = tokenizer.encode("海外品牌markets2024").tokens
    assert tokens == ["海外", "品牌", "markets", "2024"]
    assert tokenizer.encode("𠀾").ids == []


def test_vectors_start_at_the_teachers_of_pieces_glosses_and_parts() -> None:
    meanings = ["sea", "market", "salt", "red"]

    def encode(texts: Sequence[str]) -> NDArray[np.float32]:
        return np.array([[t == m for m in meanings] for t in texts], dtype=np.float32)

    glosses = glosses_of([("sea", "海洋"), ("market", "市场"), ("salt", "盐")] * 20)
    assert glosses["海洋"] == ["sea"] * 8
    pieces = [*meanings, "海洋", "市场", "盐", "市场盐", "洋", "怪"]
    vectors = from_teacher(pieces, glosses, encode, 6, np.random.default_rng(1))
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(len(pieces)), abs=1e-5)
    nearest = (vectors @ vectors[:4].T).argmax(axis=1).tolist()
    assert nearest[:7] == [0, 1, 2, 3, 0, 1, 2]
    assert nearest[7] in (1, 2)
    assert nearest[8] == 0


def test_frequent_pieces_start_shorter() -> None:
    rare, often, common = lengths(np.array([5, 100_000, 10_000_000])).tolist()
    assert rare == 1
    assert 0.1 <= common < often < 1


def test_a_recipe_with_a_teacher_asks_for_its_folder(
    data: Path, recipe: Recipe, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = tmp_path / "train.toml"
    text = config.read_text(encoding="utf-8").replace('teacher = ""', 'teacher = "some-model"')
    config.write_text(text, encoding="utf-8")
    with pytest.raises(SystemExit):
        main(["--data", str(data), "--config", str(config), "--work", str(tmp_path / "w")])
    assert "some-model" in capsys.readouterr().err


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Twelve colours in two languages, twenty pairs of each, and one dev passage."""
    words = dict(zip("abcdefghijkl", "红橙黄绿青蓝紫黑白灰粉棕", strict=True))
    rows = [{"a": f"{a} {n}", "b": f"{b} {n}"} for a, b in words.items() for n in range(20)]
    rows.append({"a": "copied", "b": RUN})
    lines = "\n".join(json.dumps(row) for row in rows)
    (tmp_path / "train").mkdir()
    (tmp_path / "dev").mkdir()
    (tmp_path / "train" / "colours.jsonl.xz").write_bytes(lzma.compress(lines.encode()))
    dev = json.dumps({"passages": [{"text": RUN}], "pairs": [{"en": "x", "zh": "发"}]})
    (tmp_path / "dev" / "small.json.xz").write_bytes(lzma.compress(dev.encode()))
    return tmp_path


@pytest.fixture
def recipe(tmp_path: Path) -> Recipe:
    text = """
        name = "small"
        seed = 1
        [tokenizer]
        han_pieces = 100
        han_length = 4
        other_pieces = 200
        other_length = 10
        pairs = 1000
        dictionary = 1
        least_count = 1
        [model]
        dimensions = [16, 8]
        initial_deviation = 0.1
        teacher = ""
        glosses = "colours"
        [training]
        epochs = 3
        batch = 32
        scale = 20.0
        learning_rate = 0.05
        longest = 20
        threads = 1
        checkpoint_every = 5
        passage = 8
        crossed_by = "colours"
        [weights]
        colours = 1.0
        [passages]
        colours = 0.5
        [crossed]
        colours = 0.1
    """
    path = tmp_path / "train.toml"
    path.write_text(text, encoding="utf-8")
    return read_recipe(path)


def test_training_stopped_in_the_middle_ends_where_it_would_have(
    data: Path, recipe: Recipe, tmp_path: Path
) -> None:
    assert dev_texts(data / "dev") == [RUN, "x", "发"]
    assert len(read_pairs(data / "train" / "colours.jsonl.xz")) == 241
    work = tmp_path / "work"
    work.mkdir()
    tokenizer, sources = prepare(recipe, data, work)
    names = [source.source for source in sources]
    assert names == ["colours", "colours passages", "colours crossed"]
    assert [len(source) for source in sources] == [240, 240, 480]
    assert len(batches(recipe, sources)) == 3 * (8 + 4 + 2)
    start = starting_vectors(recipe, tokenizer, sources, [], None)
    whole = train(recipe, start, sources, work)
    steps = torch.load(work / "checkpoint.pt", weights_only=True)["steps"]
    assert steps == 42

    (work / "checkpoint.pt").unlink()
    _stop_after(12, recipe, work, start, prepare(recipe, data, work)[1])
    again = train(recipe, start, sources, work)
    assert torch.equal(whole, again)

    export(recipe, tokenizer, whole, tmp_path / "out")
    assert (tmp_path / "out" / "modules.json").is_file()


def _stop_after(
    steps: int, recipe: Recipe, work: Path, start: torch.Tensor, sources: list[TokenPairs]
) -> None:
    class Stopped(Exception): ...

    real = RowAdam.step

    def step(self: RowAdam, rows: torch.Tensor, gradient: torch.Tensor, rate: float) -> None:
        if self.steps == steps:
            raise Stopped
        real(self, rows, gradient, rate)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(RowAdam, "step", step)
        with pytest.raises(Stopped):
            train(recipe, start, sources, work)


def test_the_shipped_recipe_can_be_read() -> None:
    recipe = read_recipe(shipped("index/train.toml"))
    assert recipe.dimensions[0] == 512
    assert all(weight > 0 for weight in recipe.weights.values())


def test_recall_counts_a_tie_against_the_encoder() -> None:
    task = Task("t", ["出海", "!!!"], ["出海", "天气"], [frozenset([0]), frozenset([0])])
    places = ranks(BagOfCharactersEncoder(), task)
    assert places.tolist() == [0, 1]
    assert recall(places, 1).mean == 0.5
    assert recall(places, 2).low == 1


def test_translated_questions_share_their_passages(tmp_path: Path) -> None:
    rows = [
        {"passage": passage, "question_en": f"{n}?", "question_zh": f"{n}？"}
        for n, passage in enumerate(["海", "外", "海"])
    ]
    path = tmp_path / "questions.json"
    path.write_text(json.dumps(rows), encoding="utf-8")
    english, chinese = translated_tasks(path)
    assert english.questions == ["0?", "1?", "2?"]
    assert chinese.passages == ["海", "外"]
    assert chinese.gold == [frozenset([0]), frozenset([1]), frozenset([0])]


def test_a_sample_keeps_the_questions_of_its_passages() -> None:
    task = Task("t", ["q0", "q1", "q2"], ["p0", "p1", "p2"], [frozenset([n]) for n in range(3)])
    part = sampled(task, "s", 2)
    assert len(part.passages) == 2
    for question, gold in zip(part.questions, part.gold, strict=True):
        assert [part.passages[place][1:] for place in gold] == [question[1:]]
