"""Trains the cross-encoder in general: ``python -m chuhai.index.train_cross --data DIR``.

First the English teacher's layers learn to read our pieces of both languages, by giving a
sentence and its translation the teacher's vector of the English one (Reimers & Gurevych 2020,
arXiv 2004.09813); then to read two texts together, on the pairs of ``cross_pairs``. What comes
out lies in ``--work``; ``python -m chuhai.answering.train_reader`` goes on from there with the
corpus and writes ``index/cross_encoder``. An hour on two cores.
"""

import argparse
import random
from collections.abc import Mapping, Sequence
from pathlib import Path

import torch
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn import functional
from tqdm import tqdm  # type: ignore[import-untyped]

from chuhai.index import quantised
from chuhai.index.cross_encoder import Tokens
from chuhai.index.cross_model import Batch, CrossModel, Learner, build, collate, learn, read_bert
from chuhai.index.cross_pairs import Pieces, answering, bearing
from chuhai.index.pairs import Pair, read_pairs

GENERAL = "general.pt"
# Which part of each training file is read, chosen by reading: general and business text first.
_TRANSLATIONS = {
    "wmt_news": 1.0, "tatoeba": 1.0, "alpaca_parallel": 0.9, "lctt_para": 0.5,
    "ms_dyn365_sent": 0.35, "ms_office_sent": 0.35, "cedict_dict": 0.15, "lctt_title": 1.0,
    "ms_dyn365_title": 0.3, "pydocs_po": 0.2,
}  # fmt: skip
_CLAIMS = {
    "wmt_news": 1.0, "alpaca_parallel": 0.35, "lctt_para": 0.2, "tatoeba": 0.4,
    "ms_dyn365_sent": 0.12, "ms_office_sent": 0.1,
}  # fmt: skip
_CLAIMED = 70_000  # translations of which claims are made
_QUESTIONS = {
    "zh_wiki_qp": 1.0, "alpaca_qp": 0.8, "ms_dyn365_title": 0.35, "ms_office_title": 0.3,
    "crud_news_para": 0.25, "finna_titlebody": 1.0,
}  # fmt: skip
_SENTENCES, _STEPS = 192, 800  # a step, and steps of the first part
_PAIR_STEPS = 1050
_LONGEST = 44  # pieces of a sentence in the first part


def translations(data: Path, parts: Mapping[str, float], rng: random.Random) -> list[Pair]:
    """A sample of each file, in random order."""
    chosen: list[Pair] = []
    for name, share in parts.items():
        pairs = read_pairs(data / "train" / f"{name}.jsonl.xz")
        rng.shuffle(pairs)
        chosen += pairs[: int(len(pairs) * share)]
    rng.shuffle(chosen)
    return chosen


def distil(model: CrossModel, teacher: Path, pieces: Pieces, pairs: Sequence[Pair]) -> None:
    """Brings the model's vector of a sentence in either language to the teacher's."""
    english = Tokenizer.from_file(str(teacher / "tokenizer.json"))
    english.no_truncation()
    english.no_padding()
    knows = read_bert(teacher).eval()
    size = len(pieces.names)
    texts = [
        (a, b, encoding.ids)
        for a, b, encoding in zip(
            pieces.read([a for a, _ in pairs]),
            pieces.read([b for _, b in pairs]),
            english.encode_batch_fast([a for a, _ in pairs]),
            strict=True,
        )
        if 2 <= len(a) <= _LONGEST and 2 <= len(b) <= _LONGEST
    ]

    def alone(ids: Sequence[int]) -> Tokens:
        return Tokens((size, *ids, size + 2), len(ids) + 2)

    learner = Learner(model, layers=6e-5, pieces=1e-3)
    rng = random.Random(7)
    rng.shuffle(texts)
    for step in tqdm(range(_STEPS), desc="sentences", mininterval=10):
        start = step * _SENTENCES % max(1, len(texts) - _SENTENCES)
        batch = texts[start : start + _SENTENCES]
        with torch.no_grad():
            padded = collate([Tokens(tuple(known), len(known)) for *_, known in batch])
            wanted = _mean(knows, padded)
        chinese = model.sentence(collate([alone(b) for _, b, _ in batch]))
        right = torch.arange(len(batch))
        loss = 10 * (1 - (wanted * chinese).sum(1)).mean()
        loss = loss + functional.cross_entropy(20 * chinese @ wanted.T, right)
        if step % 3 == 0:  # English is near from the start
            half = slice(None, None, 2)
            own = model.sentence(collate([alone(a) for a, _, _ in batch[half]]))
            loss = loss + 5 * (1 - (wanted[half] * own).sum(1)).mean()
        learner.step(loss, min(1.0, (step + 1) / 100) * max(0.02, 1 - step / _STEPS))


def _mean(bert: torch.nn.Module, batch: Batch) -> Tensor:
    with torch.autocast("cpu", dtype=torch.bfloat16):
        hidden = bert(input_ids=batch.ids, attention_mask=batch.mask).last_hidden_state.float()
    mask = batch.mask[..., None].float()
    return functional.normalize((hidden * mask).sum(1) / mask.sum(1), dim=1)


def main(arguments: Sequence[str] | None = None) -> None:
    """Both parts, one after the other."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folder with train/")
    parser.add_argument("--teacher", type=Path, required=True, help="folder of all-MiniLM-L6-v2")
    parser.add_argument("--encoder", type=Path, default=Path("index/encoder"))
    parser.add_argument("--work", type=Path, default=Path(".work/cross"))
    options = parser.parse_args(arguments)
    torch.manual_seed(7)
    rng = random.Random(7)
    tokenizer = Tokenizer.from_file(str(options.encoder / quantised.TOKENIZER))
    pieces = Pieces(tokenizer, quantised.open_table(options.encoder).vectors())
    model = build(options.teacher, pieces)
    distil(model, options.teacher, pieces, translations(options.data, _TRANSLATIONS, rng))
    claims = bearing(pieces, translations(options.data, _CLAIMS, rng)[:_CLAIMED], rng)
    questions = answering(pieces, translations(options.data, _QUESTIONS, rng), rng)
    learn(model, [*claims, *questions], steps=_PAIR_STEPS, layers=5e-5, pieces=5e-4)
    options.work.mkdir(parents=True, exist_ok=True)
    torch.save(model.state_dict(), options.work / GENERAL)


if __name__ == "__main__":
    main()
