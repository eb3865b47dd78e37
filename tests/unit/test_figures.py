"""Figures as data: read whole or refused by name, and found where they say they stand."""

from collections import Counter
from pathlib import Path

import pytest

from chuhai.corpus.documents import decode
from chuhai.corpus.figures import Conflict, Figure, Figures, Place, read_figures
from chuhai.domain import Lang
from chuhai.errors import SettingsError
from chuhai.settings import shipped

FIGURE = """[[figure]]
id = "cost"
document = "a.zh.md"
anchor = "p2"
quote = "66%至70%的企业"
value = 66
unit = "%"
population = "chinese_firms"
subject = { zh = "展会的缺点", en = "drawbacks of fairs" }
measure = { zh = "费用高", en = "high cost" }
"""
CONFLICT = """[[conflict]]
id = "goal"
topic = { zh = "目标", en = "the goal" }
explanation = { zh = "前后不一。", en = "They differ." }
sides = [
  { document = "a.zh.md", anchor = "p1", quote = "一" },
  { document = "b.zh.md", anchor = "p2", quote = "二" },
]
"""
DOCUMENT = decode("a.zh.md", "66%至70%的企业。 {#p1}\n\n有66%至70%的企业。 {#p2}\n".encode())
SHIPPED = read_figures(shipped("corpus/figures.toml"))


def read(folder: Path, text: str) -> Figures:
    path = folder / "figures.toml"
    path.write_text(text, encoding="utf-8")
    return read_figures(path)


def test_a_record_is_read_with_what_it_leaves_unsaid(tmp_path: Path) -> None:
    place = Place("a.zh.md", "p2", "66%至70%的企业")
    assert read(tmp_path, FIGURE).figures == (
        Figure(
            id="cost",
            place=place,
            value=66.0,
            unit="%",
            population="chinese_firms",
            subject={"zh": "展会的缺点", "en": "drawbacks of fairs"},
            measure={"zh": "费用高", "en": "high cost"},
        ),
    )


def test_a_record_is_read_with_all_that_it_can_say(tmp_path: Path) -> None:
    more = (
        'value_to = 70\nqualifier = "over"\nn = 2000\ngroup = "drawbacks"\n'
        'among = { zh = "参展企业", en = "exhibitors" }\n'
    )
    (figure,) = read(tmp_path, FIGURE + more).figures
    assert (figure.value_to, figure.qualifier, figure.n) == (70.0, "over", 2000)
    assert figure.group == "drawbacks"
    assert figure.label("zh") == "展会的缺点, 费用高, 参展企业"
    assert figure.label("en") == "drawbacks of fairs, high cost, exhibitors"


def test_a_label_leaves_out_whom_nobody_named(tmp_path: Path) -> None:
    (figure,) = read(tmp_path, FIGURE).figures
    assert figure.label("en") == "drawbacks of fairs, high cost"


def test_a_conflict_is_read_with_its_sides(tmp_path: Path) -> None:
    sides = (Place("a.zh.md", "p1", "一"), Place("b.zh.md", "p2", "二"))
    topic, explanation = (
        {"zh": "目标", "en": "the goal"},
        {"zh": "前后不一。", "en": "They differ."},
    )
    read_conflicts = read(tmp_path, FIGURE + CONFLICT).conflicts
    assert read_conflicts == (Conflict("goal", topic, explanation, sides),)


def test_a_corpus_without_the_file_has_no_figures(tmp_path: Path) -> None:
    assert read_figures(tmp_path / "figures.toml") == Figures()
    assert read(tmp_path, "") == Figures()


@pytest.mark.parametrize("key", ["document", "anchor", "quote", "value", "unit", "population"])
def test_a_record_that_lacks_a_part_is_named_with_it(tmp_path: Path, key: str) -> None:
    lines = FIGURE.splitlines(keepends=True)
    text = "".join(line for line in lines if not line.startswith(key))
    with pytest.raises(SettingsError, match=rf"figures\.toml cannot be read \(cost: '{key}'"):
        read(tmp_path, text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[figure", "figures.toml"),
        (FIGURE.replace('id = "cost"\n', ""), "?: 'id'"),
        (FIGURE.replace("value = 66", 'value = "many"'), "cost: could not convert"),
        (FIGURE.replace("value = 66", "value = [66]"), "cost: "),
        (FIGURE.replace('zh = "费用高", ', ""), "cost: 'zh'"),
        (FIGURE.replace('{ zh = "费用高", en = "high cost" }', '"high cost"'), "cost: "),
        (FIGURE + 'among = { zh = "参展企业" }', "cost: 'en'"),
        (CONFLICT.replace(', quote = "二"', ""), "goal: 'quote'"),
        ("figure = 3", "?: "),
        ('figure = ["cost"]', "?: "),
    ],
)
def test_a_broken_record_is_one_clear_line_in_both_languages(
    tmp_path: Path, text: str, said: str
) -> None:
    with pytest.raises(SettingsError, match="correct that record") as raised:
        read(tmp_path, text)
    for line in (raised.value.en, raised.value.zh):
        assert said in line
        assert "\n" not in line
    assert "请改正" in raised.value.zh


def test_a_file_in_another_encoding_is_one_clear_line(tmp_path: Path) -> None:
    path = tmp_path / "figures.toml"
    path.write_bytes(FIGURE.encode("gb18030"))
    with pytest.raises(SettingsError, match="correct that record"):
        read_figures(path)


def test_a_quote_is_found_in_its_own_paragraph() -> None:
    span = Place("a.zh.md", "p2", "66%至70%的企业").find(DOCUMENT)
    assert span == (DOCUMENT.text.index("有") + 1, len(DOCUMENT.text.rstrip()) - 1)
    assert DOCUMENT.text[slice(*span)] == "66%至70%的企业"


@pytest.mark.parametrize(
    ("anchor", "quote"), [("p1", "有66%"), ("p9", "66%"), ("p1", "企业。\n\n有66%"), ("p2", "67%")]
)
def test_a_quote_that_does_not_stand_in_its_paragraph_is_not_found(anchor: str, quote: str) -> None:
    assert Place("a.zh.md", anchor, quote).find(DOCUMENT) is None


def test_the_shipped_figures_cover_percentages_amounts_and_conflicts() -> None:
    assert len(SHIPPED.figures) >= 100
    assert {"%", "people", "years"} <= {figure.unit for figure in SHIPPED.figures}
    assert len(SHIPPED.conflicts) >= 15


def test_the_shipped_figures_of_a_group_are_about_one_subject_and_population() -> None:
    about: dict[str, set[tuple[str, str, str]]] = {}
    for figure in SHIPPED.figures:
        if figure.group:
            key = (figure.subject["zh"], figure.subject["en"], figure.population)
            about.setdefault(figure.group, set()).add(key)
    assert about
    assert {group: found for group, found in about.items() if len(found) > 1} == {}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_shipped_figures_of_a_group_are_told_apart_by_their_labels(lang: Lang) -> None:
    told = Counter((f.group, f.label(lang)) for f in SHIPPED.figures if f.group)
    assert [label for label, times in told.items() if times > 1] == []
