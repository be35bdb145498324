"""A history has the shape of the shop's own telemetry, and its incidents show in the queries that explain them."""

from __future__ import annotations

import dataclasses
import json
import sys
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from embedded_server import ROOT, EmbeddedServer

sys.path.insert(0, str(ROOT))

from launcher.commands.score import latest_journal  # noqa: E402
from launcher.errors import UserError  # noqa: E402
from launcher.history.history import ROOT_SERVICES, SERVICES, History  # noqa: E402
from launcher.history.telling import tell  # noqa: E402

QUERIES = ROOT / "clickhouse" / "queries"
HOURS = 24
MINUTE = 60


class Told:
    """A server in which a history was told."""

    def __init__(self, server: EmbeddedServer, history: History) -> None:
        self.server = server
        self.history = history

    def tell(self, history: History) -> None:
        for _ in tell(history, self.ask):
            pass

    def ask(self, statement: str, parameters: Mapping[str, str]) -> str:
        address = {f"param_{name}": value for name, value in parameters.items()}
        answer = self.server.request(body=statement.encode(), database="o11y", **address)
        assert answer.status == 200, answer.text
        return answer.text

    def rows(self, statement: str, since: float = HOURS * 3600) -> list[dict]:
        answer = self.ask(statement.rstrip() + "\nFORMAT JSONEachRow", {"since": str(int(since))})
        return [json.loads(line) for line in answer.splitlines()]

    def question(self, name: str) -> list[dict]:
        return self.rows((QUERIES / f"{name}.sql").read_text())

    def during(self, incident: str, rows: list[dict]) -> list[dict]:
        """The rows of minutes that lie wholly within this incident's time."""
        found = []
        for each in self.history.incidents():
            if each.name == incident:
                began, ended = each.shows.timestamp(), each.ended.timestamp()
                minutes = [(datetime.fromisoformat(row["minute"] + "+00:00").timestamp(), row) for row in rows]
                found += [row for minute, row in minutes if began + MINUTE <= minute and minute + MINUTE <= ended]
        return found


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    history = History(seed=3, until=datetime.now(timezone.utc), hours=HOURS, rate=0.2)
    made = Told(EmbeddedServer(tmp_path_factory.mktemp("history") / "data"), history)
    made.tell(history)
    yield made
    made.server.stop()


def test_the_same_seed_has_the_same_ids_and_another_has_others(tmp_path: Path) -> None:
    ids = "SELECT groupBitXor(cityHash64(TraceId, SpanId, ParentSpanId)) AS ids, count() AS spans FROM otel_traces"
    first = datetime.now(timezone.utc) - timedelta(days=3)
    told = Told(EmbeddedServer(tmp_path / "data"), History(seed=9, until=first, hours=1, rate=0.05))
    try:
        told.tell(told.history)
        former = told.rows(ids)
        assert former[0]["spans"] > 0
        assert told.history.is_told(told.ask)
        told.ask("TRUNCATE TABLE otel_traces", {})
        told.tell(dataclasses.replace(told.history, until=first + timedelta(days=3)))
        assert told.rows(ids) == former
        other = dataclasses.replace(told.history, seed=10)
        assert not other.is_told(told.ask)
        told.tell(other)
        made_by = "uniqExact(ResourceAttributes['service.instance.id'])"
        assert told.rows(f"SELECT {made_by} AS instances FROM otel_traces") == [{"instances": 2 * len(SERVICES)}]
        # Three services are in a trace, so more than three instances means that two histories share its id.
        shared = (
            f"SELECT count() AS shared FROM (SELECT TraceId FROM otel_traces GROUP BY TraceId HAVING {made_by} > 3)"
        )
        assert told.rows(shared) == [{"shared": 0}]
    finally:
        told.server.stop()


def test_the_service_map_has_its_two_edges(told: Told) -> None:
    edges = {(row["source_service"], row["target_service"]) for row in told.question("hyperdx_service_map")}
    shop = "sample-ecommerce-app"
    assert edges == {(shop, "inventory-service"), (shop, "payment-service")}


def test_every_trace_is_whole(told: Told) -> None:
    rows = told.rows(
        "SELECT countIf(roots != 1) AS without_one_root, countIf(NOT hasAll(ids, parents)) AS without_parent FROM"
        " (SELECT countIf(ParentSpanId = '') AS roots, groupArray(SpanId) AS ids,"
        " groupUniqArrayIf(ParentSpanId, ParentSpanId != '') AS parents FROM otel_traces GROUP BY TraceId)"
    )
    assert rows == [{"without_one_root": 0, "without_parent": 0}]


