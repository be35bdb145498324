"""The processes of a suite as a table, or as short lines where the terminal is narrow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from launcher.terminal.style import Style
from launcher.terminal.table import table, visible_width

_UNSEEN = "telemetry is not sent here: healthy says that a service answers, not that its telemetry arrives"
_TITLES = ("process", "state", "pid", "port", "uptime", "restarts", "memory", "last row", "lost")


@dataclass(frozen=True)
class ProcessStatus:
    """One process as ``status --json`` prints it."""

    name: str
    state: str
    pid: int | None
    port: int | None
    healthy: bool
    """Whether it answers and, where it is a service, is heard of."""
    silent: bool
    """Whether ClickHouse has no recent row of a service that answers."""
    elsewhere: bool
    """Whether it sends its telemetry elsewhere or nowhere: then healthy says only that it answers."""
    restarts: int
    rss_bytes: int | None
    pss_bytes: int | None
    """Resident memory with each shared page divided among its users: what may be added up."""
    uptime_seconds: int | None
    last_row_seconds: float | None
    """How old its newest stored row is; ``None`` when there is none within an hour."""
    items_lost: int | None
    """Spans, log records and data points that it has lost, by its own count."""


def status_table(
    statuses: Sequence[ProcessStatus], supervisor: int, supervisor_bytes: int | None, style: Style, columns: int
) -> list[str]:
    """All of it within ``columns`` where that can be done."""
    # The libraries that the processes share count once here, and for each of them in the rows.
    shares = [status.pss_bytes or status.rss_bytes or 0 for status in statuses]
    together = _megabytes(sum(shares) + (supervisor_bytes or 0))
    rows = [[style.dim(title) for title in _TITLES], *(_row(status, style) for status in statuses)]
    lines = [f"  {line}" for line in table(rows, right=frozenset(range(2, len(_TITLES))))]
    note = f"together {together}, shared pages counted once, with the supervisor (pid {supervisor})"
    unseen = [f"  {style.dim(_UNSEEN)}"] if any(status.elsewhere for status in statuses) else []
    if max(visible_width(line) for line in [*lines, f"  {note}", *unseen]) <= columns:
        return [*lines, "", f"  {style.dim(note)}", *unseen]
    return [line for status in statuses for line in _short(status, style)] + [
        style.dim(f"together {together}"),
        *unseen,
    ]


def _row(status: ProcessStatus, style: Style) -> list[str]:
    return [
        style.bold(status.name),
        _state(status, style),
        str(status.pid or "-"),
        str(status.port or "-"),
        _duration(status.uptime_seconds),
        style.yellow(str(status.restarts)) if status.restarts else "0",
        _megabytes(status.rss_bytes),
        _last_row(status),
        _lost(status, style),
    ]


def _short(status: ProcessStatus, style: Style) -> list[str]:
    lines = [f"{style.bold(status.name)} {_state(status, style)}"]
    known = [
        f"pid {status.pid}" if status.pid else "",
        f":{status.port}" if status.port else "",
        _megabytes(status.rss_bytes) if status.rss_bytes else "",
        style.yellow(f"{status.restarts} restarts") if status.restarts else "",
    ]
    lines.append("  " + style.dim(" ".join(word for word in known if word)))
    if status.last_row_seconds is not None or status.items_lost:
        lines.append("  " + style.dim(f"row {_last_row(status)}, lost {status.items_lost or 0}"))
    return [line for line in lines if line.strip()]


def _state(status: ProcessStatus, style: Style) -> str:
    if status.healthy:
        return style.green("healthy")
    if status.silent:
        return style.yellow("no telemetry")
    if status.state == "exited":
        return style.dim("done")
    return style.yellow("no answer") if status.pid else style.red(status.state)


def _lost(status: ProcessStatus, style: Style) -> str:
    if status.items_lost is None:
        return "-"
    return style.red(f"{status.items_lost:,}") if status.items_lost else "0"


def _last_row(status: ProcessStatus) -> str:
    if status.last_row_seconds is None:
        return "elsewhere" if status.elsewhere else "-"
    return f"{_duration(int(status.last_row_seconds))} ago"


def _duration(seconds: int | None) -> str:
    if seconds is None:
        return "-"
    if seconds < 60:
        return f"{seconds} s"
    if seconds < 3600:
        return f"{seconds // 60} m {seconds % 60:02} s"
    return f"{seconds // 3600} h {seconds % 3600 // 60:02} m"


def _megabytes(count: int | None) -> str:
    return "-" if count is None else f"{count / 1_000_000:.1f} MB"
