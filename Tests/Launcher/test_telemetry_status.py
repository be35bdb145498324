"""Health means telemetry too: a service that answers but is not heard of is not healthy."""

from __future__ import annotations

import json

import pytest
from launcher.configuration.settings import read_settings
from launcher.supervision.processes import silent_after_seconds

from conftest import DemoSuite

SERVICES = ("inventory-service", "payment-service", "sample-ecommerce-app", "query-service")


def rows(**seconds_ago: float) -> str:
    return "".join(
        json.dumps({"service": name.replace("_", "-"), "seconds_ago": age, "items_lost": "7"}) + "\n"
        for name, age in seconds_ago.items()
    )


def expect_telemetry(suite: DemoSuite, telemetry: str) -> None:
    """Telemetry is due at once, and this is what ClickHouse has of it."""
    noted = json.loads((suite.data / "suite.json").read_text())
    (suite.data / "suite.json").write_text(json.dumps({**noted, "silent_after_seconds": 1}))
    (suite.data / "data" / "telemetry").write_text(telemetry)


def test_a_service_that_is_not_heard_of_is_not_healthy(suite: DemoSuite) -> None:
    assert suite.up().returncode == 0
    expect_telemetry(suite, rows(inventory_service=0.5, payment_service=99))
    status = suite.status()
    assert [status[name]["healthy"] for name in SERVICES] == [True, False, False, False]
    assert [status[name]["last_row_seconds"] for name in SERVICES] == [0.5, 99, None, None]
    assert all(status[name]["healthy"] for name in ("clickhouse", "collector", "data-generator"))
    said = suite.demo("status", COLUMNS="200").stdout
    assert said.count("no telemetry") == 3
    assert "1 m 39 s ago" in said


def test_what_was_lost_is_told(suite: DemoSuite) -> None:
    assert suite.up().returncode == 0
    expect_telemetry(suite, rows(inventory_service=0))
    (suite.data / "data" / "metrics").write_text(
        "# TYPE otelcol_exporter_rows_dropped counter\n"
        'otelcol_exporter_rows_dropped{table="otel_logs"} 2\n'
        'otelcol_exporter_rows_dropped{table="otel_traces"} 40\n'
        'otelcol_receiver_refused_spans{receiver="otlp"} 5\n'
    )
    status = suite.status()
    assert status["inventory-service"]["items_lost"] == 7
    assert status["collector"]["items_lost"] == 42


def test_an_engine_that_says_nothing_of_it_makes_nobody_unhealthy(suite: DemoSuite) -> None:
    assert suite.up().returncode == 0
    expect_telemetry(suite, "what is this?\n")
    assert all(process["healthy"] for process in suite.status().values())


def test_telemetry_that_goes_elsewhere_is_said_to(suite: DemoSuite) -> None:
    assert suite.up(OTEL_EXPORTER_OTLP_ENDPOINT="http://127.0.0.1:9").returncode == 0
    status = suite.status()
    assert [name for name, process in status.items() if process["elsewhere"]] == list(SERVICES)
    said = suite.demo("status", COLUMNS="200").stdout
    assert said.count("elsewhere") == len(SERVICES)
    assert "not that its telemetry arrives" in said


@pytest.mark.parametrize(
    ("environment", "seconds"),
    [
        ({}, 35),
        ({"OTEL_METRIC_EXPORT_INTERVAL": "60000"}, 135),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:4318/"}, 35),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "https://elsewhere.example"}, None),
        ({"OTEL_SDK_DISABLED": "true"}, None),
    ],
)
def test_how_long_silence_may_last(environment: dict[str, str], seconds: float | None) -> None:
    assert silent_after_seconds(read_settings({}), environment) == seconds
