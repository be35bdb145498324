"""The files that people copy into their MCP client start an unmodified mcp-clickhouse as the user who may only read."""

from __future__ import annotations

import asyncio
import json
import os
import re
import sys
from pathlib import Path
from typing import Any

import pytest
from embedded_server import EmbeddedServer

from conftest import ROOT

MCP = ROOT / "mcp"
OWN = sorted(path.name for path in MCP.glob("*.faultline.json"))
FILES = sorted(path.name for path in MCP.glob("*.json") if path.name not in OWN) + ["codex_config.toml"]
PORTS_OF_THE_SUITE = {8000, 8001, 8002, 8010, 8011, 8012, 4317, 4318, 8888, 8123, 9000, 8080, 8081}


def server(name: str) -> dict[str, Any]:
    """What the file says of the server."""
    text = (MCP / name).read_text()
    if name.endswith(".toml"):
        pairs = dict(re.findall(r'^(\w+) = "(.*)"$', text, re.MULTILINE))
        arguments = re.findall(r'^args = \["(.*)"\]$', text, re.MULTILINE)
        return {"command": pairs.pop("command"), "args": arguments, "env": pairs}
    document = json.loads(text)
    return next(iter(document.get("mcpServers", document.get("servers")).values()))


@pytest.mark.parametrize("name", FILES)
def test_a_configuration_names_the_pinned_server_the_reading_user_and_a_free_port(name: str) -> None:
    described = server(name)
    pinned = (MCP / "requirements.txt").read_text().split()
    assert described["args"][0] in pinned
    environment = described["env"]
    assert environment["CLICKHOUSE_USER"] == "agent"
    assert int(environment["CLICKHOUSE_MCP_BIND_PORT"]) not in PORTS_OF_THE_SUITE
    assert environment["CLICKHOUSE_SECURE"] == (
        "true" if ".clickhouse.cloud" in environment["CLICKHOUSE_HOST"] else "false"
    )
    assert "WRITE" not in json.dumps(environment) and "DROP" not in json.dumps(environment)


def test_there_is_one_for_the_embedded_engine_a_server_and_the_cloud() -> None:
    hosts = {name: server(name)["env"]["CLICKHOUSE_HOST"] for name in FILES if name.startswith("claude")}
    assert hosts["claude_desktop_config.json"] == "127.0.0.1"
    assert hosts["claude_desktop_config.cloud.json"].endswith(".clickhouse.cloud")
    assert len(hosts) == 3


def test_those_of_the_environment_start_the_launcher_or_name_its_address_and_hold_no_secret() -> None:
    assert OWN == ["claude_desktop_config.faultline.json", "cursor_mcp.faultline.json"]
    started, connected = (server(name) for name in OWN)
    assert started["command"].endswith("/demo") and started["args"][:2] == ["rca", "mcp"]
    assert connected["url"] == "http://127.0.0.1:8086/mcp"
    assert connected["headers"] == {"Authorization": "Bearer ${env:MCP_TOKEN}"}


@pytest.mark.parametrize("name", ["claude_desktop_config.json"])
def test_the_official_client_finds_the_guide_by_a_configuration(shop: EmbeddedServer, name: str) -> None:
    from mcp import ClientSession, StdioServerParameters
    from mcp.client.stdio import stdio_client

    environment = {**server(name)["env"], "CLICKHOUSE_PORT": str(shop.port)}
    parameters = StdioServerParameters(
        command=str(Path(sys.executable).parent / "mcp-clickhouse"), env={"PATH": os.environ["PATH"], **environment}
    )

    async def ask() -> tuple[set[str], str]:
        async with stdio_client(parameters) as (read, write), ClientSession(read, write) as session:
            await session.initialize()
            tools = {tool.name for tool in (await session.list_tools()).tools}
            result: Any = await session.call_tool("run_query", {"query": "SELECT Line FROM agent_guide"})
            return tools, result.content[0].text

    tools, guide = asyncio.run(asyncio.wait_for(ask(), 120))
    assert {"run_query", "list_tables", "list_databases"} <= tools
    assert len(json.loads(guide)["rows"]) >= 25
