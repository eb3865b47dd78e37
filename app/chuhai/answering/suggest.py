"""Questions to go on with: only such as the documents are known to answer."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from chuhai.domain import Lang
from chuhai.errors import SettingsError
from chuhai.index.encoder import Encoder, Vectors
from chuhai.language.normalise import fold

# Nearer than this it is the question that was just asked, in other words.
_SAME = 0.92


@dataclass
class Suggester:
    """Offers the listed questions that lie nearest to what was asked."""

    encoder: Encoder
    questions: Mapping[Lang, Sequence[str]]
    _vectors: dict[Lang, Vectors] = field(default_factory=dict)

    def suggest(
        self, question: str, lang: Lang, asked: Sequence[str], most: int = 3
    ) -> tuple[str, ...]:
        """Up to ``most`` questions in ``lang``, nearest first, none that was asked already."""
        listed = self.questions.get(lang, ())
        if not listed:
            return ()
        if lang not in self._vectors:
            self._vectors[lang] = self.encoder.encode(listed)
        near = self._vectors[lang] @ self.encoder.encode([question])[0]
        before = {fold(turn).strip() for turn in asked}
        order = sorted(range(len(listed)), key=lambda i: (-float(near[i]), i))
        fresh = [i for i in order if near[i] < _SAME and fold(listed[i]).strip() not in before]
        return tuple(listed[i] for i in fresh[:most])


def read_questions(path: Path) -> dict[Lang, tuple[str, ...]]:
    """Questions per language from a TOML file; none where the corpus has no such file."""
    if not path.is_file():
        return {}
    try:
        with path.open("rb") as file:
            values = tomllib.load(file)
        return {"zh": tuple(values["zh"]), "en": tuple(values["en"])}
    except (tomllib.TOMLDecodeError, KeyError, TypeError) as error:
        raise _unreadable(path, error) from error


def read_roles(path: Path) -> dict[Lang, dict[str, tuple[str, ...]]]:
    """Questions to begin with per language and role, where the file has them."""
    if not path.is_file():
        return {}
    try:
        with path.open("rb") as file:
            roles = tomllib.load(file).get("roles", {})
        langs: tuple[Lang, ...] = ("zh", "en")
        return {
            lang: {role: tuple(listed) for role, listed in roles[lang].items()}
            for lang in langs
            if lang in roles
        }
    except (tomllib.TOMLDecodeError, AttributeError, TypeError) as error:
        raise _unreadable(path, error) from error


def _unreadable(path: Path, error: Exception) -> SettingsError:
    return SettingsError(
        f"{path} cannot be read ({error}): it holds two lists of questions, zh and en",
        f"{path} 读不了（{error}）：里面应有 zh 和 en 两个问题列表",
    )
