"""The product's verifier as the bench asks it: do these quotes bear this sentence?

ALCE (Gao et al. 2023) asks an NLI model; this house has a verifier, and the bench takes
whichever is handed to it.
"""

from collections.abc import Sequence
from typing import Protocol

from chuhai.answering.around import Around
from chuhai.answering.claims import Claim, Source
from chuhai.answering.reader import Reader
from chuhai.answering.verify import Verifier
from chuhai.domain import Passage, Sentence, Translation
from chuhai.evals.reply import Cited
from chuhai.index.cross_encoder import load_cross_encoder
from chuhai.index.opened import Index
from chuhai.language.detect import detect
from chuhai.language.glossary import read_glossary
from chuhai.settings import shipped


class Supports(Protocol):
    """Whether quotes together bear a statement."""

    def __call__(self, statement: str, cited: Sequence[Cited]) -> bool:
        """True where they do; never for no quotes at all."""


class VerifierSupports:
    """Asks ``answering.verify``, and remembers: ALCE's precision asks the same things often."""

    def __init__(self, verifier: Verifier) -> None:
        self._verifier = verifier
        self._known: dict[tuple[str, tuple[str, ...]], bool] = {}

    def __call__(self, statement: str, cited: Sequence[Cited]) -> bool:
        sources = tuple(_source(item) for item in cited if item.texts)
        if not sources:
            return False
        key = (statement, tuple(text for item in cited for text in item.texts))
        if key not in self._known:
            judged = self._verifier.support(Claim(statement, sources))
            self._known[key] = judged in ("verbatim", "paraphrase")
        return self._known[key]


def verifier_of(index: Index) -> Verifier:
    """The bench's own verifier: whatever the answers did without, they are judged alike."""
    glossary = read_glossary([shipped("corpus/glossary.toml")])
    reader = Reader(load_cross_encoder(shipped("index/cross_encoder")))
    return Verifier(index.encoder, glossary, Around(index.catalogue.passages_of), reader=reader)


def _source(item: Cited) -> Source:
    """A citation as a claim's source: a passage of this one sentence, at its place if known."""
    quote, start = item.texts[0], item.start or 0
    other = None
    if len(item.texts) > 1:
        other = Translation("", 0, len(item.texts[1]), item.texts[1])
    sentence = Sentence(start, start + len(quote), translation=other)
    document = item.document or ""
    passage = Passage(
        passage_id=document,
        content_hash="",
        document=document,
        title="",
        lang=detect(quote),
        start=start,
        end=start + len(quote),
        text=quote,
        sentences=(sentence,),
        translation=other,
    )
    return Source(passage, sentence)
