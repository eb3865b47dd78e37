"""Documents to passages: whole sentences of one section, ids that outlive edits elsewhere."""

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chuhai.corpus.documents import SourceFile, decode, read_bytes, scan
from chuhai.domain import Document, Passage
from chuhai.errors import DocumentError
from chuhai.index.catalogue import Catalogue
from chuhai.index.chunk import ChunkSettings, chunk
from chuhai.settings import shipped

LONG = "展会的费用一年比一年高，而且很难与客户保持联系。" * 14


def passages(text: str, name: str = "a.zh.md") -> list[Passage]:
    return chunk(decode(name, text.encode()), ChunkSettings())


def check(document: Document) -> None:
    """What is true of the passages of any document."""
    limit = ChunkSettings().limit(document.lang)
    found = chunk(document, ChunkSettings())
    assert len({p.passage_id for p in found}) == len(found)
    assert all(one.end <= other.start for one, other in pairwise(found))
    for passage in found:
        assert passage.text == document.text[passage.start : passage.end]
        assert 0 < len(passage.text) <= limit
        assert passage.sentences[0].start == passage.start
        assert passage.sentences[-1].end == passage.end
        for sentence in passage.sentences:
            assert passage.start <= sentence.start < sentence.end <= passage.end
            assert passage.cut(sentence) == document.text[sentence.start : sentence.end]
        assert all(a.end <= b.start for a, b in pairwise(passage.sentences))


@pytest.mark.parametrize("file", scan(shipped("corpus/whitepaper")), ids=lambda file: file.path)
def test_shipped_documents_are_cut_by_the_rules(file: SourceFile) -> None:
    check(decode(file.path, read_bytes(file)))


@settings(deadline=None, max_examples=150)
@given(
    st.lists(
        st.one_of(
            st.text(min_size=1, max_size=80),
            st.sampled_from(
                [
                    "# 章",
                    "## 节",
                    "- 项",
                    "> 引",
                    "问题？ {role=question}",
                    "“一。”二。",
                    "x {#same}",
                    "y {#same-2}",
                    LONG,
                    "word " * 300,
                    "no-break" * 200,
                ]
            ),
        ),
        max_size=12,
    ),
    st.sampled_from(["\n", "\n\n"]),
)
def test_any_document_is_cut_by_the_rules(blocks: list[str], between: str) -> None:
    try:
        document = decode("any.md", between.join(blocks).encode("utf-8", "ignore"))
    except DocumentError:
        return
    check(document)


def test_a_long_paragraph_is_cut_between_sentences_into_like_parts() -> None:
    found = passages(LONG * 3)
    assert len(found) == -(-len(LONG * 3) // 400)
    assert all(passage.text.endswith("。") for passage in found)
    sizes = [len(passage.text) for passage in found]
    assert max(sizes) < 2 * min(sizes)


def test_english_passages_may_be_longer() -> None:
    found = passages("Fairs cost a great deal of money. " * 80, "a.md")
    assert all(len(passage.text) <= 1200 for passage in found)
    assert max(len(passage.text) for passage in found) > 400


def test_a_heading_goes_with_what_follows_and_nothing_else_crosses_it() -> None:
    found = passages("# 一\n\n甲是短句。\n\n## 二\n\n乙是短句。\n\n# 三\n\n丙是短句。")
    assert [passage.heading for passage in found] == [("一",), ("一", "二"), ("三",)]
    assert [passage.text[0] for passage in found] == ["一", "二", "三"]
    assert all(passage.text.endswith("。") for passage in found)


def test_short_neighbours_of_a_section_share_a_passage() -> None:
    assert len(passages("原因有三：\n\n- 费用高\n- 周期长\n- 跟进难\n")) == 1


def test_a_question_stands_with_what_was_found_and_stays_silent() -> None:
    (found,) = passages(
        "# 章\n\n请问您在哪个省？ {role=question}\n\n"
        "- 广东 {role=option}\n- 浙江 {role=option}\n\n七成在沿海。 {role=finding}"
    )
    assert [found.cut(s) for s in found.sentences if not s.silent] == ["章", "七成在沿海。"]
    assert not found.silent


def test_a_question_without_a_finding_makes_a_silent_passage() -> None:
    (found,) = passages("# 章\n\n请问您在哪个省？ {role=question}\n\n- 广东 {role=option}")
    assert found.silent


def test_the_places_of_joined_paragraphs_are_named_once() -> None:
    blocks = ["28", "26, 28", "26"]
    chinese = "\n\n".join(f'第{b}句话说得很短。 {{block="{b}"}}' for b in blocks)
    assert [p.locator for p in passages(chinese)] == ["第 26、28 块"]
    english = "\n\n".join(f'Sentence {b} is short. {{block="{b}"}}' for b in blocks)
    assert [p.locator for p in passages(english, "a.en.md")] == ["block 26, 28"]


def test_speakers_never_share_a_passage() -> None:
    found = passages("> 甲的话。 {speaker=甲}\n\n> 乙的话。 {speaker=乙}")
    assert [p.sentences[0].speaker for p in found] == ["甲", "乙"]


BEFORE = f"# 一\n\n{LONG}\n\n# 二\n\n{LONG}\n\n短句一。\n\n# 三\n\n{LONG}"


@pytest.mark.parametrize(
    "after",
    [
        BEFORE.replace("# 二", f"新加的一段。{LONG}\n\n# 二"),
        BEFORE.replace("短句一。", "短句一改了，而且长了。"),
        "前言。\n\n" + BEFORE,
        BEFORE.replace("# 二\n\n展会", "# 二\n\n展会（新）"),
    ],
    ids=["a paragraph put in", "a sentence edited", "a foreword", "a paragraph edited"],
)
def test_ids_and_hashes_outlive_edits_elsewhere(after: str) -> None:
    old = {p.passage_id: p for p in passages(BEFORE)}
    new = {p.passage_id: p for p in passages(after)}
    kept = [p for p in old.values() if p.heading in (("一",), ("三",))]
    assert len(kept) >= 2
    for passage in kept:
        assert new[passage.passage_id].content_hash == passage.content_hash


def test_the_hash_changes_with_the_passage_and_its_anchor_keeps_the_id() -> None:
    one, other = (passages(f"{text} {{#p1}}")[0] for text in ("展会很贵。", "展会便宜。"))
    assert one.passage_id == other.passage_id == "a.zh.md#p1"
    assert one.content_hash != other.content_hash


def test_repeated_anchors_get_ids_of_their_own() -> None:
    found = passages("\n\n".join(f"{LONG} {{#{anchor}}}" for anchor in ("x", "x", "x-2", "x")))
    assert len({p.passage_id for p in found}) == len(found) == 4


def test_a_catalogue_gives_back_what_was_put_in(tmp_path: Path) -> None:
    path = tmp_path / "catalogue.db"
    (file,) = [f for f in scan(shipped("corpus/whitepaper")) if f.path == "02-opportunity.zh.md"]
    document = decode(file.path, read_bytes(file))
    found = chunk(document, ChunkSettings())
    catalogue = Catalogue(path, create=True)
    catalogue.put(document, found)
    catalogue.put(document, found)
    catalogue.commit()
    catalogue.close()
    again = Catalogue(path)
    assert again.document(file.path) == document
    assert again.passages_of(file.path) == list(again.every_passage()) == found
    assert again.passages(["none", found[2].passage_id]) == {found[2].passage_id: found[2]}
    assert again.count() == (1, len(found))
    assert again.documents() == [(file.path, document.title, "zh", "survey", len(found))]
    again.remove(file.path)
    assert (again.document(file.path), again.count()) == (None, (0, 0))
    again.close()
