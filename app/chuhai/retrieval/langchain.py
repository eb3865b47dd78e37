"""LangChain's face of retrieval: the same passages as ``Document`` values, the same vectors."""

from typing import Any

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.embeddings import Embeddings
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict

from chuhai.domain import Hit
from chuhai.index.encoder import Encoder
from chuhai.retrieval.search import Searcher


class ChuhaiRetriever(BaseRetriever):
    """``retriever.invoke(question)`` gives passages with their ids and spans as metadata."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    searcher: Any
    """A ``Searcher``; typed loosely because pydantic cannot check a Protocol."""
    k: int = 10

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun, k: int | None = None
    ) -> list[Document]:
        searcher: Searcher = self.searcher
        return [as_document(hit) for hit in searcher.search(query, k or self.k)]


class ChuhaiEmbeddings(Embeddings):
    """Any of our encoders for a store or chain of LangChain's; vectors have length 1 or 0."""

    def __init__(self, encoder: Encoder) -> None:
        self.encoder = encoder

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        listed: list[list[float]] = self.encoder.encode(texts).tolist()
        return listed

    def embed_query(self, text: str) -> list[float]:
        return self.embed_documents([text])[0]


def as_document(hit: Hit) -> Document:
    """A hit as LangChain knows it; nothing of the text is changed."""
    passage = hit.passage
    return Document(
        id=passage.passage_id,
        page_content=passage.text,
        metadata={
            "document": passage.document,
            "start": passage.start,
            "end": passage.end,
            "heading": " / ".join(passage.heading),
            "score": hit.score,
        },
    )
