"""The few words that a file says itself, in both languages. None of them states a fact."""

from collections.abc import Mapping

from chuhai.domain import Lang, RefusalReason, Support

_LABELS: Mapping[str, Mapping[Lang, str]] = {
    "understood": {"zh": "理解为：{question}", "en": "Understood as: {question}"},
    "extractive": {"zh": "由文档原句作答", "en": "Answered with the documents' own sentences"},
    "model": {
        "zh": "由模型 {name} 作答，已逐句核对",
        "en": "Answered by {name}, each sentence checked",
    },
    "unofficial": {"zh": "非官方译文：", "en": "Unofficial translation: "},
    "translation": {"zh": "译文：", "en": "Translation: "},
    "notice": {
        "zh": "文中译文均非官方译文；脚注所引原文为准。",
        "en": "Translations are unofficial; the original quoted in the footnotes prevails.",
    },
    "notice.slides": {
        "zh": "译文均非官方译文，以所引原文为准",
        "en": "Translations are unofficial; the original beside them prevails",
    },
    "changed": {
        "zh": "这段原文在引用之后有变动",
        "en": "this passage has changed since it was cited",
    },
    "block": {"zh": "第 {numbers} 块", "en": "block {numbers}"},
    "references": {"zh": "参考文献", "en": "References"},
    "no_references": {"zh": "没有引用任何文档。", "en": "No document is cited."},
    "figures": {"zh": "关键数据", "en": "Key figures"},
    "continued": {"zh": "（续 {n}）", "en": " ({n})"},
    "made_with": {"zh": "由 Chuhai 导出", "en": "Exported by Chuhai"},
    "refused.not_covered": {"zh": "文档里没有答案", "en": "Not in the documents"},
    "refused.out_of_scope": {"zh": "超出文档范围", "en": "Outside the documents"},
    "refused.unsafe": {"zh": "不能照办", "en": "Cannot be followed"},
    "refused.empty": {"zh": "没有读到问题", "en": "No question to read"},
    "support.paraphrase": {"zh": "转述", "en": "paraphrased"},
    "support.number_mismatch": {"zh": "数字与原文不符", "en": "figures differ from the source"},
    "support.unsupported": {"zh": "原文未能支持", "en": "not borne out by the source"},
    "over": {"zh": "超过", "en": "over"},
    "nearly": {"zh": "近", "en": "nearly"},
    "under": {"zh": "不足", "en": "under"},
    "about": {"zh": "约", "en": "about"},
    "up_to": {"zh": "至多", "en": "up to"},
    "at_least": {"zh": "至少", "en": "at least"},
}


def label(key: str, lang: Lang, **values: object) -> str:
    """The wording with its places filled; KeyError for an unknown key."""
    return _LABELS[key][lang].format(**values)


def refused(reason: RefusalReason, lang: Lang) -> str:
    """The title of a refusal."""
    return label(f"refused.{reason}", lang)


def support(kind: Support, lang: Lang) -> str:
    """What is to be said of a claim that is not its source's own words; else nothing."""
    return "" if kind == "verbatim" else label(f"support.{kind}", lang)
