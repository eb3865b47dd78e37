"""What works on this machine, one line each, with the mend for what does not."""

import os
import shutil
import sys
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

from chuhai.domain import Lang
from chuhai.errors import ChuhaiError, IndexMissing
from chuhai.index.endpoint import EndpointEncoder

if TYPE_CHECKING:
    from chuhai.wiring import Workshop

_LEAST_FREE_BYTES = 200_000_000
_PACKAGES = (
    "chromadb",
    "langchain",
    "sentence-transformers",
    "streamlit",
    "tiktoken",
    "torch",
    "python-docx",
    "python-pptx",
    "citeproc-py",
)


@dataclass(frozen=True)
class Line:
    """One thing that was looked at."""

    name: str
    ok: bool
    en: str
    zh: str
    needed: bool = True
    """Whether asking cannot work without it."""

    def text(self, lang: Lang) -> str:
        sign = "✓" if self.ok else "✗" if self.needed else "–"
        return f"{sign} {self.name:<10} {self.zh if lang == 'zh' else self.en}"

    def as_dict(self, lang: Lang) -> dict[str, Any]:
        detail = self.zh if lang == "zh" else self.en
        return {"name": self.name, "ok": self.ok, "needed": self.needed, "detail": detail}


def examine(workshop: "Workshop") -> list[Line]:
    """Every line, each looked at for real.

    Nothing is fetched; a Chroma server and an encoder's endpoint are asked where one is set.
    """
    return [
        _python(),
        *_packages(),
        _home(workshop),
        _tokens(),
        _encoder(workshop),
        _index(workshop),
        _answer(workshop),
        _chat_model(workshop),
        _chroma(workshop),
        _chats(workshop),
        _browser(),
    ]


def _python() -> Line:
    number = ".".join(map(str, sys.version_info[:3]))
    ok = sys.version_info >= (3, 11)
    return Line(
        "python",
        ok,
        number if ok else f"{number}: install Python 3.11 or newer",
        number if ok else f"{number}：请安装 Python 3.11 或更新版本",
    )


def _packages() -> list[Line]:
    lines = []
    for name in _PACKAGES:
        try:
            found = version(name)
            lines.append(Line(name, True, found, found))
        except PackageNotFoundError:
            # Asking needs the store, the chain and the tokens; the rest serve other commands.
            needed = name in ("chromadb", "langchain", "tiktoken")
            mend = "missing: run `make install`", "缺少：请运行 `make install`"
            lines.append(Line(name, False, *mend, needed=needed))
    return lines


def _home(workshop: "Workshop") -> Line:
    home = workshop.settings.home
    try:
        home.mkdir(parents=True, exist_ok=True)
        writable = os.access(home, os.W_OK)
        free = shutil.disk_usage(home).free
    except OSError as error:
        return Line(
            "home",
            False,
            f"{home} cannot be made ({error.strerror}): name another --home",
            f"{home} 建不了（{error.strerror}）：请换一个 --home",
        )
    if not writable:
        return Line(
            "home", False, f"{home} is not writable: name another", f"{home} 不可写：请换一个"
        )
    if free < _LEAST_FREE_BYTES:
        return Line(
            "home",
            False,
            f"{free // 1_000_000} MB free at {home}: free some space",
            f"{home} 只剩 {free // 1_000_000} MB：请腾出空间",
        )
    return Line("home", True, str(home), str(home))


def _tokens() -> Line:
    from chuhai.language.tokens import count

    try:
        count("出海")
    except (OSError, ValueError) as error:
        kind = type(error).__name__
        return Line(
            "tokens",
            False,
            f"the shipped ranks cannot be read ({kind}): install again",
            f"随附的词表读不了（{kind}）：请重新安装",
        )
    return Line("tokens", True, "shipped ranks, local", "随附词表，本地")


def _encoder(workshop: "Workshop") -> Line:
    try:
        encoder = workshop.encoder
        size = encoder.dimension
    except ChuhaiError as error:
        return Line("encoder", False, error.message("en"), error.message("zh"))
    where = ("local", "本地")
    if isinstance(encoder, EndpointEncoder):
        where = (
            f"answers at {encoder.address}, {size} dimensions; texts are sent there",
            f"{encoder.address} 有应答，{size} 维；文本会发到那里",
        )
    return Line("encoder", True, f"{encoder.id}, {where[0]}", f"{encoder.id}，{where[1]}")


def _index(workshop: "Workshop") -> Line:
    try:
        index = workshop.open()
    except IndexMissing:
        return Line(
            "index",
            False,
            "none yet: the first question builds it, or `chuhai index build`",
            "还没有：第一次提问时自动建立，或运行 `chuhai index build`",
            needed=False,
        )
    except ChuhaiError as error:
        return Line("index", False, error.message("en"), error.message("zh"))
    manifest = index.manifest
    index.close()
    documents, passages, own = len(manifest.documents), manifest.passages, manifest.own_documents
    return Line(
        "index",
        True,
        f"{documents} documents ({own} of your own), {passages} passages from {manifest.root}",
        f"{documents} 个文档（{own} 个是你添加的），{passages} 个段落，来自 {manifest.root}",
    )


def _answer(workshop: "Workshop") -> Line:
    from chuhai.answering.prompts import fill
    from chuhai.errors import SettingsError

    try:
        fill(workshop.settings.prompts, "answer", {"language": "", "passages": ""})
        fill(workshop.settings.prompts, "rewrite", {"conversation": ""})
    except SettingsError as error:
        return Line("prompts", False, error.message("en"), error.message("zh"), needed=False)
    where = str(workshop.settings.prompts)
    return Line("prompts", True, where, where)


def _chat_model(workshop: "Workshop") -> Line:
    name = workshop.settings.chat_model
    if name is None:
        return Line(
            "chat model",
            True,
            "none set: answers are put together from the documents' own sentences",
            "未设置：答案由文档原句组成",
            needed=False,
        )
    where = workshop.settings.chat_base_url or "the provider's own address"
    return Line("chat model", True, f"{name} at {where}", f"{name}，{where}", needed=False)


def _chroma(workshop: "Workshop") -> Line:
    url = workshop.settings.chroma_url
    if url is None:
        return Line("vectors", True, "on disk, in home", "在本地磁盘")
    from chuhai.index.store import open_chroma

    try:
        open_chroma(workshop.index_folder, url, "doctor").close()
    except ChuhaiError as error:
        return Line("vectors", False, error.message("en"), error.message("zh"))
    return Line("vectors", True, f"Chroma server at {url}", f"Chroma 服务 {url}")


def _chats(workshop: "Workshop") -> Line:
    try:
        kept = workshop.chats.count()
    except ChuhaiError as error:
        return Line("chats", False, error.message("en"), error.message("zh"), needed=False)
    return Line("chats", True, f"{kept} saved conversations", f"{kept} 个保存的对话", needed=False)


def _browser() -> Line:
    found = shutil.which("chromium") or shutil.which("google-chrome")
    if found:
        return Line("browser", True, found, found, needed=False)
    return Line(
        "browser",
        False,
        "no Chromium: only the browser test needs it (apt-get install chromium fonts-noto-cjk)",
        "没有 Chromium：只有浏览器测试需要（apt-get install chromium fonts-noto-cjk）",
        needed=False,
    )
