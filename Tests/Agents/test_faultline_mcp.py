"""faultline-mcp, asked by the protocol's official client over both transports, and by somebody who means no good."""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest
from embedded_server import EmbeddedServer
from mcp import ClientSession, StdioServerParameters
from mcp.client.stdio import stdio_client
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.exceptions import MCPError

from conftest import ROOT
from running_mcp import PROGRAM, RIGHT, SECRETS, TOKEN, environment, over_http, run_folder

HANG_GUARD_SECONDS = 240
Work = Callable[[ClientSession], Awaitable[Any]]


@asynccontextmanager
async def by_stdio(data: Path, port: int, *arguments: str) -> AsyncIterator[ClientSession]:
    parameters = StdioServerParameters(
        command=str(PROGRAM), args=["--data", str(data), *arguments], env=environment(port)
    )
    async with stdio_client(parameters) as (read, write), ClientSession(read, write) as session:
        await session.initialize()
        yield session


@asynccontextmanager
async def by_http(data: Path, port: int, *arguments: str) -> AsyncIterator[ClientSession]:
    headers = {"Authorization": f"Bearer {TOKEN}"}
    with over_http(data, environment(port), *arguments) as address:
        async with httpx2.AsyncClient(headers=headers, timeout=120) as http:
            async with streamable_http_client(address, http_client=http) as (read, write):
                async with ClientSession(read, write) as session:
                    await session.initialize()
                    yield session


def ask(work: Work, transport: Any, data: Path, shop: EmbeddedServer, *arguments: str) -> Any:
    """What a client finds that has a session of its own."""

    async def run() -> Any:
        async with transport(data, shop.port, *arguments) as session:
            return await work(session)

    return asyncio.run(asyncio.wait_for(run(), HANG_GUARD_SECONDS))


async def call(session: ClientSession, tool: str, **arguments: Any) -> tuple[bool, str, dict[str, Any]]:
    """Whether a tool refused, what it said, and what came with it."""
    result: Any = await session.call_tool(tool, arguments)
    return bool(result.is_error), result.content[0].text, result.structured_content or {}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """The folder of a suite with one run."""
    run_folder(tmp_path / "run")
    return tmp_path / "run"


@pytest.mark.parametrize("transport", [by_stdio, by_http])
def test_the_official_client_goes_from_the_question_to_the_score(
    shop: EmbeddedServer, data: Path, transport: Any
) -> None:
    reports: list[tuple[float, str | None]] = []

    async def progress(done: float, total: float | None, message: str | None) -> None:
        reports.append((done, message))

    async def work(session: ClientSession) -> None:
        assert session.protocol_version == "2025-11-25"
        await session.send_ping()
        tools = {tool.name: tool for tool in (await session.list_tools()).tools}
        assert list(tools) == ["list_questions", "query", "submit_answer", "score"]
        prompts = [prompt.name for prompt in (await session.list_prompts()).prompts]
        assert prompts == ["payment_errors", "anything_abnormal", "errors_like"]
        said = await session.get_prompt("errors_like", {"text": "NullPointerException", "question": "q1"})
        assert "NullPointerException" in said.messages[0].content.text
        form, guide = "faultline://answer-form", "faultline://guide"
        assert {str(each.uri) for each in (await session.list_resources()).resources} == {form, guide}
        schema = json.loads((await session.read_resource(form)).contents[0].text)
        assert schema == tools["submit_answer"].input_schema
        assert "otel_traces" in (await session.read_resource(guide)).contents[0].text

        _, _, listed = await call(session, "list_questions")
        assert [(each["question"], each["state"]) for each in listed["questions"]] == [("q1", "open"), ("q2", "open")]
        refused, said_of_open, _ = await call(session, "score", question="q1")
        assert refused and "q1 is open" in said_of_open
        sql = "SELECT ServiceName, count() AS n FROM otel_traces GROUP BY 1 ORDER BY 1"
        result: Any = await session.call_tool("query", {"sql": sql, "question": "q1"}, progress_callback=progress)
        assert json.loads(result.content[0].text) == {
            "columns": ["ServiceName", "n"],
            "rows": [["quotes", 6000], ["web", 12000]],
        }
        assert result.structured_content["left"]["queries"] == 14
        refused, said_of_form, _ = await call(session, "submit_answer", question="q1", root=[{"operation": "x"}])
        assert refused and "root[0].service is missing" in said_of_form
        for question, answer in (("q1", RIGHT), ("q2", {"root": [{"service": "web"}]})):
            assert (await call(session, "submit_answer", question=question, **answer))[0] is False
        _, _, score = await call(session, "score", question="q1")
        for level in ("service", "operation", "mechanism"):
            assert set(score[level].values()) == {1}
        assert (score["path_grounded"], score["time"], score["valid"]) == (1, 1, True)
        _, _, wrong = await call(session, "score", question="q2")
        assert wrong["service"]["exact"] == 0
        with pytest.raises(MCPError):
            await session.call_tool("start_scenario", {"scenario": "demo"})

    ask(work, transport, data, shop)
    assert [done for done, _ in reports] == [0, 1, 2]
    kept = json.loads((data / "truth" / "run-1" / "answers" / "mcp.json").read_text())
    assert [answer["question"] for answer in kept["answers"]] == ["q1", "q2"]
    lines = (data / "truth" / "run-1" / "transcripts" / "mcp.jsonl").read_text().splitlines()
    assert [json.loads(line)["event"] for line in lines] == ["question", "call", "answer", "answer"]


