"""Causes of lost points: knowledge/rules/causes.toml, and which of them the facts of a case speak for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from casedb.assessment.states import RATE_NAMES, Rate
from casedb.days import moment_text, span_text
from casedb.errors import CasedbError
from casedb.records import CaseRecord
from casedb.rules import toml_file
from casedb.rules.dated import UNCONFIRMED, Validity, check_dates, validity
from casedb.rules.toml_file import TomlFile
from casedb.vocabulary import SideWay

# The sample limit of knowledge/rules/time_limits.toml; the regulation only says 及时.
FIRST_CONTACT_WITHIN = timedelta(hours=24)
SHORT_REPLY = 30  # characters; a shorter reply explains nothing
SOURCE_SAID = "考核明细写明"


@dataclass(frozen=True, slots=True)
class Cause:
    """Why a point is lost (失分原因), and what the model-case card says about it."""

    id: str
    name: str
    rates: tuple[Rate, ...]
    node: str
    words: tuple[str, ...]
    comment: str
    lesson: str
    measure: str
    valid: Validity


@dataclass(frozen=True, slots=True)
class Causes:
    """The causes in force on a Beijing day."""

    causes: tuple[Cause, ...]

    @property
    def note(self) -> str:
        """What is shown while any of them is unconfirmed."""
        return "" if all(one.valid.confirmed_by for one in self.causes) else UNCONFIRMED

    def get(self, code: str) -> Cause | None:
        """The cause of a code."""
        return next((one for one in self.causes if one.id == code), None)

    def name(self, code: str) -> str:
        """Its Chinese name; the code itself when the file no longer knows it, 未定 without one."""
        found = self.get(code)
        return found.name if found else code or "未定"

    def named(self, text: str) -> Cause | None:
        """The cause that a person's word means: its code or its name."""
        wanted = text.strip()
        return next((one for one in self.causes if wanted in (one.id, one.name)), None)


@dataclass(frozen=True, slots=True)
class Proposal:
    """A cause and the facts that speak for it; "" when none does."""

    cause: str
    why: str


def load_causes(folder: Path, on: date) -> Causes:
    """Read `causes.toml`, as in force on a Beijing day.

    Raises:
        RuleBroken: an entry is impossible; file, line and entry are named.
        CasedbError: no cause is in force on that day.
    """
    file = toml_file.read(folder / "causes.toml")
    found = [(line, _cause(file, line, entry)) for line, entry in file.tables("cause")]
    for code in dict.fromkeys(one.id for _, one in found):
        check_dates(file, code, [(line, one) for line, one in found if one.id == code])
    causes = tuple(one for _, one in found if one.valid.holds(on))
    if not causes:
        raise CasedbError(f"{on} 没有生效的失分原因。", "请在 causes.toml 里补上，或改正生效日期。")
    return Causes(causes)


def _cause(file: TomlFile, line: int, entry: dict[str, Any]) -> Cause:
    code = str(entry.get("id", ""))
    rates, words = entry.get("rates", []), entry.get("words", [])
    known = {one.value for one in RATE_NAMES if one is not Rate.UNKNOWN}
    if not code or not entry.get("name"):
        raise file.broken(code or "cause", "要有 id 和 name", '例如 id = "overdue"。', line=line)
    if not isinstance(rates, list) or not rates or not set(rates) <= known:
        raise file.broken(code, "rates 不对", f"请从 {'、'.join(sorted(known))} 里选。", line=line)
    if not isinstance(words, list) or not all(isinstance(one, str) and one for one in words):
        raise file.broken(code, "words 要是一组文字", '例如 words = ["超期"]。', line=line)
    return Cause(
        id=code,
        name=str(entry["name"]),
        rates=tuple(Rate(one) for one in rates),
        node=str(entry.get("node", "")),
        words=tuple(words),
        comment=str(entry.get("comment", "")),
        lesson=str(entry.get("lesson", "")),
        measure=str(entry.get("measure", "")),
        valid=validity(file, line, entry),
    )


