"""How a question and its answer are laid out: lines of text that are pleasant to read, on a screen and on a page."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Sequence
from typing import Any

from reference_agent.telemetry import Heard

from dialogues.wording import figure

_ROWS = 6
_LINES = 30
_SQL_LINES = 14
_SQL_WIDTH = 116
_CELL = 44
_WIDE_CELL = 76
_VECTOR = re.compile(r"\[(-?[0-9.e-]+), (-?[0-9.e-]+)(?:, -?[0-9.e-]+){8,}\]")
_TIME = re.compile(r"\d{4}-\d\d-\d\d[ T](\d\d:\d\d:\d\d(?:\.\d)?)[0-9.]*(?:Z|\+00:00)?")
_BARS = "▁▂▃▄▅▆▇█"

# Of what has more columns than fit beside one another, those that tell most.
_COLUMNS = {
    "agent_change_by_operation": "ServiceName SpanName CallsNow ErrorsBefore ErrorsNow P95MsBefore P95MsNow",
    "agent_change_by_template": "ServiceName Template Cause CountBefore CountNow",
    "agent_change_by_gauge": "ServiceName MetricName MeanBefore MeanNow MaxNow",
    "agent_change_by_attribute": "Name Value CallsBefore CallsNow ErrorsNow",
    "agent_anomalous_traces": "Timestamp SpanName DurationMs Errors Score Reason",
    "agent_sessions": "Timestamp SpanName Status DurationMs IsThisTrace",
    "AS Blamed": "ServiceName Blamed Origins Traces Excess Types",
}
_SIMILAR = frozenset(["Distance", "IsSimilar", "Error"])


def sql_lines(sql: str) -> list[str]:
    """A statement in lines of moderate length; the middle of a very long one is left out, and a vector's."""
    shown = _VECTOR.sub(lambda found: f"[{found[1]}, {found[2]}, … {found[0].count(',') + 1} numbers]", sql.strip())
    if "\n" not in shown:
        shown = re.sub(r" (FROM|WHERE|GROUP BY|ORDER BY) ", r"\n\1 ", shown) if len(shown) > _SQL_WIDTH else shown
    lines = [line for each in shown.splitlines() for line in _folded(each)]
    if len(lines) <= _SQL_LINES:
        return lines
    kept = _SQL_LINES - 4
    return [*lines[:kept], f"-- … {len(lines) - kept - 3} lines …", *lines[-3:]]


def answer_lines(heard: Heard) -> list[str]:
    """The answer as a table, a drawing or the text that it is."""
    if not heard.rows:
        return ["(nothing)"]
    if heard.columns == ["Line"]:
        return _text(heard)
    if heard.columns == ["At", "Requests", "Bad"]:
        return _course(heard.rows)
    if "Course" in heard.columns:
        return _table(heard.columns, [{**row, "Course": _drawn(row["Course"])} for row in heard.rows])
    if _SIMILAR <= set(heard.columns):
        return _similar(heard.rows)
    if len(heard.columns) <= 7:
        return _table(heard.columns, heard.rows)
    return _table(_chosen(heard), heard.rows)


def _chosen(heard: Heard) -> list[str]:
    named = next((names.split() for sign, names in _COLUMNS.items() if sign in heard.sql), [])
    # A statement may take a view and give columns of its own.
    return named if named and set(named) <= set(heard.columns) else heard.columns[:8]


def _text(heard: Heard) -> list[str]:
    lines = [str(row["Line"]) for row in heard.rows]
    if "agent_guide" in heard.sql:
        return [lines[0], f"… {len(lines) - 1} lines of tables, units, limits and views"]
    if len(lines) <= _LINES:
        return lines
    return [*lines[:_LINES], f"… {len(lines) - _LINES} more lines"]


