"""A wrong setting gives one sentence that says which, why, and an example."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from bot.settings import SettingError, read, unknown_names


def given(tmp_path: Path, **values: str) -> dict[str, str]:
    return {"ZHIBAN_DATA_DIR": str(tmp_path), **values}


def test_an_empty_environment_is_enough(tmp_path: Path) -> None:
    settings = read(given(tmp_path))
    assert settings.database_url == f"sqlite:///{tmp_path / 'zhiban.db'}"
    assert (settings.web_host, settings.web_port, settings.demo) == ("127.0.0.1", 8080, False)


def test_the_key_is_made_once_and_readable_by_its_owner_only(tmp_path: Path) -> None:
    first = read(given(tmp_path)).secret_key
    assert len(first) >= 32
    assert read(given(tmp_path)).secret_key == first
    assert stat.S_IMODE((tmp_path / "secret.key").stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ZHIBAN_WEB_PORT", "achtzig"),
        ("ZHIBAN_WEB_PORT", "70000"),
        ("ZHIBAN_DEMO", "yes"),
        ("ZHIBAN_CLOCK_START", "明天"),
        ("ZHIBAN_CLOCK_RATE", "0"),
        ("ZHIBAN_CLOCK_RATE", "-3"),
        ("ZHIBAN_SECRET_KEY", "short"),
        ("ZHIBAN_DATABASE_URL", "mysql://x"),
        ("ZHIBAN_TELEGRAM_TOKEN", "not a token"),
        ("ZHIBAN_TELEGRAM_API_URL", "ftp://x"),
        ("ZHIBAN_WEBHOOK_LISTEN", "8443"),
        ("ZHIBAN_KNOWLEDGE_DIR", "/no/such/folder"),
    ],
)
def test_a_wrong_value_is_named_with_an_example(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(SettingError) as caught:
        read(given(tmp_path, **{name: value}))
    assert name in str(caught.value)
    assert f"{name}=" in caught.value.fix


def test_a_simulated_clock_is_refused_with_telegrams_own_server(tmp_path: Path) -> None:
    with pytest.raises(SettingError, match="模拟时钟"):
        read(given(tmp_path, ZHIBAN_CLOCK_RATE="60", ZHIBAN_TELEGRAM_TOKEN="1:abc"))
    read(
        given(
            tmp_path,
            ZHIBAN_CLOCK_RATE="60",
            ZHIBAN_TELEGRAM_TOKEN="1:abc",
            ZHIBAN_TELEGRAM_API_URL="http://127.0.0.1:9",
        )
    )


def test_a_webhook_without_a_secret_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingError, match="ZHIBAN_WEBHOOK_SECRET"):
        read(given(tmp_path, ZHIBAN_WEBHOOK_URL="https://bot.example.cn"))


def test_secrets_do_not_show(tmp_path: Path) -> None:
    settings = read(
        given(tmp_path, ZHIBAN_TELEGRAM_TOKEN="1:verysecret", ZHIBAN_SECRET_KEY="k" * 40)
    )
    assert "verysecret" not in repr(settings)
    assert "kkkk" not in repr(settings)


def test_a_misspelt_name_is_noticed() -> None:
    assert unknown_names({"ZHIBAN_WEBPORT": "1", "ZHIBAN_WEB_PORT": "1", "PATH": "x"}) == (
        "ZHIBAN_WEBPORT",
    )
