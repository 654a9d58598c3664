"""What Telegram's refusals and a broken network mean: wait, follow, give up, or not sure.

The library's errors are told apart by the names of their classes, so that it stays in one file.
"""

from __future__ import annotations

from bot.channels.outcome import BadText, ChatGone, ChatMoved, Outcome, RetryLater, Unsure

# What the server says in a 400 when the chat, not the text, is the trouble.
CHAT_TROUBLE = (
    "chat not found", "user not found", "peer_id_invalid", "deactivated", "not enough rights",
    "have no rights", "not a member", "chat_write_forbidden", "topic_closed", "is restricted",
)  # fmt: skip
# Errors of the HTTP client before any byte of the request has left.
NOT_SENT = ("ConnectError", "ConnectTimeout", "PoolTimeout", "ProxyError")
UNREACHABLE_PAUSE, REFUSED_PAUSE = 2.0, 60.0


def outcome(problem: Exception) -> Outcome:
    """What a failed send means for the message."""
    kind, words = type(problem).__name__, str(problem)
    if kind == "RetryAfter":
        # The public property warns about its coming type; this holds a timedelta in every version.
        return RetryLater(problem._retry_after.total_seconds())  # type: ignore[attr-defined]
    if kind == "ChatMigrated":
        return ChatMoved(str(problem.new_chat_id))  # type: ignore[attr-defined]
    if kind == "Forbidden" or any(trouble in words.lower() for trouble in CHAT_TROUBLE):
        return ChatGone(words)
    if kind == "BadRequest":
        return BadText(words)
    if kind in ("InvalidToken", "Conflict"):  # their words may hold the token
        return RetryLater(REFUSED_PAUSE, chat_only=False, what=kind)
    return _network(problem)


def _network(problem: Exception) -> Outcome:
    """A server's own "not ok" hardly means done; silence after the request left means anything."""
    cause = type(problem.__cause__).__name__
    if cause in NOT_SENT:
        return RetryLater(UNREACHABLE_PAUSE, chat_only=False, what=f"unreachable: {cause}")
    if problem.__cause__ is None and type(problem).__name__ == "NetworkError":
        return Unsure(str(problem), likely=False)
    return Unsure(f"{problem} ({cause})")


def sentence(problem: Exception) -> str:
    """Why we cannot hear or send now, for /healthz and the log. Never holds the token."""
    kind = type(problem).__name__
    if kind == "InvalidToken":
        return "Telegram 不认这个机器人令牌，请检查 ZHIBAN_TELEGRAM_TOKEN"
    if kind == "Conflict":
        return "另一个程序也在用这个令牌收消息，请停掉其中一个，或者换一个令牌"
    if kind == "RetryAfter":
        return "Telegram 要求暂缓连接，正在等待"
    return "连不上 Telegram，正在重试；网页和其他功能照常"
