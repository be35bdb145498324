"""``./demo map``: the Service Map in the terminal."""

from __future__ import annotations

import argparse
import json
import shutil
import sys

from launcher.configuration.run_folder import RunFolder
from launcher.service_map import query_service_map
from launcher.supervision.suite_up import settings_of_suite_up
from launcher.terminal.map_drawing import draw_map
from launcher.terminal.style import for_stream


def run(arguments: argparse.Namespace) -> int:
    """Prints the map of the last ``--since``."""
    settings = settings_of_suite_up(RunFolder(arguments.data))
    service_map = query_service_map(settings, arguments.since)
    if arguments.json:
        print(json.dumps({"since_seconds": arguments.since, **service_map.as_json()}, indent=2))
        return 0
    style = for_stream(sys.stdout)
    columns = shutil.get_terminal_size((120, 40)).columns
    about = f"last {_spoken(arguments.since)} · database {settings.database}"
    apart = "  " if len(about) + 15 <= columns else "\n  "
    print(style.bold("  Service Map") + apart + style.dim(about))
    if not service_map.nodes:
        print("\n  No server spans in that time:\n  ./demo status says whether the load runs.")
        return 0
    print()
    for line in draw_map(service_map, style, columns):
        print(f"  {line}".rstrip())
    return 0


def _spoken(seconds: int) -> str:
    for unit, length in (("d", 86400), ("h", 3600), ("min", 60)):
        if seconds % length == 0:
            return f"{seconds // length} {unit}"
    return f"{seconds} s"
