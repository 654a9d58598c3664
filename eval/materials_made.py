"""Makes folders of invented exclusion cases with planted faults, the same ones for the same seed."""

from __future__ import annotations

import hashlib
import json
import random
import re
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path

from eval.materials_drawn import SUFFIXES, Taken, draw, pdf_of, shown_text
from eval.materials_papers import CATEGORIES, Facts, MadeCase, Paper, day, make_case, say

CASES_PER_CATEGORY = 7  # about 260 files
_ZONE = "+08:00"
_HELD_OUT_OF = 3
_OFTEN = {"docx": 3, "text": 3, "scan": 2}  # times as often as the other forms
_PICTURED = ("scan", "photo", "screen")


@dataclass(frozen=True)
class Planted:
    """A fault of a case: the rules (by their beginning) that name it, and the file, "" for none."""

    fault: str
    rules: tuple[str, ...]
    file: str = ""


@dataclass(frozen=True)
class Made:
    """One case folder as it was written: its faults, and the true words of its pictures."""

    case: str
    held_out: bool
    files: int
    planted: tuple[Planted, ...]
    words: dict[str, tuple[str, str]]  # file -> (form, text) of scans, photos and screenshots


@dataclass
class _Draft:
    """A case on its way to become files; faults change it."""

    case: MadeCase
    forms: dict[str, str]
    taken: dict[str, Taken]
    dice: random.Random
    broken: dict[str, Callable[[bytes], bytes]]

    @property
    def facts(self) -> Facts:
        return self.case.facts

    def paper(self, *roles: str) -> Paper | None:
        found = [one for one in self.case.papers if not roles or one.role in roles]
        return self.dice.choice(found) if found else None

    def put(self, old: Paper, new: Paper | None) -> None:
        kept = [new if one is old else one for one in self.case.papers]
        self.case = replace(self.case, papers=tuple(one for one in kept if one is not None))

    def name(self, paper: Paper) -> str:
        suffix = SUFFIXES[self.forms[paper.role]]
        return f"{paper.title}.{suffix}"


def is_held_out(case: str) -> bool:
    """One third, by the name of the case alone."""
    return hashlib.sha256(case.encode("utf-8")).digest()[0] % _HELD_OUT_OF == 0


def make_all(
    folder: Path, *, seed: int = 7, per_category: int = CASES_PER_CATEGORY, plain: bool = False
) -> tuple[Made, ...]:
    """Write `folder/NAME/case.json` and `folder/NAME/files/…` for every invented case.

    `plain` hands scans and photographed papers in as PDF with text, to judge the rules alone.
    """
    made = []
    for category in CATEGORIES:
        for number in range(per_category):
            name = f"{category}-{number:02d}"
            made.append(_make(folder / name, category, random.Random(f"{seed}/{name}"), plain))
    return tuple(made)


def _make(folder: Path, category: str, dice: random.Random, plain: bool) -> Made:
    case = make_case(category, dice)
    draft = _Draft(case, {}, {}, dice, {})
    spot = (round(39.9 + dice.random() / 50, 5), round(116.3 + dice.random() / 50, 5))
    for paper in case.papers:
        form = dice.choices(paper.forms, [_OFTEN.get(one, 1) for one in paper.forms])[0]
        draft.forms[paper.role] = "text" if plain and form in _PICTURED else form
        draft.taken[paper.role] = Taken(case.facts.visited, spot, watermark=dice.random() < 0.5)
    faults = sorted(_FAULTS, key=lambda fault: dice.random() + 0.6 * (fault in _ANYWHERE))
    wanted = dice.choice((0, 1, 1, 1, 2))
    planted: list[Planted] = []
    for fault in faults:
        spoiled = {one.file for one in planted} - {""}
        before = replace(draft, taken={**draft.taken}, broken={**draft.broken})
        if len(planted) < wanted and (one := fault(draft)):
            if one.file in spoiled:  # two faults in one paper would hide one another
                draft = before
            else:
                planted.append(one)
    return _written(folder, draft, tuple(planted))


