"""Warnings become few templates, logs and traces have their vectors, and questions about similar errors answer."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from embedded_server import ROOT, EmbeddedServer

QUERIES = ROOT / "clickhouse" / "queries"
STATEMENTS = ROOT / "Services" / "EmbeddingPipeline" / "Statements"
MODEL = "all-MiniLM-L6-v2"


TABLES = (
    "otel_logs", "otel_traces", "log_templates", "template_embeddings", "trace_summaries", "trace_structures",
    "trace_templates", "operation_baselines",
)  # fmt: skip


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedServer]:
    server = EmbeddedServer(tmp_path_factory.mktemp("templates") / "data")
    yield server
    server.stop()


@pytest.fixture
def own(shared: EmbeddedServer) -> EmbeddedServer:
    """A server without telemetry."""
    for table in TABLES:
        shared.query(f"TRUNCATE TABLE {table}")
    return shared


def rows(server: EmbeddedServer, sql: str, **parameters: str) -> list[dict[str, Any]]:
    named = {f"param_{name}": value for name, value in parameters.items()}
    text = server.query(sql, default_format="JSONEachRow", output_format_json_quote_64bit_integers="0", **named)
    return [json.loads(line) for line in text.splitlines()]


def log(
    server: EmbeddedServer, body: str, cause: str = "", trace: str = "", seconds_ago: int = 7200, **more: str
) -> None:
    """One error, in an insert of its own."""
    service, severity = more.get("service", "shop"), more.get("severity", "ERROR")
    number = {"INFO": 9, "WARN": 13, "ERROR": 17}.get(severity, 0)
    server.query(
        "INSERT INTO otel_logs (Timestamp, TraceId, SeverityText, SeverityNumber, ServiceName, Body, LogAttributes)"
        f" SELECT now64(9) - {seconds_ago}, {{trace:String}}, '{severity}', {number}, '{service}', {{body:String}},"
        " if({cause:String} = '', map(), map('cause', {cause:String}))",
        param_trace=trace,
        param_body=body,
        param_cause=cause,
    )


def store_vector(server: EmbeddedServer, where: str, vector: list[float], model: str = MODEL) -> None:
    server.query(
        "INSERT INTO template_embeddings (Key, Model, Dimension, Embedding)"
        f" SELECT DISTINCT Key, '{model}', {len(vector)}, {vector} FROM log_templates WHERE {where}"
    )


def test_a_million_logs_of_forty_kinds_become_at_most_sixty_templates(own: EmbeddedServer) -> None:
    own.query(
        """
        INSERT INTO otel_logs (Timestamp, TraceId, SeverityText, SeverityNumber, ServiceName, Body, LogAttributes)
        SELECT
            now64(9) - toIntervalMillisecond(number),
            lower(hex(sipHash128(number))),
            ['WARN', 'ERROR'][1 + kind % 2], [13, 17][1 + kind % 2],
            ['shop', 'stock', 'payment'][1 + kind % 3],
            concat('kind ', char(97 + kind % 26, 97 + intDiv(kind, 26)), ' failed: ', [
                concat('order ', toString(generateUUIDv4(number)), ' of user', toString(number % 1000), '@example.com'),
                concat('request ', lower(hex(sipHash64(number))), ' took ', toString(number % 5000), ' ms'),
                concat('10.0.', toString(number % 256), '.', toString(number % 251), ':', toString(number % 60000)),
                concat('at ', toString(now() - number), ' with 0x', hex(number), ', ', toString(number / 7), ' USD')
            ][1 + kind % 4]),
            if(kind % 5 = 0, map('cause', concat('attempt ', toString(number % 9), ' of 10')), map())
        FROM (SELECT number, number % 40 AS kind FROM numbers(1000000))
        """
    )
    kinds, records = own.query("SELECT uniqExact(Key), sum(Count) FROM log_templates").split()
    assert 40 <= int(kinds) <= 60, own.query("SELECT DISTINCT Template, Cause FROM log_templates ORDER BY Template")
    assert records == "1000000"
    # Every record finds its template: the view and the join have one key.
    lost = own.query(
        "SELECT count() FROM otel_logs WHERE log_template_key(ServiceName, SeverityText, Body, LogAttributes)"
        " NOT IN (SELECT Key FROM log_templates)"
    )
    assert lost == "0\n"


def test_the_cause_is_a_part_of_the_kind_and_ids_are_not(own: EmbeddedServer) -> None:
    log(own, "waited 1.0000005 s for 0xFF, 1a2b3c4d5e6f7a8b and a@b.example, cafe decade")
    log(own, "Failed to place order", "card 17 declined", trace="a1")
    log(own, "Failed to place order", "card 23 declined", trace="a2", seconds_ago=60)
    log(own, "Failed to place order", "no stock of 3", trace="a3")
    log(own, "Order placed", severity="INFO")
    log(own, "no number but a name", severity="Warning")
    found = rows(
        own,
        "SELECT any(Template) AS template, any(Cause) AS cause, sum(Count) AS count,"
        " max(LastSeen) - min(FirstSeen) AS apart FROM log_templates GROUP BY Key ORDER BY template, cause",
    )
    assert [(row["template"], row["cause"], row["count"]) for row in found] == [
        ("Failed to place order", "card <n> declined", 2),
        ("Failed to place order", "no stock of <n>", 1),
        ("no number but a name", "", 1),
        ("waited <n> s for <hex>, <hex> and <email>, cafe decade", "", 1),
    ]
    assert found[0]["apart"] > 7000


def test_poisoned_records_are_templates_like_others(own: EmbeddedServer) -> None:
    log(own, "")
    for body in ("repeat('x', 1000000)", "unhex('66ff80fe61')"):
        own.query(
            "INSERT INTO otel_logs (Timestamp, SeverityText, SeverityNumber, ServiceName, Body)"
            f" SELECT now64(9), 'ERROR', 17, 'shop', {body}"
        )
    assert own.query("SELECT uniqExact(Key), max(length(Template)) FROM log_templates") == "3\t2000\n"
    assert own.query("SELECT count() FROM template_texts WHERE NOT isValidUTF8(Text) OR Text = ''") == "0\n"


def test_an_insert_that_is_sent_again_counts_once(own: EmbeddedServer) -> None:
    for _ in range(2):
        own.query(
            "INSERT INTO otel_logs (Timestamp, SeverityText, SeverityNumber, ServiceName, Body)"
            " SELECT toDateTime64('2026-11-28 10:00:00', 9), 'ERROR', 17, 'shop', 'it broke'",
            insert_deduplicate="1",
            insert_deduplication_token="the same",
            deduplicate_blocks_in_dependent_materialized_views="1",
        )
    assert own.query("SELECT sum(Count) FROM log_templates") == "1\n"


def test_records_from_before_the_upgrade_are_taken_over_once(own: EmbeddedServer) -> None:
    log(own, "it broke 7 times")
    log(own, "it broke 8 times")
    for view in ("logs_with_embeddings", "template_texts", "log_templates_mv", "log_templates"):
        own.query(f"DROP TABLE {view}")
    own.query("ALTER TABLE schema_version DELETE WHERE Version BETWEEN 30 AND 33 SETTINGS mutations_sync = 2")
    for _ in range(2):
        own.stop()
        own.start()
        assert own.query("SELECT sum(Count), uniqExact(Key) FROM log_templates") == "2\t1\n"
    log(own, "it broke 9 times")
    assert own.query("SELECT sum(Count), uniqExact(Key) FROM log_templates") == "3\t1\n"


def test_logs_have_the_vector_of_their_template(own: EmbeddedServer) -> None:
    log(own, "Failed to place order", "card 17 declined", trace="a1")
    log(own, "Failed to place order", "no stock of 3", trace="a3")
    store_vector(own, "Cause LIKE 'card%'", [1.0, 0.0])
    found = rows(own, "SELECT TraceId, Body, SeverityText, embedding, embedding_model FROM logs_with_embeddings")
    assert found == [
        {
            "TraceId": "a1",
            "Body": "Failed to place order",
            "SeverityText": "ERROR",
            "embedding": [1, 0],
            "embedding_model": MODEL,
        }
    ]


def test_similar_errors_come_nearest_first_and_none_is_left_out(own: EmbeddedServer) -> None:
    log(own, "near", trace="b1", service="stock")
    log(own, "far", trace="b2")
    log(own, "young", trace="b3", seconds_ago=10)
    store_vector(own, "Template = 'near'", [0.9, 0.1])
    store_vector(own, "Template = 'far'", [-1.0, 0.2])
    store_vector(own, "Template = 'young'", [1.0, 0.0])
    # Another model's, of another length: never compared.
    store_vector(own, "Template = 'near'", [1.0, 0.0, 0.0], model="other")
    search = (QUERIES / "similar_error_search.sql").read_text()
    by_trace = rows(own, search, current_trace_id="b3")
    assert [(row["Body"], row["is_similar"]) for row in by_trace] == [("near", 1), ("far", 0)]
    assert by_trace[0]["exemplar_trace_id"] == "b1"
    assert rows(own, search, query_embedding="[1, 0]") == by_trace
    assert [row["Body"] for row in rows(own, search, query_embedding="[1, 0]", service="shop")] == ["far"]
    assert [row["Body"] for row in rows(own, search, query_embedding="[1, 0]", older_than="0", limit="1")] == ["young"]
    assert [row["Body"] for row in rows(own, search, query_embedding="[1, 0, 0]", model="other")] == ["near"]
    assert rows(own, search, query_embedding="[1, 0]", model="unknown") == []


def test_patterns_are_seeded_without_a_vector_and_a_new_version_replaces_the_old(own: EmbeddedServer) -> None:
    assert own.query("SELECT count(), countIf(empty(embedding)) FROM error_patterns FINAL") == "9\t9\n"
    own.query(
        "INSERT INTO error_patterns"
        " SELECT * REPLACE([1., 0.] AS embedding, 'm' AS embedding_model, version + 1 AS version)"
        " FROM error_patterns FINAL WHERE error_signature LIKE 'Visa cache full%'"
    )
    assert own.query("SELECT count() FROM error_patterns FINAL") == "9\n"
    match = (QUERIES / "pattern_matching.sql").read_text()
    found = rows(own, match, query_embedding="[1, 0]", model="m")
    assert [row["error_signature"] for row in found] == ["Visa cache full: cannot add new item."]
    assert "Bound the cache" in found[0]["resolution"]


def test_empty_vectors_and_wrong_dimensions_are_refused(own: EmbeddedServer) -> None:
    for dimension, vector in ((0, []), (3, [1.0, 0.0])):
        answer = own.request(
            body="INSERT INTO template_embeddings (Key, Model, Dimension, Embedding)"
            f" SELECT 1, 'm', {dimension}, {vector}",
            database="o11y",
        )
        assert answer.status != 200
        assert "dimension" in answer.text
    assert own.query("SELECT count() FROM template_embeddings") == "0\n"


class TestStrangeTraces:
    """The pipeline's statements, on traces that are known in advance."""

    SPAN = (
        "INSERT INTO otel_traces (Timestamp, TraceId, SpanId, ParentSpanId, SpanName, SpanKind, ServiceName, Duration,"
        " StatusCode, ResourceAttributes) "
    )

    @pytest.fixture
    def quiet(self, own: EmbeddedServer) -> EmbeddedServer:
        """Ten minutes of checkouts, each with a call that takes about 20 ms, summarized in windows of a minute."""
        for parent, name, service, duration in (
            ("''", "POST /checkout", "shop", "40000000"),
            ("'0000000000000001'", "POST /process", "payment", "20000000 + sipHash64(number) % 4000000"),
        ):
            own.query(
                f"{self.SPAN} SELECT now64(9) - 1200 + number * 0.5, lower(hex(sipHash128(number))),"
                f" {'if(1, ' + repr('0000000000000001') + ', 0)' if parent == repr('') else repr('0000000000000002')},"
                f" {parent}, '{name}', 'Server', '{service}', {duration}, 'Unset', map('service.version', '1.0')"
                " FROM numbers(1200)"
            )
        self.summarize(own, range(1210, 590, -60))
        return own

    def summarize(self, server: EmbeddedServer, ages: range) -> None:
        now = int(server.query("SELECT toUnixTimestamp64Milli(now64(3))"))
        for age in ages:
            window = {"param_from": str(now - age * 1000), "param_until": str(now - (age + ages.step) * 1000)}
            for name in ("summarize_traces", "learn_durations"):
                server.query((STATEMENTS / f"{name}.sql").read_text(), **window)

    def spans(self, server: EmbeddedServer, trace: str, process: list[int], failed: bool = False) -> None:
        server.query(
            f"{self.SPAN} SELECT now64(9) - 300, '{trace}', '0000000000000001', '', 'POST /checkout', 'Server', 'shop',"
            " 40000000, 'Unset', map('service.version', '1.0')"
        )
        for number, milliseconds in enumerate(process):
            status = "Error" if failed else "Unset"
            server.query(
                f"{self.SPAN} SELECT now64(9) - 299.9, '{trace}', '00000000000000{number + 10}', '0000000000000001',"
                f" 'POST /process', 'Server', 'payment', {milliseconds} * 1000000, '{status}',"
                " map('service.version', '1.0')"
            )

    def test_a_quiet_shop_raises_no_alarm(self, quiet: EmbeddedServer) -> None:
        assert quiet.query("SELECT count(), sum(IsAnomaly) FROM trace_summaries FINAL") == "1200\t0\n"
        assert quiet.query("SELECT sum(Traces), uniqExact(Structure) FROM trace_structures") == "1200\t1\n"
        assert quiet.query("SELECT max(WorstDeviation) < 3, min(WorstDeviation) FROM trace_summaries") == "1\t-1\n"

    def test_structure_and_time_are_scored_apart_and_said_in_words(self, quiet: EmbeddedServer) -> None:
        self.spans(quiet, "twice", [20, 20])
        self.spans(quiet, "slow", [800])
        self.spans(quiet, "failed", [20], failed=True)
        self.spans(quiet, "usual", [21])
        self.summarize(quiet, range(330, 270, -60))
        ask = (QUERIES / "anomaly_detection.sql").read_text()
        found = {row["TraceId"]: row for row in rows(quiet, ask, since="400")}
        assert {trace: row["anomaly_type"] for trace, row in found.items()} == {
            "twice": "structure", "slow": "latency", "failed": "structure", "usual": "",
        }  # fmt: skip
        assert (
            found["twice"]["reason"]
            == "payment POST /process twice or more in one POST /checkout: seen 0 times in 1200"
        )
        assert found["failed"]["reason"] == "payment POST /process failed in one POST /checkout: seen 0 times in 1200"
        assert found["slow"]["reason"].startswith("payment POST /process took 800 ms, ")
        assert found["slow"]["reason"].endswith(" ms")
        # What was flagged teaches nothing: the same again is as strange, and the median stays.
        self.spans(quiet, "again", [20, 20])
        self.summarize(quiet, range(330, 270, -60))
        again = {row["TraceId"]: row for row in rows(quiet, ask, since="400")}["again"]
        assert again["reason"].endswith("seen 0 times in 1201")
        # Summarized twice, each trace counts once, however few are asked for.
        every = [row["TraceId"] for row in rows(quiet, ask, since="400")]
        assert sorted(every) == ["again", "failed", "slow", "twice", "usual"]
        for limit in range(1, 5):
            assert [row["TraceId"] for row in rows(quiet, ask, since="400", limit=str(limit))] == every[:limit]

    def messages(self, server: EmbeddedServer, traces: str, began: str, waited: str, until: str) -> None:
        """Traces that send a message each, which is processed in 4 ms after it has waited."""
        for span, parent, name, kind, service, at, duration in (
            ("1", "", "POST /checkout", "Server", "shop", "0", "40000000"),
            ("2", "1", "send orders", "Producer", "shop", "0.03", "5000000 + sipHash64(number) % 1000000"),
            ("3", "2", "process orders", "Consumer", "stock", f"0.03 + {waited}", "4000000"),
        ):
            server.query(
                f"{self.SPAN} SELECT {began} + {at}, {traces}, '{span}', '{parent}', '{name}', '{kind}',"
                f" '{service}', {duration}, 'Unset', map('service.version', '1.0') FROM numbers({until})"
            )

    def test_the_time_of_a_message_counts_from_its_sending(self, own: EmbeddedServer) -> None:
        waited = "(5 + sipHash64(number) % 5) / 1000"
        now = f"toDateTime64('{own.query('SELECT now64(9)').strip()}', 9)"
        self.messages(own, "lower(hex(sipHash128(number)))", f"{now} - 1200 + number * 0.5", waited, "1200")
        self.messages(own, "'behind'", f"{now} - 300", "8", "1")
        self.summarize(own, range(1210, 270, -60))
        found = rows(own, (QUERIES / "anomaly_detection.sql").read_text(), since="400")
        assert [(row["TraceId"], row["anomaly_type"]) for row in found if row["is_anomaly"]] == [("behind", "latency")]
        assert found[0]["reason"].startswith("stock process orders ended 8004 ms after its message was sent, ")

    def test_what_comes_late_of_a_trace_is_no_trace_of_its_own(self, quiet: EmbeddedServer) -> None:
        """A message that is tried again and again, minutes after its trace was summarized."""
        quiet.query(
            f"{self.SPAN} SELECT now64(9) - 300, lower(hex(sipHash128(toUInt64(7)))), '3', '2', 'process orders',"
            " 'Consumer', 'stock', 4000000, 'Error', map('service.version', '1.0')"
        )
        # Whoever calls from without may have sent a parent that nobody stored.
        now = f"toDateTime64('{quiet.query('SELECT now64(9)').strip()}', 9)"
        self.messages(quiet, "'called'", f"{now} - 300", "0.005", "1")
        quiet.query("DELETE FROM otel_traces WHERE TraceId = 'called' AND SpanId = '1'")
        self.summarize(quiet, range(330, 270, -60))
        found = quiet.query("SELECT TraceId, ServiceName, SpanName FROM trace_summaries WHERE Timestamp > now() - 400")
        assert found == "called\tshop\tsend orders\n"

    def test_each_root_operation_has_a_tail_of_its_own(self, own: EmbeddedServer) -> None:
        """One that often takes long, and one that never does and is strange when it takes as long."""
        for root, spread in (("POST /checkout", 400), ("GET /orders", 2)):
            own.query(
                f"{self.SPAN} SELECT now64(9) - 1200 + number * 0.5, lower(hex(sipHash128(number, '{root}'))), '1', '',"
                f" '{root}', 'Server', 'shop', 10000000 + sipHash64(number) % 1000 * {spread} * 1000, 'Unset',"
                " map('service.version', '1.0') FROM numbers(1200)"
            )
            own.query(
                f"{self.SPAN} SELECT now64(9) - 300, '{root}', '1', '', '{root}', 'Server', 'shop', 300000000, 'Unset',"
                " map('service.version', '1.0')"
            )
        self.summarize(own, range(1210, 270, -60))
        found = own.query("SELECT TraceId, IsAnomaly FROM trace_summaries WHERE Timestamp > now() - 400 ORDER BY 1")
        assert found == "GET /orders\t1\nPOST /checkout\t0\n"

    def test_traces_have_the_vector_of_their_text(self, quiet: EmbeddedServer) -> None:
        quiet.query(
            "INSERT INTO template_embeddings (Key, Model, Dimension, Embedding)"
            f" SELECT DISTINCT Key, '{MODEL}', 2, [1., 0.] FROM trace_templates"
        )
        found = quiet.query(
            "SELECT count(), uniqExact(span_sequence), max(span_count), max(error_count), max(length(embedding)),"
            " any(embedding_model), max(is_anomaly), any(anomaly_type) FROM traces_with_embeddings"
        )
        assert found == f"1200\t1\t2\t0\t2\t{MODEL}\t0\t\n"
        centroid = (QUERIES / "anomaly_by_centroid.sql").read_text()
        self.spans(quiet, "twice", [20, 20])
        self.summarize(quiet, range(330, 270, -60))
        quiet.query(
            "INSERT INTO template_embeddings (Key, Model, Dimension, Embedding) SELECT DISTINCT Key,"
            f" '{MODEL}', 2, [0., 1.] FROM trace_templates WHERE Key NOT IN (SELECT Key FROM template_embeddings)"
        )
        found_far = rows(quiet, centroid, since="400")
        assert [(row["TraceId"], round(row["anomaly_score"], 3)) for row in found_far] == [("twice", 1.0)]

    def test_what_is_new_since_a_time_has_an_exemplar(self, quiet: EmbeddedServer) -> None:
        self.spans(quiet, "twice", [20, 20])
        self.summarize(quiet, range(330, 270, -60))
        log(quiet, "never seen before", trace="c1", seconds_ago=100)
        found = rows(quiet, (QUERIES / "new_since.sql").read_text(), since="400")
        assert [(row["kind"], row["exemplar_trace_id"]) for row in found] == [("structure", "twice"), ("warning", "c1")]
