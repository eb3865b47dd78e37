"""The few words that Chuhai says itself, in both languages. None of them states a fact."""

from collections.abc import Mapping

from chuhai.domain import Lang

_PHRASES: Mapping[str, Mapping[Lang, str]] = {
    "original": {
        "zh": "",
        "en": "In the document's own words (no translation is at hand):",
    },
    "refused.empty": {
        "zh": "没有读到问题。请用中文或英文写一句完整的问题。",
        "en": "There is no question to read. Please write one in Chinese or English.",
    },
    "refused.not_covered": {
        "zh": "文档没有回答这个问题。",
        "en": "The documents do not answer this question.",
    },
    "refused.out_of_scope": {
        "zh": "这个问题不在文档的范围之内。",
        "en": "This question is outside what the documents are about.",
    },
    "refused.unsafe": {
        "zh": "这个请求不能照办。可以问文档里的内容。",
        "en": "This request cannot be followed. Please ask about what the documents say.",
    },
    "refused.missing": {"zh": "文档里没有：{missing}。", "en": "Not in the documents: {missing}."},
    "refused.nearest": {"zh": "最接近的内容：{nearest}。", "en": "Nearest in them: {nearest}."},
    "refused.try": {"zh": "可以问：{questions}", "en": "You could ask: {questions}"},
    "degraded.model": {
        "zh": "聊天模型没有答成（{reason}），改由文档原句作答",
        "en": "the chat model did not answer ({reason}); the documents' own sentences did",
    },
    "degraded.partly": {
        "zh": "聊天模型中途停下（{reason}），这里只有已核实的部分",
        "en": "the chat model broke off ({reason}); only what was verified is shown",
    },
    "degraded.unsupported": {
        "zh": "聊天模型的话在引文里找不到依据，改由文档原句作答",
        "en": "what the chat model wrote is not supported by the documents; their own "
        "sentences answer instead",
    },
    "advice.standing": {"zh": "对照调查：", "en": "Against the survey: "},
    "advice.concluded": {"zh": "文档的结论：", "en": "What the documents conclude: "},
    "advice.case": {"zh": "可比的做法：", "en": "What a company did: "},
    "advice.uncovered": {
        "zh": "文档没有单独谈到{names}，最接近的是：",
        "en": "The documents do not speak of {names}; the nearest is: ",
    },
    "supposed": {"zh": "文档的说法是：", "en": "What the document says: "},
    "disputed": {"zh": "文档另一处的说法不同：", "en": "Elsewhere the document says otherwise: "},
    "said": {"zh": "{speaker}：", "en": "{speaker}: "},
}


def phrase(key: str, lang: Lang, **values: str) -> str:
    """The phrase with its places filled; KeyError for an unknown key or a place left open."""
    return _PHRASES[key][lang].format(**values)
