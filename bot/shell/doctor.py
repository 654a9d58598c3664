"""zhiban doctor: look at every room and say what is wrong and how to mend it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from bot.shell.output import say

if TYPE_CHECKING:
    from bot.settings import Settings


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at; `fix` is empty when it is well."""

    name: str
    finding: str
    fix: str = ""


def doctor() -> int:
    """Print a line for each check; exit 1 when something has to be mended."""
    worst = 0
    for check in checks():
        mark = "✗" if check.fix else "✓"
        say(f"{mark} {check.name}：{check.finding}{check.fix}")
        worst = max(worst, 1 if check.fix else 0)
    return worst


def checks() -> Iterator[Check]:
    """Every check in order; one that breaks reports itself and the rest goes on."""
    from bot.settings import read, unknown_names

    try:
        settings = read()
    except Exception as error:
        yield _broken("设置", error)
        return
    yield Check("设置", f"数据目录 {settings.data_dir}")
    for name in unknown_names():
        yield Check("设置", f"不认识的环境变量 {name}。", "请核对拼写，可用的设置见 .env.example。")
    yield from _rules(settings)
    for title, look in (
        ("数据库", _records),
        ("工作日历", _calendar),
        ("知识库索引", _index),
        ("Telegram", _telegram),
    ):
        yield _looked(title, lambda look=look: look(settings))  # type: ignore[misc]


def _looked(title: str, look: Callable[[], Check]) -> Check:
    try:
        return look()
    except Exception as error:
        return _broken(title, error)


def _broken(title: str, error: Exception) -> Check:
    what = getattr(error, "what", None) or f"出错：{type(error).__name__}: {error}。"
    return Check(title, what, getattr(error, "fix", None) or "请查看日志或重新安装。")


def _records(settings) -> Check:  # type: ignore[no-untyped-def]
    from bot.app import open_store
    from casedb import people

    store = open_store(settings)
    try:
        with store.reading() as session:
            count = len(people.people(session))
            chats = len(people.chats(session))
    finally:
        store.close()
    if not count:
        return Check(
            "数据库", "能打开，但名册是空的。", "运行 zhiban people import 人员表.xlsx 导入。"
        )
    return Check("数据库", f"正常，{count} 名人员，{chats} 个绑定的群")


def _rules(settings) -> Iterator[Check]:  # type: ignore[no-untyped-def]
    """Every fault of every rule file at once, so that nobody has to look ten times."""
    looks = [_looked("规则", partial(look, settings)) for look in (*_readers(), *_texts(settings))]
    faults = list(dict.fromkeys(one for one in looks if one.fix))
    yield from faults or [
        Check("规则", f"{settings.rules_dir} 读取正常（未经甲方确认的为样例规则）")
    ]


def _readers() -> Iterator[Callable[[Settings], Check]]:
    """What reads each rule file for its meaning."""
    from bot.app import open_rules
    from bot.materials.reviewing import open_exclusion_rules
    from casedb.assessment.profiles import load_details_profiles
    from casedb.intake.profiles import load_profiles
    from casedb.rules.rate_rules import load_rate_rules
    from casedb.rules.seasons import load_seasons

    for read in (
        open_rules,
        open_exclusion_rules,
        lambda settings: load_rate_rules(settings.rules_dir),
        lambda settings: load_seasons(settings.rules_dir),
        lambda settings: load_profiles(settings.rules_dir / "profiles"),
        lambda settings: load_details_profiles(settings.rules_dir / "profiles" / "assessment"),
    ):
        yield partial(_read_well, read)


def _read_well(read: Callable[[Settings], object], settings: Settings) -> Check:
    read(settings)
    return Check("规则", "读取正常")


def _parsed(path: Path) -> Callable[[Settings], object]:
    from casedb.rules import toml_file

    return lambda _: toml_file.read(path)


def _texts(settings: Settings) -> Iterator[Callable[[Settings], Check]]:
    """Whether each file is TOML at all, those of the knowledge part included."""
    for path in sorted(settings.rules_dir.rglob("*.toml")):
        yield partial(_read_well, _parsed(path))


def _calendar(settings) -> Check:  # type: ignore[no-untyped-def]
    from bot.app import open_calendar
    from bot.clock import open_clock
    from bot.settings import BEIJING

    calendar = open_calendar(settings)
    today = open_clock(settings).now().astimezone(BEIJING).date()
    ends = calendar.coverage_ends
    if ends is None or calendar.ends_soon(today):
        return Check(
            "工作日历",
            f"只到 {ends}。" if ends else "一年也没有。",
            "请管理员把下一年的放假安排（toml 或 ics）发给机器人。",
        )
    return Check("工作日历", f"到 {ends}")


def _index(settings) -> Check:  # type: ignore[no-untyped-def]
    from bot.app import paper_sources
    from indexer.checking import check_index

    problems = check_index(settings.index_dir, paper_sources(settings))
    if problems:
        return Check("知识库索引", problems[0].what, "运行 zhiban index build 重建。")
    return Check("知识库索引", "与知识库一致")


def _telegram(settings) -> Check:  # type: ignore[no-untyped-def]
    if not settings.telegram_token:
        return Check("Telegram", "没有设令牌，只开网页和终端")
    import httpx

    try:
        answer = httpx.get(
            f"{settings.telegram_api_url}/bot{settings.telegram_token}/getMe", timeout=10
        ).json()
    except (httpx.HTTPError, ValueError):
        return Check("Telegram", "连不上服务器。", "请检查网络；服务会自动重试，其余功能照常。")
    if not answer.get("ok"):
        return Check("Telegram", "令牌无效。", "请向 BotFather 核对 ZHIBAN_TELEGRAM_TOKEN。")
    name = answer["result"].get("username", "")
    return Check(
        "Telegram", f"@{name} 正常；服务器在境外，只发脱敏内容（个人信息保护法第三十六条）"
    )
