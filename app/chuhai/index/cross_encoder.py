"""A small transformer that reads two texts together: does the second answer, or bear, the first?

The shipped one is trained by ``python -m chuhai.index.train_cross`` and read by numpy and
`tokenizers` alone; a test holds it equal to the torch module that it was trained as. Its
pieces are those of the static encoder, whose tokenizer it shares.
"""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from chuhai.errors import EncoderError
from chuhai.index import quantised

if TYPE_CHECKING:
    from tokenizers import Tokenizer

Task = Literal["answers", "bears"]
TASKS: tuple[Task, ...] = ("answers", "bears")
Floats = NDArray[np.float32]

WEIGHTS, FACTS = "model.safetensors", "cross_encoder.json"
# Tokens that are read of the first text, of what stands above the second, and of the second.
FIRST, ABOVE, SECOND = 64, 16, 110
_EPSILON = 1e-12  # of BERT's layer normalisation
_GELU = np.float32((2 / np.pi) ** 0.5)


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


class ShippedCrossEncoder:
    """BERT's layers (Devlin et al. 2019, arXiv 1810.04805) in numpy, weights int8 by row."""

    def __init__(self, folder: Path, tokenizer: "Tokenizer") -> None:
        """tokenizer: the static encoder's. Raises OSError, ValueError or KeyError where the
        folder is not whole; see `load_cross_encoder`."""
        self._tokenizer = tokenizer
        facts = quantised.read_facts(folder, FACTS)
        self._heads: int = facts["heads"]
        self._layers: int = facts["layers"]
        stored = quantised.open_tensors(folder / WEIGHTS)
        self._table = quantised.Table(stored.pop("pieces"), stored.pop("pieces.scales"))
        self._weights = {
            name: _whole(stored, name) for name in stored if not name.endswith(".scales")
        }

    def score(self, pairs: Sequence[Pair], task: Task) -> Floats:
        """See `CrossEncoder`."""
        if not pairs:
            return np.zeros(0, dtype=np.float32)
        first = self._first_states(read(self._tokenizer, pairs, task))
        head = TASKS.index(task)
        weight, bias = self._weights["heads.weight"][head], self._weights["heads.bias"][head]
        logits: Floats = first @ weight + bias
        return logits

    def _first_states(self, pairs: Sequence[Tokens]) -> Floats:
        """The last state of each pair's first token: pairs × dimension.

        The texts lie end to end, without padding; only attention takes them one by one.
        """
        w = self._weights
        ids = np.concatenate([np.array(pair.ids) for pair in pairs])
        sizes = [len(pair.ids) for pair in pairs]
        places = np.concatenate([np.arange(size) for size in sizes])
        segments = np.concatenate(
            [(np.arange(len(pair.ids)) >= pair.cut).astype(int) for pair in pairs]
        )
        states = self._table.rows[ids].astype(np.float32) * self._table.scales[ids][:, None]
        states += w["places"][places] + w["segments"][segments]
        states = _normal(states, w["start.weight"], w["start.bias"])
        starts = np.cumsum([0, *sizes])
        for layer in range(self._layers):
            states = self._layer(states, starts, layer, last=layer == self._layers - 1)
        return states

    def _layer(self, states: Floats, starts: NDArray[np.int_], layer: int, *, last: bool) -> Floats:
        """One layer; the last one is worked out for first tokens alone."""
        w = {name: self._weights[f"{layer}.{name}"] for name in _LAYER}
        asking = states[starts[:-1]] if last else states
        queries = asking @ w["query.weight"] + w["query.bias"]
        keys = states @ w["key.weight"] + w["key.bias"]
        values = states @ w["value.weight"] + w["value.bias"]
        met = np.empty_like(asking)
        for number, (start, end) in enumerate(itertools.pairwise(starts)):
            rows = slice(number, number + 1) if last else slice(start, end)
            met[rows] = self._attend(queries[rows], keys[start:end], values[start:end])
        mixed = met @ w["mix.weight"] + w["mix.bias"]
        states = _normal(asking + mixed, w["mixed.weight"], w["mixed.bias"])
        wide = _gelu(states @ w["wide.weight"] + w["wide.bias"])
        narrow = wide @ w["narrow.weight"] + w["narrow.bias"]
        return _normal(states + narrow, w["out.weight"], w["out.bias"])

    def _attend(self, queries: Floats, keys: Floats, values: Floats) -> Floats:
        """Scaled dot-product attention of one text: queries × dimension."""
        size = queries.shape[1] // self._heads
        q, k, v = (
            each.reshape(len(each), self._heads, size).transpose(1, 0, 2)
            for each in (queries, keys, values)
        )
        scores = q @ k.transpose(0, 2, 1) * np.float32(size**-0.5)
        scores = np.exp(scores - scores.max(axis=2, keepdims=True))
        scores /= scores.sum(axis=2, keepdims=True)
        met: Floats = (scores @ v).transpose(1, 0, 2).reshape(len(queries), -1)
        return met


def load_cross_encoder(folder: Path, tokenizer: "Tokenizer") -> ShippedCrossEncoder:
    """The shipped one. Raises EncoderError, with the mend, where files are missing or damaged."""
    try:
        return ShippedCrossEncoder(folder, tokenizer)
    except (OSError, ValueError, KeyError) as error:
        raise EncoderError(
            f"the cross-encoder in {folder} is missing or damaged: install chuhai again, or "
            "restore the folder from the repository",
            f"交叉编码器缺失或已损坏（{folder}）：请重新安装 chuhai，或从代码库恢复该文件夹",
        ) from error


_LAYER = tuple(
    f"{part}.{kind}"
    for part in ("query", "key", "value", "mix", "mixed", "wide", "narrow", "out")
    for kind in ("weight", "bias")
)


def _whole(stored: dict[str, NDArray[Any]], name: str) -> Floats:
    """A matrix multiplied out and turned (inputs × outputs); any other tensor as it is."""
    scales = stored.get(f"{name}.scales")
    if scales is None:
        return np.array(stored[name], dtype=np.float32)
    return np.ascontiguousarray((stored[name].astype(np.float32) * scales[:, None]).T)


def _normal(states: Floats, weight: Floats, bias: Floats) -> Floats:
    """Layer normalisation (Ba et al. 2016, arXiv 1607.06450)."""
    states = states - states.mean(axis=1, keepdims=True)
    deviation = np.sqrt(np.square(states).mean(axis=1, keepdims=True) + np.float32(_EPSILON))
    states /= deviation
    states *= weight
    states += bias
    return states


def _gelu(x: Floats) -> Floats:
    """GELU by its tanh form (Hendrycks & Gimpel 2016, arXiv 1606.08415)."""
    inner = x * x
    inner *= np.float32(0.044715)
    inner += 1
    inner *= x
    inner *= _GELU
    np.tanh(inner, out=inner)
    inner += 1
    inner *= x
    inner *= np.float32(0.5)
    return inner
