"""Prompt files with named places, filled once and completely."""

import re
from collections.abc import Mapping
from pathlib import Path

from chuhai.errors import SettingsError

_PLACE = re.compile(r"\{([a-z_]+)\}")


def fill(folder: Path, name: str, values: Mapping[str, str]) -> str:
    """The prompt ``name`` of the folder with its places filled.

    Values are put in as they are: a brace in a passage opens no place. Raises
    SettingsError where the file is missing or its places are not exactly those given.
    """
    path = folder / f"{name}.md"
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise SettingsError(
            f"the prompt {path} cannot be read: put it back, or unset CHUHAI_PROMPTS",
            f"提示词 {path} 读不了：请放回它，或取消 CHUHAI_PROMPTS",
        ) from None
    places = set(_PLACE.findall(text))
    if places != set(values):
        wrong = ", ".join(sorted(places ^ set(values)))
        raise SettingsError(
            f"the prompt {path} and its places do not match ({wrong}): correct the file",
            f"提示词 {path} 的占位符不对（{wrong}）：请改正文件",
        )
    return _PLACE.sub(lambda match: values[match[1]], text)
