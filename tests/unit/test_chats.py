"""Saved conversations: what goes in comes out, and a file that is not ours is left alone."""

import json
import sqlite3
import stat
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest
from tests.unit.test_answers import ANSWER, CITATION, REFUSED

from chuhai.chats.conversations import Chats
from chuhai.chats.database import MIGRATIONS, Database
from chuhai.chats.feedback import rate
from chuhai.chats.values import outdated, short
from chuhai.domain import Answer, Passage, Refusal
from chuhai.errors import (
    ChatMissing,
    ChatsBusy,
    ChatsDamaged,
    ChatsForeign,
    ChuhaiError,
    EvalError,
    StorageError,
)
from chuhai.evals.cases import read_cases

FAIRS = replace(ANSWER, question="展会贵吗？", text="展会贵（66%） [1]")
AGENTS = replace(
    ANSWER, question="What do agents lack?", lang="en", text="Ability \\(46%\\): R\\&D [1]"
)


def clock() -> Callable[[], datetime]:
    """A second later at each look."""
    ticks = count()
    return lambda: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=next(ticks))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "home" / "chats.sqlite3"


@pytest.fixture
def chats(path: Path) -> Chats:
    return Chats(path, clock())


@pytest.fixture
def drafts(tmp_path: Path) -> Path:
    return tmp_path / "home" / "evals" / "drafts.jsonl"


def sql(path: Path, *statements: str) -> list[object]:
    """What the last of the statements gives first, run past the program."""
    with closing(sqlite3.connect(path)) as db, db:
        *_, last = [db.execute(statement).fetchone() for statement in statements]
    return list(last or ())


def test_a_conversation_comes_back_as_it_was(chats: Chats) -> None:
    entry = chats.start(FAIRS)
    chats.append(entry.id, REFUSED)
    loaded = chats.load(entry.id)
    assert [turn.answer for turn in loaded.turns] == [FAIRS, REFUSED]
    assert [turn.n for turn in loaded.turns] == [1, 2]
    assert loaded.questions == (FAIRS.question, REFUSED.question)
    assert (loaded.entry.name, loaded.entry.lang, loaded.entry.length) == ("展会贵吗？", "zh", 2)
    assert loaded.entry.created == "2026-01-01T00:00:00.000000+00:00"
    assert loaded.entry.changed > loaded.entry.created


def test_ids_fit_an_address_and_cannot_be_guessed(chats: Chats) -> None:
    ids = {chats.start(FAIRS).id for _ in range(50)}
    assert len(ids) == 50
    assert all(len(one) == 16 and one.isalnum() and one.isascii() for one in ids)
    assert len({one[0] for one in ids}) > 5


@pytest.mark.parametrize("text", ["half \ud83d of it", "nul \0 in it", "line\u2028end", "🙂"])
def test_odd_characters_come_back(chats: Chats, text: str) -> None:
    answer = replace(FAIRS, question=text, text=text)
    entry = chats.start(answer, name=text)
    assert chats.load(entry.id).turns[0].answer == answer
    assert entry.name.isprintable()


def test_a_name_is_the_first_question_on_one_line_and_short() -> None:
    assert short("  展会\n贵吗？ ") == "展会 贵吗？"
    assert short("长" * 100) == "长" * 59 + "…"
    assert short("\u0007\u202e") == ""


def test_a_conversation_can_be_renamed_and_gets_its_question_back(chats: Chats) -> None:
    entry = chats.start(FAIRS)
    assert chats.rename(entry.id, "给老板看").name == "给老板看"
    assert chats.rename(entry.id, " ").name == FAIRS.question
    assert chats.load(entry.id).entry.changed == entry.changed


def test_a_turn_asked_anew_takes_the_place_of_all_from_there_on(chats: Chats) -> None:
    entry = chats.start(FAIRS)
    chats.append(entry.id, REFUSED)
    chats.append(entry.id, FAIRS)
    chats.set_feedback(entry.id, 1, good=True)
    chats.set_feedback(entry.id, 2, good=False, reason="no")
    assert chats.replace(entry.id, 2, AGENTS).n == 2
    turns = chats.load(entry.id).turns
    assert [turn.answer for turn in turns] == [FAIRS, AGENTS]
    assert [turn.feedback is not None for turn in turns] == [True, False]


