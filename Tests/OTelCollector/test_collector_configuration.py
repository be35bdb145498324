"""The collector's configuration keeps to the rules, and every rule can fail."""

from __future__ import annotations

import copy
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

sys.path.insert(0, str(Path(__file__).parent))

from collector_rules import problems  # noqa: E402

ROOT = Path(__file__).resolve().parents[2]
FILE = ROOT / "otel-collector" / "config.yaml"


@pytest.fixture
def configuration() -> dict[str, Any]:
    # Merged keys share objects: a copy keeps a change in one exporter from reaching the others.
    return copy.deepcopy(yaml.safe_load(FILE.read_text()))


def test_the_configuration_has_no_problem(configuration: dict[str, Any]) -> None:
    assert problems(configuration) == []


def test_each_table_of_the_exporters_is_one_of_the_schemas(configuration: dict[str, Any]) -> None:
    schemas = "".join(file.read_text() for file in (ROOT / "clickhouse" / "schemas").glob("*.sql"))
    exporters = configuration["exporters"]
    tables = {
        exporters["clickhouse/traces"]["traces_table_name"],
        exporters["clickhouse/logs"]["logs_table_name"],
        exporters["clickhouse/sessions"]["logs_table_name"],
        *(table["name"] for table in exporters["clickhouse/metrics"]["metrics_tables"].values()),
    }
    assert len(tables) == 8
    assert [table for table in tables if f"CREATE TABLE IF NOT EXISTS {table}\n" not in schemas] == []


def test_its_own_metrics_go_where_all_others_go(configuration: dict[str, Any]) -> None:
    telemetry = configuration["service"]["telemetry"]
    (own,) = [
        reader["periodic"]["exporter"]["otlp"] for reader in telemetry["metrics"]["readers"] if "periodic" in reader
    ]
    port = configuration["receivers"]["otlp"]["protocols"]["http"]["endpoint"]
    assert own == {"protocol": "http/protobuf", "endpoint": f"http://localhost{port}"}
    assert telemetry["resource"]["service.name"] == "otel-collector"


def test_session_replay_goes_to_its_own_table(configuration: dict[str, Any]) -> None:
    (route,) = configuration["connectors"]["routing/logs"]["table"]
    (pipeline,) = route["pipelines"]
    (exporter,) = configuration["service"]["pipelines"][pipeline]["exporters"]
    assert "rr-web.event" in route["condition"]
    assert configuration["exporters"][exporter]["logs_table_name"] == "hyperdx_sessions"


def _batch_processor(configuration: dict[str, Any]) -> None:
    configuration["processors"]["batch"] = {}
    configuration["service"]["pipelines"]["traces"]["processors"].append("batch")


def _old_name(configuration: dict[str, Any]) -> None:
    configuration["exporters"]["otlphttp"] = {}
    configuration["service"]["pipelines"]["traces"]["exporters"].append("otlphttp")


def _exporter(change: Callable[[dict[str, Any]], object]) -> Callable[[dict[str, Any]], None]:
    def apply(configuration: dict[str, Any]) -> None:
        exporter = copy.deepcopy(configuration["exporters"]["clickhouse/logs"])
        change(exporter)
        configuration["exporters"]["clickhouse/logs"] = exporter

    return apply


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (_batch_processor, "processors.batch is deprecated"),
        (_old_name, "exporters.otlphttp is deprecated"),
        (_exporter(lambda each: each.update(ttl_days=3)), "ttl_days is deprecated"),
        (_exporter(lambda each: each.pop("create_schema")), "create_schema must be false"),
        (_exporter(lambda each: each.pop("sending_queue")), "has no sending_queue"),
        (_exporter(lambda each: each["sending_queue"].pop("storage")), "has no storage"),
        (_exporter(lambda each: each["sending_queue"].update(storage="elsewhere")), "is not among service.extensions"),
        (_exporter(lambda each: each["sending_queue"].pop("batch")), "has no batch"),
        (_exporter(lambda each: each["sending_queue"].pop("block_on_overflow")), "block_on_overflow must be true"),
        (_exporter(lambda each: each.pop("retry_on_failure")), "retry_on_failure must be enabled"),
        (_exporter(lambda each: each["retry_on_failure"].update(max_elapsed_time="300s")), "max_elapsed_time 0s"),
        (lambda each: each["service"]["pipelines"]["traces"].update(processors=[]), "must be its first processor"),
        (lambda each: each["service"]["pipelines"].pop("traces"), "clickhouse/traces is in no pipeline"),
        (lambda each: each["receivers"]["otlp"]["protocols"].pop("grpc"), "does not take OTLP over grpc"),
        (
            lambda each: each["receivers"]["otlp"]["protocols"]["http"]["cors"].update(allowed_origins=["*"]),
            "lets every web page send here",
        ),
        (lambda each: each["service"]["telemetry"]["metrics"].update(address="0.0.0.0:8888"), "address is ignored"),
        (lambda each: each["service"]["telemetry"]["metrics"].update(readers=[]), "not on :8888"),
        (
            lambda each: each["service"]["telemetry"]["metrics"]["readers"][0]["pull"]["exporter"]["prometheus"].update(
                host="0.0.0.0"
            ),
            "own metrics: the host '0.0.0.0' is one family's",
        ),
        (
            lambda each: each["receivers"]["otlp"]["protocols"]["http"].update(endpoint="0.0.0.0:4318"),
            "receivers.http: the host '0.0.0.0' is one family's",
        ),
        (
            lambda each: each["extensions"]["health_check"].update(endpoint="0.0.0.0:13133"),
            "extensions.health_check: the host",
        ),
        (lambda each: each["service"].update(extensions=["health_check"]), "is not among service.extensions"),
    ],
)
def test_a_configuration_that_breaks_a_rule_is_noticed(
    configuration: dict[str, Any], change: Callable[[dict[str, Any]], object], said: str
) -> None:
    change(configuration)
    assert any(said in problem for problem in problems(configuration)), problems(configuration)
