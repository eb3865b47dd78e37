"""The shipped encoder and its folder: what it gives, and how it refuses."""

import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from chuhai.errors import EncoderError
from chuhai.index import quantised
from chuhai.index.encoder import Encoder, StaticEncoder, load_encoder
from chuhai.index.fakes import BagOfCharactersEncoder
from chuhai.index.maxsim import maxsim, maxsim_both
from chuhai.settings import shipped

FOLDER = shipped("index/encoder")


@pytest.fixture(scope="module")
def encoder() -> StaticEncoder:
    return StaticEncoder(FOLDER)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(FOLDER, tmp_path / "encoder"))


@pytest.fixture(params=["static", "fake"])
def any_encoder(request: pytest.FixtureRequest, encoder: StaticEncoder) -> Encoder:
    return encoder if request.param == "static" else BagOfCharactersEncoder()


def test_gives_one_float32_row_of_length_one_per_text(any_encoder: Encoder) -> None:
    vectors = any_encoder.encode(["低成本营销推广", "low-cost marketing"])
    assert vectors.shape == (2, any_encoder.dimension)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx([1, 1], abs=1e-5)


@pytest.mark.parametrize("text", ["", "   ", "\n", "\U000e0041\U000e0042"])
def test_gives_zeros_and_never_nan_where_nothing_is_known(any_encoder: Encoder, text: str) -> None:
    vectors = any_encoder.encode(["出海", text, "brand"])
    assert not vectors[1].any()
    assert np.linalg.norm(vectors[[0, 2]], axis=1) == pytest.approx([1, 1], abs=1e-5)


def test_no_texts_give_no_rows(any_encoder: Encoder) -> None:
    assert any_encoder.encode([]).shape == (0, any_encoder.dimension)


def test_a_text_has_the_same_vector_alone_and_in_a_batch(any_encoder: Encoder) -> None:
    texts = [f"第 {i} 家公司的海外社交媒体营销" for i in range(600)]
    assert np.array_equal(any_encoder.encode(texts)[555], any_encoder.encode([texts[555]])[0])


def test_full_width_capitals_and_traditional_fold_to_one_vector(encoder: StaticEncoder) -> None:
    folded, other = encoder.encode(["linkedin 营销渠道", "ＬｉｎｋｅｄＩｎ 營銷渠道"])
    assert np.array_equal(folded, other)


def test_a_question_is_nearest_to_its_answer_in_the_other_language(encoder: StaticEncoder) -> None:
    passages = ["社交媒体是成本最低的营销方式。", "公司于一九九九年在山东成立。", "今天天气很好。"]
    scores = encoder.encode(passages) @ encoder.encode(["cheap marketing on social media"])[0]
    assert scores.argmax() == 0


def test_pooled_token_vectors_are_the_text_vector(encoder: StaticEncoder) -> None:
    text = "Anker 如何在海外建立品牌信任？"
    (ids,) = encoder.token_ids([text])
    vectors = encoder.token_rows(ids)
    assert len(ids) == len(vectors) > 3
    pooled = vectors.mean(axis=0)
    assert pooled / np.linalg.norm(pooled) == pytest.approx(encoder.encode([text])[0], abs=1e-5)


def test_remembered_token_ids_are_those_of_the_text(
    copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chuhai.index.encoder._KNOWN", 3)
    encoder, fresh = StaticEncoder(copy), StaticEncoder(copy)
    texts = ["海外品牌", "brand abroad", "海外品牌", "", "展会", "代理", "展会费用"]
    for asked in (texts, texts[:3], texts[3:], texts):
        for held, text in zip(encoder.token_ids(asked), asked, strict=True):
            assert np.array_equal(held, fresh.token_ids([text])[0])


def test_a_text_without_tokens_has_no_token_vectors(encoder: StaticEncoder) -> None:
    (ids,) = encoder.token_ids([""])
    assert encoder.token_rows(ids).shape == (0, encoder.dimension)


def test_other_weights_have_another_id(encoder: StaticEncoder, copy: Path) -> None:
    table = quantised.open_table(copy)
    changed = quantised.Table(table.rows, table.scales * 2)
    tokenizer = (copy / quantised.TOKENIZER).read_text(encoding="utf-8")
    quantised.write_folder(copy, "chuhai-static-1", changed, tokenizer)
    assert StaticEncoder(FOLDER).id == encoder.id
    assert StaticEncoder(copy).id != encoder.id


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    vectors = np.random.default_rng(1).normal(size=(50, 8)).astype(np.float32)
    vectors[7] = 0
    written = quantised.quantise(vectors)
    quantised.write_folder(tmp_path, "small", written, "{}")
    read = quantised.open_table(tmp_path)
    assert np.array_equal(read.rows, written.rows)
    assert np.array_equal(read.scales, written.scales)
    rounding = np.abs(vectors).max(axis=1, keepdims=True) / 254 + 1e-6
    assert (np.abs(read.vectors() - vectors) <= rounding).all()


@pytest.mark.parametrize("name", ["model.safetensors", "tokenizer.json", "encoder.json"])
def test_a_missing_file_is_named_with_the_mend(copy: Path, name: str) -> None:
    (copy / name).unlink()
    with pytest.raises(EncoderError, match=f"lacks {name}.*install chuhai again"):
        load_encoder(None, copy)


@pytest.mark.parametrize("name", ["model.safetensors", "tokenizer.json", "encoder.json"])
def test_a_damaged_file_is_refused(copy: Path, name: str) -> None:
    content = (copy / name).read_bytes()
    (copy / name).write_bytes(content[: len(content) // 2])
    with pytest.raises(EncoderError, match=r"damaged \(.+\): install chuhai again"):
        load_encoder(None, copy)


def test_one_flipped_byte_in_the_weights_is_noticed(copy: Path) -> None:
    weights = bytearray((copy / quantised.WEIGHTS).read_bytes())
    weights[-1] ^= 1
    (copy / quantised.WEIGHTS).write_bytes(weights)
    with pytest.raises(EncoderError, match="is not the file"):
        load_encoder(None, copy)


def test_a_model_that_is_not_here_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(EncoderError, match="unset CHUHAI_ENCODER") as caught:
        load_encoder(str(tmp_path / "no-such-model"), FOLDER)
    assert "\n" not in caught.value.message("en")
    assert "\n" not in caught.value.message("zh")


def test_encoding_imports_neither_torch_nor_sentence_transformers() -> None:
    program = (
        "import sys; from pathlib import Path; from chuhai.index.encoder import load_encoder\n"
        "load_encoder(None, Path(sys.argv[1])).encode(['出海'])\n"
        "heavy = {'torch', 'sentence_transformers', 'transformers', 'opencc'} & set(sys.modules)\n"
        "assert not heavy, heavy"
    )
    paths = f"import sys; sys.path[:0] = {sys.path!r}\n"
    subprocess.run([sys.executable, "-c", paths + program, str(FOLDER)], check=True)


def test_the_folder_is_at_most_40_mb() -> None:
    size = sum(file.stat().st_size for file in FOLDER.rglob("*") if file.is_file())
    assert size <= 40_000_000


def test_maxsim_is_taken_both_ways(encoder: StaticEncoder) -> None:
    question, texts = "有多少企业重视品牌？", ["五年前有多少企业重视品牌？", "", "展会很贵。"]
    there, back = maxsim_both(encoder, question, texts)
    assert there == pytest.approx(maxsim(encoder, question, texts))
    assert back == pytest.approx([float(maxsim(encoder, t, [question])[0]) for t in texts])
    assert there[0] > back[0] > there[2]  # all its words, and more than them
    assert (there[1], back[1]) == (0.0, 0.0)
