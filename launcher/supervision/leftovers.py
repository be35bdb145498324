"""What a suite leaves when its supervisor is gone."""

from __future__ import annotations

from collections.abc import Sequence

from launcher.configuration.run_folder import RunFolder
from launcher.supervision.suite_search import FoundProcess, end, processes_of


def end_leftovers(folder: RunFolder) -> bool:
    """Ends what still runs for a suite whose supervisor does not answer, and says so; whether there was anything.

    Raises ``UserError`` while another launcher starts or stops that suite.
    """
    if not processes_of(folder):
        return False
    with folder.exclusive():
        left = processes_of(folder)
        if not left:
            return False
        end(left)
    print(f"The supervisor in {folder.path} was gone. Ended what it had left: {named(left)}.")
    return True


def named(processes: Sequence[FoundProcess]) -> str:
    """Their names and numbers, in words."""
    return ", ".join(f"{process.name} (pid {process.pid})" for process in sorted(processes, key=lambda each: each.pid))
