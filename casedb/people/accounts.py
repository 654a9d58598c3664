"""Invitations and the chat accounts they bind."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from sqlalchemy import delete, select

from casedb import audit
from casedb.errors import CasedbError, Refused
from casedb.models import Account, Chat, Invitation, Person
from casedb.people.staff import person, person_view
from casedb.records import AccountRecord, PersonRecord
from casedb.store import Session

INVITATION_LASTS = timedelta(hours=24)
CODE_LENGTH = 8
# Without the letters and digits that are taken for one another when read aloud.
CODE_LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"


def invite(s: Session, person_id: int, *, now: datetime, actor: str) -> str:
    """A one-time code, good for 24 hours; only its keyed hash is kept. Earlier codes die."""
    who = person(s, person_id)
    if not who.active:
        raise Refused(what=f"{who.name}已离岗，不能发邀请码。", fix="请先把人员恢复在岗。")
    s.execute(
        delete(Invitation).where(Invitation.person_id == person_id, Invitation.used_at.is_(None))
    )
    code = "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))
    s.add(
        Invitation(
            code_hash=_hash(s, code),
            person_id=person_id,
            issued_at=now,
            expires_at=now + INVITATION_LASTS,
        )
    )
    audit.record(
        s, at=now, actor=actor, subject=f"person:{person_id}", kind="invited", detail="发邀请码"
    )
    return code


def bind_account(
    s: Session, code: str, *, channel: str, external_id: str, private_chat: str, now: datetime
) -> PersonRecord:
    """Bind a chat account with a one-time code; it replaces the person's old account there.

    Raises:
        CasedbError: the code is wrong, used or expired; nothing is changed.
    """
    invitation = s.scalar(select(Invitation).where(Invitation.code_hash == _hash(s, code)))
    if invitation is None:
        raise CasedbError(what="邀请码不对。", fix="请核对后重发，或请专班重新发一个邀请码。")
    if invitation.used_at is not None:
        raise CasedbError(what="这个邀请码已经用过了。", fix="请专班重新发一个邀请码。")
    if now >= invitation.expires_at:
        raise CasedbError(
            what="这个邀请码过期了（24 小时内有效）。", fix="请专班重新发一个邀请码。"
        )
    invitation.used_at = now
    who = person(s, invitation.person_id)
    if not who.active:
        raise Refused(what="邀请码对应的人员已离岗。", fix="请专班核对人员后重新发邀请码。")
    add_account(
        s, who.id, channel=channel, external_id=external_id, private_chat=private_chat, now=now
    )
    return who


def add_account(
    s: Session,
    person_id: int,
    *,
    channel: str,
    external_id: str,
    private_chat: str,
    now: datetime,
) -> None:
    """Bind an account without a code (demo sample, restored data)."""
    s.execute(
        delete(Account).where(
            Account.channel == channel,
            (Account.person_id == person_id) | (Account.external_id == external_id),
        )
    )
    s.add(
        Account(
            person_id=person_id,
            channel=channel,
            external_id=external_id,
            private_chat=private_chat,
            reachable=True,
            bound_at=now,
        )
    )
    audit.record(
        s,
        at=now,
        actor=f"person:{person_id}",
        subject=f"person:{person_id}",
        kind="account_bound",
        detail=f"绑定{channel}账号",
    )


def person_by_account(s: Session, channel: str, external_id: str) -> PersonRecord | None:
    """Whose account this is; None for strangers and for people who left."""
    row = s.scalar(
        select(Person)
        .join(Account, Account.person_id == Person.id)
        .where(Account.channel == channel, Account.external_id == external_id, Person.active)
    )
    return None if row is None else person_view(row)


def accounts(s: Session, person_id: int) -> tuple[AccountRecord, ...]:
    """A person's chat accounts."""
    rows = s.scalars(select(Account).where(Account.person_id == person_id).order_by(Account.id))
    return tuple(map(account_view, rows))


def account_view(row: Account) -> AccountRecord:
    """An account as other packages see it."""
    return AccountRecord(
        row.person_id, row.channel, row.external_id, row.private_chat, row.reachable
    )


def mark_unreachable(s: Session, channel: str, chat: str, now: datetime) -> int:
    """A chat refuses our messages (blocked, we were removed); returns how many rows it concerned."""
    touched = 0
    for account in s.scalars(
        select(Account).where(
            Account.channel == channel, Account.private_chat == chat, Account.reachable
        )
    ):
        account.reachable = False
        touched += 1
        _note(s, f"person:{account.person_id}", "unreachable", now)
    for group in s.scalars(
        select(Chat).where(Chat.channel == channel, Chat.external_id == chat, Chat.active)
    ):
        group.active = False
        touched += 1
        _note(s, f"chat:{group.id}", "unreachable", now)
    return touched


def mark_reachable(s: Session, channel: str, chat: str, now: datetime) -> int:
    """Somebody we could not reach wrote to us again."""
    touched = 0
    for account in s.scalars(
        select(Account).where(
            Account.channel == channel, Account.private_chat == chat, Account.reachable.is_(False)
        )
    ):
        account.reachable = True
        touched += 1
        _note(s, f"person:{account.person_id}", "reachable", now)
    return touched


def _note(s: Session, subject: str, kind: str, now: datetime) -> None:
    audit.record(s, at=now, actor="schedule", subject=subject, kind=kind)


def _hash(s: Session, code: str) -> str:
    return s.box.fingerprint("".join(code.split()).upper(), "invitation")
