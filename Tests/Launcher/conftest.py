"""A suite of stand-ins in a folder of its own, on ports that the system gives."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

STAND_IN = Path(__file__).parent / "stand_ins" / "process.py"
STAND_INS = [
    "clickhouse",
    "collector",
    "inventory-service",
    "payment-service",
    "sample-ecommerce-app",
    "query-service",
    "data-generator",
]
# The sampler is the launcher's own.
NAMES = [*STAND_INS[:-1], "infrastructure-sampler", STAND_INS[-1]]
PORT_VARIABLES = [
    "SAMPLE_APP_PORT",
    "PAYMENT_SERVICE_PORT",
    "INVENTORY_SERVICE_PORT",
    "COLLECTOR_HTTP_PORT",
    "OTLP_GRPC_PORT",
    "COLLECTOR_METRICS_PORT",
    "CLICKHOUSE_HTTP_PORT",
    "QUERY_SERVICE_PORT",
    "QUERY_METRICS_PORT",
    "EMBEDDING_PIPELINE_PORT",
    "EMBEDDING_ENDPOINT_PORT",
]
# Whoever starts the tests in the background ignores Ctrl-C, and children inherit that; these tests press it.
signal.signal(signal.SIGINT, signal.default_int_handler)

HANG_GUARD_SECONDS = 90


def free_ports(count: int) -> list[int]:
    """Free ports, all different: they are bound together before any is released."""
    with ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]


def admin_ports() -> dict[str, str]:
    """Free ports for the services' control listeners."""
    names = ("SAMPLE_APP_ADMIN_PORT", "PAYMENT_ADMIN_PORT", "INVENTORY_ADMIN_PORT")
    return {name: str(port) for name, port in zip(names, free_ports(3))}


def wait_until(condition: Callable[[], Any], what: str) -> Any:
    """Returns the condition's first true value; fails when it never comes."""
    deadline = time.monotonic() + HANG_GUARD_SECONDS
    while time.monotonic() < deadline:
        if value := condition():
            return value
        time.sleep(0.02)
    pytest.fail(f"never happened: {what}")


def supervisor_of(suite: DemoSuite) -> int:
    """The process id of a suite's supervisor."""
    return int((suite.data / "supervisord.pid").read_text())


def is_alive(pid: int) -> bool:
    try:
        return (Path("/proc") / str(pid) / "stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


class DemoSuite:
    """``./demo`` on stand-ins."""

    def __init__(self, folder: Path) -> None:
        self.data = folder / "run"
        self.ports = dict(zip(PORT_VARIABLES, free_ports(len(PORT_VARIABLES))))
        self.binaries = folder / "bin"
        self.binaries.mkdir()
        for name in STAND_INS:
            wrapper = self.binaries / name.replace("clickhouse", "embedded-clickhouse")
            wrapper.write_text(f"#!{sys.executable}\n{STAND_IN.read_text()}")
            wrapper.chmod(0o755)
        self.foreground: list[subprocess.Popen[str]] = []

    def environment(self, **more: str) -> dict[str, str]:
        clean = {name: value for name, value in os.environ.items() if not name.startswith(("OTEL_", "CH_", "LOAD_"))}
        return {
            **clean,
            **{name: str(port) for name, port in self.ports.items()},
            "FAULTLINE_BIN_DIR": str(self.binaries),
            "FAULTLINE_PYTHON": sys.executable,
            "LOAD_SCENARIO": "calm",
            **more,
        }

    def demo(self, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
        return self.demo_of(str(self.data), *arguments, **more)

    def demo_of(self, data: str, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
        """A command about another folder, with this suite's ports in its environment."""
        return subprocess.run(
            [str(ROOT / "demo"), *arguments, "--data", data],
            env=self.environment(**more),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=HANG_GUARD_SECONDS,
            check=False,
        )

    def up(self, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
        return self.demo("up", "--detach", *arguments, **more)

    def up_in_front(self, *arguments: str, **more: str) -> subprocess.Popen[str]:
        """Runs ``./demo up`` as a child, as a terminal would, until it has said that all is up."""
        process = self.start_in_front(*arguments, **more)
        assert process.stdout is not None
        for line in process.stdout:
            if "Ctrl-C" in line:
                return process
        pytest.fail("the suite did not come up in front")

    def start_in_front(self, *arguments: str, **more: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [str(ROOT / "demo"), "up", *arguments, "--data", str(self.data)],
            env=self.environment(**more),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self.foreground.append(process)
        return process

    def status(self) -> dict[str, dict[str, Any]]:
        answer = self.demo("status", "--json")
        return {process["name"]: process for process in json.loads(answer.stdout)}

    def process_ids(self) -> list[int]:
        """Everything that runs for this suite, its supervisor included, wherever it hangs in the process tree."""
        mark = f"DATA_DIR={self.data / 'data'}".encode()
        found = []
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit() and is_alive(int(entry.name)):
                try:
                    if mark in (entry / "environ").read_bytes().split(b"\0"):
                        found.append(int(entry.name))
                except OSError:
                    continue
        return found

    def clean_up(self) -> None:
        for process in self.foreground:
            if process.poll() is None:
                process.kill()
            process.wait()
            assert process.stdout is not None
            process.stdout.close()
        for pid in self.process_ids():
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass


def variables(suite: DemoSuite, name: str) -> dict[str, str]:
    """The environment of a running process."""
    pid = suite.status()[name]["pid"]
    return dict(entry.split("=", 1) for entry in open(f"/proc/{pid}/environ").read().split("\0") if "=" in entry)


@pytest.fixture
def make_suite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], DemoSuite]]:
    suites: list[DemoSuite] = []

    def make() -> DemoSuite:
        suites.append(DemoSuite(tmp_path_factory.mktemp("suite")))
        return suites[-1]

    yield make
    for suite in suites:
        suite.clean_up()


@pytest.fixture
def suite(make_suite: Callable[[], DemoSuite]) -> DemoSuite:
    return make_suite()
