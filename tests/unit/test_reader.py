"""What is read together, and which sentences are read at all."""

import random
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tests.conftest import settings_of
from tokenizers import Tokenizer

from chuhai.answering.claims import Source
from chuhai.answering.extract import Extractor
from chuhai.answering.reader import Reader, pair_of
from chuhai.answering.train_reader import Maker, Question
from chuhai.domain import Passage, Sentence, Translation
from chuhai.index import quantised
from chuhai.index.cross_pairs import Planter, Words
from chuhai.index.fakes import SharedCharactersCrossEncoder
from chuhai.index.opened import Index
from chuhai.language.sentences import leans
from chuhai.retrieval.search import HybridSearcher
from chuhai.settings import shipped
from chuhai.wiring import Workshop

TEXT = "展会太贵。"


def source(*asked: str, translated: bool = True) -> Source:
    other = Translation("a.en.md", 0, 21, "Fairs cost too much.", "Mr Wang") if translated else None
    sentence = Sentence(0, len(TEXT), None, "王先生", other, "", asked)
    passage = Passage(
        "a.zh.md#1",
        "hash",
        "a.zh.md",
        "书",
        "zh",
        0,
        len(TEXT),
        TEXT,
        (sentence,),
        ("第一章", "展会"),
    )
    passage = replace(passage, other_heading=("Part one", "Fairs")) if translated else passage
    return Source(passage, sentence)


def test_a_sentence_is_read_in_the_questions_language_below_speaker_and_heading() -> None:
    chinese = pair_of("贵吗？", [source()], "zh")
    assert (chinese.second, chinese.above) == (TEXT, "王先生: 展会")
    english = pair_of("Costly?", [source()], "en")
    assert (english.second, english.above) == ("Fairs cost too much.", "Mr Wang: Fairs")


def test_without_a_translation_it_is_read_as_it_stands() -> None:
    pair = pair_of("Costly?", [source(translated=False)], "en")
    assert (pair.second, pair.above) == (TEXT, "王先生: 展会")


def test_sentences_that_a_claim_cites_are_read_as_one() -> None:
    assert pair_of("贵", [source(), source()], "zh").second == TEXT * 2
    assert pair_of("costly", [source(), source()], "en").second.count("much. Fairs") == 1


def test_what_was_read_is_remembered() -> None:
    cross = SharedCharactersCrossEncoder()
    reader = Reader(cross)
    first = reader.answers("展会贵吗？", [source()])
    assert reader.answers("展会贵吗？", [source()]).tolist() == first.tolist()
    assert len(cross.read) == 1
    reader.answers("展会贵不贵？", [source()])
    assert len(cross.read) == 2


def test_errors_are_planted_into_the_claim_or_what_it_cites_and_nowhere_else() -> None:
    tokenizer = Tokenizer.from_file(str(shipped("index/encoder") / quantised.TOKENIZER))
    words = Words(tokenizer, quantised.open_table(shipped("index/encoder")).vectors())
    rng = random.Random(4)
    maker = Maker(tokenizer, Planter(words, rng), rng)
    true, *planted = maker.of_claim("展会在德国卖出了12台机器", [source()], True, 1.0, planted=20)
    ids, cut, mark = true.tokens.ids, true.tokens.cut, true.tokens.ids[-1]
    assert (true.label, true.weight) == (1.0, 1.0)
    assert len(planted) > 10
    for example in planted:
        assert (example.label, example.weight, example.task) == (0.0, 0.5, true.task)
        assert example.tokens.ids != ids
        assert example.tokens.ids.count(mark) == ids.count(mark) == 3
        claim_stays = example.tokens.ids[: example.tokens.cut] == ids[:cut]
        source_stays = example.tokens.ids[example.tokens.cut :] == ids[cut:]
        assert claim_stays != source_stays


def test_like_questions_are_held_against_each_other_at_what_answers_one_of_them() -> None:
    tokenizer = Tokenizer.from_file(str(shipped("index/encoder") / quantised.TOKENIZER))
    rng = random.Random(4)
    words = Words(tokenizer, quantised.open_table(shipped("index/encoder")).vectors())
    maker = Maker(tokenizer, Planter(words, rng), rng)
    right, near = source(), source(translated=False)
    near = replace(near, passage=replace(near.passage, document="b.zh.md"))
    yes = Question("展会贵吗？", True, (right,), (right, near))
    no = Question("展会多远？", False, (right,), (near,))
    twins, *alone = maker.of_questions([yes, no])
    assert [example.label for example in twins] == [1.0, 0.0]
    # The same sentence, below the same heading, behind another question.
    sources = [example.tokens.ids[example.tokens.cut :] for example in twins]
    assert sources[0] == sources[1]
    assert twins[0].tokens.ids != twins[1].tokens.ids
    assert [(len(each), each[0].label) for each in alone] == [(1, 0.0)] * 2
    elsewhere = maker.of_questions([Question("明天下雨吗？", False, (), (near,))])
    assert [[example.label for example in each] for each in elsewhere] == [[0.0]]


