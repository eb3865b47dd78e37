"""The check of a corpus: the shipped one is sound, and no planted fault gets past it."""

import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import pytest

from chuhai.corpus.check import Fault, check
from chuhai.corpus.figures import Figures, read_figures
from chuhai.errors import DocumentError
from chuhai.language.glossary import Glossary, read_glossary
from chuhai.settings import shipped

CORPUS = shipped("corpus/whitepaper")
FIGURES = shipped("corpus/figures.toml")
GLOSSARY = read_glossary([shipped("corpus/glossary.toml")])
CHAPTERS = ("02-opportunity", "04-low-cost")
ZH, EN = "04-low-cost.zh.md", "04-low-cost.en.md"
AMOUNTS = "02-opportunity.en.md"
RECORDS = "../figures.toml"
RECORD = r'(id = "{}"(?:\n.+)*?\n{} = "?)'


@dataclass(frozen=True)
class Copy:
    """Two chapters of the whitepaper and the figures that they state."""

    root: Path

    def edit(self, file: str, pattern: str, replacement: str) -> None:
        path = self.root / file
        text, times = re.subn(pattern, replacement, path.read_text("utf-8"), flags=re.MULTILINE)
        assert times == 1, f"{pattern} matches {times} times in {file}"
        path.write_text(text, encoding="utf-8")

    def faults(self) -> tuple[Fault, ...]:
        return check(self.root, GLOSSARY, read_figures(self.root.parent / "figures.toml")).faults

    def places(self) -> set[str]:
        return {fault.place for fault in self.faults()}


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    root = tmp_path / "corpus" / "whitepaper"
    root.mkdir(parents=True)
    documents = {f"{chapter}.{lang}.md" for chapter in CHAPTERS for lang in ("zh", "en")}
    for name in documents:
        shutil.copy(CORPUS / name, root / name)
    records = re.split(r"^(?=\[\[)", FIGURES.read_text("utf-8"), flags=re.MULTILINE)
    kept = [r for r in records if set(re.findall(r'document = "([^"]+)"', r)) <= documents]
    (root.parent / "figures.toml").write_text("".join(kept), encoding="utf-8")
    return Copy(root)


class Plant(NamedTuple):
    """One edit of a file, the places that the check must name and what it must say."""

    file: str
    pattern: str
    replacement: str
    places: set[str]
    said: str


