"""A suite comes up in order and goes down without a trace."""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import Callable

import pytest

from conftest import NAMES, DemoSuite, admin_ports, variables, wait_until


def test_up_starts_everything_in_order_and_down_stops_it(suite: DemoSuite) -> None:
    up = suite.up("--rate", "7.5", "--seed", "42")
    assert up.returncode == 0, up.stderr
    assert f"http://127.0.0.1:{suite.ports['SAMPLE_APP_PORT']}/" in up.stdout
    assert f"http://127.0.0.1:{suite.ports['CLICKHOUSE_HTTP_PORT']}/clickstack/service-map" in up.stdout

    started = (suite.data / "data" / "starts").read_text().split()
    assert started[:2] == ["embedded-clickhouse", "collector"]
    # It waits for these two, and nothing waits for it.
    started.remove("query-service")
    assert set(started[2:4]) == {"inventory-service", "payment-service"}
    assert started[4:] == ["sample-ecommerce-app", "data-generator"]

    status = suite.status()
    assert list(status) == NAMES
    assert all(process["healthy"] and process["restarts"] == 0 for process in status.values())
    assert all(process["rss_bytes"] > 1_000_000 for process in status.values())
    assert status["sample-ecommerce-app"]["port"] == suite.ports["SAMPLE_APP_PORT"]
    assert status["data-generator"]["port"] is None
    generator = (suite.data / "logs" / "data-generator.log").read_text()
    target = f"http://127.0.0.1:{suite.ports['SAMPLE_APP_PORT']}"
    truth = str(suite.data / "truth")
    assert f"{['--rate', '7.5', '--seed', '42', '--target', target, '--journal', truth]}" in generator

    down = suite.demo("down")
    assert down.returncode == 0, down.stderr
    assert suite.process_ids() == []
    assert suite.demo("status", "--json").stdout.strip() == "[]"
    assert suite.demo("down").returncode == 0


def test_a_second_up_says_so_and_changes_nothing(suite: DemoSuite) -> None:
    assert suite.up().returncode == 0
    before = sorted(suite.process_ids())
    again = suite.up("--rate", "99")
    assert again.returncode == 0
    assert "up already" in again.stdout
    assert sorted(suite.process_ids()) == before


def test_without_load_there_is_no_generator(suite: DemoSuite) -> None:
    assert suite.up("--no-load").returncode == 0
    assert list(suite.status()) == NAMES[:-1]


def test_a_killed_process_comes_back_and_is_counted(suite: DemoSuite) -> None:
    assert suite.up().returncode == 0
    first = suite.status()["payment-service"]["pid"]
    os.kill(first, signal.SIGKILL)
    again = wait_until(
        lambda: (now := suite.status()["payment-service"])["healthy"] and now["pid"] != first and now,
        "payment-service is healthy again",
    )
    assert again["restarts"] == 1
    assert suite.status()["inventory-service"]["restarts"] == 0


def test_two_suites_run_side_by_side(make_suite: Callable[[], DemoSuite]) -> None:
    one, other = make_suite(), make_suite()
    assert one.up().returncode == 0
    assert other.up().returncode == 0
    assert not set(one.process_ids()) & set(other.process_ids())
    assert one.demo("down").returncode == 0
    assert one.process_ids() == []
    assert all(process["healthy"] for process in other.status().values())


def test_it_comes_up_again_after_down_with_the_same_data(suite: DemoSuite) -> None:
    assert suite.up().returncode == 0
    assert suite.demo("down").returncode == 0
    assert suite.up().returncode == 0
    starts = (suite.data / "data" / "starts").read_text().split()
    assert starts.count("collector") == 2


def test_a_run_folder_too_deep_for_a_socket_and_with_odd_characters_works(suite: DemoSuite) -> None:
    suite.data = suite.data / "so deep % $HOME ; # 'quoted'" / ("x" * 100)
    up = suite.up()
    assert up.returncode == 0, up.stderr
    assert all(process["healthy"] for process in suite.status().values())
    assert suite.demo("down").returncode == 0
    assert suite.process_ids() == []


def test_a_process_that_ignores_sigterm_is_ended_too(suite: DemoSuite) -> None:
    assert suite.up(STAND_IN_STUBBORN="data-generator").returncode == 0
    assert suite.demo("down").returncode == 0
    assert suite.process_ids() == []


