"""How numbers are written in Chinese papers; text and table use the same function."""

from __future__ import annotations

NOTHING = "—"


def per_cent(rate: float | None) -> str:
    """0.9469 -> "94.69%"; a dash where nothing was to be measured."""
    return NOTHING if rate is None else f"{rate * 100:.2f}%"


def signed_per_cent(share: float | None) -> str:
    """A change: "+12.50%", "-3.00%"."""
    return NOTHING if share is None else f"{share * 100:+.2f}%"


def hours_text(hours: float | None) -> str:
    """A duration: "2.5 小时", from two days on "3.1 天"."""
    if hours is None:
        return NOTHING
    return f"{hours:.1f} 小时" if hours < 48 else f"{hours / 24:.1f} 天"


def per_10_000_text(value: float | None) -> str:
    """Cases for every 10,000 residents: "12.3 件"; a dash where the residents are not known."""
    return NOTHING if value is None else f"{value:.1f} 件"
