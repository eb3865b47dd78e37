"""The encoder's tokenizer: byte pairs of characters, at most a word long."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, trainers

from chuhai.index.charsmap import charsmap, simplified_characters

_HAN = re.compile(r"[\u3400-\u9fff]+")


@dataclass(frozen=True)
class TokenizerRecipe:
    """The `[tokenizer]` table of `index/train.toml`."""

    han_pieces: int
    han_length: int
    other_pieces: int
    other_length: int
    pairs: int
    dictionary: int
    least_count: int


def train_tokenizer(recipe: TokenizerRecipe, texts: Iterable[str]) -> Tokenizer:
    """A tokenizer whose pieces lie inside one word, script or run of digits.

    Chinese and the rest have pieces of their own number and length: from one common count
    Chinese took 51,600 of 64,000, most of them runs over the borders of words. No piece holds
    both, so the two vocabularies and lists of merges are simply put together.
    It has no unknown piece: a character never seen in training gives no token at all.
    """
    every = list(texts)
    han = _trained(recipe.han_pieces, recipe.han_length, recipe, map(_han_words, every))
    other = _trained(recipe.other_pieces, recipe.other_length, recipe, map(_without_han, every))
    merges = [(left, right) for part in (han, other) for left, right in part["merges"]]
    pieces = dict.fromkeys([*han["vocab"], *other["vocab"]])
    vocabulary = {piece: number for number, piece in enumerate(pieces)}
    tokenizer = Tokenizer(models.BPE(vocabulary, merges))
    tokenizer.normalizer = _normaliser()
    tokenizer.pre_tokenizer = _pre_tokenizer()
    return tokenizer


def is_han(piece: str) -> bool:
    """Whether a piece is Chinese and nothing else."""
    return _HAN.fullmatch(piece) is not None


def fold_traditional(tokenizer: Tokenizer) -> None:
    """Adds Traditional to Simplified to the trained tokenizer's normaliser.

    Afterwards, because the training texts are folded already, by OpenCC's phrases, and
    because the map must leave alone what the vocabulary knows.
    """
    characters = simplified_characters(tokenizer.get_vocab())
    tokenizer.normalizer = normalizers.Sequence(
        [
            normalizers.NFKC(),
            normalizers.Lowercase(),
            normalizers.Precompiled(charsmap(characters)),
        ]
    )


def _trained(
    pieces: int, length: int, recipe: TokenizerRecipe, texts: Iterable[str]
) -> dict[str, Any]:
    tokenizer = Tokenizer(models.BPE())
    tokenizer.normalizer = _normaliser()
    tokenizer.pre_tokenizer = _pre_tokenizer()
    trainer = trainers.BpeTrainer(
        vocab_size=pieces,
        min_frequency=recipe.least_count,
        max_token_length=length,
        show_progress=True,
    )
    tokenizer.train_from_iterator(texts, trainer)
    model: dict[str, Any] = json.loads(tokenizer.to_str())["model"]
    # In the order of their numbers, which is the order in which they were learnt.
    return model | {"vocab": sorted(model["vocab"], key=model["vocab"].__getitem__)}


def _normaliser() -> normalizers.Normalizer:
    return normalizers.Sequence([normalizers.NFKC(), normalizers.Lowercase()])


def _pre_tokenizer() -> pre_tokenizers.PreTokenizer:
    parts = [pre_tokenizers.Whitespace(), pre_tokenizers.UnicodeScripts(), pre_tokenizers.Digits()]
    return pre_tokenizers.Sequence(parts)


def _han_words(text: str) -> str:
    """The Chinese of a text, its words apart."""
    import rjieba

    return " ".join(word for run in _HAN.findall(text) for word in rjieba.cut(run))


def _without_han(text: str) -> str:
    return _HAN.sub(" ", text)
