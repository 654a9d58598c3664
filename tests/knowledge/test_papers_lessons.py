"""Lessons hold three quiz questions each, readable by a program, with one right answer."""

from __future__ import annotations

import re
from collections import Counter

from eval.paper_citations import citations
from eval.papers import sheets

_QUIZ = re.compile(
    r"题：(.+?) 选项：A\. (.+?) B\. (.+?) C\. (.+?) 答案：([ABC]) 依据：(《[^《》]+》第.+条)"
)


def test_each_lesson_asks_three_questions_with_three_options_an_answer_and_its_rule() -> None:
    lessons = [sheet for sheet in sheets() if sheet.kind == "lesson"]
    assert len(lessons) >= 12
    answers: Counter[str] = Counter()
    for sheet in lessons:
        lines = [line for line in sheet.passages[-1].text.splitlines() if line.strip()]
        quizzes = [found for line in lines if (found := _QUIZ.fullmatch(line.strip()))]
        assert len(quizzes) == len(lines) == 3, sheet.name
        for quiz in quizzes:
            assert len({*quiz.groups()[1:4]}) == 3, sheet.name
            assert len(list(citations(quiz[6]))) == 1, sheet.name
            answers[quiz[5]] += 1
    assert max(answers.values()) < sum(answers.values()) / 2  # no letter gives itself away
