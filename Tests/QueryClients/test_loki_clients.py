"""PyPI's clients of Loki ask the query service, unmodified, and so does a replay of what Grafana's data source asks."""

from __future__ import annotations

import json
import sys
import urllib.error
import urllib.parse
import urllib.request
from typing import Any

import pytest
from embedded_server import EmbeddedServer
from grafana_loki_client import Client
from grafana_loki_client.api.query import get_loki_api_v1_query
from grafana_loki_client.api.query_range import get_loki_api_v1_query_range

from conftest import END
from running_query_service import RunningQueryService

TRACE = "0000000000000000000000000010c1a0"
SECOND = 1_000_000_000


@pytest.fixture(scope="session")
def service_url(clickhouse: EmbeddedServer, service: RunningQueryService) -> str:
    """The service, with five minutes of logs of two services: a line a second."""
    clickhouse.query(
        "INSERT INTO otel_logs (Timestamp, TraceId, SeverityText, SeverityNumber, ServiceName, Body,"
        " ResourceAttributes, LogAttributes) SELECT"
        f" fromUnixTimestamp64Milli(toInt64({END} - 300 + number) * 1000), if(number = 299, '{TRACE}', ''),"
        " if(number % 10 = 0, 'ERROR', 'INFO'), if(number % 10 = 0, 17, 9), ['cart', 'pay'][number % 2 + 1],"
        " concat('status=', if(number % 10 = 0, '500', '200'), ' took=', toString(number), 'ms'),"
        " map('service.name', ['cart', 'pay'][number % 2 + 1], 'k8s.pod.name', 'pod-1', 'host.name', 'h1'),"
        " map('http.route', '/a') FROM numbers(300)"
    )
    return service.url


def get(url: str, headers: dict[str, str] | None = None, **parameters: Any) -> Any:
    query = urllib.parse.urlencode(parameters, doseq=True)
    request = urllib.request.Request(f"{url}?{query}", headers=headers or {})
    return json.loads(urllib.request.urlopen(request, timeout=60).read())


# -- python-loki-client --


def test_python_loki_client_reads_lines(service_url: str) -> None:
    found = get_loki_api_v1_query_range.sync(
        client=Client(service_url),
        query='{service_name="cart"} |= "500"',
        start=(END - 60) * SECOND,
        end=END * SECOND,
        limit=10,
    )
    assert found is not None and found.status == "success"
    assert found.data.result_type.value == "streams"
    # They differ in nothing but their text.
    (stream,) = found.data.result
    assert len(stream.values) == 6
    assert found.data.stats.summary.total_entries_returned == 6


def test_python_loki_client_sees_a_refusal(service_url: str) -> None:
    response = get_loki_api_v1_query.sync_detailed(client=Client(service_url), query='{service_name="cart"}')
    assert response.status_code == 400
    assert response.parsed is None
    assert b"log queries are not supported as an instant query type" in response.content


# -- loki-reader-core --


@pytest.mark.skipif(sys.version_info < (3, 11), reason="loki-reader-core wants Python 3.11")
def test_loki_reader_core(service_url: str) -> None:
    from loki_reader_core import LokiClient  # noqa: PLC0415
    from loki_reader_core.exceptions import LokiQueryError  # noqa: PLC0415

    with LokiClient(service_url, org_id="anyone") as client:
        assert {"service_name", "k8s_pod_name"} <= set(client.get_labels())
        assert {"cart", "pay"} <= set(client.get_label_values("service_name"))
        assert client.get_series(['{service_name="pay"}']) == [{"service_name": "pay", "k8s_pod_name": "pod-1"}]
        # It looks for the label that names the service by itself.
        lines = client.query(app="cart", limit=50)
        assert lines.total_entries == 50
        assert lines.stats is not None and lines.stats.lines_processed > 0
        times = [entry.timestamp for entry in lines.streams[0].entries]
        assert times == sorted(times, reverse=True)
        ranged = client.query_range(
            '{service_name="pay"} | logfmt | status = 200',
            (END - 60) * SECOND,
            END * SECOND,
            direction="forward",
        )
        assert ranged.total_entries == 30
        # Up to the last line.
        numbers = client.query_range(
            'sum(rate({service_name=~"cart|pay"}[1m]))', (END - 61) * SECOND, (END - 1) * SECOND
        )
        assert {sample.value for series in numbers.metric_series for sample in series.samples} == {1.0}
        with pytest.raises(LokiQueryError, match="parse error at line 1"):
            client.query_range("{", 1, 2)


