"""/exclude: an exclusion request in three taps: order number, category, what is needed by when."""

from __future__ import annotations

from collections.abc import Sequence

from bot.access import Action, Scope, may_see
from bot.dialogue.casework import cases as looking
from bot.dialogue.talk import Button, Reply
from bot.dialogue.turn import Turn, toast
from bot.materials.desk import default_due, read_materials, rules_of
from bot.wording import general
from bot.wording import materials as wording
from casedb import cases
from casedb.days import moment_text
from casedb.errors import Refused
from casedb.exclusion import requests, rounds
from casedb.exclusion.holding import held_papers
from casedb.exclusion.records import MaterialRecord, RequestRecord
from casedb.exclusion.rulebook import ExclusionRules
from casedb.exclusion.sorting import Sorted, sort_files
from casedb.exclusion.states import FLOW_NAMES, STATE_NAMES, ExclusionFlow, ExclusionState
from casedb.records import CaseRecord
from casedb.store import Session

CAN_REVIEW = (
    ExclusionState.COLLECTING, ExclusionState.REVIEWING, ExclusionState.CORRECTING,
    ExclusionState.RETURNED, ExclusionState.READY,
)  # fmt: skip


def start(turn: Turn, argument: str) -> Reply:
    """/exclude NO: the open request of a case, else the categories to choose from."""
    if not argument.strip():
        return Reply(wording.USAGE)
    with turn.rooms.store.reading() as s:
        case = looking.find(turn, s, argument)
        known = requests.request_of_case(s, case.id)
    if known is not None and known.open:
        return status_card(turn, known)
    return _categories(turn, case, requests.flow_for(case.stage))


def _categories(turn: Turn, case: CaseRecord, flow: ExclusionFlow) -> Reply:
    """The categories to choose from, and the other of the two flows."""
    rules = rules_of(turn.rooms)
    other = next(one for one in ExclusionFlow if one is not flow)
    rows = [
        (Button(f"{one.id} {one.name}", f"ex:new:{case.id}:{one.id}:{flow.value}"),)
        for one in rules.categories
    ]
    rows.append((Button(f"改走{FLOW_NAMES[other]}", f"ex:flow:{case.id}:{other.value}"),))
    text = wording.CHOOSE.format(no=case.order_no, flow=FLOW_NAMES[flow], note=rules.note)
    return Reply(text, tuple(rows))


def by_flow(turn: Turn, data: str) -> Reply:
    """ex:flow:<case>:<flow>: choose the category in the other flow."""
    number, _, flow = data.partition(":")
    if not number.isdigit() or flow not in list(ExclusionFlow):
        return toast(general.STALE_BUTTON)
    with turn.rooms.store.reading() as s:
        case = cases.case(s, int(number))
    if not may_see(turn.person, case, turn.scope(Action.EXCLUDE)):
        raise Refused(wording.NOT_YOURS, "")
    return _categories(turn, case, ExclusionFlow(flow))


def of_case(turn: Turn, data: str) -> Reply:
    """ex:case:<case>: as /exclude, from the closing sheet."""
    with turn.rooms.store.reading() as s:
        case = cases.case(s, int(data) if data.isdigit() else 0)
    return start(turn, case.order_no)


def opened(turn: Turn, data: str) -> Reply:
    """ex:new:<case>:<category>:<flow>"""
    number, _, rest = data.partition(":")
    category, _, flow = rest.partition(":")
    if not number.isdigit():
        return toast(general.STALE_BUTTON)
    rules = rules_of(turn.rooms)
    with turn.rooms.store.session() as s:
        case = cases.case(s, int(number))
        if not may_see(turn.person, case, turn.scope(Action.EXCLUDE)):
            raise Refused(wording.NOT_YOURS, "")
        made = requests.open_request(
            s, case.id, category=category,
            flow=ExclusionFlow(flow) if flow in list(ExclusionFlow) else requests.flow_for(case.stage),
            due_at=default_due(turn.rooms, turn.now), exclusion=rules, rules=turn.rooms.rules,
            actor=turn.actor, now=turn.now,
        )  # fmt: skip
    papers = "\n".join(f"{at}. {one}" for at, one in enumerate(made.wanted, start=1))
    text = wording.OPENED.format(
        flow=FLOW_NAMES[made.flow], no=made.order_no, category=_category(rules, made),
        due=moment_text(made.due_at) if made.due_at else "", papers=papers, note=rules.note,
    )  # fmt: skip
    return Reply(text.strip(), ((Button(wording.BUTTON_STATUS, f"ex:status:{made.id}"),),))


