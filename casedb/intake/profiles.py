"""Column profiles: which heading of a sheet fills which field; knowledge/rules/profiles/*.toml."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from casedb.errors import CasedbError
from casedb.rules import toml_file

FIELDS = (
    "order_no",
    "source",
    "kind",
    "title",
    "appeal",
    "topic_1",
    "topic_2",
    "topic_3",
    "complainant",
    "phone",
    "address",
    "community",
    "handling_unit",
    "supporting_units",
    "received_at",
    "dispatched_at",
    "accepted_at",
    "first_contact_at",
    "due_at",
    "reply",
    "closed_at",
    "revisited_at",
    "responded",
    "resolved",
    "satisfied",
    "remark",
    "days_taken",
)
ENTRIES = frozenset(
    {"name", "title", "priority", "columns", "ignored", "required", "made_order_no"}
)


@dataclass(frozen=True, slots=True)
class MadeOrderNo:
    """How a sheet without order numbers gets stable ones: a prefix and a hash of some fields."""

    prefix: str
    made_from: tuple[str, ...]  # headings


@dataclass(frozen=True, slots=True)
class Profile:
    """One way a sheet of cases is laid out.

    `columns` lists, for each field, the headings that may fill it, the likeliest first.
    `required` are the fields without whose headings a sheet is not this kind.
    """

    name: str
    title: str
    columns: tuple[tuple[str, tuple[str, ...]], ...]
    required: tuple[str, ...]
    ignored: tuple[str, ...] = ()
    made_order_no: MadeOrderNo | None = None
    priority: int = 0

    def field_of(self) -> dict[str, str]:
        """Plain heading → field; the first field that lists a heading has it."""
        found: dict[str, str] = {}
        for field, headings in self.columns:
            for heading in headings:
                found.setdefault(plain_heading(heading), field)
        return found

    def heading_of(self, field: str) -> str:
        """The likeliest heading of a field, to name it in a message."""
        return dict(self.columns).get(field, (field,))[0]


def plain_heading(text: str) -> str:
    """A heading to compare by: no spaces, line breaks, stars, colons or bracketed remarks."""
    text = unicodedata.normalize("NFKC", text)
    text = re.sub(r"[(（\[【][^)）\]】]*[)）\]】]", "", text)
    return re.sub(r"[\s*:：_\-./、“”\"'\u200b\ufeff]", "", text).lower()


def load_profiles(folder: Path) -> tuple[Profile, ...]:
    """Every profile of a folder, by priority, then by name.

    Raises:
        RuleBroken: a file says something impossible; file and entry are named.
        CasedbError: there is no profile at all.
    """
    found = [_profile(toml_file.read(path)) for path in sorted(folder.glob("*.toml"))]
    if not found:
        raise CasedbError(
            what="没有找到任何列对照方案。", fix="请检查 knowledge/rules/profiles 里的 .toml 文件。"
        )
    return tuple(sorted(found, key=lambda one: (-one.priority, one.name)))


def profile_named(profiles: Sequence[Profile], name: str) -> Profile:
    """The profile of that name or title."""
    for profile in profiles:
        if name.strip() in {profile.name, profile.title}:
            return profile
    known = "、".join(f"{one.name}（{one.title}）" for one in profiles)
    raise CasedbError(what=f"没有叫“{name}”的列对照方案。", fix=f"请从这些里选一个：{known}。")


def _profile(file: toml_file.TomlFile) -> Profile:
    content = file.content
    for entry in content:
        if entry not in ENTRIES:
            raise file.broken(
                entry, "不认识这个条目", f"可用的条目：{'、'.join(sorted(ENTRIES))}。"
            )
    columns = _columns(file, content.get("columns"))
    fields = {field for field, _ in columns}
    made = _made(file, content.get("made_order_no"))
    if "order_no" not in fields and made is None:
        raise file.broken(
            "columns", "没有 order_no", "请写明工单编号在哪一列，或写 [made_order_no]。"
        )
    required = tuple(_texts(file, "required", content.get("required", ["order_no"])))
    for field in required:
        if field not in fields:
            raise file.broken(
                "required", f"{field} 不在 columns 里", "请先在 columns 里写它的表头。"
            )
    return Profile(
        name=str(content.get("name") or file.name.removesuffix(".toml")),
        title=str(content.get("title", "")),
        columns=columns,
        required=required,
        ignored=tuple(_texts(file, "ignored", content.get("ignored", []))),
        made_order_no=made,
        priority=int(content.get("priority", 0)),
    )


def _columns(file: toml_file.TomlFile, said: Any) -> tuple[tuple[str, tuple[str, ...]], ...]:
    if not isinstance(said, dict) or not said:
        raise file.broken("columns", "没有写", '请写成 [columns] 下面 order_no = ["工单编号"]。')
    for field in said:
        if field not in FIELDS:
            raise file.broken(field, "不认识这个字段", f"可用的字段：{'、'.join(FIELDS)}。")
    return tuple((field, tuple(_texts(file, field, headings))) for field, headings in said.items())


def _made(file: toml_file.TomlFile, said: Any) -> MadeOrderNo | None:
    if said is None:
        return None
    if not isinstance(said, dict) or not said.get("prefix") or not said.get("from"):
        raise file.broken(
            "made_order_no", "要有 prefix 和 from", '请写 prefix = "WY" 和 from = ["标题"]。'
        )
    return MadeOrderNo(str(said["prefix"]), tuple(_texts(file, "from", said["from"])))


def _texts(file: toml_file.TomlFile, entry: str, said: Any) -> list[str]:
    if not isinstance(said, list) or not all(isinstance(one, str) and one for one in said):
        raise file.broken(entry, "应当是一组文字", '请写成 ["工单编号", "工单号"] 这样。')
    return said