def _written(folder: Path, draft: _Draft, planted: tuple[Planted, ...]) -> Made:
    facts = draft.facts
    (folder / "files").mkdir(parents=True)
    told = {
        "order_no": facts.order_no, "category": facts.category,
        "dispatched_at": facts.dispatched.isoformat() + _ZONE,
        "due_at": facts.due.isoformat() + _ZONE, "unit": facts.unit,
        "appeal": draft.case.appeal, "reply": draft.case.reply,
    }  # fmt: skip
    (folder / "case.json").write_text(json.dumps(told, ensure_ascii=False), "utf-8")
    words: dict[str, tuple[str, str]] = {}
    for paper in draft.case.papers:
        form, file = draft.forms[paper.role], draft.name(paper)
        content = draw(paper, form, draft.taken[paper.role], draft.dice)
        if form in ("scan", "photo", "screen") and paper.role not in draft.broken:
            words[file] = (form, shown_text(paper))
        content = draft.broken.get(paper.role, lambda same: same)(content)
        (folder / "files" / file).write_bytes(content)
    return Made(folder.name, is_held_out(folder.name), len(draft.case.papers), planted, words)


def _wrong_number(draft: _Draft) -> Planted | None:
    own = draft.facts.order_no
    paper = draft.paper(
        "statement", "site_record", "explanation", "transfer", "type_request", "calls"
    )
    if paper is None or own not in "".join(paper.lines):
        return None
    at = draft.dice.randint(9, len(own) - 2)
    wrong = (
        own[:at] + str((int(own[at]) + 4) % 10) + str((int(own[at + 1]) + 3) % 10) + own[at + 2 :]
    )
    draft.put(paper, replace(paper, lines=tuple(line.replace(own, wrong) for line in paper.lines)))
    return Planted("工单编号不一致", ("order_no",), draft.name(paper))


def _missing(draft: _Draft) -> Planted | None:
    paper = draft.paper()
    if paper is None or paper.role in ("statement", "photo", "location"):
        return None
    draft.put(paper, None)
    # Without the record of calls nobody can see how often was called.
    return Planted("缺必交材料", (f"paper.{paper.role}", f"{paper.role}."))


def _unsealed(draft: _Draft) -> Planted | None:
    paper = draft.paper("statement", "reply_letter", "legal_notice", "type_request", "notice")
    if paper is None or not paper.sealed:
        return None
    office = paper.sealed.removesuffix("（盖章）")
    draft.put(paper, replace(paper, sealed="", dated=f"{office}　{paper.dated}"))
    return Planted("没有盖章", ("seal",), draft.name(paper))


def _unsigned(draft: _Draft) -> Planted | None:
    paper = draft.paper("site_record", "explanation", "persuasion")
    if paper is None:
        return None
    lines = tuple(line for line in paper.lines if not line.startswith("核查人员"))
    left = draft.dice.choice(("", "经办人（签字）："))
    draft.put(paper, replace(paper, signed=left, lines=lines))
    return Planted("没有签字", ("signature",), draft.name(paper))


def _undated(draft: _Draft) -> Planted | None:
    paper = draft.paper("statement", "legal_notice", "type_request", "reply_letter", "comparison")
    if paper is None:
        return None
    draft.put(paper, replace(paper, dated=""))
    return Planted("没有日期", ("date",), draft.name(paper))


def _outside_window(draft: _Draft) -> Planted | None:
    paper = draft.paper("site_record", "explanation", "transfer", "persuasion")
    if paper is None:
        return None
    facts = draft.facts
    shift = draft.dice.choice((facts.dispatched - timedelta(days=9), facts.due + timedelta(days=8)))
    lines = tuple(_moved(line, say(shift)) for line in paper.lines)
    changed = replace(paper, lines=lines, dated=day(shift) if shift > facts.due else paper.dated)
    draft.put(paper, changed)
    return Planted("时间在期限之外", ("time.", "date", "reply"), draft.name(paper))


