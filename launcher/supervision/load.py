"""What the data generator is to send."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass

from launcher.configuration.locations import executables
from launcher.errors import UserError

_CHECK_SECONDS = 20.0


@dataclass(frozen=True)
class Load:
    """The options of the data generator that ``./demo up`` passes on."""

    seed: int = 1
    rate: float | None = None
    arrivals: str | None = None
    scenario: str | None = None
    time_scale: float | None = None
    classes: str | None = None

    def command(self) -> tuple[str, ...]:
        """The program and its options."""
        scenario = self.scenario
        if scenario is not None and _is_file(scenario):
            # The generator runs in another folder than the person who named the file.
            scenario = os.path.abspath(os.path.expanduser(scenario))
        options = {
            "--rate": None if self.rate is None else f"{self.rate:.10g}",
            "--arrivals": self.arrivals,
            "--scenario": scenario,
            "--time-scale": None if self.time_scale is None else f"{self.time_scale:.10g}",
            "--classes": self.classes,
            "--seed": str(self.seed),
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


def _is_file(scenario: str) -> bool:
    return "/" in scenario or scenario.endswith((".yaml", ".yml"))
