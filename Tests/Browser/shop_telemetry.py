"""Rows as the shop's telemetry is stored, for tests of what reads them.

The traces are those of the shop's design: the server span of a called service has the caller's
client span as its parent, and every log of a request carries its trace.
"""

from __future__ import annotations

import json
import random
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

SHOP = "sample-ecommerce-app"
INVENTORY = "inventory-service"
PAYMENT = "payment-service"


@dataclass
class Telemetry:
    """The rows of two tables, as JSONEachRow takes them."""

    spans: list[dict[str, Any]] = field(default_factory=list)
    logs: list[dict[str, Any]] = field(default_factory=list)


class ShopTelemetry:
    """Makes journeys; equal seeds give equal journeys, apart from their time."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self._rows = Telemetry()
        self._slowness = 1.0
        self._began = 0

    def journeys(self, count: int, over_seconds: float) -> Telemetry:
        """So many journeys, spread over the last ``over_seconds``."""
        now = time.time_ns()
        for number in range(count):
            self._slowness = self._random.lognormvariate(0, 0.25)
            start = now - int(over_seconds * 1e9 * (1 - number / count)) - 2_000_000_000
            self._began = start
            self._listing(start)
            if number % 2:
                self._began = start + 300_000_000
                self._checkout(self._began)
        return self._rows

    def _listing(self, start: int) -> None:
        trace = self._id(16)
        shop = self._span(trace, "", SHOP, "GET /products", "Server", start, 12, {"http.route": "/products"})
        work = self._span(trace, shop, SHOP, "get_products", "Internal", start + 1_000_000, 10)
        called = self._call(trace, work, INVENTORY, "GET", "/products", start + 2_000_000, 8)
        self._span(trace, called, INVENTORY, "cache_lookup", "Internal", start + 3_000_000, 1)
        self._span(
            trace, called, INVENTORY, "database_query", "Internal", start + 4_000_000, 3, {"db.system.name": "sqlite"}
        )
        self._log(trace, shop, SHOP, start + 9_000_000, "INFO", "Listed 24 products")

    def _checkout(self, start: int) -> None:
        trace = self._id(16)
        failed = self._random.random() < 0.02
        shop = self._span(
            trace, "", SHOP, "POST /checkout", "Server", start, 90, {"http.route": "/checkout"}, failed=failed
        )
        work = self._span(trace, shop, SHOP, "checkout", "Internal", start + 1_000_000, 88)
        reserve = self._call(trace, work, INVENTORY, "POST", "/reserve", start + 2_000_000, 15)
        self._span(trace, reserve, INVENTORY, "database_transaction", "Internal", start + 3_000_000, 9)
        pay = self._call(trace, work, PAYMENT, "POST", "/process", start + 20_000_000, 65, failed=failed)
        process = self._span(trace, pay, PAYMENT, "process_payment", "Internal", start + 21_000_000, 63)
        self._span(trace, process, PAYMENT, "fraud_check", "Internal", start + 22_000_000, 20)
        self._span(trace, process, PAYMENT, "payment_gateway_call", "Internal", start + 43_000_000, 38, failed=failed)
        if failed:
            self._log(trace, pay, PAYMENT, start + 80_000_000, "ERROR", "The payment gateway declined the card")
        self._log(trace, shop, SHOP, start + 88_000_000, "INFO", "Order placed" if not failed else "Order not placed")

    def _call(
        self, trace: str, parent: str, target: str, method: str, route: str, start: int, milliseconds: float,
        failed: bool = False,
    ) -> str:  # fmt: skip
        client = self._span(
            trace, parent, SHOP, method, "Client", start, milliseconds,
            {"http.request.method": method, "server.address": "localhost", "url.full": f"http://localhost{route}"},
            failed=failed,
        )  # fmt: skip
        return self._span(
            trace, client, target, f"{method} {route}", "Server", start + 500_000, milliseconds - 1,
            {"http.request.method": method, "http.route": route,
             "http.response.status_code": "502" if failed else "200"},
            failed=failed,
        )  # fmt: skip

    def _span(
        self, trace: str, parent: str, service: str, name: str, kind: str, start: int, milliseconds: float,
        attributes: dict[str, str] | None = None, failed: bool = False,
    ) -> str:  # fmt: skip
        span = self._id(8)
        self._rows.spans.append(
            {
                "Timestamp": str(self._began + int((start - self._began) * self._slowness)),
                "TraceId": trace,
                "SpanId": span,
                "ParentSpanId": parent,
                "SpanName": name,
                "SpanKind": kind,
                "ServiceName": service,
                "ResourceAttributes": _resource(service),
                "ScopeName": "shop",
                "SpanAttributes": attributes or {},
                "Duration": int(milliseconds * self._slowness * 1e6),
                "StatusCode": "Error" if failed else "Unset",
            }
        )
        return span

    def _log(self, trace: str, span: str, service: str, at: int, severity: str, body: str) -> None:
        self._rows.logs.append(
            {
                "Timestamp": str(at),
                "TraceId": trace,
                "SpanId": span,
                "TraceFlags": 1,
                "SeverityText": severity,
                "SeverityNumber": {"INFO": 9, "ERROR": 17}[severity],
                "ServiceName": service,
                "Body": body,
                "ResourceAttributes": _resource(service),
                "ScopeName": "shop",
                "LogAttributes": {"session.id": trace[:8]},
            }
        )

    def _id(self, size: int) -> str:
        return self._random.randbytes(size).hex()


def as_json_rows(rows: list[dict[str, Any]]) -> Iterator[bytes]:
    """The rows in JSONEachRow."""
    for row in rows:
        yield json.dumps(row, separators=(",", ":")).encode() + b"\n"


def _resource(service: str) -> dict[str, str]:
    return {
        "service.name": service,
        "service.version": "1.0.0",
        "service.instance.id": f"{service}-1",
        "deployment.environment.name": "demo",
        "telemetry.sdk.name": "faultline",
        "telemetry.sdk.language": "swift",
    }
