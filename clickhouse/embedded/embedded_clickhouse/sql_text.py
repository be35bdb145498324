"""Names and texts as SQL writes them."""

from __future__ import annotations


def identifier(name: str) -> str:
    """The name as SQL writes it."""
    return "`" + name.replace("\\", "\\\\").replace("`", "\\`") + "`"


def string(text: str) -> str:
    """The text as a SQL literal."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
