"""The error tree. Each message is one line and says how to mend what is wrong.

ChuhaiError
├── SettingsError            a setting or environment variable that cannot be used
├── DocumentError            a document that is missing, unreadable, empty or not UTF-8
├── QuestionError            a question that cannot be asked
│   ├── EmptyQuestion
│   └── QuestionTooLong
├── IndexProblem
│   ├── IndexMissing         nothing built yet in this home
│   ├── IndexStale           the documents changed since it was built
│   ├── IndexForeign         built with another encoder, chunking or version
│   ├── IndexCorrupt         files missing or damaged
│   └── IndexBusy            another process is building
├── StorageError             the disk is full or home cannot be written
├── EncoderError             the encoder cannot be loaded, or its endpoint fails
├── ChatModelError           the chat endpoint failed; the extractive answer takes over
├── ChatsError               a saved conversation, or the file that keeps them
│   ├── ChatMissing          no conversation or turn of that name
│   ├── ChatsBusy            another process is writing for too long
│   ├── ChatsDamaged         the file is no database, or cannot be read
│   └── ChatsForeign         the file was written by a newer version or another program
├── ExportError              a file that cannot be made of these answers
├── EvalError                an eval case, run or answer file that cannot be used
└── ServeError               the page's port is in use, or the server did not start
"""

from typing import Literal


class ChuhaiError(Exception):
    """Anything this package reports to its user: the same line in both languages."""

    def __init__(self, en: str, zh: str) -> None:
        super().__init__(en)
        self.en = en
        self.zh = zh

    def message(self, lang: Literal["zh", "en"]) -> str:
        """One line, whatever a library put into it."""
        return " ".join((self.zh if lang == "zh" else self.en).split())


class SettingsError(ChuhaiError): ...


class DocumentError(ChuhaiError): ...


class QuestionError(ChuhaiError): ...


class EmptyQuestion(QuestionError): ...


class QuestionTooLong(QuestionError): ...


class IndexProblem(ChuhaiError): ...


class IndexMissing(IndexProblem): ...


class IndexStale(IndexProblem): ...


class IndexForeign(IndexProblem): ...


class IndexCorrupt(IndexProblem): ...


class IndexBusy(IndexProblem): ...


class StorageError(ChuhaiError): ...


class EncoderError(ChuhaiError): ...


class ChatModelError(ChuhaiError): ...


class ChatsError(ChuhaiError): ...


class ChatMissing(ChatsError): ...


class ChatsBusy(ChatsError): ...


class ChatsDamaged(ChatsError): ...


class ChatsForeign(ChatsError): ...


class ExportError(ChuhaiError): ...


class EvalError(ChuhaiError): ...


class ServeError(ChuhaiError): ...


def endpoint_reason(error: Exception) -> tuple[str, str]:
    """Why an endpoint's client failed, in words that never hold a key or an address."""
    name = type(error).__name__
    if "Timeout" in name:
        return "it took too long", "超时"
    if "RateLimit" in name:
        return "it is rate limited", "请求过多被限流"
    if "Authentication" in name or "PermissionDenied" in name:
        return "it refused the key", "密钥被拒绝"
    if "Connection" in name or "Connect" in name:
        return "it cannot be reached", "连接不上"
    if "NotFound" in name:
        return "it does not know this model", "没有这个模型"
    if "BadRequest" in name or "UnprocessableEntity" in name:
        return "it refused the request", "请求被拒绝"
    if "InternalServer" in name or "APIStatus" in name:
        return "it reported an error of its own", "服务端出错"
    return "its reply could not be read", "回复无法读取"
