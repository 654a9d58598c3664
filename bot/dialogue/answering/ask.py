"""Question -> passages -> answer with citations, or an honest "no basis found" and a hand-off."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.dialogue.answering import (
    articles,
    asking,
    choosing,
    corrections,
    forbidden,
    formal,
    lookup,
    outside,
    places,
    premises,
    quoting,
    unheld,
    versions,
)
from bot.dialogue.answering.answers import Answer, Outcome, Reader, citation, is_rule
from bot.dialogue.answering.lookup import Elliptical
from bot.dialogue.answering.outside import Outside
from bot.dialogue.answering.premises import Premise
from bot.rooms import Rooms
from bot.wording import answers as wording
from casedb.beijing import beijing
from casedb.privacy import mask
from indexer.passages import Passage, SearchResult, Standing
from indexer.search import Index

# Support from which words of a matter outside do not count: a long story holds many words.
SURELY_OURS = 0.7
ANYBODY = Reader()


@dataclass(frozen=True, slots=True)
class _Asked:
    """One question with what it is to be answered by."""

    text: str
    index: Index
    today: date
    as_of: date | None
    reader: Reader
    premise: Premise | None
    formal: tuple[str, ...] = ()
    not_held: str = ""  # that the article asked for by number is none of ours
    outside: Outside | None = None  # it sounds like a matter that no paper of ours holds
    unheld: str = ""  # a law that it names and no paper of ours holds

    @property
    def choice(self) -> choosing.Choice:
        """What the choice of passages needs to know."""
        day = self.as_of or self.today
        return choosing.Choice(self.text, self.index, day, day < self.today, self.reader.access)


def ask(
    rooms: Rooms,
    question: str,
    *,
    as_of: date | None = None,
    context: Sequence[str] = (),
    reader: Reader = ANYBODY,
) -> Answer:
    """Answer a question from the knowledge, with citations.

    Args:
        as_of: Beijing date whose law counts; else the one the question speaks of, else today.
        context: earlier messages of the talk, oldest first, for questions that lean on them.
        reader: who will read it; the least privileged of a group.

    Raises:
        IndexerError: there is no usable index.
    """
    if spoken := _without_question(question):
        return spoken
    question = asking.without_orders(question)
    against = forbidden.against(question, rooms.settings.rules_dir)
    if against and not against.asked:
        return _refused(rooms, question, against)
    singles = asking.parts(question) or (question,)
    whole = [
        _single(rooms, one, as_of, (*context, *singles[:at]), reader)
        for at, one in enumerate(singles)
    ]
    if against and all(one.outcome is Outcome.HANDOFF for one in whole):
        return _refused(rooms, question, against)
    return whole[0] if len(whole) == 1 else _joined(question, whole)


def _without_question(text: str) -> Answer | None:
    """Nothing to look up: emoji, small talk, a text nobody would call a question."""
    if asking.wordless(text):
        return Answer(Outcome.HANDOFF, wording.WORDLESS, question=text)
    if len(text) > asking.LONGEST:
        said = wording.TOO_LONG.format(length=len(text), limit=asking.LONGEST)
        return Answer(Outcome.HANDOFF, said, question=text[:200])
    if kind := asking.small_talk(text):
        return Answer(Outcome.ANSWERED, wording.SMALL_TALK[kind], question=text)
    return None


def _refused(rooms: Rooms, question: str, against: forbidden.Refusal) -> Answer:
    """Refused, with the articles that forbid it."""
    index, today = rooms.index.current(), _today(rooms)
    basis = [index.article(title, article, as_of=today) for title, article in against.basis]
    found = [passage for passage in basis if passage is not None]
    lines = [wording.REFUSED[against.key], ""]
    lines += [wording.REFUSED_BASIS] if found else []
    lines += [f"- {quoting.citation_line(one, today)}" for one in found]
    return Answer(
        Outcome.REFUSED,
        "\n".join(lines).strip(),
        tuple(citation(one, today) for one in found),
        1.0,
        tuple(one.id for one in found),
        question=question,
    )


def _today(rooms: Rooms) -> date:
    return beijing(rooms.clock.now()).date()


def _single(
    rooms: Rooms, question: str, as_of: date | None, context: Sequence[str], reader: Reader
) -> Answer:
    index, today = rooms.index.current(), _today(rooms)
    leaning = lookup.leans(index, question, context, lookup.filters(reader, today))
    understood = asking.with_turn_before(question, context) if leaning else question
    if place := places.elsewhere(understood):
        said = wording.ELSEWHERE.format(place=place)
        return Answer(Outcome.HANDOFF, said, question=understood)
    said_day = asking.day_of(understood, today)
    day = as_of or (said_day.on if said_day else None)
    asked = _Asked(
        understood,
        index,
        today,
        day,
        reader,
        premises.met(understood, rooms.settings.rules_dir),
        formal.words(understood, rooms.settings.rules_dir),
        articles.not_held(index, understood, rooms.settings.rules_dir, today),
        outside.met(understood, rooms.settings.rules_dir),
        unheld.named(index, understood, rooms.settings.rules_dir),
    )
    return _answer(asked, Elliptical(question, asking.turn_before(context)) if leaning else None)


def _answer(asked: _Asked, elliptical: Elliptical | None) -> Answer:
    if answered := _of_old_wording(asked):
        return answered
    named = _named_out_of_force(asked)
    include_old = bool(named) or asking.wants_old(asked.text)
    allowed = lookup.filters(
        asked.reader, asked.as_of or asked.today, include_superseded=include_old
    )
    result = lookup.search(
        asked.index, places.without_others(asked.text), elliptical, allowed, asked.formal
    )
    if not_ours := _not_ours(asked, result):
        return Answer(Outcome.HANDOFF, not_ours, question=asked.text)
    lead = premises.lead_passage(asked.premise, asked.index) if asked.premise else None
    lead = lead or _about_versions(asked, result)
    hits = result.hits if result.supported or lead or asked.premise else ()
    leads = [lead] if lead else []
    if not leads and asked.premise is None and asked.as_of is None and not include_old:
        old = versions.outlived(asked.index, asked.text, result, asked.today, allowed)
        leads, named = ([old], wording.outlived(old)) if old else ([], named)
    shown = choosing.chosen(asked.choice, hits, leads)
    if not shown and asked.premise is None:
        return Answer(
            Outcome.HANDOFF,
            wording.notes([named, asked.not_held or wording.NO_BASIS]),
            score=result.support,
            question=asked.text,
        )
    also = choosing.further(hits, shown)
    return _made(asked, shown, 1.0 if asked.premise else result.support, named, also)


def _not_ours(asked: _Asked, result: SearchResult) -> str:
    """That the matter, or the law asked about by name, is not among our papers; "" otherwise."""
    if asked.outside and result.support < SURELY_OURS:
        return wording.OUTSIDE.format(matter=asked.outside.says, ask=asked.outside.ask)
    if asked.unheld and not (
        result.supported and unheld.speaks_of(result.hits[0].passage, asked.unheld)
    ):
        return wording.LAW_NOT_HELD.format(title=asked.unheld)
    return ""


def _made(
    asked: _Asked,
    shown: Sequence[Passage],
    support: float,
    before: str,
    also: Sequence[Passage] = (),
) -> Answer:
    """The answer that these passages make; `before` is said first, `also` are named at the end."""
    return Answer(
        Outcome.ANSWERED,
        _text(asked, shown, before, also),
        tuple(citation(one, asked.today) for one in (*shown, *also)),
        support,
        tuple(one.id for one in shown),
        quoting.wordings(shown),
        asked.text,
    )


def _of_old_wording(asked: _Asked) -> Answer | None:
    """What a superseded wording said and what holds now; None when no old one is asked for."""
    if asked.as_of is not None or asked.premise or not versions.asked_for(asked.text):
        return None
    allowed = lookup.filters(asked.reader, asked.today, include_superseded=True)
    old = versions.find(asked.index, asked.text, asked.today, allowed)
    if old is None:
        return None
    first, *rest = old.passages
    shown = (first, *([old.now] if old.now else []), *rest)[: choosing.MOST_PASSAGES]
    return _made(asked, shown, 1.0, wording.old_asked(first, old.now, asked.today))


def _about_versions(asked: _Asked, result: SearchResult) -> Passage | None:
    """A section that says which wording holds when, though its own paper was not in force that day."""
    if asked.as_of is None:
        return None
    anywhen = lookup.filters(asked.reader, None, include_superseded=True)
    every = asked.index.search(asked.text, filters=anywhen, top=1)
    if not every.supported or not every.hits[0].passage.heading.startswith(choosing.CORRECTS):
        return None
    best = result.hits[0].score if result.supported else float("-inf")
    return every.hits[0].passage if every.hits[0].score > best else None


def _named_out_of_force(asked: _Asked) -> str:
    """A paper named outright that is not in force on the day: said so, and looked into."""
    day = asked.as_of or asked.today
    for title in asked.index.titles():
        if title not in asked.text and title.removeprefix("北京市") not in asked.text:
            continue
        standings = {passage.standing(day) for passage in asked.index.paper(title)}
        if standings == {Standing.SUPERSEDED} or standings == {Standing.NOT_YET}:
            passage = asked.index.paper(title)[0]
            state = "已经废止" if Standing.SUPERSEDED in standings else "还没有施行"
            since = passage.repealed_on if "废止" in state else passage.effective_on
            new = f"，现行的是《{passage.superseded_by}》" if passage.superseded_by else ""
            return wording.OLD_NAMED.format(title=title, state=f"{state}（{since} 起{new}）")
    return ""


def _text(asked: _Asked, shown: Sequence[Passage], named: str, also: Sequence[Passage]) -> str:
    point = quoting.point(shown[0], asked.text) if shown and not asked.premise else ""
    head = f"**{point}**" if point else ""
    head = premises.says(asked.premise, asked.text) if asked.premise else head
    checked = "" if asked.premise else corrections.line(asked.text, shown, asked.formal)
    blocks = [
        quoting.block(
            one,
            number,
            asked.today,
            length=quoting.FIRST_LENGTH if number == 1 else quoting.OTHER_LENGTH,
            said=point if number == 1 else "",
        )
        for number, one in enumerate(shown, start=1)
    ]
    if asked.premise and asked.premise.source:
        blocks.append(f"来处：{asked.premise.source}")
    named_too = wording.further([quoting.full_name(one) for one in also])
    return "\n\n".join(
        part for part in (named, checked, head, *blocks, named_too, _remarks(asked, shown)) if part
    )


def _remarks(asked: _Asked, shown: Sequence[Passage]) -> str:
    old = any(one.standing(asked.today) is Standing.SUPERSEDED for one in shown)
    place = places.compared(asked.text)
    return wording.notes(
        [
            wording.as_of(asked.as_of) if asked.as_of else "",
            wording.AS_OF_TODAY_DIFFERS if asked.as_of and old else "",
            wording.COMPARED.format(place=place) if place else "",
            wording.DIGEST if any(is_rule(one) and not one.verbatim for one in shown) else "",
        ]
    )


def _joined(question: str, answers: Sequence[Answer]) -> Answer:
    """Several questions of one message, answered one by one."""
    texts = [
        f"{wording.PART.format(number=number, question=mask(one.question[:60]))}\n{one.text}"
        for number, one in enumerate(answers, start=1)
    ]
    outcomes = [one.outcome for one in answers]
    outcome = next(
        (kind for kind in (Outcome.REFUSED, Outcome.ANSWERED) if kind in outcomes), Outcome.HANDOFF
    )
    return Answer(
        outcome,
        "\n\n".join(texts),
        tuple(one for answer in answers for one in answer.citations),
        max(one.score for one in answers),
        tuple(one for answer in answers for one in answer.passage_ids),
        tuple(one for answer in answers for one in answer.wordings),
        question,
        tuple(answers),
    )
