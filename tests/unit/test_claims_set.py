"""The claims with planted errors cite what the documents say, and their splits are apart."""

import json
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from chuhai.corpus.documents import decode

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted((ROOT / "evals" / "claims").glob("*.jsonl"))
CORPUS = ROOT / "corpus" / "whitepaper"
PLANTED = {"number", "subject", "negation", "source", "merged", "invented"}
FIELDS = {"id", "lang", "claim", "cites", "kind", "note"}

Claim = dict[str, Any]


def read(file: Path) -> list[Claim]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def cited(claims: Iterable[Claim]) -> set[str]:
    return {cite["document"] for claim in claims for cite in claim["cites"]}


each_file = pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)


def test_there_are_claims_to_fit_to_and_no_unknown_file() -> None:
    assert "dev" in {file.stem for file in FILES} <= {"dev", "test"}


@each_file
def test_every_line_has_the_fields_filled(file: Path) -> None:
    for claim in read(file):
        assert set(claim) == FIELDS
        assert all(claim.values()), claim["id"]
        assert claim["lang"] in {"zh", "en"}, claim["id"]
        assert claim["kind"] in PLANTED | {"true"}, claim["id"]


@each_file
def test_quotes_stand_in_the_canonical_text(file: Path) -> None:
    claims = read(file)
    texts = {
        name: decode(name, (CORPUS / name).read_bytes()).text
        for name in cited(claims)
        if name.endswith(".zh.md")
    }
    missing = [
        (claim["id"], cite["document"])
        for claim in claims
        for cite in claim["cites"]
        if cite["quote"].strip() != cite["quote"]
        or cite["quote"] not in texts.get(cite["document"], "")
    ]
    assert missing == []


def test_ids_are_unique_over_both_files() -> None:
    counts = Counter(claim["id"] for file in FILES for claim in read(file))
    assert [name for name, count in counts.items() if count > 1] == []


def test_no_cited_document_is_in_both_splits() -> None:
    splits = Counter(document for file in FILES for document in cited(read(file)))
    assert [document for document, count in splits.items() if count > 1] == []


@each_file
def test_both_languages_have_their_share(file: Path) -> None:
    claims = read(file)
    counts = Counter(claim["lang"] for claim in claims)
    assert min(counts["zh"], counts["en"]) >= 0.4 * len(claims)


@each_file
def test_every_kind_of_error_is_planted_often_enough(file: Path) -> None:
    counts = Counter(claim["kind"] for claim in read(file))
    assert {kind for kind in PLANTED if counts[kind] < 8} == set()
