"""Loads the shop's telemetry into an embedded ClickHouse of its own and measures what it takes and gives.

Ten million spans over the last 24 hours (STORAGE_SPANS for another number), by journeys.sql; then,
as JSON lines, compressed bytes a span and the compression ratio. Everything that an insert into
otel_traces fills counts: the spans with their indexes, the trace index and the rollups.

Then as many spans of a history (./demo history), with its log records, metrics and incidents, in their
place; and the 95th percentile of the time of every documented query over those 24 hours.
"""

from __future__ import annotations

import http.client
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.parse
from collections.abc import Mapping
from datetime import datetime, timezone
from pathlib import Path

from launcher.history.history import History
from launcher.history.telling import tell

ROOT = Path(__file__).resolve().parents[2]
SPANS = int(os.environ.get("STORAGE_SPANS") or 10_000_000)
# 20 journeys have 124 spans.
JOURNEYS = round(SPANS * 20 / 125)
CHUNK = 40_000
HOURS = 24
SPANS_PER_VISIT = 51
RUNS = 20
DAY = "86400"
OWN_WINDOW = {"orphan_spans": "ten minutes"}
"""A check of the last minutes by its nature, which joins every span with its parent, is run as it is documented."""


class Server:
    """An embedded ClickHouse in a folder that is deleted afterwards."""

    def __init__(self, folder: str) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        command = [sys.executable, str(ROOT / "clickhouse" / "embedded"), "--port", str(self.port), "--data", folder]
        self._process = subprocess.Popen(command, env={**os.environ, "CH_DATABASE": "o11y", "CH_PASSWORD": ""})
        while self._process.poll() is None:
            try:
                self.ask("SELECT 1")
                return
            except ConnectionRefusedError:
                time.sleep(0.05)
        raise SystemExit("the embedded ClickHouse did not start")

    def ask(self, sql: str, parameters: Mapping[str, str] | None = None) -> str:
        """The answer to a statement."""
        address = {"database": "o11y", **{f"param_{name}": value for name, value in (parameters or {}).items()}}
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=3600)
        try:
            connection.request("POST", "/?" + urllib.parse.urlencode(address), sql.encode())
            response = connection.getresponse()
            text = response.read().decode()
            if response.status != 200:
                raise SystemExit(text)
            return text
        finally:
            connection.close()

    def cpu_seconds(self) -> float:
        """Processor time that the server has used so far."""
        fields = Path(f"/proc/{self._process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def stop(self) -> None:
        """Ends the server."""
        self._process.terminate()
        self._process.wait(60)


def load(server: Server) -> float:
    """Inserts the journeys and lets the parts merge; returns the seconds of the inserts."""
    insert = (Path(__file__).parent / "journeys.sql").read_text()
    began = time.monotonic()
    for first in range(0, JOURNEYS, CHUNK):
        count = min(CHUNK, JOURNEYS - first)
        server.ask(insert, {"first": str(first), "count": str(count), "per_day": str(JOURNEYS)})
        print(f"{first + count} of {JOURNEYS} journeys", file=sys.stderr)
    seconds = time.monotonic() - began
    merge(server)
    return seconds


def load_history(server: Server) -> None:
    """Puts a history in the place of what is there, and prints how fast it was made."""
    for table in tables(server):
        server.ask(f"TRUNCATE TABLE {table}")
    rate = SPANS / SPANS_PER_VISIT / (HOURS * 3600)
    history = History(seed=1, until=datetime.now(timezone.utc), hours=HOURS, rate=rate)
    cpu, began = server.cpu_seconds(), time.monotonic()
    for told, visits in tell(history, server.ask):
        print(f"{told} of {visits} visits", file=sys.stderr)
    seconds, cpu = time.monotonic() - began, server.cpu_seconds() - cpu
    spans, logs = (int(server.ask(f"SELECT count() FROM {table}")) for table in ("otel_traces", "otel_logs"))
    detail = f"with {logs} log records and the metrics; {spans / cpu:.0f} spans for each second of processor time"
    figure("storage.history", spans / seconds, "spans/s", detail)
    merge(server)


def merge(server: Server) -> None:
    """Lets all parts become one a partition, as they do after a while."""
    for table in tables(server):
        server.ask(f"OPTIMIZE TABLE {table} FINAL")


def tables(server: Server) -> list[str]:
    """The tables of telemetry, and those that views fill from them."""
    query = "SELECT name FROM system.tables WHERE database = 'o11y' AND name LIKE 'otel_%' AND engine LIKE '%MergeTree'"
    return server.ask(query).split()


def print_storage(server: Server, seconds: float) -> None:
    """Bytes a span and the ratio."""
    rows = server.ask(
        "SELECT table, sum(bytes_on_disk), sum(data_compressed_bytes), sum(data_uncompressed_bytes) FROM system.parts"
        " WHERE active AND database = 'o11y' AND table LIKE 'otel_traces%' GROUP BY table"
    )
    sizes = {name: tuple(map(int, numbers)) for name, *numbers in (line.split("\t") for line in rows.splitlines())}
    spans = int(server.ask("SELECT count() FROM otel_traces"))
    disk = sum(size[0] for size in sizes.values())
    parts = ", ".join(
        f"{name} {size[0] / spans:.1f}" for name, size in sorted(sizes.items(), key=lambda each: -each[1][0])
    )
    figure("storage.bytes_per_span", disk / spans, "bytes", f"{spans} spans; on disk with indexes: {parts}")
    ratio = sum(size[2] for size in sizes.values()) / sum(size[1] for size in sizes.values())
    figure(
        "storage.compression_ratio",
        ratio,
        "ratio",
        "uncompressed column bytes for each compressed one, all tables together",
    )
    figure(
        "storage.generate_and_insert",
        spans / seconds,
        "spans/s",
        "INSERT SELECT that makes and stores the spans, all cores",
    )


def print_queries(server: Server) -> None:
    """The 95th percentile of each documented query, over 24 hours."""
    for file in sorted((ROOT / "clickhouse" / "queries").glob("*.sql")):
        sql = file.read_text()
        window = OWN_WINDOW.get(file.stem, "24 h")
        parameters = {} if file.stem in OWN_WINDOW else {"since": DAY}
        times = []
        cpu = server.cpu_seconds()
        for _ in range(RUNS):
            began = time.monotonic()
            server.ask(sql, parameters)
            times.append((time.monotonic() - began) * 1000)
        times.sort()
        p95 = times[-(-95 * RUNS // 100) - 1]
        cpu = (server.cpu_seconds() - cpu) / RUNS * 1000
        detail = (
            f"{file.stem} over {window}, {RUNS} runs, median {times[RUNS // 2]:.0f} ms,"
            f" {cpu:.0f} ms of processor time each"
        )
        figure(f"storage.query_p95_ms.{file.stem}", p95, "ms", detail)


def figure(name: str, value: float, unit: str, detail: str) -> None:
    """One line of the benchmark's output."""
    print(json.dumps({"name": name, "value": round(value, 2), "unit": unit, "detail": detail}), flush=True)


def main() -> None:
    """Runs the benchmark."""
    with tempfile.TemporaryDirectory(prefix="storage-") as folder:
        server = Server(folder)
        try:
            seconds = load(server)
            print_storage(server, seconds)
            load_history(server)
            print_queries(server)
        finally:
            server.stop()


if __name__ == "__main__":
    main()
