"""The words of the Ask page, in both languages. None of them states a fact."""

from collections.abc import Mapping

from chuhai.domain import Lang

_STRINGS: Mapping[str, Mapping[Lang, str]] = {
    "subtitle": {
        "zh": "中国 B2B 品牌出海顾问：每句回答都标明出处",
        "en": "Advice for Chinese B2B brands going overseas, every sentence with its source",
    },
    "earlier": {"zh": "显示前面的 {n} 轮", "en": "Show earlier turns ({n})"},
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
    "gone": {
        "zh": "这段原文已不在索引中：文档可能已修改或删除。请重新提问以得到新的出处。",
        "en": "This passage is no longer in the index: its document was changed or removed. "
        "Ask again for a current source.",
    },
    "source.open": {"zh": "出处 {n}：打开原文", "en": "Source {n}: open it"},
    "drawer": {"zh": "出处", "en": "Source"},
    "close": {"zh": "关闭", "en": "Close"},
    "verbatim": {"zh": "原句", "en": "Verbatim"},
    "verbatim.why": {
        "zh": "这句话就是文档的原句",
        "en": "This sentence is the document's own",
    },
    "paraphrase": {"zh": "转述", "en": "Paraphrased"},
    "paraphrase.why": {
        "zh": "换了说法，已与所引原句核对",
        "en": "In other words, checked against the sentence cited",
    },
    "number_mismatch": {"zh": "数字不符", "en": "Figures differ"},
    "number_mismatch.why": {
        "zh": "其中的数字与所引原句不一致",
        "en": "Its figures are not those of the sentence cited",
    },
    "unsupported": {"zh": "未获支持", "en": "Not supported"},
    "unsupported.why": {
        "zh": "所引原句没有支持这个说法",
        "en": "The sentence cited does not bear it out",
    },
    "page": {"zh": "第 {numbers} 页", "en": "page {numbers}"},
    "copy": {"zh": "复制", "en": "Copy"},
    "copy.cited": {"zh": "带出处复制", "en": "Copy with sources"},
    "copied": {"zh": "已复制", "en": "Copied"},
    "good": {"zh": "回答得好", "en": "Good answer"},
    "bad": {"zh": "回答得不好", "en": "Bad answer"},
    "why": {"zh": "哪里不好？", "en": "What is wrong with it?"},
    "send": {"zh": "提交", "en": "Send"},
    "thanks": {
        "zh": "谢谢。已存为评测题草稿。",
        "en": "Thank you. Kept as a draft of an eval case.",
    },
    "reason.off": {"zh": "答非所问", "en": "Not what I asked"},
    "reason.source": {"zh": "出处不对", "en": "Wrong source"},
    "reason.figures": {"zh": "数字不对", "en": "Wrong figures"},
    "reason.missing": {"zh": "不完整", "en": "Incomplete"},
    "again": {"zh": "重新回答", "en": "Answer again"},
    "edit": {"zh": "改问题", "en": "Edit question"},
    "edit.label": {"zh": "修改问题", "en": "Edit the question"},
    "edit.ask": {"zh": "重新提问", "en": "Ask again"},
    "cancel": {"zh": "取消", "en": "Cancel"},
    "link.copy": {"zh": "复制链接", "en": "Copy link"},
    "chart": {"zh": "数据对比", "en": "The figures compared"},
    "chart.note": {
        "zh": "同一问题下各项所占的百分比",
        "en": "Shares, in percent, within one question",
    },
    "measure": {"zh": "项目", "en": "Item"},
    "share": {"zh": "占比", "en": "Share"},
    "link.changed": {
        "zh": "这段原文在链接生成之后有变动，下面是现在的文字。",
        "en": "This passage has changed since the link was made; below is its present text.",
    },
    "passage": {"zh": "原文", "en": "Passage"},
    # Roles
    "role": {"zh": "您的角色", "en": "Your role"},
    "role.marketer": {"zh": "市场人", "en": "Marketer"},
    "role.consultant": {"zh": "顾问", "en": "Consultant"},
    "role.evaluator": {"zh": "评估者", "en": "Evaluator"},
    # Conversations
    "chats": {"zh": "对话", "en": "Conversations"},
    "chats.search": {"zh": "搜索对话", "en": "Search conversations"},
    "chats.none": {
        "zh": "还没有保存的对话。提问之后，对话会自动保存在这里。",
        "en": "No conversation yet. Ask, and it is kept here.",
    },
    "chats.unfound": {
        "zh": "没有包含“{words}”的对话。",
        "en": "No conversation holds “{words}”.",
    },
    "chats.more": {"zh": "显示更多", "en": "Show more"},
    "chats.manage": {"zh": "改名或删除“{name}”", "en": "Rename or delete “{name}”"},
    "chats.dialog": {"zh": "管理对话", "en": "Manage conversation"},
    "chats.name": {"zh": "名称", "en": "Name"},
    "chats.rename": {"zh": "保存名称", "en": "Save name"},
    "chats.sure": {
        "zh": "删除后无法恢复。确定要删除吗？",
        "en": "This cannot be undone. Delete it?",
    },
    "chats.delete.yes": {"zh": "确定删除", "en": "Yes, delete"},
    "chats.gone": {"zh": "没有这个对话", "en": "No such conversation"},
    "chats.gone.why": {
        "zh": "它可能已被删除。可以从左侧选一个，或直接提问。",
        "en": "It may have been deleted. Choose one at the left, or just ask.",
    },
    "chats.unsaved": {"zh": "对话没有保存：{why}", "en": "The conversation was not saved: {why}"},
    # Exports
    "export": {"zh": "导出", "en": "Export"},
    "export.docx": {"zh": "Word（带脚注）", "en": "Word, with footnotes"},
    "export.md": {"zh": "Markdown", "en": "Markdown"},
    "export.pptx": {"zh": "幻灯片", "en": "Slides"},
    "export.txt": {"zh": "参考文献（GB/T 7714、APA 7）", "en": "References (GB/T 7714, APA 7)"},
    "export.bib": {"zh": "BibTeX", "en": "BibTeX"},
    # States
    "stale.mend": {"zh": "现在更新索引", "en": "Update the index now"},
    "degraded": {"zh": "聊天模型不可用", "en": "The chat model is not available"},
    "offline": {
        "zh": "与服务器的连接断开了。已有的对话不会丢失，恢复后会自动继续。",
        "en": "The connection to the server is lost. Nothing is lost; "
        "the page goes on by itself when it is back.",
    },
}


def text(key: str, lang: Lang, **values: object) -> str:
    """The wording with its places filled; KeyError for an unknown key."""
    return _STRINGS[key][lang].format(**values)
