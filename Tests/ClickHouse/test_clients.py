"""ClickHouse's own Python client and its MCP server, as they come."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from datetime import datetime, timezone

import clickhouse_connect
import pytest
from clickhouse_connect.driver.exceptions import DatabaseError

from embedded_server import EmbeddedServer


@pytest.mark.parametrize("compress", [False, "gzip", "lz4", "zstd"])
def test_clickhouse_connect_inserts_and_queries(server: EmbeddedServer, compress: bool | str) -> None:
    name = f"connect_{compress}"
    with clickhouse_connect.get_client(
        host="127.0.0.1", port=server.port, database="o11y", compress=compress
    ) as client:
        client.command(
            f"CREATE TABLE {name} (at DateTime64(9), name LowCardinality(String), tags Map(String, String))"
            " ENGINE = MergeTree ORDER BY at"
        )
        now = datetime.now(timezone.utc)
        client.insert(name, [[now, f"n{number}", {"a": str(number)}] for number in range(5000)], ["at", "name", "tags"])
        rows = client.query(f"SELECT count(), uniqExact(name), max(tags['a']) FROM {name}").result_rows
        assert rows == [(5000, 5000, "999")]
        assert client.query("SELECT {n:UInt8} + 1", parameters={"n": 41}).first_row == (42,)
        with client.query_row_block_stream("SELECT number FROM numbers(200000)") as blocks:
            assert sum(len(block) for block in blocks) == 200_000
        assert client.query("SELECT 1 AS a WHERE 0").result_rows == []
        with pytest.raises(DatabaseError, match="Code: 60"):
            client.query("SELECT * FROM nowhere")


def test_the_mcp_server_lists_tables_and_runs_a_query(server: EmbeddedServer) -> None:
    from mcp import ClientSession, StdioServerParameters
    from mcp.client.stdio import stdio_client

    server.query("INSERT INTO otel_logs (Timestamp, ServiceName, Body) VALUES (now64(9), 'inventory-service', 'hello')")
    parameters = StdioServerParameters(
        command=os.path.join(os.path.dirname(sys.executable), "mcp-clickhouse"),
        env={
            **os.environ,
            "CLICKHOUSE_HOST": "127.0.0.1",
            "CLICKHOUSE_PORT": str(server.port),
            "CLICKHOUSE_USER": "default",
            "CLICKHOUSE_PASSWORD": "",
            "CLICKHOUSE_SECURE": "false",
            "CLICKHOUSE_DATABASE": "o11y",
        },
    )

    async def ask() -> tuple[str, str]:
        async with stdio_client(parameters) as (read, write), ClientSession(read, write) as session:
            await session.initialize()
            tools = {tool.name for tool in (await session.list_tools()).tools}
            query_tool = "run_query" if "run_query" in tools else "run_select_query"
            tables = await session.call_tool("list_tables", {"database": "o11y"})
            rows = await session.call_tool(query_tool, {"query": "SELECT ServiceName, Body FROM o11y.otel_logs"})
            return _text(tables), _text(rows)

    tables, rows = asyncio.run(asyncio.wait_for(ask(), 120))
    assert "otel_traces" in tables
    assert "inventory-service" in rows and "hello" in rows


def _text(result: object) -> str:
    return json.dumps([getattr(part, "text", "") for part in getattr(result, "content", [])])
