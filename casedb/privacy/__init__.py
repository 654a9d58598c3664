"""Pure: mask names, phones, numbers of papers and doors, so that a text may go to a group."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from casedb.privacy.names import mask_name, name_spans
from casedb.privacy.numbers import digits_of, number_spans
from casedb.privacy.places import door_spans, mask_address
from casedb.privacy.view import Span, view_of

__all__ = ["mask", "mask_address", "mask_known", "mask_name", "mask_phone", "phone_digits"]

MOST_PASSES = 5


def mask(text: str) -> str:
    """The text with what points to a person starred out.

    Masked: names where the words around show that they are names (张女士, 联系人：…), mobile,
    landline and 400 numbers however they are spaced, ID numbers, bank cards, plates, door
    numbers, e-mail addresses, WeChat and QQ ids, month and day of a birth. Kept: order numbers, article and law numbers,
    dates, amounts, public hotlines. Masking twice changes nothing more.

    Source: 个人信息保护法 art. 6, 28, 51; service contract art. 10.
    """
    for _ in range(MOST_PASSES):
        # A star put in place of a digit can bring two numbers side by side that were apart.
        masked = _once(text)
        if masked == text:
            return masked
        text = masked
    return text


def mask_known(
    text: str,
    *,
    names: Iterable[str] = (),
    phones: Iterable[str] = (),
    addresses: Iterable[str] = (),
    rest: Callable[[str], str] = mask,
) -> str:
    """Mask `text`, and first star out what its row says is the caller's, wherever it recurs.

    `rest` masks what remains; an import hands in one that remembers texts it has seen.
    """
    if not text:
        return text
    for address in addresses:
        if len(address) > 3 and address in text:
            text = text.replace(address, mask_address(address))
    for name in names:
        if len(name) >= 2 and name in text:
            text = text.replace(name, mask_name(name))
    for phone in phones:
        if len(digits_of(phone)) >= 5 and phone in text:
            text = text.replace(phone, mask_phone(phone))
    return rest(text)


def mask_phone(phone: str) -> str:
    """A phone number as a group may see it: 138****1111; other numbers keep the last digits."""
    digits = digits_of(phone)
    if not digits:
        return mask(phone)
    if len(digits) < 5:
        return "*" * len(digits)
    mobile = phone_digits(phone)
    if len(mobile) == 11 and mobile[0] == "1":
        return f"{mobile[:3]}****{mobile[-4:]}"
    kept = 4 if len(digits) >= 9 else 2
    return "****" + digits[-kept:]


def phone_digits(phone: str) -> str:
    """The digits to compare phone numbers by: a country code or a leading 0 of a mobile gone."""
    digits = digits_of(phone)
    for code in ("0086", "086", "86", "0"):
        rest = digits.removeprefix(code)
        if rest != digits and len(rest) == 11 and rest[0] == "1":
            return rest
    return digits


def _once(text: str) -> str:
    view = view_of(text)
    spans = [*number_spans(view), *door_spans(view), *name_spans(text, view)]
    return _replaced(text, spans) if spans else text


def _replaced(text: str, spans: list[Span]) -> str:
    """Put each span's stand-in; where spans overlap, the one that starts first wins."""
    spans.sort(key=lambda span: (span.start, -span.end))
    parts, at = [], 0
    for span in spans:
        if span.start < at:
            continue
        parts += [text[at : span.start], span.instead]
        at = span.end
    return "".join([*parts, text[at:]])
