"""Advice for a company that tells of itself, and the other side of what is contradicted."""

import pytest

from chuhai.index.opened import Index
from chuhai.language.asks import asks_for
from chuhai.language.names import first_person, proper_names
from chuhai.wiring import Advisor

COMPANIES = [
    (
        "zh",
        "我们是做阀门的，60个人，只有一个市场专员，订单都靠海外代理，下一步该怎么办？",
        "对照调查",
    ),
    (
        "en",
        "We make valves, sixty people, one marketer, and sell through overseas agents. "
        "What should we do next?",
        "Against the survey",
    ),
]


@pytest.mark.parametrize(("lang", "question", "lead"), COMPANIES)
def test_a_company_is_told_where_it_stands_what_is_concluded_and_who_did_it(
    lang: str, question: str, lead: str, advisor: Advisor, whitepaper: Index
) -> None:
    answer = advisor.ask([question])
    assert not answer.refused
    assert answer.lang == lang
    assert answer.text.startswith(lead)
    cited = [whitepaper.catalogue.passages([c.passage_id])[c.passage_id] for c in answer.citations]
    roles = [
        sentence.role
        for passage, citation in zip(cited, answer.citations, strict=True)
        for sentence in passage.sentences
        if sentence.start == citation.start
    ]
    assert roles[0] == "finding"
    assert {"recommendation", "cause"} & set(roles)
    assert any(passage.kind == "case" for passage in cited)
    assert 3 <= len(answer.citations) <= 5
    assert all(line.rstrip().endswith("]") for line in answer.text.splitlines())


def test_what_the_documents_do_not_speak_of_is_said_by_name(advisor: Advisor) -> None:
    answer = advisor.ask(["我们做轴承，靠越南的代理卖货，市场部两个人，接下来怎么做品牌？"])
    (line,) = [line for line in answer.text.splitlines() if "没有单独谈到" in line]
    assert "越南" in line
    assert line.rstrip().endswith("]")


@pytest.mark.parametrize(
    "question", ["代理有什么问题？", "我们在哪里能看到下篇？", "What do agents lack?"]
)
def test_a_question_that_tells_of_no_company_is_answered_as_ever(
    question: str, advisor: Advisor
) -> None:
    answer = advisor.ask([question])
    assert "对照调查" not in answer.text
    assert "Against the survey" not in answer.text


@pytest.mark.parametrize(
    ("question", "lead"),
    [
        ("职业社交媒体在中国企业的营销里用得多不多？", "文档另一处的说法不同"),
        (
            "How much do Chinese firms use professional social media?",
            "Elsewhere the document says otherwise",
        ),
    ],
)
def test_where_the_document_contradicts_itself_both_sides_are_shown(
    question: str, lead: str, advisor: Advisor
) -> None:
    answer = advisor.ask([question])
    assert lead in answer.text
    assert len({(c.document, c.start) for c in answer.citations}) >= 2


def test_a_speaker_s_words_do_not_stand_before_the_text_s_own(advisor: Advisor) -> None:
    first = advisor.ask(["展会有什么缺点？"]).citations[0]
    assert "66%" in first.quote
    assert "54%" in first.quote


def test_who_speaks_and_where() -> None:
    assert first_person("我们想进越南")
    assert first_person("We sell to the US")
    assert not first_person("How did they enter the US?")
    assert proper_names("越南的代理怎么选") == ["越南"]
    assert "advice" in asks_for("预算有限，接下来从哪里入手？")


@pytest.mark.parametrize(
    ("question", "said"),
    [
        (
            "白皮书说展会不贵，性价比高，对吧？",
            "文档的说法是：最突出的两大缺陷在于，展会的参展费用高（66%）",
        ),
        ("The whitepaper says trade shows are cheap, right?", "What the document says: "),
    ],
)
def test_what_a_question_takes_for_granted_is_met_with_what_the_document_says(
    question: str, said: str, advisor: Advisor
) -> None:
    assert advisor.ask([question]).text.startswith(said)
