"""What HyperDX's Infrastructure tab and Kubernetes page ask is answered for every service of a running suite."""

from __future__ import annotations

import json
import urllib.parse
import urllib.request
from typing import Any

import pytest

from running_suite import ROOT, RunningSuite
from waiting import until

SERVICES = ("inventory-service", "payment-service", "sample-ecommerce-app")
GUARD_SECONDS = 90

# As the tab asks: the average of a gauge by time, of the pod or the node of one span.
_CHART = """
SELECT toStartOfInterval(toDateTime(TimeUnix), INTERVAL 30 SECOND) AS time, avg(Value) AS value
FROM otel_metrics_gauge
WHERE MetricName = {metric:String} AND ResourceAttributes[{key:String}] = {value:String}
  AND TimeUnix > now() - INTERVAL 30 MINUTE
GROUP BY time ORDER BY time
"""
# As the page does: the newest value of each pod.
_PODS = """
SELECT
    ResourceAttributes['k8s.pod.name'] AS pod,
    argMaxIf(Value, TimeUnix, MetricName = 'k8s.pod.phase') AS phase,
    argMaxIf(Value, TimeUnix, MetricName = 'k8s.container.restarts') AS restarts,
    countIf(MetricName = 'k8s.pod.cpu_limit_utilization') AS cpu,
    countIf(MetricName = 'k8s.pod.memory_limit_utilization') AS memory
FROM otel_metrics_gauge
WHERE ResourceAttributes['k8s.namespace.name'] = 'faultline' AND ResourceAttributes['k8s.pod.uid'] != ''
GROUP BY pod
HAVING cpu > 0 AND memory > 0
"""


@pytest.fixture(scope="module")
def spans(suite: RunningSuite) -> dict[str, dict[str, str]]:
    """The resource attributes of a span of each service, once there are metrics beside it."""
    urllib.request.urlopen(suite.origin("SAMPLE_APP_PORT") + "/products", timeout=60).read()

    def resources() -> dict[str, dict[str, str]]:
        names = {row["pod"] for row in rows(suite, _PODS)}
        found = rows(suite, "SELECT ServiceName, any(ResourceAttributes) AS r FROM otel_traces GROUP BY ServiceName")
        of_services = {row["ServiceName"]: row["r"] for row in found}
        is_there = {"sample-ecommerce-app", "inventory-service"} <= of_services.keys() and f"{SERVICES[-1]}-0" in names
        return of_services if is_there else {}

    return until(resources, "metrics of pods beside spans", GUARD_SECONDS)


@pytest.mark.parametrize(
    ("key", "prefix"), [("k8s.pod.uid", "k8s.pod"), ("k8s.node.name", "k8s.node")], ids=["pod", "node"]
)
@pytest.mark.parametrize("metric", ["cpu.utilization", "memory.usage", "filesystem.available"])
def test_the_charts_of_a_span_have_points(
    suite: RunningSuite, spans: dict[str, dict[str, str]], key: str, prefix: str, metric: str
) -> None:
    for service in ("sample-ecommerce-app", "inventory-service"):
        value = spans[service][key]
        points = rows(suite, _CHART, metric=f"{prefix}.{metric}", key=key, value=value)
        assert points, (service, metric)
        assert points[-1]["value"] > 0 or metric == "cpu.utilization", (service, metric)


def test_the_table_of_pods_has_every_process(suite: RunningSuite, spans: dict[str, dict[str, str]]) -> None:
    pods = {row["pod"]: row for row in rows(suite, _PODS)}
    assert {f"{name}-0" for name in (*SERVICES, "clickhouse", "collector", "query-service")} <= pods.keys()
    for name in SERVICES:
        assert (pods[f"{name}-0"]["phase"], pods[f"{name}-0"]["restarts"]) == (2, 0)
    assert rows(suite, "SELECT 1 FROM otel_metrics_gauge WHERE MetricName = 'k8s.node.condition_ready' AND Value = 1")
    assert rows(suite, "SELECT 1 FROM otel_metrics_gauge WHERE MetricName = 'k8s.namespace.phase' AND Value = 1")
    assert rows(suite, "SELECT 1 FROM otel_metrics_sum WHERE MetricName = 'k8s.pod.uptime' AND Value > 0")


@pytest.mark.parametrize("table", ["otel_traces", "otel_logs", "otel_metrics_sum"])
def test_every_row_of_a_service_names_the_one_pod_that_it_is_of(
    suite: RunningSuite, spans: dict[str, dict[str, str]], table: str
) -> None:
    found = rows(
        suite,
        f"SELECT ServiceName, groupUniqArray(ResourceAttributes['k8s.pod.uid']) AS pods FROM {table}"
        " WHERE ServiceName IN ('inventory-service', 'sample-ecommerce-app') GROUP BY ServiceName",
    )
    assert {row["ServiceName"]: row["pods"] for row in found} == {
        service: [spans[service]["k8s.pod.uid"]] for service in ("inventory-service", "sample-ecommerce-app")
    }


def test_the_neutral_names_are_there_too(suite: RunningSuite, spans: dict[str, dict[str, str]]) -> None:
    names = {row["MetricName"] for row in rows(suite, "SELECT DISTINCT MetricName FROM otel_metrics_gauge")}
    assert {"container.cpu.usage", "container.memory.usage", "system.cpu.utilization", "system.memory.usage"} <= names


def test_what_is_measured_from_outside_does_not_stand_for_a_services_own_telemetry(
    suite: RunningSuite, spans: dict[str, dict[str, str]]
) -> None:
    # clickhouse and the load export nothing: nobody may take them for services that are heard of.
    query = (ROOT / "clickhouse" / "queries" / "telemetry_by_service.sql").read_text()
    heard = {row["service"] for row in rows(suite, query, since="3600")}
    assert "sample-ecommerce-app" in heard and "clickhouse" not in heard


def rows(suite: RunningSuite, query: str, **parameters: str) -> list[dict[str, Any]]:
    given = {f"param_{name}": value for name, value in parameters.items()}
    settings = {"database": "o11y", "default_format": "JSONEachRow", **given}
    address = suite.origin("CLICKHOUSE_HTTP_PORT") + "/?" + urllib.parse.urlencode(settings)
    with urllib.request.urlopen(address, query.encode(), timeout=60) as answer:
        return [json.loads(line) for line in answer.read().decode().splitlines()]
