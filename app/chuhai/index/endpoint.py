"""Vectors from an OpenAI-compatible endpoint: the model is theirs, the checks are ours.

Nothing is imported or asked before the first vector is needed. Of what goes wrong only its
kind is told: an endpoint may repeat the key in its own words.
"""

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

import numpy as np

from chuhai.errors import EncoderError, SettingsError, endpoint_reason
from chuhai.index.encoder import ENDPOINT_PREFIX, Vectors, unit

_OPENAI = "https://api.openai.com/v1"
# What Text Embeddings Inference takes in one request unless told otherwise; others take more.
_BATCH = 32
_RETRIES = 2  # of a connection, a 429 or a 5xx, by the client, each after a longer wait
# A question is encoded by search, extraction, figures and suggestions; it is sent once.
_REMEMBERED = 2048
_SAMPLE_TEXT = "Chuhai 出海: how Chinese brands win trust overseas 中国品牌如何在海外赢得信任"
_SAMPLE_NUMBERS = 32


@dataclass(frozen=True)
class Endpoint:
    """Where the vectors come from. The key never shows in ``repr``."""

    base_url: str | None = None
    """None is OpenAI's own."""
    api_key: str | None = field(default=None, repr=False)
    timeout_s: float = 30.0
    """Longest wait for one batch, in seconds."""


class EndpointEncoder:
    """A model at an endpoint, known by its name and by its vector of one fixed text.

    Every method but the constructor raises EncoderError where the endpoint does not give
    what it should. The address is no part of ``id``: a server may move, a model may not change.
    """

    def __init__(self, model: str, endpoint: Endpoint) -> None:
        if not model.strip():
            raise SettingsError(
                f"CHUHAI_ENCODER={ENDPOINT_PREFIX} names no model: "
                f"write {ENDPOINT_PREFIX}MODEL, e.g. {ENDPOINT_PREFIX}text-embedding-3-small",
                f"CHUHAI_ENCODER={ENDPOINT_PREFIX} 没有写模型名："
                f"请写成 {ENDPOINT_PREFIX}模型，例如 {ENDPOINT_PREFIX}text-embedding-3-small",
            )
        self._model = model
        self._endpoint = endpoint
        self._known: dict[str, Vectors] = {}
        self._lock = threading.Lock()
        self.id = f"{ENDPOINT_PREFIX}{model}"

    @property
    def address(self) -> str:
        """Host, port and path alone."""
        parts = urlsplit(self._endpoint.base_url or _OPENAI)
        return f"{parts.netloc.rpartition('@')[2]}{parts.path}"

    @property
    def dimension(self) -> int:
        return len(self._sampled)

    def sample(self) -> tuple[float, ...]:
        """See `SampledEncoder`."""
        return tuple(round(float(number), 4) for number in self._sampled[:_SAMPLE_NUMBERS])

    def encode(self, texts: Sequence[str]) -> Vectors:
        """See `Encoder`. A text that shows nothing is not sent, and is a row of zeros."""
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        with self._lock:
            found = {text: self._known[text] for text in texts if text in self._known}
        fresh = [t for t in dict.fromkeys(texts) if t not in found and _shows(t)]
        found.update(zip(fresh, self._ask(fresh, self.dimension), strict=True))
        for place, text in enumerate(texts):
            if text in found:
                vectors[place] = found[text]
        self._remember({text: found[text] for text in fresh[-_REMEMBERED:]})
        return vectors

    def _remember(self, vectors: dict[str, Vectors]) -> None:
        with self._lock:
            self._known.update(vectors)
            for text in list(self._known)[: max(0, len(self._known) - _REMEMBERED)]:
                del self._known[text]

    @cached_property
    def _sampled(self) -> Vectors:
        vector: Vectors = self._ask([_SAMPLE_TEXT], None)[0]
        if not vector.any():
            raise self._failed("its vectors are empty", "向量是空的")
        return vector

    def _ask(self, texts: Sequence[str], dimension: int | None) -> Vectors:
        """Rows of length 1 for these texts, ``dimension`` numbers each where it is known."""
        if not texts:
            return np.zeros((0, dimension or 0), dtype=np.float32)
        try:
            listed = self._client.embed_documents(list(texts))
            vectors = np.asarray(listed, dtype=np.float32)
        except Exception as error:  # the client raises whatever its transport and parser do
            # Without the cause: it may hold what the endpoint said, and that the key.
            raise self._failed(*endpoint_reason(error)) from None
        if vectors.ndim != 2 or len(vectors) != len(texts) or not np.isfinite(vectors).all():
            raise self._failed("its reply is not one vector per text", "回复不是每段文字一个向量")
        if dimension is not None and vectors.shape[1] != dimension:
            raise self._failed(
                f"its vectors have {vectors.shape[1]} numbers, before they had {dimension}",
                f"向量有 {vectors.shape[1]} 维，之前是 {dimension} 维",
            )
        return unit(vectors)

    @cached_property
    def _client(self) -> Any:
        from langchain_openai import OpenAIEmbeddings
        from pydantic import SecretStr

        endpoint = self._endpoint
        return OpenAIEmbeddings(
            model=self._model,
            base_url=endpoint.base_url or _OPENAI,
            # A local endpoint needs no key, but the client insists on one.
            api_key=SecretStr(endpoint.api_key or "none"),
            timeout=endpoint.timeout_s,
            max_retries=_RETRIES,
            chunk_size=_BATCH,
            # Else it counts tokens with ranks that it would fetch, and sends numbers for texts.
            check_embedding_ctx_length=False,
            # Only CHUHAI_ settings count: these are else read from the environment.
            openai_api_type=None,
            openai_proxy=None,
        )

    def _failed(self, en: str, zh: str) -> EncoderError:
        return EncoderError(
            f"the encoder endpoint at {self.address} failed ({en}): start it, correct "
            "CHUHAI_ENCODER, CHUHAI_ENCODER_BASE_URL or CHUHAI_ENCODER_API_KEY, or unset "
            "CHUHAI_ENCODER to use the shipped encoder",
            f"{self.address} 的向量服务出错（{zh}）：请启动它，改正 CHUHAI_ENCODER、"
            "CHUHAI_ENCODER_BASE_URL 或 CHUHAI_ENCODER_API_KEY，"
            "或取消 CHUHAI_ENCODER 改用自带的编码器",
        )


def _shows(text: str) -> bool:
    """Whether anything of the text can be seen; endpoints refuse the empty one."""
    return any(character.isprintable() and not character.isspace() for character in text)
