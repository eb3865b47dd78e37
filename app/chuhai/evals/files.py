"""Runs on disk: written so that equal runs are equal bytes, and read with a check."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from chuhai.errors import EvalError, StorageError
from chuhai.evals.run import FORMAT, Json

LATEST = "latest.json"
_KEPT = "id split kind lang turn refuse cluster refused".split()


def costs_beside(path: Path) -> Path:
    """Where the times and tokens of a run in home are kept."""
    return path.with_suffix(".costs.json")


def text_of(run: Mapping[str, Any]) -> str:
    """The run as text: keys in the order they were made, one result a line."""
    lines = [
        f" {json.dumps(key)}: {_value(value)}" for key, value in run.items() if key != "results"
    ]
    rows = ",\n".join(f"  {json.dumps(row, ensure_ascii=False)}" for row in run["results"])
    return "{\n" + ",\n".join([*lines, f' "results": [\n{rows}\n ]']) + "\n}\n"


def _value(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def scores_only(run: Mapping[str, Any]) -> Json:
    """The run without answers and questions: what comparing needs, for a baseline in the repo."""
    by = {name: run["metrics"]["by"][name] for name in ("lang", "split")}
    return {
        **run,
        "metrics": {"all": run["metrics"]["all"], "by": by},
        "results": [_scores(row) for row in run["results"]],
    }


def _scores(row: Mapping[str, Any]) -> Json:
    scores = row["scores"]
    if scores is not None:
        scores = {name: round(value, 4) for name, value in scores.items() if value is not None}
    return {name: row[name] for name in _KEPT} | {"scores": scores}


def write(path: Path, text: str) -> None:
    """Writes the whole file or leaves what was there."""
    part = path.with_name(path.name + ".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_text(text, encoding="utf-8")
        part.replace(path)
    except OSError as error:
        raise StorageError(
            f"{path} cannot be written ({error.strerror}): free space or name another place",
            f"{path} 写不了（{error.strerror}）：请腾出空间或换个位置",
        ) from error


def read(path: Path) -> Json:
    """A saved run. Raises EvalError where it is missing, damaged or of another format."""
    try:
        run = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise EvalError(
            f"no run at {path}: make one with `chuhai eval run`",
            f"{path} 处没有评测结果：请先运行 `chuhai eval run`",
        ) from None
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise EvalError(
            f"{path} is no run ({type(error).__name__}): make one with `chuhai eval run --out`",
            f"{path} 不是评测结果（{type(error).__name__}）：请用 `chuhai eval run --out` 生成",
        ) from error
    if not isinstance(run, dict) or run.get("format") != FORMAT or "results" not in run:
        raise EvalError(
            f"{path} is no run of this version (format {FORMAT}): run `chuhai eval run` again",
            f"{path} 不是本版本的评测结果（格式 {FORMAT}）：请重新运行 `chuhai eval run`",
        )
    return run


def read_costs(path: Path) -> Json:
    """Times and tokens of a run, or nothing where they were not kept."""
    try:
        costs: Json = json.loads(costs_beside(path).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, json.JSONDecodeError):
        return {}
    return costs
