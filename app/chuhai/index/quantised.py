"""The encoder's folder: an int8 table with one scale per row, and its tokenizer.

The weights lie in `model.safetensors` as `embeddings` (int8, pieces × dimension) and
`weights` (float32, one per piece): the names under which sentence-transformers' stock
`StaticEmbedding` reads a weighted table and multiplies it out. So `SentenceTransformer(folder)`
opens it without any code of ours and without `trust_remote_code`, and numpy maps the same
bytes without torch.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

WEIGHTS = "model.safetensors"
TOKENIZER = "tokenizer.json"
FACTS = "encoder.json"

_MODULES = [
    {
        "idx": 0,
        "name": "0",
        "path": "",
        "type": "sentence_transformers.sentence_transformer.modules.StaticEmbedding",
    },
    {
        "idx": 1,
        "name": "1",
        "path": "1_Normalize",
        "type": "sentence_transformers.base.modules.normalize.Normalize",
    },
]
_CONFIG = {"model_type": "SentenceTransformer", "prompts": {}, "similarity_fn_name": "cosine"}
_DTYPES: dict[str, type[np.generic]] = {"I8": np.int8, "F32": np.float32}


@dataclass(frozen=True)
class Table:
    """rows: int8, pieces × dimension. scales: float32, one per row. A vector is row × scale."""

    rows: NDArray[np.int8]
    scales: NDArray[np.float32]

    def vectors(self) -> NDArray[np.float32]:
        """The table multiplied out, float32, pieces × dimension."""
        product: NDArray[np.float32] = self.rows.astype(np.float32) * self.scales[:, None]
        return product


def quantise(vectors: NDArray[np.float32]) -> Table:
    """Each row divided by its largest entry and rounded to -127..127."""
    scales = np.maximum(np.abs(vectors).max(axis=1), np.finfo(np.float32).tiny) / 127
    rows = np.rint(vectors / scales[:, None]).astype(np.int8)
    return Table(rows, scales.astype(np.float32))


def write_folder(folder: Path, name: str, table: Table, tokenizer: str) -> None:
    """Writes all but the card. `tokenizer` is the JSON text of a `tokenizers.Tokenizer`."""
    normalise = folder / "1_Normalize"
    normalise.mkdir(parents=True, exist_ok=True)
    _write_tensors(folder / WEIGHTS, {"embeddings": table.rows, "weights": table.scales})
    (folder / TOKENIZER).write_text(tokenizer, encoding="utf-8")
    write_facts(folder, FACTS, (WEIGHTS, TOKENIZER), name=name, dimension=table.rows.shape[1])
    _write_json(folder / "modules.json", _MODULES)
    _write_json(folder / "config_sentence_transformers.json", _CONFIG)
    _write_json(normalise / "config.json", {"module_input_name": "sentence_embedding"})


def write_facts(folder: Path, file_name: str, files: Sequence[str], **facts: object) -> None:
    """Writes what is told of the folder's files, for `read_facts`."""
    sums = {file: _sha256(folder / file) for file in files}
    _write_json(folder / file_name, {**facts, "sha256": sums})


def read_facts(folder: Path, name: str = FACTS) -> dict[str, Any]:
    """What is told of the folder's files, with `sha256` per file (of an encoder also `name` and
    `dimension`). ValueError where a file is not the one written."""
    facts: dict[str, Any] = json.loads((folder / name).read_text(encoding="utf-8"))
    for file, expected in facts["sha256"].items():
        if _sha256(folder / file) != expected:
            raise ValueError(f"{file} is not the file that {name} describes")
    return facts


def open_table(folder: Path) -> Table:
    """The table, mapped and not read (https://github.com/huggingface/safetensors#format)."""
    path = folder / WEIGHTS
    with path.open("rb") as file:
        length = int.from_bytes(file.read(8), "little")
        header = json.loads(file.read(length))
    mapped = {
        name: np.asarray(
            np.memmap(
                path,
                dtype=_DTYPES[entry["dtype"]],
                mode="r",
                offset=8 + length + entry["data_offsets"][0],
                shape=tuple(entry["shape"]),
            )
        )
        for name, entry in header.items()
        if name in {"embeddings", "weights"}
    }
    return Table(mapped["embeddings"], mapped["weights"])


def _write_tensors(path: Path, tensors: Mapping[str, NDArray[Any]]) -> None:
    from safetensors.numpy import save_file

    save_file(dict(tensors), path)
    path.chmod(0o644)  # safetensors makes it private to its writer


def _write_json(path: Path, content: object) -> None:
    path.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
