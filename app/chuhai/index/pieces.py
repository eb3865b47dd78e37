"""The encoder's tokenizer: byte pairs of characters, at most a short word long."""

from collections.abc import Iterable
from dataclasses import dataclass

from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, trainers

from chuhai.index.charsmap import charsmap, simplified_characters


@dataclass(frozen=True)
class TokenizerRecipe:
    """The `[tokenizer]` table of `index/train.toml`."""

    pieces: int
    piece_length: int
    texts: int
    least_count: int


def train_tokenizer(recipe: TokenizerRecipe, texts: Iterable[str]) -> Tokenizer:
    """A tokenizer of `recipe.pieces` pieces, none across words, scripts or digits.

    It has no unknown piece: a character never seen in training gives no token at all.
    """
    tokenizer = Tokenizer(models.BPE())
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Lowercase()])
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Whitespace(),
            pre_tokenizers.UnicodeScripts(),
            pre_tokenizers.Digits(),
        ]
    )
    trainer = trainers.BpeTrainer(
        vocab_size=recipe.pieces,
        min_frequency=recipe.least_count,
        max_token_length=recipe.piece_length,
        show_progress=True,
    )
    tokenizer.train_from_iterator(texts, trainer)
    return tokenizer


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
