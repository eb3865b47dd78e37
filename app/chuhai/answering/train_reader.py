"""Trains the cross-encoder on the corpus: ``python -m chuhai.answering.train_reader``.

Goes on from what ``chuhai.index.train_cross`` left in ``--work``, with the questions that each
sentence of the corpus answers and those that each passage leaves open (decision 15), the pairs
of like questions in ``evals/training/questions.jsonl`` of which one is answered, and the claims
of ``evals/training/claims.jsonl``, whose documents are those of ``evals/claims/dev.jsonl``.
Reads no eval case. Writes ``index/cross_encoder``. Half an hour on two cores.
"""

import argparse
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import torch
from tokenizers import Tokenizer
from tqdm import tqdm  # type: ignore[import-untyped]

from chuhai.answering import rewrite
from chuhai.answering.claims import Source
from chuhai.answering.extract import Extractor
from chuhai.answering.reader import pair_of
from chuhai.domain import Lang, Passage
from chuhai.evals.lines import read_lines
from chuhai.index import quantised
from chuhai.index.cross_encoder import TASKS, Pair, Task, Tokens, read
from chuhai.index.cross_model import build, export, learn
from chuhai.index.cross_pairs import Example, Pieces, Planter
from chuhai.index.train_cross import GENERAL
from chuhai.language.detect import detect
from chuhai.retrieval.search import HybridSearcher
from chuhai.settings import from_environment, shipped
from chuhai.wiring import Workshop

NAME = "chuhai-cross-1"
_READ = 8  # of a question's best sentences
_OTHER_EDITION = 0.12  # of the pairs are read in the other language than the question's
_UNSURE = 0.35  # weight of «no» for a good sentence that nobody was asked about
_ROUNDS = 5  # samples that are drawn of the sentences beside each question
_STEPS = 2300
_PLANTED = 2  # errors that are planted into each true claim, or into what it cites
_HITS = 10


@dataclass(frozen=True)
class Question:
    """A question with what is known of it."""

    text: str
    answered: bool
    by: tuple[Source, ...]
    """What answers it, or what almost does."""
    found: tuple[Source, ...]
    """The best sentences for it, best first."""


@dataclass(frozen=True)
class Corpus:
    """The shipped documents' sentences, and what finds them."""

    documents: dict[str, list[Passage]]
    searcher: HybridSearcher
    extractor: Extractor

    @cached_property
    def sources(self) -> list[Source]:
        passages = (passage for each in self.documents.values() for passage in each)
        return [Source(passage, sentence) for passage in passages for sentence in passage.sentences]

    @cached_property
    def by_quote(self) -> dict[tuple[str, str], Source]:
        return {(source.passage.document, source.quote): source for source in self.sources}

    def questions(self) -> Iterator[Question]:
        """Those beside the documents, then those of the pairs."""
        for source in self.sources:
            for text in source.sentence.asked:
                yield self._question(text, True, source)
        for passage in (passage for each in self.documents.values() for passage in each):
            stated = [Source(passage, s) for s in passage.sentences if not s.silent]
            for text in passage.open:
                yield self._question(text, False, *stated)
        for _, row in read_lines(shipped("evals/training/questions.jsonl")):
            source = self.by_quote[row["document"], row["quote"]]
            for text, answered in ((row["yes"], True), (row["no"], False)):
                turns = [*row.get("before", []), text]
                alone = rewrite.standalone(turns, self.searcher.glossary)
                yield self._question(alone, answered, source)

    def _question(self, text: str, answered: bool, *by: Source) -> Question:
        ranked = self.extractor.ranked(text, self.searcher.search(text, _HITS))
        return Question(text, answered, by, tuple(source for _, source in ranked[:_READ]))


