"""The numpy path and sentence-transformers give the same vectors from one folder."""

import random
import warnings
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from chuhai.index.encoder import SentenceTransformerEncoder, StaticEncoder
from chuhai.settings import shipped

FOLDER = shipped("index/encoder")


def _texts() -> list[str]:
    """500 cuts of the corpus and 500 strings of any characters, some Traditional."""
    rng = random.Random(7)
    corpus = "\n".join(
        path.read_text(encoding="utf-8") for path in sorted(shipped("corpus").rglob("*.md"))
    )
    starts = [rng.randrange(len(corpus) - 400) for _ in range(500)]
    cuts = [corpus[start : start + rng.randrange(1, 400)] for start in starts]
    alphabets = [
        "營銷渠道發展著乾",
        "营销渠道发展",
        "abcXYZ",
        "０１２3 \n\t",
        "é…😀ß𠮷ｶﾞ",
        "。，!?《》",
    ]
    mixed = ["".join(rng.choices("".join(alphabets), k=rng.randrange(60))) for _ in range(500)]
    return cuts + mixed


@pytest.fixture(scope="module")
def other() -> SentenceTransformerEncoder:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of libraries, while they are imported
        return SentenceTransformerEncoder(str(FOLDER))


def _cosines(a: NDArray[np.float32], b: NDArray[np.float32]) -> NDArray[np.float32]:
    cosines: NDArray[np.float32] = (a * b).sum(axis=1)
    return cosines


def test_both_paths_give_the_same_vectors(other: SentenceTransformerEncoder) -> None:
    texts = _texts()
    assert len(texts) == 1000
    by_numpy = StaticEncoder(Path(FOLDER)).encode(texts)
    by_torch = other.encode(texts)
    known = by_numpy.any(axis=1)
    assert known.sum() > 980
    assert np.array_equal(known, by_torch.any(axis=1))
    assert _cosines(by_numpy, by_torch)[known].min() >= 0.9999


def test_the_folder_is_an_ordinary_model_of_512_dimensions(
    other: SentenceTransformerEncoder,
) -> None:
    assert other.dimension == StaticEncoder(Path(FOLDER)).dimension == 512
    assert other.encode([]).shape == (0, 512)


def test_the_id_depends_on_the_weights_alone(other: SentenceTransformerEncoder) -> None:
    assert other.id == SentenceTransformerEncoder(str(FOLDER)).id
    assert other.id.startswith("encoder-")
