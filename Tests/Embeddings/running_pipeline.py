"""Processes of the pipeline that a test starts, kills and starts again."""

from __future__ import annotations

import http.client
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from launcher.preparation.model_weights import WEIGHTS

ROOT = Path(__file__).resolve().parents[2]
HANG_GUARD_SECONDS = 120
MODEL = "all-MiniLM-L6-v2"


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def wait_until(condition: Callable[[], Any], what: str) -> Any:
    """The condition's first true value; fails when it never comes."""
    deadline = time.monotonic() + HANG_GUARD_SECONDS
    while time.monotonic() < deadline:
        if value := condition():
            return value
        time.sleep(0.05)
    raise AssertionError(f"never happened: {what}")


class Program:
    """A process on a port of its own that answers ``/health``."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str], port: int) -> None:
        self._command = command
        self._environment = {**os.environ, **environment}
        self.port = port
        self.start()

    def start(self) -> None:
        """Starts it and waits until it is healthy."""
        self.process = subprocess.Popen(self._command, env=self._environment, stderr=subprocess.DEVNULL)
        wait_until(self._is_healthy, f"{self._command[0]} answers")

    def kill(self) -> None:
        """Ends it without a word, as kill -9 does."""
        self.process.kill()
        self.process.wait(HANG_GUARD_SECONDS)

    def _is_healthy(self) -> bool:
        assert self.process.poll() is None, f"{self._command[0]} ended with {self.process.returncode}"
        try:
            return self.ask("GET", "/health")[0] == 200
        except OSError:
            return False

    def ask(self, method: str, path: str, body: bytes | None = None) -> tuple[int, Any]:
        """Status and JSON of one request."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=HANG_GUARD_SECONDS)
        try:
            connection.request(method, path, body, {"Content-Type": "application/json"})
            response = connection.getresponse()
            return response.status, json.loads(response.read())
        finally:
            connection.close()


class Endpoint(Program):
    """The embedding endpoint."""

    def __init__(self) -> None:
        port = free_port()
        command = [sys.executable, str(ROOT / "embeddings"), "--port", str(port), "--weights", str(WEIGHTS)]
        super().__init__(command, {}, port)

    def embeddings(self, given: Any, **more: Any) -> tuple[int, Any]:
        """Status and answer of ``POST /v1/embeddings``."""
        return self.ask("POST", "/v1/embeddings", json.dumps({"input": given, "model": MODEL, **more}).encode())


class Pipeline(Program):
    """embedding-pipeline between a ClickHouse and an endpoint."""

    def __init__(self, clickhouse_port: int, endpoint: str, **environment: str) -> None:
        port = free_port()
        built = os.environ.get("FAULTLINE_BIN_DIR") or str(ROOT / ".build" / "release")
        settings = {
            "CLICKHOUSE_HTTP_PORT": str(clickhouse_port),
            "CH_HOST": "127.0.0.1",
            "CH_DATABASE": "o11y",
            "EMBEDDING_PIPELINE_PORT": str(port),
            "EMBEDDING_ENDPOINT": endpoint,
            "EMBEDDING_INTERVAL_MS": "100",
            "EMBEDDING_BATCH": "8",
            "OTEL_SDK_DISABLED": "true",
        }
        super().__init__([f"{built}/embedding-pipeline"], {**settings, **environment}, port)
