"""Who sits at the page: a signed cookie that names a web account; links to files are signed too."""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
from dataclasses import dataclass

from bot.rooms import Rooms
from casedb import people
from casedb.records import PersonRecord

COOKIE = "zhiban_session"
SESSION_SECONDS = 12 * 3600  # a working day; then the page asks again
FILE_SECONDS = 24 * 3600


@dataclass(frozen=True, slots=True)
class Seat:
    """The person at the page and the account through which they speak."""

    account: str
    person: PersonRecord


class Signer:
    """Signs short texts with the installation's key; real time, so that a fast clock ends no session."""

    def __init__(self, secret_key: str, purpose: str) -> None:
        self._key = hashlib.sha256(f"{purpose}:{secret_key}".encode()).digest()

    def sign(self, text: str, *, seconds: int) -> str:
        """`text` with its end of validity and a signature, safe in a URL or cookie."""
        body = base64.urlsafe_b64encode(f"{int(time.time()) + seconds}|{text}".encode()).decode()
        return f"{body}.{self._mac(body)}"

    def open(self, token: str) -> str | None:
        """The signed text, or None when forged or too old."""
        body, _, mac = token.rpartition(".")
        if not body or not hmac.compare_digest(mac, self._mac(body)):
            return None
        try:
            until, _, text = base64.urlsafe_b64decode(body.encode()).decode().partition("|")
        except ValueError:
            return None
        return text if int(until) >= time.time() else None

    def _mac(self, body: str) -> str:
        return hmac.new(self._key, body.encode(), hashlib.sha256).hexdigest()


def seat_of(rooms: Rooms, signer: Signer, cookie: str | None) -> Seat | None:
    """The seat named by the cookie; None when there is none or the person has left."""
    account = signer.open(cookie) if cookie else None
    if account is None:
        return None
    with rooms.store.reading() as session:
        person = people.person_by_account(session, "web", account)
    return Seat(account, person) if person is not None and person.active else None
