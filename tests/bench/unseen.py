"""Answers on documents that nothing was fitted to: ``python -m tests.bench.unseen --data DIR``.

DIR holds ``drcd_test.json.xz`` (encyclopaedia passages and questions, CC BY-SA 3.0). Each
passage becomes a text document of a home of its own. Measured, without a chat model: how
often a sentence that holds the answer is among the cited ones, how often a question is
refused whose passage is there, and how often one whose passage was withheld. The English
questions are those of ``evals/foreign``, asked of their own Chinese passages alone.
"""

import argparse
import json
import lzma
import random
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from chuhai.evals.lines import read_lines
from chuhai.language.normalise import fold
from chuhai.settings import from_environment, shipped
from chuhai.wiring import Advisor, Workshop

_WITHHELD, _ASKED, _SEED = 150, 300, 11


class Counts(NamedTuple):
    """Shares of some questions."""

    questions: int
    cited: float
    refused: float
    citations: float
    """Mean number of cited sentences."""

    def row(self, name: str) -> str:
        shares = f"{self.cited:.3f} | {self.refused:.3f} | {self.citations:.1f}"
        return f"| {name} | {self.questions} | {shares} |"


@contextmanager
def advisor_on(texts: Mapping[str, str]) -> Iterator[Advisor]:
    """An advisor over these texts, a document each, and nothing else."""
    with TemporaryDirectory(prefix="chuhai-") as place:
        documents = Path(place) / "documents"
        documents.mkdir()
        for name, text in texts.items():
            (documents / f"{name}.txt").write_text(text, encoding="utf-8")
        workshop = Workshop(from_environment({}, Path(place) / "home"))
        workshop.build(documents)
        index = workshop.open()
        yield workshop.advisor(index)
        index.close()


def count(advisor: Advisor, asked: Sequence[tuple[str, Sequence[str]]]) -> Counts:
    """Asks each question; ``asked`` has what answers it."""
    cited, refused, citations = 0, 0, 0
    for question, answers in asked:
        answer = advisor.ask([question])
        quotes = [_folded(citation.quote) for citation in answer.citations]
        cited += any(_folded(text) in quote for text in answers for quote in quotes)
        refused += answer.refused
        citations += len(quotes)
    number = len(asked)
    return Counts(number, cited / number, refused / number, citations / (number - refused or 1))


def _folded(text: str) -> str:
    return "".join(fold(text).split())


def main() -> None:
    """Prints a Markdown table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folder of drcd_test.json.xz")
    folder = parser.parse_args().data
    content = json.loads(lzma.decompress((folder / "drcd_test.json.xz").read_bytes()))
    texts = {passage["id"]: passage["text_hans"] for passage in content["passages"]}
    rng = random.Random(_SEED)
    withheld = set(rng.sample(sorted(texts), _WITHHELD))
    print("| questions | number | answer cited | refused | sentences |\n|---|---|---|---|---|")
    with advisor_on({i: text for i, text in texts.items() if i not in withheld}) as advisor:
        for name, there in (("Chinese, passage there", True), ("Chinese, withheld", False)):
            kind = [q for q in content["questions"] if (q["context_id"] not in withheld) == there]
            asked = [(q["question_hans"], q["answers_hans"]) for q in rng.sample(kind, _ASKED)]
            print(count(advisor, asked).row(name), flush=True)
    rows: list[Mapping[str, Any]] = [
        row for _, row in read_lines(shipped("evals/foreign/drcd_en.jsonl"))
    ]
    with advisor_on({row["passage_id"]: texts[row["passage_id"]] for row in rows}) as advisor:
        print(count(advisor, [(r["question"], [r["answer"]]) for r in rows]).row("English"))


if __name__ == "__main__":
    main()
