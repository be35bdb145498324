"""The agent's user reads the telemetry within its limits; every other thing is refused with ClickHouse's own code."""

from __future__ import annotations

import re
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest

from embedded_server import HANG_GUARD_SECONDS, ROOT, Answer, EmbeddedServer

sys.path.insert(0, str(ROOT / "clickhouse" / "embedded"))

from embedded_clickhouse import agent_user  # noqa: E402

SPANS = """
    INSERT INTO otel_traces (Timestamp, TraceId, SpanId, SpanName, SpanKind, ServiceName, Duration, StatusCode)
    SELECT now64(9), toString(number), toString(number), 'GET /', 'Server', 'shop', number, 'Unset' FROM numbers(5000)
"""


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedServer]:
    server = EmbeddedServer(tmp_path_factory.mktemp("agent") / "data")
    server.query(SPANS)
    server.query("CREATE DATABASE ground_truth")
    server.query("CREATE TABLE ground_truth.incidents (Label String) ENGINE = MergeTree ORDER BY tuple()")
    server.query("INSERT INTO ground_truth.incidents VALUES ('the answer')")
    yield server
    server.stop()


def ask(server: EmbeddedServer, sql: str, **parameters: str) -> Answer:
    return server.request(body=sql, **{"database": "o11y", "user": "agent", **parameters})


def code(answer: Answer) -> str:
    return answer.headers.get("X-ClickHouse-Exception-Code", "0")


def test_it_reads_the_telemetry_and_what_describes_it(filled: EmbeddedServer) -> None:
    assert ask(filled, "SELECT count() FROM otel_traces").text == "5000\n"
    for table in ("tables", "columns"):
        assert ask(filled, f"SELECT count() FROM system.{table} WHERE database = 'ground_truth'").text == "0\n"
    assert ask(filled, "SHOW TABLES FROM ground_truth").text == ""
    assert "otel_logs" in ask(filled, "SHOW TABLES").text
    assert ask(filled, "SHOW DATABASES").text.split() == ["o11y"]
    assert int(ask(filled, "SELECT count() FROM system.columns WHERE table = 'otel_traces'").text) > 20
    assert filled.request("GET", database="o11y", user="agent", query="SELECT 1").text == "1\n"


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM ground_truth.incidents",
        'SELECT * FROM `ground_truth`."incidents"',
        "WITH t AS (SELECT * FROM ground_truth.incidents) SELECT * FROM t",
        "SELECT (SELECT any(Label) FROM ground_truth.incidents)",
        "SELECT count() FROM otel_traces WHERE TraceId IN ground_truth.incidents",
        "DESCRIBE TABLE ground_truth.incidents",
        "SHOW CREATE TABLE ground_truth.incidents",
        "SELECT * FROM merge('ground_truth', '.*')",
        "SELECT * FROM loop(ground_truth, incidents)",
        "SELECT * FROM mergeTreeIndex(ground_truth, incidents)",
        "SELECT * FROM remote('127.0.0.1', ground_truth.incidents)",
        "SELECT * FROM cluster('default', ground_truth.incidents)",
        "SELECT * FROM url('http://127.0.0.1:1/', CSV, 'x String')",
        "SELECT * FROM file('/etc/passwd', LineAsString)",
        "SELECT file('/etc/passwd')",
        "SELECT * FROM s3('http://127.0.0.1:1/bucket/f.csv')",
        "SELECT * FROM executable('id', TSV, 'x String')",
        "SELECT * FROM system.processes",
        "SELECT * FROM system /* here */ . `processes`",
        "SELECT * FROM merge('system', 'processes')",
        "SELECT * FROM loop(system.processes)",
        "SHOW PROCESSLIST",
        "SELECT * FROM system.query_log",
        "SELECT * FROM system.named_collections",
        "SELECT * FROM system.users",
        "SELECT * FROM system.parts",
        "SELECT * FROM system.disks",
        "SELECT * FROM system.server_settings",
        "SELECT * FROM otel_traces INTO OUTFILE '/tmp/out'",
    ],
)
def test_what_is_not_the_agents_is_refused(filled: EmbeddedServer, sql: str) -> None:
    answer = ask(filled, sql)
    assert code(answer) == "497", answer.text
    assert "the answer" not in answer.text


def test_names_do_not_come_by_parameters_or_the_address(filled: EmbeddedServer) -> None:
    assert code(ask(filled, "SELECT * FROM system.{t:Identifier}", param_t="processes")) == "497"
    assert code(ask(filled, "SELECT * FROM processes", database="system")) == "497"
    assert code(ask(filled, "SELECT * FROM incidents", database="ground_truth")) == "497"
    assert ask(filled, "SELECT {t:String}", param_t="processes").text == "processes\n"


