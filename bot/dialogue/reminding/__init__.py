"""Reminders in plain Chinese, and the buttons below them."""
