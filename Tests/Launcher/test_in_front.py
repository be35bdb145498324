"""Without ``--detach`` the suite lives exactly as long as the launcher."""

from __future__ import annotations

import os
import signal

import pytest

from conftest import HANG_GUARD_SECONDS, DemoSuite, wait_until


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


def test_killing_the_supervisor_outright_leaves_nothing_behind(suite: DemoSuite) -> None:
    assert suite.up().returncode == 0
    supervisor = int((suite.data / "supervisord.pid").read_text())
    os.kill(supervisor, signal.SIGKILL)
    wait_until(lambda: suite.process_ids() == [], "everything has ended")
    assert suite.up().returncode == 0


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
