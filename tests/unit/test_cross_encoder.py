"""The cross-encoder: numpy gives what torch trained, and its training pairs are what they say."""

import random
from pathlib import Path

import numpy as np
import pytest
import torch
from tokenizers import Tokenizer

from chuhai.errors import EncoderError
from chuhai.index import quantised
from chuhai.index.cross_encoder import (
    FIRST,
    TASKS,
    Pair,
    ShippedCrossEncoder,
    join,
    load_cross_encoder,
    read,
)
from chuhai.index.cross_model import CrossModel, collate, export, learn
from chuhai.index.cross_pairs import Example, Pieces, Planter, answering, bearing
from chuhai.settings import shipped

PAIRS = [
    Pair("展会有什么缺点？", "展会成本高昂，难以构建持续互动的场景。", "展会"),
    Pair("How many firms use fairs?", "66% of those asked use trade fairs."),
    Pair("a", ""),
]


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return Tokenizer.from_file(str(shipped("index/encoder") / quantised.TOKENIZER))


@pytest.fixture(scope="module")
def pieces(tokenizer: Tokenizer) -> Pieces:
    return Pieces(tokenizer, quantised.open_table(shipped("index/encoder")).vectors())


@pytest.fixture(scope="module")
def model(tokenizer: Tokenizer) -> CrossModel:
    """Two layers of random weights that int8 holds exactly enough."""
    from transformers import BertConfig, BertModel

    torch.manual_seed(1)
    config = BertConfig(
        vocab_size=tokenizer.get_vocab_size() + 3,
        hidden_size=24,
        num_hidden_layers=2,
        num_attention_heads=4,
        intermediate_size=48,
        max_position_embeddings=256,
        hidden_act="gelu_pytorch_tanh",
        initializer_range=0.3,
    )
    made = CrossModel(BertModel(config, add_pooling_layer=False))
    made.bert.embeddings.word_embeddings.sparse = True
    return made.eval()


def test_numpy_gives_the_logits_of_torch(
    tmp_path: Path, tokenizer: Tokenizer, model: CrossModel
) -> None:
    export(model, tmp_path, "tiny")
    stored = quantised.open_tensors(tmp_path / "model.safetensors")
    with torch.no_grad():  # what int8 keeps of the weights is what both read
        for name, values in model.state_dict().items():
            if values.ndim == 2 and ("dense" in name or "self" in name):
                table = quantised.quantise(values.numpy())
                values.copy_(torch.from_numpy(table.vectors()))
        table = quantised.Table(stored["pieces"], stored["pieces.scales"])
        model.table.copy_(torch.from_numpy(table.vectors()))
    ours = ShippedCrossEncoder(tmp_path, tokenizer)
    for number, task in enumerate(TASKS):
        batch = collate(read(tokenizer, PAIRS, task))
        with torch.no_grad():
            expected = model.score(batch, torch.full((len(PAIRS),), number))
        np.testing.assert_allclose(ours.score(PAIRS, task), expected.numpy(), atol=2e-4)


def test_a_pair_does_not_depend_on_those_read_with_it(
    tmp_path: Path, tokenizer: Tokenizer, model: CrossModel
) -> None:
    export(model, tmp_path, "tiny")
    ours = ShippedCrossEncoder(tmp_path, tokenizer)
    alone = [float(ours.score([pair], "answers")[0]) for pair in PAIRS]
    np.testing.assert_allclose(ours.score(PAIRS, "answers"), alone, atol=1e-4)
    assert ours.score([], "answers").tolist() == []


def test_long_texts_are_cut_and_segments_part_them() -> None:
    tokens = join(range(500), range(500), range(500), "bears", pieces=1000)
    assert tokens.ids[0] == 1001
    assert tokens.cut == FIRST + 2
    assert tokens.ids.count(1002) == 3
    assert len(tokens.ids) < 200


def test_a_damaged_file_is_an_error_with_the_mend(
    tmp_path: Path, tokenizer: Tokenizer, model: CrossModel
) -> None:
    export(model, tmp_path, "tiny")
    with (tmp_path / "model.safetensors").open("ab") as file:
        file.write(b"!")
    with pytest.raises(EncoderError, match="install chuhai again"):
        load_cross_encoder(tmp_path, tokenizer)
    with pytest.raises(EncoderError, match="install chuhai again"):
        load_cross_encoder(tmp_path / "nowhere", tokenizer)


def test_learning_tells_two_words_apart(tokenizer: Tokenizer, model: CrossModel) -> None:
    size = tokenizer.get_vocab_size()
    examples = [
        Example(join([100 + n], (), [7 if yes else 9], "answers", size), 0, float(yes))
        for n in range(40)
        for yes in (True, False)
    ]
    learn(model, examples, steps=60, layers=3e-3, pieces=1e-2)
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
def test_a_planted_error_changes_what_is_said(pieces: Pieces, way: str, text: str) -> None:
    (ids,) = pieces.read([text])
    planted = getattr(Planter(pieces, random.Random(2)), way)(ids)
    assert planted is not None
    assert planted != ids
    if way == "exchange":
        assert sorted(planted) == sorted(ids)
    if way == "number":
        changed = [p for p, o in zip(planted, ids, strict=True) if p != o]
        assert [pieces.names[piece].isdigit() for piece in changed] == [True]


def test_nothing_is_planted_where_there_is_nothing_to_change(pieces: Pieces) -> None:
    planter = Planter(pieces, random.Random(2))
    (ids,) = pieces.read(["的了吗"])
    assert planter.number(ids) is None
    assert planter.turn(ids) is None
    assert planter.exchange(ids) is None


def test_claims_are_made_true_and_false(pieces: Pieces) -> None:
    subjects = ["Germany", "Vietnam", "Brazil", "Anker", "Toyota", "Poland"]
    pairs = [
        (
            f"Last year {who} sold 12 machines, and this is a new market for it.",
            "去年它卖了12台机器，这是一个新市场。",
        )
        for who in subjects
    ]
    made = bearing(pieces, pairs * 20, random.Random(3))
    assert {example.label for example in made} == {0.0, 1.0}
    assert {example.task for example in made} == {TASKS.index("bears")}


def test_a_question_is_answered_by_its_own_passage(pieces: Pieces) -> None:
    pairs = [
        (f"How many machines did {who} sell?", f"{who} sold twelve machines. The weather was fine.")
        for who in ("Germany", "Vietnam", "Brazil", "Toyota", "Poland", "Norway")
    ]
    made = answering(pieces, pairs, random.Random(3))
    for example in made:
        words = [pieces.names[piece] for piece in example.tokens.ids if piece < len(pieces.names)]
        asked = next(
            w for w in words if w in {"germany", "vietnam", "brazil", "toyota", "poland", "norway"}
        )
        assert (words.count(asked) == 2) == bool(example.label)
