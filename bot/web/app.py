"""The pages: chat, full article, files, health; served by one FastAPI application."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response
from fastapi.staticfiles import StaticFiles
from fastapi.templating import Jinja2Templates

from bot.channels.webchat import WebChannel
from bot.dialogue.talk import Talk
from bot.errors import BotError
from bot.rooms import Rooms
from bot.web import articles, chat, health, overview, reports
from bot.web.desk import Desk
from bot.web.session import Signer
from casedb.errors import CasedbError

if TYPE_CHECKING:
    from bot.delivery.sending import Delivery
    from bot.schedule import Schedule

HERE = Path(__file__).parent
#: Nothing is ever loaded from elsewhere, and no other page may frame ours.
CONTENT_POLICY = (
    "default-src 'self'; img-src 'self' data:; style-src 'self'; script-src 'self'; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
)


def create_app(
    rooms: Rooms,
    talk: Talk,
    *,
    schedule: Schedule | None = None,
    delivery: Delivery | None = None,
    telegram: Any = None,
) -> FastAPI:
    """The application; `schedule`, `delivery` and `telegram` only feed /healthz."""
    page = FastAPI(title="值班", docs_url=None, redoc_url=None, openapi_url=None)
    page.state.desk = Desk(
        rooms=rooms,
        channel=WebChannel(rooms, talk),
        sessions=Signer(rooms.settings.secret_key, "session"),
        links=Signer(rooms.settings.secret_key, "file"),
        templates=Jinja2Templates(HERE / "templates"),
        schedule=schedule,
        delivery=delivery,
        telegram=telegram,
    )
    page.mount("/static", StaticFiles(directory=HERE / "static"), name="static")
    page.include_router(chat.router)
    page.include_router(articles.router)
    page.include_router(health.router)
    page.include_router(overview.router)
    page.include_router(reports.router)
    page.middleware("http")(_guard)
    for kind in (CasedbError, BotError):
        page.add_exception_handler(kind, _said)
    return page


async def _guard(request: Request, call_next: Any) -> Response:
    """Refuse writes that another site started; send the headers that keep the page to itself."""
    origin = request.headers.get("origin")
    if (
        request.method == "POST"
        and origin
        and origin.split("://")[-1] != request.headers.get("host")
    ):
        return JSONResponse({"error": "这个请求不是从本页发出的，已拒绝。"}, status_code=403)
    response: Response = await call_next(request)
    response.headers["Content-Security-Policy"] = CONTENT_POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


async def _said(request: Request, error: Exception) -> Response:
    return JSONResponse({"error": str(error)}, status_code=400)
