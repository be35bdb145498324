"""Plain aligned columns."""

from __future__ import annotations

import re
from collections.abc import Sequence

_COLOUR = re.compile(r"\x1b\[[0-9;]*m")


def visible_width(text: str) -> int:
    """Columns that the text takes on a terminal, colours aside."""
    return len(_COLOUR.sub("", text))


def table(rows: Sequence[Sequence[str]], right: frozenset[int] = frozenset(), gap: int = 3) -> list[str]:
    """The rows as lines; columns in ``right`` are aligned to the right."""
    widths = [max(visible_width(cell) for cell in column) for column in zip(*rows)]
    lines = []
    for row in rows:
        cells = []
        for index, cell in enumerate(row):
            padding = " " * (widths[index] - visible_width(cell))
            cells.append(padding + cell if index in right else cell + padding)
        lines.append((" " * gap).join(cells).rstrip())
    return lines
