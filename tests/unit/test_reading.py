"""Documents read through: nothing is lost, passages begin where they begin, works hold together."""

from dataclasses import replace

from chuhai.corpus.align import Links
from chuhai.corpus.documents import decode
from chuhai.corpus.figures import Figure, Place, read_figures
from chuhai.corpus.reading import blocks, leaves
from chuhai.index.opened import Index
from chuhai.library import Entry
from chuhai.settings import shipped
from chuhai.shelf import read, works

TEXT = "# 展会\n\n参展费用高（66%），很多人这样说。 {#p1}\n\n- 第一点 {#p2}\n"
DOCUMENT = decode("a.zh.md", TEXT.encode())
FIGURE = Figure(
    "cost", Place("a.zh.md", "p1", "参展费用高（66%）"), 66.0, "%", "chinese_firms",
    {"zh": "顾虑", "en": "concerns"}, {"zh": "费用高", "en": "cost"},
)  # fmt: skip


def entry(document: str, lang: str = "zh", *, own: bool = False) -> Entry:
    return Entry(document, document, "zh" if lang == "zh" else "en", None, 1, own=own)


def test_the_pieces_of_a_block_are_the_documents_own_characters() -> None:
    for block in blocks(DOCUMENT, {}, [FIGURE]):
        assert block.text == DOCUMENT.text[block.paragraph.start : block.paragraph.end]


def test_a_figure_is_the_piece_that_states_it() -> None:
    (block,) = [b for b in blocks(DOCUMENT, {}, [FIGURE]) if b.figures]
    assert [p.text for p in block.pieces if p.figures] == ["参展费用高（66%）"]


def test_a_figure_of_another_document_is_none_of_this_one() -> None:
    elsewhere = replace(FIGURE, place=Place("b.zh.md", "p1", FIGURE.place.quote))
    assert not any(b.figures for b in blocks(DOCUMENT, {}, [elsewhere]))


def test_a_translation_tells_what_its_original_states() -> None:
    translation = replace(DOCUMENT, path="a.en.md", translation_of="a.zh.md")
    (block,) = [b for b in blocks(translation, {}, [FIGURE]) if b.figures]
    assert block.paragraph.anchor == "p1"
    assert not any(piece.figures for piece in block.pieces)


def test_a_passage_that_begins_inside_a_paragraph_parts_it() -> None:
    at = DOCUMENT.text.index("很多人")
    found = blocks(DOCUMENT, {at: "a.zh.md#p1"})
    assert [b.text for b in found if b.passage] == ["很多人这样说。"]


def test_a_list_mark_is_no_block_of_its_own() -> None:
    at = DOCUMENT.text.index("第一点")
    (opened,) = [b for b in blocks(DOCUMENT, {at: "a.zh.md#p2"}) if b.passage]
    assert opened.text == "- 第一点"


def test_a_long_text_comes_in_parts_that_hold_all_of_it() -> None:
    found = blocks(DOCUMENT, {})
    parts = leaves(found, 10)
    assert len(parts) > 1
    assert [block for part in parts for block in part] == found


def test_editions_make_one_work_and_plain_words_none() -> None:
    entries = [
        entry("a.en.md", "en"),
        entry("a.plain.md"),
        entry("a.asked.md"),
        entry("a.zh.md"),
        entry("x.md", own=True),
    ]
    links = {
        "a.en.md": Links(translates="a.zh.md"),
        "a.plain.md": Links(restates="a.zh.md"),
        "a.asked.md": Links(asks="a.zh.md"),
    }
    own, work = works(entries, links)
    assert own.original.document == "x.md"
    assert [e.document for e in work.editions] == ["a.zh.md", "a.en.md"]
    assert work.title("en") == "a.en.md"


def test_a_translation_of_nothing_that_is_indexed_is_a_work() -> None:
    (work,) = works([entry("a.en.md", "en")], {"a.en.md": Links(translates="gone.zh.md")})
    assert work.original.document == "a.en.md"


def test_every_passage_of_the_whitepaper_begins_somewhere_in_both_editions(
    whitepaper: Index,
) -> None:
    catalogue = whitepaper.catalogue
    figures = read_figures(shipped("corpus/figures.toml")).figures
    entries = [
        Entry(path, title, "zh" if lang == "zh" else "en", kind, count)
        for path, title, lang, kind, count in catalogue.documents()
    ]
    told = 0
    for work in works(entries, catalogue.links()):
        ids = {p.passage_id for p in catalogue.passages_of(work.original.document)}
        roles: list[set[tuple[str | None, str | None]]] = []
        for edition in work.editions:
            found = read(catalogue, work, edition.document, figures)
            assert {b.passage for b in found if b.passage} == ids
            roles.append({(b.paragraph.anchor, b.paragraph.role) for b in found})
        assert all(held == roles[0] for held in roles)
        told += len(
            {
                f.id
                for b in read(catalogue, work, work.original.document, figures)
                for f in b.figures
            }
        )
    assert told == len(figures)
