"""Events without a date: 开完会, 收到回执后三天内. They name no instant, so we ask back."""

from __future__ import annotations

import re

_EVENT_BEFORE = re.compile(
    r"(?:[完好到]了?|结束|回来|之日|收到[^，,。；]{0,10}|接到[^，,。；]{0,10}"
    r"|(?:派单|受理|送达|办结|下发|发布|印发|批复|批准|通过|结案|签收|完成|开完)[^，,。；]{0,8})(?:之?后|以后|时|起)?的?第?$"
)
_AFTER_IT = re.compile("(?:之|以)?后")  # 回复之后一小时: counted from the reply
_SOMETHING = re.compile(r"[\u4e00-\u9fff]{1,8}$")
_EVENT = re.compile(
    r"等[^，,。]{1,14}(?:回来|来了|结束|完|到|好|再|后|时|下来|定)|(?:完|结束|回来|收到|批复|下来|开会|到了|好了|有空|方便)[^，,。]{0,6}"
    r"(?:之?[前后]|以[前后]|的?时候|时|再)|(?:的时候|之?后|以后|之前)(?:提醒|告诉|叫|通知)"
)


def named(text: str) -> str | None:
    """The event a sentence waits for (等通知下来), as it was said."""
    found = _EVENT.search(text)
    return found[0] if found else None


def counted_from(text: str, start: int, end: int) -> str | None:
    """The event from which the span at `start` counts, with the span: 回复之后一小时."""
    before = text[:start]
    event = _EVENT_BEFORE.search(before)
    if event is None and _AFTER_IT.match(text, start):
        event = _SOMETHING.search(before)
    return text[event.start() : end] if event else None
