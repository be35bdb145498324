"""Asks the query service what Grafana asks it for the targets of a dashboard, with the same substitutions."""

from __future__ import annotations

import json
import math
import re
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from typing import Any, TypeVar

from dashboards import Target, data_sources

_PATIENCE_SECONDS = 150
"""How long after the start of the suite something may come about."""
_STEP_SECONDS = 5
_MACROS = {
    # Four times the interval that the data source has: as Grafana computes it for short ranges.
    "$__rate_interval": "1m",
    "$__interval": f"{_STEP_SECONDS}s",
    "$__auto": "10s",
    "$__range": "2m",
    # All values.
    "$job": ".+",
    "$instance": ".+",
}

Found = TypeVar("Found")


class Grafana:
    """In place of a Grafana in front of a query service that has just been started."""

    def __init__(self, query_service: str) -> None:
        # The paths are those of the data sources.
        self._urls = {
            kind: source["url"].replace("$QUERY_SERVICE_URL", query_service) for kind, source in data_sources().items()
        }
        self._start = int(time.time())
        self._deadline = time.monotonic() + _PATIENCE_SECONDS

    def wait_for(self, look: Callable[[], Found]) -> Found:
        """What is looked for, as soon as there is any."""
        while True:
            found = look()
            if found or time.monotonic() > self._deadline:
                return found
            time.sleep(0.5)

    def get(self, kind: str, path: str, **parameters: Any) -> Any:
        """The answer of a data source to GET."""
        query = urllib.parse.urlencode(parameters, doseq=True)
        return self._answer(urllib.request.Request(f"{self._urls[kind]}{path}?{query}"))

    def post(self, kind: str, path: str, **parameters: Any) -> Any:
        """The answer of a data source to POST with a form."""
        return self._answer(
            urllib.request.Request(self._urls[kind] + path, data=urllib.parse.urlencode(parameters).encode())
        )

    def rows(self, target: Target) -> list[Any]:
        """What a panel has to show for one of its questions."""
        asked = target.target
        if target.kind == "prometheus":
            return self.series(asked["expr"], is_instant=asked["instant"])
        if target.kind == "loki":
            return self.log_result(asked["expr"])
        if asked["queryType"] == "serviceMap":
            # A Tempo data source asks the Prometheus one that is wired to it.
            return self.series("sum by (client, server) (rate(traces_service_graph_request_total[$__range]))", True)
        return self.traces(asked["query"], asked["limit"])

    def series(self, expression: str, is_instant: bool = False) -> list[Any]:
        """Series of numbers."""
        query, end = _substitute(expression), int(time.time())
        if is_instant:
            data = self.post("prometheus", "/api/v1/query", query=query, time=end)["data"]
            return [each for each in data["result"] if _is_number(each["value"])]
        data = self.post(
            "prometheus", "/api/v1/query_range", query=query, start=self._start, end=end, step=_STEP_SECONDS
        )["data"]
        return [each for each in data["result"] if any(_is_number(value) for value in each["values"])]

    def exemplars(self, expression: str) -> list[dict[str, Any]]:
        """The exemplars of the series of an expression."""
        found = self.post(
            "prometheus",
            "/api/v1/query_exemplars",
            query=_substitute(expression),
            start=self._start,
            end=int(time.time()) + 1,
        )["data"]
        return [exemplar for each in found for exemplar in each["exemplars"]]

    def log_result(self, expression: str) -> list[Any]:
        """Streams of lines, or series of numbers."""
        data = self.get(
            "loki",
            "/loki/api/v1/query_range",
            query=_substitute(expression),
            start=self._start * 1_000_000_000,
            end=int(time.time() + 1) * 1_000_000_000,
            limit=1000,
            direction="backward",
            step="10000ms",
        )["data"]
        return list(data["result"])

    def traces(self, query: str, limit: int) -> list[Any]:
        """Traces, or series of a metric of theirs."""
        span: dict[str, Any] = {"q": query, "start": self._start, "end": int(time.time()) + 1}
        if "| rate(" in query:
            found = self.get("tempo", "/api/metrics/query_range", **span, step=f"{_STEP_SECONDS}s")
            return [each for each in found["series"] if each["samples"]]
        return list(self.get("tempo", "/api/search", **span, limit=limit, spss=3)["traces"])

    def _answer(self, request: urllib.request.Request) -> Any:
        try:
            return json.loads(urllib.request.urlopen(request, timeout=60).read())
        except urllib.error.HTTPError as error:
            raise AssertionError(f"{request.full_url}: {error.code} {error.read().decode()}") from None


def _substitute(expression: str) -> str:
    for name, value in _MACROS.items():
        expression = re.sub(rf"{re.escape(name)}\b", value, expression)
    assert "$" not in expression, expression
    return expression


def _is_number(sample: list[Any]) -> bool:
    return not math.isnan(float(sample[1]))
