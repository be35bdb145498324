"""What a stage is, and how one went."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import IO

from launcher.preparation.system_packages import SystemPackage

Output = IO[bytes] | None
"""Where a stage's commands write both of their streams; ``None`` is the terminal."""


@dataclass(frozen=True)
class Stage:
    """A part of the tests that passes or fails by itself."""

    name: str
    run: Callable[[Output], int]
    """Its exit status."""
    packages: Sequence[SystemPackage] = ()
    """What it needs of the system."""
    starts_executables: bool = False
    """Starts what the stage ``build`` builds, which therefore runs before it, named or not."""
    on_demand: bool = False
    """Runs only when it is named: it measures the shop under load, and what it finds depends on the machine's speed."""
    shares_machine: bool = False
    """Runs beside the next ones that say so too: it uses one core at most, or waits most of its time."""


@dataclass(frozen=True)
class Outcome:
    """How a stage went."""

    name: str
    status: int
    seconds: float
