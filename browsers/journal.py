"""What the visits did, in the folder of the load generator's run: ``browsers.jsonl`` beside ``journal.jsonl``.

Two processes that append to one file would have to agree on its bound, and on how many lines are missing. So each has a
file of its own; the lines are the same, and whoever scores a run reads both.
"""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from requests_seen import SeenRequest

FILE = "browsers.jsonl"
NAMED_VISITS = "visitors.json"
MAXIMUM_BYTES = 256 << 20
"""What the file may become: about half a million requests. The rest is dropped and counted."""


@dataclass(frozen=True)
class Visiting:
    """The visit that a request belongs to."""

    visit: str
    user: str
    visitor_class: str
    journey: str


class Run:
    """The folder of one run."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._writing = threading.Lock()
        self.dropped = 0

    @property
    def is_open(self) -> bool:
        """Whether the run goes on."""
        record = _record(self.folder)
        return record is not None and record.get("ended_at") is None

    def append(self, visiting: Visiting, step: str, request: SeenRequest, expected: tuple[int, ...]) -> None:
        """Writes a request down, wholly or not at all; what cannot be written is dropped and counted."""
        actual = {"status": request.status} if request.status is not None else {"error": _reason(request.problem)}
        line = {
            "request_id": os.urandom(8).hex(),
            "trace_id": request.trace,
            "visit_id": visiting.visit,
            "user": visiting.user,
            "class": visiting.visitor_class,
            "journey": visiting.journey,
            "step": step,
            "method": request.method,
            "path": request.path,
            "intended_at": moment(request.started),
            "started_at": moment(request.started),
            "duration_ns": request.duration,
            "expected": {"statuses": sorted(expected)},
            "actual": actual,
            "incident_id": None,
        }
        text = (json.dumps(line, separators=(",", ":")) + "\n").encode()
        with self._writing:
            try:
                with open(self.folder / FILE, "ab", buffering=0) as file:
                    if file.tell() + len(text) > MAXIMUM_BYTES:
                        raise OSError
                    file.write(text)
            except OSError:
                self.dropped += 1


def open_run(journal: Path) -> Run | None:
    """The newest run of a journal's folder that goes on; ``None`` while there is none."""
    going_on = [
        (record["started_at"], folder) for folder, record in _records(journal) if record.get("ended_at") is None
    ]
    return Run(max(going_on)[1]) if going_on else None


@dataclass(frozen=True)
class NamedVisit:
    """A visit that the scenario wants: who comes, and when."""

    email: str
    due: float
    """Seconds since 1970."""


def named_visits(run: Run) -> list[NamedVisit]:
    """Those that the load generator has left for browsers in the folder of its run."""
    try:
        told = json.loads((run.folder / NAMED_VISITS).read_text())
        return [NamedVisit(each["email"], _seconds(each["due_at"])) for each in told["visitors"]]
    except (OSError, ValueError, KeyError, TypeError):
        return []


def moment(nanoseconds: int) -> str:
    """As RFC 3339 in UTC, with nine digits of a second."""
    seconds, rest = divmod(nanoseconds, 1_000_000_000)
    return f"{datetime.fromtimestamp(seconds, timezone.utc):%Y-%m-%dT%H:%M:%S}.{rest:09d}Z"


def _seconds(text: str) -> float:
    return datetime.strptime(text[:19], "%Y-%m-%dT%H:%M:%S").replace(tzinfo=timezone.utc).timestamp()


def _records(journal: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    try:
        folders = [each for each in journal.iterdir() if each.is_dir()]
    except OSError:
        return
    for folder in folders:
        record = _record(folder)
        if record is not None and not record.get("made"):
            yield folder, record


def _record(folder: Path) -> dict[str, Any] | None:
    try:
        record: dict[str, Any] = json.loads((folder / "run.json").read_text())
    except (OSError, ValueError):
        return None
    return record if isinstance(record.get("started_at"), str) else None


def _reason(problem: str | None) -> str:
    """The generator's words for why there is no answer."""
    said = problem or ""
    words = {"REFUSED": "refused", "TIMED_OUT": "timeout", "RESET": "reset", "ABORTED": "reset"}
    words.update({"CLOSED": "closed", "EMPTY": "closed"})
    return next((reason for mark, reason in words.items() if mark in said), "malformed")
