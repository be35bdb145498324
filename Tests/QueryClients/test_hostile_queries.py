"""Queries that are made to hurt, at every interface of a real process: each is refused in the form of its API or
finds nothing, the process grows by little, and whoever asks something sensible meanwhile has the answer."""

from __future__ import annotations

import json
import threading
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from conftest import END
from running_query_service import RunningQueryService

PARENTHESES = "(" * 10_000
SQL = ["'; DROP TABLE otel_traces; --", "\\' OR 1=1 --", "{p0:String}", "']) UNION ALL SELECT 1", "a\x00b"]
BACKTRACKS = "(a+)+(a|a)*(a|aa)+$"
LARGE = "((((a{1,100}){1,100}){1,100}){1,100}){1,100}"
YEAR_58000 = END * 1_000
"""In seconds."""
ROUNDS = 3
AT_ONCE = 8
GROWTH_BYTES = 64 << 20
MOST_BYTES = 150 << 20


@dataclass(frozen=True)
class Query:
    """A request, and with which status it has to be answered."""

    interface: str
    status: int
    path: str
    parameters: dict[str, Any]

    def request(self, url: str) -> urllib.request.Request:
        if self.interface == "rest":
            body = self.parameters.get("body") or json.dumps(self.parameters)
            headers = {"Content-Type": "application/json"}
            return urllib.request.Request(url + self.path, data=body.encode(), headers=headers)
        query = urllib.parse.urlencode(self.parameters, doseq=True)
        if self.interface == "prometheus":
            return urllib.request.Request(url + self.path, data=query.encode())
        return urllib.request.Request(f"{url}{self.path}?{query}")


def prometheus() -> Iterator[Query]:
    instant, ranged = "/api/v1/query", "/api/v1/query_range"
    for query in [PARENTHESES, "sum(" * 5_000, "-" * 10_000, '{__name__=~"' + LARGE + '"}', "{}", '{__name__=~".*"}']:
        yield Query("prometheus", 400, instant, {"query": query})
    yield Query("prometheus", 400, instant, {"query": "1" + "+1" * 50_000})
    yield Query("prometheus", 422, instant, {"query": '{__name__=~".+"}[365d:1ms]'})
    yield Query("prometheus", 200, instant, {"query": f'{{http_route=~"{BACKTRACKS}"}}'})
    steps = {"start": 0, "end": 11_001, "step": 1}
    yield Query("prometheus", 400, ranged, {"query": "http_server_requests_total", **steps})
    yield Query("prometheus", 200, instant, {"query": "http_server_requests_total", "time": YEAR_58000})
    future = {"start": YEAR_58000, "end": YEAR_58000 + 60, "step": 15}
    yield Query("prometheus", 200, ranged, {"query": "rate(http_server_requests_total[5m])", **future})
    for text in SQL:
        yield Query("prometheus", 200, instant, {"query": f"x{{a={json.dumps(text)}}}"})


def loki() -> Iterator[Query]:
    path = "/loki/api/v1/query_range"
    for query in [PARENTHESES, "{}", '{a=~".*"}', '{a="b"} |~ "' + LARGE + '"']:
        yield Query("loki", 400, path, {"query": query})
    lines = '{service_name=~".+"}'
    yield Query("loki", 200, path, {"query": f'{lines} |~ "{BACKTRACKS}"'})
    steps = {"start": 0, "end": 11_001, "step": 1}
    yield Query("loki", 400, path, {"query": f"rate({lines}[1m])", **steps})
    yield Query("loki", 200, path, {"query": '{a="b"}' + " | json" * 5_000})
    # Both are more nanoseconds than a number has room for.
    nanoseconds = YEAR_58000 * 1_000_000_000
    yield Query("loki", 400, path, {"query": lines, "start": nanoseconds, "end": nanoseconds + 1})
    for text in SQL:
        yield Query("loki", 200, path, {"query": f"{{service_name={json.dumps(text)}}} |= {json.dumps(text)}"})


def tempo() -> Iterator[Query]:
    path = "/tempo/api/search"
    for query in ["{" + PARENTHESES, "{}" + " >> {}" * 2_000, '{name=~"' + LARGE + '"}']:
        yield Query("tempo", 400, path, {"q": query})
    yield Query("tempo", 200, path, {"q": f'{{name=~"{BACKTRACKS}"}}'})
    steps = {"start": 0, "end": 11_001, "step": "1s"}
    yield Query("tempo", 400, "/tempo/api/metrics/query_range", {"q": "{} | rate()", **steps})
    yield Query("tempo", 200, path, {"q": "{}", "start": YEAR_58000, "end": YEAR_58000 + 1})
    for text in SQL:
        quoted = '"' + text.replace("\\", "\\\\") + '"'
        yield Query("tempo", 200, path, {"q": f"{{span.{quoted}={quoted}}}"})