PLANTS: dict[str, Plant] = {
    "a dropped sentence": Plant(
        EN,
        r"[^}]*\{#s2\}(?= \{#b13p1\})",
        "",
        {f"{ZH}#b13p1.s2", f"{EN}#b13p1.s2"},
        "not translated",
    ),
    "a dropped paragraph": Plant(
        EN, r"^.*\{#b13p2\}\n\n", "", {f"{ZH}#b13p2", f"{EN}#b13p2"}, "only in this edition"
    ),
    "two sentences merged": Plant(
        EN,
        r"\.\{#s1\}(?=[^}]*\{#s2\} \{#b13p1\})",
        ";",
        {f"{ZH}#b13p1.s1", f"{EN}#b13p1.s1"},
        "only in this edition",
    ),
    "two sentences merged around an anchor": Plant(
        EN,
        r"\.(?=\{#s1\}[^}]*\{#s2\} \{#b13p1\})",
        ";",
        {f"{EN}#b13p1"},
        "a sentence without an anchor",
    ),
    "a split sentence": Plant(
        EN,
        r"(?<=63%), ",
        ". It ",
        {f"{EN}#b13p4", f"{EN}#b13p4.s2"},
        "not one sentence for one",
    ),
    "an added sentence": Plant(
        EN,
        r"(?<=\{#s2\}) (?=\{#b13p1\})",
        " That is all. ",
        {f"{EN}#b13p1"},
        "a sentence without an anchor",
    ),
    "an added paragraph": Plant(
        EN, r"\Z", "\nThat is all. {#b13p9}\n", {f"{EN}#b13p9"}, "only in this edition"
    ),
    "a changed percentage": Plant(
        EN, "63%", "36%", {f"{EN}#b13p4.s2"}, "original: 63%; only in the translation: 36%"
    ),
    "a percentage that became a number": Plant(
        EN, "63%", "63", {f"{EN}#b13p4.s2"}, "original: 63%; only in the translation: 63)"
    ),
    "a million that became a billion": Plant(
        AMOUNTS,
        r"million(?= \{#b10p2\})",
        "billion",
        {f"{AMOUNTS}#b10p2"},
        "original: 5e+06; only in the translation: 5e+09",
    ),
    "a billion that became a million": Plant(
        AMOUNTS,
        r"(?<=7\.5 )billion",
        "million",
        {f"{AMOUNTS}#b3p2.s3"},
        "original: 7.5e+09; only in the translation: 7.5e+06",
    ),
    "a number left out": Plant(
        EN, "N=2,000", "N", {f"{EN}#b13p3"}, "original: 2000; only in the translation: –"
    ),
    "a term against the glossary": Plant(
        EN,
        r"suppliers(?=[^}]*\{#b13p2\})",
        "partners",
        {f"{EN}#b13p2"},
        "«供应商» is not rendered as the glossary says (supplier)",
    ),
    "a sentence left in Chinese": Plant(
        EN,
        r"^.*(?= \{#b13p2\})",
        "以下哪些是您决定从中国供应商采购的动机？",
        {f"{EN}#b13p2"},
        "not translated",
    ),
    "a word left in Chinese": Plant(
        EN, r"suppliers(?=[^}]*\{#b13p2\})", "suppliers (供应商)", {f"{EN}#b13p2"}, "not translated"
    ),
    "a paragraph without an anchor": Plant(
        EN,
        r" \{#b13p2\}",
        "",
        {f"{ZH}#b13p2", f"{EN}#?", f"{EN}#b13p2"},
        "only in this edition",
    ),
    "an original paragraph without an anchor": Plant(
        ZH,
        r"(?<=\{)#b13p2 ",
        "",
        {ZH, f"{ZH}#?", f"{EN}#b13p2"},
        "no anchor on «以下哪些是您决定从中国供应商采购的动机？»",
    ),
    "a sentence without its anchor": Plant(
        EN,
        r"\{#s1\}(?=[^}]*\{#s2\} \{#b13p1\})",
        "",
        {f"{ZH}#b13p1.s1", f"{EN}#b13p1.s1", f"{EN}#b13p1", f"{EN}#b13p1.s2"},
        "not translated",
    ),
    "swapped paragraphs": Plant(
        EN, r"^(.*\{#b13p4\})\n\n(.*\{#b13p5\})$", r"\2\n\n\1", {EN}, "in another order"
    ),
    "swapped sentences": Plant(
        EN, r"^(.*\{#s1\}) (.*\{#s2\}) (?=\{#b13p1\})", r"\2 \1 ", {EN}, "in another order"
    ),
    "a heading turned into text": Plant(
        EN, r"^## (?=.*\{#b13h2\})", "", {f"{EN}#b13h2"}, "a heading in one edition only"
    ),
    "a text turned into a heading": Plant(
        EN, r"^(?=.*\{#b13p2\})", "## ", {f"{EN}#b13p2"}, "a heading in one edition only"
    ),
    "an original heading turned into text": Plant(
        ZH, r"^## (?=.*\{#b13h2\})", "", {f"{ZH}#b13h2", f"{EN}#b13h2"}, "role None"
    ),
    "a translation of a missing document": Plant(
        EN, r"(?<=translation_of: )04", "40", {EN, ZH}, "translates 40-low-cost.zh.md"
    ),
    "an unknown role": Plant(ZH, r"(?<=#b13p2 block=13 role=)\w+", "quiz", {f"{ZH}#b13p2"}, "quiz"),
    "no role": Plant(ZH, r"(?<=#b13p2 block=13) role=\w+", "", {f"{ZH}#b13p2"}, "role None"),
    "an unknown theme": Plant(
        ZH,
        r"(\{#b13p2 .*themes=\")\w+",
        r"\1purchasing,weather",
        {f"{ZH}#b13p2"},
        "unknown theme weather",
    ),
    "a figure with a wrong value": Plant(
        RECORDS,
        RECORD.format("motive-low-cost", "value") + "63$",
        r"\g<1>36",
        {"figures#motive-low-cost"},
        "36 does not stand in its quote",
    ),
    "a range with a wrong end": Plant(
        RECORDS,
        RECORD.format("gdp-growth", "value_to") + "7$",
        r"\g<1>8",
        {"figures#gdp-growth"},
        "8 does not stand in its quote",
    ),
    "a share that is said to be a number": Plant(
        RECORDS,
        RECORD.format("motive-low-cost", "unit") + "%",
        r"\g<1>people",
        {"figures#motive-low-cost"},
        "63 does not stand in its quote",
    ),
    "a quote that stands nowhere": Plant(
        RECORDS,
        RECORD.format("purchase-motives-sample", "quote"),
        r"\g<1>据说",
        {"figures#purchase-motives-sample"},
        f"does not stand in {ZH}#b13p3",
    ),
    "a quote that stands in another paragraph": Plant(
        RECORDS,
        RECORD.format("purchase-motives-sample", "anchor") + "b13p3",
        r"\g<1>b13p4",
        {"figures#purchase-motives-sample"},
        f"does not stand in {ZH}#b13p4",
    ),
    "a figure of a missing document": Plant(
        RECORDS,
        RECORD.format("purchase-motives-sample", "document") + "04",
        r"\g<1>40",
        {"figures#purchase-motives-sample"},
        "does not stand in 40-low-cost.zh.md#b13p3",
    ),
    "a percentage without a record": Plant(
        RECORDS,
        r'^\[\[figure\]\]\nid = "motive-low-cost"\n(?:.+\n)+',
        "",
        {ZH},
        "63%»",
    ),
    "two records of one id": Plant(
        RECORDS,
        r'(?<=^id = ")motive-low-cost',
        "purchase-motives-sample",
        {"figures#purchase-motives-sample"},
        "two records of this id",
    ),
    "a figure and a conflict of one id": Plant(
        RECORDS,
        r'(?<=^id = ")cost-message',
        "motive-low-cost",
        {"figures#motive-low-cost"},
        "two records of this id",
    ),
    "an unknown population": Plant(
        RECORDS,
        RECORD.format("motive-low-cost", "population") + r"\w+",
        r"\g<1>martians",
        {"figures#motive-low-cost"},
        "unknown population martians",
    ),
    "an unknown qualifier": Plant(
        RECORDS,
        RECORD.format("world-population", "qualifier") + r"\w+",
        r"\g<1>roughly",
        {"figures#world-population"},
        "unknown qualifier roughly",
    ),
    "a conflict with one side": Plant(
        RECORDS,
        r'(?<="cost-message"\n)((?:.+\n)+?)  \{ document.*\n',
        r"\1",
        {"figures#cost-message"},
        "a conflict has two sides",
    ),
    "a conflict with a side that stands nowhere": Plant(
        RECORDS,
        rf'(?<={{ document = "{ZH}", anchor = "b13h1", quote = ")',
        "据说",
        {"figures#cost-message"},
        f"does not stand in {ZH}#b13h1",
    ),
}


