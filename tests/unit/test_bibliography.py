"""Bibliographies: entries as the two standards want them, read back by other programs' readers."""

import json
from dataclasses import replace
from typing import Any

import pytest
from pybtex.database import parse_string
from tests.exports import (
    CITATION,
    EN,
    HOSTILE,
    HOSTILE_ANSWER,
    HOSTILE_LIBRARY,
    LIBRARY,
    PUBLISHER,
    REFUSED,
    WHOLE,
    WORK,
    ZH,
)

from chuhai.corpus.documents import decode
from chuhai.export.bibliography import bibtex, csl_json, lists
from chuhai.export.formats import render
from chuhai.export.inert import flat
from chuhai.export.library import Library, Work
from chuhai.export.references import csl, formatted, plain, references

ITSELF = replace(WORK, document="01-preface.zh.md", title=WHOLE)
REPORT = Work(
    "fairs.md",
    "Fairs & what they cost: A STUDY of B2B",
    "en",
    {"publisher": "ACME & Sons", "year": "2021-05-03", "url": "https://example.org/a_b?x=1&y=%20"},
)
BOOK = Work("展会.md", "海外展会指南", "zh", {"author": "王", "publisher": "某社", "year": "2019"})
NOTES = Work("notes.txt", "notes", "en")


def listed(style: Any, *works: Work) -> list[str]:
    return [plain(entry) for entry in formatted(works, style)]


@pytest.mark.parametrize(
    ("work", "entry"),
    [
        (WORK, f"[1] {PUBLISHER}. 传统海外营销手段[R]//{WHOLE}. {PUBLISHER}."),
        (ITSELF, f"[1] {PUBLISHER}. {WHOLE}[R]. {PUBLISHER}."),
        (
            REPORT,
            "[1] ACME & Sons. Fairs & what they cost: A STUDY of B2B[R/OL]. ACME & Sons, 2021. "
            "https://example.org/a_b?x=1&y=%20.",
        ),
        (BOOK, "[1] 王. 海外展会指南[R]. 某社, 2019."),
        (NOTES, "[1] notes[Z]."),
    ],
)
def test_a_work_stands_as_gb_t_7714_wants_it(work: Work, entry: str) -> None:
    assert listed("gb-t-7714-2015-numeric", work) == [entry]


@pytest.mark.parametrize(
    ("work", "entry"),
    [
        (
            WORK,
            "LinkedIn Marketing Solutions China. (n.d.). 传统海外营销手段 [Traditional marketing "
            f"overseas]. In {WHOLE} [White Paper on Chinese B2B Brands (Part One)].",
        ),
        (
            REPORT,
            "ACME & Sons. (2021). Fairs & what they cost: A STUDY of B2B. "
            "https://example.org/a_b?x=1&y=%20",
        ),
        (BOOK, "王. (2019). 海外展会指南. 某社."),
        (NOTES, "notes. (n.d.)."),
    ],
)
def test_a_work_stands_as_apa_7_wants_it(work: Work, entry: str) -> None:
    assert listed("apa", work) == [entry]


def test_what_front_matter_says_of_a_document_reaches_its_entry() -> None:
    page = (
        "---\ntitle: Fair costs\nauthor: Jane Roe\ndate: 2020-05-01\n"
        "url: https://example.org/fairs\n---\nFairs cost much.\n"
    )
    document = decode("a.md", page.encode())
    (entry,) = listed("apa", Work("a.md", document.title, document.lang, document.source))
    assert entry == "Jane Roe. (2020). Fair costs. https://example.org/fairs"


def test_gb_t_numbers_in_order_and_apa_sorts_by_author() -> None:
    works = (WORK, REPORT, NOTES)
    assert [entry[:3] for entry in listed("gb-t-7714-2015-numeric", *works)] == [
        "[1]",
        "[2]",
        "[3]",
    ]
    assert [entry[:4] for entry in listed("apa", *works)] == ["ACME", "Link", "note"]


def test_apa_sets_the_whole_works_title_in_italics() -> None:
    (entry,) = formatted([WORK], "apa")
    assert [text for text, italic in entry if italic] == [
        f"{WHOLE} [White Paper on Chinese B2B Brands (Part One)]"
    ]