# -- Grafana --


def test_grafana_saves_and_tests(service_url: str) -> None:
    data = get(f"{service_url}/loki/api/v1/query", query="vector(1)+vector(1)", time="4000000000")["data"]
    assert data["resultType"] == "vector"
    assert [sample["value"][1] for sample in data["result"]] == ["2"]


def test_grafana_explores(service_url: str) -> None:
    """What its data source asks while a person picks labels, runs a query and opens a line."""
    url = f"{service_url}/loki/api/v1"
    span = {"start": (END - 300) * SECOND, "end": END * SECOND}
    categorized = {"X-Loki-Response-Encoding-Flags": "categorize-labels", "X-Scope-OrgID": "1", "X-Query-Tags": "a=b"}
    assert "service_name" in get(f"{url}/labels", **span)["data"]
    assert get(f"{url}/label/service_name/values", **span)["data"] == ["cart", "pay"]
    selector = '{service_name="cart"}'
    assert get(f"{url}/index/stats", query=selector, **span)["entries"] == 150
    assert get(f"{url}/series", **{"match[]": selector}, **span)["data"][0]["service_name"] == "cart"
    # The lines, and beside them how many there were of each level.
    lines = get(
        f"{url}/query_range",
        categorized,
        query=f"{selector} |= ``",
        limit=1000,
        direction="backward",
        step="1000ms",
        **span,
    )["data"]
    assert lines["encodingFlags"] == ["categorize-labels"]
    (stream,) = lines["result"]
    assert stream["stream"] == {"service_name": "cart", "k8s_pod_name": "pod-1"}
    assert len(stream["values"]) == 150
    assert stream["values"][0][2]["structuredMetadata"]["http_route"] == "/a"
    volume = get(
        f"{url}/query_range",
        categorized,
        query=f"sum by (level, detected_level) (count_over_time({selector} | drop __error__[10s]))",
        step="10000ms",
        **span,
    )["data"]
    assert {series["metric"]["detected_level"] for series in volume["result"]} == {"error", "info"}
    assert sum(int(value) for series in volume["result"] for _, value in series["values"]) == 150
    # What can be filtered by.
    fields = get(f"{url}/detected_fields", query=selector, line_limit=1000, **span)["fields"]
    assert {"status", "took", "http_route"} <= {field["label"] for field in fields}
    # The lines around one.
    middle = int(stream["values"][75][0])
    hour = 3600 * SECOND
    for direction, start, end in [
        ("backward", middle - hour, middle),
        ("forward", middle, middle + hour),
    ]:
        around = get(
            f"{url}/query_range", categorized, query=selector, limit=10, direction=direction, start=start, end=end
        )
        assert sum(len(each["values"]) for each in around["data"]["result"]) == 10
    # From a trace to its lines.
    of_trace = get(f"{url}/query_range", categorized, query=f'{{service_name="pay"}} | trace_id="{TRACE}"', **span)[
        "data"
    ]
    assert [value[1] for each in of_trace["result"] for value in each["values"]] == ["status=200 took=299ms"]
    # Live lines need a WebSocket.
    with pytest.raises(urllib.error.HTTPError) as refused:
        get(f"{url}/tail", query=selector)
    assert refused.value.code == 400 and b"tail is not supported" in refused.value.read()


def test_grafana_drills_down(service_url: str) -> None:
    """What the app Logs Drilldown asks."""
    url = f"{service_url}/loki/api/v1"
    span = {"start": (END - 300) * SECOND, "end": END * SECOND}
    assert get(f"{url}/drilldown-limits")["limits"]["volume_enabled"]
    volume = get(f"{url}/index/volume", query='{service_name=~".+"}', limit=5000, targetLabels="service_name", **span)
    assert [each["metric"] for each in volume["data"]["result"]] == [{"service_name": "cart"}, {"service_name": "pay"}]
    labels = get(f"{url}/detected_labels", query='{service_name="cart"}', **span)["detectedLabels"]
    assert {"label": "service_name", "cardinality": 1} in labels
    patterns = get(f"{url}/patterns", query='{service_name="cart"}', step="10s", **span)["data"]
    assert {pattern["pattern"] for pattern in patterns} == {"status=<_> took=<_>ms"}
    assert sum(count for pattern in patterns for _, count in pattern["samples"]) == 150
