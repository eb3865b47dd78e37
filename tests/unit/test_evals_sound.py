"""The bench itself is sound: defects move what they should, intervals hold, fits stay on dev."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import settings_of

from chuhai.answering import fit as answering_fit
from chuhai.answering import fit_claims
from chuhai.asking import Hearing, asking
from chuhai.evals.cases import case_of, read_cases
from chuhai.evals.claims import read_claims
from chuhai.evals.coverage import World, coverage
from chuhai.evals.defects import EXPECTED, matrix, surprises, table
from chuhai.evals.library import library_of
from chuhai.evals.plant import always_refuse
from chuhai.evals.run import result, run
from chuhai.evals.scorers import Bench
from chuhai.evals.support import VerifierSupports, verifier_of
from chuhai.index.opened import Index
from chuhai.retrieval import fit as retrieval_fit
from chuhai.settings import shipped

PACKAGE = Path(retrieval_fit.__file__).parents[1]


@pytest.fixture(scope="module")
def bench(whitepaper: Index) -> Bench:
    return Bench(library_of(whitepaper), VerifierSupports(verifier_of(whitepaper)))


@pytest.fixture(scope="module")
def rows(whitepaper_home: Path, whitepaper: Index, bench: Bench) -> list[dict[str, Any]]:
    """Real answers to every dev case that is to be refused and to a quarter of the others."""
    workshop = Hearing(settings_of(whitepaper_home))
    every = read_cases(shipped("evals/cases"), "dev")
    cases = [case for place, case in enumerate(every) if case.refuse or place % 4 == 0]
    found: list[dict[str, Any]] = run(cases, asking(workshop, whitepaper), bench, {}).run["results"]
    # However well the product refuses just now: every other refusal that is due is made.
    for row in [row for row in found if row["refuse"]][::2]:
        answer = always_refuse(row, found, bench.library)
        row.update(result(case_of(row, row["split"]), answer, bench))
    return found


def test_each_defect_moves_what_it_should_and_nothing_else(
    rows: list[dict[str, Any]], bench: Bench
) -> None:
    moves = matrix(rows, bench)
    assert surprises(moves) == []
    assert table(moves).count("**") >= 2 * len(EXPECTED)


def test_a_bench_that_misses_a_defect_is_found_out(
    rows: list[dict[str, Any]], bench: Bench
) -> None:
    moves = matrix(rows[:40], bench, {"wrong language": EXPECTED["always refuse"]})
    assert any("language_match should fall" in line for line in surprises(moves))


def test_intervals_hold_the_truth_where_naive_ones_do_not() -> None:
    found = coverage(World(80, 5.0, 0.7, 0.3), trials=200)
    assert found.clustered >= 0.9
    assert found.naive < 0.88


_opened: list[str] | None = None


def _hear(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "open" and _opened is not None and isinstance(arguments[0], str | Path):
        _opened.append(str(arguments[0]))


@contextmanager
def listening() -> Iterator[list[str]]:
    """Every file that Python opens meanwhile."""
    global _opened  # noqa: PLW0603 (an audit hook cannot be taken off again)
    sys.addaudithook(_hear)
    opened: list[str] = []
    _opened = opened
    try:
        yield opened
    finally:
        _opened = None


@pytest.mark.parametrize("arguments", [[], ["--report"]], ids=["fit", "report"])
def test_fitting_to_claims_reads_the_dev_half_alone(
    arguments: list[str],
    whitepaper_home: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(sys, "argv", ["fit", "--home", str(whitepaper_home), *arguments])
    monkeypatch.setattr(fit_claims, "_SEEDS", 1)
    with listening() as opened:
        fit_claims.main()
    read = {Path(name).name for name in opened if Path(name).parent == shipped("evals/claims")}
    assert read == {"dev.jsonl"}
    assert not any("evals/cases" in name for name in opened)
    assert "recall" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("command", "arguments"),
    [(retrieval_fit, ["--report"]), (answering_fit, ["--searches", "1"])],
    ids=["retrieval", "answering"],
)
def test_fitting_reads_the_dev_cases_and_never_the_test_cases(
    command: Any,
    arguments: list[str],
    whitepaper_home: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(sys, "argv", ["fit", "--home", str(whitepaper_home), *arguments])
    # The files are read as ever; of what stands in them little is searched for.
    monkeypatch.setattr(
        answering_fit,
        "read_cases",
        lambda folder, split="all": read_cases(folder, split)[::6],
    )
    monkeypatch.setattr(retrieval_fit, "mean_recall", lambda cases, searcher: {"zh": 0.0})
    with listening() as opened:
        command.main()
    read = [Path(name) for name in opened if "evals" in Path(name).parts]
    dev, test = shipped("evals/cases/dev"), shipped("evals/cases/test")
    assert any(path.is_relative_to(dev) for path in read)
    assert not any(path.is_relative_to(test) for path in read)
    assert not any(path.is_relative_to(shipped("evals/exams")) for path in read)


def test_every_fitting_command_is_listened_to() -> None:
    fits = {str(path.relative_to(PACKAGE)) for path in PACKAGE.rglob("fit*.py")}
    assert fits == {"retrieval/fit.py", "answering/fit.py", "answering/fit_claims.py"}


def test_the_ear_hears_the_held_out_claims() -> None:
    with listening() as opened:
        assert list(read_claims(shipped("evals/claims/test.jsonl")))
    assert any("evals/claims/test.jsonl" in name for name in opened)


def test_the_ear_hears_the_test_cases() -> None:
    with listening() as opened:
        read_cases(shipped("evals/cases"), "all")
    assert any("evals/cases/dev" in name for name in opened)
    assert bool(list(shipped("evals/cases/test").glob("*.jsonl"))) == any(
        "evals/cases/test" in name for name in opened
    )
