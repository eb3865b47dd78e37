"""JSON Lines that people write: each object with its place, or one clear error."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from chuhai.errors import EvalError


def read_lines(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each object with ``file:line``; blank lines are passed over.

    Raises EvalError naming the file or the line that cannot be read.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise EvalError(
            f"{path} cannot be read ({type(error).__name__}): name a JSON Lines file in UTF-8",
            f"读不了 {path}（{type(error).__name__}）：请给 UTF-8 的 JSON Lines 文件",
        ) from error
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        where = f"{path.name}:{number}"
        try:
            row = json.loads(line)
        except json.JSONDecodeError:
            row = None
        if not isinstance(row, dict):
            raise EvalError(
                f"{where}: no JSON object; the schema is in evals/README.md",
                f"{where}：不是 JSON 对象；格式见 evals/README.md",
            )
        yield where, row
