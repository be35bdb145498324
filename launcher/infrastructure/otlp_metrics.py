"""Metrics in OTLP's JSON form."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

SCOPE = "faultline.infrastructure"
"""The scope of what no service has measured of itself."""


class ResourceMetrics:
    """The metrics of one resource at one moment."""

    def __init__(self, attributes: Mapping[str, str], now: int) -> None:
        self._attributes = attributes
        self._now = str(now)
        self._metrics: list[dict[str, Any]] = []

    def gauge(self, name: str, value: float, unit: str) -> None:
        """A value as it is at this moment."""
        self._metrics.append({"name": name, "unit": unit, "gauge": {"dataPoints": [self._point(value)]}})

    def counter(self, name: str, values: Mapping[str, float], unit: str, *, attribute: str, since: int) -> None:
        """What only grows, since a moment in nanoseconds of 1970, a series for each value of the attribute."""
        points = [
            {
                **self._point(value),
                "startTimeUnixNano": str(since),
                "attributes": [_attribute(attribute, key)] if key else [],
            }
            for key, value in values.items()
        ]
        total = {"dataPoints": points, "aggregationTemporality": 2, "isMonotonic": True}
        self._metrics.append({"name": name, "unit": unit, "sum": total})

    def document(self, deployment: Mapping[str, str]) -> dict[str, Any]:
        """As it stands in an export."""
        attributes = {**deployment, **self._attributes}
        return {
            "resource": {"attributes": [_attribute(name, value) for name, value in attributes.items()]},
            "scopeMetrics": [{"scope": {"name": SCOPE}, "metrics": self._metrics}],
        }

    def _point(self, value: float) -> dict[str, Any]:
        return {"timeUnixNano": self._now, "asDouble": value}


def export(resources: list[ResourceMetrics], deployment: Mapping[str, str]) -> bytes:
    """The body of an export of all of them, each of which says the attributes of the deployment too."""
    documents = [each.document(deployment) for each in resources]
    return json.dumps({"resourceMetrics": documents}, separators=(",", ":")).encode()


def _attribute(name: str, value: str) -> dict[str, Any]:
    return {"key": name, "value": {"stringValue": value}}
