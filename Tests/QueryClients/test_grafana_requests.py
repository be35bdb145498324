"""A replay of what Grafana's four data sources ask: saved and tested, in Explore, by panels and by links."""

from __future__ import annotations

import gzip
import json
import re
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from conftest import END, start_clickhouse
from running_query_service import RunningQueryService

RECORDED = Path(__file__).parent / "grafana"
PREFIXES = {"prometheus": "/prometheus", "tempo": "/tempo", "jaeger": "/jaeger", "loki": ""}
TRACE = "000000000000000000000000006afa4a"
START = END - 600
UNITS = {"s": 1, "ms": 1_000, "us": 1_000_000, "ns": 1_000_000_000}


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A service before an engine of its own, with a trace of two services in which a payment fails, and a log record of
    either: other tests count services."""
    folder = tmp_path_factory.mktemp("grafana")
    clickhouse = start_clickhouse(folder)
    clickhouse.query(
        "INSERT INTO otel_traces (Timestamp, TraceId, SpanId, ParentSpanId, SpanName, SpanKind, ServiceName,"
        " ResourceAttributes, SpanAttributes, Duration, StatusCode) SELECT"
        f" fromUnixTimestamp64Milli(toInt64({END - 60}) * 1000 + number), '{TRACE}',"
        " ['00000000000000b1', '00000000000000b2'][number + 1], ['', '00000000000000b1'][number + 1],"
        " ['POST', 'POST /pay'][number + 1], ['Client', 'Server'][number + 1],"
        " ['front', 'pay'][number + 1] AS name, map('service.name', name),"
        " map('http.route', '/pay'), 5000000, ['Unset', 'Error'][number + 1] FROM numbers(2)"
    )
    clickhouse.query(
        "INSERT INTO otel_logs (Timestamp, TraceId, SeverityText, SeverityNumber, ServiceName, Body,"
        f" ResourceAttributes) SELECT fromUnixTimestamp64Milli(toInt64({END - 60}) * 1000), '{TRACE}',"
        " ['INFO', 'ERROR'][number + 1], [9, 17][number + 1], ['front', 'pay'][number + 1] AS name,"
        " ['paying', 'payment refused'][number + 1], map('service.name', name) FROM numbers(2)"
    )
    service = RunningQueryService(folder, clickhouse)
    yield service.url
    service.stop()
    clickhouse.stop()


def requests() -> list[Any]:
    """All of them, named after what a person does."""
    found = []
    for kind in PREFIXES:
        for number, request in enumerate(json.loads((RECORDED / f"{kind}.json").read_text())):
            found.append(pytest.param(kind, request, id=f"{kind} {number}: {request['when']}"))
    return found


def fill(value: Any) -> Any:
    """A value with the range and the trace of this test's data."""
    if isinstance(value, dict):
        return {key: fill(each) for key, each in value.items()}
    if not isinstance(value, str):
        return value
    times = {"start": START, "end": END}
    value = re.sub(r"\{(start|end):(\w+)\}", lambda found: str(times[found[1]] * UNITS[found[2]]), value)
    return value.replace("{trace}", TRACE)


@pytest.mark.parametrize(("kind", "request_"), requests())
def test_it_is_answered(kind: str, request_: dict[str, Any], asked: str) -> None:
    recorded = fill(request_)
    url = asked + PREFIXES[kind] + recorded["path"]
    if "query" in recorded:
        url += "?" + urllib.parse.urlencode(recorded["query"])
    form = urllib.parse.urlencode(recorded["form"]).encode() if "form" in recorded else None
    sent = urllib.request.Request(url, data=form, headers=recorded.get("headers", {}), method=recorded["method"])
    status, headers, body = answer(sent)
    expected = dict(recorded["expect"])
    wanted = expected.pop("status", 200)
    if isinstance(wanted, str):
        expected["status"], wanted = wanted, 200
    assert status == wanted, body
    if "text" in expected:
        assert body == expected.pop("text").encode()
    if "type" in expected:
        assert headers["Content-Type"] == expected.pop("type") and body
    if expected:
        document = json.loads(body)
        for path, value in expected.items():
            found = at(document, path.split("."))
            assert found == (sorted(value) if "*" in path else value), f"{path} of {document}"


def answer(request: urllib.request.Request) -> tuple[int, Any, bytes]:
    """The status, the fields and the body of an answer, expanded."""
    try:
        response = urllib.request.urlopen(request, timeout=60)
        status, headers, body = response.status, response.headers, response.read()
    except urllib.error.HTTPError as error:
        status, headers, body = error.code, error.headers, error.read()
    return status, headers, gzip.decompress(body) if headers["Content-Encoding"] == "gzip" else body


def at(value: Any, path: list[str]) -> Any:
    """What lies at a path of a document; nothing where it does not lead anywhere."""
    if not path or value is None:
        return value
    first, rest = path[0], path[1:]
    if first == "#":
        return len(value)
    if first == "*":
        return sorted(at(each, rest) for each in value)
    if isinstance(value, list):
        return at(value[int(first)], rest)
    return at(value.get(first), rest)
