"""Trains the token ranks that ship: `python -m chuhai.index.train_ranks --data DIR`.

A byte-level BPE on as much Chinese as English of `DIR/train`, written as tiktoken's rank
lines (`base64 rank`). It then prints how many tokens a Chinese character of `DIR/dev` takes:
the figure that `chuhai.language.tokens` holds as SHIPPED.
"""

import argparse
import base64
import json
import lzma
import random
import re
import sys
from collections.abc import Sequence
from pathlib import Path

from tokenizers import Regex, Tokenizer, models, pre_tokenizers, trainers

from chuhai.language.tokens import PATTERN, RANKS

_HAN = re.compile(r"[\u3400-\u9fff]")
_SEED = 20240501


def sample(folder: Path, characters: int) -> list[str]:
    """Whole texts of `*.jsonl.xz`, about so many characters Chinese and as many English.

    Unfolded, because what is counted is unfolded. Every file gives an equal share at most.
    """
    rng = random.Random(_SEED)
    paths = sorted(folder.glob("*.jsonl.xz"))
    chosen: list[str] = []
    for chinese in (True, False):
        for path in paths:
            texts = [text for text in _texts(path) if bool(_HAN.search(text)) == chinese]
            rng.shuffle(texts)
            chosen += _first(texts, characters // len(paths))
    return chosen


def train_ranks(texts: Sequence[str], size: int) -> dict[bytes, int]:
    """Ranks of `size` tokens in the order of merging; the 256 single bytes come first."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(PATTERN), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(
        vocab_size=size, initial_alphabet=alphabet, max_token_length=24, show_progress=False
    )
    tokenizer.train_from_iterator(texts, trainer)
    letters = _bytes_of_letters()
    vocabulary = sorted(tokenizer.get_vocab().items(), key=lambda item: item[1])
    return {bytes(letters[c] for c in token): rank for rank, (token, _) in enumerate(vocabulary)}


def write_ranks(path: Path, ranks: dict[bytes, int]) -> None:
    """Rank lines as `tiktoken.load.load_tiktoken_bpe` reads them."""
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = (f"{base64.b64encode(token).decode()} {rank}\n" for token, rank in ranks.items())
    path.write_text("".join(lines), encoding="ascii")


def _bytes_of_letters() -> dict[str, int]:
    """GPT-2's letters for the 256 bytes (openai/gpt-2 `encoder.py`, bytes_to_unicode)."""
    printable = [*range(ord("!"), ord("~") + 1), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    others = [byte for byte in range(256) if byte not in printable]
    return {chr(byte): byte for byte in printable} | {
        chr(256 + place): byte for place, byte in enumerate(others)
    }


def _texts(path: Path) -> list[str]:
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        rows = (json.loads(line) for line in lines)
        return [row[side] for row in rows for side in ("a", "b")]


def _first(texts: Sequence[str], characters: int) -> list[str]:
    chosen: list[str] = []
    for text in texts:
        if characters <= 0:
            break
        chosen.append(text)
        characters -= len(text)
    return chosen


def per_character(ranks: dict[bytes, int], text: str) -> float:
    """Tokens per character of a text."""
    import tiktoken

    coder = tiktoken.Encoding("ranks", pat_str=PATTERN, mergeable_ranks=ranks, special_tokens={})
    return len(coder.encode_ordinary(text)) / len(text)


def main(arguments: Sequence[str] | None = None) -> None:
    """Trains, writes, measures."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folder with train/")
    parser.add_argument("--out", type=Path, default=Path(RANKS))
    parser.add_argument("--size", type=int, default=32_000, help="tokens")
    parser.add_argument("--characters", type=int, default=20_000_000, help="per language")
    parser.add_argument("--measure", type=Path, default=Path("corpus/source/whitepaper.txt"))
    options = parser.parse_args(arguments)
    ranks = train_ranks(sample(options.data / "train", options.characters), options.size)
    write_ranks(options.out, ranks)
    measured = per_character(ranks, options.measure.read_text(encoding="utf-8"))
    sys.stdout.write(
        f"{len(ranks)} ranks in {options.out}; "
        f"{measured:.2f} tokens per character of {options.measure}\n"
    )


if __name__ == "__main__":
    main()
