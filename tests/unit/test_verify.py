"""The verifier on the shipped documents: what it lets pass, what not, and what follows."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.conftest import settings_of

from chuhai.answering.around import Around
from chuhai.answering.claims import Claim, Numbering, Source
from chuhai.answering.fakes import ScriptedChatModel
from chuhai.answering.reader import Reader
from chuhai.answering.recite import recited
from chuhai.answering.verify import Verifier
from chuhai.domain import FAILED, Answer, Hit, Passage, Sentence
from chuhai.errors import SettingsError
from chuhai.evals.reply import Cited
from chuhai.evals.support import VerifierSupports, verifier_of
from chuhai.index.cross_encoder import Pair, Task
from chuhai.index.encoder import Vectors
from chuhai.index.fakes import BagOfCharactersEncoder
from chuhai.index.opened import Index
from chuhai.settings import from_environment
from chuhai.wiring import Workshop

Find = Callable[[str], Source]
Judge = Callable[..., str]

FAIRS = "最突出的两大缺陷在于"
BRANCHES = "目前超过60%的企业已经在海外设立不同形式的分支机构"
SCALE = "全球共有75亿"
SMALL = "45%的采购金额在10万美元以下"
FIRST_STOP = "而东南亚是大部分B2B企业出海的第一站"
OFFICES = "仅在海外设立了办事处或代表处"
NEGLECT = "而忽略了对品牌建设进行长期投入"
TWO_GOALS = "其海外市场营销的首要目标是大客户维护"
WE = "我们认为塑造品牌是具有长远价值的事"


@pytest.fixture(scope="module")
def verifier(whitepaper_home: Path, whitepaper: Index) -> Verifier:
    return Workshop(settings_of(whitepaper_home)).verifier(whitepaper)


@pytest.fixture(scope="module")
def find(whitepaper: Index) -> Find:
    """The sentence that holds some words."""
    passages = list(whitepaper.catalogue.every_passage())

    def find(words: str) -> Source:
        found = [
            Source(passage, sentence)
            for passage in passages
            for sentence in passage.sentences
            if words in passage.cut(sentence)
        ]
        assert found, words
        return found[0]

    return find


@pytest.fixture(scope="module")
def judge(verifier: Verifier, find: Find) -> Judge:
    def judge(text: str, *cited: str) -> str:
        return verifier.support(Claim(text, tuple(find(words) for words in cited)))

    return judge


@pytest.mark.parametrize(
    ("cited", "claim"),
    [
        (
            FAIRS,
            "参加展会花费高，约三分之二的人这么说；又多半一年才办一次，难与客户持续互动（54%）。",
        ),
        (
            FAIRS,
            "Taking part in trade shows costs a lot, said two thirds; as they are held yearly, "
            "interaction with customers is hard to keep up (54%).",
        ),
        (BRANCHES, "每五家企业里有三家以上在海外设了分支机构。"),
        (BRANCHES, "More than three in five Chinese companies have set up branches overseas."),
        (SCALE, "全球有七十五亿以上人口，可能性是中国市场的五倍。"),
        (SCALE, "The world has over seven and a half billion people, five times the potential."),
        (SMALL, "45%的采购不到100,000美元，北美更有一半以上（53%）如此。"),
        (SMALL, "45% of purchases are below US$100,000; in North America it is over half."),
        (FIRST_STOP, "大多数B2B企业出海先去东南亚。"),
        (FIRST_STOP, "Most B2B companies that go global start in Southeast Asia."),
        (OFFICES, "多数企业在海外只有办事处或代表处，没有设市场营销职能。"),
        (
            OFFICES,
            "Most companies only have liaison or representative offices, without marketing.",
        ),
        (WE, "Anker认为塑造品牌有长远价值，公司使命也驱动它成为行业标杆品牌。"),
        (WE, "Anker believes that building a brand is of long-term value."),
    ],
)
def test_the_same_in_other_words_figures_and_language_is_a_paraphrase(
    judge: Judge, cited: str, claim: str
) -> None:
    assert judge(claim, cited) == "paraphrase"


@pytest.mark.parametrize(
    ("cited", "claim"),
    [
        (FAIRS, "展会的参展费用高（56%）。"),
        (FAIRS, "Trade shows cost too much, said three quarters."),
        (BRANCHES, "过半数企业……超过八成的企业已经在海外设立分支机构。"),
        (BRANCHES, "Four in five companies have set up branches overseas."),
        (SCALE, "全球有75万以上人口，可能性是中国市场的五倍。"),
        (SCALE, "With 7.5 million people, the world is five times the Chinese market."),
        (SMALL, "45%的采购金额在10亿美元以下。"),
        (SMALL, "45% of purchase amounts are below US$1 million."),
    ],
)
def test_another_figure_or_unit_is_a_mismatch(judge: Judge, cited: str, claim: str) -> None:
    assert judge(claim, cited) == "number_mismatch"


@pytest.mark.parametrize(
    ("cited", "claim"),
    [
        (
            TWO_GOALS,
            "海外营销的首要目标是提升品牌认知度（36%），其次是维护大客户、实现营收增长（28%）。",
        ),
        (
            TWO_GOALS,
            "Raising brand awareness is the goal of 36%, key accounts and revenue growth of 28%.",
        ),
    ],
)
def test_a_swapped_pair_of_figures_is_a_mismatch(judge: Judge, cited: str, claim: str) -> None:
    assert judge(claim, cited) == "number_mismatch"


@pytest.mark.parametrize(
    ("cited", "claim"),
    [
        (FIRST_STOP, "东南亚不是大部分B2B企业出海的第一站。"),
        (FIRST_STOP, "Southeast Asia is not the first stop of most B2B companies."),
        (OFFICES, "大部分企业在海外设立了办事处或代表处，并进行了市场营销职能的布局。"),
        (
            OFFICES,
            "Most companies have set up offices overseas and put a marketing function in place.",
        ),
        (NEGLECT, "中国B2B出海企业专注于短期见效的手段，也重视对品牌建设进行长期投入。"),
        (
            NEGLECT,
            "Despite the pressure, companies keep up long-term investment in brand building.",
        ),
    ],
)
def test_a_denial_put_in_or_left_out_is_not_supported(judge: Judge, cited: str, claim: str) -> None:
    assert judge(claim, cited) == "unsupported"


@pytest.mark.parametrize(
    ("cited", "claim"),
    [
        (FIRST_STOP, "拉美是大部分B2B企业出海的第一站。"),
        (FIRST_STOP, "Latin America is the first stop of most B2B companies going abroad."),
        (WE, "华为认为塑造品牌是具有长远价值的事。"),
        (WE, "Huawei, says Siemens, thinks that building a brand is of long-term value."),
        (FIRST_STOP, "东南亚是大部分B2B企业出海的第一站，当地政府还给它们补贴和免税。"),
        (BRANCHES, "企鹅喜欢冰，也会游泳。"),
        (BRANCHES, "Penguins like ice and swim well."),
    ],
)
def test_another_subject_or_something_added_is_not_supported(
    judge: Judge, cited: str, claim: str
) -> None:
    assert judge(claim, cited) == "unsupported"


def test_what_the_next_sentence_says_is_not_supported_by_this_one(judge: Judge, find: Find) -> None:
    before = "超过60%的企业已经在海外设立不同形式的分支机构"
    claim = "其中23%的公司建立了完整团队，设立了有销售和市场职能的子公司。"
    assert judge(claim, before) in FAILED
    assert judge(claim, before, "其中，23%的公司对海外市场非常重视") == "paraphrase"


def test_verbatim_words_are_not_weighed() -> None:
    class Silent(BagOfCharactersEncoder):
        def encode(self, texts: Sequence[str]) -> Vectors:
            raise AssertionError("nothing is to be encoded")

    text = "展会的参展费用高（66%），而且周期长。"
    passage = Passage("a#1", "", "a", "T", "zh", 0, 20, text, (Sentence(0, len(text)),))
    claim = Claim("参展费用高（66%）", (Source(passage, passage.sentences[0]),))
    assert Verifier(Silent(8)).support(claim) == "verbatim"


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=60), st.text(min_size=1, max_size=60))
def test_any_claim_on_any_sentence_gets_a_verdict(claim: str, text: str) -> None:
    passage = Passage("a#1", "", "a", "T", "zh", 0, len(text), text, (Sentence(0, len(text)),))
    one = Source(passage, passage.sentences[0])
    verifier = Verifier(BagOfCharactersEncoder(16), around=Around(lambda document: [passage]))
    assert verifier.support(Claim(claim, (one,))) in {*FAILED, "verbatim", "paraphrase"}


def test_a_document_of_one_language_is_held_to_its_own_limit(
    verifier: Verifier, find: Find
) -> None:
    whole = find(FIRST_STOP)
    bare = replace(whole.sentence, translation=None, plain="", asked=())
    passage = replace(whole.passage, document="mine.md", sentences=(bare,), translation=None)
    mine = Source(passage, bare)
    for claim in (
        "大多数B2B企业出海先去东南亚。",
        "Most B2B companies go to Southeast Asia first.",
    ):
        assert verifier.support(Claim(claim, (mine,))) == "paraphrase"
    assert verifier.support(Claim("八成B2B企业出海先去东南亚。", (mine,))) == "number_mismatch"


def test_what_the_cross_encoder_reads_counts_for_documents_that_it_knows(
    verifier: Verifier, find: Find
) -> None:
    known = find(FIRST_STOP)
    bare = tuple(replace(sentence, asked=()) for sentence in known.passage.sentences)
    place = known.passage.sentences.index(known.sentence)
    passage = replace(known.passage, document="mine.md", sentences=bare)
    mine = Source(passage, bare[place])
    claim = "大多数B2B企业出海先去东南亚。"
    for source, heard in ((known, True), (mine, False)):
        for logit, support in ((5.0, "paraphrase"), (-5.0, "unsupported")):
            told = replace(
                verifier, reader=Reader(Says(logit)), doubts=replace(verifier.doubts, reading=1.0)
            )
            expected = support if heard else "paraphrase"
            assert told.support(Claim(claim, (source,))) == expected


class Says:
    """A cross-encoder of one opinion."""

    def __init__(self, logit: float) -> None:
        self.logit = logit

    def score(self, pairs: Sequence[Pair], task: Task) -> Vectors:
        return np.full(len(pairs), self.logit, dtype=np.float32)


# --- the bench


def test_the_bench_finds_what_stands_around_a_citation(whitepaper: Index, find: Find) -> None:
    one = find(FIRST_STOP)
    placed = Cited(1, one.quote, one.passage.document, one.sentence.start, one.sentence.end)
    bare = Cited(1, one.quote)
    verifier = verifier_of(whitepaper)
    supports = VerifierSupports(verifier)
    english = "Most B2B companies venture abroad by way of Southeast Asia first."
    assert supports(english, [placed])
    assert supports("大部分B2B企业出海先到东南亚。", [bare])
    assert not supports("Latin America is the first stop of most companies.", [placed])


# --- citing anew


def test_a_claim_is_cited_anew_where_another_found_sentence_bears_it(
    verifier: Verifier, find: Find
) -> None:
    right, wrong = find(FIRST_STOP), find(SCALE)
    hits = [Hit(wrong.passage, 1.0, {}), Hit(right.passage, 0.5, {})]
    for text in ("大多数B2B企业出海先去东南亚。", "Most B2B companies go to Southeast Asia first."):
        claim = Claim(text, (wrong,))
        assert verifier.support(claim) in FAILED
        found = recited(claim, hits, verifier)
        assert found is not None
        assert "东南亚" in found[0].sources[-1].quote
        assert found[1] == "paraphrase"


def test_nothing_is_cited_for_what_no_found_sentence_bears(verifier: Verifier, find: Find) -> None:
    one = find(FIRST_STOP)
    hits = [Hit(one.passage, 1.0, {})]
    assert recited(Claim("企鹅喜欢冰。", (one,)), hits, verifier) is None
    assert recited(Claim("拉美是大部分企业出海的第一站。", (one,)), hits, verifier) is None
    assert recited(Claim("大多数B2B企业出海先去东南亚。", ()), hits, verifier) is None


@pytest.fixture
def ask(whitepaper_home: Path, whitepaper: Index) -> Any:
    def ask(reply: str, unsupported: str = "drop", question: str = "展会有什么缺点？") -> Answer:
        values = settings_of(whitepaper_home, chat_model="scripted", chat_api_key="sk")
        workshop = Workshop(
            replace(values, unsupported=unsupported),  # type: ignore[arg-type]
            lambda _: ScriptedChatModel(replies=[reply], finish="stop"),
        )
        return workshop.advisor(whitepaper).ask([question])

    return ask


COST = "展会最突出的缺陷之一是参展费用高，约三分之二的人这么认为"


def test_a_model_s_wrong_marker_is_put_right(ask: Any) -> None:
    answer = ask(f"{COST}[9]。")
    assert answer.answerer == "openai:scripted"
    assert [c.support for c in answer.citations] == ["paraphrase"]
    assert "66%" in answer.citations[0].quote


def test_what_nothing_bears_is_dropped_unless_it_is_to_be_marked(ask: Any) -> None:
    reply = f"{COST}[9]。企鹅喜欢冰[9]。没有记号的话。指向别处的话[77]。"
    dropped, marked = ask(reply), ask(reply, "mark")
    assert "企鹅" not in dropped.text
    assert {c.support for c in dropped.citations} == {"paraphrase"}
    assert "企鹅" in marked.text
    assert [c.support for c in marked.citations] == ["paraphrase", "unsupported"]
    for answer in (dropped, marked):
        assert "没有记号" not in answer.text
        assert "指向别处" not in answer.text
        numbers = [int(n) for n in re.findall(r"(?<!\\)\[(\d+)\]", answer.text)]
        assert list(dict.fromkeys(numbers)) == [c.n for c in answer.citations]


def test_a_sentence_that_bears_one_claim_and_not_another_has_a_marker_for_each(
    find: Find,
) -> None:
    numbering, one = Numbering(), find(FIRST_STOP)
    assert numbering.show(Claim("甲", (one,)), "unsupported").markdown.endswith("[1]")
    assert numbering.show(Claim("乙", (one,)), "paraphrase").markdown.endswith("[2]")
    assert numbering.show(Claim("丙", (one,)), "verbatim").markdown.endswith("[2]")
    assert [c.support for c in numbering.citations] == ["unsupported", "paraphrase"]


def test_the_setting_is_drop_or_mark(tmp_path: Path) -> None:
    assert from_environment({}, tmp_path).unsupported == "drop"
    assert from_environment({"CHUHAI_UNSUPPORTED": "mark"}, tmp_path).unsupported == "mark"
    with pytest.raises(SettingsError, match="drop or mark") as raised:
        from_environment({"CHUHAI_UNSUPPORTED": "hide"}, tmp_path)
    assert "须是" in raised.value.zh


def test_words_weigh_by_the_encoder_and_plain_words_help(verifier: Verifier, find: Find) -> None:
    """Each of them is really looked at: without it, more speaks against a true claim."""
    claim = Claim(
        "老外拍板人里八成左右想跟中国牌子打交道，也肯掏钱买。", (find("共有81%的海外决策者"),)
    )
    without = replace(verifier, plain=False)
    assert verifier.bearing(claim).missing_share < without.bearing(claim).missing_share
    assert np.isclose(verifier.bearing(claim).number, 0.0)
