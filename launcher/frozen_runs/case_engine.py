"""An embedded ClickHouse of its own for one bundle: nothing else is in it, and it is gone afterwards."""

from __future__ import annotations

import re
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from launcher.configuration.locations import ROOT, python
from launcher.configuration.settings import Settings
from launcher.errors import UserError

_START_SECONDS = 120.0
_STOP_SECONDS = 30.0
_ADDRESS = re.compile(r"on http://[^ ]*:(\d+),")


@dataclass(frozen=True)
class CaseEngine:
    """Where it answers, and a folder for what belongs to the case."""

    settings: Settings
    folder: Path


@contextmanager
def case_engine(data: Path | None = None) -> Iterator[CaseEngine]:
    """Starts one on a port that the system gives, and stops it afterwards. Raises ``UserError``.

    ``data`` is the data of a suite that is down, for a run that is to be frozen later; without it there is nothing yet.
    """
    with tempfile.TemporaryDirectory(prefix="faultline-case-") as made:
        folder = Path(made)
        log = folder / "engine.log"
        words = [str(python()), str(ROOT / "clickhouse" / "embedded"), "--port", "0"]
        with open(log, "ab") as written:
            process = subprocess.Popen([*words, "--data", str(data or folder / "data")], stderr=written)
        try:
            port = _port(process, log)
            yield CaseEngine(Settings({"CLICKHOUSE_HTTP_PORT": port}, "o11y", "127.0.0.1"), folder)
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _port(process: subprocess.Popen[bytes], log: Path) -> int:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        if (found := _ADDRESS.search(log.read_text())) is not None:
            return int(found[1])
        time.sleep(0.02)
    raise UserError("an embedded ClickHouse could not be started. Its last lines:", log.read_text().splitlines()[-8:])
