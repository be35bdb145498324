"""Visitors with a real browser come beside the load, and only where somebody asks for them."""

from __future__ import annotations

from pathlib import Path

import pytest
from launcher.configuration.run_folder import RunFolder
from launcher.configuration.settings import read_settings
from launcher.supervision.load import Load
from launcher.supervision.processes import suite_processes

from conftest import DemoSuite


def test_they_are_one_process_after_the_load_whose_journal_they_share(tmp_path: Path) -> None:
    folder = RunFolder(tmp_path)
    processes = suite_processes(read_settings({"SAMPLE_APP_PORT": "8765"}), folder, Load(seed=7, browsers=3))
    browsers = processes[-1]
    assert browsers.name == "browsers" and browsers.after == ("data-generator",)
    words = list(zip(browsers.command, browsers.command[1:]))
    given = {("--count", "3"), ("--seed", "7"), ("--shop", "http://127.0.0.1:8765"), ("--journal", str(folder.truth))}
    assert given <= set(words)
    assert not browsers.awaited, "the shop is up without them"


def test_without_being_asked_for_there_are_none(tmp_path: Path) -> None:
    names = [each.name for each in suite_processes(read_settings({}), RunFolder(tmp_path), Load())]
    assert "browsers" not in names
    assert "LOAD_NAMED_VISITORS" not in Load().variables
    assert Load(browsers=1).variables["LOAD_NAMED_VISITORS"] == "browsers"


@pytest.mark.parametrize("count", ["-1", "17", "many", "1.5"])
def test_a_number_that_is_none_is_refused(suite: DemoSuite, count: str) -> None:
    up = suite.up(f"--browsers={count}")
    assert up.returncode == 2
    assert "not a number of browsers from 0 to 16" in up.stderr


def test_they_need_the_load(suite: DemoSuite) -> None:
    up = suite.up("--browsers", "1", "--no-load")
    assert up.returncode == 1
    assert "--browsers needs the load" in up.stderr


def test_without_chromium_it_is_said_what_to_install(suite: DemoSuite, tmp_path: Path) -> None:
    # Only what ./demo itself needs can be found.
    for name in ("env", "bash", "sh", "python3", "dirname", "readlink", "id"):
        (tmp_path / name).symlink_to(Path("/usr/bin") / name)
    up = suite.up("--browsers", "1", PATH=str(tmp_path), FAULTLINE_NO_INSTALL="1")
    assert up.returncode == 1
    assert "apt-get install -y chromium chromium-driver" in up.stderr