@pytest.mark.parametrize("n", [0, 2, -1])
def test_a_turn_that_is_not_there_cannot_be_replaced(chats: Chats, n: int) -> None:
    entry = chats.start(FAIRS)
    with pytest.raises(ChatMissing, match="has no turn"):
        chats.replace(entry.id, n, AGENTS)
    assert [turn.answer for turn in chats.load(entry.id).turns] == [FAIRS]


def test_the_last_changed_stands_first_and_pages_meet(chats: Chats) -> None:
    ids = [chats.start(FAIRS).id for _ in range(5)]
    chats.append(ids[1], AGENTS)
    order = [ids[1], ids[4], ids[3], ids[2], ids[0]]
    assert [entry.id for entry in chats.find()] == order
    pages = [chats.find(limit=2, offset=offset) for offset in (0, 2, 4, 6)]
    assert [entry.id for page in pages for entry in page] == order
    assert chats.count() == 5


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("展会", {"fairs"}),
        ("展會", {"fairs"}),
        ("AGENTS", {"agents"}),
        ("ａｇｅｎｔｓ", {"agents"}),
        ("R&D", {"agents"}),
        ("(46%)", {"agents"}),
        ("66% 贵", {"fairs"}),
        ("66% agents", set()),
        ("board", {"agents"}),
        ("6_%", set()),
        ("%", {"fairs", "agents"}),
        ("citations", set()),
        ("  ", {"fairs", "agents"}),
        ("没有", {"refused"}),
        ("'; DROP TABLE turns; --", set()),
    ],
)
def test_words_are_found_in_names_questions_and_answers(
    chats: Chats, words: str, found: set[str]
) -> None:
    ids = {
        chats.start(FAIRS).id: "fairs",
        chats.start(AGENTS, name="For the board").id: "agents",
    }
    if "refused" in found:
        ids[chats.start(REFUSED).id] = "refused"
    assert {ids[entry.id] for entry in chats.find(words)} == found
    assert chats.count(words) == len(found)


def test_what_is_deleted_is_gone_with_all_that_hung_on_it(chats: Chats, path: Path) -> None:
    kept, gone = chats.start(FAIRS), chats.start(AGENTS)
    chats.set_feedback(gone.id, 1, good=False)
    chats.delete(gone.id)
    assert [entry.id for entry in chats.find()] == [kept.id]
    assert sql(path, "SELECT count(*) FROM turns") == [1]
    assert sql(path, "SELECT count(*) FROM feedback") == [0]


@pytest.mark.parametrize(
    "use",
    [
        lambda chats: chats.load("nope"),
        lambda chats: chats.append("nope", FAIRS),
        lambda chats: chats.replace("nope", 1, FAIRS),
        lambda chats: chats.rename("nope", "x"),
        lambda chats: chats.delete("nope\ud83d"),
        lambda chats: chats.set_feedback("nope", 1, good=True),
    ],
)
def test_an_unknown_conversation_is_named(chats: Chats, use: Callable[[Chats], object]) -> None:
    with pytest.raises(ChatMissing) as caught:
        use(chats)
    assert "nope" in caught.value.message("en")
    assert "没有" in caught.value.message("zh")


def test_looking_makes_no_file(chats: Chats, path: Path) -> None:
    assert chats.find() == ()
    assert chats.count("x") == 0
    with pytest.raises(ChatMissing):
        chats.load("x")
    assert not path.parent.exists()


def test_only_its_owner_may_read_the_file(chats: Chats, path: Path) -> None:
    chats.start(FAIRS)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_file_of_ours_is_in_wal_mode(chats: Chats, path: Path) -> None:
    chats.start(FAIRS)
    assert sql(path, "PRAGMA journal_mode") == ["wal"]
    assert sql(path, "PRAGMA user_version") == [len(MIGRATIONS)]


def test_another_programs_database_is_refused_and_left_alone(chats: Chats, path: Path) -> None:
    path.parent.mkdir()
    sql(path, "CREATE TABLE theirs (x)")
    untouched(chats, path, ChatsForeign, "move it away")


def test_a_newer_file_is_refused_and_left_alone(chats: Chats, path: Path) -> None:
    chats.start(FAIRS)
    sql(path, "PRAGMA user_version = 99")
    untouched(chats, path, ChatsForeign, "update Chuhai")


