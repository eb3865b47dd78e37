"""Answers, hits and documents as the contract's JSON objects. Adds nothing to them."""

from typing import Any

from chuhai.answers import answer_json, citation_json, translation_json
from chuhai.domain import Document, Hit, Passage

__all__ = ["answer_json", "citation_json", "document_json", "hits_json"]


def hits_json(query: str, hits: list[Hit], query_id: str = "1") -> dict[str, Any]:
    """``search`` out."""
    return {
        "id": query_id,
        "query": query,
        "hits": [
            {"rank": rank, **_hit(hit), "scores": dict(hit.scores)}
            for rank, hit in enumerate(hits, 1)
        ],
    }


def _hit(hit: Hit) -> dict[str, Any]:
    passage = hit.passage
    return {
        "passage_id": passage.passage_id,
        "content_hash": passage.content_hash,
        "document": passage.document,
        "title": passage.title,
        "heading": list(passage.heading),
        "locator": passage.locator,
        "start": passage.start,
        "end": passage.end,
        "text": passage.text,
        "translation": translation_json(passage.translation),
        "score": hit.score,
    }


def document_json(
    document: Document, passages: list[Passage], shown: Passage | None
) -> dict[str, Any]:
    """``corpus show`` out; ``shown`` is the passage that was asked for, if one was."""
    values: dict[str, Any] = {
        "document": document.path,
        "title": document.title,
        "lang": document.lang,
        "kind": document.kind,
        "source": dict(document.source),
        "text": document.text,
        "passages": [
            {
                "passage_id": passage.passage_id,
                "start": passage.start,
                "end": passage.end,
                "heading": list(passage.heading),
                "locator": passage.locator,
            }
            for passage in passages
        ],
    }
    if shown is not None:
        values["passage"] = {
            "passage_id": shown.passage_id,
            "start": shown.start,
            "end": shown.end,
            "translation": translation_json(shown.translation),
        }
    return values
