"""The cross-encoder as torch trains it: a BERT that starts from a multilingual one."""

import logging
import random
import warnings
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn import functional
from tqdm import tqdm  # type: ignore[import-untyped]

from chuhai.index import cross_encoder, quantised
from chuhai.index.cross_encoder import Tokens, pad
from chuhai.index.cross_pairs import Twins
from chuhai.index.cross_start import Start

_TOKENS = 6000  # in a batch, padding included
_BUCKET = 4096  # twins that are sorted by length together
_TWINS, _MARGIN = 0.5, 1.0  # what twins weigh, and how far apart their logits are wanted
_PLACES = 512
_BLOCK = 32  # numbers of a row that share a scale
_INT8 = 4  # onnxruntime's level of accuracy at which both sides are int8
_OPSET = 17

# The names of a layer's parts in the packed file.
_PARTS = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}


@dataclass(frozen=True)
class Batch:
    """Token ids, segments and mask, each texts × tokens."""

    ids: Tensor
    segments: Tensor
    mask: Tensor


class CrossModel(nn.Module):
    """BERT's layers over the pieces, and one score for each of two tasks."""

    def __init__(self, bert: Any) -> None:
        super().__init__()
        self.bert = bert
        self.heads = nn.Linear(bert.config.hidden_size, len(cross_encoder.TASKS))
        nn.init.normal_(self.heads.weight, std=0.02)
        nn.init.zeros_(self.heads.bias)

    def forward(self, ids: Tensor, segments: Tensor, mask: Tensor) -> Tensor:
        """One logit per text and task, read off the first token."""
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=self.training):
            out = self.bert(input_ids=ids, token_type_ids=segments, attention_mask=mask)
        logits: Tensor = self.heads(out.last_hidden_state[:, 0].float())
        return logits

    def score(self, batch: Batch, tasks: Tensor) -> Tensor:
        """One logit per text, of the task that it is for."""
        logits: Tensor = self(batch.ids, batch.segments, batch.mask)
        return logits.gather(1, tasks[:, None])[:, 0]


def build(start: Start, kept: Sequence[int]) -> CrossModel:
    """The model to start from, with the kept pieces' rows and three marks behind them."""
    from transformers import BertConfig, BertModel

    sizes = start.sizes
    word = start.tensor("emb.word", sizes.rows, sizes.dimension)
    rows = [start.unknown, *(n for n in sorted(kept) if n != start.unknown)]
    table = word[[*rows, *[start.opens] * len(cross_encoder.TASKS), start.closes]]
    config = BertConfig(
        vocab_size=len(table),
        hidden_size=sizes.dimension,
        num_hidden_layers=sizes.layers,
        num_attention_heads=sizes.heads,
        intermediate_size=sizes.wide,
        max_position_embeddings=_PLACES,
        hidden_act="gelu",
        # Dropout would cost a quarter of the time.
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
    )
    # On two cores this is four times as fast as torch's own attention in bfloat16.
    config._attn_implementation = "eager"
    bert = BertModel(config, add_pooling_layer=False)
    segment = start.tensor("emb.type", sizes.segments, sizes.dimension)[0]
    state = {
        "embeddings.word_embeddings.weight": table,
        "embeddings.position_embeddings.weight": start.tensor(
            "emb.pos", sizes.places, sizes.dimension
        )[:_PLACES],
        # It was trained with the first segment alone.
        "embeddings.token_type_embeddings.weight": np.stack([segment, segment]),
        "embeddings.LayerNorm.weight": start.tensor("emb.ln.w", sizes.dimension),
        "embeddings.LayerNorm.bias": start.tensor("emb.ln.b", sizes.dimension),
    }
    known = bert.state_dict()
    for layer in range(sizes.layers):
        for part, name in _PARTS.items():
            for kind in ("weight", "bias"):
                whole = f"encoder.layer.{layer}.{name}.{kind}"
                shape = known[whole].shape
                state[whole] = start.tensor(f"l{layer}.{part}.{kind[0]}", *shape)
    bert.load_state_dict({name: torch.from_numpy(values) for name, values in state.items()})
    bert.embeddings.word_embeddings.sparse = True
    return CrossModel(bert)


def collate(texts: Sequence[Tokens]) -> Batch:
    """Padded to the longest."""
    return Batch(*map(torch.from_numpy, pad(texts)))


def learn(
    model: CrossModel,
    rounds: Iterable[Sequence[Twins]],
    steps: int,
    layers: float,
    pieces: float,
    smoothing: float = 0.05,
) -> None:
    """So many steps with as many rounds of examples as that takes.

    What is lowered is the weighted cross-entropy of each example, and half as much that of «this
    is right and that is not» within twins.

    layers, pieces: the highest learning rates, of all else and of the table of pieces, of whose
    rows only those of a batch are touched.
    """
    table = model.bert.embeddings.word_embeddings.weight
    rest = [p for name, p in model.named_parameters() if "word_embeddings" not in name]
    optimisers = (
        torch.optim.SparseAdam([table], lr=pieces),
        torch.optim.AdamW(rest, lr=layers, weight_decay=0.01),
    )
    model.train()
    batches = batches_of(rounds, random.Random(5))
    for step in tqdm(range(steps), desc="pairs", mininterval=10):
        twins = next(batches)
        chosen = [example for each in twins for example in each]
        labels = torch.tensor([each.label for each in chosen])
        weights = torch.tensor([each.weight for each in chosen])
        tasks = torch.tensor([each.task for each in chosen])
        logits = model.score(collate([each.tokens for each in chosen]), tasks)
        losses = functional.binary_cross_entropy_with_logits(
            logits, labels * (1 - smoothing) + smoothing / 2, reduction="none"
        )
        loss = (losses * weights).sum() / weights.sum()
        loss = loss + _TWINS * apart(logits, labels, [len(each) for each in twins])
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(rest, 1.0)
        share = min(1.0, (step + 1) / 60) * max(0.02, 1 - step / steps)
        for optimiser, rate in zip(optimisers, (pieces, layers), strict=True):
            for group in optimiser.param_groups:
                group["lr"] = rate * share
            optimiser.step()
            optimiser.zero_grad()


