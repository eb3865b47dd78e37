"""Defects planted into a run's answers, to see whether the bench finds each of them.

A defect takes result rows and gives each case's answer as it would be with the defect in.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from chuhai.evals.library import Library
from chuhai.evals.reply import Cited, Found, read_reply
from chuhai.evals.text import statements

Row = Mapping[str, Any]
Json = dict[str, Any]
Defect = Callable[[Row, Sequence[Row], Library], Json]

_MARKER = re.compile(r"\s*\[(\d+)\]")
_DIGITS = re.compile(r"(?<!\[)(?<!\d)\d+(?:\.\d+)?(?![\d\]])")


def planted(defect: Defect, rows: Sequence[Row], library: Library) -> dict[str, Json]:
    """Each case's answer with the defect in it."""
    return {row["id"]: defect(row, rows, library) for row in rows}


def shuffled_citations(row: Row, rows: Sequence[Row], library: Library) -> Json:
    """Every answer keeps its words and has the citations of the next one."""
    answer = dict(row["answer"])
    answered = [other for other in rows if not other["refused"]]
    if row["refused"] or len(answered) < 2:
        return answer
    place = next(i for i, other in enumerate(answered) if other["id"] == row["id"])
    others = answered[(place + 1) % len(answered)]["answer"]["citations"]
    own = answer["citations"]
    taken = [others[i % len(others)] for i in range(len(own))]
    return answer | {"citations": [{**cited, "n": own[i]["n"]} for i, cited in enumerate(taken)]}


def dropped_evidence(row: Row, rows: Sequence[Row], library: Library) -> Json:
    """Retrieval never brings a passage that holds evidence."""
    return dict(row["answer"]) | {
        "hits": _without(row, "hits", library),
    }


def uncited_evidence(row: Row, rows: Sequence[Row], library: Library) -> Json:
    """The answer says what it said, and no longer cites the evidence for it."""
    kept = _without(row, "citations", library)
    numbers = {cited["n"] for cited in kept}
    text = _MARKER.sub(lambda m: m[0] if int(m[1]) in numbers else "", str(row["answer"]["answer"]))
    return dict(row["answer"]) | {"answer": text, "citations": kept}


def _without(row: Row, name: str, library: Library) -> list[Any]:
    """The hits or citations that hold none of the case's evidence."""
    reply = read_reply({**row["answer"], "id": row["id"]})
    items: Sequence[Cited | Found] = (reply.hits if name == "hits" else reply.citations) or ()
    needed = [text for group in row["evidence"] for text in group]
    return [
        given
        for given, item in zip(row["answer"][name], items, strict=True)
        if not any(library.shows(item, text) for text in needed)
    ]


def swapped_numbers(row: Row, rows: Sequence[Row], library: Library) -> Json:
    """Every figure in the text begins with another digit."""
    text = _DIGITS.sub(lambda m: f"{int(m[0][0]) % 9 + 1}{m[0][1:]}", row["answer"]["answer"])
    return dict(row["answer"]) | {"answer": text}


def altered_quotes(row: Row, rows: Sequence[Row], library: Library) -> Json:
    """One character is missing in the middle of every quote."""
    cited = [
        {**item, "quote": item["quote"][: (h := len(item["quote"]) // 2)] + item["quote"][h + 1 :]}
        for item in row["answer"]["citations"]
    ]
    return dict(row["answer"]) | {"citations": cited}


def always_refuse(row: Row, rows: Sequence[Row], library: Library) -> Json:
    """Nothing is ever answered."""
    words = "文档没有回答这个问题。" if row["lang"] == "zh" else "The documents do not answer this."
    return dict(row["answer"]) | {"answer": words, "refused": True, "citations": []}


def never_refuse(row: Row, rows: Sequence[Row], library: Library) -> Json:
    """Where it refused, it now answers with the beginning of the best passage."""
    if not row["refused"] or not row["answer"]["hits"]:
        return dict(row["answer"])
    hit = row["answer"]["hits"][0]
    return dict(row["answer"]) | _quoting(hit["document"], hit["start"], row["lang"], library)


def first_passage_always(row: Row, rows: Sequence[Row], library: Library) -> Json:
    """Whatever is asked, the first passage of the first document is found and quoted."""
    first = library.passages[0]
    hit = {"document": first.document, "start": first.start, "end": first.end}
    quoting = _quoting(first.document, first.start, row["lang"], library)
    return dict(row["answer"]) | {"hits": [hit]} | quoting


def _quoting(document: str, start: int, lang: str, library: Library) -> Json:
    """An answer that is the first whole sentence of the passage that begins there."""
    passage = next(p for p in library.passages if (p.document, p.start) == (document, start))
    sentence = max(passage.sentences[:3], key=lambda one: one.end - one.start)
    other = sentence.translation
    cited = {
        "n": 1,
        "document": document,
        "start": sentence.start,
        "end": sentence.end,
        "quote": passage.cut(sentence),
        "translation": {"text": other.text} if other else None,
    }
    shown = other.text if other and lang != passage.lang else passage.cut(sentence)
    return {"answer": f"{' '.join(shown.split())} [1]", "refused": False, "citations": [cited]}


def wrong_language(row: Row, rows: Sequence[Row], library: Library) -> Json:
    """The answer is said in the other language, from the other edition of what it cites."""
    if row["refused"]:
        return dict(row["answer"])
    lines = []
    for cited in row["answer"]["citations"]:
        other = (cited.get("translation") or {}).get("text") or cited["quote"]
        words = other if row["lang"] == "zh" else cited["quote"]
        lines.append(f"{' '.join(words.split())} [{cited['n']}]")
    return dict(row["answer"]) | {"answer": "\n".join(lines)}


def repeated(row: Row, rows: Sequence[Row], library: Library) -> Json:
    """Everything is said twice."""
    if row["refused"]:
        return dict(row["answer"])
    return dict(row["answer"]) | {"answer": f"{row['answer']['answer']}\n{row['answer']['answer']}"}


def lost_markers(row: Row, rows: Sequence[Row], library: Library) -> Json:
    """Markers name citations that are not there."""
    text = _MARKER.sub(lambda m: f" [{int(m[1]) + 50}]", str(row["answer"]["answer"]))
    return dict(row["answer"]) | {"answer": text}


def forbidden_words(row: Row, rows: Sequence[Row], library: Library) -> Json:
    """It goes on to say what the case forbids, in a clause of what it said last."""
    if not row["must_not"]:
        return dict(row["answer"])
    return dict(row["answer"]) | {"answer": f"{row['answer']['answer']}\n{row['must_not'][0]}"}


def half_said(row: Row, rows: Sequence[Row], library: Library) -> Json:
    """Only the last sentence is left of the text; all citations stay."""
    if row["refused"]:
        return dict(row["answer"])
    last = statements(row["answer"]["answer"])[-1]
    marks = "".join(f"[{cited['n']}]" for cited in row["answer"]["citations"])
    return dict(row["answer"]) | {"answer": f"{last.text} {marks}"}


def perverse_confidence(row: Row, rows: Sequence[Row], library: Library) -> Json:
    """The system is sure exactly where it should not be."""
    return dict(row["answer"]) | {"confidence": float(row["refuse"])}
