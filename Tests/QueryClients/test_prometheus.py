"""A real Prometheus beside the query service: the same samples give the same values, and it reads its metrics.

Debian's is a 2.42, whose ranges include their start: no sample is at the edge of a range here.
"""

from __future__ import annotations

import contextlib
import math
import random
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from embedded_server import EmbeddedServer
from launcher.preparation.unpacked_packages import unpack
from launcher.terminal.progress import Progress

from conftest import END
from running_program import Running, ask, free_port, running
from running_query_service import RunningQueryService

STEP = 15
START = END - 5400
BOUNDS = ["0.1", "0.5", "2.5", "+Inf"]
PATHS = ["/api/v1/labels", "/api/v1/label/__name__/values", "/api/v1/label/queue/values", "/api/v1/label/le/values"]
Series = dict[str, Any]

EXPRESSIONS = [
    "compared_work_total",
    'compared_work_total{queue=~"a|b",shard!="1"}',
    "rate(compared_work_total[5m])",
    "increase(compared_work_total[17m])",
    "irate(compared_work_total[2m])",
    "resets(compared_work_total[30m])",
    "sum(rate(compared_work_total[5m]))",
    "sum by (queue) (rate(compared_work_total[5m]))",
    "topk(2, compared_level)",
    "rate(compared_work_total[5m] offset 10m)",
    "max without (shard) (increase(compared_work_total[10m]))",
    "compared_level",
    "delta(compared_level[10m])",
    "deriv(compared_level[10m])",
    "predict_linear(compared_level[10m], 600)",
    "avg_over_time(compared_level[10m])",
    "min_over_time(compared_level[10m]) + max_over_time(compared_level[10m])",
    "quantile_over_time(0.9, compared_level[10m])",
    "stddev_over_time(compared_level[10m])",
    "count_over_time(compared_level[10m])",
    "changes(compared_level[10m])",
    "quantile(0.75, compared_level)",
    "stddev by (queue) (compared_level)",
    "compared_level > 50",
    "compared_level > bool 50",
    "clamp(compared_level, 30, 60) % 7",
    "-compared_level ^ 2",
    "compared_level / on (queue, shard) group_left compared_work_total",
    "compared_level unless compared_level > 50",
    "count_values('value', round(compared_level, 20))",
    "histogram_quantile(0.9, rate(compared_time_bucket[5m]))",
    "histogram_quantile(0.5, sum by (le) (rate(compared_time_bucket[5m])))",
    "rate(compared_time_sum[5m]) / rate(compared_time_count[5m])",
    "max_over_time(rate(compared_work_total[5m])[1170s:1m])",
    "absent(compared_nothing)",
    "label_replace(compared_level, 'name', '$1-x', 'queue', '(.*)')",
    "sum(compared_level) and on () vector(1)",
    "hour(timestamp(compared_level))",
    "time() - timestamp(compared_level)",
]


@pytest.fixture(scope="session")
def debian() -> Path:
    program = unpack("prometheus", "usr/bin/prometheus", Progress())
    if program is None:
        pytest.skip("Debian's prometheus cannot be had here")
    return program.parent


@pytest.fixture(scope="session")
def both(
    debian: Path, clickhouse: EmbeddedServer, service: RunningQueryService, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, str]]:
    """The addresses of a Prometheus and of the query service, which have the same samples."""
    folder = tmp_path_factory.mktemp("prometheus")
    series = samples()
    store(series, clickhouse)
    exposition = folder / "samples.om"
    exposition.write_text(open_metrics(series))
    data = folder / "data"
    command = [str(debian / "promtool"), "tsdb", "create-blocks-from", "openmetrics", str(exposition), str(data)]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    with prometheus(debian, folder, data, "global: {}\n") as (url, _):
        yield url, service.url


@contextlib.contextmanager
def prometheus(debian: Path, folder: Path, data: Path, configuration: str) -> Iterator[tuple[str, Running]]:
    """A Prometheus on these data, which answers."""
    file, log, port = folder / "prometheus.yml", folder / "log", free_port()
    file.write_text(configuration)
    command = [str(debian / "prometheus"), f"--config.file={file}", f"--storage.tsdb.path={data}"]
    with running([*command, f"--web.listen-address=127.0.0.1:{port}"], log) as program:
        url = f"http://127.0.0.1:{port}"
        program.wait_for(lambda: ask(url, "/api/v1/query", query="1"))
        yield url, program


