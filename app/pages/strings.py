"""The words of the interface, in both languages. None of them states a fact."""

from collections.abc import Mapping

from chuhai.domain import Lang

# What the button says that leads to the other language.
OTHER: Mapping[Lang, tuple[Lang, str]] = {"zh": ("en", "English"), "en": ("zh", "中文")}

_STRINGS: Mapping[str, Mapping[Lang, str]] = {
    "subtitle": {
        "zh": "中国 B2B 品牌出海顾问：每句回答都标明出处",
        "en": "Advice for Chinese B2B brands going overseas, every sentence with its source",
    },
    "new": {"zh": "新对话", "en": "New conversation"},
    "placeholder": {"zh": "请用中文或英文提问", "en": "Ask in Chinese or English"},
    "starters": {"zh": "可以从这里问起", "en": "Questions to begin with"},
    "empty": {
        "zh": "现在的索引是您自己的文档，直接提问即可。",
        "en": "Documents of your own are indexed. Just ask.",
    },
    "opening": {"zh": "正在打开索引…", "en": "Opening the index…"},
    "building": {
        "zh": "第一次使用，正在建立索引（{done}/{total}）",
        "en": "First use: building the index ({done}/{total})",
    },
    "looking": {"zh": "正在查找文档…", "en": "Reading the documents…"},
    "understood": {"zh": "理解为：{question}", "en": "Understood as: {question}"},
    "sources": {"zh": "出处", "en": "Sources"},
    "source": {"zh": "出处 {n}", "en": "Source {n}"},
    "block": {"zh": "第 {numbers} 块", "en": "block {numbers}"},
    "original": {"zh": "原文", "en": "Original"},
    "translation": {"zh": "非官方译文", "en": "Unofficial translation"},
    "paraphrase": {"zh": "转述", "en": "paraphrased"},
    "link": {"zh": "单独打开这段原文", "en": "Open this passage by itself"},
    "changed": {
        "zh": "这段原文已更新，此处只有当时引用的句子。",
        "en": "This passage has changed since; this is the sentence as it was cited.",
    },
    "nearest": {"zh": "最接近的内容", "en": "Nearest in the documents"},
    "extractive": {"zh": "由文档原句作答", "en": "Answered with the documents' own sentences"},
    "model": {
        "zh": "由模型 {name} 作答，已逐句核对",
        "en": "Answered by {name}, each sentence checked",
    },
    "follow_ups": {"zh": "接着问", "en": "Ask next"},
    "try": {"zh": "可以改问", "en": "You could ask instead"},
    "stopped": {"zh": "回答已停止。", "en": "The answer was stopped."},
    "refused.not_covered": {"zh": "文档里没有答案", "en": "Not in the documents"},
    "refused.out_of_scope": {"zh": "超出文档范围", "en": "Outside the documents"},
    "refused.unsafe": {"zh": "不能照办", "en": "Cannot be followed"},
    "refused.empty": {"zh": "没有读到问题", "en": "No question to read"},
    "too_long": {"zh": "问题太长", "en": "The question is too long"},
    "too_long.mend": {
        "zh": "最多 {most} 个字符，现在有 {length} 个。请缩短后再问。",
        "en": "At most {most} characters, this has {length}. Please shorten it and ask again.",
    },
    "error": {"zh": "暂时不能回答", "en": "No answer can be given for now"},
    "error.unknown": {
        "zh": "程序出错了，详情在服务器日志里。请再试一次，或运行 `chuhai doctor`。",
        "en": "Something went wrong; see the server's log. Try again, or run `chuhai doctor`.",
    },
    "passage": {"zh": "原文", "en": "Passage"},
    "gone": {
        "zh": "这段原文已不在索引中：文档可能已修改或删除。请重新提问以得到新的出处。",
        "en": "This passage is no longer in the index: its document was changed or removed. "
        "Ask again for a current source.",
    },
}


def text(key: str, lang: Lang, **values: object) -> str:
    """The wording with its places filled; KeyError for an unknown key."""
    return _STRINGS[key][lang].format(**values)
