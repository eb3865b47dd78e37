"""Trains the shipped encoder: `python -m chuhai.index.train --data DIR`.

Reads `DIR/train/*.jsonl.xz`, drops pairs that copy from `DIR/dev`, trains a byte-pair
tokenizer and one vector per piece (mean pooled) with an in-batch contrastive loss, writes an
int8 sentence-transformers folder and scores it on `DIR/dev`. Stopped and started again with
the same recipe, it goes on from its last checkpoint.
"""

import argparse
import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn import functional
from tqdm import tqdm  # type: ignore[import-untyped]

from chuhai.index import card, pieces, quantised, train_start
from chuhai.index.pairs import Pair, read_pairs
from chuhai.index.recipe import Recipe, read_recipe
from chuhai.index.trainset import Rows, TokenPairs, batches, prepare

_START = "start.npy"
_LOG = logging.getLogger(__name__)


class RowAdam:
    """Adam on the rows of a table that a batch touches (what torch's SparseAdam computes).

    Gathering the touched rows first makes their gradient dense and small, which on a CPU
    is several times faster than coalescing a sparse gradient of one entry per token.
    """

    def __init__(self, table: Tensor, betas: tuple[float, float] = (0.9, 0.999)) -> None:
        self.table = table
        self.betas = betas
        self.first = torch.zeros_like(table)
        self.second = torch.zeros_like(table)
        self.steps = 0

    def step(self, rows: Tensor, gradient: Tensor, learning_rate: float) -> None:
        """rows: distinct row numbers. gradient: len(rows) × dimension."""
        self.steps += 1
        beta1, beta2 = self.betas
        first = self.first[rows].lerp_(gradient, 1 - beta1)
        second = self.second[rows].mul_(beta2).addcmul_(gradient, gradient, value=1 - beta2)
        self.first.index_copy_(0, rows, first)
        self.second.index_copy_(0, rows, second)
        rate = learning_rate * (1 - beta2**self.steps) ** 0.5 / (1 - beta1**self.steps)
        self.table.index_add_(0, rows, first.div_(second.sqrt_().add_(1e-8)), alpha=-rate)

    def state(self) -> dict[str, Any]:
        """What `restore` takes."""
        tensors = {"table": self.table, "first": self.first, "second": self.second}
        return tensors | {"steps": self.steps}

    def restore(self, state: dict[str, Any]) -> None:
        """Goes back to a saved `state`."""
        for name in ("table", "first", "second"):
            getattr(self, name).copy_(state[name])
        self.steps = state["steps"]


def contrastive_loss(
    a: Tensor, b: Tensor, dimensions: Sequence[int], scale: float, same: Tensor
) -> Tensor:
    """Symmetric in-batch softmax loss, averaged over the Matryoshka prefixes.

    a, b: n × d. same: n × n, true off the diagonal where a wrong answer is in fact right
    (the same text twice); those are taken out. Henderson et al. 2017 (arXiv 1705.00652),
    Kusupati et al. 2022 (arXiv 2205.13147).
    """
    right = torch.arange(len(a), device=a.device)
    losses = []
    for size in dimensions:
        left = functional.normalize(a[:, :size], dim=1)
        scores = scale * left @ functional.normalize(b[:, :size], dim=1).T
        scores = scores.masked_fill(same, -torch.inf)
        losses.append(functional.cross_entropy(scores, right))
        losses.append(functional.cross_entropy(scores.T, right))
    return torch.stack(losses).mean()


def train_batch(recipe: Recipe, adam: RowAdam, pairs: TokenPairs, rows: Rows, rate: float) -> float:
    """One step on these pairs; its loss."""
    device = adam.table.device
    ids_a, starts_a = pairs.a.texts(rows)
    ids_b, starts_b = pairs.b.texts(rows)
    flat = np.concatenate([ids_a, ids_b])
    used = np.bincount(flat, minlength=len(adam.table)) > 0
    touched = torch.from_numpy(np.flatnonzero(used)).to(device)
    local = torch.from_numpy((np.cumsum(used) - 1)[flat]).to(device)
    starts = torch.from_numpy(np.concatenate([starts_a, starts_b + len(ids_a)])).to(device)
    same = pairs.a.equal(rows) | pairs.b.equal(rows)
    np.fill_diagonal(same, False)
    vectors = adam.table[touched].requires_grad_()
    pooled = functional.embedding_bag(local, vectors, starts, mode="mean")
    a, b = pooled[: len(rows)], pooled[len(rows) :]
    excluded = torch.from_numpy(same).to(device)
    loss = contrastive_loss(a, b, recipe.dimensions, recipe.scale, excluded)
    (gradient,) = torch.autograd.grad(loss, vectors)
    adam.step(touched, gradient, rate)
    return loss.item()


