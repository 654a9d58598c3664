"""Units, persons, their chat accounts, invitations and bound groups."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casedb.base import Base, stored_by_value
from casedb.vocabulary import ChatPurpose, Role, UnitKind


class Unit(Base):
    """A unit (单位) of the tree 街道 → 科室/社区."""

    __tablename__ = "units"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80), unique=True)
    kind: Mapped[UnitKind] = mapped_column(stored_by_value(UnitKind))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    head_id: Mapped[int | None] = mapped_column(
        ForeignKey("people.id", use_alter=True, name="fk_units_head_id_people")
    )
    active: Mapped[bool] = mapped_column(default=True)
    population: Mapped[int | None] = mapped_column(doc="常住人口, residents; None when not known")
    former_names: Mapped[str] = mapped_column(
        default="", server_default="", doc="曾用名, parted by 、; old sheets still use them"
    )


class Person(Base):
    """A member of staff. Residents are never stored here."""

    __tablename__ = "people"
    __table_args__ = (UniqueConstraint("name", "unit_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), index=True)
    role: Mapped[Role] = mapped_column(stored_by_value(Role))
    active: Mapped[bool] = mapped_column(default=True)

    unit: Mapped[Unit] = relationship(foreign_keys=[unit_id])
    accounts: Mapped[list[Account]] = relationship(back_populates="person")


class LeaderDay(Base):
    """Who leads on a Beijing day (带班领导): the last one called when nobody else answers."""

    __tablename__ = "leader_days"

    on: Mapped[str] = mapped_column(String(10), primary_key=True, doc="ISO date, Beijing")
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    set_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    set_at: Mapped[datetime]


class Account(Base):
    """A person's account in one chat service."""

    __tablename__ = "accounts"
    __table_args__ = (UniqueConstraint("channel", "external_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    channel: Mapped[str] = mapped_column(String(20))
    external_id: Mapped[str] = mapped_column(String(80))
    private_chat: Mapped[str] = mapped_column(String(80))
    reachable: Mapped[bool] = mapped_column(default=True)
    bound_at: Mapped[datetime]

    person: Mapped[Person] = relationship(back_populates="accounts")


class Invitation(Base):
    """A one-time code that binds a chat account; only its hash is stored."""

    __tablename__ = "invitations"

    id: Mapped[int] = mapped_column(primary_key=True)
    code_hash: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    issued_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class Chat(Base):
    """A group bound to a purpose; one row for each purpose of a group's topic."""

    __tablename__ = "chats"
    __table_args__ = (UniqueConstraint("channel", "external_id", "topic_id", "purpose"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(String(20))
    external_id: Mapped[str] = mapped_column(String(80))
    topic_id: Mapped[str] = mapped_column(String(40), default="")
    title: Mapped[str] = mapped_column(String(200), default="")
    purpose: Mapped[ChatPurpose] = mapped_column(stored_by_value(ChatPurpose))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    active: Mapped[bool] = mapped_column(default=True)
    bound_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    bound_at: Mapped[datetime]
