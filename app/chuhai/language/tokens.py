"""Counting tokens: the same on every machine, and never by a download.

`tiktoken.get_encoding` fetches its ranks, without a timeout. So chunking counts with ranks
that ship with the project, and a chat model's budget uses the model's own encoding only
where its file is already in `TIKTOKEN_CACHE_DIR`.
"""

import base64
import hashlib
import math
import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import tiktoken

RANKS = "index/ranks/chuhai-32k.tiktoken"

# Chinese runs, words of other scripts with the space before them, numbers by three digits,
# marks, blanks. The ranks were trained on these pieces: change neither alone.
PATTERN = (
    r"\p{Han}+| ?[\p{L}\p{M}&&[^\p{Han}]]+|\p{N}{1,3}"
    r"| ?[^\s\p{L}\p{M}\p{N}]+|\s+(?!\S)|\s"
)

# Tokens per character of the Chinese whitepaper, as `python -m chuhai.index.train_ranks
# --data DIR` prints it (news 0.66, encyclopaedia 0.70: the lowest gives the widest margin).
SHIPPED = 0.58
# Tokens per Chinese character of models' encodings, measured once on Chinese prose where
# their ranks were at hand.
_PER_CHARACTER = {"o200k_base": 0.88, "cl100k_base": 1.31, "qwen": 0.73}

# File name in TIKTOKEN_CACHE_DIR (the sha1 of its address) and sha256 of its content,
# as tiktoken_ext/openai_public.py has it: with another content tiktoken would fetch.
_CACHED = {
    "o200k_base": (
        "fb374d419588a4632f3f557e76b4b70aebbca790",
        "446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d",
    ),
    "cl100k_base": (
        "9b5ad71b2ce5302211f9c61530b329a4922fc6a4",
        "223921b76ee99bde995b7ff738513eef100fb51d18c93597a113bcffe865b2a7",
    ),
}


@cache
def encoding() -> "tiktoken.Encoding":
    """The shipped encoding: 32k byte-level ranks trained on Chinese and English."""
    import tiktoken

    from chuhai.settings import shipped

    # Read here and not by tiktoken.load, which would keep a copy of it in a temporary folder.
    lines = (line.split() for line in shipped(RANKS).read_bytes().splitlines())
    ranks = {base64.b64decode(token): int(rank) for token, rank in lines}
    return tiktoken.Encoding(
        "chuhai-32k", pat_str=PATTERN, mergeable_ranks=ranks, special_tokens={}
    )


def count(text: str) -> int:
    """Tokens of the text in the shipped encoding; `<|endoftext|>` is ordinary text."""
    return len(encoding().encode_ordinary(text))


@dataclass(frozen=True)
class Budget:
    """Counts for a chat model's window: exactly, or not too low by a margin."""

    encoding: "tiktoken.Encoding"
    margin: float

    def count(self, text: str) -> int:
        """Tokens that the model will see at most, as far as is known; rounded up."""
        return math.ceil(len(self.encoding.encode_ordinary(text)) * self.margin)


def budget_encoding(model: str) -> Budget:
    """The model's own encoding where its ranks are cached, else the shipped with a margin.

    The margin is the model's tokens per Chinese character over the shipped encoding's
    (see SHIPPED; o200k 0.88, cl100k 1.31, Qwen 0.73), never below 1. A model that is not
    known gets the largest of them: 2.26. English was not compared, for lack of their ranks.
    """
    name = _encoding_name(model)
    if name in _CACHED and _is_cached(name):
        import tiktoken

        return Budget(tiktoken.get_encoding(name), 1.0)
    tokens = _PER_CHARACTER.get(name, max(_PER_CHARACTER.values()))
    return Budget(encoding(), max(1.0, round(tokens / SHIPPED, 2)))


def _encoding_name(model: str) -> str:
    from tiktoken.model import encoding_name_for_model

    bare = model.rpartition(":")[2].rpartition("/")[2].lower()
    if bare.startswith("qwen"):
        return "qwen"
    try:
        return encoding_name_for_model(bare)
    except KeyError:
        return "unknown"


def _is_cached(name: str) -> bool:
    folder = os.environ.get("TIKTOKEN_CACHE_DIR")
    if not folder:
        return False
    file, expected = _CACHED[name]
    path = Path(folder) / file
    return path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == expected
