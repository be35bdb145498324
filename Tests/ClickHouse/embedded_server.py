"""A real embedded ClickHouse in a folder of its own, on a port that the system gives."""

from __future__ import annotations

import http.client
import os
import re
import signal
import subprocess
import sys
import time
import urllib.parse
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HANG_GUARD_SECONDS = 180


@dataclass(frozen=True)
class Answer:
    """What the server said."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode()


class EmbeddedServer:
    """One server process; it may be ended and started again on its data."""

    def __init__(self, data: Path, *arguments: str, environment: Mapping[str, str] | None = None) -> None:
        self.data = data
        self._arguments = arguments
        self._environment = {"CH_DATABASE": "o11y", "CH_PASSWORD": "", **(environment or {})}
        self._log = (data.parent.parent if data.parent.is_mount() else data.parent) / f"{data.name}.log"
        self.port = 0
        self.start()

    def start(self) -> None:
        """Starts the process and waits until it answers."""
        self._log.touch()
        seen = self._log.stat().st_size
        with open(self._log, "ab") as log:
            self.process = subprocess.Popen(
                [
                    sys.executable,
                    str(ROOT / "clickhouse" / "embedded"),
                    "--port",
                    "0",
                    "--data",
                    str(self.data),
                    *self._arguments,
                ],
                env={**os.environ, **self._environment},
                stderr=log,
            )
        deadline = time.monotonic() + HANG_GUARD_SECONDS
        while time.monotonic() < deadline:
            found = re.search(r"on http://[^ ]*:(\d+),", self._log.read_text()[seen:])
            if found is not None:
                self.port = int(found[1])
                return
            if self.process.poll() is not None:
                break
            time.sleep(0.02)
        raise AssertionError(f"the server did not start:\n{self._log.read_text()[seen:]}")

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Ends the process by a signal and returns its status."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        return self.process.wait(HANG_GUARD_SECONDS)

    def request(
        self,
        method: str = "POST",
        path: str = "/",
        body: bytes | str | None = None,
        headers: Mapping[str, str] | None = None,
        **parameters: str,
    ) -> Answer:
        """One request; ``parameters`` go into the URL."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=HANG_GUARD_SECONDS)
        try:
            address = path + ("?" + urllib.parse.urlencode(parameters) if parameters else "")
            content = body.encode() if isinstance(body, str) else body
            connection.request(method, address, body=content, headers=dict(headers or {}))
            response = connection.getresponse()
            return Answer(response.status, response.headers, response.read())
        finally:
            connection.close()

    def query(self, sql: str, **parameters: str) -> str:
        """The result of a statement in the database of the suite; fails on an error."""
        answer = self.request(body=sql, database="o11y", **parameters)
        assert answer.status == 200, answer.text
        return answer.text
