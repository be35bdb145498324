"""Folders that cannot be used: one line that says what to do, never a traceback."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from conftest import HANG_GUARD_SECONDS, NAMES, ROOT, DemoSuite, is_alive, supervisor_of, wait_until

NOBODY = 65534
SYSTEM_PYTHON = "/usr/bin/python3"


def one_line(answer: subprocess.CompletedProcess[str], status: int = 1) -> str:
    assert answer.returncode == status, answer.stderr
    lines = answer.stderr.splitlines()
    assert len(lines) == 1, answer.stderr
    assert lines[0].startswith("demo: ")
    assert "Traceback" not in answer.stderr
    return lines[0]


@pytest.fixture
def small_disk(suite: DemoSuite) -> Iterator[Path]:
    """A file system of its own with 24 MB, or a reason to skip."""
    yield from mounted(suite, "size=24m")


@pytest.fixture
def tiny_disk(suite: DemoSuite) -> Iterator[Path]:
    yield from mounted(suite, "size=64k")


def mounted(suite: DemoSuite, options: str) -> Iterator[Path]:
    folder = suite.binaries.parent / "disk"
    folder.mkdir()
    result = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)], capture_output=True, text=True
    )
    if result.returncode != 0:
        pytest.skip(f"this user may not mount a file system: {result.stderr.strip()}")
    try:
        yield folder
    finally:
        suite.clean_up()
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def fill(folder: Path) -> Path:
    """Writes until there is no room for one more byte."""
    file = folder / "filled"
    with open(file, "wb", buffering=0) as filled:
        for size in (65536, 1):
            try:
                while filled.write(b"x" * size):
                    pass
            except OSError:
                continue
    return file


def test_a_full_disk_ends_nothing_and_is_told(suite: DemoSuite, small_disk: Path) -> None:
    suite.data = small_disk / "run"
    assert suite.up(STAND_IN_CHATTY="payment-service").returncode == 0
    supervisor, before = supervisor_of(suite), suite.status()
    filled = fill(small_disk)
    # One ends while there is no room: Supervisor has something to say, and everybody goes on talking.
    os.kill(before["inventory-service"]["pid"], 9)
    wait_until(
        lambda: (now := suite.status()["inventory-service"])["healthy"] and now["restarts"] == 1,
        "inventory-service is back on a full disk",
    )
    for command in ("status", "up"):
        answer = suite.demo(command)
        assert answer.returncode == 0
        assert answer.stderr.count("\n") == 1
        assert answer.stderr.startswith("demo: the disk of ")
        assert "is full" in answer.stderr
    now = suite.status()
    assert is_alive(supervisor)
    assert all(process["healthy"] for process in now.values())
    assert [now[name]["pid"] for name in NAMES if name != "inventory-service"] == [
        before[name]["pid"] for name in NAMES if name != "inventory-service"
    ]
    filled.unlink()
    assert suite.demo("status").stderr == ""
    log = suite.data / "logs" / "payment-service.log"
    size = log.stat().st_size
    wait_until(lambda: log.stat().st_size > size, "payment-service's words are kept again")
    assert suite.demo("down").returncode == 0


def test_up_on_a_full_or_tiny_disk_says_so(suite: DemoSuite, tiny_disk: Path) -> None:
    suite.data = tiny_disk / "run"
    assert "is full" in one_line(suite.up())
    fill(tiny_disk)
    assert one_line(suite.up())
    assert suite.process_ids() == []


def test_a_log_without_end_is_set_aside_and_does_not_grow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from launcher.supervision import log_rotation

    monkeypatch.setattr(log_rotation, "_BYTES", 1000)
    long, short = tmp_path / "long.log", tmp_path / "short.log"
    long.write_text("x" * 2000)
    short.write_text("y")
    with long.open("a") as held:
        log_rotation.rotate(tmp_path)
        held.write("after")
    assert (long.read_text(), short.read_text()) == ("after", "y")
    assert (tmp_path / "long.log.1").read_text() == "x" * 2000
    log_rotation.rotate(tmp_path / "missing")


@pytest.fixture
def as_nobody(suite: DemoSuite) -> list[str]:
    """The words that run ``./demo`` as another user, on a copy of it: its checkout may be in a folder of root's."""
    if os.geteuid() != 0:
        pytest.skip("only root can act as another user")
    if not os.access(SYSTEM_PYTHON, os.X_OK):
        pytest.skip(f"another user needs {SYSTEM_PYTHON}")
    for wrapper in suite.binaries.iterdir():
        wrapper.write_text(f"#!{SYSTEM_PYTHON}\n" + wrapper.read_text().partition("\n")[2])
    for folder in [suite.binaries.parent, *suite.binaries.parent.parents]:
        if len(folder.parts) > 2:
            folder.chmod(0o755)
    copy = suite.binaries.parent / "checkout"
    copy.mkdir()
    shutil.copy(ROOT / "demo", copy)
    for folder in ("launcher", "clickhouse", "hyperdx"):
        shutil.copytree(ROOT / folder, copy / folder, ignore=shutil.ignore_patterns("__pycache__"))
    return ["setpriv", "--reuid", str(NOBODY), "--regid", str(NOBODY), "--clear-groups", str(copy / "demo")]


