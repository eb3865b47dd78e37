"""Traditional to Simplified inside the tokenizer, as a precompiled character map.

`tokenizers` has one normaliser that replaces thousands of characters in one pass:
SentencePiece's `precompiled_charsmap`. Its format (sentencepiece `normalizer.cc`, darts-clone
`darts.h`): the size of a double-array trie, the trie's 32-bit units, then the replacements,
each ended by a zero byte. A trie's value is the place of the replacement.
"""

import struct
from collections.abc import Collection
from itertools import count

_HAN = [(0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0x20000, 0x2A6DF)]
_LEAF = 1 << 8  # a unit with a value below it
_VALUE = 1 << 31  # a unit that is a value; also keeps it from matching as a letter

Node = dict[int, "Node"]


def simplified_characters(kept: Collection[str]) -> dict[str, str]:
    """What OpenCC makes of every single Traditional character, but for those `kept`.

    Characters that survive folding in the training texts (乾 in 乾隆, 著 in 著名) belong
    to `kept`: the tokenizer knows them as they are.
    """
    from chuhai.language.normalise import fold

    pairs = ((chr(code), fold(chr(code))) for start, end in _HAN for code in range(start, end + 1))
    return {a: b for a, b in pairs if a != b and len(b) == 1 and a not in kept}


def charsmap(replacements: dict[str, str]) -> bytes:
    """The map in SentencePiece's format, for `tokenizers.normalizers.Precompiled`."""
    texts = bytearray()
    values: dict[bytes, int] = {}
    for character, text in sorted(replacements.items()):
        values[character.encode()] = len(texts)
        texts += text.encode() + b"\0"
    units = _double_array(values)
    return struct.pack(f"<I{len(units)}I", 4 * len(units), *units) + bytes(texts)


def _double_array(values: dict[bytes, int]) -> list[int]:
    """Units of a trie: a node's child by byte c lies at (the node's base XOR c)."""
    root = _trie(values)
    units = {0: 0}
    base = 0
    queue: list[tuple[int, bytes, Node]] = [(0, b"", root)]
    for place, prefix, node in queue:
        # One more child, by byte 0, holds the value where a key ends here.
        labels = [*node, 0] if prefix in values else list(node)
        # Bases only rise: no two nodes share one, and the search need not start over.
        base = next(b for b in count(base + 1) if not any(b ^ c in units for c in labels))
        units[place] |= (place ^ base) << 10
        if prefix in values:
            units[place] |= _LEAF
            units[base] = _VALUE | values[prefix]
        for label, child in node.items():
            units[base ^ label] = label
            queue.append((base ^ label, prefix + bytes([label]), child))
    return [units.get(place, 0) for place in range(max(units) + 256)]


def _trie(keys: Collection[bytes]) -> Node:
    root: Node = {}
    for key in keys:
        node = root
        for label in key:
            node = node.setdefault(label, {})
    return root
