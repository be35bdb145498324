"""PyPI's jaeger-mcp, a client of Jaeger's JSON API, asks the query service, unmodified."""

from __future__ import annotations

import pytest
from embedded_server import EmbeddedServer

from conftest import END
from running_query_service import RunningQueryService

jaeger = pytest.importorskip("jaeger_mcp.client", reason="jaeger-mcp wants Python 3.10")

TRACE = "0000000000000000000000000000beef"


@pytest.fixture(scope="session")
def client(clickhouse: EmbeddedServer, service: RunningQueryService) -> jaeger.JaegerHTTPClient:
    clickhouse.query(
        "INSERT INTO otel_traces (Timestamp, TraceId, SpanId, ParentSpanId, SpanName, SpanKind, ServiceName,"
        " ResourceAttributes, Duration, StatusCode) SELECT"
        f" fromUnixTimestamp64Milli(toInt64({END - 30}) * 1000 + number), '{TRACE}',"
        " ['00000000000000a1', '00000000000000a2'][number + 1], ['', '00000000000000a1'][number + 1],"
        " ['POST', 'POST /pay'][number + 1], ['Client', 'Server'][number + 1], ['cart', 'pay'][number + 1],"
        " map('service.name', ['cart', 'pay'][number + 1]), 5000000, ['Unset', 'Error'][number + 1] FROM numbers(2)"
    )
    return jaeger.JaegerHTTPClient(url=service.url + "/jaeger")


def test_lists_services_and_operations(client: jaeger.JaegerHTTPClient) -> None:
    assert client.get("/services")["data"] == ["cart", "pay"]
    assert client.get("/services/pay/operations")["data"] == ["POST /pay"]


def test_searches_and_reads_traces(client: jaeger.JaegerHTTPClient) -> None:
    params = {"service": "pay", "limit": 5, "tags": '{"error":"true"}', "minDuration": "1ms"}
    (found,) = client.get("/traces", params)["data"]
    assert [span["operationName"] for span in found["spans"]] == ["POST", "POST /pay"]
    (trace,) = client.get_stream(f"/traces/{TRACE}")["data"]
    assert trace == found


def test_knows_who_calls_whom(client: jaeger.JaegerHTTPClient) -> None:
    data = client.get("/dependencies", {"endTs": END * 1000, "lookback": 3_600_000})["data"]
    assert data == [{"parent": "cart", "child": "pay", "callCount": 1}]
