"""The full article behind a citation, and the paper it stands in."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.responses import Response

from bot.settings import BEIJING
from bot.web.desk import Desk, desk_of
from bot.web.html import to_html

router = APIRouter()
DeskHere = Annotated[Desk, Depends(desk_of)]


@router.get("/article/{passage_id:path}")
def article(passage_id: str, request: Request, desk: DeskHere) -> Response:
    """One passage whole, with source, dates and standing, and its neighbours."""
    seat = desk.seat(request)
    index = desk.rooms.index.current()
    passage = index.passage(passage_id)
    if passage is None:
        raise HTTPException(404, "知识库里没有这一条，可能已经更新，请重新提问。")
    today = desk.rooms.clock.now().astimezone(BEIJING).date()
    around = index.paper(passage.title)
    return desk.templates.TemplateResponse(
        request,
        "article.html",
        {
            "seat": seat,
            "passage": passage,
            "standing": passage.standing(today),
            "body": to_html(passage.text),
            "around": [one for one in around if one.path == passage.path],
        },
    )
