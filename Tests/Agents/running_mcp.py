"""A run folder over the invented shop, with a label that is true of it, and faultline-mcp on both."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from small_shop import QUIET, TROUBLED

BINARIES = Path(os.environ.get("FAULTLINE_BIN_DIR") or Path(__file__).resolve().parents[2] / ".build" / "release")
PROGRAM = BINARIES / "faultline-mcp"
TOKEN = "a-token-for-tests-only"
SECRETS = ("the-true-incident", "the-true-scenario", "the answer")
"""What is in the labels and in ground_truth, and nowhere else."""

RIGHT: dict[str, Any] = {
    "root": [{"service": "quotes", "operation": "GET /quote", "mechanism": "cache_without_eviction"}],
    "path": [
        {"from": {"service": "quotes", "operation": "GET /quote"}, "to": {"service": "web", "operation": "GET /offer"}}
    ],
    "times": {"onset": "2026-11-21T10:05:00Z"},
}


def run_folder(data: Path) -> Path:
    """A suite's folder with one run in it: q1 is the troubled time, q2 the quiet one."""
    run = data / "truth" / "run-1"
    (run / "labels").mkdir(parents=True)
    record = {"run_id": "run-1", "seed": 1, "started_at": TROUBLED[0], "ended_at": TROUBLED[1]}
    (run / "run.json").write_text(json.dumps(record))
    asked = [{"question": name, "from": a, "to": b} for name, (a, b) in (("q1", TROUBLED), ("q2", QUIET))]
    (run / "questions.json").write_text(json.dumps({"questions": asked}))
    for label in (_label("q1", troubled=True), _label("q2", troubled=False)):
        (run / "labels" / f"{label['question']}.json").write_text(json.dumps(label))
    return run


def _label(question: str, *, troubled: bool) -> dict[str, Any]:
    root, step = RIGHT["root"][0], RIGHT["path"][0]
    began = {"injected": TROUBLED[0], "first_effect": "2026-11-21T10:05:00Z"}
    return {
        "incident_id": "the-true-incident",
        "question": question,
        "run_id": "run-1",
        "scenario": "the-true-scenario",
        "seed": 1,
        "difficulty": "easy",
        "t": began if troubled else {},
        "root": [{**root, "kind": "resource/saturation"}] if troubled else [],
        "path": [{**step, "effect": "http_500", "evidence_sql": "", "evidence_count": 3}] if troubled else [],
        "necessary_signals": [],
        "distractors": [],
        "aliases": [],
        "valid": True,
        "reasons": [],
    }


def environment(port: int) -> dict[str, str]:
    """What faultline-mcp is told of ClickHouse, and of a user whom it must not ask as."""
    return {
        **os.environ,
        "CH_HOST": "127.0.0.1",
        "CLICKHOUSE_HTTP_PORT": str(port),
        "CH_USER": "default",
        "CH_PASSWORD": "",
        "CH_AGENT_PASSWORD": "",
        "MCP_TOKEN": TOKEN,
        "MCP_PORT": "0",
    }


@contextmanager
def over_http(data: Path, variables: Mapping[str, str], *arguments: str) -> Iterator[str]:
    """The address of a server that ends with the block."""
    words = [str(PROGRAM), "--http", "--data", str(data), *arguments]
    with subprocess.Popen(words, env=dict(variables), stderr=subprocess.PIPE, text=True) as server:
        assert server.stderr is not None
        try:
            line = server.stderr.readline()
            assert "serving on http://127.0.0.1:" in line, line
            yield line.split()[-1]
        finally:
            server.terminate()
            server.wait(60)