def test_log_records_lie_in_their_spans(told: Told) -> None:
    rows = told.rows(
        "SELECT count() AS records, countIf((TraceId, SpanId) IN (SELECT TraceId, SpanId FROM otel_traces)) AS placed"
        " FROM otel_logs"
    )
    assert int(rows[0]["records"]) > 0
    assert rows[0]["records"] == rows[0]["placed"]


def test_all_times_lie_within_the_hours_that_were_asked_for(told: Told) -> None:
    rows = told.rows(
        "SELECT min(toUnixTimestamp(Timestamp)) AS first, max(toUnixTimestamp(Timestamp)) AS last FROM otel_traces"
    )
    assert told.history.began.timestamp() - 1 <= int(rows[0]["first"])
    assert int(rows[0]["last"]) <= told.history.until.timestamp() + MINUTE


def test_requests_are_counted_by_the_metrics_as_by_the_spans(told: Told) -> None:
    spans = told.rows(
        "SELECT ServiceName, count() AS requests FROM otel_traces WHERE SpanKind = 'Server' GROUP BY 1 ORDER BY 1"
    )
    for table, value in (("otel_metrics_histogram", "Count"), ("otel_metrics_sum", "Value")):
        name = "http.server.request.duration" if value == "Count" else "http_requests_total"
        counted = told.rows(
            "SELECT ServiceName, toUInt64(sum(most)) AS requests FROM"
            f" (SELECT ServiceName, Attributes, max({value}) AS most FROM {table} WHERE MetricName = '{name}'"
            " GROUP BY ServiceName, Attributes)"
            " GROUP BY ServiceName ORDER BY ServiceName"
        )
        assert counted == spans


def test_the_rollups_say_what_the_spans_say(told: Told) -> None:
    (spans,) = told.rows(
        "SELECT count() AS spans, uniqExact(TraceId) AS traces, countIf(StatusCode = 'Error') AS errors,"
        " countIf(ParentSpanId = '' AND SpanKind = 'Server') AS visits,"
        " countIf(substring(TraceId, 25) < '10000000') AS sample FROM otel_traces"
    )
    for rollup in ("otel_traces_rollup_5m", "otel_traces_rollup_1h"):
        counted = told.rows(f"SELECT sum(Calls) AS spans, sum(Errors) AS errors FROM {rollup}")
        assert counted == [{"spans": spans["spans"], "errors": spans["errors"]}]
    assert told.rows("SELECT uniqExact(TraceId) AS traces FROM otel_traces_trace_id_ts") == [
        {"traces": spans["traces"]}
    ]
    assert told.rows("SELECT count() AS visits FROM otel_traces_rollup_visits") == [{"visits": spans["visits"]}]
    assert told.rows("SELECT count() AS sample FROM otel_traces_rollup_sample") == [{"sample": spans["sample"]}]
    streams = "SELECT ServiceName, sum({count}) AS records, sum({bytes}) AS bytes FROM {table} GROUP BY 1 ORDER BY 1"
    assert told.rows(streams.format(count="Count", bytes="Bytes", table="otel_logs_rollup_streams")) == told.rows(
        streams.format(count="1", bytes="length(Body)", table="otel_logs")
    )
    warnings = told.rows("SELECT count() AS records FROM otel_logs WHERE SeverityNumber >= 13")
    assert told.rows("SELECT sum(Count) AS records FROM log_templates") == warnings


def test_columns_that_the_engine_computes_are_what_it_would_compute(told: Told) -> None:
    for table in ("otel_traces", "otel_logs"):
        computed = told.rows(
            "SELECT name, default_expression FROM system.columns"
            f" WHERE database = 'o11y' AND table = '{table}' AND default_kind = 'MATERIALIZED'"
        )
        assert computed
        for column in computed:
            other = f"SELECT count() AS other FROM {table} WHERE `{column['name']}` != {column['default_expression']}"
            assert told.rows(other) == [{"other": 0}]


def test_a_history_that_fails_leaves_nothing(tmp_path: Path) -> None:
    history = History(seed=4, until=datetime.now(timezone.utc), hours=1, rate=5)
    server = EmbeddedServer(tmp_path / "data")
    told = Told(server, history)

    def ask(statement: str, parameters: Mapping[str, str]) -> str:
        if parameters.get("table") == "logs_10000":
            raise UserError("the disk is full")
        return told.ask(statement, parameters)

    try:
        with pytest.raises(UserError, match="the disk is full"):
            list(tell(history, ask))
        assert not history.is_told(told.ask)
        assert told.rows("SELECT count() AS spans FROM otel_traces") == [{"spans": 0}]
        assert told.rows("SELECT count() AS points FROM otel_metrics_sum") == [{"points": 0}]
        assert told.rows("SELECT count() AS found FROM system.databases WHERE name = 'faultline_history'") == [
            {"found": 0}
        ]
        list(tell(history, told.ask))
        assert history.is_told(told.ask)
    finally:
        server.stop()