def test_a_process_that_hangs_is_not_called_healthy_and_is_ended_too(suite: DemoSuite) -> None:
    assert suite.up().returncode == 0
    os.kill(suite.status()["collector"]["pid"], signal.SIGSTOP)
    wait_until(lambda: not suite.status()["collector"]["healthy"], "a process that answers nobody is noticed")
    assert suite.demo("down").returncode == 0
    assert suite.process_ids() == []


def test_ports_are_free_again_after_down(suite: DemoSuite) -> None:
    assert suite.up().returncode == 0
    assert suite.demo("down").returncode == 0
    for port in suite.ports.values():
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))


def test_a_scenario_is_passed_on_and_brings_the_control_listeners_with_it(suite: DemoSuite) -> None:
    options = ("--scenario", "demo", "--arrivals", "poisson:15", "--time-scale", "2", "--classes", "normal")
    assert suite.up(*options, ADMIN_TOKEN="", **admin_ports()).returncode == 0
    generator = (suite.data / "logs" / "data-generator.log").read_text()
    passed = [
        "--arrivals",
        "poisson:15",
        "--scenario",
        "demo",
        "--time-scale",
        "2",
        "--classes",
        "normal",
    ]
    assert str(passed)[1:-1] in generator
    tokens = {
        variables(suite, name).get("ADMIN_TOKEN") for name in NAMES if name.endswith(("-service", "-app", "-generator"))
    }
    assert len(tokens) == 1
    assert len(tokens.pop() or "") >= 16


def test_a_file_of_a_scenario_is_found_from_the_persons_folder(suite: DemoSuite) -> None:
    assert suite.up("--scenario", "./mine.yaml", **admin_ports()).returncode == 0
    generator = (suite.data / "logs" / "data-generator.log").read_text()
    assert f"'--scenario', '{os.path.abspath('./mine.yaml')}'" in generator
    assert suite.demo("down").returncode == 0
    assert suite.up(LOAD_SCENARIO="./mine.yaml", **admin_ports()).returncode == 0
    assert variables(suite, "data-generator")["LOAD_SCENARIO"] == os.path.abspath("./mine.yaml")


def test_things_break_unless_somebody_wants_them_calm(suite: DemoSuite) -> None:
    up = suite.up(ADMIN_TOKEN="", LOAD_SCENARIO="", **admin_ports())
    assert up.returncode == 0, up.stderr
    assert "plan" in up.stdout and "LOAD_SCENARIO=calm" in up.stdout
    assert variables(suite, "data-generator")["LOAD_SCENARIO"] == "plan"
    kept = suite.data / "admin-token"
    made = kept.read_text().strip()
    assert len(made) == 32 and kept.stat().st_mode & 0o777 == 0o600
    assert variables(suite, "payment-service").get("ADMIN_TOKEN") == made
    assert suite.demo("down").returncode == 0
    assert suite.up(ADMIN_TOKEN="", LOAD_SCENARIO="plan", **admin_ports()).returncode == 0
    assert variables(suite, "payment-service").get("ADMIN_TOKEN") == made, "a token that was made is kept"


@pytest.mark.parametrize("options", [(), ("--no-load",)])
def test_where_nothing_breaks_there_are_no_control_listeners_unless_somebody_asks(
    suite: DemoSuite, options: tuple[str, ...]
) -> None:
    assert suite.up(*options, ADMIN_TOKEN="").returncode == 0
    assert not variables(suite, "payment-service").get("ADMIN_TOKEN")
    assert not (suite.data / "admin-token").exists()


def test_the_variables_of_the_load_reach_the_generator(suite: DemoSuite) -> None:
    given = {"LOAD_RATE": "3", "LOAD_SEED": "9", "LOAD_CLASSES": "40/30/20/10"}
    assert suite.up(**given).returncode == 0
    assert given.items() <= variables(suite, "data-generator").items()
    generator = (suite.data / "logs" / "data-generator.log").read_text()
    assert not any(option in generator for option in ("--rate", "--seed", "--classes"))


@pytest.mark.parametrize("status", ["0", "99"])
def test_a_load_that_is_done_is_not_started_again(suite: DemoSuite, status: str) -> None:
    assert suite.up(STAND_IN_IS_DONE=status).returncode == 0
    done = wait_until(
        lambda: (now := suite.status()["data-generator"])["state"] == "exited" and now, "data-generator is done"
    )
    assert done["restarts"] == 0
    assert "done" in suite.demo("status").stdout
    assert suite.status()["sample-ecommerce-app"]["healthy"]