def _moved(line: str, told: str) -> str:
    return re.sub(r"\d{4}年\d+月\d+日\d+时\d+分", told, line)


def _impossible(draft: _Draft) -> Planted | None:
    paper = draft.paper("site_record", "explanation", "transfer", "persuasion")
    if paper is None:
        return None
    facts = draft.facts
    if draft.dice.random() < 0.5:
        told = f"{facts.visited.year}年{draft.dice.choice((9, 11))}月31日10时20分"
        draft.put(paper, replace(paper, lines=tuple(_moved(line, told) for line in paper.lines)))
    else:  # the deed is dated after the day on which its own record was signed
        late = say(facts.dispatched + timedelta(days=4))
        lines = tuple(_moved(line, late) for line in paper.lines)
        draft.put(paper, replace(paper, lines=lines, dated=day(facts.visited)))
    return Planted("时间先后不可能", ("time.", "date", "reply"), draft.name(paper))


def _bad_article(draft: _Draft) -> Planted | None:
    paper = draft.paper("statement", "explanation")
    if paper is None:
        return None
    cited = draft.dice.choice((
        "《北京市接诉即办工作条例》第九十六条", "《信访工作条例》第一百零八条",
        "《中华人民共和国合同法》第六十条", "《信访条例》第二十一条",
        "《中华人民共和国物权法》第七十条",
    ))  # fmt: skip
    draft.put(paper, replace(paper, lines=(*paper.lines, f"以上依据{cited}办理。")))
    return Planted("引用的条款不存在或已废止", ("article.",), draft.name(paper))


def _wrong_reason(draft: _Draft) -> Planted | None:
    paper = draft.paper("statement")
    if paper is None:
        return None
    other = draft.dice.choice(
        [one for one in ("EX01", "EX03", "EX04", "EX08") if one != draft.facts.category]
    )
    foreign = make_case(other, draft.dice).papers[0].lines[2]
    foreign = re.sub(r"前序工单\d+", "前序工单", foreign)
    draft.put(paper, replace(paper, lines=(*paper.lines[:2], foreign, *paper.lines[3:])))
    return Planted("理由与类别不符", ("reason", "reply"), draft.name(paper))


def _contradiction(draft: _Draft) -> Planted | None:
    paper = draft.paper("site_record", "calls", "attitude")
    if paper is None:
        return None
    reply = {
        "site_record": f"现场核查发现{draft.facts.trouble}属实，已全部清理完毕。",
        "calls": "已与诉求人取得电话联系，诉求人表示满意。",
        "attitude": "已向诉求人说明，诉求人不认可，情绪激动。",
    }[paper.role]
    draft.case = replace(draft.case, reply=reply)
    return Planted("回复与材料矛盾", ("reply",))


def _few_calls(draft: _Draft) -> Planted | None:
    paper = draft.paper("calls")
    if paper is None:
        return None
    if draft.dice.random() < 0.5:
        draft.put(paper, replace(paper, table=paper.table[:3]))
        return Planted("拨打次数不足", ("calls.",), draft.name(paper))
    first = draft.facts.contacted
    rows = tuple(
        (str(at), f"{first + timedelta(minutes=4 * at):%Y-%m-%d %H:%M}", "无人接听")
        for at in range(1, 5)
    )
    draft.put(paper, replace(paper, table=(paper.table[0], *rows)))
    return Planted("拨打都在同一时段", ("calls.",), draft.name(paper))


