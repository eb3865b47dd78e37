"""Many passages to measure on: the whitepaper's clauses shuffled, or a folder's own texts.

The same seed gives the same files on every machine. No two passages are equal: clauses are
drawn anew for each sentence, and every sentence has a number of its own.
"""

import random
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from chuhai.corpus.documents import decode, read_bytes, scan
from chuhai.domain import Lang
from chuhai.settings import shipped

SEED = 20
LENGTH = 300  # code points of a passage
A_FILE = 100  # passages of one file
_JOINT: dict[Lang, str] = {"zh": "，", "en": ", "}
_STOP: dict[Lang, str] = {"zh": "。", "en": ". "}
_NUMBERED: dict[Lang, str] = {"zh": "在{n}家企业中", "en": "Among {n} companies"}
_SHORTEST = {"zh": 6, "en": 20}


def clauses(lang: Lang) -> list[str]:
    """The whitepaper's clauses of one language, in reading order, none twice."""
    root = shipped("corpus/whitepaper")
    texts = (
        decode(file.path, read_bytes(file)).text
        for file in scan(root)
        if file.path.endswith(f".{lang}.md")
    )
    found = (
        part.strip(" -•“”\"'()（）")
        for text in texts
        for part in re.split(r"[，。；：？！\n,.;:?!]", text)
    )
    return list(dict.fromkeys(part for part in found if len(part) >= _SHORTEST[lang]))


def passages(count: int, seed: int = SEED) -> Iterator[tuple[Lang, str]]:
    """Language and text of each passage; a file's worth in one language, then in the other."""
    rng = random.Random(seed)
    pools: dict[Lang, list[str]] = {"zh": clauses("zh"), "en": clauses("en")}
    for number in range(count):
        lang: Lang = "en" if number // A_FILE % 2 else "zh"
        yield lang, _passage(rng, pools[lang], lang)


def _passage(rng: random.Random, pool: Sequence[str], lang: Lang) -> str:
    text = ""
    while True:
        opening = _NUMBERED[lang].format(n=rng.randrange(10, 1_000_000))
        parts = [opening, *rng.sample(pool, rng.choice((1, 2, 3)))]
        sentence = _JOINT[lang].join(parts) + _STOP[lang]
        if len(text) + len(sentence) > LENGTH:
            # The last sentence is cut to fill the passage to its length.
            rest = sentence[: max(0, LENGTH - len(text) - 1)].rstrip()
            return (text + rest).rstrip("，,。. ") + _STOP[lang].strip()
        text += sentence


def write(root: Path, count: int, seed: int = SEED) -> None:
    """Files of ``count`` passages in a new folder.

    Each stands under a heading of its own, so that no two become one passage.
    """
    root.mkdir(parents=True)
    listed = list(passages(count, seed))
    for start in range(0, count, A_FILE):
        lines = [f"# {listed[start][0]} {start // A_FILE}\n"]
        for number, (_, text) in enumerate(listed[start : start + A_FILE], start):
            lines.append(f"## {number}\n\n{text}\n")
        name = f"{start // A_FILE:05}.{listed[start][0]}.md"
        (root / name).write_text("\n".join(lines), encoding="utf-8")
