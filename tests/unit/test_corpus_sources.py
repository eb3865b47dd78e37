"""The restored whitepaper keeps every word of its source and adds none."""

import re
from dataclasses import dataclass
from pathlib import Path

CORPUS = Path(__file__).resolve().parents[2] / "corpus"
SOURCE = (CORPUS / "source" / "whitepaper.txt").read_text(encoding="utf-8")
SOURCES_MD = (CORPUS / "SOURCES.md").read_text(encoding="utf-8")
# Anchors that align a sentence with its translation are no words of the text.
FILES = {
    path.name: re.sub(r"\{#s\d+\}", "", path.read_text(encoding="utf-8"))
    for path in sorted((CORPUS / "whitepaper").glob("*.zh.md"))
}
ROLES = {"finding", "cause", "recommendation", "practice", "caveat"}
ROLES |= {"quotation", "question", "option", "context", "imprint"}
THEMES = {"opportunity", "brand", "trust", "team", "goals", "exhibitions"}
THEMES |= {"agents", "digital", "social", "budget", "purchasing", "industry"}
ATTRIBUTES = re.compile(r"[ \t]*\{#([^\s}]+)([^}]*)\}$", re.MULTILINE)


@dataclass(frozen=True)
class Records:
    """What SOURCES.md says was done to the text."""

    dropped: list[tuple[str, str, str]]  # file, id of the kept text, dropped text
    joined: list[tuple[str, str]]
    split: list[list[str]]


def records(markdown: str) -> Records:
    dropped, joined, split = [], [], []
    file = ""
    for line in markdown.splitlines():
        if line.startswith("## "):
            file = line[3:].strip()
        quoted = re.findall(r"「([^」]*)」", line)
        if found := re.match(r"- dropped \(block \d+, repeats (\w+)\): 「[^」]*」$", line):
            dropped.append((file, found[1], quoted[0]))
        elif re.match(r"- joined \(block \d+\): 「[^」]*」\+「[^」]*」$", line):
            joined.append((quoted[0], quoted[1]))
        elif line.startswith("- split") and "」|「" in line:
            split.append(quoted)
    return Records(dropped, joined, split)


RECORDS = records(SOURCES_MD)


def flat(text: str) -> str:
    return re.sub(r"\s+", "", text)


def canonical(markdown: str) -> str:
    """The text without front matter, comments, attributes and marks."""
    text = re.sub(r"\A---\n.*?\n---\n", "", markdown, flags=re.DOTALL)
    text = re.sub(r"<!--.*?-->", "", text, flags=re.DOTALL)
    text = ATTRIBUTES.sub("", text)
    return re.sub(r"^(#{1,3} |> |- )", "", text, flags=re.MULTILINE)


def sentences(text: str) -> list[str]:
    pieces = (flat(piece) for piece in re.split(r"[。！？\n]", text))
    return [piece for piece in pieces if re.search(r"\w", piece)]


def lost_from(source: str, corpus: str) -> list[str]:
    """Sentences of the source that stand less often in the corpus and its records of drops."""
    for pieces in RECORDS.split:
        source = source.replace("".join(pieces), "\n".join(pieces))
    kept = "|".join([flat(corpus), *(flat(text) for _, _, text in RECORDS.dropped)])
    whole = flat(source)
    return [piece for piece in sentences(source) if kept.count(piece) < whole.count(piece)]


def added_to(source: str, corpus: str) -> list[str]:
    """Sentences of the corpus that are neither in the source nor joined as recorded."""
    whole = flat(source)

    def is_joined(piece: str) -> bool:
        for left, right in RECORDS.joined:
            before, tear, after = piece.partition(left + right)
            if tear and before + left in whole and right + after in whole:
                return True
        return False

    return [p for p in sentences(corpus) if p not in whole and not is_joined(p)]


def printed_again(corpus: str) -> set[str]:
    """Lines that stand more often in the corpus than in the source."""
    words, whole = flat(corpus), flat(SOURCE)
    lines = filter(None, corpus.splitlines())
    return {line for line in lines if words.count(flat(line)) > max(1, whole.count(flat(line)))}


