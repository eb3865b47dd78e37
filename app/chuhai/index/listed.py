"""Questions that are listed beside documents: those that they answer, those they leave open.

Their vectors are made with the index: a process that answers one question would else spend
most of its time on encoding thousands of others.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from chuhai.domain import Passage
from chuhai.index.catalogue import Catalogue
from chuhai.index.encoder import Encoder, Vectors
from chuhai.index.maxsim import maxsim_both

ANSWERED, OPEN = "answered", "open"
# So many of the nearest by cosine are compared word by word.
_COMPARED = 40
_ENCODE_BATCH = 1024


@dataclass(frozen=True)
class Listed:
    """Some questions and how near another one is to them."""

    encoder: Encoder
    held: Sequence[str] = ()
    held_vectors: Vectors | None = None
    """One row of length 1 for each that the index holds."""
    more: Sequence[str] = ()
    """Others beside them; an encoder at an endpoint is asked for these with the first question."""

    def with_more(self, questions: Sequence[str]) -> "Listed":
        """These and some others; none where there are none of these."""
        return replace(self, more=questions) if self.held else self

    @cached_property
    def questions(self) -> Sequence[str]:
        return (*self.held, *self.more)

    @cached_property
    def vectors(self) -> Vectors | None:
        """One row of length 1 for each question."""
        if self.held_vectors is None or not self.more:
            return self.held_vectors
        return np.concatenate([self.held_vectors, self.encoder.encode(self.more)])

    def nearness(self, question: str) -> float:
        """Of the nearest: the mean of cosine and MaxSim both ways; 0 where none are listed.

        Both ways, because «how many five years ago» holds all the words of «how many».
        """
        if self.vectors is None:
            return 0.0
        cosines = self.vectors @ self.encoder.encode([question])[0]
        best = np.argsort(-cosines, kind="stable")[:_COMPARED]
        there, back = maxsim_both(self.encoder, question, [self.questions[i] for i in best])
        return float((cosines[best] + there + back).max() / 3)


def listed(catalogue: Catalogue, encoder: Encoder, sort: str) -> Listed:
    """The questions of a sort (``ANSWERED``, ``OPEN``) that the index holds."""
    held = catalogue.questions(sort)
    if not held:
        return Listed(encoder)
    rows = np.frombuffer(b"".join(held.values()), dtype=np.float16)
    return Listed(encoder, tuple(held), rows.reshape(len(held), -1).astype(np.float32))


def list_questions(
    catalogue: Catalogue, encoder: Encoder, say: Callable[[str, int, int], None]
) -> None:
    """Puts all questions that lie beside the catalogue's documents into it, with vectors."""
    for sort, texts in _questions(catalogue).items():
        held = catalogue.questions(sort)
        fresh = [text for text in texts if text not in held]
        if not fresh and len(held) == len(texts):
            continue
        for i in range(0, len(fresh), _ENCODE_BATCH):
            say("list", i, len(fresh))
            batch = fresh[i : i + _ENCODE_BATCH]
            rows = encoder.encode(batch).astype(np.float16)
            held.update((text, row.tobytes()) for text, row in zip(batch, rows, strict=True))
        say("list", len(fresh), len(fresh))
        catalogue.put_questions(sort, {text: held[text] for text in texts})


def _questions(catalogue: Catalogue) -> Mapping[str, Sequence[str]]:
    links = catalogue.links().values()
    originals = sorted({str(said.asks or said.lacks) for said in links if said.asks or said.lacks})
    passages = [p for original in originals for p in catalogue.passages_of(original)]
    answered = dict.fromkeys(text for passage in passages for text in _answered(passage))
    left_open = dict.fromkeys(question for passage in passages for question in passage.open)
    return {ANSWERED: tuple(answered), OPEN: tuple(left_open)}


def _answered(passage: Passage) -> Iterable[str]:
    """Questions that its sentences answer, and those sentences, which tell of the same.

    Not of a survey's options: what is known of one is that it was asked about.
    """
    for sentence in passage.sentences:
        if sentence.asked and not sentence.silent:
            yield from sentence.asked
            yield passage.cut(sentence)
            if sentence.translation is not None:
                yield sentence.translation.text