def _category(rules: ExclusionRules, request: RequestRecord) -> str:
    return f"{request.category} {rules.category(request.category).name}"


def status(turn: Turn, data: str) -> Reply:
    """ex:status:<request>"""
    return status_card(turn, reachable(turn, data))


def status_card(turn: Turn, request: RequestRecord) -> Reply:
    """Where a request stands, what came, what is missing, and what can be done."""
    rules = rules_of(turn.rooms)
    with turn.rooms.store.reading() as s:
        found = requests.materials(s, request.id)
    text = wording.STATUS.format(
        no=request.order_no, category=_category(rules, request), flow=FLOW_NAMES[request.flow],
        state=STATE_NAMES[request.state],
        round=f"，已审 {request.round} 轮" if request.round else "",
        due=f"，时限 {moment_text(request.due_at)}" if request.due_at else "",
    )  # fmt: skip
    names = "、".join(one.name for one in found)
    said = (
        wording.MATERIALS.format(count=len(found), names=names) if found else wording.NO_MATERIALS
    )
    lines = [text, said, missing_sentence(turn, request, found)]
    return Reply("\n".join(line for line in lines if line), _buttons(turn, request))


def _buttons(turn: Turn, request: RequestRecord) -> tuple[tuple[Button, ...], ...]:
    rows: list[tuple[Button, ...]] = []
    if request.state in CAN_REVIEW:
        rows.append((Button(wording.BUTTON_REVIEW, f"ex:go:{request.id}"),))
    if request.round:
        rows.append((Button(wording.BUTTON_TODO, f"ex:todo:{request.id}"),))
    if request.round and turn.scope(Action.REVIEW) is not Scope.NONE:
        rows.append((Button(wording.BUTTON_LIST, f"ex:list:{request.id}"),))
        rows.append((Button(wording.BUTTON_SUBMIT, f"ex:submit:{request.id}"),))
    if request.open:
        rows.append((Button(wording.BUTTON_WITHDRAW, f"ex:off:{request.id}"),))
    return tuple(rows)


def missing_sentence(turn: Turn, request: RequestRecord, found: tuple[MaterialRecord, ...]) -> str:
    """Which papers still seem to be missing, by names and titles; pictures are not read here."""
    rules = rules_of(turn.rooms)
    category = rules.category(request.category)
    known = sort_files(read_materials(turn.rooms, found, recognise=False), category, rules)
    wanted = [
        "或".join(rules.paper(one).name for one in held.group)
        for held in held_papers(known, category, rules)
        if held.holder is None and not _photographed(known, held.group, rules)
    ]
    return wording.STILL_MISSING.format(papers="、".join(wanted)) if wanted else wording.ALL_THERE


def _photographed(known: Sequence[Sorted], group: Sequence[str], rules: ExclusionRules) -> bool:
    """A picture nobody has read yet may be the photograph that is asked for."""
    asked = any(rules.paper(one).has("photo") for one in group)
    return asked and any(one.file.is_picture for one in known)


def reachable(turn: Turn, data: str) -> RequestRecord:
    """The request a button names, if the speaker may touch it.

    Raises:
        Refused: it belongs to another unit.
    """
    number = data.partition(":")[0]
    with turn.rooms.store.reading() as s:
        request = requests.request(s, int(number) if number.isdigit() else 0)
        if not _may(turn, s, request):
            raise Refused(wording.NOT_YOURS, "")
    return request


def _may(turn: Turn, s: Session, request: RequestRecord) -> bool:
    if request.asked_by == turn.person.id:
        return True
    return may_see(turn.person, cases.case(s, request.case_id), turn.scope(Action.EXCLUDE))


def withdraw(turn: Turn, data: str) -> Reply:
    """ex:off:<request>"""
    request = reachable(turn, data)
    with turn.rooms.store.session() as s:
        rounds.withdraw(s, request.id, actor=turn.actor, now=turn.now)
    return Reply(wording.WITHDRAWN.format(no=request.order_no))
