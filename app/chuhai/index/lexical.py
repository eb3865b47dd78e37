"""Words of passages in a tantivy index: persistent, updated passage by passage, BM25.

Both languages of an aligned passage are words of the one passage.

Tokens are made by ``language.words`` and joined by spaces, so that the engine only
splits: what counts as a word is decided in one place, for indexing and asking alike.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from chuhai.domain import Passage
from chuhai.errors import IndexCorrupt
from chuhai.language.words import terms

_HEAP_BYTES = 64_000_000


class LexicalIndex:
    """BM25 over body and heading of passages (k1 1.2, b 0.75: tantivy's own)."""

    def __init__(self, folder: Path, *, create: bool = False) -> None:
        import tantivy

        if create:
            folder.mkdir(parents=True, exist_ok=True)
        elif not (folder / "meta.json").is_file():
            raise IndexCorrupt(
                "the word index is missing: run `chuhai index build`",
                "索引缺少词语部分：请运行 `chuhai index build`",
            )
        builder = tantivy.SchemaBuilder()
        builder.add_text_field("id", stored=True, tokenizer_name="raw", index_option="basic")
        for name in ("body", "heading", "plain"):
            builder.add_text_field(name, tokenizer_name="whitespace", index_option="freq")
        self._schema = builder.build()
        try:
            self._index = tantivy.Index(self._schema, path=str(folder))
        except ValueError as error:
            raise IndexCorrupt(
                f"the word index cannot be opened ({error}): run `chuhai index build`",
                f"词语索引打不开（{error}）：请运行 `chuhai index build`",
            ) from error

    def update(self, remove: Iterable[str], add: Sequence[Passage]) -> None:
        """Takes passages out and puts passages in, in one commit.

        Until the engine merges its segments, BM25 goes on counting what was removed.
        """
        with self._writing() as writer:
            for passage_id in (*remove, *(passage.passage_id for passage in add)):
                writer.delete_documents_by_term("id", passage_id)
            self._put(writer, add)

    def rewrite(self, passages: Iterable[Passage]) -> None:
        """Holds these passages and no others; scores are those of a new index."""
        with self._writing() as writer:
            writer.delete_all_documents()
            self._put(writer, passages)

    @contextmanager
    def _writing(self) -> Iterator[Any]:
        writer = self._index.writer(heap_size=_HEAP_BYTES, num_threads=1)
        yield writer
        writer.commit()
        writer.wait_merging_threads()
        self._index.reload()

    def _put(self, writer: Any, passages: Iterable[Passage]) -> None:
        import tantivy

        for passage in passages:
            document = tantivy.Document()
            document.add_text("id", passage.passage_id)
            other = passage.translation.text if passage.translation else ""
            above = (passage.title, *passage.heading, *passage.other_heading)
            document.add_text("body", " ".join(terms(f"{passage.text}\n{other}")))
            document.add_text("heading", " ".join(terms("\n".join(above))))
            document.add_text("plain", " ".join(terms(passage.unseen)))
            writer.add_document(document)

    def search(
        self,
        weighted_terms: Mapping[str, float],
        k: int,
        *,
        heading_weight: float,
        plain_weight: float = 0.0,
    ) -> list[tuple[str, float]]:
        """The ``k`` passages with the highest BM25 sum: ``(passage_id, score)``, best first."""
        import tantivy

        weights = (("body", 1.0), ("heading", heading_weight), ("plain", plain_weight))
        fields = [(field, factor) for field, factor in weights if factor > 0]
        clauses = [
            (
                tantivy.Occur.Should,
                tantivy.Query.boost_query(
                    tantivy.Query.term_query(self._schema, field, term, "freq"), weight * factor
                ),
            )
            for term, weight in weighted_terms.items()
            for field, factor in fields
        ]
        if not clauses:
            return []
        searcher = self._index.searcher()
        found = searcher.search(tantivy.Query.boolean_query(clauses), k, count=False)
        return [(searcher.doc(address)["id"][0], float(score)) for score, address in found.hits]

    def count(self) -> int:
        """How many passages are indexed."""
        return int(self._index.searcher().num_docs)

    def knows(self, term: str) -> bool:
        """Whether any passage holds the term, in body, heading, plain words or questions."""
        return self.document_frequency(term) > 0

    def prints(self, term: str) -> bool:
        """Whether any document itself has the term; what helps to find it does not count."""
        return any(self._holding(field, term) for field in ("body", "heading"))

    def document_frequency(self, term: str) -> int:
        """How many passages hold the term in body, or else in heading, or in plain words."""
        fields = ("body", "heading", "plain")
        return next((n for field in fields if (n := self._holding(field, term))), 0)

    def _holding(self, field: str, term: str) -> int:
        import tantivy

        searcher = self._index.searcher()
        # doc_freq is quick, and counts passages that were removed until segments are merged.
        if not searcher.doc_freq(field, term):
            return 0
        query = tantivy.Query.term_query(self._schema, field, term, "basic")
        found: Any = searcher.search(query, 1, count=True)
        return int(found.count)
