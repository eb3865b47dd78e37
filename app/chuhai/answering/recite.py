"""Another of the found sentences for a claim that the cited ones do not bear."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from chuhai.answering.cited import edition
from chuhai.answering.claims import Claim, Source
from chuhai.answering.verify import Verifier
from chuhai.domain import FAILED, Hit, Support
from chuhai.language.detect import detect

_TRIED = 3  # sentences, the nearest to the claim


def recited(claim: Claim, hits: Sequence[Hit], verifier: Verifier) -> tuple[Claim, Support] | None:
    """The claim with a found sentence that bears it, alone or beside those cited, or None.

    Models often cite the sentence before or after the one that they read. A claim that cites
    nothing stays so: a model that names no sentence may have read none.
    """
    keys = {source.key for source in claim.sources}
    found = {source.key: source for source in _stated(hits) if source.key not in keys}
    if not keys or not found:
        return None
    lang, others = detect(claim.text), list(found.values())
    texts = [edition(source, lang) for source in others]
    vectors = verifier.encoder.encode([claim.text, *texts])
    nearest = np.argsort(-(vectors[1:] @ vectors[0]), kind="stable")[:_TRIED]
    for place in nearest.tolist():
        for sources in ((others[place],), (*claim.sources, others[place])):
            tried = replace(claim, sources=sources)
            support = verifier.support(tried)
            if support not in FAILED:
                return tried, support
    return None


def _stated(hits: Sequence[Hit]) -> list[Source]:
    return [
        Source(hit.passage, sentence)
        for hit in hits
        for sentence in hit.passage.sentences
        if not sentence.silent
    ]
