"""What was acknowledged is still there, however the process ended."""

from __future__ import annotations

import signal
import subprocess
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from embedded_server import EmbeddedServer


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_rows_and_schemas_outlive_the_process(tmp_path: Path, number: int) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    server = EmbeddedServer(tmp_path / "data", environment={"TMPDIR": str(temporary)})
    server.query(
        "INSERT INTO otel_traces (Timestamp, TraceId, ServiceName)"
        " SELECT now64(9), toString(number), 's' FROM numbers(1000)"
    )
    ended = server.stop(number)
    assert ended == (0 if number == signal.SIGTERM else -signal.SIGKILL)
    assert list(temporary.iterdir()) == []
    server.start()
    try:
        assert server.query("SELECT count(), uniqExact(TraceId) FROM otel_traces") == "1000\t1000\n"
        assert server.query("SELECT count() FROM otel_traces_trace_id_ts") == "1000\n"
        assert server.query("SELECT Version FROM schema_version FINAL ORDER BY Version LIMIT 1") == "1\n"
        assert server.query("SELECT count() = uniqExact(Version) FROM schema_version") == "1\n"
    finally:
        server.stop()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own with 64 MB, or a reason to skip."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", str(folder)], capture_output=True, text=True
    )
    if mounted.returncode != 0:
        pytest.skip(f"this user may not mount a file system: {mounted.stderr.strip()}")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def test_a_start_on_a_full_disk_is_refused_and_harms_nothing(small_disk: Path) -> None:
    server = EmbeddedServer(small_disk / "data")
    server.query("INSERT INTO otel_logs (Timestamp, Body) SELECT now64(9), 'kept' FROM numbers(1000)")
    server.stop(signal.SIGKILL)
    filled = small_disk / "filled"
    with open(filled, "wb", buffering=0) as file:
        for size in (65536, 1):
            try:
                while file.write(b"x" * size):
                    pass
            except OSError:
                continue
    with pytest.raises(AssertionError, match="the disk of .* is full .0.0 MB left"):
        server.start()
    filled.unlink()
    server.start()
    try:
        assert server.query("SELECT count() FROM otel_logs") == "1000\n"
        assert server.query("SELECT count() > 15 FROM system.tables WHERE database = 'o11y'") == "1\n"
    finally:
        server.stop()


def test_no_acknowledged_insert_is_lost_when_the_process_is_killed_under_load(tmp_path: Path) -> None:
    server = EmbeddedServer(tmp_path / "data")
    server.query("CREATE TABLE kept (batch UInt64, row UInt64) ENGINE = MergeTree ORDER BY (batch, row)")
    acknowledged: set[int] = set()
    lock = threading.Lock()
    enough = threading.Event()

    def insert(first: int) -> None:
        for batch in range(first, 1_000_000, 4):
            rows = b"".join(b'{"batch":%d,"row":%d}\n' % (batch, row) for row in range(50))
            try:
                answer = server.request(body=rows, query="INSERT INTO kept FORMAT JSONEachRow", database="o11y")
            except OSError:
                return
            if answer.status == 200:
                with lock:
                    acknowledged.add(batch)
                    if len(acknowledged) >= 200:
                        enough.set()

    with ThreadPoolExecutor(4) as clients:
        working = [clients.submit(insert, first) for first in range(4)]
        assert enough.wait(60)
        server.stop(signal.SIGKILL)
        for each in working:
            each.result()
    server.start()
    try:
        rows = server.query("SELECT batch, count() FROM kept GROUP BY batch").splitlines()
        stored = dict(tuple(map(int, line.split("\t"))) for line in rows)
    finally:
        server.stop()
    assert len(acknowledged) >= 200
    assert [batch for batch in acknowledged if stored.get(batch) != 50] == []