def test_the_shipped_corpus_has_no_fault() -> None:
    checked = check(CORPUS, GLOSSARY, read_figures(FIGURES))
    assert [fault.line("en") for fault in checked.faults] == []
    assert checked.documents == 5 * checked.pairs == 60
    assert checked.pieces > 400
    assert checked.figures >= 100


def test_a_copy_of_two_chapters_has_no_fault(copy: Copy) -> None:
    assert copy.faults() == ()
    assert read_figures(copy.root / RECORDS).conflicts


@pytest.mark.parametrize("what", PLANTS)
def test_a_planted_fault_is_found_where_it_is_and_nowhere_else(copy: Copy, what: str) -> None:
    plant = PLANTS[what]
    copy.edit(plant.file, plant.pattern, plant.replacement)
    faults = copy.faults()
    assert {fault.place for fault in faults} == plant.places
    assert any(plant.said in fault.line("en") for fault in faults)
    for fault in faults:
        assert fault.line("zh").startswith(f"{fault.place}: ")
        assert fault.line("zh") != fault.line("en")


def test_a_missing_translation_is_found(copy: Copy) -> None:
    (copy.root / EN).unlink()
    (fault,) = copy.faults()
    assert fault.line("en") == f"{ZH}: has no translation beside it"


def test_a_second_translation_is_found(copy: Copy) -> None:
    shutil.copy(copy.root / EN, copy.root / "04-low-cost.us.md")
    assert copy.places() == {"04-low-cost.us.md"}