ALL = "\n".join(canonical(text) for text in FILES.values())


def test_every_sentence_of_the_source_stands_in_the_corpus_or_is_recorded_as_dropped() -> None:
    assert lost_from(SOURCE, ALL) == []


def test_the_corpus_adds_no_sentence_to_the_source() -> None:
    assert added_to(SOURCE, ALL) == []


def test_the_source_has_thirty_six_blocks_and_each_is_cited_where_the_file_says() -> None:
    blocks = re.split(r"\n[ \t]*\n(?:[ \t]*\n)+", SOURCE.strip("\n"))
    assert len(blocks) == 36
    cited: set[int] = set()
    for name, text in FILES.items():
        found = {
            int(number)
            for _, rest in ATTRIBUTES.findall(text)
            for value in re.findall(r'block="?([\d,]+)', rest)
            for number in value.split(",")
        }
        declared = re.search(r"^blocks: \[([\d, ]+)\]$", text, re.MULTILINE)
        assert declared, name
        assert found == {int(number) for number in declared[1].split(",")}, name
        cited |= found
    assert cited == set(range(1, 37))


def test_every_line_of_text_carries_an_id_a_role_and_themes_of_the_fixed_sets() -> None:
    for name, text in FILES.items():
        body = re.sub(r"\A---\n.*?\n---\n", "", text, flags=re.DOTALL)
        for line in filter(None, body.splitlines()):
            if line.startswith("<!--"):
                continue
            found = ATTRIBUTES.search(line)
            assert found, (name, line)
            if line.startswith("#"):
                continue
            role = re.search(r" role=(\w+)", found[2])
            themes = re.search(r' themes="([\w,]+)"', found[2])
            assert role, (name, line)
            assert role[1] in ROLES, (name, line)
            assert themes, (name, line)
            assert set(themes[1].split(",")) <= THEMES, (name, line)


def test_ids_are_unique_in_their_file() -> None:
    for name, text in FILES.items():
        ids = [found for found, _ in ATTRIBUTES.findall(text)]
        assert len(ids) == len(set(ids)), name


def test_a_dropped_piece_repeats_the_kept_text_it_names() -> None:
    assert RECORDS.dropped
    for file, kept, text in RECORDS.dropped:
        lines = [line for line in FILES[file].splitlines() if re.search(rf"{{#{kept}[ }}]", line)]
        assert len(lines) == 1, (file, kept)
        assert flat(text) in flat(canonical(lines[0])), (file, kept)
        assert flat(SOURCE).count(flat(text)) > 1, text


def test_what_the_records_quote_stands_in_the_source() -> None:
    whole = flat(SOURCE)
    for pieces in [*RECORDS.split, *map(list, RECORDS.joined)]:
        assert all(flat(piece) in whole for piece in pieces), pieces
    assert all("".join(pieces) in whole for pieces in RECORDS.split)


def test_a_paragraph_taken_out_is_noticed_even_where_its_words_stand_twice() -> None:
    lines = [line for line in ALL.splitlines() if line and line not in printed_again(ALL)]
    assert len(lines) > 200
    for line in lines:
        assert lost_from(SOURCE, ALL.replace(line, "", 1)), line


def test_nothing_is_printed_again_but_three_chapter_titles_from_the_contents() -> None:
    titles = {
        canonical(line)
        for text in FILES.values()
        for line in text.splitlines()
        if line.startswith("# ") and line.endswith("{#b2h1}")
    }
    assert len(titles) == 3
    assert printed_again(ALL) == titles


def test_a_word_changed_or_added_is_noticed() -> None:
    assert added_to(SOURCE, ALL.replace("（51%）", "（52%）"))
    assert added_to(SOURCE, ALL + "\n据调查，多数企业已经成功。")
    assert lost_from(SOURCE, ALL.replace("（51%）", "（52%）"))