def jaeger() -> Iterator[Query]:
    path = "/jaeger/api/traces"
    for tags in ["[" * 10_000, '{"a":' * 4_000]:
        yield Query("jaeger", 400, path, {"service": "cart", "tags": tags})
    yield Query("jaeger", 400, path, {"service": "cart", "limit": 10**12})
    future = YEAR_58000 * 1_000_000
    yield Query("jaeger", 200, path, {"service": "cart", "start": future, "end": future + 1})
    for text in SQL:
        yield Query("jaeger", 200, path, {"service": text, "operation": text, "tags": json.dumps({text: text})})


def rest() -> Iterator[Query]:
    for body in ["[" * 10_000, '{"service_name":' * 10_000]:
        yield Query("rest", 400, "/api/v1/logs", {"body": body})
    future = {"start_time": "9999-01-01T00:00:00Z", "end_time": "9999-12-31T00:00:00Z"}
    yield Query("rest", 200, "/api/v1/traces", future)
    for text in SQL:
        yield Query("rest", 200, "/api/v1/traces", {"service_name": text, "attributes": {text: text}})
        yield Query("rest", 200, "/api/v1/logs", {"service_name": text, "search": text})


QUERIES = [*prometheus(), *loki(), *tempo(), *jaeger(), *rest()]


def as_problem(body: bytes) -> bool:
    return {"type", "title", "status", "detail"} <= set(json.loads(body))


def as_jaeger(body: bytes) -> bool:
    document = json.loads(body)
    return document["data"] is None and bool(document["errors"][0]["msg"])


def as_prometheus(body: bytes) -> bool:
    document = json.loads(body)
    return document["status"] == "error" and bool(document["errorType"]) and bool(document["error"])


FORMS: dict[str, Callable[[bytes], bool]] = {
    "prometheus": as_prometheus,
    "loki": lambda body: bool(body) and not body.startswith(b"{"),
    "tempo": lambda body: bool(body) and not body.startswith(b"{"),
    "jaeger": as_jaeger,
    "rest": as_problem,
}


def ask(request: urllib.request.Request) -> tuple[int, bytes]:
    try:
        answer = urllib.request.urlopen(request, timeout=60)
        return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


def memory(service: RunningQueryService, name: str) -> int:
    """A figure of the process, in bytes."""
    for line in Path(f"/proc/{service.process.pid}/status").read_text().splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1]) * 1024
    raise AssertionError(name)


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: f"{query.interface} {str(query.parameters)[:60]}")
def test_it_is_refused_in_its_apis_form_or_finds_nothing(query: Query, service: RunningQueryService) -> None:
    status, body = ask(query.request(service.url))
    assert status == query.status, body[:500]
    assert b"SELECT count" not in body and b"FROM otel_" not in body
    if status >= 400:
        assert FORMS[query.interface](body), body[:500]
        # What was sent does not come back whole.
        assert len(body) < 2_000


def test_memory_stays_and_others_are_answered_meanwhile(service: RunningQueryService) -> None:
    sensible = urllib.parse.urlencode({"query": "sum(rate(http_server_requests_total[5m]))", "time": END})
    over = threading.Event()
    wrong: list[bytes] = []
    asked = 0

    def be_sensible() -> None:
        nonlocal asked
        while not over.is_set() or not asked:
            status, body = ask(urllib.request.Request(f"{service.url}/api/v1/query?{sensible}"))
            asked += 1
            if status != 200 or json.loads(body)["data"]["result"][0]["value"][1] != "2":
                wrong.append(body)

    for query in QUERIES:
        ask(query.request(service.url))
    before = memory(service, "VmRSS")
    visitor = threading.Thread(target=be_sensible)
    visitor.start()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        statuses = list(pool.map(lambda query: ask(query.request(service.url))[0], QUERIES * ROUNDS))
    over.set()
    visitor.join()
    assert statuses == [query.status for query in QUERIES * ROUNDS]
    assert asked > 0 and not wrong
    most = memory(service, "VmHWM")
    assert most - before < GROWTH_BYTES and most < MOST_BYTES, f"{before >> 20} MiB became {most >> 20} MiB"
