"""A scripted chat model: real LangChain, no endpoint. For tests and for trying prompts."""

from collections.abc import Iterator
from typing import Any

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from pydantic import Field


class ScriptedChatModel(BaseChatModel):
    """Says the replies in order, a few characters at a time, and remembers what it was asked.

    A reply that is an exception is raised; ``finish`` is what the stream reports at its end.
    """

    replies: list[Any]
    finish: str | None = "stop"
    asked: list[list[BaseMessage]] = Field(default_factory=list)

    @property
    def _llm_type(self) -> str:
        return "scripted"

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        text = "".join(str(c.message.content) for c in self._stream(messages, stop))
        return ChatResult(generations=[ChatGeneration(message=AIMessage(text))])

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        reply = self.replies[len(self.asked) % len(self.replies)]
        self.asked.append(messages)
        if isinstance(reply, Exception):
            raise reply
        for i in range(0, len(reply), 7):
            yield ChatGenerationChunk(message=AIMessageChunk(content=reply[i : i + 7]))
        yield ChatGenerationChunk(
            message=AIMessageChunk(content="", response_metadata={"finish_reason": self.finish})
        )