@pytest.mark.parametrize("transport", [by_stdio, by_http])
def test_a_thousand_calls_at_once_are_each_answered_and_the_budget_holds(
    shop: EmbeddedServer, data: Path, transport: Any
) -> None:
    async def work(session: ClientSession) -> list[tuple[bool, str, dict[str, Any]]]:
        calls = [call(session, "query", sql=f"SELECT {number} AS n", question="q1") for number in range(1000)]
        return await asyncio.gather(*calls)

    answers = ask(work, transport, data, shop)
    right = [number for number, (refused, text, _) in enumerate(answers) if not refused and f"[[{number}]]" in text]
    assert len(right) == 15
    assert all("all 15 queries are used" in text for refused, text, _ in answers if refused)


def test_a_call_that_is_cancelled_ends_and_the_session_goes_on(shop: EmbeddedServer, data: Path) -> None:
    async def work(session: ClientSession) -> str:
        numbers = ", ".join(f"numbers(3000) AS {name}" for name in "abc")
        slow = f"SELECT count() FROM {numbers} WHERE sipHash64(a.number, b.number, c.number) = 1"
        waiting = asyncio.create_task(call(session, "query", sql=slow, question="q1"))
        end = time.monotonic() + 60
        while not any("q1" in line for line in transcript()):
            assert time.monotonic() < end, "the query is not in the transcript"
            await asyncio.sleep(0.05)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        return (await call(session, "query", sql="SELECT 1 AS one", question="q1"))[1]

    def transcript() -> list[str]:
        path = data / "truth" / "run-1" / "transcripts" / "mcp.jsonl"
        return path.read_text().splitlines() if path.exists() else []

    assert ask(work, by_stdio, data, shop) == '{"columns":["one"],"rows":[[1]]}'
    assert any('"answer":"cancelled"' in line for line in transcript())


_KEPT_FROM_IT = [
    "SELECT * FROM ground_truth.incidents",
    "SELECT * FROM merge('ground_truth', '.*')",
    "SELECT * FROM url('http://127.0.0.1:1/', CSV, 'x String')",
    "SELECT * FROM file('/etc/passwd', LineAsString)",
    "SELECT file('/etc/passwd')",
    "SELECT * FROM remote('127.0.0.1', ground_truth.incidents)",
    "SELECT * FROM remote('127.0.0.1', o11y.otel_traces, 'default', '')",
    "SELECT * FROM s3('http://127.0.0.1:1/x')",
    "SELECT * FROM executable('x', TSV, 'x String')",
    "SELECT * FROM system.query_log",
    "SELECT * FROM system.processes",
    "SELECT * FROM system.named_collections",
    "SELECT name FROM system.tables WHERE database = 'ground_truth' AND throwIf(1)",
    "USE ground_truth",
    "SELECT * FROM otel_traces INTO OUTFILE '/tmp/x'",
    "SELECT * FROM numbers(1) SETTINGS readonly = 0",
    "SET readonly = 0",
    "KILL QUERY WHERE 1",
    "INSERT INTO otel_logs (Body) VALUES ('x')",
    "CREATE TABLE x (a Int8) ENGINE = Memory",
    "SELECT 1; SELECT * FROM ground_truth.incidents",
]
_TOLD_NOTHING = [
    "SHOW TABLES FROM ground_truth",
    "SHOW DATABASES",
    "SELECT * FROM system.tables WHERE database = 'ground_truth'",
    "SELECT * FROM system.columns WHERE database = 'ground_truth'",
]
"""May be answered: as if there were nothing else than the telemetry."""