def samples() -> list[Series]:
    """Counters that begin anew, gauges with gaps, histograms; 217 ms beside every edge that is asked for."""
    draw = random.Random(7)
    times = [START + place * STEP + 0.217 for place in range((END - START) // STEP)]
    found: list[Series] = []
    for shard in range(6):
        labels = {"queue": "abc"[shard % 3], "shard": str(shard)}
        value, points = 0.0, []
        for time in times:
            value = 0.0 if draw.random() < 0.01 else value + draw.randrange(20)
            points.append((time, value))
        found.append({"name": "compared.work", "kind": "counter", "labels": labels, "points": points})
        gauge = [(time, round(50 + 30 * math.sin(time / 300 + shard), 3)) for time in times if draw.random() > 0.05]
        found.append({"name": "compared.level", "kind": "gauge", "labels": labels, "points": gauge})
    counts, total, histogram = [0, 0, 0, 0], 0.0, []
    for time in times:
        counts = [count + draw.randrange(9) for count in counts]
        total += draw.random() * 10
        histogram.append((time, (list(counts), round(total, 6))))
    found.append({"name": "compared.time", "kind": "histogram", "labels": {"queue": "a"}, "points": histogram})
    return found


def open_metrics(series: list[Series]) -> str:
    """What Prometheus' own tool makes blocks of."""
    lines: list[str] = []
    for name, kind in [("compared.work", "counter"), ("compared.level", "gauge"), ("compared.time", "histogram")]:
        family = name.replace(".", "_")
        lines.append(f"# TYPE {family} {kind}")
        for each in (each for each in series if each["name"] == name):
            own = "".join(f',{key}="{value}"' for key, value in each["labels"].items())
            labels = 'job="compared",instance="one"' + own
            for time, value in each["points"]:
                if kind == "histogram":
                    counts, total = value
                    for place, bound in enumerate(BOUNDS):
                        lines.append(f'{family}_bucket{{{labels},le="{bound}"}} {sum(counts[: place + 1])} {time:.3f}')
                    lines.append(f"{family}_count{{{labels}}} {sum(counts)} {time:.3f}")
                    lines.append(f"{family}_sum{{{labels}}} {total!r} {time:.3f}")
                else:
                    lines.append(f"{family}{'_total' if kind == 'counter' else ''}{{{labels}}} {value!r} {time:.3f}")
    return "\n".join([*lines, "# EOF", ""])


def store(series: list[Series], clickhouse: EmbeddedServer) -> None:
    """The same as OpenTelemetry's points."""
    resource = "map('service.name', 'compared', 'service.instance.id', 'one')"
    for each in series:
        labels = ", ".join(f"'{key}', '{value}'" for key, value in each["labels"].items())
        head = f"SELECT '{each['name']}', 'compared', {resource}, map({labels}), fromUnixTimestamp64Milli(point.1)"
        columns = "MetricName, ServiceName, ResourceAttributes, Attributes, TimeUnix"
        points = [(round(time * 1000), value) for time, value in each["points"]]
        if each["kind"] == "histogram":
            rows = ", ".join(f"({time}, {counts}, {total!r})" for time, (counts, total) in points)
            clickhouse.query(
                f"INSERT INTO otel_metrics_histogram ({columns}, Count, Sum, BucketCounts, ExplicitBounds,"
                f" AggregationTemporality) {head}, arraySum(point.2), point.3, point.2, [0.1, 0.5, 2.5], 2"
                f" FROM (SELECT arrayJoin([{rows}]::Array(Tuple(Int64, Array(UInt64), Float64))) AS point)"
            )
            continue
        rows = ", ".join(f"({time}, {value!r})" for time, value in points)
        source = f"FROM (SELECT arrayJoin([{rows}]::Array(Tuple(Int64, Float64))) AS point)"
        if each["kind"] == "counter":
            clickhouse.query(
                f"INSERT INTO otel_metrics_sum ({columns}, Value, IsMonotonic, AggregationTemporality)"
                f" {head}, point.2, true, 2 {source}"
            )
        else:
            clickhouse.query(f"INSERT INTO otel_metrics_gauge ({columns}, Value) {head}, point.2 {source}")


def values(answer: Any) -> dict[frozenset[tuple[str, str]], dict[str, float]]:
    """Numbers by labels and time."""
    found: dict[frozenset[tuple[str, str]], dict[str, float]] = {}
    for series in answer["data"]["result"]:
        pairs = series.get("values") or [series["value"]]
        found[frozenset(series["metric"].items())] = {f"{time:.3f}": float(value) for time, value in pairs}
    return found


def assert_equal(expected: Any, found: Any) -> None:
    expected, found = values(expected), values(found)
    assert expected.keys() == found.keys()
    for labels, numbers in expected.items():
        assert numbers.keys() == found[labels].keys(), labels
        for time, number in numbers.items():
            other = found[labels][time]
            assert other == pytest.approx(number, rel=1e-9, abs=1e-12, nan_ok=True), (labels, time)


@pytest.mark.parametrize("query", EXPRESSIONS)
def test_the_same_samples_give_the_same_values(both: tuple[str, str], query: str) -> None:
    theirs, ours = both
    span = {"start": START + 1800, "end": END, "step": 60}
    answer = ask(theirs, "/api/v1/query_range", query=query, **span)
    assert answer["data"]["result"]
    assert_equal(answer, ask(ours, "/api/v1/query_range", query=query, **span))
    for time in (END - 60, END - 2400):
        instant = ask(theirs, "/api/v1/query", query=query, time=time)
        assert_equal(instant, ask(ours, "/api/v1/query", query=query, time=time))


def test_labels_and_series_are_the_same(both: tuple[str, str]) -> None:
    span = {"start": START, "end": END, "match[]": '{__name__=~"compared_.+"}'}
    theirs, ours = ([ask(url, path, **span)["data"] for path in PATHS] for url in both)
    assert theirs == ours


def test_it_scrapes_the_services_own_metrics(
    debian: Path, service: RunningQueryService, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("scraping")
    ask(service.url, "/api/v1/query", query="1")
    target = service.metrics.removeprefix("http://")
    configuration = (
        "global: {scrape_interval: 1s, scrape_timeout: 1s}\n"
        f"scrape_configs: [{{job_name: query-service, static_configs: [{{targets: ['{target}']}}]}}]\n"
    )
    with prometheus(debian, folder, folder / "data", configuration) as (url, program):
        query = 'otel_query_requests_total{job="query-service",api="prometheus",route="/api/v1/query",code="200"}'

        program.wait_for(lambda: ask(url, "/api/v1/query", query=query)["data"]["result"] or None)
        (up,) = ask(url, "/api/v1/query", query='up{job="query-service"}')["data"]["result"]
        assert up["value"][1] == "1"
