"""Without ``--detach`` the suite lives exactly as long as the launcher."""

from __future__ import annotations

import json
import os
import signal
import subprocess

import pytest

from conftest import HANG_GUARD_SECONDS, DemoSuite, supervisor_of, wait_until


@pytest.mark.parametrize(
    ("number", "status"), [(signal.SIGINT, 0), (signal.SIGTERM, 128 + 15), (signal.SIGHUP, 128 + 1)]
)
def test_a_signal_stops_all_of_it(suite: DemoSuite, number: signal.Signals, status: int) -> None:
    launcher = suite.up_in_front()
    assert len(suite.process_ids()) >= 7
    launcher.send_signal(number)
    assert launcher.wait(HANG_GUARD_SECONDS) == status
    assert suite.process_ids() == []


def test_killing_the_launcher_outright_stops_all_of_it(suite: DemoSuite) -> None:
    suite.up_in_front().kill()
    wait_until(lambda: suite.process_ids() == [], "everything has ended")


def test_the_processes_are_killed_with_their_supervisor(suite: DemoSuite) -> None:
    assert suite.up(STAND_IN_STUBBORN="collector").returncode == 0
    os.kill(supervisor_of(suite), signal.SIGKILL)
    wait_until(lambda: suite.process_ids() == [], "everything has ended")
    assert suite.demo("status").returncode == 3
    assert suite.up().returncode == 0


@pytest.mark.parametrize("command", ["up", "down"])
def test_what_a_supervisor_left_is_named_and_ended(suite: DemoSuite, command: str) -> None:
    assert suite.up().returncode == 0
    environment = dict(
        each.split("=", 1)
        for each in open(f"/proc/{suite.status()['collector']['pid']}/environ").read().split("\0")
        if "=" in each
    )
    assert suite.demo("down").returncode == 0
    # What slipped its leash holds a port and ignores the first word.
    left = subprocess.Popen(
        [str(suite.binaries / "collector")],
        env={**environment, "STAND_IN_STUBBORN": "collector"},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert left.stdout is not None and left.stdout.readline()
        status = suite.demo("status")
        assert status.returncode == 3
        assert f"collector (pid {left.pid})" in status.stdout
        assert json.loads(suite.demo("status", "--json").stdout)[0]["pid"] == left.pid
        ended = suite.up() if command == "up" else suite.demo("down")
        assert ended.returncode == 0, ended.stderr
        assert f"collector (pid {left.pid})" in ended.stdout
        assert left.wait(HANG_GUARD_SECONDS) == -signal.SIGKILL
        assert all(process["healthy"] for process in suite.status().values())
    finally:
        left.kill()
        left.wait()
        assert left.stdout is not None
        left.stdout.close()


def test_ctrl_c_while_starting_leaves_nothing_behind(suite: DemoSuite) -> None:
    launcher = suite.start_in_front(STAND_IN_SILENT="payment-service")
    assert launcher.stdout is not None
    for line in launcher.stdout:
        if "inventory-service" in line:
            break
    launcher.send_signal(signal.SIGINT)
    assert launcher.wait(HANG_GUARD_SECONDS) == 130
    assert suite.process_ids() == []


def test_down_from_elsewhere_ends_the_one_in_front(suite: DemoSuite) -> None:
    launcher = suite.up_in_front()
    assert suite.demo("down").returncode == 0
    assert launcher.wait(HANG_GUARD_SECONDS) == 0
    assert suite.process_ids() == []


def test_a_restart_is_told_in_front(suite: DemoSuite) -> None:
    launcher = suite.up_in_front()
    os.kill(suite.status()["collector"]["pid"], signal.SIGKILL)
    assert launcher.stdout is not None
    assert any("collector ended and was started again (restart 1)" in line for line in launcher.stdout)
