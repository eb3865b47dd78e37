"""Answers, hits and documents as the contract's JSON objects. Adds nothing to them."""

from typing import Any

from chuhai.domain import Answer, Citation, Document, Hit, Passage, Refusal, Translation


def answer_json(answer: Answer, question_id: str = "1") -> dict[str, Any]:
    """``ask`` out."""
    return {
        "id": question_id,
        "question": answer.question,
        "standalone_question": answer.standalone_question,
        "lang": answer.lang,
        "answer": answer.text,
        "refused": answer.refused,
        "refusal": _refusal(answer.refusal),
        "citations": [citation_json(citation) for citation in answer.citations],
        "follow_ups": list(answer.follow_ups),
        "answerer": answer.answerer,
        "degraded": answer.degraded,
        "timings_ms": dict(answer.timings_ms),
    }


def citation_json(citation: Citation) -> dict[str, Any]:
    return {
        "n": citation.n,
        "passage_id": citation.passage_id,
        "content_hash": citation.content_hash,
        "document": citation.document,
        "title": citation.title,
        "heading": list(citation.heading),
        "locator": citation.locator,
        "start": citation.start,
        "end": citation.end,
        "quote": citation.quote,
        "translation": _translation(citation.translation),
        "support": citation.support,
        "link": citation.link,
    }


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
        "translation": _translation(passage.translation),
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
            "translation": _translation(shown.translation),
        }
    return values


def _refusal(refusal: Refusal | None) -> dict[str, Any] | None:
    if refusal is None:
        return None
    return {
        "reason": refusal.reason,
        "message": refusal.message,
        "missing": list(refusal.missing),
        "nearest": [
            {"passage_id": n.passage_id, "document": n.document, "heading": list(n.heading)}
            for n in refusal.nearest
        ],
    }


def _translation(other: Translation | None) -> dict[str, Any] | None:
    if other is None:
        return None
    return {
        "document": other.document,
        "start": other.start,
        "end": other.end,
        "text": other.text,
    }
