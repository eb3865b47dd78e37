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

from chuhai.index import card, pieces, quantised
from chuhai.index.recipe import Recipe, read_recipe
from chuhai.index.trainset import Rows, TokenPairs, batches, prepare

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
        second = self.second[rows].lerp_(gradient.square(), 1 - beta2)
        self.first[rows], self.second[rows] = first, second
        rate = learning_rate * (1 - beta2**self.steps) ** 0.5 / (1 - beta1**self.steps)
        self.table[rows] -= rate * first / second.sqrt_().add_(1e-8)

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
    ids = torch.from_numpy(np.concatenate([ids_a, ids_b]).astype(np.int64)).to(device)
    starts = torch.from_numpy(np.concatenate([starts_a, starts_b + len(ids_a)])).to(device)
    same = pairs.a.equal(rows) | pairs.b.equal(rows)
    np.fill_diagonal(same, False)
    touched, local = torch.unique(ids, return_inverse=True)
    vectors = adam.table[touched].requires_grad_()
    pooled = functional.embedding_bag(local, vectors, starts, mode="mean")
    a, b = pooled[: len(rows)], pooled[len(rows) :]
    excluded = torch.from_numpy(same).to(device)
    loss = contrastive_loss(a, b, recipe.dimensions, recipe.scale, excluded)
    (gradient,) = torch.autograd.grad(loss, vectors)
    adam.step(touched, gradient, rate)
    return loss.item()


def train(recipe: Recipe, vocabulary: int, sources: Sequence[TokenPairs], work: Path) -> Tensor:
    """The trained table, float32, vocabulary × dimension. Goes on from `work/checkpoint.pt`."""
    device = "cuda" if torch.cuda.is_available() else "cpu"
    generator = torch.Generator().manual_seed(recipe.seed)
    table = torch.randn(vocabulary, recipe.dimensions[0], generator=generator)
    adam = RowAdam(table.mul_(recipe.initial_deviation).to(device))
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
    options = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    recipe = read_recipe(options.config)
    work = options.work / recipe.fingerprint
    work.mkdir(parents=True, exist_ok=True)
    tokenizer, sources = prepare(recipe, options.data, work)
    table = train(recipe, tokenizer.get_vocab_size(), sources, work)
    export(recipe, tokenizer, table, options.out)
    card.write(options.out, options.config.with_name("card.md"), options.data)
    _LOG.info("%s is written to %s", recipe.name, options.out)


def export(recipe: Recipe, tokenizer: Tokenizer, table: Tensor, out: Path) -> None:
    """The folder without its card."""
    pieces.fold_traditional(tokenizer)
    quantised.write_folder(out, recipe.name, quantised.quantise(table.numpy()), tokenizer.to_str())


if __name__ == "__main__":
    main()
