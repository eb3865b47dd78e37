"""LangChain's own standard suites on our faces: a retriever and embeddings like any other's."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from langchain_core.embeddings import Embeddings
from langchain_core.retrievers import BaseRetriever
from langchain_tests.integration_tests import EmbeddingsIntegrationTests, RetrieversIntegrationTests
from langchain_tests.unit_tests import EmbeddingsUnitTests

from chuhai.index.encoder import StaticEncoder
from chuhai.index.fakes import BagOfCharactersEncoder
from chuhai.retrieval.langchain import ChuhaiEmbeddings, ChuhaiRetriever
from chuhai.settings import shipped
from chuhai.wiring import Advisor

ENCODER = Path(shipped("index/encoder"))


class TestRetrieverChinese(RetrieversIntegrationTests):
    """Over the shipped whitepaper."""

    @pytest.fixture(autouse=True)
    def _over_the_whitepaper(self, advisor: Advisor) -> None:
        self.advisor = advisor

    @property
    def retriever_constructor(self) -> type[BaseRetriever]:
        return ChuhaiRetriever

    @property
    def retriever_constructor_params(self) -> dict[str, Any]:
        return {"searcher": self.advisor.searcher}

    @property
    def retriever_query_example(self) -> str:
        return "展会有什么缺点？"


class TestRetrieverEnglish(TestRetrieverChinese):
    @property
    def retriever_query_example(self) -> str:
        return "What do overseas buyers value most?"


class TestShippedEmbeddings(EmbeddingsIntegrationTests):
    @property
    def embeddings_class(self) -> type[Embeddings]:
        return ChuhaiEmbeddings

    @property
    def embedding_model_params(self) -> dict[str, Any]:
        return {"encoder": StaticEncoder(ENCODER)}


class TestEmbeddingsOfAFake(EmbeddingsUnitTests):
    @property
    def embeddings_class(self) -> type[Embeddings]:
        return ChuhaiEmbeddings

    @property
    def embedding_model_params(self) -> dict[str, Any]:
        return {"encoder": BagOfCharactersEncoder()}


def test_embeddings_are_the_encoders_own_vectors() -> None:
    encoder = StaticEncoder(ENCODER)
    embeddings = ChuhaiEmbeddings(encoder)
    texts = ["低成本营销推广", "low-cost marketing"]
    assert np.array_equal(
        np.asarray(embeddings.embed_documents(texts), dtype=np.float32), encoder.encode(texts)
    )
    assert embeddings.embed_query(texts[0]) == embeddings.embed_documents(texts)[0]
    assert embeddings.embed_documents([]) == []
