"""Numbers as a sentence says them."""

from __future__ import annotations

from typing import Any


def figure(value: Any) -> str:
    """A number without digits that say nothing."""
    return f"{float(value):.3f}".rstrip("0").rstrip(".")


def counted(count: Any, what: str) -> str:
    """``1 trace``, ``2 traces``."""
    return f"{count} {what}" if int(count) == 1 else f"{count} {what}s"
