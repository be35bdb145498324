"""The plan's three dialogues, held over MCP with the invented shop: what is asked, what is concluded, what is shown."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from embedded_server import EmbeddedServer

from conftest import ROOT
from small_shop import TROUBLED, fill

HANG_GUARD_SECONDS = 300
STRANGE = "00000000000000000000000000003000"
RETRIED = "00000000000000000000000000003003"

# Every failing trace is strange. One of them was asked by somebody with a session, another repeats its call six times.
_SUMMARIES = """
    INSERT INTO trace_summaries
        (TraceId, Timestamp, ServiceName, SpanName, Duration, ErrorCount, Score, IsAnomaly, AnomalyType, Reason)
    WITH leftPad(toString(number), 32, '0') AS trace, number >= 3000 AND number % 3 = 0 AS strange
    SELECT trace, toDateTime64('2026-11-21 10:00:00', 9, 'UTC') + number / 10, 'web', 'GET /offer', 9000000,
        strange * 3, if(number = 3000, 4.5, strange * 2.5), strange, if(strange, 'structure', ''),
        if(strange, 'quotes GET /quote failed: seen 0 times in 3000', '')
    FROM numbers(6000)
"""
_VISIT = f"""
    INSERT INTO otel_traces
        (Timestamp, TraceId, SpanId, ParentSpanId, SpanName, SpanKind, ServiceName, Duration, StatusCode,
        SpanAttributes)
    WITH [('{STRANGE}', 0.5, 'Error'), ('{"a" * 32}', -20, 'Unset'), ('{"b" * 32}', 30, 'Error')] AS spans
    SELECT toDateTime64('2026-11-21 10:05:00', 9, 'UTC') + span.2, span.1, concat('visit', span.1), '', 'GET /offer',
        'Server', 'web', 9000000, span.3, map('session.id', 's1', 'http.response.status_code', '500')
    FROM system.one ARRAY JOIN spans AS span
"""
_RETRIES = f"""
    INSERT INTO otel_traces
        (Timestamp, TraceId, SpanId, ParentSpanId, SpanName, SpanKind, ServiceName, Duration, StatusCode)
    SELECT toDateTime64('2026-11-21 10:05:01', 9, 'UTC') + number / 10, '{RETRIED}', concat('again', toString(number)),
        '{RETRIED}1', 'POST', 'Client', 'web', 4000000, 'Error'
    FROM numbers(6)
"""
# As fast as ever for five minutes, and then not.
_SLOW = """
    INSERT INTO otel_traces
        (Timestamp, TraceId, SpanId, ParentSpanId, SpanName, SpanKind, ServiceName, Duration, StatusCode)
    SELECT toDateTime64('2026-11-21 10:00:00', 9, 'UTC') + number, concat('slow', toString(number)),
        concat('slow', toString(number)), 'elsewhere', 'read', 'Internal', 'archive', if(number < 300, 2, 60) * 1000000,
        'Unset'
    FROM numbers(600)
"""
_GOOD_NEWS = """
    INSERT INTO otel_logs (Timestamp, SeverityText, SeverityNumber, ServiceName, Body)
    VALUES ('2026-11-21 10:06:00', 'INFO', 9, 'archive', 'Filed')