def _course(rows: Sequence[dict[str, Any]]) -> list[str]:
    """A share over time, a character for each step."""
    shares = [int(row["Bad"]) / max(int(row["Requests"]), 1) for row in rows]
    bars = _bars(shares)
    bad, of = sum(int(row["Bad"]) for row in rows), sum(int(row["Requests"]) for row in rows)
    begin, end = _short(rows[0]["At"]), _short(rows[-1]["At"])
    folded = [bars[place : place + 96] for place in range(0, len(bars), 96)]
    return [
        *folded,
        f"{begin} to {end}, a step of 5 s each: {bad} of {of}, at most {100 * max(shares):.1f} % in one step",
    ]


def _drawn(course: Sequence[Sequence[Any]]) -> str:
    return _bars([int(part) / max(int(whole), 1) for _, whole, part in course])


def _bars(shares: Sequence[float]) -> str:
    most = max(*shares, 0.001)
    return "".join(_BARS[min(int(share / most * len(_BARS)), len(_BARS) - 1)] for share in shares)


def _similar(rows: Sequence[dict[str, Any]]) -> list[str]:
    """One under another: a cause and a remedy are sentences."""
    lines = []
    # What has a remedy comes first.
    near = sorted((row for row in rows if row["IsSimilar"]), key=lambda row: not row.get("Resolution"))
    shown = near[:3] or rows[:1]
    for row in shown:
        near = "near enough" if row["IsSimilar"] else "too far"
        words = f"{row['Error']}: {row['Cause']}" if row["Cause"] and not row.get("Resolution") else row["Error"]
        lines.append(f"{float(row['Distance']):.3f} {near}   {row.get('Kind', 'past error')}, {row['ServiceName']}")
        lines += _indented(str(words), 4)
        lines.append(f"    {row['Count']} times, the last time at {str(row['LastSeen'])[:19]}")
        if row.get("Resolution"):
            lines += [*_indented(f"cause   {row['Cause']}", 12), *_indented(f"remedy  {row['Resolution']}", 12)]
    if len(rows) > len(shown):
        lines.append(f"… {len(rows) - len(shown)} more")
    return lines


def _table(columns: Sequence[str], rows: Sequence[dict[str, Any]]) -> list[str]:
    shown = rows[:_ROWS]
    columns = [column for column in columns if any(row[column] not in ("", None) for row in shown)]
    # A single column of sentences may be wide; several may not.
    wide = _WIDE_CELL if len(columns) <= 6 else _CELL
    cells = [[_cell(row[column], wide) for column in columns] for row in shown]
    numbers = [all(_is_number(row[column]) for row in shown) for column in columns]
    widths = [max(len(name), *(len(row[place]) for row in cells)) for place, name in enumerate(columns)]
    lines = []
    for row in [list(columns), *cells]:
        padded = [cell.rjust(width) if right else cell.ljust(width) for cell, width, right in zip(row, widths, numbers)]
        lines.append("  ".join(padded).rstrip())
    if len(rows) > _ROWS:
        lines.append(f"… {len(rows) - _ROWS} more")
    return lines


def _cell(value: Any, most: int) -> str:
    if value is None:
        return "-"
    if isinstance(value, float):
        return figure(value)
    if isinstance(value, (list, tuple)):
        value = ", ".join(str(each) for each in value)
    text = _short(value)
    if len(text) == 32 and re.fullmatch("[0-9a-f]{32}", text):
        return text
    return text if len(text) <= most else text[: most - 1] + "…"


def _short(value: Any) -> str:
    text = str(value)
    moment = _TIME.fullmatch(text)
    if moment is not None:
        # The day is the same throughout, and what was never seen has none.
        return "never" if text.startswith("1970-01-01") else moment[1]
    return text.replace("\n", " ")


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _folded(line: str) -> list[str]:
    indent = " " * (len(line) - len(line.lstrip()) + 4)
    return textwrap.wrap(
        line, _SQL_WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    ) or [line]


def _indented(text: str, further: int) -> list[str]:
    return textwrap.wrap(text, 104, initial_indent="    ", subsequent_indent=" " * further, break_on_hyphens=False)