def test_a_missing_original_leaves_a_translation_of_nothing(copy: Copy) -> None:
    (copy.root / ZH).unlink()
    assert EN in copy.places()
    assert "figures#motive-low-cost" in copy.places()


def test_every_fault_of_a_corpus_is_found_at_once(copy: Copy) -> None:
    for what in ("a changed percentage", "an unknown theme", "a million that became a billion"):
        copy.edit(*PLANTS[what][:3])
    assert copy.places() == {f"{EN}#b13p4.s2", f"{ZH}#b13p2", f"{AMOUNTS}#b10p2"}


def test_a_term_may_be_rendered_by_its_sense_where_the_translation_says_so(copy: Copy) -> None:
    copy.edit(*PLANTS["a term against the glossary"][:3])
    copy.edit(EN, r"(?<=\{#b13p2)(?=\})", ' by_sense="供应商,采购"')
    assert copy.faults() == ()
    copy.edit(EN, 'by_sense="供应商,采购"', 'by_sense="采购"')
    assert copy.places() == {f"{EN}#b13p2"}


def test_any_name_of_a_term_in_the_other_language_will_do(copy: Copy) -> None:
    copy.edit(EN, r"suppliers(?=[^}]*\{#b13p2\})", "vendors")
    assert copy.faults() == ()


