"""What Telegram's server refuses in a request, with Telegram's own words."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

TEXT_UNITS = 4096
CAPTION_UNITS = 1024
BUTTON_DATA_BYTES = 64
ENTITY_TYPES = frozenset(
    [
        "mention",
        "hashtag",
        "cashtag",
        "bot_command",
        "url",
        "email",
        "phone_number",
        "bold",
        "italic",
        "underline",
        "strikethrough",
        "spoiler",
        "blockquote",
        "expandable_blockquote",
        "code",
        "pre",
        "text_link",
        "text_mention",
        "custom_emoji",
    ]
)


class ApiError(Exception):
    """An answer with ok=false."""

    def __init__(self, code: int, description: str, **parameters: int) -> None:
        self.code, self.description, self.parameters = code, description, parameters
        super().__init__(description)


def bad_request(description: str, **parameters: int) -> ApiError:
    return ApiError(400, f"Bad Request: {description}", **parameters)


def utf16(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def parsed(value: Any, what: str) -> Any:
    """A field that may come as JSON text (forms) or as JSON already."""
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        raise bad_request(f"can't parse {what} JSON object") from None


def check_text(
    text: str, parse_mode: str, entities: list[dict[str, Any]], *, caption: bool = False
) -> tuple[str, list[dict[str, Any]]]:
    """The text as it will stand in the chat, with its entities; refuses what Telegram refuses."""
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise bad_request("strings must be encoded in UTF-8")
    check_parse_mode(text, parse_mode)
    if parse_mode.upper() == "HTML":
        text = re.sub(r"<[^>]*>", "", text)
    check_entities(text, entities)
    trimmed = text.strip()
    if not caption and not trimmed.strip("\u200b\u200c\u200d\u2060\ufeff\u00ad"):
        raise bad_request("message text is empty")
    if utf16(trimmed) > (CAPTION_UNITS if caption else TEXT_UNITS):
        raise bad_request("message caption is too long" if caption else "message is too long")
    return trimmed, _shifted(text, trimmed, entities)


def _shifted(text: str, trimmed: str, entities: list[dict[str, Any]]) -> list[dict[str, Any]]:
    lead = utf16(text[: len(text) - len(text.lstrip())])
    return [{**entity, "offset": int(entity["offset"]) - lead} for entity in entities]


def check_entities(text: str, entities: list[dict[str, Any]]) -> None:
    if not isinstance(entities, list):
        raise bad_request("can't parse entities: expected an Array")
    raw, length = text.encode("utf-16-le", "surrogatepass"), utf16(text)
    for entity in entities:
        kind, start, size = entity.get("type"), entity.get("offset"), entity.get("length")
        if kind not in ENTITY_TYPES:
            raise bad_request(f'can\'t parse entities: unsupported entity type "{kind}"')
        if not isinstance(start, int) or not isinstance(size, int) or start < 0 or size <= 0:
            raise bad_request("can't parse entities: wrong offset or length")
        if start + size > length:
            raise bad_request(
                f"entity beginning at UTF-16 offset {start} ends after the end of the text "
                f"at UTF-16 offset {start + size}"
            )
        for edge in (start, start + size):
            if (
                edge < length
                and 0xDC00 <= int.from_bytes(raw[2 * edge : 2 * edge + 2], "little") < 0xE000
            ):
                raise bad_request(
                    f"entity begins in a middle of a UTF-16 symbol at byte offset {edge}"
                )
        if kind == "text_link":
            check_url(entity.get("url", ""), "entity")


class _Tags(HTMLParser):
    allowed = frozenset(
        [
            "b",
            "strong",
            "i",
            "em",
            "u",
            "ins",
            "s",
            "strike",
            "del",
            "span",
            "tg-spoiler",
            "a",
            "code",
            "pre",
            "blockquote",
            "tg-emoji",
        ]
    )

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        if tag not in self.allowed:
            raise bad_request(
                f'can\'t parse entities: Unsupported start tag "{tag}" at byte offset 0'
            )
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            raise bad_request(
                f'can\'t parse entities: Unmatched end tag at byte offset 0, expected "{tag}"'
            )


def check_parse_mode(text: str, parse_mode: str) -> None:
    mode = parse_mode.lower()
    if mode == "html":
        tags = _Tags()
        tags.feed(text)
        if tags.open:
            raise bad_request(
                f"can't parse entities: Can't find end tag corresponding to start tag \"{tags.open[-1]}\""
            )
    elif mode == "markdownv2":
        bare = re.sub(r"\\.", "", re.sub(r"```.*?```|`[^`]*`", "", text, flags=re.S))
        if found := re.search(r"[>#+\-=|{}.!]", re.sub(r"\[[^\]]*\]\([^)]*\)", "", bare)):
            raise bad_request(
                f"can't parse entities: Character '{found[0]}' is reserved and must be escaped "
                "with the preceding '\\'"
            )
        _check_pairs(bare, ("*", "_", "~"))
    elif mode == "markdown":
        _check_pairs(re.sub(r"```.*?```", "", text, flags=re.S), ("*", "_", "`"))
    elif mode:
        raise bad_request("unsupported parse_mode")


def _check_pairs(text: str, signs: tuple[str, ...]) -> None:
    for sign in signs:
        if text.count(sign) % 2:
            raise bad_request(
                "can't parse entities: Can't find end of the entity starting at byte offset "
                f"{len(text[: text.rindex(sign)].encode())}"
            )


def check_url(url: str, where: str) -> None:
    parts = urlsplit(url)
    if parts.scheme == "tg":
        return
    if parts.scheme not in ("http", "https") or "." not in (parts.hostname or ""):
        raise bad_request(f"{where} URL '{url}' is invalid: Wrong HTTP URL")


def check_markup(markup: Any) -> Any:
    """An inline keyboard (or another reply markup), checked button by button."""
    if not isinstance(markup, dict):
        raise bad_request("object expected as reply markup")
    rows = markup.get("inline_keyboard")
    if rows is None:
        return markup
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad_request(
            'field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays'
        )
    buttons = [button for row in rows for button in row]
    if len(buttons) > 100:
        raise bad_request("reply markup is too long")
    for button in buttons:
        _check_button(button)
    return {"inline_keyboard": [row for row in rows if row]}


def _check_button(button: dict[str, Any]) -> None:
    if not str(button.get("text", "")).strip():
        raise bad_request('can\'t parse inline keyboard button: field "text" must be non-empty')
    data, url, copy = button.get("callback_data"), button.get("url"), button.get("copy_text")
    if data is None and url is None and copy is None:
        raise bad_request(
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"
        )
    if data is not None and not 1 <= len(data.encode()) <= BUTTON_DATA_BYTES:
        raise bad_request("BUTTON_DATA_INVALID")
    if url is not None:
        check_url(url, "inline keyboard button")
    if copy is not None and not 1 <= utf16(copy.get("text", "")) <= 256:
        raise bad_request("BUTTON_COPY_TEXT_INVALID")
