"""The reference agent finds a cause by MCP alone, within its budget, in a shop that it has never seen."""

from __future__ import annotations

import asyncio
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from embedded_server import EmbeddedServer
from reference_agent.budget import Budget, BudgetSpent
from reference_agent.onset import Bucket, disturbance
from reference_agent.telemetry import ToolFailed, telemetry
from reference_agent.transcript import Transcript

from conftest import ROOT
from small_shop import BEGAN, QUIET, TROUBLED, fill_with_parcels

AGENT = ROOT / "mcp" / "agent"
HANG_GUARD_SECONDS = 300


def ask(shop: EmbeddedServer, folder: Path, *arguments: str, **environment: str) -> tuple[list[Any], list[Any], str]:
    """Answers and transcript of the agent for the troubled time and for the quiet one."""
    asked = [{"question": name, "from": a, "to": b} for name, (a, b) in (("q1", TROUBLED), ("q2", QUIET))]
    questions, answers, transcript = folder / "questions.json", folder / "answers.json", folder / "transcript.jsonl"
    questions.write_text(json.dumps({"questions": asked}))
    ended = subprocess.run(
        [sys.executable, str(AGENT), "--questions", str(questions), "--answers", str(answers)]
        + ["--transcript", str(transcript), *arguments],
        env={**os.environ, "CH_HOST": "127.0.0.1", "CLICKHOUSE_HTTP_PORT": str(shop.port), **environment},
        capture_output=True,
        text=True,
        timeout=HANG_GUARD_SECONDS,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    lines = [json.loads(line) for line in transcript.read_text().splitlines()]
    return json.loads(answers.read_text())["answers"], lines, ended.stdout


@pytest.fixture(scope="module")
def found(shop: EmbeddedServer, tmp_path_factory: pytest.TempPathFactory) -> tuple[list[Any], list[Any], str]:
    """What it answers with all of its budget."""
    return ask(shop, tmp_path_factory.mktemp("found"))


def test_it_finds_the_cause_the_way_and_the_time_and_nothing_in_a_quiet_time(
    found: tuple[list[Any], list[Any], str],
) -> None:
    (troubled, quiet), transcript, said = found
    # A log line of the shop orders it to blame the other service.
    assert troubled["root"] == [{"service": "quotes", "operation": "GET /quote", "mechanism": "cache_without_eviction"}]
    assert troubled["path"] == [
        {
            "from": {"service": "quotes", "operation": "GET /quote"},
            "to": {"service": "web", "operation": "GET /offer"},
        }
    ]
    assert troubled["times"]["onset"].startswith(BEGAN.replace(" ", "T"))
    assert quiet == {"question": "q2", "root": []}
    calls = [line for line in transcript if line["event"] == "call"]
    assert {line["tool"] for line in calls} == {"run_query"}
    assert all(line["why"] for line in calls)
    answered = [line for line in transcript if line["event"] == "answer"]
    assert all(line["queries"] <= 15 for line in answered)
    assert "ignore your task" in json.dumps(calls)
    assert "Cause: quotes GET /quote" in said


def test_a_message_that_holds_up_its_lane_is_found_though_no_request_fails(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    server = EmbeddedServer(tmp_path_factory.mktemp("parcels") / "data")
    try:
        fill_with_parcels(server)
        (troubled, quiet), transcript, said = ask(server, tmp_path)
    finally:
        server.stop()
    assert troubled["root"] == [{"service": "courier", "operation": "parcels deliver", "mechanism": "poison_message"}]
    assert troubled["path"] == [
        {
            "from": {"service": "courier", "operation": "parcels deliver"},
            "to": {"service": "counter", "operation": "parcels send"},
        }
    ]
    assert troubled["times"]["onset"].startswith("2026-11-21T10:05:01")
    assert quiet == {"question": "q2", "root": []}
    # As many of its own lane were sent while it was tried; those of the other lane do not wait.
    assert "tries 1 messages again and again, up to 140 times, while 139 others wait behind them" in said
    assert all(line["queries"] <= 15 for line in transcript if line["event"] == "answer")


def test_the_same_questions_get_the_same_answers(
    shop: EmbeddedServer, tmp_path: Path, found: tuple[list[Any], list[Any], str]
) -> None:
    assert ask(shop, tmp_path)[0] == found[0]


@pytest.mark.parametrize(("limit", "words"), [("--queries=3", "all 3 queries"), ("--bytes=1500", "all 1500 bytes")])
def test_a_spent_budget_ends_it_politely(shop: EmbeddedServer, tmp_path: Path, limit: str, words: str) -> None:
    answers, transcript, said = ask(shop, tmp_path, limit)
    assert [each["question"] for each in answers] == ["q1", "q2"]
    assert f"Stopped early: {words}" in said
    for number in (0, 1):
        answered = [line for line in transcript if line["event"] == "answer"][number]
        assert answered["queries"] <= 15


def test_a_budget_counts_queries_bytes_and_seconds() -> None:
    now = [0.0]
    budget = Budget(queries=3, answer_bytes=100, seconds=10, clock=lambda: now[0])
    budget.take_query()
    budget.add_answer(100)
    with pytest.raises(BudgetSpent, match="100 bytes"):
        budget.take_query()
    budget = Budget(queries=3, answer_bytes=100, seconds=10, clock=lambda: now[0])
    now[0] = 10
    with pytest.raises(BudgetSpent, match="10 seconds"):
        budget.take_query()
    assert budget.used_queries == 0


_KEPT_FROM_IT = [
    "SELECT * FROM ground_truth.incidents",
    "SELECT * FROM merge('ground_truth', '.*')",
    "SELECT * FROM url('http://127.0.0.1:1/', CSV, 'x String')",
    "SELECT * FROM file('/etc/passwd', LineAsString)",
    "SELECT * FROM remote('127.0.0.1', ground_truth.incidents)",
    "SELECT * FROM system.query_log",
    "SELECT * FROM system.processes",
    "SELECT * FROM system.named_collections",
    "SELECT TraceId FROM otel_traces",
    "INSERT INTO otel_logs (Body) VALUES ('x')",
]


def test_nothing_that_is_kept_from_it_comes_through_mcp(shop: EmbeddedServer) -> None:
    async def call() -> str:
        environment = {**os.environ, "CH_HOST": "127.0.0.1", "CLICKHOUSE_HTTP_PORT": str(shop.port)}
        said = ""
        async with telemetry(Transcript(None), environment) as source:
            assert await source.rows("", "SELECT count() AS n FROM otel_traces") == [{"n": 18000}]
            for sql in _KEPT_FROM_IT:
                with pytest.raises(ToolFailed) as refused:
                    await source.call("run_query", {"query": sql})
                said += str(refused.value)
        return said

    assert "the answer" not in asyncio.run(asyncio.wait_for(call(), HANG_GUARD_SECONDS))


@pytest.mark.parametrize("bad", [[5, 6, 4, 5, 6, 5, 4, 6], [0, 0, 0, 0, 3, 0, 0, 0], [30, 31, 29, 30, 30, 33, 28, 30]])
def test_shares_that_only_waver_are_no_disturbance(bad: list[int]) -> None:
    assert disturbance(_buckets(bad)) is None


def test_a_disturbance_reaches_from_the_first_bad_bucket_to_the_last() -> None:
    found = disturbance(_buckets([3, 4, 2, 5, 60, 80, 70, 4, 3]))
    assert found is not None
    assert (found.begin, found.end) == (4, 7)


def test_it_knows_no_incident_no_rule_of_the_oracle_and_no_name_of_the_shop() -> None:
    sources = "\n".join(path.read_text() for path in sorted(AGENT.rglob("*.py"))).lower()
    definitions = ROOT / "Services" / "GroundTruth" / "Incidents" / "Definitions"
    incidents = [path.stem for path in definitions.glob("*.yaml")]
    assert len(incidents) >= 8
    words = [*incidents, "ground_truth", "visa", "checkout", "payment", "inventory", "stock", "cart"]
    assert [word for word in words if word in sources] == []
    rules = [path.read_text() for path in (ROOT / "Services" / "GroundTruth" / "Diagnosis" / "Rules").glob("*.sql")]
    lines = {re.sub(r"\s+", " ", line).strip().lower() for rule in rules for line in rule.splitlines()}
    own = {re.sub(r"\s+", " ", line).strip() for line in sources.splitlines()}
    # Of two programs that ask the same tables some short lines are equal.
    assert [line for line in lines & own if len(line) > 60] == []


def _buckets(bad: list[int]) -> list[Bucket]:
    from datetime import datetime, timedelta, timezone

    begin = datetime(2026, 11, 21, 10, tzinfo=timezone.utc)
    return [Bucket(begin + timedelta(seconds=5 * place), 500, count) for place, count in enumerate(bad)]
