"""Which of a corpus's stated figures a question is about."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache

from chuhai.answering.claims import Source
from chuhai.corpus.figures import Figure
from chuhai.domain import Document, Lang
from chuhai.index.encoder import Encoder, Vectors

Span = tuple[str, int, int]


@dataclass
class StatedFigures:
    """Figures with their spans; their labels are encoded when the first question comes."""

    encoder: Encoder
    figures: Sequence[Figure] = ()
    spans: Sequence[Span] = ()
    _labels: dict[Lang, Vectors] = field(default_factory=dict)

    def near(self, question: str, lang: Lang, sources: Sequence[Source]) -> list[float]:
        """Per sentence the cosine of the question and the nearest figure in it; 0 without one."""
        if not self.figures:
            return [0.0] * len(sources)
        if lang not in self._labels:
            self._labels[lang] = self.encoder.encode([f.label(lang) for f in self.figures])
        cosines = self._labels[lang] @ self.encoder.encode([question])[0]
        return [
            max((float(cosines[i]) for i in self._within(source.key)), default=0.0)
            for source in sources
        ]

    def _within(self, sentence: Span) -> Iterable[int]:
        document, start, end = sentence
        for i, (where, left, right) in enumerate(self.spans):
            if where == document and left < end and start < right:
                yield i


def locate(
    encoder: Encoder, figures: Iterable[Figure], document: Callable[[str], Document | None]
) -> StatedFigures:
    """The figures that stand where their records say, given a way to a document by its path."""
    read = cache(document)
    found = []
    for figure in figures:
        text = read(figure.place.document)
        span = figure.place.find(text) if text else None
        if span is not None:
            found.append((figure, (figure.place.document, *span)))
    return StatedFigures(encoder, [f for f, _ in found], [span for _, span in found])