def test_documents_of_ones_own_need_no_translation_anchor_or_figure(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("# 展会\n\n占预算的 30%。", encoding="utf-8")
    (tmp_path / "b.txt").write_text("Fairs cost 30%.", encoding="utf-8")
    checked = check(tmp_path, GLOSSARY, read_figures(tmp_path / "figures.toml"))
    assert (checked.documents, checked.pairs, checked.faults) == (2, 0, ())


def test_a_translated_corpus_without_figures_owes_none(copy: Copy) -> None:
    (copy.root / RECORDS).unlink()
    assert copy.faults() == ()


def test_a_file_that_cannot_be_read_is_an_error(copy: Copy) -> None:
    (copy.root / EN).write_bytes("展会".encode("gb18030"))
    with pytest.raises(DocumentError, match=EN):
        copy.faults()


def chuhai(home: Path, *arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    base = {k: v for k, v in os.environ.items() if not k.startswith("CHUHAI_")}
    return subprocess.run(
        [sys.executable, "-m", "chuhai.cli", "corpus", "check", *arguments],
        capture_output=True,
        encoding="utf-8",
        env={**base, "LC_ALL": "C.UTF-8", "CHUHAI_HOME": str(home), **environ},
        timeout=120,
        check=False,
    )


def test_the_command_says_one_line_for_a_sound_corpus(tmp_path: Path) -> None:
    result = chuhai(tmp_path)
    assert (result.returncode, result.stderr) == (0, "")
    (line,) = result.stdout.splitlines()
    assert line.startswith("60 documents, 12 pairs of editions")
    assert line.endswith("all as they should be")


def test_the_command_counts_a_sound_corpus_in_json(copy: Copy, tmp_path: Path) -> None:
    result = chuhai(tmp_path, "--json", CHUHAI_CORPUS=str(copy.root))
    assert (result.returncode, result.stderr) == (0, "")
    report = json.loads(result.stdout)
    counts = {"documents": 4, "pairs": 2, "figures": report["figures"], "pieces": report["pieces"]}
    assert report == {"ok": True, "faults": [], **counts}
    assert min(counts.values()) > 0


@pytest.fixture
def broken(copy: Copy) -> Copy:
    for what in ("an unknown theme", "a changed percentage"):
        copy.edit(*PLANTS[what][:3])
    return copy


@pytest.mark.parametrize(
    ("locale", "said"),
    [("C.UTF-8", "unknown theme weather"), ("zh_CN.UTF-8", "主题 weather 不可用")],
)
def test_the_command_fails_with_a_line_for_each_fault(
    broken: Copy, tmp_path: Path, locale: str, said: str
) -> None:
    result = chuhai(tmp_path, CHUHAI_CORPUS=str(broken.root), LC_ALL=locale)
    assert (result.returncode, result.stdout) == (1, "")
    theme, numbers = result.stderr.splitlines()
    assert theme == f"chuhai: {ZH}#b13p2: {said}"
    assert numbers.startswith(f"chuhai: {EN}#b13p4.s2: ")


def test_the_command_fails_with_its_faults_in_json(broken: Copy, tmp_path: Path) -> None:
    result = chuhai(tmp_path, "--json", CHUHAI_CORPUS=str(broken.root))
    assert result.returncode == 1
    report = json.loads(result.stdout)
    assert not report["ok"]
    assert report["faults"] == [fault.line("en") for fault in broken.faults()]


def test_a_broken_figures_file_is_one_clear_line(copy: Copy, tmp_path: Path) -> None:
    copy.edit(RECORDS, RECORD.format("motive-low-cost", "value") + "63$", r"\g<1>many")
    result = chuhai(tmp_path, CHUHAI_CORPUS=str(copy.root))
    assert (result.returncode, result.stdout) == (1, "")
    (line,) = result.stderr.splitlines()
    assert "correct that record" in line


def test_plain_words_restate_something_that_is_there(tmp_path: Path) -> None:
    (tmp_path / "a.zh.md").write_text("---\nlanguage: zh\n---\n费用高。 {#p1}\n", encoding="utf-8")
    plain = tmp_path / "a.plain.md"
    plain.write_text("---\nrestates: a.zh.md\n---\n烧钱 / pricey {#p2}\n", encoding="utf-8")
    lines = [f.line("en") for f in check(tmp_path, Glossary(), Figures()).faults]
    assert "a.plain.md#p2: restates nothing that is there" in lines
    plain.write_text("---\nrestates: a.zh.md\n---\n费用高。 {#p1}\n", encoding="utf-8")
    lines = [f.line("en") for f in check(tmp_path, Glossary(), Figures()).faults]
    assert "a.plain.md#p1: only repeats the text" in lines


def test_questions_ask_for_something_that_is_there(tmp_path: Path) -> None:
    (tmp_path / "a.zh.md").write_text("---\nlanguage: zh\n---\n费用高。 {#p1}\n", encoding="utf-8")
    asked = tmp_path / "a.asked.md"
    asked.write_text("---\nasks: a.zh.md\n---\n贵吗？ / Dear? {#p2}\n", encoding="utf-8")
    lines = [f.line("en") for f in check(tmp_path, Glossary(), Figures()).faults]
    assert "a.asked.md#p2: asks for nothing that is there" in lines
    asked.write_text("---\nasks: a.zh.md\n---\n贵吗？ / It is dear. {#p1}\n", encoding="utf-8")
    lines = [f.line("en") for f in check(tmp_path, Glossary(), Figures()).faults]
    assert "a.asked.md#p1: holds more than questions" in lines
