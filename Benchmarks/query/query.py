"""Asks query-service everything that docs/query-api.md documents, over a day of all signals, and measures.

Ten million spans, four million log records and five million points of metrics over 24 hours, in an embedded
ClickHouse of its own; as JSON lines, for each question the 95th percentile of its time when it is cold (ClickHouse's
caches were dropped before each run; the machine keeps the files in its memory) and when it is warm; then of 32 clients
at once, each of whom asks everything; and the service's largest resident memory of the whole run.

STORAGE_SPANS changes the numbers, all alike. QUERY_DATA names a folder that keeps the day: the next run finds it
there. QUERY_ONLY measures only the questions whose names have it in them; QUERY_COLD and QUERY_WARM say how often
each is asked.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import random
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1] / "storage"), str(Path(__file__).parents[2])]

from storage import ROOT, Server  # noqa: E402

import filling  # noqa: E402
from questions import Day, Question, Request, questions  # noqa: E402

COLD = int(os.environ.get("QUERY_COLD") or 10)
WARM = int(os.environ.get("QUERY_WARM") or 20)
ONLY = os.environ.get("QUERY_ONLY") or ""
CLIENTS = 32
MEMORY_MB = 150
TIMEOUT_SECONDS = 60
_CACHES = ("MARK CACHE", "INDEX MARK CACHE", "UNCOMPRESSED CACHE", "QUERY CONDITION CACHE", "PRIMARY INDEX CACHE")
_PORT = re.compile(r"server\.port=(\d+)")


class QueryService:
    """The service, in front of a ClickHouse."""

    def __init__(self, folder: Path, server: Server) -> None:
        programs = Path(os.environ.get("FAULTLINE_BIN_DIR") or ROOT / ".build" / "release")
        environment = {
            **os.environ,
            "QUERY_SERVICE_PORT": "0",
            "QUERY_METRICS_PORT": "0",
            "CH_HOST": f"127.0.0.1:{server.port}",
            "CH_DATABASE": "o11y",
            "CH_PASSWORD": "",
            "OTEL_SDK_DISABLED": "true",
        }
        log = folder / "query-service.log"
        with open(log, "wb") as output:
            self._process = subprocess.Popen(
                [str(programs / "query-service")], env=environment, stdout=output, stderr=output
            )
        # The port of its metrics is said first.
        while len(found := _PORT.findall(log.read_text())) < 2:
            if self._process.poll() is not None:
                raise SystemExit(log.read_text())
            time.sleep(0.02)
        self.port = int(found[1])

    def peak_mb(self) -> float:
        """The largest resident memory so far."""
        status = Path(f"/proc/{self._process.pid}/status").read_text()
        return int(re.search(r"VmHWM:\s+(\d+)", status)[1]) / 1024  # type: ignore[index]

    def cpu_seconds(self) -> float:
        """Processor time so far."""
        fields = Path(f"/proc/{self._process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def stop(self) -> None:
        """Ends it."""
        self._process.terminate()
        self._process.wait(60)


class Client:
    """One connection."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT_SECONDS)

    def milliseconds(self, request: Request) -> tuple[float, int, bytes]:
        """How long the whole answer took, its status and its bytes."""
        began = time.monotonic()
        self._connection.request(request.method, request.path, request.body or None, dict(request.headers))
        response = self._connection.getresponse()
        body = response.read()
        return (time.monotonic() - began) * 1000, response.status, body

    def close(self) -> None:
        """Closes it."""
        self._connection.close()


def measure(question: Question, service: QueryService, server: Server) -> None:
    """One question, cold and warm."""
    client = Client(service.port)
    times: dict[str, list[float]] = {"cold": [], "warm": []}
    cpu: dict[str, float] = {}
    size = 0
    for kind, runs in (("cold", COLD), ("warm", WARM + 2)):
        used = -service.cpu_seconds() - server.cpu_seconds()
        for number in range(runs):
            if kind == "cold":
                forget(server)
            elapsed, status, body = client.milliseconds(question.request(number))
            if status != 200:
                raise SystemExit(f"{question.name}: {status} {body[:500].decode(errors='replace')}")
            size = len(body)
            times[kind].append(elapsed)
        cpu[kind] = (used + service.cpu_seconds() + server.cpu_seconds()) / runs * 1000
    client.close()
    # The first two fill the caches.
    cold, warm = times["cold"], times["warm"][2:]
    detail = f"goal {question.goal_ms} ms; median {median(cold):.0f} cold, {median(warm):.0f} warm"
    detail += f"; processor time of both {cpu['cold']:.0f} cold, {cpu['warm']:.0f} warm; {size} bytes"
    figure(f"query.p95_cold_ms.{question.name}", p95(cold), "ms", f"{COLD} runs, {detail}")
    figure(f"query.p95_ms.{question.name}", p95(warm), "ms", f"{WARM} runs, {detail}")


