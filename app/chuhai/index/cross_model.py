"""The cross-encoder as torch trains it: a small BERT that reads both languages by our pieces.

Its layers come from an English teacher (all-MiniLM-L6-v2). Its table of pieces is made from
the teacher's: a piece that is not Chinese starts at the mean of the teacher's pieces that it is
spelled with, a Chinese one at the mean of the English words whose vectors in the static encoder
are nearest (Minixhofer et al. 2022, arXiv 2112.06598).
"""

import hashlib
import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn import functional
from tqdm import tqdm  # type: ignore[import-untyped]

from chuhai.index import cross_encoder, quantised
from chuhai.index.cross_encoder import Tokens
from chuhai.index.cross_pairs import Example, Pieces

_NEAREST = 10  # English words that a Chinese piece starts from
_WARMTH = 0.05  # of the softmax over their cosines
_FREQUENT = 12_000  # of the teacher's words, which are in order of frequency, those that count
_MARKS = 3  # what opens «answers», what opens «bears», what separates
_PLACES = cross_encoder.FIRST + cross_encoder.ABOVE + cross_encoder.SECOND + 4
_TOKENS = 6000  # in a batch, padding included
_BUCKET = 4096  # examples that are sorted by length together


@dataclass(frozen=True)
class Batch:
    """Token ids, segments and mask, each texts × tokens."""

    ids: Tensor
    segments: Tensor
    mask: Tensor


class CrossModel(nn.Module):
    """BERT's layers over our pieces, and one score for each of two tasks."""

    def __init__(self, bert: Any) -> None:
        super().__init__()
        self.bert = bert
        self.heads = nn.Linear(bert.config.hidden_size, len(cross_encoder.TASKS))
        nn.init.normal_(self.heads.weight, std=0.02)
        nn.init.zeros_(self.heads.bias)

    @property
    def table(self) -> Tensor:
        """The vectors of the pieces, pieces × dimension."""
        weight: Tensor = self.bert.embeddings.word_embeddings.weight
        return weight

    def sentence(self, batch: Batch) -> Tensor:
        """texts × dimension, of length 1: the mean of the tokens, as the teacher takes it."""
        mask = batch.mask[..., None].float()
        mean = (self._hidden(batch).float() * mask).sum(1) / mask.sum(1)
        return functional.normalize(mean, dim=1)

    def score(self, batch: Batch, tasks: Tensor) -> Tensor:
        """One logit per text, of the task that it is for."""
        first = self._hidden(batch)[:, 0].float()
        logits: Tensor = self.heads(first).gather(1, tasks[:, None])[:, 0]
        return logits

    def _hidden(self, batch: Batch) -> Tensor:
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=self.training):
            out: Tensor = self.bert(
                input_ids=batch.ids, token_type_ids=batch.segments, attention_mask=batch.mask
            ).last_hidden_state
        return out


def read_bert(folder: Path, **changes: Any) -> Any:
    """The teacher's layers. ``changes`` are to its configuration."""
    from transformers import BertModel

    return BertModel.from_pretrained(str(folder), add_pooling_layer=False, **changes)


def build(teacher: Path, pieces: Pieces) -> CrossModel:
    """The model to start from."""
    bert = read_bert(teacher, hidden_act="gelu_pytorch_tanh")
    words = bert.embeddings.word_embeddings.weight.detach().numpy()
    english = Tokenizer.from_file(str(teacher / "tokenizer.json"))
    opens, closes = english.token_to_id("[CLS]"), english.token_to_id("[SEP]")
    spelled = [english.encode(name, add_special_tokens=False).ids for name in pieces.names]
    table = np.concatenate([_table(pieces, spelled, words), words[[opens, opens, closes]]])
    bert.embeddings.word_embeddings = nn.Embedding(len(table), table.shape[1], sparse=True)
    bert.embeddings.word_embeddings.weight.data.copy_(torch.from_numpy(table))
    bert.config.vocab_size = len(table)
    return CrossModel(bert)


def _table(
    pieces: Pieces, spelled: Sequence[Sequence[int]], words: NDArray[np.float32]
) -> NDArray[np.float32]:
    table = np.zeros((len(spelled), words.shape[1]), dtype=np.float32)
    for row, ids in enumerate(spelled):
        if ids and not pieces.han[row]:
            table[row] = words[list(ids)].mean(axis=0)
    anchors = np.array(
        [
            row
            for row, (name, ids) in enumerate(zip(pieces.names, spelled, strict=True))
            if len(ids) == 1 and ids[0] < _FREQUENT and name.isalpha() and not pieces.han[row]
        ]
    )
    han = np.flatnonzero(pieces.han)
    for start in range(0, len(han), 2048):
        rows = han[start : start + 2048]
        cosines = pieces.unit[rows] @ pieces.unit[anchors].T
        best = np.argpartition(-cosines, _NEAREST, axis=1)[:, :_NEAREST]
        near = np.take_along_axis(cosines, best, axis=1)
        weights = np.exp((near - near.max(axis=1, keepdims=True)) / _WARMTH)
        weights /= weights.sum(axis=1, keepdims=True)
        table[rows] = np.einsum("nk,nkd->nd", weights, table[anchors[best]])
    return table


