"""Settings, read once from the environment, and the place of what ships with Chuhai."""

import difflib
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from chuhai.errors import SettingsError

_PACKAGE = Path(__file__).resolve().parent
_VARIABLES = {
    "CHUHAI_HOME",
    "CHUHAI_CHAT_MODEL",
    "CHUHAI_CHAT_BASE_URL",
    "CHUHAI_CHAT_API_KEY",
    "CHUHAI_CHAT_TIMEOUT_S",
    "CHUHAI_CORPUS",
    "CHUHAI_ENCODER",
    "CHUHAI_ENCODER_BASE_URL",
    "CHUHAI_ENCODER_API_KEY",
    "CHUHAI_ENCODER_TIMEOUT_S",
    "CHUHAI_CHROMA_URL",
    "CHUHAI_PROMPTS",
    "CHUHAI_WITHOUT",
}
# Read by `make test` alone; known here so that it is not taken for a misspelling.
_FOREIGN = {"CHUHAI_INSTALL_BROWSER"}
# What can be left out, so that one can see what it is worth.
AIDS = frozenset({"glossary", "figures", "roles", "plain"})


def checkout() -> Path | None:
    """The checkout this package runs from, or None when it was installed from a wheel."""
    top = _PACKAGE.parents[1]
    return top if (top / "pyproject.toml").is_file() and (top / "corpus").is_dir() else None


def shipped(relative: str) -> Path:
    """Where a shipped resource lies: at the top of a checkout, inside the package of a wheel."""
    return (checkout() or _PACKAGE / "shipped") / relative


@dataclass(frozen=True)
class Settings:
    """Everything that can be set. Secrets never show in ``repr``."""

    home: Path
    """All state: the index, conversations, results. Nothing is written outside it."""
    corpus: Path
    """Folder of the documents that an index is built from when none is named."""
    prompts: Path
    """Folder of the prompt files, one per prompt."""
    encoder: str | None = None
    """A sentence-transformers model (folder or hub name), or ``openai:MODEL`` for an endpoint
    of embeddings; None is the shipped encoder."""
    encoder_base_url: str | None = None
    """Base address of the OpenAI-compatible endpoint; None is OpenAI's own."""
    encoder_api_key: str | None = field(default=None, repr=False)
    encoder_timeout_s: float = 30.0
    """Longest wait for the vectors of one batch, in seconds."""
    chroma_url: str | None = None
    """A Chroma server, ``http://host:port``; None keeps the vectors in home."""
    chat_model: str | None = None
    """``model`` or ``provider:model``; None answers without a model."""
    chat_base_url: str | None = None
    """Base address of an OpenAI-compatible endpoint."""
    chat_api_key: str | None = field(default=None, repr=False)
    chat_timeout_s: float = 30.0
    """Longest wait for the endpoint's next words, in seconds."""
    without: frozenset[str] = frozenset()
    """Aids left out of retrieval and answers: any of ``AIDS``."""


def from_environment(
    environ: Mapping[str, str] | None = None, home: str | Path | None = None
) -> Settings:
    """Settings from ``CHUHAI_*`` variables; ``home`` (from ``--home``) goes before them.

    Raises SettingsError for an unknown variable or a value that cannot be used.
    """
    env = dict(os.environ if environ is None else environ)
    for name in sorted(env):
        if name.startswith("CHUHAI_") and name not in _VARIABLES | _FOREIGN:
            near = difflib.get_close_matches(name, sorted(_VARIABLES), 1)
            known = ", ".join(sorted(_VARIABLES))
            raise SettingsError(
                f"unknown setting {name}: "
                + (f"did you mean {near[0]}?" if near else f"unset it; there are {known}"),
                f"没有 {name} 这个设置："
                + (f"是不是 {near[0]}？" if near else f"请取消它；可用的有 {known}"),
            )
    return Settings(
        home=Path(home or env.get("CHUHAI_HOME") or _default_home()).expanduser().absolute(),
        corpus=_folder(env, "CHUHAI_CORPUS", shipped("corpus/whitepaper")),
        prompts=_folder(env, "CHUHAI_PROMPTS", shipped("prompts")),
        encoder=env.get("CHUHAI_ENCODER") or None,
        encoder_base_url=_url(env, "CHUHAI_ENCODER_BASE_URL"),
        encoder_api_key=env.get("CHUHAI_ENCODER_API_KEY") or None,
        encoder_timeout_s=_seconds(env, "CHUHAI_ENCODER_TIMEOUT_S", 30.0),
        chroma_url=_url(env, "CHUHAI_CHROMA_URL"),
        chat_model=env.get("CHUHAI_CHAT_MODEL") or None,
        chat_base_url=_url(env, "CHUHAI_CHAT_BASE_URL"),
        chat_api_key=env.get("CHUHAI_CHAT_API_KEY") or None,
        chat_timeout_s=_seconds(env, "CHUHAI_CHAT_TIMEOUT_S", 30.0),
        without=_aids(env, "CHUHAI_WITHOUT"),
    )


def _default_home() -> Path:
    top = checkout()
    if top is not None:
        return top / ".chuhai"
    import platformdirs

    return Path(platformdirs.user_data_dir("chuhai", appauthor=False))


def _folder(env: Mapping[str, str], name: str, default: Path) -> Path:
    value = env.get(name)
    if not value:
        return default
    path = Path(value).expanduser().absolute()
    if not path.is_dir():
        raise SettingsError(
            f"{name} names no folder: {value}; give an existing one or unset it",
            f"{name} 指的不是文件夹：{value}；请给一个已有的文件夹，或取消此设置",
        )
    return path


def _url(env: Mapping[str, str], name: str) -> str | None:
    value = env.get(name)
    if not value:
        return None
    if not value.startswith(("http://", "https://")):
        raise SettingsError(
            f"{name} must begin with http:// or https://, not {value!r}",
            f"{name} 须以 http:// 或 https:// 开头，现在是 {value!r}",
        )
    return value


def _seconds(env: Mapping[str, str], name: str, default: float) -> float:
    value = env.get(name)
    if not value:
        return default
    try:
        seconds = float(value)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds <= 600:
        raise SettingsError(
            f"{name} must be seconds between 0 and 600, not {value!r}",
            f"{name} 须是 0 到 600 之间的秒数，现在是 {value!r}",
        )
    return seconds


def _aids(env: Mapping[str, str], name: str) -> frozenset[str]:
    aids = frozenset(part.strip() for part in env.get(name, "").split(",") if part.strip())
    if aids - AIDS:
        known = ", ".join(sorted(AIDS))
        raise SettingsError(
            f"{name} can leave out {known}, not {', '.join(sorted(aids - AIDS))}",
            f"{name} 只能去掉 {known}，没有 {'、'.join(sorted(aids - AIDS))}",
        )
    return aids
