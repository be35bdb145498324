"""``./demo rca mcp``: the questions of a suite as an MCP server, in front, for a client that starts it or connects."""

from __future__ import annotations

import argparse
import os
import sys

from launcher.configuration.locations import ROOT, executables
from launcher.configuration.run_folder import RunFolder
from launcher.configuration.settings import read_settings
from launcher.errors import UserError
from launcher.preparation import prepare
from launcher.terminal.progress import Progress


def run(arguments: argparse.Namespace) -> int:
    """Becomes faultline-mcp. Standard output belongs to the protocol; whatever is said on the way goes to the other."""
    prepare(Progress(sys.stderr))
    folder = RunFolder(arguments.data)
    suite = folder.read_suite()
    settings = suite.settings if suite is not None else read_settings(os.environ)
    environment = {
        **os.environ,
        "CH_HOST": "127.0.0.1",
        "CLICKHOUSE_HTTP_PORT": str(settings.ports["CLICKHOUSE_HTTP_PORT"]),
        "CH_DATABASE": settings.database,
    }
    program = str(executables() / "faultline-mcp")
    words = [program, "--data", str(folder.path), "--launcher", str(ROOT / "demo"), "--method", arguments.method]
    for name in ("run", "queries", "bytes", "seconds"):
        if (value := getattr(arguments, name)) is not None:
            words += [f"--{name}", str(value)]
    if arguments.allow_start:
        words.append("--allow-start")
    if arguments.unbounded:
        words.append("--unbounded")
    if arguments.http:
        words.append("--http")
        if not environment.get("MCP_TOKEN"):
            folder.path.mkdir(parents=True, exist_ok=True)
            environment["MCP_TOKEN"] = folder.mcp_token()
            print(f"clients send Authorization: Bearer and what is in {folder.path / 'mcp-token'}", file=sys.stderr)
    try:
        os.execve(program, words, environment)
    except OSError as error:
        raise UserError(f"{program} cannot be started: {error.strerror}: ./demo up builds it") from None
