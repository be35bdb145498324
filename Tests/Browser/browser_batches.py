"""Telemetry sent to a shop as a page of it does, but by hand."""

from __future__ import annotations

import http.client
from typing import Any

from running_suite import RunningSuite

JSON = "application/json"


def post(suite: RunningSuite, signal: str, body: bytes, kind: str = JSON, origin: str = "") -> int:
    """Sends a batch; returns the status."""
    address = suite.origin("SAMPLE_APP_PORT")
    connection = http.client.HTTPConnection(address.removeprefix("http://"), timeout=60)
    try:
        headers = {"Content-Type": kind, "Origin": origin or address}
        connection.request("POST", f"/telemetry/v1/{signal}", body, headers)
        return connection.getresponse().status
    except OSError:
        # The shop need not hear all of what it does not take.
        return 0
    finally:
        connection.close()


def attributes(values: dict[str, str]) -> list[dict[str, Any]]:
    """Texts as OTLP has them."""
    return [{"key": key, "value": {"stringValue": value}} for key, value in values.items()]
