"""The way a question takes, as one LangChain runnable: rewrite, retrieve, answer, verify.

``chain.stream({"turns": […], "lang": "auto"})`` yields ``Shown`` claims as they are
verified and last of all the whole ``Answer``.
"""

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, TypedDict

from chuhai.answering import rewrite
from chuhai.answering.advice import Adviser
from chuhai.answering.claims import Claim, Numbering, Shown
from chuhai.answering.disputes import Disputes
from chuhai.answering.extract import Extractor, claim_of
from chuhai.answering.features import Scored
from chuhai.answering.generate import Generator
from chuhai.answering.recite import recited
from chuhai.answering.refuse import (
    Calibration,
    is_empty,
    missing_words,
    refusal,
)
from chuhai.answering.suggest import Suggester
from chuhai.answering.verify import Verifier
from chuhai.domain import FAILED, Answer, Hit, Lang, Refusal, RefusalReason
from chuhai.errors import ChatModelError
from chuhai.language.asks import asks_for_several, supposes
from chuhai.language.detect import detect
from chuhai.language.orders import gives_orders
from chuhai.language.parts import other_part
from chuhai.language.phrases import phrase
from chuhai.retrieval.search import HybridSearcher
from chuhai.settings import Unsupported

if TYPE_CHECKING:
    from langchain_core.runnables import Runnable

EXTRACTIVE = "extractive"
_HITS = 10


class Question(TypedDict):
    """What the chain is asked with."""

    turns: Sequence[str]
    lang: str
    """``zh``, ``en`` or ``auto``: the language of the last turn."""


@dataclass
class _Run:
    """One question on its way; each step fills in what it found."""

    turns: list[str]
    lang: Lang
    started: float
    unread: RefusalReason | None = None
    """Why no document is read for it, and no model sees it."""
    standalone: str = ""
    degraded: str | None = None
    hits: list[Hit] = field(default_factory=list)
    ranked: list[Scored] = field(default_factory=list)
    """Sentences with their scores, best first."""
    advice: list[Claim] = field(default_factory=list)
    """What the documents hold for a company that tells of itself."""
    timings: dict[str, float] = field(default_factory=dict)

    def clock(self, step: str, since: float) -> None:
        self.timings[step] = self.timings.get(step, 0.0) + (time.perf_counter() - since) * 1000


