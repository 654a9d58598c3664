"""Advice as a message, and as JSON: each line with its source."""

from __future__ import annotations

from datetime import date
from typing import Any

from bot.advice.records import Advice, Past, Step
from bot.dialogue.answering import quoting
from bot.wording import advice as wording
from casedb.cases.endings import Ending
from casedb.vocabulary import CaseStage
from reports.no_risk import FEWEST, FEWEST_NO, Factor, Risk

WORDINGS = 2
FACTORS = 4
POINT = 80
NEUTRAL = 0.05  # a factor that changes the odds by less is not worth a line


def text(advice: Advice, today: date) -> str:
    """The whole advice in our Markdown."""
    blocks = [
        [wording.HEAD.format(no=advice.case.order_no), *_topic(advice)],
        [wording.STEPS, *_steps(advice.steps)],
        [wording.ARTICLES, *_articles(advice, today)],
        [wording.LIKES, *_likes(advice)],
        [wording.UNITS, *_units(advice)],
        [wording.SAY, *(f"> {one.text}\n{_source(one)}" for one in advice.wordings[:WORDINGS])],
        [wording.RISK, *risk_lines(advice.risk)],
        [wording.NOTES, *(f"- {note}" for note in advice.notes)],
    ]
    return "\n\n".join("\n".join(block) for block in blocks if len(block) > 1)


def _topic(advice: Advice) -> list[str]:
    best = advice.topic.best if advice.topic else None
    title = [advice.case.title] if advice.case.title else []
    told = [wording.TOPIC.format(topic=best.text, share=f"{best.confidence:.0%}")] if best else []
    return [*title, *told] or [""]


def _steps(steps: tuple[Step, ...]) -> list[str]:
    return [f"{at}. {one.text}{_source(one)}" for at, one in enumerate(steps, start=1)]


def _source(step: Step) -> str:
    return wording.SOURCE.format(source=step.source)


def _articles(advice: Advice, today: date) -> list[str]:
    about = f"{advice.case.title} {advice.case.appeal}"
    return [
        f"- {quoting.citation_line(one, today)}：{quoting.point(one, about)[:POINT]}"
        for one in advice.articles
    ]


def _likes(advice: Advice) -> list[str]:
    like = advice.likeness
    if not like.found:
        return []
    days = wording.DAYS.format(days=like.days) if like.days is not None else ""
    head = wording.LIKES_TOLD.format(
        found=like.found, closed=like.closed, answered=like.answered, noes=like.noes, days=days
    )
    return [head, *(_like(one) for one in like.shown)]


def _like(past: Past) -> str:
    one = past.ending
    return wording.LIKE_LINE.format(
        no=one.order_no,
        title=one.title or "（无标题）",
        unit=one.unit or "未派",
        end=wording.ENDS[ended(one)],
        share=min(1.0, past.similarity),
    )


def ended(one: Ending) -> str:
    """solved, no, closed or open."""
    if one.answered:
        return "no" if one.has_no else "solved"
    return "closed" if one.stage is CaseStage.CLOSED else "open"


def _units(advice: Advice) -> list[str]:
    return [
        wording.UNIT_LINE.format(
            unit=one.unit, answered=one.answered, solved=one.solved, share=one.solved / one.answered
        )
        for one in advice.likeness.units
    ]


def risk_lines(risk: Risk) -> list[str]:
    """The estimate with its features and its check, or why there is none."""
    if risk.check is None:
        return [
            wording.RISK_SHORT.format(
                cases=risk.cases, noes=risk.noes, fewest=FEWEST, fewest_no=FEWEST_NO
            )
        ]
    check = risk.check
    if risk.share is None:
        return [wording.RISK_BLIND.format(average=risk.average, cases=check.cases, area=check.area)]
    telling = [one for one in risk.factors if abs(one.weight - 1) >= NEUTRAL][:FACTORS]
    return [
        wording.RISK_SHARE.format(share=risk.share, average=risk.average),
        *(_factor(one) for one in telling),
        wording.RISK_CHECK.format(
            cases=check.cases, expected=check.expected, came=check.came, area=check.area
        ),
        wording.RISK_NOTE,
    ]


def _factor(one: Factor) -> str:
    way = (wording.UP if one.weight >= 1 else wording.DOWN).format(times=one.weight)
    counted = wording.COUNTED.format(cases=one.cases, noes=one.noes)
    return wording.FACTOR.format(
        name=one.name, way=way, counted=counted if one.cases else wording.NOT_COUNTED
    )


def as_json(advice: Advice, today: date) -> dict[str, Any]:
    """The same for programs; shares are fractions 0–1 or null."""
    like, risk = advice.likeness, advice.risk
    return {
        "order_no": advice.case.order_no,
        "topic": {
            "path": list(advice.case.topic_path),
            "proposed": [
                {"path": list(one.path), "confidence": round(one.confidence, 4)}
                for one in (advice.topic.topics if advice.topic else ())
            ],
        },
        "steps": [{"text": one.text, "source": one.source} for one in advice.steps],
        "guide": advice.guide or None,
        "citations": [
            {
                "title": one.title, "article": one.article, "status": str(one.standing(today)),
                "text": quoting.citation_line(one, today),
            }
            for one in advice.articles
        ],
        "similar": {
            "found": like.found, "closed": like.closed, "answered": like.answered,
            "has_no": like.noes, "median_days": like.days,
            "cases": [
                {
                    "order_no": one.ending.order_no, "title": one.ending.title,
                    "unit": one.ending.unit, "end": ended(one.ending),
                    "similarity": round(one.similarity, 4), "reply": one.ending.reply[:400],
                }
                for one in like.shown
            ],
        },
        "units": [
            {"unit": one.unit, "answered": one.answered, "solved": one.solved}
            for one in like.units
        ],
        "wordings": [{"text": one.text, "source": one.source} for one in advice.wordings],
        "risk": _risk_json(risk),
        "notes": list(advice.notes),
    }  # fmt: skip


def _risk_json(risk: Risk) -> dict[str, Any]:
    check = risk.check
    return {
        "share": risk.share, "average": risk.average, "cases": risk.cases, "has_no": risk.noes,
        "factors": [
            {"name": one.name, "times": round(one.weight, 3), "cases": one.cases, "has_no": one.noes}
            for one in risk.factors
        ],
        "check": check and {
            "cases": check.cases, "expected": round(check.expected, 2), "came": check.came,
            "auc": round(check.area, 4),
        },
        "text": "".join(risk_lines(risk)),
    }  # fmt: skip
