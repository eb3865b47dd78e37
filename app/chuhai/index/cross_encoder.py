"""A small transformer that reads two texts together: does the second answer, or bear, the first?

The shipped one is trained by ``python -m chuhai.answering.train_reader`` and run by
onnxruntime; a test holds it near the torch module that it was trained as.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from chuhai.errors import EncoderError
from chuhai.index import quantised

if TYPE_CHECKING:
    from tokenizers import Tokenizer

Task = Literal["answers", "bears"]
TASKS: tuple[Task, ...] = ("answers", "bears")
Floats = NDArray[np.float32]
Padded = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]

MODEL, FACTS = "model.onnx", "cross_encoder.json"
# Tokens that are read of the first text, of what stands above the second, and of the second.
FIRST, ABOVE, SECOND = 64, 16, 128
INPUTS = ("ids", "segments", "mask")
_TOGETHER = 4  # texts of like length; a third of eight would be padding


@dataclass(frozen=True, slots=True)
class Pair:
    """Two texts to be read together."""

    first: str
    """The question, or the claim."""
    second: str
    """The sentence."""
    above: str = ""
    """What it is headed and spoken by."""


class CrossEncoder(Protocol):
    """One port; whoever has none goes without."""

    def score(self, pairs: Sequence[Pair], task: Task) -> Floats:
        """One logit per pair: above 0 where yes is likelier than no."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """A pair as the model reads it."""

    ids: tuple[int, ...]
    cut: int
    """Where the second segment begins."""


def join(
    first: Sequence[int], above: Sequence[int], second: Sequence[int], task: Task, pieces: int
) -> Tokens:
    """Token ids of a pair. pieces: how many the tokenizer has; three marks follow them."""
    separates = pieces + len(TASKS)
    head = (pieces + TASKS.index(task), *first[:FIRST], separates)
    title = (*above[:ABOVE], separates) if above else ()
    return Tokens((*head, *title, *second[:SECOND], separates), len(head))


def read(tokenizer: "Tokenizer", pairs: Sequence[Pair], task: Task) -> list[Tokens]:
    """Pairs as the model reads them."""
    texts = [text for pair in pairs for text in (pair.first, pair.above, pair.second)]
    ids = [e.ids for e in tokenizer.encode_batch_fast(texts, add_special_tokens=False)]
    pieces = tokenizer.get_vocab_size()
    return [join(ids[i], ids[i + 1], ids[i + 2], task, pieces) for i in range(0, len(ids), 3)]


def pad(texts: Sequence[Tokens]) -> Padded:
    """What the model takes (`INPUTS`), each texts × tokens of the longest."""
    shape = len(texts), max(len(text.ids) for text in texts)
    ids, segments, mask = (np.zeros(shape, dtype=np.int64) for _ in INPUTS)
    for row, text in enumerate(texts):
        size = len(text.ids)
        ids[row, :size] = text.ids
        segments[row, text.cut : size] = 1
        mask[row, :size] = 1
    return ids, segments, mask


class ShippedCrossEncoder:
    """The folder that `cross_model.export` writes, run by onnxruntime."""

    def __init__(self, folder: Path) -> None:
        """Raises OSError, ValueError or KeyError where the folder is not whole; see
        `load_cross_encoder`."""
        import onnxruntime  # type: ignore[import-untyped]
        from tokenizers import Tokenizer

        quantised.read_facts(folder, FACTS)
        self._tokenizer = Tokenizer.from_file(str(folder / quantised.TOKENIZER))
        options = onnxruntime.SessionOptions()
        # Threads that wait must not keep other sessions' questions from the cores.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(
            str(folder / MODEL), options, providers=["CPUExecutionProvider"]
        )

    def score(self, pairs: Sequence[Pair], task: Task) -> Floats:
        """See `CrossEncoder`."""
        if not pairs:
            return np.zeros(0, dtype=np.float32)
        texts = read(self._tokenizer, pairs, task)
        order = sorted(range(len(texts)), key=lambda place: len(texts[place].ids))
        found = np.zeros(len(texts), dtype=np.float32)
        for start in range(0, len(order), _TOGETHER):
            places = order[start : start + _TOGETHER]
            padded = pad([texts[place] for place in places])
            (logits,) = self._session.run(None, dict(zip(INPUTS, padded, strict=True)))
            found[places] = logits[:, TASKS.index(task)]
        return found


def load_cross_encoder(folder: Path) -> ShippedCrossEncoder:
    """The shipped one. Raises EncoderError, with the mend, where files are missing or damaged."""
    try:
        return ShippedCrossEncoder(folder)
    except (OSError, ValueError, KeyError) as error:
        raise EncoderError(
            f"the cross-encoder in {folder} is missing or damaged: install chuhai again, or "
            "restore the folder from the repository",
            f"交叉编码器缺失或已损坏（{folder}）：请重新安装 chuhai，或从代码库恢复该文件夹",
        ) from error
