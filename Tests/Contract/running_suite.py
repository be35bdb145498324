"""A whole suite for tests of what it answers: started by ``./demo up`` on free ports; without load, or with some."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import urllib.request
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PORTS = [
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
ADMIN_PORTS = ["SAMPLE_APP_ADMIN_PORT", "PAYMENT_ADMIN_PORT", "INVENTORY_ADMIN_PORT"]
_TOKEN = "a-token-for-these-tests-only"


class RunningSuite:
    """It is up when the constructor returns."""

    def __init__(
        self,
        data: Path,
        environment: Mapping[str, str] | None = None,
        load: Sequence[str] = ("--no-load",),
    ) -> None:
        ports = dict(zip([*PORTS, *ADMIN_PORTS], _free_ports(len(PORTS) + len(ADMIN_PORTS)), strict=True))
        self._ports = ports
        self.data = data
        self.log = data.parent / f"{data.name}.log"
        with open(self.log, "wb") as log:
            self._launcher = subprocess.Popen(
                [str(ROOT / "demo"), "up", *load, "--data", str(data)],
                env={
                    **os.environ,
                    **{name: str(port) for name, port in ports.items()},
                    "ADMIN_TOKEN": _TOKEN,
                    **(environment or {}),
                },
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        while b"Service Map" not in self.log.read_bytes():
            try:
                status = self._launcher.wait(0.1)
            except subprocess.TimeoutExpired:
                continue
            raise RuntimeError(f"./demo up ended with {status}: {self.log.read_text()}")

    def origin(self, variable: str) -> str:
        """Where a service is, by the variable of its port."""
        return f"http://127.0.0.1:{self._ports[variable]}"

    def arm(self, variable: str, name: str, seconds: int, intensity: float | None = None) -> None:
        """Lays a weakness bare, at the control listener of the service that has it."""
        order = {"ttl_s": seconds, **({} if intensity is None else {"intensity": intensity})}
        self._control("PUT", variable, name, json.dumps(order).encode())

    def disarm(self, variable: str, name: str) -> None:
        """Ends it."""
        self._control("DELETE", variable, name, None)

    def stop(self) -> None:
        """Stops all of it; returns when it is gone."""
        self._launcher.send_signal(signal.SIGTERM)
        self._launcher.wait()

    def _control(self, method: str, variable: str, name: str, body: bytes | None) -> None:
        request = urllib.request.Request(
            f"{self.origin(variable)}/admin/faults/{name}",
            data=body,
            method=method,
            headers={"Authorization": f"Bearer {_TOKEN}", "Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request) as answer:
            answer.read()


def _free_ports(count: int) -> list[int]:
    """Free ports, all different: they are bound together before any is released."""
    with ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]
