"""Figures, one JSON object a line on standard output."""

from __future__ import annotations

import json


def figure(name: str, value: float, unit: str, detail: dict[str, object] | None = None) -> None:
    """One line of the result."""
    print(json.dumps({"name": name, "value": value, "unit": unit, "detail": detail or {}}), flush=True)


def ratio(name: str, of: dict[str, float], one: str, other: str, detail: dict[str, object]) -> None:
    """A ratio with the figures that it is made of."""
    raw = {one: round(of[one], 2), other: round(of[other], 2)}
    figure(name, round(of[one] / of[other], 3), "ratio", {**raw, **detail})