def test_what_a_claim_cites_is_read_as_one_text() -> None:
    cross = SharedCharactersCrossEncoder()
    assert Reader(cross).bears("展会太贵", [source(), source()]) > 0
    assert Reader(cross).bears("没有人问价钱", [source()]) < 0
    assert cross.read[0].second == TEXT * 2


def extractor_with(
    home: Path, whitepaper: Index, reader: Reader
) -> tuple[Extractor, HybridSearcher]:
    workshop = Workshop(settings_of(home))
    searcher = workshop.searcher(whitepaper)
    return replace(workshop.extractor(whitepaper, searcher), reader=reader), searcher


def test_the_best_sentences_are_read_and_the_rest_count_as_the_poorest(
    whitepaper_home: Path, whitepaper: Index
) -> None:
    cross = SharedCharactersCrossEncoder()
    extractor, searcher = extractor_with(whitepaper_home, whitepaper, Reader(cross))
    question = "展会有什么缺点？"
    features = extractor.features(question, searcher.search(question, 10))
    assert len(cross.read) == extractor.weights.read < len(features)
    readings = np.array([feature.reading for feature in features], dtype=float)
    assert (readings == readings.min()).sum() >= len(features) - extractor.weights.read + 1
    assert readings.max() > readings.min()


def test_documents_without_known_questions_are_not_read(
    whitepaper_home: Path, whitepaper: Index
) -> None:
    cross = SharedCharactersCrossEncoder()
    extractor, searcher = extractor_with(whitepaper_home, whitepaper, Reader(cross))
    hits = searcher.search("展会有什么缺点？", 3)
    bare = [
        replace(
            hit,
            passage=replace(
                hit.passage,
                sentences=tuple(replace(s, asked=()) for s in hit.passage.sentences),
            ),
        )
        for hit in hits
    ]
    features = extractor.features("展会有什么缺点？", bare)
    assert cross.read == []
    assert {feature.reading for feature in features} == {None}
    assert {feature.answers for feature in features} == {0.5}


def test_what_is_hardly_believed_stays_away_where_something_is_sure(
    whitepaper_home: Path, whitepaper: Index
) -> None:
    extractor, searcher = extractor_with(
        whitepaper_home, whitepaper, Reader(SharedCharactersCrossEncoder())
    )
    question = "展会有什么缺点？"
    ranked = extractor.ranked(question, searcher.search(question, 10))
    hardly, sure = extractor.weights.hardly - 1, extractor.weights.sure + 1

    def chosen(best: float) -> list[float | None]:
        read = [
            each._replace(reading=(best, hardly, 0.0)[min(place, 1 + place % 2)])
            for place, each in enumerate(ranked)
        ]
        readings = {each.source.key: each.reading for each in read}
        return [readings[source.key] for source in extractor.choose(read, "zh")]

    assert hardly not in chosen(sure)
    assert len(chosen(sure)) > 1
    assert hardly in chosen(0.0)


@pytest.mark.parametrize(("share", "spoken_first"), [(0.5, True), (1.0, False)])
def test_an_answer_opens_with_the_texts_own_words_only_where_they_are_about_as_good(
    whitepaper_home: Path, whitepaper: Index, share: float, spoken_first: bool
) -> None:
    extractor, searcher = extractor_with(
        whitepaper_home, whitepaper, Reader(SharedCharactersCrossEncoder())
    )
    ranked = extractor.ranked("安克怎么看展会？", searcher.search("安克怎么看展会？", 10))
    lasting = [each for each in ranked if not leans(each.source.quote)]
    spoken = next(e for e in lasting if e.source.sentence.speaker and len(e.source.quote) > 30)
    own = next(e for e in lasting if not e.source.sentence.speaker and len(e.source.quote) < 60)
    pair = [spoken._replace(score=2.0, reading=0.0), own._replace(score=2.0 * share, reading=0.0)]
    claims = extractor.claims(pair, "zh")
    assert len(claims) == 2
    assert (claims[0].sources[0] == spoken.source) is spoken_first
