"""Settings: read once, checked, and silent about secrets."""

from pathlib import Path

import pytest

from chuhai.errors import SettingsError
from chuhai.settings import checkout, from_environment, shipped


def test_nothing_set_gives_the_shipped_parts_and_no_model() -> None:
    settings = from_environment({})
    assert settings.home == Path(str(checkout())) / ".chuhai"
    assert settings.corpus == shipped("corpus/whitepaper")
    assert settings.corpus.is_dir()
    assert settings.prompts.is_dir()
    assert (settings.chat_model, settings.encoder, settings.chroma_url) == (None, None, None)


def test_home_from_the_command_line_goes_before_the_environment(tmp_path: Path) -> None:
    environ = {"CHUHAI_HOME": "/elsewhere"}
    assert from_environment(environ).home == Path("/elsewhere")
    assert from_environment(environ, home=tmp_path).home == tmp_path


def test_an_empty_variable_is_unset() -> None:
    names = ["HOME", "CORPUS", "ENCODER", "CHAT_MODEL", "CHROMA_URL", "CHAT_TIMEOUT_S"]
    names += ["ENCODER_BASE_URL", "ENCODER_API_KEY", "ENCODER_TIMEOUT_S"]
    assert from_environment({f"CHUHAI_{name}": "" for name in names}) == from_environment({})


@pytest.mark.parametrize(
    ("name", "value", "en", "zh"),
    [
        ("CHUHAI_ENCODR", "x", "did you mean CHUHAI_ENCODER", "是不是 CHUHAI_ENCODER"),
        ("CHUHAI_QQQQQQQQQQQQQQQQ", "x", "there are CHUHAI_CHAT_API_KEY", "可用的有"),
        ("CHUHAI_CHROMA_URL", "localhost:8000", "must begin with http", "须以 http"),
        ("CHUHAI_CHAT_BASE_URL", "ftp://x", "must begin with http", "须以 http"),
        ("CHUHAI_CHAT_TIMEOUT_S", "soon", "must be seconds", "须是 0 到 600"),
        ("CHUHAI_CHAT_TIMEOUT_S", "0", "must be seconds", "须是 0 到 600"),
        ("CHUHAI_CHAT_TIMEOUT_S", "601", "must be seconds", "须是 0 到 600"),
        ("CHUHAI_CHAT_TIMEOUT_S", "nan", "must be seconds", "须是 0 到 600"),
        ("CHUHAI_ENCODER_BASE_URL", "127.0.0.1:80", "must begin with http", "须以 http"),
        ("CHUHAI_ENCODER_TIMEOUT_S", "-1", "must be seconds", "须是 0 到 600"),
        ("CHUHAI_CORPUS", "/no/such/folder", "names no folder", "不是文件夹"),
        ("CHUHAI_PROMPTS", "/no/such/folder", "names no folder", "不是文件夹"),
    ],
)
def test_a_value_that_cannot_be_used_is_refused_with_the_mend(
    name: str, value: str, en: str, zh: str
) -> None:
    with pytest.raises(SettingsError) as raised:
        from_environment({name: value})
    assert name in raised.value.en
    assert en in raised.value.en
    assert zh in raised.value.zh


def test_other_programs_variables_are_not_ours() -> None:
    from_environment({"OPENAI_API_KEY": "x", "CHUHAI_INSTALL_BROWSER": "1", "XCHUHAI_A": "1"})
    assert from_environment({"OPENAI_API_KEY": "x"}).chat_model is None


def test_a_key_never_shows() -> None:
    settings = from_environment(
        {"CHUHAI_CHAT_API_KEY": "sk-secret", "CHUHAI_CHAT_MODEL": "m", "CHUHAI_CHAT_TIMEOUT_S": "5"}
    )
    assert settings.chat_api_key == "sk-secret"
    assert settings.chat_timeout_s == 5
    assert "sk-secret" not in repr(settings)