def apart(logits: Tensor, labels: Tensor, sizes: Sequence[int]) -> Tensor:
    """How far the right ones are from being above their twins by more than a margin: the mean of
    softplus(margin - difference); 0 where there is no pair of both."""
    group = torch.repeat_interleave(torch.arange(len(sizes)), torch.tensor(sizes))
    pairs = (group[:, None] == group) & (labels[:, None] > labels)
    if not pairs.any():
        return logits.new_zeros(())
    return functional.softplus(_MARGIN - (logits[:, None] - logits)[pairs]).mean()


def batches_of(rounds: Iterable[Sequence[Twins]], rng: random.Random) -> Iterator[list[Twins]]:
    """Examples of like length together, twins in one batch, in random order."""
    for examples in rounds:
        rows = list(examples)
        rng.shuffle(rows)
        found: list[list[Twins]] = []
        for start in range(0, len(rows), _BUCKET):
            batch: list[Twins] = []
            count = 0
            for row in sorted(rows[start : start + _BUCKET], key=_longest):
                if batch and _longest(row) * (count + len(row)) > _TOKENS:
                    found.append(batch)
                    batch, count = [], 0
                batch.append(row)
                count += len(row)
            found.append(batch)
        rng.shuffle(found)
        yield from found


def _longest(twins: Twins) -> int:
    return max(len(each.tokens.ids) for each in twins)


def export(model: CrossModel, tokenizer: Tokenizer, folder: Path, name: str) -> None:
    """Writes what `ShippedCrossEncoder` reads; the model is not to be trained on afterwards.

    Weights are int8, those of a piece with one scale. What they are multiplied with is rounded
    to int8 too, text by text but for the layers' second dense matrix: what comes into that has
    outliers, and is rounded in blocks.
    """
    import onnx
    from onnxruntime.quantization import (  # type: ignore[import-untyped]
        QuantType,
        quantize_dynamic,
    )
    from onnxruntime.quantization.matmul_nbits_quantizer import (  # type: ignore[import-untyped]
        DefaultWeightOnlyQuantConfig,
        MatMulNBitsQuantizer,
    )

    logging.disable(logging.INFO)  # both tell of every tensor
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as work:
        whole, most = Path(work, "whole.onnx"), Path(work, "most.onnx")
        model.bert.embeddings.word_embeddings = _Rows(model.bert.embeddings.word_embeddings)
        _trace(model.eval(), whole)
        names = [node.name for node in onnx.load(whole).graph.node if node.op_type == "MatMul"]
        quantize_dynamic(
            whole,
            most,
            op_types_to_quantize=["MatMul"],
            per_channel=True,
            weight_type=QuantType.QInt8,
            nodes_to_exclude=[n for n in names if "/output/dense/" in n and "/attention/" not in n],
        )
        quantiser = MatMulNBitsQuantizer(
            onnx.load(most),
            algo_config=DefaultWeightOnlyQuantConfig(
                block_size=_BLOCK, is_symmetric=True, accuracy_level=_INT8, bits=8
            ),
        )
        quantiser.process()
        quantiser.model.save_model_to_file(str(folder / cross_encoder.MODEL), False)
    logging.disable(logging.NOTSET)
    tokenizer.save(str(folder / quantised.TOKENIZER), pretty=False)
    files = (cross_encoder.MODEL, quantised.TOKENIZER)
    quantised.write_facts(folder, cross_encoder.FACTS, files, name=name)


class _Rows(nn.Module):
    """A table of int8 rows, each with its scale."""

    rows: Tensor
    scales: Tensor

    def __init__(self, table: nn.Embedding) -> None:
        super().__init__()
        rows = quantised.quantise(table.weight.detach().numpy())
        self.register_buffer("rows", torch.from_numpy(rows.rows))
        self.register_buffer("scales", torch.from_numpy(rows.scales))

    def forward(self, ids: Tensor) -> Tensor:
        vectors: Tensor = self.rows[ids].float() * self.scales[ids][..., None]
        return vectors


def _trace(model: CrossModel, path: Path) -> None:
    """The model as ONNX, for any number of texts and tokens."""
    example = collate([Tokens((0, 0, 0), 1), Tokens((0, 0), 1)])
    sizes = {0: "texts", 1: "tokens"}
    with warnings.catch_warnings():
        # The exporter is deprecated, but the new one needs another library, and torch is pinned.
        warnings.simplefilter("ignore")
        torch.onnx.export(
            model,
            (example.ids, example.segments, example.mask),
            str(path),
            input_names=list(cross_encoder.INPUTS),
            output_names=["logits"],
            dynamic_axes={**dict.fromkeys(cross_encoder.INPUTS, sizes), "logits": {0: "texts"}},
            opset_version=_OPSET,
            dynamo=False,
        )
