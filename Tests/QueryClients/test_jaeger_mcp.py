"""PyPI's jaeger-mcp, a client of Jaeger's JSON API, asks the query service, unmodified.

It wants an older ``mcp`` than the agents' tests: it is installed into a folder of its own, and only its client is used.
"""

from __future__ import annotations

import importlib
import subprocess
import sys
from typing import Any

import pytest
from embedded_server import EmbeddedServer

from conftest import END
from running_query_service import RunningQueryService

PACKAGE = "jaeger-mcp==0.6.1"
TRACE = "0000000000000000000000000000beef"


pytestmark = pytest.mark.skipif(sys.version_info < (3, 10), reason="jaeger-mcp wants Python 3.10")


@pytest.fixture(scope="session")
def client(clickhouse: EmbeddedServer, service: RunningQueryService, tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder = str(tmp_path_factory.mktemp("jaeger-mcp"))
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]
    subprocess.run([*pip, "--target", folder, PACKAGE], check=True, timeout=120)
    sys.path.insert(0, folder)
    jaeger = importlib.import_module("jaeger_mcp.client")
    clickhouse.query(
        "INSERT INTO otel_traces (Timestamp, TraceId, SpanId, ParentSpanId, SpanName, SpanKind, ServiceName,"
        " ResourceAttributes, Duration, StatusCode) SELECT"
        f" fromUnixTimestamp64Milli(toInt64({END - 30}) * 1000 + number), '{TRACE}',"
        " ['00000000000000a1', '00000000000000a2'][number + 1], ['', '00000000000000a1'][number + 1],"
        " ['POST', 'POST /pay'][number + 1], ['Client', 'Server'][number + 1], ['cart', 'pay'][number + 1],"
        " map('service.name', ['cart', 'pay'][number + 1]), 5000000, ['Unset', 'Error'][number + 1] FROM numbers(2)"
    )
    return jaeger.JaegerHTTPClient(url=service.url + "/jaeger")


def test_lists_services_and_operations(client: Any) -> None:
    assert client.get("/services")["data"] == ["cart", "pay"]
    assert client.get("/services/pay/operations")["data"] == ["POST /pay"]


def test_searches_and_reads_traces(client: Any) -> None:
    params = {"service": "pay", "limit": 5, "tags": '{"error":"true"}', "minDuration": "1ms"}
    (found,) = client.get("/traces", params)["data"]
    assert [span["operationName"] for span in found["spans"]] == ["POST", "POST /pay"]
    (trace,) = client.get_stream(f"/traces/{TRACE}")["data"]
    assert trace == found


def test_knows_who_calls_whom(client: Any) -> None:
    data = client.get("/dependencies", {"endTs": END * 1000, "lookback": 3_600_000})["data"]
    assert data == [{"parent": "cart", "child": "pay", "callCount": 1}]
