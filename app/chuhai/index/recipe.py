"""The recipe of the shipped encoder, as `index/train.toml` holds it."""

import hashlib
import tomllib
from dataclasses import dataclass
from pathlib import Path

from chuhai.index.pieces import TokenizerRecipe


@dataclass(frozen=True)
class Recipe:
    """Fields are explained, with their units, in `index/train.toml`."""

    name: str
    seed: int
    tokenizer: TokenizerRecipe
    dimensions: tuple[int, ...]
    initial_deviation: float
    epochs: int
    batch: int
    scale: float
    learning_rate: float
    longest: int
    checkpoint_every: int
    weights: dict[str, float]
    fingerprint: str  # of the file: another recipe must not go on from this one's checkpoint


def read_recipe(path: Path) -> Recipe:
    """Raises KeyError or TypeError where the file lacks a field or has one too many."""
    text = path.read_text(encoding="utf-8")
    content = tomllib.loads(text)
    return Recipe(
        name=content["name"],
        seed=content["seed"],
        tokenizer=TokenizerRecipe(**content["tokenizer"]),
        weights=content["weights"],
        fingerprint=hashlib.sha256(text.encode()).hexdigest()[:12],
        **content["model"] | {"dimensions": tuple(content["model"]["dimensions"])},
        **content["training"],
    )
