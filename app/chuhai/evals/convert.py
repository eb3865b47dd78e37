"""Public dev sets to BEIR's layout.

``python -m chuhai.evals.convert --data DIR --set NAME --out DIR`` reads ``DIR/NAME.json.xz``:
``passages`` and ``questions``, or ``pairs`` of a sentence and its translation (English
asks, Chinese is to be found).
"""

import argparse
import json
import lzma
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from chuhai.errors import EvalError
from chuhai.evals import beir
from chuhai.evals.beir import PublicSet


def convert(name: str, content: Mapping[str, Any]) -> PublicSet:
    """The set with those of its questions that have a passage as their answer."""
    return _pairs(name, content) if "pairs" in content else _questions(name, content)


def _questions(name: str, content: Mapping[str, Any]) -> PublicSet:
    corpus = {passage["id"]: passage["text"] for passage in content["passages"]}
    queries, qrels = {}, {}
    for row in content["questions"]:
        gold = [p for p in row.get("passage_ids", ()) if p in corpus]
        if row.get("answerable", True) and gold:
            queries[row["id"]] = row["question"]
            qrels[row["id"]] = dict.fromkeys(gold, 1)
    return PublicSet(name, corpus, queries, qrels)


def _pairs(name: str, content: Mapping[str, Any]) -> PublicSet:
    pairs = list(enumerate(content["pairs"]))
    return PublicSet(
        name,
        {f"d{i}": pair["zh"] for i, pair in pairs},
        {f"q{i}": pair["en"] for i, pair in pairs},
        {f"q{i}": {f"d{i}": 1} for i, _ in pairs},
    )


def main(arguments: Sequence[str] | None = None) -> None:
    """Writes one set as a BEIR folder."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folder of *.json.xz")
    parser.add_argument("--set", required=True, help="drcd_test, crud_news_silver, …")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args(arguments)
    path = options.data / f"{options.set}.json.xz"
    try:
        content = json.loads(lzma.decompress(path.read_bytes()))
    except (OSError, lzma.LZMAError, ValueError) as error:
        raise EvalError(
            f"{path} cannot be read ({type(error).__name__}): name a folder with *.json.xz",
            f"读不了 {path}（{type(error).__name__}）：请给含 *.json.xz 的文件夹",
        ) from error
    beir.write(options.out, convert(options.set, content))


if __name__ == "__main__":
    main()