@pytest.mark.parametrize(
    ("incident", "sign", "least"),
    [
        ("payment_timeout", "reserve_p95_ms", 250),
        ("payment_timeout", "waiting_for_a_connection", 1),
        ("product_db_timeout", "locked_queries", 1),
        ("visa_cache_full", "refused", 1),
        ("cascade_failure", "shed", 1),
        ("order_backlog", "failed_attempts", 1),
        ("order_backlog", "most_attempts", 3),
    ],
)
def test_an_incident_shows_in_its_query(told: Told, incident: str, sign: str, least: float) -> None:
    rows = told.question(f"incident_{incident}")
    met = told.during(incident, rows)
    assert met, "the history has none"
    assert max(float(row[sign] or 0) for row in met) >= least


def test_a_line_of_the_gateway_fails(told: Told) -> None:
    rows = told.question("incident_payment_gateway_error")
    assert max(float(row["attempts_per_payment"]) for row in told.during("payment_gateway_error", rows)) > 1


def test_orders_wait_behind_the_one_that_cannot_be_picked(told: Told) -> None:
    rows = told.during("order_backlog", told.question("incident_order_backlog"))
    sent, picked = (sum(int(row[name]) for row in rows) for name in ("sent", "picked"))
    assert 0 < sent
    assert picked < sent
    assert sum(int(row["counted_for_replenishment"]) for row in rows) > picked


def test_orders_are_charged_twice(told: Told) -> None:
    (incident,) = [each for each in told.history.incidents() if each.name == "duplicate_payment"]
    charged = told.question("incident_duplicate_payment")
    assert charged
    for row in charged:
        first = datetime.fromisoformat(row["charged_by"][0][0][:26] + "+00:00")
        assert incident.began <= first <= incident.ended + timedelta(minutes=5)
        assert int(row["times_charged"]) > 1


def test_the_cache_grows_to_its_limit_and_then_reads_nothing(told: Told) -> None:
    (incident,) = [each for each in told.history.incidents() if each.name == "visa_cache_full"]
    growing = told.rows(
        "SELECT max(Value) AS most FROM otel_metrics_gauge WHERE MetricName = 'visa_validation_cache.size'"
        f" AND TimeUnix < toDateTime({int(incident.shows.timestamp())})"
    )
    full = told.rows(
        "SELECT max(Value) AS most FROM otel_metrics_gauge WHERE MetricName = 'visa_validation_cache.size'"
        f" AND TimeUnix > toDateTime({int(incident.shows.timestamp()) + MINUTE})"
        f" AND TimeUnix < toDateTime({int(incident.ended.timestamp())})"
    )
    assert growing[0]["most"] > 95_000
    assert full[0]["most"] == 0


def test_nothing_in_the_telemetry_names_an_incident(told: Told) -> None:
    for table, texts in (
        ("otel_traces", "SpanName || StatusMessage || toString(SpanAttributes) || toString(ResourceAttributes)"),
        ("otel_logs", "Body || toString(LogAttributes) || toString(ResourceAttributes)"),
    ):
        words = ", ".join(f"'{word}'" for word in (*ROOT_SERVICES, "made", "history-"))
        rows = told.rows(
            f"SELECT count() AS found FROM {table} WHERE multiSearchAnyCaseInsensitive({texts}, [{words}])"
        )
        assert rows == [{"found": 0}]


def test_the_record_says_that_it_was_made(told: Told, tmp_path: Path) -> None:
    folder = told.history.write_down(tmp_path)
    record = json.loads((folder / "run.json").read_text())
    assert record["made"] is True
    assert set(record["instances"]) == set(SERVICES)
    lines = [json.loads(line) for line in (folder / "injections.jsonl").read_text().splitlines()]
    assert [line["name"] for line in lines] == [each.name for each in told.history.incidents()]
    assert {line["name"] for line in lines} == set(ROOT_SERVICES)


def test_a_history_is_scored_only_when_it_is_named(told: Told, tmp_path: Path) -> None:
    told.history.write_down(tmp_path)
    with pytest.raises(UserError, match="no run has left a journal"):
        latest_journal(tmp_path)