"""


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedServer]:
    """The invented shop with scores, a visit, retries and something slow."""
    server = EmbeddedServer(tmp_path_factory.mktemp("dialogues") / "data")
    fill(server)
    for statement in (_SUMMARIES, _VISIT, _RETRIES, _SLOW, _GOOD_NEWS):
        server.query(statement)
    yield server
    server.stop()


def hold(
    server: EmbeddedServer, name: str, stretch: tuple[str, str], about: str = "", page: Path | None = None
) -> tuple[str, str]:
    """What is printed before the verdict, and the verdict."""
    begin, end = (time.replace(".000000000", "") for time in stretch)
    words = [sys.executable, str(ROOT / "mcp" / "dialogues"), name, "--from", begin, "--to", end, "--about", about]
    ended = subprocess.run(
        words + (["--page", str(page)] if page else []),
        env={**os.environ, "CH_HOST": "127.0.0.1", "CLICKHOUSE_HTTP_PORT": str(server.port)},
        capture_output=True,
        text=True,
        timeout=HANG_GUARD_SECONDS,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    first, asked, verdict = ended.stdout.split("❯ ")
    assert first == ""
    return asked, verdict


def in_one_line(text: str) -> str:
    return re.sub(r"\s+", " ", text)


def test_rising_errors_are_counted_read_compared_and_followed_to_another_service(told: EmbeddedServer) -> None:
    # A pattern that was met, and one that is as like and was not.
    told.query(
        "INSERT INTO error_patterns (error_signature, service_name, root_cause, resolution, occurrence_count,"
        " last_seen) VALUES ('Quote table full at <n>', 'quotes', 'quotes: the table keeps all', 'Bound the table.', 7,"
        " '2026-10-01 12:00:00'), ('Quote table full at <n> ', 'quotes', 'the seeded answer', 'x', 0, '1970-01-01')"
    )
    asked, verdict = hold(told, "payment_errors", TROUBLED, "quote")
    assert asked.startswith("Quote errors are rising. What is the cause?")
    assert re.search(r"quotes +ERROR +1000", asked)
    assert re.search(r"500 +quotes +Quote table full at <n>", asked)
    assert "The cause is quotes, GET /quote (cache without eviction), since 10:05:00." in verdict
    said = in_one_line(verdict)
    assert "It was met before, 7 times, the last time at 2026-10-01 12:00:00" in said
    assert "It names the same service. What helped: Bound the table." in said
    assert "the seeded answer" not in asked + verdict
    calls = int(re.search(r"(\d+) calls of run_query", verdict)[1])  # type: ignore[index]
    assert calls <= 15


def test_a_service_without_errors_has_none_that_rise(told: EmbeddedServer) -> None:
    assert hold(told, "payment_errors", TROUBLED, "archive")[1].startswith("It logs no errors in that time")
    assert hold(told, "payment_errors", TROUBLED, "nobody")[1].startswith("No service has 'nobody' in its name")


def test_what_is_abnormal_is_named_with_its_visit_its_retries_and_its_latency(told: EmbeddedServer) -> None:
    asked, verdict = hold(told, "anything_abnormal", TROUBLED)
    said = in_one_line(verdict)
    assert verdict.startswith("Yes: 2 patterns, since 10:05:00.")
    assert "GET /offer: from 10:05:00 to 10:10:00 1000 of 3000 traces are strange; 0 of 3000 at other times." in said
    assert "Most out of the ordinary, 1000 traces (0 before), score up to 4.5: in GET /offer, quotes GET /quote" in said
    assert f"failed: seen <n> times in <n>; see trace {STRANGE}." in said
    assert "Its visitor made 3 requests in that visit; 2 failed." in said
    assert "Retries: POST of web fails up to 6 times in one trace, five times or more in 1 trace (0 before)" in said
    assert "Latency: read of archive takes 30 times as long (p95 2 ms, now 60 ms; median 2 ms, now 60 ms)." in said
    assert "% of 3002 requests of visitors fail, 0 % before" in said
    assert "▁" in asked and "█" in asked


def test_an_ordinary_time_is_said_to_be_one(told: EmbeddedServer) -> None:
    _, verdict = hold(told, "anything_abnormal", ("2026-11-21T10:00:00Z", "2026-11-21T10:04:30Z"))
    assert verdict.startswith("No.")
    assert "0 of 2700 traces are strange" in in_one_line(verdict)


def test_errors_like_words_are_found_or_it_is_said_that_there_are_none(told: EmbeddedServer) -> None:
    _, found = hold(told, "errors_like", TROUBLED, "quote table is full")
    assert re.match(r"\d kinds? of error\.", found)
    assert "quotes: Quote table full at <n>" in in_one_line(found)
    _, none = hold(told, "errors_like", TROUBLED, "NullPointerException")
    assert none.startswith("None. The nearest only sounds alike: a weak likeness is no find.")
    assert "The words stand in no log record and in no exception of a span." in in_one_line(none)
    # What somebody writes is a text, whatever it holds.
    _, odd = hold(told, "errors_like", TROUBLED, "it's \\ 100 % {x:String} '")
    assert odd.startswith("None.")


def test_the_page_is_what_was_asked_and_answered(told: EmbeddedServer, tmp_path: Path) -> None:
    file = tmp_path / "pages" / "page.md"
    asked, verdict = hold(told, "errors_like", TROUBLED, "NullPointerException", page=file)
    page = file.read_text()
    assert page.startswith("# Which errors are like NullPointerException?\n")
    assert "agent_similar_errors_by_text(text = 'NullPointerException')" in page
    # Every line of an answer on the screen stands on the page as well.
    for line in [line[3:] for line in asked.splitlines()[2:] if line.startswith("   ")]:
        assert line in page
    assert verdict.splitlines()[0] in page.replace("\\", "")


@pytest.mark.parametrize(
    ("prompt", "dialogue"),
    [("payment_errors", "rising_errors"), ("anything_abnormal", "anything_abnormal"), ("errors_like", "errors_like")],
)
def test_the_prompts_of_faultline_mcp_name_the_views_that_the_dialogues_ask(prompt: str, dialogue: str) -> None:
    prompts = (ROOT / "Services" / "FaultlineMCP" / "Offers" / "ScenarioPrompts.swift").read_text()
    text = prompts.split(f'name: "{prompt}"')[1].split("\\(rules)")[0]
    folder = ROOT / "mcp" / "dialogues" / "dialogues"
    own = (folder / f"{dialogue}.py").read_text()
    asked = own + (folder / "statements.py").read_text()
    asked += (ROOT / "mcp" / "agent" / "reference_agent" / "statements.py").read_text()
    named = set(re.findall(r"agent_\w+", text))
    assert named
    assert [view for view in named if f"{view}(" not in asked] == []
    names = re.findall(r'Dialogue\("(\w+)"', own)
    assert names == [prompt]