def up_as(demo: list[str], suite: DemoSuite, data: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*demo, "up", "--detach", "--data", str(data)],
        env=suite.environment(HOME="/tmp", PYTHONDONTWRITEBYTECODE="1", FAULTLINE_PYTHON=SYSTEM_PYTHON),
        capture_output=True,
        text=True,
        timeout=HANG_GUARD_SECONDS,
        check=False,
    )


@pytest.mark.parametrize("left", ["lock", "logs", "supervisord.conf", "suite.json", "logs/collector.log"])
def test_a_folder_that_root_has_used(suite: DemoSuite, as_nobody: list[str], left: str) -> None:
    suite.data.mkdir()
    for folder in ("logs", "data", "clickhouse"):
        (suite.data / folder).mkdir()
    for path in [suite.data, *suite.data.iterdir()]:
        os.chown(path, NOBODY, NOBODY)
    path = suite.data / left
    if left != "logs":
        path.touch()
    os.chown(path, 0, 0)
    path.chmod(0o600 if path.is_file() else 0o755)
    if left == "logs/collector.log":
        os.chown(path.parent, 0, 0)
    answer = up_as(as_nobody, suite, suite.data)
    assert "belongs to root" in one_line(answer)
    assert "chown" in answer.stderr
    assert suite.process_ids() == []


def test_a_read_only_folder(suite: DemoSuite, as_nobody: list[str]) -> None:
    parent = suite.binaries.parent / "read only"
    parent.mkdir(mode=0o555)
    answer = up_as(as_nobody, suite, parent / "run")
    assert "--data DIR" in one_line(answer)


def test_two_ups_at_once_start_one_suite(suite: DemoSuite) -> None:
    suite.data = suite.data / "with a space"
    words = [str(ROOT / "demo"), "up", "--detach", "--data", str(suite.data)]
    pair = [
        subprocess.Popen(words, env=suite.environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    said = [process.communicate(timeout=HANG_GUARD_SECONDS) for process in pair]
    statuses = sorted(process.returncode for process in pair)
    assert statuses[0] == 0
    for process, (_, errors) in zip(pair, said):
        assert "Traceback" not in errors
        if process.returncode != 0:
            assert errors.startswith("demo: ") and errors.count("\n") == 1, errors
    assert all(process["healthy"] for process in suite.status().values())
    assert suite.demo("down").returncode == 0


def test_an_error_that_nobody_foresaw_is_one_line_without_debug(suite: DemoSuite) -> None:
    suite.data.mkdir()
    (suite.data / "suite.json").mkdir()
    (suite.data / "logs").write_text("a file where a folder should be")
    assert one_line(suite.up())
    broken = {"FAULTLINE_PYTHON": "/nowhere/python"}
    answer = suite.up(**broken)
    assert one_line(answer)
    assert "Traceback" in suite.up("--debug", **broken).stderr
