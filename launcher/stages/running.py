"""Runs stages in their order, and those that share the machine side by side."""

from __future__ import annotations

import itertools
import os
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from launcher.stages.stage import Outcome, Output, Stage
from launcher.terminal.style import for_stream


def run_all(stages: Sequence[Stage]) -> list[Outcome]:
    """Runs every stage, also after one has failed."""
    outcomes: list[Outcome] = []
    for shares, group in itertools.groupby(stages, key=lambda stage: stage.shares_machine):
        together = list(group)
        outcomes += _side_by_side(together) if shares else [_one(stage) for stage in together]
    return outcomes


def _one(stage: Stage) -> Outcome:
    print(_heading(stage), flush=True)
    return _timed(stage, None)


def _side_by_side(stages: Sequence[Stage]) -> list[Outcome]:
    """As many at once as there are cores; what each wrote is printed when it ends, so that no two are mixed."""
    if len(stages) == 1:
        return [_one(stages[0])]
    printing = threading.Lock()

    def run(stage: Stage) -> Outcome:
        with tempfile.TemporaryFile() as output:
            outcome = _timed(stage, output)
            output.seek(0)
            with printing:
                print(_heading(stage), flush=True)
                sys.stdout.buffer.write(output.read())
                sys.stdout.flush()
        return outcome

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return list(pool.map(run, stages))


def _timed(stage: Stage, output: Output) -> Outcome:
    began = time.monotonic()
    return Outcome(stage.name, stage.run(output), time.monotonic() - began)


def _heading(stage: Stage) -> str:
    return for_stream(sys.stdout).bold(f"── {stage.name} " + "─" * max(0, 60 - len(stage.name)))
