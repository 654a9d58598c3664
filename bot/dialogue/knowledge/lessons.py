"""/train: lessons in small pages, a practice, a quiz; for the desk who has done which."""

from __future__ import annotations

from collections.abc import Mapping

from bot.access import Action, Scope
from bot.dialogue.answering import quoting
from bot.dialogue.talk import Button, Reply
from bot.dialogue.turn import Turn, toast
from bot.learning.lessons import LETTERS, Lesson, Quiz, lesson_of, lessons
from bot.wording import general
from bot.wording import lessons as wording
from casedb import people
from casedb.days import beijing_day
from casedb.learning import lessons as records
from casedb.learning.lessons import LessonResult
from casedb.records import PersonRecord
from indexer import numerals
from indexer.errors import IndexerError

BASIS_LENGTH = 500
OVERVIEW_WORDS = ("总览", "情况", "overview", "成绩")


def train(turn: Turn, argument: str = "") -> Reply:
    """/train [NUMBER | 总览]"""
    said = argument.strip()
    if said in OVERVIEW_WORDS:
        return overview(turn)
    number = numerals.parse(said.strip("第课")) if said else None
    if number is not None and (lesson := lesson_of(turn.rooms.settings, number)):
        return _page(turn, lesson, 0)
    if said:
        return Reply(wording.UNKNOWN.format(number=said[:10]))
    return _list(turn)


def _list(turn: Turn) -> Reply:
    every = lessons(turn.rooms.settings)
    if not every:
        return Reply(wording.EMPTY)
    with turn.rooms.store.reading() as s:
        # Before others nobody's own progress is shown.
        own = {} if turn.in_group else records.results_of(s, turn.person.id)
    done = sum(finished(one, own) for one in every)
    head = wording.HEAD_IN_GROUP if turn.in_group else wording.HEAD
    lines = [head.format(count=len(every), done=done)]
    lines += [
        wording.LINE.format(number=one.number, short=one.short, mark=_mark(one, own))
        for one in every
    ]
    buttons = tuple((_open(one),) for one in every)
    return Reply("\n".join(lines), buttons)


def _open(one: Lesson, label: str = wording.BUTTON) -> Button:
    return Button(label.format(number=one.number, short=one.short), f"lesson:{one.number}:p0")


def finished(one: Lesson, own: Mapping[str, LessonResult]) -> bool:
    """Every item of its quiz was answered; one without a quiz is done with its practice."""
    result = own.get(one.title)
    if result is None:
        return False
    return result.answered >= len(one.quiz) if one.quiz else result.practised


def _mark(one: Lesson, own: Mapping[str, LessonResult]) -> str:
    result = own.get(one.title)
    if result is None:
        return ""
    words = wording.DONE if finished(one, own) else wording.BEGUN
    return words.format(right=result.right, answered=result.answered, count=len(one.quiz))


def pressed(turn: Turn, data: str) -> Reply:
    """lesson:all, lesson:<n>:p<page>, :done, :q<item>, :a<item><letter>, :end"""
    number, _, deed = data.partition(":")
    if number == "all":
        return _list(turn)
    lesson = lesson_of(turn.rooms.settings, int(number)) if number.isdigit() else None
    if lesson is None:
        return toast(wording.CHANGED)
    if deed.startswith("p") and deed[1:].isdigit():
        return _edited(_page(turn, lesson, int(deed[1:])))
    if turn.in_group:
        return toast(wording.PRIVATE_QUIZ)
    if deed == "done":
        _keep(turn, lesson, records.PRACTICE_ITEM, "done", right=True)
        return toast(wording.PRACTISED_TOAST)
    if deed == "end":
        return _edited(_score(turn, lesson))
    item = int(deed[1:2]) if deed[1:2].isdigit() else 0
    if not 1 <= item <= len(lesson.quiz):
        return toast(wording.CHANGED)
    quiz = lesson.quiz[item - 1]
    if deed[0] == "q":
        return _edited(_question(lesson, item, quiz))
    chosen = deed[2:]
    known = len(chosen) == 1 and chosen in LETTERS[: len(quiz.choices)]
    return _edited(_judged(turn, lesson, item, quiz, chosen)) if known else toast(wording.CHANGED)


def _edited(reply: Reply) -> Reply:
    """In place of the page whose button was pressed."""
    return Reply(reply.text, reply.buttons, edit=True)


def _page(turn: Turn, lesson: Lesson, page: int) -> Reply:
    """What is read, then the articles it rests on, then the practice."""
    pages = [f"**{one.heading}**\n{one.text}" for one in lesson.sections]
    pages += [_basis(turn, title, article) for title, article in lesson.basis]
    pages += [wording.PRACTICE_PAGE.format(text=lesson.practice)] if lesson.practice else []
    page = min(page, len(pages) - 1)
    said = wording.PAGE.format(
        title=lesson.title, page=page + 1, pages=len(pages), text=pages[page] if pages else ""
    )
    turning = []
    if page > 0:
        turning.append(Button(wording.BEFORE, f"lesson:{lesson.number}:p{page - 1}"))
    if page + 1 < len(pages):
        turning.append(Button(wording.NEXT, f"lesson:{lesson.number}:p{page + 1}"))
    rows = [tuple(turning)] if turning else []
    if page + 1 >= len(pages) and not turn.in_group:
        last = (
            [Button(wording.PRACTISED, f"lesson:{lesson.number}:done")] if lesson.practice else []
        )
        last += [Button(wording.QUIZ, f"lesson:{lesson.number}:q1")] if lesson.quiz else []
        rows.append(tuple(last))
    return Reply(said, (*rows, (Button(wording.ALL, "lesson:all"),)))


