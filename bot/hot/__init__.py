"""Hot topics and repeats: cases or a sheet of texts -> clusters -> a report."""

from bot.hot.found import HotScope, of_cases
from bot.hot.sheet import of_sheet

__all__ = ["HotScope", "of_cases", "of_sheet"]
