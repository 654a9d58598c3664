"""/forecast: the next month's volume and topics, with interval and past errors, as words and a picture."""

from __future__ import annotations

from bot.dialogue.talk import Attachment, Reply
from bot.dialogue.turn import Turn
from casedb.assessment.details import month_named
from casedb.beijing import beijing
from casedb.rules.seasons import load_seasons
from casedb.tally.spans import Span, before, month

WORDS = {"下月": 1, "下个月": 1, "本月": 0, "这个月": 0, "上月": -1, "上个月": -1}


def command(turn: Turn, argument: str = "") -> Reply:
    """/forecast [month]"""
    from reports.forecast.paper import foresee, pictures, sentences

    seasons = load_seasons(turn.rooms.settings.rules_dir)
    with turn.rooms.store.reading() as s:
        found = foresee(s, _target(turn, argument.strip()), seasons, now=turn.now)
    stamp = f"{found.forecast.target.first:%Y-%m}-{beijing(turn.now):%Y%m%d%H%M%S}"
    volume, topics = pictures(found, turn.rooms.files_dir / "forecasts" / stamp)
    head, *rest = sentences(found)
    return Reply(
        "\n".join(
            [f"**{found.forecast.target.name}诉求预测**", head, *(f"- {one}" for one in rest)]
        ),
        files=(
            Attachment(volume, f"{found.forecast.target.name}预测.png", as_picture=True),
            Attachment(topics, f"{found.forecast.target.name}分类预测.png", as_picture=True),
        ),
    )


def _target(turn: Turn, said: str) -> Span | None:
    if not said:
        return None
    present = month(f"{beijing(turn.now):%Y-%m}")
    if said in WORDS:
        step = WORDS[said]
        if step > 0:
            return month(f"{present.after:%Y-%m}")
        return present if step == 0 else before(present)
    return month(month_named(said) or said)
