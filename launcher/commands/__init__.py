"""The commands of ``./demo``, one module each."""

from __future__ import annotations

import argparse
import importlib

from launcher.arguments import help_text

_MODULES = {
    "up": "up",
    "down": "down",
    "status": "status",
    "logs": "logs",
    "sql": "sql",
    "map": "service_map",
    "history": "history",
    "score": "score",
    "rca": "rca",
    "similar": "similar",
    "anomalies": "anomalies",
    "learn": "learn",
    "test": "test",
    "bench": "bench",
}


def run(arguments: argparse.Namespace) -> int:
    """Runs the command and returns its exit status."""
    if arguments.command == "help":
        print(help_text(arguments.topic, arguments.subcommands), end="")
        return 0
    # Only what the command needs is loaded: a start counts in milliseconds.
    module = importlib.import_module(f"launcher.commands.{_MODULES[arguments.command]}")
    status: int = module.run(arguments)
    return status
