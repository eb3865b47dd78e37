"""Texts to vectors. The shipped encoder needs numpy and `tokenizers` only, never torch."""

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from chuhai.errors import EncoderError
from chuhai.index import quantised

if TYPE_CHECKING:
    from chuhai.index.endpoint import Endpoint

Vectors = NDArray[np.float32]

_KNOWN = 20_000
ENDPOINT_PREFIX = "openai:"
_BATCH = 512  # texts that are tokenised at once; more costs memory and gains nothing
_SAME_SAMPLE = 0.99


class Encoder(Protocol):
    """One port for every encoder; vectors of two encoders with one id can be mixed."""

    @property
    def id(self) -> str:
        """A name and a short sha256 of the weights: other weights, another id."""

    @property
    def dimension(self) -> int:
        """Length of a vector."""

    def encode(self, texts: Sequence[str]) -> Vectors:
        """len(texts) × dimension; rows of length 1, or all zero where nothing is known."""


@runtime_checkable
class SampledEncoder(Protocol):
    """An encoder whose weights nobody can hash: its vectors of one text tell it from another."""

    def sample(self) -> tuple[float, ...]:
        """Part of the vector of a text that never changes."""


class StaticEncoder:
    """One vector per token, mean pooled: the shipped encoder, and any folder like it.

    All folding of the text (NFKC, lower case, Traditional to Simplified) is done by the
    tokenizer's own normaliser, so that every reader of the folder sees the same tokens.
    Raises OSError, ValueError or KeyError where the folder is not whole; see `load_encoder`.
    """

    def __init__(self, folder: Path) -> None:
        from tokenizers import Tokenizer

        facts = quantised.read_facts(folder)
        text = (folder / quantised.TOKENIZER).read_text(encoding="utf-8")
        self._tokenizer = Tokenizer.from_str(text)
        self._table = quantised.open_table(folder)
        self._known: dict[str, NDArray[np.intp]] = {}
        self.dimension: int = facts["dimension"]
        sums = "".join(facts["sha256"][file] for file in sorted(facts["sha256"]))
        self.id = f"{facts['name']}-{_short(sums.encode())}"
        if self._table.rows.shape != (self._tokenizer.get_vocab_size(), self.dimension):
            raise ValueError("the table and the tokenizer are not of one training")

    def encode(self, texts: Sequence[str]) -> Vectors:
        """See `Encoder`. About 0.1 ms for a question, 10,000 passages in a second or two."""
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        known = self.token_ids(texts) if len(texts) <= _BATCH else self._ids(texts)
        for place, ids in enumerate(known):
            # The mean and the sum have one direction, and only that is kept.
            vectors[place] = self._table.scales[ids] @ self._table.rows[ids].astype(np.float32)
        return unit(vectors)

    def token_ids(self, texts: Sequence[str]) -> list[NDArray[np.intp]]:
        """Per text the ids of its tokens; those of the last many thousand texts are kept.

        An answer reads the sentences of the same passages as the answers before it.
        """
        known = self._known
        fresh = [text for text in dict.fromkeys(texts) if text not in known]
        found = dict(zip(fresh, self._ids(fresh), strict=True))
        # Never emptied, only replaced: another thread may be reading it.
        self._known = found if len(known) + len(found) > _KNOWN else known | found
        return [found[text] if text in found else known[text] for text in texts]

    def token_rows(self, ids: NDArray[np.intp]) -> Vectors:
        """The vectors of these tokens (len(ids) × dimension), as they are pooled.

        Not of length 1: a longer vector weighs more in the mean.
        """
        rows: Vectors = self._table.rows[ids].astype(np.float32)
        rows *= self._table.scales[ids][:, None]  # in place: a second such array costs milliseconds
        return rows

    def _ids(self, texts: Sequence[str]) -> Iterator[NDArray[np.intp]]:
        for start in range(0, len(texts), _BATCH):
            batch = list(texts[start : start + _BATCH])
            for encoding in self._tokenizer.encode_batch_fast(batch, add_special_tokens=False):
                yield np.array(encoding.ids, dtype=np.intp)


