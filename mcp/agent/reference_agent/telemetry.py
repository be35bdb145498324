"""ClickHouse behind mcp-clickhouse: one process of it, asked over standard input and output by the official client."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mcp import ClientSession, StdioServerParameters
from mcp.client.stdio import stdio_client

from reference_agent.budget import Budget
from reference_agent.transcript import Transcript

_QUERY_SECONDS = 30.0


class ToolFailed(Exception):
    """The server refused a call; the message is what it said."""


@dataclass(frozen=True)
class Heard:
    """A question in SQL and its answer."""

    why: str
    sql: str
    columns: list[str]
    rows: list[dict[str, Any]]


class Telemetry:
    """The tools of the server. Every call is counted and written down."""

    def __init__(self, session: ClientSession, transcript: Transcript) -> None:
        self._session = session
        self._transcript = transcript
        self.budget = Budget()
        self.question = ""
        """The name of the question that calls are about, for the transcript."""
        self.on_answer: Callable[[Heard], None] = lambda heard: None
        """Told of each answer as it comes."""

    async def rows(self, why: str, sql: str) -> list[dict[str, Any]]:
        """The rows of one question. Raises ``ToolFailed`` and ``BudgetSpent``."""
        text = await self.call("run_query", {"query": sql}, why)
        answer = json.loads(text)
        rows = [dict(zip(answer["columns"], row)) for row in answer["rows"]]
        self.on_answer(Heard(why, sql, answer["columns"], rows))
        return rows

    async def call(self, tool: str, arguments: Mapping[str, Any], why: str = "") -> str:
        """The text of one tool's answer. Raises ``ToolFailed`` and ``BudgetSpent``."""
        self.budget.take_query()
        result: Any = await self._session.call_tool(tool, dict(arguments), read_timeout_seconds=_QUERY_SECONDS)
        text = "".join(getattr(part, "text", "") for part in result.content)
        size = len(text.encode())
        self.budget.add_answer(size)
        failed = bool(result.is_error)
        self._transcript.note(
            "call",
            question=self.question,
            why=why,
            tool=tool,
            arguments=dict(arguments),
            failed=failed,
            bytes=size,
            answer=text[:4000],
        )
        if failed:
            raise ToolFailed(text.splitlines()[0] if text else f"{tool} failed")
        return text

    async def tools(self) -> list[dict[str, Any]]:
        """Name, description and input schema of each tool, as a language model is told them."""
        listed = await self._session.list_tools()
        return [
            {"name": tool.name, "description": tool.description or "", "schema": tool.input_schema}
            for tool in listed.tools
        ]


@asynccontextmanager
async def telemetry(transcript: Transcript, environment: Mapping[str, str] = os.environ) -> AsyncIterator[Telemetry]:
    """Starts mcp-clickhouse as the user ``agent`` and ends it afterwards."""
    parameters = StdioServerParameters(
        command=str(Path(sys.executable).parent / "mcp-clickhouse"), env=server_environment(environment)
    )
    with open(os.devnull, "w") as nowhere:
        async with stdio_client(parameters, errlog=nowhere) as (read, write), ClientSession(read, write) as session:
            await session.initialize()
            yield Telemetry(session, transcript)


def server_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """What mcp-clickhouse is told: where ClickHouse is, and that it asks as the user who may only read."""
    host = environment.get("CH_HOST") or "127.0.0.1"
    cloud = host.endswith(".clickhouse.cloud")
    secure = (environment.get("CH_SECURE") or ("true" if cloud else "false")).lower() == "true"
    return {
        "PATH": environment.get("PATH", ""),
        "HOME": environment.get("HOME", "/"),
        "CLICKHOUSE_HOST": host,
        "CLICKHOUSE_PORT": environment.get("CLICKHOUSE_HTTP_PORT") or ("8443" if secure else "8123"),
        "CLICKHOUSE_SECURE": str(secure).lower(),
        "CLICKHOUSE_USER": "agent",
        "CLICKHOUSE_PASSWORD": environment.get("CH_AGENT_PASSWORD", ""),
        "CLICKHOUSE_DATABASE": environment.get("CH_DATABASE") or "o11y",
        "CLICKHOUSE_MCP_SERVER_TRANSPORT": "stdio",
    }
