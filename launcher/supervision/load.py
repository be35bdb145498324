"""What the data generator is to send."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from launcher.configuration.locations import ROOT, executables
from launcher.errors import UserError

CALM = "calm"
"""The scenario in which nothing breaks."""
CONFIGURATION = ROOT / "data-generator" / "config.yaml"
"""What the load does where neither the environment nor the command line says it."""
_CHECK_SECONDS = 20.0


@dataclass(frozen=True)
class Load:
    """The options of the data generator that ``./demo up`` passes on; the others it takes from the environment."""

    seed: int | None = None
    rate: float | None = None
    arrivals: str | None = None
    scenario: str | None = None
    """The story that is told once."""
    everyday: str | None = None
    """The story that is told again and again when no other is asked for."""
    time_scale: float | None = None
    classes: str | None = None
    browsers: int = 0
    """How many visitors with a real browser come beside it, to whom it leaves those whom the scenario names."""

    @property
    def breaks_things(self) -> bool:
        """Whether the scenario may lay weaknesses bare."""
        return self.name not in (None, CALM)

    @property
    def name(self) -> str | None:
        """What is told."""
        return self.scenario or self.everyday

    @property
    def variables(self) -> dict[str, str]:
        """What the generator is told by environment."""
        story = {"LOAD_SCENARIO": _absolute(self.everyday)} if self.everyday else {}
        visitors = {"LOAD_NAMED_VISITORS": "browsers"} if self.browsers else {}
        return {"LOAD_CONFIG": os.environ.get("LOAD_CONFIG") or str(CONFIGURATION), **story, **visitors}

    def command(self) -> tuple[str, ...]:
        """The program and its options."""
        options = {
            "--rate": None if self.rate is None else f"{self.rate:.10g}",
            "--arrivals": self.arrivals,
            "--scenario": None if self.scenario is None else _absolute(self.scenario),
            "--time-scale": None if self.time_scale is None else f"{self.time_scale:.10g}",
            "--classes": self.classes,
            "--seed": None if self.seed is None else str(self.seed),
        }
        given = [word for name, value in options.items() if value is not None for word in (name, value)]
        return (str(executables() / "data-generator"), *given)

    def check(self, environment: Mapping[str, str]) -> None:
        """Asks the generator itself whether it can use its options. Raises ``UserError`` with its reason."""
        command = [*self.command(), "--check"]
        try:
            answer = subprocess.run(
                command, env=environment, capture_output=True, text=True, timeout=_CHECK_SECONDS, check=False
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise UserError(f"data-generator could not be asked about its options: {error}") from None
        if answer.returncode != 0:
            lines = (answer.stderr or answer.stdout).strip().splitlines()
            raise UserError(
                lines[0].removeprefix("Error: ") if lines else f"{command[0]} refused its options", exit_status=2
            )


def everyday_story(environment: Mapping[str, str]) -> str | None:
    """The story that is told again and again: the environment's, or the one of the generator's configuration."""
    if told := environment.get("LOAD_SCENARIO"):
        return told
    try:
        written = Path(environment.get("LOAD_CONFIG") or CONFIGURATION).read_text()
    except OSError:
        # The generator says so itself, in one line.
        return None
    found = re.search(r"^LOAD_SCENARIO:[ \t]*['\"]?([^\s'\"#]+)", written, re.MULTILINE)
    return found and found[1]


def _absolute(scenario: str) -> str:
    """The generator runs in another folder than the person who named a file."""
    is_file = "/" in scenario or scenario.endswith((".yaml", ".yml"))
    return os.path.abspath(os.path.expanduser(scenario)) if is_file else scenario