def collate(texts: Sequence[Tokens]) -> Batch:
    """Padded to the longest."""
    longest = max(len(text.ids) for text in texts)
    ids = torch.zeros(len(texts), longest, dtype=torch.long)
    segments, mask = torch.zeros_like(ids), torch.zeros_like(ids)
    for row, text in enumerate(texts):
        ids[row, : len(text.ids)] = torch.tensor(text.ids)
        segments[row, text.cut : len(text.ids)] = 1
        mask[row, : len(text.ids)] = 1
    return Batch(ids, segments, mask)


class Learner:
    """Adam, the pieces' rows apart: only those of a batch are touched."""

    def __init__(self, model: CrossModel, layers: float, pieces: float) -> None:
        """layers, pieces: the highest learning rates."""
        self._rates = pieces, layers
        self._rest = [p for n, p in model.named_parameters() if "word_embeddings" not in n]
        self._steps = (
            torch.optim.SparseAdam([model.bert.embeddings.word_embeddings.weight], lr=pieces),
            torch.optim.AdamW(self._rest, lr=layers, weight_decay=0.01),
        )
        model.train()

    def step(self, loss: Tensor, share: float) -> None:
        """One step with this share of the learning rates."""
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(self._rest, 1.0)
        for optimiser, rate in zip(self._steps, self._rates, strict=True):
            for group in optimiser.param_groups:
                group["lr"] = rate * share
            optimiser.step()
            optimiser.zero_grad()


def learn(
    model: CrossModel,
    examples: Sequence[Example],
    steps: int,
    layers: float,
    pieces: float,
    smoothing: float = 0.0,
) -> None:
    """So many steps of weighted cross-entropy, as often through the examples as that takes."""
    learner = Learner(model, layers, pieces)
    rng = random.Random(5)
    order: Iterator[list[int]] = iter(())
    for step in tqdm(range(steps), desc="pairs", mininterval=10):
        rows = next(order, None)
        if rows is None:
            order = iter(_batches(examples, rng))
            rows = next(order)
        chosen = [examples[row] for row in rows]
        labels = torch.tensor([each.label for each in chosen]) * (1 - smoothing) + smoothing / 2
        weights = torch.tensor([each.weight for each in chosen])
        tasks = torch.tensor([each.task for each in chosen])
        logits = model.score(collate([each.tokens for each in chosen]), tasks)
        losses = functional.binary_cross_entropy_with_logits(logits, labels, reduction="none")
        loss = (losses * weights).sum() / weights.sum()
        learner.step(loss, min(1.0, (step + 1) / 60) * max(0.02, 1 - step / steps))


def _batches(examples: Sequence[Example], rng: random.Random) -> list[list[int]]:
    """Rows of like length together, in random order."""
    rows = list(range(len(examples)))
    rng.shuffle(rows)
    found: list[list[int]] = []
    for start in range(0, len(rows), _BUCKET):
        batch: list[int] = []
        for row in sorted(rows[start : start + _BUCKET], key=lambda r: len(examples[r].tokens.ids)):
            if batch and len(examples[row].tokens.ids) * (len(batch) + 1) > _TOKENS:
                found.append(batch)
                batch = []
            batch.append(row)
        found.append(batch)
    rng.shuffle(found)
    return found


def export(model: CrossModel, folder: Path, name: str) -> None:
    """Writes what `ShippedCrossEncoder` reads: matrices int8 with a scale per row."""
    tensors: dict[str, NDArray[Any]] = {}
    for name_, tensor in model.state_dict().items():
        ours, values = _our_name(name_), tensor.float().numpy()
        if ours is None:
            continue
        if values.ndim == 2 and not ours.startswith(("places", "segments", "heads")):
            table = quantised.quantise(values)
            tensors[ours], tensors[f"{ours}.scales"] = table.rows, table.scales
        else:
            tensors[ours] = values[:_PLACES] if ours == "places" else values
    folder.mkdir(parents=True, exist_ok=True)
    weights = folder / cross_encoder.WEIGHTS
    quantised.write_tensors(weights, tensors)
    config = model.bert.config
    facts = {
        "name": name,
        "layers": config.num_hidden_layers,
        "heads": config.num_attention_heads,
        "sha256": {weights.name: hashlib.sha256(weights.read_bytes()).hexdigest()},
    }
    text = json.dumps(facts, indent=2) + "\n"
    (folder / cross_encoder.FACTS).write_text(text, encoding="utf-8")


_START = {
    "word_embeddings.weight": "pieces",
    "position_embeddings.weight": "places",
    "token_type_embeddings.weight": "segments",
    "LayerNorm.weight": "start.weight",
    "LayerNorm.bias": "start.bias",
}
_PARTS = {
    "attention.self.query": "query",
    "attention.self.key": "key",
    "attention.self.value": "value",
    "attention.output.dense": "mix",
    "attention.output.LayerNorm": "mixed",
    "intermediate.dense": "wide",
    "output.dense": "narrow",
    "output.LayerNorm": "out",
}


def _our_name(name: str) -> str | None:
    """What a tensor of the torch module is called in the shipped file; None where it is not."""
    if name.startswith("heads."):
        return name
    if name.startswith("bert.embeddings."):
        return _START.get(name.removeprefix("bert.embeddings."))
    layer, _, part = name.removeprefix("bert.encoder.layer.").partition(".")
    module, _, kind = part.rpartition(".")
    return f"{layer}.{_PARTS[module]}.{kind}" if module in _PARTS else None
