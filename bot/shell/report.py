"""zhiban report: the papers of analysis; each has a file of its own."""

from __future__ import annotations

import typer

from bot.shell import (
    report_forecast,
    report_hot,
    report_monthly,
    report_pivot,
    report_retrospective,
)

app = typer.Typer(help="分析报告。", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """Keeps each report a verb of its own."""


report_monthly.add_to(app)
report_retrospective.add_to(app)
report_forecast.add_to(app)
report_hot.add_to(app)
report_pivot.add_to(app)
