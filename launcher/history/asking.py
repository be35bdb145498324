"""How a history reaches ClickHouse."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

Ask = Callable[[str, Mapping[str, str]], str]
"""Runs a statement with its parameters in the database of the telemetry, and returns the answer.

Several threads may call it at a time.
"""


def rows(ask: Ask, query: str, parameters: Mapping[str, str]) -> list[dict]:
    """The rows of an answer."""
    return [json.loads(line) for line in ask(f"{query} FORMAT JSONEachRow", parameters).splitlines()]
