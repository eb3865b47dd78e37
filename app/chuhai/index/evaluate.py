"""Scores an encoder on the dev sets: `python -m chuhai.index.evaluate --data DIR`.

Vectors alone, without words, fusion or rerank: what the encoder brings by itself.
"""

import argparse
import json
import lzma
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chuhai.index.encoder import Encoder, load_encoder

_SEED = 20240501
_SAMPLE = 240  # passages, as many as the bar on an encyclopaedia has
_PASSAGE = 250  # characters after which the sentences of a news article make a passage


@dataclass(frozen=True)
class Task:
    """Find one of `gold[i]` (places in `passages`) for `questions[i]`."""

    name: str
    questions: list[str]
    passages: list[str]
    gold: list[frozenset[int]]


@dataclass(frozen=True)
class Score:
    """Recall at k with a 95% interval (bootstrap over questions)."""

    mean: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.mean:.3f} [{self.low:.3f}, {self.high:.3f}]"


def ranks(encoder: Encoder, task: Task) -> NDArray[np.int64]:
    """Per question the place (0 is best) of its first right passage."""
    passages = encoder.encode(task.passages)
    questions = encoder.encode(task.questions)
    found = np.empty(len(task.questions), dtype=np.int64)
    for place, (question, gold) in enumerate(zip(questions, task.gold, strict=True)):
        scores = passages @ question
        # A tie counts against the encoder: a zero vector must not find by chance.
        best = scores[list(gold)].max()
        found[place] = np.count_nonzero(scores >= best) - 1
    return found


def recall(places: NDArray[np.int64], k: int, resamples: int = 2000) -> Score:
    """The share of questions with a right passage among the first k (Efron 1979)."""
    hits = (places < k).astype(np.float64)
    rng = np.random.default_rng(_SEED)
    means = hits[rng.integers(0, len(hits), (resamples, len(hits)))].mean(axis=1)
    low, high = np.percentile(means, [2.5, 97.5])
    return Score(float(hits.mean()), float(low), float(high))


def table(encoder: Encoder, dev: Path, translated: Path | None = None) -> str:
    """The scores on every task as a Markdown table; translated: see `translated_tasks`."""
    lines = [
        "| task | questions | passages | recall@1 | recall@5 |",
        "|---|---|---|---|---|",
    ]
    for task in tasks(dev) + (translated_tasks(translated) if translated else []):
        places = ranks(encoder, task)
        lines.append(
            f"| {task.name} | {len(task.questions)} | {len(task.passages)} "
            f"| {recall(places, 1)} | {recall(places, 5)} |"
        )
    return "\n".join(lines) + "\n"


def tasks(dev: Path) -> list[Task]:
    """All tasks; dev: the folder of `*.json.xz`."""
    wiki = _read(dev, "drcd_test")
    simplified = _questions("wiki zh→zh, all", wiki, "question_hans", "text_hans")
    traditional = _questions("wiki, Traditional, all", wiki, "question", "text")
    news = _read(dev, "ntrex_zh_en")["pairs"]
    return [
        sampled(simplified, "wiki zh→zh, sample", _SAMPLE),
        simplified,
        traditional,
        _questions("news zh→zh (crud)", _read(dev, "crud_news_silver"), "question", "text"),
        _sentences(news),
        _passages(news),
        _questions("handbook en→en (gitlab)", _read(dev, "deep_rag_gitlab"), "question", "text"),
    ]


def translated_tasks(path: Path) -> list[Task]:
    """From a JSON list of `passage`, `question_zh`, and `question_en`, which asks the same."""
    rows = json.loads(path.read_text(encoding="utf-8"))
    passages = list(dict.fromkeys(row["passage"] for row in rows))
    gold = [frozenset([passages.index(row["passage"])]) for row in rows]
    asked = {side: [row[f"question_{side}"] for row in rows] for side in ("en", "zh")}
    return [
        Task(f"wiki {side}→zh, translated", questions, passages, gold)
        for side, questions in asked.items()
    ]


def sampled(task: Task, name: str, size: int) -> Task:
    """So many passages drawn at random, and the questions that they answer."""
    drawn = np.random.default_rng(_SEED).permutation(len(task.passages))[:size]
    places = {int(old): new for new, old in enumerate(drawn)}
    gold = [frozenset(places[g] for g in golds if g in places) for golds in task.gold]
    kept = [place for place, golds in enumerate(gold) if golds]
    return Task(
        name,
        [task.questions[place] for place in kept],
        [task.passages[old] for old in drawn],
        [gold[place] for place in kept],
    )


def _questions(name: str, content: dict[str, Any], question: str, text: str) -> Task:
    places = {passage["id"]: place for place, passage in enumerate(content["passages"])}
    asked = [
        (row[question], frozenset(places[p] for p in row["passage_ids"] if p in places))
        for row in content["questions"]
        if row["answerable"]
    ]
    asked = [(words, gold) for words, gold in asked if gold]
    passages = [passage[text] for passage in content["passages"]]
    return Task(name, [words for words, _ in asked], passages, [gold for _, gold in asked])


def _sentences(pairs: Sequence[dict[str, str]]) -> Task:
    gold = [frozenset([place]) for place in range(len(pairs))]
    english, chinese = [pair["en"] for pair in pairs], [pair["zh"] for pair in pairs]
    return Task("sentence en→zh (ntrex)", english, chinese, gold)


def _passages(pairs: Sequence[dict[str, str]]) -> Task:
    """English sentence → the Chinese passage it stands in."""
    passages: list[str] = []
    gold: list[frozenset[int]] = []
    document = ""
    for pair in pairs:
        if pair["doc"] != document or len(passages[-1]) > _PASSAGE:
            passages.append("")
            document = pair["doc"]
        passages[-1] += pair["zh"]
        gold.append(frozenset([len(passages) - 1]))
    return Task("sentence en→passage zh (ntrex)", [p["en"] for p in pairs], passages, gold)


def _read(dev: Path, name: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(lzma.decompress((dev / f"{name}.json.xz").read_bytes()))
    return content


def main(
    arguments: Sequence[str] | None = None, write: Callable[[str], object] = sys.stdout.write
) -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folder with dev/")
    parser.add_argument("--encoder", help="another model: a folder or a name")
    parser.add_argument("--translated", type=Path, help="JSON: passage, question_en, question_zh")
    parser.add_argument("--shipped", type=Path, default=Path("index/encoder"))
    options = parser.parse_args(arguments)
    encoder = load_encoder(options.encoder, options.shipped)
    write(f"{encoder.id}\n\n{table(encoder, options.data / 'dev', options.translated)}")


if __name__ == "__main__":
    main()
