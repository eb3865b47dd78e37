"""Retrieval on public sets in BEIR's layout (Thakur et al. 2021): read, written, measured.

A folder has ``corpus.jsonl`` (``_id``, ``title``, ``text``), ``queries.jsonl`` (``_id``,
``text``) and ``qrels/test.tsv`` or ``qrels.tsv`` (query, document, relevance).
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chuhai.domain import Hit
from chuhai.errors import EvalError
from chuhai.evals import metrics, ranking
from chuhai.evals.compare import sign_flip

_DEPTH = 10
# Passages asked for, so that ten documents come of them: a document has a few.
_HITS = 40
Search = Callable[[str, int], list[Hit]]
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class PublicSet:
    """A corpus, the questions that have judgements, and the judgements."""

    name: str
    corpus: Mapping[str, str]
    queries: Mapping[str, str]
    qrels: Mapping[str, Mapping[str, int]]


def read(folder: Path) -> PublicSet:
    """The set in a folder. Raises EvalError where a file is missing or cannot be read."""
    qrels_path = next(
        (p for p in (folder / "qrels" / "test.tsv", folder / "qrels.tsv") if p.is_file()), None
    )
    if qrels_path is None:
        raise _broken(folder, "qrels/test.tsv")
    qrels: dict[str, dict[str, int]] = {}
    for query, document, relevance in _judgements(qrels_path):
        if relevance > 0:
            qrels.setdefault(query, {})[document] = relevance
    corpus = {
        str(row["_id"]): f"{row.get('title') or ''}\n\n{row['text']}".strip()
        for row in _rows(folder, "corpus.jsonl")
    }
    queries = {str(row["_id"]): str(row["text"]) for row in _rows(folder, "queries.jsonl")}
    judged = {query: held for query, held in qrels.items() if query in queries}
    if not judged:
        raise EvalError(
            f"no question of {folder} has a judgement: queries.jsonl and qrels must share ids",
            f"{folder} 里没有一个问题有标注：queries.jsonl 与 qrels 的编号须一致",
        )
    return PublicSet(folder.resolve().name, corpus, {q: queries[q] for q in judged}, judged)


def _rows(folder: Path, name: str) -> Iterator[dict[str, Any]]:
    try:
        with (folder / name).open(encoding="utf-8") as file:
            for line in file:
                if line.strip():
                    row = json.loads(line)
                    row["_id"], row["text"]
                    yield row
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise _broken(folder, name) from error


def _judgements(path: Path) -> Iterator[tuple[str, str, int]]:
    """BEIR's three columns under a head, or trec's four without one."""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines()):
        cells = line.split("\t") if "\t" in line else line.split()
        if len(cells) not in (3, 4):
            continue
        try:
            yield cells[0], cells[-2], int(float(cells[-1]))
        except ValueError:
            if number:
                raise _broken(path.parent, f"{path.name}:{number + 1}") from None


def write(folder: Path, public: PublicSet) -> None:
    """The set as a folder in BEIR's layout."""
    (folder / "qrels").mkdir(parents=True, exist_ok=True)
    _write_rows(folder / "corpus.jsonl", public.corpus)
    _write_rows(folder / "queries.jsonl", public.queries)
    lines = ["query-id\tcorpus-id\tscore"]
    lines += [f"{q}\t{d}\t{r}" for q, held in public.qrels.items() for d, r in held.items()]
    (folder / "qrels" / "test.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")


def _write_rows(path: Path, texts: Mapping[str, str]) -> None:
    rows = ({"_id": i, "title": "", "text": text} for i, text in texts.items())
    text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    path.write_text(text, encoding="utf-8")


def write_documents(public: PublicSet, folder: Path) -> dict[str, str]:
    """One text file per document, for the product to index; file name to document id."""
    folder.mkdir(parents=True, exist_ok=True)
    names: dict[str, str] = {}
    for place, (document, text) in enumerate(public.corpus.items()):
        if any(ch.isalnum() for ch in text):
            name = f"{place:07}.txt"
            (folder / name).write_text(text, encoding="utf-8")
            names[name] = document
    return names


def rank(
    public: PublicSet,
    search: Search,
    names: Mapping[str, str],
    progress: Callable[[int], None] | None = None,
) -> dict[str, list[str]]:
    """Per question the first ten documents: a document stands where its best passage does."""
    ranked = {}
    for done, (query, text) in enumerate(public.queries.items(), 1):
        hits = (hit for hit in search(text, _HITS) if hit.score > 0)
        found = dict.fromkeys(names[hit.passage.document] for hit in hits)
        ranked[query] = list(found)[:_DEPTH]
        if progress:
            progress(done)
    return ranked


def scores(public: PublicSet, ranked: Mapping[str, Sequence[str]]) -> dict[str, dict[str, float]]:
    """nDCG@10, recall@5 and MRR@10 of each question."""
    return ranking.per_query(public.qrels, ranked)


def report(public: PublicSet, systems: Mapping[str, Mapping[str, Sequence[str]]]) -> dict[str, Any]:
    """Each system's figures with intervals, and how the last one differs from the others.

    Questions about one document are one cluster: they share what they are about.
    """
    values = {name: scores(public, ranked) for name, ranked in systems.items()}
    clusters = [min(public.qrels[query]) for query in public.queries]
    figures = {
        name: {
            measure: metrics.mean([each[q] for q in public.queries], clusters).as_dict()
            for measure, each in measured.items()
        }
        for name, measured in values.items()
    }
    *others, last = values
    against = {
        name: {m: _against(values[name][m], values[last][m], clusters) for m in ranking.PUBLIC}
        for name in others
    }
    return {
        "set": public.name,
        "documents": len(public.corpus),
        "queries": len(public.queries),
        "systems": figures,
        "p_against_product": against,
    }


def _against(
    one: Mapping[str, float], other: Mapping[str, float], clusters: Iterable[str]
) -> float:
    import numpy as np

    change = np.array([other[query] - one[query] for query in one])
    return round(sign_flip(change, list(clusters)), 5)


def _broken(folder: Path, name: str) -> EvalError:
    return EvalError(
        f"{folder} is no set in BEIR's layout ({name} is missing or cannot be read): it has "
        "corpus.jsonl, queries.jsonl and qrels/test.tsv",
        f"{folder} 不是 BEIR 格式的数据集（{name} 缺失或无法读取）：应有 "
        "corpus.jsonl、queries.jsonl 和 qrels/test.tsv",
    )