@pytest.mark.parametrize(
    "sql",
    [
        "CREATE TABLE mine (x Int8) ENGINE = Memory",
        "CREATE TEMPORARY TABLE mine (x Int8)",
        "INSERT INTO otel_logs (Body) VALUES ('x')",
        "INSERT INTO otel_logs (Body) SELECT 'x'",
        "ALTER TABLE otel_logs DELETE WHERE 1",
        "DROP TABLE otel_logs",
        "TRUNCATE TABLE otel_logs",
        "OPTIMIZE TABLE otel_logs",
        "KILL QUERY WHERE 1",
        "SET readonly = 0",
        "SET ROLE everything",
        "SET ROLE ALL",
        "USE ground_truth",
        "GRANT everything TO default",
        "SYSTEM FLUSH LOGS",
        "SELECT 1 SETTINGS max_execution_time = 1000",
        "SELECT 1 SETTINGS readonly = 0",
    ],
)
def test_it_writes_nothing_and_changes_no_setting(filled: EmbeddedServer, sql: str) -> None:
    answer = ask(filled, sql)
    assert code(answer) == "164", answer.text
    assert ask(filled, "SELECT count() FROM otel_logs").text == "0\n"


def test_an_insert_behind_a_with_is_refused_too(filled: EmbeddedServer) -> None:
    assert code(ask(filled, "WITH 1 AS x INSERT INTO otel_logs (Body) SELECT 'x'")) == "497"
    assert ask(filled, "SELECT count() FROM otel_logs").text == "0\n"


def test_a_setting_in_the_address_is_refused_unless_it_changes_nothing(filled: EmbeddedServer) -> None:
    for name, value in [("max_execution_time", "1000"), ("readonly", "0"), ("readonly", "2"), ("max_threads", "7")]:
        assert code(ask(filled, "SELECT 1", **{name: value})) == "164", name
    assert ask(filled, "SELECT 1", readonly="1").text == "1\n"


def test_several_statements_are_none(filled: EmbeddedServer) -> None:
    answer = ask(filled, "SELECT 1; SET ROLE everything; SELECT * FROM ground_truth.incidents")
    assert code(answer) == "62"


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("SELECT count() FROM system.numbers WHERE NOT ignore(sleepEachRow(0.001))", "160"),
        ("SELECT count() FROM numbers(51000000)", "158"),
        ("SELECT TraceId FROM otel_traces", "396"),
        ("SELECT repeat('x', 2000) FROM otel_traces LIMIT 1000", "396"),
        ("SELECT repeat(TraceId, 2000) FROM otel_traces LIMIT 1000 FORMAT Native", "396"),
        ("SELECT repeat('x', 2000) FROM otel_traces LIMIT 1000 FORMAT JSONEachRow", "396"),
        ("SELECT length(groupArray(repeat('x', 100000))) FROM numbers(100000)", "241"),
        ("SELECT sleep(3)", "160"),
    ],
)
def test_each_limit_has_its_code(filled: EmbeddedServer, sql: str, expected: str) -> None:
    answer = ask(filled, sql)
    assert code(answer) == expected, answer.text[:300]


def test_a_question_that_takes_too_long_is_ended(filled: EmbeddedServer) -> None:
    # Thousands of rows against each other: few are read, and the work never ends by itself.
    heavy = "SELECT sum(cityHash64(a.SpanId, b.SpanId, c.SpanId)) FROM otel_traces a, otel_traces b, otel_traces c"
    answer = ask(filled, heavy)
    assert code(answer) == "159", answer.text[:300]


def test_only_so_many_at_once(filled: EmbeddedServer) -> None:
    slow = "SELECT sum(cityHash64(a.SpanId, b.SpanId, c.SpanId)) FROM otel_traces a, otel_traces b, otel_traces c"
    threads = [threading.Thread(target=ask, args=(filled, slow)) for _ in range(agent_user.QUERIES_AT_ONCE)]
    for thread in threads:
        thread.start()
    running = (
        "SELECT count() FROM system.processes WHERE query LIKE '%cityHash64(a.SpanId%' AND query NOT LIKE '%system%'"
    )
    deadline = time.monotonic() + HANG_GUARD_SECONDS
    while int(filled.query(running)) < len(threads) and time.monotonic() < deadline:
        time.sleep(0.02)
    refused = code(ask(filled, "SELECT 1")) == "202"
    # The other user goes on meanwhile.
    assert filled.query("SELECT 1") == "1\n"
    filled.query("KILL QUERY WHERE query LIKE '%cityHash64(a.SpanId%' AND query NOT LIKE 'KILL%'")
    for thread in threads:
        thread.join(HANG_GUARD_SECONDS)
    assert refused
    assert ask(filled, "SELECT 1").text == "1\n"


