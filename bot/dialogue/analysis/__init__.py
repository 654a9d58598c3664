"""Counts, reports, forecasts, retrospectives and measures in chat."""
