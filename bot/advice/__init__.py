"""Advice on a hard case: the like, the guide, the articles, a step plan, and the risk of a "no"."""

from bot.advice.advising import advise
from bot.advice.records import Advice, Likeness, Past, Step

__all__ = ["Advice", "Likeness", "Past", "Step", "advise"]
