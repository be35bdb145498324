"""Which scenarios the table of methods is about, and how a run of each becomes a bundle."""

from __future__ import annotations

import argparse
import json
import re
import time
from datetime import datetime, timezone
from pathlib import Path

from launcher.commands import down, up
from launcher.configuration.locations import ROOT
from launcher.configuration.run_folder import RunFolder
from launcher.errors import UserError
from launcher.frozen_runs.bundle import Bundle
from launcher.frozen_runs.freezing import freeze, settled_at
from launcher.scoring import questions_of
from launcher.supervision.suite_up import settings_of_suite_up

INCIDENTS = (
    "payment_timeout",
    "cascade_failure",
    "intermittent_error",
    "visa_cache_full",
    "product_db_timeout",
    "payment_gateway_error",
    "duplicate_payment",
    "bad_release",
    "order_backlog",
)
"""One incident each, as the walkthroughs tell them."""
HARDER = ("two_at_once", "growing_load", "near_threshold", "harmless_release")
"""What makes causes hard to find."""
CONTROL = "calm"
"""Nothing is wrong."""
CASES = (*INCIDENTS, *HARDER, CONTROL)

_SCENARIOS = ROOT / "Shared" / "ShopStories" / "scenarios"
_UNITS = {"s": 1, "m": 60, "h": 3600}
_PATIENCE_SECONDS = 180
_LOOK_SECONDS = 1.0
# Ten minutes of nothing tell no more than two.
_CALM_TIME_SCALE = 5.0


def scenario_options(data: Path, scenario: str, seed: int | None, time_scale: float | None) -> argparse.Namespace:
    """What ``./demo up`` is told to start with a scenario."""
    return argparse.Namespace(
        data=data,
        detach=True,
        rate=None,
        arrivals=None,
        scenario=scenario,
        time_scale=time_scale,
        classes=None,
        seed=seed,
        no_load=False,
        browsers=0,
    )


def run_case(scenario: str, seed: int, time_scale: float, data: Path, key: bytes) -> Bundle:
    """Lives through a scenario in a suite of its own and freezes it; the suite is down afterwards.

    Raises ``UserError``.
    """
    folder = RunFolder(data)
    scale = max(time_scale, _CALM_TIME_SCALE) if scenario == CONTROL else time_scale
    before = _journals(folder)
    up.run(scenario_options(data, scenario, seed, scale))
    try:
        journal = _new_journal(folder, before)
        _wait_for_end(journal, scenario, scale)
        left = (settled_at(journal) - datetime.now(timezone.utc)).total_seconds()
        time.sleep(max(left, 0))
        settings = settings_of_suite_up(folder)
        questions_of(journal, lambda: settings)
        return freeze(settings, journal, key)
    finally:
        down.run(argparse.Namespace(data=data))


def _journals(folder: RunFolder) -> set[Path]:
    return {record.parent for record in folder.truth.glob("*/run.json")}


def _new_journal(folder: RunFolder, before: set[Path]) -> Path:
    """That of the run that was just started: on a busy machine its load begins some seconds after all is up."""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while not (new := _journals(folder) - before):
        if time.monotonic() > deadline:
            raise UserError(f"no run has begun in {folder.path}: ./demo logs data-generator says why")
        time.sleep(_LOOK_SECONDS)
    return max(new)


def _wait_for_end(journal: Path, scenario: str, scale: float) -> None:
    written = re.search(r"^duration: *(\d+)([smh])", (_SCENARIOS / f"{scenario}.yaml").read_text(), re.MULTILINE)
    assert written is not None, "every scenario has a duration"
    deadline = time.monotonic() + int(written[1]) * _UNITS[written[2]] / scale + _PATIENCE_SECONDS
    while json.loads((journal / "run.json").read_text()).get("ended_at") is None:
        if time.monotonic() > deadline:
            raise UserError(f"{scenario} has not ended in its time: ./demo logs data-generator says what it does")
        time.sleep(_LOOK_SECONDS)