def _basis(turn: Turn, title: str, article: str) -> str:
    today = beijing_day(turn.now)
    try:
        found = turn.rooms.index.current().article(title, article, as_of=today)
    except IndexerError:
        found = None
    if found is None:
        return wording.BASIS_GONE.format(title=title, article=article)
    text = found.text.strip()
    cut = text[:BASIS_LENGTH] + ("……" if len(text) > BASIS_LENGTH else "")
    return wording.BASIS_PAGE.format(line=quoting.citation_line(found, today), text=cut)


def _question(lesson: Lesson, item: int, quiz: Quiz) -> Reply:
    choices = [f"{LETTERS[at]}. {choice}" for at, choice in enumerate(quiz.choices)]
    text = wording.QUESTION.format(
        title=lesson.title,
        item=item,
        count=len(lesson.quiz),
        question=quiz.question,
        choices="\n".join(choices),
    )
    letters = LETTERS[: len(choices)]
    row = tuple(Button(letter, f"lesson:{lesson.number}:a{item}{letter}") for letter in letters)
    return Reply(text, (row,))


def _judged(turn: Turn, lesson: Lesson, item: int, quiz: Quiz, chosen: str) -> Reply:
    right = chosen == quiz.answer
    _keep(turn, lesson, item, chosen, right=right)
    verdict = (wording.RIGHT if right else wording.WRONG).format(
        chosen=chosen, answer=quiz.answer, choice=quiz.right_choice
    )
    lines = [_question(lesson, item, quiz).text, "", verdict]
    lines += [_basis(turn, *quiz.basis)] if quiz.basis else []
    more = item < len(lesson.quiz)
    label, deed = (wording.NEXT_QUESTION, f"q{item + 1}") if more else (wording.RESULT, "end")
    return Reply("\n".join(lines), ((Button(label, f"lesson:{lesson.number}:{deed}"),),))


def _keep(turn: Turn, lesson: Lesson, item: int, chosen: str, *, right: bool) -> None:
    with turn.rooms.store.session() as s:
        records.answered(
            s,
            person_id=turn.person.id,
            lesson=lesson.title,
            item=item,
            chosen=chosen,
            right=right,
            now=turn.now,
        )


def _score(turn: Turn, lesson: Lesson) -> Reply:
    with turn.rooms.store.reading() as s:
        own = records.results_of(s, turn.person.id)
    result = own.get(lesson.title)
    right, count = result.right if result else 0, len(lesson.quiz)
    more = wording.SCORE_FULL if right == count else wording.SCORE_MORE
    rows: list[tuple[Button, ...]] = [(Button(wording.AGAIN, f"lesson:{lesson.number}:q1"),)]
    every = lessons(turn.rooms.settings)
    later = [one for one in every if not finished(one, own) and one.number > lesson.number]
    rows += [(_open(one, wording.NEXT_LESSON),) for one in later[:1]]
    rows.append((Button(wording.ALL, "lesson:all"),))
    text = wording.SCORE.format(title=lesson.title, right=right, count=count, more=more)
    return Reply(text, tuple(rows))


def overview(turn: Turn) -> Reply:
    """Who has done which lesson; for the desk, never before a group."""
    if turn.scope(Action.TRAINING) is Scope.NONE:
        if turn.in_group:
            return Reply(general.PRIVATE_ONLY)
        return Reply(general.NOT_ALLOWED.format(role=general.ROLES[turn.person.role]))
    every = lessons(turn.rooms.settings)
    with turn.rooms.store.reading() as s:
        staff, found = people.people(s), records.results(s)
    return Reply("\n".join(overview_lines(every, staff, found)))


def overview_lines(
    every: tuple[Lesson, ...],
    staff: tuple[PersonRecord, ...],
    found: Mapping[int, Mapping[str, LessonResult]],
) -> list[str]:
    """By lesson, then by unit and person."""
    lines = [wording.OVERVIEW.format(people=len(staff), lessons=len(every))]
    for one in every:
        begun = [each for each in staff if one.title in found.get(each.id, {})]
        done = sum(finished(one, found[each.id]) for each in begun)
        lines.append(
            wording.OVERVIEW_LESSON.format(
                number=one.number, short=one.short, done=done, begun=len(begun) - done
            )
        )
    for unit in dict.fromkeys(each.unit_name for each in staff):
        rows = [
            wording.OVERVIEW_PERSON.format(
                name=each.name,
                done=sum(finished(one, found.get(each.id, {})) for one in every),
                lessons=len(every),
            )
            for each in staff
            if each.unit_name == unit
        ]
        lines.append(wording.OVERVIEW_UNIT.format(unit=unit, rows="，".join(rows)))
    return lines
