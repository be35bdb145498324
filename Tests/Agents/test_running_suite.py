"""The environment with a shop that lives: a scenario is started, waited for, asked about, answered and rewarded.

Nothing is wrong in it, so that the right answer does not depend on how busy the machine is.
"""

from __future__ import annotations

import asyncio
import json
import os
import socket
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from faultline_rca import RootCauseEnv
from mcp import ClientSession, StdioServerParameters
from mcp.client.stdio import stdio_client

from conftest import ROOT
from running_mcp import PROGRAM

HANG_GUARD_SECONDS = 900
TIME_SCALE = 30
"""Ten minutes of calm in twenty seconds."""

_PORTS = (
    "SAMPLE_APP_PORT PAYMENT_SERVICE_PORT INVENTORY_SERVICE_PORT COLLECTOR_HTTP_PORT OTLP_GRPC_PORT"
    " COLLECTOR_METRICS_PORT CLICKHOUSE_HTTP_PORT QUERY_SERVICE_PORT QUERY_METRICS_PORT EMBEDDING_PIPELINE_PORT"
    " EMBEDDING_ENDPOINT_PORT SAMPLE_APP_ADMIN_PORT PAYMENT_ADMIN_PORT INVENTORY_ADMIN_PORT"
).split()
ROOTLESS: dict[str, Any] = {"root": []}
TRAFFIC = "SELECT uniqExact(ServiceName) AS n FROM otel_traces WHERE SpanKind = 'Server'"


@pytest.fixture
def variables() -> dict[str, str]:
    """Ports of its own."""
    with ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in _PORTS]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        ports = {name: str(each.getsockname()[1]) for name, each in zip(_PORTS, sockets)}
    return {**os.environ, **ports, "CH_HOST": "127.0.0.1"}


@pytest.fixture
def data(tmp_path: Path, variables: dict[str, str]) -> Iterator[Path]:
    """The folder of a suite that is not up yet, and is down afterwards, whoever started it."""
    folder = tmp_path / "run"
    yield folder
    subprocess.run([str(ROOT / "demo"), "down", "--data", str(folder)], env=variables, check=False, timeout=300)


async def _call(session: ClientSession, tool: str, **arguments: Any) -> tuple[bool, str, dict[str, Any]]:
    result: Any = await session.call_tool(tool, arguments, read_timeout_seconds=HANG_GUARD_SECONDS)
    return bool(result.is_error), result.content[0].text, result.structured_content or {}


def test_a_client_starts_a_scenario_asks_about_it_and_is_scored(data: Path, variables: dict[str, str]) -> None:
    told: list[str | None] = []

    async def progress(done: float, total: float | None, message: str | None) -> None:
        told.append(message)

    async def work() -> None:
        words = ["--data", str(data), "--launcher", str(ROOT / "demo"), "--allow-start"]
        server = StdioServerParameters(command=str(PROGRAM), args=words, env=variables)
        async with stdio_client(server) as (read, write), ClientSession(read, write) as session:
            await session.initialize()
            _, said, _ = await _call(session, "list_questions")
            assert "There is no run yet" in said
            started: Any = await session.call_tool(
                "start_scenario",
                {"scenario": "calm", "seed": 3, "time_scale": TIME_SCALE},
                read_timeout_seconds=HANG_GUARD_SECONDS,
                progress_callback=progress,
            )
            assert not started.is_error, started.content[0].text
            listed = await _listed(session)
            name = listed["questions"][0]["question"]
            refused, said, _ = await _call(session, "query", sql=TRAFFIC, question=name)
            assert not refused and json.loads(said)["rows"] == [[3]]
            assert (await _call(session, "submit_answer", question=name, **ROOTLESS))[0] is False
            _, _, score = await _call(session, "score", question=name)
            assert score["service"]["exact"] == 1

    asyncio.run(asyncio.wait_for(work(), HANG_GUARD_SECONDS))
    assert any(message and "sample-ecommerce-app" in message for message in told), told
    record = json.loads(next(data.glob("truth/*/run.json")).read_text())
    assert (record["scenario"], record["seed"]) == ("calm", 3)


async def _listed(session: ClientSession) -> dict[str, Any]:
    """The questions, once the run is over; until then the answer says that it is not."""
    while True:
        refused, said, listed = await _call(session, "list_questions")
        assert not refused, said
        if listed["questions"]:
            return listed
        assert "The load is not done" in said
        await asyncio.sleep(0.5)


def test_an_episode_may_begin_with_a_scenario_of_its_own(data: Path, tmp_path: Path, variables: dict[str, str]) -> None:
    options = {"scenario": "calm", "scenario_seed": 4, "time_scale": TIME_SCALE, "wait_seconds": HANG_GUARD_SECONDS}
    with RootCauseEnv(
        data, records=tmp_path / "episodes", program=PROGRAM, launcher=ROOT / "demo", environment=variables
    ) as env:
        question, info = env.reset(options=options)
        assert question.startswith("What went wrong from 20")
        seen, *_ = env.step({"sql": TRAFFIC})
        assert json.loads(seen)["rows"] == [[3]]
        _, reward, terminated, _, _ = env.submit({"root": [{"service": "sample-ecommerce-app"}]})
        assert (reward, terminated) == (0.0, True)
        # The same run in another episode.
        env.reset(options={"question": info["question"]})
        _, reward, terminated, _, _ = env.submit(ROOTLESS)
        assert (reward, terminated) == (1.0, True)
        # And another run, for which the suite is started anew.
        env.reset(options={**options, "scenario_seed": 5})
        assert env.submit(ROOTLESS)[1] == 1.0
    records = [json.loads(file.read_text()) for file in sorted(data.glob("truth/*/run.json"))]
    assert [record["seed"] for record in records] == [4, 5]
