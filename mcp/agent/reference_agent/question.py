"""A question as ``questions.json`` has it, and an answer as docs/ground-truth.md wants it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime, timezone
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Question:
    """What went wrong in this stretch of time?"""

    name: str
    begin: datetime
    end: datetime


@dataclass(frozen=True)
class Operation:
    """A service, and a span's name in it."""

    service: str
    name: str

    def document(self) -> dict[str, str]:
        """As the answer writes it."""
        return {"service": self.service, "operation": self.name}


@dataclass
class Cause:
    """One of the things that went wrong."""

    operation: Operation
    mechanism: str | None = None

    def document(self) -> dict[str, str]:
        """As the answer writes it."""
        said = {} if self.mechanism is None else {"mechanism": self.mechanism}
        return {**self.operation.document(), **said}


@dataclass
class Answer:
    """The finding; without a root it says that nothing was wrong."""

    question: str
    root: Operation | None = None
    mechanism: str | None = None
    also: list[Cause] = field(default_factory=list)
    """What went wrong at the same time, by itself."""
    path: list[tuple[Operation, Operation]] = field(default_factory=list)
    onset: datetime | None = None
    because: list[str] = field(default_factory=list)
    """Sentences for people, in the order of the investigation."""
    given: dict[str, Any] | None = None
    """What somebody else answered, as it was handed in: the scorer reads it as it reads any other."""

    def document(self) -> dict[str, Any]:
        """As the scorer reads it."""
        if self.given is not None:
            return {"question": self.question, **self.given}
        found: dict[str, Any] = {"question": self.question, "root": []}
        if self.root is not None:
            causes = [Cause(self.root, self.mechanism), *self.also]
            found["root"] = [cause.document() for cause in causes]
            found["path"] = [{"from": a.document(), "to": b.document()} for a, b in self.path]
            if self.onset is not None:
                found["times"] = {"onset": self.onset.isoformat().replace("+00:00", "Z")}
        return found


def read_questions(path: Path) -> list[Question]:
    """The questions of a file. Raises ``OSError``, ``ValueError`` or ``KeyError`` for what is none."""
    return [
        Question(each["question"], _moment(each["from"]), _moment(each["to"]))
        for each in json.loads(path.read_text())["questions"]
    ]


def sql_time(moment: datetime) -> str:
    """The instant as SQL writes it, for columns in UTC."""
    return moment.astimezone(timezone.utc).strftime("%Y-%m-%d %H:%M:%S")


def _moment(text: str) -> datetime:
    whole, _, fraction = text.rstrip("Z").partition(".")
    seconds = datetime.strptime(whole, "%Y-%m-%dT%H:%M:%S").replace(tzinfo=timezone.utc)
    return seconds.replace(microsecond=int((fraction + "000000")[:6]))
