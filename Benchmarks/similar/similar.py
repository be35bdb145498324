"""Similar errors and strange traces: what a question takes, and what it costs to be able to answer.

A ClickHouse, an embedding endpoint and embedding-pipeline of its own. Times are of this machine as busy as it is;
processor time is firmer, and given where it says something.
"""

from __future__ import annotations

import http.client
import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
import urllib.parse
from collections.abc import Callable, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from launcher.preparation.model_weights import WEIGHTS, fetch_missing  # noqa: E402
from launcher.terminal.progress import Progress  # noqa: E402

MODEL = "all-MiniLM-L6-v2"
QUERIES = ROOT / "clickhouse" / "queries"
RUNS = 40
QUESTIONS = [
    "the payment gateway takes too long to answer",
    "no connection left in the pool of the database",
    "the card was declined by the bank",
    "disk is full, nothing can be written",
]
LOGS = 400_000
ROUNDS = 4


class Program:
    """A process that listens on a port of its own."""

    def __init__(self, command: list[str], port: int, environment: Mapping[str, str]) -> None:
        self.port = port
        self.process = subprocess.Popen(command, env={**os.environ, **environment}, stderr=subprocess.DEVNULL)

    def wait(self, path: str) -> None:
        """Returns when the path is answered."""
        while self.process.poll() is None:
            try:
                self.ask("GET", path)
                return
            except OSError:
                time.sleep(0.05)
        raise SystemExit(f"{self.process.args} ended")

    def ask(self, method: str, path: str, body: bytes = b"") -> bytes:
        """The body of an answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=600)
        try:
            connection.request(method, path, body, {"Content-Type": "application/json"})
            response = connection.getresponse()
            answer = response.read()
            if response.status != 200:
                raise SystemExit(answer.decode()[:2000])
            return answer
        finally:
            connection.close()

    def cpu_seconds(self) -> float:
        """Processor time so far."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def rss_mb(self) -> float:
        """Resident memory."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+)", status)[1]) / 1024  # type: ignore[index]

    def stop(self) -> None:
        """Ends it."""
        self.process.terminate()
        self.process.wait(60)


class ClickHouse(Program):
    """The embedded engine."""

    def sql(self, sql: str, **parameters: str) -> str:
        """The answer to a statement."""
        address = {"database": "o11y", **{f"param_{name}": value for name, value in parameters.items()}}
        return self.ask("POST", "/?" + urllib.parse.urlencode(address), sql.encode()).decode()


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def figure(name: str, value: float, unit: str, detail: str) -> None:
    """One line of the benchmark's output."""
    load = os.getloadavg()[0]
    print(
        json.dumps({"name": name, "value": round(value, 2), "unit": unit, "detail": f"{detail}; load {load:.0f}"}),
        flush=True,
    )


