"""Token counts: the same everywhere, without a download."""

import hashlib
import math
import socket
from pathlib import Path

import pytest

from chuhai.language import tokens
from chuhai.settings import shipped

MIXED = "出海营销 costs 3,200 USD per month…\r\n\t«渠道» 😀 مرحبا é 𠮷"


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("counting tokens must not open a connection")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.delenv("TIKTOKEN_CACHE_DIR", raising=False)


def test_the_ranks_hold_every_byte_and_are_in_order() -> None:
    lines = [line.split() for line in shipped(tokens.RANKS).read_bytes().splitlines()]
    assert [int(rank) for _, rank in lines] == list(range(32_000))
    encoding = tokens.encoding()
    assert all(encoding.encode_single_token(bytes([byte])) < 256 for byte in range(256))


def test_what_is_encoded_decodes_to_the_same_text() -> None:
    encoding = tokens.encoding()
    assert encoding.decode(encoding.encode_ordinary(MIXED)) == MIXED


def test_counts_are_those_of_the_shipped_ranks() -> None:
    assert tokens.count("") == 0
    assert tokens.count("市场") == 1
    assert 0 < tokens.count("Chinese brands go overseas with B2B marketing") <= 14


def test_special_tokens_are_ordinary_text() -> None:
    assert tokens.count("<|endoftext|>") > 1
    assert tokens.count("a <|fim_prefix|> b") > 3


def test_a_long_run_without_blanks_is_counted() -> None:
    assert 10_000 < tokens.count("营销推广" * 10_000) <= 40_000


def test_the_shipped_figure_is_what_the_whitepaper_measures() -> None:
    text = Path(shipped("corpus/source/whitepaper.txt")).read_text(encoding="utf-8")
    assert tokens.count(text) / len(text) == pytest.approx(tokens.SHIPPED, abs=0.005)


@pytest.mark.parametrize(
    ("model", "per_character"),
    [
        ("gpt-4o-mini", 0.88),
        ("openai:gpt-4o", 0.88),
        ("gpt-4", 1.31),
        ("qwen2.5-72b-instruct", 0.73),
        ("Qwen/Qwen3-8B", 0.73),
        ("some-model-nobody-knows", 1.31),
    ],
)
def test_without_a_cached_file_the_margin_covers_the_model(
    model: str, per_character: float
) -> None:
    budget = tokens.budget_encoding(model)
    assert budget.encoding is tokens.encoding()
    assert budget.margin * tokens.SHIPPED == pytest.approx(per_character, abs=0.01)
    text = "低成本营销"
    assert budget.count(text) == math.ceil(tokens.count(text) * budget.margin)


def test_a_cached_file_of_another_content_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "fb374d419588a4632f3f557e76b4b70aebbca790"
    file.write_bytes(b"IQ== 0\n")
    monkeypatch.setenv("TIKTOKEN_CACHE_DIR", str(tmp_path))
    assert tokens.budget_encoding("gpt-4o").encoding is tokens.encoding()
    assert file.exists()


def test_a_cached_file_is_used_without_a_margin(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ranks = shipped(tokens.RANKS).read_bytes()  # stands in for the model's own
    name = "fb374d419588a4632f3f557e76b4b70aebbca790"
    (tmp_path / name).write_bytes(ranks)
    monkeypatch.setenv("TIKTOKEN_CACHE_DIR", str(tmp_path))
    known = {"o200k_base": (name, hashlib.sha256(ranks).hexdigest())}
    monkeypatch.setattr(tokens, "_CACHED", known)
    asked: list[str] = []

    def own(encoding_name: str) -> object:
        asked.append(encoding_name)
        return tokens.encoding()

    monkeypatch.setattr("tiktoken.get_encoding", own)
    assert tokens.budget_encoding("gpt-4o").margin == 1
    assert asked == ["o200k_base"]