def starting_vectors(
    recipe: Recipe,
    tokenizer: Tokenizer,
    sources: Sequence[TokenPairs],
    glosses: Sequence[Pair],
    teacher: Path | None,
) -> Tensor:
    """What `train` starts from: pieces × dimension, of deviation about 1."""
    size, dimension = tokenizer.get_vocab_size(), recipe.dimensions[0]
    rng = np.random.default_rng(recipe.seed)
    if teacher is None:
        return torch.from_numpy(rng.normal(size=(size, dimension)).astype(np.float32))
    numbers = tokenizer.get_vocab()
    names = sorted(numbers, key=numbers.__getitem__)
    encode = train_start.read_teacher(teacher)
    meanings = train_start.glosses_of(glosses)
    vectors = train_start.from_teacher(names, meanings, encode, dimension, rng)
    counts = np.zeros(size, dtype=np.int64)
    for source in sources:
        counts += np.bincount(source.a.ids, minlength=size)
        counts += np.bincount(source.b.ids, minlength=size)
    vectors *= train_start.lengths(counts)[:, None] * np.float32(dimension**0.5)
    return torch.from_numpy(vectors)


def train(recipe: Recipe, start: Tensor, sources: Sequence[TokenPairs], work: Path) -> Tensor:
    """The trained table, float32, pieces × dimension. Goes on from `work/checkpoint.pt`.

    start: pieces × dimension, of deviation about 1.
    """
    device = "cuda" if torch.cuda.is_available() else "cpu"
    adam = RowAdam((start * recipe.initial_deviation).to(device))
    checkpoint = work / "checkpoint.pt"
    if checkpoint.exists():
        adam.restore(torch.load(checkpoint, map_location=device, weights_only=True))
    order = batches(recipe, sources)
    progress = tqdm(total=len(order), initial=adam.steps, desc="training", mininterval=10)
    mean_loss = 0.0
    for number, rows in order[adam.steps :]:
        rate = recipe.learning_rate * (1 - adam.steps / len(order))
        loss = train_batch(recipe, adam, sources[number], rows, rate)
        mean_loss += (loss - mean_loss) * (0.02 if mean_loss else 1)
        progress.set_postfix(loss=f"{mean_loss:.3f}", refresh=False)
        progress.update()
        if adam.steps % recipe.checkpoint_every == 0 or adam.steps == len(order):
            _save(adam, checkpoint)
    progress.close()
    return adam.table.cpu()


def _save(adam: RowAdam, path: Path) -> None:
    half = path.with_suffix(".half")
    torch.save(adam.state(), half)
    half.replace(path)  # a stop while saving leaves the older checkpoint whole


def main(arguments: Sequence[str] | None = None) -> None:
    """Trains, writes the folder and its card."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folder with train/ and dev/")
    parser.add_argument("--config", type=Path, default=Path("index/train.toml"))
    parser.add_argument("--out", type=Path, default=Path("index/encoder"))
    parser.add_argument("--work", type=Path, default=Path(".work/encoder"), help="checkpoints")
    parser.add_argument("--teacher", type=Path, help="folder of the model the recipe names")
    options = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    recipe = read_recipe(options.config)
    prepared, work = options.work / recipe.prepared, options.work / recipe.fingerprint
    for folder in (prepared, work):
        folder.mkdir(parents=True, exist_ok=True)
    if recipe.teacher and not (options.teacher or (prepared / _START).exists()):
        parser.error(f"the recipe starts from {recipe.teacher}: give its folder by --teacher")
    torch.set_num_threads(recipe.threads)
    tokenizer, sources = prepare(recipe, options.data, prepared)
    start = _kept_start(recipe, options, tokenizer, sources, prepared / _START)
    table = train(recipe, start, sources, work)
    export(recipe, tokenizer, table, options.out)
    card.write(options.out, options.config.with_name("card.md"), options.data)
    _LOG.info("%s is written to %s", recipe.name, options.out)


def _kept_start(
    recipe: Recipe,
    options: argparse.Namespace,
    tokenizer: Tokenizer,
    sources: Sequence[TokenPairs],
    kept: Path,
) -> Tensor:
    if not kept.exists():  # a teacher takes minutes
        glosses = read_pairs(options.data / "train" / f"{recipe.glosses}.jsonl.xz")
        teacher = options.teacher if recipe.teacher else None
        start = starting_vectors(recipe, tokenizer, sources, glosses, teacher)
        np.save(kept, start.numpy())
    return torch.from_numpy(np.load(kept))


def export(recipe: Recipe, tokenizer: Tokenizer, table: Tensor, out: Path) -> None:
    """The folder without its card."""
    pieces.fold_traditional(tokenizer)
    quantised.write_folder(out, recipe.name, quantised.quantise(table.numpy()), tokenizer.to_str())


if __name__ == "__main__":
    main()