def p95(times: list[float]) -> float:
    return sorted(times)[-(-95 * len(times) // 100) - 1]


def timed(action: Callable[[int], object], runs: int = RUNS) -> list[float]:
    """Milliseconds of each run, after two that do not count."""
    for number in range(2):
        action(number)
    times = []
    for number in range(runs):
        began = time.monotonic()
        action(number)
        times.append((time.monotonic() - began) * 1000)
    return times


def embed(endpoint: Program, texts: str | list[str]) -> list[list[float]]:
    answer = endpoint.ask("POST", "/v1/embeddings", json.dumps({"input": texts, "model": MODEL}).encode())
    return [item["embedding"] for item in json.loads(answer)["data"]]


def measure_embedding(endpoint: Program) -> None:
    texts = [
        f"shop: Failed to place order {n % 97}: {QUESTIONS[n % 4]}, after <n> attempts in <n> ms" for n in range(600)
    ]
    embed(endpoint, texts[:64])
    cpu = endpoint.cpu_seconds()
    for first in range(0, len(texts), 64):
        embed(endpoint, texts[first : first + 64])
    cpu = endpoint.cpu_seconds() - cpu
    figure("similar.embed_texts_per_s", len(texts) / cpu, "texts/s", "a core, by processor time; goal 140")
    figure("similar.rss_mb", endpoint.rss_mb(), "MB", "embedding endpoint after 600 texts; goal 300")


def fill_templates(clickhouse: ClickHouse, count: int) -> None:
    """So many templates with vectors around two thousand middles."""
    clickhouse.sql("TRUNCATE TABLE log_templates")
    clickhouse.sql("TRUNCATE TABLE template_embeddings")
    clickhouse.sql(
        "INSERT INTO log_templates SELECT number + 1, ['shop', 'stock', 'payment'][1 + number % 3], 'ERROR',"
        " concat('kind ', toString(number), ' failed'), concat('cause ', toString(number % 2000)), now64(9) - 9000,"
        f" now64(9) - 4000, 10, lower(hex(sipHash128(number))) FROM numbers({count})"
    )
    clickhouse.sql(
        "INSERT INTO template_embeddings (Key, Model, Dimension, Embedding)"
        f" SELECT number + 1, '{MODEL}', 384,"
        " arrayMap(i -> toFloat32((sipHash64(number % 2000, i) % 2001 - 1000) / 19600"
        " + (sipHash64(number, i, 1) % 401 - 200.) / 19600), range(384))"
        f" FROM numbers({count}) SETTINGS max_block_size = 4096"
    )


def measure_search(clickhouse: ClickHouse, endpoint: Program) -> None:
    exact, by_index = ((QUERIES / f"similar_error_search{form}.sql").read_text() for form in ("", "_hnsw"))
    for count, goal in ((3_000, 50), (100_000, 100)):
        fill_templates(clickhouse, count)
        measure_form(clickhouse, endpoint, exact, f"similar.search_p95_ms.{count}", f"{count} templates", goal)
    wanted = [nearest(clickhouse, exact, vector) for vector in known_vectors(clickhouse)]
    cpu = clickhouse.cpu_seconds()
    for statement in statements(ROOT / "clickhouse" / "optional" / "vector_index.sql"):
        clickhouse.sql(statement)
    cpu = clickhouse.cpu_seconds() - cpu
    figure("similar.hnsw_build_cpu_s", cpu, "s", "processor time of indexing 100000 vectors of 384 once")
    detail = "100000 templates by the HNSW index"
    measure_form(clickhouse, endpoint, by_index, "similar.hnsw_search_p95_ms.100000", detail, 100)
    found = [nearest(clickhouse, by_index, vector) for vector in known_vectors(clickhouse)]
    recall = sum(len(one & other) for one, other in zip(found, wanted)) / sum(map(len, wanted))
    figure("similar.hnsw_recall_at_10", recall, "", f"of {len(wanted)} questions, against the exact search")
    clickhouse.sql("ALTER TABLE template_embeddings DROP INDEX nearest")


def with_vector(search: str, vector: str) -> str:
    """A search for a vector, which is written into it: an address has no room for one."""
    given = "ifNull({query_embedding:Nullable(String)}, '[]')"
    assert given in search
    return search.replace(given, f"'{vector}'")


def measure_form(clickhouse: ClickHouse, endpoint: Program, search: str, name: str, what: str, goal: int) -> None:
    def question(number: int) -> None:
        vector = json.dumps(embed(endpoint, QUESTIONS[number % 4])[0])
        rows = clickhouse.sql(with_vector(search, vector), older_than="0").splitlines()
        assert len(rows) == 10, rows

    cpu = clickhouse.cpu_seconds() + endpoint.cpu_seconds()
    times = timed(question)
    cpu = (clickhouse.cpu_seconds() + endpoint.cpu_seconds() - cpu) / (RUNS + 2) * 1000
    detail = f"text to rows by HTTP, {what}, median {sorted(times)[RUNS // 2]:.0f} ms, {cpu:.0f} ms of processor time"
    figure(name, p95(times), "ms", f"{detail}; goal {goal}, the plan's 200")


def known_vectors(clickhouse: ClickHouse) -> list[str]:
    """Forty of the stored vectors, to be looked for."""
    sql = "SELECT toString(Embedding) FROM template_embeddings WHERE Key % 2500 = 7 ORDER BY Key FORMAT TSVRaw"
    return clickhouse.sql(sql).splitlines()


def nearest(clickhouse: ClickHouse, search: str, vector: str) -> set[str]:
    """What a form of the search finds."""
    rows = clickhouse.sql(with_vector(search, vector), older_than="0").splitlines()
    return {row.split("\t")[2] for row in rows}


def statements(file: Path) -> list[str]:
    """The statements of a schema file."""
    text = "\n".join(line for line in file.read_text().splitlines() if not line.startswith("--"))
    return [each for each in text.split(";") if each.strip()]


def measure_first_sight(clickhouse: ClickHouse, endpoint: Program) -> None:
    clickhouse.sql("TRUNCATE TABLE log_templates")
    clickhouse.sql("TRUNCATE TABLE template_embeddings")
    port = free_port()
    built = os.environ.get("FAULTLINE_BIN_DIR") or str(ROOT / ".build" / "release")
    pipeline = Program(
        [f"{built}/embedding-pipeline"],
        port,
        {
            "EMBEDDING_PIPELINE_PORT": str(port),
            "CLICKHOUSE_HTTP_PORT": str(clickhouse.port),
            "CH_HOST": "127.0.0.1",
            "CH_DATABASE": "o11y",
            "EMBEDDING_ENDPOINT": f"http://127.0.0.1:{endpoint.port}/v1/embeddings",
            "OTEL_SDK_DISABLED": "true",
        },
    )
    try:
        pipeline.wait("/health")
        waits = []
        for number in range(10):
            body = f"a new kind {chr(97 + number)} of failure"
            clickhouse.sql(
                "INSERT INTO otel_logs (Timestamp, SeverityText, SeverityNumber, ServiceName, Body)"
                f" SELECT now64(9), 'ERROR', 17, 'shop', '{body}'"
            )
            began = time.monotonic()
            while int(clickhouse.sql("SELECT count() FROM template_embeddings")) <= number:
                time.sleep(0.02)
            waits.append(time.monotonic() - began)
        figure("similar.template_to_vector_s", max(waits), "s", "the longest of 10, first sight to searchable; goal 10")
        figure("similar.pipeline_rss_mb", pipeline.rss_mb(), "MB", "embedding-pipeline")
    finally:
        pipeline.stop()


def measure_ingest(clickhouse: ClickHouse) -> None:
    """Inserts with and without the view, in turn; one record in 23 is a warning, as in the shop."""
    view = clickhouse.sql("SHOW CREATE TABLE log_templates_mv FORMAT TSVRaw")
    insert = (
        "INSERT INTO otel_logs (Timestamp, TraceId, SpanId, SeverityText, SeverityNumber, ServiceName, Body,"
        " ResourceAttributes, LogAttributes) SELECT now64(9) - number / 1000, lower(hex(sipHash128(number))),"
        " lower(hex(sipHash64(number))), if(number % 23 = 0, 'WARN', 'INFO'), if(number % 23 = 0, 13, 9),"
        " ['shop', 'stock', 'payment'][1 + number % 3], ['Order placed', 'Added to cart', 'Failed to place order',"
        " 'Stock was reserved'][1 + number % 4], map('service.name', 'shop', 'service.version', '1.0.0',"
        " 'deployment.environment.name', 'demo', 'host.name', 'one'), map('order.id', toString(number), 'session.id',"
        " lower(hex(sipHash64(number, 1))), 'cause',"
        " if(number % 23 = 0, concat('card ', toString(number), ' declined'), ''))"
        f" FROM numbers({LOGS}) SETTINGS max_threads = 1"
    )
    spent: dict[bool, list[float]] = {True: [], False: []}
    for _ in range(ROUNDS):
        for watched in (True, False):
            if not watched:
                clickhouse.sql("DROP TABLE log_templates_mv")
            cpu = clickhouse.cpu_seconds()
            clickhouse.sql(insert)
            spent[watched].append(clickhouse.cpu_seconds() - cpu)
            if not watched:
                clickhouse.sql(view)
            clickhouse.sql("TRUNCATE TABLE otel_logs")
    cost = 100 * (min(spent[True]) / min(spent[False]) - 1)
    detail = (
        f"processor time of inserting {LOGS} records, with and without the view, the least of {ROUNDS} each; goal 3"
    )
    figure("similar.ingest_cost_percent", cost, "%", detail)


def measure_anomalies(clickhouse: ClickHouse) -> None:
    """An hour at 20 visits a second: some six requests a visit."""
    clickhouse.sql(
        "INSERT INTO trace_summaries (TraceId, Timestamp, Duration, ServiceName, SpanName, Release, Structure, Steps,"
        " SpanSequence, SpanCount, ErrorCount, Key, Text, WorstDeviation, Score, IsAnomaly, AnomalyType, Reason)"
        " SELECT lower(hex(sipHash128(number))), now64(9) - number / 120, 1000000 + number % 90000000, 'shop',"
        " concat('GET /', toString(number % 12)), '1.0', number % 45, ['a', 'b', toString(number % 45)],"
        " concat('a -> b -> ', toString(number % 45)), 6, number % 50 = 0, number % 140, 'text', 1,"
        " (sipHash64(number, 2) % 1000) / 400, number % 300 = 0, if(number % 300 = 0, 'latency', ''),"
        " if(number % 300 = 0, 'slow', '') FROM numbers(432000)"
    )
    ask = (QUERIES / "anomaly_detection.sql").read_text()
    cpu = clickhouse.cpu_seconds()
    times = timed(lambda _: clickhouse.sql(ask, since="3600"))
    cpu = (clickhouse.cpu_seconds() - cpu) / (RUNS + 2) * 1000
    detail = f"the strangest of 432000 traces, p95 of {RUNS}, median {sorted(times)[RUNS // 2]:.0f} ms"
    figure("anomaly.query_ms", p95(times), "ms", f"{detail}, {cpu:.0f} ms of processor time; goal 200")


def main() -> None:
    """Runs the benchmark."""
    fetch_missing(Progress(sys.stderr))
    with tempfile.TemporaryDirectory(prefix="similar-") as folder:
        port, second = free_port(), free_port()
        python = sys.executable
        clickhouse = ClickHouse(
            [python, str(ROOT / "clickhouse" / "embedded"), "--port", str(port), "--data", folder],
            port,
            {"CH_DATABASE": "o11y", "CH_PASSWORD": ""},
        )
        endpoint = Program(
            [python, str(ROOT / "embeddings"), "--port", str(second), "--weights", str(WEIGHTS)], second, {}
        )
        try:
            clickhouse.wait("/ping")
            endpoint.wait("/health")
            measure_embedding(endpoint)
            measure_search(clickhouse, endpoint)
            measure_first_sight(clickhouse, endpoint)
            measure_ingest(clickhouse)
            measure_anomalies(clickhouse)
        finally:
            endpoint.stop()
            clickhouse.stop()


if __name__ == "__main__":
    main()
