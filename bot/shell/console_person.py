"""Who speaks in the terminal: a person of the roster gets a console account."""

from __future__ import annotations

from bot.errors import BotError
from bot.rooms import Rooms
from casedb import people


def account_of(rooms: Rooms, name: str) -> str:
    """The console account of `name`, or of the first person of the desk when no name is given.

    Raises:
        BotError: nobody of that name, or an empty roster.
    """
    now = rooms.clock.now()
    with rooms.store.session() as session:
        if name:
            person = people.find_person(session, name)
        else:
            person = next(iter(people.desk(session)), None)
        if person is None:
            raise BotError(
                f"名册里没有“{name}”。" if name else "名册是空的。",
                "先运行 zhiban demo load 装入样例，或用 zhiban people import 导入人员表。",
            )
        account = f"console:{person.id}"
        if people.person_by_account(session, "console", account) is None:
            code = people.invite(session, person.id, now=now, actor="shell")
            people.bind_account(
                session,
                code,
                channel="console",
                external_id=account,
                private_chat=account,
                now=now,
            )
        return account
