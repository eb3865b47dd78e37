"""A chat model's answer, sentence by sentence, each with the spans that it cites.

The model is LangChain's ``BaseChatModel``; anything that it does wrong (down, slow, rate
limited, nonsense, cut off) becomes one ChatModelError, and the chain falls back.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chuhai.answering.claims import Claim, Source
from chuhai.answering.prompts import fill
from chuhai.domain import Hit, Lang
from chuhai.errors import ChatModelError, SettingsError, endpoint_reason
from chuhai.language import sentences
from chuhai.language.tokens import budget_encoding

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

NOT_COVERED = "NOT COVERED"
_MARKER = re.compile(r"[\[【［]\s*(\d+(?:\s*[,，、]\s*\d+)*)\s*[\]】］]")
_MARKERS = re.compile(rf"{_MARKER.pattern}\s*")
# What may still become a marker of the sentence before it.
_OPEN_MARKER = re.compile(r"\s*[\[【［][\d\s,，、]*\Z")
# A list mark before a claim, or the next one's after it.
_LIST_MARK = re.compile(r"^\s*(?:[-*•]|\d{1,3}[.)、])\s+|\n\s*(?:[-*•]|\d{1,3}[.)、])\s*\Z")
_LANGUAGE: Mapping[Lang, str] = {"zh": "Simplified Chinese", "en": "English"}
# Passages are given until this many tokens; the rest of a small model's window is the
# question, the rules and the answer.
_PASSAGE_TOKENS = 3000
_PASSAGES = 8
_LONGEST_REWRITE = 400


@dataclass(frozen=True)
class Generator:
    """Asks the model and reads its answer as claims."""

    model: "BaseChatModel"
    name: str
    """``provider:model``, as answers report it."""
    prompts: Path

    def claims(self, question: str, lang: Lang, hits: Sequence[Hit]) -> Iterator[Claim]:
        """The model's claims as they come; nothing at all where it says NOT COVERED.

        Raises ChatModelError; claims that were already given stand.
        """
        sources = self._sources(hits)
        prompt = fill(
            self.prompts,
            "answer",
            {"language": _LANGUAGE[lang], "passages": _numbered(sources)},
        )
        text = ""
        for piece in self._stream([("system", prompt), ("human", question)]):
            text += piece
            if text.lstrip().startswith(NOT_COVERED):
                return
            *whole, text = _split_finished(text)
            yield from _read(whole, sources)
        if NOT_COVERED not in text:
            yield from _read([text], sources)

    def standalone(self, turns: Sequence[str]) -> str:
        """The last turn as a question of its own, by the model."""
        conversation = "\n".join(f"- {' '.join(turn.split())}" for turn in turns)
        prompt = fill(self.prompts, "rewrite", {"conversation": conversation})
        reply = " ".join("".join(self._stream([("human", prompt)])).split())
        if not reply or len(reply) > _LONGEST_REWRITE:
            raise _failed("the rewritten question is unusable", "改写的问题不可用")
        return reply

    def _stream(self, messages: list[tuple[str, str]]) -> Iterator[str]:
        """The reply's text piece by piece; ChatModelError unless it ends as it should."""
        finish: str | None = None
        said = False
        try:
            for chunk in self.model.stream(messages):
                finish = chunk.response_metadata.get("finish_reason") or finish
                if isinstance(chunk.content, str) and chunk.content:
                    said = True
                    yield chunk.content
        except (SettingsError, GeneratorExit):
            raise
        except Exception as error:  # the client raises whatever its transport and parser do
            raise _failed(*endpoint_reason(error)) from error
        if not said:
            raise _failed("it said nothing", "没有内容")
        if finish != "stop":
            raise _failed("its reply broke off", "回复中断")

    def _sources(self, hits: Sequence[Hit]) -> list[Source]:
        """The sentences shown to the model, within the budget of tokens."""
        budget = budget_encoding(self.name.rpartition(":")[2])
        sources: list[Source] = []
        spent = 0.0
        for hit in hits[:_PASSAGES]:
            spent += budget.count(hit.passage.text)
            if sources and spent > _PASSAGE_TOKENS:
                break
            sources.extend(Source(hit.passage, s) for s in hit.passage.sentences if not s.silent)
        return sources


def build_chat_model(name: str, base_url: str | None, api_key: str | None, timeout_s: float) -> Any:
    """LangChain's chat model for ``model`` or ``provider:model``.

    Raises SettingsError where the provider's package is missing or refuses its settings.
    """
    from langchain.chat_models import init_chat_model

    values: dict[str, Any] = {"temperature": 0, "timeout": timeout_s, "max_retries": 1}
    if base_url:
        values["base_url"] = base_url
    # A local endpoint needs no key, but the client insists on one.
    values["api_key"] = api_key or "none"
    try:
        return init_chat_model(full_name(name), **values)
    except (ImportError, ValueError, TypeError) as error:
        raise SettingsError(
            f"CHUHAI_CHAT_MODEL={name} cannot be used ({_first_line(error)}): "
            "name a model as `model` or `provider:model`",
            f"CHUHAI_CHAT_MODEL={name} 不能用（{_first_line(error)}）："
            "请写成 `模型` 或 `提供方:模型`",
        ) from error


def full_name(name: str) -> str:
    """``provider:model``; a bare model name is an OpenAI-compatible endpoint's."""
    return name if ":" in name else f"openai:{name}"


def _numbered(sources: Sequence[Source]) -> str:
    """The passages, sentence by sentence, numbered; their own angle brackets made harmless."""
    lines: list[str] = []
    current = ""
    for number, source in enumerate(sources, 1):
        if source.passage.passage_id != current:
            if current:
                lines.append("</passage>")
            current = source.passage.passage_id
            lines.append(f"<passage> {_harmless(' / '.join(source.passage.heading))}")
        lines.append(f"[{number}] {_harmless(source.quote)}")
    return "\n".join([*lines, "</passage>"])


def _harmless(text: str) -> str:
    flat = " ".join(text.split())
    return flat.replace("<", "‹").replace(">", "›").replace("[", "［").replace("]", "］")


def _split_finished(text: str) -> list[str]:
    """Finished sentences with their markers, then what may still go on."""
    spans = sentences.split(text)
    finished: list[str] = []
    position = 0
    for start, _ in spans[1:]:
        cut = start
        while following := _MARKERS.match(text, cut):
            cut = following.end()
        if cut <= position or not text[cut:].strip() or _OPEN_MARKER.match(text, cut):
            continue
        finished.append(text[position:cut])
        position = cut
    return [*finished, text[position:]]


def _read(pieces: Sequence[str], sources: Sequence[Source]) -> Iterator[Claim]:
    for piece in pieces:
        text = _LIST_MARK.sub("", _MARKER.sub("", piece)).strip()
        if any(ch.isalnum() for ch in text):
            cited = [
                int(number)
                for match in _MARKER.finditer(piece)
                for number in re.findall(r"\d+", match[1])
            ]
            # Markers that point nowhere never reach the reader.
            known = tuple(sources[n - 1] for n in dict.fromkeys(cited) if 0 < n <= len(sources))
            yield Claim(text, known)


def _failed(en: str, zh: str) -> ChatModelError:
    return ChatModelError(en, zh)


def _first_line(error: BaseException) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:120]