def test_a_damaged_file_is_refused_and_left_alone(chats: Chats, path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"no database at all, but somebody's text" * 50)
    untouched(chats, path, ChatsDamaged, "move the file away")


def untouched(chats: Chats, path: Path, kind: type[ChuhaiError], mend: str) -> None:
    before = path.read_bytes()
    uses: list[Callable[[], object]] = [chats.find, lambda: chats.start(FAIRS)]
    for use in uses:
        with pytest.raises(kind) as caught:
            use()
        assert mend in caught.value.message("en")
        assert str(path) in caught.value.message("zh")
    assert path.read_bytes() == before


@pytest.mark.parametrize("answer", ["{", "null", "[" * 100_000, '{"lang": "fr"}'])
def test_an_answer_that_cannot_be_read_is_a_damaged_file(
    chats: Chats, path: Path, answer: str
) -> None:
    entry = chats.start(FAIRS)
    sql(path, f"UPDATE turns SET answer = '{answer}'")
    with pytest.raises(ChatsDamaged):
        chats.load(entry.id)
    assert chats.find()[0].id == entry.id


def test_an_older_file_is_brought_up_to_date_with_all_it_holds(path: Path) -> None:
    entry = Chats(path).start(FAIRS)

    def second(db: sqlite3.Connection) -> None:
        db.execute("ALTER TABLE conversations ADD COLUMN pinned INTEGER NOT NULL DEFAULT 0")

    newer = Chats(path, migrations=[*MIGRATIONS, second])
    assert newer.load(entry.id).turns[0].answer == FAIRS
    assert sql(path, "SELECT pinned FROM conversations") == [0]
    assert sql(path, "PRAGMA user_version") == [2]
    with pytest.raises(ChatsForeign):
        Chats(path).find()


def test_a_migration_that_fails_changes_nothing(path: Path) -> None:
    entry = Chats(path).start(FAIRS)

    def broken(db: sqlite3.Connection) -> None:
        db.execute("DELETE FROM conversations")
        raise RuntimeError("power cut")

    with pytest.raises(RuntimeError):
        Chats(path, migrations=[*MIGRATIONS, broken]).find()
    assert Chats(path).load(entry.id).turns[0].answer == FAIRS


def test_a_write_that_fails_half_way_changes_nothing(chats: Chats, path: Path) -> None:
    entry = chats.start(FAIRS)

    def break_off() -> None:
        with Database(path).writing() as db:
            db.execute("DELETE FROM conversations")
            raise RuntimeError("power cut")

    with pytest.raises(RuntimeError):
        break_off()
    assert [each.id for each in chats.find()] == [entry.id]


def test_a_home_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(StorageError, match="--home"):
        Chats(tmp_path / "file" / "chats.sqlite3").start(FAIRS)


def test_one_who_waits_too_long_is_told_to_try_again(
    chats: Chats, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chats.start(FAIRS)
    monkeypatch.setattr("chuhai.chats.database._WAIT_S", 0.05)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(ChatsBusy, match="try again"):
        chats.start(AGENTS)
    assert len(chats.find()) == 1
    other.close()


def test_threads_that_append_at_once_lose_nothing(path: Path) -> None:
    chats = Chats(path)
    entry = chats.start(FAIRS)
    failed: list[BaseException] = []

    def append() -> None:
        try:
            for _ in range(10):
                chats.append(entry.id, AGENTS)
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=append) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed
    assert [turn.n for turn in chats.load(entry.id).turns] == list(range(1, 42))


def test_processes_that_begin_at_once_share_one_file(path: Path) -> None:
    program = (
        "import sys; from pathlib import Path;"
        "from chuhai.chats.conversations import Chats;"
        "from tests.unit.test_answers import ANSWER;"
        "[Chats(Path(sys.argv[1])).start(ANSWER) for _ in range(10)]"
    )
    top = Path(__file__).resolve().parents[2]
    environment = {"PYTHONPATH": f"{top / 'app'}:{top}", "PATH": "/usr/bin:/bin"}
    running = [
        subprocess.Popen(
            [sys.executable, "-c", program, str(path)], env=environment, stderr=subprocess.PIPE
        )
        for _ in range(3)
    ]
    for process in running:
        _, said = process.communicate(timeout=120)
        assert process.returncode == 0, said.decode()
    assert Chats(path).count() == 30


