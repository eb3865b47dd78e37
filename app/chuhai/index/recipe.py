"""The recipe of the shipped encoder, as `index/train.toml` holds it."""

import hashlib
import json
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chuhai.index.pieces import TokenizerRecipe
from chuhai.index.train_names import SpellingRecipe, read_readings


@dataclass(frozen=True)
class Recipe:
    """Fields are explained, with their units, in `index/train.toml`."""

    name: str
    seed: int
    tokenizer: TokenizerRecipe
    dimensions: tuple[int, ...]
    initial_deviation: float
    teacher: str  # what `--teacher` is a folder of; empty: the vectors start at random
    glosses: str  # the training file that is the dictionary
    epochs: int
    batch: int
    scale: float
    learning_rate: float
    longest: int
    threads: int
    checkpoint_every: int
    passage: int
    weights: dict[str, float]
    passages: dict[str, float]
    crossed: dict[str, float]
    crossed_by: str
    glossed: dict[str, float]
    spelled: SpellingRecipe | None
    prepared: str  # fingerprint of what the tokenizer and the tokenised pairs depend on
    fingerprint: str  # of the file: another recipe must not go on from this one's checkpoint


def read_recipe(path: Path) -> Recipe:
    """Raises KeyError or TypeError where the file lacks a field or has one too many."""
    text = path.read_text(encoding="utf-8")
    content = tomllib.loads(text)
    training = content["training"]
    spelling = content.get("spelled")
    prepared = [content["seed"], content["tokenizer"], content["model"], training["longest"]]
    prepared += [sorted(content["weights"]), {**(spelling or {}), "weight": None}]
    return Recipe(
        name=content["name"],
        seed=content["seed"],
        tokenizer=TokenizerRecipe(**content["tokenizer"]),
        weights=content["weights"],
        passages=content.get("passages", {}),
        crossed=content.get("crossed", {}),
        glossed=content.get("glossed", {}),
        spelled=_spelling(spelling, path.parent) if spelling else None,
        prepared=_short(json.dumps(prepared)),
        fingerprint=_short(text),
        **content["model"] | {"dimensions": tuple(content["model"]["dimensions"])},
        **training,
    )


def _spelling(table: dict[str, Any], folder: Path) -> SpellingRecipe:
    return SpellingRecipe(**table, readings=read_readings(folder / table["file"]))


def _short(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]