def measure_crowd(asked: list[Question], service: QueryService) -> None:
    """All clients at once, each of whom asks everything in an order of its own."""
    times: dict[str, list[float]] = {question.name: [] for question in asked}
    failures: list[str] = []
    lock = threading.Lock()

    def ask(number: int) -> None:
        client = Client(service.port)
        own = random.Random(number).sample(asked, len(asked))
        for question in own:
            try:
                elapsed, status, body = client.milliseconds(question.request(number))
            except OSError as error:
                elapsed, status, body = 0, 0, str(error).encode()
                client.close()
            with lock:
                times[question.name].append(elapsed)
                if status != 200:
                    failures.append(f"{question.name}: {status} {body[:200].decode(errors='replace')}")
        client.close()

    began = time.monotonic()
    clients = [threading.Thread(target=ask, args=(number,)) for number in range(CLIENTS)]
    for each in clients:
        each.start()
    for each in clients:
        each.join()
    seconds = time.monotonic() - began
    every = [elapsed for each in times.values() for elapsed in each]
    slowest = sorted(times, key=lambda name: -p95(times[name]))[:5]
    detail = (
        f"{CLIENTS} clients, {len(every)} questions of {len(asked)} kinds, median {median(every):.0f} ms; slowest: "
    )
    detail += ", ".join(f"{name} {p95(times[name]):.0f}" for name in slowest)
    figure("query.crowd_p95_ms", p95(every), "ms", detail)
    figure("query.crowd_rate", len(every) / seconds, "questions/s", f"{seconds:.0f} s")
    figure("query.crowd_failures", len(failures), "questions", "; ".join(sorted(set(failures))[:5]))


def forget(server: Server) -> None:
    """Drops what ClickHouse remembers of earlier questions."""
    for cache in _CACHES:
        server.ask(f"SYSTEM DROP {cache}")


def median(times: list[float]) -> float:
    """The middle one."""
    return sorted(times)[len(times) // 2]


def p95(times: list[float]) -> float:
    """The 95th percentile."""
    return sorted(times)[-(-95 * len(times) // 100) - 1]


def figure(name: str, value: float, unit: str, detail: str) -> None:
    """One line of the benchmark's output."""
    detail = f"{detail}; load {os.getloadavg()[0]:.0f}"
    print(json.dumps({"name": name, "value": round(value, 2), "unit": unit, "detail": detail}), flush=True)


@contextlib.contextmanager
def day_of_data() -> Iterator[tuple[Path, Server]]:
    """The folder and a server with the day in it."""
    with contextlib.ExitStack() as stack:
        kept = os.environ.get("QUERY_DATA")
        folder = Path(kept or stack.enter_context(tempfile.TemporaryDirectory(prefix="query-")))
        folder.mkdir(parents=True, exist_ok=True)
        server = Server(str(folder / "clickhouse"))
        stack.callback(server.stop)
        filling.fill(server)
        print(filling.counts(server), file=sys.stderr)
        yield folder, server


def main() -> None:
    """Runs the benchmark."""
    with day_of_data() as (folder, server):
        ids = server.ask(
            "SELECT TraceId FROM otel_traces_trace_id_ts GROUP BY TraceId ORDER BY cityHash64(TraceId) LIMIT 100"
        ).split()
        asked = questions(Day(end=filling.moment(server) // 1_000_000_000 + 1, traces=ids))
        asked = [question for question in asked if ONLY in question.name]
        service = QueryService(folder, server)
        try:
            idle = service.peak_mb()
            for question in asked:
                measure(question, service, server)
            alone = service.peak_mb()
            measure_crowd(asked, service)
            detail = (
                f"goal {MEMORY_MB} MB; {idle:.0f} MB when it had started, {alone:.0f} MB before the {CLIENTS} clients"
            )
            figure("query.peak_memory_mb", service.peak_mb(), "MB", detail)
        finally:
            service.stop()


if __name__ == "__main__":
    main()