def test_a_changed_or_lost_source_is_told(chats: Chats) -> None:
    same = passage(CITATION.passage_id, CITATION.content_hash)
    assert outdated(ANSWER, {same.passage_id: same}) == frozenset()
    assert outdated(ANSWER, {same.passage_id: replace(same, content_hash="other")}) == {1, 2}
    assert outdated(ANSWER, {}) == {1, 2}


def passage(passage_id: str, content_hash: str) -> Passage:
    return Passage(passage_id, content_hash, "06.zh.md", "", "zh", 0, 1, "展", ())


def test_a_thumb_up_is_kept_and_makes_no_draft(chats: Chats, drafts: Path) -> None:
    entry = chats.start(FAIRS)
    assert rate(chats, drafts, entry.id, 1, good=True, reason="好") is None
    feedback = chats.load(entry.id).turns[0].feedback
    assert feedback is not None
    assert (feedback.good, feedback.reason) == (True, "好")
    assert not drafts.exists()


def test_a_thumb_down_becomes_a_draft_that_a_person_completes(
    chats: Chats, drafts: Path, tmp_path: Path
) -> None:
    entry = chats.start(FAIRS)
    chats.append(entry.id, AGENTS)
    draft = rate(chats, drafts, entry.id, 2, good=False, reason="wrong\u2028figure\n")
    (line,) = drafts.read_text(encoding="utf-8").splitlines()
    assert json.loads(line) == draft
    assert draft is not None
    assert draft["turns"] == [FAIRS.question, AGENTS.question]
    assert (draft["lang"], draft["kind"]) == ("en", "followup")
    assert "wrong figure" in draft["note"]
    assert CITATION.passage_id in draft["note"]
    cases = tmp_path / "cases"
    cases.mkdir()
    (cases / "drafts.jsonl").write_text(line, encoding="utf-8")
    with pytest.raises(EvalError, match=r"drafts.jsonl:1"):
        read_cases(cases)
    completed = {**draft, "evidence": [["能力(46%)"]], "must": [["46%"]]}
    (cases / "drafts.jsonl").write_text(json.dumps(completed), encoding="utf-8")
    (case,) = read_cases(cases)
    assert case.question == AGENTS.question


@pytest.mark.parametrize(
    ("answer", "kind", "said"),
    [(FAIRS, "fact", "cited"), (REFUSED, "fact", "refused (not_covered)")],
)
def test_a_draft_says_what_was_answered(
    chats: Chats, drafts: Path, answer: Answer, kind: str, said: str
) -> None:
    draft = rate(chats, drafts, chats.start(answer).id, 1, good=False)
    assert draft is not None
    assert draft["kind"] == kind
    assert said in draft["note"]
    assert "no reason given" in draft["note"]


def test_a_second_word_on_a_turn_takes_the_place_of_the_first(chats: Chats, drafts: Path) -> None:
    entry = chats.start(FAIRS)
    drafts.parent.mkdir(parents=True, exist_ok=True)
    others = '{"id": "mine", "note": "kept as it is"}\nno json\n'
    drafts.write_text(others, encoding="utf-8")
    rate(chats, drafts, entry.id, 1, good=False)
    rate(chats, drafts, entry.id, 1, good=False, reason="缺数字")
    text = drafts.read_text(encoding="utf-8")
    assert text.startswith(others)
    assert text.count(entry.id) == 1
    assert "缺数字" in text
    rate(chats, drafts, entry.id, 1, good=None)
    assert drafts.read_text(encoding="utf-8") == others
    assert chats.load(entry.id).turns[0].feedback is None


def test_drafts_that_cannot_be_written_say_so(chats: Chats, drafts: Path) -> None:
    entry = chats.start(FAIRS)
    drafts.mkdir(parents=True)
    with pytest.raises(StorageError) as caught:
        rate(chats, drafts, entry.id, 1, good=False)
    assert "草稿" in caught.value.message("zh")


def test_a_refusal_keeps_why(chats: Chats) -> None:
    refused = replace(REFUSED, refusal=Refusal("unsafe", "不行。"), text="不行。")
    loaded = chats.load(chats.start(refused).id).turns[0].answer
    assert loaded.refusal == Refusal("unsafe", "不行。")
