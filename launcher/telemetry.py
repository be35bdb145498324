"""Whether telemetry arrives: the newest stored row of each service, what was lost on the way, what browsers send."""

from __future__ import annotations

import http.client
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

from launcher.clickhouse_client import clickhouse_answer
from launcher.configuration.locations import ROOT
from launcher.configuration.settings import Settings
from launcher.errors import UserError

_QUERY = ROOT / "clickhouse" / "queries" / "telemetry_by_service.sql"
_LOOK_BACK_SECONDS = 3600
_ANSWER_SECONDS = 5.0
_LOST = re.compile(r"^otelcol_(?:exporter_rows_dropped|receiver_rejected_items)(?:_total)?(?:\{[^}]*\})? ([0-9.e+]+)")


@dataclass(frozen=True)
class Arrival:
    """What is known of one service's telemetry."""

    seconds_ago: float
    """How old its newest row is."""
    items_lost: int
    """What it lost before the collector, by its own count."""


def arrivals(settings: Settings) -> Mapping[str, Arrival] | None:
    """By service, those of the last hour; ``None`` when ClickHouse does not answer."""
    parameters = {"since": str(_LOOK_BACK_SECONDS)}
    try:
        with clickhouse_answer(
            settings, _QUERY.read_text(), "JSONEachRow", parameters, seconds=_ANSWER_SECONDS
        ) as answer:
            rows = [json.loads(line) for line in answer.text().splitlines()]
        return {row["service"]: Arrival(float(row["seconds_ago"]), int(row["items_lost"])) for row in rows}
    except (UserError, ValueError, KeyError, TypeError):
        return None


def lost_by_collector(settings: Settings) -> int | None:
    """How many rows the collector has given up since it started; ``None`` when it does not say."""
    metrics = _answer(settings, "COLLECTOR_METRICS_PORT", "/metrics")
    counts = [float(found[1]) for line in (metrics or "").splitlines() if (found := _LOST.match(line))]
    return int(sum(counts)) if counts else None


def has_session_replay(settings: Settings) -> bool | None:
    """Whether the shop's page records what visitors see; ``None`` when the shop does not say."""
    try:
        page = json.loads(_answer(settings, "SAMPLE_APP_PORT", "/telemetry/settings") or "")
        return page["recorder"] is not None and page["sample_ratio"] > 0
    except (ValueError, KeyError, TypeError):
        return None


def _answer(settings: Settings, variable: str, path: str) -> str | None:
    host = settings.client_host.strip("[]")
    connection = http.client.HTTPConnection(host, settings.ports[variable], timeout=_ANSWER_SECONDS)
    try:
        connection.request("GET", path)
        return connection.getresponse().read().decode(errors="replace")
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()
