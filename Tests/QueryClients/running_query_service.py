"""A real query service on ports that the system gives, in front of an embedded ClickHouse."""

from __future__ import annotations

import os
import re
import subprocess
import time
from pathlib import Path

from embedded_server import HANG_GUARD_SECONDS, ROOT, EmbeddedServer

_BIN = Path(os.environ.get("FAULTLINE_BIN_DIR") or ROOT / ".build" / "release")
_PORT = re.compile(r"server\.port=(\d+)")


class RunningQueryService:
    """It answers when the constructor returns."""

    def __init__(self, folder: Path, clickhouse: EmbeddedServer) -> None:
        log = folder / "output"
        with open(log, "wb") as output:
            self.process = subprocess.Popen(
                [str(_BIN / "query-service")],
                env={
                    **os.environ,
                    "QUERY_CONFIG": str(ROOT / "configs" / "query.yaml"),
                    "QUERY_SERVICE_PORT": "0",
                    "QUERY_METRICS_PORT": "0",
                    "CH_HOST": f"127.0.0.1:{clickhouse.port}",
                    "CH_DATABASE": "o11y",
                    "OTEL_SDK_DISABLED": "true",
                },
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
            )
        deadline = time.monotonic() + HANG_GUARD_SECONDS
        # The port of the metrics is said first.
        while len(found := _PORT.findall(log.read_text())) < 2:
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise AssertionError(f"the query service did not start:\n{log.read_text()}")
            time.sleep(0.02)
        self.metrics, self.url = (f"http://127.0.0.1:{port}" for port in found[:2])

    def stop(self) -> None:
        """Ends it; returns when it is gone."""
        if self.process.poll() is None:
            self.process.terminate()
        self.process.wait(HANG_GUARD_SECONDS)
