"""Stages run in their order, side by side where they may, and none hides another's failure."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from launcher.stages import Output, Stage, run_all, summarize

HANG_GUARD_SECONDS = 60


def writes(*lines: str, before: Callable[[], object] = lambda: None, status: int = 0) -> Callable[[Output], int]:
    def run(output: Output) -> int:
        for line in lines:
            before()
            if output is None:
                print(line)
            else:
                output.write(f"{line}\n".encode())
        return status

    return run


def test_those_that_share_the_machine_overlap_and_their_lines_are_not_mixed(
    monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    # Neither writes a line before the other is as far.
    together = threading.Barrier(2, timeout=HANG_GUARD_SECONDS)
    stages = [
        Stage(name, writes(f"{name} 1", f"{name} 2", before=together.wait), shares_machine=True)
        for name in ("left", "right")
    ]
    assert [(outcome.name, outcome.status) for outcome in run_all(stages)] == [("left", 0), ("right", 0)]
    printed = capfdbinary.readouterr().out.decode()
    for name in ("left", "right"):
        heading, first, second = next(part for part in printed.split("── ") if part.startswith(name)).splitlines()[:3]
        assert (first, second) == (f"{name} 1", f"{name} 2"), heading


def test_those_that_need_it_alone_keep_their_order() -> None:
    order: list[str] = []

    def run(name: str) -> Callable[[Output], int]:
        def note(_: Output) -> int:
            order.append(name)
            return 0

        return note

    run_all(
        [
            Stage("build", run("build")),
            Stage("beside", run("beside"), shares_machine=True),
            Stage("alone", run("alone")),
            Stage("beside again", run("beside again"), shares_machine=True),
        ]
    )
    assert order == ["build", "beside", "alone", "beside again"]


def test_the_first_failure_decides_and_the_others_run_all_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    outcomes = run_all(
        [
            Stage("broken", writes(status=3), shares_machine=True),
            Stage("whole", writes(), shares_machine=True),
            Stage("late", writes(status=4)),
        ]
    )
    assert [outcome.status for outcome in outcomes] == [3, 0, 4]
    assert summarize(outcomes, 1) == 3
    printed = capsys.readouterr().out
    assert "3 stages, 2 failed, 1.0 s" in printed
    assert "✗ broken" in printed
    assert "exit status 3" in printed