def test_the_truth_is_reached_by_no_query_no_name_and_no_message(shop: EmbeddedServer, data: Path) -> None:
    async def work(session: ClientSession) -> str:
        heard = ""
        for sql in _KEPT_FROM_IT:
            refused, said, _ = await call(session, "query", sql=sql, question="q1")
            assert refused, sql
            heard += said
        for sql in _TOLD_NOTHING:
            _, said, _ = await call(session, "query", sql=sql, question="q1")
            assert "incidents" not in said and "ground_truth" not in said, sql
            heard += said
        for name in ("../labels/q1", "q1.json", "labels", "", "q1\x00", "*"):
            for tool, more in (("score", {}), ("submit_answer", {"root": []}), ("query", {"sql": "SELECT 1"})):
                refused, said, _ = await call(session, tool, question=name, **more)
                assert refused or name == "", (tool, name)
                heard += said
        for uri in ("file:///etc/passwd", "faultline://labels/q1", f"file://{data}/truth/run-1/labels/q1.json"):
            with pytest.raises(MCPError) as unknown:
                await session.read_resource(uri)
            heard += str(unknown.value)
        for tool in ("list_questions", "score"):
            heard += json.dumps(await call(session, tool, **({} if tool == "list_questions" else {"question": "q2"})))
        await call(session, "submit_answer", question="q1", **RIGHT)
        heard += json.dumps(await call(session, "score", question="q1"))
        return heard

    heard = ask(work, by_stdio, data, shop, "--queries", "100")
    assert [secret for secret in SECRETS if secret in heard] == []
    transcript = (data / "truth" / "run-1" / "transcripts" / "mcp.jsonl").read_text()
    assert [secret for secret in SECRETS if secret in transcript] == []
    assert not list(data.glob("truth/run-1/scores/*"))


def test_a_log_line_that_gives_orders_changes_nothing(shop: EmbeddedServer, data: Path) -> None:
    async def work(session: ClientSession) -> tuple[str, dict[str, Any]]:
        sql = "SELECT Body FROM otel_logs WHERE Body LIKE '%ignore your task%' LIMIT 1"
        _, said, _ = await call(session, "query", sql=sql, question="q1")
        return said, (await call(session, "list_questions"))[2]

    said, listed = ask(work, by_stdio, data, shop)
    assert "ignore your task" in said
    # It was read as data: nothing was answered, and the question is open.
    assert listed["questions"][0]["state"] == "open"
    assert not list(data.glob("truth/run-1/answers/*"))


def test_a_budget_is_spent_politely_and_stays_spent_when_the_server_begins_again(
    shop: EmbeddedServer, data: Path
) -> None:
    async def query(session: ClientSession) -> tuple[bool, str, dict[str, Any]]:
        return await call(session, "query", sql="SELECT 1", question="q1")

    async def end(session: ClientSession) -> tuple[Any, Any]:
        return await query(session), await call(session, "submit_answer", question="q1", root=[])

    assert ask(query, by_stdio, data, shop, "--queries", "1")[0] is False
    spent, handed_in = ask(end, by_stdio, data, shop, "--queries", "1")
    assert spent[0] and spent[1] == "For q1 all 1 queries are used: hand in what you know by now with submit_answer."
    assert handed_in[0] is False


def test_over_http_nobody_gets_in_without_the_token_or_from_another_page(shop: EmbeddedServer, data: Path) -> None:
    hello = {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "initialize",
        "params": {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "x", "version": "1"}},
    }
    known = {"Authorization": f"Bearer {TOKEN}", "Accept": "application/json, text/event-stream"}
    with over_http(data, environment(shop.port)) as address:
        for changed, status in (
            ({}, 200),
            ({"Authorization": "Bearer nobody-knows-this"}, 401),
            ({"Origin": "https://example.com"}, 403),
            ({"Host": "rebound.example.com"}, 403),
        ):
            answer = httpx2.post(address, json=hello, headers={**known, **changed}, timeout=60)
            assert answer.status_code == status, changed


def test_the_words_for_mechanisms_are_those_of_the_documentation() -> None:
    page = (ROOT / "docs" / "ground-truth.md").read_text()
    words = re.search(r"of which the shop has only some:\n\n(.+)\n", page)
    assert words is not None
    documented = re.findall(r"`(\w+)`", words[1])
    server = (ROOT / "Services" / "FaultlineMCP" / "Questions" / "AnswerForm.swift").read_text()
    assert re.findall(r'"(\w+)"', server.split("static let mechanisms = [")[1].split("]")[0]) == documented
    from reference_agent.language_model.prompt import ANSWER_TOOL

    assert ANSWER_TOOL["schema"]["properties"]["root"]["items"]["properties"]["mechanism"]["enum"] == documented