def _bad_photo(draft: _Draft) -> Planted | None:
    paper = draft.paper("photo", "location")
    if paper is None:
        return None
    taken, name = draft.taken[paper.role], draft.name(paper)
    fault = draft.dice.choice(("bare", "blurred", "dark"))
    if fault == "bare":
        draft.taken[paper.role] = replace(taken, at=None, place=None, watermark=False)
        return Planted("照片没有时间地点", ("photo.time", "photo.place"), name)
    dark = fault == "dark"
    draft.taken[paper.role] = replace(taken, dark=dark, blurred=not dark)
    return Planted("照片模糊或太暗", ("photo.", "page.readable"), name)


def _personal(draft: _Draft) -> Planted | None:
    paper = draft.paper("statement", "explanation", "site_record", "comparison")
    if paper is None:
        return None
    line = draft.dice.choice((
        "诉求人身份证号：110101199003070134。", "诉求人银行卡号：6222020000000000005。",
    ))  # fmt: skip
    draft.put(paper, replace(paper, lines=(*paper.lines, line)))
    return Planted("无关的个人信息", ("privacy",), draft.name(paper))


def _leading(draft: _Draft) -> Planted | None:
    paper = draft.paper("explanation", "correction", "persuasion", "attitude", "statement")
    if paper is None:
        return None
    line = draft.dice.choice((
        "工作人员请诉求人下次接到回访时回答满意。", "告知诉求人如把评价改为满意，可优先安排并赠送礼品。",
        "建议诉求人联系热线把不满意改成满意。",
    ))  # fmt: skip
    draft.put(paper, replace(paper, lines=(*paper.lines, line)))
    return Planted("引导改评价", ("leading",), draft.name(paper))


def _unreadable(draft: _Draft) -> Planted | None:
    paper = draft.paper()
    if paper is None or paper.scene:
        return None
    spoil = {
        "docx": (_with_macro, _cut, _locked_office), "xlsx": (_cut, _locked_office),
        "text": (_locked_pdf, _cut_to_nothing), "scan": (_locked_pdf, _cut_to_nothing),
    }.get(draft.forms[paper.role], (_cut_to_nothing,))  # fmt: skip
    draft.broken[paper.role] = draft.dice.choice(spoil)
    # A paper that nobody can open may also be called missing.
    rules = ("file.readable", "page.readable", f"paper.{paper.role}")
    return Planted("文件打不开", rules, draft.name(paper))


def _with_macro(content: bytes) -> bytes:
    kept = BytesIO(content)
    with zipfile.ZipFile(kept, "a") as archive:
        archive.writestr("word/vbaProject.bin", b"\xd0\xcf\x11\xe0 invented")
    return kept.getvalue()


def _cut(content: bytes) -> bytes:
    return content[: len(content) * 2 // 3]


def _cut_to_nothing(content: bytes) -> bytes:
    return content[:60]


def _locked_office(content: bytes) -> bytes:
    mark = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    return mark + bytes(1024) + "EncryptedPackage".encode("utf-16-le") + content[:2000]


def _locked_pdf(content: bytes) -> bytes:
    """A PDF that asks for a password: its keys fit no empty one."""
    keys = f"/O <{hashlib.sha256(content).hexdigest()}> /U <{hashlib.sha256(b'u').hexdigest()}>"
    return pdf_of(
        [
            "<< /Type /Catalog /Pages 2 0 R >>",
            "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>",
            f"<< /Filter /Standard /V 1 /R 2 {keys} /P -4 >>",
        ],
        "/Encrypt 4 0 R /ID [<00112233445566778899aabbccddeeff> <00112233445566778899aabbccddeeff>]",
    )


_FAULTS: Sequence[Callable[[_Draft], Planted | None]] = (
    _wrong_number, _missing, _unsealed, _unsigned, _undated, _outside_window, _impossible,
    _bad_article, _wrong_reason, _contradiction, _few_calls, _bad_photo, _personal, _leading,
    _unreadable,
)  # fmt: skip
_ANYWHERE = (  # fit nearly every case, so the others go first more often
    _wrong_number, _bad_article, _wrong_reason, _personal, _leading, _unsealed, _undated,
    _unreadable,
)  # fmt: skip