@dataclass(frozen=True)
class Maker:
    """Makes examples of what is known."""

    pieces: Pieces
    rng: random.Random

    def of_question(self, question: Question) -> list[Example]:
        """What answers it, and good sentences that do not."""
        lang = self._edition(detect(question.text))
        near = list(question.found)
        if question.answered:
            keys = {source.key for source in question.by}
            others = [source for source in near if source.key not in keys][:5]
            right = [(source, True, 1.5) for source in question.by]
            chosen = self.rng.sample(others, min(2, len(others)))
            rows = [*right, *((source, False, _UNSURE) for source in chosen)]
        else:
            own = [self.rng.choice(question.by)] if question.by else []
            more = self.rng.sample(near[1:6], min(1, len(near[1:6])))
            rows = [(source, False, 1.0) for source in (*own, *near[:1], *more)]
        return [
            self._example("answers", pair_of(question.text, [source], lang), label, weight)
            for source, label, weight in rows
        ]

    def of_claim(self, text: str, sources: Sequence[Source], label: bool, weight: float) -> Example:
        """A claim with what it cites."""
        lang = self._edition(detect(text))
        return self._example("bears", pair_of(text, sources, lang), label, weight)

    def planted(self, example: Example, weight: float) -> list[Example]:
        """A true claim's example with an error in either text, a few times."""
        planter = Planter(self.pieces, self.rng)
        ids, cut = list(example.tokens.ids), example.tokens.cut
        mark = ids[-1]
        # What is cited begins after the mark that closes what stands above it, if there is one.
        cited = cut + ids[cut:].index(mark) + 1 if mark in ids[cut:-1] else cut
        made = []
        for _ in range(_PLANTED):
            start, end = (1, cut - 1) if self.rng.random() < 0.6 else (cited, len(ids) - 1)
            changed = planter.any()(ids[start:end])
            if changed is not None:
                tokens = (*ids[:start], *changed, *ids[end:])
                longer = len(changed) - (end - start) if start < cut else 0
                made.append(Example(Tokens(tokens, cut + longer), example.task, 0.0, weight))
        return made

    def _edition(self, lang: Lang) -> Lang:
        if self.rng.random() >= _OTHER_EDITION:
            return lang
        return "en" if lang == "zh" else "zh"

    def _example(self, task: Task, pair: Pair, label: bool, weight: float) -> Example:
        (tokens,) = read(self.pieces.tokenizer, [pair], task)
        return Example(tokens, TASKS.index(task), float(label), weight)


def claims(corpus: Corpus, maker: Maker) -> list[Example]:
    """Written claims, and plain words with the sentence that they restate or one beside it;
    the true ones also with errors planted."""
    made: list[Example] = []
    told: set[str] = set()
    for _, row in read_lines(shipped("evals/training/claims.jsonl")):
        cited = [corpus.by_quote[cite["document"], cite["quote"]] for cite in row["cites"]]
        told.update(source.passage.document for source in cited)
        example = maker.of_claim(row["claim"], cited, row["kind"] == "true", 2.0)
        made += [example, *(maker.planted(example, 0.5) if example.label else [])]
    stated = [s for s in corpus.sources if s.sentence.plain and s.passage.document in told]
    for place, source in enumerate(stated):
        for plain in source.sentence.plain.split(" / "):
            other = stated[(place + maker.rng.choice((-2, -1, 1, 2))) % len(stated)]
            example = maker.of_claim(plain, [source], True, 1.0)
            made += [example, *maker.planted(example, 0.5)]
            made.append(maker.of_claim(plain, [other], False, 0.3))
    return made


def main(arguments: Sequence[str] | None = None) -> None:
    """Trains and writes the folder."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--teacher", type=Path, required=True, help="folder of all-MiniLM-L6-v2")
    parser.add_argument("--encoder", type=Path, default=Path("index/encoder"))
    parser.add_argument("--work", type=Path, default=Path(".work/cross"))
    parser.add_argument("--out", type=Path, default=Path("index/cross_encoder"))
    parser.add_argument("--home", default=None)
    options = parser.parse_args(arguments)
    torch.manual_seed(5)
    workshop = Workshop(from_environment(home=options.home))
    index = workshop.open_or_build()
    searcher = workshop.searcher(index)
    paths = sorted(path.name for path in workshop.settings.corpus.glob("*.zh.md"))
    documents = {path: list(index.catalogue.passages_of(path)) for path in paths}
    corpus = Corpus(documents, searcher, workshop.extractor(index, searcher, reads=False))
    tokenizer = Tokenizer.from_file(str(options.encoder / quantised.TOKENIZER))
    pieces = Pieces(tokenizer, quantised.open_table(options.encoder).vectors())
    maker = Maker(pieces, random.Random(21))
    questions = list(tqdm(corpus.questions(), desc="questions"))
    examples = [
        example
        for _ in range(_ROUNDS)
        for example in (
            *(each for question in questions for each in maker.of_question(question)),
            *claims(corpus, maker),
        )
    ]
    model = build(options.teacher, pieces)
    model.load_state_dict(torch.load(options.work / GENERAL, weights_only=True))
    learn(model, examples, _STEPS, layers=8e-5, pieces=5e-4, smoothing=0.05)
    export(model, options.out, NAME)


if __name__ == "__main__":
    main()
