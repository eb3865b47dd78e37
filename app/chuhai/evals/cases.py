"""Cases: questions with known answers, read from JSON Lines and checked against the schema.

The schema is described in ``evals/README.md``; ``dev`` may be fitted to, ``test`` may not.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

from chuhai.domain import Lang
from chuhai.errors import EvalError
from chuhai.evals.lines import read_lines
from chuhai.language.normalise import fold

Kind = Literal[
    "fact",
    "number",
    "list",
    "compare",
    "why",
    "advice",
    "case",
    "definition",
    "followup",
    "false_premise",
    "unanswerable",
    "injection",
]
Split = Literal["dev", "test", "all"]
KINDS: tuple[str, ...] = get_args(Kind)
SPLITS = ("dev", "test")
_GROUPS = ("evidence", "must")
_LEAK = 8


@dataclass(frozen=True, slots=True)
class Case:
    """One question. ``evidence`` and ``must`` are groups of alternatives: each group is needed."""

    id: str
    lang: Lang
    kind: str
    turns: tuple[str, ...]
    evidence: tuple[tuple[str, ...], ...]
    must: tuple[tuple[str, ...], ...]
    must_not: tuple[str, ...]
    refuse: bool
    note: str = ""
    split: str = "dev"

    @property
    def question(self) -> str:
        """The turn that is judged."""
        return self.turns[-1]

    @property
    def turn(self) -> str:
        """``first`` or ``later``: whether a conversation came before it."""
        return "first" if len(self.turns) == 1 else "later"


def read_cases(folder: Path, split: Split = "all") -> list[Case]:
    """The cases of a folder that has ``dev/`` and ``test/``, or of one with files alone.

    A split whose folder is missing or empty has no cases. Raises EvalError where a line
    breaks the schema, an id stands twice, or there is no case at all.
    """
    split_folders = [name for name in SPLITS if (folder / name).is_dir()]
    wanted = [name for name in split_folders if split in ("all", name)]
    if split_folders:
        cases = [case for name in wanted for case in _read_folder(folder / name, name)]
    else:
        cases = list(_read_folder(folder, folder.name if folder.name in SPLITS else "dev"))
    if not cases:
        raise EvalError(
            f"no eval cases in {folder} (split {split}): name a folder with *.jsonl in it, "
            "its dev/ or its test/",
            f"{folder} 里没有评测题（split {split}）：请指定一个含 *.jsonl 的文件夹，"
            "或其下有 dev/、test/",
        )
    seen: set[str] = set()
    for case in cases:
        if case.id in seen:
            raise EvalError(
                f"the case id {case.id} stands twice in {folder}: give one of them another",
                f"{folder} 里题号 {case.id} 出现了两次：请改掉其中一个",
            )
        seen.add(case.id)
    return cases


def digest(cases: Sequence[Case]) -> str:
    """One hash for these cases in this order, by which runs are known to be of the same set."""
    text = "\n".join(repr(case) for case in cases)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _read_folder(folder: Path, split: str) -> Iterator[Case]:
    for path in sorted(folder.glob("*.jsonl")):
        for where, row in read_lines(path):
            wrong = next(_faults(row), None)
            if wrong is not None:
                raise _broken(where, *wrong)
            yield case_of(row, split)


def case_of(row: Mapping[str, Any], split: str) -> Case:
    """The case of a row that keeps to the schema: a line of a file, a result of a run."""
    return Case(
        id=row["id"],
        lang=row["lang"],
        kind=row["kind"],
        turns=tuple(row["turns"]),
        evidence=tuple(map(tuple, row["evidence"])),
        must=tuple(map(tuple, row["must"])),
        must_not=tuple(row["must_not"]),
        refuse=row["refuse"],
        note=row.get("note", ""),
        split=split,
    )


def _faults(row: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """What breaks the schema, in both languages."""
    for name in ("id", "lang", "kind", "turns", *_GROUPS, "must_not", "refuse"):
        if name not in row:
            yield f"`{name}` is missing", f"缺少 `{name}`"
            return
    if not (isinstance(row["id"], str) and row["id"]):
        yield "`id` must be a string", "`id` 须是字符串"
    if row["lang"] not in ("zh", "en"):
        yield "`lang` must be zh or en", "`lang` 须是 zh 或 en"
    if row["kind"] not in KINDS:
        yield f"`kind` must be one of {', '.join(KINDS)}", f"`kind` 须是 {'、'.join(KINDS)} 之一"
    if not _strings(row["turns"]) or not row["turns"]:
        yield "`turns` must be strings, at least one", "`turns` 须至少有一个字符串"
    for name in _GROUPS:
        groups = row[name]
        if not isinstance(groups, list) or not all(_strings(group) and group for group in groups):
            yield f"`{name}` must be lists of strings", f"`{name}` 须是字符串列表的列表"
    if not _strings(row["must_not"]):
        yield "`must_not` must be strings", "`must_not` 须是字符串列表"
    if not isinstance(row["refuse"], bool):
        yield "`refuse` must be true or false", "`refuse` 须是 true 或 false"
    elif row["refuse"] == bool(row["evidence"]):
        yield (
            "a case has evidence, or is to be refused: one of the two",
            "一道题要么有证据，要么应当拒答",
        )


def _strings(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) and item for item in value)


def _broken(where: str, en: str, zh: str) -> EvalError:
    return EvalError(
        f"{where}: {en}; the schema is in evals/README.md",
        f"{where}：{zh}；格式见 evals/README.md",
    )


def shared_runs(question: str, corpus: str, length: int = _LEAK) -> list[str]:
    """What a question copies from the corpus: runs of so many Chinese characters, or words.

    Both are folded and stripped of punctuation. A question in the document's own words is
    found by any word search: many of them make retrieval look better than it is.
    """
    return Leaks(corpus, length).of(question)


class Leaks:
    """The corpus's runs of eight, made once, to hold many questions against."""

    def __init__(self, corpus: str, length: int = _LEAK) -> None:
        self._length = length
        self._held = set(_runs(corpus, length))

    def of(self, question: str) -> list[str]:
        """The runs of the question that the corpus has, in order."""
        return [run for run in _runs(question, self._length) if run in self._held]


def _runs(text: str, length: int) -> Iterator[str]:
    """Overlapping runs: of Chinese characters within one run of them, of Latin words else."""
    folded = fold(text)
    han = "".join(ch if "\u3400" <= ch <= "\u9fff" else " " for ch in folded)
    for piece in han.split():
        yield from (piece[i : i + length] for i in range(len(piece) - length + 1))
    words = "".join(ch if ch.isalnum() and ord(ch) < 0x3000 else " " for ch in folded).split()
    for i in range(len(words) - length + 1):
        yield " ".join(words[i : i + length])
