"""The documents: widgets and what a session remembers. What they hold comes from ``chuhai``."""

from typing import TYPE_CHECKING

import streamlit as st

from chuhai.domain import Lang
from chuhai.shelf import Work
from pages import reading
from pages.changing import change
from pages.frame import begin, draw, esc, navigate, opened, table, told
from pages.panel import quiet
from pages.words import known, word

if TYPE_CHECKING:
    from chuhai.index.manifest import Manifest
    from chuhai.wiring import Advisor, Workshop

_LEAF = 12_000
_HITS = 10
_LONGEST = 1_000


def page() -> None:
    """The whole page."""
    lang = begin("library")
    advisor = opened(lang)
    if advisor is None:
        return
    with told(lang):
        _tabs(advisor, lang)


def _tabs(advisor: "Advisor", lang: Lang) -> None:
    from chuhai.library import entries_of
    from chuhai.settings import from_environment
    from chuhai.shelf import works
    from chuhai.wiring import Workshop

    workshop = Workshop(from_environment())
    links = advisor.index.catalogue.links()
    found = works(entries_of(workshop), links)
    manifest = advisor.index.manifest
    own = sum(work.original.own for work in found)
    quiet(word("library.counted", lang, works=len(found), passages=manifest.passages, own=own))
    names = ("documents", "find", "add", "index")
    documents, find, add, index = st.tabs([word(f"library.{name}", lang) for name in names])
    with documents:
        _documents(advisor, workshop, found, lang)
    with find:
        _find(advisor, lang)
    with add:
        change(workshop, manifest, found, lang)
    with index:
        _index(manifest, sum(said.found_by is not None for said in links.values()), lang)


def _documents(advisor: "Advisor", workshop: "Workshop", found: list[Work], lang: Lang) -> None:
    with st.expander(word("library.list", lang), expanded=True):
        heads = ["document", "languages", "kind", "passages", "from"]
        rows = [_row(work, lang) for work in found]
        named = [word(f"library.{head}", lang) for head in heads]
        draw(table(named, rows, word("library.list", lang)))
    by_name = {work.original.document: work for work in found}
    wanted = st.query_params.get("document", "")
    place = list(by_name).index(wanted) if wanted in by_name else 0
    chosen = st.selectbox(
        word("library.open", lang),
        list(by_name),
        index=place,
        format_func=lambda name: _option(by_name[name], lang),
        key="library-document",
    )
    _read(advisor, workshop, by_name[chosen], lang)


def _option(work: Work, lang: Lang) -> str:
    title = work.title(lang)
    shown = title if len(title) <= 60 else f"{title[:59]}…"
    return f"{shown} · {work.original.document}"


def _row(work: Work, lang: Lang) -> list[str]:
    entry = work.original
    spoken = " + ".join(word(f"frame.{each.lang}", lang) for each in work.editions)
    kind = entry.kind or ""
    shown = word(f"kind.{kind}", lang) if known(f"kind.{kind}") else kind
    name = f"{esc(work.title(lang))}<span class='ch-name'>{esc(entry.document)}</span>"
    origin = word("library.shipped", lang)
    if entry.own:
        date = entry.source.added[:10] if entry.source else "–"
        origin = word("library.added", lang, date=date)
        if entry.source and entry.source.converted:
            origin += f", {word('library.converted', lang, kind=entry.source.converted)}"
    return [name, esc(spoken), esc(shown or "–"), str(entry.passages), esc(origin)]


def _read(advisor: "Advisor", workshop: "Workshop", work: Work, lang: Lang) -> None:
    """An edition of a work as it is indexed, in parts that a browser can hold."""
    from pathlib import Path

    from chuhai.corpus.reading import leaves
    from chuhai.shelf import read

    editions = {entry.document: entry for entry in work.editions}
    # The reader's own language first, where there is an edition in it.
    names = sorted(editions, key=lambda name: editions[name].lang != lang)
    path = names[0]
    if len(names) > 1:
        path = (
            st.segmented_control(
                word("library.edition", lang),
                names,
                default=names[0],
                format_func=lambda name: _edition(work, name, lang),
                key=f"library-edition-{lang}",
                required=True,
            )
            or names[0]
        )
    figures = workshop.figures(Path(advisor.index.manifest.root)).figures
    parts = leaves(read(advisor.index.catalogue, work, path, figures), _LEAF)
    if not parts[0]:
        quiet(word("library.gone", lang))
        return
    part = 1
    if len(parts) > 1:
        label = word("library.leaf", lang, total=len(parts))
        part = int(st.number_input(label, 1, len(parts), 1, key=f"library-leaf-{path}"))
    passages = advisor.index.catalogue.passages_of(work.original.document)
    numbers = {passage.passage_id: n for n, passage in enumerate(passages, 1)}
    quiet(word("library.read" if path == work.original.document else "library.read_other", lang))
    draw(reading.text(parts[part - 1], numbers, lang), work.title(lang))


def _edition(work: Work, name: str, lang: Lang) -> str:
    original = name == work.original.document
    entry = work.original if original else work.translation
    assert entry is not None
    spoken = word(f"frame.{entry.lang}", lang)
    return word("library.original" if original else "library.translation", lang, spoken=spoken)


def _find(advisor: "Advisor", lang: Lang) -> None:
    query = st.text_input(
        word("library.query", lang), placeholder=word("library.query_hint", lang), key="library-q"
    ).strip()
    if not query:
        quiet(word("library.empty_query", lang))
        return
    if len(query) > _LONGEST:
        quiet(word("library.too_long", lang, most=_LONGEST))
        return
    hits = advisor.search(query, _HITS)
    if not hits:
        quiet(word("library.no_hits", lang))
        return
    label = word("library.hits", lang, n=len(hits))
    quiet(label)
    draw("".join(reading.hit(each, n, lang) for n, each in enumerate(hits, 1)), label)


def _index(manifest: "Manifest", plain: int, lang: Lang) -> None:
    counts = word(
        "library.counts_said",
        lang,
        documents=len(manifest.documents),
        passages=manifest.passages,
        passage_vectors=manifest.vectors["passages"],
        sentence_vectors=manifest.vectors["sentences"],
    )
    disk = manifest.store == "disk"
    values = {
        "counts": counts,
        "encoder": manifest.encoder,
        "dimension": manifest.dimension,
        "chunk": word("library.chunk_said", lang, **manifest.chunk),
        "store": word("library.store_disk", lang) if disk else manifest.store,
        "root": manifest.root,
        "build": manifest.build,
        "format": manifest.format,
        "versions": ", ".join(f"{name} {number}" for name, number in manifest.versions.items()),
    }
    heads = [word("library.what", lang), word("library.value", lang)]
    rows = [[esc(word(f"library.{name}", lang)), esc(said)] for name, said in values.items()]
    draw(table(heads, rows, word("library.index", lang)))
    if plain:
        quiet(word("library.plain", lang, n=plain))
    if manifest.skipped:
        skipped = [[esc(path), esc(why)] for path, why in manifest.skipped.items()]
        heads = [word("library.file", lang), word("library.what", lang)]
        draw(f"<h3>{esc(word('library.skipped', lang))}</h3>")
        draw(table(heads, skipped, word("library.skipped", lang)))
    quiet(word("library.status", lang))


if __name__ == "__main__":
    navigate()
