"""The product as the bench asks it: in this process, or in several beside each other."""

import os
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from chuhai.answering.refuse import Calibration
from chuhai.domain import Answer, Hit, RefusalReason
from chuhai.evals.cases import Case
from chuhai.evals.run import Ask, Json
from chuhai.index.opened import Index
from chuhai.language.glossary import Glossary
from chuhai.present import answer_json
from chuhai.retrieval.search import HybridSearcher, Weights
from chuhai.settings import Settings
from chuhai.wiring import Workshop

if TYPE_CHECKING:
    from chuhai.answering.evidence import Evidence

SIGNALS: Mapping[str, Mapping[str, float]] = {
    "all": {},
    "lexical": {"dense": 0.0, "sentence": 0.0, "late": 0.0, "asked": 0.0},
    "dense": {"lexical": 0.0, "sentence": 0.0, "late": 0.0, "asked": 0.0},
}
_HITS = 10


class Remembering(HybridSearcher):
    """A searcher that keeps its last rankings: the bench wants those that the answer saw."""

    _KEPT = 64

    def search(self, query: str, k: int = 10) -> list[Hit]:
        kept: dict[tuple[str, int], list[Hit]] = self.__dict__.setdefault("_last", {})
        hits = kept.get((query, k))
        if hits is None:
            if len(kept) >= self._KEPT:
                kept.clear()
            hits = kept[query, k] = super().search(query, k)
        return hits


class Noting(Calibration):
    """A calibration that keeps how sure it was, for the thread that asked.

    The lower of its two probabilities, each in units of its threshold: below 1 is refused.
    """

    def refuses(self, evidence: "Evidence") -> RefusalReason | None:
        _noted.sureness = round(min(self.models(evidence).sureness(evidence)), 6)
        return super().refuses(evidence)


_noted = threading.local()


@dataclass(frozen=True)
class Hearing(Workshop):
    """A workshop whose searcher hears the signals named in ``SIGNALS``; it notes its verdicts."""

    signals: str = "all"

    def searcher(self, index: Index) -> HybridSearcher:
        return Remembering(index, self.glossary, self.weights())

    def weights(self) -> Weights:
        heard: dict[str, Any] = dict(SIGNALS[self.signals])
        return replace(super().weights(), **heard)

    def calibration(self) -> Calibration:
        return Noting()


def searchers(workshop: Workshop, index: Index) -> dict[str, HybridSearcher]:
    """BM25 alone (words as the index makes them, no glossary), vectors alone, the product."""
    bare = Weights(theme=0.0, asked=0.0, named=0.0, late=0.0, silent=1.0)
    words = replace(bare, dense=0.0, sentence=0.0)
    vectors = replace(bare, lexical=0.0, dense=1.0, sentence=0.0)
    return {
        "bm25": HybridSearcher(index, Glossary(), words),
        "dense": HybridSearcher(index, Glossary(), vectors),
        "product": workshop.searcher(index),
    }


def asking(workshop: Workshop, index: Index) -> Ask:
    """Asks the product: ``ask`` out with the passages found, and how sure the product is."""
    advisor = workshop.advisor(index)

    def ask(case: Case) -> Json:
        _noted.sureness = None
        answer, usage = _counted(lambda: advisor.ask(case.turns))
        asked = answer_json(answer, case.id)
        hits = advisor.search(answer.standalone_question, _HITS)
        asked["hits"] = [_hit(hit) for hit in hits]
        asked["confidence"] = _noted.sureness
        return asked | ({"usage": usage} if usage else {})

    return ask


def _counted(ask: Callable[[], Answer]) -> tuple[Answer, Json]:
    """The answer and the tokens that a chat model reports for it."""
    from langchain_core.callbacks import get_usage_metadata_callback

    with get_usage_metadata_callback() as counted:
        answer = ask()
    return answer, {
        model: {name: usage[name] for name in ("input_tokens", "output_tokens")}
        for model, usage in counted.usage_metadata.items()
    }


def _hit(hit: Hit) -> Json:
    passage = hit.passage
    return {
        "passage_id": passage.passage_id,
        "document": passage.document,
        "start": passage.start,
        "end": passage.end,
        "score": round(hit.score, 6),
    }


@contextmanager
def pool(
    settings: Settings, signals: str, here: Ask, workers: int
) -> Iterator[tuple[Ask, Executor | None]]:
    """What asks, and what asks it: threads wait for an endpoint, processes use every core."""
    if workers <= 1:
        yield here, None
    elif settings.chat_model:
        with ThreadPoolExecutor(workers) as threads:
            yield here, threads
    else:
        from multiprocessing import get_context

        # One thread of numpy's each: several in several processes wait for one another.
        for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
            os.environ.setdefault(name, "1")
        # Not forked: threads of the vector store do not live on in a fork.
        with ProcessPoolExecutor(
            workers, get_context("spawn"), _begin, (settings, signals)
        ) as processes:
            yield ask_there, processes


_there: list[Ask] = []


def _begin(settings: Settings, signals: str) -> None:
    # The processes share the cores already; the tokenizer's own threads would only wait.
    os.environ["TOKENIZERS_PARALLELISM"] = "false"
    workshop = Hearing(settings, signals=signals)
    _there.append(asking(workshop, workshop.open()))


def ask_there(case: Case) -> Mapping[str, Any]:
    """Asks in a process of a pool."""
    return _there[0](case)
