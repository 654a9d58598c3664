"""Question -> passages -> answer with citations, or an honest "no basis found" and a hand-off."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from bot.dialogue import asking, forbidden, likeness, places, premises, quoting
from bot.dialogue.answers import Answer, Outcome, Reader, citation, is_rule
from bot.dialogue.premises import Premise
from bot.rooms import Rooms
from bot.wording import answers as wording
from casedb.beijing import beijing
from casedb.privacy import mask
from indexer.passages import Filters, Hit, Passage, SearchResult, Standing
from indexer.search import Index

OUR_PLACES = ("北京", "全国")
MOST_PASSAGES = 3
LOOKED_AT = 10
SURELY_REFUSED = 0.1  # likeness from which a request is refused at once
LIKE_REFUSED = -0.2  # from which it is refused when no paper answers it
ANYBODY = Reader()
_THAT_TIME = "(?:的?(?:时候|那时候?|那会儿?|当时|当天|那天|那年|期间))?(?:之?以?前)?"
_INLINE = re.compile(
    r"《([^》]{2,30})》(第[一二三四五六七八九十百零\d]+条(?:之[一二三四五六七八九十])?)"
)


@dataclass(frozen=True, slots=True)
class _Asked:
    """One question with what it is to be answered by."""

    text: str
    query: str
    index: Index
    today: date
    as_of: date | None
    reader: Reader
    premise: Premise | None


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
    against = _forbidden(rooms, question)
    if against and not against.asked:
        return _refused(rooms, question, against)
    singles = asking.parts(question) or (question,)
    whole = [_single(rooms, one, as_of, context, reader) for one in singles]
    if against and all(one.outcome is Outcome.HANDOFF for one in whole):
        return _refused(rooms, question, against)
    return whole[0] if len(whole) == 1 else _joined(question, whole)


def _forbidden(rooms: Rooms, question: str) -> forbidden.Refusal | None:
    """What a request runs into: by its words, or because it sounds like those that are refused.

    `asked` marks what is refused only when no paper answers it.
    """
    if found := forbidden.refusal(question):
        return found
    learned = likeness.load(rooms.settings.rules_dir)
    score = learned.score(question) if learned else -1.0
    if learned is None or score < LIKE_REFUSED:
        return None
    firm = score >= SURELY_REFUSED and not forbidden.only_asks(question)
    return replace(forbidden.BY_KEY[learned.kind(question)], asked=not firm)


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
    today = _today(rooms)
    leaning = bool(context) and asking.leans(question)
    understood = asking.with_turn_before(question, context) if leaning else question
    if place := places.elsewhere(understood):
        said = wording.ELSEWHERE.format(place=place)
        return Answer(Outcome.HANDOFF, said, question=understood)
    said_day = asking.day_of(understood, today)
    day = as_of or (said_day.on if said_day else None)
    asked = _Asked(
        understood,
        _query(understood, said_day),
        rooms.index.current(),
        today,
        day,
        reader,
        premises.met(understood, rooms.settings.rules_dir),
    )
    return _answer(asked, question if leaning else "")


def _query(question: str, day: asking.Day | None) -> str:
    """What is looked up: the question without the words that only say of which day."""
    if day is None:
        return question
    without = re.sub(f"(?:在|按)?{re.escape(day.said)}{_THAT_TIME}", "", question).strip("，, ")
    return without or question


def _answer(asked: _Asked, elliptical: str) -> Answer:
    named = _named_out_of_force(asked)
    result = _search(asked, elliptical, include_old=bool(named) or asking.wants_old(asked.text))
    lead = premises.lead_passage(asked.premise, asked.index) if asked.premise else None
    if not result.supported and asked.premise is None:
        return Answer(
            Outcome.HANDOFF,
            wording.notes([named, wording.NO_BASIS]),
            score=result.support,
            question=asked.text,
        )
    shown = _chosen(asked, result.hits, lead)
    return Answer(
        Outcome.ANSWERED,
        _text(asked, shown, named),
        tuple(citation(one, asked.today) for one in shown),
        1.0 if asked.premise else result.support,
        tuple(one.id for one in shown),
        quoting.wordings(shown),
        asked.text,
    )


def _filters(asked: _Asked, *, include_old: bool) -> Filters:
    return Filters(
        as_of=asked.as_of or asked.today,
        include_superseded=include_old,
        places=OUR_PLACES,
        access=asked.reader.access,
    )


def _search(asked: _Asked, elliptical: str, *, include_old: bool) -> SearchResult:
    """Search; a follow-up by itself too, because its own words count more than the turn before."""
    filters = _filters(asked, include_old=include_old)
    result = asked.index.search(asked.query, filters=filters, top=LOOKED_AT)
    own = asking.bare(elliptical)
    if len(own) < 2:
        return result
    alone = asked.index.search(own, filters=filters, top=LOOKED_AT)
    return _fused(result, alone)


def _fused(joined: SearchResult, alone: SearchResult) -> SearchResult:
    """Hits of the joined question, lifted where the follow-up alone finds them as well."""
    places_alone = {hit.passage.id: hit.rank for hit in alone.hits}
    weight = alone.support if alone.supported else 0.3
    every = {hit.passage.id: hit for hit in (*alone.hits, *joined.hits)}
    ranks = {hit.passage.id: hit.rank for hit in joined.hits}

    def merit(hit: Hit) -> float:
        here = 1 / (2 + ranks.get(hit.passage.id, 4 * LOOKED_AT))
        return here + weight / (2 + places_alone.get(hit.passage.id, 4 * LOOKED_AT))

    hits = sorted(every.values(), key=merit, reverse=True)[:LOOKED_AT]
    top = max((hit.score for hit in hits), default=0.0)
    ordered = tuple(
        replace(hit, rank=place, score=min(hit.score, top))
        for place, hit in enumerate(hits, start=1)
    )
    support = max(joined.support, alone.support)
    return replace(
        joined, hits=ordered, support=support, supported=joined.supported or alone.supported
    )


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


def _chosen(asked: _Asked, hits: Sequence[Hit], lead: Passage | None) -> tuple[Passage, ...]:
    """At most three passages: the best, those hardly worse, and a rule where the best is none."""
    best = hits[0].score if hits else 0.0
    close = [hit.passage for hit in hits if _close(hit.score, best)]
    shown = ([lead] if lead else []) + [one for one in close if one is not lead]
    shown = [one for place, one in enumerate(shown) if place == 0 or one.article or one.heading]
    if shown and not is_rule(shown[0]) and not any(is_rule(one) for one in shown[:MOST_PASSAGES]):
        rule = _rule_behind(asked, shown[0])
        shown = [shown[0], *([rule] if rule else []), *shown[1:]]
    unique = {one.id: one for one in shown}
    return tuple(unique.values())[:MOST_PASSAGES]


def _close(score: float, best: float) -> bool:
    return score >= best - 2.0 and score >= 0.7 * best


def _rule_behind(asked: _Asked, passage: Passage) -> Passage | None:
    """The article a technique rests on."""
    day = asked.as_of or asked.today
    for title, article in _INLINE.findall(passage.text):
        found = asked.index.article(title, article, as_of=day)
        if found and found.access in asked.reader.access:
            return found
    return None


def _text(asked: _Asked, shown: Sequence[Passage], named: str) -> str:
    first = asked.premise.says if asked.premise else ""
    head = first or (f"**{quoting.point(shown[0], asked.query)}**" if shown else "")
    blocks = [
        quoting.block(
            one,
            number,
            asked.today,
            length=quoting.FIRST_LENGTH if number == 1 else quoting.OTHER_LENGTH,
        )
        for number, one in enumerate(shown, start=1)
    ]
    if asked.premise and asked.premise.source:
        blocks.append(f"来处：{asked.premise.source}")
    return "\n\n".join(part for part in (named, head, *blocks, _remarks(asked, shown)) if part)


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
