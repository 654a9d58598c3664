"""The chat page: sign in, say, press, hand in a file, and watch messages arrive live."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Any
from uuid import uuid4

from fastapi import APIRouter, Depends, Form, HTTPException, Request, UploadFile
from fastapi.responses import FileResponse, JSONResponse, Response, StreamingResponse
from pydantic import BaseModel

from bot.access import RIGHTS, Action
from bot.channels.webchat import BOT
from bot.dialogue.talk import IncomingFile
from bot.settings import BEIJING
from bot.web.desk import Desk, desk_of
from bot.web.html import to_html
from bot.web.session import COOKIE, FILE_SECONDS, SESSION_SECONDS, Seat
from casedb import people
from casedb.outgoing import page
from casedb.outgoing.page import PageMessageRecord

router = APIRouter()
DeskHere = Annotated[Desk, Depends(desk_of)]
MAX_TEXT = 20_000
MAX_FILE_BYTES = 50 * 1024 * 1024
MAX_FILES = 30
HISTORY = 60
LOOK_EVERY_SECONDS = 0.4  # how often the stream looks for new rows
LOOK_BACK = timedelta(seconds=15)  # of edits, when a stream opens; real time
STREAM_SECONDS = 60.0  # then the browser connects anew; keeps dead connections few


class SignIn(BaseModel):
    """A sample person (demo only) or a one-time code."""

    person: int | None = None
    code: str = ""


class Said(BaseModel):
    """One thing typed."""

    chat: str
    text: str


class Pressed(BaseModel):
    """One button pressed."""

    chat: str
    message: int
    data: str


@router.get("/")
def front(request: Request, desk: DeskHere) -> Response:
    """The page itself; everything on it is filled in by its own script."""
    return desk.templates.TemplateResponse(request, "chat.html", {"demo": desk.rooms.settings.demo})


@router.get("/api/state")
def state(request: Request, desk: DeskHere) -> dict[str, Any]:
    """Who sits here, which chats are visible, what time it is, and the sample persons to choose from."""
    seat = desk.seat_or_none(request)
    clock = desk.rooms.clock
    value: dict[str, Any] = {
        "me": None,
        "chats": [],
        "now": _beijing(clock.now()),
        "rate": clock.rate,
        "simulated": clock.simulated,
        "demo": desk.rooms.settings.demo,
        "people": _sample_people(desk) if desk.rooms.settings.demo else [],
    }
    if seat:
        value["me"] = {
            "id": seat.person.id, "name": seat.person.name, "unit": seat.person.unit_name,
            "desk": Action.KNOWLEDGE in RIGHTS[seat.person.role],
        }  # fmt: skip
        value["newest"] = _newest(desk)  # asked before the past talk, so that nothing falls between
        value["chats"] = [
            {"id": one.id, "title": one.title, "kind": str(one.kind)} for one in desk.chats(seat)
        ]
    return value


def _sample_people(desk: Desk) -> list[dict[str, Any]]:
    with desk.rooms.store.reading() as session:
        everybody = people.people(session)
        return [
            {"id": one.id, "name": one.name, "unit": one.unit_name, "role": str(one.role)}
            for one in everybody
            if any(account.channel == "web" for account in people.accounts(session, one.id))
        ]


@router.post("/api/session")
def sign_in(body: SignIn, desk: DeskHere) -> Response:
    """Sit down as a sample person, or bind this browser with a one-time code."""
    if body.code.strip():
        account = f"web:{uuid4().hex}"
        with desk.rooms.store.session() as session:
            people.bind_account(
                session,
                body.code.strip(),
                channel="web",
                external_id=account,
                private_chat=account,
                now=desk.rooms.clock.now(),
            )
    else:
        account = _sample_account(desk, body.person)
    answer = JSONResponse({"ok": True})
    answer.set_cookie(
        COOKIE,
        desk.sessions.sign(account, seconds=SESSION_SECONDS),
        max_age=SESSION_SECONDS,
        httponly=True,
        samesite="strict",
    )
    return answer


def _sample_account(desk: Desk, person_id: int | None) -> str:
    if not desk.rooms.settings.demo or person_id is None:
        raise HTTPException(403, "请输入管理员给的绑定码。")
    with desk.rooms.store.reading() as session:
        for account in people.accounts(session, person_id):
            if account.channel == "web":
                return account.external_id
    raise HTTPException(404, "样例里没有这个人。")


@router.get("/api/messages")
def messages(request: Request, desk: DeskHere, chat: str) -> dict[str, Any]:
    """The last messages of one chat."""
    seat = desk.seat(request)
    visible = desk.chat(seat, chat)
    with desk.rooms.store.reading() as session:
        rows = page.latest(session, visible.id, limit=HISTORY)
    return {"messages": [_as_json(desk, seat, row) for row in rows]}


@router.post("/api/say")
def say(body: Said, request: Request, desk: DeskHere) -> dict[str, Any]:
    """Something typed; the answer arrives as a message of its own."""
    seat = desk.seat(request)
    visible = desk.chat(seat, body.chat)
    if not body.text.strip():
        raise HTTPException(400, "没有写内容。")
    if len(body.text) > MAX_TEXT:
        raise HTTPException(400, f"一次最多 {MAX_TEXT} 字，请分几次发，或者存成文件发来。")
    reply = desk.channel.hear(
        chat=visible.id,
        chat_kind=visible.kind,
        chat_title=visible.title,
        speaker=seat.account,
        speaker_name=seat.person.name,
        text=body.text,
    )
    return {"toast": reply.toast}


@router.post("/api/press")
def press(body: Pressed, request: Request, desk: DeskHere) -> dict[str, Any]:
    """A button of a message of this chat; data that is not on that message is refused."""
    seat = desk.seat(request)
    visible = desk.chat(seat, body.chat)
    with desk.rooms.store.reading() as session:
        row = page.find(session, body.message)
    if row is None or row.chat != visible.id or body.data not in _data_of(row):
        return {"toast": "这个按钮已经过期，请看最新的消息。"}
    reply = desk.channel.hear(
        chat=visible.id,
        chat_kind=visible.kind,
        chat_title=visible.title,
        speaker=seat.account,
        speaker_name=seat.person.name,
        pressed=body.data,
        pressed_message=str(body.message),
    )
    return {"toast": reply.toast}


def _data_of(row: PageMessageRecord) -> set[str]:
    return {button.data for buttons in row.buttons for button in buttons if button.data}


@router.post("/api/upload")
def upload(
    request: Request, desk: DeskHere, file: list[UploadFile], chat: Annotated[str, Form()]
) -> dict[str, Any]:
    """Files handed in together; one that is too large does not hinder the others."""
    seat = desk.seat(request)
    visible = desk.chat(seat, chat)
    if len(file) > MAX_FILES:
        raise HTTPException(413, f"一次最多 {MAX_FILES} 个文件，请分几次发，或打成压缩包。")
    taken = [_stored(desk, one) for one in file]
    if len(taken) == 1 and taken[0].error:
        raise HTTPException(413, taken[0].error)
    reply = desk.channel.hear(
        chat=visible.id,
        chat_kind=visible.kind,
        chat_title=visible.title,
        speaker=seat.account,
        speaker_name=seat.person.name,
        files=taken,
    )
    return {"toast": reply.toast}


def _stored(desk: Desk, file: UploadFile) -> IncomingFile:
    """Kept under a name of ours; the given name is only shown."""
    name = Path((file.filename or "").replace("\\", "/")).name[-120:] or "文件"
    stored = desk.rooms.files_dir / "received" / uuid4().hex
    stored.parent.mkdir(parents=True, exist_ok=True)
    size = 0
    with stored.open("wb") as out:
        while piece := file.file.read(1 << 20):
            size += len(piece)
            if size > MAX_FILE_BYTES:
                stored.unlink()
                error = f"文件“{name}”超过 {MAX_FILE_BYTES >> 20} MB，没有收。请拆开后再发。"
                return IncomingFile(name, None, size, error=error)
            out.write(piece)
    return IncomingFile(name, stored, size)


@router.get("/api/stream")
async def stream(request: Request, desk: DeskHere, after: int | None = None) -> StreamingResponse:
    """New and edited messages of every visible chat, as server-sent events.

    `after` is the newest message the page knows of; what came while it was opening is sent first.
    """
    seat = await asyncio.to_thread(desk.seat, request)
    return StreamingResponse(
        _events(request, desk, seat, after),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-store"},
    )


async def _events(
    request: Request, desk: Desk, seat: Seat, after: int | None
) -> AsyncIterator[str]:
    seen = await asyncio.to_thread(_newest, desk)
    last_event = request.headers.get("last-event-id", "")
    if last_event.isdigit():
        seen = min(seen, int(last_event))
    elif after is not None:
        seen = min(seen, after)
    edited_since = desk.rooms.clock.now() - LOOK_BACK * desk.rooms.clock.rate
    deadline = asyncio.get_running_loop().time() + STREAM_SECONDS
    yield "retry: 500\n\n"
    while asyncio.get_running_loop().time() < deadline and not await request.is_disconnected():
        now = desk.rooms.clock.now()
        rows = await asyncio.to_thread(_fresh, desk, seat, seen, edited_since)
        edited_since = now
        for row in rows:
            seen = max(seen, row.id)
            yield f"id: {seen}\ndata: {json.dumps(_as_json(desk, seat, row), ensure_ascii=False)}\n\n"
        yield f"event: clock\ndata: {json.dumps(_beijing(now))}\n\n"
        await asyncio.sleep(LOOK_EVERY_SECONDS)


def _newest(desk: Desk) -> int:
    with desk.rooms.store.reading() as session:
        return page.newest_id(session)


def _fresh(
    desk: Desk, seat: Seat, seen: int, edited_since: datetime
) -> tuple[PageMessageRecord, ...]:
    chats = [one.id for one in desk.chats(seat)]
    with desk.rooms.store.reading() as session:
        return page.changed(session, chats, after=seen, edited_since=edited_since)


@router.get("/files/{token}")
def file(token: str, request: Request, desk: DeskHere) -> FileResponse:
    """A file of a message; the link is signed for this seat and ends after a day."""
    seat = desk.seat(request)
    opened = desk.links.open(token)
    account, _, place = (opened or "").partition("|")
    root = desk.rooms.settings.data_dir.resolve()
    path, _, name = place.partition("|")
    target = (root / path).resolve()
    if account != seat.account or not target.is_relative_to(root) or not target.is_file():
        raise HTTPException(404, "文件链接已过期，请重新打开会话。")
    return FileResponse(target, filename=name)


def _as_json(desk: Desk, seat: Seat, row: PageMessageRecord) -> dict[str, Any]:
    return {
        "id": row.id,
        "chat": row.chat,
        "at": _beijing(row.at),
        "author": "值班" if row.author == BOT else row.author,
        "from_bot": row.author == BOT,
        "mine": row.author == seat.person.name,
        "html": to_html(row.text),
        "buttons": [
            [
                {"label": one.label, "data": one.data, "copy": one.copy, "url": one.url}
                for one in buttons
            ]
            for buttons in row.buttons
        ],
        "files": [
            {
                "name": one.name,
                "picture": one.as_picture,
                "href": "/files/"
                + desk.links.sign(f"{seat.account}|{one.path}|{one.name}", seconds=FILE_SECONDS),
            }
            for one in row.files
        ],
    }


def _beijing(instant: datetime) -> str:
    return instant.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M:%S")
