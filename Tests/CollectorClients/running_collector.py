"""A real collector on ports that the system gives, in front of an embedded ClickHouse."""

from __future__ import annotations

import json
import os
import re
import subprocess
import time
from pathlib import Path
from typing import Any

from embedded_server import HANG_GUARD_SECONDS, ROOT, EmbeddedServer

_BIN = Path(os.environ.get("FAULTLINE_BIN_DIR") or ROOT / ".build" / "release")


def executable(name: str) -> str:
    """What the build made."""
    return str(_BIN / name)


class RunningCollector:
    """It takes telemetry when the constructor returns."""

    def __init__(self, folder: Path, clickhouse: EmbeddedServer) -> None:
        self._clickhouse = clickhouse
        log = folder / "output"
        with open(log, "wb") as output:
            self._process = subprocess.Popen(
                [executable("collector")],
                env={
                    **os.environ,
                    "COLLECTOR_HTTP_PORT": "0",
                    "OTLP_GRPC_PORT": "0",
                    "COLLECTOR_METRICS_PORT": "0",
                    "COLLECTOR_LOG_DIR": str(folder / "log"),
                    "COLLECTOR_BATCH_INTERVAL": "100",
                    "COLLECTOR_BATCH_LINGER": "10",
                    # Rows that nobody sent would be counted with those of a test.
                    "COLLECTOR_TRACES_PER_SECOND": "0",
                    "COLLECTOR_METRICS_INTERVAL": "0",
                    "CH_HOST": f"127.0.0.1:{clickhouse.port}",
                    "CH_DATABASE": "o11y",
                },
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
            )
        line = re.compile(r"OTLP/HTTP at (\S+), OTLP/gRPC at (\S+), metrics at")
        deadline = time.monotonic() + HANG_GUARD_SECONDS
        while (found := line.search(log.read_text())) is None:
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise AssertionError(f"the collector did not start:\n{log.read_text()}")
            time.sleep(0.02)
        self.http, self.grpc = (f"http://{address}" for address in found.groups())

    def rows(self, statement: str, count: int) -> list[dict[str, Any]]:
        """What is stored, once so many rows are; fails when they do not come, or more do."""
        deadline = time.monotonic() + HANG_GUARD_SECONDS
        while True:
            text = self._clickhouse.query(
                f"{statement} FORMAT JSONEachRow", output_format_json_quote_64bit_integers="0"
            )
            rows = [json.loads(line) for line in text.splitlines()]
            if len(rows) >= count:
                assert len(rows) == count
                return rows
            assert time.monotonic() < deadline, f"{len(rows)} of {count} rows came"
            time.sleep(0.05)

    def stop(self) -> None:
        """Ends it; returns when it is gone."""
        if self._process.poll() is None:
            self._process.terminate()
        self._process.wait(HANG_GUARD_SECONDS)
