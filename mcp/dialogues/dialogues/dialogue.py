"""What a dialogue is made of, apart from how it is shown."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from reference_agent.question import Question
from reference_agent.telemetry import Telemetry


@dataclass(frozen=True)
class Subject:
    """What a dialogue is about."""

    begin: datetime
    end: datetime
    text: str = ""
    """What the asker quotes: a part of a service's name, or an error's words."""
    vector: Sequence[float] = ()
    """The embedding of the text; empty where nothing could embed it."""
    model: str = ""
    """Whose embedding it is."""

    @property
    def question(self) -> Question:
        """As the reference agent takes it."""
        return Question("dialogue", self.begin, self.end)


@dataclass
class Verdict:
    """What the one who asked is told in the end."""

    says: str = ""
    because: list[str] = field(default_factory=list)
    """A sentence each, with the numbers that it is concluded from."""


@dataclass(frozen=True)
class Dialogue:
    """A question that people ask, and how it is gone about."""

    name: str
    asks: Callable[[Subject], str]
    """The question in the asker's words."""
    hold: Callable[[Telemetry, Subject, Verdict], Awaitable[None]]
    """Asks the telemetry and fills the verdict in as it goes: when a budget is spent, what is known stands."""
