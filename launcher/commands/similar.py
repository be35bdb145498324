"""``./demo similar``: errors of the past that are like this one, and what is known of them."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping
from typing import Any

from launcher.configuration.run_folder import RunFolder
from launcher.similar_errors import find_similar
from launcher.supervision.suite_up import settings_of_suite_up
from launcher.terminal.style import Style, for_stream


def run(arguments: argparse.Namespace) -> int:
    """Prints known patterns and the nearest errors, each with its distance and a trace."""
    settings = settings_of_suite_up(RunFolder(arguments.data))
    found = find_similar(settings, arguments.about, arguments.service, arguments.before, arguments.limit)
    if arguments.json:
        print(json.dumps({"model": found.model, "errors": found.errors, "patterns": found.patterns}, indent=2))
        return 0
    style = for_stream(sys.stdout)
    print(style.bold("  Known patterns") + style.dim("   candidates: let the trace decide"))
    for pattern in found.patterns:
        for line in _pattern_lines(pattern, style):
            print(line)
    if not found.patterns:
        print(f"  None has a vector of {found.model} yet: embedding-pipeline makes them.")
    print()
    print(style.bold("  Errors of the past"))
    for error in found.errors:
        for line in _error_lines(error, style):
            print(line)
    if not found.errors:
        print("  " + _nothing(arguments, found.model))
    return 0


def _nothing(arguments: argparse.Namespace, model: str) -> str:
    if arguments.service or arguments.before:
        return "None: without --service and --before there may be some."
    return f"None has a vector of {model} yet: embedding-pipeline makes them, some seconds after an error's first time."


def _distance(distance: float, is_similar: object, style: Style) -> str:
    text = f"{distance:.3f}"
    return style.green(f"{text} similar") if int(str(is_similar)) else style.dim(f"{text} beyond the model's limit")


def _pattern_lines(pattern: Mapping[str, Any], style: Style) -> list[str]:
    distance = _distance(float(pattern["similarity"]), pattern["is_similar"], style)
    return [
        f"  {distance}   {pattern['service_name']}: {pattern['error_signature']}",
        f"      cause    {pattern['root_cause']}",
        f"      remedy   {pattern['resolution']}",
    ]


def _error_lines(error: Mapping[str, Any], style: Style) -> list[str]:
    distance = _distance(float(error["distance"]), error["is_similar"], style)
    cause = f": {error['cause']}" if error["cause"] else ""
    return [
        f"  {distance}   {error['ServiceName']} {error['severity']}: {error['Body']}{cause}",
        style.dim(
            f"      {error['occurrence_count']} times, from {error['first_seen'][:19]} to {error['Timestamp'][:19]}"
            f" UTC; for example trace {error['exemplar_trace_id'] or 'none'}"
        ),
    ]
