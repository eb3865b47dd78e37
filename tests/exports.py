"""Answers to export that many tests share: a plain one, a foreign one, a hostile one."""

from dataclasses import replace

from chuhai.answering.claims import escape
from chuhai.domain import Answer, Citation, Passage, Refusal, Translation
from chuhai.export.library import Library, Work

PUBLISHER = "LinkedIn 中国营销解决方案（领英营销解决方案）"
WHOLE = "中国B2B品牌全球化营销白皮书（上篇）"
WORK = Work(
    "06-fairs.zh.md",
    "传统海外营销手段",
    "zh",
    {"whitepaper": WHOLE, "publisher": PUBLISHER},
    Work(
        "06-fairs.en.md",
        "Traditional marketing overseas",
        "en",
        {
            "whitepaper": "White Paper on Chinese B2B Brands (Part One)",
            "publisher": "LinkedIn Marketing Solutions China",
            "translation": "unofficial",
        },
    ),
)
CITATION = Citation(
    n=1,
    passage_id="06-fairs.zh.md#b19p2",
    content_hash="d846",
    document="06-fairs.zh.md",
    title="传统海外营销手段",
    heading=("传统海外营销手段", "展会的“两大”缺陷"),
    locator="第 19 块",
    start=10,
    end=40,
    quote="最突出的两大缺陷在于，展会的参展费用高（66%），难以持续互动（54%）。",
    translation=Translation("06-fairs.en.md", 5, 60, "Fairs cost much (66%), do not last (54%)."),
    support="verbatim",
)
SECOND = replace(
    CITATION, n=2, start=50, end=60, quote="“信任”最重要。", translation=None, support="paraphrase"
)
PASSAGE = Passage(
    passage_id=CITATION.passage_id,
    content_hash="d846",
    document=CITATION.document,
    title=CITATION.title,
    lang="zh",
    start=0,
    end=100,
    text="",
    sentences=(),
    other_heading=("Traditional marketing overseas", "Two drawbacks of fairs"),
)
LIBRARY = Library({WORK.document: WORK}, {PASSAGE.passage_id: PASSAGE})
ZH = Answer(
    question="展会有什么缺点？",
    standalone_question="展会有什么缺点？",
    lang="zh",
    text="展会费用高（66%） [1][2]\n- 信任最重要 [2]",
    citations=(CITATION, SECOND),
    refusal=None,
    follow_ups=(),
    answerer="extractive",
    degraded=None,
    timings_ms={},
)
EN = replace(
    ZH,
    question="What is wrong with fairs?",
    standalone_question="What is wrong with trade fairs?",
    lang="en",
    text="Fairs cost much (66%). [1]",
    citations=(CITATION,),
    answerer="openai:any",
    degraded="the chat model broke off",
)
REFUSED = replace(
    ZH,
    text="文档没有回答这个问题。\n可以问：展会贵吗？",
    citations=(),
    refusal=Refusal("not_covered", "文档没有回答这个问题。\n可以问：展会贵吗？", ("天气",)),
)
# What a document, a question or a model may hold to break a file or the program that opens it.
HOSTILE = (
    "=cmd|' /C calc'!A1 <script>alert(1)</script> \0\a\x1b[31m \u202e turned \u2067 &amp; ]]> "
    "![x](http://e.vil/x.png) [l](javascript:1) {\\input{x} $x$ `c` \ufffe\ud83d %n #1 _a_ ^ ~ "
    ':red[x] <!-- "q" HYPERLINK {b | @misc{k, \\end{document} [^1]: [9] <b>' + "W" * 600
)
_HOSTILE_CITATION = replace(
    CITATION,
    document=f"{HOSTILE}.md",
    title=HOSTILE,
    heading=(HOSTILE, f"sub {HOSTILE}"),
    locator=HOSTILE,
    quote=HOSTILE,
    translation=Translation(f"{HOSTILE}.en.md", 0, 1, f"other {HOSTILE}"),
)
HOSTILE_ANSWER = replace(
    EN,
    question=HOSTILE,
    standalone_question=f"x {HOSTILE}",
    text=f"{escape(HOSTILE)} [1]\n- {escape(HOSTILE)} [1][7]",
    citations=(_HOSTILE_CITATION,),
    degraded=HOSTILE,
    answerer=HOSTILE,
)
_FRONT = dict.fromkeys(("whitepaper", "publisher", "author", "year", "url"), HOSTILE)
HOSTILE_LIBRARY = Library(
    {
        f"{HOSTILE}.md": Work(
            f"{HOSTILE}.md", HOSTILE, "zh", _FRONT, Work("x", HOSTILE, "en", _FRONT)
        )
    }
)
