"""Claims with planted errors and the sentences that they cite, one JSON object a line."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import numpy as np

from chuhai.domain import Lang, Passage
from chuhai.errors import EvalError
from chuhai.evals.lines import read_lines

TRUE = "true"
PLANTED = ("number", "subject", "negation", "source", "merged", "invented")

PassagesOf = Callable[[str], Sequence[Passage]]
"""A document's passages in reading order."""


@dataclass(frozen=True, slots=True)
class ClaimCase:
    """One claim; see evals/claims/README.md."""

    id: str
    lang: Lang
    claim: str
    cites: tuple[tuple[str, str], ...]
    """Document and quote of each cited sentence."""
    kind: str

    @property
    def borne(self) -> bool:
        return self.kind == TRUE


def read_claims(path: Path) -> Iterator[ClaimCase]:
    """The claims of a file. Raises EvalError for a line that is none."""
    for where, row in read_lines(path):
        try:
            yield ClaimCase(
                id=str(row["id"]),
                lang="zh" if row["lang"] == "zh" else "en",
                claim=str(row["claim"]),
                cites=tuple((str(c["document"]), str(c["quote"])) for c in row["cites"]),
                kind=str(row["kind"]),
            )
        except (KeyError, TypeError) as error:
            raise EvalError(
                f"{where}: a claim lacks {error}; the schema is in evals/claims/README.md",
                f"{where}：缺少 {error}；格式见 evals/claims/README.md",
            ) from error


@dataclass(frozen=True)
class World:
    """The documents that claims cite, whole or in one edition and without plain words."""

    passages_of: PassagesOf

    def place(self, document: str, quote: str) -> tuple[int, int]:
        """The passage and the sentence of it that is the quote. Raises EvalError where none is."""
        for i, passage in enumerate(self.passages_of(document)):
            for j, sentence in enumerate(passage.sentences):
                if passage.cut(sentence) == quote:
                    return i, j
        raise EvalError(
            f"{document} has no sentence {quote!r}: correct the claim",
            f"{document} 中没有这句：{quote!r}；请改正该条",
        )

    def alone(self, lang: str) -> PassagesOf:
        """Passages and sentences in the same order, as if there were no other edition."""
        return cache(lambda document: [_alone(p, lang) for p in self.passages_of(document)])


def _alone(passage: Passage, lang: str) -> Passage:
    if passage.lang == lang:
        bare = tuple(replace(s, translation=None, plain="") for s in passage.sentences)
        return replace(passage, sentences=bare, translation=None, other_heading=())
    texts = [s.translation.text if s.translation else passage.cut(s) for s in passage.sentences]
    # Offsets from the original's on, so that passages stay in order.
    ends = (passage.start + np.cumsum([len(text) for text in texts])).tolist()
    sentences = tuple(
        replace(s, start=end - len(text), end=end, translation=None, plain="")
        for s, text, end in zip(passage.sentences, texts, ends, strict=True)
    )
    return replace(
        passage,
        lang="en" if passage.lang == "zh" else "zh",
        end=ends[-1],
        text="".join(texts),
        sentences=sentences,
        heading=passage.other_heading,
        other_heading=(),
        translation=None,
    )
