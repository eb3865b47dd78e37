"""The documents of an index as a reader looks for them: works, with their other editions.

A document in plain words, or of questions, is no work: it helps to find another one and is
never shown.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from chuhai.corpus.align import Links
from chuhai.corpus.figures import Figure
from chuhai.corpus.reading import Block, blocks
from chuhai.domain import Document, Lang
from chuhai.index.catalogue import Catalogue
from chuhai.library import Entry


@dataclass(frozen=True, slots=True)
class Work:
    """A document and the one that says it translates it."""

    original: Entry
    translation: Entry | None = None

    @property
    def editions(self) -> tuple[Entry, ...]:
        return (self.original, self.translation) if self.translation else (self.original,)

    def title(self, lang: Lang) -> str:
        """In the reader's language, where there is an edition in it."""
        return next((e.title for e in self.editions if e.lang == lang), self.original.title)


def works(entries: Sequence[Entry], links: Mapping[str, Links]) -> list[Work]:
    """Every work, the user's own first, then by name."""
    held = {entry.document for entry in entries}
    translations: dict[str, Entry] = {}
    aside: set[str] = set()
    for entry in entries:
        said = links.get(entry.document, Links())
        if said.found_by in held:
            aside.add(entry.document)
        elif said.translates in held and said.translates not in translations:
            translations[str(said.translates)] = entry
            aside.add(entry.document)
    found = [Work(e, translations.get(e.document)) for e in entries if e.document not in aside]
    return sorted(found, key=lambda work: (not work.original.own, work.original.document))


def read(catalogue: Catalogue, work: Work, path: str, figures: Sequence[Figure]) -> list[Block]:
    """An edition of the work, with its passages; none where it is no longer indexed."""
    document = catalogue.document(path)
    if document is None:
        return []
    starts = {}
    for passage in catalogue.passages_of(work.original.document):
        if path == passage.document:
            starts[passage.start] = passage.passage_id
        elif passage.translation is not None and passage.translation.document == path:
            starts[passage.translation.start] = passage.passage_id
    return blocks(_labelled(document, catalogue.document(work.original.document)), starts, figures)


def _labelled(document: Document, original: Document | None) -> Document:
    """A translation whose paragraphs have the roles that the original gives them."""
    if original is None or document.path == original.path:
        return document
    roles = {p.anchor: p.role for p in original.paragraphs if p.anchor}
    paragraphs = [
        replace(p, role=p.role or roles.get(p.anchor)) if p.anchor else p
        for p in document.paragraphs
    ]
    return replace(document, paragraphs=tuple(paragraphs))
