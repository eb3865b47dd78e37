"""The training pairs as token ids, and the order in which they are trained."""

import random
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer
from tqdm import tqdm  # type: ignore[import-untyped]

from chuhai.index.pairs import Overlap, Pair, dev_texts, read_pairs
from chuhai.index.pieces import train_tokenizer
from chuhai.index.recipe import Recipe

Rows = NDArray[np.int64]


@dataclass(frozen=True)
class Side:
    """Token ids of many texts, end to end; `starts` has one entry more than there are texts."""

    ids: NDArray[np.int32]
    starts: Rows

    def texts(self, rows: Rows) -> tuple[NDArray[np.int32], Rows]:
        """The ids of these rows end to end, and where each row begins in them."""
        lengths = (self.starts[1:] - self.starts[:-1])[rows]
        begins = np.cumsum(lengths) - lengths
        places = np.arange(lengths.sum()) + np.repeat(self.starts[rows] - begins, lengths)
        return self.ids[places], begins

    def equal(self, rows: Rows) -> NDArray[np.bool_]:
        """len(rows) × len(rows): where two rows are the same text."""
        texts = [self.ids[self.starts[row] : self.starts[row + 1]].tobytes() for row in rows]
        numbers = {text: number for number, text in enumerate(texts)}
        names = np.array([numbers[text] for text in texts])
        same: NDArray[np.bool_] = names[:, None] == names[None, :]
        return same


@dataclass(frozen=True)
class TokenPairs:
    """The pairs of one training file."""

    source: str
    a: Side
    b: Side

    def __len__(self) -> int:
        return len(self.a.starts) - 1


def prepare(recipe: Recipe, data: Path, work: Path) -> tuple[Tokenizer, list[TokenPairs]]:
    """The tokenizer and the tokenised pairs; kept in `work` and read from there next time."""
    kept, pieces = work / "pairs.npz", work / "tokenizer.json"
    if not kept.exists():
        pairs = _pairs_of(recipe, data)
        tokenizer = train_tokenizer(recipe.tokenizer, _sample(recipe, pairs))
        tokenizer.save(str(pieces))
        half = work / "half.npz"
        np.savez(half, allow_pickle=False, **_tokenised_all(tokenizer, pairs, recipe.longest))
        half.replace(kept)
    with np.load(kept) as arrays:
        sources = [
            TokenPairs(source, _kept_side(arrays, source, "a"), _kept_side(arrays, source, "b"))
            for source in recipe.weights
        ]
    return Tokenizer.from_file(str(pieces)), sources


def batches(recipe: Recipe, sources: Sequence[TokenPairs]) -> list[tuple[int, Rows]]:
    """Every batch of the whole training, as (source, rows), in the order they are trained.

    A batch comes from one file, so that the wrong answers in it are of the right one's kind.
    """
    rng = np.random.default_rng(recipe.seed)
    order: list[tuple[int, Rows]] = []
    for _ in range(recipe.epochs):
        epoch: list[tuple[int, Rows]] = []
        for number, source in enumerate(sources):
            wanted = int(recipe.weights[source.source] * len(source))
            rounds = [rng.permutation(len(source)) for _ in range(-(-wanted // len(source)))]
            rows = np.concatenate(rounds)[:wanted]
            epoch += [(number, part) for part in np.array_split(rows, -(-wanted // recipe.batch))]
        order += [epoch[place] for place in rng.permutation(len(epoch))]
    return order


def _pairs_of(recipe: Recipe, data: Path) -> dict[str, list[Pair]]:
    overlap = Overlap(dev_texts(data / "dev"))
    pairs: dict[str, list[Pair]] = {}
    for source in (progress := tqdm(recipe.weights, desc="reading")):
        every = read_pairs(data / "train" / f"{source}.jsonl.xz")
        pairs[source] = overlap.without_copies(every)
        progress.write(f"{source}: {len(every)} pairs, {len(pairs[source])} kept", sys.stderr)
    return pairs


def _sample(recipe: Recipe, pairs: dict[str, list[Pair]]) -> Iterator[str]:
    """Texts for the tokenizer, drawn from the files by the weights of the recipe."""
    rng = random.Random(recipe.seed)
    shares = {source: recipe.weights[source] * len(rows) for source, rows in pairs.items()}
    total = sum(shares.values())
    for source, rows in pairs.items():
        wanted = int(recipe.tokenizer.texts / 2 * shares[source] / total)
        for pair in rng.sample(rows, min(wanted, len(rows))):
            yield from pair


def _tokenised_all(
    tokenizer: Tokenizer, pairs: dict[str, list[Pair]], longest: int
) -> dict[str, NDArray[Any]]:
    arrays: dict[str, NDArray[Any]] = {}
    for source, rows in tqdm(pairs.items(), desc="tokenising"):
        for name, column in (("a", 0), ("b", 1)):
            side = _tokenised(tokenizer, [row[column] for row in rows], longest)
            arrays[f"{source}.{name}.ids"] = side.ids
            arrays[f"{source}.{name}.starts"] = side.starts
    return arrays


def _tokenised(tokenizer: Tokenizer, texts: Sequence[str], longest: int) -> Side:
    encodings = tokenizer.encode_batch_fast(texts, add_special_tokens=False)
    ids = [np.array(encoding.ids[:longest], dtype=np.int32) for encoding in encodings]
    starts = np.cumsum([0, *(len(row) for row in ids)], dtype=np.int64)
    return Side(np.concatenate(ids), starts)


def _kept_side(arrays: Any, source: str, name: str) -> Side:
    return Side(arrays[f"{source}.{name}.ids"], arrays[f"{source}.{name}.starts"])