def propose(rate: Rate, said: str, case: CaseRecord | None, causes: Causes) -> Proposal:
    """The likeliest cause of a lost point, with the facts that speak for it; a person decides.

    First what the details themselves say, then the case's own times and texts. A cause that the
    rules no longer know is never proposed.

    Args:
        said: the reason printed in the details, "" when none is.
        case: our record; without it only the printed reason can speak.
    """
    found = _by_words(rate, said, causes)
    if found is None and case is not None:
        found = next(
            (one for one in _by_facts(rate, case) if causes.get(one.cause) is not None), None
        )
    return found or Proposal("", "")


def _by_words(rate: Rate, said: str, causes: Causes) -> Proposal | None:
    """The cause whose words stand in the text: one of this rate first, the longest word first."""
    best: tuple[tuple[bool, int], Proposal] | None = None
    for one in causes.causes:
        for word in one.words:
            if word not in said:
                continue
            rank = (rate in one.rates or rate is Rate.UNKNOWN, len(word))
            if best is None or rank > best[0]:
                best = (rank, Proposal(one.id, f"{SOURCE_SAID}“{word}”"))
    return None if best is None else best[1]


def _by_facts(rate: Rate, case: CaseRecord) -> list[Proposal]:
    """What the case's own times and texts speak for, the strongest first."""
    if rate is Rate.RESPONSE:
        return _response(case)
    found = _turns(case) + _late(case) + _text_signs(case)
    if rate is Rate.RESOLUTION:
        return [*found, Proposal("reply_only", "已回复并办结，回访说没有解决")]
    if case.resolved is not None and case.resolved.value == "no":
        found.append(Proposal("reply_only", "同一件也没有解决"))
    if len(case.reply) < SHORT_REPLY:
        found.append(Proposal("poor_explanation", f"回复只有 {len(case.reply)} 字"))
    return [*found, Proposal("poor_explanation", "已解决但不满意")]


def _response(case: CaseRecord) -> list[Proposal]:
    if case.first_contact_at is None:
        return [Proposal("no_contact", "没有首次联系的记录")]
    start = case.dispatched_at or case.received_at
    if start is not None and case.first_contact_at - start > FIRST_CONTACT_WITHIN:
        late = span_text(case.first_contact_at - start)
        return [Proposal("late_contact", f"派单后 {late} 才首次联系")]
    if start is not None and case.first_contact_at < start:
        return [Proposal("entry_error", "首次联系时间早于派单时间")]
    at = moment_text(case.first_contact_at)
    return [Proposal("entry_error", f"登记 {at} 已首次联系，回访说没有联系")]


def _turns(case: CaseRecord) -> list[Proposal]:
    if case.side_way in (SideWay.RETURNED, SideWay.DISPATCH_DISPUTED):
        return [Proposal("passed_on", "办理中有退单或派单异议")]
    if case.side_way is SideWay.HARD_LISTED:
        return [Proposal("legacy", "已列入疑难挂账")]
    return []


def _late(case: CaseRecord) -> list[Proposal]:
    if case.revisited_at is not None and (
        case.closed_at is None or case.revisited_at < case.closed_at
    ):
        return [Proposal("revisit_time", f"{moment_text(case.revisited_at)} 回访时还没有办结")]
    if case.due_at is not None and case.closed_at is not None and case.closed_at > case.due_at:
        return [Proposal("overdue", f"办结比办理时限晚 {span_text(case.closed_at - case.due_at)}")]
    return []


def _text_signs(case: CaseRecord) -> list[Proposal]:
    found = []
    text = f"{case.remark} {case.reply}"
    if "态度" in case.remark:
        found.append(Proposal("attitude", "备注提到态度"))
    for word in ("历史遗留", "产权不清"):
        if word in text:
            found.append(Proposal("legacy", f"回复或备注提到“{word}”"))
    for word in ("政策", "无法支持", "没有依据"):
        if word in text:
            found.append(Proposal("no_policy", f"回复或备注提到“{word}”"))
    if case.supporting_units:
        found.append(Proposal("joint_open", "有协办单位"))
    return found
