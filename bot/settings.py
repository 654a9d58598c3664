"""The environment, read once, into one frozen Settings; says which value is wrong and how to mend it."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from bot.errors import BotError

ROOT = Path(__file__).resolve().parent.parent
BEIJING = ZoneInfo("Asia/Shanghai")
TELEGRAM_OWN_SERVER = "https://api.telegram.org"
SECRET_KEY_LENGTH = 32


class SettingError(BotError):
    """A setting is missing or wrong; the sentence names it, says why, and gives an example."""

    def __init__(self, name: str, why: str, example: str) -> None:
        super().__init__(f"设置 {name} 不对：{why}。", f"正确写法举例：{name}={example}")
        self.name = name


@dataclass(frozen=True, slots=True)
class Settings:
    """Every setting of COMMANDS.md. Secrets never show in `repr`."""

    data_dir: Path
    database_url: str = field(repr=False)
    secret_key: str = field(repr=False)
    telegram_token: str = field(default="", repr=False)
    telegram_api_url: str = TELEGRAM_OWN_SERVER
    webhook_url: str = ""
    webhook_secret: str = field(default="", repr=False)
    webhook_listen: str = "127.0.0.1:8443"
    web_host: str = "127.0.0.1"
    web_port: int = 8080
    embedding_model: str = ""
    demo: bool = False
    clock_start: datetime | None = None
    clock_rate: float = 1.0
    knowledge_dir: Path = ROOT / "knowledge"

    @property
    def index_dir(self) -> Path:
        """Folder that holds index versions and the pointer to the current one."""
        return self.data_dir / "index"

    @property
    def added_papers_dir(self) -> Path:
        """Official texts added by users with `zhiban index add`."""
        return self.data_dir / "papers"

    @property
    def own_papers_dir(self) -> Path:
        """Papers written and published in the unit (本单位知识)."""
        return self.data_dir / "knowledge"

    @property
    def rules_dir(self) -> Path:
        """Dated rules as TOML."""
        return self.knowledge_dir / "rules"

    @property
    def calendar_dir(self) -> Path:
        """Working calendars as TOML."""
        return self.knowledge_dir / "calendar"

    @property
    def simulated(self) -> bool:
        """Whether a simulated clock drives everything."""
        return self.clock_start is not None or self.clock_rate != 1.0


#: Every variable, so that .env.example, docker-compose.yml and the reader can be compared by a test.
VARIABLES = (
    "ZHIBAN_DATA_DIR",
    "ZHIBAN_DATABASE_URL",
    "ZHIBAN_SECRET_KEY",
    "ZHIBAN_TELEGRAM_TOKEN",
    "ZHIBAN_TELEGRAM_API_URL",
    "ZHIBAN_WEBHOOK_URL",
    "ZHIBAN_WEBHOOK_SECRET",
    "ZHIBAN_WEBHOOK_LISTEN",
    "ZHIBAN_WEB_HOST",
    "ZHIBAN_WEB_PORT",
    "ZHIBAN_EMBEDDING_MODEL",
    "ZHIBAN_DEMO",
    "ZHIBAN_CLOCK_START",
    "ZHIBAN_CLOCK_RATE",
    "ZHIBAN_KNOWLEDGE_DIR",
)


def read(environment: Mapping[str, str] | None = None) -> Settings:
    """Read the environment (the process's own when none is given).

    Raises:
        SettingError: for the first value that is wrong.
    """
    given = os.environ if environment is None else environment
    values = {name: given.get(name, "").strip() for name in VARIABLES}
    data_dir = Path(values["ZHIBAN_DATA_DIR"] or "./var").expanduser().absolute()
    settings = Settings(
        data_dir=data_dir,
        database_url=_database_url(values["ZHIBAN_DATABASE_URL"], data_dir),
        secret_key=_secret_key(values["ZHIBAN_SECRET_KEY"], data_dir),
        telegram_token=_token(values["ZHIBAN_TELEGRAM_TOKEN"]),
        telegram_api_url=_url(
            "ZHIBAN_TELEGRAM_API_URL", values["ZHIBAN_TELEGRAM_API_URL"], TELEGRAM_OWN_SERVER
        ),
        webhook_url=_url("ZHIBAN_WEBHOOK_URL", values["ZHIBAN_WEBHOOK_URL"], ""),
        webhook_secret=values["ZHIBAN_WEBHOOK_SECRET"],
        webhook_listen=_listen(values["ZHIBAN_WEBHOOK_LISTEN"] or "127.0.0.1:8443"),
        web_host=values["ZHIBAN_WEB_HOST"] or "127.0.0.1",
        web_port=_port(values["ZHIBAN_WEB_PORT"] or "8080"),
        embedding_model=values["ZHIBAN_EMBEDDING_MODEL"],
        demo=_yes_or_no("ZHIBAN_DEMO", values["ZHIBAN_DEMO"] or "0"),
        clock_start=_instant("ZHIBAN_CLOCK_START", values["ZHIBAN_CLOCK_START"]),
        clock_rate=_rate(values["ZHIBAN_CLOCK_RATE"] or "1"),
        knowledge_dir=_folder(
            "ZHIBAN_KNOWLEDGE_DIR", values["ZHIBAN_KNOWLEDGE_DIR"], ROOT / "knowledge"
        ),
    )
    _refuse_simulated_telegram(settings)
    _refuse_open_webhook(settings)
    return settings


def unknown_names(given: Mapping[str, str] | None = None) -> tuple[str, ...]:
    """Variables that look like ours but are not: probably misspelt; `zhiban doctor` names them."""
    names = os.environ if given is None else given
    return tuple(
        name
        for name in sorted(names)
        if name.startswith("ZHIBAN_")
        and name not in VARIABLES
        and not name.startswith("ZHIBAN_TEST_")
    )


def _database_url(text: str, data_dir: Path) -> str:
    if not text:
        return f"sqlite:///{data_dir / 'zhiban.db'}"
    if text.startswith(("postgres://", "postgresql://")):
        return "postgresql+psycopg://" + text.split("://", 1)[1]
    if not re.match(r"^(sqlite|postgresql\+psycopg)://", text):
        raise SettingError(
            "ZHIBAN_DATABASE_URL",
            "只支持 SQLite 和 PostgreSQL 的地址",
            "postgresql://zhiban:密码@db:5432/zhiban",
        )
    return text


def _secret_key(text: str, data_dir: Path) -> str:
    """The given key, or the one kept in the data dir, made on first use with mode 600."""
    if text:
        if len(text) < SECRET_KEY_LENGTH:
            raise SettingError(
                "ZHIBAN_SECRET_KEY",
                f"至少要 {SECRET_KEY_LENGTH} 个字符，现在只有 {len(text)} 个",
                "（用 python3 -c 'import secrets; print(secrets.token_urlsafe(48))' 生成）",
            )
        return text
    kept = data_dir / "secret.key"
    try:
        if kept.exists():
            return kept.read_text(encoding="ascii").strip()
        data_dir.mkdir(parents=True, exist_ok=True)
        key = secrets.token_urlsafe(48)
        handle = os.open(kept, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(key + "\n")
        return key
    except FileExistsError:
        return kept.read_text(encoding="ascii").strip()
    except OSError as error:
        raise SettingError(
            "ZHIBAN_DATA_DIR", f"文件夹 {data_dir} 不能读写（{error.strerror}）", "./var"
        ) from error


def _token(text: str) -> str:
    if text and not re.fullmatch(r"\d+:[A-Za-z0-9_-]+", text):
        raise SettingError(
            "ZHIBAN_TELEGRAM_TOKEN",
            "不像机器人令牌（数字、冒号、字母数字串）",
            "123456789:AAExampleExampleExample",
        )
    return text


def _url(name: str, text: str, default: str) -> str:
    text = text or default
    if text and (urlsplit(text).scheme not in ("http", "https") or not urlsplit(text).netloc):
        raise SettingError(name, "要以 http:// 或 https:// 开头", "https://bot.example.cn")
    return text.rstrip("/")


def _listen(text: str) -> str:
    host, _, port = text.rpartition(":")
    if not host or not port.isdigit() or not 0 < int(port) < 65536:
        raise SettingError("ZHIBAN_WEBHOOK_LISTEN", "要写成 地址:端口", "127.0.0.1:8443")
    return text


def _port(text: str) -> int:
    if not text.isdigit() or int(text) > 65535:
        raise SettingError("ZHIBAN_WEB_PORT", f"“{text}”不是 0 到 65535 的端口号", "8080")
    return int(text)


def _yes_or_no(name: str, text: str) -> bool:
    if text not in ("0", "1"):
        raise SettingError(name, f"只能写 0 或 1，现在是“{text}”", "1")
    return text == "1"


def _instant(name: str, text: str) -> datetime | None:
    if not text:
        return None
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise SettingError(name, f"“{text}”不是时间", "2026-06-01T08:00:00+08:00") from None
    return instant if instant.tzinfo else instant.replace(tzinfo=BEIJING)


def _rate(text: str) -> float:
    try:
        rate = float(text)
    except ValueError:
        rate = -1.0
    if not 0 < rate <= 100_000:
        raise SettingError("ZHIBAN_CLOCK_RATE", f"“{text}”不是大于 0 的倍数", "600")
    return rate


def _folder(name: str, text: str, default: Path) -> Path:
    folder = Path(text).expanduser().absolute() if text else default
    if not folder.is_dir():
        raise SettingError(name, f"文件夹 {folder} 不存在", "./knowledge")
    return folder


def _refuse_simulated_telegram(settings: Settings) -> None:
    if (
        settings.simulated
        and settings.telegram_token
        and settings.telegram_api_url == TELEGRAM_OWN_SERVER
    ):
        raise SettingError(
            "ZHIBAN_CLOCK_START / ZHIBAN_CLOCK_RATE",
            "模拟时钟不能和 Telegram 官方服务器一起用，否则会把演示的提醒真的发出去",
            "（去掉这两项，或者去掉 ZHIBAN_TELEGRAM_TOKEN）",
        )


def _refuse_open_webhook(settings: Settings) -> None:
    if settings.webhook_url and not re.fullmatch(r"[A-Za-z0-9_-]{16,256}", settings.webhook_secret):
        raise SettingError(
            "ZHIBAN_WEBHOOK_SECRET",
            "用了 webhook 就要设 16 到 256 位的字母数字口令，否则任何人都能冒充 Telegram",
            "a1B2c3D4e5F6g7H8",
        )