class SentenceTransformerEncoder:
    """Any sentence-transformers model, by folder or by name; takes seconds to load."""

    def __init__(self, name: str) -> None:
        from sentence_transformers import SentenceTransformer

        try:
            self._model = SentenceTransformer(name)
        except (OSError, ValueError, ImportError, RuntimeError) as error:
            raise EncoderError(
                f"the encoder {name!r} cannot be loaded ({_one_line(error)}): name a folder that "
                "holds the model, or unset CHUHAI_ENCODER to use the shipped one",
                f"编码器 {name!r} 加载失败（{_one_line(error)}）：请指定存有该模型的文件夹，"
                "或取消 CHUHAI_ENCODER 改用自带的编码器",
            ) from error
        dimension = self._model.get_embedding_dimension()
        if dimension is None:
            raise EncoderError(
                f"the encoder {name!r} gives no single vector per text: choose another",
                f"编码器 {name!r} 不能为一段文字给出单个向量：请换一个",
            )
        self.dimension: int = dimension
        self.id = f"{Path(name).name}-{self._fingerprint()}"

    def encode(self, texts: Sequence[str]) -> Vectors:
        """See `Encoder`."""
        if not texts:
            return np.zeros((0, self.dimension), dtype=np.float32)
        vectors = self._model.encode(list(texts), convert_to_numpy=True, show_progress_bar=False)
        return unit(np.asarray(vectors, dtype=np.float32))

    def _fingerprint(self) -> str:
        import torch

        digest = hashlib.sha256()
        for name, tensor in sorted(self._model.state_dict().items()):
            digest.update(name.encode())
            # As bytes, because numpy has no bfloat16.
            digest.update(tensor.detach().cpu().reshape(-1).view(torch.uint8).numpy().tobytes())
        return digest.hexdigest()[:12]


def load_encoder(name: str | None, shipped: Path, endpoint: "Endpoint | None" = None) -> Encoder:
    """The encoder of that name or folder; None is the shipped one.

    ``openai:MODEL`` is a model at ``endpoint``, which is not asked before it is needed.
    Raises EncoderError, with the mend, where files are missing or damaged.
    """
    if name is not None and name.startswith(ENDPOINT_PREFIX):
        from chuhai.index.endpoint import Endpoint, EndpointEncoder

        return EndpointEncoder(name.removeprefix(ENDPOINT_PREFIX), endpoint or Endpoint())
    if name is not None:
        return SentenceTransformerEncoder(name)
    try:
        return StaticEncoder(shipped)
    except FileNotFoundError as error:
        missing = Path(error.filename or shipped).name
        raise EncoderError(
            f"the shipped encoder lacks {missing} ({shipped}): install chuhai again, or restore "
            "the folder from the repository",
            f"自带的编码器缺少 {missing}（{shipped}）：请重新安装 chuhai，或从代码库恢复该文件夹",
        ) from error
    except Exception as error:  # tokenizers raises bare Exception for a damaged file
        raise EncoderError(
            f"the shipped encoder in {shipped} is damaged ({_one_line(error)}): install chuhai "
            "again, or restore the folder from the repository",
            f"自带的编码器已损坏（{shipped}，{_one_line(error)}）：请重新安装 chuhai，"
            "或从代码库恢复该文件夹",
        ) from error


def sample_of(encoder: Encoder) -> list[float]:
    """What the manifest keeps of an encoder that has no hash; nothing for all others."""
    return list(encoder.sample()) if isinstance(encoder, SampledEncoder) else []


def same_sample(kept: Sequence[float], encoder: Encoder) -> bool:
    """Whether the encoder still gives the vectors that it gave then.

    Servers round as they batch, which leaves a cosine of .999; another model, or the same one
    cut down to few bits, is below .99.
    """
    now = sample_of(encoder)
    if not kept or not now:
        return not kept and not now
    if len(kept) != len(now):
        return False
    cosine = float(np.dot(kept, now) / (np.linalg.norm(kept) * np.linalg.norm(now) + 1e-12))
    return cosine >= _SAME_SAMPLE


def unit(vectors: Vectors) -> Vectors:
    """Each row brought to length 1; a row of zeros stays."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    rows: Vectors = np.divide(vectors, lengths, out=np.zeros_like(vectors), where=lengths > 0)
    return rows


def _short(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:12]


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())[:120] or type(error).__name__