@dataclass(frozen=True)
class Answering:
    """The steps with the parts that they need."""

    searcher: HybridSearcher
    extractor: Extractor
    verifier: Verifier
    calibration: Calibration
    suggester: Suggester
    adviser: Adviser
    disputes: Disputes
    generator: Generator | None = None
    unsupported: Unsupported = "drop"
    """What becomes of a model's claims that nothing found bears."""
    editions: frozenset[str] = frozenset()
    """What the documents call their editions."""

    def chain(self) -> "Runnable[Question, Shown | Answer]":
        """The steps as a runnable."""
        from langchain_core.runnables import RunnableGenerator, RunnableLambda

        steps: Any = (
            RunnableLambda(self._rewrite)
            | RunnableLambda(self._retrieve)
            | RunnableGenerator(self._answer_each)
        )
        return steps  # type: ignore[no-any-return]

    def _rewrite(self, question: Question) -> _Run:
        started = time.perf_counter()
        turns = [turn for turn in question["turns"] if turn.strip()] or [""]
        wanted = question.get("lang", "auto")
        lang: Lang = "zh" if wanted == "zh" else "en" if wanted == "en" else detect(turns[-1])
        run = _Run(turns, lang, started)
        run.unread = _unread(turns[-1])
        heard = [turn for turn in turns[:-1] if not gives_orders(turn)] + turns[-1:]
        run.standalone = rewrite.standalone(heard, self.searcher.glossary)
        if self.generator is not None and len(heard) > 1 and run.unread is None:
            try:
                run.standalone = self.generator.standalone(heard)
            except ChatModelError as error:
                run.degraded = phrase("degraded.model", lang, reason=error.message(lang))
        run.clock("rewrite", started)
        return run

    def _retrieve(self, run: _Run) -> _Run:
        started = time.perf_counter()
        if run.unread is None:
            run.hits = self.searcher.search(run.standalone, _HITS)
        run.clock("retrieve", started)
        return run

    def _answer_each(self, runs: Iterator[_Run]) -> Iterator[Shown | Answer]:
        for run in runs:
            yield from self._answer(run)

    def _answer(self, run: _Run) -> Iterator[Shown | Answer]:
        refused = self._refused_by_its_words(run)
        if refused is not None:
            yield self._refused(run, refused)
            return
        numbering, shown = Numbering(), []
        answerer = EXTRACTIVE
        if self.generator is not None and run.degraded is None:
            for piece in self._generated(run, numbering):
                shown.append(piece)
                yield piece
            answerer = self.generator.name
            if not shown and run.degraded is None:
                # The model read the passages and found no answer in them.
                yield self._refused(run, self._not_covered(run), answerer)
                return
        if not shown:
            answerer = EXTRACTIVE
            refused = self._refusal(run)
            if refused is not None:
                yield self._refused(run, refused)
                return
            for piece in self._extracted(run, numbering):
                shown.append(piece)
                yield piece
        if shown:
            yield self._finished(run, shown, numbering, answerer)
        else:
            yield self._refused(run, self._not_covered(run))

    def _refused_by_its_words(self, run: _Run) -> Refusal | None:
        """A refusal that the question alone decides, whatever was found."""
        if run.unread is not None:
            instead = self._try_instead(run) if run.unread == "unsafe" else ()
            return refusal(run.unread, run.lang, try_instead=instead)
        part = other_part(run.turns[-1], self.editions)
        if part is not None:
            return refusal("not_covered", run.lang, run.hits, (part,), self._try_instead(run))
        return None

    def _extracted(self, run: _Run, numbering: Numbering) -> Iterator[Shown]:
        started = time.perf_counter()
        claims = run.advice or self._chosen(run)
        run.clock("answer", started)
        for claim in claims:
            shown = self._verified(run, claim, numbering)
            if shown is not None:
                yield shown

    def _chosen(self, run: _Run) -> list[Claim]:
        """The best sentences, and what contradicts them elsewhere."""
        several = asks_for_several(run.standalone)
        claims = self.extractor.claims(run.ranked, run.lang, several=several)
        if claims and supposes(run.turns[-1]):
            claims[0] = replace(claims[0], lead=phrase("supposed", run.lang) + claims[0].lead)
        cited = [source for claim in claims for source in claim.sources]
        other = self.disputes.other_side(run.standalone, run.lang, cited)
        if other is not None:
            lead = phrase("disputed", run.lang)
            claims = [claim for claim in claims if other not in claim.sources]
            claims = claims[: self.extractor.weights.most - 1]
            claims.append(claim_of(other, run.lang, bullet=True, lead=lead))
        return claims

    def _generated(self, run: _Run, numbering: Numbering) -> Iterator[Shown]:
        """The model's claims that hold; says in ``run.degraded`` when it failed."""
        assert self.generator is not None
        started = time.perf_counter()
        seen = held = 0
        try:
            for claim in self.generator.claims(run.standalone, run.lang, run.hits):
                seen += 1
                shown = self._verified(run, claim, numbering)
                if shown is not None:
                    held += 1
                    yield shown
        except ChatModelError as error:
            how = "degraded.partly" if held else "degraded.model"
            run.degraded = phrase(how, run.lang, reason=error.message(run.lang))
        run.clock("answer", started)
        if seen and not held and run.degraded is None:
            run.degraded = phrase("degraded.unsupported", run.lang)

    def _verified(self, run: _Run, claim: Claim, numbering: Numbering) -> Shown | None:
        """The claim with its markers, or None where its sources do not bear it.

        What another found sentence bears cites that one.
        """
        started = time.perf_counter()
        support = self.verifier.support(claim)
        if support in FAILED:
            claim, support = recited(claim, run.hits, self.verifier) or (claim, support)
        run.clock("verify", started)
        if support in FAILED and (self.unsupported == "drop" or not claim.sources):
            return None
        return numbering.show(claim, support)

    def _refusal(self, run: _Run) -> Refusal | None:
        """A refusal where the documents do not answer, else None."""
        started = time.perf_counter()
        run.advice = self.adviser.claims(run.standalone, run.lang)
        if run.advice:
            run.clock("answer", started)
            return None
        run.ranked = self.extractor.ranked(run.standalone, run.hits)
        evidence = self.extractor.evidence(run.standalone, run.hits, run.ranked)
        reason = self.calibration.refuses(evidence) if run.ranked else "not_covered"
        run.clock("answer", started)
        return None if reason is None else self._not_covered(run, reason)

    def _not_covered(self, run: _Run, reason: RefusalReason = "not_covered") -> Refusal:
        """Says what no document has, what lies nearest and what can be asked instead."""
        wants = self.extractor.understand(run.standalone).wants
        return refusal(
            reason,
            run.lang,
            run.hits,
            missing_words(run.standalone, wants, self.searcher.knows),
            self._try_instead(run),
        )

    def _try_instead(self, run: _Run) -> tuple[str, ...]:
        return self.suggester.suggest(run.standalone, run.lang, run.turns, most=2)

    def _refused(self, run: _Run, refused: Refusal, answerer: str = EXTRACTIVE) -> Answer:
        return self._value(run, refused.message, Numbering(), answerer, refused)

    def _finished(
        self, run: _Run, shown: Sequence[Shown], numbering: Numbering, answerer: str
    ) -> Answer:
        text = "".join(piece.markdown for piece in shown)
        return self._value(run, text, numbering, answerer, None)

    def _value(
        self,
        run: _Run,
        text: str,
        numbering: Numbering,
        answerer: str,
        refused: Refusal | None,
    ) -> Answer:
        follow_ups = self.suggester.suggest(run.standalone, run.lang, run.turns)
        return Answer(
            question=run.turns[-1],
            standalone_question=run.standalone,
            lang=run.lang,
            text=text,
            citations=tuple(numbering.citations),
            refusal=refused,
            follow_ups=() if refused and refused.reason == "empty" else follow_ups,
            answerer=answerer,
            degraded=run.degraded,
            timings_ms=_timings(run),
        )


def _unread(question: str) -> RefusalReason | None:
    if is_empty(question):
        return "empty"
    return "unsafe" if gives_orders(question) else None


def _timings(run: _Run) -> Mapping[str, float]:
    steps = {
        step: run.timings.get(step, 0.0) for step in ("rewrite", "retrieve", "answer", "verify")
    }
    total = (time.perf_counter() - run.started) * 1000
    return {step: round(ms, 2) for step, ms in {**steps, "total": total}.items()}