def test_each_language_gets_its_own_standard() -> None:
    assert plain(references([WORK], "zh")[0]).startswith("[1]")
    assert "(n.d.)" in plain(references([WORK], "en")[0])
    assert references([], "zh") == []


def test_bibtex_is_read_back_by_a_bibtex_reader() -> None:
    entries = parse_string(bibtex([WORK, REPORT, BOOK, NOTES]), "bibtex").entries
    kinds = {key: entry.type for key, entry in entries.items()}
    (book,) = (key for key in kinds if key.startswith("document-"))
    assert kinds == {
        "06-fairs.zh": "incollection",
        "fairs": "techreport",
        book: "techreport",
        "notes": "misc",
    }
    chapter = entries["06-fairs.zh"]
    assert chapter.fields["booktitle"] == f"{{{WHOLE}}}"
    assert str(chapter.persons["author"][0]) == f"{{{PUBLISHER}}}"
    assert "Unofficial translation of the title" in chapter.fields["note"]
    report = entries["fairs"]
    assert report.fields["title"] == r"{Fairs \& what they cost: A STUDY of B2B}"
    assert report.fields["year"] == "{2021}"
    assert report.fields["url"] == "https://example.org/a_b?x=1&y=%20"


def test_hostile_bibtex_is_one_entry_without_a_command_of_its_own() -> None:
    text = bibtex(HOSTILE_LIBRARY.cited([HOSTILE_ANSWER]))
    (entry,) = parse_string(text, "bibtex").entries.values()
    assert r"\textbackslash{}input\textbraceleft{}x\textbraceright{}" in entry.fields["title"]
    assert r"\input" not in text.replace(r"\textbackslash{}", "")
    assert r"\end" not in text
    assert "url" not in entry.fields


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://example.org/展会", "https://example.org/%E5%B1%95%E4%BC%9A"),
        ("https://example.org/}\\x{", "https://example.org/%7D%5Cx%7B"),
        ("javascript:alert(1)", None),
        ("https://a b", None),
    ],
)
def test_an_address_in_bibtex_is_one_or_is_left_out(url: str, kept: str | None) -> None:
    work = replace(REPORT, source={**REPORT.source, "url": url})
    (entry,) = parse_string(bibtex([work]), "bibtex").entries.values()
    assert entry.fields.get("url") == kept


def test_csl_json_is_the_works_in_their_own_language() -> None:
    items = json.loads(csl_json([WORK, REPORT]))
    assert items == [csl(WORK), csl(REPORT)]
    assert items[0]["container-title"] == WHOLE
    assert items[0]["author"] == [{"literal": PUBLISHER}]
    assert items[1]["issued"] == {"date-parts": [[2021]]}
    assert "issued" not in items[0]
    hostile = json.loads(csl_json(HOSTILE_LIBRARY.cited([HOSTILE_ANSWER])))
    assert hostile[0]["title"] == flat(HOSTILE)


def test_tags_in_a_title_are_only_characters() -> None:
    title = 'A <i>b</i> <span class="nocase">C</span>'
    (entry,) = listed("gb-t-7714-2015-numeric", replace(NOTES, title=title))
    assert title in entry


def test_both_lists_stand_in_one_text_file() -> None:
    text = lists([WORK])
    assert text.index("GB/T 7714") < text.index("[1] ") < text.index("APA 7") < text.index("n.d.")


def test_a_document_that_is_gone_is_what_its_citation_says() -> None:
    (work,) = Library().cited([ZH])
    assert work == Work(CITATION.document, CITATION.title, "zh")
    assert listed("gb-t-7714-2015-numeric", work) == ["[1] 传统海外营销手段[Z]."]


@pytest.mark.parametrize(
    ("form", "content"), [("bib", "% 没有引用任何文档。\n"), ("json", "[]\n"), ("txt", "没有引用")]
)
def test_a_refusal_has_an_empty_bibliography(form: Any, content: str) -> None:
    assert content in render(form, "x", "zh", [REFUSED], Library()).decode()


def test_a_work_that_is_cited_twice_stands_once() -> None:
    assert len(LIBRARY.cited([ZH, EN])) == 1
