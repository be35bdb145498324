"""The commands that ask a running suite."""

from __future__ import annotations

import json
import os
import subprocess
import urllib.parse

import pytest

from conftest import HANG_GUARD_SECONDS, NAMES, ROOT, DemoSuite


def test_logs_of_one_process_and_of_all(suite: DemoSuite) -> None:
    assert suite.up().returncode == 0
    assert suite.demo("logs", "collector").stdout == "collector starts with []\n"
    everything = suite.demo("logs").stdout.splitlines()
    assert [line.split(" |")[0].strip() for line in everything] == NAMES
    assert suite.demo("logs", "collector", "-n", "0").stdout == ""


def test_following_a_log_shows_what_is_added_also_after_its_rotation(suite: DemoSuite) -> None:
    assert suite.up().returncode == 0
    log = suite.data / "logs" / "collector.log"
    command = [str(ROOT / "demo"), "logs", "collector", "-f", "--data", str(suite.data)]
    with subprocess.Popen(command, env=suite.environment(), stdout=subprocess.PIPE, text=True) as follower:
        assert follower.stdout is not None
        assert follower.stdout.readline() == "collector starts with []\n"
        with log.open("a") as added:
            added.write("half a li")
            added.flush()
            added.write("ne\n")
        assert follower.stdout.readline() == "half a line\n"
        log.rename(log.with_suffix(".log.1"))
        log.write_text("a new file\n")
        assert follower.stdout.readline() == "a new file\n"
        os.truncate(log, 0)
        with log.open("a") as added:
            added.write("emptied\n")
        assert follower.stdout.readline() == "emptied\n"
        follower.send_signal(2)
        assert follower.wait(HANG_GUARD_SECONDS) == 130


def test_logs_into_a_reader_that_leaves_is_quiet(suite: DemoSuite) -> None:
    assert suite.up().returncode == 0
    (suite.data / "logs" / "collector.log").write_text("x" * 100 + "\n" * 100_000)
    command = f"'{ROOT / 'demo'}' logs collector -n 100000 --data '{suite.data}' | head -1"
    piped = subprocess.run(
        ["bash", "-c", command], env=suite.environment(), capture_output=True, text=True, check=False
    )
    assert piped.stderr == ""


def test_sql_asks_the_suite_of_the_folder_in_its_database(suite: DemoSuite) -> None:
    assert suite.up(CH_DATABASE="other").returncode == 0
    # The shell that asks later need not know the ports.
    elsewhere = dict.fromkeys(suite.ports, "1")
    asked = json.loads(suite.demo("sql", "SELECT 1", "--format", "CSV", **elsewhere).stdout)
    assert asked["query"] == "SELECT 1"
    assert urllib.parse.parse_qs(asked["path"][2:]) == {"database": ["other"], "default_format": ["CSV"]}


@pytest.mark.parametrize("command", [["sql", "SELECT 1"], ["map"], ["score"], ["status"], ["down"], ["logs"]])
def test_a_command_speaks_only_to_the_suite_of_its_folder(suite: DemoSuite, command: list[str]) -> None:
    suite.data = suite.data / "with a space"
    assert suite.up().returncode == 0
    other = suite.data.parent / "other folder"
    answer = suite.demo_of(str(other), *command)
    assert "SELECT 1" not in answer.stdout
    if command[0] in ("sql", "map"):
        assert answer.returncode == 1
        assert answer.stderr.count("\n") == 1
        assert f"nothing is up in {other}" in answer.stderr
        assert f"./demo up --data '{other}' starts it" in answer.stderr
        assert f"--data '{suite.data}'" in answer.stderr
    assert all(process["healthy"] for process in suite.status().values())


def test_a_password_with_any_letters_is_passed_on(suite: DemoSuite) -> None:
    assert suite.up().returncode == 0
    asked = suite.demo("sql", "SELECT 1", "--format", "CSV", CH_PASSWORD="пароль")
    assert json.loads(asked.stdout)["query"] == "SELECT 1", asked.stderr


def test_status_fits_in_forty_columns(suite: DemoSuite) -> None:
    assert suite.up().returncode == 0
    narrow = suite.demo("status", COLUMNS="40").stdout.splitlines()
    assert max(map(len, narrow)) <= 40, narrow
    assert sum("healthy" in line for line in narrow) == len(NAMES)


def test_sql_says_what_the_engine_says(suite: DemoSuite) -> None:
    assert suite.up().returncode == 0
    refused = suite.demo("sql", "SYNTAX")
    assert refused.returncode == 1
    assert "Code: 62. DB::Exception: Syntax error" in refused.stderr


@pytest.mark.parametrize("command", [["sql", "SELECT 1"], ["map"]])
def test_asking_when_nothing_is_up_says_how_to_start_it(suite: DemoSuite, command: list[str]) -> None:
    answer = suite.demo(*command)
    assert answer.returncode == 1
    assert "./demo up" in answer.stderr
    assert answer.stderr.count("\n") == 1


def test_status_of_a_process_that_does_not_stay_up_says_unhealthy(suite: DemoSuite) -> None:
    assert suite.up().returncode == 0
    (suite.binaries / "collector").write_text("#!/bin/sh\nexit 1\n")
    subprocess.run(["kill", "-9", str(suite.status()["collector"]["pid"])], check=True)
    assert not suite.status()["collector"]["healthy"]


def test_help_is_complete(suite: DemoSuite) -> None:
    page = subprocess.run([str(ROOT / "demo")], capture_output=True, text=True, check=True).stdout
    for command in ("up", "down", "status", "logs", "sql", "map", "test", "bench"):
        assert f"./demo {command}" in page
        one = subprocess.run([str(ROOT / "demo"), "help", command], capture_output=True, text=True, check=True).stdout
        assert command in one


def test_a_map_from_something_that_is_no_clickhouse_is_one_line(suite: DemoSuite) -> None:
    assert suite.up().returncode == 0
    answer = suite.demo("map")
    assert answer.returncode == 1
    assert "is not ClickHouse" in answer.stderr
    assert answer.stderr.count("\n") == 1
