"""What cannot work is refused in one line, and nothing is left half-started."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from conftest import DemoSuite, admin_ports


def refusal(suite: DemoSuite, *arguments: str, **environment: str) -> str:
    """The one line of a refused ``up``, after a look that nothing was started or left."""
    answer = suite.up(*arguments, **environment)
    assert answer.returncode != 0
    assert suite.process_ids() == []
    lines = answer.stderr.splitlines()
    assert len(lines) == 1, answer.stderr
    assert "Traceback" not in answer.stderr
    assert not suite.data.exists()
    return lines[0]


@pytest.mark.parametrize("value", ["abc", "0", "65536", "-1", "80 00", "8000.0", "٨٠٠٠"])
def test_a_bad_port_names_variable_value_and_what_is_allowed(suite: DemoSuite, value: str) -> None:
    line = refusal(suite, SAMPLE_APP_PORT=value)
    assert f"SAMPLE_APP_PORT={value}" in line
    assert "1 to 65535" in line


def test_there_is_no_run_to_score(suite: DemoSuite, tmp_path: Path) -> None:
    nothing = suite.demo("score")
    assert nothing.returncode == 2
    assert "no run has left a journal" in nothing.stderr
    wrong = suite.demo("score", str(tmp_path))
    assert wrong.returncode == 2
    assert "run.json is not there" in wrong.stderr


def test_two_variables_with_one_port(suite: DemoSuite) -> None:
    line = refusal(suite, COLLECTOR_HTTP_PORT="7001", COLLECTOR_METRICS_PORT="7001")
    assert "COLLECTOR_HTTP_PORT and COLLECTOR_METRICS_PORT" in line


@pytest.mark.parametrize(
    ("name", "value"),
    [("CH_DATABASE", "o11y; DROP TABLE x"), ("CH_DATABASE", "1st"), ("BIND_HOST", "everywhere")],
)
def test_other_bad_variables(suite: DemoSuite, name: str, value: str) -> None:
    assert f"{name}={value}" in refusal(suite, **{name: value})


def test_a_taken_port_names_port_variable_and_holder(suite: DemoSuite) -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", suite.ports["PAYMENT_SERVICE_PORT"]))
        holder.listen()
        line = refusal(suite)
    assert str(suite.ports["PAYMENT_SERVICE_PORT"]) in line
    assert "PAYMENT_SERVICE_PORT" in line
    assert f"pid {os.getpid()}" in line


def test_a_port_taken_on_all_addresses_counts_too(suite: DemoSuite) -> None:
    with socket.socket(socket.AF_INET6) as holder:
        holder.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        holder.bind(("::", suite.ports["SAMPLE_APP_PORT"]))
        holder.listen()
        assert "SAMPLE_APP_PORT" in refusal(suite)


@pytest.mark.parametrize(
    "arguments",
    [
        ["--rate", "fast"],
        ["--rate", "0"],
        ["--rate", "nan"],
        ["--seed", "-1"],
        ["--time-scale", "0.5"],
        ["--classes", "some"],
        ["--colour"],
    ],
)
def test_a_bad_argument(suite: DemoSuite, arguments: list[str]) -> None:
    assert arguments[0] in refusal(suite, *arguments)


def test_rate_and_arrivals_say_the_same_and_exclude_each_other(suite: DemoSuite) -> None:
    assert "--rate" in refusal(suite, "--arrivals", "poisson:5", "--rate", "5")


def test_a_scenario_that_the_generator_refuses_starts_nothing(suite: DemoSuite) -> None:
    reason = "storm.yaml:3: rate: 'x' is no rate"
    assert refusal(suite, "--scenario", "calm", STAND_IN_REFUSES=reason, **admin_ports()).endswith(reason)


def test_a_taken_control_port_is_named(suite: DemoSuite) -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        taken = str(holder.getsockname()[1])
        ports = {**admin_ports(), "PAYMENT_ADMIN_PORT": taken}
        line = refusal(suite, "--scenario", "demo", **ports)
    assert taken in line
    assert "PAYMENT_ADMIN_PORT" in line


def test_a_missing_header_is_one_line_with_the_command(suite: DemoSuite) -> None:
    empty = suite.binaries.parent / "include"
    empty.mkdir()
    line = refusal(
        suite, FAULTLINE_BIN_DIR="", FAULTLINE_INCLUDE_DIR=str(empty), FAULTLINE_NO_INSTALL="1", PATH=with_swift(suite)
    )
    assert "curl/curl.h" in line
    assert "apt-get install -y libcurl4-openssl-dev" in line


def with_swift(suite: DemoSuite) -> str:
    """A PATH with something called swift on it: the header is looked for before it is used."""
    tools = suite.binaries.parent / "tools"
    tools.mkdir()
    (tools / "swift").write_text("#!/bin/sh\nexit 1\n")
    (tools / "swift").chmod(0o755)
    return f"{tools}:{os.environ['PATH']}"


def test_a_process_that_ends_at_start_is_shown_and_all_is_stopped(suite: DemoSuite) -> None:
    answer = suite.up(STAND_IN_FAILS="payment-service")
    assert answer.returncode == 1
    assert "payment-service ended before it was healthy" in answer.stderr
    assert "DATA_DIR is on fire: put it out" in answer.stderr
    assert suite.process_ids() == []
    assert suite.up().returncode == 0


def test_an_executable_that_is_not_there(suite: DemoSuite) -> None:
    (suite.binaries / "collector").unlink()
    answer = suite.up()
    assert answer.returncode == 1
    assert "collector" in answer.stderr
    assert suite.process_ids() == []


def test_a_run_folder_that_cannot_be_made(suite: DemoSuite) -> None:
    suite.data.write_text("a file")
    answer = suite.up()
    assert answer.returncode == 1
    assert answer.stderr.count("\n") == 1
    assert "--data" in answer.stderr


@pytest.mark.parametrize("command", ["up", "down", "status", "logs", "sql", "map", "score"])
def test_an_empty_name_is_no_folder(suite: DemoSuite, tmp_path: Path, command: str) -> None:
    answer = suite.demo_of("", command)
    assert answer.returncode == 2
    assert "an empty name is no folder" in answer.stderr
    assert answer.stderr.count("\n") == 1


@pytest.mark.parametrize("command", [["frobnicate"], ["sql"], ["map", "--since", "yesterday"], ["logs", "nobody"]])
def test_other_commands_refuse_in_one_line(suite: DemoSuite, command: list[str]) -> None:
    answer = suite.demo(*command)
    assert answer.returncode != 0
    assert answer.stderr.count("\n") == 1
    assert "Traceback" not in answer.stderr
