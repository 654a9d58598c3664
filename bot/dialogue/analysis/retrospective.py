"""The assessment in chat: a details sheet taken in, causes confirmed one by one, the retrospective made."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from bot.access import Action, Scope
from bot.analysis.assessing import causes_of, office_of
from bot.dialogue.talk import Attachment, Button, Reply
from bot.dialogue.turn import Turn, toast
from bot.wording import assessment as wording
from bot.wording import general
from casedb.assessment import countdown, points
from casedb.assessment.causes import Causes
from casedb.assessment.details import is_details
from casedb.assessment.intake import import_details
from casedb.assessment.profiles import load_details_profiles
from casedb.assessment.records import CycleRecord, LostPointRecord
from casedb.assessment.states import RATE_NAMES
from casedb.beijing import beijing
from casedb.days import moment_text, span_text
from casedb.errors import CasedbError, Refused
from casedb.intake.sheetfile import read_tables

CAUSES_A_ROW = 2
TOP = 5


def takes(turn: Turn, path: Path, name: str) -> bool:
    """Whether a sheet that was sent is a details sheet (考核明细), by what stands in it."""
    folder = turn.rooms.settings.rules_dir / "profiles" / "assessment"
    try:
        return is_details(read_tables(path, name), name, load_details_profiles(folder))
    except CasedbError:
        return False  # the import of cases says what is wrong with the file


def received(turn: Turn, path: Path, name: str) -> Reply:
    """Take a details sheet in, and say what follows."""
    _require(turn)
    with turn.rooms.store.session() as s:
        result = import_details(
            s, path, name, office=office_of(turn.rooms, turn.now), actor=turn.actor, now=turn.now
        )
    text = "\n".join(wording.import_lines(result, turn.now))
    if result.cycle_id is None:
        return Reply(text)
    return Reply(text, _buttons(result.cycle_id))


def _require(turn: Turn) -> None:
    if turn.scope(Action.ASSESS) is Scope.NONE:
        raise Refused(wording.IN_PRIVATE if turn.in_group else wording.NOT_DESK, "")


def _buttons(cycle_id: int) -> tuple[tuple[Button, ...], ...]:
    return (
        (Button("确认失分原因", f"rt:causes:{cycle_id}"), Button("定措施", f"me:new:{cycle_id}")),
        (Button("出复盘报告", f"rt:paper:{cycle_id}"), Button("登记已提交", f"rt:done:{cycle_id}")),
    )


def show(turn: Turn, argument: str = "") -> Reply:
    """/retro [cycle]: where a cycle stands, and what can be done."""
    with turn.rooms.store.reading() as s:
        cycle = points.cycle_named(s, argument)
        found = points.lost_points(s, cycle.id)
    causes = causes_of(turn.rooms, turn.now)
    lines = [wording.cycle_line(cycle, found), *_top(found, causes)]
    left = _left(cycle, turn)
    return Reply("\n".join([*lines, *left]), _buttons(cycle.id))


def _top(found: tuple[LostPointRecord, ...], causes: Causes) -> list[str]:
    counts: dict[str, int] = {}
    for one in found:
        counts[one.code] = counts.get(one.code, 0) + 1
    ranked = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:TOP]
    return [f"- {causes.name(code)} {count} 项" for code, count in ranked]


def _left(cycle: CycleRecord, turn: Turn) -> list[str]:
    if cycle.handed_in_at is not None or cycle.due_at is None:
        return []
    left = cycle.due_at - turn.now
    word = f"还有 {span_text(left)}" if left > timedelta(0) else f"已超 {span_text(-left)}"
    return [f"⏳ 复盘报告 {moment_text(cycle.due_at)} 前提交，{word}。"]


def pressed(turn: Turn, data: str) -> Reply:
    """rt:causes | paper | done:<cycle>"""
    _require(turn)
    deed, _, number = data.partition(":")
    if not number.isdigit() or deed not in ("causes", "paper", "done"):
        return toast(general.STALE_BUTTON)
    if deed == "causes":
        return _next_card(turn, int(number))
    return _paper(turn, int(number)) if deed == "paper" else _done(turn, int(number))


def _done(turn: Turn, cycle_id: int) -> Reply:
    with turn.rooms.store.session() as s:
        name = countdown.handed_in(s, cycle_id, by=turn.person, now=turn.now).name
    return Reply(wording.HANDED_IN.format(cycle=name), toast="已登记")


def _paper(turn: Turn, cycle_id: int) -> Reply:
    """Make the papers and send them."""
    from reports.retrospective.findings import measure
    from reports.retrospective.paper import overview_text, write

    causes = causes_of(turn.rooms, turn.now)
    with turn.rooms.store.reading() as s:
        report = measure(s, points.cycle(s, cycle_id), causes)
    stamp = f"{beijing(turn.now):%Y%m%d%H%M%S}"
    folder = turn.rooms.files_dir / "retrospectives" / f"{cycle_id}-{stamp}"
    written = write(report, folder, made_at=turn.now)
    return Reply(
        "\n".join(overview_text(report)),
        files=(
            Attachment(written.picture, written.picture.name, as_picture=True),
            Attachment(written.docx, written.docx.name),
            Attachment(written.xlsx, written.xlsx.name),
        ),
    )


def _next_card(turn: Turn, cycle_id: int, *, after: int = 0, said: str = "") -> Reply:
    """The next lost point without a confirmed cause; starts over once at the end."""
    with turn.rooms.store.reading() as s:
        point = points.next_undecided(s, cycle_id, after=after) or points.next_undecided(
            s, cycle_id
        )
        cycle = points.cycle(s, cycle_id)
    if point is None:
        text = wording.ALL_DECIDED.format(cycle=cycle.name)
        return Reply(text, _buttons(cycle_id), toast=said, edit=bool(said))
    causes = causes_of(turn.rooms, turn.now)
    return Reply(_card(point, causes), _choices(point, causes), toast=said, edit=bool(said))


def _card(point: LostPointRecord, causes: Causes) -> str:
    lines = [
        f"**失分 {point.id}**：{point.order_no or '没有编号'}｜{RATE_NAMES[point.rate]}｜{point.unit or '未注明单位'}",
        f"明细写明：{point.said}" if point.said else "",
        f"工单：{point.case.title or point.case.appeal[:60]}"
        if point.case
        else "案件库里没有这件工单。",
    ]
    if point.proposed:
        lines.append(f"系统提出：{causes.name(point.proposed)}（{point.proposed_why}）")
    else:
        lines.append("系统看不出原因，请选一个。")
    return "\n".join(line for line in lines if line)


def _choices(point: LostPointRecord, causes: Causes) -> tuple[tuple[Button, ...], ...]:
    rows: list[tuple[Button, ...]] = []
    if proposed := causes.get(point.proposed):
        rows.append((Button(f"✔ 确认：{proposed.name}", f"lp:set:{point.id}:{proposed.id}"),))
    others = [one for one in causes.causes if one.id != point.proposed]
    # Those that fit the rate come first.
    others.sort(key=lambda one: point.rate not in one.rates)
    for at in range(0, len(others), CAUSES_A_ROW):
        some = others[at : at + CAUSES_A_ROW]
        rows.append(tuple(Button(one.name, f"lp:set:{point.id}:{one.id}") for one in some))
    rows.append((Button("先跳过", f"lp:skip:{point.id}"),))
    return tuple(rows)


def decided(turn: Turn, data: str) -> Reply:
    """lp:set:<point>:<cause> | lp:skip:<point>"""
    _require(turn)
    deed, _, rest = data.partition(":")
    number, _, code = rest.partition(":")
    if not number.isdigit() or deed not in ("set", "skip"):
        return toast(general.STALE_BUTTON)
    if deed == "skip":
        with turn.rooms.store.reading() as s:
            skipped = points.lost_point(s, int(number))
        return _next_card(turn, skipped.cycle_id, after=skipped.id, said="先跳过")
    causes = causes_of(turn.rooms, turn.now)
    with turn.rooms.store.session() as s:
        point = points.confirm(s, int(number), code, causes=causes, by=turn.person, now=turn.now)
    said = wording.DECIDED.format(cause=causes.name(point.cause))
    return _next_card(turn, point.cycle_id, after=point.id, said=said)