def test_it_enters_and_ends_no_session_of_others(filled: EmbeddedServer) -> None:
    filled.query("CREATE TEMPORARY TABLE secret AS SELECT 'theirs' AS word", session_id="theirs")
    assert code(ask(filled, "SELECT * FROM secret", session_id="theirs")) == "60"
    assert ask(filled, "SELECT 1", session_id="theirs", close_session="1").text == "1\n"
    assert filled.query("SELECT word FROM secret", session_id="theirs") == "theirs\n"
    assert ask(filled, "SELECT 1", session_id="own").text == "1\n"


def test_the_other_user_keeps_its_rights(filled: EmbeddedServer) -> None:
    assert filled.query("SELECT Label FROM ground_truth.incidents") == "the answer\n"
    assert filled.query("SELECT count() FROM system.processes") == "1\n"


def test_a_known_cause_is_told_once_it_was_met(filled: EmbeddedServer) -> None:
    seeded = int(filled.query("SELECT count() FROM error_patterns FINAL"))
    assert seeded > 5
    similar = "SELECT count() FROM agent_similar_errors_by_text(text = 'Visa cache full') WHERE Kind = 'known pattern'"
    nothing = (
        "SELECT count() FROM error_patterns",
        "SELECT count() FROM error_patterns FINAL",
        "SELECT count() FROM error_patterns WHERE root_cause != '' OR 1",
        "SELECT uniqExact(resolution) FROM (SELECT * FROM error_patterns)",
        similar,
    )
    for sql in nothing:
        assert ask(filled, sql).text == "0\n", sql
    # It occurs, and what was behind it is written down: as ./demo learn does.
    filled.query(
        "INSERT INTO error_patterns (error_signature, error_message, service_name, root_cause, resolution,"
        " occurrence_count, last_seen) SELECT error_signature, error_message, service_name, root_cause, resolution, 3,"
        " now64(9) FROM error_patterns FINAL WHERE error_signature LIKE 'Visa cache full%'"
    )
    assert "keeps every card" in ask(filled, "SELECT root_cause FROM error_patterns FINAL").text
    assert ask(filled, "SELECT count() FROM error_patterns FINAL").text == "1\n"
    assert ask(filled, similar).text == "1\n"
    assert int(filled.query("SELECT count() FROM error_patterns FINAL")) == seeded


def test_where_there_is_a_password_the_agent_needs_one_of_its_own(tmp_path: Path) -> None:
    server = EmbeddedServer(tmp_path / "data", environment={"CH_PASSWORD": "theirs", "CH_AGENT_PASSWORD": "mine"})
    try:
        assert server.request(body="SELECT 1", user="agent", password="mine").text == "1\n"
        for password in ("", "theirs", "Mine"):
            assert code(server.request(body="SELECT 1", user="agent", password=password)) == "516"
        assert code(server.request(body="SELECT 1", user="default", password="mine")) == "516"
        assert (
            code(server.request(body="CREATE TABLE t (x Int8) ENGINE = Memory", user="agent", password="mine")) == "164"
        )
    finally:
        server.stop()
    server = EmbeddedServer(tmp_path / "data", environment={"CH_PASSWORD": "theirs"})
    try:
        assert code(server.request(body="SELECT 1", user="agent")) == "516"
    finally:
        server.stop()


def test_a_server_and_the_cloud_have_the_same_limits() -> None:
    profile = ElementTree.parse(ROOT / "clickhouse" / "server" / "users.d" / "agent.xml").find("profiles/agent")
    assert profile is not None
    expected = {
        **agent_user.LIMITS,
        "readonly": "1",
        "max_concurrent_queries_for_user": str(agent_user.QUERIES_AT_ONCE),
    }
    assert {each.tag: (each.text or "").strip() for each in profile} == expected
    cloud = (ROOT / "clickhouse" / "server" / "agent.sql").read_text()
    assert dict(re.findall(r"^    (\w+) = '?(\w+)'?[,;]?$", cloud, re.MULTILINE)) == expected
    users = ElementTree.parse(ROOT / "clickhouse" / "server" / "users.d" / "agent.xml")
    policies = {each.tag: each.findtext("filter") for each in users.findall("users/agent/databases/o11y/*")}
    assert policies == agent_user.ROWS
    assert dict(re.findall(r"CREATE ROW POLICY.* o11y\.(\w+) .*USING (.+) TO agent;", cloud)) == agent_user.ROWS
    for text in (cloud, (ROOT / "clickhouse" / "server" / "users.d" / "agent.xml").read_text()):
        granted = set(re.findall(r"GRANT SELECT ON system\.(\w+)", text))
        # Every user may read these two.
        assert granted | {"one", "numbers"} == agent_user.SYSTEM_TABLES
